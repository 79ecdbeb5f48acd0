//! The two levels at which JSON lies in a dump, and how a string ends on each.
//!
//! On the nested level every byte is a byte of a JSON string that is itself valid: so each quote has a
//! backslash before it, and a run of k backslashes before a quote means a structural quote exactly when
//! k mod 4 = 1. Only escapes that could hide structure (`\u0022`, `\u005c`, escaped escapes) can't be
//! judged in place; they are reported as [`Why::Odd`](super::Why::Odd) and the caller unescapes.

use super::mask::{self, BLOCK};
use super::{Fault, is_space};

/// How quotes, strings and whitespace are spelled.
pub trait Level {
    /// Bytes that an opening or closing quote takes.
    const QUOTE: usize;

    /// True when a quote begins at `at`.
    fn quote_at(bytes: &[u8], at: usize) -> bool;

    /// The position of the closing quote of the string whose content begins at `at`.
    ///
    /// # Errors
    /// A [`Fault`] when the string doesn't end, holds a raw control character, or an escape that JSON
    /// does not know. Invalid UTF-8 is no fault: such files exist, and are read with U+FFFD.
    fn string_end(bytes: &[u8], at: usize) -> Result<usize, Fault>;

    /// The first position at or after `at` that is no whitespace.
    fn skip_space(bytes: &[u8], at: usize) -> usize;
}

/// JSON as it lies in a file.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// JSON that lies inside a (valid) JSON string.
#[derive(Clone, Copy, Debug)]
pub struct Nested;

impl Level for Plain {
    const QUOTE: usize = 1;

    #[inline]
    fn quote_at(bytes: &[u8], at: usize) -> bool {
        bytes.get(at) == Some(&b'"')
    }

    #[inline]
    fn string_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
        let mut carry = false;
        let mut block_at = at;
        loop {
            let rest = bytes.get(block_at..).unwrap_or_default();
            let mut padded = [b' '; BLOCK];
            let block = match rest.first_chunk::<BLOCK>() {
                Some(block) => block,
                None => {
                    padded[..rest.len()].copy_from_slice(rest);
                    &padded
                }
            };
            let masks = mask::classify(block);
            let escaped = mask::escaped(masks.backslash, &mut carry);
            let closing = masks.quote & !escaped;
            // All bits before the closing quote, or all of them.
            let inside = (closing & closing.wrapping_neg()).wrapping_sub(1);
            let doubtful = (escaped & !masks.quote & !masks.backslash) | masks.control;
            if doubtful & inside != 0 {
                check_doubtful(bytes, block_at, doubtful & inside, escaped)?;
            }
            if closing != 0 {
                return Ok(block_at + closing.trailing_zeros() as usize);
            }
            if rest.len() <= BLOCK {
                return Err(Fault::end(bytes.len()));
            }
            block_at += BLOCK;
        }
    }

    #[inline]
    fn skip_space(bytes: &[u8], at: usize) -> usize {
        super::skip_space(bytes, at)
    }
}

/// Looks at the few bytes of a block that may not stand in a string: controls, and what follows a
/// backslash without being a quote or a backslash.
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
            return Ok(()); // padding behind the end: the caller reports the end
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

/// Checks that four hexadecimal digits stand at `at`.
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

impl Level for Nested {
    const QUOTE: usize = 2;

    #[inline]
    fn quote_at(bytes: &[u8], at: usize) -> bool {
        bytes.get(at..at + 2) == Some(br#"\""#)
    }

    fn string_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
        let mut i = at;
        loop {
            let rest = bytes.get(i..).unwrap_or_default();
            let Some(skip) = memchr::memchr(b'\\', rest) else {
                return Err(Fault::end(bytes.len()));
            };
            i += skip;
            i = match bytes.get(i + 1) {
                Some(b'"') => return Ok(i),
                Some(b'\\') => inner_escape(bytes, i)?,
                Some(b'/') => i + 2,
                Some(b'u') => outer_unicode(bytes, i)?,
                Some(_) => return Err(Fault::odd(i)),
                None => return Err(Fault::end(i)),
            };
        }
    }

    #[inline]
    fn skip_space(bytes: &[u8], mut at: usize) -> usize {
        loop {
            match bytes.get(at) {
                Some(&b) if is_space(b) => at += 1,
                Some(b'\\') if matches!(bytes.get(at + 1), Some(b'n' | b'r' | b't')) => at += 2,
                _ => return at,
            }
        }
    }
}

/// An escape of the nested text: `\\` and what the nested backslash escapes. Returns what follows it.
fn inner_escape(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 2) {
        Some(b'\\') => match bytes.get(at + 3) {
            Some(b'"' | b'\\' | b'/') => Ok(at + 4),
            Some(_) => Err(Fault::odd(at)),
            None => Err(Fault::end(at)),
        },
        Some(b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 3),
        Some(b'u') => match bytes.get(at + 3..at + 7) {
            Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(at + 7),
            _ => Err(Fault::odd(at)),
        },
        Some(_) => Err(Fault::odd(at)),
        None => Err(Fault::end(at)),
    }
}

/// An escape of the outer string: harmless when it stands for a character beyond ASCII.
fn outer_unicode(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 2..at + 6) {
        Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => {
            if hex[0] == b'0' && hex[1] == b'0' && hex[2] < b'8' {
                Err(Fault::odd(at))
            } else {
                Ok(at + 6)
            }
        }
        _ => Err(Fault::odd(at)),
    }
}
