//! `convert`: gzip, one file per day, refused options, and sorting with little memory.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use trailsift::convert::{Conversion, ConvertedEvents, SortStorage, TargetShape};
use trailsift::engine::{self, Item, Settings};
use trailsift::input;
use trailsift::select::Selection;
use trailsift::time::{TimeFormat, Zone};

use super::convert::{SHAPES, root, total};
use crate::support::program::Dir;
use crate::support::records::events;
use crate::support::shapes;
use crate::support::small::{id, record, trail, without};

fn unpacked(path: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    let packed = std::fs::File::open(path).expect("a file");
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut text)
        .expect("gzip");
    text
}

#[test]
fn gzip_compresses_the_same_output() {
    let dir = Dir::new();
    let name = root().join("fixtures/cli-v2.json");
    let name = name.to_str().expect("text");
    for shape in SHAPES {
        dir.run(["convert", "-q", "--to", shape, "-o", "plain", name])
            .got()
            .ends(0);
        dir.run([
            "convert",
            "-q",
            "--to",
            shape,
            "--gzip",
            "-o",
            "packed.gz",
            name,
        ])
        .got()
        .ends(0);
        let read = Command::new("gzip")
            .args(["-dc", "packed.gz"])
            .current_dir(dir.path("."))
            .output();
        let read = read.expect("gzip");
        assert!(read.status.success());
        assert!(read.stdout == dir.read("plain").as_bytes(), "{shape}");
        let again = std::fs::read(dir.path("packed.gz")).expect("a file");
        dir.run([
            "convert",
            "-q",
            "--to",
            shape,
            "--gzip",
            "-o",
            "packed.gz",
            name,
        ])
        .got()
        .ends(0);
        assert!(
            again == std::fs::read(dir.path("packed.gz")).expect("a file"),
            "the same bytes"
        );
    }
    // A trail file that was read is written with the same bytes.
    dir.run([
        "convert",
        "--to",
        "records",
        "--gzip",
        "-o",
        "one.json.gz",
        name,
    ])
    .got()
    .ends(0);
    dir.run([
        "convert",
        "--to",
        "records",
        "--gzip",
        "-o",
        "two.json.gz",
        "one.json.gz",
    ])
    .got()
    .quietly();
    assert!(unpacked(&dir.path("one.json.gz")) == unpacked(&dir.path("two.json.gz")));
}

/// All files below a folder, by their relative paths.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let found = input::discover(&[folder.as_os_str().to_owned()]);
    let files = found.inputs.iter().map(|input| {
        let below = input.path.strip_prefix(folder).expect("below");
        let bytes = std::fs::read(&input.path).expect("a file");
        (below.to_str().expect("text").to_owned(), bytes)
    });
    files.collect()
}

#[test]
fn a_split_by_day_has_the_paths_of_s3() {
    let dir = Dir::new();
    let at = |number: u32, time: &str, account: &str, region: &str| {
        record(
            number,
            json!({"eventTime": time, "recipientAccountId": account, "awsRegion": region}),
        )
    };
    let insight = record(
        9,
        json!({"eventTime": "2024-06-11T00:00:01Z", "eventCategory": "Insight"}),
    );
    let undated = without(record(10, json!({})), &["eventTime"]);
    let hostile = at(11, "2024-06-11T00:00:00Z", "../..", "/etc");
    let nowhere = without(
        record(12, json!({"userIdentity": {"type": "AWSService"}})),
        &["recipientAccountId", "awsRegion"],
    );
    dir.write(
        "dump",
        trail(&[
            at(3, "2024-06-11T00:00:00Z", "111122223333", "us-east-1"),
            at(1, "2024-06-10T23:59:59Z", "111122223333", "us-east-1"),
            at(4, "2024-06-10T08:00:00Z", "111122223333", "eu-west-1"),
            at(2, "2024-06-10T00:00:00Z", "111122223333", "us-east-1"),
            insight,
            undated,
            hostile,
            nowhere,
        ]),
    );
    let got = dir
        .run([
            "convert", "--to", "records", "--split", "day", "-o", "out/", "dump",
        ])
        .got();
    got.ends(0)
        .prints("")
        .mentions("1 event without a readable time: written to folders named undated")
        .mentions("1 event without an account or a region: written to folders named unknown")
        .mentions("8 events in 7 files");
    let files = tree(&dir.path("out"));
    let shown: Vec<String> = files
        .keys()
        .map(|path| {
            let (stem, unique) = path.rsplit_once('_').expect("a name");
            let unique = unique.strip_suffix(".json.gz").expect("a name");
            assert!(
                unique.len() == 16 && unique.bytes().all(|b| b.is_ascii_alphanumeric()),
                "{path}"
            );
            stem.to_owned()
        })
        .collect();
    assert_eq!(
        shown,
        [
            "AWSLogs/-----/CloudTrail/-etc/2024/06/11/-----_CloudTrail_-etc_20240611T0000Z",
            "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2024/06/11/111122223333_CloudTrail-Insight_us-east-1_20240611T0000Z",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2024/06/10/111122223333_CloudTrail_eu-west-1_20240610T0800Z",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2024/06/10/111122223333_CloudTrail_us-east-1_20240610T2359Z",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2024/06/11/111122223333_CloudTrail_us-east-1_20240611T0000Z",
            "AWSLogs/111122223333/CloudTrail/us-east-1/undated/111122223333_CloudTrail_us-east-1_undated",
            "AWSLogs/unknown/CloudTrail/unknown/2024/06/10/unknown_CloudTrail_unknown_20240610T0612Z",
        ]
    );
    assert_eq!(total(&dir.path("out")), "8\n");
    // The output can be read again, and converts to the same files.
    dir.run([
        "convert", "-q", "--to", "records", "--split", "day", "-o", "again", "out",
    ])
    .got()
    .ends(0);
    assert!(files == tree(&dir.path("again")));
    assert_eq!(dir.names(), ["again", "dump", "out"]);
    // The oldest event comes first.
    let day = files
        .keys()
        .find(|path| path.contains("2359Z"))
        .expect("the day");
    let ids = dir
        .run(["list", "--fields", "EventId", &format!("out/{day}")])
        .got();
    ids.quietly().prints(&format!("{}\n{}\n", id(2), id(1)));
}

#[test]
fn a_folder_that_is_not_empty_is_not_changed() {
    let dir = Dir::new();
    dir.write("dump", trail(&[record(1, json!({}))]));
    dir.write("full/file", "old");
    std::fs::create_dir(dir.path("empty")).unwrap();
    std::os::unix::fs::symlink("empty", dir.path("link")).unwrap();
    let split = |output: &str| {
        dir.run([
            "convert", "--to", "records", "--split", "day", "-o", output, "dump",
        ])
        .got()
    };
    split("full")
        .ends(2)
        .mentions("-o full: not empty, contains file; ");
    dir.write("left/.trailsift-x", "");
    split("left").ends(2).mentions(
        "-o left: not empty, contains .trailsift-x (left by a run that was killed; remove it)",
    );
    split("dump").ends(2).mentions("-o dump: that is an input");
    split("full/file")
        .ends(2)
        .mentions("not a folder; --split day writes into one");
    split("no/where/at/all")
        .ends(2)
        .mentions("there is no directory");
    split("link").ends(0);
    assert_eq!(tree(&dir.path("empty")).len(), 1);
    assert_eq!(tree(&dir.path("full")).len(), 1);
    // If no input can be read, no folder is created.
    dir.run([
        "convert", "--to", "records", "--split", "day", "-o", "new", "missing",
    ])
    .got()
    .ends(2);
    dir.run([
        "convert", "-q", "--to", "records", "--split", "day", "--name", "X", "-o", "none", "dump",
    ])
    .got()
    .ends(0);
    assert!(tree(&dir.path("none")).is_empty());
    assert_eq!(
        dir.names(),
        ["dump", "empty", "full", "left", "link", "none"]
    );
}

/// Runs a shell command in which `$T` is the program, and returns its messages.
fn shell(dir: &Dir, line: &str) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .args(["-c", line])
        .env("T", env!("CARGO_BIN_EXE_trailsift"))
        .current_dir(dir.path("."))
        .output()
        .expect("sh");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn an_empty_folder_is_filled_and_stays_the_one_it_was() {
    let dir = Dir::new();
    dir.write("dump", trail(&[record(1, json!({}))]));
    // Another process may use the folder as its working directory, so the folder itself must stay.
    let line = "mkdir -m 700 mine && cd mine && $T convert --to records --split day -o . ../dump && ls -d AWSLogs >&2";
    let (status, said) = shell(&dir, line);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.ends_with("1 event in 1 file\nAWSLogs\n"), "{said}");
    let mode = std::fs::metadata(dir.path("mine")).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o700);
    let inside = std::fs::read_dir(dir.path("mine")).unwrap().count();
    assert_eq!(inside, 1, "nothing else is left in it");
    assert_eq!(dir.names(), ["dump", "mine"]);
}

#[test]
fn a_full_disk_names_the_file_and_leaves_nothing() {
    let dir = Dir::new();
    // Text that gzip cannot compress, for a disk with blocks of 512 or 1,024 bytes.
    let digits: String = (0..40_u64)
        .map(|i| {
            format!(
                "{:016x}",
                i.wrapping_mul(i + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            )
        })
        .collect();
    let many: Vec<_> = (0..50_u32)
        .map(|i| {
            record(
                i,
                json!({"userAgent": format!("{}{i}", &digits[i as usize..])}),
            )
        })
        .collect();
    dir.write("dump", trail(&many));
    std::fs::create_dir(dir.path("empty")).unwrap();
    for output in ["new", "empty"] {
        let line =
            format!("ulimit -f 1 && exec $T convert --to records --split day -o {output} dump");
        let (status, said) = shell(&dir, &line);
        assert_eq!(status, Some(2), "{said}");
        assert!(
            said.contains(&format!("cannot write: {output}/AWSLogs/")),
            "{said}"
        );
        assert_eq!(dir.names(), ["dump", "empty"]);
        assert_eq!(std::fs::read_dir(dir.path("empty")).unwrap().count(), 0);
    }
}

#[test]
fn contradictory_options_are_refused_before_anything_is_written() {
    let dir = Dir::new();
    dir.write("dump", trail(&[record(1, json!({}))]));
    for (line, expected) in [
        ("-o out dump", "--to"),
        (
            "--to yaml -o out dump",
            "lookup, records, jsonl, events-jsonl, csv",
        ),
        (
            "--to lookup --split day -o out dump",
            "only trail files are split by day; add --to records",
        ),
        (
            "--to records --split day dump",
            "name the folder to write into, -o DIR",
        ),
        (
            "--to records --split day -o - dump",
            "name the folder to write into, -o DIR",
        ),
        (
            "--to records --timestamps epoch -o out dump",
            "--timestamps",
        ),
        ("--to csv --timestamps iso -o out dump", "--timestamps"),
        ("--to lookup --excel-safe -o out dump", "--excel-safe"),
        ("--to lookup --time-format %s -o out dump", "--time-format"),
        ("--to records -o dump dump", "-o dump: that is an input"),
        ("--to records -o ./dump dump", "-o ./dump: that is an input"),
        ("--to records -o out --since never dump", "never"),
        ("--to records -o out missing", "missing"),
    ] {
        let words = ["convert"].into_iter().chain(line.split(' '));
        dir.run(words).got().ends(2).prints("").mentions(expected);
        assert_eq!(dir.names(), ["dump"], "{line}");
    }
    assert_eq!(dir.read("dump"), trail(&[record(1, json!({}))]));
    let got = dir
        .run([
            "convert",
            "--to",
            "records",
            "--explain",
            "--name",
            "X",
            "dump",
        ])
        .got();
    got.ends(0).shows("the whole event, to be converted");
}

/// Some thousand events in random order, some with the same time; several times the memory limit.
fn many(dir: &Dir) -> String {
    let mut lines = shapes::texts(&events(77, 3_000));
    lines.sort_by_key(|line| line.bytes().map(u32::from).sum::<u32>() % 97);
    dir.write("many", lines.join("\n"));
    dir.path("many").to_string_lossy().into_owned()
}

#[test]
fn memory_limit_pieces_and_threads_do_not_change_the_bytes() {
    let dir = Dir::new();
    let name = many(&dir);
    let found = input::discover(&[name.into()]);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    for shape in [TargetShape::Lookup, TargetShape::Records, TargetShape::Csv] {
        let written = |memory, threads, piece| {
            let settings = Settings {
                threads,
                chunk_size: piece,
                ..Settings::new(&selection, &zone, &format)
            };
            let mut spilled = 0;
            let mut on_disk = |_: &Path| spilled += 1;
            let storage = SortStorage {
                memory,
                directory: dir.path("."),
            };
            let mut gathered = ConvertedEvents::new(shape, storage, &mut on_disk);
            engine::ask(&items, &settings, &Conversion::new(shape), &mut gathered).expect("memory");
            let (bytes, converted) = gathered.write(Vec::new()).expect("memory");
            assert_eq!(spilled, u64::from(memory < 1 << 30));
            assert_eq!(dir.names(), ["many"]);
            (bytes, converted)
        };
        let (expected, converted) = written(usize::MAX, 1, 1 << 20);
        assert!(converted.events > 2_900 && expected.len() > 500_000);
        // Runs of one or two rows, which are merged in several rounds; of several rows; in small pieces.
        for (memory, threads, piece) in [
            (1, 1, 1 << 20),
            (50_000, 3, 4 << 10),
            (400_000, 2, 64 << 10),
        ] {
            let (got, same) = written(memory, threads, piece);
            assert!(got == expected, "{shape:?} in {memory}");
            assert_eq!(same, converted);
        }
    }
}

#[test]
fn a_large_dump_is_sorted_in_a_temporary_file_which_is_reported() {
    let dir = Dir::new();
    let name = many(&dir);
    let times = 40;
    let text = std::fs::read_to_string(&name).unwrap() + "\n";
    dir.write("large", text.repeat(times));
    std::fs::create_dir(dir.path("tmp")).unwrap();
    let line = [
        "convert",
        "--keep-duplicates",
        "--to",
        "events-jsonl",
        "-o",
        "out",
        "large",
    ];
    let tmp = dir.path("tmp");
    let got = dir.run(line).env("TMPDIR", &tmp.to_string_lossy()).got();
    got.ends(0)
        .mentions("sorting more than 64 MiB, in an unlinked temporary file in ");
    let rows = |name: &str| {
        let text = dir.read(name);
        let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    };
    assert!(rows("out") == rows("large"));
    assert_eq!(std::fs::read_dir(&tmp).unwrap().count(), 0);
    // If there is no space for it, nothing is written, and the message says what helps.
    let got = dir.run(line).env("TMPDIR", "/no/such/place").got();
    got.ends(2).mentions("/no/such/place").mentions("TMPDIR");
}

#[test]
fn few_files_are_open_at_once_however_many_are_written() {
    let dir = Dir::new();
    let days: Vec<_> = (0..200)
        .map(|day| {
            let time = format!("20{:02}-03-{:02}T06:00:00Z", 10 + day / 28, 1 + day % 28);
            record(day, json!({"eventTime": time}))
        })
        .collect();
    dir.write("dump", trail(&days));
    let line = "ulimit -n 24 && exec $T convert --threads 2 --to records --split day -o out dump";
    let (_, said) = shell(&dir, line);
    assert!(said.contains("200 events in 200 files"), "{said}");
    assert_eq!(tree(&dir.path("out")).len(), 200);
}

#[test]
fn a_row_that_is_not_recognisable_as_an_event_is_reported_as_lost() {
    let dir = Dir::new();
    let nothing = without(record(1, json!({})), &["eventID", "eventTime"]);
    dir.write("dump", trail(&[record(0, json!({})), nothing]));
    dir.run(["convert", "--to", "csv", "dump"])
        .got()
        .ends(3)
        .mentions("1 event not written: neither an id nor both a time and a name");
    dir.run(["convert", "--to", "jsonl", "dump"]).got().ends(0);
}
