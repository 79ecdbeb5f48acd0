//! `diff`: what is new, gone or changed between two dumps, in each format, and what is no comparison.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{lookup, record};

/// A call of a user, and how often it is in a dump.
fn calls(wanted: &[(u32, &str, &str, Value)]) -> Vec<Value> {
    let mut records = Vec::new();
    for (times, source, name, more) in wanted {
        for _ in 0..*times {
            let mut changes = json!({"eventSource": source, "eventName": name});
            if let (Value::Object(changes), Value::Object(more)) = (&mut changes, more.clone()) {
                changes.extend(more);
            }
            records.push(record(records.len() as u32, changes));
        }
    }
    records
}

fn old() -> String {
    lookup(&calls(&[
        (2, "s3.amazonaws.com", "GetObject", json!({})),
        (3, "ec2.amazonaws.com", "RunInstances", json!({})),
        (
            1,
            "iam.amazonaws.com",
            "CreateUser",
            json!({"errorCode": "AccessDenied"}),
        ),
    ]))
}

fn new() -> String {
    lookup(&calls(&[
        (2, "s3.amazonaws.com", "GetObject", json!({})),
        (5, "ec2.amazonaws.com", "RunInstances", json!({})),
        (
            2,
            "kms.amazonaws.com",
            "Decrypt",
            json!({
                "sourceIPAddress": "203.0.113.9", "awsRegion": "eu-central-1", "errorCode": "Throttling",
                "userAgent": "curl | <b>", "resources": [{"ARN": "arn:key/1"}, {"ARN": "arn:key/1"}],
            }),
        ),
    ]))
}

fn dumps() -> Dir {
    let dir = Dir::new();
    dir.write("old", old());
    dir.write("new", new());
    dir
}

fn compared(arguments: &[&str]) -> Got {
    dumps()
        .run(["diff"].iter().chain(arguments).chain(&["old", "new"]))
        .got()
}

const ROWS: [&str; 8] = [
    "new 0 2 EventName Decrypt",
    "gone 1 0 EventName CreateUser",
    "changed 3 5 EventName RunInstances",
    "new 0 2 sourceIPAddress 203.0.113.9",
    "new 0 2 userAgent curl | <b>",
    "new 0 2 awsRegion eu-central-1",
    "new 0 2 errorCode Throttling",
    "new 0 2 resource arn:key/1",
];

#[test]
fn new_gone_and_changed_calls_have_one_row_each() {
    let got = compared(&["--by", "EventName"]);
    got.quietly();
    let rows: Vec<String> = got
        .lines()
        .iter()
        .map(|row| row.replace('\t', " "))
        .collect();
    assert_eq!(rows, ROWS);
}

#[test]
fn calls_are_compared_by_principal_service_and_name_by_default() {
    let got = compared(&["--header"]);
    let lines = got.lines();
    assert_eq!(
        lines[0],
        "change\told\tnew\tcompared\tvalue1\tvalue2\tvalue3"
    );
    assert_eq!(
        lines[1],
        "new\t0\t2\tprincipal,EventSource,EventName\tarn:aws:iam::111122223333:user/alice\tkms.amazonaws.com\tDecrypt"
    );
    assert!(
        lines.iter().all(|line| line.matches('\t').count() == 6),
        "{lines:?}"
    );
}

#[test]
fn an_event_in_both_dumps_is_in_both_and_twice_in_one_is_once() {
    let dir = Dir::new();
    let one = calls(&[(2, "s3.amazonaws.com", "GetObject", json!({}))]);
    dir.write("old", lookup(&one));
    dir.write("new", lookup(&[one.clone(), one].concat()));
    dir.run(["diff", "old", "new", "--exit-code"])
        .got()
        .ends(0)
        .prints("");
    dir.run([
        "diff",
        "--by",
        "EventName",
        "--keep-duplicates",
        "old",
        "new",
    ])
    .got()
    .rows(&["changed 2 4 EventName GetObject"]);
}

#[test]
fn the_exit_status_shows_a_difference_only_on_request() {
    let dir = dumps();
    dir.run(["diff", "old", "new"]).got().ends(0);
    dir.run(["diff", "old", "new", "--exit-code"]).got().ends(1);
    dir.run(["diff", "old", "old", "--exit-code"])
        .got()
        .ends(0)
        .prints("");
    dir.run(["diff", "--name", "GetObject", "old", "new", "--exit-code"])
        .got()
        .ends(0);
    dir.run(["diff", "--name", "Nothing", "old", "new"])
        .got()
        .ends(0);
    dir.run(["diff", "--name", "Nothing", "old", "new", "--exit-code"])
        .got()
        .ends(2)
        .mentions("nothing to compare");
}

#[test]
fn one_side_alone_is_no_comparison() {
    let dir = dumps();
    dir.write("text", "nothing of that kind\n");
    for names in [
        ["old", "nowhere"],
        ["nowhere", "new"],
        ["text", "new"],
        ["old", "text"],
    ] {
        let got = dir
            .run(["diff", "-o", "out"].into_iter().chain(names))
            .got();
        got.ends(2).prints("").mentions("no comparison");
        assert!(!dir.names().contains(&"out".to_owned()));
    }
    dir.run(["diff", "-", "-"])
        .got()
        .ends(2)
        .mentions("only once");
    dir.run(["diff", "old"]).got().ends(2);
}

#[test]
fn the_exit_status_shows_a_damaged_side() {
    let dir = dumps();
    let text = new();
    dir.write("cut", &text[..text.len() - 700]);
    dir.run(["diff", "old", "cut"])
        .got()
        .ends(3)
        .mentions("cut");
    dir.run(["diff", "old", "cut", "--exit-code"]).got().ends(1);
    // Without a difference in the remaining events, the loss is still reported.
    dir.run(["diff", "cut", "cut", "--exit-code"]).got().ends(3);
}

#[test]
fn directories_pipes_and_threads_give_the_same() {
    let dir = dumps();
    let expected = dir.run(["diff", "old", "new"]).got().out;
    dir.write("a/1.json", old());
    dir.write("b/1.json", new());
    for arguments in [
        vec!["diff", "a", "b"],
        vec!["diff", "a", "new", "--threads", "1"],
        vec!["diff", "old", "b", "--threads", "7"],
    ] {
        assert_eq!(dir.run(arguments).got().out, expected);
    }
    assert_eq!(
        dir.run(["diff", "-", "new"]).stdin(old()).got().out,
        expected
    );
    assert_eq!(
        dir.run(["diff", "old", "-"]).stdin(new()).got().out,
        expected
    );
    // The one before the other, also when both must be kept.
    assert_eq!(
        dir.run(["diff", "-", "new", "--last", "9d"])
            .stdin(old())
            .got()
            .out,
        expected
    );
    // A directory in both is read for both.
    dir.run(["diff", "a", "a"]).got().ends(0).prints("");
}

#[test]
fn json_is_one_document() {
    let got = compared(&["--by", "EventName", "--format", "json"]);
    let document = got.quietly().json();
    assert_eq!(document["schema"], 2);
    assert_eq!(document["by"], json!(["EventName"]));
    assert_eq!(document["old"], json!({"dump": "old", "events": 6}));
    assert_eq!(document["new"], json!({"dump": "new", "events": 9}));
    assert_eq!(document["unchanged"], 1);
    assert_eq!(
        document["calls"],
        json!([
            {"change": "new", "old": 0, "new": 2, "values": ["Decrypt"]},
            {"change": "gone", "old": 1, "new": 0, "values": ["CreateUser"]},
            {"change": "changed", "old": 3, "new": 5, "values": ["RunInstances"]},
        ])
    );
    assert_eq!(
        document["new_values"]["resource"],
        json!([{"value": "arn:key/1", "events": 2}])
    );
}

#[test]
fn markdown_has_tables_that_no_value_breaks() {
    let got = compared(&["--by", "EventName", "--format", "md"]);
    got.quietly()
        .shows("old (6 events) against new (9 events): 1 new, 1 gone, 1 changed, 1 the same")
        .shows("| change | old | new | EventName |\n| --- | --: | --: | --- |\n| new | 0 | 2 | Decrypt |")
        .shows("| 2 | curl \\| &lt;b> |");
}

#[test]
fn a_table_has_a_sentence_above_it() {
    compared(&["--by", "EventName", "--format", "table"]).quietly().prints(
        "old (6 events) against new (9 events): 1 new, 1 gone, 1 changed, 1 the same, by EventName\n\n\
         change   old  new  EventName\n\
         new        0    2  Decrypt\n\
         gone       1    0  CreateUser\n\
         changed    3    5  RunInstances\n\n\
         events  new sourceIPAddress\n     2  203.0.113.9\n\n\
         events  new userAgent\n     2  curl | <b>\n\n\
         events  new awsRegion\n     2  eu-central-1\n\n\
         events  new errorCode\n     2  Throttling\n\n\
         events  new resource\n     2  arn:key/1\n",
    );
}

/// Against two runs of `count`.
#[test]
fn counts_are_those_of_count() {
    let (old, new) = ("fixtures/cli-v2.json", "fixtures/cli-v2-tokyo.json");
    let counts = |dump: &str| -> BTreeMap<String, u64> {
        let got = typed(&format!("count --by service,EventName {dump}")).got();
        let rows = got
            .lines()
            .into_iter()
            .map(|row| row.split_once('\t').expect("a count"));
        rows.map(|(count, key)| (key.to_owned(), count.parse().expect("a number")))
            .collect()
    };
    let (before, now) = (counts(old), counts(new));
    let mut expected: Vec<String> = Vec::new();
    for key in before
        .keys()
        .chain(now.keys().filter(|key| !before.contains_key(*key)))
    {
        let [was, is] = [&before, &now].map(|side| side.get(key).copied().unwrap_or(0));
        let change = match (was, is) {
            (0, _) => "new",
            (_, 0) => "gone",
            (was, is) if was == is => continue,
            _ => "changed",
        };
        expected.push(format!("{change}\t{was}\t{is}\tservice,EventName\t{key}"));
    }
    let got = typed(&format!("diff --by service,EventName {old} {new}")).got();
    let mut rows: Vec<String> = got
        .lines()
        .into_iter()
        .filter(|row| row.contains("\tservice,EventName\t"))
        .map(str::to_owned)
        .collect();
    assert!(rows.len() > 20);
    expected.sort();
    rows.sort();
    assert_eq!(rows, expected);
}

#[test]
fn a_refused_call_is_compared_with_one_that_worked() {
    let dir = Dir::new();
    let denied = record(0, json!({"errorCode": "AccessDenied"}));
    dir.write("old", lookup(&[record(0, json!({}))]));
    dir.write("new", lookup(&[record(0, json!({})), denied]));
    dir.run(["diff", "--by", "errorCode", "old", "new"])
        .got()
        .rows(&[
            "new 0 1 errorCode AccessDenied",
            "new 0 1 errorCode AccessDenied",
        ]);
}
