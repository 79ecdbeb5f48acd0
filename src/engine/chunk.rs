//! The unit of work: the bytes of one chunk, first as a task, then loaded.

use std::io::Read;
use std::sync::Arc;

use super::Settings;
use super::block_reader;
use super::buffers::Buffers;
use crate::dump::Chunk;
use crate::input::{self, RangeFile, Stream, Unpacked};
use crate::transcode::{self, TextChunk};

/// Small packed files that unpack to more bytes than this are not kept in memory as a whole.
const SMALL_UNPACKED: usize = 4 << 20;

/// Where the bytes of a chunk come from.
pub(super) enum ChunkTask {
    /// Bytes `base..base + length` of a file. A worker reads them itself.
    Range {
        file: RangeFile,
        base: u64,
        length: usize,
        eof: bool,
    },
    /// A part of a file in memory.
    Slice {
        bytes: Arc<Vec<u8>>,
        base: u64,
        length: usize,
        eof: bool,
    },
    /// A block of a stream, which was read in order.
    Block(TextChunk),
    /// A whole packed file, small enough for one worker.
    Packed { stream: Box<Stream> },
    /// The file could not be opened.
    Failed { error: String },
}

/// A chunk whose bytes are in memory.
#[derive(Default)]
pub(super) struct LoadedChunk {
    /// The bytes. If its `error` is set, the bytes before the error are complete.
    pub block: TextChunk,
    /// The input unpacks to more bytes than one worker should keep: it must be read as a stream.
    pub too_big: bool,
    /// The input could not be opened.
    pub failed: bool,
    /// The memory of the bytes came from [`Buffers`].
    pub is_reusable: bool,
}

impl From<TextChunk> for LoadedChunk {
    fn from(block: TextChunk) -> LoadedChunk {
        LoadedChunk {
            block,
            ..LoadedChunk::default()
        }
    }
}

impl LoadedChunk {
    /// The bytes, for the scanner.
    pub fn chunk(&self) -> Chunk<'_> {
        let block = &self.block;
        Chunk {
            bytes: &block.bytes,
            base: block.base,
            origins: (!block.origins.is_empty()).then_some(&block.origins),
            eof: block.end,
        }
    }

    /// Offset of the first byte, in the source.
    pub fn source_start(&self) -> u64 {
        self.block.origins.source_of(self.block.base)
    }

    /// Offset of the end, in the source.
    pub fn source_end(&self) -> u64 {
        let end = self.block.base + self.block.bytes.len() as u64;
        self.block.origins.source_of(end)
    }

    /// Transcodes the bytes of a whole source, if their shape needs it.
    fn transcoded(self, longest: usize) -> LoadedChunk {
        let Some(recipe) = transcode::recognise(&self.block.bytes) else {
            return self;
        };
        let source = Arc::new(self.block.bytes);
        let mut text = recipe.open(block_reader::pull_memory(source), longest);
        LoadedChunk {
            block: TextChunk {
                error: self.block.error,
                ..text.rest()
            },
            too_big: self.too_big,
            ..LoadedChunk::default()
        }
    }
}

impl ChunkTask {
    /// Loads the bytes. Runs on a worker thread.
    pub fn load(self, buffers: &Buffers, settings: &Settings<'_>) -> LoadedChunk {
        let longest = settings.limits.event;
        match self {
            ChunkTask::Range {
                file,
                base,
                length,
                eof,
            } => {
                let loaded = LoadedChunk {
                    block: read_range(&file, base, length, eof, buffers.take()),
                    is_reusable: true,
                    ..LoadedChunk::default()
                };
                // This is all of a small file, so nobody has looked at its first bytes yet.
                if base == 0 && eof {
                    return loaded.transcoded(longest);
                }
                loaded
            }
            ChunkTask::Slice {
                bytes,
                base,
                length,
                eof,
            } => {
                let from = base as usize;
                let mut buffer = buffers.take();
                buffer.clear();
                buffer.extend_from_slice(&bytes[from..from + length]);
                LoadedChunk {
                    block: TextChunk {
                        base,
                        bytes: buffer,
                        end: eof,
                        ..TextChunk::default()
                    },
                    is_reusable: true,
                    ..LoadedChunk::default()
                }
            }
            ChunkTask::Block(block) => block.into(),
            ChunkTask::Packed { stream } => unpack(*stream, buffers, settings).transcoded(longest),
            ChunkTask::Failed { error } => LoadedChunk {
                block: TextChunk {
                    end: true,
                    error: Some(error.into()),
                    ..TextChunk::default()
                },
                failed: true,
                ..LoadedChunk::default()
            },
        }
    }
}

fn read_range(
    file: &RangeFile,
    base: u64,
    length: usize,
    eof: bool,
    mut bytes: Vec<u8>,
) -> TextChunk {
    bytes.resize(length, 0);
    let error = match file.read_at(base, &mut bytes) {
        Ok(read) if read == length => None,
        Ok(read) => {
            bytes.truncate(read);
            Some(block_reader::shorter(file, base + read as u64))
        }
        Err(error) => {
            bytes.clear();
            Some(block_reader::unreadable(base, &error))
        }
    };
    TextChunk {
        base,
        bytes,
        end: eof || error.is_some(),
        error: error.map(Into::into),
        ..TextChunk::default()
    }
}

fn unpack(stream: Stream, buffers: &Buffers, settings: &Settings<'_>) -> LoadedChunk {
    let mut loaded = LoadedChunk {
        block: TextChunk {
            bytes: buffers.take(),
            end: true,
            ..TextChunk::default()
        },
        is_reusable: true,
        ..LoadedChunk::default()
    };
    let block = &mut loaded.block;
    block.bytes.clear();
    let mut packed = buffers.take();
    packed.clear();
    let read = stream.into_packed().read_to_end(&mut packed);
    let limits = &settings.unpacking;
    match input::unpack_small(&packed, SMALL_UNPACKED, limits, &mut block.bytes) {
        Ok(Unpacked::Whole) => {}
        Ok(Unpacked::TooBig) => loaded.too_big = true,
        Err(error) => block.error = Some(error.into()),
    }
    // A file that cannot be read is the cause of the error of unpacking it.
    if let Err(error) = read {
        block.error = Some(error.into());
    }
    buffers.give(packed);
    loaded
}
