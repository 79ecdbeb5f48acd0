//! Shapes of saved output that are not JSON on the outside, turned into JSON lines on their way to the
//! scanner, so that there is one engine and one account.
//!
//! [`recognise`] tells by the first bytes of a source what it takes to read it: nothing, or one stage or
//! more ([`SourceFormat`]), each with a transcoder of its own that sees bytes and gives bytes. A sparse map
//! ([`Origins`]) leads back from every place of the text to the byte of the source, so that offsets and the
//! account mean the file as it lies there. What a transcoder doesn't know it passes on as it is: the scanner
//! judges it like any other text.
//!
//! ```
//! use trailsift::transcode::recognise;
//!
//! let saved = b"\xff\xfe{\0\"\0E\0v\0e\0n\0t\0s\0\"\0:\0[\0]\0}\0";
//! let recipe = recognise(saved).unwrap();
//! let mut rest = &saved[..];
//! let mut transcoder = recipe.open(Box::new(move |buffer| {
//!     std::io::Read::read(&mut rest, buffer).map_err(|error| error.to_string())
//! }), 16 << 20);
//! let block = transcoder.block(100, 100);
//! assert_eq!(block.bytes, "\u{feff}{\"Events\":[]}".as_bytes());
//! assert_eq!(block.origins.source_of(3), 2);
//! assert!(block.end);
//! ```
//!
//! Not for: reading files (`input`), finding events in the text (`dump`), telling why a file is refused
//! (`dump::foreign`).

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

/// U+FEFF in UTF-8: what stands before the text of another program, and is no part of its first line.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Makes text of bytes, a stretch at a time.
pub(crate) trait Transcode: Send {
    /// Makes what can be made of `source`, whose first byte has the offset `at`, and says how many bytes of
    /// it are dealt with; the others come again, with more behind them. With `end` nothing follows, and all
    /// must be dealt with.
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize;

    /// Passes on what it could make nothing of for too long, as it is.
    fn pass(&mut self, source: &[u8], at: u64, out: &mut MappedText) {
        out.copy(source, at);
    }
}

/// What a source is on the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// UTF-16, as PowerShell 5 writes it with `>`.
    Utf16(Endian),
    /// Escape sequences of a terminal in it, as `jq -C` and `--color on` write them.
    Ansi,
    /// The console's "Download CSV", or the CSV of Athena or Lake, also after a spreadsheet.
    Csv,
    /// The rows of `aws cloudtrail get-query-results`.
    Lake,
    /// YAML, as `--output yaml` and `yaml-stream` write it.
    Yaml,
    /// `--output text`.
    Text,
    /// `aws logs tail`.
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

/// The stages that a source takes, the first of which sees its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    shapes: Vec<SourceFormat>,
}

impl Recipe {
    /// What the source is, from the outside to the inside.
    pub fn shapes(&self) -> &[SourceFormat] {
        &self.shapes
    }

    /// Starts making text of the bytes that `pull` gives, which are all of the source, its head included. No
    /// row, line or item is waited for beyond `longest` bytes.
    pub fn open(&self, pull: SourceReader, longest: usize) -> Transcoder {
        Transcoder::new(pull, self.chain(longest))
    }

    /// The stages alone, for whoever has the bytes at hand.
    pub fn chain(&self, longest: usize) -> StageChain {
        let stages = self.shapes.iter().map(|shape| shape.transcoder(longest));
        StageChain::new(stages.collect(), longest)
    }

    /// What makes the source readable for a person, if it isn't as it lies there.
    pub fn readable(&self) -> Option<Recipe> {
        self.only(|shape| matches!(shape, SourceFormat::Utf16(_)))
    }

    /// What makes plain UTF-8 of the source, and leaves it in its shape.
    pub fn plain(&self) -> Option<Recipe> {
        self.only(|shape| matches!(shape, SourceFormat::Utf16(_) | SourceFormat::Ansi))
    }

    fn only(&self, is_wanted: impl Fn(&SourceFormat) -> bool) -> Option<Recipe> {
        let wanted = self.shapes.iter().filter(|shape| is_wanted(shape));
        let shapes: Vec<_> = wanted.copied().collect();
        (!shapes.is_empty()).then_some(Recipe { shapes })
    }
}
