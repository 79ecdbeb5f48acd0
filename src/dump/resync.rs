//! Resynchronisation: positions where an event may begin, judged from a few bytes.
//!
//! It is used after damage, inside text, and by workers that start in the middle of a file. A candidate is `{` with one of
//! CloudTrail's names as its first key, or a string that begins with such an object. A candidate is only a hint. The bytes
//! after it are parsed in full, and a worker's guess is compared with the end of the chunk before it (`engine::commit`).
//!
//! A wrong candidate therefore costs time but never gives a wrong event. A missed candidate can lose an event after damage,
//! so the test accepts every member of a record or an envelope, not only the usual first one.

use super::shape::Wrapper;
use crate::event::{MemberName, RECORD};
use crate::scan::{Nested, Nesting, skip_space};

/// The result of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    /// An event may begin at this index.
    At(usize),
    /// The bytes end before it is clear whether an event begins there.
    Unsure,
    /// From this index on, the text quotes JSON (`b'{…'` in Python, `'{…'` in a shell).
    Quoted(usize),
}

/// The most bytes of white space between `{` and the first key.
const NEAR: usize = 256;
/// The longest name of CloudTrail, in bytes, with every character escaped.
const LONGEST_KEY: usize = 200;

/// Whether apostrophes quote JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apostrophes {
    /// They do, as in the output of programs and in shell commands.
    Quote,
    /// They do not. After damage an apostrophe is part of the damaged text and must not hide the next event.
    Ignored,
}

/// The first candidate in `from..to`. Bytes after `to` and before `from` are considered as context.
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

/// True if the bytes begin with a string that contains a record, whole or not.
pub(super) fn begins_record(bytes: &[u8]) -> bool {
    nested(bytes, 0, true) == Some(Candidate::At(0))
}

/// True if these bytes, a string that breaks off, may be the beginning of a string that contains a record.
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
    // A record inside a string begins at the quote before the brace.
    let quote = brace
        .checked_sub(1)
        .filter(|&q| q >= from && bytes[q] == b'"');
    if let Some(quote) = quote
        && matches!(bytes.get(brace + 1), None | Some(b'\\'))
    {
        return nested(bytes, quote, eof).filter(|_| is_own_value(bytes, quote));
    }
    let limit = bytes.len().min(brace + 1 + NEAR);
    let key = skip_space(&bytes[..limit], brace + 1);
    match bytes.get(key) {
        Some(b'"') => {}
        None if !eof => return Some(Candidate::Unsure),
        _ => return None,
    }
    // Apostrophes quote within one line only: pretty-printed JSON after an apostrophe is JSON.
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

/// True for the object after `"CloudTrailEvent":`, which is part of an event.
fn is_nested_record(bytes: &[u8], brace: usize) -> bool {
    let before = bytes[..brace].trim_ascii_end();
    before
        .strip_suffix(b":")
        .is_some_and(|before| before.trim_ascii_end().ends_with(b"\"CloudTrailEvent\""))
}

/// Judges a string at `quote`: it is a candidate if it begins with an object whose first key is a member of records.
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

/// True for a string that is not the value of `CloudTrailEvent`. After that name, or after its last letters, the string is one
/// half of an event whose other half is lost.
fn is_own_value(bytes: &[u8], at: usize) -> bool {
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

/// True if `{` follows an apostrophe that quotes, as in `b'{`, ` '{` or `['{`. JSON itself has no apostrophes outside strings.
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

/// Guesses where the first event begins in a chunk from the middle of a file: at a line that opens an object, or at an object
/// whose first key is one of CloudTrail's, whichever comes first. `None` if there is no such position.
///
/// The guess is often the start of an event, but it may also be inside one: `engine::commit` checks it.
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
