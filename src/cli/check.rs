//! `trailsift check`: whether a run did what it may.

use std::ffi::{OsStr, OsString};

use clap::{Args, ValueEnum, ValueHint};

use super::args::Common;
use super::explain::{self, CommandReads};
use super::output::{self, Writer};
use super::setup::{Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics, manifest};
use crate::check::{
    self, Baseline, Evaluation, Rule, RuleSet, Verdict, VerdictStatus, VerdictTextOptions,
};

mod init;
mod lines;
mod words;

/// Checks that a run did what it may, by rules and a baseline.
///
/// A rule of --rules is a selection in the flags of the command line and a bound: at most, at least,
/// only. A baseline is what `count` prints of a good run; whatever it does not name is told. All of
/// them are judged in one reading.
///
/// Ends with 0 when all hold, 1 when one is broken, 2 when there is
/// no verdict, 3 when all hold and part of the input could not be read, is missing by what a dump
/// says itself, or lacks what a rule asks for: the record, readOnly, a time.
///
/// Two events of one eventID that are judged differently are both judged.
///
/// The selection on the command line chooses the events that are judged at all.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Rules, in TOML.
    ///
    /// Each begins with a line [[rule]] and has
    ///   name    what it is called
    ///   reason  why it is there (may be left out)
    ///   select  which events, as on the command line:
    ///           "--denied --not region=eu-*", or a list of such words;
    ///           without it, all events
    ///   max     at most so many of them; 0 is none
    ///   min     at least so many
    ///   only    they are all among these: calls ("s3:*",
    ///           "sts:AssumeRole", service and call, in any case) and
    ///           selections ("--region eu-*", "--ip 10.0.0.0/8")
    /// and of the last three one at least. What is no key is an error,
    /// with its line and column. The zone stands on the command line,
    /// for all rules; --last, --around and --with-sessions there choose
    /// which events are judged at all.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, verbatim_doc_comment)]
    rules: Option<OsString>,
    /// Calls that may occur: what `trailsift count` printed.
    ///
    /// Tab-separated. Its columns are known by their header (`count --header --by …`); without one
    /// they are count, EventSource and EventName. How often a call was made does not matter.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    baseline: Option<OsString>,
    /// Write rules and a baseline from what this run did.
    ///
    /// To trailsift-rules.toml and trailsift-baseline.tsv, or to the names that --rules and
    /// --baseline give; a file that is there already is never overwritten.
    #[arg(long, conflicts_with_all = ["show", "format", "output"])]
    init: bool,
    /// Offending events of a rule that are shown [default: 5].
    ///
    /// The first of the input; and so many calls beyond the baseline.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=10_000))]
    show: Option<u16>,
    /// text, json, sarif, junit or github [default: text].
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,
    /// Write here instead of to standard output.
    ///
    /// Beside it first, then renamed.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<OsString>,
    #[command(flatten)]
    common: Common,
}

/// How a verdict is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal, a pipe, a log.
    Text,
    /// One document.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
}

/// Events and calls that are shown.
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
    // What was not read may be what a rule forbids: a loss that other commands only mention ends with 3 here.
    plan.diagnostics.strict = true;
    let mut writer = plan.writer_beside(check.output.as_deref())?;
    if check.format == Format::Sarif {
        // Lines are counted in a second reading, up to the last event that is shown.
        plan.keep_pipes();
    }
    let mut evaluation = Evaluation::new(&rule_set);
    let report = plan.ask(&rule_set, &mut evaluation, false)?;
    let mut status = diagnostics::report(&plan, &plan.diagnostics, &report);
    for (what, unevaluated) in evaluation.unevaluated() {
        if let (count @ 1.., Some((file, at))) = (unevaluated.count, &unevaluated.first) {
            diagnostics::warning(&format!(
                "{file}: byte {at}: {what}, so what is asked of it cannot be told of this event{}",
                diagnostics::like_this(count)
            ));
            status = status.and(Status::Lost);
        }
    }
    let is_whole = !matches!(status, Status::Lost | Status::Usage);
    let shown = check.rules.as_deref().unwrap_or_default();
    let verdict = evaluation.verdict(&shown.to_string_lossy(), is_whole);
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

/// What to do with a dump alone.
fn nothing_to_check_by(dumps: &[OsString]) -> Failure {
    let dump = dumps
        .first()
        .map_or("DUMP".into(), |it| it.to_string_lossy());
    let dump = super::hint::quoted(&dump);
    usage(format!(
        "check: nothing to check by; name --rules FILE or --baseline FILE\n  \
         trailsift check --init {dump}   writes both, from what this run did\n  \
         trailsift inspect {dump}        tells what a dump is, and what may be missing from it"
    ))
}

fn read(option: &str, path: &OsStr) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        let shown = path.to_string_lossy();
        usage(format!("{option} {shown}: cannot be read: {error}"))
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

/// A path that no event has is most likely misspelt, and a rule about it holds for no reason.
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
        Format::Text => {
            let look = VerdictTextOptions {
                width: output::page_width(writer),
                colour: writer.has_color(),
            };
            // Everything from events has been made harmless, and colours must stay.
            check::write_text(verdict, look, writer)?;
        }
        Format::Json => output::write_document(&check::document(verdict), writer)?,
        Format::Sarif => {
            let lines = lines::of(verdict, plan);
            output::write_document(&check::write_sarif(verdict, &lines), writer)?;
        }
        Format::Junit => check::write_junit(verdict, writer)?,
        Format::Github => check::write_github(verdict, writer)?,
    }
    Ok(())
}
