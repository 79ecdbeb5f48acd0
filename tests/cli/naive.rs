//! Reads the fixtures with serde_json, for comparison with the answers of the program. Damaged files are not supported.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::naive_outside;

/// An event as a serde_json value.
#[derive(Clone, Debug)]
pub struct Naive {
    /// The entry of `lookup-events`, if there is one.
    pub entry: Option<Value>,
    pub record: Value,
}

impl Naive {
    /// A text of the entry, else of the record; `None` if it is empty.
    pub fn text(&self, entry: &str, record: &[&str]) -> Option<&str> {
        let outer = self.entry.as_ref().and_then(|event| event[entry].as_str());
        outer
            .filter(|text| !text.is_empty())
            .or_else(|| self.inner(record))
    }

    /// A text of the record; `None` if it is empty.
    pub fn inner(&self, path: &[&str]) -> Option<&str> {
        let value = path.iter().fold(&self.record, |value, name| &value[*name]);
        value.as_str().filter(|text| !text.is_empty())
    }

    pub fn id(&self) -> Option<&str> {
        self.text("EventId", &["eventID"])
    }

    pub fn source(&self) -> Option<&str> {
        self.text("EventSource", &["eventSource"])
            .or_else(|| self.inner(&["insightDetails", "eventSource"]))
    }

    pub fn name(&self) -> Option<&str> {
        self.text("EventName", &["eventName"])
            .or_else(|| self.inner(&["insightDetails", "eventName"]))
    }
}

/// The files of `fixtures/`, in order.
pub fn files() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = crate::support::ledger::files(root).unwrap();
    files.retain(|file| file.starts_with("fixtures/"));
    files
}

/// All events of all fixtures, in the order of their files.
pub fn fixtures() -> Vec<Naive> {
    files().iter().flat_map(|file| read(file)).collect()
}

/// All events of a file.
pub fn read(file: &str) -> Vec<Naive> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let mut all = Vec::new();
    if let Some(documents) = naive_outside::documents(file, &std::fs::read(&path).unwrap()) {
        documents
            .into_iter()
            .for_each(|value| events(value, &mut all));
        return all;
    }
    let text = unpacked(&path);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    for value in values {
        events(
            value.unwrap_or_else(|error| panic!("{file}: {error}")),
            &mut all,
        );
    }
    all
}

fn unpacked(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => {
            flate2::read::MultiGzDecoder::new(&*bytes)
                .read_to_string(&mut text)
                .unwrap();
        }
        Some("zst") => {
            let mut rest = &*bytes;
            while !rest.is_empty() {
                let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest).unwrap();
                frame.read_to_string(&mut text).unwrap();
            }
        }
        _ => text = String::from_utf8(bytes).unwrap(),
    }
    text
}

fn events(value: Value, all: &mut Vec<Naive>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| events(value, all)),
        Value::String(text) => events(serde_json::from_str(&text).unwrap(), all),
        Value::Object(mut members) => {
            if let Some(record) = members.get("CloudTrailEvent") {
                let record = match record {
                    Value::String(text) => serde_json::from_str(text).unwrap(),
                    record => record.clone(),
                };
                all.push(Naive {
                    entry: Some(Value::Object(members)),
                    record,
                });
                return;
            }
            for list in [
                "Events",
                "Records",
                "events",
                "logEvents",
                "results",
                "message",
                "detail",
            ] {
                if let Some(inner) = members.remove(list) {
                    return events(inner, all);
                }
            }
            match members.get("field").and_then(Value::as_str) {
                Some("@message") => events(members["value"].clone(), all),
                Some(_) => {}
                None => all.push(Naive {
                    entry: None,
                    record: Value::Object(members),
                }),
            }
        }
        other => panic!("no event: {other}"),
    }
}
