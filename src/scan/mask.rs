//! Sixty-four bytes at a time: which are quotes, which backslashes, which control characters.
//!
//! Safe code over the `wide` crate, which is SSE2 on every x86-64 and NEON on arm64. The bit tricks for
//! runs of backslashes are those of simdjson's paper (Langdale and Lemire, 2019).
//!
//! Not for: meaning. Who asks knows whether it stands inside a string.

use wide::u8x16;

/// One bit a byte, lowest bit first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    pub quote: u64,
    pub backslash: u64,
    /// Bytes below 0x20.
    pub control: u64,
}

const LANES: usize = 16;
pub(super) const BLOCK: usize = 64;

/// Classifies a block of 64 bytes.
#[inline]
pub(super) fn classify(block: &[u8; BLOCK]) -> Masks {
    let quote = u8x16::splat(b'"');
    let backslash = u8x16::splat(b'\\');
    let last_control = u8x16::splat(0x1f);
    let mut masks = Masks::default();
    let (lanes, _) = block.as_chunks::<LANES>();
    for (i, lane) in lanes.iter().enumerate() {
        let bytes = u8x16::new(*lane);
        let shift = i * LANES;
        masks.quote |= u64::from(bytes.simd_eq(quote).to_bitmask()) << shift;
        masks.backslash |= u64::from(bytes.simd_eq(backslash).to_bitmask()) << shift;
        masks.control |= u64::from(bytes.min(last_control).simd_eq(bytes).to_bitmask()) << shift;
    }
    masks
}

/// Which bytes are escaped, i.e. follow a backslash that is not itself escaped.
///
/// `carry` says whether the first byte of this block is escaped by the last of the one before, and is
/// updated for the next.
#[inline]
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
            let masks = classify(&block);
            let fast = escaped(masks.backslash, &mut fast_carry);
            let (expected, slow) = naive(&block, &mut slow_carry);
            assert_eq!(masks, expected);
            assert_eq!(fast, slow);
            assert_eq!(fast_carry, slow_carry);
        }
    }
}
