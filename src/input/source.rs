//! The packed bytes of a stream as they arrive, with lookahead and a count of consumed bytes. `gzip` and `zstd` unpack
//! them.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Bytes of a packed source that are read at once.
const CHUNK: usize = 64 * 1024;

/// Packed bytes that a decoder consumes from the front.
pub(super) trait Packed {
    /// The next bytes: at least `want` of them, fewer only at the end of the source. `want` must not exceed [`CHUNK`].
    fn peek(&mut self, want: usize) -> io::Result<&[u8]>;
    /// Skips `count` bytes that `peek` returned.
    fn consume(&mut self, count: usize);
    /// The number of consumed bytes.
    fn position(&self) -> u64;
}

/// A complete packed file in memory.
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

/// A reader with a buffer that is filled when a decoder needs bytes.
pub(super) struct PackedSource {
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

impl PackedSource {
    /// `head` are the bytes that were already read from `reader` to recognise its compression.
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

    /// Reads bytes without unpacking them, directly into the caller's buffer, after the bytes that are buffered already.
    /// Returns 0 at the end.
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

    /// Skips `count` bytes; false if the source ends before.
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

    /// Whether a [`Read::read`] reached the end of the source since the last call of this function.
    pub(super) fn take_ran_dry(&mut self) -> bool {
        std::mem::take(&mut self.ran_dry)
    }

    /// The error of the last failed [`Read::read`]. A decoder that reads from the source returns an error of its own, from
    /// which the original one cannot be recovered.
    pub(super) fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }
}

impl Packed for PackedSource {
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

/// For decoders that read from the source themselves. `take_fault` and `take_ran_dry` report what their errors do not
/// contain.
impl Read for PackedSource {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if let Err(error) = self.peek(1) {
            // `io::Error` cannot be cloned, so the decoder gets one of the same kind.
            let kind = error.kind();
            self.fault = Some(error);
            return Err(kind.into());
        }
        let count = self.take_buffered(out);
        self.ran_dry |= count == 0;
        Ok(count)
    }
}

/// Reads a shared file by position, so that several readers can use one handle.
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

/// Reads shared bytes in memory.
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

/// One read, repeated if a signal interrupted it.
pub(super) fn read_retrying(reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Reads until `out` is full or the reader ends; returns the number of bytes.
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
