//! Assigns the pseudonyms: two values never share one, and none occurs in the input.

use hashbrown::{HashMap, HashSet};

use super::blocks::{BlockCutter, BlockVisitor, TooLong};
use super::collect::SensitiveValues;
use super::form::{self, Hit};
use super::kind::{RedactOptions, ValueKind};
use super::member_value::Finder;
use super::pseudonym::{self, PseudonymKey};
use super::search::{Bounds, ValueSearch};
use super::view::DecodedText;
use super::walk::Leaf;

/// Most attempts for one value. Every fourth attempt is one letter longer, so one of them is always free.
const ATTEMPTS: u32 = 10_000;

/// The pseudonym of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    pub kind: ValueKind,
    pub text: Box<[u8]>,
    attempt: u32,
    /// The value is replaced wherever it occurs.
    pub is_searched: bool,
}

/// Values and their pseudonyms.
#[derive(Debug)]
pub struct Pseudonyms {
    key: PseudonymKey,
    made: HashMap<Box<[u8]>, Replacement>,
    /// For each pseudonym, the canonical form of the values that it replaces.
    used: HashMap<Box<[u8]>, Box<[u8]>>,
    /// Texts that occur in the input, and therefore cannot be pseudonyms.
    occurring: HashSet<Box<[u8]>>,
}

impl Pseudonyms {
    /// Assigns a pseudonym to each value. If two values have the same first choice, the order of the values decides.
    pub fn new(values: &SensitiveValues, key: PseudonymKey) -> Pseudonyms {
        let mut pseudonyms = Pseudonyms {
            key,
            made: HashMap::with_capacity(values.found.len()),
            used: HashMap::with_capacity(values.found.len()),
            occurring: HashSet::new(),
        };
        let mut sorted: Vec<(ValueKind, &[u8])> = values
            .found
            .iter()
            .map(|(value, kind)| (*kind, &**value))
            .collect();
        // The order of a hash map differs between runs; with the same key, the pseudonyms must not.
        sorted.sort_unstable();
        for (kind, value) in sorted {
            let is_searched = values.is_searched(value);
            pseudonyms.assign(kind, value, is_searched, 0, &|text| {
                values.found.contains_key(text) || values.words.contains(text)
            });
        }
        pseudonyms
    }

    fn assign(
        &mut self,
        kind: ValueKind,
        value: &[u8],
        is_searched: bool,
        first: u32,
        is_value: &dyn Fn(&[u8]) -> bool,
    ) {
        let canonical = pseudonym::canonical(kind, value);
        for attempt in first..ATTEMPTS {
            let text = pseudonym::make(&self.key, kind, value, attempt);
            let is_free = self.used.get(&*text).is_none_or(|by| **by == *canonical);
            if is_free
                && !is_value(&text)
                && !self.occurring.contains(&*text)
                && !pseudonym::is_reserved(&text)
            {
                self.used.insert(text.clone().into(), canonical.into());
                let pseudonym = Replacement {
                    kind,
                    text: text.into(),
                    attempt,
                    is_searched,
                };
                self.made.insert(value.into(), pseudonym);
                return;
            }
        }
    }

    /// Assigns other pseudonyms to the values whose pseudonym occurs in the input.
    pub fn renew(&mut self, seen: &HashSet<Box<[u8]>>) {
        self.occurring.extend(seen.iter().cloned());
        let mut again: Vec<(ValueKind, Box<[u8]>, bool, u32)> = self
            .made
            .iter()
            .filter(|(_, it)| seen.contains(&it.text))
            .map(|(value, it)| (it.kind, value.clone(), it.is_searched, it.attempt + 1))
            .collect();
        again.sort_unstable();
        let values: HashSet<Box<[u8]>> = self.made.keys().cloned().collect();
        for text in seen {
            self.used.remove(text);
        }
        for (kind, value, is_searched, attempt) in again {
            self.made.remove(&value);
            self.assign(kind, &value, is_searched, attempt, &|text| {
                values.contains(text)
            });
        }
    }

    pub(super) fn get(&self, value: &[u8]) -> Option<&Replacement> {
        self.made.get(value)
    }

    /// Every value with its kind and pseudonym, sorted.
    pub fn sorted(&self) -> Vec<(ValueKind, &[u8], &[u8])> {
        let all = self.made.iter();
        let all = all.map(|(value, it)| (it.kind, &**value, &*it.text));
        let mut all: Vec<(ValueKind, &[u8], &[u8])> = all.collect();
        all.sort_unstable();
        all
    }

    /// Number of values of a kind.
    pub fn count(&self, kind: ValueKind) -> usize {
        self.made.values().filter(|it| it.kind == kind).count()
    }

    /// A search for the values whose form does not identify them, and for account ids in the spelling `1234-5678-9012`.
    pub(super) fn search(&self) -> ValueSearch<'_> {
        let searched = self
            .made
            .iter()
            .filter(|(value, it)| it.is_searched && !form::finds_itself(value));
        let mut patterns: Vec<(&[u8], &[u8])> =
            searched.map(|(value, _)| (&**value, &**value)).collect();
        patterns.sort_unstable();
        ValueSearch::new(patterns, self.accounts())
    }

    fn accounts(&self) -> Vec<(Vec<u8>, &[u8])> {
        let accounts = self
            .made
            .iter()
            .filter(|(_, it)| it.kind == ValueKind::Account);
        let accounts = accounts.filter(|(value, _)| value.len() == 12);
        let mut accounts: Vec<(Vec<u8>, &[u8])> = accounts
            .map(|(value, _)| (grouped(value), &**value))
            .collect();
        accounts.sort_unstable();
        accounts
    }
}

/// An account id in three groups, as the console shows it.
pub(super) fn grouped(account: &[u8]) -> Vec<u8> {
    account.chunks(4).collect::<Vec<_>>().join(&b'-')
}

/// Searches inputs for pseudonyms that occur in them.
#[derive(Debug)]
pub struct CollisionCheck<'s> {
    blocks: BlockCutter,
    checker: CollisionFinder<'s>,
}

#[derive(Debug)]
struct CollisionFinder<'s> {
    pseudonyms: &'s Pseudonyms,
    search: ValueSearch<'s>,
    finder: Finder,
    seen: HashSet<Box<[u8]>>,
}

impl<'s> CollisionCheck<'s> {
    /// A search for all pseudonyms.
    pub fn new(
        pseudonyms: &'s Pseudonyms,
        options: RedactOptions,
        longest: usize,
    ) -> CollisionCheck<'s> {
        let texts = pseudonyms.used.keys();
        let mut patterns: Vec<(&[u8], &[u8])> = texts
            .filter(|text| !form::finds_itself(text))
            .map(|text| (&**text, &**text))
            .collect();
        patterns.sort_unstable();
        CollisionCheck {
            blocks: BlockCutter::new(options, longest),
            checker: CollisionFinder {
                pseudonyms,
                search: ValueSearch::new(patterns, Vec::new()),
                finder: Finder::new(options),
                seen: HashSet::new(),
            },
        }
    }

    /// Adds the next bytes of an input; `end` if it ends here.
    ///
    /// # Errors
    /// If a text is longer than allowed.
    pub fn push(&mut self, bytes: &[u8], end: bool) -> Result<(), TooLong> {
        self.blocks.push(bytes, end, &mut self.checker)
    }

    /// The pseudonyms that occur in the inputs.
    pub fn finish(self) -> HashSet<Box<[u8]>> {
        self.checker.seen
    }
}

impl BlockVisitor for CollisionFinder<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        let (seen, used) = (&mut self.seen, &self.pseudonyms.used);
        let search = &self.search;
        self.finder
            .leaf(leaf, &mut |view: &DecodedText<'_>, hits: &[Hit]| {
                for hit in hits {
                    let value = &view.bytes[hit.start..hit.end];
                    if used.contains_key(value) && !seen.contains(value) {
                        seen.insert(value.into());
                    }
                }
                search.find(&view.bytes, Bounds::Word, &mut |_, _, text| {
                    if !seen.contains(text) {
                        seen.insert(text.into());
                    }
                });
            });
    }

    fn block(&mut self, _: &[u8], _: u64) {}
}
