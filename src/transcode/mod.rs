//! Converts saved output that is not plain JSON into JSON lines, on its way to the scanner, so that one engine reads all
//! formats and counts their bytes.
//!
//! [`recognise`] decides from the first bytes of a source how to read it: as it is, or through one or more stages
//! ([`SourceFormat`]). Each stage has a transcoder, which receives bytes and returns bytes. A sparse map ([`Origins`])
//! leads from each offset of the text back to the offset in the source, so that the offsets and byte counts of every
//! report are those of the file itself. A transcoder passes on bytes that it does not recognise, so the scanner reports
//! them like any other text.
//!
//! ```
//! use trailsift::transcode::recognise;
//!
//! let saved = b"\xff\xfe{\0\"\0E\0v\0e\0n\0t\0s\0\"\0:\0[\0]\0}\0";
//! let recipe = recognise(saved).unwrap();
//! let mut rest = &saved[..];
//! let mut transcoder = recipe.open(Box::new(move |buffer| {
//!     std::io::Read::read(&mut rest, buffer).map_err(Into::into)
//! }), 16 << 20);
//! let block = transcoder.block(100, 100);
//! assert_eq!(block.bytes, "\u{feff}{\"Events\":[]}".as_bytes());
//! assert_eq!(block.origins.source_of(3), 2);
//! assert!(block.end);
//! ```
//!
//! Files are read by `input`, events are found by `dump`, and the reason why a file is refused comes from
//! `dump::foreign`.

mod ansi;
mod columns;
mod csv;
mod hive_struct;
mod lake;
mod logs_tail;
mod names;
mod origins;
mod pipeline;
mod sniff;
mod text;
mod utf16;
mod yaml;

#[cfg(test)]
mod testing;

pub(crate) use lake::ROWS;
pub use origins::{Origins, source_of};
pub use pipeline::{MappedText, SourceError, SourceReader, StageChain, TextChunk, Transcoder};
pub use sniff::{HEAD, recognise};
pub use utf16::Endian;

/// The byte order mark, U+FEFF in UTF-8. It may precede the output of a program and does not belong to the first line.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Converts bytes to text, piece by piece.
pub(crate) trait Transcode: Send {
    /// Converts the beginning of `source`, whose first byte has the offset `at` in the source, and returns the number of
    /// bytes that are finished. The other bytes are passed again later, followed by more. With `end` there are no more
    /// bytes, and all must be finished.
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize;

    /// Passes on bytes that could not be converted within the limit.
    fn pass(&mut self, source: &[u8], at: u64, out: &mut MappedText) {
        out.copy(source, at);
    }
}

/// The outer format of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// UTF-16, written by `>` in PowerShell 5.
    Utf16(Endian),
    /// Text with escape sequences of a terminal, written by `jq -C` and `--color on`.
    Ansi,
    /// The console's "Download CSV", or CSV of Athena or CloudTrail Lake, also after a spreadsheet has saved it.
    Csv,
    /// Output of `aws cloudtrail get-query-results`.
    Lake,
    /// Output of `--output yaml` and `--output yaml-stream`.
    Yaml,
    /// Output of `--output text`.
    Text,
    /// Output of `aws logs tail`.
    LogsTail,
}

impl SourceFormat {
    fn transcoder(self, longest: usize) -> Box<dyn Transcode> {
        match self {
            SourceFormat::Utf16(endian) => Box::new(utf16::Utf16::new(endian)),
            SourceFormat::Ansi => Box::new(ansi::AnsiStripper),
            SourceFormat::Csv => Box::new(csv::Csv::new(longest)),
            SourceFormat::Lake => Box::new(lake::Lake::new(longest)),
            SourceFormat::Yaml => Box::new(yaml::Yaml::default()),
            SourceFormat::Text => Box::new(text::CliText::default()),
            SourceFormat::LogsTail => Box::new(logs_tail::LogsTail::default()),
        }
    }
}

/// The stages that a source needs. The first one receives its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    shapes: Vec<SourceFormat>,
}

impl Recipe {
    /// The formats of the source, from the outermost to the innermost.
    pub fn shapes(&self) -> &[SourceFormat] {
        &self.shapes
    }

    /// Starts the conversion. `pull` returns all bytes of the source, including the examined ones. A row, line or item
    /// may be up to `longest` bytes long.
    pub fn open(&self, pull: SourceReader, longest: usize) -> Transcoder {
        Transcoder::new(pull, self.chain(longest))
    }

    /// The stages alone, for bytes that are already in memory.
    pub fn chain(&self, longest: usize) -> StageChain {
        let stages = self.shapes.iter().map(|shape| shape.transcoder(longest));
        StageChain::new(stages.collect(), longest)
    }

    /// The stages that are needed to show the source to a person, if any.
    pub fn readable(&self) -> Option<Recipe> {
        self.only(|shape| matches!(shape, SourceFormat::Utf16(_)))
    }

    /// The stages that convert the source to plain UTF-8 in its own format, if any.
    pub fn plain(&self) -> Option<Recipe> {
        self.only(|shape| matches!(shape, SourceFormat::Utf16(_) | SourceFormat::Ansi))
    }

    fn only(&self, is_wanted: impl Fn(&SourceFormat) -> bool) -> Option<Recipe> {
        let wanted = self.shapes.iter().filter(|shape| is_wanted(shape));
        let shapes: Vec<_> = wanted.copied().collect();
        (!shapes.is_empty()).then_some(Recipe { shapes })
    }
}
