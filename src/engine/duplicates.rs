//! Which events were taken already.
//!
//! An event is known by its id, its source and its name together, and for whoever asks about outcomes by its
//! error code too: ids are unique in what CloudTrail writes, but hand-made dumps put one id on two calls, and a
//! refused call must not go for a repetition of one that worked. Where nothing may hide, it is also known by
//! what it came to. Two dumps that overlap, or a trail that delivers twice, repeat all of it. What somebody
//! wrote over an id, `xxxxxxxx-xxxx-…`, is none.
//!
//! Kept are 80 bits for the id and 48 for the call, hashed with SipHash and keys that a process draws for
//! itself, so that no input can be made to collide. By chance two of a million events do so in one run of
//! 10^12, two of a billion in one of two million. Costs 17 bytes a slot in a table that is never fuller than
//! seven eighths and doubles when it is: 20 to 39 bytes an event, and half as much again while it doubles.

use std::hash::{BuildHasher, Hasher, RandomState};

use hashbrown::{HashSet, HashTable};
use siphasher::sip128::{Hash128, Hasher128, SipHasher13};

use crate::event::Event;
use crate::event::identity::is_masked_id;

/// What an event is known by: the id in the first number and the upper bits of the second, the call below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identifier([u64; 2]);

/// Bits of an identifier's second number that stand for the call.
const CALL_BITS: u32 = 48;

impl Identifier {
    fn new(id: [u64; 2], call: u64) -> Identifier {
        let call_mask = (1 << CALL_BITS) - 1;
        Identifier([id[0], id[1] & !call_mask | call & call_mask])
    }

    fn has_id_of(self, other: Identifier) -> bool {
        self.0[0] == other.0[0] && self.0[1] >> CALL_BITS == other.0[1] >> CALL_BITS
    }
}

/// Makes identifiers that compare within one run of the program.
#[derive(Clone, Debug)]
pub struct Identifiers {
    hasher: SipHasher13,
}

impl Default for Identifiers {
    fn default() -> Self {
        // The standard library draws keys from the system, and gives them away only hashed.
        let draw = |n: u64| RandomState::new().hash_one(n);
        Identifiers {
            hasher: SipHasher13::new_with_keys(draw(0), draw(1)),
        }
    }
}

impl Identifiers {
    /// The identifier of an event; `None` when it has no id. `outcomes` are told apart at the price of a look into the
    /// record, and so is what it `dedup_discriminant`.
    pub fn of(
        &self,
        event: &Event<'_>,
        outcomes: bool,
        dedup_discriminant: &[u8],
    ) -> Option<Identifier> {
        let mut id = ByteBuffer::default();
        event.id()?.for_each_bytes(|piece| id.add(piece));
        if is_masked_id(&id.bytes[..id.filled]) {
            return None;
        }
        let error = if outcomes { event.error_code() } else { None };
        let mut call = ByteBuffer::default();
        for text in [event.source_name(), event.call_name(), error] {
            if let Some(text) = text {
                text.for_each_bytes(|piece| call.add(piece));
            }
            // No text holds it, as it is no UTF-8.
            call.add(&[0xff]);
        }
        call.add(dedup_discriminant);
        let [id, call] = [id, call].map(|buffer| buffer.hash(self.hasher));
        Some(Identifier::new([id.h1, id.h2], call.h1))
    }
}

/// Bytes that are hashed in one go, which takes half of the time that piece by piece takes.
struct ByteBuffer {
    bytes: [u8; 128],
    filled: usize,
    /// What does not fit.
    more: Vec<u8>,
}

impl Default for ByteBuffer {
    fn default() -> Self {
        ByteBuffer {
            bytes: [0; 128],
            filled: 0,
            more: Vec::new(),
        }
    }
}

impl ByteBuffer {
    #[inline]
    fn add(&mut self, piece: &[u8]) {
        let end = self.filled + piece.len();
        match self.bytes.get_mut(self.filled..end) {
            Some(free) if self.more.is_empty() => {
                free.copy_from_slice(piece);
                self.filled = end;
            }
            _ => self.more.extend_from_slice(piece),
        }
    }

    fn hash(&self, mut hasher: SipHasher13) -> Hash128 {
        hasher.write(&self.bytes[..self.filled]);
        hasher.write(&self.more);
        hasher.finish128()
    }
}

/// What a new event is to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// Not seen before.
    New,
    /// The same event again.
    Duplicate,
    /// The id of an earlier event that was another: by its call, its outcome, or what it came to.
    OtherCall,
}

/// The events taken so far.
#[derive(Debug, Default)]
pub struct DuplicateFilter {
    /// The first event of each id.
    seen: HashTable<Identifier>,
    /// Other calls with ids of those.
    others: HashSet<Identifier>,
}

impl DuplicateFilter {
    /// Takes an event.
    #[inline]
    pub fn take(&mut self, event: Identifier) -> Novelty {
        let hash = |event: &Identifier| event.0[0];
        let before = self.seen.find(hash(&event), |seen| seen.has_id_of(event));
        match before {
            None => {
                self.seen.insert_unique(hash(&event), event, hash);
                Novelty::New
            }
            Some(same) if *same == event => Novelty::Duplicate,
            Some(_) if self.others.insert(event) => Novelty::OtherCall,
            Some(_) => Novelty::Duplicate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_on_two_calls_is_two_events_and_each_of_them_once() {
        let mut duplicates = DuplicateFilter::default();
        let event = |id, call| Identifier::new([id, 0], call);
        let novelty = [(1, 1), (1, 1), (1, 2), (1, 2), (1, 1), (2, 1)]
            .map(|(id, call)| duplicates.take(event(id, call)));
        use Novelty::{Duplicate, New, OtherCall};
        assert_eq!(
            novelty,
            [New, Duplicate, OtherCall, Duplicate, Duplicate, New]
        );
    }

    #[test]
    fn every_bit_that_is_kept_tells_ids_and_calls_apart() {
        for bit in 0..128 {
            let mut duplicates = DuplicateFilter::default();
            let one = Identifier([0, 0]);
            let mut other = one;
            other.0[bit / 64] ^= 1 << (bit % 64);
            assert_eq!(duplicates.take(one), Novelty::New);
            let is_call = (64..64 + CALL_BITS as usize).contains(&bit);
            let expected = if is_call {
                Novelty::OtherCall
            } else {
                Novelty::New
            };
            assert_eq!(duplicates.take(other), expected, "{bit}");
        }
    }
}
