use serde_json::Value;

use crate::transcode::testing::{check, made};
use crate::transcode::{Recipe, SourceFormat};

fn recipe() -> Recipe {
    Recipe {
        shapes: vec![SourceFormat::Text],
    }
}

fn text_of(source: &str) -> String {
    check(&recipe(), source.as_bytes());
    let (text, origins) = made(&recipe(), source.as_bytes(), 11);
    // Each line of text maps to a line of the source.
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let place = origins.source_of(at) as usize;
        let before = &source[..place];
        let is_start = before.is_empty() || before.ends_with(['\n', '\u{feff}']);
        let is_alone = line.starts_with(RECORD.as_bytes()) || line == b"\n";
        assert!(is_start || is_alone, "{line:?} at {place}");
        at += line.len() as u64;
    }
    String::from_utf8(text).unwrap()
}

fn events(source: &str) -> Vec<Value> {
    let text = text_of(source);
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const RECORD: &str =
    r#"{"eventVersion":"1.08","eventName":"CreateBucket","eventSource":"s3.amazonaws.com"}"#;

#[test]
fn a_line_and_the_resources_below_it_are_an_event() {
    let source = format!(
        "EVENTS\tAKIAX\t{RECORD}\tid-1\tCreateBucket\ts3.amazonaws.com\t1560042666.0\tfalse\tal\"ice\n\
         RESOURCES\tm\u{fc}nchen\tAWS::S3::Bucket\r\n\
         RESOURCES\t\t\n\
         EVENTS\t\t{RECORD}\tid-2\tCreateBucket\ts3.amazonaws.com\t2019-06-09T01:11:06+00:00\ttrue\t\n"
    );
    let marked = text_of(&format!("\u{feff}{source}"));
    assert_eq!(marked, format!("\n{}", text_of(&source)));
    let record: Value = serde_json::from_str(RECORD).unwrap();
    assert_eq!(
        events(&source),
        [
            serde_json::json!({
                "AccessKeyId": "AKIAX", "CloudTrailEvent": record, "EventId": "id-1",
                "EventName": "CreateBucket", "EventSource": "s3.amazonaws.com",
                "EventTime": 1_560_042_666.0, "ReadOnly": "false", "Username": "al\"ice",
                "Resources": [
                    {"ResourceName": "m\u{fc}nchen", "ResourceType": "AWS::S3::Bucket"},
                    {"ResourceName": "", "ResourceType": ""}],
            }),
            serde_json::json!({
                "CloudTrailEvent": record, "EventId": "id-2",
                "EventName": "CreateBucket", "EventSource": "s3.amazonaws.com",
                "EventTime": "2019-06-09T01:11:06+00:00", "ReadOnly": "true", "Resources": [],
            }),
        ]
    );
}

#[test]
fn columns_are_recognised_by_their_content() {
    for (columns, names) in [
        // Insight events: no access key, no read-only, no user.
        (
            "R\ti\tn\ts\t1.5",
            "CloudTrailEvent EventId EventName EventSource EventTime Resources",
        ),
        (
            "\tR\ti\tn\ts\t1.5\talice",
            "CloudTrailEvent EventId EventName EventSource EventTime Resources Username",
        ),
        (
            "A\tR\ti\tn\ts\t1.5\ttrue",
            "AccessKeyId CloudTrailEvent EventId EventName EventSource EventTime ReadOnly Resources",
        ),
    ] {
        let source = format!("EVENTS\t{}\n", columns.replace('R', RECORD));
        let events = events(&source);
        let keys: Vec<_> = events[0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.join(" "), names, "{columns}");
    }
    // These columns are not known, so only the record is used.
    for columns in [
        "A\tR\ti\tn\ts\tlater",
        "A\tR",
        "A\tR\t1560042700123",
        "1\t2\tstream\tR\t1560042700123",
        "A\tR\ti\tn\ts\t1.5\tperhaps\tbob",
    ] {
        let source = format!("EVENTS\t{}\n", columns.replace('R', RECORD));
        assert_eq!(text_of(&source), format!("\n{RECORD}\n"), "{columns}");
    }
}

#[test]
fn a_token_becomes_a_page_without_events() {
    let page = "{\"Events\":[],\"NextToken\":\"dG9r\"}\n";
    let event = format!("EVENTS\t\t{RECORD}\ti\tn\ts\t1.5\ttrue\tu\n");
    assert!(text_of(&format!("{event}NEXTTOKEN\tdG9r\n")).ends_with(page));
    assert!(text_of(&format!("dG9r\n{event}")).starts_with(page));
    // Alone it may be any text.
    assert_eq!(text_of("dG9r\nnothing\n"), "dG9r\nnothing\n");
    assert_eq!(text_of("dG9r"), "dG9r");
}

#[test]
fn text_without_an_event_is_unchanged() {
    for text in [
        "\nAn error occurred (ThrottlingException) when calling x\n",
        "None\n",
        "\n$ aws\nRESOURCES\tx\ty\n",
        "{\"Events\":[]}\nno end",
        "",
        "\r\n\n",
    ] {
        assert_eq!(text_of(text), text);
    }
    assert_eq!(text_of("SEARCHEDLOGSTREAMS\tTrue\tx\n"), "\n");
}

/// Regression: the map decreased when the event before such a line was closed after it.
#[test]
fn a_line_without_an_end_damages_no_other_event() {
    let event = format!("EVENTS\t\t{RECORD}\ti\tn\ts\t1.5\ttrue\tu\n");
    let long = "x".repeat(17 << 20);
    for line in [long.clone(), format!("EVENTS\t\t{long}")] {
        let source = format!("{event}{line}\n{event}");
        let (text, origins) = made(&recipe(), source.as_bytes(), 1 << 20);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.matches("\"Resources\":[]}\n").count(), 2);
        let places: Vec<u64> = (0..text.len() as u64)
            .step_by(1001)
            .map(|at| origins.source_of(at))
            .collect();
        assert!(places.is_sorted());
    }
}

#[test]
fn a_damaged_record_becomes_text_and_the_columns_stay() {
    let events = events("EVENTS\tA\t{\"eventVersion\":\"1\\x\"\ti\tn\ts\t1.5\ttrue\tu\n");
    assert_eq!(events[0]["CloudTrailEvent"], "{\"eventVersion\":\"1\\x\"");
    assert_eq!(events[0]["EventId"], "i");
}

#[test]
fn lines_that_are_cut_off_or_joined_are_damaged() {
    let record = RECORD.replace("1.08", "1.08 u");
    let whole = format!("EVENTS\tA\t{record}\ti\tn\ts\t1.5\ttrue\tu\n");
    for end in 1..whole.len() {
        let source = format!("{whole}{}", &whole[..end]);
        let text = text_of(&source);
        let last = text.trim_end().lines().last().unwrap();
        // The record also contains the user.
        if end >= whole.len() - 1 {
            let event: Value = serde_json::from_str(last).unwrap();
            assert!(event["Username"].is_null() && event["EventId"] == "i");
        } else {
            assert!(
                serde_json::from_str::<Value>(last).is_err(),
                "{end}: {last}"
            );
        }
    }
    assert_eq!(
        text_of(&format!("me\ts3.amazonaws.com\t1.5\n{whole}"))
            .lines()
            .next(),
        Some("{\"CloudTrailEvent\":")
    );
    let hole = whole.replacen("\":\"1.08", "EVENTS\tA\t{\"eventVersion", 1);
    assert_eq!(text_of(&hole), "{\"CloudTrailEvent\":\"{\n");
    let resource = format!("{whole}RESOURCES\tx\tAWS::{}", &whole[40..]);
    assert!(text_of(&resource).ends_with("\"Username\":\"u\",\"Resources\":[{\n"));
    let merged = format!("{}{}", &whole[..whole.len() - 9], &whole[40..]);
    assert_eq!(text_of(&merged), "{\"CloudTrailEvent\":\"{\n");
}
