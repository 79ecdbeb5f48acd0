//! Finds known values in text, at word boundaries.
//!
//! Uses one Aho-Corasick automaton for all values, so that a text is read once, however many values there are.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::letter;

/// The word boundary that is required on both sides of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// Neither a letter, nor a digit, nor `_`.
    Word,
    /// The same, in text that still has its escapes: the `n` of `\n` before a value is a line end, not a letter.
    Escaped,
}

/// Bytes of a value that the automaton contains; the rest is compared. This bounds the memory for long values.
const LONGEST: usize = 256;

/// A search for values.
#[derive(Debug)]
pub(super) struct ValueSearch<'s> {
    automaton: Option<AhoCorasick>,
    /// The text of each pattern, and the value that it stands for.
    texts: Vec<(Cow<'s, [u8]>, &'s [u8])>,
}

impl<'s> ValueSearch<'s> {
    /// A search for texts, each with the value that is reported for it.
    pub fn new(
        texts: Vec<(&'s [u8], &'s [u8])>,
        more: Vec<(Vec<u8>, &'s [u8])>,
    ) -> ValueSearch<'s> {
        let texts = texts
            .into_iter()
            .map(|(text, value)| (Cow::Borrowed(text), value));
        let more = more
            .into_iter()
            .map(|(text, value)| (Cow::Owned(text), value));
        let texts: Vec<_> = texts.chain(more).collect();
        let patterns = texts
            .iter()
            .map(|(text, _)| &text[..text.len().min(LONGEST)]);
        // The other kinds of automaton take quadratic time to build for a pattern that repeats itself.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns);
        ValueSearch {
            // Building fails only for more than 2^31 states: gigabytes of values, which do not fit into memory before.
            automaton: automaton.ok().filter(|it| it.patterns_len() > 0),
            texts,
        }
    }

    /// Calls `each` with the range of each occurrence and its value. Occurrences may overlap, because a shorter value may
    /// end at a word boundary where a longer one does not.
    pub fn find(&self, text: &[u8], bounds: Bounds, visit: &mut dyn FnMut(usize, usize, &'s [u8])) {
        let Some(automaton) = self.automaton.as_ref().filter(|_| text.len() >= 4) else {
            return;
        };
        for found in automaton.find_overlapping_iter(text) {
            let start = found.start();
            let (whole, value) = &self.texts[found.pattern().as_usize()];
            let end = start + whole.len();
            if whole.len() > LONGEST && !text[start..].starts_with(whole) {
                continue;
            }
            let is_escape = bounds == Bounds::Escaped && is_escaped(text, start);
            if !is_escape
                && !is_word(letter::before(text, start))
                && !is_word(letter::after(text, end))
            {
                visit(start, end, value);
            }
        }
    }
}

/// True if the byte at `at` is the letter of an escape such as `\n`.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text[..at].iter().rev().take_while(|byte| **byte == b'\\');
    let is_letter = matches!(text.get(at), Some(b'b' | b'f' | b'n' | b'r' | b't' | b'u'));
    before.count() % 2 == 1 && is_letter
}

fn is_word(neighbour: Option<(usize, char)>) -> bool {
    neighbour.is_some_and(|(_, c)| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(values: &[&str], text: &'t str, bounds: Bounds) -> Vec<&'t str> {
        let patterns = values.iter().map(|it| (it.as_bytes(), it.as_bytes()));
        let search = ValueSearch::new(patterns.collect(), Vec::new());
        let mut found = Vec::new();
        search.find(text.as_bytes(), bounds, &mut |start, end, value| {
            assert_eq!(value, &text.as_bytes()[start..end]);
            found.push(&text[start..end]);
        });
        found
    }

    #[test]
    fn a_value_is_found_at_word_boundaries() {
        for (text, count) in [
            ("alice1", 1),
            ("(alice1)", 1),
            ("x-alice1-y", 1),
            ("alice1_", 0),
            ("alice12", 0),
            ("\u{e9}alice1", 0),
            ("\u{201c}alice1\u{201d}", 1),
            ("\u{4e16}alice1", 0),
            ("alice1 alice1", 2),
        ] {
            let found = found(&["alice1"], text, Bounds::Word);
            assert_eq!(found.len(), count, "{text}");
        }
    }

    #[test]
    fn a_value_is_found_where_a_longer_one_does_not_end() {
        let values = ["deploy", "deploy-prod"];
        assert_eq!(found(&values, "deploy-prodx", Bounds::Word), ["deploy"]);
        assert_eq!(found(&values, "deploy-prod", Bounds::Word), values);
        assert!(found(&[], "deploy", Bounds::Word).is_empty());
    }

    #[test]
    fn the_letter_of_an_escape_is_not_part_of_a_value() {
        assert!(found(&["nancy1"], r"a\nancy1", Bounds::Escaped).is_empty());
        assert_eq!(
            found(&["nancy1"], r"a\\nancy1", Bounds::Escaped),
            ["nancy1"]
        );
        assert_eq!(found(&["nancy1"], r"a\nancy1", Bounds::Word), ["nancy1"]);
    }
}
