//! Sorts any number of rows: in memory up to a limit, and beyond it as sorted runs in a temporary file, which are merged.
//!
//! All runs are in one file without a name. Only this file is open, however many runs there are (two while runs are merged
//! into longer ones), and the system removes it however the program terminates. Rows with equal keys stay in their order.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::merge;

/// Sort key, compared byte by byte.
pub(super) type RowKey = [u8; KEY_LENGTH];

/// Length of a key, in bytes.
pub(super) const KEY_LENGTH: usize = 17;

/// Length of the header of each row in a run: its key and its length.
pub(super) const HEAD: usize = KEY_LENGTH + 8;

/// How many bytes are sorted in memory, and where the temporary file is created.
#[derive(Clone, Debug)]
pub struct SortStorage {
    /// Bytes of rows in memory, including their keys.
    pub memory: usize,
    /// Directory of the temporary file.
    pub directory: PathBuf,
}

impl SortStorage {
    /// Default number of bytes in memory: 64 MiB.
    pub const MEMORY: usize = 64 << 20;

    /// The default, with temporary files in `directory`.
    pub fn new(directory: PathBuf) -> SortStorage {
        SortStorage {
            memory: SortStorage::MEMORY,
            directory,
        }
    }
}

/// Receives sorted rows, each in one or more parts.
pub(super) trait RowSink {
    /// Begins a row.
    fn begin(&mut self, key: &RowKey) -> io::Result<()>;

    /// Adds a part of the row.
    fn more(&mut self, part: &[u8]) -> io::Result<()>;
}

struct IndexedRow {
    key: RowKey,
    /// Offset of the row in memory.
    from: usize,
    length: usize,
}

/// Range of a sorted run in the temporary file.
pub(super) type SortedRun = Range<u64>;

/// Sorts rows.
pub(super) struct Sorter {
    storage: SortStorage,
    bytes: Vec<u8>,
    rows: Vec<IndexedRow>,
    spilled: Option<Spilled>,
}

/// The runs in the temporary file.
pub(super) struct Spilled {
    pub file: File,
    pub runs: Vec<SortedRun>,
}

impl Sorter {
    pub(super) fn new(storage: SortStorage) -> Sorter {
        Sorter {
            storage,
            bytes: Vec::new(),
            rows: Vec::new(),
            spilled: None,
        }
    }

    /// Adds a row. `on_disk` is called with the directory before the temporary file is created.
    pub(super) fn push(
        &mut self,
        key: RowKey,
        row: &[u8],
        on_disk: &mut dyn FnMut(&Path),
    ) -> io::Result<()> {
        let needed = self.bytes.len() + row.len() + (self.rows.len() + 1) * size_of::<IndexedRow>();
        if needed > self.storage.memory && !self.rows.is_empty() {
            self.spill(on_disk)?;
        }
        self.rows.push(IndexedRow {
            key,
            from: self.bytes.len(),
            length: row.len(),
        });
        self.bytes.extend_from_slice(row);
        Ok(())
    }

    /// Passes on all rows, in order.
    pub(super) fn finish(
        mut self,
        on_disk: &mut dyn FnMut(&Path),
        sink: &mut impl RowSink,
    ) -> io::Result<()> {
        if self.spilled.is_some() && !self.rows.is_empty() {
            self.spill(on_disk)?;
        }
        let Some(spilled) = self.spilled else {
            self.rows.sort_unstable_by_key(|row| (row.key, row.from));
            return self.rows.iter().try_for_each(|row| {
                sink.begin(&row.key)?;
                sink.more(&self.bytes[row.from..row.from + row.length])
            });
        };
        // Frees the memory of the rows, which is needed to read the runs.
        drop((self.bytes, self.rows));
        merge::merge(spilled, &self.storage, sink)
    }

    fn spill(&mut self, on_disk: &mut dyn FnMut(&Path)) -> io::Result<()> {
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            None => {
                on_disk(&self.storage.directory);
                self.spilled.insert(Spilled {
                    file: temporary(&self.storage.directory)?,
                    runs: Vec::new(),
                })
            }
        };
        self.rows.sort_unstable_by_key(|row| (row.key, row.from));
        let from = spilled.runs.last().map_or(0, |run| run.end);
        let mut to = from;
        let mut out = BufWriter::with_capacity(256 << 10, &spilled.file);
        let mut write = || {
            for row in &self.rows {
                out.write_all(&row.key)?;
                out.write_all(&(row.length as u64).to_le_bytes())?;
                out.write_all(&self.bytes[row.from..row.from + row.length])?;
                to += (HEAD + row.length) as u64;
            }
            out.flush()
        };
        write().map_err(|error| named(&error, &self.storage.directory))?;
        drop(out);
        spilled.runs.push(from..to);
        self.rows.clear();
        self.bytes.clear();
        Ok(())
    }
}

pub(super) fn temporary(directory: &Path) -> io::Result<File> {
    tempfile::tempfile_in(directory).map_err(|error| named(&error, directory))
}

/// The error, with the directory and what helps.
pub(super) fn named(error: &io::Error, directory: &Path) -> io::Error {
    io::Error::new(
        error.kind(),
        format!(
            "a temporary file in {}: {error} (TMPDIR names another directory)",
            directory.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stores all rows.
    #[derive(Default)]
    struct All(Vec<(RowKey, Vec<u8>)>);

    impl RowSink for All {
        fn begin(&mut self, key: &RowKey) -> io::Result<()> {
            self.0.push((*key, Vec::new()));
            Ok(())
        }

        fn more(&mut self, part: &[u8]) -> io::Result<()> {
            self.0.last_mut().unwrap().1.extend_from_slice(part);
            Ok(())
        }
    }

    fn key(number: u64) -> RowKey {
        let mut key = [0; KEY_LENGTH];
        key[..8].copy_from_slice(&number.to_be_bytes());
        key
    }

    /// Many rows with few different keys, some of them longer than any buffer.
    fn rows() -> Vec<(RowKey, Vec<u8>)> {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let rows = (0..3_000_u32).map(|i| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let length = if i % 700 == 5 { 200_000 } else { seed % 60 };
            let mut row = i.to_le_bytes().to_vec();
            row.resize(4 + length as usize, b'x');
            (key(seed % 40), row)
        });
        rows.collect()
    }

    fn sorted(memory: usize) -> (Vec<(RowKey, Vec<u8>)>, usize) {
        let directory = tempfile::tempdir().unwrap();
        let mut names = 0;
        let mut on_disk = |_: &Path| names += 1;
        let mut sorter = Sorter::new(SortStorage {
            memory,
            directory: directory.path().to_owned(),
        });
        for (key, row) in rows() {
            sorter.push(key, &row, &mut on_disk).unwrap();
        }
        let mut all = All::default();
        sorter.finish(&mut on_disk, &mut all).unwrap();
        let left = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(left, 0, "the file has no name");
        (all.0, names)
    }

    #[test]
    fn the_memory_limit_does_not_change_the_order() {
        let mut expected = rows();
        expected.sort_by_key(|(key, _)| *key);
        // One row per run, so that runs are merged more than once; several; all in memory.
        for (memory, names) in [(0, 1), (3_000, 1), (100_000, 1), (usize::MAX, 0)] {
            let (got, times) = sorted(memory);
            assert_eq!(times, names, "{memory}");
            assert!(got == expected, "{memory}");
        }
    }

    #[test]
    fn a_missing_directory_is_reported_when_it_is_needed() {
        let mut sorter = Sorter::new(SortStorage {
            memory: 100,
            directory: "/no/such/place".into(),
        });
        let mut push = |row: &[u8]| sorter.push(key(1), row, &mut |_| ());
        push(b"one").unwrap();
        let error = push(&[0; 200]).unwrap_err().to_string();
        assert!(error.contains("/no/such/place"), "{error}");
        assert!(error.contains("TMPDIR"), "{error}");
    }
}
