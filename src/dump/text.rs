//! Text that is not JSON: read line by line, with a search for the next event in each line.
//!
//! Here the text gets a grade of evidence: does it look like a fragment of an event? Whether it is skipped text or damage
//! depends on its neighbours as well (`ledger`).

use super::facts::{Mark, ScanFacts};
use super::resync::{self, Apostrophes, Candidate};
use super::scanner::{Chunk, ScanStep};
use super::shape::Evidence;
use crate::event::MemberName;
use crate::scan::{Plain, Stack, skip_space, value_end};

/// Text is read in units of one line, or this many bytes of a longer one.
const UNIT: usize = 4096;

/// How error messages of the AWS CLI begin if there was no response of the service (connection, credentials, region).
/// Source: `fmt` of the classes in `botocore/exceptions.py`.
const CLI_ERRORS: [&[u8]; 18] = [
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

/// Reads a unit of text: up to the end of the line, the next position where an event may begin, or [`UNIT`] bytes.
pub(super) fn text(
    chunk: Chunk<'_>,
    at: usize,
    apostrophes: Apostrophes,
    out: &mut ScanFacts,
) -> ScanStep {
    // Bytes before `at` must not count: they may be in the chunk of another worker.
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
                // The text ends like an element before another element, and an event follows.
                (ScanStep::To(_), Some(b',' | b'[')) if next < at + end => Evidence::Strong,
                _ => remains(unit.trim_ascii(), unit.last() == Some(&b'\n')),
            }
        }
        ScanStep::More | ScanStep::Stop(_) => Evidence::None,
    };
    mark(chunk, at, &step, evidence, out);
    step
}

/// Reads a unit of quoted JSON: up to the closing apostrophe, the end of the line, or [`UNIT`] bytes.
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

/// True for an error message of the AWS CLI: one of the service, anywhere in the line, or one of the CLI itself.
fn is_aws_error(line: &[u8]) -> bool {
    let own = line.strip_prefix(b"aws: [ERROR]: ").unwrap_or(line);
    memchr::memmem::find(line, b"An error occurred (").is_some()
        || CLI_ERRORS.iter().any(|begin| own.starts_with(begin))
}

/// The evidence that the content of a string is a fragment of a record.
pub(super) fn remains_in_string(content: &[u8]) -> Evidence {
    match content.trim_ascii_start().first() {
        Some(b'{') | None => Evidence::None,
        Some(_) => remains(content.trim_ascii_end(), true),
    }
}

/// The evidence that a line of text, or its beginning, is a fragment of JSON: a string after which JSON continues, or the end
/// of a literal or number followed by closing brackets.
fn remains(line: &[u8], has_end: bool) -> Evidence {
    let ends_as_json = matches!(
        line.last(),
        Some(b'"' | b'}' | b']' | b',' | b'{' | b'[' | b':')
    );
    if memchr::memchr(0, line).is_some() {
        // Zero bytes: blocks of a file that the disk never wrote.
        return Evidence::Weak;
    }
    if is_of_other_shape(line) {
        return Evidence::Strong;
    }
    if has_end && !ends_as_json {
        return Evidence::None;
    }
    if has_end && contains_whole_json(line) {
        return Evidence::None;
    }
    let mut evidence = Evidence::None;
    let mut key_from = 0;
    for quote in memchr::memchr_iter(b'"', line) {
        let next = skip_space(line, quote + 1);
        match line.get(next) {
            Some(b':') => {
                // In nested text there is a backslash before each quote.
                let name = &line[key_from..quote];
                let name = name.strip_suffix(b"\\").unwrap_or(name);
                evidence = evidence
                    .max(Evidence::of(MemberName::of(name)))
                    .max(Evidence::Weak);
            }
            Some(b',' | b'}' | b']') => evidence = evidence.max(Evidence::Weak),
            // A string that ends at the end of the line, without a beginning.
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

/// True for a line of a dump in another shape (`--output text`, YAML, the CSV of the console). A file that begins with such
/// lines is transcoded to JSON. After something else such lines are not read, so their events are lost.
fn is_of_other_shape(line: &[u8]) -> bool {
    let member = line.strip_prefix(b"- ").unwrap_or(line);
    line.starts_with(b"EVENTS\t")
        || member.starts_with(b"CloudTrailEvent: ")
        || memchr::memmem::find(line, b"Event time,Event source,Event name").is_some()
}

/// True for text followed by a whole JSON object or array up to the end of the line, as in log files.
fn contains_whole_json(line: &[u8]) -> bool {
    let Some(opens) = line.iter().position(|byte| matches!(byte, b'{' | b'[')) else {
        return false;
    };
    let is_text = line[..opens].iter().any(u8::is_ascii_alphabetic);
    let no_string = !line[..opens].contains(&b'"');
    let whole = value_end::<Plain>(line, opens, &mut Stack::default());
    is_text && no_string && whole == Ok(line.len())
}

/// True for the end of a number or literal with closing brackets: `ue}`, `.137},`, `}`.
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
