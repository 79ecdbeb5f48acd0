//! Whole events as JSON text: re-indented, with `CloudTrailEvent` decoded in place.
//!
//! Text is moved, never printed from parsed values, so the order of keys and the spelling of numbers stay
//! as they are.

use std::borrow::Cow;
use std::ops::Range;

use super::{Event, MemberName, Node, Shape, when};
use crate::text::{Escaping, Json, json};
use crate::time::{TimeFormat, Zone};

/// How much of an event is written, and how.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The record alone.
    pub record_only: bool,
    /// Spaces a level; `None` puts an event on a line.
    pub indent: Option<usize>,
    /// Colours, and escapes for what a terminal would obey.
    pub style: Option<json::Style>,
    /// The zone and the format in which the time of the event is written; `None` leaves it as it is in the dump.
    pub clock: Option<(Zone, TimeFormat)>,
}

const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");

/// Writes an event and a line end. Returns false, having written nothing, if only the record is to be written and the
/// event has no record that can be read.
pub fn write_whole(event: &Event<'_>, detail: &Detail, out: &mut Vec<u8>) -> bool {
    let keeps_text = detail.style.is_none() && detail.clock.is_none();
    if keeps_text && detail.indent.is_none() && !detail.record_only {
        compact(event, out);
        out.push(b'\n');
        return true;
    }
    let Some(mut text) = plain(event, detail.record_only) else {
        return false;
    };
    if let Some((zone, format)) = &detail.clock {
        text = Cow::Owned(with_times(&text, zone, format));
    }
    json::indent(
        &text,
        out,
        detail.indent.unwrap_or(0),
        detail.style.as_ref(),
    );
    out.push(b'\n');
    true
}

/// The event on one line, with its times in a zone and a format: the value of the field `event`.
pub(super) fn in_clock(event: &Event<'_>, zone: &Zone, format: &TimeFormat) -> String {
    // Without a record the event is its own text.
    let text = plain(event, false).unwrap_or_else(|| Cow::Borrowed(event.source()));
    let mut out = Vec::with_capacity(text.len());
    json::compact(&with_times(&text, zone, format), &mut out);
    String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The event on one line, written in one pass: the text before the record, the record, the text after it.
fn compact(event: &Event<'_>, out: &mut Vec<u8>) {
    let source = event.source();
    match (nested(event), event.record()) {
        (Some(nested), Some(record)) => {
            json::compact(&source[..nested.start], out);
            record.write_compact(out);
            json::compact(&source[nested.end..], out);
        }
        (None, Some(record)) if event.shape == Shape::RecordString => record.write_compact(out),
        _ => json::compact(source, out),
    }
}

/// The text of an event with `EventTime` of its envelope and `eventTime` of its record in a zone and a format. A value
/// that cannot be read as a time stays as it is.
fn with_times(text: &[u8], zone: &Zone, format: &TimeFormat) -> Vec<u8> {
    let event = Node::new(text, Escaping::Raw);
    // A record is the event itself, in an envelope of `lookup-events`, or in one of EventBridge.
    let objects = [
        Some(event),
        event.get("CloudTrailEvent"),
        event.get("detail"),
    ];
    let mut times: Vec<(Range<usize>, String)> = Vec::new();
    for object in objects.into_iter().flatten() {
        for name in ["EventTime", "eventTime"] {
            let node = object.get(name);
            if let Some((node, moment)) = node.and_then(|node| Some((node, when::moment(node)?))) {
                // A node is a part of the text, so the difference of the addresses is its offset.
                let start = node.bytes().as_ptr() as usize - text.as_ptr() as usize;
                let range = start..start + node.bytes().len();
                times.push((range, format.to_text(moment, zone)));
            }
        }
    }
    times.sort_by_key(|(range, _)| range.start);
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut copied = 0;
    for (range, time) in times {
        out.extend_from_slice(&text[copied..range.start]);
        json::write_string(&mut out, &time);
        copied = range.end;
    }
    out.extend_from_slice(&text[copied..]);
    out
}

/// Where in the event its record lies as a string.
fn nested(event: &Event<'_>) -> Option<Range<usize>> {
    let node = event.envelope(CLOUD_TRAIL_EVENT)?;
    node.text()?;
    event.envelope_range(CLOUD_TRAIL_EVENT)
}

/// The event as plain JSON text.
fn plain<'e>(event: &'e Event<'_>, record_only: bool) -> Option<Cow<'e, [u8]>> {
    let record = || {
        let whole = event.record()?.whole();
        Some(Json::new(whole.bytes(), whole.form()).to_plain())
    };
    if record_only || event.shape == Shape::RecordString {
        let record = record();
        return match record {
            None if !record_only => Some(Cow::Borrowed(event.source())),
            record => record,
        };
    }
    let source = event.source();
    let (Some(nested), Some(record)) = (nested(event), record()) else {
        return Some(Cow::Borrowed(source));
    };
    let mut whole = Vec::with_capacity(source.len());
    whole.extend_from_slice(&source[..nested.start]);
    whole.extend_from_slice(&record);
    whole.extend_from_slice(&source[nested.end..]);
    Some(Cow::Owned(whole))
}
