//! The fast walk over the members of an object: bytes between values are compared, not parsed.
//!
//! Dumps repeat themselves. Between two values of an event there are the same quotes, commas, keys, colons, brackets and
//! white space again and again; only the values differ. The bytes between two values are a *template*. The first time, a
//! template is read token by token and stored with its meaning: which containers it opens and closes, which members of the
//! object begin and end in it, and what kind of value follows. The next time, a comparison of the bytes is enough. Each
//! template remembers its successors, so usually the first comparison succeeds.
//!
//! The result is exact. A template is found only if the same containers are open as when it was read, and only if all its
//! bytes are equal, so reading it again would give the same meaning. Values are read every time.
//!
//! Whatever is unusual (invalid JSON, unusual escapes, deep nesting, long or very many templates, a name that the caller
//! wants to stop at) is declined, and the plain walker (`walk`) decides. Everything that this walk accepts, the plain walker
//! accepts with the same members; a test compares them.
//!
//! Memory is bounded (`MOST`): if a file has no repeated structure, the cache is cleared again and again, and costs a little
//! more than no cache.

mod reader;

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::mask::{BLOCK, Portable, Simd};
use super::walk::Member;
use super::{Nesting, number_end};
use reader::TemplateReader;

/// The number of bytes of a template that are compared at once.
const HEAD: usize = BLOCK;
/// Longer templates, in bytes, are left to the plain walker.
const LONGEST: usize = 1024;
/// The limits on the number of templates, on the bytes of their texts, and on the members that begin or end in them. If one
/// is reached, the cache is cleared before the next walk. If twice as much is reached, nothing is added in this walk.
const MOST: usize = 4096;
const MOST_TEXT: usize = 1 << 20;
const MOST_MARKS: usize = 1 << 16;
/// The number of successors that a template remembers.
const NEXT: usize = 8;
/// No template.
const NONE: u16 = u16::MAX;

/// The open containers, with the innermost in the lowest bit: 1 for an object, 0 for an array. A leading 1 marks the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct OpenBits(u64);

impl OpenBits {
    const NOTHING: OpenBits = OpenBits(1);
    const DEEPEST: u32 = 62;

    fn depth(self) -> u32 {
        63 - self.0.leading_zeros()
    }

    fn push(self, object: bool) -> Option<OpenBits> {
        (self.depth() < Self::DEEPEST).then_some(OpenBits(self.0 << 1 | u64::from(object)))
    }

    fn pop(self) -> OpenBits {
        OpenBits(self.0 >> 1)
    }

    fn in_object(self) -> bool {
        self.depth() > 0 && self.0 & 1 == 1
    }

    fn in_array(self) -> bool {
        self.depth() > 0 && self.0 & 1 == 0
    }
}

/// The continuation after a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The content of a string.
    String,
    /// A number.
    Number,
    /// Nothing: the object has ended.
    End,
}

/// A member of the object that begins or ends within a template. Positions are relative to the start of the template.
#[derive(Clone, Copy, Debug)]
enum MemberMark<N> {
    Begins {
        name: N,
        key: u16,
        key_end: u16,
        value: u16,
    },
    Ends(u16),
}

#[derive(Clone, Debug)]
struct Template {
    /// The first bytes of its text, padded, and one bit for each of them.
    head: [u8; HEAD],
    bits: u64,
    then: Then,
    /// Its length in bytes.
    length: u16,
    /// Templates that followed it, the most usual first.
    next: [u16; NEXT],
    /// Where its text begins in `texts`; the range of its marks in `marks`.
    text: u32,
    marks: (u32, u32),
    /// The containers that are open before and after it.
    from: OpenBits,
    to: OpenBits,
    /// It contains white space.
    is_spaced: bool,
}

impl Template {
    fn text<'t>(&self, texts: &'t [u8]) -> &'t [u8] {
        &texts[self.text as usize..][..usize::from(self.length)]
    }
}

/// The result of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Where it ends.
    pub end: usize,
    /// There is no white space between its tokens, at any level.
    pub is_compact: bool,
}

/// The templates that were read. Members of objects are named by `N`.
#[derive(Debug)]
pub struct TemplateCache<N> {
    templates: Vec<Template>,
    texts: Vec<u8>,
    marks: Vec<MemberMark<N>>,
    /// All templates, by their text and the containers that are open before them.
    known: HashTable<u16>,
    hasher: DefaultHashBuilder,
    /// Templates that an object began with.
    first: [u16; NEXT],
    fresh: Vec<MemberMark<N>>,
}

impl<N> Default for TemplateCache<N> {
    fn default() -> Self {
        TemplateCache {
            templates: Vec::new(),
            texts: Vec::new(),
            marks: Vec::new(),
            known: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            first: [NONE; NEXT],
            fresh: Vec::new(),
        }
    }
}

impl<N: Copy> TemplateCache<N> {
    /// Walks the members of the object that begins at `at`. `None` if the plain walker must decide; by then `each` may have
    /// been called for some members.
    ///
    /// `name` maps the key of a member and the first byte of its value to a name. If it returns `None`, the walk is declined.
    #[inline]
    pub fn members<L: Nesting>(
        &mut self,
        bytes: &[u8],
        at: usize,
        name: impl Fn(&[u8], u8) -> Option<N>,
        each: impl FnMut(N, Member),
    ) -> Option<Walked> {
        if cfg!(feature = "reference") || bytes.get(at) != Some(&b'{') {
            return None;
        }
        #[cfg(all(target_arch = "x86_64", not(feature = "reference")))]
        if let Some(avx2) = super::avx2::Avx2::new() {
            return avx2.members::<L, N>(self, bytes, at, name, each);
        }
        self.members_by::<L>(Portable, bytes, at, name, each)
    }

    /// The walk itself, compiled once for each implementation of masks.
    #[inline(always)]
    pub(super) fn members_by<L: Nesting>(
        &mut self,
        simd: impl Simd,
        bytes: &[u8],
        at: usize,
        name: impl Fn(&[u8], u8) -> Option<N>,
        mut each: impl FnMut(N, Member),
    ) -> Option<Walked> {
        if self.is_full(1) {
            *self = TemplateCache::default();
        }
        let mut before = NONE;
        let mut is_compact = true;
        let mut position = at;
        let mut open: Option<(N, Member)> = None;
        loop {
            let id = match self.follow(simd, before, &bytes[position..]) {
                Some(id) => id,
                None => self.learn::<L>(before, bytes, position, &name)?,
            };
            let template = &self.templates[usize::from(id)];
            let (from, to) = template.marks;
            for mark in &self.marks[from as usize..to as usize] {
                match *mark {
                    MemberMark::Ends(end) => {
                        if let Some((name, mut member)) = open.take() {
                            member.value_end = position + usize::from(end);
                            each(name, member);
                        }
                    }
                    MemberMark::Begins {
                        name,
                        key,
                        key_end,
                        value,
                    } => {
                        let member = Member {
                            key: position + usize::from(key),
                            key_end: position + usize::from(key_end),
                            value: position + usize::from(value),
                            value_end: position,
                        };
                        open = Some((name, member));
                    }
                }
            }
            position += usize::from(template.length);
            is_compact &= !template.is_spaced;
            position = match template.then {
                Then::String => L::string_end_by(simd, bytes, position).ok()?,
                Then::Number => number_end(bytes, position).ok()?,
                Then::End => {
                    let end = position;
                    return Some(Walked { end, is_compact });
                }
            };
            before = id;
        }
    }

    /// True if `times` times one of the limits is reached.
    fn is_full(&self, times: usize) -> bool {
        self.templates.len() >= times * MOST
            || self.texts.len() >= times * MOST_TEXT
            || self.marks.len() >= times * MOST_MARKS
    }

    fn next(&mut self, before: u16) -> &mut [u16; NEXT] {
        match self.templates.get_mut(usize::from(before)) {
            Some(template) => &mut template.next,
            None => &mut self.first,
        }
    }

    /// A known successor of `before` that `text` begins with, if any.
    #[inline(always)]
    fn follow(&mut self, simd: impl Simd, before: u16, text: &[u8]) -> Option<u16> {
        let next = match self.templates.get(usize::from(before)) {
            Some(template) => &template.next,
            None => &self.first,
        };
        let usual = next[0];
        if self.begins(simd, text, usual)? {
            return Some(usual);
        }
        self.follow_rare(simd, before, text)
    }

    /// As [`follow`](Self::follow), for all successors but the most usual one.
    #[inline(always)]
    fn follow_rare(&mut self, simd: impl Simd, before: u16, text: &[u8]) -> Option<u16> {
        let next = *self.next(before);
        for (nth, &id) in next.iter().enumerate().skip(1) {
            if self.begins(simd, text, id)? {
                // Moves up one place: a single odd event does not displace the usual successor.
                self.next(before).swap(nth - 1, nth);
                return Some(id);
            }
        }
        None
    }

    /// Whether `text` begins with a template; `None` if there is no such template.
    #[inline(always)]
    fn begins(&self, simd: impl Simd, text: &[u8], id: u16) -> Option<bool> {
        let template = self.templates.get(usize::from(id))?;
        let length = usize::from(template.length);
        let is_it = match text.first_chunk::<HEAD>() {
            Some(head) => {
                simd.equal(head, &template.head) & template.bits == template.bits
                    && (length <= HEAD
                        || text.get(HEAD..length) == Some(&self.text(template)[HEAD..]))
            }
            None => text.starts_with(self.text(template)),
        };
        // The bytes before a number may also be followed by a string, `true` or a bracket, so the next byte is checked.
        let is_number = || matches!(text.get(length), Some(b'-' | b'0'..=b'9'));
        Some(is_it && (template.then != Then::Number || is_number()))
    }

    fn text(&self, template: &Template) -> &[u8] {
        template.text(&self.texts)
    }

    /// Reads the template at `at` token by token and stores it.
    #[cold]
    fn learn<L: Nesting>(
        &mut self,
        before: u16,
        bytes: &[u8],
        at: usize,
        name: impl Fn(&[u8], u8) -> Option<N>,
    ) -> Option<u16> {
        let (from, then) = match self.templates.get(usize::from(before)) {
            Some(template) => (template.to, template.then),
            None => (OpenBits::NOTHING, Then::End),
        };
        self.fresh.clear();
        let mut read = TemplateReader {
            bytes,
            begin: at,
            at,
            open: from,
            is_spaced: false,
            marks: &mut self.fresh,
        };
        let then = read.template::<L>(then, &name)?;
        let (to, is_spaced) = (read.open, read.is_spaced);
        let text = &bytes[at..read.at];
        if text.len() > LONGEST {
            return None;
        }
        let length = text.len() as u16;
        let hash = self.hasher.hash_one((from, text));
        let same = |id: &u16| {
            let template = &self.templates[usize::from(*id)];
            template.from == from && self.text(template) == text
        };
        let id = match self.known.find(hash, same) {
            Some(id) => *id,
            None if self.is_full(2) => return None,
            None => {
                let id = self.templates.len() as u16;
                let mut head = [0; HEAD];
                let shared = text.len().min(HEAD);
                head[..shared].copy_from_slice(&text[..shared]);
                let first_mark = self.marks.len() as u32;
                self.marks.append(&mut self.fresh);
                self.templates.push(Template {
                    head,
                    bits: u64::MAX >> (HEAD - shared),
                    then,
                    length,
                    next: [NONE; NEXT],
                    text: self.texts.len() as u32,
                    marks: (first_mark, self.marks.len() as u32),
                    from,
                    to,
                    is_spaced,
                });
                self.texts.extend_from_slice(text);
                let (templates, texts, hasher) = (&self.templates, &self.texts, &self.hasher);
                self.known.insert_unique(hash, id, |id| {
                    let template = &templates[usize::from(*id)];
                    hasher.hash_one((template.from, template.text(texts)))
                });
                id
            }
        };
        let next = self.next(before);
        let free = next.iter().position(|&id| id == NONE);
        next[free.unwrap_or(NEXT - 1)] = id;
        Some(id)
    }
}

#[cfg(test)]
mod tests;
