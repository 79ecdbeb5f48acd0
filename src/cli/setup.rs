//! From what was typed to what is done: selection, time window, inputs.
//!
//! Everything that can be wrong with a command line is found here, before a byte of input is read.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Common, Time};
use super::progress::Progress;
use super::{Failure, local, tell, wanted};
use crate::dump::{Account, Content, Limits};
use crate::engine::{
    self, Answer, FileReport, Item, Origin, PIECE, Question, Report, Settings, Stats,
};
use crate::event::Field;
use crate::input::{self, Discovery, InputKind, Opened, SPOOL_MEMORY, Spool, SpoolError};
use crate::select::{Condition, Selection, Test};
use crate::tally::Newest;
use crate::time::{self, Asked, Format, Moment, Span, Window, Zone};

/// A question, ready to be asked.
pub(super) struct Plan {
    pub zone: Zone,
    pub format: Format,
    pub selection: Selection,
    pub keep_duplicates: bool,
    pub limit: Option<u64>,
    /// Whether it is worth saying that the limit ended the reading.
    pub tells_stop: bool,
    pub threads: usize,
    pub items: Vec<Item>,
    pub discovery: Discovery,
    quiet: bool,
    /// Set by `--last` until the newest event is known.
    last: Option<(Span, String)>,
    conditions: Vec<Condition>,
    /// What the files were when they were read for the first time.
    first_pass: Option<Report>,
    /// Pipes that could not be kept, with their places among the items.
    unkept: Vec<(usize, FileReport)>,
}

impl Plan {
    /// Checks what was typed and finds the inputs.
    pub fn new(common: &Common) -> Result<Plan, Failure> {
        let (zone, format) = zone_and_format(&common.time)?;
        let window = window(&common.time, &zone)?;
        let last = match &common.time.last {
            Some(typed) => {
                let span = time::parse_last(typed).map_err(usage)?;
                Some((span, format!("--last {typed}")))
            }
            None => None,
        };
        let mut conditions = wanted::conditions(&common.selection)?;
        if window.since.is_some() || window.until.is_some() {
            conditions.push(Condition {
                typed: typed_window(&common.time, &zone),
                test: Test::Time(window),
                negated: false,
            });
        }
        let discovery = discover(&common.input.dumps)?;
        let items = discovery.inputs.iter().map(Item::from).collect();
        let threads = common.input.threads.map_or_else(processors, usize::from);
        Ok(Plan {
            zone,
            format,
            selection: Selection::default(),
            keep_duplicates: common.input.keep_duplicates,
            limit: None,
            tells_stop: false,
            threads,
            items,
            discovery,
            last,
            conditions,
            quiet: common.telling.quiet,
            first_pass: None,
            unkept: Vec::new(),
        })
    }

    /// Asks a question of the input, and beforehand, if need be, for the newest event.
    pub fn ask<Q: Question, A: Answer<Q::Batch>>(
        &mut self,
        question: &Q,
        answer: &mut A,
        rows_on_terminal: bool,
    ) -> Result<Report, Failure> {
        let progress = Progress::new(&self.items, rows_on_terminal);
        if let Some((span, typed)) = self.last.take() {
            self.resolve_last(span, typed, &progress)?;
        }
        self.selection = Selection::new(std::mem::take(&mut self.conditions));
        let mut report = engine::ask(&self.items, &self.settings(&progress), question, answer)?;
        progress.finish();
        if let Some(first) = self.first_pass.take() {
            changed_between(&first, &mut report);
        }
        for (index, file) in self.unkept.drain(..) {
            report.files.insert(index.min(report.files.len()), file);
        }
        Ok(report)
    }

    fn settings<'s>(&'s self, progress: &'s Progress) -> Settings<'s> {
        Settings {
            selection: &self.selection,
            zone: &self.zone,
            format: &self.format,
            keep_duplicates: self.keep_duplicates,
            limit: self.limit,
            threads: self.threads,
            piece: PIECE,
            limits: Limits::default(),
            progress: progress.callback(),
        }
    }

    /// `--last 24h`: the first of two passes.
    fn resolve_last(
        &mut self,
        span: Span,
        typed: String,
        progress: &Progress,
    ) -> Result<(), Failure> {
        for (index, mut item) in std::mem::take(&mut self.items).into_iter().enumerate() {
            match spool(&mut item, self.quiet) {
                Ok(()) => self.items.push(item),
                Err(error) => self.unkept.push((index, unread(item, &error))),
            }
        }
        let mut newest = Newest::default();
        let settings = Settings {
            keep_duplicates: true,
            limit: None,
            ..self.settings(progress)
        };
        let report = engine::ask(&self.items, &settings, &Newest::default(), &mut newest)?;
        let newest = newest.moment;
        self.first_pass = Some(report);
        // Without any time there is nothing to count back from, and nothing that could be selected.
        let since = newest.map(|newest| newest.minus(span));
        self.conditions.push(Condition {
            typed: match since {
                Some(since) => format!("{typed} (since {})", shown(since, &self.zone)),
                None => typed,
            },
            test: Test::Time(Window { since, until: None }),
            negated: false,
        });
        Ok(())
    }
}

/// What is told of an item that could not be read.
fn unread(item: Item, error: &SpoolError) -> FileReport {
    FileReport {
        shown: item.shown,
        root: item.root,
        account: Account::default(),
        content: Content::Blank,
        findings: Vec::new(),
        error: Some(error.to_string()),
        failed: true,
        stats: Stats::default(),
        duplicates: 0,
        unread: None,
        unread_events: false,
    }
}

/// Keeps a pipe, so that it can be read twice.
fn spool(item: &mut Item, quiet: bool) -> Result<(), SpoolError> {
    let Origin::Input(input) = &item.origin else {
        return Ok(());
    };
    // What can't be opened is reported when the question is asked.
    let Ok(Opened::Stream(stream)) = input::open(input) else {
        return Ok(());
    };
    if stream.stamp().is_some() {
        return Ok(());
    }
    let directory = temporary_directory();
    let shown = item.shown.clone();
    let mut on_disk = |directory: &std::path::Path| {
        if quiet {
            return;
        }
        tell::line(&format!(
            "trailsift: note: {shown}: more than 64 MiB to be read twice, kept in an unlinked \
             temporary file in {}",
            directory.display()
        ));
    };
    let mut packed = stream.into_packed();
    let spool = Spool::fill(&mut packed, SPOOL_MEMORY, &directory, &mut on_disk)?;
    item.origin = Origin::Spool(Arc::new(spool));
    Ok(())
}

/// Where temporary files go: `TMPDIR`, or `/tmp`.
fn temporary_directory() -> PathBuf {
    std::env::temp_dir()
}

/// A file that is not what it was at the first reading makes the answer doubtful.
fn changed_between(first: &Report, second: &mut Report) {
    let pairs = first.stamps.iter().zip(&second.stamps);
    for ((before, after), file) in pairs.zip(&mut second.files) {
        if before != after && file.error.is_none() {
            file.error = Some("the file changed between the two readings".to_owned());
        }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

pub(super) fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

pub(super) fn zone_and_format(typed: &Time) -> Result<(Zone, Format), Failure> {
    let zone = match Zone::parse(&typed.tz).map_err(usage)? {
        Zone::Local => local::zone()?,
        zone => zone,
    };
    let format = match &typed.time_format {
        Some(typed) => Format::parse(typed).map_err(usage)?,
        None => Format::default(),
    };
    Ok((zone, format))
}

fn window(typed: &Time, zone: &Zone) -> Result<Window, Failure> {
    let clock = Moment::from_datetime(chrono::Utc::now());
    let now = match &typed.now {
        Some(typed) => time::parse_now(typed, zone, clock).map_err(usage)?,
        None => clock,
    };
    let asked = Asked {
        since: typed.since.as_deref(),
        until: typed.until.as_deref(),
        on: typed.on.as_deref(),
    };
    time::resolve(&asked, zone, now).map_err(usage)
}

/// `--on 2019-06-08 (UTC)`, as a person typed it, for the explanation of a zero.
fn typed_window(typed: &Time, zone: &Zone) -> String {
    let flags = [
        ("--since", &typed.since),
        ("--until", &typed.until),
        ("--on", &typed.on),
    ];
    let words: Vec<_> = flags
        .iter()
        .filter_map(|(flag, value)| value.as_ref().map(|value| format!("{flag} {value}")))
        .collect();
    format!("{} ({zone})", words.join(" "))
}

/// A time for messages.
pub(super) fn shown(moment: Moment, zone: &Zone) -> String {
    let mut out = Vec::new();
    Format::default().write(moment, zone, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn discover(typed: &[OsString]) -> Result<Discovery, Failure> {
    if !typed.is_empty() {
        return Ok(input::discover(typed));
    }
    if std::io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "nothing to read: name a dump, or pipe one in (`aws cloudtrail lookup-events | trailsift count`)"
                .to_owned(),
        ));
    }
    let mut discovery = input::discover(&["-".into()]);
    for input in &mut discovery.inputs {
        input.kind = InputKind::Stdin;
    }
    Ok(discovery)
}

/// Compiles fields from the lists typed after an option: separated by commas, quotes protect a comma.
pub(super) fn fields(option: &str, typed: &[String]) -> Result<Vec<Field>, Failure> {
    let mut fields = Vec::new();
    for list in typed {
        let mut quoted = false;
        let parts = list.split(|c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        for part in parts {
            fields.push(field(option, part.trim())?);
        }
    }
    Ok(fields)
}

/// Compiles the one field typed after an option.
pub(super) fn field(option: &str, typed: &str) -> Result<Field, Failure> {
    Field::parse(typed).map_err(|error| usage(format!("{option}: {error}")))
}
