//! A zero explains itself.

use serde_json::{Value, json};

use crate::support::program::{Dir, typed};
use crate::support::small::{lookup, record};

fn dir() -> Dir {
    let dir = Dir::new();
    let calls = [
        "DescribeInstances",
        "DescribeInstances",
        "DescribeImages",
        "RunInstances",
    ];
    let records: Vec<Value> = (0..)
        .zip(calls)
        .map(|(n, name)| {
            let mut record = record(n * 60, json!({"eventName": name}));
            record["userIdentity"]["accessKeyId"] =
                json!(if n < 3 { "AKIAONE" } else { "AKIATWO" });
            record
        })
        .collect();
    dir.write("dump", lookup(&records));
    dir
}

#[test]
fn each_condition_says_what_it_left_over() {
    let dir = dir();
    dir.run(["count", "--on", "2024-06-08", "--key", "AKIAONE", "dump"]).got().ends(0).prints("").says(
        "trailsift: note: nothing selected of 4 events:\n\
         trailsift: note:   --key AKIAONE: 4 \u{2192} 3\n\
         trailsift: note:   --on 2024-06-08 (UTC): 3 \u{2192} 0; the dump covers 2024-06-10T06:00:00Z to \
         09:00:00Z\n",
    );
    dir.run([
        "list",
        "--tz",
        "Asia/Tokyo",
        "--since",
        "2024-06-11",
        "dump",
    ])
    .got()
    .ends(0)
    .prints("")
    .says(
        "trailsift: note: nothing selected of 4 events:\n\
         trailsift: note:   --since 2024-06-11 (Asia/Tokyo): 4 \u{2192} 0; the dump covers \
         2024-06-10T15:00:00+09:00 to 18:00:00+09:00\n",
    );
}

#[test]
fn the_covered_times_name_a_day_only_once() {
    let dir = dir();
    let covered = |line: &str| {
        let got = dir
            .run(["count"].into_iter().chain(line.split(' ')).chain(["dump"]))
            .got();
        got.err
            .rsplit("covers ")
            .next()
            .unwrap()
            .trim_end()
            .to_owned()
    };
    assert_eq!(
        covered("--on 2001-01-01"),
        "2024-06-10T06:00:00Z to 09:00:00Z"
    );
    assert_eq!(
        covered("--on 2001-01-01 --tz -07:00"),
        "2024-06-09T23:00:00-07:00 to 2024-06-10T02:00:00-07:00"
    );
}

#[test]
fn the_covered_times_are_those_of_all_events_whichever_condition_left_none() {
    let dir = dir();
    let covered = "; the dump covers 2024-06-10T06:00:00Z to 09:00:00Z\n";
    for (line, step) in [
        (
            "--key AKIANOBODY --on 2001-01-01",
            "--on 2001-01-01 (UTC): 0 \u{2192} 0",
        ),
        (
            "--name Run* --on 2001-01-01",
            "--on 2001-01-01 (UTC): 1 \u{2192} 0",
        ),
        (
            "--since 2024-06-10 --who nobody",
            "--since 2024-06-10 (UTC): 4 \u{2192} 4",
        ),
        (
            "--since 2024-06-10 --denied --last 2h",
            "--since 2024-06-10 (UTC): 4 \u{2192} 4",
        ),
    ] {
        let got = dir
            .run(["count"].into_iter().chain(line.split(' ')).chain(["dump"]))
            .got();
        got.ends(0).mentions(&format!("{step}{covered}"));
        assert_eq!(got.err.matches("covers").count(), 1, "{}", got.err);
    }
    dir.write("one", lookup(&[record(0, json!({}))]));
    dir.run(["count", "--on", "2001-01-01", "one"])
        .got()
        .mentions("; the dump covers 2024-06-10T06:00:00Z only\n");
    // Without a time condition, no times are printed.
    dir.run(["count", "--key", "AKIANOBODY", "dump"])
        .got()
        .never_mentions("covers");
}

#[test]
fn the_nearest_value_that_occurs_is_named_with_its_count() {
    let dir = dir();
    for (flag, value, near) in [
        ("--name", "DescribeInstance", "DescribeInstances (2)"),
        ("--name", "describe", "DescribeInstances (2)"),
        ("--name", "ec2:RunInstance", "RunInstances (1)"),
        ("--key", "AKIATW0", "AKIATWO (1)"),
        ("--key", "akiaone", "AKIAONE (3)"),
        ("--source", "ec3", "ec2.amazonaws.com (4)"),
        ("--source", "ec2.amazonaws.co", "ec2.amazonaws.com (4)"),
        ("--region", "us-east1", "us-east-1 (4)"),
        ("--who", "alise", "alice (4)"),
        ("--account", "11112222333", "111122223333 (4)"),
    ] {
        dir.run(["count", flag, value, "dump"])
            .got()
            .ends(0)
            .prints("")
            .mentions(&format!(
                "{flag} {value}: 4 \u{2192} 0; nearest value that occurs: {near}"
            ));
    }
    dir.run(["count", "--name", "zzz", "dump"])
        .got()
        .never_mentions("nearest");
}

/// A hundred keys under investigation and seventy thousand that occur once took twenty seconds, for a hint.
#[test]
fn the_nearest_is_not_looked_for_where_that_would_take_long() {
    let dir = dir();
    for (length, is_named) in [(1, true), (10_000_000, false)] {
        dir.write("keys", format!("AKIAONE{}\n", "x".repeat(length)));
        let got = dir.run(["count", "--key", "@keys", "dump"]).got();
        got.mentions("--key @keys (1 value): 4 \u{2192} 0");
        let named = "nearest value that occurs: AKIAONE (3)";
        match is_named {
            true => got.mentions(named),
            false => got.never_mentions(named),
        };
    }
}

#[test]
fn an_unasked_zero_or_a_found_event_is_not_explained() {
    let dir = dir();
    dir.run(["count", "--total", "--name", "RunInstances", "dump"])
        .got()
        .quietly()
        .prints("1\n");
    dir.run(["count", "--total", "-q", "--name", "nix", "dump"])
        .got()
        .quietly()
        .prints("0\n");
    typed("count --total tests/data/no-events.json")
        .got()
        .ends(0)
        .prints("0\n")
        .never_mentions("nothing selected");
}

#[test]
fn the_explanation_is_the_same_for_any_number_of_threads() {
    let run = |threads: &str| {
        let got = typed(&format!(
            "count --name DescribeInstance --not source=s3 --since 2001-01-01 --threads {threads} fixtures"
        ))
        .got();
        got.ends(0)
            .prints("")
            .mentions("nearest value that occurs: DescribeInstances");
        got.err
    };
    assert_eq!(run("1"), run("2"));
    assert_eq!(run("1"), run("8"));
}

#[test]
fn all_of_the_steps_add_up() {
    let got =
        typed("count --source s3 --name *e* --denied --region eu-* --who nobody fixtures").got();
    got.ends(0).prints("");
    let steps: Vec<(u64, u64)> = got
        .err
        .lines()
        .filter_map(|line| {
            line.rsplit_once(": ")?
                .1
                .split(';')
                .next()?
                .split_once(" \u{2192} ")
        })
        .map(|(from, to)| (from.replace(',', "").parse().unwrap(), to.parse().unwrap()))
        .collect();
    assert_eq!(steps.len(), 5, "{}", got.err);
    assert_eq!((steps[0].0, steps[4].1), (957, 0));
    assert!(
        steps.windows(2).all(|pair| pair[0].1 == pair[1].0),
        "{}",
        got.err
    );
}

#[test]
fn an_exclusion_that_excludes_nothing_is_reported_with_the_nearest_value() {
    let dir = dir();
    let note = |line: &[&str]| {
        let got = dir
            .run(["count", "--total"].iter().chain(line).chain(&["dump"]))
            .got();
        got.ends(0).prints("4\n");
        got.err
    };
    for (line, said) in [
        (
            &["--not", "who=Alice"][..],
            "`--not who=Alice` excluded nothing; nearest value that occurs: alice (4)",
        ),
        (
            &["--where", "EventSource != ec2"],
            "`--where 'EventSource != ec2'` excluded nothing; nearest value that occurs: ec2.amazonaws.com (4)",
        ),
        (
            &["--where", "EventName not in (RunInstance, x)"],
            "excluded nothing; nearest value that occurs: RunInstances (1)",
        ),
        (
            &["--where", "not EventName = runinstances"],
            "excluded nothing; nearest value that occurs: RunInstances (1)",
        ),
        (
            &["--where", "errorCode != ''"],
            "excluded nothing; it is also true if `errorCode` is missing; to select events that have it write \
             `exists errorCode`",
        ),
        (
            &["--not", "region=zz-9"],
            "`--not region=zz-9` excluded nothing\n",
        ),
        (&["--where", "EventName !~ ^Put"], "excluded nothing\n"),
    ] {
        let got = note(line);
        assert!(got.contains(said), "{line:?}\n{got}");
        assert_eq!(got.lines().count(), 1, "{got}");
    }
    // Not of conditions that say that a field must be missing, or of conditions that are not exclusions.
    assert_eq!(note(&["--where", "not exists errorCode"]), "");
    assert_eq!(note(&["--source", "ec2"]), "");
    assert_eq!(note(&["-q", "--not", "who=Alice"]), "");
}

#[test]
fn an_exclusion_that_excludes_something_or_is_not_tested_is_not_reported() {
    let dir = dir();
    for line in [
        "count --not name=Run*,zzz dump",
        "count --where EventName!=RunInstances dump",
        // Reading stopped before the end.
        "list -n 1 --not who=Alice dump",
    ] {
        dir.run(line.split(' '))
            .got()
            .ends(0)
            .never_mentions("excluded nothing");
    }
    // In the explanation of an empty result the exclusions are part of it.
    dir.run(["count", "--not", "who=Alice", "--key", "AKIANOBODY", "dump"])
        .got()
        .mentions("--key AKIANOBODY: 4 \u{2192} 0")
        .mentions("--not who=Alice: 0 \u{2192} 0\n");
    dir.run(["count", "--not", "source=ec3", "--name", "zzz", "dump"])
        .got()
        .mentions(
            "--not source=ec3: 4 \u{2192} 4; nearest value that occurs: ec2.amazonaws.com (4)\n",
        )
        .mentions("--name zzz: 4 \u{2192} 0\n");
}

#[test]
fn the_report_of_an_exclusion_is_the_same_for_any_number_of_threads() {
    let run = |threads: &str| {
        let line = format!(
            "count --total --not name=DescribeInstance --not source=s3 --threads {threads} fixtures"
        );
        typed(&line).got().err
    };
    let one = run("1");
    assert!(
        one.contains("nearest value that occurs: DescribeInstances ("),
        "{one}"
    );
    assert!(!one.contains("source=s3"), "{one}");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("8"));
}
