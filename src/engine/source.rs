//! Cutting inputs into stretches of work: ranges that a worker reads itself, blocks of a stream, and
//! small packed files as a whole.
//!
//! The feeder runs on the coordinating thread, the only one that waits for a pipe. Not for: scanning.

use std::io::Read;
use std::sync::Arc;

use super::buffers::Buffers;
use super::flow::{self, Flow};
use super::{HEAD, Item, Origin, Settings};
use crate::input::{
    self, Compression, FileStamp, Opened, RangeFile, Stream, UnpackLimits, Unpacked,
};
use crate::transcode::{self, Block, Origins, Pull, Recipe, SourceError};

/// Packed files up to this size are unpacked by one worker in one go …
const SMALL_PACKED: u64 = 1 << 20;
/// … unless they unpack to more than this.
const SMALL_UNPACKED: usize = 4 << 20;

/// Pieces are not cut smaller than this because a file is small.
const LEAST: usize = 128 << 10;

/// A stretch of a file, not yet read or just read.
pub(super) enum Work {
    /// Bytes `base..base + length` of a file.
    Range {
        file: RangeFile,
        base: u64,
        length: usize,
        eof: bool,
    },
    /// Part of what lies in memory.
    Slice {
        bytes: Arc<Vec<u8>>,
        base: u64,
        length: usize,
        eof: bool,
    },
    /// A block of a flow.
    Block(Block),
    /// A whole packed file, small enough for one worker.
    Packed { stream: Box<Stream> },
    /// Nothing: the file could not be opened.
    Failed { error: String },
}

/// The bytes of a stretch.
pub(super) struct Stretch {
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

impl Stretch {
    /// Offset of its beginning in the source.
    pub fn source_start(&self) -> u64 {
        self.source_of(self.base)
    }

    /// Offset of its end in the source.
    pub fn source_end(&self) -> u64 {
        self.source_of(self.base + self.bytes.len() as u64)
    }

    /// Text in place of the bytes of a whole source, where they take a transcoder.
    fn made(self, longest: usize) -> Stretch {
        let Some(recipe) = transcode::recognise(&self.bytes) else {
            return self;
        };
        let made = recipe
            .open(flow::pull_memory(Arc::new(self.bytes)), longest)
            .rest();
        Stretch {
            error: self.error,
            too_big: self.too_big,
            ..made.into()
        }
    }

    fn source_of(&self, place: u64) -> u64 {
        transcode::source_of(self.origins.as_ref(), place)
    }
}

impl From<Block> for Stretch {
    fn from(block: Block) -> Stretch {
        Stretch {
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

impl Work {
    /// Reads the stretch. Runs on a worker.
    pub fn read(self, buffers: &Buffers, settings: &Settings<'_>) -> Stretch {
        let longest = settings.limits.event;
        let mut stretch = Stretch {
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
            Work::Range {
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
                        stretch.error = Some(flow::shorter(&file, base + read as u64).into());
                    }
                    Err(error) => {
                        stretch.bytes.clear();
                        stretch.eof = true;
                        stretch.error = Some(flow::unreadable(base, &error).into());
                    }
                }
                // All of a small file: nobody has looked at its beginning yet.
                if base == 0 && eof {
                    return stretch.made(longest);
                }
            }
            Work::Slice {
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
            Work::Block(block) => return block.into(),
            Work::Packed { stream } => {
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
            Work::Failed { error } => {
                stretch.error = Some(error.into());
                stretch.failed = true;
            }
        }
        stretch
    }
}

/// What is being cut right now.
enum Cutting {
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
    Flow {
        flow: Flow,
        is_first: bool,
    },
}

impl Cutting {
    fn made(recipe: &Recipe, pull: Pull, longest: usize) -> Cutting {
        Cutting::Flow {
            flow: Flow::Made(Box::new(recipe.open(pull, longest))),
            is_first: true,
        }
    }
}

/// Gives out the work of all inputs, in order.
pub(super) struct Feeder<'f> {
    items: &'f [Item],
    settings: &'f Settings<'f>,
    next: usize,
    cutting: Cutting,
    /// What each opened input was at its opening; `None` for pipes.
    pub stamps: Vec<Option<FileStamp>>,
}

impl<'f> Feeder<'f> {
    pub fn new(items: &'f [Item], settings: &'f Settings<'f>) -> Self {
        Feeder {
            items,
            settings,
            next: 0,
            cutting: Cutting::Nothing,
            stamps: Vec::with_capacity(items.len()),
        }
    }

    /// True when the next stretch may take its time, and rows that are already known should not wait for it.
    pub fn waits(&self) -> bool {
        self.settings.limit.is_some() && matches!(self.cutting, Cutting::Flow { .. })
    }

    /// The next stretch, with the index of its input.
    pub fn next(&mut self) -> Option<(usize, Work)> {
        loop {
            let current = self.next.wrapping_sub(1);
            if let Some(work) = self.cut() {
                return Some((current, work));
            }
            let item = self.items.get(self.next)?;
            self.next += 1;
            let opened = open(&item.origin, &self.settings.unpacking);
            self.stamps.push(match &opened {
                Ok(Opened::Ranges(file)) => Some(file.stamp()),
                Ok(Opened::Stream(stream)) => stream.stamp(),
                _ => None,
            });
            match opened {
                // A worker that reads all of it tells for itself what it takes.
                Ok(Opened::Ranges(file)) if file.len() <= self.piece(0) as u64 => {
                    self.cutting = Cutting::Ranges {
                        file,
                        base: 0,
                        share: usize::MAX,
                    };
                }
                Ok(Opened::Ranges(file)) => {
                    self.cutting = match flow::recipe_of(&file) {
                        None => Cutting::Ranges {
                            share: share(file.len()),
                            file,
                            base: 0,
                        },
                        Some(recipe) => {
                            Cutting::made(&recipe, flow::pull_file(file), self.longest())
                        }
                    };
                }
                Ok(Opened::Memory(bytes)) => {
                    self.cutting = match transcode::recognise(&bytes) {
                        None => Cutting::Memory { bytes, base: 0 },
                        Some(recipe) => {
                            Cutting::made(&recipe, flow::pull_memory(bytes), self.longest())
                        }
                    };
                }
                // With a limit nothing is read that may lie behind it.
                Ok(Opened::Stream(stream))
                    if self.settings.limit.is_none() && is_small(&item.origin, &stream) =>
                {
                    let stream = Box::new(stream);
                    return Some((self.next - 1, Work::Packed { stream }));
                }
                Ok(Opened::Stream(stream)) => {
                    self.cutting = Cutting::Flow {
                        flow: Flow::new(Box::new(stream), self.longest()),
                        is_first: true,
                    };
                }
                Err(error) => return Some((self.next - 1, Work::Failed { error })),
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
            0 => self.settings.piece.max(HEAD),
            _ => self.settings.piece,
        }
    }

    fn cut(&mut self) -> Option<Work> {
        match std::mem::replace(&mut self.cutting, Cutting::Nothing) {
            Cutting::Nothing => None,
            Cutting::Ranges { file, base, share } => {
                let left = file.len() - base;
                let length = left.min(self.piece(base).min(share) as u64) as usize;
                let eof = length as u64 == left;
                if !eof {
                    self.cutting = Cutting::Ranges {
                        file: file.clone(),
                        base: base + length as u64,
                        share,
                    };
                }
                Some(Work::Range {
                    file,
                    base,
                    length,
                    eof,
                })
            }
            Cutting::Memory { bytes, base } => {
                let left = bytes.len() - base as usize;
                let length = left.min(self.piece(base));
                let eof = length == left;
                if !eof {
                    self.cutting = Cutting::Memory {
                        bytes: Arc::clone(&bytes),
                        base: base + length as u64,
                    };
                }
                Some(Work::Slice {
                    bytes,
                    base,
                    length,
                    eof,
                })
            }
            Cutting::Flow { mut flow, is_first } => {
                let size = self.piece(u64::from(!is_first));
                let block = flow.block(size, self.settings.limit.is_some());
                if !block.end {
                    let is_first = false;
                    self.cutting = Cutting::Flow { flow, is_first };
                }
                Some(Work::Block(block))
            }
        }
    }
}

/// A piece of a file that is cut into many: memory is dear as long as it is new to the process, and workers that share
/// a small file end together.
fn share(length: u64) -> usize {
    usize::try_from(length / 64).map_or(usize::MAX, |share| share.max(LEAST))
}

pub(super) fn open(origin: &Origin, unpacking: &UnpackLimits) -> Result<Opened, String> {
    let mut opened = match origin {
        Origin::Input(input) => input::open(input).map_err(|error| error.to_string())?,
        Origin::Spool(spool) => spool.open(),
    };
    if let Opened::Stream(stream) = &mut opened {
        stream.set_limits(*unpacking);
    }
    Ok(opened)
}

fn is_small(origin: &Origin, stream: &Stream) -> bool {
    matches!(origin, Origin::Input(input) if input.kind == input::InputKind::File)
        && stream.compression() == Compression::Gzip
        && stream
            .packed_len()
            .is_some_and(|length| length <= SMALL_PACKED)
}
