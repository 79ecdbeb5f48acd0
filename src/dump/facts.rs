//! What one run of the scanner found: counts, and the marks from which the account is made.
//!
//! Marks say what lies *between* events, in order and with offsets; a run over whole dumps of one layout
//! leaves only a handful. They are facts about bytes; what they mean (text or the remains of an event?)
//! needs the neighbours, which another worker may have seen, so it is decided in the `ledger`.

use super::pages::PageEnd;
use super::shape::Evidence;
use super::{Decoy, Wrapper};

/// Why an event could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The input ends inside it.
    Cut,
    /// A byte, at this offset, can't stand there.
    Invalid(u64),
    /// Bytes are missing, and at this offset another event begins inside it.
    RunsOn(u64),
    /// It nests deeper than so many levels, the limit.
    TooDeep(usize),
    /// It is longer than so many bytes, the limit.
    TooLong(usize),
}

/// Something between events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// One event or more; where they are of a lookup, the ends.
    Events(Option<Box<(PageEnd, PageEnd)>>),
    /// `count` brackets open.
    Open { array: bool, count: u64 },
    /// A bracket closes.
    Close { at: u64 },
    /// The next bracket is that of a list of events.
    Wrapper { at: u64, kind: Wrapper },
    /// Strings, numbers and literals outside any event.
    Scalars { count: u64 },
    /// A `NextToken` with a value, which is empty where it is too long to be one.
    Token { at: u64, token: String },
    /// No JSON.
    Text {
        at: u64,
        length: u64,
        snippet: String,
        /// An error that the AWS CLI printed.
        error: Option<String>,
        /// Whether it looks like the remains of an event.
        evidence: Evidence,
    },
    /// An event that isn't whole.
    Damaged {
        at: u64,
        length: u64,
        why: Damage,
        evidence: Evidence,
    },
    /// A member of an event outside any event.
    Stray {
        at: u64,
        length: u64,
        evidence: Evidence,
    },
    /// Whole JSON values that are no events.
    Foreign {
        at: u64,
        length: u64,
        count: u64,
        decoy: Decoy,
    },
}

/// What a run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanFacts {
    /// Whole events.
    pub events: u64,
    /// Bytes of whole events.
    pub event_bytes: u64,
    /// Brackets, commas, white space, keys and scalars around events.
    pub structure_bytes: u64,
    /// Events with bytes that are no UTF-8.
    pub not_utf8: u64,
    /// The offset of the first of those.
    pub first_not_utf8: Option<u64>,
    /// Brackets that opened.
    pub(super) opened: u64,
    /// Those of arrays with nothing in them.
    pub(super) empty_arrays: u64,
    /// A name that stands beside the lists of CloudWatch Logs was met.
    pub(super) companion: bool,
    pub(super) marks: Vec<Mark>,
}

/// Marks of a piece; hostile input leaves one for every byte or two.
const MARKS: usize = 8192;

impl ScanFacts {
    /// True when a run should end here, so that what it holds stays small.
    pub fn is_full(&self) -> bool {
        self.marks.len() >= MARKS
    }

    pub(super) fn event(&mut self, length: u64) {
        self.events += 1;
        self.event_bytes += length;
        if !self.is_behind_events() {
            self.marks.push(Mark::Events(None));
        }
    }

    /// True when the last thing was an event.
    pub(super) fn is_behind_events(&self) -> bool {
        matches!(self.marks.last(), Some(Mark::Events(_)))
    }

    /// The last events end with this one, which may be their first as well.
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

    /// A closing bracket. With its opening one in this same piece and nothing but events between, the
    /// pair tells nothing and is dropped.
    pub(super) fn close(&mut self, at: u64, length: u64) {
        self.structure(length);
        let behind_events = self.is_behind_events();
        let opener = self.marks.len().checked_sub(1 + usize::from(behind_events));
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

    /// Adds a mark to the one before where both together say the same: what a file comes to must not depend
    /// on where its pieces end.
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
