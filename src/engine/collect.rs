//! Adds committed chunks up to files, and files up to a report.

use std::io;
use std::ops::ControlFlow;

use super::block_reader::BlockReader;
use super::chunk::LoadedChunk;
use super::commit::{Commit, Cursor};
use super::feeder;
use super::run::Run;
use super::{Answer, FileReport, FinishedTask, HEAD, Item, Question, SelectionStats};
use crate::dump::{ByteCounts, Content, Decoy, Finding, UnsupportedShape, mentions_events};
use crate::input::{Opened, ReadError};
use crate::transcode::SourceError;

/// Adds chunks up to files, and files up to a report.
pub(super) struct Collect<'c, 't, Q: Question, A> {
    pub items: &'c [Item],
    pub progress: u64,
    pub current: Option<CurrentFile>,
    pub files: Vec<FileReport>,
    /// The same with the counts of all events, if a second question is asked of all events.
    pub all_events: Vec<FileReport>,
    pub commit: Commit<'t, Q, A>,
}

/// The file that is being committed.
pub(super) struct CurrentFile {
    file: usize,
    cursor: Cursor,
    unsupported: Option<UnsupportedShape>,
    is_refused: bool,
    unsupported_has_events: bool,
    /// The bytes of the file, if its shape is not read.
    refused: u64,
    /// Its report is finished. Chunks that arrive later are dropped.
    ended: bool,
}

impl<Q: Question, A: Answer<Q::Batch>> Collect<'_, '_, Q, A> {
    /// Adds the next chunk.
    pub fn add(&mut self, mut done: FinishedTask<Q::Batch>) -> io::Result<ControlFlow<()>> {
        let run = done.run.take();
        let flow = self.chunk(done.file, &mut done.loaded, run);
        if done.loaded.is_reusable {
            self.commit.shared.buffers.give(done.loaded.block.bytes);
        }
        flow
    }

    fn chunk(
        &mut self,
        file: usize,
        loaded: &mut LoadedChunk,
        run: Option<Run<Q::Batch>>,
    ) -> io::Result<ControlFlow<()>> {
        if loaded.too_big {
            // None of its bytes are used: the stream starts again at the beginning.
            return self.stream(file);
        }
        let is_new = self.current.as_ref().is_none_or(|open| open.file != file);
        if is_new {
            self.open(file, &loaded.block.bytes);
        }
        let Some(open) = self.current.as_mut().filter(|open| !open.ended) else {
            return Ok(ControlFlow::Continue(()));
        };
        if open.is_refused {
            open.refused = loaded.source_end();
            if loaded.block.end {
                open.ended = true;
                self.finish(true, loaded.block.error.take(), false);
            }
            return Ok(ControlFlow::Continue(()));
        }
        let shown = &self.items[file].shown;
        let flow = self
            .commit
            .add(&mut open.cursor, shown, loaded.chunk(), run)?;
        self.progress += loaded.source_end() - loaded.source_start();
        (self.commit.shared.settings.progress)(self.progress);
        if loaded.block.end || flow.is_break() {
            open.ended = true;
            let error = loaded.block.error.take();
            self.finish(flow.is_continue(), error, loaded.failed);
        }
        Ok(flow)
    }

    /// Opens the next file, which begins with `bytes`.
    fn open(&mut self, file: usize, bytes: &[u8]) {
        self.end();
        let head = &bytes[..bytes.len().min(HEAD)];
        let unsupported = UnsupportedShape::of(head);
        let is_refused = unsupported.is_some_and(UnsupportedShape::is_refused);
        self.current = Some(CurrentFile {
            file,
            cursor: Cursor::default(),
            unsupported,
            is_refused,
            unsupported_has_events: is_refused && mentions_events(head),
            refused: 0,
            ended: false,
        });
    }

    /// Reads a packed file block by block on this thread, because it unpacks to more bytes than one worker should keep.
    fn stream(&mut self, file: usize) -> io::Result<ControlFlow<()>> {
        let item = &self.items[file];
        let settings = self.commit.shared.settings;
        let mut reader = match feeder::open(&item.source, &settings.unpacking) {
            Ok(Opened::Stream(stream)) => BlockReader::new(Box::new(stream), settings.limits.event),
            Ok(_) => {
                self.give_up(file, "changed while it was read".to_owned());
                return Ok(ControlFlow::Continue(()));
            }
            Err(error) => {
                self.give_up(file, error);
                return Ok(ControlFlow::Continue(()));
            }
        };
        // The first block must be long enough to recognise the kind of the file.
        let size = settings.chunk_size.max(HEAD);
        loop {
            let block = reader.block(size, false);
            let is_last = block.end;
            let flow = self.add(FinishedTask {
                file,
                loaded: block.into(),
                run: None,
            })?;
            if is_last || flow.is_break() {
                return Ok(flow);
            }
        }
    }

    /// Adds a file that could not be read.
    fn give_up(&mut self, file: usize, error: String) {
        self.open(file, &[]);
        self.finish(true, Some(error.into()), true);
        self.current = None;
    }

    /// Finishes the report of the current file.
    fn finish(&mut self, complete: bool, error: Option<SourceError>, failed: bool) {
        let Some(open) = self.current.as_mut() else {
            return;
        };
        let cursor = std::mem::take(&mut open.cursor);
        let bytes = if complete { cursor.end() } else { cursor.at() };
        let (byte_counts, content, findings) = if open.is_refused {
            refused(open.refused)
        } else {
            cursor.ledger.finish(bytes, complete)
        };
        let item = &self.items[open.file];
        let report = FileReport {
            shown: item.shown.clone(),
            root: item.root,
            byte_counts,
            content,
            findings,
            met_limit: error.as_deref().is_some_and(|error| {
                matches!(error.downcast_ref(), Some(ReadError::TooMuch { .. }))
            }),
            error: error.map(|error| error.to_string()),
            failed,
            stats: cursor.stats,
            duplicates: cursor.duplicates,
            unsupported: open.unsupported,
            unsupported_has_events: open.unsupported_has_events,
        };
        if Q::OBSERVES_ALL {
            let all_events = FileReport {
                stats: SelectionStats {
                    selected: report.byte_counts.events,
                    unreadable: report.stats.unreadable,
                    first_unreadable: report.stats.first_unreadable,
                    ..SelectionStats::default()
                },
                duplicates: cursor.all_duplicates,
                ..report.clone()
            };
            self.commit.answer.close_with_all(&report, &all_events);
            self.all_events.push(all_events);
        } else {
            self.commit.answer.close(&report);
        }
        self.files.push(report);
    }

    /// Finishes the current file if its end was not reached.
    pub fn end(&mut self) {
        if self.current.as_ref().is_some_and(|open| !open.ended) {
            self.finish(false, None, false);
        }
        self.current = None;
    }
}

/// The byte counts of a file whose shape is not read: all of it is skipped.
fn refused(bytes: u64) -> (ByteCounts, Content, Vec<Finding>) {
    let byte_counts = ByteCounts {
        bytes,
        skipped: bytes,
        ..ByteCounts::default()
    };
    (byte_counts, Content::Foreign(Decoy::Other), Vec::new())
}
