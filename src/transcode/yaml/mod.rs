//! Converts YAML, as `--output yaml` and `--output yaml-stream` write it and as other programs indent it, to JSON lines.
//!
//! The source is cut into items by indentation: in block YAML, everything that belongs to an element of a list is indented
//! more than its dash. Each item is parsed on its own (`node`), because a parser of the whole document would need all of
//! it in memory and stop at the first damage. An event becomes an object on a line. Each list of events begins with an
//! empty list in JSON, so that a dump without events differs from a file that is not a dump, and each `NextToken` belongs
//! to its page. Text that is not YAML of a dump is passed on as it is.
//!
//! YAML has no closing bracket, so an item that is cut off at the end of a line is still valid. An item without another
//! one after it must therefore be shown to be complete (`proof`); otherwise it is written as an object without its closing
//! bracket, which the scanner counts as cut off.
//!
//! A source in flow style (lists in brackets) is read as JSON.

mod item;
mod line;
mod node;
mod place;
mod proof;
mod sniff;

#[cfg(test)]
mod tests;

use line::YamlLine;
use place::{DocumentPosition, LineStart, Page};
use proof::Proof;
pub(super) use sniff::begins;

use super::{MARK, MappedText, Transcode};

#[derive(Debug, Default)]
pub(super) struct Yaml {
    place: DocumentPosition,
    /// A `NextToken` that precedes the list of its page.
    token: Option<Vec<u8>>,
    proof: Proof,
    /// Offset of the next byte.
    next: u64,
    /// The next line began in bytes that were passed on because the line is too long.
    inside_line: bool,
    /// The next line follows the end of one dump and the beginning of another.
    is_after_join: bool,
}

impl Transcode for Yaml {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        self.inside_line |= at != self.next;
        let mut from = 0;
        while from < source.len() {
            match self.step(&source[from..], at + from as u64, end, out) {
                Some(length) => from += length,
                None => break,
            }
        }
        self.next = at + from as u64;
        from
    }
}

impl Yaml {
    /// Converts what begins at a line, and returns its length; `None` if more bytes are needed.
    fn step(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        let line_end = memchr::memchr(b'\n', source).map(|last| last + 1);
        // The rest of a line whose beginning was passed on for its length belongs to that line, whatever it looks like.
        if self.inside_line {
            let length = line_end.unwrap_or(source.len());
            out.copy(&source[..length], at);
            self.inside_line = line_end.is_none();
            return Some(length);
        }
        let length = line_end.or(end.then_some(source.len()))?;
        if source.starts_with(MARK) {
            // A byte order mark begins the output of another program, so the document before it has ended.
            self.reset();
            return Some(MARK.len());
        }
        let line = YamlLine::of(&source[..length]);
        let begins = self.place.begins(&line, &source[length..], end)?;
        match begins {
            LineStart::Text | LineStart::Blank => {
                if line.begins_json() {
                    // JSON ends the YAML document: its lines belong to no list.
                    self.reset();
                }
                out.copy(&source[..length], at);
                Some(length)
            }
            LineStart::Nothing => {
                if line.is_marker() {
                    self.reset();
                }
                Some(length)
            }
            LineStart::Page(page) => {
                self.page(&line, page, at, out);
                Some(length)
            }
            _ => {
                let (length, then) = self.place.extent(begins, &line, source, length, end)?;
                Some(self.convert_lines(begins, &line, &source[..length], at, then, out))
            }
        }
    }

    fn reset(&mut self) {
        self.place = DocumentPosition::default();
        self.token = None;
        self.proof = Proof::default();
    }

    /// Converts the beginning of a page, which contains events and a `NextToken`.
    fn page(&mut self, line: &YamlLine<'_>, page: Page, at: u64, out: &mut MappedText) {
        let is_of_document = self.place.is_of_document(line);
        if !is_of_document {
            // Another document begins here, without a marker before it.
            self.place = DocumentPosition::default();
            self.proof = Proof::default();
        }
        self.place = DocumentPosition {
            outer: line.dash().or(self.place.outer),
            keys: Some(line.column),
            list: page.list,
            members: None,
            events: true,
        };
        let token = self.token.take().filter(|_| is_of_document);
        let name = if page.is_records { "Records" } else { "Events" };
        let at = at + line.indent as u64;
        if page.is_cut {
            out.put(format!("{{\"{name}\":[\n").as_bytes(), at);
            return;
        }
        out.put(format!("{{\"{name}\":[]").as_bytes(), at);
        if let Some(token) = token {
            out.put(b",\"NextToken\":", at);
            out.put(&token, at);
        }
        out.put(b"}\n", at);
    }
}
