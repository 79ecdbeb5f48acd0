//! An input that can only be read from its start to its end: a pipe, or compressed data.

use std::fmt;
use std::io::{self, Read};

use super::error::{ReachedLimit, ReadError};
use super::gzip::{Gzip, UnpackBuffer};
use super::limits::UnpackLimits;
use super::range::FileStamp;
use super::sniff::Compression;
use super::source::{Packed, PackedSource};
use super::zstd::Zstd;

/// The bytes of an input in order, unpacked if they are packed.
pub struct Stream {
    source: PackedSource,
    decoder: Decoder,
    packed_len: Option<u64>,
    stamp: Option<FileStamp>,
    limits: UnpackLimits,
    /// The number of unpacked bytes that were delivered.
    unpacked: u64,
}

enum Decoder {
    Plain,
    /// A limit was reached.
    Stopped(Compression),
    Gzip(Box<Gzip>),
    Zstd(Box<Zstd>),
}

impl Stream {
    /// `head` are the bytes that were read from `reader` to recognise `compression`. Only regular files have a `stamp`.
    pub(super) fn new(
        reader: Box<dyn Read + Send>,
        head: &[u8],
        compression: Compression,
        packed_len: Option<u64>,
        stamp: Option<FileStamp>,
    ) -> Self {
        let decoder = match compression {
            Compression::None => Decoder::Plain,
            Compression::Gzip => {
                Decoder::Gzip(Box::new(Gzip::new(UnpackLimits::default().members)))
            }
            Compression::Zstd => Decoder::Zstd(Box::new(Zstd::new())),
        };
        Self {
            source: PackedSource::new(reader, head),
            decoder,
            packed_len,
            stamp,
            limits: UnpackLimits::default(),
            unpacked: 0,
        }
    }

    /// Sets the limits of unpacking, before the first read.
    pub fn set_limits(&mut self, limits: UnpackLimits) {
        self.limits = limits;
        if let Decoder::Gzip(gzip) = &mut self.decoder {
            gzip.set_most(limits.members);
        }
    }

    /// Reads some unpacked bytes, as many as are available. Returns 0 at the end, or if `buf` is empty.
    ///
    /// # Errors
    /// See [`ReadError`]. All bytes before the damage are delivered before the error; each call after it returns 0.
    pub fn read(&mut self, buf: &mut [u8]) -> Result<usize, ReadError> {
        if buf.is_empty() {
            return Ok(0);
        }
        match &mut self.decoder {
            Decoder::Plain => Ok(self.source.read_through(buf)?),
            Decoder::Stopped(_) => Ok(0),
            Decoder::Gzip(_) | Decoder::Zstd(_) => self.unpack(buf),
        }
    }

    fn unpack(&mut self, buf: &mut [u8]) -> Result<usize, ReadError> {
        let packed = self.source.position();
        let stop = |stream: &mut Self, limit, unpacked_at| {
            stream.decoder = Decoder::Stopped(stream.compression());
            Err(ReadError::TooMuch { unpacked_at, limit })
        };
        let allowance = match self.limits.allowance(self.unpacked, packed) {
            Ok(allowance) => allowance.min(buf.len()),
            Err(limit) => return stop(self, limit, self.unpacked),
        };
        let buf = &mut buf[..allowance];
        let count = match &mut self.decoder {
            Decoder::Gzip(gzip) => gzip.read(&mut self.source, UnpackBuffer::Slice(buf))?,
            Decoder::Zstd(zstd) => zstd.read(&mut self.source, buf)?,
            Decoder::Plain | Decoder::Stopped(_) => 0,
        };
        self.unpacked += count as u64;
        // The one byte more that the allowance contains; it is in `buf`, but not counted as delivered.
        if self.unpacked > self.limits.bytes {
            let bytes = self.limits.bytes;
            return stop(self, ReachedLimit::Bytes(bytes), bytes);
        }
        Ok(count)
    }

    /// How the source is packed.
    pub fn compression(&self) -> Compression {
        match self.decoder {
            Decoder::Plain => Compression::None,
            Decoder::Stopped(compression) => compression,
            Decoder::Gzip(_) => Compression::Gzip,
            Decoder::Zstd(_) => Compression::Zstd,
        }
    }

    /// The length of the packed source in bytes; `None` for a pipe.
    pub fn packed_len(&self) -> Option<u64> {
        self.packed_len
    }

    /// The number of bytes of the packed source that were consumed, for a progress bar of the length
    /// [`packed_len`](Self::packed_len).
    pub fn packed_read(&self) -> u64 {
        self.source.position()
    }

    /// The stamp of a regular file, to be compared with that of a later opening. `None` means that the bytes can be read
    /// only once: a pipe has to be [spooled](super::Spool).
    pub fn stamp(&self) -> Option<FileStamp> {
        self.stamp
    }

    /// The remaining bytes of the source, still packed: all of them if nothing was read yet. For the
    /// [spool](super::Spool), and for small files, which [`unpack_small`](super::unpack_small) unpacks.
    pub fn into_packed(self) -> PackedReader {
        PackedReader(self.source)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("compression", &self.compression())
            .field("packed_len", &self.packed_len)
            .field("packed_read", &self.packed_read())
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

/// The packed bytes of a [`Stream`], from [`Stream::into_packed`].
pub struct PackedReader(PackedSource);

impl Read for PackedReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_through(buf)
    }
}

impl fmt::Debug for PackedReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedReader")
            .field("position", &self.0.position())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::testing::{self, Drip};

    #[test]
    fn a_plain_pipe_gives_its_bytes_unchanged_for_any_buffer() {
        let text = testing::text(5000);
        for (dose, size) in [(1, 1), (1, 7), (7, 1), (3, 64 * 1024), (4096, 100)] {
            let mut stream = testing::stream(Drip::new(text.clone(), dose));
            assert_eq!(stream.compression(), Compression::None);
            let (bytes, error) = testing::drain(&mut stream, size);
            assert!(error.is_none());
            assert_eq!(bytes, text);
            assert_eq!(stream.packed_read(), 5000);
            assert_eq!(stream.stamp(), None);
        }
    }

    #[test]
    fn a_plain_pipe_is_read_into_the_callers_buffer() {
        let mut stream = testing::stream(Drip::new(testing::text(5000), usize::MAX));
        let mut buf = vec![0; 5000];
        assert_eq!(stream.read(&mut buf).unwrap(), 4, "the sniffed bytes");
        assert_eq!(
            stream.read(&mut buf).unwrap(),
            4996,
            "all the rest in one read, not buffer by buffer"
        );
    }

    #[test]
    fn an_empty_buffer_reads_nothing_and_ends_nothing() {
        for packed in [
            testing::text(100),
            testing::gzip(&testing::text(100)),
            testing::zstd(&testing::text(100)),
        ] {
            let mut stream = testing::stream(Drip::new(packed, 10));
            assert_eq!(stream.read(&mut []).unwrap(), 0);
            assert_eq!(testing::drain(&mut stream, 9).0, testing::text(100));
        }
    }

    #[test]
    fn an_error_of_the_reader_follows_the_bytes_before_it() {
        let text = testing::text(200_000);
        for packed in [text.clone(), testing::gzip(&text), testing::zstd(&text)] {
            for at in [4, 5, 100, packed.len() - 1] {
                let mut stream = testing::stream(Drip::new(packed.clone(), 50).failing_at(at));
                let (bytes, error) = testing::drain(&mut stream, 333);
                assert!(text.starts_with(&bytes));
                assert!(
                    matches!(&error, Some(ReadError::Io(e)) if e.to_string() == "unplugged"),
                    "{at}: {error:?}"
                );
                assert_eq!(stream.read(&mut [0; 9]).unwrap_or(0), 0);
            }
        }
    }

    #[test]
    fn an_interrupted_read_is_repeated() {
        let text = testing::text(3000);
        for packed in [text.clone(), testing::gzip(&text), testing::zstd(&text)] {
            let mut stream = testing::stream(Drip::new(packed, 11).interrupted());
            let (bytes, error) = testing::drain(&mut stream, 100);
            assert!(error.is_none(), "{error:?}");
            assert_eq!(bytes, text);
        }
    }

    #[test]
    fn into_packed_gives_the_packed_bytes() {
        let packed = testing::gzip(&testing::text(3000));
        let mut kept = Vec::new();
        let stream = testing::stream(Drip::new(packed.clone(), 10));
        stream.into_packed().read_to_end(&mut kept).unwrap();
        assert_eq!(kept, packed);
    }

    #[test]
    fn opened_inputs_are_send_and_files_and_spools_are_sync() {
        fn sendable<T: Send>() {}
        fn shareable<T: Sync>() {}
        sendable::<Stream>();
        sendable::<crate::input::Opened>();
        shareable::<crate::input::RangeFile>();
        shareable::<crate::input::Spool>();
    }
}
