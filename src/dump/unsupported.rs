//! Shapes of saved output that contain no whole events, recognised by the first bytes of a file. The error message can then
//! say which command to run instead.
//!
//! Tables and Python literals are not read at all: records could be found in them, but not the envelope around each record
//! (resources, username), and an answer from half of each event would be wrong. Files of the other shapes are read like any
//! file, and their shape is reported only if no event was found.

use crate::scan::{Nesting, Plain, number_end, skip_space};
use crate::transcode::{MARK, ROWS};

/// A shape of saved output without whole events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsupportedShape {
    /// Output of `--output table`.
    Table,
    /// Output of `print` or `repr` in Python.
    Python,
    /// `--query 'Events[].[…]'`: values without names.
    Pairs,
    /// `--query 'Events[].{…}'`: values under names that the user chose.
    Chosen,
    /// Rows of a CloudTrail Lake query whose columns identify no event.
    Rows,
    /// Output of `--debug`.
    Debug,
}

impl UnsupportedShape {
    /// The number of first bytes that are examined.
    pub const HEAD: usize = 512;

    /// Recognises a shape by the first [`HEAD`](Self::HEAD) bytes of a file.
    pub fn of(text: &[u8]) -> Option<UnsupportedShape> {
        let head = &text[..text.len().min(Self::HEAD)];
        let text = head.strip_prefix(MARK).unwrap_or(head);
        let text = text.trim_ascii_start();
        let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
        let (first, below) = (text[..end].trim_ascii_end(), &text[end..]);
        // A single short line could be of any program, and a dump may follow it. So a second line must confirm the shape,
        // or, without a second line, the length of the first.
        let is_long = first.len() > 200;
        if is_rule(first) && (below.starts_with(b"|") || is_long && below.is_empty()) {
            Some(UnsupportedShape::Table)
        } else if is_long && (text.starts_with(b"[{'") || text.starts_with(b"{'")) {
            Some(UnsupportedShape::Python)
        } else if first.windows(3).any(|w| w == b" - ") && has(first, b" - DEBUG - ") {
            Some(UnsupportedShape::Debug)
        } else if text.starts_with(b"- - ") || is_list_of_lists(text) || is_columns(text) {
            Some(UnsupportedShape::Pairs)
        } else if has(text, ROWS) {
            Some(UnsupportedShape::Rows)
        } else if is_chosen(text) {
            Some(UnsupportedShape::Chosen)
        } else {
            None
        }
    }

    /// True for a shape that is not read at all.
    pub fn is_refused(self) -> bool {
        matches!(self, UnsupportedShape::Table | UnsupportedShape::Python)
    }
}

fn has(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

fn is_rule(line: &[u8]) -> bool {
    line.len() > 3 && line.iter().all(|byte| *byte == b'-')
}

/// `[[1560042666.0, "DescribeInstances"], …`
fn is_list_of_lists(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"[") else {
        return false;
    };
    let Some(rest) = rest.trim_ascii_start().strip_prefix(b"[") else {
        return false;
    };
    !matches!(rest.trim_ascii_start().first(), None | Some(b'{' | b'['))
}

/// True for lines with the same number of columns, one of which is a time.
fn is_columns(text: &[u8]) -> bool {
    let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else {
        return false;
    };
    let mut lines = text[..end]
        .split(|byte| *byte == b'\n')
        .map(|line| line.split(|byte| *byte == b'\t').collect::<Vec<_>>())
        .filter(|columns| columns != &[b"None"]);
    let Some(first) = lines.next() else {
        return false;
    };
    let has_time = first.iter().any(|text| is_time(text.trim_ascii()));
    let same = |columns: Vec<&[u8]>| columns.len() == first.len();
    first.len() > 1 && has_time && lines.all(same)
}

/// True for a list of objects whose first object has a time, an ARN or a service among its values.
fn is_chosen(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"[") else {
        return false;
    };
    let Some(rest) = rest.trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    let object = rest.split(|byte| *byte == b'}').next().unwrap_or_default();
    let mut at = 0;
    while let Some(colon) = memchr::memchr(b':', &object[at..]) {
        let value = skip_space(object, at + colon + 1);
        at += colon + 1;
        let end = match object.get(value) {
            Some(b'"') => Plain::string_end(object, value + 1).map(|end| (value + 1, end)),
            _ => number_end(object, value).map(|end| (value, end)),
        };
        if let Ok((from, end)) = end {
            let text = &object[from..end];
            let is_name = text.starts_with(b"arn:aws") || text.ends_with(b".amazonaws.com");
            if is_name || is_time(text) {
                return true;
            }
            at = end;
        }
    }
    false
}

/// True for a time in seconds since 1970 (between 2001 and 2286), or a date with a time of day.
fn is_time(text: &[u8]) -> bool {
    let is_digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    match text.get(..10) {
        Some(seconds) if is_digits(seconds) => text
            .get(10)
            .is_none_or(|next| *next == b'.' && text.len() > 11),
        Some(date) => {
            let marks = [4, 7].iter().all(|at| date[*at] == b'-');
            marks && is_digits(&date[..4]) && matches!(text.get(10), Some(b'T' | b' '))
        }
        None => false,
    }
}

/// True if the beginning of a file that is not read mentions names of CloudTrail. Then it contains events, which are lost.
pub fn mentions_events(head: &[u8]) -> bool {
    // The frame of a table is as wide as its longest record. No other program prints such wide tables.
    if head.len() > 200 && head.iter().all(|byte| *byte == b'-') {
        return true;
    }
    [
        "Events",
        "EVENTS",
        "EventId",
        "eventVersion",
        "CloudTrailEvent",
    ]
    .iter()
    .any(|name| has(head, name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_recognised_by_their_beginning() {
        let repr = format!("[{{'EventId': 'x', {}", "'a': 'b', ".repeat(30));
        let rule = "-".repeat(300);
        let rule_and_dump = format!("{rule}\n{{\"Events\": [");
        for (head, shape) in [
            (
                "-----------\n|LookupEvents|\n",
                Some(UnsupportedShape::Table),
            ),
            (repr.as_str(), Some(UnsupportedShape::Python)),
            ("[{'EventId': 'x'", None),
            ("-----\n{\"Events\": [", None),
            (rule.as_str(), Some(UnsupportedShape::Table)),
            (rule_and_dump.as_str(), None),
            ("\n--\n", None),
            ("", None),
            (
                "2026-11-22 06:11:40,835 - MainThread - awscli.clidriver - DEBUG - CLI\n",
                Some(UnsupportedShape::Debug),
            ),
            (
                "[\n    [\n        1560042666.0,\n        \"DescribeInstances\"",
                Some(UnsupportedShape::Pairs),
            ),
            (
                "[[\"2019-06-09T01:11:06+00:00\",null],",
                Some(UnsupportedShape::Pairs),
            ),
            ("[[{\"Events\":[]}]]", None),
            (
                "- - - '2019-06-09T01:11:06+00:00'\n",
                Some(UnsupportedShape::Pairs),
            ),
            (
                "1560042666.0\tDescribeInstances\n1560042629.0\tNone\nNone\n15600",
                Some(UnsupportedShape::Pairs),
            ),
            ("a\tb\nc\td\n", None),
            ("1560042666\tx\ty\n1560042629\tx\n", None),
            (
                "[{\"Time\": 1560042666.0, \"Name\":",
                Some(UnsupportedShape::Chosen),
            ),
            (
                "[\n {\n \"N\": \"x\\\": y\", \"Src\": \"s3.amazonaws.com\"",
                Some(UnsupportedShape::Chosen),
            ),
            ("[{\"name\": \"left-pad\", \"version\": 1}]", None),
            ("{\"Events\":[]}", None),
        ] {
            assert_eq!(UnsupportedShape::of(head.as_bytes()), shape, "{head}");
        }
    }
}
