//! The engine: asks a question of all events of all inputs, in parallel, with results in input order.
//!
//! ```text
//!   items ─▶ feeder ─▶ tasks ──▶ workers: load, guess a start, scan ─▶ commit, in order ─▶ answer
//!            (reads    (bounded                                        (one thread: byte counts,
//!             streams)  window)                                         duplicates, limit)
//! ```
//!
//! A worker asks a [`Question`] of every selected event and fills a batch. The commit finds the duplicates in the batch
//! and hands it to the [`Answer`]. Answers, byte counts and findings are the same for any number of worker threads and any
//! chunk size.
//!
//! # Why it is built this way
//!
//! **Speculative starts.** A file has no index of its events, so a worker that gets a chunk from the middle of a file
//! guesses where the next event begins and scans from there. The commit checks each guess against the end of the chunk
//! before it and scans the chunk again if the guess was wrong (`commit`).
//!
//! **Order.** Only the commit knows which event came first, so only it decides which event is a duplicate, which events
//! are within a limit, and in which order an answer sees batches. Workers never depend on each other.
//!
//! **Memory.** At most `2 × (threads - 1) + 4` chunks are in progress at a time, so memory does not grow with the input.
//! What grows is what must: 20 to 39 bytes per event to find duplicates (`duplicates`), and whatever the answer keeps.
//!
//! | file | content |
//! |---|---|
//! | `feeder`, `block_reader` | split inputs into tasks |
//! | `chunk`, `buffers` | load the bytes of a task |
//! | `run` | scan one chunk and ask the question |
//! | `pipeline` | schedule tasks on worker threads |
//! | `commit`, `duplicates` | put runs together in order |
//! | `collect`, `report` | results per file and in total |
//! | `combine`, `dual` | several questions in one pass |

mod block_reader;
mod buffers;
mod chunk;
mod collect;
mod combine;
mod commit;
mod dual;
mod duplicates;
mod feeder;
mod pipeline;
mod report;
mod run;

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

pub use dual::ask_with_all;
pub use report::{Conflict, FileReport, RunReport, Stopped, Totals};
pub use run::SelectionStats;

use crate::dump::{EventLimits, Scanner, UnsupportedShape};
use crate::event::{Context, Event};
use crate::input::{Input, Spool, UnpackLimits};
use crate::select::Selection;
use crate::time::{TimeFormat, Zone};
use buffers::Buffers;
use collect::Collect;
use commit::{Census, Commit};
use duplicates::Identifiers;
use feeder::Feeder;
use pipeline::FinishedTask;
use run::SharedState;

/// A question about events. Workers ask it of every selected event.
pub trait Question: Sync {
    /// Collects the results of one run, until an [`Answer`] adds them up.
    type Batch: Default + Send;

    /// True if [`observe_all`](Self::observe_all) does anything. Only [`ask_with_all`] needs it.
    const OBSERVES_ALL: bool = false;

    /// True if two calls with one event id, one of which failed, must count as two events. This requires reading every
    /// record.
    fn distinguishes_outcomes(&self) -> bool {
        true
    }

    /// Appends the values that distinguish the event that was observed last from other events with the same id. Two
    /// events that share an id but differ in these bytes are counted separately.
    ///
    /// CloudTrail's ids are unique, but edited or generated dumps repeat them. A question whose answer must not lose
    /// such an event appends everything the answer depends on.
    fn dedup_discriminant(&self, batch: &Self::Batch, into: &mut Vec<u8>) {
        let _ = (batch, into);
    }

    /// Observes an event, selected or not. Called after [`observe`](Self::observe).
    fn observe_all(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        let _ = (event, context, batch);
    }

    /// Observes a selected event. The events of a batch come in file order.
    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch);
}

/// Adds batches up. Called on one thread, in input order.
pub trait Answer<B> {
    /// Adds a batch. `kept` has one entry per selected event of the batch: `false` for a duplicate. It may be shorter
    /// than the batch if a limit is reached. `Break` ends reading.
    ///
    /// # Errors
    /// Those of the writer that receives the results.
    fn add(&mut self, batch: B, kept: &[bool]) -> io::Result<ControlFlow<()>>;

    /// As [`add`](Self::add) for a question that [observes all](Question::OBSERVES_ALL) events: `all` has one entry per
    /// event, selected or not.
    ///
    /// # Errors
    /// Those of the writer that receives the results.
    fn add_with_all(
        &mut self,
        batch: B,
        kept: &[bool],
        all: &[bool],
    ) -> io::Result<ControlFlow<()>> {
        let _ = all;
        self.add(batch, kept)
    }

    /// As [`close`](Self::close) for a question that [observes all](Question::OBSERVES_ALL) events. `all` has the counts
    /// over all events.
    fn close_with_all(&mut self, file: &FileReport, all: &FileReport) {
        let _ = all;
        self.close(file);
    }

    /// Called at the end of an input. The batches since the end of the previous input belong to this one.
    fn close(&mut self, file: &FileReport) {
        let _ = file;
    }
}

/// How a question is asked.
#[derive(Clone, Copy)]
pub struct Settings<'s> {
    /// Which events.
    pub selection: &'s Selection,
    /// The time zone of printed times.
    pub zone: &'s Zone,
    /// The format of printed times.
    pub format: &'s TimeFormat,
    /// Count duplicates as often as they occur.
    pub keep_duplicates: bool,
    /// Stop after this many events.
    pub limit: Option<u64>,
    /// Number of worker threads, including the calling thread. 1 does everything on the calling thread.
    pub threads: usize,
    /// Length of a chunk, in bytes.
    pub chunk_size: usize,
    /// Limits on single events.
    pub limits: EventLimits,
    /// Limits on unpacked inputs.
    pub unpacking: UnpackLimits,
    /// Called after each commit with the number of bytes read so far (packed bytes, if the input is packed).
    pub progress: &'s (dyn Fn(u64) + Sync),
}

impl<'s> Settings<'s> {
    /// One thread, duplicates dropped, no limit.
    pub fn new(selection: &'s Selection, zone: &'s Zone, format: &'s TimeFormat) -> Settings<'s> {
        Settings {
            selection,
            zone,
            format,
            keep_duplicates: false,
            limit: None,
            threads: 1,
            chunk_size: CHUNK_SIZE,
            limits: EventLimits::default(),
            unpacking: UnpackLimits::default(),
            progress: &|_| (),
        }
    }
}

/// The default length of a chunk, in bytes. A chunk of this size fits the cache of one core.
pub const CHUNK_SIZE: usize = 1 << 20;

/// Where the bytes of an item come from.
#[derive(Clone)]
pub enum ItemSource {
    /// A file or standard input.
    Input(Input),
    /// A pipe whose content was saved because it is read more than once.
    Spool(Arc<Spool>),
}

/// An input and its name.
#[derive(Clone)]
pub struct Item {
    /// The name as the user typed it, or the path found below a directory that was typed.
    pub shown: String,
    /// The index of the directory argument it was found under; `None` if it was named itself.
    pub root: Option<usize>,
    /// Where its bytes come from.
    pub source: ItemSource,
}

impl From<&Input> for Item {
    fn from(input: &Input) -> Item {
        Item {
            shown: input.shown().into_owned(),
            root: input.root,
            source: ItemSource::Input(input.clone()),
        }
    }
}

/// The number of first bytes that decide what kind of file it is.
const HEAD: usize = UnsupportedShape::HEAD;

/// Asks a question of all selected events of all items.
///
/// # Errors
/// Those of the answer's writer. An input that cannot be opened or read is no error: it is reported in its
/// [`FileReport`].
pub fn ask<Q: Question, A: Answer<Q::Batch>>(
    items: &[Item],
    settings: &Settings<'_>,
    question: &Q,
    answer: &mut A,
) -> io::Result<RunReport> {
    Ok(ask_both(items, settings, question, answer)?.0)
}

/// As [`ask`], with the report over all events if the question observes all events.
fn ask_both<Q: Question, A: Answer<Q::Batch>>(
    items: &[Item],
    settings: &Settings<'_>,
    question: &Q,
    answer: &mut A,
) -> io::Result<(RunReport, Option<RunReport>)> {
    let shared = SharedState {
        settings,
        question,
        identifiers: Identifiers::default(),
        any_selected: AtomicBool::new(false),
        any_refused: AtomicU64::new(0),
        buffers: Buffers::default(),
    };
    let totals = Totals {
        limit: settings.limit,
        ..Totals::default()
    };
    let mut collect = Collect {
        items,
        progress: 0,
        current: None,
        files: Vec::new(),
        all_events: Vec::new(),
        commit: Commit {
            shared: &shared,
            answer,
            selected: Census {
                totals,
                ..Census::default()
            },
            all_events: shared.observes_all().then(Census::default),
            scanner: Scanner::new(settings.limits),
        },
    };
    let mut feeder = Feeder::new(items, settings);
    if settings.threads <= 1 {
        while let Some((file, task)) = feeder.next() {
            let done = pipeline::process(&shared, items, file, task);
            if collect.add(done)?.is_break() {
                break;
            }
        }
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.threads - 1)
            .build()
            .map_err(io::Error::other)?;
        pool.in_place_scope(|scope| pipeline::drive(scope, &shared, &mut feeder, &mut collect))?;
    }
    collect.end();
    let stamps = feeder.stamps;
    let Commit {
        selected,
        all_events,
        ..
    } = collect.commit;
    let all_events = Q::OBSERVES_ALL.then(|| RunReport {
        files: collect.all_events,
        totals: all_events.map_or_else(|| selected.totals.clone(), |all_events| all_events.totals),
        stamps: stamps.clone(),
    });
    let report = RunReport {
        files: collect.files,
        totals: selected.totals,
        stamps,
    };
    Ok((report, all_events))
}
