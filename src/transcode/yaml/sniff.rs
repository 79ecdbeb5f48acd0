//! Recognises YAML of a dump by its first bytes.
//!
//! Prose has lines that begin with a dash or end with a colon, and JSON contains all CloudTrail names. Therefore two lines
//! that confirm each other are needed.

use super::line::{YamlLine, is_quoted_object};
use crate::event::{ENVELOPE, MemberName, RECORD};

/// Offset at which YAML of a dump begins in the first bytes of a source. Other text may precede it.
pub(in crate::transcode) fn begins(head: &[u8]) -> Option<usize> {
    let mut rest = head;
    // Only comments and markers so far.
    let mut is_first = true;
    while !rest.is_empty() {
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |last| last + 1);
        let line = YamlLine::of(&rest[..length]);
        let below = &rest[length..];
        if opens_list(&line, below)
            || is_item(&line, below)
            || (is_first && is_document(&line, below))
        {
            return Some(head.len() - rest.len());
        }
        is_first &= line.is_blank() || line.is_comment() || line.is_marker();
        is_first |= line.is_marker();
        rest = below;
    }
    None
}

/// True for `Events:` with an event below, or with an empty list.
fn opens_list(line: &YamlLine<'_>, below: &[u8]) -> bool {
    let Some(entry) = line.entry().filter(|entry| entry.is_list()) else {
        return false;
    };
    if entry.value == b"[]" {
        // With a quoted key, the line is the only member of a JSON object.
        return !line.content.starts_with(b"\"");
    }
    let is_name = entry.value.is_empty() || entry.value.starts_with(b"#");
    let mut items = lines(below).skip_while(|line| line.is_blank() || line.is_comment());
    let Some(first) = items.next().filter(|_| is_name) else {
        return false;
    };
    first.dash().is_some_and(|dash| dash >= line.column)
        && (first.is_quoted_object()
            || is_name_of_event(&first)
            || items.any(|line| is_name_of_event(&line)))
}

/// True for an item that is an event, or a record in quotes.
fn is_item(line: &YamlLine<'_>, below: &[u8]) -> bool {
    line.dash_count > 0
        && (line.is_quoted_object() || is_name_of_event(line) && is_confirmed(line, below))
}

/// True for an event, a page or a record that is the whole document.
fn is_document(line: &YamlLine<'_>, below: &[u8]) -> bool {
    let is_mapping = line.dash_count == 0 && !line.content.starts_with(b"\"");
    line.column == 0
        && (line.is_quoted_object() && line.content.starts_with(b"'")
            || is_mapping && is_name_of_event(line) && is_confirmed(line, below))
}

/// True if another member of the same mapping has a CloudTrail name, or the value of the first one is a record.
fn is_confirmed(line: &YamlLine<'_>, below: &[u8]) -> bool {
    let is_record = line
        .entry()
        .is_some_and(|entry| is_quoted_object(entry.value));
    let mut inside = lines(below).take_while(|next| {
        let is_page_member = next.column == line.column && next.dash_count == 0;
        next.is_blank() || next.column > line.column || is_page_member
    });
    is_record || inside.any(|next| next.column == line.column && is_name_of_event(&next))
}

/// True if a line begins with a CloudTrail name, or is the beginning of one.
fn is_name_of_event(line: &YamlLine<'_>) -> bool {
    match line.entry() {
        Some(entry) => MemberName::of(entry.key).is_known(),
        None => {
            let mut names = ENVELOPE.iter().chain(&RECORD);
            line.content.len() > 2 && names.any(|name| name.as_bytes().starts_with(line.content))
        }
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = YamlLine<'_>> {
    text.split_inclusive(|byte| *byte == b'\n')
        .map(YamlLine::of)
}
