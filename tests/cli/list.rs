//! `list`: its columns, and `-n`, which stops the reading.

use serde_json::json;

use crate::support::program::{Dir, trailsift, typed};
use crate::support::small::{id, lookup, record, trail};

#[test]
fn the_default_is_time_source_and_name() {
    let dir = Dir::new();
    dir.write(
        "dump",
        lookup(&[
            record(0, json!({})),
            record(61, json!({"eventName": "RunInstances"})),
        ]),
    );
    dir.run(["list", "dump"]).got().quietly().rows(&[
        "2024-06-10T06:00:00Z ec2.amazonaws.com DescribeInstances",
        "2024-06-10T07:01:00Z ec2.amazonaws.com RunInstances",
    ]);
}

#[test]
fn long_adds_who_where_and_how_it_ended() {
    let dir = Dir::new();
    let denied = json!({
        "errorCode": "Client.UnauthorizedOperation", "errorMessage": "You are not authorized",
        "userIdentity": {"type": "AssumedRole", "principalId": "AROAX:ci",
            "arn": "arn:aws:sts::1:assumed-role/Deploy/ci",
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::1:role/x/Deploy", "userName": "Deploy"}}},
    });
    dir.write("dump", lookup(&[record(0, json!({})), record(1, denied)]));
    for flag in ["-l", "--long"] {
        dir.run(["list", flag, "dump"]).got().quietly().prints(
            "2024-06-10T06:00:00Z\tok\tarn:aws:iam::111122223333:user/alice\tec2.amazonaws.com\t\
             DescribeInstances\tus-east-1\t192.0.2.1\t\n\
             2024-06-10T06:01:00Z\tdenied\tarn:aws:iam::1:role/x/Deploy\tec2.amazonaws.com\t\
             DescribeInstances\tus-east-1\t192.0.2.1\tClient.UnauthorizedOperation\n",
        );
    }
    typed("list -l --fields EventName fixtures")
        .got()
        .ends(2)
        .mentions("--fields");
}

#[test]
fn rows_come_in_the_order_of_the_input_whatever_the_threads() {
    let one = typed("list --threads 1 --fields EventId,file,offset fixtures").got();
    one.quietly();
    for threads in ["2", "8"] {
        let more = [
            "list",
            "--threads",
            threads,
            "--fields",
            "EventId,file,offset",
            "fixtures",
        ];
        trailsift(more).got().quietly().prints(&one.out);
    }
    let files: Vec<&str> = one
        .lines()
        .iter()
        .map(|line| line.split('\t').nth(1).unwrap())
        .collect();
    assert!(files.is_sorted(), "a directory is read sorted");
}

#[test]
fn a_limit_is_no_reason_for_a_note() {
    let dir = Dir::new();
    let dump = lookup(&(0..5).map(|n| record(n, json!({}))).collect::<Vec<_>>());
    dir.write("dump", &dump);
    dir.run(["list", "-n", "3", "--fields", "EventId", "dump"])
        .got()
        .quietly()
        .rows(&[&id(0), &id(1), &id(2)]);
}

#[test]
fn a_limit_stops_before_later_damage() {
    let dir = Dir::new();
    let dump = lookup(&[
        record(0, json!({})),
        record(1, json!({})),
        record(2, json!({})),
    ]);
    dir.write("cut", &dump[..dump.len() - 20]);
    dir.run(["list", "cut"]).got().ends(3);
    dir.run(["list", "-q", "-n", "2", "cut"]).got().quietly();
    dir.run(["list", "-n", "2", "--sort", "EventTime", "cut"])
        .got()
        .ends(3)
        .mentions("cut off");
}

#[test]
fn the_account_of_a_limited_list_is_the_same_for_any_number_of_threads() {
    for limit in ["1", "7", "130", "500"] {
        let run = |threads: &str| {
            let arguments = [
                "list",
                "--stats=json",
                "-n",
                limit,
                "--threads",
                threads,
                "fixtures",
            ];
            let got = trailsift(arguments).got();
            got.ends(0);
            (got.out, got.err)
        };
        let one = run("1");
        assert_eq!(one.0.lines().count().to_string(), limit);
        assert_eq!(one, run("2"));
        assert_eq!(one, run("8"));
    }
}

#[test]
fn a_limit_no_event_reaches_reads_it_all_and_says_nothing() {
    let got = typed("list -n 1000000 fixtures/cli-v1.json").got();
    got.quietly();
    assert_eq!(got.lines().len(), 120);
}

#[test]
fn a_limit_counts_rows_not_duplicates() {
    let dir = Dir::new();
    let (one, two) = (record(1, json!({})), record(2, json!({})));
    dir.write("dump", lookup(&[one.clone(), one.clone(), one, two]));
    let got = dir
        .run(["list", "-n", "2", "--fields", "EventId", "dump"])
        .got();
    got.ends(0)
        .rows(&[&id(1), &id(2)])
        .mentions("2 duplicates dropped");
}

#[test]
fn no_rows_is_no_limit() {
    typed("list -n 0 fixtures")
        .got()
        .ends(2)
        .prints("")
        .mentions("--limit");
    typed("list -n -1 fixtures").got().ends(2);
    typed("list -n many fixtures").got().ends(2);
}

/// In YAML all events of one text lie where the text does.
#[test]
fn a_limit_counts_events_that_lie_at_one_place() {
    let dir = Dir::new();
    let records: Vec<_> = (1..=4).map(|n| record(n, json!({}))).collect();
    dir.write("dump", format!("Events:\n- '{}'\n", trail(&records)));
    let rows: Vec<String> = (1..=4).map(id).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    for limit in 1..=5 {
        let limit_typed = limit.to_string();
        let arguments = ["list", "-n", &limit_typed, "--fields", "EventId", "dump"];
        dir.run(arguments).got().ends(0).rows(&rows[..limit.min(4)]);
    }
}
