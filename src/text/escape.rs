//! One level of JSON string escapes taken off. NOT for finding where a string ends, and not for putting escapes on.

use std::borrow::Cow;
use std::ops::ControlFlow;

use memchr::memchr;

/// What stands where something could not be decoded.
pub(super) const REPLACEMENT: &str = "\u{fffd}";

/// The bytes as text, each invalid sequence replaced by U+FFFD.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Hands the decoded text of a JSON string's content to `each`, piece by piece, until it breaks.
///
/// Pieces before the first backslash and between escapes are borrowed from `text`. What is no JSON escape stays as
/// it is written; a surrogate without its other half becomes U+FFFD.
pub(super) fn unescape(
    text: &str,
    each: &mut impl FnMut(&str) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        if !before.is_empty() {
            each(before)?;
        }
        let mut buffer = [0; 4];
        let (decoded, length): (&str, usize) = match escape.as_bytes().get(1) {
            Some(b'"') => ("\"", 2),
            Some(b'\\') => ("\\", 2),
            Some(b'/') => ("/", 2),
            Some(b'n') => ("\n", 2),
            Some(b't') => ("\t", 2),
            Some(b'r') => ("\r", 2),
            Some(b'b') => ("\u{8}", 2),
            Some(b'f') => ("\u{c}", 2),
            Some(b'u') => match unicode_escape(escape.as_bytes()) {
                Some((Some(c), length)) => (c.encode_utf8(&mut buffer), length),
                Some((None, length)) => (REPLACEMENT, length),
                None => ("\\", 1),
            },
            _ => ("\\", 1),
        };
        each(decoded)?;
        rest = escape.split_at(length).1;
    }
    if rest.is_empty() {
        ControlFlow::Continue(())
    } else {
        each(rest)
    }
}

/// Reads the `\uXXXX` or the surrogate pair `\uXXXX\uXXXX` at the start of `bytes`: the character and the length in
/// bytes. The character is `None` for a surrogate without its other half; the whole is `None` where no four hex
/// digits follow.
pub(super) fn unicode_escape(bytes: &[u8]) -> Option<(Option<char>, usize)> {
    let first = unit(bytes)?;
    if let Some(c) = char::from_u32(first) {
        return Some((Some(c), 6));
    }
    if first < 0xdc00
        && let Some(second @ 0xdc00..=0xdfff) = bytes.get(6..).and_then(unit)
    {
        let scalar = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((char::from_u32(scalar), 12));
    }
    Some((None, 6))
}

/// The UTF-16 unit that a `\uXXXX` at the start of `bytes` names.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |sum, digit| {
        Some(sum << 4 | char::from(*digit).to_digit(16)?)
    })
}
