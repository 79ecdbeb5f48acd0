//! Chooses the events that are listed one by one, if there are too many.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::time::Moment;

/// Maximum number of listed events of one identity with the same call.
const EACH: usize = 20;

/// The number of kept events as a multiple of the listed ones. Beyond it, only one event per new identity and call is kept.
const KEPT: usize = 4;

/// An event in the order of the times; without a time they come last.
type Place = (bool, Option<Moment>, u64);

/// Events in the order of their times, the earliest of them all.
#[derive(Debug, Default)]
pub(in crate::report) struct Earliest {
    most: usize,
    events: BTreeSet<Place>,
    /// The number of all events.
    pub count: u64,
}

impl Earliest {
    pub fn new(most: usize) -> Earliest {
        Earliest {
            most,
            ..Earliest::default()
        }
    }

    /// Returns the event that is no longer needed.
    pub fn add(&mut self, time: Option<Moment>, number: u64) -> Option<u64> {
        self.count += 1;
        self.events.insert((time.is_none(), time, number));
        if self.events.len() <= self.most {
            return None;
        }
        self.events.pop_last().map(|(.., number)| number)
    }

    /// The numbers of the events, in order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.events.iter().map(|(.., number)| *number)
    }
}

/// The earliest events of each identity and call, so that one frequent caller does not displace the others.
#[derive(Debug, Default)]
pub(in crate::report) struct Spread {
    most: usize,
    by: HashMap<String, Earliest>,
    kept: usize,
    /// The number of all events.
    pub count: u64,
}

impl Spread {
    /// For this many listed events.
    pub fn new(most: usize) -> Spread {
        Spread {
            most,
            ..Spread::default()
        }
    }

    /// Adds an event, and returns the one that is no longer needed.
    pub fn add(&mut self, actor: &str, time: Option<Moment>, number: u64) -> Option<u64> {
        self.count += 1;
        let of_actor = self.by.entry_ref(actor).or_default();
        let before = of_actor.events.len();
        of_actor.most = if self.kept < KEPT * self.most {
            self.most.min(EACH)
        } else {
            before.max(1)
        };
        let dropped = of_actor.add(time, number);
        self.kept += of_actor.events.len() - before;
        dropped
    }

    /// The numbers of the listed events, in order: the same number per identity and call, as far as all fit.
    pub fn numbers(&self) -> Vec<u64> {
        let listed = |each: usize| {
            let all = self.by.values();
            all.map(move |one| one.events.len().min(each))
                .sum::<usize>()
        };
        let each = (1..=EACH).rev().find(|each| listed(*each) <= self.most);
        let each = each.unwrap_or(1);
        let all = self.by.values();
        let mut places: Vec<Place> = all
            .flat_map(|one| one.events.iter().take(each).copied())
            .collect();
        places.sort_unstable();
        places.truncate(self.most);
        places.into_iter().map(|(.., number)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<Moment> {
        Some(Moment { seconds, nanos: 0 })
    }

    #[test]
    fn a_frequent_caller_does_not_displace_others() {
        let mut spread = Spread::new(30);
        let mut dropped = 0;
        for number in 0..600 {
            dropped += u64::from(spread.add("delivery", at(number), number as u64).is_some());
        }
        spread.add("rare", at(9_000), 600);
        spread.add("rare", None, 601);
        let numbers = spread.numbers();
        assert_eq!(numbers.len(), EACH + 2);
        assert_eq!(numbers[..3], [0, 1, 2]);
        assert_eq!(numbers[EACH..], [600, 601]);
        assert_eq!((spread.count, dropped), (602, 600 - EACH as u64));
    }

    #[test]
    fn with_many_callers_fewer_events_of_each_are_listed() {
        let mut spread = Spread::new(10);
        for number in 0..60 {
            let actor = format!("{}", number % 4);
            spread.add(&actor, at(100 - number), number as u64);
        }
        // The earliest two of each.
        assert_eq!(spread.numbers(), [59, 58, 57, 56, 55, 54, 53, 52]);
        for number in 60..90 {
            spread.add(&format!("other {number}"), at(number), number as u64);
        }
        assert_eq!(spread.numbers().len(), 10);
        assert_eq!(spread.kept, KEPT * 10 + 30);
    }
}
