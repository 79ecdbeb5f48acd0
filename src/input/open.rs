//! Opens an input and decides whether it is read in ranges or as a stream.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::sync::Arc;

use super::discover::{Input, InputKind};
use super::error::OpenError;
use super::limits::UnpackLimits;
use super::range::{FileStamp, RangeFile};
use super::sniff::{Compression, MAGIC_LEN};
use super::source::{FileReader, MemoryReader, read_full};
use super::stream::Stream;

/// An input, opened.
#[derive(Debug)]
pub enum Opened {
    /// A regular, uncompressed file: workers read ranges of it themselves.
    Ranges(RangeFile),
    /// An input that has to be read in order: a pipe, a FIFO, a device, gzip, zstd.
    Stream(Stream),
    /// Uncompressed bytes in memory, from a [`Spool`](super::Spool): divided into ranges as well.
    Memory(Arc<Vec<u8>>),
}

impl Opened {
    /// A reader of the unpacked bytes, in order. It buffers nothing. Its errors are those of `ReadError`, as the source of
    /// an [`io::Error`].
    pub fn into_reader(self, limits: UnpackLimits) -> Box<dyn Read + Send> {
        match self {
            // A file that grows is read up to the length that it had when it was opened.
            Opened::Ranges(file) => Box::new(file.reader().take(file.len())),
            Opened::Memory(bytes) => Box::new(MemoryReader::new(bytes)),
            Opened::Stream(mut stream) => {
                stream.set_limits(limits);
                Box::new(StreamReader(stream))
            }
        }
    }
}

struct StreamReader(Stream);

impl Read for StreamReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(io::Error::other)
    }
}

/// Opens an input and reads its first bytes, which decide whether it is compressed; its name does not.
///
/// Blocks until a FIFO has a writer or a pipe has its first bytes. Standard input that is redirected from a regular file
/// is treated as that file: it is read in ranges if it is uncompressed and at its start, and its offset does not move,
/// so it can be opened again for a second pass.
///
/// # Errors
/// If it is a directory, or the operating system cannot open or read it. The error does not name the input.
pub fn open(input: &Input) -> Result<Opened, OpenError> {
    match input.kind {
        InputKind::File => open_file(File::open(&input.path)?, false),
        InputKind::Stdin => open_file(File::from(io::stdin().as_fd().try_clone_to_owned()?), true),
    }
}

/// The stamp of a regular file at this moment, to be compared with the one of its opening; `None` for other inputs.
pub fn stamp(input: &Input) -> Option<FileStamp> {
    let metadata = match input.kind {
        InputKind::File => std::fs::metadata(&input.path).ok()?,
        InputKind::Stdin => {
            let file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
            file.metadata().ok()?
        }
    };
    metadata.is_file().then(|| FileStamp::of(&metadata))
}

/// `inherited`: whether another process may have read from this handle before.
fn open_file(mut file: File, inherited: bool) -> Result<Opened, OpenError> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(OpenError::Directory);
    }
    let mut head = [0; MAGIC_LEN];
    if !metadata.is_file() {
        let count = read_full(&mut file, &mut head)?;
        let head = head.get(..count).unwrap_or_default();
        return Ok(Opened::Stream(Stream::new(
            Box::new(file),
            head,
            Compression::sniff(head),
            None,
            None,
        )));
    }
    let start = if inherited {
        file.stream_position()?
    } else {
        0
    };
    let file = Arc::new(file);
    let mut reader = FileReader::new(Arc::clone(&file), start);
    let count = read_full(&mut reader, &mut head)?;
    let head = head.get(..count).unwrap_or_default();
    let stamp = FileStamp::of(&metadata);
    let len = metadata
        .len()
        .checked_sub(start)
        .filter(|&len| len >= count as u64);
    // Files in `/proc` have the length 0 and contain bytes all the same, so their ranges are not known.
    let compression = Compression::sniff(head);
    if start == 0 && len.is_some() && compression == Compression::None {
        return Ok(Opened::Ranges(RangeFile::new(file, stamp)));
    }
    Ok(Opened::Stream(Stream::new(
        Box::new(reader),
        head,
        compression,
        len,
        Some(stamp),
    )))
}

#[cfg(test)]
mod tests;
