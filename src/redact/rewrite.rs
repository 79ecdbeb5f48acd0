//! Writes an input with pseudonyms in place of values. Every other byte stays the same.

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

/// Number of replacements per kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplacementCounts([u64; ValueKind::ALL.len()]);

impl ReplacementCounts {
    /// Number of replacements of a kind.
    pub fn of(&self, kind: ValueKind) -> u64 {
        self.0[kind as usize]
    }

    /// Number of all replacements.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// Why an input cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewriteError {
    /// A text is longer than allowed.
    TooLong(TooLong),
    /// It contains a value that the first pass did not find.
    Changed,
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RewriteError::TooLong(error) => error.fmt(f),
            RewriteError::Changed => f.write_str("the file changed during the run; run again"),
        }
    }
}

impl std::error::Error for RewriteError {}

impl From<TooLong> for RewriteError {
    fn from(error: TooLong) -> RewriteError {
        RewriteError::TooLong(error)
    }
}

/// Writes inputs with pseudonyms.
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

/// The replacement of a range of the block.
#[derive(Clone, Debug)]
struct Edit<'s> {
    start: usize,
    end: usize,
    kind: ValueKind,
    to: NewText<'s>,
}

#[derive(Clone, Debug)]
enum NewText<'s> {
    /// The pseudonym as it is.
    Text(&'s [u8]),
    /// The pseudonym with separators spelled as in the value, or in groups.
    Spelled(Spelled<'s>),
}

/// For each byte of a pseudonym the range of the block whose spelling is used. An empty range means the byte itself.
#[derive(Clone, Debug)]
struct Spelled<'s> {
    text: std::borrow::Cow<'s, [u8]>,
    places: Vec<(u32, u32)>,
}

impl<'s> Rewrite<'s> {
    /// Texts may be up to `longest` bytes long.
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

    /// Adds the next bytes of an input and returns the output so far; `end` if the input ends here.
    ///
    /// # Errors
    /// See [`RewriteError`]. The output of this input must not be used then.
    pub fn push(&mut self, bytes: &[u8], end: bool) -> Result<Vec<u8>, RewriteError> {
        self.blocks.push(bytes, end, &mut self.writer)?;
        if self.writer.is_changed {
            return Err(RewriteError::Changed);
        }
        Ok(std::mem::take(&mut self.writer.out))
    }

    /// Replaces the values of a text that is not part of an input. It does not change the counts.
    pub fn text(&mut self, text: &[u8]) -> Vec<u8> {
        let counts = self.writer.counts;
        self.blocks.apart(text, &mut self.writer);
        self.writer.counts = counts;
        std::mem::take(&mut self.writer.out)
    }

    /// The replacements so far.
    pub fn counts(&self) -> ReplacementCounts {
        self.writer.counts
    }
}

impl BlockVisitor for Writer<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        if leaf.is_identity {
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
                        // The first pass has collected every value that is certain, so the file has changed since.
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
        // Edits that overlap form a group, of which the best are applied.
        edits.sort_by_key(|edit| edit.start);
        let (mut at, mut end) = (0, 0);
        let mut overlapping = Vec::new();
        for edit in edits {
            if edit.start >= end {
                self.apply_best(bytes, &mut at, &mut overlapping);
            }
            end = end.max(edit.end);
            overlapping.push(edit);
        }
        self.apply_best(bytes, &mut at, &mut overlapping);
        self.out.extend_from_slice(&bytes[at..]);
    }
}

impl Writer<'_> {
    /// Applies the best of edits that overlap: the longest first; of two equally long ones the one with more escapes
    /// removed, which is the more exact one. An edit that is dropped overlaps one that is applied, so no value stays whole.
    fn apply_best(&mut self, bytes: &[u8], at: &mut usize, overlapping: &mut Vec<Edit<'_>>) {
        if overlapping.len() > 1 {
            overlapping.reverse();
            overlapping.sort_by_key(|edit| std::cmp::Reverse(edit.end - edit.start));
            let mut used = BTreeMap::new();
            overlapping.retain(|edit| {
                let before = used.range(..edit.end).next_back();
                let is_free = before.is_none_or(|(_, end)| *end <= edit.start);
                if is_free {
                    used.insert(edit.start, edit.end);
                }
                is_free
            });
            overlapping.sort_by_key(|edit| edit.start);
        }
        for edit in overlapping.drain(..) {
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

/// A pseudonym with one byte for each character of its value. Characters that stay keep their spelling in the source.
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

/// Any other pseudonym: its separators are spelled as those of the value.
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
