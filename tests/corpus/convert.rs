//! `convert` on real data: the same number of events in every shape, and jq finds the same records.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use trailsift::convert::{
    Conversion, ConversionSummary, ConvertedEvents, SortStorage, TargetShape,
};
use trailsift::engine::{self, Item, Settings};
use trailsift::input;
use trailsift::select::Selection;
use trailsift::time::{TimeFormat, Zone};

use super::{Everything, Sum, shared};
use crate::support::program::Dir;

const SHAPES: [TargetShape; 5] = [
    TargetShape::Lookup,
    TargetShape::Records,
    TargetShape::Jsonl,
    TargetShape::EventsJsonl,
    TargetShape::Csv,
];

fn items(path: &Path) -> Vec<Item> {
    let found = input::discover(&[path.as_os_str().to_owned()]);
    found.inputs.iter().map(Item::from).collect()
}

/// Counts every event, including duplicates.
fn with_settings<T>(run: impl FnOnce(&Settings<'_>) -> T) -> T {
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    run(&Settings {
        keep_duplicates: true,
        threads: 2,
        ..Settings::new(&selection, &zone, &format)
    })
}

fn converted(items: &[Item], shape: TargetShape) -> (Vec<u8>, ConversionSummary) {
    let mut on_disk = |_: &Path| ();
    let storage = SortStorage {
        memory: 1 << 20,
        directory: std::env::temp_dir(),
    };
    let mut gathered = ConvertedEvents::new(shape, storage, &mut on_disk);
    with_settings(|settings| {
        engine::ask(items, settings, &Conversion::new(shape), &mut gathered).expect("memory");
    });
    gathered.write(Vec::new()).expect("memory")
}

/// The number of complete events in a file, and of its damaged bytes.
fn counted(path: &Path) -> (u64, u64) {
    let mut sum = Sum::default();
    let report = with_settings(|settings| {
        engine::ask(&items(path), settings, &Everything(Vec::new()), &mut sum).expect("nothing")
    });
    (sum.events, report.byte_counts().damaged)
}

#[test]
#[ignore = "needs ../shared/corpus"]
fn every_file_has_as_many_events_in_every_shape() {
    let corpus = shared("corpus");
    let dir = Dir::new();
    let manifest = fs::read_to_string(corpus.join("MANIFEST.tsv")).expect("the manifest");
    let (mut wrong, mut events) = (Vec::new(), 0);
    for row in manifest.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (path, before): (_, u64) = (cells[0], cells[5].parse().expect("a number"));
        let items = items(&corpus.join(path));
        for shape in SHAPES {
            let (bytes, summary) = converted(&items, shape);
            let out = dir.write("out", &bytes);
            let (after, damaged) = counted(&out);
            // A row of CSV without an id, or without a time and a name, is not an event, which is reported.
            let after = after + summary.unidentified;
            if after != before
                || summary.events != before
                || summary.without_record > 0
                || damaged > 0
            {
                wrong.push(format!(
                    "{path} as {shape:?}: {before}, {after}, {summary:?}, {damaged}"
                ));
            }
        }
        events += before;
    }
    println!("{events} events in each of {} shapes", SHAPES.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(events > 30_000, "only {events} events");
}

/// The output of jq for a text, as sorted lines.
fn jq(filter: &str, path: &Path) -> Vec<String> {
    let output = Command::new("jq")
        .args(["-S", "-c", filter])
        .stdin(Stdio::from(fs::File::open(path).expect("a file")))
        .output()
        .expect("jq");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{filter}: {said}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Compares the records of every folder of trail files with the output of jq for the same files.
#[test]
#[ignore = "needs ../shared/corpus and jq"]
fn jq_finds_the_records_of_trail_files_in_every_shape() {
    let dir = Dir::new();
    let mut records = BTreeMap::new();
    for name in ["invictus-ir", "stratus-red-team", "traildiscover"] {
        let folder = shared("corpus").join(name);
        let items = items(&folder);
        let mut all = Vec::new();
        for item in &items {
            let path = Path::new(&item.shown);
            all.extend(jq(
                ".Records? // . | if type == \"array\" then .[] else . end",
                path,
            ));
        }
        all.sort();
        for (shape, filter) in [
            (
                TargetShape::Lookup,
                ".Events[] | .CloudTrailEvent | fromjson",
            ),
            (TargetShape::Jsonl, ".CloudTrailEvent | fromjson"),
            (TargetShape::Records, ".Records[]"),
            (TargetShape::EventsJsonl, "."),
        ] {
            let (bytes, _) = converted(&items, shape);
            let out = dir.write("out", &bytes);
            assert!(jq(filter, &out) == all, "{name} as {shape:?}");
        }
        records.insert(name, all.len());
    }
    println!("{records:?}");
    assert!(records.values().all(|count| *count > 100), "{records:?}");
}

/// Compares the bytes with those of the AWS CLI, for every sample of a complete lookup.
#[test]
#[ignore = "needs ../shared/samples"]
fn samples_of_lookups_come_out_as_the_client_wrote_them() {
    let samples = shared("samples");
    for name in [
        "v2.json.n14.json",
        "v2.default.e9.json",
        "v2.insight.json",
        "v2.null.json",
        "v2.empty.json",
        "v2.page-size10.json",
        "v2.ts-iso.json",
        "v2.ts-iso.frac.json",
        "v1.ts-iso.json",
    ] {
        let path = samples.join(name);
        let (bytes, _) = converted(&items(&path), TargetShape::Lookup);
        assert!(bytes == fs::read(&path).expect("a file"), "{name}");
    }
}
