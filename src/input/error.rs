//! What can go wrong between a name and its bytes: while opening, while reading and unpacking,
//! while spooling.
//!
//! Not for: naming the file (the caller knows it and writes `path: error`), or for names that could
//! not be turned into inputs at all (see [`Problem`](super::Problem)).

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why an input could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// It is a directory, which has no bytes of its own: standard input redirected from one, or a
    /// file that was replaced by one since it was found.
    Directory,
    /// The operating system refused to open it, or to give its first bytes.
    Io(io::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory => {
                f.write_str("is a directory; name it as an argument to read the files in it")
            }
            Self::Io(error) => write!(f, "cannot be opened: {error}"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Directory => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why a stream ended before its time.
///
/// All bytes that could be unpacked were delivered before the error is; nothing comes after it.
/// `unpacked_at` is their number, and so the offset in the unpacked text where the loss begins.
/// Every field is the same however the source was cut into reads.
#[derive(Debug)]
pub enum ReadError {
    /// The operating system could not read on.
    Io(io::Error),
    /// The compressed data ends within a member, a frame or the magic number of one.
    Truncated {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// The length of the packed source in bytes.
        packed_at: u64,
    },
    /// The compressed data contradicts itself or its checksum. With a wrong checksum all bytes of
    /// the member were delivered, and any of them may be wrong.
    Corrupt {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// Where the broken gzip member or zstd frame starts in the packed source. A decoder
        /// notices damage later than it is, and by an amount that depends on its buffers, so no
        /// closer offset would be honest.
        packed_at: u64,
        /// What the decoder found wrong.
        reason: &'static str,
    },
    /// Well-formed zstd that needs more than this program gives: a dictionary, or a window over 128
    /// MiB.
    Unsupported {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// Where the frame starts in the packed source.
        packed_at: u64,
        /// What it would need, and what to do.
        reason: String,
    },
    /// More comes out of it than is let in.
    TooMuch {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// The limit that was met.
        limit: ReachedLimit,
    },
    /// After a whole member or frame comes something that is neither another one nor zero padding.
    /// The compressed data before it is complete.
    TrailingGarbage {
        /// Where it starts in the packed source.
        at: u64,
    },
}

/// A bound of [`UnpackLimits`](super::UnpackLimits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReachedLimit {
    /// So many unpacked bytes.
    Bytes(u64),
    /// So many times the packed length.
    Ratio(u64),
    /// So many gzip members; the next one starts at this byte of the packed source.
    Members(u64, u64),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read on: {error}"),
            Self::Truncated {
                unpacked_at,
                packed_at,
            } => write!(
                f,
                "the compressed data is cut off at its byte {packed_at} \
                 ({unpacked_at} bytes could be unpacked); was it copied completely?"
            ),
            Self::Corrupt {
                unpacked_at,
                packed_at,
                reason,
            } => write!(
                f,
                "the compressed data is damaged: {reason}, in the part that starts at its byte \
                 {packed_at} ({unpacked_at} bytes could be unpacked); the rest was not read"
            ),
            Self::Unsupported {
                unpacked_at,
                packed_at,
                reason,
            } => write!(
                f,
                "the compressed data from its byte {packed_at} on cannot be unpacked: {reason} \
                 ({unpacked_at} bytes were unpacked before)"
            ),
            Self::TooMuch { unpacked_at, limit } => {
                match limit {
                    ReachedLimit::Bytes(bytes) => write!(
                        f,
                        "it unpacks to more than {bytes} bytes; a larger --max-unpacked reads on"
                    ),
                    ReachedLimit::Ratio(ratio) => write!(
                        f,
                        "it unpacks to more than {ratio} times its size, as no dump does (a bomb?); a \
                         larger --max-ratio reads on"
                    ),
                    ReachedLimit::Members(members, at) => write!(
                        f,
                        "it has more than {members} gzip members, the next at its byte {at}; a larger \
                         --max-members reads on"
                    ),
                }?;
                write!(
                    f,
                    " (from byte {unpacked_at} of the unpacked text on, it was not read)"
                )
            }
            Self::TrailingGarbage { at } => write!(
                f,
                "after the compressed data, from its byte {at} on, comes something that is not \
                 compressed; it was not read"
            ),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why a stream could not be kept for a second reading.
#[derive(Debug)]
pub enum SpoolError {
    /// The stream itself could not be read to its end.
    Read(io::Error),
    /// The temporary file could not be made or written.
    Temporary {
        /// The directory it was to be in.
        dir: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "cannot be read on: {error}"),
            Self::Temporary { dir, error } => write!(
                f,
                "cannot be kept in a temporary file in {}: {error}; \
                 save it to a file first and name that file",
                dir.display()
            ),
        }
    }
}

impl Error for SpoolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read(error) | Self::Temporary { error, .. } => Some(error),
        }
    }
}
