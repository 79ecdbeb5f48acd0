//! `--manifest`: the command, the input, and the findings.
//!
//! Not for: what each finding is (`inspect`).

use serde_json::{Value, json};

use crate::support::program::{Dir, trailsift};
use crate::support::small::{lookup, record, trail};

/// SHA-256 of nothing at all.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn dir() -> Dir {
    let dir = Dir::new();
    let records = [0, 1, 2].map(|n| record(n, json!({})));
    dir.write("dump", lookup(&records));
    dir
}

fn manifest(dir: &Dir) -> Value {
    serde_json::from_str(&dir.read("m")).expect("one document")
}

#[test]
fn every_command_keeps_what_it_was_asked_of_which_bytes() {
    let dir = dir();
    for line in ["list", "count", "show --compact", "fields"] {
        let words = || line.split(' ').chain(["--ok", "dump"]);
        let plain = dir.run(words()).got();
        let got = dir.run(words().chain(["--manifest", "m"])).got();
        got.ends(0).prints(&plain.out).says(&plain.err);
        let manifest = manifest(&dir);
        assert_eq!(manifest["schema"], 2);
        assert_eq!(manifest["argv"][1], line.split(' ').next().unwrap());
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(manifest["exit_status"], 0);
        assert_eq!(manifest["time_zone"], "UTC");
        assert_eq!(manifest["time_ranges"], Value::Null);
        assert_eq!(manifest["conditions"], json!(["--ok"]));
        let data = manifest["time_zone_data"].as_str().unwrap();
        assert!(data.starts_with("20") && data.len() == 5, "{data}");
        assert_eq!(manifest["stats"]["events"]["selected"], 3);
        let input = &manifest["inputs"][0];
        assert_eq!(input["name"], "dump");
        assert_eq!(input["bytes"], dir.read("dump").len());
        let ids: Vec<_> = manifest["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["id"])
            .collect();
        assert_eq!(ids, ["one-attribute", "one-region", "management-only"]);
        assert_eq!(manifest["findings"][0]["input"], "dump");
        assert_eq!(dir.names(), ["dump", "m"], "no other file remains");
    }
    dir.run(["inspect", "dump", "--manifest", "m"])
        .got()
        .ends(0);
    assert_eq!(manifest(&dir)["findings"].as_array().unwrap().len(), 3);
}

/// The bytes as they lie there: sha256sum has the last word.
#[test]
fn the_hash_is_that_of_the_packed_bytes() {
    let dir = Dir::new();
    dir.write("empty", "");
    let path = dir.path("m");
    let m = path.to_str().unwrap();
    trailsift([
        "count",
        "--manifest",
        m,
        "fixtures/trail.json.gz",
        "fixtures/cli-v2.json",
    ])
    .got()
    .ends(0);
    let inputs = manifest(&dir)["inputs"].clone();
    for (input, name) in inputs
        .as_array()
        .unwrap()
        .iter()
        .zip(["trail.json.gz", "cli-v2.json"])
    {
        let ran = std::process::Command::new("sha256sum")
            .arg(format!("fixtures/{name}"))
            .output()
            .unwrap();
        let sum = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(input["sha256"], sum.split(' ').next().unwrap(), "{name}");
        assert_eq!(
            input["bytes"],
            std::fs::metadata(format!("fixtures/{name}")).unwrap().len()
        );
    }
    dir.run(["count", "--manifest", "m", "empty"]).got().ends(2);
    let manifest = manifest(&dir);
    assert_eq!(manifest["inputs"][0]["sha256"], NOTHING);
    assert_eq!(manifest["exit_status"], 2);
    assert_eq!(manifest["findings"][0]["id"], "nothing-readable");
}

#[test]
fn a_pipe_is_hashed_as_it_passed() {
    let dir = dir();
    dir.run(["count", "--manifest", "m", "dump"]).got().ends(0);
    let file = manifest(&dir)["inputs"][0].clone();
    for line in [
        &["count"][..],
        &["list", "-n", "1"],
        &["list", "--last", "1h"],
    ] {
        let got = dir
            .run(line.iter().chain(&["--manifest", "m"]))
            .stdin(dir.read("dump"))
            .got();
        got.ends(0);
        let pipe = manifest(&dir)["inputs"][0].clone();
        assert_eq!(pipe["name"], "-");
        assert_eq!(pipe["sha256"], file["sha256"], "{line:?}");
        assert_eq!(pipe["events"], 3, "all of it, whatever the limit");
    }
}

#[test]
fn windows_are_reported_as_they_were_resolved() {
    let dir = dir();
    let window = |words: &[&str]| {
        dir.run(["count", "dump", "--manifest", "m"].iter().chain(words))
            .got()
            .ends(0);
        manifest(&dir)["time_ranges"].clone()
    };
    let between =
        |since: Option<&str>, until: Option<&str>| json!({"since": since, "until": until});
    assert_eq!(
        window(&["--on", "2024-06-10", "--tz", "Asia/Tokyo"]),
        json!([between(
            Some("2024-06-10T00:00:00+09:00"),
            Some("2024-06-11T00:00:00+09:00")
        )])
    );
    assert_eq!(
        window(&["--since", "2h ago", "--now", "2024-06-10T08:00:00Z"]),
        json!([between(Some("2024-06-10T06:00:00Z"), None)])
    );
    assert_eq!(
        window(&["--last", "1m", "--until", "2024-06-10T06:02:00Z"]),
        json!([between(
            Some("2024-06-10T06:01:00Z"),
            Some("2024-06-10T06:02:00Z")
        )])
    );
    let id = crate::support::small::id(1);
    assert_eq!(
        window(&["--around", &id, "--within", "30s"]),
        json!([between(
            Some("2024-06-10T06:00:30Z"),
            Some("2024-06-10T06:01:30.000000001Z")
        )])
    );
}

#[test]
fn it_never_takes_the_place_of_something_else() {
    let dir = dir();
    dir.write("sub/dump", trail(&[record(0, json!({}))]));
    let before = dir.read("dump");
    for words in [
        &["count", "dump", "--manifest", "dump"][..],
        &["count", "dump", "--manifest", "./dump"],
        &["count", "dump", "--manifest", "sub/../dump"],
        &["count", "sub", "--manifest", "sub/dump"],
        &["count", "dump", "-o", "x", "--manifest", "x"],
        &["inspect", "dump", "-o", "x", "--manifest", "x"],
        &["count", "dump", "--manifest", "-"],
        &["count", "dump", "--manifest", "sub"],
        &["count", "dump", "--manifest", "no/where"],
    ] {
        let got = dir.run(words).got();
        got.ends(2);
        assert!(!got.err.is_empty());
    }
    assert_eq!(dir.read("dump"), before);
    assert_eq!(dir.names(), ["dump", "sub"]);
    dir.run(["count", "dump", "--explain", "--manifest", "m"])
        .got()
        .ends(2);
    dir.run(["show", "--at", "dump:1", "--manifest", "m"])
        .got()
        .ends(2);
}
