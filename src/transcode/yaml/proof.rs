//! Decides whether an item is complete if no other item follows it.
//!
//! YAML that is cut off at the end of a line is valid, and so is an unquoted scalar that is cut off. An item counts as
//! complete if it has all members that every item before it had, among the members that CloudTrail always writes, and if its
//! last scalar is complete: it has quotes or brackets, or a line end follows, or the event's record or the end of the item
//! before it contains the same text.

use super::line::YamlLine;
use super::node::YamlNode;
use crate::event::MemberName;

/// The kind of line after an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Following {
    /// The next item of the list, or a member next to the list.
    Next,
    /// The list of a page.
    Page,
    /// Something else.
    Other,
    /// The end of the source.
    End,
}

const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");
const EVENT_VERSION: MemberName = MemberName::named("eventVersion");

/// Members of every envelope that the API returns.
const ENVELOPE: u64 = bits(&[
    "EventId",
    "EventName",
    "EventSource",
    "EventTime",
    "Resources",
]);
/// Members of records, except for a few kinds.
const RECORD: u64 = bits(&[
    "eventVersion",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "eventID",
    "eventType",
    "recipientAccountId",
]);
/// Members of every record.
const SHORTEST_RECORD: u64 = bits(&["eventTime", "eventID"]);

const fn bits(names: &[&str]) -> u64 {
    let (mut bits, mut i) = (0, 0);
    while i < names.len() {
        bits |= MemberName::named(names[i]).bit();
        i += 1;
    }
    bits
}

/// The properties of the complete items of a document so far.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// Members that all of them have.
    members: Option<u64>,
    /// The unquoted scalar at the end of the last one.
    last_plain: Option<String>,
}

impl Proof {
    /// True if the item, which is all of `source`, is complete.
    pub fn is_complete(&self, node: &YamlNode, source: &[u8], then: Following) -> bool {
        if then == Following::Next {
            return true;
        }
        // Only members that CloudTrail always writes: an optional one may be missing in a complete item.
        let expected = match self.members {
            Some(members) => members & (ENVELOPE | RECORD | CLOUD_TRAIL_EVENT.bit()),
            None if node.has(CLOUD_TRAIL_EVENT) => ENVELOPE,
            None if node.has(EVENT_VERSION) => SHORTEST_RECORD,
            None => 0,
        };
        if node.members & expected != expected {
            return false;
        }
        // The source ends between two lines of a block scalar.
        if node.last_key == CLOUD_TRAIL_EVENT && node.record.is_none() {
            return false;
        }
        if ends_in_resource(source) {
            return false;
        }
        // Without a line end, an unquoted scalar may continue. Its complete text occurs in the record as well, or is equal
        // to that of the item before (`Username: alice`).
        match &node.last_plain {
            Some(last) if then == Following::End && !source.ends_with(b"\n") => {
                self.last_plain.as_ref() == Some(last) || occurs_in_record(node, last)
            }
            _ => true,
        }
    }

    /// Adds a complete item.
    pub fn add(&mut self, node: &mut YamlNode) {
        self.members = Some(self.members.unwrap_or(u64::MAX) & node.members);
        self.last_plain = node.last_plain.take();
    }
}

/// True if an item has enough members of an envelope, or one of a record.
pub(super) fn is_event(node: &YamlNode) -> bool {
    let all = |names| node.members & names == names;
    all(CLOUD_TRAIL_EVENT.bit())
        || all(bits(&["EventId", "EventName", "EventTime"]))
        || all(bits(&["EventId", "EventName", "EventSource"]))
        || node.members & RECORD != 0
}

/// True if the last resource ends with its name and has no type yet.
fn ends_in_resource(source: &[u8]) -> bool {
    let mut lines = source
        .trim_ascii_end()
        .rsplit(|byte| *byte == b'\n')
        .map(YamlLine::of);
    let mut last_is = |name: &[u8]| {
        let entry = lines.next().and_then(|line| line.entry());
        entry.is_some_and(|entry| entry.key == name)
    };
    last_is(b"ResourceName") && !last_is(b"ResourceType")
}

/// True if a string of the record, or its last word, is equal to `last`.
fn occurs_in_record(node: &YamlNode, last: &str) -> bool {
    let record = node.record.clone().and_then(|record| node.json.get(record));
    let Some(record) = record.filter(|_| !last.is_empty()) else {
        return false;
    };
    memchr::memmem::find_iter(record, last.as_bytes()).any(|at| {
        let before = at.checked_sub(1).and_then(|before| record.get(before));
        record.get(at + last.len()) == Some(&b'"')
            && before.is_some_and(|before| !before.is_ascii_alphanumeric())
    })
}
