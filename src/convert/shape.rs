//! The text around and between events in each shape.

use std::io::{self, Write};

use super::history;

/// A shape that dumps can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetShape {
    /// Output of `lookup-events` of AWS CLI version 2, newest first.
    Lookup,
    /// A trail file, `{"Records":[…]}` on one line, oldest first.
    Records,
    /// One entry of `Events` per line, newest first.
    Jsonl,
    /// One record per line, oldest first.
    EventsJsonl,
    /// The console's *Download CSV*, newest first.
    Csv,
}

impl TargetShape {
    /// True if the newest event comes first, as in lookup output and in the console. Trail files are mostly sorted oldest
    /// first: two of three examined files strictly, and nearly all others mostly.
    pub fn is_newest_first(self) -> bool {
        match self {
            TargetShape::Lookup | TargetShape::Jsonl | TargetShape::Csv => true,
            TargetShape::Records | TargetShape::EventsJsonl => false,
        }
    }

    /// True if only records are written, without envelopes.
    pub fn is_of_records(self) -> bool {
        matches!(self, TargetShape::Records | TargetShape::EventsJsonl)
    }
}

/// Writes a document of a shape.
pub(super) struct Document<W> {
    shape: TargetShape,
    is_empty: bool,
    out: W,
}

impl<W: Write> Document<W> {
    pub(super) fn open(shape: TargetShape, mut out: W) -> io::Result<Self> {
        match shape {
            TargetShape::Lookup => out.write_all(b"{\n    \"Events\": [")?,
            TargetShape::Records => out.write_all(b"{\"Records\":[")?,
            TargetShape::Csv => out.write_all(&history::headings())?,
            TargetShape::Jsonl | TargetShape::EventsJsonl => {}
        }
        Ok(Document {
            shape,
            is_empty: true,
            out,
        })
    }

    /// Writes the text before the next event.
    pub(super) fn next(&mut self) -> io::Result<()> {
        let is_first = std::mem::replace(&mut self.is_empty, false);
        let before: &[u8] = match (self.shape, is_first) {
            (TargetShape::Lookup, true) => b"\n        ",
            (TargetShape::Lookup, false) => b",\n        ",
            (TargetShape::Records, false) => b",",
            (TargetShape::Jsonl | TargetShape::EventsJsonl, false) => b"\n",
            _ => b"",
        };
        self.out.write_all(before)
    }

    pub(super) fn write(&mut self, part: &[u8]) -> io::Result<()> {
        self.out.write_all(part)
    }

    pub(super) fn close(mut self) -> io::Result<W> {
        let end: &[u8] = match (self.shape, self.is_empty) {
            (TargetShape::Lookup, true) => b"]\n}\n",
            (TargetShape::Lookup, false) => b"\n    ]\n}\n",
            (TargetShape::Records, _) => b"]}",
            (TargetShape::Jsonl | TargetShape::EventsJsonl, false) => b"\n",
            _ => b"",
        };
        self.out.write_all(end)?;
        Ok(self.out)
    }
}
