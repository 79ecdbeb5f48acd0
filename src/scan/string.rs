//! Finds the end of a JSON string, with masks of 64 bytes.
//!
//! The string that matters is `CloudTrailEvent`: it is about four fifths of a lookup, with an escaped quote every dozen bytes.
//! A search for the next quote would stop at each of them, so whole blocks are classified at once.

use super::Fault;
use super::mask::{self, BLOCK, Masks, Portable, Simd};

/// The position of the closing quote of the string whose content begins at `at`.
///
/// # Errors
/// As [`Nesting::string_end`](super::Nesting::string_end).
pub(super) fn end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    #[cfg(all(target_arch = "x86_64", not(feature = "reference")))]
    if let Some(avx2) = super::avx2::Avx2::new() {
        return avx2.string_end(bytes, at);
    }
    end_by(Portable, bytes, at)
}

/// The search itself, compiled once for each implementation of masks.
#[inline(always)]
pub(super) fn end_by(simd: impl Simd, bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let (blocks, rest) = bytes.get(at..).unwrap_or_default().as_chunks::<BLOCK>();
    let mut block_at = at;
    let mut carry = false;
    for block in blocks {
        let masks = simd.classify(block);
        // The common case in nested text: every backslash escapes a quote, and every quote is escaped. Then the string
        // does not end in this block, and nothing else needs to be checked.
        let after_backslash = masks.backslash << 1 | u64::from(carry);
        if (after_backslash ^ masks.quote) | masks.control == 0 {
            carry = masks.backslash >> 63 == 1;
        } else if let Some(end) = find_close(bytes, block_at, masks, &mut carry)? {
            return Ok(end);
        }
        block_at += BLOCK;
    }
    // The rest is padded with spaces, which are neither quotes nor doubtful.
    let mut padded = [b' '; BLOCK];
    padded[..rest.len()].copy_from_slice(rest);
    let end = find_close(bytes, block_at, simd.classify(&padded), &mut carry)?;
    end.ok_or(Fault::end(bytes.len()))
}

/// The position in a block where the string ends, if it ends there.
#[inline(always)]
fn find_close(
    bytes: &[u8],
    block_at: usize,
    masks: Masks,
    carry: &mut bool,
) -> Result<Option<usize>, Fault> {
    let escaped = mask::escaped(masks.backslash, carry);
    let closing = masks.quote & !escaped;
    // The bits before the closing quote, or all bits if there is no quote.
    let inside = (closing & closing.wrapping_neg()).wrapping_sub(1);
    let doubtful = (escaped & !masks.quote & !masks.backslash) | masks.control;
    if doubtful & inside != 0 {
        check_doubtful(bytes, block_at, doubtful & inside, escaped)?;
    }
    Ok((closing != 0).then(|| block_at + closing.trailing_zeros() as usize))
}

/// Checks the few bytes of a block that may be invalid in a string: control characters, and bytes after a backslash that
/// are neither a quote nor a backslash.
#[cold]
fn check_doubtful(
    bytes: &[u8],
    block_at: usize,
    mut doubtful: u64,
    escaped: u64,
) -> Result<(), Fault> {
    while doubtful != 0 {
        let bit = doubtful.trailing_zeros();
        doubtful &= doubtful - 1;
        let at = block_at + bit as usize;
        let Some(&byte) = bytes.get(at) else {
            // Padding after the end: the caller reports the end.
            return Ok(());
        };
        if byte < 0x20 || (escaped >> bit) & 1 == 0 {
            return Err(Fault::invalid(at));
        }
        match byte {
            b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
            b'u' => hex4(bytes, at + 1)?,
            _ => return Err(Fault::invalid(at)),
        }
    }
    Ok(())
}

/// Checks that there are four hexadecimal digits at `at`.
fn hex4(bytes: &[u8], at: usize) -> Result<(), Fault> {
    for i in at..at + 4 {
        match bytes.get(i) {
            Some(b) if b.is_ascii_hexdigit() => {}
            Some(_) => return Err(Fault::invalid(i)),
            None => return Err(Fault::end(i)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
