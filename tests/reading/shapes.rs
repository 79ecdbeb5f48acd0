//! The same events in another layout, packing or wrapping are the same events, field by field.

use std::io::{self, Write};
use std::ops::ControlFlow;

use trailsift::engine::{Answer, Question};
use trailsift::event::{Context, Event, Field};

use super::{How, ask, item, scan, unpacked};
use crate::support::json::Style;
use crate::support::records::{self, MODEL_ORDER, Rng, events};
use crate::support::shapes;

/// Fields that every shape of an event has, or derives from what it has.
const FIELDS: [&str; 14] = [
    "EventId",
    "EventName",
    "EventTime",
    "EventSource",
    "principal",
    "session",
    "outcome",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "requestParameters",
    "userIdentity.arn",
    "responseElements",
];

struct Rows(Vec<Field>);

impl Question for Rows {
    type Batch = Vec<Vec<String>>;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        // Objects keep the spelling of the input: compared by value.
        let cell = |field: &Field| {
            let cell = field.value(event, context).cell_text().into_owned();
            match serde_json::from_str::<serde_json::Value>(&cell) {
                Ok(tree) if tree.is_object() || tree.is_array() => tree.to_string(),
                _ => cell,
            }
        };
        batch.push(self.0.iter().map(cell).collect());
    }
}

#[derive(Default)]
struct All(Vec<Vec<String>>);

impl Answer<Vec<Vec<String>>> for All {
    fn add(&mut self, batch: Vec<Vec<String>>, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.0.extend(batch);
        Ok(ControlFlow::Continue(()))
    }
}

fn rows(bytes: &[u8], fields: &[&str], how: How) -> Vec<Vec<String>> {
    let fields = fields
        .iter()
        .map(|name| Field::parse(name).expect("a field"));
    let mut all = All::default();
    let report = ask(&[item(bytes)], how, &Rows(fields.collect()), &mut all);
    let file = &report.files[0];
    assert!(file.findings.is_empty(), "{:?}", file.findings);
    assert!(file.byte_counts.is_balanced());
    assert_eq!(file.error, None);
    all.0
}

fn gzip(bytes: &[u8], members: usize) -> Vec<u8> {
    let part = bytes.len() / members + 1;
    let mut out = Vec::new();
    for part in bytes.chunks(part) {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(part).expect("memory");
        out.extend(packer.finish().expect("memory"));
    }
    out
}

/// Frames of raw blocks: a packing that needs no packer.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for frame in bytes.chunks(100_000) {
        // Four bytes of size after a window of 1 MiB.
        out.extend(b"\x28\xb5\x2f\xfd\x80\x50");
        let size = u32::try_from(frame.len()).expect("small");
        out.extend(size.to_le_bytes());
        let blocks: Vec<&[u8]> = frame.chunks(60_000).collect();
        for (i, block) in blocks.iter().enumerate() {
            let header = (block.len() as u32) << 3 | u32::from(i + 1 == blocks.len());
            out.extend(&header.to_le_bytes()[..3]);
            out.extend(*block);
        }
    }
    out
}

#[test]
fn a_dump_reads_the_same_pretty_compact_packed_and_from_windows() {
    let made = events(90, 40);
    let document = |style| {
        crate::support::json::object([("Events", shapes::lookups(&made, shapes::iso_offset))])
            .write(style)
    };
    let plain = document(Style::FOUR);
    let all: Vec<&str> = FIELDS
        .into_iter()
        .chain(["ReadOnly", "Resources", "Username"])
        .collect();
    let expected = rows(plain.as_bytes(), &all, How::default());
    assert_eq!(expected.len(), made.len());
    let line = |event: &records::Event, style: Style| {
        event
            .lookup(&MODEL_ORDER, shapes::iso_offset(event))
            .write(style)
            + "\n"
    };
    let lines = |style: Style| {
        made.iter()
            .map(|event| line(event, style))
            .collect::<String>()
    };
    let spaced = Style {
        indent: Some(1),
        comma: "\t\r ,\r\n\t ",
        colon: " \n:\t ",
        ascii: false,
    };
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("compact", document(Style::COMPACT).into()),
        ("two blanks", document(Style::TWO).into()),
        ("ascii", document(Style::FOUR.ascii()).into()),
        ("python 2", document(Style::PYTHON_2).into()),
        ("odd spaces", document(spaced).into()),
        ("windows", shapes::windows(&plain)),
        ("carriage returns", plain.replace('\n', "\r").into()),
        (
            "array",
            shapes::lookups(&made, shapes::iso_offset)
                .write(Style::TWO)
                .into(),
        ),
        ("lines", lines(Style::COMPACT).into()),
        ("stream", lines(Style::TWO).into()),
        (
            "without line ends",
            lines(Style::COMPACT).replace('\n', "").into(),
        ),
        ("tabs", lines(Style::COMPACT).replace('\n', "\t").into()),
        ("commas", lines(Style::COMPACT).replace('\n', ",\n").into()),
        ("gzip", gzip(plain.as_bytes(), 1)),
        ("gzip, seven members", gzip(plain.as_bytes(), 7)),
        ("zstd", zstd(plain.as_bytes())),
    ];
    for (name, bytes) in &forms {
        for (threads, chunk_size) in [(1, 512 << 10), (1, 4096), (2, 10_000)] {
            let how = How {
                threads,
                chunk_size,
                ..How::default()
            };
            assert_eq!(rows(bytes, &all, how), expected, "{name}");
        }
    }
}

#[test]
fn records_read_the_same_in_every_wrapping() {
    // Names come from the envelope if there is one; only the envelope has `ReadOnly` and resources.
    let made: Vec<_> = events(91, 40)
        .into_iter()
        .filter(|event| !event.insight)
        .collect();
    let trail = shapes::trail(&made);
    let expected = rows(trail.as_bytes(), &FIELDS, How::default());
    assert_eq!(expected.len(), made.len());
    let texts = shapes::texts(&made);
    let strings = || {
        texts.iter().map(|text| {
            let mut out = String::new();
            crate::support::json::quote(text, true, &mut out);
            out
        })
    };
    let mut rng = Rng::new(91);
    let bridged: Vec<String> = made
        .iter()
        .map(|event| shapes::eventbridge(event, &mut rng).write(Style::TWO))
        .collect();
    let inlined: Vec<String> = texts
        .iter()
        .map(|text| format!("{{\"CloudTrailEvent\":{text}}}"))
        .collect();
    let forms = [
        ("lookup", shapes::cli(&made, shapes::seconds)),
        ("lines", texts.join("\n")),
        ("tabs", texts.join("\t") + "\n"),
        ("strings", strings().collect::<Vec<_>>().join("\n")),
        (
            "array of strings",
            format!("[{}]", strings().collect::<Vec<_>>().join(", ")),
        ),
        ("array", format!("[\n{}\n]", texts.join(",\n"))),
        ("bridged", bridged.join("\n")),
        ("array of bridged", format!("[{}]", bridged.join(","))),
        ("logs", shapes::filter_log_events(&made)),
        ("query of logs", shapes::logs_query_results(&made)),
        ("subscription", shapes::subscription(&made)),
        ("inlined", inlined.join("\n")),
    ];
    for (name, text) in &forms {
        let got = rows(text.as_bytes(), &FIELDS, How::default());
        for (got, expected) in got.iter().zip(&expected) {
            let differs = |i: &usize| got[*i] != expected[*i];
            let column = (0..FIELDS.len()).find(differs).map(|i| FIELDS[i]);
            // An event without an id in its record has none, an empty one neither.
            assert_eq!(column, None, "{name}: {got:?} {expected:?}");
        }
        assert_eq!(got.len(), expected.len(), "{name}");
    }
}

#[test]
fn text_and_empty_lines_around_events_change_no_event() {
    let dump = unpacked("fixtures/jq-events.jsonl");
    let expected: Vec<Vec<u8>> = scan(&dump).events.into_iter().map(|e| e.1).collect();
    for between in [
        "\n\n",
        " \t ",
        "None\n",
        "[user@host ~]$ cat x\n",
        "a [b {c \"d\n",
        "ok, \n",
    ] {
        let text = String::from_utf8_lossy(&dump).replace('\n', &format!("\n{between}"));
        let reading = scan(text.as_bytes());
        let events: Vec<Vec<u8>> = reading.events.iter().map(|e| e.1.clone()).collect();
        assert_eq!(events, expected, "{between:?}");
        assert!(
            !reading.reports_loss(),
            "{between:?} {:?}",
            reading.findings
        );
    }
}
