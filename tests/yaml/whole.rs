//! Complete sources, in all forms that programs write.

use serde_json::{Value, json};
use trailsift::dump::{Content, FindingKind};

use super::{dump, event, loaded, quoted, read, recipe, record, stream, transcoded};

/// Offsets of the `- ` before each event of a dump.
fn dashes(source: &str) -> Vec<usize> {
    source
        .match_indices("- AccessKeyId")
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn output_of_the_aws_cli_is_read_as_by_a_library_each_event_at_its_dash() {
    for source in [
        dump(7),
        stream(&[3, 0, 4]),
        stream(&[1]),
        dump(1),
        format!("{}NextToken: dG9r\n", dump(2)),
    ] {
        // An empty page has brackets.
        let source = source.replace("- Events:\n  NextToken", "- Events: []\n  NextToken");
        let reading = read(source.as_bytes());
        assert_eq!(reading.values(), loaded(&source));
        assert_eq!(reading.places(), dashes(&source));
        assert_eq!(reading.byte_counts.damaged, 0);
        assert!(!reading.is_loss(), "{:?}", reading.findings);
    }
}

#[test]
fn the_token_of_the_last_page_means_that_there_is_more() {
    let whole = stream(&[2, 2]);
    let last = whole.rfind("- Events:").unwrap();
    let token = whole.find("NextToken").unwrap();
    for (source, at) in [
        (dump(2), None),
        (format!("{}NextToken: dG9r\n", dump(2)), Some(dump(2).len())),
        (
            format!("NextToken: dG9r\n{}", dump(2)),
            Some("NextToken: dG9r\n".len()),
        ),
        ("Events: []\nNextToken: dG9r\n".to_owned(), Some(11)),
        ("Events: []\nNextToken: null\n".to_owned(), None),
        (whole.clone(), None),
        (whole[..last].to_owned(), Some(token)),
        (
            format!("- NextToken: t\n  Events:\n{}", event(0, 2)),
            Some(17),
        ),
        (
            format!(
                "- NextToken: t\n  Events:\n{}- Events:\n{}",
                event(0, 2),
                event(1, 2)
            ),
            None,
        ),
        (format!("{}NextToken: t\n---\n{}", dump(1), dump(2)), None),
        (format!("{}NextToken: t\n{}", dump(1), dump(2)), None),
        (
            format!(
                "{}NextToken: t\nResponseMetadata:\n  HTTPHeaders:\n    date: x\n",
                dump(1)
            ),
            Some(dump(1).len()),
        ),
    ] {
        let reading = read(source.as_bytes());
        let is_token = |what: &FindingKind| match what {
            FindingKind::NextToken { token, .. } => {
                source.contains(&format!("NextToken: {token}\n"))
            }
            _ => false,
        };
        let found = reading
            .findings
            .iter()
            .map(|finding| (is_token(&finding.kind), finding.at as usize));
        let expected = at.map(|at| (true, at));
        assert_eq!(
            found.collect::<Vec<_>>(),
            Vec::from_iter(expected),
            "{source}"
        );
        assert_eq!(
            reading.events.len(),
            source.matches("AccessKeyId: ").count()
        );
    }
}

#[test]
fn a_dump_without_events_is_a_dump() {
    for source in [
        "Events: []\n",
        "Events: []",
        "---\nEvents: []\n...\n",
        "- Events: []\n",
        "# none\nEvents: [] # none\n",
        "\u{feff}Events: []\r\n",
        "Records: []\n",
    ] {
        let source = source.replace(" # none\n", "\n");
        let reading = read(source.as_bytes());
        assert_eq!(reading.content, Content::NoEvents, "{source}");
        assert!(reading.findings.is_empty(), "{source}");
    }
}

#[test]
fn lists_of_records_and_documents_of_one_are_read() {
    let records: String = (0..3)
        .map(|n| format!("- {}\n", quoted(&record(n, "alice"), 2)))
        .collect();
    let one = event(0, 0).replace("\n  ", "\n").replacen("- ", "", 1);
    let record_as_yaml = "eventVersion: \"1.08\"\nuserIdentity:\n    type: IAMUser\neventTime: \"2024-07-30T03:46:04Z\"\neventSource: s3.amazonaws.com\neventName: GetObject\neventID: a\n";
    for (source, events) in [
        (records.clone(), 3),
        (records.replace("- '", "- - '").replace("\n  ", "\n    "), 3),
        (event(0, 0) + &event(1, 0), 2),
        (
            format!(
                "- {}{}- {}",
                event(0, 2).trim_start(),
                event(1, 2),
                event(2, 2).trim_start()
            ),
            3,
        ),
        (one.clone(), 1),
        (format!("{one}---\n{one}"), 2),
        (format!("{one}{one}"), 2),
        (format!("---\n{record_as_yaml}---\n{record_as_yaml}"), 2),
        (
            format!(
                "Records:\n  - {}",
                record_as_yaml.trim_end().replace('\n', "\n    ") + "\n"
            ),
            1,
        ),
        (quoted(&record(0, "alice"), 2) + "\n", 1),
    ] {
        let reading = read(source.as_bytes());
        assert_eq!(reading.events.len(), events, "{source}");
        if source.matches(&one).count() < 2 || source.contains("---") {
            assert_eq!(reading.values(), loaded(&source), "{source}");
        }
        assert!(!reading.is_loss(), "{source}: {:?}", reading.findings);
    }
}

#[test]
fn output_of_other_programs_is_read() {
    let record = record(0, "alice");
    let source = format!(
        r#"%YAML 1.2
---
# by hand
Events:

  # the first
  - "EventId": &a id-0
    EventName: |
      GetObject
    EventTime: 1722311164.0
    EventSource: >-
      s3.amazonaws.com
    Username: 日本
      太郎
    ReadOnly: !!str true
    Resources: [{{ResourceName: x, "ResourceType": 'y'}},
      {{ResourceName: [],}}]
    CloudTrailEvent: |
      {record}
  -
    EventId: "\x41\u00e9\L\U0001F680\
      \ \t\"x\""
    ? EventName
    : GetObject
    EventTime: 2024-07-30T03:46:04Z
    Yes: [true, False, ~, null, 1, -1.5e3, 0x1F, 012, .5, yes, 1_000, "1"]
    Empty: {{}}
    None:
    EventSource: s3.amazonaws.com
    Resources:
    - - a
      -
        - b
    CloudTrailEvent: "{{\"eventVersion\": \"1.08\",\n \"eventID\": \"x\"}}"
...
"#
    );
    let reading = read(source.as_bytes());
    assert_eq!(
        reading.values(),
        [
            json!({
                "EventId": "id-0", "EventName": "GetObject\n", "EventTime": 1722311164.0,
                "EventSource": "s3.amazonaws.com", "Username": "日本 太郎", "ReadOnly": "true",
                "Resources": [{"ResourceName": "x", "ResourceType": "y"}, {"ResourceName": []}],
                "CloudTrailEvent": serde_json::from_str::<Value>(&record).unwrap(),
            }),
            json!({
                "EventId": "Aé\u{2028}🚀 \t\"x\"", "EventName": "GetObject",
                "EventTime": "2024-07-30T03:46:04Z",
                "Yes": [true, false, null, null, 1, serde_json::from_str::<Value>("-1.5e3").unwrap(),
                    "0x1F", "012", ".5", "yes", "1_000", "1"],
                "Empty": {}, "None": null, "EventSource": "s3.amazonaws.com", "Resources": [["a", ["b"]]], "CloudTrailEvent": {"eventVersion": "1.08", "eventID": "x"},
            }),
        ]
    );
    assert_eq!(
        reading.places(),
        [
            source.find("- \"EventId").unwrap(),
            source.find("  -\n").unwrap() + 2
        ]
    );
    assert!(!reading.is_loss(), "{:?}", reading.findings);
}

#[test]
fn another_yaml_style_gives_the_same_events() {
    // The form of another program: literal blocks, lists without indentation, other quotes.
    for source in [dump(20), stream(&[5, 9])] {
        let events = loaded(&source);
        let texts: Vec<Value> = events
            .iter()
            .cloned()
            .map(|mut event| {
                let record = serde_json::to_string_pretty(&event["CloudTrailEvent"]).unwrap();
                event["CloudTrailEvent"] = record.into();
                event["Extra"] = json!({"a": [1, {"b": "c\nd: - e"}, [], "#"], "": "x: y"});
                event
            })
            .collect();
        for value in [
            json!({"Events": texts}),
            json!([{"Events": texts}]),
            json!(texts),
        ] {
            let source = serde_yaml_ng::to_string(&value).unwrap();
            let reading = read(source.as_bytes());
            assert_eq!(reading.values(), loaded(&source));
            assert_eq!(reading.events.len(), events.len());
            assert!(!reading.is_loss(), "{:?}", reading.findings);
        }
    }
}

#[test]
fn text_around_pages_is_passed_on_and_reported() {
    let error = "\nAn error occurred (ThrottlingException) when calling the LookupEvents operation: Rate exceeded\n";
    let first = stream(&[2, 1]);
    let first = &first[..first.rfind("- Events:").unwrap()];
    let source = format!(
        "u@h:~$ aws cloudtrail lookup-events\n{first}{error}$ cat b\n{}",
        dump(2)
    );
    let reading = read(source.as_bytes());
    assert_eq!(reading.events.len(), 4);
    let errors = reading
        .findings
        .iter()
        .filter(|f| matches!(f.kind, FindingKind::AwsError { .. }));
    assert_eq!(errors.count(), 1);
    assert_eq!(reading.byte_counts.damaged, 0, "{:?}", reading.findings);
    assert_eq!(
        reading.byte_counts.skipped as usize,
        error.trim().len() + 1 + "$ cat b\n".len() + "u@h:~$ aws cloudtrail lookup-events\n".len()
    );
    // JSON after it is read as JSON.
    let json = json!({"Events": [{"EventId": "j", "EventName": "x", "EventTime": 1, "CloudTrailEvent": record(9, "bob")}]});
    for json in [
        json.to_string(),
        serde_json::to_string_pretty(&json).unwrap(),
    ] {
        for source in [
            format!("{}{json}\n", dump(2)),
            format!("{json}\n{}", dump(2)),
        ] {
            let reading = read(source.as_bytes());
            assert_eq!(reading.events.len(), 3, "{source}");
            assert!(!reading.is_loss(), "{:?}", reading.findings);
        }
    }
}

#[test]
fn a_record_that_is_not_json_stays_a_string() {
    let source = dump(2).replacen("\"eventVersion\":\"1.08\"", "\"eventVersion\":1.08\"", 1);
    let reading = read(source.as_bytes());
    assert_eq!(reading.values(), loaded(&source));
    assert!(reading.values()[0]["CloudTrailEvent"].is_string());
}

#[test]
fn windows_line_ends_and_invalid_utf8_change_nothing_else() {
    let source = dump(4);
    let windows = source.replace('\n', "\r\n");
    let reading = read(windows.as_bytes());
    assert_eq!(reading.values(), loaded(&source));
    assert_eq!(reading.places(), dashes(&windows));
    let bytes = source.replace('\u{fc}', "\u{1}");
    let bytes: Vec<u8> = bytes
        .bytes()
        .map(|byte| if byte == 1 { 0xfc } else { byte })
        .collect();
    let reading = read(&bytes);
    assert_eq!(reading.values(), loaded(&source.replace('ü', "\u{fffd}")));
    assert!(
        reading
            .findings
            .iter()
            .any(|f| matches!(f.kind, FindingKind::NotUtf8 { count: 2 }))
    );
    assert_eq!(reading.findings[0].at as usize, dashes(&source)[1]);
}

#[test]
fn lists_of_selected_values_are_not_events() {
    let yaml = recipe(b"Events: []");
    for source in [
        "- - - '2024-07-30T03:46:04+00:00'\n    - GetObject\n  - - '2024'\n    - x\n",
        "- - '2024-07-30T03:46:04+00:00'\n  - GetObject\n- - x\n",
        "- GetObject\n- PutObject\n",
        "- Name: a\n  When: b\n",
        "Notes:\n- a: b\nEvents: none\n",
    ] {
        let (text, origins) = transcoded(&yaml, source.as_bytes(), usize::MAX);
        assert_eq!(String::from_utf8(text).unwrap(), source);
        assert_eq!(origins.source_of(7), 7);
        assert_eq!(
            trailsift::transcode::recognise(source.as_bytes()),
            None,
            "{source}"
        );
    }
}
