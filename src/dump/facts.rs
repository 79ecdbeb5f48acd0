//! The result of one run of the scanner: counts, and marks.
//!
//! Marks say what is *between* events, in order and with offsets. A run over an undamaged dump makes only a few. They are
//! facts about bytes. What they mean (is a fragment text, or part of an event?) depends on their neighbours, which another
//! worker may have scanned, so it is decided in the `ledger`.

use super::pages::PageEnd;
use super::shape::Evidence;
use super::{Decoy, Wrapper};

/// Why an event is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The input ends inside it.
    Cut,
    /// The byte at this offset is not allowed there.
    Invalid(u64),
    /// Bytes are missing: another event begins inside it, at this offset.
    RunsOn(u64),
    /// It nests deeper than this limit, in levels.
    TooDeep(usize),
    /// It is longer than this limit, in bytes.
    TooLong(usize),
}

/// Something between events. Offsets and lengths are in bytes of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// One event or more. For lookup events, the first and the last of them.
    Events(Option<Box<(PageEnd, PageEnd)>>),
    /// `count` brackets open.
    Open { array: bool, count: u64 },
    /// A bracket closes.
    Close { at: u64 },
    /// The next bracket opens a list of events.
    Wrapper { at: u64, kind: Wrapper },
    /// Strings, numbers and literals outside any event.
    Scalars { count: u64 },
    /// A `NextToken` with its value, which is empty if it is too long for a token.
    Token { at: u64, token: String },
    /// Text that is not JSON.
    Text {
        at: u64,
        length: u64,
        snippet: String,
        /// The error message of the AWS CLI in it.
        error: Option<String>,
        /// Whether it looks like a fragment of an event.
        evidence: Evidence,
    },
    /// An event that is not whole.
    Damaged {
        at: u64,
        length: u64,
        why: Damage,
        evidence: Evidence,
    },
    /// A member of an event, outside any event.
    Stray {
        at: u64,
        length: u64,
        evidence: Evidence,
    },
    /// Whole JSON values that are not events.
    Foreign {
        at: u64,
        length: u64,
        count: u64,
        decoy: Decoy,
    },
}

/// The facts that a run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanFacts {
    /// Whole events.
    pub events: u64,
    /// Bytes of whole events.
    pub event_bytes: u64,
    /// Bytes of brackets, commas, white space, keys and scalars around events.
    pub structure_bytes: u64,
    /// Events with bytes that are not UTF-8.
    pub not_utf8: u64,
    /// The offset of the first of those events.
    pub first_not_utf8: Option<u64>,
    /// Opening brackets.
    pub(super) opened: u64,
    /// Empty arrays.
    pub(super) empty_arrays: u64,
    /// A member that occurs next to the lists of CloudWatch Logs was found.
    pub(super) companion: bool,
    pub(super) marks: Vec<Mark>,
}

/// The most marks of one run. Hostile input makes one for every byte or two.
const MARKS: usize = 8192;

impl ScanFacts {
    /// True if a run should end here, to bound its memory.
    pub fn is_full(&self) -> bool {
        self.marks.len() >= MARKS
    }

    pub(super) fn event(&mut self, length: u64) {
        self.events += 1;
        self.event_bytes += length;
        if !self.is_after_events() {
            self.marks.push(Mark::Events(None));
        }
    }

    /// True if the last mark is an event.
    pub(super) fn is_after_events(&self) -> bool {
        matches!(self.marks.last(), Some(Mark::Events(_)))
    }

    /// Sets the last of the latest events; also the first, if that is not set.
    pub(super) fn ends_with(&mut self, end: PageEnd) {
        let marks = self.marks.iter_mut().rev();
        let mut events = marks.filter_map(|mark| match mark {
            Mark::Events(ends) => Some(ends),
            _ => None,
        });
        match events.next() {
            Some(Some(ends)) => ends.1 = end,
            Some(none) => *none = Some(Box::new((end.clone(), end))),
            None => {}
        }
    }

    pub(super) fn structure(&mut self, length: u64) {
        self.structure_bytes += length;
    }

    /// An opening bracket of `length` bytes.
    pub(super) fn open(&mut self, array: bool, length: u64) {
        self.structure(length);
        self.opened += 1;
        match self.marks.last_mut() {
            Some(Mark::Open { array: same, count }) if *same == array => *count += 1,
            _ => self.marks.push(Mark::Open { array, count: 1 }),
        }
    }

    pub(super) fn scalar(&mut self, length: u64) {
        self.structure(length);
        match self.marks.last_mut() {
            Some(Mark::Scalars { count }) => *count += 1,
            _ => self.marks.push(Mark::Scalars { count: 1 }),
        }
    }

    /// A closing bracket. If its opening one is in the same run, with nothing but events between, the pair says nothing about
    /// completeness and both marks are dropped. So a dump of any length makes a few marks.
    pub(super) fn close(&mut self, at: u64, length: u64) {
        self.structure(length);
        let after_events = self.is_after_events();
        let opener = self.marks.len().checked_sub(1 + usize::from(after_events));
        match opener.map(|i| (i, &mut self.marks[i])) {
            Some((i, Mark::Open { count: 1, .. })) => {
                self.marks.remove(i);
                self.merge_events();
            }
            Some((_, Mark::Open { count, .. })) => *count -= 1,
            _ => self.marks.push(Mark::Close { at }),
        }
    }

    fn merge_events(&mut self) {
        if let [.., Mark::Events(ends), Mark::Events(more)] = &mut self.marks[..] {
            match (&mut *ends, more.take()) {
                (Some(ends), Some(more)) => ends.1 = more.1,
                (none, more) => *none = none.take().or(more),
            }
            self.marks.pop();
        }
    }

    /// Adds a mark, merged with the previous one if both say the same. The ledger merges marks of neighbouring runs in the
    /// same way, because the result for a file must not depend on where chunks end.
    pub(super) fn mark(&mut self, mark: Mark) {
        match (self.marks.last_mut(), &mark) {
            (
                Some(Mark::Text {
                    length, evidence, ..
                }),
                Mark::Text {
                    length: more,
                    evidence: also,
                    error: None,
                    ..
                },
            ) => {
                *length += more;
                *evidence = (*evidence).max(*also);
            }
            (
                Some(Mark::Stray {
                    length, evidence, ..
                }),
                Mark::Stray {
                    length: more,
                    evidence: also,
                    ..
                },
            ) if evidence == also => *length += more,
            (
                Some(Mark::Foreign {
                    length,
                    count,
                    decoy,
                    ..
                }),
                Mark::Foreign {
                    length: more,
                    count: others,
                    decoy: other,
                    ..
                },
            ) if decoy == other => {
                *length += more;
                *count += others;
            }
            _ => self.marks.push(mark),
        }
    }
}
