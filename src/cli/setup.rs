//! From what was typed to what is done: selection, time window, inputs.
//!
//! Everything that can be wrong with a command line is found here, before a byte of input is read.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::Path;

use super::args::{Common, DiagnosticArgs, Time};
use super::first_pass::Unresolved;
use super::limits::Limits;
use super::manifest::Manifest;
use super::progress::Progress;
use super::sessions::SessionQuery;
use super::{Failure, changed_files, conditions, diagnostics, local};
use crate::engine::{self, Answer, CHUNK_SIZE, FileReport, Item, Question, RunReport, Settings};
use crate::event::Field;
use crate::input::{self, Discovery, Fingerprint, InputKind};
use crate::select::{Condition, Expr, Selection, Test};
use crate::time::{self, Moment, TimeFormat, TypedWindow, Window, Zone};

/// A question, ready to be asked.
pub(super) struct Plan {
    pub zone: Zone,
    pub format: TimeFormat,
    pub selection: Selection,
    pub keep_duplicates: bool,
    pub limit: Option<u64>,
    pub threads: usize,
    pub limits: Limits,
    pub items: Vec<Item>,
    pub discovery: Discovery,
    pub diagnostics: DiagnosticArgs,
    /// Set by `--since`, `--until` and `--on`.
    pub window: Window,
    /// Set by `--last`, `--around` and `--with-sessions` until a first pass has found it out.
    pub unresolved: Unresolved,
    pub conditions: Vec<Condition>,
    /// What the files were when they were read for the first time.
    pub first_pass: Option<RunReport>,
    /// Pipes that could not be kept, with their places among the items.
    pub unkept: Vec<(usize, FileReport)>,
    /// What passed of the pipes that were kept, by their places among the items.
    pub prints: BTreeMap<usize, Fingerprint>,
    /// Pipes were kept already.
    pub is_kept: bool,
    /// What `now` is.
    pub now: Moment,
    /// Set by `--manifest`.
    pub manifest: Option<Manifest>,
}

impl Plan {
    /// Checks what was typed and finds the inputs.
    pub fn new(common: &Common) -> Result<Plan, Failure> {
        let explain = common.diagnostics.explain;
        Plan::over(common, || discover(&common.input.source.dumps, explain))
    }

    /// Checks what was typed, for inputs that are found in another way.
    pub fn over(
        common: &Common,
        discover: impl FnOnce() -> Result<Discovery, Failure>,
    ) -> Result<Plan, Failure> {
        let (zone, format) = zone_and_format(&common.time, &common.diagnostics)?;
        let now = now(&common.time, &zone)?;
        let window = window(&common.time, &zone, now)?;
        let mut conditions = conditions::conditions(&common.selection, &zone, now)?;
        let unresolved = Unresolved {
            sessions: SessionQuery::take(&common.selection, &mut conditions)?,
            ..Unresolved::new(&common.time)?
        };
        if window.since.is_some() || window.until.is_some() {
            conditions.push(Condition {
                typed: typed_window(&common.time, &zone),
                expr: Expr::Flag(Test::Time(window)),
            });
        }
        let manifest = common.diagnostics.manifest.as_deref();
        let manifest = manifest.map(Manifest::new).transpose()?;
        let discovery = discover()?;
        if let Some(manifest) = &manifest {
            manifest.check(&discovery)?;
        }
        let items = discovery.inputs.iter().map(Item::from).collect();
        let threads = common
            .input
            .source
            .threads
            .map_or_else(processors, usize::from);
        Ok(Plan {
            zone,
            format,
            selection: Selection::default(),
            keep_duplicates: common.input.keep_duplicates,
            limit: None,
            threads,
            limits: common.input.source.limits.clone(),
            items,
            discovery,
            diagnostics: common.diagnostics.clone(),
            window,
            unresolved,
            conditions,
            first_pass: None,
            unkept: Vec::new(),
            prints: BTreeMap::new(),
            is_kept: false,
            now,
            manifest,
        })
    }

    /// Asks a question of the input; beforehand, if that was not done yet, what must be known for it.
    pub fn ask<Q: Question, A: Answer<Q::Batch>>(
        &mut self,
        question: &Q,
        answer: &mut A,
        rows_on_terminal: bool,
    ) -> Result<RunReport, Failure> {
        self.resolve()?;
        let progress = Progress::new(&self.items, rows_on_terminal);
        self.selection = Selection::new(std::mem::take(&mut self.conditions));
        let report = engine::ask(&self.items, &self.settings(&progress), question, answer)?;
        progress.finish();
        Ok(self.checked(report))
    }

    /// Asks a question of the first inputs, and then of the others by themselves: what occurs in both parts is no
    /// duplicate.
    pub fn ask_apart<Q: Question, A: Answer<Q::Batch>>(
        &mut self,
        question: &Q,
        first: usize,
        [one, other]: [&mut A; 2],
    ) -> Result<RunReport, Failure> {
        self.resolve()?;
        let kept = first - self.unkept.iter().filter(|(at, _)| *at < first).count();
        let progress = Progress::new(&self.items, false);
        self.selection = Selection::new(std::mem::take(&mut self.conditions));
        let settings = self.settings(&progress);
        let (first, second) = self.items.split_at(kept);
        let mut report = engine::ask(first, &settings, question, one)?;
        report.append(engine::ask(second, &settings, question, other)?);
        progress.finish();
        Ok(self.checked(report))
    }

    /// Asks a question of the input, and in the same reading another of all its events.
    pub fn ask_with_all<Q, A, R, B>(
        &mut self,
        (question, answer): (&Q, &mut A),
        of_all: (&R, &mut B),
    ) -> Result<(RunReport, RunReport), Failure>
    where
        Q: Question,
        A: Answer<Q::Batch>,
        R: Question,
        B: Answer<R::Batch>,
    {
        self.resolve()?;
        let progress = Progress::new(&self.items, false);
        self.selection = Selection::new(std::mem::take(&mut self.conditions));
        let settings = self.settings(&progress);
        let (report, mut all) =
            engine::ask_with_all(&self.items, &settings, (question, answer), of_all)?;
        progress.finish();
        if let Some(first) = &self.first_pass {
            changed_files::between(first, &mut all);
        }
        Ok((self.checked(report), all))
    }

    /// The report, with changes of files that are known only after the pass.
    fn checked(&mut self, mut report: RunReport) -> RunReport {
        if let Some(first) = self.first_pass.take() {
            changed_files::between(&first, &mut report);
        }
        changed_files::meanwhile(&self.items, &mut report);
        self.put_back_unkept(&mut report);
        report
    }

    /// Inserts inputs that could not be kept at their original positions.
    pub fn put_back_unkept(&self, report: &mut RunReport) {
        for (index, file) in &self.unkept {
            report
                .files
                .insert((*index).min(report.files.len()), file.clone());
        }
    }

    pub fn settings<'s>(&'s self, progress: &'s Progress) -> Settings<'s> {
        Settings {
            selection: &self.selection,
            zone: &self.zone,
            format: &self.format,
            keep_duplicates: self.keep_duplicates,
            limit: self.limit,
            threads: self.threads,
            chunk_size: CHUNK_SIZE,
            limits: self.limits.of_events(),
            unpacking: self.limits.of_packed(),
            progress: progress.callback(),
        }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

pub(super) fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

/// The variable whose value is the zone if `--tz` is not given.
const ZONE_VARIABLE: &str = "TRAILSIFT_TZ";

/// The value of `--tz`, else of the variable `TRAILSIFT_TZ`, with the name of its source. `None` means UTC.
pub(super) fn typed_zone(typed: &Time) -> Option<(&'static str, String)> {
    if let Some(zone) = typed.value("tz") {
        return Some(("--tz", zone.to_owned()));
    }
    let value = std::env::var_os(ZONE_VARIABLE).filter(|value| !value.is_empty())?;
    Some((ZONE_VARIABLE, value.to_string_lossy().into_owned()))
}

/// The zone and the format of printed times. Prints a note if the zone was typed as an abbreviation or a city.
pub(super) fn zone_and_format(
    typed: &Time,
    args: &DiagnosticArgs,
) -> Result<(Zone, TimeFormat), Failure> {
    let mut zone = Zone::Utc;
    if let Some((option, name)) = typed_zone(typed) {
        let parsed = Zone::parse_with_note(&name);
        let (named, note) = parsed.map_err(|error| usage(error.for_option(option)))?;
        if let Some(note) = note {
            diagnostics::note(args, &format!("{option} {note}"));
        }
        zone = match named {
            Zone::Local => local::zone(option)?,
            named => named,
        };
    }
    let format = match typed.value("time-format") {
        Some(typed) => TimeFormat::parse(typed).map_err(usage)?,
        None => TimeFormat::default(),
    };
    Ok((zone, format))
}

/// The zone and the format in which whole events show their time: as in the dump unless one of them was chosen.
pub(super) fn chosen_clock(
    typed: &Time,
    zone: &Zone,
    format: &TimeFormat,
) -> Option<(Zone, TimeFormat)> {
    let is_chosen = typed_zone(typed).is_some() || typed.has("time-format");
    is_chosen.then(|| (*zone, format.clone()))
}

/// The moment that `now` and `yesterday` refer to.
pub(super) fn now(typed: &Time, zone: &Zone) -> Result<Moment, Failure> {
    let clock = Moment::from_datetime(chrono::Utc::now());
    match typed.value("now") {
        Some(typed) => time::parse_now(typed, zone, clock).map_err(usage),
        None => Ok(clock),
    }
}

/// The window of `--since`, `--until` and `--on`.
pub(super) fn window(typed: &Time, zone: &Zone, now: Moment) -> Result<Window, Failure> {
    let typed = TypedWindow {
        since: typed.value("since"),
        until: typed.value("until"),
        end_time: typed.value("end-time"),
        on: typed.value("on"),
    };
    time::resolve(&typed, zone, now).map_err(usage)
}

/// `--on 2019-06-08 (UTC)`, as a person typed it, for the explanation of a zero.
pub(super) fn typed_window(typed: &Time, zone: &Zone) -> String {
    let flags = ["since", "until", "end-time", "on"];
    let words: Vec<_> = flags
        .iter()
        .filter_map(|flag| Some(format!("--{flag} {}", typed.value(flag)?)))
        .collect();
    format!("{} ({zone})", words.join(" "))
}

/// Why a name is probably the value of a flag and not a dump: it is the id of an event or an access key, and no such
/// file exists.
fn misplaced(name: &OsStr) -> Option<String> {
    let text = name.to_str()?;
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    let is_id = parts == [8, 4, 4, 4, 12] && text.chars().all(is_hex);
    let is_key = text.len() == 20 && (text.starts_with("AKIA") || text.starts_with("ASIA"));
    let (what, flag) = match (is_id, is_key) {
        (true, _) => ("the id of an event", "--id"),
        (_, true) => ("an access key", "--key"),
        _ => return None,
    };
    // A link that leads nowhere exists, too: it was meant as a file.
    let is_missing = Path::new(name).symlink_metadata().is_err();
    is_missing.then(|| format!("{text}: no such file, it looks like {what}; write {flag} {text}"))
}

fn discover(typed: &[OsString], explain: bool) -> Result<Discovery, Failure> {
    if let Some(error) = typed.iter().find_map(|name| misplaced(name)) {
        return Err(usage(error));
    }
    if !typed.is_empty() {
        return Ok(input::discover(typed));
    }
    // Nothing is read where a question is only explained.
    if !explain && std::io::stdin().is_terminal() {
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
    if ["*", "all"].contains(&typed) {
        return Err(usage(format!(
            "{option} {typed}: name the fields, which `trailsift fields` lists; the field `event` is the whole event"
        )));
    }
    Field::parse(typed).map_err(|error| usage(format!("{option}: {error}")))
}
