//! The words of an expression: where a field, an operator or a value begins and ends.
//!
//! The kind of a word depends on its position, so the parser requests the kind that it expects. A bare word ends at white
//! space, at `,` `(` `)`, at an operator character (`=` `!` `<` `>` `~`), and at `&&` and `||`, which are errors;
//! everything else is part of it, so that ARNs, dates with offsets, addresses and blocks need no quotes.

use super::ExprError;

/// Characters that end a bare word, white space aside.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '(' | ')' | '=' | '!' | '<' | '>' | '~')
}

/// Keywords: they are values only in quotes.
pub(super) fn is_keyword(word: &str) -> bool {
    ["and", "or", "not", "in", "in_cidr", "exists"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// A value as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub text: String,
    pub quoted: bool,
    /// Its first byte in the expression.
    pub at: usize,
}

/// A position in an expression.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Self {
        Lexer { text, at: 0 }
    }

    /// The byte of the next word, or the end.
    pub fn at(&mut self) -> usize {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    /// Everything from the next word on.
    pub fn ahead(&mut self) -> &'t str {
        self.at();
        self.rest()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The character directly after the last word.
    pub fn following(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn error(&self, at: usize, why: impl Into<String>) -> ExprError {
        ExprError::new(self.text, at, why.into())
    }

    /// The next bare word, without reading past it; empty if it is missing.
    pub fn word(&mut self) -> &'t str {
        let rest = self.ahead();
        let mut end = rest.find(ends_word).unwrap_or(rest.len());
        for wrong in ["&&", "||"] {
            end = rest[..end].find(wrong).unwrap_or(end);
        }
        &rest[..end]
    }

    /// Takes a keyword, if it is ahead.
    pub fn keyword(&mut self, keyword: &str) -> bool {
        let word = self.word();
        let is_it = word.eq_ignore_ascii_case(keyword);
        if is_it {
            self.at += word.len();
        }
        is_it
    }

    /// Takes a sign, if it is ahead.
    pub fn sign(&mut self, sign: &str) -> bool {
        let is_it = self.ahead().starts_with(sign);
        if is_it {
            self.at += sign.len();
        }
        is_it
    }

    /// Reads the name of a field, including any text in double quotes.
    pub fn field(&mut self) -> &'t str {
        let rest = self.ahead();
        let mut quoted = false;
        let end = rest.find(|c: char| {
            quoted ^= c == '"';
            !quoted && ends_word(c)
        });
        let name = &rest[..end.unwrap_or(rest.len())];
        self.at += name.len();
        name
    }

    /// Takes a path with a name in double quotes, which may contain any character; `None` if something else is ahead.
    pub fn path(&mut self) -> Option<Typed> {
        let at = self.at();
        let name = self.field();
        let is_path = name.contains(".\"") && !name.starts_with(['"', '\'']);
        is_path.then(|| Typed {
            text: name.to_owned(),
            quoted: false,
            at,
        })
    }

    /// Reads a value, bare or in quotes; `None` if there is no value.
    ///
    /// # Errors
    /// A quote that is not closed.
    pub fn value(&mut self) -> Result<Option<Typed>, ExprError> {
        let at = self.at();
        let rest = self.rest();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
            let word = self.word();
            if word.is_empty() || is_keyword(word) {
                return Ok(None);
            }
            self.at += word.len();
            return Ok(Some(Typed {
                text: word.to_owned(),
                quoted: false,
                at,
            }));
        };
        let mut text = String::new();
        let mut characters = rest.char_indices().skip(1).peekable();
        while let Some((place, c)) = characters.next() {
            if c == quote {
                self.at += place + 1;
                return Ok(Some(Typed {
                    text,
                    quoted: true,
                    at,
                }));
            }
            // A backslash escapes the quote and itself; before any other character it is a backslash.
            let escaped =
                characters.next_if(|(_, next)| c == '\\' && (*next == quote || *next == '\\'));
            text.push(escaped.map_or(c, |(_, next)| next));
        }
        Err(self.error(at, format!("this {quote} is never closed")))
    }
}
