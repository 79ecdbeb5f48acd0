//! Output of the real AWS CLI, which is not part of the project.
//!
//! Ignored by `cargo test`, because the data must not be distributed. `.ci/run` runs this if the data exists.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailsift::dump::{Content, FindingKind};

use super::{Reading, loaded, read};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples")
}

fn sample(name: &str) -> (String, Reading) {
    let source = fs::read_to_string(samples().join(name)).expect("a sample");
    let reading = read(source.as_bytes());
    assert_eq!(reading.byte_counts.damaged, 0, "{name}");
    (source, reading)
}

/// The events of a JSON sample.
fn json(name: &str) -> Vec<Value> {
    let source = fs::read_to_string(samples().join(name)).expect("a sample");
    let mut dump: Value = serde_json::from_str(&source).expect("JSON");
    let events = dump["Events"].as_array_mut().expect("events");
    for event in &mut *events {
        let record = event["CloudTrailEvent"].as_str().expect("a record");
        event["CloudTrailEvent"] = serde_json::from_str(record).expect("JSON");
    }
    std::mem::take(events)
}

#[test]
#[ignore = "needs ../shared/samples"]
fn yaml_of_the_aws_cli_contains_the_events_of_its_json() {
    let whole = json("v2.default.e9.json");
    for (name, events) in [
        ("v2.default.yaml", 14),
        ("v2.stream.yaml", 60),
        ("v2.stream-max5.yaml", 5),
        ("v2.stream-throttle.yaml", 50),
        ("pipes/v2.sigint.yaml-stream", 50),
    ] {
        let (source, reading) = sample(name);
        assert_eq!(reading.values(), whole[..events], "{name}");
        assert_eq!(reading.values(), loaded(&source), "{name}");
        let dashes: Vec<usize> = source
            .match_indices("- ")
            .filter(|(at, _)| {
                let key = source[at + 2..].split(':').next();
                matches!(key, Some("AccessKeyId" | "CloudTrailEvent"))
            })
            .map(|(at, _)| at)
            .collect();
        assert_eq!(reading.places(), dashes, "{name}");
        let has_token = reading
            .findings
            .iter()
            .any(|f| matches!(f.kind, FindingKind::NextToken { .. }));
        let is_part = !matches!(events, 14 | 60);
        assert_eq!(has_token, is_part, "{name}");
        assert_eq!(
            reading.findings.len(),
            usize::from(is_part),
            "{name}: {:?}",
            reading.findings
        );
    }
    let (_, reading) = sample("v2.query-cte.yaml");
    let records = whole[..14]
        .iter()
        .map(|event| event["CloudTrailEvent"].clone());
    assert_eq!(reading.values(), records.collect::<Vec<_>>());
    let (_, reading) = sample("v2.empty.yaml");
    assert_eq!(reading.content, Content::NoEvents);
    let pairs = fs::read(samples().join("v2.stream-query.yaml")).expect("a sample");
    assert_eq!(trailsift::transcode::recognise(&pairs), None);
}

#[test]
#[ignore = "needs ../shared/samples"]
fn no_other_sample_is_recognised_as_yaml() {
    for folder in [
        samples(),
        samples().join("pipes"),
        samples().join("derived"),
    ] {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.to_str().expect("UTF-8").to_owned();
            if !path.is_file() || name.contains("yaml") {
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            let head = &bytes[..bytes.len().min(trailsift::transcode::HEAD)];
            let recipe = trailsift::transcode::recognise(head);
            let shapes = recipe.as_ref().map_or(&[][..], |recipe| recipe.shapes());
            assert!(
                !shapes.contains(&trailsift::transcode::SourceFormat::Yaml),
                "{name}"
            );
        }
    }
}
