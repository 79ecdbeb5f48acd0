//! Unpacks zstd: any number of consecutive frames and skippable frames (RFC 8878).
//!
//! The checksum and the declared length of a frame are checked here, because the decoder leaves that to its caller.
//! Dictionaries are not supported, because saved dumps do not come with one. Nothing is unpacked after damage.

use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::Read;

use super::error::ReadError;
use super::gzip::skip_padding;
use super::sniff::{MAGIC_LEN, ZSTD_MAGIC, is_skippable};
use super::source::{Packed, PackedSource};

/// The largest accepted window in bytes: the same as that of the `zstd` tool without `--long=28` or more.
const MAX_WINDOW: u64 = 128 << 20;

/// An empty raw block that is marked as the last one, and space for a checksum. The decoder keeps back the bytes of its
/// window for later blocks; this block makes it deliver them if no later block can be read.
const CLOSING_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// The state between two reads.
pub(super) struct Zstd {
    decoder: FrameDecoder,
    state: State,
    unpacked: u64,
    /// Where the current frame starts, in the packed source and in the unpacked text.
    frame_at: u64,
    frame_unpacked_at: u64,
}

enum State {
    Between,
    Frame,
    /// The bytes that the decoder kept back are delivered first, then the error.
    Faulty(Fault),
    End,
}

/// A [`ReadError`] without the number of bytes before it, which is not known yet.
enum Fault {
    Other(ReadError),
    Truncated,
    Corrupt(&'static str),
    Unsupported(String),
}

impl Zstd {
    pub(super) fn new() -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self {
            decoder,
            state: State::Between,
            unpacked: 0,
            frame_at: 0,
            frame_unpacked_at: 0,
        }
    }

    /// Unpacks some bytes into `out`, which must not be empty. Returns 0 at the end and on each call after an error.
    pub(super) fn read(
        &mut self,
        source: &mut PackedSource,
        out: &mut [u8],
    ) -> Result<usize, ReadError> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Between => {
                    if !skip_padding(source)? {
                        return Ok(0);
                    }
                    self.state = self.start_frame(source)?;
                }
                State::Frame => {
                    let count = self.decoder.read(out)?;
                    self.unpacked += count as u64;
                    self.state = if count > 0 {
                        State::Frame
                    } else if self.decoder.is_finished() {
                        self.finish_frame()
                    } else {
                        self.decode_block(source)
                    };
                    if count > 0 {
                        return Ok(count);
                    }
                }
                State::Faulty(fault) => {
                    let count = self.decoder.read(out)?;
                    if count > 0 {
                        self.unpacked += count as u64;
                        self.state = State::Faulty(fault);
                        return Ok(count);
                    }
                    return Err(self.error(fault, source));
                }
            }
        }
    }

    fn start_frame(&mut self, source: &mut PackedSource) -> Result<State, ReadError> {
        self.frame_at = source.position();
        self.frame_unpacked_at = self.unpacked;
        let head = source.peek(2 * MAGIC_LEN)?;
        if is_skippable(head) {
            let length = head
                .get(MAGIC_LEN..)
                .and_then(|rest| rest.first_chunk::<4>())
                .copied();
            let whole = match length {
                Some(length) => {
                    source.skip(2 * MAGIC_LEN as u64 + u64::from(u32::from_le_bytes(length)))?
                }
                // The source ends within the length; all of it is consumed, so that the error names its end.
                None => {
                    source.skip(2 * MAGIC_LEN as u64)?;
                    false
                }
            };
            return if whole {
                Ok(State::Between)
            } else {
                Err(self.error(Fault::Truncated, source))
            };
        }
        if !head.starts_with(&ZSTD_MAGIC) {
            if could_become_magic(head) {
                source.skip(MAGIC_LEN as u64)?;
                return Err(self.error(Fault::Truncated, source));
            }
            return Err(ReadError::TrailingGarbage { at: self.frame_at });
        }
        match self.decoder.reset(&mut *source) {
            Ok(()) => Ok(State::Frame),
            Err(error) => {
                let fault = fault(error, source, "a malformed frame header");
                Err(self.error(fault, source))
            }
        }
    }

    fn decode_block(&mut self, source: &mut PackedSource) -> State {
        match self
            .decoder
            .decode_blocks(&mut *source, BlockDecodingStrategy::UptoBlocks(1))
        {
            Ok(_) => State::Frame,
            Err(error) => {
                let fault = fault(error, source, "a malformed block");
                let closed = self
                    .decoder
                    .decode_blocks(&CLOSING_BLOCK[..], BlockDecodingStrategy::UptoBlocks(1));
                debug_assert!(closed.is_ok());
                State::Faulty(fault)
            }
        }
    }

    fn finish_frame(&self) -> State {
        // The decoder returns 0 if the frame declares no length.
        let declared = self.decoder.content_size();
        if declared != 0 && declared != self.unpacked - self.frame_unpacked_at {
            return State::Faulty(Fault::Corrupt("a frame is not as long as it declares"));
        }
        match self.decoder.get_checksum_from_data() {
            Some(sum) if self.decoder.get_calculated_checksum() != Some(sum) => {
                State::Faulty(Fault::Corrupt("a wrong checksum"))
            }
            _ => State::Between,
        }
    }

    fn error(&self, fault: Fault, source: &PackedSource) -> ReadError {
        let unpacked_at = self.unpacked;
        match fault {
            Fault::Other(error) => error,
            Fault::Truncated => ReadError::Truncated {
                unpacked_at,
                packed_at: source.position(),
            },
            Fault::Corrupt(reason) => ReadError::Corrupt {
                unpacked_at,
                packed_at: self.frame_at,
                reason,
            },
            Fault::Unsupported(reason) => ReadError::Unsupported {
                unpacked_at,
                packed_at: self.frame_at,
                reason,
            },
        }
    }
}

/// The reason of a failed call of the decoder. Its error does not contain that of its reader, so the source is asked
/// first. All other errors are damage; `damage` describes it, because the decoder's messages describe its code.
fn fault(error: FrameDecoderError, source: &mut PackedSource, damage: &'static str) -> Fault {
    let ran_dry = source.take_ran_dry();
    if let Some(error) = source.take_fault() {
        return Fault::Other(ReadError::Io(error));
    }
    if ran_dry {
        return Fault::Truncated;
    }
    match error {
        FrameDecoderError::WindowSizeTooBig {
            requested: window, ..
        }
        | FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { got: window }) => {
            Fault::Unsupported(format!(
                "it needs a window of {window} bytes, and {MAX_WINDOW} is the limit; \
                 unpack it with `zstd -d --long=31`"
            ))
        }
        FrameDecoderError::DictNotProvided { dict_id } => Fault::Unsupported(format!(
            "it needs dictionary {dict_id}; unpack it with `zstd -d -D DICTIONARY`"
        )),
        _ => Fault::Corrupt(damage),
    }
}

/// Whether the last bytes of a source are the beginning of a magic number.
fn could_become_magic(head: &[u8]) -> bool {
    head.len() < MAGIC_LEN
        && (ZSTD_MAGIC.starts_with(head)
            || matches!(
                head,
                [0x50..=0x5f] | [0x50..=0x5f, 0x2a] | [0x50..=0x5f, 0x2a, 0x4d]
            ))
}

#[cfg(test)]
mod tests;
