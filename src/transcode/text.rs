//! Converts `--output text`: one line per event, with the record in one of its columns, followed by one line per resource.
//!
//! The AWS CLI computes the columns of each page from the member names on that page, sorts them by name, and does not
//! print the names. The columns are therefore recognised by their content: the record begins with a brace, and the four
//! columns after it are always `EventId`, `EventName`, `EventSource` and `EventTime`. If they are not, only the record is
//! used, which contains the same values. Measured with versions 1 and 2 of the AWS CLI.
//!
//! Output of a `--query` that selects single values cannot be recognised, because nothing names its columns.

use super::{MARK, MappedText, Transcode};
use crate::scan::{Plain, Stack, number_end, value_end};
use crate::text::json;
use crate::time;

/// The first column of an event's line.
const EVENT: &[u8] = b"EVENTS\t";
const RESOURCE: &[u8] = b"RESOURCES\t";
const TOKEN: &[u8] = b"NEXTTOKEN\t";
/// Longest access key id (IAM API reference).
const LONGEST_KEY: usize = 128;
/// First column of lines that `aws logs filter-log-events` adds to the events.
const STREAM: &[u8] = b"SEARCHEDLOGSTREAMS\t";

#[derive(Default)]
pub(super) struct CliText {
    /// The event of the previous lines is not closed yet, because its resources may follow.
    open: Option<Open>,
    /// Number of columns of the last event's line.
    columns: usize,
    /// A byte that is not white space has been read.
    begun: bool,
    stack: Stack,
}

/// An event that is not closed yet.
#[derive(Clone, Copy)]
struct Open {
    /// Number of resources so far.
    resources: usize,
    /// Offset of the end of its last line.
    end: u64,
}

/// A line without its line end.
#[derive(Clone, Copy)]
struct Line<'s> {
    text: &'s [u8],
    at: u64,
    /// The line end; empty at the end of the source.
    ending: &'s [u8],
}

impl Line<'_> {
    fn end(&self) -> u64 {
        self.at + self.text.len() as u64
    }
}

impl Transcode for CliText {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        let mut taken = 0;
        while taken < source.len() {
            let rest = &source[taken..];
            let newline = memchr::memchr(b'\n', rest);
            let Some(whole) = newline.map(|at| at + 1).or(end.then_some(rest.len())) else {
                break;
            };
            let text = rest[..whole].strip_suffix(b"\n").unwrap_or(&rest[..whole]);
            let text = match newline {
                Some(_) => text.strip_suffix(b"\r").unwrap_or(text),
                None => text,
            };
            let ending = &rest[text.len()..whole];
            let mark = if text.starts_with(MARK) {
                MARK.len()
            } else {
                0
            };
            let line = Line {
                text: &text[mark..],
                at: at + (taken + mark) as u64,
                ending,
            };
            let next = &rest[whole..];
            if self.may_be_token(line) {
                if next.len() < EVENT.len() && !end {
                    break;
                }
                self.begun = true;
                if next.starts_with(EVENT) {
                    token(line, line.text, line.at, out);
                    taken += whole;
                    continue;
                }
            }
            self.line(line, out);
            taken += whole;
        }
        if end {
            self.close(out);
        }
        taken
    }

    fn pass(&mut self, source: &[u8], at: u64, out: &mut MappedText) {
        self.close(out);
        if source.starts_with(EVENT) {
            // The line is longer than the longest event, so it counts as a damaged event.
            out.put(br#"{"CloudTrailEvent":"#, at);
            out.put(b"\n", at + source.len() as u64);
        } else {
            out.copy(source, at);
        }
    }
}

impl CliText {
    /// `--no-paginate` prints the token alone, before anything else, so only the first line can be a token.
    fn may_be_token(&self, line: Line<'_>) -> bool {
        let is_word = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'"' | b'[');
        !self.begun && !line.text.is_empty() && line.text.iter().all(is_word)
    }

    fn line(&mut self, line: Line<'_>, out: &mut MappedText) {
        let is_first = !self.begun && !line.text.trim_ascii().is_empty();
        self.begun |= is_first;
        if let Some(columns) = line.text.strip_prefix(RESOURCE)
            && self.open.is_some()
        {
            return self.resource(line, columns, out);
        }
        self.close(out);
        if let Some(columns) = line.text.strip_prefix(EVENT) {
            self.event(line, columns, out);
        } else if let Some(text) = line.text.strip_prefix(TOKEN) {
            token(line, text, line.end() - text.len() as u64, out);
        } else if line.text.starts_with(STREAM) {
            out.put(b"\n", line.at);
        } else if line.ending.is_empty() && self.columns > 0 && is_beginning(line.text) {
            // The source ends inside the word that begins a line.
            out.put(br#"{"EventId":""#, line.at);
        } else if is_untagged(line.text) {
            self.event(line, line.text, out);
        } else if is_first && line.text.contains(&b'\t') {
            // The first line begins in the middle of its columns.
            cut(line, &[], line.at, out);
        } else {
            out.copy(line.text, line.at);
            out.copy(line.ending, line.end());
        }
    }

    fn close(&mut self, out: &mut MappedText) {
        if let Some(open) = self.open.take() {
            let rest = match open.resources {
                0 => &br#","Resources":[]}"#[..],
                _ => b"]}",
            };
            out.put(rest, open.end);
            out.put(b"\n", open.end);
        }
    }

    fn resource(&mut self, line: Line<'_>, columns: &[u8], out: &mut MappedText) {
        let Some(open) = &mut self.open else { return };
        let mut columns = columns.splitn(2, |byte| *byte == b'\t');
        let name = columns.next().unwrap_or_default();
        let kind = columns.next();
        let mut object = match open.resources {
            0 => br#","Resources":[{"#.to_vec(),
            _ => b",{".to_vec(),
        };
        open.resources += 1;
        open.end = line.end();
        // The source ends here, or bytes are missing and another line has become part of this one: the event is damaged.
        let is_kind = |kind: &[u8]| kind.iter().all(|b| b.is_ascii_alphanumeric() || *b == b':');
        if !kind.map_or(!line.ending.is_empty(), is_kind) {
            self.open = None;
            out.put(&object, line.at);
            return out.copy(line.ending, line.end());
        }
        // The order in which the AWS CLI prints them as JSON.
        for (key, text) in [("ResourceType", kind), ("ResourceName", Some(name))] {
            let Some(text) = text else { continue };
            object.extend_from_slice(if object.ends_with(b"{") {
                b"\""
            } else {
                b",\""
            });
            object.extend_from_slice(key.as_bytes());
            object.extend_from_slice(b"\":");
            json::write_string(&mut object, &String::from_utf8_lossy(text));
        }
        object.push(b'}');
        out.put(&object, line.at);
    }

    /// A line with these columns that contains an event.
    fn event(&mut self, line: Line<'_>, columns: &[u8], out: &mut MappedText) {
        let start = line.end() - columns.len() as u64;
        let columns: Vec<&[u8]> = columns.split(|byte| *byte == b'\t').collect();
        let record = columns.iter().position(|text| text.starts_with(b"{"));
        let before = std::mem::replace(&mut self.columns, columns.len());
        let Some(record) = record.filter(|record| *record < 4) else {
            return cut(line, &columns, start, out);
        };
        let is_whole =
            value_end::<Plain>(columns[record], 0, &mut self.stack) == Ok(columns[record].len());
        let mut after = names_after(&columns[record + 1..]);
        // Damage shows in the record, or in columns that cannot follow it.
        let is_broken = after.is_none() && (!is_whole || runs_on(&columns[record + 1..]));
        // Without a line end, a column may be missing: compared with the line before, or with the record.
        let is_short = || match before {
            0 => after.is_none() && !is_log(&columns[record + 1..]),
            before => columns.len() < before || !ends_whole(&columns[record..]),
        };
        if is_broken || line.ending.is_empty() && is_short() {
            return cut(line, &columns, start, out);
        }
        // The last column may be cut off, and the record contains the same value.
        if line.ending.is_empty() && is_whole {
            after = after.map(|names| &names[..names.len() - 1]);
        }
        let Some(after) = after.filter(|_| record < 2) else {
            let at = start + offset(&columns, record);
            out.put(b"\n", line.at);
            out.copy(columns[record], at);
            out.put(b"\n", line.end());
            return;
        };
        out.put(b"{", line.at);
        if record == 1 && !columns[0].is_empty() {
            out.put(br#""AccessKeyId":"#, start);
            out.string(columns[0], start);
            out.put(b",", start + columns[0].len() as u64);
        }
        let at = start + offset(&columns, record);
        out.put(br#""CloudTrailEvent":"#, at);
        if is_whole {
            out.copy(columns[record], at);
        } else {
            out.string(columns[record], at);
        }
        for (nth, name) in after.iter().enumerate() {
            let column = record + 1 + nth;
            let text = columns[column];
            if text.is_empty() {
                continue;
            }
            let at = start + offset(&columns, column);
            out.put(format!(",\"{name}\":").as_bytes(), at);
            if *name == "EventTime" && number_end(text, 0) == Ok(text.len()) {
                out.copy(text, at);
            } else {
                out.string(text, at);
            }
        }
        self.open = Some(Open {
            resources: 0,
            end: line.end(),
        });
    }
}

/// A page token. It is written as a page without events, so that it is found even if no other page follows.
fn token(line: Line<'_>, text: &[u8], at: u64, out: &mut MappedText) {
    out.put(br#"{"Events":[],"NextToken":"#, line.at);
    out.string(text, at);
    out.put(b"}", line.end());
    out.put(b"\n", line.end());
}

/// A damaged event, written as one that is cut off.
fn cut(line: Line<'_>, columns: &[&[u8]], start: u64, out: &mut MappedText) {
    out.put(br#"{"CloudTrailEvent":"#, line.at);
    if let Some(record) = columns.iter().position(|text| text.starts_with(b"{")) {
        // A string without an end: the scanner finds no event inside of it.
        out.put(b"\"{", start + offset(columns, record));
    }
    if !line.ending.is_empty() {
        out.put(b"\n", line.end());
    }
}

/// Offset of a column in its line.
fn offset(columns: &[&[u8]], nth: usize) -> u64 {
    columns[..nth]
        .iter()
        .map(|text| text.len() as u64 + 1)
        .sum()
}

const NAMES: [&str; 6] = [
    "EventId",
    "EventName",
    "EventSource",
    "EventTime",
    "ReadOnly",
    "Username",
];

/// Names of the columns after a record; `None` if they cannot be known.
fn names_after(columns: &[&[u8]]) -> Option<&'static [&'static str]> {
    const WITHOUT_READ_ONLY: [&str; 5] = [
        "EventId",
        "EventName",
        "EventSource",
        "EventTime",
        "Username",
    ];
    let is_time = |text: &[u8]| {
        time::from_number(text).is_some()
            || std::str::from_utf8(text).is_ok_and(|text| time::from_text(text).is_some())
    };
    let is_read_only = |text: &[u8]| matches!(text, b"true" | b"false" | b"");
    match columns {
        [_, _, _, time] if is_time(time) => Some(&NAMES[..4]),
        [_, _, _, time, read] if is_time(time) && is_read_only(read) => Some(&NAMES[..5]),
        [_, _, _, time, _] if is_time(time) => Some(&WITHOUT_READ_ONLY),
        [_, _, _, time, read, _] if is_time(time) && is_read_only(read) => Some(&NAMES),
        _ => None,
    }
}

/// True if the last column, which has no line end, is complete. The user name is also in the record, so a cut shows.
fn ends_whole(columns: &[&[u8]]) -> bool {
    let (Some(record), Some(last)) = (columns.first(), columns.last()) else {
        return false;
    };
    let has = |text: &[u8]| memchr::memmem::find(record, text).is_some();
    match names_after(&columns[1..]).and_then(<[_]>::last) {
        Some(&"Username") if last.is_empty() => [&br#""AWSService""#[..], br#""AWSAccount""#]
            .into_iter()
            .any(has),
        Some(&"Username") => has(&[last, &b"\""[..]].concat()),
        _ => true,
    }
}

/// True for the column after a record in CloudWatch Logs: the ingestion time in milliseconds since 1970.
fn is_log(after: &[&[u8]]) -> bool {
    matches!(after, [time] if time.len() > 12 && time.iter().all(u8::is_ascii_digit))
}

/// True if another line has become part of this one, because bytes are missing between them.
fn runs_on(after: &[&[u8]]) -> bool {
    after.len() > NAMES.len() || after.iter().any(|text| text.contains(&b'"'))
}

/// True if a text is the cut off beginning of a line.
fn is_beginning(text: &[u8]) -> bool {
    !text.is_empty() && [EVENT, RESOURCE].iter().any(|word| word.starts_with(text))
}

/// True for a line of `--query 'Events[]'`, which has no first column to name it: an access key id, a record, and the rest.
fn is_untagged(line: &[u8]) -> bool {
    let Some(key) = memchr::memchr(b'\t', &line[..line.len().min(LONGEST_KEY + 1)]) else {
        return false;
    };
    let mut columns = line[key + 1..].split(|byte| *byte == b'\t');
    line[..key].iter().all(u8::is_ascii_alphanumeric)
        && columns.next().is_some_and(|text| text.starts_with(b"{\""))
        && names_after(&columns.collect::<Vec<_>>()).is_some()
}

/// True if a line, or the beginning of one, contains an event.
pub(super) fn is_event(line: &[u8]) -> bool {
    let tagged = line.strip_prefix(EVENT);
    let contains_record = |columns: &[u8]| {
        columns.starts_with(b"{\"") || memchr::memmem::find(columns, b"\t{\"").is_some()
    };
    tagged.is_some_and(contains_record) || is_untagged(line)
}

#[cfg(test)]
mod tests;
