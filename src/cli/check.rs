//! `trailsift check`: tests the events of a run against rules and a baseline.

use std::ffi::{OsStr, OsString};

use clap::{Args, ValueHint};

use super::args::Common;
use super::explain::{self, CommandReads};
use super::output::{self, Format, Writer};
use super::setup::{Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics, manifest};
use crate::check::{
    self, Baseline, Evaluation, Rule, RuleSet, Verdict, VerdictStatus, VerdictTextOptions,
};

mod init;
mod lines;
pub(super) mod words;

/// The formats that the command writes.
const FORMATS: [Format; 5] = [
    Format::Table,
    Format::Json,
    Format::Sarif,
    Format::Junit,
    Format::Github,
];

/// Test the events of a run against rules and a baseline.
///
/// A rule of --rules is a selection, written as on the command line, and a bound: max, min or only. A
/// baseline is the output of `count` for a good run; calls that are not in it are reported. All rules
/// are tested in one pass.
///
/// Exit status: 0 if all rules passed; 1 if a rule failed; 2 if there is no result; 3 if all rules
/// passed, but a part of the input could not be read, is missing according to the dump itself, or
/// lacks a field that a rule needs (the record, readOnly, a time).
///
/// Two events with one eventID that match different rules are both tested.
///
/// The selection on the command line chooses the events that are tested.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Rule file, in TOML.
    ///
    /// Each rule begins with a line [[rule]] and has
    ///   name    name of the rule
    ///   reason  why the rule exists (optional)
    ///   select  the events it applies to, as on the command line:
    ///           "--denied --not region=eu-*", or a list of such words;
    ///           without it, all events
    ///   max     maximum number of these events
    ///   min     minimum number of these events
    ///   only    every event must match one of these: calls ("s3:*",
    ///           "sts:AssumeRole", service and call, in any case) and
    ///           selections ("--region eu-*", "--ip 10.0.0.0/8")
    /// At least one of max, min and only is required. Unknown keys are
    /// errors, reported with line and column. The flags --tz, --last,
    /// --around and --with-sessions are given on the command line and
    /// apply to all rules.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, verbatim_doc_comment)]
    rules: Option<OsString>,
    /// Baseline: what `trailsift count` printed for a good run.
    ///
    /// Tab-separated. The header names the columns (`count --header --by …`); without a header they
    /// are count, EventSource and EventName. The number of calls is ignored.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    baseline: Option<OsString>,
    /// Write a rule file and a baseline from this run.
    ///
    /// The files are trailsift-rules.toml and trailsift-baseline.tsv, or the names of --rules and
    /// --baseline. Existing files are never overwritten.
    #[arg(long, conflicts_with_all = ["show", "format", "output"])]
    init: bool,
    /// Number of events to show per failed rule [default: 5].
    ///
    /// The first events in input order. Also the number of calls to show that are not in the
    /// baseline.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=10_000))]
    show: Option<u16>,
    /// table, json, sarif, junit or github [default: table].
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = Format::among(&FORMATS),
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,
    /// Write to this file instead of standard output.
    ///
    /// Written to a temporary file next to it first, then renamed.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<OsString>,
    #[command(flatten)]
    common: Common,
}

/// Default of `--show`.
const SHOWN: u16 = 5;

pub(super) fn run(check: CheckArgs) -> Result<Status, Failure> {
    if check.init {
        return init::run(&check);
    }
    if check.rules.is_none() && check.baseline.is_none() {
        return Err(nothing_to_check_by(&check.common.input.source.dumps));
    }
    let common = &check.common;
    let mut plan = Plan::new(common)?;
    let rules = check.rules.as_deref();
    let rules = rules.map_or(Ok(Vec::new()), |path| read_rules(path, &plan))?;
    let baseline = check.baseline.as_deref().map(read_baseline).transpose()?;
    let show = usize::from(check.show.unwrap_or(SHOWN));
    let rule_set = RuleSet::new(rules, baseline, show);
    if plan.diagnostics.explain {
        return explained(&mut plan, &rule_set);
    }
    for kept in [&check.rules, &check.baseline].into_iter().flatten() {
        if let Some(output) = &check.output {
            manifest::refuse_same("-o", output, kept)?;
        }
    }
    // Events that were not read may violate a rule, so a loss that is only a note elsewhere ends with 3 here.
    plan.diagnostics.strict = true;
    let mut writer = plan.writer_next_to_inputs(check.output.as_deref())?;
    if check.format == Format::Sarif {
        // Lines are counted in a second pass, up to the last event that is shown.
        plan.keep_pipes();
    }
    let mut evaluation = Evaluation::new(&rule_set);
    let report = plan.ask(&rule_set, &mut evaluation, false)?;
    let mut status = diagnostics::report(&plan, &plan.diagnostics, &report);
    for (what, unevaluated) in evaluation.unevaluated() {
        if let (count @ 1.., Some((file, at))) = (unevaluated.count, &unevaluated.first) {
            diagnostics::warning(&format!(
                "{file}: byte {at}: {what}, so the rules that need it could not be tested on this event{}",
                diagnostics::like_this(count)
            ));
            status = status.and(Status::Lost);
        }
    }
    let complete = !matches!(status, Status::Lost | Status::Usage);
    let shown = check.rules.as_deref().unwrap_or_default();
    let verdict = evaluation.verdict(&shown.to_string_lossy(), complete);
    if !diagnostics::is_answer(&report) {
        writer.discard();
        return plan.keep_record(&report, status);
    }
    report_not_found(&verdict);
    match verdict.status {
        VerdictStatus::Passed => {}
        VerdictStatus::Failed => status = status.and(Status::No),
        VerdictStatus::Empty => {
            diagnostics::error(&verdict.summary());
            status = status.and(Status::Usage);
        }
    }
    write(check.format, &verdict, &plan, &mut writer)?;
    writer.finish()?;
    plan.keep_record(&report, status)
}

/// The error for a dump without rules, with two commands to start from.
fn nothing_to_check_by(dumps: &[OsString]) -> Failure {
    let dump = dumps
        .first()
        .map_or("DUMP".into(), |it| it.to_string_lossy());
    let dump = super::hint::quoted(&dump);
    usage(format!(
        "check: no rules are given; add --rules FILE or --baseline FILE\n  \
         trailsift check --init {dump}   writes both from this run\n  \
         trailsift inspect {dump}        describes the dump and reports possible gaps"
    ))
}

fn read(option: &str, path: &OsStr) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        let shown = path.to_string_lossy();
        usage(format!("{option} {shown}: cannot read: {error}"))
    })
}

fn read_rules(path: &OsStr, plan: &Plan) -> Result<Vec<Rule>, Failure> {
    let bytes = read("--rules", path)?;
    let compile = |words: check::SelectWords<'_>| words::compile(words, &plan.zone, plan.now);
    check::read_rules(&path.to_string_lossy(), &bytes, &compile).map_err(usage)
}

fn read_baseline(path: &OsStr) -> Result<Baseline, Failure> {
    let bytes = read("--baseline", path)?;
    Baseline::read(&path.to_string_lossy(), &bytes).map_err(usage)
}

fn explained(plan: &mut Plan, rule_set: &RuleSet) -> Result<Status, Failure> {
    let rules = rule_set.rules.iter().flat_map(|rule| {
        let only = rule.bound.only.iter().flat_map(|only| &only.among);
        let selections = std::iter::once(&rule.selection).chain(only);
        let conditions = selections.flat_map(|selection| selection.conditions());
        conditions.flat_map(|condition| condition.expr.fields())
    });
    let baseline = rule_set.baseline.iter().flat_map(Baseline::by);
    let reads = CommandReads {
        names: rules.map(|name| ("--rules", name)).collect(),
        fields: baseline.map(|field| ("--baseline", field)).collect(),
        whole: None,
    };
    explain::print(plan, &reads)
}

/// A field that no event contains is probably misspelled, so that a rule about it passes by mistake.
fn report_not_found(verdict: &Verdict) {
    for result in &verdict.results {
        for warning in result.warnings() {
            diagnostics::warning(&format!("{}:{}: {warning}", result.file, result.place.line));
        }
    }
}

fn write(
    format: Format,
    verdict: &Verdict,
    plan: &Plan,
    writer: &mut Writer,
) -> Result<(), Failure> {
    match format {
        Format::Table => {
            let look = VerdictTextOptions {
                width: output::page_width(writer),
                colour: writer.has_color(),
            };
            // Written directly: control characters from events are already visible, and colors must stay.
            check::write_text(verdict, look, writer)?;
        }
        Format::Json => output::write_document(&check::document(verdict), writer)?,
        Format::Sarif => {
            let lines = lines::of(verdict, plan);
            output::write_document(&check::write_sarif(verdict, &lines), writer)?;
        }
        Format::Junit => check::write_junit(verdict, writer)?,
        Format::Github => check::write_github(verdict, writer)?,
        // clap accepts only `FORMATS`.
        _ => {}
    }
    Ok(())
}
