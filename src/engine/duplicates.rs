//! Finds duplicate events.
//!
//! Two events are duplicates if they have the same id (`eventID`), the same source (`eventSource`) and the same name
//! (`eventName`), and, for questions about outcomes, the same error code. The id alone is not enough. CloudTrail's ids are
//! unique (AWS, "CloudTrail record contents": `eventID` is a GUID that identifies the event), but edited dumps and test
//! data have one id on several calls, and a denied call must not disappear as a duplicate of one that succeeded. A
//! question can add further values, so that nothing its answer depends on is dropped. Real duplicates, from dumps that
//! overlap or from a trail that delivers twice, are equal in all of these. A masked id (`xxxxxxxx-xxxx-…`) is treated as
//! missing, and an event without an id is never a duplicate.
//!
//! An identifier has 80 bits of a hash of the id and 48 bits of a hash of the rest. The hash is SipHash with random keys, so no
//! input can be crafted to collide. The probability that any two events collide is below 10^-12 for a million events and below
//! 10^-6 for a billion.
//!
//! Memory: the table has 17 bytes per slot and is at most 7/8 full when it doubles, so 20 to 39 bytes per event, and half as
//! much again while it doubles.

use std::hash::{BuildHasher, Hasher, RandomState};

use hashbrown::{HashSet, HashTable};
use siphasher::sip128::{Hash128, Hasher128, SipHasher13};

use crate::event::Event;
use crate::event::identity::is_masked_id;

/// Identifies an event: the hash of the id in the first number and the upper bits of the second, the hash of the call
/// in the lower bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identifier([u64; 2]);

/// The number of bits for the call.
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

/// Makes identifiers. They are comparable within one process only.
#[derive(Clone, Debug)]
pub struct Identifiers {
    hasher: SipHasher13,
}

impl Default for Identifiers {
    fn default() -> Self {
        // The standard library has random keys from the operating system but reveals only hashes made with them.
        let draw = |n: u64| RandomState::new().hash_one(n);
        Identifiers {
            hasher: SipHasher13::new_with_keys(draw(0), draw(1)),
        }
    }
}

impl Identifiers {
    /// The identifier of an event; `None` if it has no id. With `outcomes` it includes the error code, which requires
    /// reading the record. `discriminant` is [`Question::dedup_discriminant`](super::Question::dedup_discriminant).
    pub fn of(&self, event: &Event<'_>, outcomes: bool, discriminant: &[u8]) -> Option<Identifier> {
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
            // A separator that no text contains, because it is not valid UTF-8.
            call.add(&[0xff]);
        }
        call.add(discriminant);
        let [id, call] = [id, call].map(|buffer| buffer.hash(self.hasher));
        Some(Identifier::new([id.h1, id.h2], call.h1))
    }
}

/// Collects bytes to hash them at once, which takes half the time of hashing part by part.
struct ByteBuffer {
    bytes: [u8; 128],
    filled: usize,
    /// Bytes that do not fit.
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

/// How a new event relates to earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// No earlier event has its id.
    New,
    /// An earlier event is equal to it.
    Duplicate,
    /// Earlier events have its id, but are other calls or have other outcomes.
    OtherCall,
}

/// The events seen so far.
#[derive(Debug, Default)]
pub struct DuplicateFilter {
    /// The first event of each id.
    seen: HashTable<Identifier>,
    /// Other calls with the ids of those.
    others: HashSet<Identifier>,
}

impl DuplicateFilter {
    /// Adds an event.
    #[inline]
    pub fn insert(&mut self, event: Identifier) -> Novelty {
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
    fn two_calls_with_one_id_are_two_events_and_each_counts_once() {
        let mut duplicates = DuplicateFilter::default();
        let event = |id, call| Identifier::new([id, 0], call);
        let novelty = [(1, 1), (1, 1), (1, 2), (1, 2), (1, 1), (2, 1)]
            .map(|(id, call)| duplicates.insert(event(id, call)));
        use Novelty::{Duplicate, New, OtherCall};
        assert_eq!(
            novelty,
            [New, Duplicate, OtherCall, Duplicate, Duplicate, New]
        );
    }

    #[test]
    fn every_bit_distinguishes_ids_or_calls() {
        for bit in 0..128 {
            let mut duplicates = DuplicateFilter::default();
            let one = Identifier([0, 0]);
            let mut other = one;
            other.0[bit / 64] ^= 1 << (bit % 64);
            assert_eq!(duplicates.insert(one), Novelty::New);
            let is_call = (64..64 + CALL_BITS as usize).contains(&bit);
            let expected = if is_call {
                Novelty::OtherCall
            } else {
                Novelty::New
            };
            assert_eq!(duplicates.insert(other), expected, "{bit}");
        }
    }
}
