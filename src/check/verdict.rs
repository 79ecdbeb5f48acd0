//! What came of it, the same for all formats: each rule and the baseline, held or broken, and by which events.
//!
//! Not for: how it is written.

use serde::Serialize;

use super::BASELINE;
use super::ask::RuleSet;
use super::bound::BoundKind;
use super::example::Example;
use super::fault::TextPosition;
use super::judge::Evaluation;
use super::rules::Rule;
use crate::text::{grouped, plural};

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictStatus {
    /// All holds.
    Passed,
    /// Something does not.
    Failed,
    /// Nothing is broken, and there was no event that could have been: that is no answer.
    Empty,
}

/// What came of all expectations.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// All together.
    pub status: VerdictStatus,
    /// Events that were judged.
    pub events: u64,
    /// Whether all of the input could be read and judged.
    pub is_whole: bool,
    /// Each rule in the order of its file, then the baseline.
    pub results: Vec<RuleResult>,
}

/// One expectation.
#[derive(Clone, Debug, Serialize)]
pub struct RuleResult {
    /// The rule's name; `baseline` for the baseline.
    pub name: String,
    /// Why it is there.
    pub reason: Option<String>,
    /// Which events it is about, in the words of the command line; empty for all of them.
    pub select: String,
    /// The file that it stands in, as typed.
    pub file: String,
    /// Where there.
    #[serde(flatten, with = "places")]
    pub place: TextPosition,
    /// Events that it is about.
    pub events: u64,
    /// What breaks it; empty where it holds.
    pub violations: Vec<Violation>,
    /// Breaches that are not listed: calls beyond the baseline.
    pub more: u64,
    /// Paths of its selection that no event had: most likely misspelt.
    pub not_found: Vec<String>,
}

/// What breaks a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Violation {
    /// `max`, `min`, `only` or `baseline`.
    pub bound: &'static str,
    /// In a sentence without an end.
    pub what: String,
    /// Offending events; of `min`, those there are.
    pub events: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

mod places {
    use serde::{Serialize, Serializer};

    use super::TextPosition;

    #[derive(Serialize)]
    struct Flat {
        line: u64,
        column: u64,
    }

    pub fn serialize<S: Serializer>(
        place: &TextPosition,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let TextPosition { line, column } = *place;
        Flat { line, column }.serialize(serializer)
    }
}

impl Violation {
    /// Offending events beyond the examples.
    pub(super) fn left(&self) -> u64 {
        self.events.saturating_sub(self.examples.len() as u64)
    }
}

impl RuleResult {
    /// What speaks against it though it may be held, a sentence without an end each.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        self.not_found.iter().map(|path| {
            format!(
                "`{path}` was found in none of the events that were asked for it, so the rule may hold \
                 for no reason"
            )
        })
    }

    /// Whether nothing breaks it.
    pub fn passed(&self) -> bool {
        self.violations.is_empty() && self.more == 0
    }
}

impl Verdict {
    /// How many of the expectations are broken.
    pub fn failed(&self) -> usize {
        let failed = self.results.iter().filter(|it| !it.passed());
        failed.count()
    }

    /// All of it in a sentence without an end.
    pub fn summary(&self) -> String {
        let all = self.results.len();
        let rules = plural(all as u64, "expectation");
        let events = plural(self.events, "event");
        let lost = if self.is_whole {
            ""
        } else {
            ", and part of the input could not be judged"
        };
        match self.status {
            VerdictStatus::Passed if all == 1 => {
                format!("held: the one expectation, over {events}{lost}")
            }
            VerdictStatus::Passed => format!("held: all {rules}, over {events}{lost}"),
            VerdictStatus::Failed => {
                format!("broken: {} of {rules}, over {events}{lost}", self.failed())
            }
            VerdictStatus::Empty => format!(
                "no verdict: there was no event to judge{lost}; what holds over nothing says nothing"
            ),
        }
    }
}

impl Evaluation<'_> {
    /// The verdict. `file` is that of the rules, as typed; `is_whole` says whether all of the input could be read
    /// and judged.
    pub fn verdict(self, file: &str, is_whole: bool) -> Verdict {
        let mut results = Vec::new();
        let of_rules = self.rule_set.rules.iter().zip(&self.of_rules);
        for (number, (rule, [matched, outside])) in of_rules.enumerate() {
            let probes = self.probes.get(number).into_iter().flatten();
            let mut not_found: Vec<String> = RuleSet::probed(rule)
                .zip(probes)
                .filter(|(_, probe)| probe.asked > 0 && !probe.found)
                .map(|(path, _)| path.clone())
                .collect();
            not_found.sort();
            not_found.dedup();
            results.push(RuleResult {
                name: rule.name.clone(),
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
                more: 0,
                not_found,
            });
        }
        results.extend(self.of_baseline());
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
            is_whole,
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
                .map(|text| if text.is_empty() { "(nothing)" } else { text })
                .collect();
            Violation {
                bound: BASELINE,
                what: format!(
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
            reason: Some(format!(
                "nothing but the {} of it, by {}",
                plural(baseline.len() as u64, "row"),
                by.join(", ")
            )),
            select: String::new(),
            file: baseline.file.clone(),
            place: TextPosition { line: 1, column: 1 },
            events: self.events,
            violations: violations.collect(),
            more: self.keys.len() as u64 - shown,
            not_found: Vec::new(),
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
            what: format!("max = {max}, and there are {}", grouped(found)),
            events: found,
            examples: examples.to_vec(),
        });
    }
    if let Some(min) = rule.bound.min.filter(|min| found < *min) {
        let is = if found == 1 { "is" } else { "are" };
        violations.push(Violation {
            bound: BoundKind::Min.name(),
            what: format!("min = {min}, and there {is} {}", grouped(found)),
            events: found,
            examples: Vec::new(),
        });
    }
    if let Some(only) = rule.bound.only.as_ref().filter(|_| outside > 0) {
        violations.push(Violation {
            bound: BoundKind::Only.name(),
            what: format!("{} outside only {}", events(outside), only.typed.join(", ")),
            events: outside,
            examples: others.to_vec(),
        });
    }
    violations
}
