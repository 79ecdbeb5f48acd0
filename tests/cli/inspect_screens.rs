//! `inspect` on the screen: its text, its commands, and its output files.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::pack;
use crate::support::program::{Dir, Got};
use crate::support::small::{lookup, record};

/// 2024-08-01, when all events below are younger than 90 days; with a fraction of a second.
const NOW: [&str; 2] = ["--now", "2024-08-01T00:00:00.123456Z"];

fn inspect(dir: &Dir, words: &[&str]) -> Got {
    dir.run(["inspect"].iter().chain(&NOW).chain(words)).got()
}

fn dump() -> String {
    lookup(&[record(1, json!({})), record(0, json!({}))])
}

#[test]
fn an_input_is_never_written_to() {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.write("sub/dump", dump());
    for (words, name) in [
        (&["-o", "dump", "dump"][..], "-o dump"),
        (&["-o", "./dump", "dump"], "-o ./dump"),
        (&["-o", "sub/dump", "sub"], "-o sub/dump"),
        (&["-o", "sub/../dump", "sub", "dump"], "-o sub/../dump"),
        (&["--manifest", "dump", "dump"], "--manifest dump"),
    ] {
        let says = format!("trailsift: error: {name}: that is an input\n");
        inspect(&dir, words).ends(2).prints("").says(&says);
    }
    for option in ["-o", "--manifest"] {
        let file = std::fs::File::open(dir.path("dump")).expect("it is there");
        let mut command = Command::new(env!("CARGO_BIN_EXE_trailsift"));
        command.args(["inspect", option, "dump"]).stdin(file);
        let output = command.current_dir(dir.path("")).output().expect("it runs");
        let got = Got::new(option.to_owned(), output);
        got.ends(2).mentions("that is an input");
    }
    assert_eq!(dir.read("dump"), dump());
    assert_eq!(dir.names(), ["dump", "sub"]);
    inspect(&dir, &["-o", "other", "dump"]).ends(0).quietly();
}

#[test]
fn a_manifest_that_cannot_be_written_is_reported_before_any_input_is_read() {
    let dir = Dir::new();
    dir.write("dump", dump());
    for (command, path) in [
        ("inspect", "no/where"),
        ("count", "no/where"),
        ("list", "no/where"),
        ("count", "."),
    ] {
        let got = dir.run([command, "dump", "--manifest", path]).got();
        got.ends(2).prints("").mentions(path);
    }
    assert_eq!(dir.names(), ["dump"]);
}

#[test]
fn no_lookup_is_said_with_its_reason() {
    let dir = Dir::new();
    let error =
        "An error occurred (ThrottlingException) when calling the LookupEvents operation: x\n";
    let of_the_cli = "eyJOZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiA1fQ==";
    dir.write("token", "{\"Events\":[],\"NextToken\":\"x\"}");
    dir.write(
        "cli",
        format!("{{\"Events\":[],\"NextToken\":\"{of_the_cli}\"}}"),
    );
    dir.write("error", error);
    dir.write("both", format!("{{\"Events\":[]}}\n{error}"));
    for name in ["token", "error", "both"] {
        let got = inspect(&dir, &["--commands", name]);
        got.shows("no lookup: the dump contains no event, so region and times are unknown");
        got.shows(name);
    }
    let got = inspect(&dir, &["--commands", "token", "error", "cli"]);
    got.shows("; token; no lookup").shows("; error; no lookup");
    got.shows(&format!("--starting-token '{of_the_cli}'"));
    let got = inspect(&dir, &["--format", "json", "token"]);
    let document = got.ends(1).json();
    let findings = document["dumps"][0]["findings"].as_array().expect("a list");
    let ids: Vec<_> = findings.iter().map(|it| &it["id"]).collect();
    // It does not say as well that the lookup found nothing.
    assert_eq!(ids, ["next-token"]);
    for name in ["error", "both"] {
        let document = inspect(&dir, &["--format", "json", name]).json();
        let finding = &document["dumps"][0]["findings"][0];
        assert_eq!(finding["id"], "aws-error");
        assert!(
            finding["advice"]
                .as_str()
                .expect("text")
                .contains("--commands")
        );
    }
}

#[test]
fn a_limit_that_is_met_is_raised_and_nothing_copied() {
    let dir = Dir::new();
    dir.write("dump.gz", pack::gzip(dump().as_bytes()));
    let twice = [pack::gzip(dump().as_bytes()), pack::gzip(b"\n")].concat();
    dir.write("twice.gz", twice);
    for (flag, limit, name) in [
        ("--max-unpacked", "100", "dump.gz"),
        ("--max-members", "1", "twice.gz"),
    ] {
        let got = inspect(&dir, &["--format", "json", flag, limit, name]);
        let document = got.json();
        let finding = &document["dumps"][0]["findings"][0];
        assert_eq!(finding["id"], "over-limit", "{finding}");
        assert!(
            finding["reason"].as_str().expect("text").contains(flag),
            "{finding}"
        );
        assert!(
            !finding["advice"].as_str().expect("text").contains("copy"),
            "{finding}"
        );
    }
}

#[test]
fn unknown_facts_of_a_file_are_null() {
    let dir = Dir::new();
    dir.write("dump", dump());
    // A directory has no bytes.
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailsift"));
    command.args(["inspect", "--manifest", "m", "-", "dump"]);
    command.stdin(std::fs::File::open(dir.path("")).expect("it is there"));
    let output = command.current_dir(dir.path("")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let manifest: Value = serde_json::from_str(&dir.read("m")).expect("one document");
    let inputs = manifest["inputs"].as_array().expect("a list");
    let blank = inputs.iter().filter(|input| input["compression"] == "");
    assert_eq!(blank.count(), 0, "{inputs:?}");
    let unknown: Vec<_> = inputs.iter().filter(|it| it["sha256"].is_null()).collect();
    assert_eq!(unknown.len(), 1, "{inputs:?}");
    assert_eq!(unknown[0]["compression"], Value::Null);
}

#[test]
fn an_empty_input_has_neither_writer_nor_encoding() {
    let dir = Dir::new();
    dir.write("dump", "");
    let got = inspect(&dir, &["dump"]);
    got.ends(2).shows("  bytes       0, it is empty\n");
    assert!(
        !got.out.contains("written by") && !got.out.contains("UTF-8"),
        "{}",
        got.out
    );
}

#[test]
fn the_time_of_the_lookups_is_in_whole_seconds() {
    let dir = Dir::new();
    dir.write("dump", dump());
    let got = inspect(&dir, &["--commands", "dump"]);
    got.shows("as of 2024-08-01T00:00:00Z");
}

#[test]
fn a_count_stays_next_to_its_name_of_any_length() {
    let dir = Dir::new();
    let arn = format!("arn:aws:iam::111122223333:user/{}", "x".repeat(100));
    let identity =
        json!({"userIdentity": {"type": "IAMUser", "arn": arn, "accountId": "111122223333"}});
    dir.write(
        "dump",
        lookup(&[record(1, identity.clone()), record(0, identity)]),
    );
    let got = inspect(&dir, &["dump"]);
    got.shows(&format!("  identities  {arn} (2)\n"));
}

#[test]
fn of_many_dumps_only_those_with_something_wrong_have_a_screen() {
    let dir = Dir::new();
    for nth in 0..20 {
        dir.write(format!("dump-{nth:02}"), lookup(&[record(nth, json!({}))]));
    }
    let names: Vec<String> = (0..20).map(|nth| format!("dump-{nth:02}")).collect();
    let mut words: Vec<&str> = names.iter().map(String::as_str).collect();
    let screens = |got: &Got| {
        got.lines()
            .iter()
            .filter(|line| line.starts_with("  what "))
            .count()
    };
    let few = inspect(&dir, &words);
    assert_eq!(screens(&few), 20);
    assert!(!few.out.contains("not shown"));
    let cut = dump();
    dir.write("cut", &cut[..cut.len() - 1]);
    words.push("cut");
    let many = inspect(&dir, &words);
    assert_eq!((screens(&many), many.status), (1, 1));
    many.shows("  not shown   20 dumps without an error or a warning");
    many.shows("\nall together: 21 dumps\n");
    assert!(many.out.starts_with("cut\n"), "{}", many.out);
    words.splice(..0, ["--format", "json"]);
    let all = inspect(&dir, &words).json();
    assert_eq!(all["dumps"].as_array().map(Vec::len), Some(21));
}
