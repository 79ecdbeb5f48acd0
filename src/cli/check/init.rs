//! `check --init`: rules and a baseline from what a good run did.
//!
//! Not for: what they say (room `check`).

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;

use super::{CheckArgs, words};
use crate::check::{self, BaselineLearner, ByRef, Evaluation, RULES_OF_INIT, RuleSet, SelectWords};
use crate::cli::output::Writer;
use crate::cli::setup::{Plan, usage};
use crate::cli::status::Status;
use crate::cli::{Failure, diagnostics, hint, manifest};

/// What is written where nothing else is said.
const RULES: &str = "trailsift-rules.toml";
const BASELINE: &str = "trailsift-baseline.tsv";

pub(super) fn run(check: &CheckArgs) -> Result<Status, Failure> {
    let common = &check.common;
    let mut plan = Plan::new(common)?;
    // As `check` itself will be.
    plan.diagnostics.strict = true;
    let rules = check.rules.clone().unwrap_or_else(|| RULES.into());
    let baseline = check.baseline.clone().unwrap_or_else(|| BASELINE.into());
    let learning = BaselineLearner::new().map_err(usage)?;
    let compile = |words: SelectWords<'_>| words::compile(words, &plan.zone, plan.now);
    let counted = check::read_rules("", RULES_OF_INIT.as_bytes(), &compile).map_err(usage)?;
    let rule_set = RuleSet::new(counted, None, 0);
    if plan.diagnostics.explain {
        return super::explained(&mut plan, &rule_set);
    }
    let names = [("--rules", &rules), ("--baseline", &baseline)];
    if rules == baseline {
        return Err(usage("--rules and --baseline: two files need two names"));
    }
    for (option, path) in names {
        manifest::refuse_inputs(option, path, &plan.discovery)?;
        refuse_existing(option, path)?;
    }
    let mut answers = (learning.learned(), Evaluation::new(&rule_set));
    let report = plan.ask(&(learning, ByRef(&rule_set)), &mut answers, false)?;
    let (learned, evaluation) = answers;
    let mut status = diagnostics::report(&plan, &plan.diagnostics, &report);
    if !diagnostics::is_answer(&report) {
        return plan.keep_record(&report, status);
    }
    let verdict = evaluation.verdict("", true);
    if verdict.events == 0 {
        diagnostics::error("there is no event to learn from, so nothing was written");
        return plan.keep_record(&report, status.and(Status::Usage));
    }
    let (rules_text, rows) = check::rules_text(learned, &verdict, &source(&plan));
    for (path, bytes) in [(&rules, rules_text.as_bytes()), (&baseline, &rows)] {
        let mut writer = Writer::named("--init", path)?;
        writer.write_all(bytes)?;
        writer.finish()?;
    }
    let [shown_rules, shown_baseline] = [&rules, &baseline].map(shown);
    diagnostics::note(
        &common.diagnostics,
        &format!(
            "wrote {shown_rules} and {shown_baseline} from {}; read them, then \
             `trailsift check --rules {shown_rules} --baseline {shown_baseline} DUMP`",
            diagnostics::count(verdict.events, "event")
        ),
    );
    if status == Status::Lost {
        diagnostics::warning("part of the input could not be read, and is in neither of them");
    }
    status = plan.keep_record(&report, status)?;
    Ok(status)
}

/// What it is learned from, in a few words.
fn source(plan: &Plan) -> String {
    match plan.items.as_slice() {
        [one] => one.shown.clone(),
        many => diagnostics::count(many.len() as u64, "file"),
    }
}

fn shown(path: &OsString) -> String {
    hint::quoted(&path.to_string_lossy())
}

/// Somebody may have worked on a file that is there.
fn refuse_existing(option: &str, path: &OsStr) -> Result<(), Failure> {
    let shown = path.to_string_lossy();
    if Path::new(path).symlink_metadata().is_ok() {
        return Err(usage(format!(
            "--init: {shown} is there already and is not overwritten; move it away, or name \
             another file with {option}"
        )));
    }
    // What can't be written is told before anything is read.
    Writer::named("--init", path).map(Writer::discard)
}
