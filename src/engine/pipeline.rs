//! Schedules tasks: keeps the workers busy and commits what they finish, in order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc;
use std::thread;

use super::chunk::{ChunkTask, LoadedChunk};
use super::collect::Collect;
use super::feeder::Feeder;
use super::run::{Run, RunInput, SharedState};
use super::{Answer, Item, Question};
use crate::dump::{Mode, Scanner, guess_start};

/// A loaded chunk and the run over it, if there was one.
pub(super) struct FinishedTask<B> {
    pub file: usize,
    pub loaded: LoadedChunk,
    pub run: Option<Run<B>>,
}

/// Processes all tasks in parallel. The calling thread feeds, commits, and processes tasks itself rather than wait for
/// the workers.
pub(super) fn drive<'scope, 's: 'scope, Q: Question, A: Answer<Q::Batch>>(
    scope: &rayon::Scope<'scope>,
    shared: &'s SharedState<'s, Q>,
    feeder: &mut Feeder<'s>,
    collect: &mut Collect<'s, '_, Q, A>,
) -> io::Result<()> {
    let items = collect.items;
    let workers = shared.settings.threads as u64 - 1;
    let (send, receive) = mpsc::channel::<(u64, thread::Result<FinishedTask<Q::Batch>>)>();
    // Finished tasks that wait for an earlier one, by their sequence number.
    let mut waiting = BTreeMap::new();
    // Numbers of tasks: started, of those given to a worker, returned by workers, committed.
    let (mut started, mut sent, mut returned, mut committed) = (0u64, 0u64, 0u64, 0u64);
    let mut has_more = true;
    let mut awaited = None;
    loop {
        for (sequence, done) in awaited.take().into_iter().chain(receive.try_iter()) {
            returned += 1;
            // A panic of a worker continues on this thread: its task would never be committed.
            let done = done.unwrap_or_else(|cause| panic::resume_unwind(cause));
            waiting.insert(sequence, done);
        }
        while let Some(done) = waiting.remove(&committed) {
            committed += 1;
            if collect.add(done)?.is_break() {
                return Ok(());
            }
        }
        // The window bounds memory. If the next task may wait for a pipe, everything before it is committed first, so that
        // finished rows are printed at once.
        let most = if feeder.waits() { 1 } else { 2 * workers + 4 };
        if has_more && started - committed < most {
            let Some((file, task)) = feeder.next() else {
                has_more = false;
                continue;
            };
            let sequence = started;
            started += 1;
            // Two tasks per worker keep it busy while this thread commits. Further ones are processed here.
            if sent - returned < 2 * workers {
                sent += 1;
                let send = send.clone();
                scope.spawn(move |_| {
                    let work = || process(shared, items, file, task);
                    let done = panic::catch_unwind(AssertUnwindSafe(work));
                    // The receiver no longer exists if the answer is already complete.
                    let _ = send.send((sequence, done));
                });
            } else {
                waiting.insert(sequence, process(shared, items, file, task));
            }
        } else if started == committed {
            return Ok(());
        } else {
            awaited = Some(receive.recv().map_err(io::Error::other)?);
        }
    }
}

/// Processes one task: loads its bytes, guesses where the first event begins, scans from there.
pub(super) fn process<Q: Question>(
    shared: &SharedState<'_, Q>,
    items: &[Item],
    file: usize,
    task: ChunkTask,
) -> FinishedTask<Q::Batch> {
    thread_local! {
        static SCANNER: RefCell<Scanner> = RefCell::default();
    }
    let loaded = task.load(&shared.buffers, shared.settings);
    let chunk = loaded.chunk();
    let start = if chunk.base == 0 {
        Some(0)
    } else {
        // Without a guess there is no run, and the commit scans the chunk.
        guess_start(chunk.bytes)
    };
    let run = start
        .filter(|_| !loaded.too_big && !loaded.failed)
        .map(|start| {
            let input = RunInput {
                chunk: chunk.starting_at(chunk.base + start as u64),
                mode: Mode::Json,
                until: u64::MAX,
                most: None,
            };
            SCANNER.with_borrow_mut(|scanner| {
                scanner.set_limits(shared.settings.limits);
                shared.run(scanner, &items[file].shown, input)
            })
        });
    FinishedTask { file, loaded, run }
}
