//! The two levels at which JSON occurs in a dump, and how a string ends at each.
//!
//! At the nested level all bytes belong to a valid JSON string. So each quote has a backslash before it, and a quote after
//! k backslashes is structural exactly if k mod 4 = 1: the outer string escapes each backslash and each quote of the
//! nested text. Escapes that could hide structure (`\u0022`, `\u005c`, escaped escapes) cannot be judged in place. They are
//! reported as [`FaultKind::NeedsUnescape`](super::FaultKind::NeedsUnescape), and the caller unescapes the text.

use super::mask::{Portable, Simd};
use super::{Fault, is_space, string};

/// How quotes, strings and white space are spelled at one level.
pub trait Nesting {
    /// The length of a quote, in bytes.
    const QUOTE: usize;

    /// True if a quote begins at `at`.
    fn quote_at(bytes: &[u8], at: usize) -> bool;

    /// The position of the closing quote of the string whose content begins at `at`.
    ///
    /// # Errors
    /// A [`Fault`] if the string does not end, or contains a control character or an unknown escape. Invalid UTF-8 is not a
    /// fault, because such files exist; it is shown as U+FFFD.
    #[inline]
    fn string_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
        Self::string_end_by(Portable, bytes, at)
    }

    /// As [`Nesting::string_end`], with a SIMD implementation that the caller has already chosen.
    fn string_end_by(simd: impl Simd, bytes: &[u8], at: usize) -> Result<usize, Fault>;

    /// The first position at or after `at` that is not white space.
    fn skip_space(bytes: &[u8], at: usize) -> usize;
}

/// JSON as it is in a file.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// JSON inside a valid JSON string.
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
            // Most strings are short: the first special byte is usually the closing quote.
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
                match after_escape(bytes, at)? {
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

/// As [`Nested::string_end`], for the last bytes of the slice. Not inlined, because it is rarely reached.
#[inline(never)]
fn nested_end(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = memchr::memchr(b'\\', rest) else {
            return Err(Fault::end(bytes.len()));
        };
        at += length;
        match after_escape(bytes, at)? {
            Some(next) => at = next,
            None => return Ok(at),
        }
    }
}

/// The position after the escape at `at`; `None` if it is the quote that closes a nested string.
#[inline]
fn after_escape(bytes: &[u8], at: usize) -> Result<Option<usize>, Fault> {
    match bytes.get(at + 1) {
        Some(b'"') => Ok(None),
        Some(b'\\') => inner_escape(bytes, at).map(Some),
        Some(b'/') => Ok(Some(at + 2)),
        Some(b'u') => outer_unicode(bytes, at).map(Some),
        Some(_) => Err(Fault::needs_unescape(at)),
        None => Err(Fault::end(at)),
    }
}

/// An escape of the nested text: `\\` and the character that the nested backslash escapes. Returns the position after it.
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

/// A `\u` escape of the outer string. It is harmless unless it is an ASCII character, which could be structure.
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
