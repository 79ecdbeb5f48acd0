//! One level of JSON string escapes taken off. NOT for finding where a string ends, and not for putting escapes on.

use std::borrow::Cow;
use std::ops::ControlFlow;

use memchr::memchr;
use wide::u8x16;

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

/// What the escape at the start of `escape` stands for, and its length.
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

/// Appends the decoded text of a JSON string's content, for long ones with an escape every few bytes: JSON
/// text inside a string. Decodes as [`unescape`] does.
pub(super) fn unescape_into(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut end = out.len();
    // No escape decodes to more bytes than it has, and a run is written as a block, whatever its length.
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
            // The byte behind a simple escape's backslash is the first one of the next run.
            from = backslash + 1;
            match window[from] {
                b'"' | b'/' => {}
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
        // Behind a backslash at the end of the block its byte goes along.
        let to = BLOCK.max(from + 1);
        copy_run(window, from, &mut out[end..]);
        end += to - from;
        at += to;
    }
    // The last block may have ended within a character.
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

/// Bytes that are looked at for backslashes at once.
const BLOCK: usize = 64;

/// A block, and what may be copied along behind it.
const WINDOW: usize = 2 * BLOCK;

/// The places of the backslashes in the first block.
fn backslashes(window: &[u8; WINDOW]) -> u64 {
    let lanes = window.as_chunks::<16>().0.iter().take(4);
    lanes.rev().fold(0, |mask, lane| {
        let lane = u8x16::new(*lane).simd_eq(u8x16::splat(b'\\'));
        mask << 16 | u64::from(lane.to_bitmask())
    })
}

/// Copies the run that begins at `from` and ends within the first block, with bytes behind it that whoever comes
/// next overwrites.
fn copy_run(window: &[u8; WINDOW], from: usize, out: &mut [u8]) {
    out[..BLOCK].copy_from_slice(&window[from..from + BLOCK]);
}

/// Reads the `\uXXXX` or the surrogate pair `\uXXXX\uXXXX` at the start of `bytes`: the character and the length in
/// bytes. The character is `None` for a surrogate without its other half; the whole is `None` where no four hex
/// digits follow.
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

/// The UTF-16 unit that a `\uXXXX` at the start of `bytes` names.
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
