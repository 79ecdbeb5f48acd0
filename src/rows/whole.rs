//! Whole events as JSON text: re-indented, with `CloudTrailEvent` decoded in place.
//!
//! Text is moved, never printed from parsed values, so the order of keys and the spelling of numbers stay
//! as they are. Not for: single fields.

use std::borrow::Cow;

use crate::event::{Event, Key, Shape};
use crate::text::{Json, json};

/// How much of an event is shown, and how.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The record alone.
    pub record_only: bool,
    /// Spaces a level; `None` puts an event on a line.
    pub indent: Option<usize>,
    /// Colours, and escapes for what a terminal would obey.
    pub style: Option<json::Style>,
}

const CLOUD_TRAIL_EVENT: Key = Key::named("CloudTrailEvent");

/// Writes an event and a line end. Returns false, having written nothing, when the record was asked for
/// and there is none that can be read.
pub fn write_whole(event: &Event<'_>, detail: &Detail, out: &mut Vec<u8>) -> bool {
    let Some(text) = plain(event, detail.record_only) else {
        return false;
    };
    match (&detail.style, detail.indent) {
        (None, None) => json::compact(&text, out),
        (style, indent) => json::indent(&text, out, indent.unwrap_or(0), style.as_ref()),
    }
    out.push(b'\n');
    true
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
    let nested = event
        .envelope(CLOUD_TRAIL_EVENT)
        .filter(|node| node.text().is_some())
        .and_then(|_| event.envelope_range(CLOUD_TRAIL_EVENT));
    let (Some(nested), Some(record)) = (nested, record()) else {
        return Some(Cow::Borrowed(source));
    };
    let mut whole = Vec::with_capacity(source.len());
    whole.extend_from_slice(&source[..nested.start]);
    whole.extend_from_slice(&record);
    whole.extend_from_slice(&source[nested.end..]);
    Some(Cow::Owned(whole))
}
