//! The two levels at which JSON lies in a dump, and how a string ends on each.
//!
//! On the nested level every byte is a byte of a JSON string that is itself valid: so each quote has a
//! backslash before it, and a run of k backslashes before a quote means a structural quote exactly when
//! k mod 4 = 1. Only escapes that could hide structure (`\u0022`, `\u005c`, escaped escapes) can't be
//! judged in place; they are reported as [`FaultKind::NeedsUnescape`](super::Why::Odd) and the caller unescapes.

use super::mask::{Portable, Simd};
use super::{Fault, is_space, string};

/// How quotes, strings and whitespace are spelled.
pub trait Nesting {
    /// Bytes that an opening or closing quote takes.
    const QUOTE: usize;

    /// True when a quote begins at `at`.
    fn quote_at(bytes: &[u8], at: usize) -> bool;

    /// The position of the closing quote of the string whose content begins at `at`.
    ///
    /// # Errors
    /// A [`Fault`] when the string doesn't end, holds a raw control character, or an escape that JSON
    /// does not know. Invalid UTF-8 is no fault: such files exist, and are read with U+FFFD.
    #[inline]
    fn string_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
        Self::string_end_by(Portable, bytes, at)
    }

    /// As [`Nesting::string_end`], by a way that is known already.
    fn string_end_by(simd: impl Simd, bytes: &[u8], at: usize) -> Result<usize, Fault>;

    /// The first position at or after `at` that is no whitespace.
    fn skip_space(bytes: &[u8], at: usize) -> usize;
}

/// JSON as it lies in a file.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// JSON that lies inside a (valid) JSON string.
#[derive(Clone, Copy, Debug)]
pub struct Nested;

impl Nesting for Plain {
    const QUOTE: usize = 1;

    #[inline]
    fn quote_at(bytes: &[u8], at: usize) -> bool {
        bytes.get(at) == Some(&b'"')
    }

    #[inline(always)]
    fn string_end_by(simd: impl Simd, bytes: &[u8], at: usize) -> Result<usize, Fault> {
        if let Some(head) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            let length = simd.special(head).trailing_zeros() as usize;
            if head.get(length) == Some(&b'"') {
                return Ok(at + length);
            }
        }
        string::end(bytes, at)
    }

    #[inline]
    fn skip_space(bytes: &[u8], at: usize) -> usize {
        super::skip_space(bytes, at)
    }
}

impl Nesting for Nested {
    const QUOTE: usize = 2;

    #[inline]
    fn quote_at(bytes: &[u8], at: usize) -> bool {
        bytes.get(at..at + 2) == Some(br#"\""#)
    }

    #[inline(always)]
    fn string_end_by(simd: impl Simd, bytes: &[u8], at: usize) -> Result<usize, Fault> {
        let mut at = at;
        while let Some(head) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            let length = simd.backslashes(head).trailing_zeros() as usize;
            at += length;
            if length < head.len() {
                match behind_escape(bytes, at)? {
                    Some(next) => at = next,
                    None => return Ok(at),
                }
            }
        }
        nested_end(bytes, at)
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

/// As [`Nested::string_end`], for the last bytes.
#[inline(never)]
fn nested_end(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = memchr::memchr(b'\\', rest) else {
            return Err(Fault::end(bytes.len()));
        };
        at += length;
        match behind_escape(bytes, at)? {
            Some(next) => at = next,
            None => return Ok(at),
        }
    }
}

/// What follows the escape at `at`; `None` for the quote that closes a nested string.
#[inline]
fn behind_escape(bytes: &[u8], at: usize) -> Result<Option<usize>, Fault> {
    match bytes.get(at + 1) {
        Some(b'"') => Ok(None),
        Some(b'\\') => inner_escape(bytes, at).map(Some),
        Some(b'/') => Ok(Some(at + 2)),
        Some(b'u') => outer_unicode(bytes, at).map(Some),
        Some(_) => Err(Fault::needs_unescape(at)),
        None => Err(Fault::end(at)),
    }
}

/// An escape of the nested text: `\\` and what the nested backslash escapes. Returns what follows it.
fn inner_escape(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 2) {
        Some(b'\\') => match bytes.get(at + 3) {
            Some(b'"' | b'\\' | b'/') => Ok(at + 4),
            Some(_) => Err(Fault::needs_unescape(at)),
            None => Err(Fault::end(at)),
        },
        Some(b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 3),
        Some(b'u') => match bytes.get(at + 3..at + 7) {
            Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(at + 7),
            _ => Err(Fault::needs_unescape(at)),
        },
        Some(_) => Err(Fault::needs_unescape(at)),
        None => Err(Fault::end(at)),
    }
}

/// An escape of the outer string: harmless when it stands for a character beyond ASCII.
fn outer_unicode(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 2..at + 6) {
        Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => {
            if hex[0] == b'0' && hex[1] == b'0' && hex[2] < b'8' {
                Err(Fault::needs_unescape(at))
            } else {
                Ok(at + 6)
            }
        }
        _ => Err(Fault::needs_unescape(at)),
    }
}
