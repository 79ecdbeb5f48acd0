//! The results of a question besides its answer: byte counts, findings and counts, per file and in total.

use super::SelectionStats;
use crate::dump::{ByteCounts, Content, Finding, UnsupportedShape};
use crate::input::FileStamp;

/// The result for one input, besides the answer.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The name of the input.
    pub shown: String,
    /// The index of the directory argument it was found under.
    pub root: Option<usize>,
    /// Its bytes and events.
    pub byte_counts: ByteCounts,
    /// What it contains.
    pub content: Content,
    /// Findings about it, in file order.
    pub findings: Vec<Finding>,
    /// Why it could not be opened or read to its end.
    pub error: Option<String>,
    /// Reading ended at a limit on packed files; the error names the flag that raises it.
    pub met_limit: bool,
    /// It could not be opened at all.
    pub failed: bool,
    /// Counts about the selection.
    pub stats: SelectionStats,
    /// Events dropped as duplicates of earlier events, of this or another file.
    pub duplicates: u64,
    /// A shape without whole events that its first bytes look like.
    pub unsupported: Option<UnsupportedShape>,
    /// It was not read because of that shape, although its first bytes name events.
    pub unsupported_has_events: bool,
}

/// An event id that two different calls have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The id.
    pub id: String,
    /// The file of the later event.
    pub file: String,
    /// The offset of that event.
    pub at: u64,
}

/// Where reading stopped because the answer was complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The file.
    pub file: String,
    /// Offset of the first byte that was not read.
    pub at: u64,
}

/// Results that do not belong to one file.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Selected events, without duplicates.
    pub kept: u64,
    /// The first few ids that two different calls have.
    pub conflicts: Vec<Conflict>,
    /// The number of all such events.
    pub conflict_count: u64,
    /// Set if the limit or the answer ended reading.
    pub stopped: Option<Stopped>,
    /// Stop after this many events.
    pub(super) limit: Option<u64>,
}

impl Totals {
    /// True while conflicts are still listed one by one.
    pub(super) fn names_conflicts(&self) -> bool {
        self.conflicts.len() < 3
    }
}

/// The result of a question, besides its answer.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// Every input that was read, in order.
    pub files: Vec<FileReport>,
    /// Results over all inputs.
    pub totals: Totals,
    /// For each opened item, the size and modification time of its file at that moment; `None` for pipes.
    pub stamps: Vec<Option<FileStamp>>,
}

impl RunReport {
    /// Adds the result of the same question for further inputs.
    pub fn append(&mut self, more: RunReport) {
        self.files.extend(more.files);
        self.stamps.extend(more.stamps);
        self.totals.kept += more.totals.kept;
        self.totals.conflicts.extend(more.totals.conflicts);
        self.totals.conflict_count += more.totals.conflict_count;
        self.totals.stopped = self.totals.stopped.take().or(more.totals.stopped);
    }

    /// The sum of the byte counts of all files.
    pub fn byte_counts(&self) -> ByteCounts {
        let mut all = ByteCounts::default();
        for file in &self.files {
            all.add(&file.byte_counts);
        }
        all
    }

    /// The sum of the selection counts of all files.
    pub fn stats(&self) -> SelectionStats {
        let mut all = SelectionStats::default();
        for file in &self.files {
            all.merge(file.stats.clone());
        }
        all
    }

    /// DuplicateFilter in all files.
    pub fn duplicates(&self) -> u64 {
        self.files.iter().map(|file| file.duplicates).sum()
    }
}
