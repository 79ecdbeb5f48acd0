//! Where an event may begin, judged from a few bytes: the way back after damage or foreign text, and the
//! guess of a worker that starts in the middle of a file.
//!
//! A candidate is `{` with one of CloudTrail's names as its first key, or a string that begins with such
//! an object. It is a hint, never an answer: what follows is parsed in full, and the guess of a worker is
//! compared with where the piece before it ended.

use super::shape::Wrapper;
use crate::event::{MemberName, RECORD};
use crate::scan::{Nested, Nesting, skip_space};

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    /// Something begins at this byte.
    At(usize),
    /// The bytes end inside what may be a beginning.
    Unsure,
    /// From this byte on the line is text that quotes JSON (Python's `b'{…'`, a shell's `'{…'`).
    Quoted(usize),
}

/// How far white space is followed between `{` and the first key.
const NEAR: usize = 256;
/// No name of CloudTrail's is longer, even with every character escaped.
const LONGEST_KEY: usize = 200;

/// Whether apostrophes quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apostrophes {
    /// As programs and shells write them.
    Quote,
    /// Not behind damage: there they are part of it, and must not hide what follows.
    Ignored,
}

/// The first candidate in `from..to`; what decides about it may lie behind `to`, or anywhere before `from`.
pub(super) fn candidate(
    bytes: &[u8],
    from: usize,
    to: usize,
    eof: bool,
    apostrophes: Apostrophes,
) -> Option<Candidate> {
    let to = to.min(bytes.len());
    let mut at = from;
    while at < to {
        let skip = memchr::memchr(b'{', &bytes[at..to])?;
        let brace = at + skip;
        if let Some(found) = judge(bytes, brace, from, eof, apostrophes) {
            return Some(found);
        }
        at = brace + 1;
    }
    None
}

/// True when a string that holds a record, or did, begins with the first of these bytes.
pub(super) fn begins_record(bytes: &[u8]) -> bool {
    nested(bytes, 0, true) == Some(Candidate::At(0))
}

/// True when these bytes, a string up to where it breaks off, may have been the beginning of one that holds a
/// record.
pub(super) fn may_begin_record(bytes: &[u8]) -> bool {
    let Some(name) = bytes.strip_prefix(br#""{\""#) else {
        return bytes.len() > 1 && br#""{\""#.starts_with(bytes);
    };
    RECORD.iter().any(|key| key.as_bytes().starts_with(name))
}

fn judge(
    bytes: &[u8],
    brace: usize,
    from: usize,
    eof: bool,
    apostrophes: Apostrophes,
) -> Option<Candidate> {
    // A record as a string: the quote before the brace is where the value begins.
    let quote = brace
        .checked_sub(1)
        .filter(|&q| q >= from && bytes[q] == b'"');
    if let Some(quote) = quote
        && matches!(bytes.get(brace + 1), None | Some(b'\\'))
    {
        return nested(bytes, quote, eof).filter(|_| stands_alone(bytes, quote));
    }
    let limit = bytes.len().min(brace + 1 + NEAR);
    let key = skip_space(&bytes[..limit], brace + 1);
    match bytes.get(key) {
        Some(b'"') => {}
        None if !eof => return Some(Candidate::Unsure),
        _ => return None,
    }
    let one_line = !bytes[brace..key].contains(&b'\n');
    if apostrophes == Apostrophes::Quote && one_line && preceded_by_apostrophe(bytes, brace) {
        return Some(Candidate::Quoted(brace));
    }
    let window = &bytes[key + 1..bytes.len().min(key + 1 + LONGEST_KEY)];
    let Some(length) = memchr::memchr(b'"', window) else {
        let cut = key + 1 + window.len() == bytes.len() && !eof;
        return cut.then_some(Candidate::Unsure);
    };
    let name = &window[..length];
    let known = MemberName::of(name).is_known() || Wrapper::of(name, Some(b'[')).is_some();
    (known && !is_nested_record(bytes, brace)).then_some(Candidate::At(brace))
}

/// True for the object behind `"CloudTrailEvent":`, which is part of an event and none itself.
fn is_nested_record(bytes: &[u8], brace: usize) -> bool {
    let before = bytes[..brace].trim_ascii_end();
    before
        .strip_suffix(b":")
        .is_some_and(|before| before.trim_ascii_end().ends_with(b"\"CloudTrailEvent\""))
}

/// A string at `quote` that begins `"{\"name\"` with a name of a record.
fn nested(bytes: &[u8], quote: usize, eof: bool) -> Option<Candidate> {
    let window = &bytes[quote..bytes.len().min(quote + LONGEST_KEY)];
    let is_cut = quote + window.len() == bytes.len() && !eof;
    let unsure = is_cut.then_some(Candidate::Unsure);
    if window.len() < 2 {
        return unsure;
    }
    if !window.starts_with(b"\"{") {
        return None;
    }
    let key = Nested::skip_space(window, 2);
    let Some(name) = window.get(key + Nested::QUOTE..) else {
        return unsure;
    };
    if !Nested::quote_at(window, key) {
        return None;
    }
    match memchr::memchr(b'\\', name) {
        Some(end) if MemberName::of(&name[..end]).is_record() => Some(Candidate::At(quote)),
        Some(_) => None,
        None => unsure,
    }
}

/// True for a string that is no member, or one of something around a record. `CloudTrailEvent`, or what is
/// left of that name, makes it the half of an event whose other half is lost.
fn stands_alone(bytes: &[u8], at: usize) -> bool {
    const MOST_MARKS: usize = 4;
    let before = bytes[..at].trim_ascii_end();
    let Some(key) = before.strip_suffix(b":") else {
        return true;
    };
    let marks = key.iter().rev().take(MOST_MARKS);
    let marks = marks.take_while(|b| !b.is_ascii_alphabetic()).count();
    let key = &key[..key.len() - marks];
    let letters = key.iter().rev().take_while(|b| b.is_ascii_alphabetic());
    let name = &key[key.len() - letters.count()..];
    name.is_empty() || !b"CloudTrailEvent".ends_with(name)
}

/// True for `b'{`, ` '{`, `['{` and their like: what a program or a shell quotes. JSON has no apostrophes.
fn preceded_by_apostrophe(bytes: &[u8], brace: usize) -> bool {
    let before = &bytes[..brace];
    let before = before.strip_suffix(b"[").unwrap_or(before);
    let Some(before) = before.strip_suffix(b"'") else {
        return false;
    };
    before
        .last()
        .is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'b' | b'=' | b'(' | b'['))
}

/// Where a worker that starts in the middle of a file begins to read: a line that opens an object, or an
/// object with a first key that is CloudTrail's.
pub fn guess_start(bytes: &[u8]) -> Option<usize> {
    let object = first_object(bytes);
    let before = &bytes[..object.unwrap_or(bytes.len())];
    let line = memchr::memmem::find(before, b"\n{").map(|at| at + 1);
    line.or(object)
}

fn first_object(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        match candidate(bytes, from, bytes.len(), true, Apostrophes::Quote)? {
            Candidate::At(at) => {
                let before = bytes[..at].trim_ascii_end();
                let is_member = before.last() == Some(&b':');
                if !is_member || before.ends_with(br#""detail":"#) {
                    return Some(at);
                }
                from = at + 1;
            }
            Candidate::Quoted(at) => from = at + 1,
            Candidate::Unsure => return None,
        }
    }
}
