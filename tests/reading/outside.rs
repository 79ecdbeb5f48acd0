//! Dumps in formats other than JSON, cut at every byte from either end: each whole event is kept, every cut is
//! reported, and every event has its offset in the file.

use super::{How, Reading, read, scan};

use crate::support::json::Style;
use crate::support::records::{Event, MODEL_ORDER, events};
use crate::support::shapes;
use trailsift::dump::Content;

/// A dump, and how its events begin.
struct Dump {
    name: &'static str,
    bytes: Vec<u8>,
    opens: &'static [u8],
}

fn three(seed: u64) -> Vec<Event> {
    let mut three = events(seed, 3);
    three[1]
        .record
        .set("userAgent", " a, {b}: [\"c\"] \\\\\n".into());
    three
}

/// As `--output text` prints.
fn output_text(events: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        text += &format!(
            "EVENTS\t{}\t{}\t{}\t{}\t{}\t{}.0\t{}\t{}\n",
            or_empty(&event.access_key),
            event.record_text(),
            or_empty(&event.id),
            event.name,
            event.source,
            event.time,
            event
                .read_only
                .map_or(String::new(), |read| read.to_string()),
            or_empty(&event.username),
        );
        for (kind, name) in &event.resources {
            text += &format!("RESOURCES\t{name}\t{kind}\n");
        }
    }
    text
}

fn dumps() -> Vec<Dump> {
    let pretty = shapes::cli(&three(33), shapes::iso_offset);
    let rows = three(36).iter().map(shapes::lake_columns).collect();
    vec![
        Dump {
            name: "text",
            bytes: output_text(&three(31)).into_bytes(),
            opens: b"EVENTS\t",
        },
        Dump {
            name: "logs tail",
            bytes: shapes::logs_tail(&three(32), "detailed").into_bytes(),
            opens: b"{\"",
        },
        Dump {
            name: "utf-16",
            bytes: shapes::utf_16(&pretty),
            opens: b"{\0",
        },
        Dump {
            name: "csv",
            bytes: shapes::console_csv(&three(35)).into_bytes(),
            opens: b"",
        },
        Dump {
            name: "lake",
            bytes: shapes::lake(rows).into_bytes(),
            opens: b"[\n",
        },
        Dump {
            name: "yaml",
            bytes: YAML.as_bytes().to_vec(),
            opens: b"- ",
        },
    ]
}

/// As `--output yaml` prints: folded, one of them in double quotes.
const YAML: &str = r#"Events:
- AccessKeyId: AKIAEXAMPLE
  CloudTrailEvent: '{"eventVersion":"1.08","eventTime":"2024-06-10T01:11:06Z","eventSource":"s3.amazonaws.com","eventName":"CreateBucket","userIdentity":{"userName":"alice"},"userAgent":"it''s
    folded","eventID":"1"}'
  EventId: '1'
  EventName: CreateBucket
  EventSource: s3.amazonaws.com
  EventTime: '2024-06-10T01:11:06+00:00'
  ReadOnly: 'false'
  Resources:
  - ResourceName: münchen
    ResourceType: AWS::S3::Bucket
  Username: alice
- CloudTrailEvent: "{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-06-10T01:10:06Z\"\
    ,\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"PutObject\",\"userAgent\"\
    :\"\x7F \U0001F680\",\"eventID\":\"2\"}"
  EventId: '2'
  EventName: PutObject
  EventSource: s3.amazonaws.com
  EventTime: 1717981806.0
  ReadOnly: 'false'
  Resources: []
- CloudTrailEvent: '{"eventVersion":"1.08","eventTime":"2024-06-10T01:09:06Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"userName":"bob"},"eventID":"3"}'
  EventId: '3'
  EventName: GetObject
  EventSource: s3.amazonaws.com
  EventTime: '2024-06-10T01:09:06+00:00'
  ReadOnly: 'true'
  Resources: []
  Username: bob
"#;

fn offsets(reading: &Reading) -> Vec<u64> {
    reading.spans.iter().map(|span| span.0).collect()
}

fn is_reported(reading: &Reading) -> bool {
    reading.reports_loss() || !matches!(reading.content, Content::Events | Content::NoEvents)
}

fn shown(dump: &Dump, cut: usize, reading: &Reading) -> String {
    let around = &dump.bytes[cut.saturating_sub(30)..(cut + 30).min(dump.bytes.len())];
    format!(
        "{} at {cut} of {} {:?}: {:?} {:?} {:?}",
        dump.name,
        dump.bytes.len(),
        String::from_utf8_lossy(around),
        reading.spans,
        reading.byte_counts,
        reading.findings
    )
}

/// The result for a dump with three events and no findings.
fn scan_all_three(name: &str, bytes: &[u8]) -> Reading {
    let reading = scan(bytes);
    assert_eq!(reading.spans.len(), 3, "{name}");
    assert!(
        reading.findings.is_empty(),
        "{name}: {:?}",
        reading.findings
    );
    reading
}

#[test]
fn every_event_is_where_it_lies_in_the_file() {
    for dump in dumps() {
        let reading = scan_all_three(dump.name, &dump.bytes);
        for (from, to) in &reading.spans {
            let (from, to) = (*from as usize, *to as usize);
            let text = &dump.bytes[from..to];
            let is_line = dump.opens.is_empty() && dump.bytes[from - 1] == b'\n';
            assert!(
                is_line || !dump.opens.is_empty() && text.starts_with(dump.opens),
                "{} {from}",
                dump.name
            );
            assert!(!text.ends_with(b"\n"), "{} {to}", dump.name);
        }
    }
}

#[test]
fn a_cut_keeps_every_whole_event_and_is_reported() {
    for dump in dumps() {
        let whole = scan(&dump.bytes);
        let (_, end) = whole.spans[2];
        for cut in 0..dump.bytes.len() {
            let reading = scan(&dump.bytes[..cut]);
            let at = cut as u64;
            let kept: Vec<u64> = whole
                .spans
                .iter()
                .filter(|span| span.1 <= at)
                .map(|span| span.0)
                .collect();
            let found = offsets(&reading);
            // The last event may be whole although the file is cut: only its line end is missing, or the lines of
            // its resources, which nothing announces in text.
            let line_end = (dump.bytes[..cut].ends_with(b"\n")
                || dump.bytes[cut..].starts_with(b"\n"))
                && !matches!(dump.name, "utf-16" | "lake");
            let is_last = |span: &(u64, u64)| span.1 > at && (line_end || at + 40 >= span.1);
            let is_known = found.len() == kept.len() + 1
                && found.starts_with(&kept)
                && whole.spans.iter().any(is_last);
            assert!(found == kept || is_known, "{}", shown(&dump, cut, &reading));
            // The time and stream before a record are not part of it.
            let line = dump.bytes[..cut].rsplit(|byte| *byte == b'\n').next();
            let in_prefix =
                dump.name == "logs tail" && !line.is_some_and(|line| line.contains(&b'{'));
            // A heading does not say how long it should be.
            let in_heading = dump.name == "csv" && !dump.bytes[..cut].contains(&b'\n');
            let is_between = whole.spans.iter().any(|span| span.1 == at) || at >= end;
            let is_whole = is_between || line_end || is_known || in_prefix || in_heading;
            assert!(
                is_whole || is_reported(&reading),
                "silent: {}",
                shown(&dump, cut, &reading)
            );
        }
    }
}

#[test]
fn a_dump_that_begins_anywhere_keeps_every_whole_event_or_is_refused() {
    for dump in dumps() {
        let whole = scan(&dump.bytes);
        for cut in 1..dump.bytes.len() {
            let reading = scan(&dump.bytes[cut..]);
            let at = cut as u64;
            let kept: Vec<u64> = whole
                .spans
                .iter()
                .filter(|span| span.0 >= at)
                .map(|span| span.0 - at)
                .collect();
            let found = offsets(&reading);
            let lost = kept.iter().filter(|at| !found.contains(at)).count();
            assert!(
                lost == 0 || is_reported(&reading),
                "lost in silence: {}",
                shown(&dump, cut, &reading)
            );
        }
    }
}

/// As PowerShell writes them with `>`, in its old and its new way.
#[test]
fn a_byte_order_mark_and_utf_16_around_them_change_nothing() {
    for dump in dumps() {
        let Ok(text) = String::from_utf8(dump.bytes) else {
            continue;
        };
        let new = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        for bytes in [new.into_bytes(), shapes::utf_16(&text)] {
            scan_all_three(dump.name, &bytes);
        }
    }
}

/// What a column means in YAML, it does not mean in JSON.
#[test]
fn json_after_yaml_is_read() {
    let stream = YAML.replace("Events:", "- Events:").replace("\n", "\n  ");
    for yaml in [YAML, stream.trim_end_matches(' ')] {
        assert_eq!(scan(yaml.as_bytes()).spans.len(), 3);
        let three = three(41);
        let jq = |event: &Event| {
            let event = event.lookup(&MODEL_ORDER, shapes::iso_offset(event));
            event.write(Style::TWO) + "\n"
        };
        for json in [
            shapes::javascript(&three),
            shapes::cli(&three, shapes::iso_offset),
            three.iter().map(jq).collect(),
        ] {
            let reading = scan(format!("{yaml}{json}{yaml}").as_bytes());
            assert_eq!(reading.spans.len(), 9, "{:?}", reading.findings);
            assert!(!reading.reports_loss(), "{:?}", reading.findings);
        }
    }
}

#[test]
fn the_engine_reads_them_the_same_in_pieces_of_any_size() {
    for dump in dumps() {
        let whole = read(&dump.bytes, How::default());
        assert_eq!(whole, scan(&dump.bytes));
        for chunk_size in [1, 7, 100, 4096] {
            for threads in [1, 4] {
                let how = How {
                    threads,
                    chunk_size,
                    ..How::default()
                };
                assert_eq!(read(&dump.bytes, how), whole, "{} {how:?}", dump.name);
            }
        }
    }
}

/// Bytes changed, cut out, doubled or moved.
#[test]
fn mutations_break_nothing_and_lose_nothing_of_the_account() {
    let mut rng = crate::support::records::Rng::new(99);
    for dump in dumps() {
        for _ in 0..150 {
            let mut bytes = dump.bytes.clone();
            for _ in 0..=rng.below(3) {
                let (from, length) = (rng.below(bytes.len()), rng.below(80));
                let to = (from + length).min(bytes.len());
                match rng.below(4) {
                    0 => bytes[from] = rng.below(256) as u8,
                    1 => drop(bytes.drain(from..to)),
                    2 => {
                        let part = bytes[from..to].to_vec();
                        bytes.splice(from..from, part);
                    }
                    _ => {
                        let part: Vec<u8> = bytes.drain(from..to).collect();
                        let at = rng.below(bytes.len().max(1));
                        bytes.splice(at..at, part);
                    }
                }
                if bytes.is_empty() {
                    bytes.push(b'\n');
                }
            }
            // Both check that the byte counts add up.
            let whole = scan(&bytes);
            let how = How {
                threads: 2,
                chunk_size: 1 + rng.below(400),
                ..How::default()
            };
            let reading = read(&bytes, how);
            if whole.selected == reading.events.len() as u64 {
                assert_eq!(reading.spans, whole.spans, "{}", dump.name);
            }
            assert_eq!(reading.byte_counts, whole.byte_counts, "{}", dump.name);
            assert_eq!(reading.findings, whole.findings, "{}", dump.name);
        }
    }
}
