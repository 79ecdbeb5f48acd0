//! `show --at FILE:OFFSET`: shows the place of a file that a warning names.
//!
//! The file is read from its start to its end, as for every other command, because the bytes before the place decide what
//! it belongs to and in which line it is. Only a window around the place is kept.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

use anstyle::{AnsiColor, Style as Paint};

use super::args::Selection;
use super::limits::Limits;
use super::output::{self, Writer};
use super::progress::Progress;
use super::setup::usage;
use super::status::Status;
use super::{Failure, conditions, diagnostics, refusal};
use crate::dump::{
    ByteClass, Content, Decoy, Finding, FindingKind, LocatedByte, Location, Locator,
    UnsupportedShape, unreadable,
};
use crate::engine::{CHUNK_SIZE, FileReport, Item, SelectionStats};
use crate::event::{Context, Detail, Event, Field, write_whole};
use crate::input::{self, ByteWindow, Input};
use crate::render::excerpt::Excerpt;
use crate::render::terminal::sanitize;
use crate::text::grouped;
use crate::text::json::Style;
use crate::time::{Moment, TimeFormat, Zone};
use crate::transcode::{self, Origins, StageChain};

/// Bytes that are kept before and after the place.
const REACH: u64 = 64 << 10;

/// The width of the excerpt if the output is not a terminal.
const WIDTH: usize = 100;

/// The options of `show` that apply to a place.
pub(super) struct LocateOptions<'m> {
    pub zone: &'m Zone,
    pub format: &'m TimeFormat,
    /// As in [`Detail`].
    pub clock: Option<(Zone, TimeFormat)>,
    pub output: Option<&'m OsStr>,
    pub limits: &'m Limits,
}

/// A file and an offset in its unpacked text.
#[derive(Debug, PartialEq, Eq)]
struct FileOffset {
    file: OsString,
    at: u64,
}

impl FileOffset {
    /// Parses `FILE:OFFSET`, also as warnings print it, `FILE: byte OFFSET`. The last colon is the separator, because a name
    /// may contain colons.
    fn parse(typed: &OsStr, dumps: &[OsString]) -> Result<FileOffset, Failure> {
        let shown = typed.to_string_lossy();
        let bytes = typed.as_bytes();
        let parts = bytes.iter().rposition(|byte| *byte == b':');
        let (file, offset) = match parts {
            Some(colon) => (&bytes[..colon], &bytes[colon + 1..]),
            None => (&bytes[..0], bytes),
        };
        let offset = String::from_utf8_lossy(offset);
        let offset = offset.trim();
        let digits = offset.strip_prefix("byte ").unwrap_or(offset);
        let Some(at) = number(digits) else {
            return Err(usage(format!(
                "--at {shown}: no offset; write the file and the byte that a warning names, FILE:OFFSET, such as \
                 `--at dump.json:5734`"
            )));
        };
        if file.is_empty() {
            let name = dumps
                .first()
                .map_or("dump.json".into(), |dump| dump.to_string_lossy());
            return Err(usage(format!(
                "--at {shown}: no file; write FILE:OFFSET, such as `--at {name}:{digits}`"
            )));
        }
        if let Some(dump) = dumps.first() {
            return Err(usage(format!(
                "--at {shown}: the file is part of --at, so no other file is read; omit {}",
                dump.to_string_lossy()
            )));
        }
        let file = OsStr::from_bytes(file).to_owned();
        Ok(FileOffset { file, at })
    }
}

/// A number, also grouped as numbers are printed: `1,234,567`.
fn number(typed: &str) -> Option<u64> {
    let plain = typed.replace(',', "");
    let number = plain
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| plain.parse().ok())??;
    (plain == typed || grouped(number) == typed).then_some(number)
}

/// The event that contains the place.
struct EnclosingEvent {
    /// The offsets of its first and its last byte.
    span: (u64, u64),
    /// Names and values of the fields that identify it.
    names: Vec<(&'static str, String)>,
    /// What is wrong with it.
    faults: Vec<String>,
    /// The complete event as JSON.
    whole: String,
}

/// Refuses conditions, because a place is shown whether it is selected or not.
pub(super) fn refuse_selection(typed: &Selection, zone: &Zone, now: Moment) -> Result<(), Failure> {
    let conditions = conditions::conditions(typed, zone, now)?;
    let sessions = typed.has("with-sessions").then_some("--with-sessions");
    let typed: Vec<_> = conditions
        .iter()
        .map(|it| it.typed.as_str())
        .chain(sessions)
        .collect();
    if typed.is_empty() {
        return Ok(());
    }
    Err(usage(format!(
        "--at shows a place whether it is selected or not; omit {}",
        typed.join(" ")
    )))
}

/// Shows a place.
pub(super) fn run(
    typed: &OsStr,
    dumps: &[OsString],
    options: &LocateOptions<'_>,
) -> Result<Status, Failure> {
    let target = FileOffset::parse(typed, dumps)?;
    let input = find(&target.file)?;
    let name = input.shown().into_owned();
    let mut writer = Writer::new(options.output)?;
    let colour = writer.has_color();
    let mut finder = PlaceFinder::new(target.at, options.limits);
    let mut enclosing = None;
    let error = read(&input, options.limits, |bytes, eof| {
        let mut visit = |event: &Event<'_>| {
            enclosing = Some(describe(event, target.at, &name, options, colour));
        };
        finder.take(bytes, eof, &mut visit);
    })
    .map_err(|error| Failure::Other(format!("{name}: {error}")))?;
    let PlaceFinder {
        window,
        locator,
        shape,
        length,
        ..
    } = finder;
    if target.at > length {
        let bytes = diagnostics::count(length, "byte");
        return Err(match error {
            Some(error) => Failure::Other(format!(
                "{name}: {error}; the {bytes} before it can be shown"
            )),
            None => usage(format!(
                "--at {}:{}: after the end of the file, which has {bytes}",
                name, target.at
            )),
        });
    }
    let paint = |style: Paint| if colour { style } else { Paint::new() };
    let bold = paint(Paint::new().bold());
    let seen = locator.finish();
    let mut out = format!(
        "{bold}{}: byte {} of {length}, line {}, column {}{bold:#}\n",
        sanitize(&name),
        target.at,
        window.line(),
        window.column()
    );
    for line in lines(&target, length, &seen, shape, enclosing.as_ref()) {
        out.push_str(&sanitize(&line));
        out.push('\n');
    }
    out.push('\n');
    Excerpt {
        bytes: window.bytes(),
        at: window.mark(),
        line: window.line(),
        is_cut: (window.is_cut_before(), window.is_cut_after()),
        width: output::width(&writer).unwrap_or(WIDTH),
        paint: paint(AnsiColor::Red.on_default().bold()),
    }
    .write(&mut out);
    out.push('\n');
    match (&enclosing, seen.next) {
        (Some(enclosing), _) => out.push_str(&enclosing.whole),
        _ if shape.is_some_and(UnsupportedShape::is_refused) => {
            out.truncate(out.len() - 1);
        }
        (None, Some(next)) => {
            out.push_str(&format!("the next whole event begins at byte {next}\n"))
        }
        (None, None) => out.push_str("no whole event follows\n"),
    }
    writer.write_all(out.as_bytes())?;
    writer.finish()?;
    if let Some(error) = error {
        diagnostics::warning(&format!("{name}: {error}"));
    }
    Ok(Status::Done)
}

fn find(file: &OsStr) -> Result<Input, Failure> {
    let mut found = input::discover(&[file.to_owned()]);
    if let Some(problem) = found.problems.first().filter(|problem| problem.named) {
        return Err(Failure::Other(problem.to_string()));
    }
    match found.inputs.pop() {
        Some(input) if input.named() => Ok(input),
        _ => Err(usage(format!(
            "--at {}: this is a directory; name a file in it",
            file.to_string_lossy()
        ))),
    }
}

/// Finds the place while the file is read.
struct PlaceFinder {
    /// The bytes around the place, in a form that a person can read.
    window: ByteWindow,
    /// Makes the file readable for a person, if it is not: UTF-16 for example.
    readable: Option<StageChain>,
    /// Converts the file to the text that is searched for events, if it has another format.
    made: Option<StageChain>,
    locator: Locator,
    /// The length of the longest event in bytes.
    longest: usize,
    shape: Option<UnsupportedShape>,
    at: u64,
    length: u64,
    begun: bool,
}

impl PlaceFinder {
    fn new(at: u64, limits: &Limits) -> Self {
        let limits = limits.of_events();
        PlaceFinder {
            window: ByteWindow::new(at, REACH),
            readable: None,
            made: None,
            locator: Locator::new(at, limits),
            longest: limits.event,
            shape: None,
            at,
            length: 0,
            begun: false,
        }
    }

    fn take(&mut self, bytes: &[u8], eof: bool, visit: &mut dyn FnMut(&Event<'_>)) {
        if !std::mem::replace(&mut self.begun, true) {
            let recipe = transcode::recognise(bytes);
            self.made = recipe.as_ref().map(|it| it.chain(self.longest));
            self.readable = recipe
                .and_then(|recipe| recipe.readable())
                .map(|it| it.chain(self.longest));
            if self.readable.is_some() {
                self.window = ByteWindow::unplaced(REACH);
            }
        }
        self.length += bytes.len() as u64;
        match &mut self.readable {
            None => self.window.take(bytes),
            Some(chain) => {
                chain.push(bytes, eof);
                let block = chain.block(usize::MAX);
                if let Some(place) = block.place_of(self.at) {
                    self.window.place(place);
                }
                self.window.take(&block.bytes);
                if block.end && self.at >= self.length {
                    self.window.place(self.window.read());
                }
            }
        }
        match &mut self.made {
            None => self.search(bytes, None, eof, visit),
            Some(chain) => {
                chain.push(bytes, eof);
                let block = chain.block(usize::MAX);
                self.search(&block.bytes, Some(&block.origins), block.end, visit);
            }
        }
    }

    fn search(
        &mut self,
        text: &[u8],
        origins: Option<&Origins>,
        eof: bool,
        visit: &mut dyn FnMut(&Event<'_>),
    ) {
        if self.locator.is_new() {
            self.shape = UnsupportedShape::of(text);
        }
        if !self.shape.is_some_and(UnsupportedShape::is_refused) {
            self.locator.read(text, origins, eof, visit);
        }
    }
}

/// Reads an input to its end, block by block. Returns the error that ended it early, if any.
fn read(
    input: &Input,
    limits: &Limits,
    mut each: impl FnMut(&[u8], bool),
) -> Result<Option<String>, String> {
    let opened = input::open(input).map_err(|error| error.to_string())?;
    let mut reader = opened.into_reader(limits.of_packed());
    let progress = Progress::new(&[Item::from(input)], false);
    let mut block = vec![0; CHUNK_SIZE];
    let mut at = 0;
    let mut error = None;
    loop {
        let mut filled = 0;
        // Blocks are filled, because a pipe may give one byte at a time and the first block decides the format.
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match reader.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(failed) if failed.kind() == io::ErrorKind::Interrupted => {}
                Err(failed) => {
                    error = Some(failed.to_string());
                    break;
                }
            }
        }
        let eof = filled < block.len();
        each(&block[..filled], eof);
        at += filled as u64;
        (progress.callback())(at);
        if eof {
            progress.finish();
            return Ok(error);
        }
    }
}

/// The lines about the place, after the heading.
fn lines(
    target: &FileOffset,
    length: u64,
    seen: &Location,
    shape: Option<UnsupportedShape>,
    enclosing: Option<&EnclosingEvent>,
) -> Vec<String> {
    let mut lines = Vec::new();
    let refused = shape.filter(|shape| shape.is_refused());
    let place = match refused {
        // No event is searched in such a file, so all of it is skipped.
        Some(_) if target.at < length => Some(LocatedByte {
            class: ByteClass::Skipped,
            finding: None,
        }),
        _ => seen.place.clone(),
    };
    match (&place, enclosing) {
        (_, Some(enclosing)) => {
            let (first, last) = enclosing.span;
            lines.push(format!("event: bytes {first} to {last}"));
            for (name, text) in &enclosing.names {
                lines.push(format!("  {name:<9}  {text}"));
            }
            lines.extend(enclosing.faults.iter().map(|fault| format!("  {fault}")));
        }
        (Some(place), None) => lines.push(format!("{}: {}", place.class, meaning(place.class))),
        (None, None) => lines.push("the end of the file: there is no byte here".to_owned()),
    }
    let reported = place.and_then(|place| place.finding);
    let is_new = |finding: &Finding| {
        let is_reported = reported.as_ref().is_some_and(|it| it.kind == finding.kind);
        // Reported for the event itself.
        let is_of_event = matches!(finding.kind, FindingKind::NotUtf8 { .. });
        finding.at == target.at && !is_reported && !is_of_event
    };
    let others = seen.findings.iter().filter(|finding| is_new(finding));
    for finding in reported.iter().chain(others) {
        lines.push(format!("  byte {}: {finding}", finding.at));
    }
    let report = FileReport {
        shown: String::new(),
        root: None,
        byte_counts: seen.byte_counts,
        content: match refused {
            Some(_) => Content::Foreign(Decoy::Other),
            None => seen.content.clone(),
        },
        findings: Vec::new(),
        error: None,
        met_limit: false,
        failed: false,
        stats: SelectionStats::default(),
        duplicates: 0,
        unsupported: shape,
        unsupported_has_events: false,
    };
    if let Some(reason) = refusal::reason(&report) {
        lines.push(format!("  the file: {reason}"));
    }
    lines
}

const fn meaning(class: ByteClass) -> &'static str {
    match class {
        ByteClass::Event => "whole and valid",
        ByteClass::Structure => "JSON that is not part of an event",
        ByteClass::Skipped => "text that is not JSON",
        ByteClass::Damaged => "the rest of an event",
    }
}

fn describe(
    event: &Event<'_>,
    at: u64,
    file: &str,
    options: &LocateOptions<'_>,
    colour: bool,
) -> EnclosingEvent {
    let source = event.source();
    let context = Context {
        zone: options.zone,
        format: options.format,
        file,
    };
    let mut names = Vec::new();
    for name in ["EventId", "EventTime", "EventName"] {
        let value = Field::parse(name).map(|field| {
            let value = field.value(event, &context);
            value.cell_text().into_owned()
        });
        names.extend(
            value
                .ok()
                .filter(|text| !text.is_empty())
                .map(|text| (name, text)),
        );
    }
    let mut faults = Vec::new();
    if let Some(why) = event.record_unreadable() {
        let why = unreadable(why);
        faults.push(format!("record unreadable: its CloudTrailEvent {why}"));
    }
    if let Err(error) = std::str::from_utf8(source) {
        let mut fault = "bytes that are not UTF-8 (a Windows code page?)".to_owned();
        // If the text was converted from the file, offsets in it are not offsets in the file.
        if source.len() as u64 == event.end - event.offset {
            let first = event.offset + error.valid_up_to() as u64;
            let here = if first == at { ", this one" } else { "" };
            fault += &format!(", the first at byte {first}{here}");
        }
        faults.push(fault);
    }
    let detail = Detail {
        record_only: false,
        indent: Some(2),
        style: Some(if colour { Style::jq() } else { Style::plain() }),
        clock: options.clock.clone(),
    };
    let mut whole = Vec::new();
    write_whole(event, &detail, &mut whole);
    EnclosingEvent {
        span: (event.offset, event.end.saturating_sub(1)),
        names,
        faults,
        whole: String::from_utf8_lossy(&whole).into_owned(),
    }
}
