//! A regular, uncompressed file of which each worker thread reads ranges, and the stamp that shows whether a file
//! changed.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use super::source::{FileReader, read_full};

/// The state of a file: device, inode, size and time of last change.
///
/// Two openings of a name with equal stamps give the same bytes, unless a writer kept the size and changed the file
/// twice within the resolution of the clock of the file system.
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

    /// Whether this is the same file in another state. Files in `/proc` have the size 0 and another time on each call,
    /// so they are not compared.
    pub fn is_later(&self, before: &FileStamp) -> bool {
        let is_same = (self.device, self.inode) == (before.device, before.inode);
        is_same && self != before && (self.size, before.size) != (0, 0)
    }
}

/// A regular, uncompressed file with the length that it had when it was opened. Clones share the handle.
#[derive(Clone, Debug)]
pub struct RangeFile {
    file: Arc<File>,
    stamp: FileStamp,
}

impl RangeFile {
    pub(super) fn new(file: Arc<File>, stamp: FileStamp) -> Self {
        Self { file, stamp }
    }

    /// The length in bytes at opening. Bytes that are appended later are never read.
    pub fn len(&self) -> u64 {
        self.stamp.size
    }

    /// The length in bytes at this moment.
    ///
    /// # Errors
    /// If the operating system does not report it.
    pub fn len_now(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.size())
    }

    /// Whether it was empty at opening.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buf` with the bytes from `offset` on and returns their number, which is less than the length of `buf` only
    /// at [`len`](Self::len) and if the file became shorter since it was opened.
    ///
    /// # Errors
    /// Those of the operating system; an interrupted read is repeated.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.len().saturating_sub(offset);
        let wanted = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        let mut reader = FileReader::new(Arc::clone(&self.file), offset);
        read_full(&mut reader, buf.get_mut(..wanted).unwrap_or_default())
    }

    /// A reader from the start, for packed content.
    pub(super) fn reader(&self) -> FileReader {
        FileReader::new(Arc::clone(&self.file), 0)
    }

    /// The stamp at opening, to be compared with that of a later opening of the same name.
    pub fn stamp(&self) -> FileStamp {
        self.stamp
    }

    /// Whether the file of this handle still has the size, time of change and inode that it had at opening. If the name
    /// now belongs to another file, only the [`stamp`](Self::stamp) of a new opening shows it.
    ///
    /// # Errors
    /// If the operating system does not report it.
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
    fn ranges_are_filled_completely_up_to_the_end_of_the_file() {
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
    fn a_file_that_grows_is_read_up_to_its_old_length_and_has_another_stamp() {
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
    fn a_file_that_became_shorter_gives_the_remaining_bytes() {
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
