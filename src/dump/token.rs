//! Tokens between events: keys, brackets, scalars and byte order marks, each judged by what stands right
//! behind it.
//!
//! Not for: objects and strings, which may be events (`scanner`), text (`text`).

use super::facts::{Mark, ScanFacts};
use super::scanner::{Chunk, ScanStep};
use super::shape::{Evidence, Wrapper};
use crate::event::MemberName;
use crate::scan::{FaultKind, Nesting, Plain, Stack, is_space, number_end, skip_space, value_end};
use crate::text::Text;
use crate::transcode::{MARK, ROWS};

/// White space is followed this far to see what a token is; behind it nothing belongs to the token.
const FAR: usize = 64 << 10;

/// What follows a token.
pub(super) enum Next {
    /// A byte that is no white space, here.
    At(usize),
    /// Nothing up to here.
    Nothing(usize),
    /// The bytes end too early to tell.
    More,
}

/// The next byte at or behind `at` that is no white space.
pub(super) fn next(chunk: Chunk<'_>, at: usize) -> Next {
    let window = &chunk.bytes[..chunk.bytes.len().min(at.saturating_add(FAR))];
    let next = skip_space(window, at);
    if next < window.len() {
        Next::At(next)
    } else if chunk.eof || window.len() < chunk.bytes.len() {
        Next::Nothing(next)
    } else {
        Next::More
    }
}

/// The tokens of CloudTrail take some hundred bytes.
const LONGEST_TOKEN: usize = 16 << 10;

/// What stands beside a list of CloudWatch Logs, whose names alone (`events`, `results`) are anybody's.
const COMPANIONS: [&[u8]; 6] = [
    b"searchedLogStreams",
    b"nextForwardToken",
    b"nextBackwardToken",
    b"messageType",
    b"queryLanguage",
    b"statistics",
];

/// A key outside any event, with its colon at `colon`. Text of up to `longest` bytes behind one of
/// CloudTrail's belongs to it.
pub(super) fn member(
    chunk: Chunk<'_>,
    at: usize,
    end: usize,
    colon: usize,
    longest: usize,
    out: &mut ScanFacts,
) -> ScanStep {
    let bytes = chunk.bytes;
    let name = &bytes[at + 1..end];
    let (value, first) = match next(chunk, colon + 1) {
        Next::At(value) => (value, bytes.get(value).copied()),
        Next::Nothing(value) => (value, None),
        Next::More => return ScanStep::More,
    };
    let evidence = Evidence::of(MemberName::of(name));
    if evidence != Evidence::None {
        // What stands in a `CloudTrailEvent` behind a cut belongs to the remains, be it text or an object.
        let mut next = value;
        if first == Some(b'{') && name == b"CloudTrailEvent" {
            let limit = bytes.len().min(value.saturating_add(longest));
            match value_end::<Plain>(&bytes[..limit], value, &mut Stack::default()) {
                Ok(end) => next = end,
                Err(fault) if fault.why == FaultKind::End && limit == bytes.len() && !chunk.eof => {
                    return ScanStep::More;
                }
                Err(_) => {}
            }
        }
        if first == Some(b'"') {
            let limit = bytes.len().min(value.saturating_add(longest));
            match Plain::string_end(&bytes[..limit], value + 1) {
                // As in `string`: this one may have run into the next event's first key.
                Ok(end) => match bytes.get(end + 1) {
                    None if !chunk.eof => return ScanStep::More,
                    Some(&byte) if !is_delimiter(byte) => {}
                    _ => next = end + 1,
                },
                Err(fault) if fault.why == FaultKind::End && limit == bytes.len() && !chunk.eof => {
                    return ScanStep::More;
                }
                Err(_) => {}
            }
        }
        out.mark(Mark::Stray {
            at: chunk.offset(at),
            length: chunk.length(at, next),
            evidence,
        });
        return ScanStep::To(next);
    }
    if bytes[at..=end] == *ROWS && first == Some(b'[') {
        // Rows at the beginning of a source are turned into events; behind something else they are not read.
        out.mark(Mark::Stray {
            at: chunk.offset(at),
            length: chunk.length(at, value),
            evidence: Evidence::Weak,
        });
        return ScanStep::To(value);
    }
    if let Some(kind) = Wrapper::of(name, first) {
        let opens = match first {
            Some(b'[') => array_opens(chunk, value),
            _ => Some(true),
        };
        match opens {
            None => return ScanStep::More,
            Some(true) => out.mark(Mark::Wrapper {
                at: chunk.offset(at),
                kind,
            }),
            Some(false) => {}
        }
    } else if COMPANIONS.contains(&name) {
        out.companion = true;
    } else if matches!(name, b"NextToken" | b"nextToken") && first == Some(b'"') {
        let limit = bytes.len().min(value.saturating_add(LONGEST_TOKEN));
        let token = match Plain::string_end(&bytes[..limit], value + 1) {
            Ok(end) => Text::once(&bytes[value + 1..end]).to_str().into_owned(),
            Err(_) if limit == bytes.len() && !chunk.eof => return ScanStep::More,
            Err(_) => String::new(),
        };
        out.mark(Mark::Token {
            at: chunk.offset(at),
            token,
        });
    }
    out.structure(chunk.length(at, value));
    ScanStep::To(value)
}

/// An array, or text that begins with a bracket.
pub(super) fn array(chunk: Chunk<'_>, at: usize, out: &mut ScanFacts) -> ScanStep {
    match array_opens(chunk, at) {
        None => ScanStep::More,
        Some(false) => ScanStep::ToText(at),
        Some(true) => {
            if matches!(next(chunk, at + 1), Next::At(end) if chunk.bytes[end] == b']') {
                out.empty_arrays += 1;
            }
            out.open(true, chunk.length(at, at + 1));
            ScanStep::To(at + 1)
        }
    }
}

/// Whether the `[` at `at` opens an array: only when a value or its end follows, for a prompt such as
/// `[user@host ~]$` is text. `None` when the bytes end too early to tell.
fn array_opens(chunk: Chunk<'_>, at: usize) -> Option<bool> {
    match next(chunk, at + 1) {
        Next::More => None,
        Next::Nothing(_) => Some(true),
        Next::At(first) => match chunk.bytes[first] {
            b'{' | b'[' | b'"' | b']' => Some(true),
            _ => scalar_end(chunk, first).map(|end| end.is_some()),
        },
    }
}

/// A number or literal.
pub(super) fn scalar(chunk: Chunk<'_>, at: usize, out: &mut ScanFacts) -> ScanStep {
    match scalar_end(chunk, at) {
        None => ScanStep::More,
        Some(None) => ScanStep::ToText(at),
        Some(Some(end)) => {
            out.scalar(chunk.length(at, end));
            ScanStep::To(end)
        }
    }
}

/// The end of a number or literal with a delimiter behind it; `Some(None)` when it is none, `None` when
/// the bytes end too early to tell. One that the end of the input cuts off is taken as it is.
fn scalar_end(chunk: Chunk<'_>, at: usize) -> Option<Option<usize>> {
    const LONGEST: usize = 1024;
    let bytes = chunk.bytes;
    let window = &bytes[..bytes.len().min(at + LONGEST)];
    let word = window[at..].iter().position(|&b| is_delimiter(b));
    let Some(length) = word else {
        if window.len() == bytes.len() && !chunk.eof {
            return None;
        }
        let is_last = window.len() == bytes.len();
        let rest = &window[at..];
        let begins = [&b"true"[..], b"false", b"null"]
            .iter()
            .any(|literal| literal.starts_with(rest))
            || match number_end(window, at) {
                Ok(end) => end == window.len(),
                Err(fault) => fault.why == FaultKind::End,
            };
        return Some((is_last && begins).then_some(window.len()));
    };
    let end = at + length;
    let is_whole = match &window[at..end] {
        b"true" | b"false" | b"null" => true,
        _ => number_end(&window[..end], at) == Ok(end),
    };
    Some(is_whole.then_some(end))
}

/// True for what may follow a value.
pub(super) fn is_delimiter(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b',' | b']' | b'}')
}

/// U+FEFF: concatenated files bring theirs along.
pub(super) fn byte_order_mark(chunk: Chunk<'_>, at: usize, out: &mut ScanFacts) -> ScanStep {
    let have = &chunk.bytes[at..chunk.bytes.len().min(at + MARK.len())];
    if have == MARK {
        out.structure(chunk.length(at, at + MARK.len()));
        ScanStep::To(at + MARK.len())
    } else if MARK.starts_with(have) && !chunk.eof {
        ScanStep::More
    } else {
        ScanStep::ToText(at)
    }
}
