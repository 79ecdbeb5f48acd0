//! Regression tests: inputs that were read wrongly once, each with a description of the error.

use super::{Reading, scan};
use trailsift::dump::{Content, Decoy, FindingKind};

fn loses(reading: &Reading) -> bool {
    reading
        .findings
        .iter()
        .any(trailsift::dump::Finding::is_loss)
}

/// Thirteen lines are missing in a pretty dump: the events after the hole became elements of a `Resources` list,
/// and the whole was one valid event, with nothing damaged.
#[test]
fn an_event_that_runs_into_the_next_ones_is_damaged_and_they_are_kept() {
    let text = std::fs::read_to_string("fixtures/cli-v1-fraction.json").expect("shipped");
    let whole = scan(text.as_bytes()).events.len();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (from, length) in [(21, 13), (21, 14), (40, 11), (60, 20)] {
        let mut cut = lines.clone();
        cut.drain(from..from + length);
        let reading = scan(cut.concat().as_bytes());
        let lost = whole - reading.events.len();
        assert!(
            lost <= 1 + length / 11 + 1,
            "{lost} of {whole} lost at {from}"
        );
        assert!(loses(&reading));
        assert!(reading.byte_counts.is_balanced());
    }
}

/// The record of a damaged event whose `CloudTrailEvent` is an object counted as an event of its own.
#[test]
fn the_record_inside_a_damaged_event_is_none_itself() {
    let record =
        r#"{"eventVersion":"1.0","eventID":"a","eventName":"X","eventSource":"s3.amazonaws.com"}"#;
    let event = |id: &str, end: &str| {
        format!(
            r#"{{"EventId":"{id}","EventName":"X","EventTime":1,"CloudTrailEvent":{record}{end}}}"#
        )
    };
    let text = format!(
        r#"{{"Events":[{},{},{}]}}"#,
        event("a", ""),
        event("b", r#","Bad":tru"#),
        event("c", "")
    );
    let reading = scan(text.as_bytes());
    assert_eq!(reading.events.len(), 2);
    assert!(loses(&reading));
    let cut = &text[text.find(r#""CloudTrailEvent""#).expect("there")..];
    assert_eq!(scan(cut.as_bytes()).events.len(), 1);
}

/// Lists of anything were accepted as dumps without events.
#[test]
fn lists_of_other_things_are_no_dumps() {
    for text in [
        r#"{"results":[1,2,3]}"#,
        r#"{"events":["x"]}"#,
        r#"{"name":"app","events":[]}"#,
        r#"{"Events":["{\"a\":1}"]}"#,
        r#"{"Records":[1]}"#,
        r#"{"a":[]}"#,
    ] {
        let content = scan(text.as_bytes()).content;
        assert_eq!(content, Content::Foreign(Decoy::Other), "{text}");
    }
    for text in [
        "[]",
        r#"{"Events":[]}"#,
        r#"{"Records":[]}"#,
        r#"{"Events":[],"NextToken":"x"}"#,
        r#"{"$metadata":{"requestId":"x"},"Events":[]}"#,
        r#"{"events":[],"searchedLogStreams":[]}"#,
        r#"{"messageType":"DATA_MESSAGE","logEvents":[]}"#,
    ] {
        assert_eq!(scan(text.as_bytes()).content, Content::NoEvents, "{text}");
    }
}

/// A record that lost its `eventSource` was dropped without a message outside `Records`.
#[test]
fn an_incomplete_record_is_reported() {
    let text = r#"{"eventVersion":"1.0","userIdentity":{"type":"Root"},"eventTime":"2024-01-01T00:00:00Z","eventName":"X","awsRegion":"r"}
{"eventVersion":"1.0","eventID":"a","eventName":"X","eventSource":"s3.amazonaws.com"}
"#;
    let reading = scan(text.as_bytes());
    assert_eq!(reading.events.len(), 1);
    let matches = |what: &FindingKind| {
        matches!(
            what,
            FindingKind::NotEvents {
                count: 1,
                decoy: Decoy::Incomplete
            }
        )
    };
    assert!(
        reading
            .findings
            .iter()
            .any(|finding| matches(&finding.kind))
    );
}

/// A line of a log that ends in JSON was reported as the rest of an event.
#[test]
fn a_log_line_before_the_dump_is_text() {
    let dump = std::fs::read_to_string("fixtures/cli-v1-fraction.json").expect("shipped");
    let structure = scan(dump.as_bytes()).byte_counts.structure;
    for line in [
        r#"2024-01-01 10:00:00 INFO starting {"service":"x"}"#,
        r#"INFO options: ["a", "b"]"#,
        "-----",
        "\u{1b}[32mu@h\u{1b}[0m$ aws cloudtrail lookup-events",
        "[user@host ~]$ aws cloudtrail lookup-events",
    ] {
        let reading = scan(format!("{line}\n{dump}").as_bytes());
        assert_eq!(reading.events.len(), 20, "{line}");
        assert!(!loses(&reading), "{line}: {:?}", reading.findings);
        // Colour codes are not text.
        let colours = reading.byte_counts.structure - structure;
        assert_eq!(reading.byte_counts.skipped + colours, line.len() as u64 + 1);
        assert!(colours == 0 || line.contains('\u{1b}'));
    }
}

/// A dump in another shape after one in JSON was skipped as text: its events were lost with only a note.
#[test]
fn another_shape_after_json_is_a_loss() {
    let json = std::fs::read_to_string("fixtures/cli-v1-fraction.json").expect("shipped");
    for other in [
        "output-text.txt",
        "output.yaml",
        "console-history.csv",
        "lake.json",
    ] {
        let text = std::fs::read_to_string(format!("fixtures/{other}")).expect("shipped");
        let reading = scan(format!("{json}{text}").as_bytes());
        assert!(reading.events.len() >= 20, "{other}");
        assert!(loses(&reading), "{other}: {:?}", reading.findings);
    }
}
