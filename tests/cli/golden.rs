//! Compares results with those of jq, which `tests/golden/make.sh` wrote to `tests/golden/`.

use std::path::Path;
use std::process::Command;

use crate::support::program::{Dir, trailsift};

/// The golden files of a kind, each with the name of its dump.
fn golden(kind: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(kind) {
            let dump = match stem {
                "fixtures" => stem.to_owned(),
                stem => format!("fixtures/{stem}.json"),
            };
            found.push((dump, std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "no golden file *{kind}");
    found
}

#[test]
fn list_prints_what_the_recipe_prints_also_of_dumps_that_break_the_recipe() {
    for (dump, expected) in golden(".recipe.tsv") {
        let clock = ["--tz", "Asia/Tokyo", "--time-format", "%Y-%m-%dT%H:%M:%SZ"];
        trailsift(["list", &dump].into_iter().chain(clock))
            .got()
            .quietly()
            .prints(&expected);
    }
}

#[test]
fn count_prints_what_jq_groups() {
    for (dump, expected) in golden(".count.tsv") {
        trailsift(["count", &dump])
            .got()
            .quietly()
            .prints(&expected);
    }
}

#[test]
fn show_prints_the_event_that_jq_prints() {
    for (dump, expected) in golden(".show.json") {
        trailsift(["show", "-q", "--index", "0", &dump])
            .got()
            .quietly()
            .prints(&expected);
    }
}

#[test]
fn fields_are_escaped_as_jq_escapes_them() {
    let fields = "EventId,userIdentity.arn,sourceIPAddress,errorMessage,\
                  requestParameters.templateBody,requestParameters.description";
    for (dump, expected) in golden(".fields.tsv") {
        trailsift(["list", "--fields", fields, &dump])
            .got()
            .quietly()
            .prints(&expected);
    }
}

#[test]
#[ignore = "needs jq, gzip and zstd"]
fn golden_live() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let dir = Dir::new();
    let made = Command::new("sh")
        .arg(here.join("make.sh"))
        .arg(dir.path("made"))
        .status()
        .unwrap();
    assert!(made.success());
    let mut compared = 0;
    for entry in std::fs::read_dir(dir.path("made")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            std::fs::read_to_string(here.join(name)).unwrap(),
            "{}: this jq answers otherwise",
            name.display()
        );
        compared += 1;
    }
    assert_eq!(compared + 1, std::fs::read_dir(&here).unwrap().count());
}
