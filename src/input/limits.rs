//! How much may come out of packed input: a few kilobytes can unpack to terabytes.
//!
//! Not for: bounds on what the text holds (see `dump::Limits`), or for telling which of them was met (see
//! [`ReadError::TooMuch`](super::ReadError::TooMuch)).

use super::error::ReachedLimit;

/// Unpacked bytes from which on the ratio counts, and steps in which it is looked at: the same for any size
/// of reads.
const FROM: u64 = 64 << 20;
const STEP: u64 = 1 << 20;

/// Bounds on one packed input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnpackLimits {
    /// Unpacked bytes: 256 GiB by default, more than the trails of a very large organisation in a day.
    pub bytes: u64,
    /// Unpacked bytes for each packed one, from 64 MiB of them on: 200 by default.
    ///
    /// CloudTrail JSON packs to a 20th or 40th. Each event has an id of its own, 16 random bytes, mostly two
    /// or three of them and a time, in 1,000 to 3,000 bytes of text: so no packer reaches 100 on events that
    /// differ. deflate ends at 1,032.
    pub ratio: u64,
    /// Members of a gzip file: 10,000,000 by default. A trail writes a file every five minutes in each region
    /// of each account: 500,000 a day for 100 accounts, which can be put one after the other.
    pub members: u64,
}

impl Default for UnpackLimits {
    fn default() -> Self {
        UnpackLimits {
            bytes: 256 << 30,
            ratio: 200,
            members: 10_000_000,
        }
    }
}

impl UnpackLimits {
    /// How many bytes may be unpacked at once behind `unpacked` of them, for which `packed` were used up.
    /// At the limit itself one more is let through, to see whether there is one.
    pub(super) fn room(&self, unpacked: u64, packed: u64) -> Result<usize, ReachedLimit> {
        let is_looked_at = unpacked >= FROM && unpacked.is_multiple_of(STEP);
        if is_looked_at && unpacked > packed.saturating_mul(self.ratio) {
            return Err(ReachedLimit::Ratio(self.ratio));
        }
        let step = STEP - unpacked % STEP;
        Ok(step.min(self.bytes.saturating_sub(unpacked).max(1)) as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::input::testing::{self, Drip};
    use crate::input::{ReadError, UnpackLimits, Unpacked, unpack_small};

    /// Zeros, at a thousand to one.
    fn bomb(len: usize) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![0; 1 << 20];
        for from in (0..len).step_by(zeros.len()) {
            encoder
                .write_all(&zeros[..zeros.len().min(len - from)])
                .unwrap();
        }
        encoder.finish().unwrap()
    }

    /// How many bytes come out, and which limit was met, in doses and reads of these sizes.
    fn unpacked(
        packed: &[u8],
        limits: UnpackLimits,
        dose: usize,
        size: usize,
    ) -> (u64, Option<ReachedLimit>) {
        let mut stream = testing::stream(Drip::new(packed.to_vec(), dose));
        stream.set_limits(limits);
        let mut buf = vec![0; size];
        let mut count = 0;
        loop {
            match stream.read(&mut buf) {
                Ok(0) => return (count, None),
                Ok(read) => count += read as u64,
                Err(ReadError::TooMuch { unpacked_at, limit }) => {
                    assert_eq!(unpacked_at, count);
                    assert_eq!(stream.read(&mut buf).unwrap(), 0, "nothing comes after it");
                    return (count, Some(limit));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn all_that_is_let_in_is_delivered_and_not_a_byte_more() {
        let text = testing::text(5000);
        for packed in [testing::gzip(&text), testing::zstd(&text)] {
            for bytes in [0, 1, 4999, 5000, 5001] {
                let limits = UnpackLimits {
                    bytes,
                    ..UnpackLimits::default()
                };
                let met = (bytes < 5000).then_some(ReachedLimit::Bytes(bytes));
                for (dose, size) in [(1, 1), (7, 100), (9999, 9999)] {
                    let got = unpacked(&packed, limits, dose, size);
                    assert_eq!(got, (bytes.min(5000), met), "{bytes} {dose} {size}");
                }
            }
        }
    }

    #[test]
    fn a_ratio_counts_from_64_mib_on() {
        let limits = UnpackLimits::default();
        let short = bomb(FROM as usize - 1);
        let long = bomb(FROM as usize + 1);
        let met = Some(ReachedLimit::Ratio(limits.ratio));
        for (dose, size) in [(100, 1 << 16), (usize::MAX, 1 << 19), (1000, 12_345_678)] {
            assert_eq!(unpacked(&short, limits, dose, size), (FROM - 1, None));
            assert_eq!(unpacked(&long, limits, dose, size), (FROM, met));
        }
        let limits = UnpackLimits {
            ratio: 2000,
            ..limits
        };
        assert_eq!(unpacked(&long, limits, 1000, 1 << 19), (FROM + 1, None));
    }

    #[test]
    fn members_are_counted_alike_in_one_shot_and_as_a_stream() {
        let members = [
            testing::gzip(b"one"),
            testing::gzip(b""),
            testing::gzip(b"three"),
        ];
        let (packed, at) = (members.concat(), members[0].len() + members[1].len());
        for (most, count) in [(1, 3), (2, 3), (3, 8), (4, 8)] {
            let limits = UnpackLimits {
                members: most,
                ..UnpackLimits::default()
            };
            let at = if most == 1 { members[0].len() } else { at };
            let met = (most < 3).then_some(ReachedLimit::Members(most, at as u64));
            assert_eq!(unpacked(&packed, limits, 3, 5), (count, met));
            let mut out = Vec::new();
            let shot = match unpack_small(&packed, 100, &limits, &mut out) {
                Ok(Unpacked::Whole) => None,
                Err(ReadError::TooMuch { limit, .. }) => Some(limit),
                other => panic!("{other:?}"),
            };
            assert_eq!((out.len() as u64, shot), (count, met));
        }
    }

    #[test]
    fn one_shot_leaves_what_is_too_long_to_the_stream() {
        let limits = UnpackLimits {
            bytes: 4,
            ..UnpackLimits::default()
        };
        let (packed, mut out) = (testing::gzip(b"12345"), Vec::new());
        let shot = unpack_small(&packed, 100, &limits, &mut out).unwrap();
        assert_eq!(shot, Unpacked::TooBig);
        assert_eq!(
            unpacked(&packed, limits, 9, 9),
            (4, Some(ReachedLimit::Bytes(4)))
        );
    }
}
