//! Unpacks a small gzip file at once. A trail consists of thousands of them, and a worker thread reads each as a whole.
//! Files that may be large after unpacking, and zstd, are streamed instead.

use super::error::ReadError;
use super::gzip::{Gzip, UnpackBuffer};
use super::limits::UnpackLimits;
use super::source::WholeSlice;

/// The largest ratio of deflate: a match of 258 bytes takes at least 2 bits.
const MAX_RATIO: usize = 1032;

/// Capacity in addition to the declared length, so that the decoder reaches the end of the data in one call.
const SLACK: usize = 64;

/// The result of [`unpack_small`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// All bytes are in the vector.
    Whole,
    /// It is longer than the limit; the vector is empty again. Read it as a [`Stream`](super::Stream).
    TooBig,
}

/// Unpacks all members of a complete gzip file into `out`, which is cleared first and keeps its capacity.
///
/// `limit` is the largest accepted number of unpacked bytes. It must be less than 64 MiB, because the ratio of `limits` is
/// not checked here. The length that gzip declares only decides how much memory is allocated at first, at most `limit`.
///
/// # Errors
/// Those of [`Stream::read`](super::Stream::read) for the same bytes, with equal fields and the same bytes in `out` as the
/// stream delivers before the error.
///
/// ```
/// use std::io::Write;
/// use trailsift::input::{UnpackLimits, Unpacked, unpack_small};
///
/// let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
/// gz.write_all(b"{}")?;
/// let packed = gz.finish()?;
/// let mut out = Vec::new();
/// assert_eq!(unpack_small(&packed, 1 << 20, &UnpackLimits::default(), &mut out)?, Unpacked::Whole);
/// assert_eq!(out, b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn unpack_small(
    packed: &[u8],
    limit: usize,
    limits: &UnpackLimits,
    out: &mut Vec<u8>,
) -> Result<Unpacked, ReadError> {
    let limit = usize::try_from(limits.bytes).map_or(limit, |bytes| bytes.min(limit));
    out.clear();
    out.reserve(
        declared_len(packed)
            .min(packed.len().saturating_mul(MAX_RATIO))
            .min(limit)
            .saturating_add(SLACK),
    );
    let mut source = WholeSlice::new(packed);
    let mut gzip = Gzip::new(limits.members);
    loop {
        if out.len() == out.capacity() {
            out.reserve(
                out.len()
                    .min(limit.saturating_sub(out.len()))
                    .saturating_add(SLACK),
            );
        }
        let count = gzip.read(&mut source, UnpackBuffer::Spare(out))?;
        if out.len() > limit {
            out.clear();
            return Ok(Unpacked::TooBig);
        }
        if count == 0 {
            return Ok(Unpacked::Whole);
        }
    }
}

/// The unpacked length of the last member modulo 2^32, from its trailer (RFC 1952, ISIZE).
fn declared_len(packed: &[u8]) -> usize {
    packed
        .last_chunk::<4>()
        .map_or(0, |&isize| u32::from_le_bytes(isize) as usize)
}

#[cfg(test)]
mod tests;
