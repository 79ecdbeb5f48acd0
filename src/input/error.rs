//! Errors of opening, reading, unpacking and spooling an input.
//!
//! None of them names the file: the caller writes `path: error`. Names that are not inputs at all are a
//! [`Problem`](super::Problem).

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why an input could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// It is a directory: standard input is redirected from one, or a file was replaced by one after it was found.
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

/// Why a stream ended early.
///
/// All bytes that could be unpacked are delivered before the error, and nothing is delivered after it. `unpacked_at` is
/// their number, so it is the offset in the unpacked text from which bytes are missing. The fields do not depend on how
/// the source was divided into reads.
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
    /// The compressed data is invalid, or does not match its checksum. If the checksum is wrong, all bytes of the member
    /// were delivered, and any of them may be wrong.
    Corrupt {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// Where the damaged gzip member or zstd frame starts in the packed source. A closer offset is not known,
        /// because a decoder notices damage later than where it is, by a distance that depends on its buffers.
        packed_at: u64,
        /// What the decoder found.
        reason: &'static str,
    },
    /// Valid zstd that needs a dictionary, or a window of more than 128 MiB.
    Unsupported {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// Where the frame starts in the packed source.
        packed_at: u64,
        /// What it needs, and which command unpacks it.
        reason: String,
    },
    /// It unpacks to more than the limits allow.
    TooMuch {
        /// Bytes delivered before.
        unpacked_at: u64,
        /// The limit that was reached.
        limit: ReachedLimit,
    },
    /// A complete member or frame is followed by bytes that are neither another one nor zero padding.
    TrailingGarbage {
        /// Where it starts in the packed source.
        at: u64,
    },
}

/// The limit of [`UnpackLimits`](super::UnpackLimits) that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReachedLimit {
    /// The number of unpacked bytes.
    Bytes(u64),
    /// Unpacked bytes per packed byte.
    Ratio(u64),
    /// The number of gzip members, and where the next one starts in the packed source.
    Members(u64, u64),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "reading failed: {error}"),
            Self::Truncated {
                unpacked_at,
                packed_at,
            } => write!(
                f,
                "the compressed data is cut off at its byte {packed_at}, {unpacked_at} bytes were unpacked; copy or \
                 download the file again"
            ),
            Self::Corrupt {
                unpacked_at,
                packed_at,
                reason,
            } => write!(
                f,
                "the compressed data is damaged: {reason}, in the part that starts at its byte {packed_at}; \
                 {unpacked_at} bytes were unpacked, the rest was not read"
            ),
            Self::Unsupported {
                unpacked_at,
                packed_at,
                reason,
            } => write!(
                f,
                "the compressed data from its byte {packed_at} on cannot be unpacked: {reason}; {unpacked_at} bytes \
                 before it were unpacked"
            ),
            Self::TooMuch { unpacked_at, limit } => {
                match limit {
                    ReachedLimit::Bytes(bytes) => write!(
                        f,
                        "it unpacks to more than {bytes} bytes; raise --max-unpacked to read the rest"
                    ),
                    ReachedLimit::Ratio(ratio) => write!(
                        f,
                        "it unpacks to more than {ratio} times its size, which no dump does (a zip bomb?); raise \
                         --max-ratio to read the rest"
                    ),
                    ReachedLimit::Members(members, at) => write!(
                        f,
                        "it has more than {members} gzip members, the next at its byte {at}; raise --max-members \
                         to read the rest"
                    ),
                }?;
                write!(
                    f,
                    " (it was read up to byte {unpacked_at} of the unpacked text)"
                )
            }
            Self::TrailingGarbage { at } => write!(
                f,
                "the compressed data ends at its byte {at}; the bytes after it are not compressed and were not read"
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

/// Why a stream could not be kept for a second pass.
#[derive(Debug)]
pub enum SpoolError {
    /// The stream itself could not be read to its end.
    Read(io::Error),
    /// The temporary file could not be made or written.
    Temporary {
        /// The directory of the file.
        dir: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "reading failed: {error}"),
            Self::Temporary { dir, error } => write!(
                f,
                "cannot be kept in a temporary file in {}: {error}; save it to a file and name that file",
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
