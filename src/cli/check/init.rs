//! `check --init`: writes rules and a baseline from a good run. Their contents come from `check::init`.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;

use super::{CheckArgs, words};
use crate::check::{self, BaselineLearner, ByRef, Evaluation, RULES_OF_INIT, RuleSet, SelectWords};
use crate::cli::output::Writer;
use crate::cli::setup::{Plan, usage};
use crate::cli::status::Status;
use crate::cli::{Failure, diagnostics, hint, manifest};

/// Default names of the files.
const RULES: &str = "trailsift-rules.toml";
const BASELINE: &str = "trailsift-baseline.tsv";

pub(super) fn run(check: &CheckArgs) -> Result<Status, Failure> {
    let common = &check.common;
    let mut plan = Plan::new(common)?;
    // `check` will be strict, so the rules are derived strictly.
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
        return Err(usage(
            "--rules and --baseline name the same file; use two different names",
        ));
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
        diagnostics::error(
            "no events matched, so no rules could be derived and nothing was written",
        );
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
        diagnostics::warning(
            "a part of the input could not be read; the rules and the baseline do not include it",
        );
    }
    status = plan.keep_record(&report, status)?;
    Ok(status)
}

/// Name of the input, for the comment in the rule file.
fn source(plan: &Plan) -> String {
    match plan.items.as_slice() {
        [one] => one.shown.clone(),
        many => diagnostics::count(many.len() as u64, "file"),
    }
}

fn shown(path: &OsString) -> String {
    hint::quoted(&path.to_string_lossy())
}

/// Refuses to overwrite a file, because a person may have edited it.
fn refuse_existing(option: &str, path: &OsStr) -> Result<(), Failure> {
    let shown = path.to_string_lossy();
    if Path::new(path).symlink_metadata().is_ok() {
        return Err(usage(format!(
            "--init: {shown} already exists and is not overwritten; move it, or name another file with {option}"
        )));
    }
    // An error of writing is reported before the input is read, which may take long.
    Writer::named("--init", path).map(Writer::discard)
}
