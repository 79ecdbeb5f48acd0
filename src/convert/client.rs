//! Writes JSON as the AWS CLI does (`json.dump(indent=4, ensure_ascii=False)` of Python 3), and moves the text of a record
//! out of a string and into one.
//!
//! Text is copied, not printed from parsed values: numbers keep their spelling and keys their order. All text is valid
//! UTF-8 and valid JSON.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use crate::text::json::{MAX_INDENTED_LEVELS, squeeze, string_end, write_string_content};
use crate::text::unicode_escape;

/// Spaces per level in the output of the AWS CLI.
const WIDTH: usize = 4;

/// A part of the content of a JSON string.
enum Piece<'t> {
    /// Text without escapes.
    Run(&'t str),
    /// The character of an escape.
    Char(char),
    /// The escape of an unpaired surrogate, which is not a character.
    Half(&'t str),
}

/// Splits the content of a JSON string into text and escapes.
fn pieces(content: &str, mut each: impl FnMut(Piece<'_>)) {
    let mut rest = content;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        if !before.is_empty() {
            each(Piece::Run(before));
        }
        let (piece, length) = escaped(escape);
        each(piece);
        rest = &escape[length..];
    }
    if !rest.is_empty() {
        each(Piece::Run(rest));
    }
}

/// The escape at the beginning, and its length. If it is not a JSON escape, the backslash itself.
fn escaped(escape: &str) -> (Piece<'_>, usize) {
    let simple = |c| (Piece::Char(c), 2);
    match escape.as_bytes().get(1) {
        Some(b'"') => simple('"'),
        Some(b'\\') => simple('\\'),
        Some(b'/') => simple('/'),
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'u') => match unicode_escape(escape.as_bytes()) {
            Some((Some(c), length)) => (Piece::Char(c), length),
            Some((None, length)) => (Piece::Half(&escape[..length]), length),
            None => (Piece::Char('\\'), 1),
        },
        _ => (Piece::Char('\\'), 1),
    }
}

fn write_half(half: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(half.to_ascii_lowercase().as_bytes());
}

/// Appends the content of a JSON string with exactly the escapes that the AWS CLI writes: control characters, quotes and
/// backslashes. Unpaired surrogates stay escapes, because no client can print them.
fn write_content(content: &str, out: &mut Vec<u8>) {
    let is_odd = memmem::find(content.as_bytes(), b"\\u").is_some()
        || memmem::find(content.as_bytes(), b"\\/").is_some()
        || content.bytes().any(|byte| byte < 0x20);
    if !is_odd {
        return out.extend_from_slice(content.as_bytes());
    }
    pieces(content, |piece| match piece {
        Piece::Run(text) => write_string_content(out, text),
        Piece::Char(c) => write_string_content(out, c.encode_utf8(&mut [0; 4])),
        Piece::Half(half) => write_half(half, out),
    });
}

/// The JSON text in the content of a JSON string. An unpaired surrogate becomes its escape: inside of JSON text it can
/// only be part of a string.
pub(super) fn unescaped(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    pieces(&String::from_utf8_lossy(content), |piece| match piece {
        Piece::Run(text) => out.extend_from_slice(text.as_bytes()),
        Piece::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Piece::Half(half) => write_half(half, &mut out),
    });
    out
}

/// JSON text on one line. If it is on one line already, its spaces stay; otherwise all white space is removed.
pub(super) fn on_one_line(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_vec()),
    };
    if memchr2(b'\n', b'\r', &text).is_none() {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    squeeze(&text, &mut out);
    Cow::Owned(out)
}

/// The layout of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// On several lines; the number of levels before its braces.
    Lines(usize),
    /// On one line, without spaces between tokens.
    Line,
}

impl Layout {
    /// Appends a line break and the indentation of text `below` levels inside of the event.
    fn break_line(self, below: usize, out: &mut Vec<u8>) {
        if let Layout::Lines(level) = self
            && below <= MAX_INDENTED_LEVELS
        {
            out.push(b'\n');
            out.resize(out.len() + WIDTH * (level + below), b' ');
        }
    }

    fn colon(self, out: &mut Vec<u8>) {
        out.push(b':');
        if self != Layout::Line {
            out.push(b' ');
        }
    }

    /// Appends a JSON value `below` levels inside of the event.
    fn write(self, value: &str, below: usize, out: &mut Vec<u8>) {
        let bytes = value.as_bytes();
        let mut depth = below;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let mut end = at + 1;
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {}
                b'"' => {
                    end = string_end(bytes, at + 1);
                    let content = value.get(at + 1..end.saturating_sub(1));
                    out.push(b'"');
                    write_content(content.unwrap_or_default(), out);
                    out.push(b'"');
                }
                b'{' | b'[' => {
                    out.push(byte);
                    let blanks = bytes[end..].iter().take_while(|b| b.is_ascii_whitespace());
                    let next = end + blanks.count();
                    // In ASCII, `}` is `{` + 2 and `]` is `[` + 2.
                    if bytes.get(next) == Some(&(byte + 2)) {
                        out.push(byte + 2);
                        end = next + 1;
                    } else {
                        depth += 1;
                        self.break_line(depth, out);
                    }
                }
                b'}' | b']' => {
                    // Deeper levels are not indented, because the indentation of deep text grows quadratically.
                    let is_broken = depth <= MAX_INDENTED_LEVELS;
                    depth = depth.saturating_sub(1);
                    if is_broken {
                        self.break_line(depth, out);
                    }
                    out.push(byte);
                }
                b',' => {
                    out.push(b',');
                    self.break_line(depth, out);
                }
                b':' => self.colon(out),
                _ => out.push(byte),
            }
            at = end;
        }
    }
}

/// Writes an event.
pub(super) struct ObjectWriter<'o> {
    layout: Layout,
    is_empty: bool,
    out: &'o mut Vec<u8>,
}

impl<'o> ObjectWriter<'o> {
    pub(super) fn open(layout: Layout, out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        ObjectWriter {
            layout,
            is_empty: true,
            out,
        }
    }

    /// Begins a member. `name` is the content of a JSON string.
    fn name(&mut self, name: &[u8]) {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.out.push(b',');
        }
        self.layout.break_line(1, self.out);
        self.out.push(b'"');
        write_content(&String::from_utf8_lossy(name), self.out);
        self.out.push(b'"');
        self.layout.colon(self.out);
    }

    /// Adds a member with a value in JSON.
    pub(super) fn json(&mut self, name: &[u8], value: &[u8]) {
        self.name(name);
        self.layout
            .write(&String::from_utf8_lossy(value), 1, self.out);
    }

    /// Adds a member with a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.name(name.as_bytes());
        self.out.push(b'"');
        write_string_content(self.out, value);
        self.out.push(b'"');
    }

    /// Adds a member with a value in its final spelling.
    pub(super) fn spelled(&mut self, name: &str, value: &[u8]) {
        self.name(name.as_bytes());
        self.out.extend_from_slice(value);
    }

    pub(super) fn close(self) {
        if !self.is_empty {
            self.layout.break_line(0, self.out);
        }
        self.out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> String {
        let mut out = Vec::new();
        write_content(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_are_those_of_the_aws_cli() {
        for (given, expected) in [
            (r#"a \"b\" \\ \n"#, r#"a \"b\" \\ \n"#),
            (r"\u00fc\/\u003C", "\u{fc}/<"),
            (r"\u001B\u000a\u0008\u0022\u005c", r#"\u001b\n\b\"\\"#),
            (
                r"\ud83d\ude00 \ud83d\u0041 \ude00",
                "\u{1f600} \\ud83dA \\ude00",
            ),
            (r"\\u00fc \\/", r"\\u00fc \\/"),
            ("\u{7f}\u{2028}\u{e9}", "\u{7f}\u{2028}\u{e9}"),
        ] {
            assert_eq!(content(given), expected, "{given}");
            assert_eq!(content(expected), expected);
        }
    }

    #[test]
    fn the_text_of_a_record_is_unescaped_unchanged() {
        let nested = br#"{\"a\" : 1.50, \"b\":\"\\u00fc \\\" \\\\ \u00fc\ud800\",\"a\":[ ]}"#;
        let plain = unescaped(nested);
        let expected = "{\"a\" : 1.50, \"b\":\"\\u00fc \\\" \\\\ \u{fc}\\ud800\",\"a\":[ ]}";
        assert_eq!(String::from_utf8(plain.clone()).unwrap(), expected);
        assert_eq!(
            on_one_line(Cow::Borrowed(expected.as_bytes())),
            expected.as_bytes()
        );
        let pretty = b" {\n  \"a b\": [ 1,\r\n\t2 ],\n \"\\\"\" : \"c  d\"\n}\n";
        assert_eq!(
            &*on_one_line(Cow::Borrowed(pretty)),
            br#"{"a b":[1,2],"\"":"c  d"}"#
        );
    }

    #[test]
    fn the_layout_is_that_of_python() {
        let value = r#"[{"a":[],"b" : { } ,"c":[1.50,{"d":null}]},"\/"]"#;
        let mut out = Vec::new();
        Layout::Lines(0).write(value, 0, &mut out);
        let expected = r#"[
    {
        "a": [],
        "b": {},
        "c": [
            1.50,
            {
                "d": null
            }
        ]
    },
    "/"
]"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        let mut out = Vec::new();
        Layout::Line.write(value, 0, &mut out);
        assert_eq!(out, br#"[{"a":[],"b":{},"c":[1.50,{"d":null}]},"/"]"#);
    }

    #[test]
    fn deep_text_does_not_grow_quadratically() {
        let deep = "[".repeat(5000) + &"]".repeat(4999);
        let mut out = Vec::new();
        Layout::Lines(2).write(&deep, 1, &mut out);
        assert!(out.len() < 500_000, "{}", out.len());
    }
}
