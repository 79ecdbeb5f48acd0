//! Converts the output of `aws cloudtrail get-query-results`, in which each row is an array of objects with one column each.
//!
//! The document stays as it is, except that the key `QueryResultRows` becomes `Events`, and each row becomes an event. A
//! damaged row becomes the beginning of an event, so that it is counted as damaged. If the columns of the first row do not
//! identify events (`SELECT eventName, count(*)`), the whole list stays as it is.

use std::borrow::Cow;

use super::columns::{BROKEN, CUT, EventColumns};
use super::names::is_known;
use super::{MappedText, Transcode};
use crate::event::Node;
use crate::scan::{FaultKind, Plain, Stack, skip_space, value_end};
use crate::text::{Escaping, Text, Value};

/// The member that contains the rows.
pub(crate) const ROWS: &[u8] = b"\"QueryResultRows\"";

/// Most white space, in bytes, between the tokens that begin a list or a row.
const FAR: usize = 4096;

/// Most levels of a row: the AWS CLI writes two. The limit keeps text of many brackets from being read quadratically.
const DEEPEST: usize = 64;

/// The position of the next byte in the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LakePosition {
    /// Outside of the rows.
    #[default]
    Outside,
    /// Between two rows.
    Rows,
    /// After a damaged row.
    AfterDamage,
}

pub(super) struct Lake {
    /// Longest row, in bytes.
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

/// Whether bytes begin with a sequence of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PrefixMatch {
    /// They do; the length of the tokens and the white space between them.
    Matches(usize),
    Differs,
    /// The bytes end too early.
    NeedsMore,
}

/// The columns of a row: names and texts.
#[derive(Default)]
struct LakeRow<'b> {
    names: Vec<Cow<'b, str>>,
    texts: Vec<Cow<'b, [u8]>>,
}

impl<'b> LakeRow<'b> {
    /// Reads a complete, valid JSON array; `None` if an element is not an object.
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

/// Compares the beginning of `bytes` with tokens that may have white space between them.
fn begins_with(bytes: &[u8], tokens: &[&[u8]], all: bool) -> PrefixMatch {
    let window = &bytes[..bytes.len().min(FAR)];
    // Beyond the window, more white space would not change the answer.
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

/// The key of a list of rows and its opening bracket. The list may be empty.
fn list(bytes: &[u8], all: bool) -> PrefixMatch {
    begins_with(bytes, &[ROWS, b":", b"["], all)
}

/// The beginning of a row: its first column has a name.
fn row(bytes: &[u8], all: bool) -> PrefixMatch {
    begins_with(bytes, &[b"[", b"{", b"\""], all)
}

/// Offset of the first list of rows in the first bytes of a text.
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
                LakePosition::Outside => self.outside(rest, at, end, out),
                LakePosition::Rows => self.between_rows(rest, at, end, out),
                LakePosition::AfterDamage => self.after(rest, end),
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
    /// Passes on text outside of the rows, up to the key before them.
    fn outside(&mut self, rest: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        // A key inside a string is not found, because its quotes are escaped there.
        let Some(key) = memchr::memmem::find(rest, ROWS) else {
            // The last bytes may be the beginning of a key.
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

    /// True if the rows after the bracket that ends at `opened` are events, judging by the first row; `None` if that row
    /// has not arrived.
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
            // The first row is damaged: the names before the damage decide.
            Err(fault) => Some(has_names(&bytes[..fault.at.min(bytes.len())])),
        }
    }

    /// Converts a row, or passes on the text between two rows.
    fn between_rows(
        &mut self,
        rest: &[u8],
        at: u64,
        end: bool,
        out: &mut MappedText,
    ) -> Option<usize> {
        let is_between = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',');
        let between = rest.iter().take_while(|byte| is_between(byte)).count();
        if between > 0 {
            out.copy(&rest[..between], at);
            return Some(between);
        }
        if rest.first() != Some(&b'[') {
            self.place = LakePosition::Outside;
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
                // The row ends with the source, or is damaged inside.
                let is_cut = fault.why == FaultKind::End && rest.len() <= self.longest;
                self.place = LakePosition::AfterDamage;
                out.put(if is_cut { CUT } else { BROKEN }, at);
                // Skips the bracket, so that the same row is not tried again.
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

    /// Searches for the next row, or the next list of rows, after a damaged row.
    fn after(&mut self, rest: &[u8], end: bool) -> Option<usize> {
        let mut from = 0;
        while let Some(skip) = memchr::memchr2(b'[', b'"', &rest[from..]) {
            let at = from + skip;
            let (begins, place) = if rest[at] == b'[' {
                (row(&rest[at..], end), LakePosition::Rows)
            } else {
                (list(&rest[at..], end), LakePosition::Outside)
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

/// True if these bytes contain a name of a CloudTrail event.
fn has_names(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'"').any(|name| {
        let name = Text::once(name);
        name.plain().is_some_and(|name| is_known(name.as_bytes()))
    })
}

#[cfg(test)]
mod tests;
