//! Reads the inputs: turns names from the command line into a list of inputs, and each input into bytes, unpacked if
//! they are gzip or zstd.
//!
//! Nothing here depends on the content (JSON, events) or on the environment; the directory of temporary files is a
//! parameter.
//!
//! ```no_run
//! use std::ffi::OsString;
//! use trailsift::input::{Opened, discover, open};
//!
//! let found = discover(&[OsString::from("dumps/")]);
//! let mut problems: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
//! let mut plain_bytes = 0;
//! for input in &found.inputs {
//!     match open(input) {
//!         Ok(Opened::Ranges(file)) => plain_bytes += file.len(),
//!         Ok(Opened::Memory(bytes)) => plain_bytes += bytes.len() as u64,
//!         Ok(Opened::Stream(mut stream)) => loop {
//!             match stream.read(&mut [0; 4096]) {
//!                 Ok(0) => break,
//!                 Ok(count) => plain_bytes += count as u64,
//!                 Err(error) => problems.push(format!("{}: {error}", input.shown())),
//!             }
//!         },
//!         Err(error) => problems.push(format!("{}: {error}", input.shown())),
//!     }
//! }
//! ```

mod discover;
mod error;
mod fingerprint;
mod gzip;
mod limits;
mod open;
mod range;
mod sniff;
mod source;
mod spool;
mod stream;
#[cfg(test)]
mod testing;
mod unpack;
mod window;
mod zstd;

pub use discover::{Discovery, Input, InputKind, Problem, ProblemKind, Root, discover};
pub use error::{OpenError, ReachedLimit, ReadError, SpoolError};
pub use fingerprint::{Fingerprint, FingerprintError, Hashing, fingerprint};
pub use limits::UnpackLimits;
pub use open::{Opened, open, stamp};
pub use range::{FileStamp, RangeFile};
pub use sniff::Compression;
pub use spool::{SPOOL_MEMORY, Spool};
pub use stream::{PackedReader, Stream};
pub use unpack::{Unpacked, unpack_small};
pub use window::ByteWindow;
