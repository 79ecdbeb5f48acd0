//! Shapes of saved output that are told by their first bytes and are not read: they are refused before
//! anything in them is mistaken for a dump.
//!
//! Text and table output hold records that could be found, but not the envelope around them (resources,
//! the time of the lookup): an answer from half of each event would be a wrong one.

/// A shape that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// `--output yaml` and `yaml-stream`.
    Yaml,
    /// `--output table`.
    Table,
    /// `--output text`.
    Text,
    /// Python's `print` or `repr`.
    Python,
    /// UTF-16, with or without a byte order mark.
    Utf16,
    /// Terminal colours around the JSON.
    Colours,
    /// The console's "Download CSV".
    Csv,
}

/// The unread shape that a file beginning with `head` has, if it has one.
pub fn unread(head: &[u8]) -> Option<Unread> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some(Unread::Utf16);
    }
    // Without a mark, ASCII in UTF-16 is every other byte NUL.
    let sample = &head[..head.len().min(64) & !1];
    let nuls = |parity: usize| sample.iter().skip(parity).step_by(2).all(|byte| *byte == 0);
    if sample.len() >= 4 && (nuls(0) != nuls(1)) {
        return Some(Unread::Utf16);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = text.trim_ascii_start();
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default().trim_ascii_end();
    let second = lines.next().unwrap_or_default();
    let is_page = |line: &[u8]| line.starts_with(b"EVENTS\t") || line.starts_with(b"NEXTTOKEN\t");
    // One line could be anybody's, and a dump may follow it: a second one must bear it out, or its length.
    let is_long = first.len() > 200;
    if is_coloured_json(text) {
        Some(Unread::Colours)
    } else if is_yaml(first, second) || (first == b"---" && is_yaml(second, b"-")) {
        Some(Unread::Yaml)
    } else if is_rule(first) && (is_long || second.starts_with(b"|")) {
        Some(Unread::Table)
    } else if is_page(first) || (!first.contains(&b' ') && is_page(second)) {
        Some(Unread::Text)
    } else if is_long && (text.starts_with(b"[{'") || text.starts_with(b"{'")) {
        Some(Unread::Python)
    } else if first.starts_with(b"User name,") || first.starts_with(b"Event time,") {
        Some(Unread::Csv)
    } else {
        None
    }
}

fn is_rule(line: &[u8]) -> bool {
    line.len() > 3 && line.iter().all(|byte| *byte == b'-')
}

/// `Events:` with a list below, an empty list, or a list of records in quotes.
fn is_yaml(first: &[u8], second: &[u8]) -> bool {
    let first = first.trim_ascii_end();
    let below = second.trim_ascii_start();
    let opens = matches!(first, b"Events:" | b"- Events:");
    (opens && below.starts_with(b"-"))
        || matches!(first, b"Events: []" | b"- Events: []")
        || first.starts_with(b"- '{\"")
        || first.starts_with(b"- \"{\\\"")
}

/// Colours in front of JSON, and again within its first tokens; a coloured prompt is text.
fn is_coloured_json(text: &[u8]) -> bool {
    let mut rest = text;
    let mut coloured = 0;
    loop {
        if let Some(sequence) = rest.strip_prefix(b"\x1b[") {
            let end = sequence.iter().position(u8::is_ascii_alphabetic);
            rest = end.map_or(&[], |end| &sequence[end + 1..]);
            coloured += 1;
        } else if let Some((b'{' | b'[' | b'-' | b' ' | b'\n', after)) = rest.split_first() {
            rest = after;
        } else {
            return coloured > 1 && rest.starts_with(b"\"")
                || coloured > 0 && rest.is_empty() && text.len() > 3;
        }
    }
}

/// True when the beginning of a file in an unread shape names what CloudTrail writes: then events are in
/// it, and not reading them is a loss.
pub fn names_events(head: &[u8]) -> bool {
    // The frame of a table is as wide as its longest record: no other table is.
    if head.len() > 200 && head.iter().all(|byte| *byte == b'-') {
        return true;
    }
    // UTF-16 has a NUL behind every letter.
    let text: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    [
        "Events",
        "EVENTS",
        "EventId",
        "eventVersion",
        "CloudTrailEvent",
        "Event source",
    ]
    .iter()
    .any(|name| memchr::memmem::find(&text, name.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_by_their_beginning() {
        for (head, shape) in [
            (&b"Events:\n- AccessKeyId: AKIA"[..], Some(Unread::Yaml)),
            (b"---\nEvents:\n- Acc", Some(Unread::Yaml)),
            (b"- '{\"eventVersion\":\"1.08\"", Some(Unread::Yaml)),
            (b"- Events:\n  - Acc", Some(Unread::Yaml)),
            (b"-----------\n|LookupEvents|\n", Some(Unread::Table)),
            (b"EVENTS\tAKIA\t{\"eventVersion\"", Some(Unread::Text)),
            (b"dG9rOjUw\nEVENTS\tAKIA", Some(Unread::Text)),
            (b"[{'EventId': 'x'", None),
            (b"\xff\xfe{\0", Some(Unread::Utf16)),
            (b"{\0\n\0 \0 \0", Some(Unread::Utf16)),
            (b"\0{\0\n\0 \0 ", Some(Unread::Utf16)),
            (b"\x1b[1;39m{\n", Some(Unread::Colours)),
            (
                b"\x1b[1;39m{\n  \x1b[0m\x1b[34;1m\"Events\"",
                Some(Unread::Colours),
            ),
            (b"\x1b[32mu@h\x1b[0m$ cat dump\n{", None),
            (b"-----\n{\"Events\": [", None),
            (b"Events:\n{\"Events\": [", None),
            (b"\xef\xbb\xbfUser name,AWS access key,", Some(Unread::Csv)),
            (b"{\"Events\":[]}", None),
            (b"\n--\n", None),
            (b"", None),
            (b"\0\0\0\0\0\0", None),
            (b"$ aws cloudtrail lookup-events\nEVENTS", None),
        ] {
            assert_eq!(unread(head), shape, "{}", String::from_utf8_lossy(head));
        }
    }
}
