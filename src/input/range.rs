//! A regular, uncompressed file of which workers read ranges by themselves, and the stamp that
//! tells whether a file is still the one it was.
//!
//! Not for: compressed files and pipes (see `stream`).

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use super::source::{FileReader, read_full};

/// What tells one state of a file from another: device, inode, size and time of last change.
///
/// Two openings of one name with equal stamps gave the same bytes, unless a writer kept the size
/// and outran the clock of the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl FileStamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    /// Whether this is the same file in another state. Files made up by the kernel, which say that they are
    /// empty, are what they are at any moment.
    pub fn is_later(&self, before: &FileStamp) -> bool {
        let is_same = (self.device, self.inode) == (before.device, before.inode);
        is_same && self != before && (self.size, before.size) != (0, 0)
    }
}

/// A regular, uncompressed file, as long as it was when it was opened. Clones share the handle.
#[derive(Clone, Debug)]
pub struct RangeFile {
    file: Arc<File>,
    stamp: FileStamp,
}

impl RangeFile {
    pub(super) fn new(file: Arc<File>, stamp: FileStamp) -> Self {
        Self { file, stamp }
    }

    /// The length in bytes at opening. What is appended later is never seen.
    pub fn len(&self) -> u64 {
        self.stamp.size
    }

    /// The length in bytes at this moment.
    ///
    /// # Errors
    /// When the operating system cannot tell.
    pub fn len_now(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.size())
    }

    /// Whether there was no byte in it at opening.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buf` from `offset` on and returns how many bytes there were: fewer than `buf` holds
    /// only at [`len`](Self::len), or where the file was cut shorter since it was opened.
    ///
    /// # Errors
    /// What the operating system says; an interrupted read is taken up again.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.len().saturating_sub(offset);
        let wanted = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        let mut reader = FileReader::new(Arc::clone(&self.file), offset);
        read_full(&mut reader, buf.get_mut(..wanted).unwrap_or_default())
    }

    /// A reader from the start, for what turned out to be packed.
    pub(super) fn reader(&self) -> FileReader {
        FileReader::new(Arc::clone(&self.file), 0)
    }

    /// What to compare with the stamp of a second opening of the same name.
    pub fn stamp(&self) -> FileStamp {
        self.stamp
    }

    /// Whether the file behind this handle still has the size, time of change and inode it had at
    /// opening. A name that now leads to another file shows only in the [`stamp`](Self::stamp) of a
    /// new opening.
    ///
    /// # Errors
    /// When the operating system cannot tell.
    pub fn unchanged(&self) -> io::Result<bool> {
        Ok(FileStamp::of(&self.file.metadata()?) == self.stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Opened, testing};
    use std::fs::OpenOptions;
    use std::io::Write;

    fn ranges(path: &std::path::Path) -> RangeFile {
        match testing::open_path(path) {
            Opened::Ranges(file) => file,
            other => panic!("not ranges: {other:?}"),
        }
    }

    #[test]
    fn ranges_are_filled_whole_and_end_with_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let text = testing::text(3000);
        std::fs::write(&path, &text).unwrap();
        let file = ranges(&path);
        assert_eq!(file.len(), 3000);
        for (offset, size) in [
            (0, 0),
            (0, 1),
            (0, 3000),
            (0, 9000),
            (2999, 5),
            (3000, 5),
            (u64::MAX, 5),
            (1234, 567),
        ] {
            let mut buf = vec![0; size];
            let count = file.read_at(offset, &mut buf).unwrap();
            let from = usize::try_from(offset).unwrap().min(3000);
            assert_eq!(
                buf[..count],
                text[from..(from + size).min(3000)],
                "{offset} {size}"
            );
        }
    }

    #[test]
    fn a_file_that_grows_is_seen_as_it_was_and_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"12345").unwrap();
        let file = ranges(&path);
        assert!(file.unchanged().unwrap());
        assert_eq!(file.stamp(), ranges(&path).stamp());
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"67890")
            .unwrap();
        assert!(!file.unchanged().unwrap());
        let mut buf = [0; 20];
        assert_eq!(file.read_at(0, &mut buf).unwrap(), 5);
    }

    #[test]
    fn a_file_cut_shorter_gives_what_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"1234567890").unwrap();
        let file = ranges(&path);
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(4)
            .unwrap();
        let mut buf = [0; 10];
        assert_eq!(file.read_at(0, &mut buf).unwrap(), 4);
        assert_eq!(file.read_at(6, &mut buf).unwrap(), 0);
        assert_eq!((file.len(), file.len_now().unwrap()), (10, 4));
        assert!(!file.unchanged().unwrap());
    }

    #[test]
    fn a_replaced_file_has_another_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("f"), dir.path().join("g"));
        std::fs::write(&path, b"12345").unwrap();
        let file = ranges(&path);
        std::fs::write(&other, b"54321").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_ne!(file.stamp(), ranges(&path).stamp());
    }
}
