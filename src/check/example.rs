//! What is kept of an event that breaks a rule: what it is known by, and where it lies.
//!
//! Not for: which events (`judge`), how it is shown (`text` and the others).

use serde::Serialize;

use crate::event::{Context, Event, Field};

/// An event that breaks a rule. Texts of more than 300 characters are cut and end with an ellipsis; what the event does
/// not have is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Its file, as typed.
    pub file: String,
    /// Its first byte there, unpacked.
    pub offset: u64,
    /// The byte behind its last.
    pub end: u64,
    /// When it happened, in the zone and format asked for.
    #[serde(rename = "EventTime")]
    pub time: String,
    /// The service.
    #[serde(rename = "EventSource")]
    pub source: String,
    /// The call.
    #[serde(rename = "EventName")]
    pub name: String,
    /// Who.
    pub principal: String,
    /// Where.
    #[serde(rename = "awsRegion")]
    pub region: String,
    /// From where.
    #[serde(rename = "sourceIPAddress")]
    pub address: String,
    /// The error, if there was one.
    #[serde(rename = "errorCode")]
    pub error: String,
    /// Its id.
    #[serde(rename = "EventId")]
    pub id: String,
}

/// Characters that are kept of a text.
const MOST: usize = 300;

/// The fields that an example is made of.
#[derive(Debug)]
pub(super) struct ExampleFields([Field; 8]);

impl ExampleFields {
    /// Compiles them.
    pub fn new() -> Option<ExampleFields> {
        let names = [
            "EventTime",
            "EventSource",
            "EventName",
            "principal",
            "awsRegion",
            "sourceIPAddress",
            "errorCode",
            "EventId",
        ];
        let fields: Result<Vec<_>, _> = names.iter().map(|name| Field::parse(name)).collect();
        fields.ok()?.try_into().ok().map(ExampleFields)
    }

    /// What is kept of an event.
    pub fn of(&self, event: &Event<'_>, context: &Context<'_>) -> Example {
        let [time, source, name, principal, region, address, error, id] =
            self.0.each_ref().map(|field| {
                let value = field.value(event, context);
                cut(&value.cell_text())
            });
        Example {
            file: context.file.to_owned(),
            offset: event.offset,
            end: event.end,
            time,
            source,
            name,
            principal,
            region,
            address,
            error,
            id,
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
        None => text.to_owned(),
    }
}

impl Example {
    /// Where it lies, as a warning says it and `show --at` takes it.
    pub fn place(&self) -> String {
        format!("{}: byte {}", self.file, self.offset)
    }

    /// What it is, in the order in which one reads it; what it lacks is left out.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let service = self.source.strip_suffix(".amazonaws.com");
        let parts = [
            &self.time,
            service.unwrap_or(&self.source),
            &self.name,
            &self.error,
            &self.principal,
            &self.address,
            &self.region,
        ];
        parts.into_iter().filter(|part| !part.is_empty())
    }
}
