//! `count`: what is counted by, the further columns, which rows, and their order.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{lookup, record};

/// Six events of three calls, by two people, one of them denied.
fn dump() -> String {
    let who =
        |name: &str| json!({"type": "IAMUser", "userName": name, "arn": format!("arn:{name}")});
    let calls = [
        ("s3.amazonaws.com", "GetObject", "bob", None),
        ("ec2.amazonaws.com", "RunInstances", "alice", None),
        ("s3.amazonaws.com", "GetObject", "alice", None),
        (
            "iam.amazonaws.com",
            "CreateUser",
            "bob",
            Some("AccessDenied"),
        ),
        ("s3.amazonaws.com", "GetObject", "bob", None),
        ("ec2.amazonaws.com", "RunInstances", "alice", None),
    ];
    let records: Vec<Value> = (0..)
        .zip(calls)
        .map(|(n, (source, name, user, error))| {
            let identity = who(user);
            record(
                n * 30,
                json!({"eventSource": source, "eventName": name, "userIdentity": identity, "errorCode": error}),
            )
        })
        .collect();
    lookup(&records)
}

fn counted(arguments: &[&str]) -> Got {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.run(["count"].iter().chain(arguments).chain(&["dump"]))
        .got()
}

#[test]
fn the_default_is_source_and_name_most_first() {
    counted(&[]).quietly().rows(&[
        "3 s3.amazonaws.com GetObject",
        "2 ec2.amazonaws.com RunInstances",
        "1 iam.amazonaws.com CreateUser",
    ]);
}

#[test]
fn ties_are_in_the_order_of_the_key() {
    counted(&["--by", "EventName,Username"]).quietly().rows(&[
        "2 GetObject bob",
        "2 RunInstances alice",
        "1 CreateUser bob",
        "1 GetObject alice",
    ]);
    counted(&["--by", "Username", "--by", "outcome"])
        .quietly()
        .rows(&["3 alice ok", "2 bob ok", "1 bob denied"]);
}

#[test]
fn other_columns_follow_the_fields_in_a_fixed_order() {
    let row = |text: &str| text.replace(' ', "\t") + "\n";
    counted(&[
        "--distinct",
        "EventName",
        "--percent",
        "--first-last",
        "--by",
        "Username",
        "--header",
    ])
    .quietly()
    .prints(
        &[
            "count Username first last percent distinct",
            "3 alice 2024-06-10T06:30:00Z 2024-06-10T08:30:00Z 50.0 2",
            "3 bob 2024-06-10T06:00:00Z 2024-06-10T08:00:00Z 50.0 2",
        ]
        .map(row)
        .concat(),
    );
    counted(&["--percent", "--by", "service"]).quietly().rows(&[
        "3 s3 50.0",
        "2 ec2 33.3",
        "1 iam 16.7",
    ]);
    counted(&["--distinct", "errorCode", "--by", "service"])
        .quietly()
        .rows(&["3 s3 0", "2 ec2 0", "1 iam 1"]);
    counted(&[
        "--first-last",
        "--by",
        "service",
        "--tz",
        "+09:00",
        "--time-format",
        "%H:%M",
    ])
    .quietly()
    .rows(&["3 s3 15:00 17:00", "2 ec2 15:30 17:30", "1 iam 16:30 16:30"]);
}

#[test]
fn top_and_min_leave_rows_out_and_the_percents_as_they_are() {
    counted(&["--top", "1", "--percent"])
        .quietly()
        .rows(&["3 s3.amazonaws.com GetObject 50.0"]);
    counted(&["--min", "2", "--by", "service"])
        .quietly()
        .rows(&["3 s3", "2 ec2"]);
    counted(&["--min", "2", "--top", "1", "--by", "service"])
        .quietly()
        .rows(&["3 s3"]);
    counted(&["--min", "9"]).quietly().prints("");
    counted(&["--top", "0"]).ends(2).mentions("--top");
}

#[test]
fn total_is_one_number() {
    counted(&["--total"]).quietly().prints("6\n");
    counted(&["--total", "--denied"]).quietly().prints("1\n");
    counted(&["--total", "--header"])
        .quietly()
        .prints("count\n6\n");
    counted(&["--total", "--format", "csv"])
        .quietly()
        .prints("6\n");
    counted(&["--total", "--format", "jsonl"])
        .quietly()
        .prints("{\"count\":6}\n");
    assert_eq!(
        counted(&["--total", "--format", "json"]).json(),
        json!([{"count": 6}])
    );
    for other in [["--by", "service"], ["--every", "1h"], ["--top", "1"]] {
        counted(&[&["--total"][..], &other].concat())
            .ends(2)
            .prints("")
            .mentions("--total");
    }
}

#[test]
fn every_format_has_the_same_columns() {
    let all = [
        "--by",
        "service",
        "--first-last",
        "--percent",
        "--distinct",
        "Username",
        "--top",
        "1",
    ];
    let with = |format: &str| counted(&[&all[..], &["--format", format]].concat());
    let row = "3,s3,2024-06-10T06:00:00Z,2024-06-10T08:00:00Z,50.0,2";
    with("tsv")
        .quietly()
        .prints(&(row.replace(',', "\t") + "\n"));
    with("csv").quietly().prints(&format!(
        "count,service,first,last,percent,distinct\n{row}\n"
    ));
    let object = concat!(
        r#"{"count":3,"service":"s3","first":"2024-06-10T06:00:00Z","last":"2024-06-10T08:00:00Z","#,
        r#""percent":50.0,"distinct":2}"#
    );
    with("jsonl").quietly().prints(&format!("{object}\n"));
    with("json").quietly().prints(&format!("[\n{object}\n]\n"));
    let table = with("table");
    let lines = table.quietly().lines();
    assert!(
        lines[0].starts_with("count  service  first"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].starts_with("    3  s3       2024-06-10T06:00:00Z"),
        "{}",
        lines[1]
    );
    // Half of all, with the share in a column already.
    assert!(
        lines[0].ends_with("percent  distinct  0%               50%"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].ends_with("50.0         2  ████████████████████"),
        "{}",
        lines[1]
    );
}

#[test]
fn what_is_missing_null_or_empty_is_one_group() {
    let dir = Dir::new();
    let errors = [json!(null), json!(""), json!("E")];
    let mut records: Vec<Value> = (0..)
        .zip(errors)
        .map(|(n, error)| record(n, json!({"errorCode": error})))
        .collect();
    records.push(record(9, json!({})));
    dir.write("dump", lookup(&records));
    dir.run(["count", "--by", "errorCode", "dump"])
        .got()
        .quietly()
        .prints("3\t\n1\tE\n");
    let got = dir
        .run(["count", "--by", "errorCode", "--format", "jsonl", "dump"])
        .got();
    got.quietly()
        .prints("{\"count\":3,\"errorCode\":null}\n{\"count\":1,\"errorCode\":\"E\"}\n");
}

#[test]
fn keys_with_any_content_stay_different() {
    let dir = Dir::new();
    let names = [
        ("a\tb", "c"),
        ("a", "b\tc"),
        ("a\u{ff}b", "c"),
        ("a", "\u{ff}bc"),
        ("", "ab"),
        ("ab", ""),
    ];
    let records: Vec<Value> = (0..)
        .zip(names)
        .map(|(n, (name, region))| record(n, json!({"userAgent": name, "awsRegion": region})))
        .collect();
    dir.write("dump", lookup(&records));
    let got = dir
        .run(["count", "--by", "userAgent,awsRegion", "dump"])
        .got();
    got.quietly()
        .prints("1\t\tab\n1\ta\tb\\tc\n1\ta\t\u{ff}bc\n1\ta\\tb\tc\n1\tab\t\n1\ta\u{ff}b\tc\n");
}

#[test]
fn the_same_text_counts_once_however_it_is_spelt_and_in_whichever_shape() {
    let dir = Dir::new();
    let one = lookup(&[record(0, json!({"eventName": "GetÜber"}))]);
    dir.write("a", &one);
    dir.write(
        "b",
        lookup(&[record(1, json!({"eventName": "GetÜber"}))])
            .replace("GetÜber", "\\u0047et\\u00dcber"),
    );
    dir.write(
        "c",
        json!({"Records": [record(2, json!({"eventName": "GetÜber"}))]}).to_string(),
    );
    dir.run(["count", "--by", "EventName", "a", "b", "c"])
        .got()
        .quietly()
        .prints("3\tGetÜber\n");
}

#[test]
fn counting_is_the_same_for_any_number_of_threads() {
    let run = |threads: &str| {
        let what = [
            "--by",
            "principal,EventName",
            "--first-last",
            "--percent",
            "--distinct",
            "sourceIPAddress",
        ];
        let got = trailsift(
            ["count", "--threads", threads, "fixtures"]
                .iter()
                .chain(&what),
        )
        .got();
        got.quietly();
        got.out
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("8"));
}

#[test]
fn counts_of_groups_add_up_to_the_total() {
    let total = typed("count --total fixtures").got().out;
    for by in [
        "principal",
        "date,hour",
        "file",
        "awsRegion,outcome",
        "userIdentity",
    ] {
        let got = trailsift(["count", "--by", by, "fixtures"]).got();
        got.quietly();
        let sum: u64 = got
            .lines()
            .iter()
            .map(|line| line.split('\t').next().unwrap().parse::<u64>().unwrap())
            .sum();
        assert_eq!(format!("{sum}\n"), total, "{by}");
    }
}
