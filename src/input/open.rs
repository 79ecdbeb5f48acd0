//! Opens an input and decides how it is read: in ranges, from memory, or as a stream.
//!
//! Not for: finding inputs (see `discover`), or for unpacking.

use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::AsFd;
use std::sync::Arc;

use super::discover::{Input, InputKind};
use super::error::OpenError;
use super::range::{FileStamp, RangeFile};
use super::sniff::{Compression, MAGIC_LEN};
use super::source::{FileReader, read_full};
use super::stream::Stream;

/// An input, opened.
#[derive(Debug)]
pub enum Opened {
    /// A regular, uncompressed file: workers read ranges of it themselves.
    Ranges(RangeFile),
    /// Everything that has to be read in order: a pipe, a FIFO, a device, gzip, zstd.
    Stream(Stream),
    /// Uncompressed bytes in memory, from a [`Spool`](super::Spool) that fitted: cut like ranges.
    Memory(Arc<Vec<u8>>),
}

/// Opens an input and looks at its first bytes. Compression is told by them, never by the name.
///
/// Waits where the input makes it wait: a FIFO for its writer, a pipe for its first bytes. A
/// regular file that is standard input is as good as one that is named: in ranges when it is at its
/// start and uncompressed; and reading it does not move its offset, so it can be opened again for a
/// second pass.
///
/// # Errors
/// When it is a directory, or the operating system refuses. The error does not name the input.
pub fn open(input: &Input) -> Result<Opened, OpenError> {
    match input.kind {
        InputKind::File => open_file(File::open(&input.path)?, false),
        InputKind::Stdin => open_file(File::from(io::stdin().as_fd().try_clone_to_owned()?), true),
    }
}

/// What a regular file is right now, to compare with the stamp of its opening; `None` for all else.
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

/// `inherited`: whether someone else may have read from this handle before.
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
    // Files made up by the kernel say that they are empty and give bytes: those are no ranges.
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
