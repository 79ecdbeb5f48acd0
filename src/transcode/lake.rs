//! The rows of `aws cloudtrail get-query-results`: each an array of objects with one column each.
//!
//! The document stays as it is, but for the key `QueryResultRows`, which becomes `Events`, and the rows,
//! each of which becomes an event. A row that is not whole becomes the beginning of one, so that it counts as
//! damaged. Where the columns of the first row identify no events (`SELECT eventName, count(*)`), all stays as
//! it is. Not for: what the columns mean (`columns`).

use std::borrow::Cow;

use super::columns::{BROKEN, CUT, EventColumns};
use super::names::is_known;
use super::{MappedText, Transcode};
use crate::event::Node;
use crate::scan::{FaultKind, Plain, Stack, skip_space, value_end};
use crate::text::{Escaping, Text, Value};

/// The member of `aws cloudtrail get-query-results` that holds rows of columns.
pub(crate) const ROWS: &[u8] = b"\"QueryResultRows\"";

/// White space inside what begins a list or a row is followed this far.
const FAR: usize = 4096;

/// A row nests no deeper: what clients write has two levels. So that brackets alone are soon done with.
const DEEPEST: usize = 64;

/// Where in the document the next byte lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LakePosition {
    /// Outside the rows.
    #[default]
    Around,
    /// Among the rows.
    Rows,
    /// Behind a broken row.
    Behind,
}

pub(super) struct Lake {
    /// No row is longer.
    longest: usize,
    place: LakePosition,
    columns: EventColumns,
    stack: Stack,
    line: Vec<u8>,
}

impl Lake {
    pub fn new(longest: usize) -> Self {
        Lake {
            longest,
            place: LakePosition::default(),
            columns: EventColumns::default(),
            stack: Stack::with_limit(DEEPEST),
            line: Vec::new(),
        }
    }
}

/// What something that may begin at a place does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PrefixMatch {
    /// It does, and is so long.
    Matches(usize),
    Differs,
    /// The bytes end too early to tell.
    NeedsMore,
}

/// The columns of a row: names and texts.
#[derive(Default)]
struct LakeRow<'b> {
    names: Vec<Cow<'b, str>>,
    texts: Vec<Cow<'b, [u8]>>,
}

impl<'b> LakeRow<'b> {
    /// Reads a whole, valid JSON array; `None` when anything in it is no object.
    fn of(bytes: &'b [u8]) -> Option<LakeRow<'b>> {
        let mut row = LakeRow::default();
        let mut is_row = true;
        Node::new(bytes, Escaping::Raw).for_each(|column| {
            is_row = column.is_object();
            column.for_each_member(|name, value| {
                row.names.push(name.to_str());
                row.texts.push(text(value));
                true
            });
            is_row
        });
        is_row.then_some(row)
    }

    fn names(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.names.iter().map(|name| name.as_bytes())
    }
}

fn text(value: Node<'_>) -> Cow<'_, [u8]> {
    match (value.value(), value.text()) {
        (Value::Null, _) => Cow::Borrowed(b""),
        (_, Some(text)) => match text.to_str() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        _ => Cow::Borrowed(value.bytes()),
    }
}

/// Whether bytes begin with `tokens`, white space between them or not.
fn begins_with(bytes: &[u8], tokens: &[&[u8]], all: bool) -> PrefixMatch {
    let window = &bytes[..bytes.len().min(FAR)];
    let is_all = all || window.len() < bytes.len() || window.len() == FAR;
    let mut at = 0;
    for (nth, token) in tokens.iter().enumerate() {
        if nth > 0 {
            at = skip_space(window, at);
        }
        let rest = &window[at..];
        if !rest.starts_with(token) {
            return match token.starts_with(rest) && !is_all {
                true => PrefixMatch::NeedsMore,
                false => PrefixMatch::Differs,
            };
        }
        at += token.len();
    }
    PrefixMatch::Matches(at)
}

/// The key in front of a list of rows, which may have none.
fn list(bytes: &[u8], all: bool) -> PrefixMatch {
    begins_with(bytes, &[ROWS, b":", b"["], all)
}

/// A row whose first column has a name.
fn row(bytes: &[u8], all: bool) -> PrefixMatch {
    begins_with(bytes, &[b"[", b"{", b"\""], all)
}

/// Where in the first bytes of a text a list of rows begins.
pub(super) fn begins(head: &[u8]) -> Option<usize> {
    let mut places = memchr::memmem::find_iter(head, ROWS);
    places.find(|at| matches!(list(&head[*at..], true), PrefixMatch::Matches(_)))
}

impl Transcode for Lake {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        let mut taken = 0;
        while taken < source.len() {
            let (rest, at) = (&source[taken..], at + taken as u64);
            let length = match self.place {
                LakePosition::Around => self.around(rest, at, end, out),
                LakePosition::Rows => self.among(rest, at, end, out),
                LakePosition::Behind => self.behind(rest, end),
            };
            let Some(length) = length else {
                break;
            };
            taken += length;
        }
        taken
    }
}

impl Lake {
    /// Passes on what lies around the rows, up to the key in front of them.
    fn around(&mut self, rest: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        // Inside a string, the quotes of such a key have backslashes before them.
        let Some(key) = memchr::memmem::find(rest, ROWS) else {
            // Half a key is left for later.
            let most = if end { 0 } else { ROWS.len() - 1 };
            let kept = rest.len().saturating_sub(most);
            out.copy(&rest[..kept], at);
            return (kept > 0).then_some(kept);
        };
        if key > 0 {
            out.copy(&rest[..key], at);
            return Some(key);
        }
        let opened = match list(rest, end) {
            PrefixMatch::NeedsMore => return None,
            PrefixMatch::Differs => None,
            PrefixMatch::Matches(opened) => self.is_of_events(rest, opened, end)?.then_some(opened),
        };
        match opened {
            Some(opened) => {
                out.put(b"\"Events\"", at);
                out.copy(&rest[ROWS.len()..opened], at + ROWS.len() as u64);
                self.place = LakePosition::Rows;
                Some(opened)
            }
            None => {
                out.copy(ROWS, at);
                Some(ROWS.len())
            }
        }
    }

    /// Whether the rows behind the bracket that ends at `opened` are events, as far as the first one tells;
    /// `None` when it is not there.
    fn is_of_events(&mut self, rest: &[u8], opened: usize, end: bool) -> Option<bool> {
        let window = &rest[..rest.len().min(self.longest)];
        let all = end || rest.len() > self.longest;
        let first = skip_space(window, opened);
        match window.get(first) {
            None if all => return Some(true),
            None => return None,
            Some(b']') => return Some(true),
            Some(b'[') => {}
            Some(_) => return Some(false),
        }
        let bytes = &window[first..];
        match value_end::<Plain>(bytes, 0, &mut self.stack) {
            Ok(length) => {
                let row = LakeRow::of(&bytes[..length]);
                Some(row.is_some_and(|row| {
                    self.line.clear();
                    self.columns = EventColumns::of(row.names());
                    let texts: Vec<&[u8]> = row.texts.iter().map(|text| &**text).collect();
                    self.columns.identify() || self.columns.event(&texts, &mut self.line)
                }))
            }
            Err(fault) if fault.why == FaultKind::End && !all => None,
            // What is left of it has CloudTrail's names in it, or not.
            Err(fault) => Some(has_names(&bytes[..fault.at.min(bytes.len())])),
        }
    }

    /// Deals with a row, or with what stands between two of them.
    fn among(&mut self, rest: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        let is_between = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',');
        let between = rest.iter().take_while(|byte| is_between(byte)).count();
        if between > 0 {
            out.copy(&rest[..between], at);
            return Some(between);
        }
        if rest.first() != Some(&b'[') {
            self.place = LakePosition::Around;
            return Some(0);
        }
        let window = &rest[..rest.len().min(self.longest)];
        match value_end::<Plain>(window, 0, &mut self.stack) {
            Ok(length) => {
                self.row(&rest[..length], at, out);
                Some(length)
            }
            Err(fault) if fault.why == FaultKind::End && !end && rest.len() <= self.longest => None,
            Err(fault) => {
                let is_cut = fault.why == FaultKind::End && rest.len() <= self.longest;
                self.place = LakePosition::Behind;
                out.put(if is_cut { CUT } else { BROKEN }, at);
                // The bracket at least, so that it's not the next row once more.
                Some(1)
            }
        }
    }

    fn row(&mut self, bytes: &[u8], at: u64, out: &mut MappedText) {
        self.line.clear();
        if let Some(row) = LakeRow::of(bytes) {
            if !self.columns.are(row.names()) {
                self.columns = EventColumns::of(row.names());
            }
            let texts: Vec<&[u8]> = row.texts.iter().map(|text| &**text).collect();
            if self.columns.event(&texts, &mut self.line) {
                out.put(&self.line, at);
                return;
            }
        }
        out.copy(bytes, at);
    }

    /// Looks for the next row, or the next list of rows, behind a broken one.
    fn behind(&mut self, rest: &[u8], end: bool) -> Option<usize> {
        let mut from = 0;
        while let Some(skip) = memchr::memchr2(b'[', b'"', &rest[from..]) {
            let at = from + skip;
            let (begins, place) = if rest[at] == b'[' {
                (row(&rest[at..], end), LakePosition::Rows)
            } else {
                (list(&rest[at..], end), LakePosition::Around)
            };
            match begins {
                PrefixMatch::Matches(_) => {
                    self.place = place;
                    return Some(at);
                }
                PrefixMatch::NeedsMore => return (at > 0).then_some(at),
                PrefixMatch::Differs => from = at + 1,
            }
        }
        Some(rest.len())
    }
}

/// True when these bytes name what CloudTrail's events have.
fn has_names(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'"').any(|name| {
        let name = Text::once(name);
        name.plain().is_some_and(|name| is_known(name.as_bytes()))
    })
}

#[cfg(test)]
mod tests;
