//! From committed stretches to files, and from files to a report.
//!
//! Not for: what a run of the scanner found (`commit`).

use std::io;
use std::ops::ControlFlow;

use super::block_reader::BlockReader;
use super::commit::{Commit, CommitInput, Cursor};
use super::run::Run;
use super::source::{self, LoadedChunk};
use super::{Answer, FileReport, FinishedTask, HEAD, Item, Question, SelectionStats};
use crate::dump::{ByteCounts, Content, Decoy, Finding, UnsupportedShape, mentions_events};
use crate::input::{Opened, ReadError};
use crate::transcode::SourceError;

/// Adds stretches up to files, and files up to a report.
pub(super) struct Collect<'c, 't, Q: Question, A> {
    pub items: &'c [Item],
    pub progress: u64,
    pub current: Option<CurrentFile>,
    pub files: Vec<FileReport>,
    /// The same with the counts of all events, where a question is asked of all of them.
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
    /// The bytes of a shape that is not read.
    refused: u64,
    /// Nothing that comes for it later is read.
    ended: bool,
}

impl<Q: Question, A: Answer<Q::Batch>> Collect<'_, '_, Q, A> {
    /// Adds the next stretch.
    pub fn add(&mut self, mut done: FinishedTask<Q::Batch>) -> io::Result<ControlFlow<()>> {
        let run = done.run.take();
        let flow = self.stretch(done.file, &mut done.stretch, run);
        if done.stretch.is_reusable {
            self.commit.shared.buffers.give(done.stretch.bytes);
        }
        flow
    }

    fn stretch(
        &mut self,
        file: usize,
        stretch: &mut LoadedChunk,
        run: Option<Run<Q::Batch>>,
    ) -> io::Result<ControlFlow<()>> {
        if stretch.too_big {
            // Its bytes come with the blocks.
            return self.stream(file);
        }
        let is_new = self.current.as_ref().is_none_or(|open| open.file != file);
        if is_new {
            self.open(file, &stretch.bytes);
        }
        let Some(open) = self.current.as_mut().filter(|open| !open.ended) else {
            return Ok(ControlFlow::Continue(()));
        };
        if open.is_refused {
            open.refused = stretch.source_end();
            if stretch.eof {
                open.ended = true;
                self.finish(true, stretch.error.take(), false);
            }
            return Ok(ControlFlow::Continue(()));
        }
        let shown = &self.items[file].shown;
        let part = CommitInput {
            base: stretch.base,
            bytes: &stretch.bytes,
            origins: stretch.origins.as_ref(),
            eof: stretch.eof,
            run,
        };
        let flow = self.commit.part(&mut open.cursor, shown, part)?;
        self.progress += stretch.source_end() - stretch.source_start();
        (self.commit.shared.settings.progress)(self.progress);
        if stretch.eof || flow.is_break() {
            open.ended = true;
            self.finish(flow.is_continue(), stretch.error.take(), stretch.failed);
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

    /// Reads a packed file block by block, here and now: one that turned out larger than it looked.
    fn stream(&mut self, file: usize) -> io::Result<ControlFlow<()>> {
        let item = &self.items[file];
        let settings = self.commit.shared.settings;
        let mut flow = match source::open(&item.source, &settings.unpacking) {
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
        // The first block is long enough to tell what the file is.
        let size = settings.chunk_size.max(HEAD);
        loop {
            let stretch = flow.block(size, false).into();
            let LoadedChunk { eof, .. } = stretch;
            let run = None;
            let went = self.add(FinishedTask { file, stretch, run })?;
            if eof || went.is_break() {
                return Ok(went);
            }
        }
    }

    /// Adds a file that could not be read.
    fn give_up(&mut self, file: usize, error: String) {
        self.open(file, &[]);
        self.finish(true, Some(error.into()), true);
        self.current = None;
    }

    /// Closes the file at hand.
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

    /// Closes the file at hand if it was left open: its reading was given up.
    pub fn end(&mut self) {
        if self.current.as_ref().is_some_and(|open| !open.ended) {
            self.finish(false, None, false);
        }
        self.current = None;
    }
}

/// The account of a file that is not read because its shape is unsupported: skipped, all of it.
fn refused(bytes: u64) -> (ByteCounts, Content, Vec<Finding>) {
    let byte_counts = ByteCounts {
        bytes,
        skipped: bytes,
        ..ByteCounts::default()
    };
    (byte_counts, Content::Foreign(Decoy::Other), Vec::new())
}
