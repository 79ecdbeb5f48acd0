//! What came of it, the same for all formats: each rule and the baseline, held or broken, and by which events.
//!
//! Not for: how it is written.

use serde::Serialize;

use super::BASELINE;
use super::ask::Checking;
use super::bound::Limit;
use super::example::Example;
use super::fault::Place;
use super::judge::Judging;
use super::rules::Rule;
use crate::dump::{grouped, plural};

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// All holds.
    Held,
    /// Something does not.
    Broken,
    /// Nothing is broken, and there was no event that could have been: that is no answer.
    Empty,
}

/// What came of all expectations.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// All together.
    pub standing: Standing,
    /// Events that were judged.
    pub events: u64,
    /// Whether all of the input could be read and judged.
    pub is_whole: bool,
    /// Each rule in the order of its file, then the baseline.
    pub checked: Vec<Checked>,
}

/// One expectation.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
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
    pub place: Place,
    /// Events that it is about.
    pub events: u64,
    /// What breaks it; empty where it holds.
    pub breaches: Vec<Breach>,
    /// Breaches that are not listed: calls beyond the baseline.
    pub more: u64,
    /// Paths of its selection that no event had: most likely misspelt.
    pub not_found: Vec<String>,
}

/// What breaks a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Breach {
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

    use super::Place;

    #[derive(Serialize)]
    struct Flat {
        line: u64,
        column: u64,
    }

    pub fn serialize<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
        let Place { line, column } = *place;
        Flat { line, column }.serialize(serializer)
    }
}

impl Breach {
    /// Offending events beyond the examples.
    pub(super) fn left(&self) -> u64 {
        self.events.saturating_sub(self.examples.len() as u64)
    }
}

impl Checked {
    /// What speaks against it though it may be held, a sentence without an end each.
    pub fn doubts(&self) -> impl Iterator<Item = String> {
        self.not_found.iter().map(|path| {
            format!(
                "`{path}` was found in none of the events that were asked for it, so the rule may hold \
                 for no reason"
            )
        })
    }

    /// Whether nothing breaks it.
    pub fn is_held(&self) -> bool {
        self.breaches.is_empty() && self.more == 0
    }
}

impl Verdict {
    /// How many of the expectations are broken.
    pub fn broken(&self) -> usize {
        let broken = self.checked.iter().filter(|it| !it.is_held());
        broken.count()
    }

    /// All of it in a sentence without an end.
    pub fn summary(&self) -> String {
        let all = self.checked.len();
        let rules = plural(all as u64, "expectation");
        let events = plural(self.events, "event");
        let lost = if self.is_whole {
            ""
        } else {
            ", and part of the input could not be judged"
        };
        match self.standing {
            Standing::Held if all == 1 => format!("held: the one expectation, over {events}{lost}"),
            Standing::Held => format!("held: all {rules}, over {events}{lost}"),
            Standing::Broken => {
                format!("broken: {} of {rules}, over {events}{lost}", self.broken())
            }
            Standing::Empty => format!(
                "no verdict: there was no event to judge{lost}; what holds over nothing says nothing"
            ),
        }
    }
}

impl Judging<'_> {
    /// The verdict. `file` is that of the rules, as typed; `is_whole` says whether all of the input could be read
    /// and judged.
    pub fn verdict(self, file: &str, is_whole: bool) -> Verdict {
        let mut checked = Vec::new();
        let of_rules = self.checking.rules.iter().zip(&self.of_rules);
        for (number, (rule, [matched, outside])) in of_rules.enumerate() {
            let probes = self.probes.get(number).into_iter().flatten();
            let mut not_found: Vec<String> = Checking::probed(rule)
                .zip(probes)
                .filter(|(_, probe)| probe.asked > 0 && !probe.found)
                .map(|(path, _)| path.clone())
                .collect();
            not_found.sort();
            not_found.dedup();
            checked.push(Checked {
                name: rule.name.clone(),
                reason: rule.reason.clone(),
                select: rule.typed.clone(),
                file: file.to_owned(),
                place: rule.place,
                events: matched.count,
                breaches: breaches(
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
        checked.extend(self.of_baseline());
        let standing = if checked.iter().any(|it| !it.is_held()) {
            Standing::Broken
        } else if self.events == 0 {
            Standing::Empty
        } else {
            Standing::Held
        };
        Verdict {
            standing,
            events: self.events,
            is_whole,
            checked,
        }
    }

    fn of_baseline(&self) -> Option<Checked> {
        let baseline = self.checking.baseline.as_ref()?;
        let by: Vec<&str> = baseline.by().iter().map(|field| field.name()).collect();
        let breaches = self.unknown.iter().map(|unknown| {
            let texts: Vec<&str> = unknown
                .texts
                .iter()
                .map(|text| if text.is_empty() { "(nothing)" } else { text })
                .collect();
            Breach {
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
        Some(Checked {
            name: BASELINE.to_owned(),
            reason: Some(format!(
                "nothing but the {} of it, by {}",
                plural(baseline.len() as u64, "row"),
                by.join(", ")
            )),
            select: String::new(),
            file: baseline.file.clone(),
            place: Place { line: 1, column: 1 },
            events: self.events,
            breaches: breaches.collect(),
            more: self.keys.len() as u64 - shown,
            not_found: Vec::new(),
        })
    }
}

fn breaches(
    rule: &Rule,
    found: u64,
    examples: &[Example],
    outside: u64,
    others: &[Example],
) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let events = |count: u64| plural(count, "event");
    if let Some(max) = rule.bound.max.filter(|max| found > *max) {
        breaches.push(Breach {
            bound: Limit::Max.name(),
            what: format!("max = {max}, and there are {}", grouped(found)),
            events: found,
            examples: examples.to_vec(),
        });
    }
    if let Some(min) = rule.bound.min.filter(|min| found < *min) {
        let is = if found == 1 { "is" } else { "are" };
        breaches.push(Breach {
            bound: Limit::Min.name(),
            what: format!("min = {min}, and there {is} {}", grouped(found)),
            events: found,
            examples: Vec::new(),
        });
    }
    if let Some(only) = rule.bound.only.as_ref().filter(|_| outside > 0) {
        breaches.push(Breach {
            bound: Limit::Only.name(),
            what: format!("{} outside only {}", events(outside), only.typed.join(", ")),
            events: outside,
            examples: others.to_vec(),
        });
    }
    breaches
}
