//! Runs a source through its transcoders, a block at a time.
//!
//! Bytes are pushed from stage to stage; each takes as many as it can make something of and leaves the rest
//! for when more is there. So memory is bounded by the longest line, whatever the length of the source.
//!
//! Not for: what a stage makes of its bytes (a file each).

use super::Transcode;
use super::origins::{OriginRun, Origins, StageOrigins};
use crate::text::json;

/// Why a source ended too early, as a sentence for people. The type that it was made from can be asked for.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Where raw bytes come from: fills the buffer with some, `Ok(0)` is the end.
pub type SourceReader = Box<dyn FnMut(&mut [u8]) -> Result<usize, SourceError> + Send>;

/// How much is read from the source at once.
const CHUNK: usize = 256 << 10;

/// Text on its way out of a stage.
///
/// Places in the source never go back from one call to the next. Bytes of it that nothing is made of belong
/// to the text before them; a line end stands for those at the very beginning.
#[derive(Debug, Default)]
pub struct MappedText {
    bytes: Vec<u8>,
    /// How many of them were handed on.
    taken: usize,
    /// Offset of the first byte of `bytes`.
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

    /// Hands on the next `count` bytes.
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

    /// Adds bytes that stand at `source` as they are.
    pub fn copy(&mut self, bytes: &[u8], source: u64) {
        self.chars(bytes, source, 1, 1);
    }

    /// Adds text that is made up, or made from the source as a whole, from what stands at `source`.
    pub fn put(&mut self, text: &[u8], source: u64) {
        self.chars(text, source, 1, 0);
    }

    /// Adds characters of `step` bytes each, each of which took `takes` bytes of the source, from `source` on.
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

    /// Adds text that stands at `source` as a JSON string.
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

    /// Makes the text begin where the source does.
    fn begin(&mut self, source: u64) {
        if self.end() == 0 && source > 0 {
            self.put(b"\n", 0);
        }
    }
}

/// A transcoder with what it has not made anything of yet, and what it has made.
struct Stage {
    transcode: Box<dyn Transcode>,
    pending: Vec<u8>,
    /// Offset of the first pending byte.
    at: u64,
    /// How many pending bytes were too few.
    tried: usize,
    /// What it can make nothing of up to this length is passed on as it is.
    longest: usize,
    out: MappedText,
}

impl Stage {
    fn push(&mut self, bytes: &[u8], end: bool) {
        self.pending.extend_from_slice(bytes);
        // What was too little is tried again only when there is twice as much of it.
        if !end && self.pending.len() < 2 * self.tried {
            return;
        }
        let mut taken = self
            .transcode
            .take(&self.pending, self.at, end, &mut self.out);
        debug_assert!(!end || taken == self.pending.len());
        if taken == 0 && self.pending.len() > self.longest {
            self.transcode.pass(&self.pending, self.at, &mut self.out);
            taken = self.pending.len();
        }
        self.pending.drain(..taken);
        self.at += taken as u64;
        self.tried = self.pending.len();
        if end {
            // The place behind the last byte is the end of the source.
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

/// A block of made text.
#[derive(Debug, Default)]
pub struct TextChunk {
    /// Offset of its first byte in the whole text.
    pub base: u64,
    /// The text.
    pub bytes: Vec<u8>,
    /// Where the bytes of the block come from, the place behind the last one included.
    pub origins: Origins,
    /// Nothing follows.
    pub end: bool,
    /// Why the source ended, when it ended badly.
    pub error: Option<SourceError>,
}

impl TextChunk {
    /// Where in the text the byte of the source at `source` is, if the block holds it: the last place that
    /// comes from it or from before it.
    pub fn place_of(&self, source: u64) -> Option<u64> {
        let end = self.base + self.bytes.len() as u64;
        self.origins.place_of(source, self.base, end)
    }
}

/// Stages in a row, into which bytes are pushed.
pub struct StageChain {
    stages: Vec<Stage>,
    ended: bool,
}

impl StageChain {
    /// Makes text by stages, the first of which sees the bytes of the source. There must be one.
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

    /// Takes the next bytes of the source through all stages; `end` when nothing follows.
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

    /// The next `size` bytes of text, or as many as are there. One byte is held back before the end, so that
    /// the place behind the last one is known.
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

/// A source and what is made of it.
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

    /// The next `size` bytes of text, fewer at its end, or as soon as there are `enough`.
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

    /// All that is left of the text.
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
