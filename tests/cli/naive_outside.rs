//! Reads the fixtures that are not plain JSON: the whole file at once, by columns, with other libraries than the program.
//! Damaged files are not supported.

use serde_json::{Map, Value, json};

/// The documents in a file of another format; `None` if the file is plain JSON.
pub fn documents(file: &str, bytes: &[u8]) -> Option<Vec<Value>> {
    let name = file.rsplit('/').next().unwrap_or(file);
    if name == "powershell.json" {
        let units: Vec<u16> = bytes
            .chunks(2)
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
            .collect();
        let text = String::from_utf16(&units).unwrap();
        return Some(vec![parse(text.trim_start_matches('\u{feff}'))]);
    }
    let text = std::str::from_utf8(bytes).ok()?;
    match name {
        "jq-colours.json" => {
            let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
            Some(vec![parse(&colour.replace_all(text, ""))])
        }
        "logs-tail.txt" => Some(
            text.lines()
                .map(|line| parse(&line[line.find('{').unwrap()..]))
                .collect(),
        ),
        "output-text.txt" => Some(output_text(text)),
        "output.yaml" | "output-stream.yaml" => Some(vec![serde_yaml_ng::from_str(text).unwrap()]),
        "console-history.csv" => Some(console(text)),
        "lake.json" => Some(lake(&parse(text))),
        _ => None,
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn output_text(text: &str) -> Vec<Value> {
    const COLUMNS: [&str; 8] = [
        "AccessKeyId",
        "CloudTrailEvent",
        "EventId",
        "EventName",
        "EventSource",
        "EventTime",
        "ReadOnly",
        "Username",
    ];
    let mut events: Vec<Value> = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells[0] == "RESOURCES" {
            let resource = json!({ "ResourceType": cells[2], "ResourceName": cells[1] });
            let event = events.last_mut().unwrap();
            event["Resources"].as_array_mut().unwrap().push(resource);
            continue;
        }
        let mut event = Map::new();
        for (name, cell) in COLUMNS.iter().zip(&cells[1..]) {
            let value = match (*name, cell.is_empty()) {
                (_, true) => continue,
                ("CloudTrailEvent" | "EventTime", _) => parse(cell),
                _ => json!(cell),
            };
            event.insert((*name).to_owned(), value);
        }
        event.insert("Resources".to_owned(), json!([]));
        events.push(Value::Object(event));
    }
    events
}

/// An object from names and texts; empty texts are left out.
fn object<'t>(members: impl IntoIterator<Item = (&'t str, Value)>) -> Value {
    let is_some = |value: &Value| !matches!(value.as_str(), Some("" | "null"));
    let members = members
        .into_iter()
        .filter(|(_, value)| is_some(value))
        .map(|(name, value)| (name.to_owned(), value));
    Value::Object(members.collect())
}

fn console(text: &str) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| {
        let cell = |heading: &str| {
            let column = headings.iter().position(|it| it == heading).unwrap();
            json!(row[column])
        };
        let resources = parse(cell("Resources").as_str().unwrap());
        let resources = resources.as_array().unwrap().iter().map(|resource| {
            json!({ "ResourceType": resource["resourceType"], "ResourceName": resource["resourceName"] })
        });
        let identity = object([("accessKeyId", cell("AWS access key"))]);
        let read = cell("Read-only");
        let mut record = object([
            ("eventTime", cell("Event time")),
            ("eventSource", cell("Event source")),
            ("eventName", cell("Event name")),
            ("awsRegion", cell("AWS region")),
            ("sourceIPAddress", cell("Source IP address")),
            ("userAgent", cell("User agent")),
            ("errorCode", cell("Error code")),
            ("requestID", cell("Request ID")),
            ("eventID", cell("Event ID")),
            ("eventType", cell("Event type")),
            ("recipientAccountId", cell("Recipient Account Id")),
            ("eventCategory", cell("Event category")),
        ]);
        if identity.as_object().is_some_and(|identity| !identity.is_empty()) {
            record["userIdentity"] = identity;
        }
        if read != "" {
            record["readOnly"] = json!(read == "true");
        }
        object([
            ("EventId", cell("Event ID")),
            ("EventName", cell("Event name")),
            ("ReadOnly", read),
            ("AccessKeyId", cell("AWS access key")),
            ("EventTime", cell("Event time")),
            ("EventSource", cell("Event source")),
            ("Username", cell("User name")),
            ("Resources", resources.collect()),
            ("CloudTrailEvent", record),
        ])
    })
    .collect()
}

fn lake(document: &Value) -> Vec<Value> {
    let rows = document["QueryResultRows"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let columns = row.as_array().unwrap().iter().flat_map(|column| {
                let column = column.as_object().unwrap();
                column.iter().map(|(name, value)| {
                    let text = value.as_str().unwrap();
                    let value = match name.as_str() {
                        "userIdentity" => identity(text),
                        // A time without a zone is UTC.
                        "eventTime" => json!(format!("{}Z", text.replace(' ', "T"))),
                        _ => json!(text),
                    };
                    (name.as_str(), value)
                })
            });
            json!({ "CloudTrailEvent": object(columns) })
        })
        .collect()
}

/// Reads `{type=IAMUser, accountid=…, accesskeyid=…, username=…}`.
fn identity(text: &str) -> Value {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    let members = inner.unwrap().split(", ").map(|member| {
        let (name, text) = member.split_once('=').unwrap();
        let name = match name {
            "accountid" => "accountId",
            "accesskeyid" => "accessKeyId",
            "username" => "userName",
            name => name,
        };
        (name, json!(text))
    });
    object(members)
}
