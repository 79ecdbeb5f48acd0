//! What is said on standard error when the answer is out: problems, findings, the account; and the exit
//! status that follows from them.
//!
//! Notes can be silenced, warnings and errors can't. Text from files is made harmless where a person looks.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use super::args::Telling;
use super::setup::Plan;
use super::status::Status;
use super::{byte_counts, empty_result, refusal};
pub(super) use crate::dump::plural as count;
use crate::dump::{Content, Severity, grouped, unreadable};
use crate::engine::{FileReport, Report};
use crate::event::Field;
use crate::input::Discovery;
use crate::render::terminal::sanitize;
use crate::select::Probe;

/// Writes a line to standard error. That it can't be written is no reason to fail.
pub(super) fn line(text: &str) {
    let mut stderr = io::stderr().lock();
    let shown = if stderr.is_terminal() {
        harmless(text)
    } else {
        text.to_owned()
    };
    let _ = writeln!(stderr, "{shown}");
}

/// The lines, with everything else that a terminal would obey made visible.
pub(super) fn harmless(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(sanitize).collect();
    lines.join("\n")
}

/// A file's name may hold line ends: nobody shall say things in the program's name.
fn one_line(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r")
}

pub(super) fn error(text: &str) {
    line(&format!("trailsift: error: {text}"));
}

pub(super) fn warning(text: &str) {
    line(&format!("trailsift: warning: {text}"));
}

/// Says a note, unless notes are not wanted.
pub(super) fn note(telling: &Telling, text: &str) {
    if !telling.quiet {
        line(&format!("trailsift: note: {text}"));
    }
}

/// Says things, unless they are notes and notes are not wanted.
struct Teller {
    quiet: bool,
    /// Warnings are told elsewhere.
    silent: bool,
    status: Status,
}

impl Teller {
    fn new(quiet: bool) -> Teller {
        Teller {
            quiet,
            silent: false,
            status: Status::Done,
        }
    }

    fn note(&self, text: &str) {
        if !self.quiet {
            line(&format!("trailsift: note: {}", one_line(text)));
        }
    }

    fn warn(&self, text: &str) {
        if !self.silent {
            warning(&one_line(text));
        }
    }

    fn fail(&mut self, text: &str) {
        error(&one_line(text));
        self.status = self.status.and(Status::Usage);
    }

    fn lost(&mut self) {
        self.status = self.status.and(Status::Lost);
    }
}

/// Whether any source could be read, be it that no event is in it. Without one there is no answer, not
/// even a zero.
pub(super) fn is_answer(report: &Report) -> bool {
    is_answered(&report.files)
}

/// The same of some of the sources.
pub(super) fn is_answered(files: &[FileReport]) -> bool {
    files.iter().any(is_read)
}

fn is_read(file: &FileReport) -> bool {
    let broken = file.failed || (file.error.is_some() && file.byte_counts.events == 0);
    !broken && refusal::reason(file).is_none()
}

/// Tells what there is to tell, and gives the exit status.
pub(super) fn report(plan: &Plan, telling: &Telling, report: &Report) -> Status {
    let mut teller = Teller::new(telling.quiet);
    let foreign = tell_sources(&mut teller, plan, telling, report);
    selection(&mut teller, telling, report, plan.tells_stop);
    paths(&teller, plan, report);
    for line in empty_result::explain(plan, report) {
        teller.note(&line);
    }
    if let Some(format) = telling.stats {
        byte_counts::say(plan, report, foreign, format);
    }
    if telling.exit_status && report.totals.kept == 0 {
        teller.status = teller.status.and(Status::No);
    }
    teller.status
}

/// Tells what no screen of `inspect` does, and gives the exit status.
pub(super) fn inspected(plan: &Plan, report: &Report) -> Status {
    let mut teller = Teller::new(plan.telling.quiet);
    problems(&mut teller, &plan.discovery);
    (teller.quiet, teller.silent) = (true, true);
    let foreign = tell_files(&mut teller, report, false);
    (teller.quiet, teller.silent) = (plan.telling.quiet, false);
    empty_sources(&mut teller, plan, report);
    tell_foreign(&teller, foreign);
    teller.status
}

/// Tells what became of the inputs, where the question was never asked of them.
pub(super) fn sources(plan: &Plan, report: &Report) {
    let mut teller = Teller::new(plan.telling.quiet);
    tell_sources(&mut teller, plan, &plan.telling, report);
}

/// Tells what was found out about the inputs without opening them, and gives the exit status.
pub(super) fn found(plan: &Plan) -> Status {
    let mut teller = Teller::new(plan.telling.quiet);
    problems(&mut teller, &plan.discovery);
    teller.status
}

/// Tells about all inputs, and gives the number of foreign files.
fn tell_sources(teller: &mut Teller, plan: &Plan, telling: &Telling, report: &Report) -> u64 {
    problems(teller, &plan.discovery);
    let foreign = tell_files(teller, report, telling.strict);
    empty_sources(teller, plan, report);
    tell_foreign(teller, foreign);
    foreign
}

fn tell_files(teller: &mut Teller, report: &Report, strict: bool) -> u64 {
    let files = report.files.iter();
    files
        .map(|file| u64::from(tell_file(teller, file, strict)))
        .sum()
}

fn tell_foreign(teller: &Teller, foreign: u64) {
    if foreign > 0 {
        teller.note(&format!(
            "skipped {} that {} no CloudTrail dump{}",
            count(foreign, "file"),
            if foreign == 1 { "is" } else { "are" },
            if foreign == 1 { "" } else { "s" },
        ));
    }
}

/// A path of `--where` that no event has is most likely misspelt.
fn paths(teller: &Teller, plan: &Plan, report: &Report) {
    let found = report.byte_counts().events;
    let mut paths: BTreeMap<&str, Probe> = BTreeMap::new();
    for (name, probe) in plan.selection.probed().iter().zip(report.stats().probes) {
        let all = paths.entry(name).or_default();
        all.asked = all.asked.max(probe.asked);
        all.found |= probe.found;
    }
    for (name, probe) in paths {
        if probe.found || probe.asked == 0 {
            continue;
        }
        if probe.asked >= found {
            let hint = Field::parse(name).map_or_else(|_| String::new(), |it| of_elements(&it));
            teller.warn(&format!("--where: `{name}` was found in no event{hint}"));
        } else {
            teller.warn(&format!(
                "--where: `{name}` was found in none of the {} that were asked for it",
                count(probe.asked, "event")
            ));
        }
    }
}

fn problems(teller: &mut Teller, discovery: &Discovery) {
    for problem in &discovery.problems {
        if problem.is_note() {
            teller.note(&problem.to_string());
        } else if problem.named {
            teller.fail(&problem.to_string());
        } else {
            teller.warn(&problem.to_string());
            teller.lost();
        }
    }
}

/// Tells about one file. True when it is foreign and was found in a directory.
fn tell_file(teller: &mut Teller, file: &FileReport, strict: bool) -> bool {
    let named = file.root.is_none();
    let name = &file.shown;
    if let Some(error) = &file.error {
        let text = format!("{name}: {error}");
        let nothing = file.failed || file.byte_counts.events == 0;
        if named && nothing {
            teller.fail(&text);
            return false;
        }
        teller.warn(&text);
        teller.lost();
        if nothing {
            return false;
        }
    }
    if let Some(reason) = refusal::reason(file) {
        let text = format!("{name}: {reason}");
        if named {
            teller.fail(&text);
            return false;
        }
        if is_foreign(file) && !(strict && may_be_dump(file)) {
            return true;
        }
        teller.warn(&text);
        // Events that are there and were not read are lost to the answer.
        if strict || file.unread_events {
            teller.lost();
        }
        return false;
    }
    if file.content == Content::NoEvents {
        teller.note(&format!("{name}: a dump without events"));
    }
    for finding in &file.findings {
        let text = format!("{name}: byte {}: {finding}", finding.at);
        match finding.severity() {
            Severity::Note => teller.note(&text),
            Severity::Warning => teller.warn(&text),
        }
        if finding.is_loss() || (strict && finding.is_incomplete()) {
            teller.lost();
        }
    }
    if let (count @ 1.., Some((at, why))) = (file.stats.unreadable, file.stats.first_unreadable) {
        teller.warn(&format!(
            "{name}: byte {at}: record unreadable: its CloudTrailEvent {}, its fields are empty{}",
            unreadable(why),
            like_this(count)
        ));
        teller.lost();
    }
    if let (count @ 1.., Some(at)) = (file.stats.no_record, file.stats.first_no_record) {
        let text = format!(
            "{name}: byte {at}: no CloudTrailEvent, so no condition on what is in it selects this event{}",
            like_this(count)
        );
        if strict {
            teller.warn(&text);
            teller.lost();
        } else {
            teller.note(&text);
        }
    }
    false
}

/// How many more there are.
pub(super) fn like_this(count: u64) -> String {
    match count {
        0 | 1 => String::new(),
        2 => " (and one more event like this)".to_owned(),
        _ => format!(" (and {} more events like this)", grouped(count - 1)),
    }
}

/// A foreign file that is called JSON and is none, as is a dump that was cut off in its first bytes; or one that is
/// packed in a way that is not unpacked here.
fn may_be_dump(file: &FileReport) -> bool {
    let name = file.shown.as_str();
    let unpacked = [".gz", ".zst"]
        .iter()
        .find_map(|packed| name.strip_suffix(packed))
        .unwrap_or(name);
    let is_json = [".json", ".jsonl"]
        .iter()
        .any(|end| unpacked.ends_with(end));
    is_json && file.byte_counts.skipped > 0 || refusal::is_packed(file)
}

/// A file in a directory that is no dump, and holds nothing that is lost.
pub(super) fn is_foreign(file: &FileReport) -> bool {
    let is_other = !file.unread_events && matches!(file.content, Content::Foreign(_));
    is_other && file.root.is_some() && refusal::reason(file).is_some()
}

/// A directory without one readable dump is an empty source.
fn empty_sources(teller: &mut Teller, plan: &Plan, report: &Report) {
    let mut readable: BTreeMap<usize, bool> = BTreeMap::new();
    for file in &report.files {
        if let Some(root) = file.root {
            let is_dump =
                matches!(file.content, Content::Events | Content::NoEvents) && !file.failed;
            *readable.entry(root).or_default() |= is_dump;
        }
    }
    if report.totals.stopped.is_some() {
        return;
    }
    for (index, root) in plan.discovery.roots.iter().enumerate() {
        let is_told = plan
            .discovery
            .problems
            .iter()
            .any(|problem| problem.named && problem.root == Some(index));
        let is_read_elsewhere = root.inputs == 0 && root.repeated > 0;
        if !readable.get(&index).copied().unwrap_or(false) && !is_told && !is_read_elsewhere {
            teller.fail(&format!(
                "{}: no CloudTrail dump in this directory",
                root.path.display()
            ));
        }
    }
}

fn selection(teller: &mut Teller, telling: &Telling, report: &Report, tell_stop: bool) {
    let duplicates = report.duplicates();
    if duplicates > 0 {
        teller.note(&format!(
            "{} dropped (same eventID, eventSource and eventName as one before; --keep-duplicates \
             keeps them)",
            count(duplicates, "duplicate")
        ));
    }
    for conflict in &report.totals.conflicts {
        teller.note(&format!(
            "{}: byte {}: this event has the eventID of one before it that differs in call, outcome or what \
             is asked, {}; both are kept",
            conflict.file, conflict.at, conflict.id
        ));
    }
    let more = report.totals.conflict_count - report.totals.conflicts.len() as u64;
    if more > 0 {
        teller.note(&format!(
            "{} with the eventID of one before {} that differs",
            count(more, "more event"),
            if more == 1 { "it" } else { "them" }
        ));
    }
    let stats = report.stats();
    for (lacking, what, nowhere) in [
        (
            stats.no_read_only,
            "readOnly",
            "in neither --read-only nor --write",
        ),
        (
            stats.no_time,
            "a time that can be read",
            "selected by no condition on it",
        ),
    ] {
        if lacking == 0 {
            continue;
        }
        let is = if lacking == 1 { "is" } else { "are" };
        let events = count(lacking, "event");
        let text = format!("{events} without {what} {is} {nowhere}");
        // What is asked of them cannot be told.
        if telling.strict {
            teller.warn(&text);
            teller.lost();
        } else {
            teller.note(&text);
        }
    }
    if let Some(stopped) = report.totals.stopped.as_ref().filter(|_| tell_stop) {
        teller.note(&format!(
            "{}: stopped at byte {} with {}, as asked; whatever follows was not read",
            stopped.file,
            stopped.at,
            count(report.totals.kept, "event")
        ));
    }
}

/// What to write for a path that can't be found as it is: a list has no members.
pub(super) fn of_elements(field: &Field) -> String {
    field.of_elements().map_or_else(String::new, |path| {
        format!(", as it is a list: write `{path}`")
    })
}
