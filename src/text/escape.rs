//! Decodes one level of JSON string escapes.

use std::borrow::Cow;
use std::ops::ControlFlow;

use memchr::memchr;
use wide::u8x16;

/// Replaces text that cannot be decoded.
pub(super) const REPLACEMENT: &str = "\u{fffd}";

/// The bytes as text, each invalid sequence replaced by U+FFFD.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Calls `each` with the decoded content of a JSON string, fragment by fragment, until it breaks.
///
/// Fragments between escapes are borrowed from `text`. A backslash that does not begin a JSON escape stays as it is; a
/// surrogate without its other half becomes U+FFFD.
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
        let (decoded, length) = decode(escape, &mut buffer);
        each(decoded)?;
        rest = escape.split_at(length).1;
    }
    if rest.is_empty() {
        ControlFlow::Continue(())
    } else {
        each(rest)
    }
}

/// The decoded text of the escape at the start of `escape`, and the length of the escape.
fn decode<'b>(escape: &str, buffer: &'b mut [u8; 4]) -> (&'b str, usize) {
    match escape.as_bytes().get(1) {
        Some(b'"') => ("\"", 2),
        Some(b'\\') => ("\\", 2),
        Some(b'/') => ("/", 2),
        Some(b'n') => ("\n", 2),
        Some(b't') => ("\t", 2),
        Some(b'r') => ("\r", 2),
        Some(b'b') => ("\u{8}", 2),
        Some(b'f') => ("\u{c}", 2),
        Some(b'u') => match unicode_escape(escape.as_bytes()) {
            Some((Some(c), length)) => (c.encode_utf8(buffer), length),
            Some((None, length)) => (REPLACEMENT, length),
            None => ("\\", 1),
        },
        _ => ("\\", 1),
    }
}

/// Appends the decoded content of a JSON string. The result is that of [`unescape`]; this is faster for long content with
/// an escape every few bytes, which JSON text inside a string has.
pub(super) fn unescape_into(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut end = out.len();
    // An escape never decodes to more bytes than its own. The additional block is for `copy_run`, which writes a whole
    // block for a run of any length.
    out.resize(end + bytes.len() + BLOCK, 0);
    'blocks: while let Some(window) = bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk::<WINDOW>())
    {
        let mut backslashes = backslashes(window);
        let mut from = 0;
        while backslashes != 0 {
            let backslash = backslashes.trailing_zeros() as usize;
            backslashes &= backslashes - 1;
            copy_run(window, from, &mut out[end..]);
            end += backslash - from;
            // `\"`, `\/` and `\\` decode to their second byte, so it is the first byte of the next run: no escape is decoded.
            from = backslash + 1;
            match window[from] {
                b'"' | b'/' => {}
                // The second backslash of a pair is content and begins no escape.
                b'\\' => backslashes &= !(1_u64.unbounded_shl(from as u32)),
                _ => {
                    let mut buffer = [0; 4];
                    at += backslash;
                    let (decoded, length) = decode(&text[at..], &mut buffer);
                    out[end..end + decoded.len()].copy_from_slice(decoded.as_bytes());
                    end += decoded.len();
                    at += length;
                    continue 'blocks;
                }
            }
        }
        // If the last byte of the block is a backslash, the byte after it was treated above and belongs to this run.
        let to = BLOCK.max(from + 1);
        copy_run(window, from, &mut out[end..]);
        end += to - from;
        at += to;
    }
    // The last block may end within a character; its first bytes were copied and are decoded again below.
    while !text.is_char_boundary(at) {
        at -= 1;
        end -= 1;
    }
    out.truncate(end);
    let _ = unescape(&text[at..], &mut |piece: &str| {
        out.extend_from_slice(piece.as_bytes());
        ControlFlow::Continue(())
    });
}

/// Bytes that are searched for backslashes at once.
const BLOCK: usize = 64;

/// A block, and the bytes after it that `copy_run` may copy.
const WINDOW: usize = 2 * BLOCK;

/// The backslashes in the first block, one bit per byte, the lowest bit first.
fn backslashes(window: &[u8; WINDOW]) -> u64 {
    let lanes = window.as_chunks::<16>().0.iter().take(4);
    lanes.rev().fold(0, |mask, lane| {
        let lane = u8x16::new(*lane).simd_eq(u8x16::splat(b'\\'));
        mask << 16 | u64::from(lane.to_bitmask())
    })
}

/// Copies the run that begins at `from` and ends within the first block. It always copies a whole block, because a copy of
/// fixed length takes a few instructions; the next run overwrites the bytes that are too many.
fn copy_run(window: &[u8; WINDOW], from: usize, out: &mut [u8]) {
    out[..BLOCK].copy_from_slice(&window[from..from + BLOCK]);
}

/// The character of the `\uXXXX` or the surrogate pair `\uXXXX\uXXXX` at the start of `bytes`, and the length in bytes. The
/// character is `None` for a surrogate without its other half; the result is `None` if four hexadecimal digits do not
/// follow.
pub(crate) fn unicode_escape(bytes: &[u8]) -> Option<(Option<char>, usize)> {
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

/// The UTF-16 code unit of the `\uXXXX` at the start of `bytes`.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |sum, digit| {
        Some(sum << 4 | char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_decoded_as_short_text_is() {
        let parts = [
            "\\\"",
            "\\\\",
            "\\/",
            "\\n",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\ud800",
            "\\x",
            "\\",
            "abc",
            "日本",
            "\\u12",
            "0123456789abcdef",
        ];
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..seed % 23 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                text.push_str(parts[(seed % parts.len() as u64) as usize]);
            }
            seed = seed.wrapping_add(0x1234_5679_ABCD_EF01);
            let mut expected = b"before".to_vec();
            let _ = unescape(&text, &mut |piece: &str| {
                expected.extend_from_slice(piece.as_bytes());
                ControlFlow::Continue(())
            });
            let mut out = b"before".to_vec();
            unescape_into(&text, &mut out);
            assert_eq!(out, expected, "{text}");
        }
    }
}
