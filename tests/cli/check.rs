//! `check`: passed and failed rules and baselines, and the exit status. Formats are in `check_formats`, what is
//! wrong with the files in `check_files`.

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{lookup, record};

/// Calls of a run: service, call, and what else is different.
fn calls(wanted: &[(&str, &str, Value)]) -> Vec<Value> {
    let each = wanted
        .iter()
        .enumerate()
        .map(|(number, (service, name, more))| {
            let mut changes = json!({
                "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
            });
            if let (Value::Object(changes), Value::Object(more)) = (&mut changes, more.clone()) {
                changes.extend(more);
            }
            record(number as u32, changes)
        });
    each.collect()
}

fn dump() -> String {
    lookup(&calls(&[
        ("s3", "GetObject", json!({})),
        ("s3", "PutObject", json!({"readOnly": false})),
        (
            "iam",
            "CreateUser",
            json!({"errorCode": "AccessDenied", "awsRegion": "eu-west-1"}),
        ),
        (
            "ec2",
            "RunInstances",
            json!({"errorCode": "Client.InvalidParameter"}),
        ),
        (
            "ec2",
            "DescribeInstances",
            json!({"sourceIPAddress": "203.0.113.9"}),
        ),
    ]))
}

/// One rule, judged of the dump above.
fn judged(rule: &str) -> Got {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.write("r.toml", format!("[[rule]]\nname = \"r\"\n{rule}\n"));
    dir.run(["check", "--rules", "r.toml", "dump"]).got()
}

#[test]
fn a_bound_passes_or_fails() {
    for (rule, status) in [
        ("max = 5", 0),
        ("max = 4", 1),
        ("max = 0\nselect = '--denied'", 1),
        ("max = 1\nselect = '--denied'", 0),
        ("max = 0\nselect = '--key AKIANOBODY'", 0),
        ("min = 5", 0),
        ("min = 6", 1),
        ("min = 1\nselect = '--name s3:PutObject'", 0),
        ("min = 1\nselect = '--name PutBucket'", 1),
        ("min = 1\nmax = 2\nselect = '--source s3'", 0),
        ("min = 1\nmax = 1\nselect = '--source s3'", 1),
        ("only = ['s3:*', 'iam:CreateUser', 'ec2:*']", 0),
        (
            "only = ['S3:*', 'IAM.amazonaws.com:createuser', 'ec2:Run*', 'e?2:Describe*']",
            0,
        ),
        ("only = ['s3:*', 'ec2:*']", 1),
        ("only = ['*:Get*']\nselect = '--read-only --source s3'", 0),
        ("only = ['--region us-*', '--denied']", 0),
        ("only = ['--region us-*']", 1),
        ("only = ['--ip 192.0.2.0/24']", 1),
        (
            "only = ['--ip 192.0.2.0/24', 's3:*']\nselect = '--not name=DescribeInstances'",
            0,
        ),
        ("max = 0\nselect = '--not ip=192.0.2.0/24,203.0.113.9'", 0),
        (
            "max = 0\nselect = ['--where', \"errorCode = AccessDenied and awsRegion != 'eu-west-1'\"]",
            0,
        ),
        ("max = 0\nselect = '--where \"errorCode ~ ^Client\"'", 1),
        ("max = 0\nselect = '--since 2024-06-10T06:05:00Z'", 0),
        ("max = 0\nselect = '--since 2024-06-10T06:04:00Z'", 1),
        ("max = 4\nselect = '--on 2024-06-10'", 1),
    ] {
        let got = judged(rule);
        got.ends(status).says("");
        assert_eq!(
            got.out.starts_with("passed"),
            status == 0,
            "{rule}: {}",
            got.out
        );
    }
}

#[test]
fn a_violation_is_shown_with_its_reason_and_its_place() {
    let dump = dump();
    let at: Vec<usize> = dump
        .match_indices("{\"AccessKeyId\"")
        .map(|(at, _)| at)
        .collect();
    judged("select = '--source ec2'\nmax = 0\nreason = 'no machines'").ends(1).prints(&format!(
        "failed  r\n        r.toml:2\n        reason: no machines\n        select: --source ec2\n        \
         expected at most 0 events, found 2\n        \
         - 2024-06-10T06:03:00Z ec2 RunInstances Client.InvalidParameter\n          \
         arn:aws:iam::111122223333:user/alice 192.0.2.1 us-east-1\n          in dump: byte {}\n        \
         - 2024-06-10T06:04:00Z ec2 DescribeInstances\n          \
         arn:aws:iam::111122223333:user/alice 203.0.113.9 us-east-1\n          in dump: byte {}\n\n\
         failed: 1 of 1 rule, 5 events checked\n", at[3], at[4]));
}

#[test]
fn show_limits_the_number_of_examples() {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.write("r.toml", "[[rule]]\nname = 'r'\nmax = 0\n");
    dir.write("b.tsv", "1\ts3.amazonaws.com\tGetObject\n");
    for (show, rows, more) in [
        ("0", 0, ""),
        ("2", 2, "… and 3 more events"),
        ("5", 5, "checked"),
        ("99", 5, "checked"),
    ] {
        let got = dir
            .run(["check", "--rules", "r.toml", "--show", show, "dump"])
            .got();
        got.ends(1)
            .shows("expected at most 0 events, found 5")
            .shows(more);
        assert_eq!(got.out.matches("in dump: byte").count(), rows);
        assert_eq!(got.out.contains("more event"), show == "2");
    }
    let got = dir
        .run(["check", "--baseline", "b.tsv", "--show", "1", "dump"])
        .got();
    got.ends(1)
        .shows("not in the baseline: s3.amazonaws.com PutObject (1 event)")
        .shows("… and 3 more calls that are not in the baseline");
    let got = dir
        .run(["check", "--baseline", "b.tsv", "--show", "0", "dump"])
        .got();
    got.ends(1)
        .shows("… and 4 more calls that are not in the baseline");
}

#[test]
fn a_baseline_is_what_count_prints() {
    let dir = Dir::new();
    dir.write("dump", dump());
    for by in [
        &[][..],
        &["--header"],
        &[
            "--header",
            "--by",
            "EventName,principal,errorCode",
            "--first-last",
            "--percent",
        ],
        &[
            "--header",
            "--by",
            "awsRegion",
            "--every",
            "1h",
            "--distinct",
            "EventName",
        ],
        &[
            "--header",
            "--by",
            "hour,sourceIPAddress",
            "--tz",
            "Asia/Tokyo",
        ],
    ] {
        let counted = dir.run([&["count"], by, &["dump"]].concat()).got();
        let rows = counted.quietly().out.clone();
        dir.write("b.tsv", &rows);
        let zone: &[&str] = if by.contains(&"--tz") {
            &["--tz", "Asia/Tokyo"]
        } else {
            &[]
        };
        let check = || {
            dir.run([&["check", "--baseline", "b.tsv", "dump"], zone].concat())
                .got()
        };
        check().quietly().shows("passed  baseline");
        // Without its last row something is beyond it.
        let cut = rows.trim_end().rfind('\n').unwrap();
        if cut > 0 && rows[..cut].contains('\n') {
            dir.write("b.tsv", &rows[..=cut]);
            check().ends(1).shows("not in the baseline");
        }
    }
}

#[test]
fn rules_and_a_baseline_are_checked_together() {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.write("r.toml", "[[rule]]\nname = 'r'\nmin = 1\n");
    dir.write("b.tsv", "7\ts3.amazonaws.com\tGetObject\n");
    let run = |more: &[&str]| {
        let fixed = ["check", "--rules", "r.toml", "--baseline", "b.tsv", "dump"];
        dir.run([&fixed, more].concat()).got()
    };
    run(&[])
        .ends(1)
        .shows("passed  r (5 events)\nfailed  baseline\n");
    run(&["--name", "GetObject"])
        .ends(0)
        .shows("passed: all 2 rules, 1 event checked");
}

/// A zero that nobody looked for is not a zero.
#[test]
fn without_events_there_is_no_result() {
    let dir = Dir::new();
    dir.write("none", r#"{"Events": []}"#);
    dir.write("dump", dump());
    dir.write("empty", "");
    dir.write(
        "r.toml",
        "[[rule]]\nname = 'r'\nmax = 0\nselect = '--denied'\n",
    );
    dir.write("min.toml", "[[rule]]\nname = 'r'\nmin = 1\n");
    let check = |words: &[&str]| dir.run([&["check", "--rules"], words].concat()).got();
    check(&["r.toml", "none"])
        .ends(2)
        .mentions("no events matched")
        .shows("no result");
    check(&["r.toml", "dump", "--key", "AKIANOBODY"])
        .ends(2)
        .mentions("no events matched");
    check(&["min.toml", "none"]).ends(1).shows("failed");
    for unreadable in ["empty", "nowhere"] {
        check(&["r.toml", unreadable, "-o", "out"])
            .ends(2)
            .prints("");
        assert!(!dir.names().contains(&"out".to_owned()));
    }
}

#[test]
fn damage_is_reported_with_the_result() {
    let dir = Dir::new();
    let whole = dump();
    dir.write("cut", &whole[..whole.len() - 400]);
    dir.write("pass.toml", "[[rule]]\nname = 'r'\nmin = 1\n");
    dir.write("fail.toml", "[[rule]]\nname = 'r'\nmax = 0\n");
    let check = |rules: &str| dir.run(["check", "--rules", rules, "cut"]).got();
    check("pass.toml")
        .ends(3)
        .shows("4 events checked; a part of the input");
    check("fail.toml").ends(1).shows("; a part of the input");
    dir.run(["check", "--rules", "fail.toml", "cut", "nowhere"])
        .got()
        .ends(2)
        .shows("failed");
}

#[test]
fn a_misspelled_field_is_a_warning() {
    judged("max = 0\nselect = '--where \"requestParameters.bucketNam = x\"'")
        .ends(0)
        .mentions("r.toml:2: no event contains the field `requestParameters.bucketNam`");
    judged("only = ['--where \"userIdentity.usrName = x\"', '--region *']")
        .ends(0)
        .mentions("no event contains the field `userIdentity.usrName`");
}

#[test]
fn a_bare_dump_is_pointed_to_init_and_inspect() {
    let got = typed("check fixtures/cli-v2.json").got();
    got.ends(2)
        .prints("")
        .mentions("trailsift check --init fixtures/cli-v2.json")
        .mentions("trailsift inspect fixtures/cli-v2.json");
    typed("check").got().ends(2).mentions("--init DUMP");
}

#[test]
fn an_explained_check_reads_nothing() {
    let got = typed("check --rules tests/check/rules.toml --baseline tests/check/baseline.tsv nosuch.json --explain").got();
    got.shows("EventSource")
        .shows("--rules")
        .shows("--baseline")
        .shows("outcome");
}

#[test]
fn an_output_never_takes_the_place_of_an_input() {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.write("r.toml", "[[rule]]\nname = 'r'\nmin = 1\n");
    dir.run(["check", "--rules", "r.toml", "dump", "-o", "dump"])
        .got()
        .ends(2)
        .mentions("that is an input");
    dir.run(["check", "--rules", "r.toml", "dump", "-o", "out"])
        .got()
        .quietly()
        .prints("");
    assert!(dir.read("out").starts_with("passed"));
}

/// Many events, one of them twice, in files of every kind.
#[test]
fn threads_pipes_and_packing_change_nothing() {
    let dir = Dir::new();
    let mut records = Vec::new();
    for number in 0..3_000_u32 {
        let name = format!("Call{}", number % 50);
        let mut record = record(
            number % 1_000,
            json!({"eventName": name, "requestParameters": {"x": "y".repeat(700)}}),
        );
        record["eventID"] = json!(format!("id-{}", number % 2_500));
        record["eventName"] = json!(if number % 7 == 0 {
            "Rare".to_owned()
        } else {
            name
        });
        records.push(record);
    }
    let text = lookup(&records);
    let line_ends = text.replace("{\"AccessKeyId\"", "\n{\"AccessKeyId\"");
    assert!(line_ends.len() > 4 << 20 && line_ends.matches('\n').count() > 2_000);
    dir.write("dump", &line_ends);
    dir.write(
        "r.toml",
        "[[rule]]\nname = 'a'\nmax = 3\n[[rule]]\nname = 'b'\nonly = ['*:Call*']\n\
        [[rule]]\nname = 'c'\nselect = '--name Call49'\nmax = 0\n",
    );
    dir.write("b.tsv", "1\tec2.amazonaws.com\tCall3\n");
    for format in ["text", "json", "sarif", "junit", "github"] {
        let run = |more: &[&str]| {
            let fixed = [
                "check",
                "--rules",
                "r.toml",
                "--baseline",
                "b.tsv",
                "--show",
                "7",
                "--format",
                format,
            ];
            dir.run([&fixed, more].concat())
        };
        let one = run(&["--threads", "1", "dump"]).got();
        one.ends(1);
        for threads in ["2", "5"] {
            assert_eq!(
                run(&["--threads", threads, "dump"]).got().out,
                one.out,
                "{format}"
            );
        }
        let piped = run(&["-"]).stdin(line_ends.clone()).got();
        piped.ends(1);
        let renamed = one
            .out
            .replace("\"dump\"", "\"-\"")
            .replace("dump: byte", "-: byte");
        let piped = piped
            .out
            .replace("<stdin>", "-")
            .replace("standard input", "-");
        assert_eq!(piped, renamed, "{format}");
    }
}

/// The expected result of a rule of one service, computed by adding up.
fn naive(services: &[u8], min: Option<u64>, max: Option<u64>, only: Option<u8>) -> bool {
    let count = services.iter().filter(|service| **service < 2).count() as u64;
    let outside = |only: u8| {
        services
            .iter()
            .any(|service| *service < 2 && *service != only)
    };
    min.is_none_or(|min| count >= min)
        && max.is_none_or(|max| count <= max)
        && !only.is_some_and(outside)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn bounds_are_those_of_adding_up(
        services in prop::collection::vec(0..3_u8, 1..12),
        min in prop::option::of(1..6_u64),
        max in prop::option::of(1..6_u64),
        only in prop::option::of(0..2_u8),
    ) {
        let is_rule = (min.is_some() || max.is_some() || only.is_some()) && min.unwrap_or(0) <= max.unwrap_or(u64::MAX);
        prop_assume!(is_rule);
        let dir = Dir::new();
        let names = ["s3", "iam", "ec2"];
        let wanted: Vec<_> = services.iter().map(|service| (names[usize::from(*service)], "Call", json!({}))).collect();
        dir.write("dump", lookup(&calls(&wanted)));
        let mut rule = "[[rule]]\nname = 'r'\nselect = '--source s3,iam'\n".to_owned();
        let numbers = [("min", min), ("max", max)];
        for (key, number) in numbers.iter().filter_map(|(key, number)| Some((key, (*number)?))) {
            rule.push_str(&format!("{key} = {number}\n"));
        }
        if let Some(only) = only {
            rule.push_str(&format!("only = ['{}:*']\n", names[usize::from(only)]));
        }
        dir.write("r.toml", rule);
        let got = dir.run(["check", "--rules", "r.toml", "dump"]).got();
        let expected = if naive(&services, min, max, only) { 0 } else { 1 };
        prop_assert_eq!(got.status, expected, "{}", got.out);
    }
}

#[test]
fn what_could_not_be_read_is_damage_also_where_other_commands_only_mention_it() {
    let dir = Dir::new();
    dir.write(
        "rules.toml",
        "[[rule]]\nname = \"r\"\nselect = \"--denied --name Nothing\"\nmax = 0\n",
    );
    let good = fs::read("tests/check/good.json").expect("the dump");
    fs::create_dir(dir.path("run")).expect("a folder");
    dir.write("run/good.json", good);
    dir.run(["check", "--rules", "rules.toml", "run"])
        .got()
        .ends(0);
    dir.write("run/empty.json", "");
    let got = dir.run(["check", "--rules", "rules.toml", "run"]).got();
    got.ends(3).mentions("empty.json");
    // One that was cut off in its first bytes is no JSON; what never was any is not missed.
    fs::remove_file(dir.path("run/empty.json")).expect("it is there");
    dir.write("run/notes.txt", "{\"Events");
    dir.run(["check", "--rules", "rules.toml", "run"])
        .got()
        .ends(0);
    dir.write("run/cut.json", "{\"Events");
    let got = dir.run(["check", "--rules", "rules.toml", "run"]).got();
    got.ends(3).mentions("cut.json");
    // A dump that says that there is more.
    let more = std::path::absolute("tests/data/max-items.json").expect("a path");
    let more = more.to_str().expect("UTF-8");
    dir.run(["check", "--rules", "rules.toml", more])
        .got()
        .ends(3);
}

#[test]
fn results_never_go_to_what_is_read() {
    let dir = Dir::new();
    let good = fs::read("tests/check/good.json").expect("the dump");
    dir.write("a.json", &good);
    dir.write("b.json", &good);
    dir.write("base.tsv", "EventSource\tEventName\n");
    for words in [
        &["diff", "a.json", "b.json", "-o", "b.json"][..],
        &["diff", "a.json", "b.json", "-o", "./a.json"],
        &["inspect", "a.json", "-o", "a.json"],
        &["report", "a.json", "-o", "a.json"],
        &[
            "check",
            "--baseline",
            "base.tsv",
            "a.json",
            "-o",
            "base.tsv",
        ],
    ] {
        dir.run(words).got().ends(2);
    }
    for name in ["a.json", "b.json"] {
        assert_eq!(fs::read(dir.path(name)).expect("it is there"), good);
    }
    assert!(dir.path("base.tsv").metadata().expect("it is there").len() > 10);
}

#[test]
fn an_event_without_its_record_satisfies_no_rule_about_it() {
    let dir = Dir::new();
    let mut dump: Value = serde_json::from_str(&dump()).expect("JSON");
    dump["Events"][1]["CloudTrailEvent"] = Value::Null;
    let event = dump["Events"][3].as_object_mut().expect("an object");
    event.remove("CloudTrailEvent");
    dir.write("dump", dump.to_string());
    for (rule, status) in [
        ("select = '--denied'\nmax = 1", 3),
        ("select = '--denied'\nmax = 0", 1),
        ("only = ['--region *']", 1),
        ("select = '--name GetObject --region us-east-1'\nmin = 1", 0),
        ("select = '--name GetObject'\nmax = 1", 0),
    ] {
        dir.write("r.toml", format!("[[rule]]\nname = 'r'\n{rule}\n"));
        let got = dir.run(["check", "--rules", "r.toml", "dump"]).got();
        got.ends(status);
        if status != 0 {
            got.mentions("no CloudTrailEvent")
                .mentions("(and one more event like this)")
                .shows("part of the input could not be");
        }
    }
    // The rules need no record.
    dir.write(
        "b.tsv",
        "EventSource\nec2.amazonaws.com\niam.amazonaws.com\ns3.amazonaws.com\n",
    );
    dir.run(["check", "--baseline", "b.tsv", "dump"])
        .got()
        .ends(0)
        .says("");
    // Elsewhere it is mentioned, and counts where one is strict.
    dir.run(["count", "--total", "--denied", "dump"])
        .got()
        .ends(0)
        .mentions("no CloudTrailEvent, so no condition");
    let got = dir
        .run([
            "count",
            "--total",
            "--denied",
            "--strict",
            "--stats=json",
            "dump",
        ])
        .got();
    got.ends(3).mentions("no CloudTrailEvent");
    assert_eq!(got.byte_counts()["events"]["without_record"], 2);
    dir.run([
        "count",
        "--total",
        "--name",
        "GetObject",
        "--strict",
        "dump",
    ])
    .got()
    .quietly();
}

/// By accident or not: the same id on a call that was refused.
#[test]
fn a_denied_call_with_the_id_of_another_is_found() {
    let dir = Dir::new();
    let denied = record(0, json!({"errorCode": "AccessDenied"}));
    dir.write("dump", lookup(&[record(0, json!({})), denied]));
    dir.write(
        "r.toml",
        "[[rule]]\nname = 'r'\nselect = '--denied'\nmax = 0\n",
    );
    dir.run(["check", "--rules", "r.toml", "dump"])
        .got()
        .ends(1)
        .mentions("that differs in call, outcome");
}
