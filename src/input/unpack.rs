//! Unpacks a small gzip file in one shot: trails are thousands of them, and a worker takes one
//! whole.
//!
//! Not for: files that may be large once unpacked (they are streamed), or for zstd.

use super::error::ReadError;
use super::gzip::{Gzip, Room};
use super::limits::UnpackLimits;
use super::source::WholeSlice;

/// How much more than its packed form deflate can hold at most, roughly 1032 to 1.
const MAX_RATIO: usize = 1032;

/// Room beyond the declared length, so that the decoder sees the end of the data without being
/// asked again.
const SLACK: usize = 64;

/// How [`unpack_small`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// All of it is in the vector.
    Whole,
    /// It is longer than the limit; the vector is empty again. To be read as a
    /// [`Stream`](super::Stream).
    TooBig,
}

/// Unpacks all members of a whole gzip file into `out`, which is cleared first and keeps its
/// capacity.
///
/// `limit` is the largest number of unpacked bytes to accept; it must lie where the ratio of `limits` does not
/// count yet. The length that gzip declares is used
/// as a hint for how much to allocate, never trusted and never beyond `limit`.
///
/// # Errors
/// Those of [`Stream::read`](super::Stream::read) for the same bytes, field by field, with the same
/// bytes in `out` as the stream delivers before the error.
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
        let count = gzip.read(&mut source, Room::Spare(out))?;
        if out.len() > limit {
            out.clear();
            return Ok(Unpacked::TooBig);
        }
        if count == 0 {
            return Ok(Unpacked::Whole);
        }
    }
}

/// What the trailer of the last member says: its unpacked length modulo 2^32 (RFC 1952, ISIZE).
fn declared_len(packed: &[u8]) -> usize {
    packed
        .last_chunk::<4>()
        .map_or(0, |&isize| u32::from_le_bytes(isize) as usize)
}

#[cfg(test)]
mod tests;
