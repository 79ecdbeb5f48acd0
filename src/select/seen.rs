//! The values that a condition without effect was compared with, so that the nearest one can be reported.
//!
//! For a condition that selects, these are the values of the events that it refused, collected until the first event is
//! selected. For an exclusion, they are the values of the events that it let pass, collected until it excludes one. Both
//! are bounded.

use std::collections::BTreeMap;

use super::{Condition, Selection};
use crate::event::{Context, Event};
use crate::time::Moment;

/// The largest number of different values that is collected for a condition.
const MOST: usize = 1 << 16;

/// Longer values, in bytes, and further values of one event are skipped, because nobody mistypes a policy document.
const LONGEST: usize = 256;
const MOST_OF_ONE: usize = 64;

/// With more typed values than this, no nearest value is searched.
const MOST_TYPED: usize = 100;

/// The largest number of pairs of a typed character and an occurring one that are compared: the hint must not cost
/// seconds.
const MOST_STEPS: usize = 100_000_000;

/// The values that were compared, for each condition, and the period of the events' times.
#[derive(Clone, Debug, Default)]
pub struct SeenValues {
    values: Vec<BTreeMap<String, u64>>,
    times: Option<(Moment, Moment)>,
}

impl SeenValues {
    /// Adds the values of an event that the condition at `index` compared.
    pub fn add(
        &mut self,
        index: usize,
        condition: &Condition,
        event: &Event<'_>,
        context: &Context<'_>,
    ) {
        if self.values.len() <= index {
            self.values.resize_with(index + 1, BTreeMap::new);
        }
        let values = &mut self.values[index];
        // An event can have a value twice, as a user's name is in the envelope and in the record.
        let mut own: Vec<String> = Vec::new();
        condition.expr.values(event, context, &mut |value| {
            let is_odd = value.len() > LONGEST || own.len() >= MOST_OF_ONE;
            if is_odd || own.iter().any(|seen| seen == value) {
                return;
            }
            own.push(value.to_owned());
            if let Some(count) = values.get_mut(value) {
                *count += 1;
            } else if values.len() < MOST {
                values.insert(value.to_owned(), 1);
            }
        });
    }

    /// Adds the time of an event, whether a condition refuses it or not.
    pub fn add_time(&mut self, event: &Event<'_>) {
        if let Some(moment) = event.time() {
            self.cover(moment, moment);
        }
    }

    fn cover(&mut self, first: Moment, last: Moment) {
        let (a, b) = self.times.get_or_insert((first, last));
        *a = (*a).min(first);
        *b = (*b).max(last);
    }

    /// Adds the values of another run.
    pub fn merge(&mut self, other: SeenValues) {
        if self.values.len() < other.values.len() {
            self.values.resize_with(other.values.len(), BTreeMap::new);
        }
        for (mine, theirs) in self.values.iter_mut().zip(other.values) {
            for (value, count) in theirs {
                if let Some(all) = mine.get_mut(&value) {
                    *all += count;
                } else if mine.len() < MOST {
                    mine.insert(value, count);
                }
            }
        }
        if let Some((first, last)) = other.times {
            self.cover(first, last);
        }
    }

    /// The first and last time that was added.
    pub fn times(&self) -> Option<(Moment, Moment)> {
        self.times
    }

    /// The value nearest to one that was typed in the condition at `index`, and the number of events that have it.
    pub fn nearest(&self, selection: &Selection, index: usize) -> Option<(&str, u64)> {
        let condition = selection.conditions().get(index)?;
        let wanted = condition.expr.literals();
        let values = self.values.get(index)?;
        let typed: usize = wanted.iter().map(|literal| literal.len()).sum();
        let occurring: usize = values.keys().map(String::len).sum();
        if wanted.len() > MOST_TYPED || typed.saturating_mul(occurring) > MOST_STEPS {
            return None;
        }
        let mut best: Option<(usize, &str, u64)> = None;
        for (value, &count) in values {
            for literal in &wanted {
                let Some(distance) = distance(literal, value) else {
                    continue;
                };
                let better = best.is_none_or(|(d, v, c)| {
                    (distance, std::cmp::Reverse(count), value.as_str())
                        < (d, std::cmp::Reverse(c), v)
                });
                if better {
                    best = Some((distance, value, count));
                }
            }
        }
        best.map(|(_, value, count)| (value, count))
    }
}

/// The distance between a typed value and an occurring one; `None` if it is too large. Services may be typed without
/// `.amazonaws.com`.
fn distance(typed: &str, value: &str) -> Option<usize> {
    let (typed, value) = (typed.to_ascii_lowercase(), value.to_ascii_lowercase());
    let short = value.strip_suffix(".amazonaws.com").unwrap_or(&value);
    [value.as_str(), short]
        .into_iter()
        .filter_map(|value| plain_distance(&typed, value))
        .min()
}

fn plain_distance(typed: &str, value: &str) -> Option<usize> {
    if value.starts_with(typed) || typed.starts_with(value) && !value.is_empty() {
        return Some(1);
    }
    let distance = strsim::damerau_levenshtein(typed, value);
    (distance <= 1 + typed.len() / 4).then_some(distance)
}
