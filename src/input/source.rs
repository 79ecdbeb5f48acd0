//! The packed side of a stream: bytes as they arrive, with a look ahead and a count of what was
//! consumed.
//!
//! Not for: unpacking (see `gzip` and `zstd`), or for telling what the bytes are.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// How much of a packed source is read at once.
const CHUNK: usize = 64 * 1024;

/// Packed bytes that a decoder takes from the front. Nothing may ask to see more than a few bytes
/// at once.
pub(super) trait Packed {
    /// What comes next: at least `want` bytes, fewer only where the source ends.
    fn peek(&mut self, want: usize) -> io::Result<&[u8]>;
    /// Steps over `count` bytes that were seen with `peek`.
    fn consume(&mut self, count: usize);
    /// How many bytes were consumed so far.
    fn position(&self) -> u64;
}

/// A whole packed file in memory.
pub(super) struct WholeSlice<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> WholeSlice<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }
}

impl Packed for WholeSlice<'_> {
    fn peek(&mut self, _want: usize) -> io::Result<&[u8]> {
        Ok(self.bytes.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    fn position(&self) -> u64 {
        self.at as u64
    }
}

/// A reader with a buffer in front of it that is only filled when a decoder asks.
pub(super) struct Source {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// `buffer[start..end]` is read but not consumed; `start <= end <= buffer.len()`.
    start: usize,
    end: usize,
    position: u64,
    ended: bool,
    fault: Option<io::Error>,
    ran_dry: bool,
}

impl Source {
    /// `head` is what was already taken from `reader` to see what it is.
    pub(super) fn new(reader: Box<dyn Read + Send>, head: &[u8]) -> Self {
        Self {
            reader,
            buffer: head.to_vec(),
            start: 0,
            end: head.len(),
            position: 0,
            ended: false,
            fault: None,
            ran_dry: false,
        }
    }

    fn buffered(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    fn refill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() < CHUNK {
            self.buffer.resize(CHUNK, 0);
        }
        match read_retrying(&mut self.reader, &mut self.buffer[self.end..])? {
            0 => self.ended = true,
            count => self.end += count,
        }
        Ok(())
    }

    /// Bytes as they are, straight into the caller's buffer except for those already buffered.
    /// `Ok(0)` is the end.
    pub(super) fn read_through(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.start < self.end {
            return Ok(self.take_buffered(out));
        }
        if self.ended || out.is_empty() {
            return Ok(0);
        }
        let count = read_retrying(&mut self.reader, out)?;
        self.ended = count == 0;
        self.position += count as u64;
        Ok(count)
    }

    fn take_buffered(&mut self, out: &mut [u8]) -> usize {
        let buffered = self.buffered();
        let count = buffered.len().min(out.len());
        out[..count].copy_from_slice(&buffered[..count]);
        self.consume(count);
        count
    }

    /// Steps over `count` bytes; false when the source ends before.
    pub(super) fn skip(&mut self, mut count: u64) -> io::Result<bool> {
        while count > 0 {
            let step = count.min(self.peek(1)?.len() as u64);
            if step == 0 {
                return Ok(false);
            }
            self.consume(step as usize);
            count -= step;
        }
        Ok(true)
    }

    /// Whether a [`Read::read`] came to the end of the source since the last call of this.
    pub(super) fn take_ran_dry(&mut self) -> bool {
        std::mem::take(&mut self.ran_dry)
    }

    /// The error a [`Read::read`] met: a decoder that reads for itself wraps it out of reach.
    pub(super) fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }
}

impl Packed for Source {
    fn peek(&mut self, want: usize) -> io::Result<&[u8]> {
        debug_assert!(want <= CHUNK);
        while self.end - self.start < want && !self.ended {
            self.refill()?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.position += count as u64;
    }

    fn position(&self) -> u64 {
        self.position
    }
}

/// For decoders that read for themselves; what they hide is kept for `take_fault` and
/// `take_ran_dry`.
impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if let Err(error) = self.peek(1) {
            let kind = error.kind();
            self.fault = Some(error);
            return Err(kind.into());
        }
        let count = self.take_buffered(out);
        self.ran_dry |= count == 0;
        Ok(count)
    }
}

/// Reads a shared file by position, so that any number of readers of one handle do not disturb each
/// other.
pub(super) struct FileReader {
    file: Arc<File>,
    at: u64,
}

impl FileReader {
    pub(super) fn new(file: Arc<File>, at: u64) -> Self {
        Self { file, at }
    }
}

impl Read for FileReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(out, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Reads bytes that are shared in memory.
pub(super) struct MemoryReader {
    bytes: Arc<Vec<u8>>,
    at: usize,
}

impl MemoryReader {
    pub(super) fn new(bytes: Arc<Vec<u8>>) -> Self {
        Self { bytes, at: 0 }
    }
}

impl Read for MemoryReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.get(self.at..).unwrap_or_default().read(out)?;
        self.at += count;
        Ok(count)
    }
}

/// One read that does not let a signal interrupt it.
pub(super) fn read_retrying(reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Reads until `out` is full or the reader ends; how many bytes there were.
pub(super) fn read_full(reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_retrying(reader, rest)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}
