//! Which events are told one by one, where not all of them can be.
//!
//! Not for: counting.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::time::Moment;

/// Events of one who calls the same that are told at most.
const EACH: usize = 20;

/// How many times as many events are held as are told; behind that, of each who calls something new only one.
const HELD: usize = 4;

/// An event in the order of the times; without a time they come last.
type Place = (bool, Option<Moment>, u64);

/// Events in the order of their times, the earliest of them all.
#[derive(Debug, Default)]
pub(in crate::report) struct Earliest {
    most: usize,
    events: BTreeSet<Place>,
    /// How many there were.
    pub count: u64,
}

impl Earliest {
    pub fn new(most: usize) -> Earliest {
        Earliest {
            most,
            ..Earliest::default()
        }
    }

    /// Gives back which event is wanted no more.
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

/// Events of which one who does the same all the time leaves room for others: of each who calls what the earliest.
#[derive(Debug, Default)]
pub(in crate::report) struct Spread {
    most: usize,
    by: HashMap<String, Earliest>,
    held: usize,
    /// How many there were.
    pub count: u64,
}

impl Spread {
    /// For so many events that are told.
    pub fn new(most: usize) -> Spread {
        Spread {
            most,
            ..Spread::default()
        }
    }

    /// Adds an event, and gives back which one is wanted no more.
    pub fn add(&mut self, actor: &str, time: Option<Moment>, number: u64) -> Option<u64> {
        self.count += 1;
        let of_actor = self.by.entry_ref(actor).or_default();
        let before = of_actor.events.len();
        of_actor.most = if self.held < HELD * self.most {
            self.most.min(EACH)
        } else {
            before.max(1)
        };
        let dropped = of_actor.add(time, number);
        self.held += of_actor.events.len() - before;
        dropped
    }

    /// The numbers of the events that are told, in order: of each as many as leave room for all.
    pub fn numbers(&self) -> Vec<u64> {
        let told = |each: usize| {
            let all = self.by.values();
            all.map(move |one| one.events.len().min(each))
                .sum::<usize>()
        };
        let each = (1..=EACH).rev().find(|each| told(*each) <= self.most);
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
    fn who_calls_all_the_time_leaves_room_for_others() {
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
    fn with_many_callers_each_is_told_less_often() {
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
        assert_eq!(spread.held, HELD * 10 + 30);
    }
}
