//! The bytes between two events, as far as they are not plain structure.
//!
//! A gap is collected until the next event or list of events, because its parts are classified together (`ledger`).

use super::Decoy;
use super::facts::Damage;
use super::shape::Evidence;

/// What a gap contains so far. Lengths are in bytes.
#[derive(Debug, Default)]
pub(super) struct EventGap {
    /// Bytes of text.
    pub text: u64,
    /// The offset and the beginning of the first text.
    pub first_text: Option<(u64, String)>,
    /// An error of the AWS CLI in the text and its offset. It is a finding of its own.
    pub error: Option<(u64, String)>,
    /// Bytes of whole JSON values that are not events.
    pub foreign: u64,
    /// Elements of a list of events that are not events: offset of the first, count, kind.
    pub foreign_elements: Option<(u64, u64, Decoy)>,
    /// Bytes of broken JSON.
    pub remains: u64,
    /// Offset of the first text or broken JSON.
    pub at: Option<u64>,
    /// Offset of the last one.
    pub last: u64,
    /// Why the first broken event is broken.
    pub why: Option<Damage>,
    pub evidence: Evidence,
    pub asked: Option<AskedByte>,
}

/// A byte that a [`Locator`](super::Locator) asks about, and what it is as long as its gap is not settled.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedByte {
    pub at: u64,
    pub content: GapContent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GapContent {
    Structure,
    Foreign,
    /// Text or broken JSON: which of them counts only when the gap is settled.
    Text,
}

impl EventGap {
    /// Adds text or broken JSON at an offset.
    pub fn add(&mut self, at: u64, evidence: Evidence) {
        self.at.get_or_insert(at);
        self.last = at;
        self.evidence = self.evidence.max(evidence);
    }
}
