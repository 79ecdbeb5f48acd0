//! A source that is read in order, in blocks: unchanged, or through the transcoders that its first bytes call for.

use std::sync::Arc;

use super::HEAD;
use crate::input::{RangeFile, ReadError, Stream};
use crate::transcode::{self, Origins, Recipe, SourceReader, TextChunk, Transcoder};

/// How many bytes of a file are read at once for a transcoder.
const READ_SIZE: usize = 256 << 10;

/// A source that is read block by block.
pub(super) enum BlockReader {
    /// Its bytes, unchanged.
    Plain(PlainReader),
    /// The text that is transcoded from it.
    Transcoded(Box<Transcoder>),
}

/// A stream whose first bytes were read to recognise its shape.
pub(super) struct PlainReader {
    stream: Box<Stream>,
    head: Vec<u8>,
    /// How many bytes of the head were returned.
    taken: usize,
    /// How the stream ended, if it did.
    ended: Option<Result<(), ReadError>>,
    base: u64,
}

impl BlockReader {
    /// Recognises the shape of a stream by its first bytes. A transcoder waits for rows of at most `longest` bytes.
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
                BlockReader::Transcoded(Box::new(recipe.open(Box::new(pull), longest)))
            }
        }
    }

    /// The next block. If `eager`, a block may be shorter than `size` rather than wait for more bytes.
    pub fn block(&mut self, size: usize, eager: bool) -> TextChunk {
        // The first block must be long enough to recognise the kind of the file.
        let enough = if eager { HEAD } else { size };
        match self {
            BlockReader::Plain(plain) => plain.block(size, enough),
            BlockReader::Transcoded(transcoder) => transcoder.block(size, enough),
        }
    }
}

impl PlainReader {
    /// Adds up to `size` bytes; stops at `enough` rather than wait for more.
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

/// The transcoders that a regular file needs, by its first bytes; `None` if it is read in ranges.
pub(super) fn recipe_of(file: &RangeFile) -> Option<Recipe> {
    let mut head = [0; transcode::HEAD];
    // If this fails, reading the first range fails as well, and reports it.
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

/// The bytes of a file in memory, in order.
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

/// The error for a file that is shorter than when it was opened. It was read up to `at`, but may be even shorter now.
pub(super) fn shorter(file: &RangeFile, at: u64) -> String {
    let end = file.len_now().map_or(at, |now| now.min(at));
    format!("the file became shorter while it was read: it now ends at byte {end}")
}

/// The error for a file that cannot be read at `at`.
pub(super) fn unreadable(at: u64, error: &std::io::Error) -> String {
    format!("cannot be read at byte {at}: {error}")
}
