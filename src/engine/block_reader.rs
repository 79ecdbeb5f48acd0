//! A source that is read in order, in blocks: as it lies there, or through the transcoders that its first
//! bytes ask for.
//!
//! Not for: what is cut into ranges (`source`).

use std::sync::Arc;

use super::HEAD;
use crate::input::{RangeFile, ReadError, Stream};
use crate::transcode::{self, Origins, Recipe, SourceReader, TextChunk, Transcoder};

/// How much of a file that takes a transcoder is read at once.
const READ_SIZE: usize = 256 << 10;

/// A source on its way in.
pub(super) enum BlockReader {
    /// As it lies there.
    Plain(PlainReader),
    /// Text that is made from it.
    Made(Box<Transcoder>),
}

/// A stream whose first bytes were looked at.
pub(super) struct PlainReader {
    stream: Box<Stream>,
    head: Vec<u8>,
    /// How many bytes of the head were given out.
    taken: usize,
    /// How the stream ended, if it has.
    ended: Option<Result<(), ReadError>>,
    base: u64,
}

impl BlockReader {
    /// Looks at the first bytes of a stream. A transcoder waits for no row that is longer than `longest`.
    pub fn new(stream: Box<Stream>, longest: usize) -> BlockReader {
        let mut plain = PlainReader {
            stream,
            head: Vec::new(),
            taken: 0,
            ended: None,
            base: 0,
        };
        let mut head = Vec::new();
        plain.fill(&mut head, transcode::HEAD, transcode::HEAD);
        plain.head = head;
        match transcode::recognise(&plain.head) {
            None => BlockReader::Plain(plain),
            Some(recipe) => {
                let pull = move |buffer: &mut [u8]| {
                    let mut bytes = Vec::new();
                    plain.fill(&mut bytes, buffer.len(), 1);
                    buffer[..bytes.len()].copy_from_slice(&bytes);
                    match plain.ended.take().filter(|_| bytes.is_empty()) {
                        Some(Err(error)) => Err(error.into()),
                        _ => Ok(bytes.len()),
                    }
                };
                BlockReader::Made(Box::new(recipe.open(Box::new(pull), longest)))
            }
        }
    }

    /// The next block; `eager` takes what there is rather than wait for more.
    pub fn block(&mut self, size: usize, eager: bool) -> TextChunk {
        // Enough to tell what a file is must be there in any case.
        let enough = if eager { HEAD } else { size };
        match self {
            BlockReader::Plain(plain) => plain.block(size, enough),
            BlockReader::Made(transcoder) => transcoder.block(size, enough),
        }
    }
}

impl PlainReader {
    /// Adds bytes up to `size`, or until there are `enough`.
    fn fill(&mut self, bytes: &mut Vec<u8>, size: usize, enough: usize) {
        let head = self.head.get(self.taken..).unwrap_or_default();
        let known = head.len().min(size);
        bytes.extend_from_slice(&head[..known]);
        self.taken += known;
        let mut filled = bytes.len();
        bytes.resize(size, 0);
        while filled < enough.min(size) && self.ended.is_none() {
            match self.stream.read(&mut bytes[filled..]) {
                Ok(0) => self.ended = Some(Ok(())),
                Ok(read) => filled += read,
                Err(error) => self.ended = Some(Err(error)),
            }
        }
        bytes.truncate(filled);
    }

    fn block(&mut self, size: usize, enough: usize) -> TextChunk {
        let mut bytes = Vec::new();
        self.fill(&mut bytes, size, enough);
        let base = self.base;
        self.base += bytes.len() as u64;
        let is_last = self.taken == self.head.len();
        let (end, error) = match self.ended.take_if(|_| is_last && bytes.len() < size) {
            None => (false, None),
            Some(Ok(())) => (true, None),
            Some(Err(error)) => (true, Some(error.into())),
        };
        TextChunk {
            base,
            bytes,
            origins: Origins::default(),
            end,
            error,
        }
    }
}

/// What a regular file takes to be read, told by its first bytes; `None` when it is read in ranges.
pub(super) fn recipe_of(file: &RangeFile) -> Option<Recipe> {
    let mut head = [0; transcode::HEAD];
    // What can't be read is told when it is read.
    let count = file.read_at(0, &mut head).unwrap_or_default();
    transcode::recognise(&head[..count])
}

/// The bytes of a regular file, in order.
pub(super) fn pull_file(file: RangeFile) -> SourceReader {
    let mut at = 0;
    Box::new(move |buffer| {
        let length = buffer.len().min(READ_SIZE);
        match file.read_at(at, &mut buffer[..length]) {
            Ok(0) if at < file.len() => Err(shorter(&file, at).into()),
            Ok(count) => {
                at += count as u64;
                Ok(count)
            }
            Err(error) => Err(unreadable(at, &error).into()),
        }
    })
}

/// The bytes of what lies in memory, in order.
pub(super) fn pull_memory(bytes: Arc<Vec<u8>>) -> SourceReader {
    let mut at = 0;
    Box::new(move |buffer| {
        let rest = &bytes[at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        at += count;
        Ok(count)
    })
}

/// A file that is not as long as it was when it was opened, read up to `at`: some of that may have been read before.
pub(super) fn shorter(file: &RangeFile, at: u64) -> String {
    let end = file.len_now().map_or(at, |now| now.min(at));
    format!("the file became shorter while it was read: it now ends at byte {end}")
}

/// A file that can't be read any further.
pub(super) fn unreadable(at: u64, error: &std::io::Error) -> String {
    format!("cannot be read at byte {at}: {error}")
}
