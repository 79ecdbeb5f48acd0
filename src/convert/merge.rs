//! Merges sorted runs of a file: as many at once as there is memory for one buffer each, and in several rounds if there are
//! more.
//!
//! Rows are passed on in parts, so a row is never in memory as a whole, however long it is.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::sort::{
    HEAD, KEY_LENGTH, RowKey, RowSink, SortStorage, SortedRun, Spilled, named, temporary,
};

/// Bytes per read of a run.
const BUFFER: usize = 64 << 10;

/// Fewest and most runs that are merged at once.
const FEWEST: usize = 8;
const MOST: usize = 512;

/// Passes on the rows of all runs, in order.
pub(super) fn merge(
    spilled: Spilled,
    storage: &SortStorage,
    sink: &mut impl RowSink,
) -> io::Result<()> {
    let at_once = (storage.memory / BUFFER).clamp(FEWEST, MOST);
    let Spilled { mut file, mut runs } = spilled;
    while runs.len() > at_once {
        let longer = temporary(&storage.directory)?;
        let mut into = Rewriting {
            out: BufWriter::with_capacity(256 << 10, &longer),
            length: 0,
            directory: &storage.directory,
        };
        let mut merged = Vec::new();
        for some in runs.chunks(at_once) {
            let from = into.length;
            rows(&file, some, &mut into, &storage.directory)?;
            merged.push(from..into.length);
        }
        into.out
            .flush()
            .map_err(|error| named(&error, &storage.directory))?;
        drop(into);
        (file, runs) = (longer, merged);
    }
    rows(&file, &runs, &mut Plain(sink), &storage.directory)
}

/// Receives rows, with the length of each.
trait Target {
    fn begin(&mut self, key: &RowKey, length: u64) -> io::Result<()>;
    fn more(&mut self, part: &[u8]) -> io::Result<()>;
}

struct Plain<'s, S>(&'s mut S);

impl<S: RowSink> Target for Plain<'_, S> {
    fn begin(&mut self, key: &RowKey, _: u64) -> io::Result<()> {
        self.0.begin(key)
    }

    fn more(&mut self, part: &[u8]) -> io::Result<()> {
        self.0.more(part)
    }
}

/// Writes a longer run.
struct Rewriting<'f> {
    out: BufWriter<&'f File>,
    /// Number of bytes written.
    length: u64,
    directory: &'f Path,
}

impl Rewriting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        let written = self.out.write_all(bytes);
        written.map_err(|error| named(&error, self.directory))
    }
}

impl Target for Rewriting<'_> {
    fn begin(&mut self, key: &RowKey, length: u64) -> io::Result<()> {
        self.write(key)?;
        self.write(&length.to_le_bytes())
    }

    fn more(&mut self, part: &[u8]) -> io::Result<()> {
        self.write(part)
    }
}

/// Passes on the rows of several runs. Of equal rows, those of earlier runs come first, so that the sort is stable.
fn rows(
    file: &File,
    runs: &[SortedRun],
    into: &mut impl Target,
    directory: &Path,
) -> io::Result<()> {
    let mut reading: Vec<Reading<'_>> = runs
        .iter()
        .map(|run| Reading::new(file, run, directory))
        .collect();
    let mut next = BinaryHeap::with_capacity(runs.len());
    for (i, run) in reading.iter_mut().enumerate() {
        next.extend(run.key()?.map(|key| Reverse((key, i))));
    }
    while let Some(Reverse((key, i))) = next.pop() {
        let run = &mut reading[i];
        let length = run.length()?;
        into.begin(&key, length)?;
        run.row(length, |part| into.more(part))?;
        next.extend(run.key()?.map(|key| Reverse((key, i))));
    }
    Ok(())
}

/// A run that is being read.
struct Reading<'f> {
    file: &'f File,
    directory: &'f Path,
    /// Range of the run that is not in the buffer yet.
    rest: SortedRun,
    buffer: Vec<u8>,
    /// Offset of the next byte in the buffer.
    at: usize,
}

impl<'f> Reading<'f> {
    fn new(file: &'f File, run: &SortedRun, directory: &'f Path) -> Self {
        Reading {
            file,
            directory,
            rest: run.clone(),
            buffer: Vec::new(),
            at: 0,
        }
    }

    /// The key of the next row, if there is one.
    fn key(&mut self) -> io::Result<Option<RowKey>> {
        if self.at == self.buffer.len() && self.rest.is_empty() {
            return Ok(None);
        }
        self.array::<KEY_LENGTH>().map(Some)
    }

    fn length(&mut self) -> io::Result<u64> {
        self.array::<{ HEAD - KEY_LENGTH }>()
            .map(u64::from_le_bytes)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut array = [0; N];
        let mut filled = 0;
        self.row(N as u64, |part| {
            array[filled..filled + part.len()].copy_from_slice(part);
            filled += part.len();
            Ok(())
        })?;
        Ok(array)
    }

    /// Passes on the next `length` bytes, in parts.
    fn row(
        &mut self,
        length: u64,
        mut each: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            if self.at == self.buffer.len() {
                self.fill().map_err(|error| named(&error, self.directory))?;
            }
            let there = &self.buffer[self.at..];
            let part = &there[..there.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
            each(part)?;
            self.at += part.len();
            left -= part.len() as u64;
        }
        Ok(())
    }

    fn fill(&mut self) -> io::Result<()> {
        let length = (self.rest.end - self.rest.start).min(BUFFER as u64);
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.buffer.resize(length as usize, 0);
        self.file.read_exact_at(&mut self.buffer, self.rest.start)?;
        self.rest.start += length;
        self.at = 0;
        Ok(())
    }
}
