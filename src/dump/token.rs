//! Tokens between events: keys, brackets, scalars and byte order marks, each classified by the bytes that follow it.

use super::facts::{Mark, ScanFacts};
use super::scanner::{Chunk, ScanStep};
use super::shape::{Evidence, Wrapper};
use crate::event::MemberName;
use crate::scan::{
    Fault, FaultKind, Nesting, Plain, Stack, is_space, number_end, skip_space, value_end,
};
use crate::text::Text;
use crate::transcode::{MARK, ROWS};

/// The most bytes of white space after a token that are skipped to find the next token.
const FAR: usize = 64 << 10;

/// The continuation after a token.
pub(super) enum Next {
    /// A byte that is not white space, at this index.
    At(usize),
    /// Only white space up to this index.
    Nothing(usize),
    /// The bytes end before that is known.
    More,
}

/// The next byte at or after `at` that is not white space.
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

/// The longest `NextToken`, in bytes. Those of CloudTrail have a few hundred bytes.
const LONGEST_TOKEN: usize = 16 << 10;

/// Members next to the lists of CloudWatch Logs. The names of the lists alone (`events`, `results`) are too common to
/// recognise its output.
const COMPANIONS: [&[u8]; 6] = [
    b"searchedLogStreams",
    b"nextForwardToken",
    b"nextBackwardToken",
    b"messageType",
    b"queryLanguage",
    b"statistics",
];

/// Reads a key outside any event, with its colon at `colon`. If the key is a member of events, a value of up to `longest`
/// bytes belongs to it.
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
    let stray = |to: usize, evidence| Mark::Stray {
        at: chunk.offset(at),
        length: chunk.length(at, to),
        evidence,
    };
    let evidence = Evidence::of(MemberName::of(name));
    if evidence != Evidence::None {
        let Some(next) = stray_value(chunk, name, value, longest) else {
            return ScanStep::More;
        };
        out.mark(stray(next, evidence));
        return ScanStep::To(next);
    }
    if bytes[at..=end] == *ROWS && first == Some(b'[') {
        // Rows at the beginning of a file are transcoded to events. After something else they are not read.
        out.mark(stray(value, Evidence::Weak));
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

/// Where the value of a stray member ends, as far as it belongs to the damage: a string, or the object of a
/// `CloudTrailEvent`. Values of other kinds are scanned as usual. `None` if the bytes end before that is known.
fn stray_value(chunk: Chunk<'_>, name: &[u8], value: usize, longest: usize) -> Option<usize> {
    let limit = chunk.bytes.len().min(value.saturating_add(longest));
    let bytes = &chunk.bytes[..limit];
    let needs_more =
        |fault: Fault| fault.why == FaultKind::End && limit == chunk.bytes.len() && !chunk.eof;
    match chunk.bytes.get(value) {
        Some(b'{') if name == b"CloudTrailEvent" => {
            match value_end::<Plain>(bytes, value, &mut Stack::default()) {
                Ok(end) => Some(end),
                Err(fault) if needs_more(fault) => None,
                Err(_) => Some(value),
            }
        }
        Some(b'"') => match Plain::string_end(bytes, value + 1) {
            Ok(end) => match chunk.bytes.get(end + 1) {
                None if !chunk.eof => None,
                // As in `scanner::string`: without a delimiter, the string ran into the first key of the next event.
                Some(&byte) if !is_delimiter(byte) => Some(value),
                _ => Some(end + 1),
            },
            Err(fault) if needs_more(fault) => None,
            Err(_) => Some(value),
        },
        _ => Some(value),
    }
}

/// Reads an array, or text that begins with a bracket.
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

/// Whether the `[` at `at` opens an array. It does only if a value or `]` follows, because a prompt such as
/// `[user@host ~]$` is text. `None` if the bytes end before that is known.
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

/// Reads a number or literal.
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

/// The end of a number or literal that is followed by a delimiter. `Some(None)` if it is something else, `None` if the bytes end
/// before that is known. A number or literal that the end of the input cuts off is accepted.
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

/// Reads U+FEFF. It may be anywhere, because concatenated files keep their byte order marks.
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
