//! The account, the exit status, and who may silence what.

use serde_json::json;

use crate::support::program::{Dir, typed};
use crate::support::small::{lookup, record};

/// A directory with a dump of two events, one cut after its first event, one that says there is more, and files
/// that are no dumps.
fn dir() -> Dir {
    let dir = Dir::new();
    let dump = lookup(&[
        record(0, json!({})),
        record(1, json!({"eventName": "RunInstances"})),
    ]);
    dir.write("good", &dump);
    let other = lookup(&[record(10, json!({})), record(11, json!({}))]);
    dir.write("cut", &other[..other.len() - 30]);
    let more = lookup(&[record(20, json!({}))]);
    dir.write(
        "more",
        more.replacen("]}", "],\"NextToken\":\"x\"}", 1)
            .replace("}]}", "}],\"NextToken\":\"x\"}"),
    );
    dir.write("foreign", "{\"name\": \"x\"}");
    dir.write("empty", "");
    dir.write("error", "\nAn error occurred (ThrottlingException) when calling the LookupEvents operation: Rate exceeded\n");
    dir
}

#[test]
fn the_exit_status_is_the_most_severe_two_before_one_before_three() {
    let dir = dir();
    for (line, status) in [
        ("good", 0),
        ("good --name nix", 0),
        ("good --name nix -e", 1),
        ("good --name nix --exit-status", 1),
        ("good -e", 0),
        ("cut", 3),
        ("cut -e", 3),
        ("cut -e --name nix", 1),
        ("cut good", 3),
        ("missing", 2),
        ("missing good", 2),
        ("foreign good", 2),
        ("empty good", 2),
        ("error good", 2),
        ("missing cut -e --name nix", 2),
        ("good missing -e --name nix", 2),
        ("more", 0),
        ("more --strict", 3),
        ("more --strict -e --name nix", 1),
        ("good --strict", 0),
        (".", 3),
    ] {
        dir.run(["count"].into_iter().chain(line.split(' ')))
            .got()
            .ends(status);
    }
}

#[test]
fn the_other_sources_are_read_although_one_is_bad() {
    let dir = dir();
    let got = dir
        .run([
            "count", "--total", "missing", "good", "foreign", "cut", "empty",
        ])
        .got();
    got.ends(2).prints("3\n");
    for words in [
        "missing: No such file",
        "foreign: no CloudTrail event",
        "cut: byte ",
        "empty: 0 bytes",
    ] {
        got.mentions(words);
    }
    // And in a directory none of these is a reason for 2.
    let got = dir.run(["count", "--total", "."]).got();
    got.ends(3)
        .prints("4\n")
        .mentions("./empty: 0 bytes")
        .mentions("./error: no event")
        .mentions("skipped 1 file that is no");
    got.never_mentions("./foreign");
}

#[test]
fn no_source_at_all_gives_no_answer_not_even_a_zero() {
    let dir = dir();
    for command in [
        &["count", "--total"][..],
        &["count", "--format", "json"],
        &["list", "--header"],
        &["list", "--format", "csv"],
        &["show"],
    ] {
        for dump in ["missing", "foreign", "empty", "error"] {
            dir.run(command.iter().chain(&[dump]))
                .got()
                .ends(2)
                .prints("")
                .mentions(&format!("{dump}: "));
        }
    }
}

#[test]
fn a_directory_without_a_dump_is_an_empty_source() {
    let dir = dir();
    dir.write("sub/readme", "hello");
    std::fs::create_dir(dir.path("nothing")).unwrap();
    dir.run(["count", "sub"])
        .got()
        .ends(2)
        .prints("")
        .mentions("sub: no CloudTrail dump in this directory");
    dir.run(["count", "nothing"])
        .got()
        .ends(2)
        .prints("")
        .mentions("nothing: no CloudTrail dump");
    dir.run(["count", "--total", "nothing", "good"])
        .got()
        .ends(2)
        .prints("2\n");
    dir.write("nothing/none", "{\"Events\": []}");
    dir.run(["count", "--total", "nothing"])
        .got()
        .ends(0)
        .prints("0\n")
        .mentions("nothing/none: a dump without events");
    dir.write("sub/lost", "");
    dir.run(["count", "sub"])
        .got()
        .ends(2)
        .mentions("sub/lost: 0 bytes");
}

#[test]
fn strict_takes_a_failed_lookup_in_a_directory_for_a_loss() {
    let dir = Dir::new();
    dir.write("a/good", lookup(&[record(0, json!({}))]));
    dir.write("a/lost", "\n");
    dir.run(["count", "--total", "a"])
        .got()
        .ends(0)
        .prints("1\n")
        .mentions("a/lost: ");
    dir.run(["count", "--total", "--strict", "a"])
        .got()
        .ends(3)
        .prints("1\n");
}

#[test]
fn quiet_silences_notes_and_nothing_else() {
    let dir = dir();
    let got = dir
        .run([
            "count", "--total", "-q", "good", "good", "cut", "more", "missing", "empty",
        ])
        .got();
    got.ends(2)
        .mentions("cut: byte")
        .mentions("NextToken")
        .mentions("missing: ")
        .mentions("empty: ");
    got.never_mentions("note:");
    typed("count --total -q tests/data/scrollback.txt")
        .got()
        .quietly();
    typed("count --total --quiet tests/data/tee-twice.json")
        .got()
        .quietly();
    typed("count --total -q --stats tests/data/tee-twice.json")
        .got()
        .ends(0)
        .mentions("3 duplicates");
}

#[test]
fn stats_print_the_whole_account() {
    let dir = dir();
    let got = dir
        .run([
            "count", "--total", "--stats", "--name", "Run*", "good", "good", "cut", "foreign",
        ])
        .got();
    got.ends(2).prints("1\n");
    let lengths: u64 = ["good", "good", "cut", "foreign"]
        .map(|name| dir.read(name).len() as u64)
        .iter()
        .sum();
    got.mentions("5 found = 1 selected + 3 filtered + 1 duplicates")
        .mentions("3 filtered by --name Run*")
        .mentions("4 read");
    let got = dir
        .run([
            "count",
            "--total",
            "--stats=json",
            "--name",
            "Run*",
            "good",
            "good",
            "cut",
            "foreign",
        ])
        .got();
    let account = got.byte_counts();
    assert_eq!(account["bytes"]["total"], lengths);
    assert_eq!(
        account["events"],
        json!({"found": 5, "selected": 1, "filtered": 3, "duplicates": 1, "unreadable_records": 0, "without_read_only": 0, "without_time": 0, "without_record": 0})
    );
    assert_eq!(
        account["filtered_by"],
        json!([{"condition": "--name Run*", "events": 3}])
    );
    dir.run(["count", "--total", "--stats=text", "good"])
        .got()
        .ends(0)
        .mentions("events  2 found");
    dir.run(["count", "--stats=xml", "good"]).got().ends(2);
}

#[test]
fn stats_never_swallow_the_dump() {
    let dir = dir();
    dir.run(["count", "--total", "--stats", "good"])
        .got()
        .ends(0)
        .prints("2\n")
        .mentions("events  2 found");
    dir.write("json", dir.read("good"));
    dir.run(["count", "--total", "--stats", "json"])
        .got()
        .ends(0)
        .prints("2\n")
        .mentions("bytes ");
}

#[test]
fn files_that_cannot_be_read_are_not_counted_as_read() {
    let dir = dir();
    let account = dir
        .run(["count", "--stats=json", "good", "foreign", "missing"])
        .got()
        .byte_counts();
    assert_eq!(account["files"]["read"], 2);
}

#[test]
fn rows_notes_and_account_are_the_same_for_any_number_of_threads() {
    for line in [
        "show --compact",
        "list --format jsonl --fields event",
        "count --by EventName,awsRegion",
        "list --denied --stats=json",
        "list -n 40 --stats",
    ] {
        let run = |threads: &str| {
            let got = typed(&format!(
                "{line} --threads {threads} tests/data fixtures tests/data"
            ))
            .got();
            (got.status, got.out, got.err)
        };
        let one = run("1");
        assert_eq!(one, run("2"), "{line}");
        assert_eq!(one, run("8"), "{line}");
    }
}

#[test]
fn a_record_is_only_unreadable_to_who_looks_inside() {
    let dump = "tests/data/nested-broken.json";
    for (line, status) in [
        ("count", 0),
        ("list", 0),
        ("list --name Describe*", 0),
        ("count --by AccessKeyId", 0),
        ("list --fields awsRegion", 3),
        ("count --denied", 3),
        ("list --sort sourceIPAddress", 3),
        ("count --distinct userAgent", 3),
        ("show", 3),
        ("list --format jsonl", 0),
        ("list --format jsonl --fields event", 3),
    ] {
        let got = typed(&format!("{line} {dump}")).got();
        got.ends(status);
        assert_eq!(
            got.err.contains("record unreadable"),
            status == 3,
            "{line}: {}",
            got.err
        );
    }
}
