//! Writes an event as an entry of `lookup-events`: with its own envelope if it has one, else with the envelope that
//! CloudTrail would have made for its record.
//!
//! An existing envelope is kept: its members in the order of the AWS CLI, other members after them, and the text of the
//! nested record. Only `EventTime` is formatted again, because the AWS CLI, not CloudTrail, determines its form.

use std::borrow::Cow;

use super::client::{Layout, ObjectWriter, on_one_line, unescaped};
use super::resources;
use crate::event::{ENVELOPE, Event, MemberName, Shape};
use crate::text::{Text, Value};
use crate::time::{Moment, Zone, write_float, write_isoformat};

const EVENT_ID: MemberName = MemberName::named("EventId");
const EVENT_NAME: MemberName = MemberName::named("EventName");
const READ_ONLY: MemberName = MemberName::named("ReadOnly");
const ACCESS_KEY_ID: MemberName = MemberName::named("AccessKeyId");
const EVENT_TIME: MemberName = MemberName::named("EventTime");
const EVENT_SOURCE: MemberName = MemberName::named("EventSource");
const USERNAME: MemberName = MemberName::named("Username");
const RESOURCES: MemberName = MemberName::named("Resources");
const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");

/// The form of `EventTime`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timestamps {
    /// `"2019-06-09T01:11:06+00:00"`, the form of AWS CLI version 2.
    #[default]
    Iso,
    /// `1560042666.0`, the form of AWS CLI version 1: seconds since 1970.
    Epoch,
}

/// The text of an event's record on one line, without the escapes of the string around it. `None` if there is no readable
/// record.
pub(super) fn record<'e>(event: &'e Event<'_>) -> Option<Cow<'e, [u8]>> {
    event.record()?;
    let source = event.source();
    let text = match event.shape {
        Shape::Record => Cow::Borrowed(source),
        Shape::RecordString => {
            let content = source.get(1..source.len().saturating_sub(1));
            Cow::Owned(unescaped(content.unwrap_or_default()))
        }
        Shape::Lookup => {
            let node = event.envelope(CLOUD_TRAIL_EVENT)?;
            match node.text() {
                Some(text) => Cow::Owned(unescaped(text.bytes())),
                None => Cow::Borrowed(node.bytes()),
            }
        }
    };
    Some(on_one_line(utf8(text)))
}

/// The bytes with U+FFFD in place of invalid UTF-8.
fn utf8(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(_) => bytes,
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// True if the event has no member of CloudTrail's envelope.
pub(super) fn is_bare(event: &Event<'_>) -> bool {
    let names = ENVELOPE.iter().map(|name| MemberName::of(name.as_bytes()));
    let mut names = names.filter(|key| *key != CLOUD_TRAIL_EVENT);
    event.shape != Shape::Lookup || names.all(|key| event.envelope(key).is_none())
}

/// Appends the event as an entry of `Events`.
pub(super) fn write(
    event: &Event<'_>,
    timestamps: Timestamps,
    zone: &Zone,
    layout: Layout,
    out: &mut Vec<u8>,
) {
    let mut entry = ObjectWriter::open(layout, out);
    // If CloudTrail wrote an envelope, a missing member is missing there, too, and is not derived.
    let is_bare = is_bare(event);
    for name in ENVELOPE {
        let key = MemberName::of(name.as_bytes());
        match (key, event.envelope(key)) {
            (EVENT_TIME, own) => match (event.time(), own) {
                (Some(moment), None) => entry.spelled(name, &time(moment, timestamps, zone)),
                // A time that cannot be read stays as it is.
                (_, Some(node)) => match event.envelope_time() {
                    Some(moment) => entry.spelled(name, &time(moment, timestamps, zone)),
                    None => entry.json(name.as_bytes(), node.bytes()),
                },
                (None, None) => {
                    let time = event.record_member(const { MemberName::named("eventTime") });
                    if let Some(text) = time.and_then(|node| node.some_text()) {
                        entry.text(name, &text.to_str());
                    }
                }
            },
            (CLOUD_TRAIL_EVENT, Some(node)) if !node.is_object() => {
                entry.json(name.as_bytes(), node.bytes());
            }
            (CLOUD_TRAIL_EVENT, _) => {
                if let Some(record) = record(event) {
                    entry.text(name, &String::from_utf8_lossy(&record));
                }
            }
            (_, Some(node)) => entry.json(name.as_bytes(), node.bytes()),
            // These three are in every envelope.
            (EVENT_ID | EVENT_NAME | EVENT_SOURCE, None) => derived(event, key, &mut entry),
            (_, None) if is_bare => derived(event, key, &mut entry),
            (_, None) => {}
        }
    }
    if event.shape == Shape::Lookup {
        for (name, node) in event.own_members() {
            if !MemberName::of(name).is_envelope() {
                entry.json(name, node.bytes());
            }
        }
    }
    entry.close();
}

/// Adds a member as CloudTrail derives it from the record, if the record contains it.
fn derived(event: &Event<'_>, key: MemberName, entry: &mut ObjectWriter<'_>) {
    let text = match key {
        EVENT_ID => event.id().map(|text| text.to_str()),
        EVENT_NAME => event.call_name().map(|text| text.to_str()),
        EVENT_SOURCE => event.source_name().map(|text| text.to_str()),
        ACCESS_KEY_ID => event.access_key_id().map(|text| text.to_str()),
        USERNAME => event.username().map(Cow::Owned),
        READ_ONLY => event.read_only().map(|is_so| Cow::Owned(is_so.to_string())),
        RESOURCES => {
            let mut list = Vec::new();
            resources::write(event, &mut list);
            return entry.json(key.name().as_bytes(), &list);
        }
        _ => None,
    };
    if let Some(text) = text {
        entry.text(key.name(), &text);
    }
}

/// The time as a JSON value.
fn time(moment: Moment, timestamps: Timestamps, zone: &Zone) -> Vec<u8> {
    let mut out = Vec::with_capacity(34);
    match timestamps {
        Timestamps::Iso => {
            out.push(b'"');
            write_isoformat(moment, zone, &mut out);
            out.push(b'"');
        }
        Timestamps::Epoch => write_float(moment, &mut out),
    }
    out
}

/// The members of an envelope that are also in the record, in the order of [`differences`].
pub(super) const ENVELOPE_IN_RECORD: [&str; 7] = [
    "EventId",
    "EventName",
    "ReadOnly",
    "AccessKeyId",
    "EventTime",
    "EventSource",
    "Username",
];

/// For each member of [`ENVELOPE_IN_RECORD`], true if the envelope differs from the record: a record alone would lose the
/// value of the envelope.
pub(super) fn differences(event: &Event<'_>) -> [bool; ENVELOPE_IN_RECORD.len()] {
    if event.shape != Shape::Lookup {
        return [false; ENVELOPE_IN_RECORD.len()];
    }
    let insight = event.record_member(const { MemberName::named("insightDetails") });
    let of_record = |key: MemberName, name: &str| {
        let own = event.record_member(key).and_then(|node| node.some_text());
        own.or_else(|| insight?.get(name)?.some_text())
    };
    let is_other = |key: MemberName, text: Option<Text<'_>>| {
        let own = event.envelope(key).and_then(|node| node.some_text());
        own.is_some_and(|own| text.is_none_or(|text| !text.eq_str(&own.to_str())))
    };
    let identity = event.identity();
    let read_only = event.record_member(const { MemberName::named("readOnly") });
    let username = identity.and_then(|who| who.username());
    let own_name = event.envelope(USERNAME).and_then(|node| node.some_text());
    [
        is_other(
            EVENT_ID,
            of_record(const { MemberName::named("eventID") }, "eventID"),
        ),
        is_other(
            EVENT_NAME,
            of_record(const { MemberName::named("eventName") }, "eventName"),
        ),
        event.envelope(READ_ONLY).is_some()
            && event.read_only() != read_only.and_then(|node| flag(&node.value())),
        is_other(ACCESS_KEY_ID, identity.and_then(|who| who.access_key_id)),
        event.envelope_time().is_some() && event.envelope_time() != event.record_time(),
        is_other(
            EVENT_SOURCE,
            of_record(const { MemberName::named("eventSource") }, "eventSource"),
        ),
        own_name.is_some_and(|own| username.is_none_or(|name| !own.eq_str(&name))),
    ]
}

fn flag(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
