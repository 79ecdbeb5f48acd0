//! The shapes of the generated dumps.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::record::{Envelope, Template, text};

/// A shape in which events are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `aws cloudtrail lookup-events`, as the CLI prints it: four blanks per level.
    Pretty,
    /// The same on one line: `jq -c .`
    Compact,
    /// One event per line: `jq -c '.Events[]'`
    Lines,
    /// One record per line: `jq -r '.Events[].CloudTrailEvent'`
    Strings,
    /// A trail file of CloudTrail, on one line.
    Records,
}

#[derive(Serialize)]
struct Lookup<'t> {
    #[serde(flatten)]
    envelope: &'t Envelope,
    #[serde(rename = "CloudTrailEvent")]
    record: &'t str,
}

impl Shape {
    pub const fn front(self) -> &'static str {
        match self {
            Shape::Pretty => "{\n    \"Events\": [\n",
            Shape::Compact => "{\"Events\":[",
            Shape::Lines | Shape::Strings => "",
            Shape::Records => "{\"Records\":[",
        }
    }

    pub const fn between(self) -> &'static str {
        match self {
            Shape::Pretty => ",\n",
            Shape::Compact | Shape::Records => ",",
            Shape::Lines | Shape::Strings => "\n",
        }
    }

    pub const fn end(self) -> &'static str {
        match self {
            Shape::Pretty => "\n    ]\n}\n",
            Shape::Compact => "]}\n",
            Shape::Lines | Shape::Strings => "\n",
            Shape::Records => "]}",
        }
    }

    /// The text of an event in such a dump.
    pub fn event(self, template: &Template) -> String {
        let lookup = Lookup {
            envelope: &template.envelope,
            record: &template.record,
        };
        match self {
            Shape::Pretty => indented(&lookup),
            Shape::Compact | Shape::Lines => text(&lookup),
            Shape::Records | Shape::Strings => template.record.clone(),
        }
    }

    /// An event on one line with its record decoded in place, as `show --compact` and jq's `fromjson` write it.
    pub fn whole(self, template: &Template) -> String {
        if matches!(self, Shape::Records | Shape::Strings) {
            return template.record.clone();
        }
        let envelope = text(&template.envelope);
        let open = envelope.strip_suffix('}').expect("an object");
        format!("{open},\"CloudTrailEvent\":{}}}", template.record)
    }
}

/// Four blanks per level, two levels deep.
fn indented(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut out, formatter);
    value.serialize(&mut serializer).expect("names are text");
    let out = String::from_utf8(out).expect("JSON is text");
    let lines: Vec<String> = out.lines().map(|line| format!("        {line}")).collect();
    lines.join("\n")
}
