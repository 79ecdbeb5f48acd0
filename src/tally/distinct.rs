//! How many different values there are, in bounded memory: exact for few, estimated for many.
//!
//! Of the 64-bit hashes of all values the 1,024 smallest are kept. Fewer are all there are; otherwise the
//! largest of them tells how densely hashes lie, and so how many there must be (Bar-Yossef et al.,
//! "Counting distinct elements in a data stream", 2002; Beyer et al., "On synopses for distinct-value
//! estimation", 2007). One in three estimates is off by more than 1/√1,024, some 3 %, one in a hundred by
//! more than 8 %. Which hashes are the smallest depends neither on the order of values nor on how often
//! they occur, and a value's hash is the same in every run.
//!
//! Not for: which values are meant.

use twox_hash::XxHash3_64;

/// Hashes that are kept: from so many different values on, their number is an estimate.
pub const EXACT_BELOW: usize = 1024;

/// The hash of a value.
pub fn hash(value: &[u8]) -> u64 {
    XxHash3_64::oneshot(value)
}

/// The smallest hashes of some values, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distinct {
    smallest: Vec<u64>,
}

impl Distinct {
    /// Adds a value by its hash.
    pub fn add(&mut self, hash: u64) {
        let is_full = self.smallest.len() >= EXACT_BELOW;
        if is_full && self.smallest.last().is_some_and(|last| *last <= hash) {
            return;
        }
        if let Err(place) = self.smallest.binary_search(&hash) {
            if is_full {
                self.smallest.pop();
            }
            self.smallest.insert(place, hash);
        }
    }

    /// How many different values there are.
    pub fn count(&self) -> u64 {
        match self.smallest.last() {
            Some(last) if self.is_estimated() => {
                let all = u128::from(u64::MAX) + 1;
                let below = EXACT_BELOW as u128 - 1;
                let count = below * all / u128::from(*last).max(1);
                u64::try_from(count).unwrap_or(u64::MAX)
            }
            _ => self.smallest.len() as u64,
        }
    }

    /// Whether [`Distinct::count`] is an estimate.
    pub fn is_estimated(&self) -> bool {
        self.smallest.len() >= EXACT_BELOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl Iterator<Item = u64>) -> Distinct {
        let mut distinct = Distinct::default();
        values.for_each(|value| distinct.add(hash(value.to_string().as_bytes())));
        distinct
    }

    #[test]
    fn few_are_exact_however_often_they_come() {
        for n in [0, 1, 2, 1_000, 1_023] {
            let distinct = of((0..n).chain(0..n).chain((0..n).rev()));
            assert_eq!(distinct.count(), n);
            assert!(!distinct.is_estimated());
        }
        assert!(of(0..1_024).is_estimated());
    }

    #[test]
    fn many_are_estimated_within_the_error_that_is_stated() {
        for n in [1_024, 2_000, 20_000, 300_000] {
            let distinct = of(0..n);
            let off = distinct.count() as f64 / n as f64 - 1.0;
            assert!(distinct.is_estimated());
            assert!(off.abs() < 0.08, "{n}: {off}");
        }
    }

    #[test]
    fn no_order_and_no_repetition_makes_a_difference() {
        let forwards = of(0..5_000);
        assert_eq!(forwards, of((0..5_000).rev()));
        assert_eq!(
            forwards,
            of((0..5_000).flat_map(|value| [value, 4_999 - value, value]))
        );
        let halves = (0..5_000).step_by(2).chain((1..5_000).step_by(2));
        assert_eq!(forwards, of(halves));
    }

    /// The numbers that the algorithm's own documentation gives: another hash would be another output.
    #[test]
    fn a_hash_is_the_same_on_every_machine() {
        assert_eq!(hash(b""), 0x2d06_8005_38d3_94c2);
    }

    #[test]
    fn hashes_at_the_very_ends_are_counted() {
        let mut distinct = Distinct::default();
        distinct.add(0);
        distinct.add(u64::MAX);
        assert_eq!(distinct.count(), 2);
        (0..1_024).for_each(|hash| distinct.add(hash));
        assert!(distinct.count() > 1_023);
    }
}
