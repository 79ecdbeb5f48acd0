//! YAML as `--output yaml` and `--output yaml-stream` write it, and as other programs indent it, into JSON
//! lines.
//!
//! The source is cut by its indentation into items: in block YAML what belongs to an item of a list stands
//! deeper than its dash. Each item is read by a parser of its own (`node`), so memory is one item, and damage
//! costs its own item. An event becomes an object on a line; each list of events begins with an empty list
//! in JSON, which is what tells a dump without events from no dump, and one page's `NextToken` from the
//! next's. Whatever is no YAML of a dump is passed on as it is.
//!
//! YAML has no closing bracket: an item that is cut off at a line's end is valid. So an item behind which no
//! other follows must show that it is whole (`proof`); else it is written as an object that doesn't close.
//!
//! Not for: lists in brackets on the outside, which JSON is for.

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
    /// A `NextToken` that stands before the list of its page.
    token: Option<Vec<u8>>,
    proof: Proof,
    /// Offset of what comes next.
    next: u64,
    /// The line that comes next began in what was passed on for its length.
    inside_line: bool,
    /// What comes next follows the seam of two dumps.
    is_behind_seam: bool,
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
    /// Takes what begins at a line, and says how long it is; `None` when more bytes must tell.
    fn step(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        let line_end = memchr::memchr(b'\n', source).map(|last| last + 1);
        if self.inside_line {
            let length = line_end.unwrap_or(source.len());
            out.copy(&source[..length], at);
            self.inside_line = line_end.is_none();
            return Some(length);
        }
        let length = line_end.or(end.then_some(source.len()))?;
        if source.starts_with(MARK) {
            // The text before a document that has one is another's.
            self.reset();
            return Some(MARK.len());
        }
        let line = YamlLine::of(&source[..length]);
        let begins = self.place.begins(&line, &source[length..], end)?;
        match begins {
            LineStart::Text | LineStart::Blank => {
                if line.begins_json() {
                    // Its lines stand in no document of YAML.
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
                Some(self.stretch(begins, &line, &source[..length], at, then, out))
            }
        }
    }

    fn reset(&mut self) {
        self.place = DocumentPosition::default();
        self.token = None;
        self.proof = Proof::default();
    }

    /// The beginning of a page, in which events and a `NextToken` stand.
    fn page(&mut self, line: &YamlLine<'_>, page: Page, at: u64, out: &mut MappedText) {
        let is_of_document = self.place.is_of_document(line);
        if !is_of_document {
            // Another document, with nothing between.
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
