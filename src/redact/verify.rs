//! Reads the output and searches it for values that should have been replaced.
//!
//! It searches in two ways, so that one finds what the other misses: through members and ARNs, as [`super::Rewrite`]
//! does; and through the bytes of each block, with up to three levels of escapes removed, without regard to structure.

use super::assigner::Pseudonyms;
use super::blocks::{BlockCutter, BlockVisitor, TooLong};
use super::form::Hit;
use super::kind::{RedactOptions, ValueKind};
use super::member_value::Finder;
use super::search::{Bounds, ValueSearch};
use super::view::DecodedText;
use super::walk::Leaf;

/// Most survivors that are reported with their offsets.
const NAMED: usize = 10;

/// A value of the input that is still in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Survivor {
    /// Offset in the output.
    pub at: u64,
    /// Kind of the value.
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
    /// Offsets in the current block.
    found: Vec<(usize, ValueKind)>,
    survivors: Vec<Survivor>,
    count: u64,
}

impl<'s> Verify<'s> {
    /// A search for all values that have a pseudonym.
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

    /// Adds the next bytes of an output; `end` if it ends here.
    ///
    /// # Errors
    /// If a text is longer than allowed.
    pub fn push(&mut self, bytes: &[u8], end: bool) -> Result<(), TooLong> {
        self.blocks.push(bytes, end, &mut self.verifier)
    }

    /// The number of survivors and the first few of them. Resets both for the next output.
    pub fn take(&mut self) -> (u64, Vec<Survivor>) {
        let survivors = std::mem::take(&mut self.verifier.survivors);
        (std::mem::take(&mut self.verifier.count), survivors)
    }
}

impl BlockVisitor for Verifier<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        if leaf.is_identity {
            return;
        }
        let (pseudonyms, search, found) = (self.pseudonyms, &self.search, &mut self.found);
        self.finder.leaf(leaf, &mut |view, hits| {
            record_values(pseudonyms, search, Bounds::Word, view, hits, found);
        });
    }

    fn block(&mut self, bytes: &[u8], at: u64) {
        let (pseudonyms, search, found) = (self.pseudonyms, &self.search, &mut self.found);
        self.finder.bytes(bytes, &mut |view, hits| {
            record_values(pseudonyms, search, Bounds::Escaped, view, hits, found);
        });
        // The same value is found once for each level of escapes that was removed, at the same offset.
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

/// Records the values that occur in a text.
fn record_values(
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
