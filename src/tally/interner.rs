//! Numbers texts, without an allocation for each of them.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts, numbered in the order in which they were added.
#[derive(Default)]
pub(crate) struct Interner {
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// All texts, concatenated, and the end of each.
    texts: Vec<u8>,
    ends: Vec<usize>,
}

impl Interner {
    /// The number of a text, which is added if it is new.
    pub fn number(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let same = |&number: &u32| nth(&self.texts, &self.ends, number) == text;
        if let Some(number) = self.numbers.find(hash, same) {
            return *number;
        }
        let number = self.ends.len() as u32;
        self.texts.extend_from_slice(text);
        self.ends.push(self.texts.len());
        let (texts, ends, hasher) = (&self.texts, &self.ends, &self.hasher);
        self.numbers
            .insert_unique(hash, number, |&n| hasher.hash_one(nth(texts, ends, n)));
        number
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text with a number.
    pub fn text(&self, number: u32) -> &[u8] {
        nth(&self.texts, &self.ends, number)
    }
}

fn nth<'t>(texts: &'t [u8], ends: &[usize], number: u32) -> &'t [u8] {
    let number = number as usize;
    let from = number.checked_sub(1).map_or(0, |before| ends[before]);
    &texts[from..ends[number]]
}
