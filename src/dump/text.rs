//! Text: what is no JSON, taken a line at a time, with a look for the next event in it.
//!
//! Not for: whether a stretch of text is skipped or damage, which its neighbours tell (`ledger`).

use super::facts::{Mark, ScanFacts};
use super::resync::{self, Apostrophes, Candidate};
use super::scanner::{Chunk, ScanStep};
use super::shape::Evidence;
use crate::event::MemberName;
use crate::scan::{Plain, Stack, skip_space, value_end};

/// Text is taken in units: a line, or this much of it.
const UNIT: usize = 4096;

/// How lines begin with which the AWS CLI gives up without an answer of the service (`fmt` of the classes in
/// `botocore/exceptions.py`): connection, credentials, region.
const GIVES_UP: [&[u8]; 18] = [
    b"An HTTP Client ",
    b"Connect timeout on endpoint URL: ",
    b"Connection was closed before we received a valid response from endpoint URL: ",
    b"Could not connect to the endpoint URL: ",
    b"Error during pagination: ",
    b"Error loading SSO Token: ",
    b"Error when retrieving credentials from ",
    b"Error when retrieving token from ",
    b"Failed to connect to proxy URL: ",
    b"Parameter validation failed:",
    b"Partial credentials found in ",
    b"Read timeout on endpoint URL: ",
    b"SSL validation failed for ",
    b"The SSO session associated with this profile has expired",
    b"The config profile (",
    b"Unable to locate credentials",
    b"Unable to parse config file: ",
    b"You must specify a region",
];

/// A unit of text: up to the end of the line, to the next place where an event may begin, or [`UNIT`]
/// bytes.
pub(super) fn text(
    chunk: Chunk<'_>,
    at: usize,
    apostrophes: Apostrophes,
    out: &mut ScanFacts,
) -> ScanStep {
    // Nothing before `at` may weigh in: another worker may have it.
    let bytes = &chunk.bytes[at..];
    let limit = bytes.len().min(UNIT);
    let line = memchr::memchr(b'\n', &bytes[..limit]).map(|n| n + 1);
    let end = line.unwrap_or(limit);
    let step = match resync::candidate(bytes, 0, end, chunk.eof, apostrophes) {
        Some(Candidate::At(next)) => ScanStep::To(at + next),
        Some(Candidate::Unsure) => return ScanStep::More,
        Some(Candidate::Quoted(next)) => ScanStep::ToQuoted(at + next),
        None if line.is_some() => ScanStep::To(at + end),
        None if end < UNIT && !chunk.eof => return ScanStep::More,
        None if apostrophes == Apostrophes::Ignored => ScanStep::ToRemains(at + end),
        None => ScanStep::ToText(at + end),
    };
    let evidence = match step {
        ScanStep::To(next)
        | ScanStep::ToText(next)
        | ScanStep::ToQuoted(next)
        | ScanStep::ToRemains(next) => {
            let unit = &chunk.bytes[at..next];
            match (&step, unit.trim_ascii_end().last()) {
                // An event follows as an element follows another.
                (ScanStep::To(_), Some(b',' | b'[')) if next < at + end => Evidence::Strong,
                _ => remains(unit.trim_ascii(), unit.last() == Some(&b'\n')),
            }
        }
        ScanStep::More | ScanStep::Stop(_) => Evidence::None,
    };
    mark(chunk, at, &step, evidence, out);
    step
}

/// A unit of quoted JSON: up to the closing apostrophe, the end of the line, or [`UNIT`] bytes.
pub(super) fn quoted(chunk: Chunk<'_>, at: usize, out: &mut ScanFacts) -> ScanStep {
    let limit = chunk.bytes.len().min(at + UNIT);
    let unit = &chunk.bytes[at..limit];
    let end = memchr::memchr2_iter(b'\n', b'\'', unit)
        .find(|&end| unit[end] == b'\n' || end.checked_sub(1).map(|b| unit[b]) != Some(b'\\'));
    let step = match end {
        Some(end) if unit[end] == b'\n' => ScanStep::To(at + end + 1),
        Some(end) => ScanStep::ToText(at + end + 1),
        None if unit.len() < UNIT && !chunk.eof => return ScanStep::More,
        None => ScanStep::ToQuoted(limit),
    };
    mark(chunk, at, &step, Evidence::None, out);
    step
}

fn mark(chunk: Chunk<'_>, at: usize, step: &ScanStep, evidence: Evidence, out: &mut ScanFacts) {
    let (ScanStep::To(end)
    | ScanStep::ToText(end)
    | ScanStep::ToQuoted(end)
    | ScanStep::ToRemains(end)) = *step
    else {
        return;
    };
    if end == at {
        return;
    }
    let unit = &chunk.bytes[at..end];
    let line = unit.trim_ascii();
    let shown = |most: usize| String::from_utf8_lossy(&line[..line.len().min(most)]).into_owned();
    out.mark(Mark::Text {
        at: chunk.offset(at),
        length: chunk.length(at, end),
        error: is_aws_error(line).then(|| shown(1000)),
        snippet: shown(160),
        evidence,
    });
}

/// Whether this is what the AWS CLI writes on standard error when it fails: the error of the service, wherever in
/// the line, or its own.
fn is_aws_error(line: &[u8]) -> bool {
    let own = line.strip_prefix(b"aws: [ERROR]: ").unwrap_or(line);
    memchr::memmem::find(line, b"An error occurred (").is_some()
        || GIVES_UP.iter().any(|begin| own.starts_with(begin))
}

/// Whether the content of a string looks like what is left of a record in a string.
pub(super) fn remains_in_string(content: &[u8]) -> Evidence {
    match content.trim_ascii_start().first() {
        Some(b'{') | None => Evidence::None,
        Some(_) => remains(content.trim_ascii_end(), true),
    }
}

/// Whether a line of text, or its beginning, looks like what is left of JSON: strings that end where JSON
/// goes on, or the end of a literal or number with brackets closing behind it.
fn remains(line: &[u8], has_end: bool) -> Evidence {
    let ends_as_json = matches!(
        line.last(),
        Some(b'"' | b'}' | b']' | b',' | b'{' | b'[' | b':')
    );
    if memchr::memchr(0, line).is_some() {
        // Blocks that a disk never wrote.
        return Evidence::Weak;
    }
    if is_of_other_shape(line) {
        return Evidence::Strong;
    }
    if has_end && !ends_as_json {
        return Evidence::None;
    }
    if has_end && holds_whole_json(line) {
        return Evidence::None;
    }
    let mut evidence = Evidence::None;
    let mut key_from = 0;
    for quote in memchr::memchr_iter(b'"', line) {
        let next = skip_space(line, quote + 1);
        match line.get(next) {
            Some(b':') => {
                // Nested text has a backslash before each quote.
                let name = &line[key_from..quote];
                let name = name.strip_suffix(b"\\").unwrap_or(name);
                evidence = evidence
                    .max(Evidence::of(MemberName::of(name)))
                    .max(Evidence::Weak);
            }
            Some(b',' | b'}' | b']') => evidence = evidence.max(Evidence::Weak),
            // A string that ends here, and nowhere began.
            None if key_from == 0 => evidence = Evidence::Weak,
            _ => {}
        }
        if evidence == Evidence::Strong {
            return evidence;
        }
        key_from = quote + 1;
    }
    if key_from == 0 && (line == b"{" || is_end_of_scalar(line)) {
        evidence = Evidence::Weak;
    }
    evidence
}

/// True for a line of a dump in another shape (`--output text`, YAML, the console's CSV). Where a source begins
/// with one it is turned into JSON; behind something else its events are not read, and are lost.
fn is_of_other_shape(line: &[u8]) -> bool {
    let member = line.strip_prefix(b"- ").unwrap_or(line);
    line.starts_with(b"EVENTS\t")
        || member.starts_with(b"CloudTrailEvent: ")
        || memchr::memmem::find(line, b"Event time,Event source,Event name").is_some()
}

/// True for a line of text that ends in a whole JSON object or array of its own, as log lines do.
fn holds_whole_json(line: &[u8]) -> bool {
    let Some(opens) = line.iter().position(|byte| matches!(byte, b'{' | b'[')) else {
        return false;
    };
    let is_text = line[..opens].iter().any(u8::is_ascii_alphabetic);
    let no_string = !line[..opens].contains(&b'"');
    let whole = value_end::<Plain>(line, opens, &mut Stack::default());
    is_text && no_string && whole == Ok(line.len())
}

/// True for `ue}`, `.137},`, `}` and their like.
fn is_end_of_scalar(line: &[u8]) -> bool {
    let closers = |b: &u8| matches!(b, b'}' | b']' | b',' | b' ');
    let length = line.len() - line.iter().rev().take_while(|b| closers(b)).count();
    let (word, closing) = line.split_at(length);
    closing.iter().any(|b| *b != b' ')
        && ([&b"true"[..], b"false", b"null"]
            .iter()
            .any(|literal| literal.ends_with(word))
            || word
                .iter()
                .all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')))
}
