//! The values of one flag. Literals are in a table, so that a list of a hundred thousand costs no more per event than one
//! of two; patterns with wildcards are tested one by one.

use std::fmt;
use std::hash::{BuildHasher, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::glob::{Glob, has_wildcard};

/// A map from texts, with or without regard to the case of ASCII letters.
#[derive(Clone)]
pub(super) struct Table<T> {
    any_case: bool,
    hasher: DefaultHashBuilder,
    entries: HashTable<(String, T)>,
    /// A bit for each length of a text, which rules out most other texts.
    lengths: u64,
}

/// The bit of a length; those beyond 63 share the last.
fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

impl<T> Table<T> {
    pub(super) fn new(any_case: bool) -> Table<T> {
        Table {
            any_case,
            hasher: DefaultHashBuilder::default(),
            entries: HashTable::new(),
            lengths: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn same(any_case: bool, a: &str, b: &str) -> bool {
        a == b || (any_case && a.eq_ignore_ascii_case(b))
    }

    fn hash(any_case: bool, hasher: &DefaultHashBuilder, text: &str) -> u64 {
        let mut hasher = hasher.build_hasher();
        if any_case {
            let mut lower = [0u8; 64];
            for part in text.as_bytes().chunks(lower.len()) {
                let lower = &mut lower[..part.len()];
                lower.copy_from_slice(part);
                lower.make_ascii_lowercase();
                hasher.write(lower);
            }
        } else {
            hasher.write(text.as_bytes());
        }
        hasher.finish()
    }

    /// The value for a text.
    pub(super) fn get(&self, text: &str) -> Option<&T> {
        if self.lengths & length_bit(text) == 0 {
            return None;
        }
        let hash = Self::hash(self.any_case, &self.hasher, text);
        let same = |entry: &(String, T)| Self::same(self.any_case, &entry.0, text);
        self.entries.find(hash, same).map(|(_, value)| value)
    }

    /// The value for a text, created if it is missing.
    pub(super) fn entry(&mut self, text: &str) -> &mut T
    where
        T: Default,
    {
        let any_case = self.any_case;
        self.lengths |= length_bit(text);
        let hash = Self::hash(any_case, &self.hasher, text);
        let entry = self.entries.entry(
            hash,
            |entry| Self::same(any_case, &entry.0, text),
            |entry| Self::hash(any_case, &self.hasher, &entry.0),
        );
        let entry = entry.or_insert_with(|| (text.to_owned(), T::default()));
        &mut entry.into_mut().1
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(text, _)| text.as_str())
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} literals", self.entries.len())
    }
}

/// Values and patterns with `*` and `?`, any of which may match.
#[derive(Clone, Debug)]
pub struct WordSet {
    any_case: bool,
    literals: Table<()>,
    patterns: Vec<Glob>,
}

impl WordSet {
    /// Values that are compared byte by byte.
    pub fn exact<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> WordSet {
        Self::new(false, values)
    }

    /// Values for which `A` and `a` are the same.
    pub fn any_case<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> WordSet {
        Self::new(true, values)
    }

    fn new<S: AsRef<str>>(any_case: bool, values: impl IntoIterator<Item = S>) -> WordSet {
        let mut words = WordSet {
            any_case,
            literals: Table::new(any_case),
            patterns: Vec::new(),
        };
        values
            .into_iter()
            .for_each(|value| words.add(value.as_ref()));
        words
    }

    pub(super) fn add(&mut self, typed: &str) {
        if !has_wildcard(typed) {
            self.literals.entry(typed);
        } else if self.any_case {
            self.patterns.push(Glob::any_case(typed));
        } else {
            self.patterns.push(Glob::exact(typed));
        }
    }

    /// Whether one of the values is, or matches, the text.
    pub fn matches(&self, text: &str) -> bool {
        self.literals.get(text).is_some() || self.patterns.iter().any(|glob| glob.matches(text))
    }

    /// The values without wildcards, in no order.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.literals.texts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_patterns_match_as_each_by_itself_would() {
        let long = "X".repeat(200);
        let values = ["Get*", "PutObject", "größe", "ÄRGER", "", &long, "a?c"];
        let texts = [
            "GetObject",
            "getobject",
            "putobject",
            "PutObject",
            "GRößE",
            "größe",
            "ärger",
            "",
            "abc",
            "ABC",
            "aßc",
            &long.to_lowercase(),
            &long,
            "Put",
        ];
        for text in texts {
            let each = |make: fn(&str) -> Glob| values.iter().any(|v| make(v).matches(text));
            assert_eq!(
                WordSet::exact(values).matches(text),
                each(Glob::exact),
                "{text}"
            );
            assert_eq!(
                WordSet::any_case(values).matches(text),
                each(Glob::any_case),
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_is_kept_once_however_it_is_spelled() {
        let words = WordSet::any_case(["GetObject", "getobject", "GETOBJECT"]);
        assert_eq!(words.literals().collect::<Vec<_>>(), ["GetObject"]);
        assert!(!WordSet::exact(Vec::<String>::new()).matches(""));
    }
}
