//! The first pass: collects every value that is to be replaced, and the words that must not be replaced.
//!
//! Each different value is stored once.

use hashbrown::{HashMap, HashSet};

use super::blocks::{BlockCutter, BlockVisitor, TooLong};
use super::form::{self, Hit};
use super::kind::{RedactOptions, ValueKind};
use super::member_kind::MemberKind;
use super::member_value::Finder;
use super::pseudonym;
use super::view::DecodedText;
use super::walk::Leaf;

/// Length of the shortest name that is searched for in text, in characters. Shorter names are often ordinary words.
pub const LEAST_IN_TEXT: usize = 6;

/// Values, and the kind of each.
#[derive(Debug)]
pub struct SensitiveValues {
    pub(super) found: HashMap<Box<[u8]>, ValueKind>,
    /// Names of members, services and APIs that are long enough to be searched for. A user named `cloudtrail` must not
    /// change the name of the service in every event.
    pub(super) words: HashSet<Box<[u8]>>,
}

impl Default for SensitiveValues {
    fn default() -> SensitiveValues {
        SensitiveValues {
            found: HashMap::new(),
            // Pseudonyms of hosts end with it.
            words: HashSet::from_iter([Box::from(&b"example"[..])]),
        }
    }
}

impl SensitiveValues {
    /// Number of values of a kind.
    pub fn count(&self, kind: ValueKind) -> usize {
        self.found.values().filter(|it| **it == kind).count()
    }

    fn record(&mut self, value: &[u8], kind: ValueKind) {
        match self.found.get_mut(value) {
            Some(known) => *known = (*known).min(kind),
            None => {
                self.found.insert(value.into(), kind);
                // This part is also in the pseudonym, so it cannot be replaced elsewhere.
                let kept = &value[..pseudonym::kept(value)];
                for part in kept.split(|byte| matches!(byte, b'-' | b'_')) {
                    self.word(part);
                }
                self.word(kept.strip_suffix(b"-").unwrap_or(kept));
            }
        }
    }

    fn word(&mut self, word: &[u8]) {
        if word.len() >= LEAST_IN_TEXT && !self.words.contains(word) {
            self.words.insert(word.into());
        }
    }

    /// True if a value is replaced wherever it occurs in text: its form identifies it, or it is long enough and not a word
    /// of CloudTrail.
    pub(super) fn is_searched(&self, value: &[u8]) -> bool {
        let is_word = |value: &[u8]| self.words.contains(value);
        form::finds_itself(value)
            || is_long(value) && !is_word(value) && !is_word(&value.to_ascii_lowercase())
    }

    /// Values that are replaced only in the members and ARNs that contain them, sorted, with their kinds.
    pub fn not_searched(&self) -> Vec<(ValueKind, &[u8])> {
        let values = self.found.iter();
        let values = values.filter(|(value, _)| !self.is_searched(value));
        let mut values: Vec<(ValueKind, &[u8])> =
            values.map(|(value, kind)| (*kind, &**value)).collect();
        values.sort_unstable();
        values
    }
}

fn is_long(value: &[u8]) -> bool {
    String::from_utf8_lossy(value).chars().count() >= LEAST_IN_TEXT
}

/// Reads inputs and collects their values.
#[derive(Debug)]
pub struct ValueCollector {
    blocks: BlockCutter,
    collector: LeafCollector,
}

#[derive(Debug)]
struct LeafCollector {
    finder: Finder,
    values: SensitiveValues,
}

impl ValueCollector {
    /// Texts may be up to `longest` bytes long.
    pub fn new(options: RedactOptions, longest: usize) -> ValueCollector {
        ValueCollector {
            blocks: BlockCutter::new(options, longest),
            collector: LeafCollector {
                finder: Finder::new(options),
                values: SensitiveValues::default(),
            },
        }
    }

    /// Adds the next bytes of an input; `end` if it ends here.
    ///
    /// # Errors
    /// If a text is longer than allowed.
    pub fn push(&mut self, bytes: &[u8], end: bool) -> Result<(), TooLong> {
        self.blocks.push(bytes, end, &mut self.collector)
    }

    /// Adds a component of the path of an input: paths of trail files contain the account id.
    pub fn path(&mut self, path: &[u8]) {
        let values = &mut self.collector.values;
        self.collector.finder.bytes(path, &mut |view, hits| {
            for hit in hits.iter().filter(|hit| hit.kind == ValueKind::Account) {
                let value = &view.bytes[hit.start..hit.end];
                if form::kind_of(value).is_some() {
                    values.record(value, hit.kind);
                }
            }
        });
        self.blocks.apart(path, &mut self.collector);
    }

    /// The collected values.
    pub fn finish(self) -> SensitiveValues {
        self.collector.values
    }
}

impl BlockVisitor for LeafCollector {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        let values = &mut self.values;
        if leaf.is_key {
            values.word(&leaf.view.bytes);
        }
        match leaf.context.member_kind {
            MemberKind::Api => values.word(&leaf.view.bytes),
            MemberKind::Service => {
                // Its name is written in any case: `cloudtrail`, `CloudTrail`.
                let host = leaf.view.bytes.to_ascii_lowercase();
                let service = host.split(|byte| *byte == b'.').next();
                values.word(service.unwrap_or_default());
                values.word(&host);
            }
            _ => {}
        }
        self.finder
            .leaf(leaf, &mut |view: &DecodedText<'_>, hits: &[Hit]| {
                for hit in hits.iter().filter(|hit| hit.is_sure) {
                    values.record(&view.bytes[hit.start..hit.end], hit.kind);
                }
            });
    }

    fn block(&mut self, _: &[u8], _: u64) {}
}
