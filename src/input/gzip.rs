//! Unpacks gzip: any number of members one after another (RFC 1952), with zero padding between and
//! after them.
//!
//! One machine for both ways in, the stream that reads as it goes and the small file unpacked in
//! one shot, so that the two cannot disagree on bytes or errors. Not for: reading (see `source`),
//! or for resuming after damage: a deflate stream has no place to resume at.

use flate2::{Decompress, FlushDecompress, Status};

use super::error::{ReachedLimit, ReadError};
use super::sniff::GZIP_MAGIC;
use super::source::Packed;

/// log2 of the largest window deflate knows.
const WINDOW_BITS: u8 = 15;

/// Where unpacked bytes go.
pub(super) enum Room<'a> {
    /// Into a part of the caller's buffer.
    Slice(&'a mut [u8]),
    /// Behind the end of a vector, as far as its capacity reaches, which spares clearing it first.
    Spare(&'a mut Vec<u8>),
}

/// The state between two reads.
pub(super) struct Gzip {
    state: State,
    unpacked: u64,
    /// Where the member that is being unpacked starts in the packed source.
    member_at: u64,
    /// How many members there may be, and how many there were.
    most: u64,
    members: u64,
}

enum State {
    /// Before a member, padding or the end.
    Between,
    Member(Box<Decompress>),
    /// The last bytes before a fault were delivered; now the fault itself.
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

    /// Sets how many members there may be.
    pub(super) fn set_most(&mut self, most: u64) {
        self.most = most;
    }

    /// Unpacks some bytes into `room`, which must have some. `Ok(0)` is the end, and so is
    /// everything after an error.
    pub(super) fn read(
        &mut self,
        source: &mut impl Packed,
        mut room: Room<'_>,
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
                    let step = inflate_some(&mut inflate, source, &mut room)?;
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
    room: &mut Room<'_>,
) -> Result<Step, ReadError> {
    let input = source.peek(1)?;
    let at_end = input.is_empty();
    let (in_before, out_before) = (inflate.total_in(), inflate.total_out());
    let status = match room {
        Room::Slice(out) => inflate.decompress(input, out, FlushDecompress::None),
        Room::Spare(out) => inflate.decompress_vec(input, out, FlushDecompress::None),
    };
    let consumed = (inflate.total_in() - in_before) as usize;
    let produced = (inflate.total_out() - out_before) as usize;
    source.consume(consumed);
    let outcome = match status {
        Ok(Status::StreamEnd) => Outcome::MemberEnds,
        Err(error) => Outcome::Damaged(damage(error.message())),
        Ok(_) if produced > 0 || consumed > 0 => Outcome::Continues,
        Ok(_) if at_end => Outcome::SourceEnds,
        Ok(_) => Outcome::Damaged(damage(None)),
    };
    Ok(Step { produced, outcome })
}

/// Our words for what the decoder says. For damage within the data it says one thing or another
/// depending on how the data was cut into reads, so all of that is one.
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

/// Steps over zero bytes; false when the source ends. Tapes and block devices pad with zeros, and
/// gzip lets them pass. Unlike gzip, a member after the padding is read: the loss would be silent
/// otherwise.
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
