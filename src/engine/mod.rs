//! The pipeline: inputs in, answers out, in parallel and in order.
//!
//! ```text
//!   items ─▶ feeder ─▶ stretches ─▶ workers: read, guess a start, run ─▶ commit, in order ─▶ answer
//!            (reads    (bounded                                          (one place: account,
//!             streams)  window)                                           duplicates, limit)
//! ```
//!
//! A worker asks a [`Question`] of every selected event and fills a batch; the commit drops duplicates
//! and hands the batch to the [`Answer`]. Rows, totals and findings are the same for any number of
//! workers and any size of piece.
//!
//! Not for: what is asked (`tally`, `cli`), how bytes become events (`dump`).

mod block_reader;
mod buffers;
mod collect;
mod combine;
mod commit;
mod dual;
mod duplicates;
mod run;
mod source;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};
use std::thread;

pub use dual::ask_with_all;
pub use run::SelectionStats;

use crate::dump::{
    ByteCounts, Content, EventLimits, Finding, ScanState, Scanner, UnsupportedShape, guess_start,
};
use crate::event::{Context, Event};
use crate::input::{FileStamp, Input, Spool, UnpackLimits};
use crate::select::Selection;
use crate::time::{TimeFormat, Zone};
use buffers::Buffers;
use collect::Collect;
use commit::{Census, Commit};
use duplicates::Identifiers;
use run::{Run, RunInput, SharedState};
use source::{ChunkTask, Feeder, LoadedChunk};

/// What is asked of every selected event, on any worker.
pub trait Question: Sync {
    /// What the answers of one run are buffer in.
    type Batch: Default + Send;

    /// Whether [`observe_all`](Self::pass) asks anything. Only [`ask_with_all`] does.
    const OBSERVES_ALL: bool = false;

    /// Whether outcomes matter to it: then one id on a call that was refused and on one that worked are two events.
    /// To know that costs a look into every record.
    fn distinguishes_outcomes(&self) -> bool {
        true
    }

    /// Appends what the event that was taken last came to, where nothing may hide behind another event with its id:
    /// events of one id that come to different things are two events.
    fn dedup_discriminant(&self, batch: &Self::Batch, into: &mut Vec<u8>) {
        let _ = (batch, into);
    }

    /// Adds one event, selected or not.
    fn observe_all(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        let _ = (event, context, batch);
    }

    /// Adds one event. Called in the order of the file within a batch.
    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch);
}

/// Where batches come together.
pub trait Answer<B> {
    /// Adds a batch, in order. `kept` has an entry for each event of the batch: `false` for duplicates.
    ///
    /// # Errors
    /// Those of the writer behind it.
    fn add(&mut self, batch: B, kept: &[bool]) -> io::Result<ControlFlow<()>>;

    /// The same for a question that [passes](Question::PASSES): `all` is to all events what `kept` is to those
    /// selected.
    ///
    /// # Errors
    /// Those of the writer behind it.
    fn add_with_all(
        &mut self,
        batch: B,
        kept: &[bool],
        all: &[bool],
    ) -> io::Result<ControlFlow<()>> {
        let _ = all;
        self.add(batch, kept)
    }

    /// The same as [`close`](Self::close) for a question that [passes](Question::PASSES), with the counts of all
    /// events.
    fn close_with_all(&mut self, file: &FileReport, all: &FileReport) {
        let _ = all;
        self.close(file);
    }

    /// Told when an input has ended: the batches before belong to it, as far as to the input before.
    fn close(&mut self, file: &FileReport) {
        let _ = file;
    }
}

/// How a question is asked.
#[derive(Clone, Copy)]
pub struct Settings<'s> {
    /// Which events.
    pub selection: &'s Selection,
    /// The zone for printed times.
    pub zone: &'s Zone,
    /// How times are printed.
    pub format: &'s TimeFormat,
    /// Count the same event as often as it occurs.
    pub keep_duplicates: bool,
    /// Stop behind this many events.
    pub limit: Option<u64>,
    /// Workers; 1 does everything on the calling thread.
    pub threads: usize,
    /// Bytes of a piece.
    pub chunk_size: usize,
    /// Bounds on events.
    pub limits: EventLimits,
    /// Bounds on what packed inputs unpack to.
    pub unpacking: UnpackLimits,
    /// Called with the bytes read so far (packed, where the input is) as work is committed.
    pub progress: &'s (dyn Fn(u64) + Sync),
}

impl<'s> Settings<'s> {
    /// Everything once, without a limit, on the calling thread alone.
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

/// The size of a piece that stays in a core's cache.
pub const CHUNK_SIZE: usize = 1 << 20;

/// Where an input comes from.
#[derive(Clone)]
pub enum ItemSource {
    /// A file or standard input.
    Input(Input),
    /// A pipe that was kept to be read twice.
    Spool(Arc<Spool>),
}

/// An input and what it is called.
#[derive(Clone)]
pub struct Item {
    /// As typed.
    pub shown: String,
    /// The directory argument it was found under, by index; `None` for one that was named itself.
    pub root: Option<usize>,
    /// Where its bytes are.
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

/// What one input came to.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As typed.
    pub shown: String,
    /// The directory argument it was found under.
    pub root: Option<usize>,
    /// Bytes and events.
    pub byte_counts: ByteCounts,
    /// What it is.
    pub content: Content,
    /// What to tell about it.
    pub findings: Vec<Finding>,
    /// Why it could not be opened, or not be read to its end.
    pub error: Option<String>,
    /// Reading ended at a limit on packed files; the error names the flag that raises it.
    pub met_limit: bool,
    /// It could not be opened at all.
    pub failed: bool,
    /// Counts of its events.
    pub stats: SelectionStats,
    /// Events dropped because they were there before.
    pub duplicates: u64,
    /// What it looks like if no event is found in it, told by its first bytes.
    pub unsupported: Option<UnsupportedShape>,
    /// It was refused by its first bytes, and has events in it all the same.
    pub unsupported_has_events: bool,
}

/// An id that stands on two different calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The id.
    pub id: String,
    /// The file of the later event.
    pub file: String,
    /// Its offset.
    pub at: u64,
}

/// Where reading stopped because enough was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The file.
    pub file: String,
    /// The first byte that was not looked at.
    pub at: u64,
}

/// What does not belong to one file.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Selected events, without duplicates.
    pub kept: u64,
    /// The first few ids that stand on two calls.
    pub conflicts: Vec<Conflict>,
    /// How many there are.
    pub conflict_count: u64,
    /// Set when the limit or the answer ended the reading.
    pub stopped: Option<Stopped>,
    limit: Option<u64>,
}

impl Totals {
    /// True while conflicts are still named one by one.
    fn names_conflicts(&self) -> bool {
        self.conflicts.len() < 3
    }
}

/// What a question came to, besides its answer.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// Every input that was looked at, in order.
    pub files: Vec<FileReport>,
    /// All of them together.
    pub totals: Totals,
    /// For each item that was opened, what its file was then; `None` for pipes.
    pub stamps: Vec<Option<FileStamp>>,
}

impl RunReport {
    /// Adds what came of further inputs, asked for themselves.
    pub fn append(&mut self, more: RunReport) {
        self.files.extend(more.files);
        self.stamps.extend(more.stamps);
        self.totals.kept += more.totals.kept;
        self.totals.conflicts.extend(more.totals.conflicts);
        self.totals.conflict_count += more.totals.conflict_count;
        self.totals.stopped = self.totals.stopped.take().or(more.totals.stopped);
    }

    /// The accounts of all files added up.
    pub fn byte_counts(&self) -> ByteCounts {
        let mut all = ByteCounts::default();
        for file in &self.files {
            all.add(&file.byte_counts);
        }
        all
    }

    /// The counts of all files added up.
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

/// Bytes of a file that tell what it is.
const HEAD: usize = UnsupportedShape::HEAD;

/// A stretch with what a worker made of it.
struct FinishedTask<B> {
    file: usize,
    stretch: LoadedChunk,
    run: Option<Run<B>>,
}

/// Asks a question of all events of all items.
///
/// # Errors
/// Those of the answer's writer; trouble with an input is part of the report.
pub fn ask<Q: Question, A: Answer<Q::Batch>>(
    items: &[Item],
    settings: &Settings<'_>,
    question: &Q,
    answer: &mut A,
) -> io::Result<RunReport> {
    Ok(ask_both(items, settings, question, answer)?.0)
}

/// The same, and of a question that passes what all events came to.
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
        while let Some((file, work)) = feeder.next() {
            let done = examine(&shared, items, file, work);
            if collect.add(done)?.is_break() {
                break;
            }
        }
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.threads - 1)
            .build()
            .map_err(io::Error::other)?;
        pool.in_place_scope(|scope| pipeline(scope, &shared, &mut feeder, &mut collect))?;
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

/// Keeps the workers busy, commits what they finish, in order, and works along rather than wait for them.
fn pipeline<'scope, 's: 'scope, Q: Question, A: Answer<Q::Batch>>(
    scope: &rayon::Scope<'scope>,
    shared: &'s SharedState<'s, Q>,
    feeder: &mut Feeder<'s>,
    collect: &mut Collect<'s, '_, Q, A>,
) -> io::Result<()> {
    let items = collect.items;
    let workers = shared.settings.threads as u64 - 1;
    let (send, receive) = mpsc::channel::<(u64, thread::Result<FinishedTask<Q::Batch>>)>();
    let mut waiting = BTreeMap::new();
    // Stretches: given out, of those to a worker, back from one, and committed.
    let (mut given, mut sent, mut back, mut committed) = (0u64, 0u64, 0u64, 0u64);
    let mut fed = true;
    let mut awaited = None;
    loop {
        for (sequence, done) in awaited.take().into_iter().chain(receive.try_iter()) {
            back += 1;
            // If a worker panicked, so does whoever waits for it.
            let done = done.unwrap_or_else(|cause| panic::resume_unwind(cause));
            waiting.insert(sequence, done);
        }
        while let Some(done) = waiting.remove(&committed) {
            committed += 1;
            if collect.add(done)?.is_break() {
                return Ok(());
            }
        }
        // With a limit, what is known is given out before anyone waits for more of a pipe.
        let most = if feeder.waits() { 1 } else { 2 * workers + 4 };
        if fed && given - committed < most {
            let Some((file, work)) = feeder.next() else {
                fed = false;
                continue;
            };
            let sequence = given;
            given += 1;
            if sent - back < 2 * workers {
                sent += 1;
                let send = send.clone();
                scope.spawn(move |_| {
                    let work = || examine(shared, items, file, work);
                    let done = panic::catch_unwind(AssertUnwindSafe(work));
                    // The receiver is gone only when the answer is complete.
                    let _ = send.send((sequence, done));
                });
            } else {
                waiting.insert(sequence, examine(shared, items, file, work));
            }
        } else if given == committed {
            return Ok(());
        } else {
            awaited = Some(receive.recv().map_err(io::Error::other)?);
        }
    }
}

/// What is done with a stretch: read it, find a place to begin, run.
fn examine<Q: Question>(
    shared: &SharedState<'_, Q>,
    items: &[Item],
    file: usize,
    work: ChunkTask,
) -> FinishedTask<Q::Batch> {
    thread_local! {
        static SCANNER: RefCell<Scanner> = RefCell::default();
    }
    let stretch = work.read(&shared.buffers, shared.settings);
    let start = if stretch.base == 0 {
        Some(0)
    } else {
        guess_start(&stretch.bytes)
    };
    let run = start
        .filter(|_| !stretch.too_big && !stretch.failed)
        .map(|start| {
            let from = ScanState {
                at: stretch.base + start as u64,
                ..ScanState::default()
            };
            let span = RunInput {
                bytes: &stretch.bytes[start..],
                origins: stretch.origins.as_ref(),
                from,
                until: u64::MAX,
                eof: stretch.eof,
                most: None,
            };
            SCANNER.with_borrow_mut(|scanner| {
                scanner.set_limits(shared.settings.limits);
                shared.run(scanner, &items[file].shown, span)
            })
        });
    FinishedTask { file, stretch, run }
}
