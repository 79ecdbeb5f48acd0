//! Writes valid JSON text with other whitespace, on one line or indented, and writes JSON strings.
//!
//! This is not a parser: numbers are copied, keys keep their order, and invalid JSON results in other invalid JSON.

use anstyle::{AnsiColor, Style as Paint};
use memchr::{memchr, memchr2, memmem};

use super::escape::{lossy, unicode_escape};
use super::hazard;

#[cfg(test)]
mod tests;

/// The number of levels that [`indent`] indents. Deeper values stay on the line of their container, so that the output for
/// malicious input of many brackets grows linearly and not with the square of its length.
pub const MAX_INDENTED_LEVELS: usize = 200;

/// The largest number of spaces per level.
pub const MAX_WIDTH: usize = 16;

/// The colours of JSON on a terminal.
///
/// With any style, also [`Style::plain`], characters that control the terminal ([`hazard::is_hazard`]) are written as
/// `\uXXXX`, which is the same JSON value.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Keys of objects, with their quotes.
    pub key: Paint,
    /// Strings, with their quotes.
    pub string: Paint,
    /// Numbers.
    pub number: Paint,
    /// `true` and `false`.
    pub literal: Paint,
    /// `null`.
    pub null: Paint,
    /// Brackets, braces, commas and colons.
    pub punctuation: Paint,
}

impl Style {
    /// The colours of jq: keys bold blue, strings green, `null` grey, brackets bold, the rest in the default colour.
    pub const fn jq() -> Self {
        Self {
            key: AnsiColor::Blue.on_default().bold(),
            string: AnsiColor::Green.on_default(),
            number: Paint::new(),
            literal: Paint::new(),
            null: AnsiColor::BrightBlack.on_default(),
            punctuation: Paint::new().bold(),
        }
    }

    /// For a terminal without colours; hazards are still escaped.
    pub const fn plain() -> Self {
        let none = Paint::new();
        Self {
            key: none,
            string: none,
            number: none,
            literal: none,
            null: none,
            punctuation: none,
        }
    }
}

/// Appends one JSON value on one line, without whitespace between its tokens.
///
/// Lone surrogate escapes become `\ufffd` and invalid UTF-8 becomes U+FFFD; other bytes of strings are copied.
///
/// ```
/// let mut out = Vec::new();
/// trailsift::text::json::compact(br#"{ "t" : 1.50, "a": [ ] }"#, &mut out);
/// assert_eq!(out, br#"{"t":1.50,"a":[]}"#);
/// ```
pub fn compact(src: &[u8], out: &mut Vec<u8>) {
    indent(src, out, 0, None);
}

/// Appends one JSON value with the layout of jq: `width` spaces per level (at most [`MAX_WIDTH`]; jq uses 2 by default),
/// `{}` and `[]` on one line, no newline at the end. A `width` of 0 is one line, as with `jq --indent 0`. Deeper than
/// [`MAX_INDENTED_LEVELS`] there are no line breaks.
///
/// Replaces the same as [`compact`]. Without a style, other bytes of strings are copied; with one, the output is for a
/// terminal, see [`Style`].
pub fn indent(src: &[u8], out: &mut Vec<u8>, width: usize, style: Option<&Style>) {
    // In valid JSON only strings contain bytes that are not UTF-8, so replacing them everywhere is correct.
    let text = lossy(src);
    let src = text.as_bytes();
    out.reserve(src.len());
    let has_surrogates = memchr(b'\\', src).is_some_and(|at| {
        let starts_one = |at| matches!(src.get(at + 2), Some(b'd' | b'D'));
        memmem::find_iter(&src[at..], b"\\u").any(|escape| starts_one(at + escape))
    });
    if width == 0 && style.is_none() && !has_surrogates {
        return squeeze(src, out);
    }
    Layout {
        out,
        width: width.min(MAX_WIDTH),
        style,
        has_surrogates,
    }
    .value(src);
}

/// Appends the text without the whitespace between its tokens. All bytes between two whitespaces are copied at once.
pub(crate) fn squeeze(src: &[u8], out: &mut Vec<u8>) {
    let mut from = skip_space(src, 0);
    let mut at = from;
    while let Some(&byte) = src.get(at) {
        if byte == b'"' {
            at = string_end(src, at + 1);
        } else if is_space(byte) {
            let next = skip_space(src, at);
            // Whitespace between two scalars stays: `[1 2]` is invalid and must not become `[12]`, which is valid.
            let parts_scalars = at > from
                && is_scalar(src[at - 1])
                && src.get(next).copied().is_some_and(is_scalar);
            out.extend_from_slice(&src[from..at]);
            if parts_scalars {
                out.push(b' ');
            }
            (from, at) = (next, next);
        } else {
            at += 1;
        }
    }
    out.extend_from_slice(&src[from..]);
}

/// Appends a JSON string with its quotes. Only `"`, `\` and C0 controls are escaped, the rest is raw UTF-8.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_string_content(out, text);
    out.push(b'"');
}

/// Appends the content of a JSON string without quotes, for text that consists of fragments.
pub fn write_string_content(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    while let Some((before, (&byte, after))) = rest
        .iter()
        .position(special)
        .and_then(|at| rest.split_at_checked(at))
        .and_then(|(before, tail)| Some((before, tail.split_first()?)))
    {
        out.extend_from_slice(before);
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            _ => write_unicode_escape(out, char::from(byte)),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
}

/// Appends `\u001b`, or a surrogate pair for a character outside of the basic plane.
fn write_unicode_escape(out: &mut Vec<u8>, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    }
}

struct Layout<'o> {
    out: &'o mut Vec<u8>,
    width: usize,
    style: Option<&'o Style>,
    has_surrogates: bool,
}

impl Layout<'_> {
    /// Writes a value. A key is recognised by the colon after it and an empty container by the next token, so the depth is
    /// the only state, and deep values need no memory.
    fn value(&mut self, src: &[u8]) {
        let mut depth = 0_usize;
        let mut at = skip_space(src, 0);
        while let Some(&byte) = src.get(at) {
            let mut end = at + 1;
            match byte {
                b'"' => {
                    end = string_end(src, end);
                    let is_key = src.get(skip_space(src, end)) == Some(&b':');
                    let paint = |style: &Style| if is_key { style.key } else { style.string };
                    let token = src.get(at..end).unwrap_or_default();
                    self.paint(paint, |layout| layout.string(token));
                }
                b'{' | b'[' => {
                    let next = skip_space(src, end);
                    // '{' + 2 is '}', '[' + 2 is ']'.
                    if src.get(next) == Some(&(byte + 2)) {
                        self.punctuation(&[byte, byte + 2]);
                        end = next + 1;
                    } else {
                        self.punctuation(&[byte]);
                        depth += 1;
                        self.break_line(depth, depth);
                    }
                }
                b'}' | b']' => {
                    self.break_line(depth, depth.saturating_sub(1));
                    depth = depth.saturating_sub(1);
                    self.punctuation(&[byte]);
                }
                b',' => {
                    self.punctuation(b",");
                    self.break_line(depth, depth);
                }
                b':' => {
                    self.punctuation(b":");
                    if self.width > 0 {
                        self.out.push(b' ');
                    }
                }
                _ => {
                    end = scalar_end(src, end);
                    let token = src.get(at..end).unwrap_or_default();
                    let paint = |style: &Style| match byte {
                        b'n' => style.null,
                        b't' | b'f' => style.literal,
                        _ => style.number,
                    };
                    self.paint(paint, |layout| layout.copy(token));
                    // `[1 2]` is invalid and must not become `[12]`, which is valid.
                    let next = skip_space(src, end);
                    if next > end && scalar_end(src, next) > next {
                        self.out.push(b' ');
                    }
                }
            }
            at = skip_space(src, end);
        }
    }

    /// Begins a line that is indented to `to`, if the members of the container, which are at `level`, are on lines of their
    /// own.
    fn break_line(&mut self, level: usize, to: usize) {
        if self.width > 0 && level <= MAX_INDENTED_LEVELS {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + to * self.width, b' ');
        }
    }

    fn punctuation(&mut self, bytes: &[u8]) {
        self.paint(
            |style| style.punctuation,
            |layout| layout.out.extend_from_slice(bytes),
        );
    }

    fn paint(&mut self, which: impl Fn(&Style) -> Paint, write: impl FnOnce(&mut Self)) {
        let Some(paint) = self.style.map(which).filter(|paint| !paint.is_plain()) else {
            return write(self);
        };
        self.out
            .extend_from_slice(paint.render().to_string().as_bytes());
        write(self);
        self.out
            .extend_from_slice(paint.render_reset().to_string().as_bytes());
    }

    /// Writes a string with its quotes; lone surrogates are replaced.
    fn string(&mut self, token: &[u8]) {
        let mut rest = token;
        let mut from = 0;
        while self.has_surrogates
            && let Some(escape) = memchr(b'\\', rest.get(from..).unwrap_or_default())
        {
            let start = from + escape;
            let (before, tail) = rest.split_at(start);
            match unicode_escape(tail) {
                Some((None, length)) => {
                    self.copy(before);
                    self.out.extend_from_slice(b"\\ufffd");
                    rest = tail.get(length..).unwrap_or_default();
                    from = 0;
                }
                Some((Some(_), length)) => from = start + length,
                None => from = start + 2,
            }
        }
        self.copy(rest);
    }

    fn copy(&mut self, bytes: &[u8]) {
        if self.style.is_none() {
            return self.out.extend_from_slice(bytes);
        }
        hazard::split(
            &lossy(bytes),
            &mut *self.out,
            |out, run| out.extend_from_slice(run.as_bytes()),
            write_unicode_escape,
        );
    }
}

/// The offset after the closing quote of the string whose content begins at `from`; the end of the text if it has none.
pub(crate) fn string_end(src: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(step) = memchr2(b'"', b'\\', src.get(at..).unwrap_or_default()) {
        at += step;
        if src.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    src.len()
}

/// The offset after the run of bytes from `from` on that are neither whitespace nor structure nor a quote.
fn scalar_end(src: &[u8], from: usize) -> usize {
    let rest = src.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| is_scalar(**byte)).count()
}

fn is_scalar(byte: u8) -> bool {
    !is_space(byte) && !b"\"{}[],:".contains(&byte)
}

fn skip_space(src: &[u8], from: usize) -> usize {
    let rest = src.get(from..).unwrap_or_default();
    let space = rest.iter().take_while(|byte| is_space(**byte)).count();
    from + space
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
