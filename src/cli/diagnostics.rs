//! Messages on standard error after the results: problems, findings, byte counts; and the exit
//! status that follows from them.
//!
//! Notes can be silenced, warnings and errors can't. Text from files is made harmless where a person looks.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use super::args::DiagnosticArgs;
use super::missing_path::OccurringPaths;
use super::setup::Plan;
use super::status::Status;
use super::{byte_counts, empty_result, refusal};
use crate::dump::{Content, Severity, unreadable};
use crate::engine::{FileReport, RunReport};
use crate::event::Field;
use crate::input::Discovery;
use crate::render::terminal::sanitize;
use crate::select::Probe;
use crate::text::grouped;
pub(super) use crate::text::plural as count;

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
fn single_line(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r")
}

pub(super) fn error(text: &str) {
    line(&format!("trailsift: error: {text}"));
}

pub(super) fn warning(text: &str) {
    line(&format!("trailsift: warning: {text}"));
}

/// Says a note, unless notes are not wanted.
pub(super) fn note(args: &DiagnosticArgs, text: &str) {
    if !args.quiet {
        line(&format!("trailsift: note: {text}"));
    }
}

/// Says things, unless they are notes and notes are not wanted.
struct Diagnostics {
    quiet: bool,
    /// Another part reports the warnings.
    silent: bool,
    status: Status,
}

impl Diagnostics {
    fn new(quiet: bool) -> Diagnostics {
        Diagnostics {
            quiet,
            silent: false,
            status: Status::Done,
        }
    }

    fn note(&self, text: &str) {
        if !self.quiet {
            line(&format!("trailsift: note: {}", single_line(text)));
        }
    }

    fn warn(&self, text: &str) {
        if !self.silent {
            warning(&single_line(text));
        }
    }

    fn fail(&mut self, text: &str) {
        error(&single_line(text));
        self.status = self.status.and(Status::Usage);
    }

    fn lost(&mut self) {
        self.status = self.status.and(Status::Lost);
    }
}

/// Whether any source could be read, be it that no event is in it. Without one there is no answer, not
/// even a zero.
pub(super) fn is_answer(report: &RunReport) -> bool {
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

/// Prints all messages, and returns the exit status.
pub(super) fn report(plan: &Plan, args: &DiagnosticArgs, report: &RunReport) -> Status {
    let mut diagnostics = Diagnostics::new(args.quiet);
    let foreign = report_inputs(&mut diagnostics, plan, args, report);
    selection(&mut diagnostics, args, report);
    paths(&diagnostics, plan, report);
    for line in empty_result::explain(plan, report) {
        diagnostics.note(&line);
    }
    if let Some(format) = args.stats {
        byte_counts::print(plan, report, foreign, format);
    }
    if args.exit_status && report.totals.kept == 0 {
        diagnostics.status = diagnostics.status.and(Status::No);
    }
    diagnostics.status
}

/// Prints the messages that the output of `inspect` does not contain, and returns the exit status.
pub(super) fn inspected(plan: &Plan, report: &RunReport) -> Status {
    let mut diagnostics = Diagnostics::new(plan.diagnostics.quiet);
    problems(&mut diagnostics, &plan.discovery);
    (diagnostics.quiet, diagnostics.silent) = (true, true);
    let foreign = report_files(&mut diagnostics, report, false);
    (diagnostics.quiet, diagnostics.silent) = (plan.diagnostics.quiet, false);
    empty_sources(&mut diagnostics, plan, report);
    report_foreign(&diagnostics, foreign);
    diagnostics.status
}

/// Prints the messages about inputs that were not read for the result.
pub(super) fn sources(plan: &Plan, report: &RunReport) {
    let mut diagnostics = Diagnostics::new(plan.diagnostics.quiet);
    report_inputs(&mut diagnostics, plan, &plan.diagnostics, report);
}

/// Prints the problems that were found without opening the inputs, and returns the exit status.
pub(super) fn found(plan: &Plan) -> Status {
    let mut diagnostics = Diagnostics::new(plan.diagnostics.quiet);
    problems(&mut diagnostics, &plan.discovery);
    diagnostics.status
}

/// Prints the messages about all inputs, and returns the number of foreign files.
fn report_inputs(
    diagnostics: &mut Diagnostics,
    plan: &Plan,
    args: &DiagnosticArgs,
    report: &RunReport,
) -> u64 {
    problems(diagnostics, &plan.discovery);
    let foreign = report_files(diagnostics, report, args.strict);
    empty_sources(diagnostics, plan, report);
    report_foreign(diagnostics, foreign);
    foreign
}

fn report_files(diagnostics: &mut Diagnostics, report: &RunReport, strict: bool) -> u64 {
    let files = report.files.iter();
    files
        .map(|file| u64::from(report_file(diagnostics, file, strict)))
        .sum()
}

fn report_foreign(diagnostics: &Diagnostics, foreign: u64) {
    if foreign > 0 {
        diagnostics.note(&format!(
            "skipped {} that {} no CloudTrail dump{}",
            count(foreign, "file"),
            if foreign == 1 { "is" } else { "are" },
            if foreign == 1 { "" } else { "s" },
        ));
    }
}

/// A path of `--where` that no event has is most likely misspelt.
fn paths(diagnostics: &Diagnostics, plan: &Plan, report: &RunReport) {
    let found = report.byte_counts().events;
    let occurring = OccurringPaths::new(plan);
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
            let hint = Field::parse(name).map_or_else(|_| String::new(), |it| occurring.hint(&it));
            diagnostics.warn(&format!("--where: `{name}` was found in no event{hint}"));
        } else {
            let hint = Field::parse(name).map_or_else(|_| String::new(), |it| occurring.hint(&it));
            diagnostics.warn(&format!(
                "--where: `{name}` was found in none of the {} in which it was looked up{hint}",
                count(probe.asked, "event")
            ));
        }
    }
}

fn problems(diagnostics: &mut Diagnostics, discovery: &Discovery) {
    for problem in &discovery.problems {
        if problem.is_note() {
            diagnostics.note(&problem.to_string());
        } else if problem.named {
            diagnostics.fail(&problem.to_string());
        } else {
            diagnostics.warn(&problem.to_string());
            diagnostics.lost();
        }
    }
}

/// Prints the messages about one file. Returns true if it is foreign and was found in a directory.
fn report_file(diagnostics: &mut Diagnostics, file: &FileReport, strict: bool) -> bool {
    let named = file.root.is_none();
    let name = &file.shown;
    if let Some(error) = &file.error {
        let text = format!("{name}: {error}");
        let nothing = file.failed || file.byte_counts.events == 0;
        if named && nothing {
            diagnostics.fail(&text);
            return false;
        }
        diagnostics.warn(&text);
        diagnostics.lost();
        if nothing {
            return false;
        }
    }
    if let Some(reason) = refusal::reason(file) {
        let text = format!("{name}: {reason}");
        if named {
            diagnostics.fail(&text);
            return false;
        }
        if is_foreign(file) && !(strict && may_be_dump(file)) {
            return true;
        }
        diagnostics.warn(&text);
        // Events that are there and were not read are lost to the answer.
        if strict || file.unsupported_has_events {
            diagnostics.lost();
        }
        return false;
    }
    if file.content == Content::NoEvents {
        diagnostics.note(&format!("{name}: a dump without events"));
    }
    for finding in &file.findings {
        let text = format!("{name}: byte {}: {finding}", finding.at);
        match finding.severity() {
            Severity::Note => diagnostics.note(&text),
            Severity::Warning => diagnostics.warn(&text),
        }
        if finding.is_loss() || (strict && finding.is_incomplete()) {
            diagnostics.lost();
        }
    }
    if let (count @ 1.., Some((at, why))) = (file.stats.unreadable, file.stats.first_unreadable) {
        diagnostics.warn(&format!(
            "{name}: byte {at}: record unreadable: its CloudTrailEvent {}, its fields are empty{}",
            unreadable(why),
            like_this(count)
        ));
        diagnostics.lost();
    }
    if let (count @ 1.., Some(at)) = (file.stats.no_record, file.stats.first_no_record) {
        let text = format!(
            "{name}: byte {at}: no CloudTrailEvent, so no condition on what is in it selects this event{}",
            like_this(count)
        );
        if strict {
            diagnostics.warn(&text);
            diagnostics.lost();
        } else {
            diagnostics.note(&text);
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

/// A foreign file whose name ends in `.json`, which may be a dump that was cut off in its first bytes; or an archive of an
/// unsupported kind.
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

/// A file in a directory that is not a dump and contains no lost data.
pub(super) fn is_foreign(file: &FileReport) -> bool {
    let is_other = !file.unsupported_has_events && matches!(file.content, Content::Foreign(_));
    is_other && file.root.is_some() && refusal::reason(file).is_some()
}

/// A directory without one readable dump is an empty source.
fn empty_sources(diagnostics: &mut Diagnostics, plan: &Plan, report: &RunReport) {
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
        let is_reported = plan
            .discovery
            .problems
            .iter()
            .any(|problem| problem.named && problem.root == Some(index));
        let is_read_elsewhere = root.inputs == 0 && root.repeated > 0;
        if !readable.get(&index).copied().unwrap_or(false) && !is_reported && !is_read_elsewhere {
            diagnostics.fail(&format!(
                "{}: no CloudTrail dump in this directory",
                root.path.display()
            ));
        }
    }
}

fn selection(diagnostics: &mut Diagnostics, args: &DiagnosticArgs, report: &RunReport) {
    let duplicates = report.duplicates();
    if duplicates > 0 {
        diagnostics.note(&format!(
            "{} dropped (same eventID, eventSource and eventName as one before; --keep-duplicates \
             keeps them)",
            count(duplicates, "duplicate")
        ));
    }
    for conflict in &report.totals.conflicts {
        diagnostics.note(&format!(
            "{}: byte {}: this event has the eventID of an earlier one that differs in call, outcome or \
             requested values, {}; both are kept",
            conflict.file, conflict.at, conflict.id
        ));
    }
    let more = report.totals.conflict_count - report.totals.conflicts.len() as u64;
    if more > 0 {
        diagnostics.note(&format!(
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
        // The result for these events is unknown.
        if args.strict {
            diagnostics.warn(&text);
            diagnostics.lost();
        } else {
            diagnostics.note(&text);
        }
    }
}

/// What to write for a path that can't be found as it is: a list has no members.
pub(super) fn of_elements(field: &Field) -> String {
    field.of_elements().map_or_else(String::new, |path| {
        format!(", as it is a list: write `{path}`")
    })
}
