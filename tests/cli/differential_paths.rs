//! `fields` on every fixture, compared with a walk over serde_json values: which paths, in how many events,
//! with how many different values, and the first.
//!
//! The names of the envelope and ours are compared with what `list` says of each event.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trailsift::event::{ENVELOPE, RECORD};

use super::naive::{self, Naive};
use crate::support::program::{Got, trailsift};

/// What is counted for a path.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    events: u64,
    values: BTreeSet<String>,
    example: Option<String>,
}

#[derive(Default)]
struct Counts {
    paths: BTreeMap<String, Counted>,
    /// The paths that the current event has.
    had: BTreeSet<String>,
}

impl Counts {
    fn add(&mut self, path: &str, value: Option<String>) {
        let counted = self.paths.entry(path.to_owned()).or_default();
        let Some(value) = value else { return };
        counted.events += u64::from(self.had.insert(path.to_owned()));
        counted.example.get_or_insert(value.clone());
        counted.values.insert(value);
    }

    fn walk(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (name, value) in members {
                    self.walk(&format!("{path}.{}", quoted(name)), value);
                }
            }
            Value::Array(values) if !values.is_empty() => {
                for value in values {
                    self.walk(&format!("{path}[]"), value);
                }
            }
            Value::Null => self.add(path, None),
            Value::String(text) => self.add(path, Some(text.clone())),
            // serde_json spells an exponent its own way; the fixtures' is `E9`.
            other => self.add(path, Some(other.to_string().replace("e+", "E"))),
        }
    }
}

fn quoted(name: &str) -> String {
    let is_bare = |c: char| c.is_alphanumeric() || "_-:@/+".contains(c);
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

const COMPUTED: [&str; 10] = [
    "principal",
    "session",
    "service",
    "outcome",
    "date",
    "hour",
    "account",
    "resource",
    "file",
    "offset",
];

fn expected(dumps: &[&str], events: &[Naive]) -> BTreeMap<String, Counted> {
    let mut counts = Counts::default();
    let mut names: Vec<&str> = ENVELOPE.into_iter().chain(COMPUTED).collect();
    names.retain(|name| !["CloudTrailEvent", "Resources"].contains(name));
    let fields = names.join(",");
    let arguments = ["list", "-q", "--format", "jsonl", "--fields", &fields];
    let listed = trailsift(arguments.iter().chain(dumps)).got();
    let rows: Vec<Value> = listed
        .lines()
        .iter()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    assert_eq!(rows.len(), events.len());
    for (row, event) in rows.iter().zip(events) {
        counts.had.clear();
        let entry = event.entry.as_ref().and_then(Value::as_object);
        for name in &names {
            match &row[*name] {
                Value::Null if entry.is_some_and(|entry| entry.contains_key(*name)) => {
                    counts.add(name, None)
                }
                Value::Null => {}
                Value::Array(elements) if *name == "resource" => {
                    elements
                        .iter()
                        .for_each(|element| counts.walk(name, element));
                }
                value => counts.walk(name, value),
            }
        }
        for (name, value) in event.record.as_object().unwrap() {
            if RECORD.contains(&name.as_str()) {
                counts.walk(name, value);
            } else {
                counts.walk(&format!(".{}", quoted(name)), value);
            }
        }
        for (name, value) in entry.into_iter().flatten() {
            if name == "Resources" {
                counts.walk(name, value);
            } else if !ENVELOPE.contains(&name.as_str()) && event.record.get(name).is_none() {
                counts.walk(&format!(".{}", quoted(name)), value);
            }
        }
    }
    counts.paths
}

/// The order of first names, then that of bytes.
fn rank(path: &str) -> (usize, &str) {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let mut names = ENVELOPE.into_iter().chain(COMPUTED).chain(RECORD);
    let first = names.position(|name| name == &path[..end]);
    (first.unwrap_or(usize::MAX), path)
}

fn compare(what: &str, got: &Got, expected: &BTreeMap<String, Counted>) {
    let rows: Vec<Value> = got
        .lines()
        .iter()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    let listed: Vec<&str> = rows
        .iter()
        .map(|row| row["field"].as_str().unwrap())
        .collect();
    let mut paths: Vec<&str> = expected.keys().map(String::as_str).collect();
    paths.sort_by_key(|path| rank(path));
    assert_eq!(listed, paths, "{what}");
    for (row, path) in rows.iter().zip(paths) {
        let counted = &expected[path];
        assert_eq!(row["events"], counted.events, "{what}: {path}");
        assert_eq!(
            row["distinct"],
            counted.values.len() as u64,
            "{what}: {path}"
        );
        assert_eq!(row["distinct_estimated"], false, "{what}: {path}");
        let example = counted
            .example
            .as_ref()
            .map(|text| match text.char_indices().nth(200) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text.clone(),
            });
        assert_eq!(
            row["example"].as_str(),
            example.as_deref(),
            "{what}: {path}"
        );
    }
}

#[test]
fn every_fixture_is_counted_as_a_naive_walk_counts() {
    for file in naive::files() {
        let expected = expected(&[&file], &naive::read(&file));
        let got = trailsift(["fields", "-q", "--format", "jsonl", &file]).got();
        got.quietly();
        compare(&file, &got, &expected);
    }
}

#[test]
fn all_fixtures_together_are_counted_alike_by_any_number_of_threads() {
    let expected = expected(&["fixtures"], &naive::fixtures());
    assert!(expected.len() > 200);
    let one = trailsift([
        "fields",
        "-q",
        "--format",
        "jsonl",
        "--threads",
        "1",
        "fixtures",
    ])
    .got();
    compare("one thread", &one, &expected);
    for threads in ["2", "4", "13"] {
        trailsift([
            "fields",
            "-q",
            "--format",
            "jsonl",
            "--threads",
            threads,
            "fixtures",
        ])
        .got()
        .quietly()
        .prints(&one.out);
    }
}

#[test]
fn a_pipe_is_read_as_a_file_is() {
    for name in ["cli-v1.json", "boto3-pages.json", "trail.json.zst"] {
        let file = format!("fixtures/{name}");
        let arguments = |dump: &str| {
            let prefix = ["-q", "--prefix", "CloudTrailEvent"];
            trailsift(
                ["fields", "--format", "csv", dump]
                    .into_iter()
                    .chain(prefix),
            )
        };
        let bytes = std::fs::read(&file).unwrap();
        let expected = arguments(&file).got();
        expected.quietly();
        arguments("-")
            .stdin(bytes)
            .got()
            .quietly()
            .prints(&expected.out);
    }
}
