//! An example: the fields and the location of an event that violates a rule.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use crate::event::{Context, Event, Field};

/// An event that violates a rule. Texts of more than 300 characters are shortened and end with an ellipsis; a text is
/// empty if the event does not have the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Example {
    /// Its file, as typed.
    pub file: String,
    /// Offset of its first byte in the decompressed text, from 0.
    pub offset: u64,
    /// Offset of the byte after its last one.
    pub end: u64,
    /// Its time, in the requested time zone and format.
    #[serde(rename = "EventTime")]
    pub time: String,
    /// Service.
    #[serde(rename = "EventSource")]
    pub source: String,
    /// API call.
    #[serde(rename = "EventName")]
    pub name: String,
    /// Identity that made the call.
    pub principal: String,
    /// Region.
    #[serde(rename = "awsRegion")]
    pub region: String,
    /// IP address or AWS service that the call came from.
    #[serde(rename = "sourceIPAddress")]
    pub address: String,
    /// Error code.
    #[serde(rename = "errorCode")]
    pub error: String,
    /// Event id.
    #[serde(rename = "EventId")]
    pub id: String,
}

/// Maximum number of characters of a text.
const MOST: usize = 300;

/// The fields of an example, compiled.
#[derive(Debug)]
pub(super) struct ExampleFields([Field; 8]);

impl ExampleFields {
    /// Compiles the fields.
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

    /// The example of an event.
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
    /// Its location, as in warnings and in `show --at`.
    pub fn place(&self) -> String {
        format!("{}: byte {}", self.file, self.offset)
    }

    /// Its fields in reading order, without empty ones.
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
