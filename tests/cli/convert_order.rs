//! `convert`: which events are written, in which order, and which losses are reported.
//!
//! The text of an event is tested in `convert`, the output files in `convert_targets`.

use serde_json::{Value, json};

use crate::support::program::{Dir, typed};
use crate::support::small::{entry, id, lookup, record, trail, without};

#[test]
fn dumps_are_merged_each_event_once_and_sorted() {
    let dir = Dir::new();
    let all: Vec<Value> = (0..6).map(|number| record(number, json!({}))).collect();
    dir.write("a", lookup(&all[2..5]));
    dir.write("b.jsonl", format!("{}\n{}\n", all[5], all[0]));
    dir.write("c", trail(&all[..4]));
    let got = dir
        .run(["convert", "--to", "events-jsonl", "a", "b.jsonl", "c"])
        .got();
    let up: String = all.iter().map(|record| format!("{record}\n")).collect();
    got.ends(0).prints(&up);
    let ids = |shape: &str| {
        let out = dir
            .run([
                "convert", "-q", "--to", shape, "-o", "out", "a", "b.jsonl", "c",
            ])
            .got();
        out.ends(0);
        dir.run(["list", "--fields", "EventId", "out"]).got().out
    };
    let rows = |numbers: &mut dyn Iterator<Item = u32>| -> String {
        numbers.map(|n| id(n) + "\n").collect()
    };
    for shape in ["lookup", "jsonl", "csv"] {
        assert_eq!(ids(shape), rows(&mut (0..6).rev()), "{shape}");
    }
    assert_eq!(ids("records"), rows(&mut (0..6)));
    let got = dir
        .run(["convert", "--to", "events-jsonl", "--name", "Nothing", "c"])
        .got();
    got.ends(0).prints("");
    let got = dir
        .run(["convert", "--to", "events-jsonl", "--id", &id(3), "c"])
        .got();
    got.quietly().prints(&format!("{}\n", all[3]));
    let got = dir
        .run([
            "convert",
            "--to",
            "events-jsonl",
            "--keep-duplicates",
            "c",
            "c",
        ])
        .got();
    assert_eq!(got.lines().len(), 8);
}

#[test]
fn nothing_selected_is_an_empty_document_of_the_shape() {
    for (shape, expected) in [
        ("lookup", "{\n    \"Events\": []\n}\n"),
        ("records", "{\"Records\":[]}"),
        ("jsonl", ""),
        ("events-jsonl", ""),
    ] {
        typed(&format!(
            "convert --to {shape} --name Nothing fixtures/cli-v2.json"
        ))
        .got()
        .ends(0)
        .prints(expected);
    }
    let got = typed("convert --to csv --name Nothing fixtures/cli-v2.json").got();
    got.ends(0).prints(
        "User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,\
         Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category\n",
    );
    typed("convert -e --to jsonl --name Nothing fixtures/cli-v2.json")
        .got()
        .ends(1);
}

#[test]
fn events_without_a_time_come_last_and_are_reported() {
    let dir = Dir::new();
    let without_time = without(record(7, json!({})), &["eventTime"]);
    let odd = record(8, json!({"eventTime": "soon"}));
    let all = [
        odd.clone(),
        record(1, json!({})),
        without_time.clone(),
        record(2, json!({})),
    ];
    dir.write("dump", trail(&all));
    for (shape, ids) in [("events-jsonl", [1, 2, 8, 7]), ("jsonl", [2, 1, 8, 7])] {
        let got = dir
            .run(["convert", "--to", shape, "-o", "out", "dump"])
            .got();
        got.ends(0)
            .mentions("2 events without a readable time: written last");
        let listed = dir.run(["list", "--fields", "EventId", "out"]).got();
        assert_eq!(
            listed.out,
            ids.map(|number| id(number) + "\n").concat(),
            "{shape}"
        );
    }
    let got = dir.run(["convert", "--to", "jsonl", "dump"]).got();
    got.shows("\"EventTime\":\"soon\"");
}

#[test]
fn events_that_cannot_be_written_are_reported_with_status_3() {
    let dir = Dir::new();
    let whole = entry(&record(1, json!({})));
    let mut none = entry(&record(2, json!({})));
    none.as_object_mut()
        .expect("an object")
        .remove("CloudTrailEvent");
    let mut broken = entry(&record(3, json!({})));
    broken["CloudTrailEvent"] = json!("{\"eventVersion\":");
    dir.write("dump", json!({"Events": [whole, none, broken]}).to_string());
    let got = dir.run(["convert", "--to", "records", "dump"]).got();
    got.ends(3)
        .prints(&trail(&[record(1, json!({}))]))
        .mentions("2 events not written, because the record is missing or cannot be read")
        .mentions("record unreadable");
    // As entries of a lookup they are complete.
    let got = dir.run(["convert", "--to", "lookup", "dump"]).got();
    got.quietly();
    assert_eq!(got.json()["Events"].as_array().expect("a list").len(), 3);
    assert!(
        got.out
            .contains("\"CloudTrailEvent\": \"{\\\"eventVersion\\\":\"\n")
    );

    let cut = lookup(&[record(1, json!({})), record(2, json!({}))]);
    dir.write("cut", &cut[..cut.len() - 40]);
    let got = dir.run(["convert", "--to", "records", "cut"]).got();
    got.ends(3).prints(&trail(&[record(1, json!({}))]));
}
