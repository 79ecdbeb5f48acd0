//! Duplicates: the same event again, in one file or across files, and what only looks like one.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got};
use crate::support::small::{id, lookup, record, trail, without};

fn total(dir: &Dir, arguments: &[&str]) -> Got {
    dir.run(["count", "--total", "--stats=json"].iter().chain(arguments))
        .got()
}

#[test]
fn the_same_event_counts_once_from_whichever_file_and_shape() {
    let dir = Dir::new();
    let records: Vec<Value> = (0..3).map(|n| record(n, json!({}))).collect();
    dir.write("a", lookup(&records));
    dir.write("b", trail(&records[1..]));
    let got = total(&dir, &["a", "b", "a"]);
    got.ends(0)
        .prints("3\n")
        .mentions("5 duplicates dropped")
        .mentions("--keep-duplicates");
    let events = &got.byte_counts()["events"];
    assert_eq!(
        (&events["found"], &events["duplicates"]),
        (&json!(8), &json!(5))
    );
    total(&dir, &["--keep-duplicates", "a", "b", "a"])
        .ends(0)
        .prints("8\n")
        .never_mentions("dropped");
    total(&dir, &["-q", "a", "a"])
        .ends(0)
        .prints("3\n")
        .never_mentions("dropped");
    let rows = dir
        .run(["list", "-q", "--fields", "file,EventId", "b", "a"])
        .got();
    rows.quietly().rows(&[
        &format!("b {}", id(1)),
        &format!("b {}", id(2)),
        &format!("a {}", id(0)),
    ]);
}

#[test]
fn one_duplicate_is_singular() {
    let dir = Dir::new();
    let one = record(0, json!({}));
    dir.write("a", lookup(&[one.clone(), one]));
    total(&dir, &["a"]).mentions("1 duplicate dropped");
}

#[test]
fn one_id_on_two_calls_is_two_events_and_named() {
    let dir = Dir::new();
    let other = |changes: Value| {
        let mut changes = changes;
        changes["eventID"] = json!(id(0));
        record(1, changes)
    };
    let records = [
        record(0, json!({})),
        other(json!({"eventName": "RunInstances"})),
        other(json!({"eventSource": "s3.amazonaws.com"})),
        record(0, json!({})),
    ];
    let dump = lookup(&records);
    let second = dump.match_indices("{\"AccessKeyId\"").nth(1).unwrap().0;
    dir.write("a", &dump);
    let got = total(&dir, &["a"]);
    got.ends(0).prints("3\n").mentions("1 duplicate dropped");
    got.mentions(&format!(
        "a: byte {second}: this event has the eventID of an earlier one that differs in call"
    ));
}

#[test]
fn without_an_id_nothing_is_a_duplicate() {
    let dir = Dir::new();
    let nobody = without(record(0, json!({})), &["eventID"]);
    let empty = record(0, json!({"eventID": ""}));
    dir.write("a", lookup(&[nobody.clone(), nobody, empty.clone(), empty]));
    total(&dir, &["a", "a"])
        .ends(0)
        .prints("8\n")
        .never_mentions("duplicate dropped");
}

#[test]
fn a_refused_call_is_no_duplicate_of_one_that_worked() {
    let dir = Dir::new();
    let denied = record(0, json!({"errorCode": "AccessDenied"}));
    dir.write("a", lookup(&[record(0, json!({})), denied.clone(), denied]));
    // Fields that do not depend on the outcome open no records.
    dir.run(["count", "a"]).got().mentions("2 duplicates");
    for arguments in [
        ["count", "--by=outcome", "a"],
        ["count", "--by=CloudTrailEvent.errorCode", "a"],
        ["count", "--by=.errorCode", "a"],
        ["list", "--sort=errorCode", "a"],
        ["list", "--long", "a"],
        ["list", "--fields=event", "a"],
    ] {
        let got = dir.run(arguments).got();
        assert_eq!(got.lines().len(), 2, "{arguments:?}");
        got.ends(0)
            .mentions("1 duplicate dropped")
            .mentions("that differs in call, outcome");
    }
}

#[test]
fn a_masked_id_is_treated_as_missing() {
    let dir = Dir::new();
    let masked = |id: &str| record(0, json!({"eventID": id}));
    for id in ["xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "[REDACTED]"] {
        dir.write("a", trail(&[masked(id), masked(id), masked(id)]));
        total(&dir, &["a"])
            .prints("3\n")
            .never_mentions("duplicate dropped");
    }
}

#[test]
fn duplicates_are_looked_for_after_the_selection() {
    let dir = Dir::new();
    let denied = record(0, json!({"errorCode": "AccessDenied"}));
    dir.write("a", lookup(&[record(0, json!({})), denied.clone(), denied]));
    total(&dir, &["a"]).prints("1\n").mentions("2 duplicates");
    total(&dir, &["--denied", "a"])
        .prints("1\n")
        .mentions("1 duplicate ");
    let got = total(&dir, &["--denied", "a"]);
    assert_eq!(got.byte_counts()["events"]["filtered"], 1);
}

#[test]
fn dropping_is_the_same_for_any_number_of_threads() {
    let dir = Dir::new();
    let records: Vec<Value> = (0..900)
        .map(|n| record(n * 7 % 300, json!({"userAgent": n})))
        .collect();
    dir.write("a", lookup(&records));
    dir.write("b", trail(&records));
    let run = |threads: &str| {
        let arguments = [
            "list",
            "--stats=json",
            "--fields",
            "file,EventId,userAgent",
            "--threads",
            threads,
        ];
        let got = dir.run(arguments.iter().chain(&["a", "b"])).got();
        got.ends(0);
        assert_eq!(got.lines().len(), 300);
        (got.out, got.err)
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("8"));
}
