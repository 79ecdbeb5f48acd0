//! YAML dumps, converted by the transcoder and read by the scanner: the same events as a YAML library finds in the whole
//! document, each at the offset of its dash, and lost bytes are reported.

mod damaged;
mod samples;
mod whole;

use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value;
use trailsift::dump::{ByteCounts, Chunk, Content, Finding, Ledger, ScanFacts, ScanState, Scanner};
use trailsift::event::Event;
use trailsift::transcode::{HEAD, Origins, Recipe, SourceFormat, recognise};

/// The result of reading a source.
pub struct Reading {
    /// Offset in the source and JSON of every event.
    pub events: Vec<(usize, Value)>,
    /// As offsets in the text.
    pub byte_counts: ByteCounts,
    pub content: Content,
    /// As offsets in the source.
    pub findings: Vec<Finding>,
}

impl Reading {
    pub fn is_loss(&self) -> bool {
        self.findings.iter().any(Finding::is_loss)
    }

    pub fn values(&self) -> Vec<Value> {
        self.events.iter().map(|(_, value)| value.clone()).collect()
    }

    pub fn places(&self) -> Vec<usize> {
        self.events.iter().map(|(place, _)| *place).collect()
    }
}

/// The recipe for YAML.
pub fn recipe(source: &[u8]) -> Recipe {
    let head = &source[..source.len().min(HEAD)];
    let recipe = recognise(head).expect("recognised");
    assert_eq!(recipe.shapes(), [SourceFormat::Yaml]);
    recipe
}

/// The text that a source is converted to.
pub fn transcoded(recipe: &Recipe, source: &[u8], step: usize) -> (Vec<u8>, Origins) {
    let mut rest = std::io::Cursor::new(source.to_vec());
    let pull = move |buffer: &mut [u8]| {
        let count = step.min(buffer.len());
        rest.read(&mut buffer[..count]).map_err(Into::into)
    };
    let mut transcoder = recipe.open(Box::new(pull), 16 << 20);
    let (mut text, mut origins) = (Vec::new(), Origins::default());
    loop {
        let block = transcoder.block(1 << 20, 1 << 20);
        text.extend_from_slice(&block.bytes);
        origins.extend(&block.origins);
        if block.end {
            return (text, origins);
        }
    }
}

/// Reads a source that begins with YAML.
pub fn read(source: &[u8]) -> Reading {
    read_as(&recipe(source), source)
}

pub fn read_as(recipe: &Recipe, source: &[u8]) -> Reading {
    let (text, origins) = transcoded(recipe, source, usize::MAX);
    let mut events = Vec::new();
    let (mut ledger, mut scanner, mut state) =
        (Ledger::new(), Scanner::default(), ScanState::default());
    while state.at < text.len() as u64 {
        let mut facts = ScanFacts::default();
        let mut visit = |event: &Event<'_>| {
            let place = origins.source_of(event.offset) as usize;
            let source = String::from_utf8_lossy(event.source());
            events.push((place, serde_json::from_str(&source).expect("JSON")));
            ControlFlow::Continue(())
        };
        let rest = Chunk::whole(&text).starting_at(state.at);
        state = scanner.run(rest, state.mode, u64::MAX, &mut visit, &mut facts);
        ledger.absorb(facts);
    }
    let (byte_counts, content, mut findings) = ledger.finish(text.len() as u64, true);
    assert!(byte_counts.is_balanced(), "{byte_counts:?}");
    for finding in &mut findings {
        finding.at = origins.source_of(finding.at);
    }
    Reading {
        events,
        byte_counts,
        content,
        findings,
    }
}

/// A record of the user `user`, as CloudTrail writes it.
pub fn record(number: usize, user: &str) -> String {
    serde_json::json!({
        "eventVersion": "1.08",
        "userIdentity": {"userName": user},
        "eventTime": "2024-07-30T03:46:04Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "requestParameters": {"template": "it's:\n  - \"b\"\n\t- c: # d"},
        "eventID": format!("id-{number}"),
        "userAgent": "[S3Console/0.4, long enough to be folded]"
    })
    .to_string()
}

/// Text in single quotes, folded at 80 columns as by the AWS CLI.
pub fn quoted(text: &str, indent: usize) -> String {
    let mut made = String::from("'");
    let mut column = 0;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let is_not_space = |at: usize| bytes.get(at) != Some(&b' ');
        if c == ' ' && column > 80 && is_not_space(at + 1) && at > 0 && is_not_space(at - 1) {
            made.push('\n');
            made.push_str(&" ".repeat(indent));
            column = indent;
            continue;
        }
        if c == '\'' {
            made.push('\'');
        }
        made.push(c);
        column += 1;
    }
    made.push('\'');
    made
}

/// An event as the AWS CLI prints it, with `indent` spaces before its dash.
pub fn event(number: usize, indent: usize) -> String {
    let user = ["alice", "日本 太郎", "ci-4711"][number % 3];
    let record = quoted(&record(number, user), indent + 4);
    let resources = match number % 2 {
        0 => "Resources: []".to_owned(),
        _ => format!(
            "Resources:\n{0}- ResourceName: bücket\n{0}  ResourceType: AWS::S3::Bucket",
            " ".repeat(indent + 2)
        ),
    };
    let lines = format!(
        "- AccessKeyId: AKIA{number}\n  CloudTrailEvent: {record}\n  EventId: id-{number}\n  EventName: GetObject\n  EventSource: s3.amazonaws.com\n  EventTime: '2024-07-30T03:46:04+00:00'\n  ReadOnly: 'true'"
    );
    // Text that is folded or indented already stays.
    let mut made = String::new();
    for line in lines.split_inclusive('\n') {
        let is_folded =
            !line.starts_with("- ") && !line.starts_with("  ") || line.starts_with("    ");
        if !is_folded {
            made.push_str(&" ".repeat(indent));
        }
        made.push_str(line);
    }
    format!(
        "{made}\n{0}{resources}\n{0}Username: {user}\n",
        " ".repeat(indent + 2)
    )
}

/// Pages with these numbers of events, as `--output yaml-stream` prints them.
pub fn stream(pages: &[usize]) -> String {
    let mut number = 0;
    let mut made = String::new();
    for (nth, events) in pages.iter().enumerate() {
        made.push_str("- Events:\n");
        for _ in 0..*events {
            made.push_str(&event(number, 2));
            number += 1;
        }
        if nth + 1 < pages.len() {
            made.push_str("  NextToken: dG9r\n");
        }
    }
    made
}

/// One list, as `--output yaml` prints it.
pub fn dump(events: usize) -> String {
    let events: String = (0..events).map(|number| event(number, 0)).collect();
    format!("Events:\n{events}")
}

/// The events that a YAML library finds, with records as objects.
pub fn loaded(source: &str) -> Vec<Value> {
    let mut events = Vec::new();
    for document in serde_yaml_ng::Deserializer::from_str(source) {
        let value: Value = serde::Deserialize::deserialize(document).expect("YAML");
        collect(value, &mut events);
    }
    events
}

fn collect(value: Value, events: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, events)),
        Value::Object(mut members) => {
            if let Some(list) = members
                .remove("Events")
                .or_else(|| members.remove("Records"))
            {
                collect(list, events);
                return;
            }
            if let Some(Value::String(record)) = members.get("CloudTrailEvent")
                && let Ok(record @ Value::Object(_)) = serde_json::from_str(record)
            {
                members.insert("CloudTrailEvent".to_owned(), record);
            }
            events.push(Value::Object(members));
        }
        Value::String(record) => events.push(serde_json::from_str(&record).expect("a record")),
        _ => panic!("{value}"),
    }
}
