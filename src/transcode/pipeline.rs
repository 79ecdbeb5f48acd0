//! Passes a source through its transcoders, chunk by chunk.
//!
//! Bytes are pushed from stage to stage. Each stage converts as many as it can and stores the rest until more arrive, so
//! memory is bounded by the longest line, not by the length of the source.

use super::Transcode;
use super::origins::{OriginRun, Origins, StageOrigins};
use crate::text::json;

/// Why a source ended early, as a sentence for people. The original error can be found by downcasting.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Fills the buffer with the next bytes of a source and returns their number; 0 at the end.
pub type SourceReader = Box<dyn FnMut(&mut [u8]) -> Result<usize, SourceError> + Send>;

/// Bytes per read of the source.
const CHUNK: usize = 256 << 10;

/// The output of a stage, with the map from its offsets to offsets in the stage's input.
///
/// Offsets in the source never decrease from one call to the next. Source bytes without output belong to the output
/// before them; if there is no output yet, a line end is written for them.
#[derive(Debug, Default)]
pub struct MappedText {
    bytes: Vec<u8>,
    /// Number of these bytes that were passed to the next stage.
    taken: usize,
    /// Offset of the first of `bytes`.
    base: u64,
    runs: StageOrigins,
}

impl MappedText {
    fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    fn ready(&self) -> usize {
        self.bytes.len() - self.taken
    }

    /// Moves the next `count` bytes to `into`.
    fn hand_on(&mut self, count: usize, into: &mut Vec<u8>) {
        let end = self.taken + count;
        into.extend_from_slice(&self.bytes[self.taken..end]);
        self.taken = end;
        if 2 * self.taken >= self.bytes.len() {
            self.bytes.drain(..self.taken);
            self.base += self.taken as u64;
            self.taken = 0;
        }
    }

    /// Adds bytes of the source, which begin at `source`, unchanged.
    pub fn copy(&mut self, bytes: &[u8], source: u64) {
        self.chars(bytes, source, 1, 1);
    }

    /// Adds text that is not in the source, or replaces a range of it. All of it maps to the offset `source`.
    pub fn put(&mut self, text: &[u8], source: u64) {
        self.chars(text, source, 1, 0);
    }

    /// Adds characters of `step` bytes each. Each of them replaces `takes` bytes of the source, from `source` on.
    pub fn chars(&mut self, text: &[u8], source: u64, step: u8, takes: u8) {
        if text.is_empty() {
            return;
        }
        self.begin(source);
        self.runs.push(OriginRun {
            at: self.end(),
            source,
            step,
            takes,
        });
        self.bytes.extend_from_slice(text);
    }

    /// Adds source text that begins at `source`, as a JSON string.
    pub fn string(&mut self, text: &[u8], source: u64) {
        let is_plain = |byte: &u8| *byte >= b' ' && !matches!(byte, b'"' | b'\\');
        self.put(b"\"", source);
        if text.iter().all(is_plain) {
            self.copy(text, source);
        } else {
            let mut escaped = Vec::with_capacity(text.len() + text.len() / 4);
            json::write_string_content(&mut escaped, &String::from_utf8_lossy(text));
            self.put(&escaped, source);
        }
        self.put(b"\"", source + text.len() as u64);
    }

    /// Makes the output begin where the source does: an offset 0 in the text must map to the offset 0 of the source.
    fn begin(&mut self, source: u64) {
        if self.end() == 0 && source > 0 {
            self.put(b"\n", 0);
        }
    }
}

/// A transcoder with its stored input and its output.
struct Stage {
    transcode: Box<dyn Transcode>,
    pending: Vec<u8>,
    /// Offset of the first pending byte.
    at: u64,
    /// Number of pending bytes at the last attempt that needed more.
    tried: usize,
    /// If no progress is made with more bytes than this, they are passed on unchanged.
    longest: usize,
    out: MappedText,
}

impl Stage {
    fn push(&mut self, bytes: &[u8], end: bool) {
        self.pending.extend_from_slice(bytes);
        // A failed attempt is repeated when there is twice as much, so a long line is not read quadratically.
        if !end && self.pending.len() < 2 * self.tried {
            return;
        }
        let mut taken = self
            .transcode
            .take(&self.pending, self.at, end, &mut self.out);
        debug_assert!(!end || taken == self.pending.len());
        // A line without an end must not fill the memory.
        if taken == 0 && self.pending.len() > self.longest {
            self.transcode.pass(&self.pending, self.at, &mut self.out);
            taken = self.pending.len();
        }
        self.pending.drain(..taken);
        self.at += taken as u64;
        self.tried = self.pending.len();
        if end {
            // The offset after the last byte maps to the end of the source.
            self.out.begin(self.at);
            self.out.runs.push(OriginRun {
                at: self.out.end(),
                source: self.at,
                step: 1,
                takes: 1,
            });
        }
    }
}

/// A chunk of converted text.
#[derive(Debug, Default)]
pub struct TextChunk {
    /// Offset of its first byte in the whole text.
    pub base: u64,
    /// The text.
    pub bytes: Vec<u8>,
    /// Maps the offsets of this chunk, including the one after its last byte.
    pub origins: Origins,
    /// The text ends here.
    pub end: bool,
    /// Why the source ended early, if it did.
    pub error: Option<SourceError>,
}

impl TextChunk {
    /// The last offset in the text that comes from the source byte at `source` or from one before it; `None` if the chunk
    /// does not contain it.
    pub fn place_of(&self, source: u64) -> Option<u64> {
        let end = self.base + self.bytes.len() as u64;
        self.origins.place_of(source, self.base, end)
    }
}

/// Connected stages: bytes are pushed into the first, and text comes out of the last.
pub struct StageChain {
    stages: Vec<Stage>,
    ended: bool,
}

impl StageChain {
    /// Connects stages. There must be at least one.
    pub(super) fn new(stages: Vec<Box<dyn Transcode>>, longest: usize) -> Self {
        let stages = stages.into_iter().map(|transcode| Stage {
            transcode,
            pending: Vec::new(),
            at: 0,
            tried: 0,
            longest,
            out: MappedText::default(),
        });
        StageChain {
            stages: stages.collect(),
            ended: false,
        }
    }

    /// Pushes the next bytes of the source through all stages; `end` if the source ends here.
    pub fn push(&mut self, bytes: &[u8], end: bool) {
        self.ended = end;
        let Some((last, first)) = self.stages.split_last_mut() else {
            return;
        };
        let mut made = None;
        for stage in first {
            stage.push(made.as_deref().unwrap_or(bytes), end);
            let mut next = Vec::new();
            stage.out.hand_on(stage.out.ready(), &mut next);
            made = Some(next);
        }
        last.push(made.as_deref().unwrap_or(bytes), end);
    }

    /// The next `size` bytes of text, or as many as are available. Before the end one byte is kept back, because the
    /// origin of the offset after the chunk must be known.
    pub fn block(&mut self, size: usize) -> TextChunk {
        let ready = self.ready();
        let end = self.ended && ready <= size;
        let length = match self.ended {
            true => size.min(ready),
            false => size.min(ready.saturating_sub(1)),
        };
        let mut block = TextChunk {
            base: 0,
            bytes: Vec::with_capacity(length),
            origins: Origins::default(),
            end,
            error: None,
        };
        let Some(last) = self.stages.last_mut() else {
            return block;
        };
        block.base = last.out.base + last.out.taken as u64;
        last.out.hand_on(length, &mut block.bytes);
        let mut at = block.base + length as u64;
        let runs = self.stages.iter().map(|stage| &stage.out.runs);
        block.origins = Origins::between(runs, block.base, at);
        // Runs before the chunk are not needed again, so the map stays as small as the text.
        for stage in self.stages.iter_mut().rev() {
            stage.out.runs.forget(at);
            at = stage.out.runs.source_of(at);
        }
        block
    }

    fn ready(&self) -> usize {
        self.stages.last().map_or(0, |stage| stage.out.ready())
    }
}

/// A source and the stages that convert it.
pub struct Transcoder {
    pull: SourceReader,
    chunk: Vec<u8>,
    chain: StageChain,
    error: Option<SourceError>,
}

impl Transcoder {
    pub(super) fn new(pull: SourceReader, chain: StageChain) -> Self {
        Transcoder {
            pull,
            chunk: Vec::new(),
            chain,
            error: None,
        }
    }

    /// The next `size` bytes of text. Returns fewer at the end, or as soon as `enough` are available.
    pub fn block(&mut self, size: usize, enough: usize) -> TextChunk {
        let wanted = enough.min(size).saturating_add(1);
        while !self.chain.ended && self.chain.ready() < wanted {
            self.chunk.resize(CHUNK, 0);
            let read = match (self.pull)(&mut self.chunk) {
                Ok(read) => read,
                Err(error) => {
                    self.error = Some(error);
                    0
                }
            };
            self.chain.push(&self.chunk[..read], read == 0);
        }
        let mut block = self.chain.block(size);
        if block.end {
            block.error = self.error.take();
        }
        block
    }

    /// All text that remains.
    pub fn rest(&mut self) -> TextChunk {
        self.block(usize::MAX - 1, usize::MAX - 1)
    }
}

impl std::fmt::Debug for Transcoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transcoder")
            .field("stages", &self.chain.stages.len())
            .field("ended", &self.chain.ended)
            .finish_non_exhaustive()
    }
}
