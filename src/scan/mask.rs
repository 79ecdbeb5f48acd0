//! Bit masks of 64 bytes: which bytes are quotes, backslashes or control characters.
//!
//! This file has the portable implementation, in safe code over the `wide` crate (SSE2 on every x86-64, NEON on arm64).
//! The faster one is in `avx2`. The treatment of runs of backslashes is that of simdjson (Langdale and Lemire, "Parsing
//! gigabytes of JSON per second", 2019).
//!
//! A mask does not know whether its bytes are inside a string. The caller does.

use wide::u8x16;

/// An implementation of masks. A value of the type proves that the machine supports it.
pub trait Simd: Copy {
    /// Classifies a block.
    fn classify(self, block: &[u8; BLOCK]) -> Masks;

    /// One bit for each byte that is equal in both blocks.
    fn equal(self, one: &[u8; BLOCK], other: &[u8; BLOCK]) -> u64;

    /// The quotes, backslashes and control characters of a few bytes.
    fn special(self, head: &[u8; SHORT]) -> u32;

    /// The backslashes of a few bytes.
    fn backslashes(self, head: &[u8; SHORT]) -> u32;
}

/// One bit per byte, lowest bit first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    pub quote: u64,
    pub backslash: u64,
    /// Bytes below 0x20.
    pub control: u64,
}

const LANES: usize = 16;
pub const BLOCK: usize = 64;

/// The implementation for every machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portable;

impl Simd for Portable {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        let mut masks = Masks::default();
        let (lanes, _) = block.as_chunks::<LANES>();
        for (i, lane) in lanes.iter().enumerate() {
            let (quote, backslash, control) = lane_masks(*lane);
            let shift = i * LANES;
            masks.quote |= u64::from(quote) << shift;
            masks.backslash |= u64::from(backslash) << shift;
            masks.control |= u64::from(control) << shift;
        }
        masks
    }

    #[inline(always)]
    fn equal(self, one: &[u8; BLOCK], other: &[u8; BLOCK]) -> u64 {
        let (one, _) = one.as_chunks::<LANES>();
        let (other, _) = other.as_chunks::<LANES>();
        one.iter()
            .zip(other)
            .enumerate()
            .fold(0, |bits, (i, (one, other))| {
                let equal = u8x16::new(*one).simd_eq(u8x16::new(*other));
                bits | u64::from(equal.to_bitmask()) << (i * LANES)
            })
    }

    #[inline(always)]
    fn special(self, head: &[u8; SHORT]) -> u32 {
        by_lane(head, |lane| {
            let (quote, backslash, control) = lane_masks(lane);
            quote | backslash | control
        })
    }

    #[inline(always)]
    fn backslashes(self, head: &[u8; SHORT]) -> u32 {
        let splat = u8x16::splat(b'\\');
        by_lane(head, |lane| u8x16::new(lane).simd_eq(splat).to_bitmask())
    }
}

#[inline(always)]
fn by_lane(head: &[u8; SHORT], bits: impl Fn([u8; LANES]) -> u32) -> u32 {
    let (lanes, _) = head.as_chunks::<LANES>();
    let lanes = lanes.iter().enumerate();
    lanes.fold(0, |all, (i, lane)| all | bits(*lane) << (i * LANES))
}

#[inline(always)]
fn lane_masks(lane: [u8; LANES]) -> (u32, u32, u32) {
    let bytes = u8x16::new(lane);
    let equal = |byte| bytes.simd_eq(u8x16::splat(byte)).to_bitmask();
    let control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes).to_bitmask();
    (equal(b'"'), equal(b'\\'), control)
}

/// The number of bytes that are enough for most strings.
pub const SHORT: usize = 32;

/// Which bytes are escaped, i.e. follow a backslash that is not itself escaped.
///
/// `carry` says whether the first byte of this block is escaped by the last of the one before, and is
/// updated for the next.
#[inline(always)]
pub(super) fn escaped(backslash: u64, carry: &mut bool) -> u64 {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    // Most blocks of plain text have no backslash.
    if backslash == 0 {
        return u64::from(std::mem::take(carry));
    }
    // A run of backslashes escapes the byte after it if its length is odd. The subtraction carries through each run, so
    // that one instruction handles all runs of the block.
    let first = u64::from(*carry);
    let starts = backslash & !first;
    let maybe = (starts << 1) | ODD;
    let code = maybe.wrapping_sub(starts) ^ ODD;
    let escaped = code ^ (backslash | first);
    *carry = (code & backslash) >> 63 == 1;
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same results, byte by byte.
    fn naive(block: &[u8; BLOCK], carry: &mut bool) -> (Masks, u64) {
        let mut masks = Masks::default();
        let mut escaped = 0;
        for (i, &b) in block.iter().enumerate() {
            let bit = 1u64 << i;
            if b == b'"' {
                masks.quote |= bit;
            }
            if b == b'\\' {
                masks.backslash |= bit;
            }
            if b < 0x20 {
                masks.control |= bit;
            }
            if std::mem::take(carry) {
                escaped |= bit;
            } else if b == b'\\' {
                *carry = true;
            }
        }
        (masks, escaped)
    }

    #[test]
    fn masks_and_escapes_equal_those_found_byte_by_byte() {
        let mut random = fastrand::Rng::with_seed(1);
        let alphabet = *b"\"\\\\\\a\x1f\x20\x00\xff\x80n\"";
        let (mut fast_carry, mut slow_carry) = (false, false);
        for _ in 0..20_000 {
            let mut block = [0u8; BLOCK];
            for b in &mut block {
                *b = alphabet[random.usize(..alphabet.len())];
            }
            let masks = Portable.classify(&block);
            let fast = escaped(masks.backslash, &mut fast_carry);
            let (expected, slow) = naive(&block, &mut slow_carry);
            assert_eq!(masks, expected);
            assert_eq!(fast, slow);
            assert_eq!(fast_carry, slow_carry);
        }
    }
}
