//! Writes an input anew, with pseudonyms for values and every other byte as it is.
//!
//! Not for: making sure that nothing was overlooked (`verify`).

use std::collections::BTreeMap;
use std::fmt;

use super::assigner::{Pseudonyms, grouped};
use super::blocks::{BlockCutter, BlockVisitor, TooLong};
use super::form::Hit;
use super::kind::{RedactOptions, ValueKind};
use super::member_value::Finder;
use super::pseudonym;
use super::search::{Bounds, ValueSearch};
use super::view::DecodedText;
use super::walk::Leaf;

/// How often values of each kind were replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplacementCounts([u64; ValueKind::ALL.len()]);

impl ReplacementCounts {
    /// How often values of a kind were replaced.
    pub fn of(&self, kind: ValueKind) -> u64 {
        self.0[kind as usize]
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// Why an input can't be written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewriteError {
    /// A text does not end.
    TooLong(TooLong),
    /// There is a value that was not there when values were learned.
    Changed,
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RewriteError::TooLong(error) => error.fmt(f),
            RewriteError::Changed => f.write_str("it changed between two readings"),
        }
    }
}

impl std::error::Error for RewriteError {}

impl From<TooLong> for RewriteError {
    fn from(error: TooLong) -> RewriteError {
        RewriteError::TooLong(error)
    }
}

/// Writes inputs anew.
#[derive(Debug)]
pub struct Rewrite<'s> {
    blocks: BlockCutter,
    writer: Writer<'s>,
}

#[derive(Debug)]
struct Writer<'s> {
    pseudonyms: &'s Pseudonyms,
    search: ValueSearch<'s>,
    finder: Finder,
    edits: Vec<Edit<'s>>,
    out: Vec<u8>,
    counts: ReplacementCounts,
    is_changed: bool,
}

/// Bytes of a block that become others.
#[derive(Clone, Debug)]
struct Edit<'s> {
    start: usize,
    end: usize,
    kind: ValueKind,
    to: NewText<'s>,
}

#[derive(Clone, Debug)]
enum NewText<'s> {
    /// A pseudonym, whatever was escaped.
    Text(&'s [u8]),
    /// The same with the spelling of its separators, or in groups.
    Spelled(Spelled<'s>),
}

/// For each byte of a pseudonym where its spelling lies in the block; an empty place means the byte itself.
#[derive(Clone, Debug)]
struct Spelled<'s> {
    text: std::borrow::Cow<'s, [u8]>,
    places: Vec<(u32, u32)>,
}

impl<'s> Rewrite<'s> {
    /// Takes no text that is longer than `longest`.
    pub fn new(pseudonyms: &'s Pseudonyms, options: RedactOptions, longest: usize) -> Rewrite<'s> {
        Rewrite {
            blocks: BlockCutter::new(options, longest),
            writer: Writer {
                pseudonyms,
                search: pseudonyms.search(),
                finder: Finder::new(options),
                edits: Vec::new(),
                out: Vec::new(),
                counts: ReplacementCounts::default(),
                is_changed: false,
            },
        }
    }

    /// Takes the next bytes of an input, and gives what can be written for now; `end` when it ends here.
    ///
    /// # Errors
    /// See [`RewriteError`]; nothing of the input may be used then.
    pub fn push(&mut self, bytes: &[u8], end: bool) -> Result<Vec<u8>, RewriteError> {
        self.blocks.push(bytes, end, &mut self.writer)?;
        if self.writer.is_changed {
            return Err(RewriteError::Changed);
        }
        Ok(std::mem::take(&mut self.writer.out))
    }

    /// A text that is no part of an input, with pseudonyms for values.
    pub fn text(&mut self, text: &[u8]) -> Vec<u8> {
        let counts = self.writer.counts;
        self.blocks.apart(text, &mut self.writer);
        self.writer.counts = counts;
        std::mem::take(&mut self.writer.out)
    }

    /// What was replaced so far.
    pub fn counts(&self) -> ReplacementCounts {
        self.writer.counts
    }
}

impl BlockVisitor for Writer<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        if leaf.is_somebody {
            return;
        }
        let (pseudonyms, search) = (self.pseudonyms, &self.search);
        let (edits, is_changed) = (&mut self.edits, &mut self.is_changed);
        self.finder
            .leaf(leaf, &mut |view: &DecodedText<'_>, hits: &[Hit]| {
                for hit in hits {
                    let value = &view.bytes[hit.start..hit.end];
                    match pseudonyms.get(value) {
                        Some(it) => {
                            let to = match pseudonym::is_aligned(it.kind, value) {
                                true => aligned(view, hit.start, hit.end, &it.text),
                                false => spelled(view, hit.start, hit.end, (&*it.text).into()),
                            };
                            edits.push(edit(view, hit.start, hit.end, it.kind, to));
                        }
                        None => *is_changed |= hit.is_sure,
                    }
                }
                search.find(&view.bytes, Bounds::Word, &mut |start, end, value| {
                    let Some(it) = pseudonyms.get(value) else {
                        return;
                    };
                    let to = if end - start > value.len() && it.kind == ValueKind::Account {
                        spelled(view, start, end, grouped(&it.text).into())
                    } else if pseudonym::is_aligned(it.kind, value) {
                        aligned(view, start, end, &it.text)
                    } else {
                        spelled(view, start, end, (&*it.text).into())
                    };
                    edits.push(edit(view, start, end, it.kind, to));
                });
            });
    }

    fn block(&mut self, bytes: &[u8], _: u64) {
        let mut edits = std::mem::take(&mut self.edits);
        edits.sort_by_key(|edit| edit.start);
        let (mut at, mut end) = (0, 0);
        let mut together = Vec::new();
        for edit in edits {
            if edit.start >= end {
                self.apply_best(bytes, &mut at, &mut together);
            }
            end = end.max(edit.end);
            together.push(edit);
        }
        self.apply_best(bytes, &mut at, &mut together);
        self.out.extend_from_slice(&bytes[at..]);
    }
}

impl Writer<'_> {
    /// Applies those of edits that hang together which tell most: of two that overlap the longer one, then the one with
    /// more escapes off it. What is left out overlaps one of them, so no value stays whole.
    fn apply_best(&mut self, bytes: &[u8], at: &mut usize, together: &mut Vec<Edit<'_>>) {
        if together.len() > 1 {
            together.reverse();
            together.sort_by_key(|edit| std::cmp::Reverse(edit.end - edit.start));
            let mut taken = BTreeMap::new();
            together.retain(|edit| {
                let before = taken.range(..edit.end).next_back();
                let is_free = before.is_none_or(|(_, end)| *end <= edit.start);
                if is_free {
                    taken.insert(edit.start, edit.end);
                }
                is_free
            });
            together.sort_by_key(|edit| edit.start);
        }
        for edit in together.drain(..) {
            self.apply(bytes, at, &edit);
        }
    }

    fn apply(&mut self, bytes: &[u8], at: &mut usize, edit: &Edit<'_>) {
        self.out.extend_from_slice(&bytes[*at..edit.start]);
        match &edit.to {
            NewText::Text(text) => self.out.extend_from_slice(text),
            NewText::Spelled(Spelled { text, places }) => {
                for (byte, (start, end)) in text.iter().zip(places) {
                    if start == end {
                        self.out.push(*byte);
                    } else {
                        let spelling = &bytes[*start as usize..*end as usize];
                        self.out.extend_from_slice(spelling);
                    }
                }
            }
        }
        *at = edit.end;
        self.counts.0[edit.kind as usize] += 1;
    }
}

fn edit<'s>(
    view: &DecodedText<'_>,
    start: usize,
    end: usize,
    kind: ValueKind,
    to: NewText<'s>,
) -> Edit<'s> {
    Edit {
        start: view.at(start),
        end: view.at(end),
        kind,
        to,
    }
}

/// A pseudonym with a byte for each character of its value: what stays keeps its spelling.
fn aligned<'s>(view: &DecodedText<'_>, start: usize, end: usize, text: &'s [u8]) -> NewText<'s> {
    let is_plain = view.at(end) - view.at(start) == end - start && end - start == text.len();
    if is_plain {
        return NewText::Text(text);
    }
    let mut places = Vec::with_capacity(text.len());
    let mut at = start;
    for byte in text {
        let mut place = (0, 0);
        if at < end {
            let next = at + pseudonym::length(&view.bytes[at..end]);
            if view.bytes[at..next] == [*byte] {
                place = (view.at(at) as u32, view.at(next) as u32);
            }
            at = next;
        }
        places.push(place);
    }
    NewText::Spelled(Spelled {
        text: text.into(),
        places,
    })
}

/// Any pseudonym: separators are spelled as the value's are.
fn spelled<'s>(
    view: &DecodedText<'_>,
    start: usize,
    end: usize,
    text: std::borrow::Cow<'s, [u8]>,
) -> NewText<'s> {
    let value = &view.bytes[start..end];
    let place = |byte: &u8| {
        let same = value.iter().position(|it| it == byte);
        let same = same.filter(|_| !byte.is_ascii_alphanumeric());
        same.map_or((0, 0), |same| {
            let at = start + same;
            (view.at(at) as u32, view.at(at + 1) as u32)
        })
    };
    let places = text.iter().map(place).collect();
    NewText::Spelled(Spelled { text, places })
}
