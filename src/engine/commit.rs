//! The one place where runs are put together, in file order.
//!
//! Workers start in the middle of a file at a guess (`dump::guess_start`). Here the end of each run is compared with
//! the start that the next run assumed. The bytes between the two are scanned once more, from the known state. If
//! that scan leads exactly to the assumed start, in the same mode, then the run of the worker is what a serial scan
//! would have found, and is used. If not, the chunk is scanned again from the known state. So a wrong guess costs one
//! more scan of its chunk, and no result is ever based on a guess.
//!
//! Memory: the bytes of an event that is longer than a chunk are carried from chunk to chunk, up to the limit on
//! events. Everything else is handed on.

use std::io;
use std::ops::ControlFlow;

use super::duplicates::{DuplicateFilter, Novelty};
use super::run::{EventStub, Run, RunInput, SharedState};
use super::{Answer, Conflict, Question, SelectionStats, Stopped, Totals};
use crate::dump::{Chunk, Ledger, ScanFacts, ScanState, Scanner};
use crate::event::Event;
use crate::transcode::{Origins, source_of};

/// Bytes after an assumed start that are scanned together with the bytes before it. A step that ends at the start may
/// look at the bytes that follow it.
const LOOKAHEAD: usize = 512;

/// How far one file is committed.
#[derive(Default)]
pub(super) struct Cursor {
    pub ledger: Ledger,
    pub stats: SelectionStats,
    pub duplicates: u64,
    /// Duplicates among all events, if a second question is asked of all events.
    pub all_duplicates: u64,
    /// The known state: everything before it is committed.
    state: ScanState,
    /// The bytes from `state.at` up to the end of the last chunk.
    carry: Vec<u8>,
    /// Maps the carried bytes and those of the current chunk to the source.
    origins: Option<Origins>,
    /// How many carried bytes were too few for a scan to proceed.
    tried: usize,
}

impl Cursor {
    /// The end of the committed bytes, as an offset in the source.
    pub fn at(&self) -> u64 {
        self.source_of(self.state.at)
    }

    /// The end of all bytes, as an offset in the source.
    pub fn end(&self) -> u64 {
        self.source_of(self.state.at + self.carry.len() as u64)
    }

    fn source_of(&self, offset: u64) -> u64 {
        source_of(self.origins.as_ref(), offset)
    }
}

/// Events counted without their duplicates.
#[derive(Default)]
pub(super) struct Census {
    pub totals: Totals,
    pub duplicates: DuplicateFilter,
}

/// Which events of a run are not duplicates.
struct Deduplicated {
    /// One entry per event: `false` for duplicates. It ends at the event that reaches the limit.
    kept: Vec<bool>,
    dropped: u64,
    /// The number of events up to the limit, if the limit is reached.
    last: Option<usize>,
}

/// Commits runs: drops duplicates, stops at the limit, passes batches to the answer.
pub(super) struct Commit<'c, Q: Question, A> {
    pub shared: &'c SharedState<'c, Q>,
    pub answer: &'c mut A,
    /// The selected events.
    pub selected: Census,
    /// All events, if a second question is asked of all events and not all are selected.
    pub all_events: Option<Census>,
    pub scanner: Scanner,
}

impl<Q: Question, A: Answer<Q::Batch>> Commit<'_, Q, A> {
    /// Adds the next chunk of a file, with the run of a worker if there is one.
    pub fn add(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        chunk: Chunk<'_>,
        run: Option<Run<Q::Batch>>,
    ) -> io::Result<ControlFlow<()>> {
        if let Some(origins) = chunk.origins {
            let known = cursor.origins.get_or_insert_default();
            known.forget(cursor.state.at);
            known.extend(origins);
        }
        let mut fresh = chunk.bytes;
        // A value that is longer than a chunk is tried again only when twice as many bytes are there. Otherwise it would
        // be scanned once per chunk, which is quadratic in its length.
        let waits =
            cursor.tried > fresh.len() && cursor.carry.len() + fresh.len() < 2 * cursor.tried;
        if let Some(run) = run.filter(|_| !waits) {
            if cursor.state != run.from {
                // Scan the bytes before the assumed start from the known state.
                let head = (run.from.at - chunk.base) as usize;
                let take = fresh.len().min(head + LOOKAHEAD);
                cursor.carry.extend_from_slice(&fresh[..take]);
                fresh = &fresh[take..];
                let eof = chunk.eof && fresh.is_empty();
                if self.scan(cursor, file, run.from.at, eof)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if cursor.state == run.from {
                // The guess was right.
                cursor.carry.clear();
                let rest = (run.to.at - chunk.base) as usize;
                cursor.carry.extend_from_slice(&chunk.bytes[rest..]);
                cursor.tried = cursor.carry.len();
                let input = RunInput {
                    chunk: chunk.starting_at(run.from.at),
                    mode: run.from.mode,
                    until: u64::MAX,
                    most: None,
                };
                let is_full = run.facts.is_full();
                let flow = self.absorb(cursor, file, run, input)?;
                if is_full && flow.is_continue() {
                    // The run ended early to keep its facts small: scan the rest here.
                    return self.scan(cursor, file, u64::MAX, chunk.eof);
                }
                return Ok(flow);
            }
        }
        // There was no guess, or it was wrong: scan the chunk from the known state.
        cursor.carry.extend_from_slice(fresh);
        if !chunk.eof && cursor.carry.len() < 2 * cursor.tried {
            return Ok(ControlFlow::Continue(()));
        }
        self.scan(cursor, file, u64::MAX, chunk.eof)
    }

    /// Scans the carried bytes from the known state up to `until`.
    fn scan(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        until: u64,
        eof: bool,
    ) -> io::Result<ControlFlow<()>> {
        let carry = std::mem::take(&mut cursor.carry);
        let origins = cursor.origins.take();
        let mut chunk = Chunk {
            bytes: &carry,
            base: cursor.state.at,
            origins: origins.as_ref(),
            eof,
        };
        let flow = loop {
            let input = RunInput {
                chunk,
                mode: cursor.state.mode,
                until,
                most: None,
            };
            let run = self.shared.run(&mut self.scanner, file, input);
            chunk = chunk.starting_at(run.to.at);
            let is_full = run.facts.is_full();
            let flow = self.absorb(cursor, file, run, input)?;
            if flow.is_break() || !is_full {
                break flow;
            }
        };
        let read = carry.len() - chunk.bytes.len();
        cursor.origins = origins;
        cursor.carry = carry;
        cursor.carry.drain(..read);
        cursor.tried = cursor.carry.len();
        Ok(flow)
    }

    /// Adds a run that begins at the known state. `input` is what it ran over.
    fn absorb(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        mut run: Run<Q::Batch>,
        input: RunInput<'_>,
    ) -> io::Result<ControlFlow<()>> {
        let scanner = &mut self.scanner;
        let Deduplicated {
            kept,
            dropped,
            last,
        } = self
            .selected
            .deduplicate(&run.selected, scanner, file, input);
        if last.is_some() {
            // The byte counts must end after the last event of the answer, but the worker went on: run again up to there.
            let input = RunInput {
                most: last,
                ..input
            };
            run = self.shared.run(scanner, file, input);
        }
        let all = self
            .all_events
            .as_mut()
            .map(|all| all.deduplicate(&run.all_events, scanner, file, input));
        cursor.state = run.to;
        cursor.duplicates += dropped;
        cursor.all_duplicates += all.as_ref().map_or(dropped, |all| all.dropped);
        cursor.ledger.absorb(run.facts);
        cursor.stats.merge(run.stats);
        let all = all.as_ref().map_or(&kept, |all| &all.kept);
        let flow = self.answer.add_with_all(run.batch, &kept, all)?;
        if last.is_some() || flow.is_break() {
            self.selected.totals.stopped = Some(Stopped {
                file: file.to_owned(),
                at: source_of(input.chunk.origins, cursor.state.at),
            });
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Census {
    /// Finds out which of the events are new.
    fn deduplicate(
        &mut self,
        events: &[EventStub],
        scanner: &mut Scanner,
        file: &str,
        input: RunInput<'_>,
    ) -> Deduplicated {
        let mut result = Deduplicated {
            kept: Vec::with_capacity(events.len()),
            dropped: 0,
            last: None,
        };
        for (nth, event) in events.iter().enumerate() {
            let novelty = match event.identifier {
                Some(identifier) => self.duplicates.insert(identifier),
                // An event without an id cannot be compared, so it counts.
                None => Novelty::New,
            };
            if novelty == Novelty::OtherCall {
                self.totals.conflict_count += 1;
                if self.totals.names_conflicts() {
                    let conflict = conflict(scanner, file, event.at, input);
                    self.totals.conflicts.push(conflict);
                }
            }
            let keep = novelty != Novelty::Duplicate;
            result.dropped += u64::from(!keep);
            result.kept.push(keep);
            if keep {
                self.totals.kept += 1;
                if self.totals.limit == Some(self.totals.kept) {
                    result.last = Some(nth + 1);
                    break;
                }
            }
        }
        result
    }
}

/// Describes the event at `at`, whose id belongs to another event as well. Runs keep no ids, so the run is repeated up
/// to that event to read its id; there are at most a few conflicts that are described.
fn conflict(scanner: &mut Scanner, file: &str, at: u64, input: RunInput<'_>) -> Conflict {
    let mut id = String::new();
    let mut visit = |event: &Event<'_>| {
        if event.offset < at {
            return ControlFlow::Continue(());
        }
        id = event
            .id()
            .map_or_else(String::new, |id| id.to_str().into_owned());
        ControlFlow::Break(())
    };
    let mut facts = ScanFacts::default();
    scanner.run(input.chunk, input.mode, input.until, &mut visit, &mut facts);
    Conflict {
        id,
        file: file.to_owned(),
        at,
    }
}
