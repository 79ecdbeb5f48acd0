//! Unpacks gzip: any number of consecutive members (RFC 1952), with zero padding between and after them.
//!
//! Streams and small files that are unpacked at once share this code, so that both give the same bytes and errors.
//! Nothing is unpacked after damage, because a deflate stream has no point at which a decoder could resume.

use flate2::{Decompress, FlushDecompress, Status};

use super::error::{ReachedLimit, ReadError};
use super::sniff::GZIP_MAGIC;
use super::source::Packed;

/// log2 of the largest window of deflate.
const WINDOW_BITS: u8 = 15;

/// Where unpacked bytes are written.
pub(super) enum UnpackBuffer<'a> {
    /// Into a slice.
    Slice(&'a mut [u8]),
    /// After the last element of a vector, within its capacity. The spare capacity need not be set to zero first.
    Spare(&'a mut Vec<u8>),
}

/// The state between two reads.
pub(super) struct Gzip {
    state: State,
    unpacked: u64,
    /// Where the member that is being unpacked starts in the packed source.
    member_at: u64,
    /// The limit of the number of members, and the number so far.
    most: u64,
    members: u64,
}

enum State {
    /// Before a member, padding or the end.
    Between,
    Member(Box<Decompress>),
    /// The last bytes before an error were delivered; the next call returns the error.
    Faulty(ReadError),
    End,
}

impl Gzip {
    /// Unpacks up to `most` members.
    pub(super) fn new(most: u64) -> Self {
        Self {
            most,
            members: 0,
            state: State::Between,
            unpacked: 0,
            member_at: 0,
        }
    }

    /// Sets the limit of the number of members.
    pub(super) fn set_most(&mut self, most: u64) {
        self.most = most;
    }

    /// Unpacks some bytes into `buffer`, which must not be full. Returns 0 at the end and on each call after an error.
    pub(super) fn read(
        &mut self,
        source: &mut impl Packed,
        mut buffer: UnpackBuffer<'_>,
    ) -> Result<usize, ReadError> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Faulty(error) => return Err(error),
                State::Between => {
                    if !skip_padding(source)? {
                        return Ok(0);
                    }
                    self.member_at = source.position();
                    let head = source.peek(GZIP_MAGIC.len())?;
                    if head.starts_with(&GZIP_MAGIC) {
                        if self.members >= self.most {
                            return Err(ReadError::TooMuch {
                                unpacked_at: self.unpacked,
                                limit: ReachedLimit::Members(self.most, self.member_at),
                            });
                        }
                        self.members += 1;
                        self.state = State::Member(Box::new(Decompress::new_gzip(WINDOW_BITS)));
                    // The source ended within the magic number of a member, or within padding and one byte of it.
                    } else if GZIP_MAGIC.starts_with(head) {
                        let packed_at = self.member_at + head.len() as u64;
                        return Err(ReadError::Truncated {
                            unpacked_at: self.unpacked,
                            packed_at,
                        });
                    } else {
                        return Err(ReadError::TrailingGarbage { at: self.member_at });
                    }
                }
                State::Member(mut inflate) => {
                    let step = inflate_some(&mut inflate, source, &mut buffer)?;
                    self.unpacked += step.produced as u64;
                    self.state = match step.outcome {
                        Outcome::Continues => State::Member(inflate),
                        Outcome::MemberEnds => State::Between,
                        Outcome::SourceEnds => State::Faulty(ReadError::Truncated {
                            unpacked_at: self.unpacked,
                            packed_at: source.position(),
                        }),
                        Outcome::Damaged(reason) => State::Faulty(ReadError::Corrupt {
                            unpacked_at: self.unpacked,
                            packed_at: self.member_at,
                            reason,
                        }),
                    };
                    // A step may consume a header or a trailer alone; 0 would mean the end to the caller.
                    if step.produced > 0 {
                        return Ok(step.produced);
                    }
                }
            }
        }
    }
}

struct Step {
    produced: usize,
    outcome: Outcome,
}

enum Outcome {
    Continues,
    MemberEnds,
    SourceEnds,
    Damaged(&'static str),
}

fn inflate_some(
    inflate: &mut Decompress,
    source: &mut impl Packed,
    buffer: &mut UnpackBuffer<'_>,
) -> Result<Step, ReadError> {
    let input = source.peek(1)?;
    let at_end = input.is_empty();
    let (in_before, out_before) = (inflate.total_in(), inflate.total_out());
    let status = match buffer {
        UnpackBuffer::Slice(out) => inflate.decompress(input, out, FlushDecompress::None),
        UnpackBuffer::Spare(out) => inflate.decompress_vec(input, out, FlushDecompress::None),
    };
    let consumed = (inflate.total_in() - in_before) as usize;
    let produced = (inflate.total_out() - out_before) as usize;
    source.consume(consumed);
    let outcome = match status {
        Ok(Status::StreamEnd) => Outcome::MemberEnds,
        Err(error) => Outcome::Damaged(damage(error.message())),
        Ok(_) if produced > 0 || consumed > 0 => Outcome::Continues,
        Ok(_) if at_end => Outcome::SourceEnds,
        // There is input and space for output, and the decoder used neither: it would not on the next call either.
        Ok(_) => Outcome::Damaged(damage(None)),
    };
    Ok(Step { produced, outcome })
}

/// The damage, by the message of the decoder. Its message for invalid data depends on how the data was divided into
/// reads, so all such messages result in one.
fn damage(message: Option<&str>) -> &'static str {
    match message {
        Some("incorrect data check") => "a wrong checksum",
        Some("incorrect length check") => "a wrong length",
        Some(
            "incorrect header check"
            | "unknown compression method"
            | "unknown header flags set"
            | "header crc mismatch",
        ) => "a malformed header",
        _ => "invalid data",
    }
}

/// Skips zero bytes; false if the source ends. Tapes and block devices pad with zeros, and the `gzip` tool ignores them.
/// Unlike `gzip`, this program also reads a member after the padding, because it would be lost silently otherwise.
pub(super) fn skip_padding(source: &mut impl Packed) -> Result<bool, ReadError> {
    loop {
        let input = source.peek(1)?;
        if input.is_empty() {
            return Ok(false);
        }
        let zeros = input.iter().take_while(|&&byte| byte == 0).count();
        let more = zeros < input.len();
        source.consume(zeros);
        if more {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests;
