//! Splits text that should be JSON into strings and the text between them, also if it is cut off at either end, damaged
//! in the middle, or mixed with output of other programs. Every byte belongs to a token.
//!
//! A JSON string contains no raw line end, so damage ends with its line. Nothing is validated.

use memchr::{memchr, memchr3, memrchr};

/// A range of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonToken {
    /// Text outside of strings.
    Text { start: usize, end: usize },
    /// The text between two quotes; one of the quotes may be missing.
    String {
        start: usize,
        end: usize,
        /// A colon follows.
        is_key: bool,
        /// One of its quotes is missing.
        is_broken: bool,
    },
}

/// The result of [`next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenStep {
    /// A token, and the offset of the next one.
    JsonToken(JsonToken, usize),
    /// The bytes end too early to find the end of the token.
    More,
    /// There are no more bytes.
    End,
}

/// The token that begins at `at`. With `whole`, the text ends with `bytes`.
pub(super) fn next(bytes: &[u8], at: usize, whole: bool) -> TokenStep {
    let Some(first) = bytes.get(at) else {
        return TokenStep::End;
    };
    if *first == b'"' {
        return string(bytes, at + 1, false, whole);
    }
    let Some(quote) = memchr(b'"', &bytes[at..]).map(|quote| at + quote) else {
        return match whole {
            true => text(at, bytes.len()),
            false => TokenStep::More,
        };
    };
    let line = memrchr(b'\n', &bytes[at..quote]).map_or(at, |end| at + end + 1);
    let before = &bytes[line..quote];
    // Nothing is escaped outside of strings, so the beginning of this string is missing.
    if before.ends_with(b"\\") {
        return if line > at {
            text(at, line)
        } else {
            string(bytes, at, true, whole)
        };
    }
    let before = before.trim_ascii_end().last();
    if before.is_some_and(|byte| !b"{[,:".contains(byte)) {
        let after = skip_space(bytes, quote + 1);
        match bytes.get(after) {
            None if !whole => return TokenStep::More,
            // The quote closes a string whose beginning is missing.
            Some(b':' | b',' | b'}' | b']') if line > at => return text(at, line),
            Some(b':' | b',' | b'}' | b']') => {
                let token = JsonToken::String {
                    start: at,
                    end: quote,
                    is_key: bytes[after] == b':',
                    is_broken: true,
                };
                return TokenStep::JsonToken(token, quote + 1);
            }
            _ => {}
        }
    }
    text(at, quote)
}

fn text(start: usize, end: usize) -> TokenStep {
    TokenStep::JsonToken(JsonToken::Text { start, end }, end)
}

fn string(bytes: &[u8], start: usize, is_broken: bool, whole: bool) -> TokenStep {
    let mut at = start;
    loop {
        let found = memchr3(b'"', b'\\', b'\n', bytes.get(at..).unwrap_or_default());
        let Some(found) = found.map(|found| at + found) else {
            return match whole {
                true => broken(start, bytes.len()),
                false => TokenStep::More,
            };
        };
        match bytes[found] {
            b'\\' if bytes.get(found + 1) == Some(&b'\n') => at = found + 1,
            b'\\' => at = found + 2,
            b'\n' => return broken(start, found),
            _ => {
                let after = skip_space(bytes, found + 1);
                if after == bytes.len() && !whole {
                    return TokenStep::More;
                }
                let token = JsonToken::String {
                    start,
                    end: found,
                    is_key: bytes.get(after) == Some(&b':'),
                    is_broken,
                };
                return TokenStep::JsonToken(token, found + 1);
            }
        }
    }
}

fn broken(start: usize, end: usize) -> TokenStep {
    let token = JsonToken::String {
        start,
        end,
        is_key: false,
        is_broken: true,
    };
    TokenStep::JsonToken(token, end)
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let count = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
    at + count.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as text: keys after `k`, strings after `s`, broken ones after `b`, other text in brackets.
    fn tokens(text: &str) -> Vec<String> {
        let (mut at, mut found) = (0, Vec::new());
        let bytes = text.as_bytes();
        while let TokenStep::JsonToken(token, after) = next(bytes, at, true) {
            assert!(after > at, "{text}");
            found.push(match token {
                JsonToken::Text { start, end } => format!("[{}]", &text[start..end]),
                JsonToken::String {
                    start,
                    end,
                    is_key,
                    is_broken,
                } => {
                    let kind = match (is_broken, is_key) {
                        (true, false) => "b",
                        (true, true) => "bk",
                        (false, true) => "k",
                        (false, false) => "s",
                    };
                    format!("{kind}{}", &text[start..end])
                }
            });
            at = after;
        }
        found
    }

    #[test]
    fn strings_and_the_text_between_them_are_separated() {
        let text = "{\"a\" : \"b\\\"c\", \"d\": 5}\n";
        let expected = ["[{]", "ka", "[ : ]", "sb\\\"c", "[, ]", "kd", "[: 5}\n]"];
        assert_eq!(tokens(text), expected);
    }

    #[test]
    fn a_string_that_is_cut_off_ends_with_its_line() {
        assert_eq!(tokens("{\"a\": \"bc"), ["[{]", "ka", "[: ]", "bbc"]);
        let text = "{\"a\": \"bc\n{\"d\": \"e\"}";
        let expected = [
            "[{]", "ka", "[: ]", "bbc", "[\n{]", "kd", "[: ]", "se", "[}]",
        ];
        assert_eq!(tokens(text), expected);
    }

    #[test]
    fn a_string_without_its_beginning_is_recognised() {
        let expected = ["bkserName", "[: ]", "salice", "[}]"];
        assert_eq!(tokens("serName\": \"alice\"}"), expected);
        let text = r#"Name\":\"alice\"}", "b": "c"}"#;
        let expected = [
            "bName\\\":\\\"alice\\\"}",
            "[, ]",
            "kb",
            "[: ]",
            "sc",
            "[}]",
        ];
        assert_eq!(tokens(text), expected);
    }

    #[test]
    fn every_byte_is_in_one_token_and_the_end_is_final() {
        let parts = [
            "\"", "\\", "\n", "{", "}", ":", ",", "a", " ", "[", "\u{e9}",
        ];
        let mut seed = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..seed % 17 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                text.push_str(parts[(seed % parts.len() as u64) as usize]);
            }
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let (bytes, mut at, mut seen) = (text.as_bytes(), 0, 0);
            loop {
                match next(bytes, at, true) {
                    TokenStep::End => break,
                    TokenStep::More => panic!("{text:?}"),
                    TokenStep::JsonToken(token, after) => {
                        let (JsonToken::Text { start, end } | JsonToken::String { start, end, .. }) =
                            token;
                        assert!(start - seen <= 1 && bytes[seen..start].iter().all(|b| *b == b'"'));
                        assert!(after > at && after - end <= 1, "{text:?}");
                        (at, seen) = (after, after);
                    }
                }
            }
            assert_eq!(seen, bytes.len(), "{text:?}");
        }
    }
}
