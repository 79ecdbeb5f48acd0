//! Patterns with `*` and `?`, with or without regard to ASCII case.
//!
//! Not for: regular expressions, character classes, paths.

use std::fmt;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    typed: String,
    pattern: Vec<u8>,
    any_case: bool,
    literal: bool,
}

impl Glob {
    /// A pattern that compares bytes exactly.
    pub fn exact(typed: &str) -> Glob {
        Self::new(typed, false)
    }

    /// A pattern that takes `A` and `a` for the same.
    pub fn any_case(typed: &str) -> Glob {
        Self::new(typed, true)
    }

    fn new(typed: &str, any_case: bool) -> Glob {
        Glob {
            typed: typed.to_owned(),
            pattern: if any_case {
                typed.to_ascii_lowercase().into_bytes()
            } else {
                typed.as_bytes().to_vec()
            },
            any_case,
            literal: !has_wildcard(typed),
        }
    }

    /// True without `*` and `?`.
    pub fn is_literal(&self) -> bool {
        self.literal
    }

    /// As it was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether all of `text` matches. `?` is one character, not one byte.
    pub fn matches(&self, text: &str) -> bool {
        let text = text.as_bytes();
        if self.literal {
            return self.pattern.len() == text.len()
                && text
                    .iter()
                    .zip(&self.pattern)
                    .all(|(&t, &p)| self.same(t, p));
        }
        let (mut p, mut t) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while t < text.len() {
            match self.pattern.get(p) {
                Some(b'*') => {
                    retry = Some((p + 1, t));
                    p += 1;
                }
                Some(b'?') => {
                    p += 1;
                    t = next_char(text, t);
                }
                Some(&c) if self.same(text[t], c) => {
                    p += 1;
                    t += 1;
                }
                _ => match retry {
                    Some((after, from)) => {
                        let from = next_char(text, from);
                        retry = Some((after, from));
                        p = after;
                        t = from;
                    }
                    None => return false,
                },
            }
        }
        self.pattern[p..].iter().all(|&c| c == b'*')
    }

    fn same(&self, text: u8, pattern: u8) -> bool {
        text == pattern || (self.any_case && text.to_ascii_lowercase() == pattern)
    }
}

/// Whether a typed text is more than itself.
pub(super) fn has_wildcard(typed: &str) -> bool {
    typed.contains(['*', '?'])
}

fn next_char(text: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while next < text.len() && text[next] & 0xC0 == 0x80 {
        next += 1;
    }
    next
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("Get*", "GetObject", true),
            ("Get*", "getObject", false),
            ("*", "", true),
            ("?", "", false),
            ("?", "ü", true),
            ("a*b*c", "a--b--b--c", true),
            ("a*b*c", "a--c--b", false),
            ("**x", "abx", true),
            ("Describe", "DescribeInstances", false),
            ("*日?", "x日本", true),
        ] {
            assert_eq!(
                Glob::exact(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
        assert!(Glob::any_case("gET*").matches("GetObject"));
        assert!(Glob::any_case("S3").matches("s3"));
    }

    /// The same, by recursion over the first character of the pattern.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some('*'), _) => {
                naive(&pattern[1..], text) || (!text.is_empty() && naive(pattern, &text[1..]))
            }
            (Some('?'), Some(_)) => naive(&pattern[1..], &text[1..]),
            (Some(p), Some(t)) => p == t && naive(&pattern[1..], &text[1..]),
            _ => false,
        }
    }

    #[test]
    fn matching_equals_the_naive_definition() {
        let mut seed = 99u64;
        let mut pick = |n: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % n
        };
        for _ in 0..20_000 {
            let pattern: String = (0..pick(6))
                .map(|_| ['a', 'b', '*', '?', 'ü'][pick(5) as usize])
                .collect();
            let text: String = (0..pick(7))
                .map(|_| ['a', 'b', 'ü'][pick(3) as usize])
                .collect();
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            assert_eq!(
                Glob::exact(&pattern).matches(&text),
                naive(&chars(&pattern), &chars(&text)),
                "{pattern:?} {text:?}"
            );
        }
    }
}
