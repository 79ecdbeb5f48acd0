//! Converts a group of lines to an event on one line of JSON, to an event without its end, or leaves it as it is.

use super::line::YamlLine;
use super::node::{NodeKind, YamlNode};
use super::place::{DocumentPosition, LineStart};
use super::proof::{self, Following, Proof};
use super::{MappedText, Yaml};
use crate::event::MemberName;

/// Text that never continues JSON. The scanner counts the event before it as damaged, without regard to the text after it.
const BREAK: &[u8] = b"?";

/// A group of lines.
struct Chunk<'s> {
    source: &'s [u8],
    at: u64,
    /// Offset of the item in it: its dash, or its first key.
    first: usize,
    /// Length without the line ends and blank lines at the end.
    length: usize,
    then: Following,
}

impl Chunk<'_> {
    fn place(&self, of: usize) -> u64 {
        self.at + of.clamp(self.first, self.length.max(self.first)) as u64
    }

    /// True if the source ends inside of the last line, or directly after it.
    fn is_cut(&self) -> bool {
        self.then == Following::End && !self.source.ends_with(b"\n")
    }

    /// Offset of the end of the item's text.
    fn end(&self) -> u64 {
        self.place(self.source.len())
    }
}

impl Yaml {
    /// Converts a group of lines that begins with `begins`, and returns the length that was converted.
    pub(super) fn convert_lines(
        &mut self,
        begins: LineStart,
        line: &YamlLine<'_>,
        source: &[u8],
        at: u64,
        then: Following,
        out: &mut MappedText,
    ) -> usize {
        let mut chunk = Chunk {
            source,
            at,
            first: line.indent,
            length: source.trim_ascii_end().len(),
            then,
        };
        match begins {
            LineStart::Item { dashes } => {
                let dash = line.dash().unwrap_or_default();
                let is_inner = self.place.is_inner(line, dashes);
                if !is_inner && self.place.outer != Some(dash) {
                    self.reset();
                }
                let inner = line.two_dashes().filter(|_| dashes == 2);
                if !is_inner {
                    self.place = DocumentPosition {
                        outer: Some(dash),
                        list: inner.map(|dashes| dashes[1]),
                        // It may be a list of pages or of events: the previous list decides.
                        events: self.place.events && self.place.keys.is_none(),
                        ..DocumentPosition::default()
                    };
                }
                self.place.members = (!line.content.is_empty()).then_some(line.column);
                chunk.first = inner.map_or(dash, |dashes| dashes[1]);
                return self.item(&chunk, line, dashes, out);
            }
            LineStart::Mapping => {
                self.reset();
                self.place.members = Some(line.column);
                let length = self.item(&chunk, line, 0, out);
                // The document after it has its own members.
                self.proof = Proof::default();
                return length;
            }
            LineStart::PageMember => self.page_member(&chunk, out),
            LineStart::Headless => broken(&chunk, &YamlNode::read(source, 0), line, out),
            LineStart::Scalar
            | LineStart::Page(_)
            | LineStart::Text
            | LineStart::Nothing
            | LineStart::Blank => {
                return self.item(&chunk, line, 0, out);
            }
        }
        source.len()
    }

    /// Converts an item or a document, and returns the length that was converted.
    fn item(
        &mut self,
        chunk: &Chunk<'_>,
        line: &YamlLine<'_>,
        dashes: usize,
        out: &mut MappedText,
    ) -> usize {
        let mut node = YamlNode::read(chunk.source, dashes);
        let names = node.members.count_ones();
        let has_event_name = line.entry().is_some_and(|entry| entry.is_known());
        // One member is not enough: a line of prose may begin like a mapping.
        let is_element = dashes > 0 && self.place.events;
        let is_event = is_element || names > 1 || (has_event_name && dashes > 0);
        if node.fault.is_some() {
            if is_event || line.is_quoted_object() || mentions_events(chunk.source, line.column) {
                return self.broken(chunk, &node, line, dashes, out);
            }
            out.copy(chunk.source, chunk.at);
            return chunk.source.len();
        }
        match node.kind {
            NodeKind::Mapping if is_event => {
                let has_enough = proof::is_event(&node);
                // In a list of events, one CloudTrail name is enough.
                let is_short = is_element && !has_enough && (names > 0 || has_event_name);
                if is_short || !self.proof.is_complete(&node, chunk.source, chunk.then) {
                    return self.broken(chunk, &node, line, dashes, out);
                }
                whole(chunk, &node, out);
                self.is_after_join = false;
                self.place.events |= dashes > 0 && has_enough;
                self.proof.add(&mut node);
            }
            NodeKind::Mapping if node.token.is_some() => self.token = node.token,
            // A member before the list of its page.
            NodeKind::Mapping if chunk.then == Following::Page => {}
            NodeKind::Object => {
                whole(chunk, &node, out);
                self.place.events |= dashes > 0;
            }
            // The source ends between the two apostrophes of an escaped one, so the string looks complete.
            NodeKind::Scalar if line.is_quoted_object() && chunk.is_cut() => {
                broken(chunk, &node, line, out);
            }
            // A damaged record still counts as an event.
            NodeKind::Scalar if line.is_quoted_object() => whole(chunk, &node, out),
            // The source ends inside of a key.
            _ if is_element && chunk.then == Following::End => broken(chunk, &node, line, out),
            NodeKind::Mapping | NodeKind::Sequence | NodeKind::Scalar => {
                out.copy(chunk.source, chunk.at)
            }
        }
        chunk.source.len()
    }

    /// Converts a damaged item, up to the beginning of another dump inside of it, if there is one.
    fn broken(
        &mut self,
        chunk: &Chunk<'_>,
        node: &YamlNode,
        line: &YamlLine<'_>,
        dashes: usize,
        out: &mut MappedText,
    ) -> usize {
        // Only once for consecutive items, so that lines are not read quadratically.
        let joined_dump = joined_dump(chunk.source).filter(|_| !self.is_after_join);
        self.is_after_join = joined_dump.is_some();
        let Some(joined_dump) = joined_dump else {
            broken(chunk, node, line, out);
            return chunk.source.len();
        };
        let source = &chunk.source[..joined_dump];
        let chunk = Chunk {
            source,
            length: source.trim_ascii_end().len(),
            then: Following::Other,
            ..*chunk
        };
        broken(&chunk, &YamlNode::read(chunk.source, dashes), line, out);
        joined_dump
    }

    /// Converts a member next to the list of a page. Only `NextToken` matters.
    fn page_member(&mut self, chunk: &Chunk<'_>, out: &mut MappedText) {
        let Some(token) = YamlNode::read(chunk.source, 0).token else {
            return;
        };
        let at = chunk.place(0);
        out.put(b"{\"Events\":[],\"NextToken\":", at);
        out.put(&token, at);
        out.put(b"}", at);
        out.put(b"\n", chunk.end());
    }
}

/// Offset at which another dump with more indentation begins inside of a damaged item.
fn joined_dump(source: &[u8]) -> Option<usize> {
    let mut from = 0;
    source
        .split_inclusive(|byte| *byte == b'\n')
        .find_map(|line| {
            let at = from;
            from += line.len();
            let line = YamlLine::of(line);
            let is_event =
                line.is_quoted_object() || line.entry().is_some_and(|entry| entry.is_known());
            (at > 0 && line.dash_count > 0 && is_event).then_some(at)
        })
}

/// True if more than one line begins with a CloudTrail name.
fn mentions_events(source: &[u8], column: usize) -> bool {
    let lines = source
        .split_inclusive(|byte| *byte == b'\n')
        .map(YamlLine::of);
    let members = lines.filter(|line| line.column == column);
    let names = members.filter(|line| line.entry().is_some_and(|entry| entry.is_known()));
    names.count() > 1
}

/// Writes the item's JSON; each part maps to its own offset.
fn parts(chunk: &Chunk<'_>, node: &YamlNode, json: &[u8], out: &mut MappedText) {
    let mut from = 0;
    let mut source = chunk.place(0);
    // The first run maps to the beginning of the item.
    for (at, place) in node.runs.iter().skip(1) {
        let at = (*at).min(json.len());
        out.put(&json[from..at], source);
        (from, source) = (at, source.max(chunk.place(*place)));
    }
    out.put(&json[from..], source);
}

fn whole(chunk: &Chunk<'_>, node: &YamlNode, out: &mut MappedText) {
    parts(chunk, node, &node.json, out);
    out.put(b"\n", chunk.end());
}

/// Writes a damaged item: text that begins like an event and does not end.
fn broken(chunk: &Chunk<'_>, node: &YamlNode, line: &YamlLine<'_>, out: &mut MappedText) {
    let mut members: &[u8] = match node.kind {
        NodeKind::Mapping => &node.json,
        _ => b"",
    };
    if node.fault.is_none() {
        members = members.strip_suffix(b"}").unwrap_or(members);
    }
    parts(chunk, node, members, out);
    let fault = chunk.place(node.fault.unwrap_or(chunk.source.len()));
    if node.members == 0 || members.is_empty() {
        let known = line.entry().filter(|entry| entry.is_known());
        let name = match known.map(|entry| MemberName::of(entry.key)) {
            Some(key) => key.name(),
            None if line.is_quoted_object() => "eventID",
            None => "EventId",
        };
        let opens = match members.len() {
            0 => "{",
            1 => "",
            _ => ",",
        };
        let at = if members.is_empty() {
            chunk.place(0)
        } else {
            fault
        };
        out.put(format!("{opens}\"{name}\":null").as_bytes(), at);
    }
    if chunk.then != Following::End {
        out.put(BREAK, fault);
    }
    out.put(b"\n", chunk.end());
}
