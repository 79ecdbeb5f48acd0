//! Limits of the size of unpacked input: a few kilobytes can unpack to terabytes.
//!
//! The limits of the text itself are `dump::Limits`.

use super::error::ReachedLimit;

/// From this number of unpacked bytes on the ratio is limited. It is checked at multiples of `STEP`, so that the result
/// does not depend on the size of reads.
const FROM: u64 = 64 << 20;
const STEP: u64 = 1 << 20;

/// The limits of one packed input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnpackLimits {
    /// Unpacked bytes: 256 GiB by default, more than the trails of a very large organisation write in a day.
    pub bytes: u64,
    /// Unpacked bytes per packed byte, if there are at least 64 MiB of them: 200 by default.
    ///
    /// CloudTrail JSON packs to between a 20th and a 40th of its size. Each event has an id of 16 random bytes, mostly
    /// two or three ids and a time, in 1,000 to 3,000 bytes of text, so no packer reaches 100 on events that differ.
    /// deflate reaches at most 1,032.
    pub ratio: u64,
    /// Members of a gzip file: 10,000,000 by default. A trail writes a file every five minutes in each region of each
    /// account, so 500,000 per day for 100 accounts; they can be concatenated to one file.
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
    /// How many bytes may be unpacked at once after `unpacked` bytes, for which `packed` bytes were used. At the limit
    /// it is one more, because only a further byte shows that the limit is exceeded.
    pub(super) fn allowance(&self, unpacked: u64, packed: u64) -> Result<usize, ReachedLimit> {
        let is_checked = unpacked >= FROM && unpacked.is_multiple_of(STEP);
        if is_checked && unpacked > packed.saturating_mul(self.ratio) {
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

    /// Packed zeros, at a ratio of about a thousand.
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

    /// The number of unpacked bytes and the limit that was reached, if the source gives `dose` bytes at once and reads
    /// are `size` bytes long.
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
    fn all_bytes_up_to_the_limit_are_delivered_and_none_after_it() {
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
    fn the_ratio_is_limited_from_64_mib_on() {
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
    fn a_small_file_and_a_stream_have_the_same_limit_of_members() {
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
    fn a_file_that_is_too_long_to_be_unpacked_at_once_is_left_to_the_stream() {
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
