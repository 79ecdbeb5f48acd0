//! The result of a check, the same for all formats: each rule and the baseline, passed or failed, and the events that
//! violate it.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::BASELINE;
use super::ask::RuleSet;
use super::bound::BoundKind;
use super::example::Example;
use super::fault::TextPosition;
use super::judge::Evaluation;
use super::rules::Rule;
use crate::text::{grouped, plural};

/// The result of one rule, or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum VerdictStatus {
    /// The rule passed, or all rules passed.
    Passed,
    /// The rule failed, or at least one rule failed.
    Failed,
    /// No rule failed, but no events matched the selection, so the rules were not tested.
    Empty,
}

/// The result of all rules and of the baseline.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Verdict {
    /// `passed` if all rules passed.
    pub status: VerdictStatus,
    /// Number of events that were checked.
    pub events: u64,
    /// False if a part of the input could not be read or checked.
    pub complete: bool,
    /// The result of each rule in the order of the rule file, then of the baseline.
    pub results: Vec<RuleResult>,
}

/// The result of one rule, or of the baseline.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct RuleResult {
    /// Name of the rule; `baseline` for the baseline.
    pub name: String,
    /// `passed` or `failed`.
    pub status: VerdictStatus,
    /// Why the rule exists, from the rule file.
    pub reason: Option<String>,
    /// The events that the rule applies to, as flags of the command line. Empty if it applies to all events.
    pub select: String,
    /// The rule file or the baseline, as typed.
    pub file: String,
    /// Position of the rule in this file.
    #[serde(flatten)]
    pub place: TextPosition,
    /// Number of events that the rule applies to.
    pub events: u64,
    /// Why the rule failed. Empty if it passed.
    pub violations: Vec<Violation>,
    /// Number of violations that are not listed: further calls that are not in the baseline.
    pub more_violations: u64,
    /// Fields of `select` that no event contains. They are probably misspelled.
    pub missing_fields: Vec<String>,
}

/// A reason why a rule failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Violation {
    /// `max`, `min`, `only` or `baseline`.
    pub bound: &'static str,
    /// What was expected and what was found, as one sentence.
    pub message: String,
    /// Number of events that violate the rule; for `min`, the number of events that were found.
    pub events: u64,
    /// The first of these events.
    pub examples: Vec<Example>,
}

impl Violation {
    /// Number of events that are not among the examples.
    pub(super) fn left(&self) -> u64 {
        self.events.saturating_sub(self.examples.len() as u64)
    }
}

impl RuleResult {
    /// Reasons to doubt the result even if the rule passed, one sentence each, without a full stop.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        self.missing_fields.iter().map(|path| {
            format!(
                "no event contains the field `{path}`, so the rule may have passed by mistake; check the spelling \
                 (`trailsift fields` lists all fields)"
            )
        })
    }

    /// True if the rule has no violations.
    pub fn passed(&self) -> bool {
        self.status != VerdictStatus::Failed
    }

    /// Sets the status. `events` is the number of events that were checked.
    fn evaluated(mut self, events: u64) -> RuleResult {
        self.status = if !self.violations.is_empty() || self.more_violations > 0 {
            VerdictStatus::Failed
        } else if events == 0 {
            VerdictStatus::Empty
        } else {
            VerdictStatus::Passed
        };
        self
    }
}

impl Verdict {
    /// Number of rules that failed.
    pub fn failed(&self) -> usize {
        let failed = self.results.iter().filter(|it| !it.passed());
        failed.count()
    }

    /// The result as one sentence, without a full stop.
    pub fn summary(&self) -> String {
        let all = self.results.len();
        let rules = plural(all as u64, "rule");
        let events = plural(self.events, "event");
        let lost = if self.complete {
            ""
        } else {
            "; a part of the input could not be checked"
        };
        match self.status {
            VerdictStatus::Passed if all == 1 => {
                format!("passed: the one rule, {events} checked{lost}")
            }
            VerdictStatus::Passed => format!("passed: all {rules}, {events} checked{lost}"),
            VerdictStatus::Failed => {
                format!(
                    "failed: {} of {rules}, {events} checked{lost}",
                    self.failed()
                )
            }
            VerdictStatus::Empty => {
                format!("no result: no events matched, so the rules were not tested{lost}")
            }
        }
    }
}

impl Evaluation<'_> {
    /// The verdict. `file` is the rule file, as typed; `complete` is true if all of the input could be read and
    /// checked.
    pub fn verdict(self, file: &str, complete: bool) -> Verdict {
        let mut results = Vec::new();
        let of_rules = self.rule_set.rules.iter().zip(&self.of_rules);
        for (number, (rule, [matched, outside])) in of_rules.enumerate() {
            let probes = self.probes.get(number).into_iter().flatten();
            let mut missing_fields: Vec<String> = RuleSet::probed(rule)
                .zip(probes)
                .filter(|(_, probe)| probe.asked > 0 && !probe.found)
                .map(|(path, _)| path.clone())
                .collect();
            missing_fields.sort();
            missing_fields.dedup();
            results.push(RuleResult {
                name: rule.name.clone(),
                status: VerdictStatus::Empty,
                reason: rule.reason.clone(),
                select: rule.typed.clone(),
                file: file.to_owned(),
                place: rule.place,
                events: matched.count,
                violations: violations(
                    rule,
                    matched.count,
                    &matched.examples,
                    outside.count,
                    &outside.examples,
                ),
                more_violations: 0,
                missing_fields,
            });
        }
        results.extend(self.of_baseline());
        let results: Vec<RuleResult> = results
            .into_iter()
            .map(|result| result.evaluated(self.events))
            .collect();
        let status = if results.iter().any(|it| !it.passed()) {
            VerdictStatus::Failed
        } else if self.events == 0 {
            VerdictStatus::Empty
        } else {
            VerdictStatus::Passed
        };
        Verdict {
            status,
            events: self.events,
            complete,
            results,
        }
    }

    fn of_baseline(&self) -> Option<RuleResult> {
        let baseline = self.rule_set.baseline.as_ref()?;
        let by: Vec<&str> = baseline.by().iter().map(|field| field.name()).collect();
        let violations = self.unknown.iter().map(|unknown| {
            let texts: Vec<&str> = unknown
                .texts
                .iter()
                .map(|text| if text.is_empty() { "(none)" } else { text })
                .collect();
            Violation {
                bound: BASELINE,
                message: format!(
                    "not in the baseline: {} ({})",
                    texts.join(" "),
                    plural(unknown.count, "event")
                ),
                events: unknown.count,
                examples: unknown.first.clone().into_iter().collect(),
            }
        });
        let shown = self.unknown.len() as u64;
        Some(RuleResult {
            name: BASELINE.to_owned(),
            status: VerdictStatus::Empty,
            reason: Some(format!(
                "only the {} of the baseline, by {}",
                plural(baseline.len() as u64, "row"),
                by.join(", ")
            )),
            select: String::new(),
            file: baseline.file.clone(),
            place: TextPosition { line: 1, column: 1 },
            events: self.events,
            violations: violations.collect(),
            more_violations: self.keys.len() as u64 - shown,
            missing_fields: Vec::new(),
        })
    }
}

fn violations(
    rule: &Rule,
    found: u64,
    examples: &[Example],
    outside: u64,
    others: &[Example],
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let events = |count: u64| plural(count, "event");
    if let Some(max) = rule.bound.max.filter(|max| found > *max) {
        violations.push(Violation {
            bound: BoundKind::Max.name(),
            message: format!("expected at most {}, found {}", events(max), grouped(found)),
            events: found,
            examples: examples.to_vec(),
        });
    }
    if let Some(min) = rule.bound.min.filter(|min| found < *min) {
        violations.push(Violation {
            bound: BoundKind::Min.name(),
            message: format!(
                "expected at least {}, found {}",
                events(min),
                grouped(found)
            ),
            events: found,
            examples: Vec::new(),
        });
    }
    if let Some(only) = rule.bound.only.as_ref().filter(|_| outside > 0) {
        violations.push(Violation {
            bound: BoundKind::Only.name(),
            message: format!(
                "{} outside `only`: {}",
                events(outside),
                only.typed.join(", ")
            ),
            events: outside,
            examples: others.to_vec(),
        });
    }
    violations
}
