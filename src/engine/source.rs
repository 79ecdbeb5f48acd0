//! Splitting inputs into stretches of work: ranges that a worker reads itself, blocks of a stream, and
//! small packed files as a whole.
//!
//! The feeder runs on the coordinating thread, the only one that waits for a pipe. Not for: scanning.

use std::io::Read;
use std::sync::Arc;

use super::block_reader::{self, BlockReader};
use super::buffers::Buffers;
use super::{HEAD, Item, ItemSource, Settings};
use crate::input::{
    self, Compression, FileStamp, Opened, RangeFile, Stream, UnpackLimits, Unpacked,
};
use crate::transcode::{self, Origins, Recipe, SourceError, SourceReader, TextChunk};

/// Packed files up to this size are unpacked by one worker in one go …
const SMALL_PACKED: u64 = 1 << 20;
/// … unless they unpack to more than this.
const SMALL_UNPACKED: usize = 4 << 20;

/// Pieces are not cut smaller than this because a file is small.
const LEAST: usize = 128 << 10;

/// A stretch of a file, not yet read or just read.
pub(super) enum ChunkTask {
    /// Bytes `base..base + length` of a file.
    Range {
        file: RangeFile,
        base: u64,
        length: usize,
        eof: bool,
    },
    /// A part of what is in memory.
    Slice {
        bytes: Arc<Vec<u8>>,
        base: u64,
        length: usize,
        eof: bool,
    },
    /// A block of a flow.
    Block(TextChunk),
    /// A whole packed file, small enough for one worker.
    Packed { stream: Box<Stream> },
    /// Nothing: the file could not be opened.
    Failed { error: String },
}

/// The bytes of a stretch.
pub(super) struct LoadedChunk {
    /// Offset of the first byte in the text that is read.
    pub base: u64,
    pub bytes: Vec<u8>,
    /// Leads back to the source, where the text was made from one.
    pub origins: Option<Origins>,
    pub eof: bool,
    /// Why reading ended, when it ended badly. The bytes before that are whole.
    pub error: Option<SourceError>,
    /// The input unpacks to more than one worker should hold: read it as a stream.
    pub too_big: bool,
    pub failed: bool,
    /// The memory of its bytes came from [`Buffers`].
    pub is_reusable: bool,
}

impl LoadedChunk {
    /// Offset of its beginning in the source.
    pub fn source_start(&self) -> u64 {
        self.source_of(self.base)
    }

    /// Offset of its end in the source.
    pub fn source_end(&self) -> u64 {
        self.source_of(self.base + self.bytes.len() as u64)
    }

    /// Text in place of the bytes of a whole source, where they take a transcoder.
    fn made(self, longest: usize) -> LoadedChunk {
        let Some(recipe) = transcode::recognise(&self.bytes) else {
            return self;
        };
        let made = recipe
            .open(block_reader::pull_memory(Arc::new(self.bytes)), longest)
            .rest();
        LoadedChunk {
            error: self.error,
            too_big: self.too_big,
            ..made.into()
        }
    }

    fn source_of(&self, place: u64) -> u64 {
        transcode::source_of(self.origins.as_ref(), place)
    }
}

impl From<TextChunk> for LoadedChunk {
    fn from(block: TextChunk) -> LoadedChunk {
        LoadedChunk {
            base: block.base,
            bytes: block.bytes,
            origins: (!block.origins.is_empty()).then_some(block.origins),
            eof: block.end,
            error: block.error,
            too_big: false,
            failed: false,
            is_reusable: false,
        }
    }
}

impl ChunkTask {
    /// Reads the stretch. Runs on a worker.
    pub fn read(self, buffers: &Buffers, settings: &Settings<'_>) -> LoadedChunk {
        let longest = settings.limits.event;
        let mut stretch = LoadedChunk {
            base: 0,
            bytes: Vec::new(),
            origins: None,
            eof: true,
            error: None,
            too_big: false,
            failed: false,
            is_reusable: false,
        };
        match self {
            ChunkTask::Range {
                file,
                base,
                length,
                eof,
            } => {
                stretch.base = base;
                stretch.eof = eof;
                stretch.bytes = buffers.take();
                stretch.is_reusable = true;
                stretch.bytes.resize(length, 0);
                match file.read_at(base, &mut stretch.bytes) {
                    Ok(read) if read == length => {}
                    Ok(read) => {
                        stretch.bytes.truncate(read);
                        stretch.eof = true;
                        stretch.error =
                            Some(block_reader::shorter(&file, base + read as u64).into());
                    }
                    Err(error) => {
                        stretch.bytes.clear();
                        stretch.eof = true;
                        stretch.error = Some(block_reader::unreadable(base, &error).into());
                    }
                }
                // All of a small file: nobody has looked at its beginning yet.
                if base == 0 && eof {
                    return stretch.made(longest);
                }
            }
            ChunkTask::Slice {
                bytes,
                base,
                length,
                eof,
            } => {
                let from = base as usize;
                stretch.base = base;
                stretch.eof = eof;
                stretch.bytes = buffers.take();
                stretch.is_reusable = true;
                stretch.bytes.clear();
                stretch.bytes.extend_from_slice(&bytes[from..from + length]);
            }
            ChunkTask::Block(block) => return block.into(),
            ChunkTask::Packed { stream } => {
                let unpacking = &settings.unpacking;
                stretch.bytes = buffers.take();
                stretch.is_reusable = true;
                stretch.bytes.clear();
                let mut packed = buffers.take();
                packed.clear();
                let read = stream.into_packed().read_to_end(&mut packed);
                match input::unpack_small(&packed, SMALL_UNPACKED, unpacking, &mut stretch.bytes) {
                    Ok(Unpacked::Whole) => {}
                    Ok(Unpacked::TooBig) => stretch.too_big = true,
                    Err(error) => stretch.error = Some(error.into()),
                }
                if let Err(error) = read {
                    stretch.error = Some(error.into());
                }
                buffers.give(packed);
                return stretch.made(longest);
            }
            ChunkTask::Failed { error } => {
                stretch.error = Some(error.into());
                stretch.failed = true;
            }
        }
        stretch
    }
}

/// What is being cut right now.
enum Splitting {
    Nothing,
    Ranges {
        file: RangeFile,
        base: u64,
        /// At most this much of it is a piece.
        share: usize,
    },
    Memory {
        bytes: Arc<Vec<u8>>,
        base: u64,
    },
    BlockReader {
        flow: BlockReader,
        is_first: bool,
    },
}

impl Splitting {
    fn made(recipe: &Recipe, pull: SourceReader, longest: usize) -> Splitting {
        Splitting::BlockReader {
            flow: BlockReader::Made(Box::new(recipe.open(pull, longest))),
            is_first: true,
        }
    }
}

/// Gives out the work of all inputs, in order.
pub(super) struct Feeder<'f> {
    items: &'f [Item],
    settings: &'f Settings<'f>,
    next: usize,
    cutting: Splitting,
    /// What each opened input was at its opening; `None` for pipes.
    pub stamps: Vec<Option<FileStamp>>,
}

impl<'f> Feeder<'f> {
    pub fn new(items: &'f [Item], settings: &'f Settings<'f>) -> Self {
        Feeder {
            items,
            settings,
            next: 0,
            cutting: Splitting::Nothing,
            stamps: Vec::with_capacity(items.len()),
        }
    }

    /// True when the next stretch may take its time, and rows that are already known should not wait for it.
    pub fn waits(&self) -> bool {
        self.settings.limit.is_some() && matches!(self.cutting, Splitting::BlockReader { .. })
    }

    /// The next stretch, with the index of its input.
    pub fn next(&mut self) -> Option<(usize, ChunkTask)> {
        loop {
            let current = self.next.wrapping_sub(1);
            if let Some(work) = self.cut() {
                return Some((current, work));
            }
            let item = self.items.get(self.next)?;
            self.next += 1;
            let opened = open(&item.source, &self.settings.unpacking);
            self.stamps.push(match &opened {
                Ok(Opened::Ranges(file)) => Some(file.stamp()),
                Ok(Opened::Stream(stream)) => stream.stamp(),
                _ => None,
            });
            match opened {
                // A worker that reads all of it tells for itself what it takes.
                Ok(Opened::Ranges(file)) if file.len() <= self.piece(0) as u64 => {
                    self.cutting = Splitting::Ranges {
                        file,
                        base: 0,
                        share: usize::MAX,
                    };
                }
                Ok(Opened::Ranges(file)) => {
                    self.cutting = match block_reader::recipe_of(&file) {
                        None => Splitting::Ranges {
                            share: share(file.len()),
                            file,
                            base: 0,
                        },
                        Some(recipe) => {
                            Splitting::made(&recipe, block_reader::pull_file(file), self.longest())
                        }
                    };
                }
                Ok(Opened::Memory(bytes)) => {
                    self.cutting = match transcode::recognise(&bytes) {
                        None => Splitting::Memory { bytes, base: 0 },
                        Some(recipe) => Splitting::made(
                            &recipe,
                            block_reader::pull_memory(bytes),
                            self.longest(),
                        ),
                    };
                }
                // With a limit nothing is read that may lie behind it.
                Ok(Opened::Stream(stream))
                    if self.settings.limit.is_none() && is_small(&item.source, &stream) =>
                {
                    let stream = Box::new(stream);
                    return Some((self.next - 1, ChunkTask::Packed { stream }));
                }
                Ok(Opened::Stream(stream)) => {
                    self.cutting = Splitting::BlockReader {
                        flow: BlockReader::new(Box::new(stream), self.longest()),
                        is_first: true,
                    };
                }
                Err(error) => return Some((self.next - 1, ChunkTask::Failed { error })),
            }
        }
    }

    /// The longest row that a transcoder waits for.
    fn longest(&self) -> usize {
        self.settings.limits.event
    }

    /// The length of a stretch. The first one is long enough to tell by its beginning what the file is.
    fn piece(&self, base: u64) -> usize {
        match base {
            0 => self.settings.chunk_size.max(HEAD),
            _ => self.settings.chunk_size,
        }
    }

    fn cut(&mut self) -> Option<ChunkTask> {
        match std::mem::replace(&mut self.cutting, Splitting::Nothing) {
            Splitting::Nothing => None,
            Splitting::Ranges { file, base, share } => {
                let left = file.len() - base;
                let length = left.min(self.piece(base).min(share) as u64) as usize;
                let eof = length as u64 == left;
                if !eof {
                    self.cutting = Splitting::Ranges {
                        file: file.clone(),
                        base: base + length as u64,
                        share,
                    };
                }
                Some(ChunkTask::Range {
                    file,
                    base,
                    length,
                    eof,
                })
            }
            Splitting::Memory { bytes, base } => {
                let left = bytes.len() - base as usize;
                let length = left.min(self.piece(base));
                let eof = length == left;
                if !eof {
                    self.cutting = Splitting::Memory {
                        bytes: Arc::clone(&bytes),
                        base: base + length as u64,
                    };
                }
                Some(ChunkTask::Slice {
                    bytes,
                    base,
                    length,
                    eof,
                })
            }
            Splitting::BlockReader { mut flow, is_first } => {
                let size = self.piece(u64::from(!is_first));
                let block = flow.block(size, self.settings.limit.is_some());
                if !block.end {
                    let is_first = false;
                    self.cutting = Splitting::BlockReader { flow, is_first };
                }
                Some(ChunkTask::Block(block))
            }
        }
    }
}

/// A piece of a file that is cut into many: memory is dear as long as it is new to the process, and workers that share
/// a small file end together.
fn share(length: u64) -> usize {
    usize::try_from(length / 64).map_or(usize::MAX, |share| share.max(LEAST))
}

pub(super) fn open(source: &ItemSource, unpacking: &UnpackLimits) -> Result<Opened, String> {
    let mut opened = match source {
        ItemSource::Input(input) => input::open(input).map_err(|error| error.to_string())?,
        ItemSource::Spool(spool) => spool.open(),
    };
    if let Opened::Stream(stream) = &mut opened {
        stream.set_limits(*unpacking);
    }
    Ok(opened)
}

fn is_small(source: &ItemSource, stream: &Stream) -> bool {
    matches!(source, ItemSource::Input(input) if input.kind == input::InputKind::File)
        && stream.compression() == Compression::Gzip
        && stream
            .packed_len()
            .is_some_and(|length| length <= SMALL_PACKED)
}
