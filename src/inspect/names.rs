//! Names with how many events have each, in bounded memory.
//!
//! Not for: which names are meant.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::tally::{Distinct, hash};
use crate::text::plural;

/// Longer names are stored as this many bytes, their length and a hash that distinguishes them.
pub const LONGEST: usize = 1_000;

/// Names that are counted one by one; beyond, their number is an estimate.
pub const MOST: usize = 10_000;

/// Names and counts.
#[derive(Clone, Debug, Default)]
pub struct NameTally {
    counts: HashMap<String, u64>,
    /// The number of names beyond the maximum.
    beyond: Distinct,
}

impl NameTally {
    /// Counts `events` more with a name.
    pub fn add(&mut self, name: &str, events: u64) {
        if let Some(count) = self.counts.get_mut(name) {
            *count += events;
        } else if self.counts.len() < MOST {
            self.counts.insert(name.to_owned(), events);
        } else {
            self.beyond.add(hash(name.as_bytes()));
        }
    }

    /// How many names there are, and whether that is an estimate.
    pub fn count(&self) -> (u64, bool) {
        let beyond = self.beyond.count();
        (
            self.counts.len() as u64 + beyond,
            self.beyond.is_estimated(),
        )
    }

    /// Names with their counts, most first, and by name among equals.
    pub fn sorted(&self) -> Vec<(&str, u64)> {
        let names = self.counts.iter();
        let mut names: Vec<_> = names.map(|(name, count)| (name.as_str(), *count)).collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        names
    }
}

/// A name as it is kept: whole, unless it is one that no client and no trail writes.
pub(super) fn kept(name: Cow<'_, str>) -> Cow<'_, str> {
    if name.len() <= LONGEST {
        return name;
    }
    let length = plural(name.len() as u64, "byte");
    let end = name.floor_char_boundary(LONGEST);
    let hash = hash(name.as_bytes());
    Cow::Owned(format!("{}… ({length}, {hash:016x})", &name[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_kept_by_its_beginning_and_is_no_other() {
        let whole = "é".repeat(LONGEST / 2);
        assert_eq!(kept(Cow::Borrowed(&whole)), whole);
        let [one, two] = ["a", "b"].map(|end| kept((whole.clone() + end).into()).into_owned());
        assert_ne!(one, two);
        for name in [&one, &two] {
            assert!(
                name.starts_with(&format!("{whole}… (1,001 bytes, ")),
                "{name}"
            );
        }
        // Inside a character.
        let name = kept(("x".to_owned() + &whole).into()).into_owned();
        assert!(name.starts_with(&format!("x{}… (1,001 bytes, ", "é".repeat(499))));
    }

    #[test]
    fn names_beyond_the_bound_are_estimated_and_no_memory() {
        let mut names = NameTally::default();
        for round in 0..2u64 {
            for i in 0..50_000u64 {
                names.add(&format!("n{i}"), 1 + round);
            }
        }
        let (count, is_estimated) = names.count();
        assert!(is_estimated);
        assert!((45_000..55_000).contains(&count), "{count}");
        assert_eq!(names.sorted().len(), MOST);
        assert_eq!(names.sorted()[0], ("n0", 3));
    }
}
