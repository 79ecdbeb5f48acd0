//! Keeps the bytes of a pipe for a second pass, as they arrived, in memory or in a temporary file. Regular files are
//! opened again instead.

use std::fmt;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::error::SpoolError;
use super::open::Opened;
use super::range::{FileStamp, RangeFile};
use super::sniff::{Compression, MAGIC_LEN};
use super::source::{FileReader, MemoryReader, read_full, read_retrying};
use super::stream::Stream;

/// Bytes of a pipe that are kept in memory by default: 64 MiB.
pub const SPOOL_MEMORY: usize = 64 << 20;

/// Bytes that are copied from the pipe to the file at once.
const CHUNK: usize = 256 * 1024;

/// The bytes of a stream, still packed as they arrived, that can be opened several times.
pub struct Spool {
    kept: Kept,
    compression: Compression,
}

enum Kept {
    Memory(Arc<Vec<u8>>),
    Disk(RangeFile),
}

impl Spool {
    /// Reads `reader` to its end and keeps all bytes: in memory up to `memory_limit` bytes (the program passes
    /// [`SPOOL_MEMORY`]), otherwise in a temporary file in `tmp_dir`. The file has no name, so the system removes it
    /// whenever the program exits, also after SIGKILL. `on_disk` is called with the directory once, before the file is
    /// created.
    ///
    /// ```
    /// use std::path::Path;
    /// use trailsift::input::{Opened, SPOOL_MEMORY, Spool};
    ///
    /// let mut pipe = &b"{}"[..];
    /// let spool = Spool::fill(&mut pipe, SPOOL_MEMORY, Path::new("/tmp"), &mut |_| {})?;
    /// assert!(matches!(spool.open(), Opened::Memory(bytes) if *bytes == b"{}"));
    /// # Ok::<(), trailsift::input::SpoolError>(())
    /// ```
    ///
    /// # Errors
    /// If the reader fails, or the temporary file cannot be created or written.
    pub fn fill(
        reader: &mut dyn Read,
        memory_limit: usize,
        tmp_dir: &Path,
        on_disk: &mut dyn FnMut(&Path),
    ) -> Result<Self, SpoolError> {
        // One byte more than fits shows that the pipe does not fit.
        let mut bytes = Vec::new();
        let one_more = (memory_limit as u64).saturating_add(1);
        Read::take(&mut *reader, one_more)
            .read_to_end(&mut bytes)
            .map_err(SpoolError::Read)?;
        if bytes.len() <= memory_limit {
            let compression = Compression::sniff(&bytes);
            return Ok(Self {
                kept: Kept::Memory(Arc::new(bytes)),
                compression,
            });
        }
        on_disk(tmp_dir);
        let temporary = |error| SpoolError::Temporary {
            dir: tmp_dir.to_owned(),
            error,
        };
        let mut file = tempfile::tempfile_in(tmp_dir).map_err(temporary)?;
        file.write_all(&bytes).map_err(temporary)?;
        bytes = vec![0; CHUNK];
        loop {
            let count = read_retrying(reader, &mut bytes).map_err(SpoolError::Read)?;
            if count == 0 {
                break;
            }
            file.write_all(bytes.get(..count).unwrap_or_default())
                .map_err(temporary)?;
        }
        let file = Arc::new(file);
        let stamp = FileStamp::of(&file.metadata().map_err(temporary)?);
        let mut head = [0; MAGIC_LEN];
        let count =
            read_full(&mut FileReader::new(Arc::clone(&file), 0), &mut head).map_err(temporary)?;
        let compression = Compression::sniff(head.get(..count).unwrap_or_default());
        Ok(Self {
            kept: Kept::Disk(RangeFile::new(file, stamp)),
            compression,
        })
    }

    /// Opens the kept bytes from their start: in memory or in ranges if they are uncompressed, otherwise as a stream.
    pub fn open(&self) -> Opened {
        match (&self.kept, self.compression) {
            (Kept::Memory(bytes), Compression::None) => Opened::Memory(Arc::clone(bytes)),
            (Kept::Disk(file), Compression::None) => Opened::Ranges(file.clone()),
            (Kept::Memory(bytes), _) => {
                self.stream(Box::new(MemoryReader::new(Arc::clone(bytes))), None)
            }
            (Kept::Disk(file), _) => self.stream(Box::new(file.reader()), Some(file.stamp())),
        }
    }

    fn stream(&self, reader: Box<dyn Read + Send>, stamp: Option<FileStamp>) -> Opened {
        Opened::Stream(Stream::new(
            reader,
            &[],
            self.compression,
            Some(self.len()),
            stamp,
        ))
    }

    /// The number of kept bytes, packed as they arrived.
    pub fn len(&self) -> u64 {
        match &self.kept {
            Kept::Memory(bytes) => bytes.len() as u64,
            Kept::Disk(file) => file.len(),
        }
    }

    /// Whether the stream was empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool")
            .field("len", &self.len())
            .field("compression", &self.compression)
            .field("on_disk", &matches!(self.kept, Kept::Disk(_)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::testing::{self, Drip};
    use std::path::PathBuf;

    /// Fills a spool with `packed`; also returns the directories that `on_disk` was called with.
    fn fill(packed: &[u8], limit: usize, dir: &Path) -> (Spool, Vec<PathBuf>) {
        let mut directories = Vec::new();
        let mut pipe = Drip::new(packed.to_vec(), 100).interrupted();
        let spool = Spool::fill(&mut pipe, limit, dir, &mut |dir| {
            directories.push(dir.to_owned())
        })
        .unwrap();
        (spool, directories)
    }

    #[test]
    fn every_opening_gives_all_bytes_from_memory_and_from_disk() {
        let dir = tempfile::tempdir().unwrap();
        let text = testing::text(9000);
        for packed in [text.clone(), testing::gzip(&text), testing::zstd(&text)] {
            for limit in [
                0,
                1,
                3,
                4,
                packed.len() - 1,
                packed.len(),
                packed.len() + 1,
                usize::MAX,
            ] {
                let (spool, directories) = fill(&packed, limit, dir.path());
                assert_eq!(directories.len(), usize::from(packed.len() > limit));
                assert_eq!(spool.len(), packed.len() as u64);
                let (mut first, mut second) = (spool.open(), spool.open());
                assert_eq!(testing::drain_opened(&mut first).0, text);
                assert_eq!(
                    testing::drain_opened(&mut second).0,
                    text,
                    "openings do not share a position"
                );
            }
        }
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            0,
            "the file has no name"
        );
    }

    #[test]
    fn plain_text_is_read_in_ranges_and_packed_text_has_a_known_length() {
        let dir = tempfile::tempdir().unwrap();
        let text = testing::text(500);
        assert!(matches!(
            fill(&text, 500, dir.path()).0.open(),
            Opened::Memory(_)
        ));
        assert!(matches!(
            fill(&text, 499, dir.path()).0.open(),
            Opened::Ranges(_)
        ));
        let packed = testing::gzip(&text);
        for limit in [10, 1000] {
            match fill(&packed, limit, dir.path()).0.open() {
                Opened::Stream(stream) => {
                    assert_eq!(stream.packed_len(), Some(packed.len() as u64));
                    assert_eq!(stream.compression(), Compression::Gzip);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn an_empty_pipe_is_kept_in_memory_even_if_the_limit_is_0() {
        let (spool, directories) = fill(b"", 0, Path::new("/nowhere"));
        assert!(spool.is_empty() && directories.is_empty());
        assert!(matches!(spool.open(), Opened::Memory(bytes) if bytes.is_empty()));
    }

    #[test]
    fn a_missing_directory_is_an_error_that_names_it() {
        let mut text = &b"0123456789"[..];
        let error =
            Spool::fill(&mut text, 4, Path::new("/no/such/place"), &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("/no/such/place"), "{error}");
    }

    #[test]
    fn the_error_of_a_pipe_is_not_that_of_a_disk() {
        let dir = tempfile::tempdir().unwrap();
        for limit in [4, 1000] {
            let mut pipe = Drip::new(testing::text(300), 10).failing_at(200);
            let error = Spool::fill(&mut pipe, limit, dir.path(), &mut |_| {}).unwrap_err();
            assert!(
                matches!(&error, SpoolError::Read(e) if e.to_string() == "unplugged"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn the_first_bytes_that_were_read_before_are_kept_too() {
        let packed = testing::gzip(&testing::text(100));
        let mut pipe = testing::stream(Drip::new(packed.clone(), 1)).into_packed();
        let spool = Spool::fill(&mut pipe, 1000, Path::new("/nowhere"), &mut |_| {}).unwrap();
        assert_eq!(spool.len(), packed.len() as u64);
        assert_eq!(
            testing::drain_opened(&mut spool.open()).0,
            testing::text(100)
        );
    }
}
