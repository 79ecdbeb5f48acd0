//! The columns of the console's *Download CSV* (Event history), in its order. `transcode` reads the same format.
//!
//! A row contains the columns of the console and nothing else of the record.

use std::io;

use super::{envelope, resources};
use crate::event::{Context, Event, Field, MemberName, Node};
use crate::render::csv::Rows;
use crate::text::Value;

/// Headings of the console, and the field of each.
const COLUMNS: [(&str, &str); 16] = [
    ("User name", "Username"),
    ("AWS access key", "AccessKeyId"),
    ("Event time", "EventTime"),
    ("Event source", "EventSource"),
    ("Event name", "EventName"),
    ("AWS region", "awsRegion"),
    ("Source IP address", "sourceIPAddress"),
    ("User agent", "userAgent"),
    ("Error code", "errorCode"),
    ("Resources", "Resources"),
    ("Request ID", "requestID"),
    ("Event ID", "EventId"),
    ("Read-only", "ReadOnly"),
    ("Event type", "eventType"),
    ("Recipient Account Id", "recipientAccountId"),
    ("Event category", "eventCategory"),
];

const RESOURCES: MemberName = MemberName::named("Resources");

/// The parsed columns.
#[derive(Clone, Debug)]
pub(super) struct EventHistory(Vec<Field>);

impl EventHistory {
    pub(super) fn new() -> EventHistory {
        // All of them are CloudTrail names, so none fails to parse.
        EventHistory(
            COLUMNS
                .iter()
                .filter_map(|(_, field)| Field::parse(field).ok())
                .collect(),
        )
    }

    /// Writes an event as a row. Returns false if the row does not identify the event: it has neither an id nor both a time
    /// and a name, so no reader can recognise it.
    pub(super) fn write(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        rows: &mut Rows<Vec<u8>>,
    ) -> io::Result<bool> {
        let cells = self.0.iter().map(|field| match field.name() {
            "Resources" => list(event),
            _ => field.value(event, context),
        });
        let cells: Vec<Value<'_>> = cells.collect();
        rows.row(&cells)?;
        let has = |name: &str| {
            let cells = self.0.iter().zip(&cells);
            let mut of_name = cells.filter(|(field, _)| field.name() == name);
            of_name.any(|(_, cell)| !cell.cell_text().trim_ascii().is_empty())
        };
        Ok(has("EventId") || has("EventTime") && has("EventName"))
    }
}

/// The line of headings.
pub(super) fn headings() -> Vec<u8> {
    let mut rows = Rows::new(Vec::new());
    // Writing to memory cannot fail.
    let _ = rows.header(COLUMNS.iter().map(|(heading, _)| heading));
    rows.finish().unwrap_or_default()
}

/// The resources, with the member names of the console.
fn list<'e>(event: &'e Event<'_>) -> Value<'e> {
    let own = event.envelope(RESOURCES);
    let mut made = Vec::new();
    let node = match own {
        Some(node) if node.bytes().first() == Some(&b'[') => node,
        Some(node) => return node.value(),
        None if envelope::is_bare(event) => {
            resources::write(event, &mut made);
            return Value::Owned(respelled(Node::new(&made, crate::text::Escaping::Raw)));
        }
        None => return Value::Missing,
    };
    Value::Owned(respelled(node))
}

fn respelled(list: Node<'_>) -> String {
    let mut out = String::from("[");
    list.for_each(|resource| {
        if out.len() > 1 {
            out.push(',');
        }
        if !resource.is_object() {
            out += &String::from_utf8_lossy(resource.bytes());
            return true;
        }
        out.push('{');
        let mut is_first = true;
        resource.for_each_member(|name, value| {
            if !std::mem::replace(&mut is_first, false) {
                out.push(',');
            }
            let name = match &*name.to_str() {
                "ResourceType" => "resourceType".into(),
                "ResourceName" => "resourceName".into(),
                _ => String::from_utf8_lossy(name.bytes()),
            };
            out += &format!("\"{name}\":{}", String::from_utf8_lossy(value.bytes()));
            true
        });
        out.push('}');
        true
    });
    out.push(']');
    out
}
