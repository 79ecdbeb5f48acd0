//! Helpers of the tests of this module: a seeded generator, and short functions for times.

use super::{Moment, Zone, from_text};

/// xorshift64*: the same sequence on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.max(1))
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// In `low..high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low) as u64) as i64
    }

    /// Any moment of the range, with a fraction of a random number of digits.
    pub fn moment(&mut self) -> Moment {
        let seconds = self.between(Moment::MIN.seconds, Moment::MAX.seconds + 1);
        self.moment_at(seconds)
    }

    /// Any moment between 1972, when offsets had become whole minutes nearly everywhere, and 2037.
    pub fn modern(&mut self) -> Moment {
        let seconds = self.between(2 * 365 * 86_400, 2_114_380_800);
        self.moment_at(seconds)
    }

    fn moment_at(&mut self, seconds: i64) -> Moment {
        let nanos = match self.next() % 4 {
            0 => 0,
            1 => self.between(0, 1000) * 1_000_000,
            2 => self.between(0, 1_000_000) * 1000,
            _ => self.between(0, 1_000_000_000),
        } as u32;
        Moment { seconds, nanos }
    }
}

pub(crate) fn at(text: &str) -> Moment {
    from_text(text).unwrap_or_else(|| panic!("{text} is no time"))
}

pub(crate) fn zone(text: &str) -> Zone {
    Zone::parse(text).unwrap_or_else(|error| panic!("{error}"))
}
