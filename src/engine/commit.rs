//! The one place where runs come together, in the order of the file.
//!
//! Workers begin in the middle of a file at a guess. Here the end of each run is compared with the start
//! that the next one assumed: bytes between the two are read once more, from the true state, and when they
//! lead exactly to the assumed start, the worker's run stands. When they don't, its piece is read again.
//! So a wrong guess costs its own piece, and no answer ever rests on one.

use std::io;
use std::ops::ControlFlow;

use super::duplicates::{DuplicateFilter, Novelty};
use super::run::{EventStub, Run, RunInput, SharedState};
use super::{Answer, Conflict, Question, Stopped, Totals};
use crate::dump::{Ledger, ScanFacts, ScanState, Scanner};
use crate::event::Event;
use crate::transcode::{Origins, source_of};

/// Bytes behind an assumed start that are read along with what leads to it, so that a decision there has
/// enough to go by.
const LOOKAHEAD: usize = 512;

/// A stretch of a file and what a worker made of it.
pub(super) struct CommitInput<'b, B> {
    pub base: u64,
    pub bytes: &'b [u8],
    /// Leads back to the source, where the bytes were made from one.
    pub origins: Option<&'b Origins>,
    pub eof: bool,
    pub run: Option<Run<B>>,
}

/// How far one file is read.
#[derive(Default)]
pub(super) struct Cursor {
    pub ledger: Ledger,
    pub stats: super::SelectionStats,
    pub duplicates: u64,
    /// DuplicateFilter among all events, where a question is asked of all of them.
    pub all_duplicates: u64,
    state: ScanState,
    /// The bytes from `state.at` up to the end of the last part.
    carry: Vec<u8>,
    /// Leads back to the source of the carried bytes and of those at hand.
    origins: Option<Origins>,
    /// How many of them a run has already found too few.
    tried: usize,
}

impl Cursor {
    /// Where the account stands.
    pub fn at(&self) -> u64 {
        self.source_of(self.state.at)
    }

    /// All bytes that were read, once the file has ended.
    pub fn end(&self) -> u64 {
        self.source_of(self.state.at + self.carry.len() as u64)
    }

    fn source_of(&self, place: u64) -> u64 {
        source_of(self.origins.as_ref(), place)
    }
}

/// Events without their duplicates.
#[derive(Default)]
pub(super) struct Census {
    pub totals: Totals,
    pub duplicates: DuplicateFilter,
}

/// Which of the events of a run are no duplicates.
struct Deduplicated {
    /// An entry for each event, up to the last one that is wanted.
    kept: Vec<bool>,
    dropped: u64,
    /// Events up to the limit, if that was reached.
    last: Option<usize>,
}

/// Commits runs: drops duplicates, stops at the limit, hands rows on.
pub(super) struct Commit<'c, Q: Question, A> {
    pub shared: &'c SharedState<'c, Q>,
    pub answer: &'c mut A,
    /// The selected events.
    pub selected: Census,
    /// All events, where a question is asked of all of them and others than those are selected.
    pub all_events: Option<Census>,
    pub scanner: Scanner,
}

impl<Q: Question, A: Answer<Q::Batch>> Commit<'_, Q, A> {
    /// Adds the next part of a file.
    pub fn part(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        part: CommitInput<'_, Q::Batch>,
    ) -> io::Result<ControlFlow<()>> {
        if let Some(origins) = part.origins {
            let known = cursor.origins.get_or_insert_default();
            known.forget(cursor.state.at);
            known.extend(origins);
        }
        self.add(cursor, file, part)
    }

    fn add(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        part: CommitInput<'_, Q::Batch>,
    ) -> io::Result<ControlFlow<()>> {
        let mut fresh = part.bytes;
        // A value longer than a part is tried again only when twice as much of it is there.
        let waits =
            cursor.tried > fresh.len() && cursor.carry.len() + fresh.len() < 2 * cursor.tried;
        if let Some(run) = part.run.filter(|_| !waits) {
            if cursor.state != run.from {
                let head = (run.from.at - part.base) as usize;
                let take = fresh.len().min(head + LOOKAHEAD);
                cursor.carry.extend_from_slice(&fresh[..take]);
                fresh = &fresh[take..];
                let eof = part.eof && fresh.is_empty();
                if self.read(cursor, file, run.from.at, eof)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if cursor.state == run.from {
                cursor.carry.clear();
                let rest = (run.to.at - part.base) as usize;
                cursor.carry.extend_from_slice(&part.bytes[rest..]);
                cursor.tried = cursor.carry.len();
                let from = (run.from.at - part.base) as usize;
                let span = RunInput {
                    bytes: &part.bytes[from..],
                    origins: part.origins,
                    from: run.from,
                    until: u64::MAX,
                    eof: part.eof,
                    most: None,
                };
                let is_full = run.piece.is_full();
                let flow = self.absorb(cursor, file, run, span)?;
                if is_full && flow.is_continue() {
                    return self.read(cursor, file, u64::MAX, part.eof);
                }
                return Ok(flow);
            }
        }
        cursor.carry.extend_from_slice(fresh);
        if !part.eof && cursor.carry.len() < 2 * cursor.tried {
            return Ok(ControlFlow::Continue(()));
        }
        self.read(cursor, file, u64::MAX, part.eof)
    }

    /// Reads what is carried, from the true state, up to `until`.
    fn read(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        until: u64,
        eof: bool,
    ) -> io::Result<ControlFlow<()>> {
        let carry = std::mem::take(&mut cursor.carry);
        let origins = cursor.origins.take();
        let mut read = 0;
        let flow = loop {
            let span = RunInput {
                bytes: &carry[read..],
                origins: origins.as_ref(),
                from: cursor.state,
                until,
                eof,
                most: None,
            };
            let run = self.shared.run(&mut self.scanner, file, span);
            read += (run.to.at - run.from.at) as usize;
            let is_full = run.piece.is_full();
            let flow = self.absorb(cursor, file, run, span)?;
            if flow.is_break() || !is_full {
                break flow;
            }
        };
        cursor.origins = origins;
        cursor.carry = carry;
        cursor.carry.drain(..read);
        cursor.tried = cursor.carry.len();
        Ok(flow)
    }

    /// Adds a run whose start is where the account stands.
    fn absorb(
        &mut self,
        cursor: &mut Cursor,
        file: &str,
        mut run: Run<Q::Batch>,
        span: RunInput<'_>,
    ) -> io::Result<ControlFlow<()>> {
        let Deduplicated {
            kept,
            dropped,
            last,
        } = self
            .selected
            .deduplicate(&run.selected, &mut self.scanner, file, span);
        if last.is_some() {
            // The account ends behind the last event that was asked for, wherever the run went on to.
            let span = RunInput { most: last, ..span };
            run = self.shared.run(&mut self.scanner, file, span);
        }
        let all = self.all_events.as_mut().map(|all_events| {
            all_events.deduplicate(&run.all_events, &mut self.scanner, file, span)
        });
        cursor.state = run.to;
        cursor.duplicates += dropped;
        cursor.all_duplicates += all.as_ref().map_or(dropped, |all| all.dropped);
        cursor.ledger.absorb(run.piece);
        cursor.stats.merge(run.stats);
        let all = all.as_ref().map_or(&kept, |all| &all.kept);
        let flow = self.answer.add_with_all(run.batch, &kept, all)?;
        if last.is_some() || flow.is_break() {
            self.selected.totals.stopped = Some(Stopped {
                file: file.to_owned(),
                at: source_of(span.origins, cursor.state.at),
            });
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Census {
    /// Tells new events from duplicates.
    fn deduplicate(
        &mut self,
        events: &[EventStub],
        scanner: &mut Scanner,
        file: &str,
        span: RunInput<'_>,
    ) -> Deduplicated {
        let mut sifted = Deduplicated {
            kept: Vec::with_capacity(events.len()),
            dropped: 0,
            last: None,
        };
        for (nth, selected) in events.iter().enumerate() {
            let novelty = match selected.identifier {
                Some(identifier) => self.duplicates.take(identifier),
                None => Novelty::New,
            };
            if novelty == Novelty::OtherCall {
                self.totals.conflict_count += 1;
                if self.totals.names_conflicts() {
                    let conflict = conflict(scanner, file, selected.at, span);
                    self.totals.conflicts.push(conflict);
                }
            }
            let keep = novelty != Novelty::Duplicate;
            sifted.dropped += u64::from(!keep);
            sifted.kept.push(keep);
            if keep {
                self.totals.kept += 1;
                if self.totals.limit == Some(self.totals.kept) {
                    sifted.last = Some(nth + 1);
                    break;
                }
            }
        }
        sifted
    }
}

/// Names an event whose id stands on another event: reads up to it once more, for its id.
fn conflict(scanner: &mut Scanner, file: &str, at: u64, span: RunInput<'_>) -> Conflict {
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
    let mut piece = ScanFacts::default();
    let RunInput {
        bytes,
        origins,
        from,
        until,
        eof,
        ..
    } = span;
    scanner.run_made(bytes, origins, from, until, eof, &mut visit, &mut piece);
    Conflict {
        id,
        file: file.to_owned(),
        at,
    }
}
