//! Reads what was written once more, and finds values that should not be there.
//!
//! It looks in two ways: as the rewriting does, through members and ARNs; and through the bytes as such, with up to
//! three escapings taken off, whatever is damaged or quoted in them. Not for: repairing.

use super::assigner::Pseudonyms;
use super::blocks::{BlockCutter, BlockVisitor, TooLong};
use super::form::Hit;
use super::kind::{RedactOptions, ValueKind};
use super::member_value::Finder;
use super::search::{Bounds, ValueSearch};
use super::view::DecodedText;
use super::walk::Leaf;

/// Survivors that are named one by one.
const NAMED: usize = 10;

/// A value of the input in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Survivor {
    /// The offset in the output.
    pub at: u64,
    /// What it is.
    pub kind: ValueKind,
}

/// Reads outputs.
#[derive(Debug)]
pub struct Verify<'s> {
    blocks: BlockCutter,
    verifier: Verifier<'s>,
}

#[derive(Debug)]
struct Verifier<'s> {
    pseudonyms: &'s Pseudonyms,
    search: ValueSearch<'s>,
    finder: Finder,
    /// Of the block that is read: places in it.
    found: Vec<(usize, ValueKind)>,
    survivors: Vec<Survivor>,
    count: u64,
}

impl<'s> Verify<'s> {
    /// Looks for the values of these pseudonyms.
    pub fn new(pseudonyms: &'s Pseudonyms, options: RedactOptions, longest: usize) -> Verify<'s> {
        Verify {
            blocks: BlockCutter::new(options, longest),
            verifier: Verifier {
                pseudonyms,
                search: pseudonyms.search(),
                finder: Finder::new(options),
                found: Vec::new(),
                survivors: Vec::new(),
                count: 0,
            },
        }
    }

    /// Takes the next bytes of an output; `end` when it ends here.
    ///
    /// # Errors
    /// When a text does not end.
    pub fn push(&mut self, bytes: &[u8], end: bool) -> Result<(), TooLong> {
        self.blocks.push(bytes, end, &mut self.verifier)
    }

    /// How many places hold a value, and the first few of them. What is read next starts anew.
    pub fn take(&mut self) -> (u64, Vec<Survivor>) {
        let survivors = std::mem::take(&mut self.verifier.survivors);
        (std::mem::take(&mut self.verifier.count), survivors)
    }
}

impl BlockVisitor for Verifier<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        if leaf.is_somebody {
            return;
        }
        let (pseudonyms, search, found) = (self.pseudonyms, &self.search, &mut self.found);
        self.finder.leaf(leaf, &mut |view, hits| {
            look(pseudonyms, search, Bounds::Word, view, hits, found);
        });
    }

    fn block(&mut self, bytes: &[u8], at: u64) {
        let (pseudonyms, search, found) = (self.pseudonyms, &self.search, &mut self.found);
        self.finder.bytes(bytes, &mut |view, hits| {
            look(pseudonyms, search, Bounds::Escaped, view, hits, found);
        });
        found.sort_unstable();
        found.dedup();
        self.count += found.len() as u64;
        for (place, kind) in found.drain(..) {
            if self.survivors.len() < NAMED {
                self.survivors.push(Survivor {
                    at: at + place as u64,
                    kind,
                });
            }
        }
    }
}

/// Notes which values stand in a reading of a text.
fn look(
    pseudonyms: &Pseudonyms,
    search: &ValueSearch<'_>,
    bounds: Bounds,
    view: &DecodedText<'_>,
    hits: &[Hit],
    found: &mut Vec<(usize, ValueKind)>,
) {
    for hit in hits {
        if let Some(it) = pseudonyms.get(&view.bytes[hit.start..hit.end]) {
            found.push((view.at(hit.start), it.kind));
        }
    }
    search.find(&view.bytes, bounds, &mut |start, _, value| {
        if let Some(it) = pseudonyms.get(value) {
            found.push((view.at(start), it.kind));
        }
    });
}
