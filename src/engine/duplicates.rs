//! Which events were taken already.
//!
//! An event is known by its id, its source and its name together: ids are unique in what CloudTrail
//! writes, but hand-made dumps put one id on two calls. Two dumps that overlap, or a trail that delivers
//! twice, repeat all three.
//!
//! Keys are 128-bit hashes with a random start a process has for itself, so that no input can be made to
//! collide; two of a billion events do so by chance once in 10^20 runs. Costs about 40 bytes an event.

use std::hash::{BuildHasher, Hasher, RandomState};

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};

use crate::event::Event;

/// What an event is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identifier {
    id: u128,
    call: u64,
}

/// Makes identifiers that compare within one run of the program.
#[derive(Clone, Debug)]
pub struct Identifiers {
    low: RandomState,
    high: RandomState,
}

impl Default for Identifiers {
    fn default() -> Self {
        Identifiers {
            low: RandomState::new(),
            high: RandomState::new(),
        }
    }
}

impl Identifiers {
    /// The identifier of an event; `None` when it has no id.
    pub fn of(&self, event: &Event<'_>) -> Option<Identifier> {
        let id = event.id()?;
        let (mut low, mut high) = (self.low.build_hasher(), self.high.build_hasher());
        id.for_each(|piece| {
            low.write(piece.as_bytes());
            high.write(piece.as_bytes());
        });
        let mut call = self.low.build_hasher();
        for text in [event.source_name(), event.call_name()] {
            if let Some(text) = text {
                text.for_each(|piece| call.write(piece.as_bytes()));
            }
            call.write_u8(0xff);
        }
        Some(Identifier {
            id: u128::from(low.finish()) << 64 | u128::from(high.finish()),
            call: call.finish(),
        })
    }
}

/// What a new event is to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// Not seen before.
    New,
    /// The same event again.
    Duplicate,
    /// The id of an earlier event, on another call.
    OtherCall,
}

/// The events taken so far.
#[derive(Debug, Default)]
pub struct Duplicates {
    seen: HashMap<u128, u64>,
    others: HashSet<(u128, u64)>,
}

impl Duplicates {
    /// Takes an event.
    pub fn take(&mut self, event: Identifier) -> Novelty {
        match self.seen.entry(event.id) {
            Entry::Vacant(free) => {
                free.insert(event.call);
                Novelty::New
            }
            Entry::Occupied(taken) if *taken.get() == event.call => Novelty::Duplicate,
            Entry::Occupied(_) => {
                if self.others.insert((event.id, event.call)) {
                    Novelty::OtherCall
                } else {
                    Novelty::Duplicate
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_on_two_calls_is_two_events_and_each_of_them_once() {
        let mut duplicates = Duplicates::default();
        let event = |id, call| Identifier { id, call };
        let novelty = [(1, 1), (1, 1), (1, 2), (1, 2), (1, 1), (2, 1)]
            .map(|(id, call)| duplicates.take(event(id, call)));
        use Novelty::{Duplicate, New, OtherCall};
        assert_eq!(
            novelty,
            [New, Duplicate, OtherCall, Duplicate, Duplicate, New]
        );
    }
}
