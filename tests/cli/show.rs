//! `show`: whole events as they were read, for people and for jq.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{entry, id, lookup, record, trail};

fn shown(dump: &str, arguments: &[&str]) -> Got {
    let dir = Dir::new();
    dir.write("dump", dump);
    dir.run(["show"].iter().chain(arguments).chain(&["dump"]))
        .got()
}

#[test]
fn the_record_is_decoded_in_place_and_nothing_else_is_touched() {
    let dump = r#"{"Events": [{"Zeta":1.0,"EventId" : "i", "CloudTrailEvent":
        "{\"z\":1.688560107857E9,\"a\": [12345678901234567890,1e-7,1.0,-0],\"eventName\":\"N\",\"eventVersion\":\"1\",\"eventTime\":\"2024-06-10T06:00:00Z\",\"s\":\"\\u00fc\\t\\/\"}",
        "EventTime":1560042666.0, "Alpha":{"b":[],"a":{}}}]}"#;
    shown(dump, &[]).quietly().prints(
        r#"{
  "Zeta": 1.0,
  "EventId": "i",
  "CloudTrailEvent": {
    "z": 1.688560107857E9,
    "a": [
      12345678901234567890,
      1e-7,
      1.0,
      -0
    ],
    "eventName": "N",
    "eventVersion": "1",
    "eventTime": "2024-06-10T06:00:00Z",
    "s": "\u00fc\t\/"
  },
  "EventTime": 1560042666.0,
  "Alpha": {
    "b": [],
    "a": {}
  }
}
"#,
    );
    shown(dump, &["--compact"]).quietly().prints(concat!(
        r#"{"Zeta":1.0,"EventId":"i","CloudTrailEvent":{"z":1.688560107857E9,"a":[12345678901234567890,1e-7,1.0,-0],"#,
        r#""eventName":"N","eventVersion":"1","eventTime":"2024-06-10T06:00:00Z","s":"\u00fc\t\/"},"EventTime":1560042666.0,"#,
        r#""Alpha":{"b":[],"a":{}}}"#,
        "\n"
    ));
    shown(dump, &["--compact", "--record"]).quietly().prints(concat!(
        r#"{"z":1.688560107857E9,"a":[12345678901234567890,1e-7,1.0,-0],"eventName":"N","eventVersion":"1","#,
        r#""eventTime":"2024-06-10T06:00:00Z","s":"\u00fc\t\/"}"#,
        "\n"
    ));
}

#[test]
fn a_record_is_shown_as_it_is_and_a_string_of_one_decoded() {
    let record = record(0, json!({"eventName": "A\tü"}));
    let plain = record.to_string() + "\n";
    for dump in [
        trail(std::slice::from_ref(&record)),
        json!([record.to_string()]).to_string(),
    ] {
        shown(&dump, &["--compact"]).quietly().prints(&plain);
        shown(&dump, &["--compact", "--record"])
            .quietly()
            .prints(&plain);
    }
    let inlined = {
        let mut event = entry(&record);
        event["CloudTrailEvent"] = record.clone();
        event
    };
    shown(&inlined.to_string(), &["--compact"])
        .quietly()
        .prints(&(inlined.to_string() + "\n"));
    shown(&inlined.to_string(), &["--compact", "--record"])
        .quietly()
        .prints(&plain);
}

#[test]
fn an_index_counts_over_the_selected_events() {
    let dump = lookup(
        &(0..5)
            .map(|n| record(n, json!({"readOnly": n % 2 == 0})))
            .collect::<Vec<_>>(),
    );
    for (arguments, expected) in [
        (&["--index", "0"][..], 0),
        (&["--index", "4"], 4),
        (&["--index", "1", "--write"], 3),
        (&["--index", "2", "--read-only"], 4),
        (&["--id", &id(3)], 3),
        (&["--id", &id(3), "--index", "0"], 3),
    ] {
        let got = shown(&dump, &[&["-q"], arguments].concat());
        assert_eq!(
            got.quietly().json()["EventId"],
            id(expected),
            "{arguments:?}"
        );
    }
}

#[test]
fn an_index_beyond_the_end_names_the_last() {
    let dump = lookup(&[record(0, json!({})), record(1, json!({}))]);
    shown(&dump, &["--index", "2"])
        .ends(0)
        .prints("")
        .mentions("no event at index 2")
        .mentions("index 1");
    shown(&dump, &["--index", "2", "-e"]).ends(1);
    shown(&dump, &["--index", "0", "-e"]).ends(0);
    shown(&dump, &["--index", "-1"]).ends(2);
    shown(&dump, &["--index", "0", "--name", "nix"])
        .ends(0)
        .prints("")
        .mentions("nothing selected of 2 events");
    shown(&dump, &["--index", "18446744073709551615"])
        .ends(0)
        .mentions("no event at index");
}

#[test]
fn all_events_of_all_fixtures_are_valid_json_and_equal_what_was_read() {
    let got = typed("show --compact fixtures").got();
    got.quietly();
    let lines = got.lines();
    assert_eq!(lines.len(), 957);
    let compact: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let indented = typed("show fixtures").got();
    indented.quietly();
    let stream = serde_json::Deserializer::from_str(&indented.out).into_iter::<Value>();
    let stream: Vec<Value> = stream.map(Result::unwrap).collect();
    assert_eq!(compact, stream);
}

#[test]
fn lone_surrogates_are_made_valid_json() {
    let got = typed("show tests/data/lone-surrogates.json").got();
    got.quietly();
    let events: Vec<Value> = serde_json::Deserializer::from_str(&got.out)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(events.len(), 5);
    assert!(
        got.out.contains('\u{fffd}') || got.out.contains("\\ufffd"),
        "{}",
        got.out
    );
}

#[test]
fn numbers_too_large_for_any_type_keep_their_spelling() {
    let got = typed("show --record --compact tests/data/huge-numbers.json").got();
    got.quietly();
    for number in [
        "18446744073709551616",
        "-9223372036854775809",
        "1e999",
        "-1E+400",
        "1e-999",
        "0.1e1",
        "-0",
    ] {
        got.shows(&format!("\"n\":{number},"));
        got.shows(&format!("\"list\":[{number}]"));
    }
}

#[test]
fn a_broken_record_is_said_to_be_and_shown_as_the_text_it_is() {
    let got = typed("show tests/data/nested-broken.json").got();
    got.ends(3)
        .mentions("nested-broken.json: byte 1229: record unreadable");
    let events: Vec<Value> = serde_json::Deserializer::from_str(&got.out)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(events[0]["CloudTrailEvent"].is_object());
    assert!(
        events[1..]
            .iter()
            .all(|event| event["CloudTrailEvent"].is_string())
    );
    let records = typed("show --record --compact tests/data/nested-broken.json").got();
    records
        .ends(3)
        .mentions("record unreadable")
        .mentions("3 events not shown");
    assert_eq!(records.lines().len(), 1);
    typed("show --record --index 2 tests/data/nested-broken.json")
        .got()
        .ends(3)
        .prints("")
        .mentions("1 event not shown");
    typed("show -q --record --index 0 tests/data/nested-broken.json")
        .got()
        .quietly();
}

#[test]
fn jq_reads_what_show_prints_in_every_layout() {
    let dir = Dir::new();
    let dump = lookup(&[record(
        0,
        json!({"eventName": "\u{0}\u{1f}\u{7f}\u{2028}\\\"/\u{1f680}"}),
    )]);
    dir.write("dump", &dump);
    let whole = dir.run(["show", "dump"]).got().json();
    assert_eq!(
        whole["CloudTrailEvent"]["eventName"],
        "\u{0}\u{1f}\u{7f}\u{2028}\\\"/\u{1f680}"
    );
    assert_eq!(dir.run(["show", "--compact", "dump"]).got().json(), whole);
    assert_eq!(
        dir.run(["show", "--record", "dump"]).got().json(),
        whole["CloudTrailEvent"]
    );
    dir.run(["show", "-o", "out", "dump"])
        .got()
        .quietly()
        .prints("");
    assert_eq!(
        serde_json::from_str::<Value>(&dir.read("out")).unwrap(),
        whole
    );
}
