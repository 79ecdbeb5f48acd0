//! The fingerprint of a source: its length, its SHA-256, its compression and its first bytes.
//!
//! A regular file is read once more for it; the bytes of a pipe pass through [`Hashing`] into the [spool](super::Spool).

use std::error::Error;
use std::fmt;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::discover::Input;
use super::error::OpenError;
use super::open::{Opened, open};
use super::range::FileStamp;
use super::sniff::Compression;
use super::source::read_retrying;
use super::stream::Stream;

/// Bytes that are read and hashed at once.
const CHUNK: usize = 256 << 10;

/// Packed bytes that are kept, from which the beginning of the text is unpacked. A zstd block has at most 128 KiB and
/// can only be unpacked as a whole, so this is enough for at least one.
const KEPT: usize = 256 << 10;

/// Bytes of the unpacked text in a [`Fingerprint`].
const HEAD: usize = 64 << 10;

/// Identifies the bytes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The number of bytes, packed if they are packed.
    pub bytes: u64,
    /// SHA-256 of these bytes (FIPS 180-4), in lower-case hexadecimal digits.
    pub sha256: String,
    /// How the bytes are packed.
    pub compression: Compression,
    /// The first bytes of the unpacked text, at most 64 KiB.
    pub head: Vec<u8>,
}

/// Why a source has no fingerprint.
#[derive(Debug)]
pub enum FingerprintError {
    /// It cannot be opened.
    Open(OpenError),
    /// It cannot be read to its end.
    Read(io::Error),
    /// The file changed after it was read, or while it was hashed.
    Changed,
    /// It is a pipe, which can be read only once.
    Passed,
}

impl fmt::Display for FingerprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(f),
            Self::Read(error) => write!(f, "cannot be read again: {error}"),
            Self::Changed => f.write_str("the file changed between reading and hashing"),
            Self::Passed => f.write_str("a pipe cannot be read again"),
        }
    }
}

impl Error for FingerprintError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Open(error) => Some(error),
            Self::Read(error) => Some(error),
            Self::Changed | Self::Passed => None,
        }
    }
}

/// Reads a regular file again and hashes it. `stamp` is its state when its events were read.
///
/// # Errors
/// If it cannot be read, or changed since then or while it is hashed.
pub fn fingerprint(input: &Input, stamp: FileStamp) -> Result<Fingerprint, FingerprintError> {
    let mut buffer = vec![0; CHUNK];
    let print = match open(input).map_err(FingerprintError::Open)? {
        Opened::Ranges(file) if file.stamp() == stamp => {
            let mut hashing = Hashing::new(file.reader().take(file.len()));
            hashing.drain(&mut buffer).map_err(FingerprintError::Read)?;
            let is_whole = hashing.bytes == file.len();
            let is_same = file.unchanged().map_err(FingerprintError::Read)?;
            (is_whole && is_same).then(|| hashing.finish())
        }
        Opened::Stream(stream) if stream.stamp() == Some(stamp) => {
            let mut hashing = Hashing::new(stream.into_packed());
            hashing.drain(&mut buffer).map_err(FingerprintError::Read)?;
            let print = hashing.finish();
            let now = match open(input).map_err(FingerprintError::Open)? {
                Opened::Ranges(file) => Some(file.stamp()),
                Opened::Stream(stream) => stream.stamp(),
                Opened::Memory(_) => None,
            };
            (now == Some(stamp)).then_some(print)
        }
        Opened::Stream(stream) if stream.stamp().is_none() => {
            return Err(FingerprintError::Passed);
        }
        _ => None,
    };
    print.ok_or(FingerprintError::Changed)
}

/// Passes bytes through and hashes them.
pub struct Hashing<R> {
    reader: R,
    hash: Sha256,
    bytes: u64,
    kept: Vec<u8>,
}

impl<R: Read> Hashing<R> {
    /// Hashes what is read from `reader`.
    pub fn new(reader: R) -> Self {
        Hashing {
            reader,
            hash: Sha256::new(),
            bytes: 0,
            kept: Vec::new(),
        }
    }

    fn drain(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        while read_retrying(self, buffer)? > 0 {}
        Ok(())
    }

    /// The fingerprint of the bytes that were read.
    pub fn finish(self) -> Fingerprint {
        let digits = self.hash.finalize();
        Fingerprint {
            bytes: self.bytes,
            sha256: digits.iter().map(|byte| format!("{byte:02x}")).collect(),
            compression: Compression::sniff(&self.kept),
            head: head(self.kept),
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        let new = out.get(..count).unwrap_or_default();
        self.hash.update(new);
        self.bytes += count as u64;
        let space = KEPT.saturating_sub(self.kept.len()).min(count);
        self.kept.extend_from_slice(&new[..space]);
        Ok(count)
    }
}

impl<R> fmt::Debug for Hashing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hashing")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// The beginning of the unpacked text.
fn head(packed: Vec<u8>) -> Vec<u8> {
    let compression = Compression::sniff(&packed);
    let packed = io::Cursor::new(packed);
    let mut stream = Stream::new(Box::new(packed), &[], compression, None, None);
    let mut head = vec![0; HEAD];
    let mut filled = 0;
    // The kept bytes may end within a member or frame; that error follows the bytes that can be unpacked.
    while let Ok(count @ 1..) = stream.read(&mut head[filled..]) {
        filled += count;
    }
    head.truncate(filled);
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::testing;
    use crate::input::{InputKind, discover};

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn of(path: &std::path::Path) -> (Input, FileStamp) {
        let input = discover(&[path.into()]).inputs.remove(0);
        assert_eq!(input.kind, InputKind::File);
        let stamp = match open(&input).unwrap() {
            Opened::Ranges(file) => Some(file.stamp()),
            Opened::Stream(stream) => stream.stamp(),
            Opened::Memory(_) => None,
        };
        (input, stamp.unwrap())
    }

    #[test]
    fn the_hash_is_that_of_the_bytes_on_disk_and_the_head_that_of_the_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"abc").unwrap();
        let (input, stamp) = of(&path);
        let print = fingerprint(&input, stamp).unwrap();
        // The example of FIPS 180-4.
        assert_eq!((print.sha256.as_str(), print.bytes), (ABC, 3));
        assert_eq!(
            (print.compression, &*print.head),
            (Compression::None, &b"abc"[..])
        );

        let text = testing::text(3 << 20);
        let packed = testing::gzip(&text);
        std::fs::write(&path, &packed).unwrap();
        let (input, stamp) = of(&path);
        let print = fingerprint(&input, stamp).unwrap();
        let mut passed = Hashing::new(&packed[..]);
        passed.drain(&mut [0; 777]).unwrap();
        assert_eq!(passed.finish(), print);
        assert_eq!(print.bytes, packed.len() as u64);
        assert_eq!(print.compression, Compression::Gzip);
        assert_eq!(print.head, text[..HEAD]);
    }

    #[test]
    fn a_changed_file_has_no_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"abc").unwrap();
        let (input, stamp) = of(&path);
        std::fs::write(&path, b"abcd").unwrap();
        let error = fingerprint(&input, stamp).unwrap_err();
        assert!(matches!(error, FingerprintError::Changed), "{error}");
        std::fs::remove_file(&path).unwrap();
        let error = fingerprint(&input, stamp).unwrap_err();
        assert!(matches!(error, FingerprintError::Open(_)), "{error}");
    }
}
