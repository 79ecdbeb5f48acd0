//! `inspect` on real data and on the output of real clients: it finds the program that wrote each file, its byte counts add up, and it never
//! panics.
//!
//! Not for: single findings (`cli::inspect`).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::shared;
use crate::support::program::trailsift;

/// Who wrote a sample, by the first pattern that its name fits; `*` stands for anything. What `RC.tsv` says made
/// it decides, if the bytes show it: `unknown` stands for every other file, values that a
/// query chose, records that are the same from `jq -r` and `--output text`, and a cut inside the first event.
/// `=` is the version that its name begins with.
const WRITERS: [(&str, &str); 37] = [
    ("*.stderr", ""),
    ("RC.tsv", ""),
    ("*.badattr.json", "unknown"),
    ("*.throttle-p?.json", "unknown"),
    ("*.expired-p2.json", "unknown"),
    ("*.sigint.json", "unknown"),
    ("v1.drop-p2.json", "unknown"),
    ("*.empty.txt", "unknown"),
    ("*.empty-query.json", "unknown"),
    ("*.empty.json", "aws-cli"),
    ("*.table.txt", "aws-cli"),
    ("*.query-obj.json", "unknown"),
    ("*.query-pairs*", "unknown"),
    ("*.stream-query.yaml", "unknown"),
    ("*.query-cte.yaml", "unknown"),
    ("*.query-cte-rows.txt", "unknown"),
    ("*.query-cte*", "aws-cli"),
    ("*.other.lake.json", "aws-cli"),
    ("*.other.*.txt", "aws-cli"),
    ("*.other.*", "cloudwatch-logs"),
    ("*.stderr-throttle.txt", "="),
    ("*.stderr-throttle*", "aws-cli"),
    ("*.head5.json", "unknown"),
    ("v1py27.text.txt", "aws-cli-1"),
    ("v1py27.*", "aws-cli-1-python-2"),
    ("v1.ts-iso*", "aws-cli-2"),
    ("v1.tz-tokyo.iso.json", "aws-cli-2"),
    ("v2.ts-wire.json", "aws-cli-1"),
    ("*.jq-r-cte.jsonl", "unknown"),
    ("*.jq-*", "jq"),
    ("boto3.repr.*", "unknown"),
    ("boto3.*", "boto3"),
    ("aws-logs-tail.txt", "aws-cli"),
    ("eventbridge.*", "eventbridge"),
    ("s3-trail.records.json", "s3-trail"),
    ("*.yaml*", "aws-cli-2"),
    ("*", "="),
];

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.chars().next() {
        None => name.is_empty(),
        Some('*') => (0..=name.len())
            .filter(|at| name.is_char_boundary(*at))
            .any(|at| fits(&pattern[1..], &name[at..])),
        Some(first) => name.chars().next().is_some_and(|c| {
            (first == '?' || c == first)
                && fits(&pattern[first.len_utf8()..], &name[c.len_utf8()..])
        }),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// The one dump that a file is, judged.
fn inspected(path: &Path) -> Value {
    let line = ["inspect", "--format", "json", "--now", "2024-08-01"];
    let got = trailsift(line.iter().map(AsRef::as_ref).chain([path.as_os_str()])).got();
    assert!(
        (0..=3).contains(&got.status),
        "{}: {}",
        path.display(),
        got.err
    );
    let document = got.json();
    let dump = document["dumps"][0].clone();
    let events = &dump["events"];
    let count = |value: &Value| value.as_u64().expect("a number");
    let repeated =
        count(&events["duplicates"]["within_dump"]) + count(&events["duplicates"]["across_dumps"]);
    assert_eq!(
        count(&events["found"]),
        count(&events["distinct"]) + repeated
    );
    for list in ["accounts", "regions", "identities"] {
        let listed = dump[list]["top"].as_array().expect("a list");
        let sum: u64 = listed.iter().map(|it| count(&it["events"])).sum();
        let sum = sum + count(&dump[list]["without"]);
        let is_whole = count(&dump[list]["count"]) == listed.len() as u64;
        assert!(
            sum == count(&events["distinct"]) || !is_whole,
            "{}: {list}",
            path.display()
        );
    }
    let bytes = fs::metadata(path).expect("a file").len();
    assert_eq!(dump["format"]["bytes"], bytes, "{}", path.display());
    dump
}

#[test]
#[ignore = "needs ../shared/samples"]
fn the_program_that_wrote_a_sample_is_found() {
    let mut found = Vec::new();
    files(&shared("samples"), &mut found);
    let (mut wrong, mut known) = (Vec::new(), 0);
    for path in found {
        let name = path.file_name().expect("a name").to_string_lossy();
        let rule = WRITERS.iter().find(|(pattern, _)| fits(pattern, &name));
        let (_, expected) = rule.expect("a pattern for anything");
        let dump = inspected(&path);
        let writer = dump["format"]["writer"].as_str().expect("a name");
        let expected = match (*expected, name.get(..2)) {
            ("", _) => continue,
            ("=", Some("v1")) => "aws-cli-1",
            ("=", Some("v2")) => "aws-cli-2",
            (expected, _) => expected,
        };
        if writer != expected {
            wrong.push(format!("{name}: {writer}, not {expected}"));
        }
        known += u32::from(writer != "unknown");
        let has_evidence = !dump["format"]["evidence"]
            .as_array()
            .expect("a list")
            .is_empty();
        assert!(has_evidence || writer == "unknown", "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(known > 120, "only {known} are known");
}

#[test]
#[ignore = "needs ../shared/corpus"]
fn every_file_of_the_corpus_is_inspected() {
    let mut found = Vec::new();
    files(&shared("corpus"), &mut found);
    let events: u64 = found
        .iter()
        .map(|path| {
            inspected(path)["events"]["found"]
                .as_u64()
                .expect("a number")
        })
        .sum();
    assert!(events > 30_000, "only {events} events");
}
