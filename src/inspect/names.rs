//! Names with how many events have each, in bounded memory.
//!
//! Not for: which names are meant.

use hashbrown::HashMap;

use crate::tally::Distinct;

/// Names that are counted one by one; beyond, their number is an estimate.
pub const MOST: usize = 10_000;

/// Names and counts.
#[derive(Clone, Debug, Default)]
pub struct Names {
    counts: HashMap<String, u64>,
    /// The names that had no room any more.
    beyond: Distinct,
}

impl Names {
    /// Counts `events` more with a name.
    pub fn add(&mut self, name: &str, events: u64) {
        if let Some(count) = self.counts.get_mut(name) {
            *count += events;
        } else if self.counts.len() < MOST {
            self.counts.insert(name.to_owned(), events);
        } else {
            self.beyond.add(crate::tally::hash(name.as_bytes()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_bound_are_estimated_and_no_memory() {
        let mut names = Names::default();
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
