//! Counting: how many events, with what outcome, from when to when, and which a page can show.
//!
//! Not for: what is counted.

use crate::event::Outcome;
use crate::time::Moment;

/// Maximum number of events that are linked from a figure.
pub(super) const EXAMPLES: usize = 5;

/// What was counted under one key.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyCount {
    /// `ok`, `denied`, `failed`, and those of which it is not known.
    pub outcomes: [u64; 4],
    pub first: Option<Moment>,
    pub last: Option<Moment>,
    /// The first events, by their numbers.
    pub examples: Vec<u64>,
}

/// The place of an outcome.
pub(super) fn place(outcome: Option<Outcome>) -> usize {
    match outcome {
        Some(Outcome::Ok) => 0,
        Some(Outcome::Denied) => 1,
        Some(Outcome::Failed) => 2,
        None => 3,
    }
}

impl KeyCount {
    /// All events.
    pub fn total(&self) -> u64 {
        self.outcomes.iter().sum()
    }

    /// Adds an event.
    pub fn add(&mut self, outcome: usize, time: Option<Moment>) {
        if let Some(count) = self.outcomes.get_mut(outcome) {
            *count += 1;
        }
        if let Some(time) = time {
            self.cover(time, time);
        }
    }

    /// Adds what was counted under another key.
    pub fn merge(&mut self, other: &KeyCount) {
        for (mine, theirs) in self.outcomes.iter_mut().zip(other.outcomes) {
            *mine += theirs;
        }
        if let (Some(first), Some(last)) = (other.first, other.last) {
            self.cover(first, last);
        }
        self.examples.extend(&other.examples);
        self.examples.sort_unstable();
        self.examples.dedup();
        self.examples.truncate(EXAMPLES);
    }

    fn cover(&mut self, first: Moment, last: Moment) {
        self.first = Some(self.first.map_or(first, |own| own.min(first)));
        self.last = Some(self.last.map_or(last, |own| own.max(last)));
    }
}
