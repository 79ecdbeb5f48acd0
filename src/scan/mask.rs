//! Sixty-four bytes at a time: which are quotes, which backslashes, which control characters.
//!
//! Here is what serves every machine: safe code over the `wide` crate, which is SSE2 on every x86-64 and NEON
//! on arm64. Its faster twin is in `avx2`. The bit tricks for runs of backslashes are those of simdjson's
//! paper (Langdale and Lemire, 2019).
//!
//! Not for: meaning. Who asks knows whether it stands inside a string.

use wide::u8x16;

/// A way to make masks, proof that this machine has what it takes.
pub trait Simd: Copy {
    /// Classifies a block.
    fn classify(self, block: &[u8; BLOCK]) -> Masks;

    /// A bit for each byte that is the same in both blocks.
    fn equal(self, one: &[u8; BLOCK], other: &[u8; BLOCK]) -> u64;

    /// The quotes, backslashes and control characters of a few bytes.
    fn special(self, head: &[u8; SHORT]) -> u32;

    /// The backslashes of a few bytes.
    fn backslashes(self, head: &[u8; SHORT]) -> u32;
}

/// One bit a byte, lowest bit first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    pub quote: u64,
    pub backslash: u64,
    /// Bytes below 0x20.
    pub control: u64,
}

const LANES: usize = 16;
pub const BLOCK: usize = 64;

/// The way that every machine has.
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

/// The first bytes of what is mostly short.
pub const SHORT: usize = 32;

/// Which bytes are escaped, i.e. follow a backslash that is not itself escaped.
///
/// `carry` says whether the first byte of this block is escaped by the last of the one before, and is
/// updated for the next.
#[inline(always)]
pub(super) fn escaped(backslash: u64, carry: &mut bool) -> u64 {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    if backslash == 0 {
        return u64::from(std::mem::take(carry));
    }
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

    /// The same answers, a byte at a time.
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
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let alphabet = *b"\"\\\\\\a\x1f\x20\x00\xff\x80n\"";
        let (mut fast_carry, mut slow_carry) = (false, false);
        for _ in 0..20_000 {
            let mut block = [0u8; BLOCK];
            for b in &mut block {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                *b = alphabet[(seed % alphabet.len() as u64) as usize];
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
