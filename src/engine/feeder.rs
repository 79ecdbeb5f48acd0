//! Splits inputs into tasks: ranges that a worker reads itself, blocks of a stream, and small packed files as a whole.
//!
//! The feeder runs on the coordinating thread. That is the only thread that waits for a pipe, so worker threads are
//! never blocked by slow input.

use std::sync::Arc;

use super::block_reader::{self, BlockReader};
use super::chunk::ChunkTask;
use super::{HEAD, Item, ItemSource, Settings};
use crate::input::{self, Compression, FileStamp, Opened, RangeFile, Stream, UnpackLimits};
use crate::transcode::{self, Recipe, SourceReader};

/// Packed files of at most this many bytes are unpacked by one worker, because many small files are unpacked in
/// parallel that way. Trail files are of this kind.
const SMALL_PACKED: u64 = 1 << 20;

/// The smallest chunk that a small file is split into.
const LEAST: usize = 128 << 10;

/// The input that is being split.
enum Splitting {
    Nothing,
    Ranges {
        file: RangeFile,
        base: u64,
        /// The longest chunk, in bytes, if that is shorter than the setting.
        share: usize,
    },
    Memory {
        bytes: Arc<Vec<u8>>,
        base: u64,
    },
    Blocks {
        reader: BlockReader,
        is_first: bool,
    },
}

impl Splitting {
    fn transcoded(recipe: &Recipe, pull: SourceReader, longest: usize) -> Splitting {
        Splitting::Blocks {
            reader: BlockReader::Transcoded(Box::new(recipe.open(pull, longest))),
            is_first: true,
        }
    }
}

/// Gives out the tasks of all inputs, in order.
pub(super) struct Feeder<'f> {
    items: &'f [Item],
    settings: &'f Settings<'f>,
    next: usize,
    splitting: Splitting,
    /// The size and modification time of each input when it was opened; `None` for pipes.
    pub stamps: Vec<Option<FileStamp>>,
}

impl<'f> Feeder<'f> {
    pub fn new(items: &'f [Item], settings: &'f Settings<'f>) -> Self {
        Feeder {
            items,
            settings,
            next: 0,
            splitting: Splitting::Nothing,
            stamps: Vec::with_capacity(items.len()),
        }
    }

    /// True if the next task may have to wait for a pipe. With a limit, finished rows should not wait with it.
    pub fn waits(&self) -> bool {
        self.settings.limit.is_some() && matches!(self.splitting, Splitting::Blocks { .. })
    }

    /// The next task, with the index of its input.
    pub fn next(&mut self) -> Option<(usize, ChunkTask)> {
        loop {
            let current = self.next.wrapping_sub(1);
            if let Some(task) = self.split() {
                return Some((current, task));
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
                // One chunk: the worker that reads it finds out whether it must be transcoded.
                Ok(Opened::Ranges(file)) if file.len() <= self.chunk_size(0) as u64 => {
                    self.splitting = Splitting::Ranges {
                        file,
                        base: 0,
                        share: usize::MAX,
                    };
                }
                Ok(Opened::Ranges(file)) => {
                    self.splitting = match block_reader::recipe_of(&file) {
                        None => Splitting::Ranges {
                            share: share(file.len()),
                            file,
                            base: 0,
                        },
                        Some(recipe) => Splitting::transcoded(
                            &recipe,
                            block_reader::pull_file(file),
                            self.longest(),
                        ),
                    };
                }
                Ok(Opened::Memory(bytes)) => {
                    self.splitting = match transcode::recognise(&bytes) {
                        None => Splitting::Memory { bytes, base: 0 },
                        Some(recipe) => Splitting::transcoded(
                            &recipe,
                            block_reader::pull_memory(bytes),
                            self.longest(),
                        ),
                    };
                }
                // With a limit, reading a whole file could read far more than is needed.
                Ok(Opened::Stream(stream))
                    if self.settings.limit.is_none() && is_small(&item.source, &stream) =>
                {
                    let stream = Box::new(stream);
                    return Some((self.next - 1, ChunkTask::Packed { stream }));
                }
                Ok(Opened::Stream(stream)) => {
                    self.splitting = Splitting::Blocks {
                        reader: BlockReader::new(Box::new(stream), self.longest()),
                        is_first: true,
                    };
                }
                Err(error) => return Some((self.next - 1, ChunkTask::Failed { error })),
            }
        }
    }

    /// The longest row that a transcoder waits for, in bytes.
    fn longest(&self) -> usize {
        self.settings.limits.event
    }

    /// The length of the chunk at `base`. The first one is long enough to recognise the kind of the file.
    fn chunk_size(&self, base: u64) -> usize {
        match base {
            0 => self.settings.chunk_size.max(HEAD),
            _ => self.settings.chunk_size,
        }
    }

    fn split(&mut self) -> Option<ChunkTask> {
        match std::mem::replace(&mut self.splitting, Splitting::Nothing) {
            Splitting::Nothing => None,
            Splitting::Ranges { file, base, share } => {
                let left = file.len() - base;
                let length = left.min(self.chunk_size(base).min(share) as u64) as usize;
                let eof = length as u64 == left;
                if !eof {
                    self.splitting = Splitting::Ranges {
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
                let length = left.min(self.chunk_size(base));
                let eof = length == left;
                if !eof {
                    self.splitting = Splitting::Memory {
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
            Splitting::Blocks {
                mut reader,
                is_first,
            } => {
                let size = self.chunk_size(u64::from(!is_first));
                let block = reader.block(size, self.settings.limit.is_some());
                if !block.end {
                    let is_first = false;
                    self.splitting = Splitting::Blocks { reader, is_first };
                }
                Some(ChunkTask::Block(block))
            }
        }
    }
}

/// The longest chunk of a file of `length` bytes. Small files get smaller chunks: buffers that are new to the process
/// cost page faults, and the workers finish at the same time.
fn share(length: u64) -> usize {
    usize::try_from(length / 64).map_or(usize::MAX, |share| share.max(LEAST))
}

/// Opens an input.
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
