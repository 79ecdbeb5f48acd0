//! What stands between the values of an object, remembered: the fast walk.
//!
//! Dumps repeat themselves. Between two values of an event stand the same quotes, commas, keys, colons,
//! brackets and white space again and again; only the values differ. Such a stretch is a *seam*. The first
//! time it is met it is read token by token, and what it comes to is kept with its bytes: which containers
//! it opens and closes, which members of the object begin and end in it, and what kind of value follows. The
//! next time, comparing the bytes is all it takes; each seam knows those that came behind it before.
//!
//! This is exact, no guess: a seam is found only from the containers that were open when it was learnt,
//! and by all of its bytes, so reading it again could only come to the same. Values are read anew every time.
//! What is unusual in any way (a fault, odd escapes, deep nesting, long seams or very many of them, a name
//! that the caller wants to stop at) is declined, and the plain walker (`walk`) decides. Whatever this one
//! accepts, that one accepts, with the same members; a test holds the two against each other.
//!
//! Not for: telling what is wrong with a value.

mod reading;

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::mask::{BLOCK, Portable, Simd};
use super::walk::Member;
use super::{Nesting, number_end};
use reading::Reading;

/// Bytes of a seam that are compared at once.
const HEAD: usize = BLOCK;
/// Longer seams are left to the plain walker.
const LONGEST: usize = 1024;
/// Seams that are kept, bytes of their texts, and members that begin or end in them: with more of any, all are
/// forgotten before the next walk, and with twice as many nothing more is learnt in this one.
const MOST: usize = 4096;
const MOST_TEXT: usize = 1 << 20;
const MOST_MARKS: usize = 1 << 16;
/// Seams that a seam remembers to have come behind it.
const NEXT: usize = 8;
/// No seam.
const NONE: u16 = u16::MAX;

/// The containers that are open, innermost in the lowest bit: 1 for an object, 0 for an array, below a leading 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Open(u64);

impl Open {
    const NOTHING: Open = Open(1);
    const DEEPEST: u32 = 62;

    fn depth(self) -> u32 {
        63 - self.0.leading_zeros()
    }

    fn push(self, object: bool) -> Option<Open> {
        (self.depth() < Self::DEEPEST).then_some(Open(self.0 << 1 | u64::from(object)))
    }

    fn pop(self) -> Open {
        Open(self.0 >> 1)
    }

    fn in_object(self) -> bool {
        self.depth() > 0 && self.0 & 1 == 1
    }

    fn in_array(self) -> bool {
        self.depth() > 0 && self.0 & 1 == 0
    }
}

/// What follows a seam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The content of a string.
    String,
    /// A number.
    Number,
    /// Nothing: the object has ended.
    End,
}

/// A member of the object that begins or ends within a seam, in bytes from the beginning of the seam.
#[derive(Clone, Copy, Debug)]
enum Mark<N> {
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
    /// The first bytes of its text, and a bit for each of them.
    head: [u8; HEAD],
    bits: u64,
    then: Then,
    /// Its length in bytes.
    length: u16,
    /// Seams that came behind it, the usual first.
    next: [u16; NEXT],
    /// Where its text lies in `texts`, where its marks lie in `marks`.
    text: u32,
    marks: (u32, u32),
    /// What is open in front of it and behind it.
    from: Open,
    to: Open,
    /// It holds white space.
    is_spaced: bool,
}

impl Template {
    fn text<'t>(&self, texts: &'t [u8]) -> &'t [u8] {
        &texts[self.text as usize..][..usize::from(self.length)]
    }
}

/// An object that was walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Where it ends.
    pub end: usize,
    /// No white space stands between its tokens, on any level.
    pub is_compact: bool,
}

/// Seams that were met, for objects whose members are named by `N`.
#[derive(Debug)]
pub struct TemplateCache<N> {
    templates: Vec<Template>,
    texts: Vec<u8>,
    marks: Vec<Mark<N>>,
    /// All of them, by their text and what is open in front of them.
    known: HashTable<u16>,
    hasher: DefaultHashBuilder,
    /// Seams that an object began with.
    first: [u16; NEXT],
    fresh: Vec<Mark<N>>,
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
    /// Walks the members of the object that begins at `at`; `None` when the plain walker has to look. By then
    /// `each` may have been called with some members.
    ///
    /// `name` recognises the key of a member, given the first byte of its value; with `None` the walk is
    /// declined.
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

    /// The walk itself, compiled once for each way of making masks.
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
                    Mark::Ends(end) => {
                        if let Some((name, mut member)) = open.take() {
                            member.value_end = position + usize::from(end);
                            each(name, member);
                        }
                    }
                    Mark::Begins {
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

    /// True when so many times the usual bounds are reached.
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

    /// One of the seams that came behind `before`, if `text` begins with it.
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
        self.look_for(simd, before, text)
    }

    #[inline(always)]
    fn look_for(&mut self, simd: impl Simd, before: u16, text: &[u8]) -> Option<u16> {
        let next = *self.next(before);
        for (nth, &id) in next.iter().enumerate().skip(1) {
            if self.begins(simd, text, id)? {
                self.next(before).swap(nth - 1, nth);
                return Some(id);
            }
        }
        None
    }

    /// Whether `text` begins with a seam, if there is such a seam.
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
        // What begins a string may begin as what leads to a number does.
        let is_number = || matches!(text.get(length), Some(b'-' | b'0'..=b'9'));
        Some(is_it && (template.then != Then::Number || is_number()))
    }

    fn text(&self, template: &Template) -> &[u8] {
        template.text(&self.texts)
    }

    /// Reads the seam at `at` and keeps it.
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
            None => (Open::NOTHING, Then::End),
        };
        self.fresh.clear();
        let mut read = Reading {
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
