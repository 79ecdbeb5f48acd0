//! `check` and `diff`: rules see every event, also events with the id of another one, and events with missing parts.

use std::fs;

use serde_json::{Value, json};

use crate::support::program::Dir;
use crate::support::small::{lookup, record, trail, without};

/// One rule, judged of `dump` by one worker and by eight.
fn ends(dir: &Dir, rule: &str, more: &[&str], status: i32) {
    dir.write("r.toml", format!("[[rule]]\nname = 'r'\n{rule}\n"));
    let outs = ["1", "8"].map(|threads| {
        let fixed = ["check", "--rules", "r.toml", "--threads", threads, "dump"];
        let got = dir.run([&fixed, more].concat()).got();
        got.ends(status);
        (got.out, got.err)
    });
    assert_eq!(outs[0], outs[1]);
}

#[test]
fn copies_that_are_evaluated_differently_are_all_evaluated() {
    let dir = Dir::new();
    let elsewhere = json!({"awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.9"});
    let copies = [
        record(0, json!({})),
        record(0, elsewhere.clone()),
        record(0, json!({})),
        record(0, elsewhere),
    ];
    dir.write("dump", lookup(&copies));
    ends(&dir, "select = '--region eu-west-1'\nmax = 0", &[], 1);
    ends(&dir, "only = ['--not ip=203.0.113.9']", &[], 1);
    // Each of the two is evaluated once.
    ends(&dir, "select = '--region eu-west-1'\nmax = 1", &[], 0);
    ends(&dir, "select = '--region eu-west-1'\nmin = 2", &[], 1);
    ends(&dir, "select = '--region *-1'\nmin = 2", &[], 1);
    dir.write("b.tsv", "awsRegion\nus-east-1\n");
    let got = dir.run(["check", "--baseline", "b.tsv", "dump"]).got();
    got.ends(1)
        .mentions("2 duplicates dropped")
        .mentions("differs in call, outcome or requested values");
    // With a manifest, another question is asked along with it.
    let more = ["check", "--baseline", "b.tsv", "--manifest", "m", "dump"];
    dir.run(more).got().ends(1);
    // The generated rules pass for these events.
    dir.run(["check", "--init", "dump"]).got().ends(0);
    let learned = [
        "check",
        "--rules",
        "trailsift-rules.toml",
        "--baseline",
        "trailsift-baseline.tsv",
        "dump",
    ];
    dir.run(learned).got().ends(0);
}

#[test]
fn dumps_differ_by_a_copy_that_differs() {
    let dir = Dir::new();
    let copy = record(0, json!({"awsRegion": "eu-west-1"}));
    dir.write("old", lookup(&[record(0, json!({}))]));
    dir.write("new", lookup(&[record(0, json!({})), copy]));
    let got = dir.run(["diff", "--exit-code", "old", "new"]).got();
    got.ends(1).shows("new\t0\t1\tawsRegion\teu-west-1\t");
    dir.write("new", lookup(&[record(0, json!({})), record(0, json!({}))]));
    let got = dir.run(["diff", "--exit-code", "old", "new"]).got();
    got.ends(0).mentions("1 duplicate dropped");
}

#[test]
fn a_manifest_changes_no_count_of_duplicates() {
    let dir = Dir::new();
    let denied = record(0, json!({"errorCode": "AccessDenied"}));
    dir.write("a", lookup(&[record(0, json!({})), denied]));
    for more in [&[][..], &["--manifest", "m"]] {
        dir.run([&["count", "--total", "a"], more].concat())
            .got()
            .prints("1\n");
    }
    let manifest: Value =
        serde_json::from_slice(&fs::read(dir.path("m")).expect("a file")).expect("JSON");
    let findings = manifest["findings"].as_array().expect("a list");
    assert!(findings.iter().any(|it| it["id"] == "one-id-two-calls"));
}

#[test]
fn what_a_rule_asks_for_and_an_event_lacks_is_no_answer() {
    let dir = Dir::new();
    let nobody_knows = without(
        record(1, json!({"eventName": "DeleteBucket"})),
        &["readOnly"],
    );
    dir.write("dump", trail(&[record(0, json!({})), nobody_knows]));
    ends(&dir, "select = '--write'\nmax = 0", &[], 3);
    ends(&dir, "select = '--read-only'\nmin = 1", &[], 0);
    ends(
        &dir,
        "select = '--name GetBucketAcl'\nmax = 0",
        &["--read-only"],
        3,
    );
    let some_time = record(1, json!({"eventTime": "some time"}));
    dir.write("dump", trail(&[record(0, json!({})), some_time]));
    ends(&dir, "select = '--since 2000-01-01'\nmax = 9", &[], 3);
    ends(&dir, "select = '--since 2000-01-01'\nmin = 1", &[], 0);
    let both =
        "select = '--where \"EventTime > 2000-01-01 and awsRegion = x or errorCode = y\"'\nmax = 0";
    ends(&dir, both, &[], 3);
    ends(
        &dir,
        "select = '--denied'\nmax = 0",
        &["--since=2000-01-01"],
        3,
    );
    ends(&dir, "select = '--denied'\nmax = 0", &[], 0);
    let count = ["count", "--total", "--since=2000-01-01", "dump"];
    let got = dir.run(count).got();
    got.ends(0)
        .prints("1\n")
        .mentions("1 event without a time that can be read is selected by no condition on it");
    assert_eq!(
        dir.run([&count[..], &["--stats=json"]].concat())
            .got()
            .byte_counts()["events"]["without_time"],
        1
    );
    dir.run([&count[..], &["--strict"]].concat()).got().ends(3);
}

#[test]
fn a_value_in_place_of_an_event_may_have_been_an_event() {
    let dir = Dir::new();
    let rule = "select = '--denied'\nmax = 0";
    let nameless = without(record(1, json!({})), &["eventName", "eventID"]);
    for other in [json!({"a": 1}), nameless] {
        dir.write("dump", trail(&[record(0, json!({})), other]));
        ends(&dir, rule, &[], 3);
    }
    // An event as Python prints it.
    let line = record(0, json!({})).to_string();
    dir.write(
        "dump",
        format!("{line}\n{{'eventVersion': '1.08', 'errorCode': 'AccessDenied'}}\n"),
    );
    ends(&dir, rule, &[], 3);
    // A row of CSV without an id, a time and a call; an empty row was not an event.
    let head = "Event time,Event name,Event ID,AWS region,Error code\n";
    let row = "2024-06-10T00:00:00Z,GetObject,a,us-east-1,\n";
    dir.write("dump", format!("{head}{row},,,,\n"));
    ends(&dir, rule, &[], 0);
    dir.write(
        "dump",
        format!("{head}{row},,,us-east-1,AccessDenied\n{row}"),
    );
    ends(&dir, rule, &[], 3);
    let got = dir.run(["convert", "--to", "records", "dump"]).got();
    got.ends(0)
        .mentions("1 value in a list of events is not a CloudTrail event");
    // A file that is packed in a way that is not unpacked.
    let dir = Dir::new();
    dir.write("dump/a.json", trail(&[record(0, json!({}))]));
    dir.write("dump/notes.txt", "packed");
    ends(&dir, rule, &[], 0);
    dir.write("dump/b.zip", "packed");
    ends(&dir, rule, &[], 3);
    dir.run(["count", "dump/b.zip"])
        .got()
        .ends(2)
        .mentions("unpack it first");
}
