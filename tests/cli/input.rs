//! Sources of dumps: files, directories, pipes, FIFOs, and unusual names.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{id, lookup, record};

fn packed(tool: &str, bytes: &[u8]) -> Vec<u8> {
    match tool {
        "gzip" => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        _ => ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest),
    }
}

#[test]
fn standard_input_is_read_for_a_dash_or_if_no_dump_is_named() {
    let dump = lookup(&[record(0, json!({}))]);
    let row = ["1 ec2.amazonaws.com DescribeInstances"];
    trailsift(["count"])
        .stdin(&*dump)
        .got()
        .quietly()
        .rows(&row);
    trailsift(["count", "-"])
        .stdin(&*dump)
        .got()
        .quietly()
        .rows(&row);
    trailsift(["count", "--denied", "-q"])
        .stdin(&*dump)
        .got()
        .quietly()
        .prints("");
    trailsift(["count", "-", "-"])
        .stdin(&*dump)
        .got()
        .ends(2)
        .rows(&row)
        .mentions("named twice");
    // If a dump is named, standard input is not read.
    typed("count --total fixtures/insights.json")
        .stdin("junk")
        .got()
        .quietly()
        .prints("6\n");
}

#[test]
fn standard_input_is_a_named_source() {
    trailsift(["count"])
        .stdin("")
        .got()
        .ends(2)
        .prints("")
        .mentions("-: 0 bytes")
        .mentions("last page")
        .mentions("or the command that writes it is still running");
    trailsift(["count"]).stdin("\n").got().ends(2).prints("");
    trailsift(["count"])
        .stdin("{\"a\":1}")
        .got()
        .ends(2)
        .prints("")
        .mentions("-: no CloudTrail event");
    trailsift(["count", "--total"])
        .stdin("{\"Events\":[]}")
        .got()
        .ends(0)
        .prints("0\n");
    typed("count").got().ends(2).prints("").mentions("0 bytes");
}

#[test]
fn a_pipe_fed_one_byte_at_a_time_gives_the_same_answer() {
    let dump = lookup(&[
        record(0, json!({"eventName": "Größe"})),
        record(1, json!({})),
    ]) + "\n{\"a\n";
    let run = |threads: &str| {
        let mut child = trailsift(["list", "--threads", threads, "--stats=json"])
            .stdin("")
            .spawn();
        let mut pipe = child.stdin.take().unwrap();
        let bytes = dump.clone().into_bytes();
        let feeder = std::thread::spawn(move || {
            for byte in bytes {
                pipe.write_all(&[byte]).unwrap();
            }
        });
        let got = Got::new(
            "list, byte by byte".to_owned(),
            child.wait_with_output().unwrap(),
        );
        feeder.join().unwrap();
        (got.status, got.out, got.err)
    };
    let at_once = trailsift(["list", "--stats=json"]).stdin(&*dump).got();
    let expected = (at_once.status, at_once.out, at_once.err);
    assert_eq!(expected.1.lines().count(), 2);
    assert_eq!(run("1"), expected);
    assert_eq!(run("2"), expected);
}

#[test]
fn rows_of_a_slow_pipe_do_not_wait_for_its_end() {
    let mut child = trailsift(["list", "-q", "-n", "1"]).stdin("").spawn();
    let mut pipe = child.stdin.take().unwrap();
    let line = lookup(&[record(0, json!({}))]);
    // The pipe gives more than any buffer and does not end, but the program ends after the first row.
    let feeder = std::thread::spawn(move || {
        for n in 0.. {
            let text = line.replace(&id(0), &id(n)) + "\n";
            if pipe.write_all(text.as_bytes()).is_err() {
                return;
            }
        }
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Got::new("list -n 1".to_owned(), output)
        .quietly()
        .rows(&["2024-06-10T06:00:00Z ec2.amazonaws.com DescribeInstances"]);
}

/// The program uses no network, and says which command does.
#[test]
fn a_remote_location_is_refused_with_the_command_that_fetches_it() {
    for (name, command) in [
        (
            "s3://trail/AWSLogs/1.json.gz",
            "aws s3 cp s3://trail/AWSLogs/1.json.gz .",
        ),
        (
            "s3://trail/AWSLogs/",
            "aws s3 cp --recursive s3://trail/AWSLogs/ dumps/",
        ),
        (
            "s3://my.trail",
            "aws s3 cp --recursive s3://my.trail dumps/",
        ),
        (
            "https://example.com/a.json?x=1&y=2",
            "curl --remote-name 'https://example.com/a.json?x=1&y=2'",
        ),
    ] {
        trailsift(["count", name])
            .got()
            .ends(2)
            .prints("")
            .says(&format!(
                "trailsift: error: {name}: no network is used; fetch it first: {command}\n"
            ));
    }
}

#[test]
fn the_id_of_an_event_or_a_key_in_place_of_a_dump_is_refused_with_its_flag() {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({}))]));
    let id = id(0);
    dir.run(["show", &id, "dump"])
        .got()
        .ends(2)
        .prints("")
        .mentions(&format!(
            "it looks like the id of an event; write --id {id}"
        ));
    dir.run(["list", "AKIAIOSFODNN7EXAMPLE", "dump"])
        .got()
        .ends(2)
        .prints("")
        .mentions("write --key AKIAIOSFODNN7EXAMPLE");
    // A file of that name is a dump.
    dir.write(&id, lookup(&[record(1, json!({}))]));
    dir.run(["count", "--total", &id, "dump"])
        .got()
        .quietly()
        .prints("2\n");
}

#[test]
fn a_fifo_can_be_named() {
    let dir = Dir::new();
    assert!(
        Command::new("mkfifo")
            .arg(dir.path("fifo"))
            .status()
            .unwrap()
            .success()
    );
    let path = dir.path("fifo");
    let dump = lookup(&[record(0, json!({}))]);
    for last in [&[][..], &["--last", "1h"]] {
        let (path, dump) = (path.clone(), dump.clone());
        let feeder = std::thread::spawn(move || std::fs::write(path, dump).unwrap());
        dir.run(["count", "--total", "fifo"].iter().chain(last))
            .got()
            .quietly()
            .prints("1\n");
        feeder.join().unwrap();
    }
    // In a directory it is skipped, because it may have no writer.
    dir.write("dump", &dump);
    dir.run(["count", "--total", "."])
        .got()
        .ends(0)
        .prints("1\n")
        .mentions("./fifo: skipped");
}

#[test]
fn every_form_of_one_dump_gives_the_same_answers() {
    let plain = std::fs::read("fixtures/cli-v2.json").unwrap();
    let text = String::from_utf8(plain.clone()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (first, second) = plain.split_at(plain.len() / 2);
    let forms: [(&str, Vec<u8>); 8] = [
        ("gz", packed("gzip", &plain)),
        (
            "two members",
            [packed("gzip", first), packed("gzip", second)].concat(),
        ),
        ("zst", packed("zstd", &plain)),
        (
            "two frames",
            [packed("zstd", first), packed("zstd", second)].concat(),
        ),
        ("crlf", text.replace('\n', "\r\n").into_bytes()),
        ("bom", [b"\xef\xbb\xbf", &plain[..]].concat()),
        ("compact", value.to_string().into_bytes()),
        (
            "bom crlf gz",
            packed(
                "gzip",
                format!("\u{feff}{}", text.replace('\n', "\r\n")).as_bytes(),
            ),
        ),
    ];
    let commands = [
        &["list", "-l"][..],
        &["count", "--by", "principal,outcome", "--first-last"],
        &[
            "list",
            "--fields",
            "EventId,userIdentity.arn,requestParameters,Resources[].ResourceName",
            "--denied",
        ],
    ];
    let dir = Dir::new();
    dir.write("plain", &plain);
    for command in commands {
        let expected = dir.run(command.iter().chain(&["plain"])).got();
        expected.quietly();
        for (name, bytes) in &forms {
            // serde_json sorts keys, so objects in cells differ.
            if *name == "compact" && command.contains(&"--fields") {
                continue;
            }
            dir.write("form", bytes);
            dir.run(command.iter().chain(&["form"]))
                .got()
                .quietly()
                .prints(&expected.out);
            dir.run(command)
                .stdin(bytes.clone())
                .got()
                .quietly()
                .prints(&expected.out);
        }
    }
}

#[test]
fn directories_are_read_sorted_by_the_bytes_of_their_names() {
    let dir = Dir::new();
    for (n, name) in [
        "b", "B", "a/z", "a.json", "a-", "\u{e9}", ".hidden", "a/0/deep",
    ]
    .into_iter()
    .enumerate()
    {
        dir.write(name, lookup(&[record(n as u32, json!({}))]));
    }
    let got = dir.run(["list", "--fields", "file", "."]).got();
    got.quietly().rows(&[
        "./.hidden",
        "./B",
        "./a/0/deep",
        "./a/z",
        "./a-",
        "./a.json",
        "./b",
        "./\u{e9}",
    ]);
    dir.run(["list", "--fields", "file", "b", "a", "B"])
        .got()
        .quietly()
        .rows(&["b", "a/0/deep", "a/z", "B"]);
}

#[test]
fn links_are_followed_and_each_directory_walked_once() {
    let dir = Dir::new();
    dir.write("real/dump", lookup(&[record(0, json!({}))]));
    symlink("..", dir.path("real/up")).unwrap();
    symlink("real", dir.path("again")).unwrap();
    symlink("real/dump", dir.path("link")).unwrap();
    dir.run(["count", "--total", "--keep-duplicates", "."])
        .got()
        .quietly()
        .prints("2\n");
    dir.run(["count", "--total", "link"])
        .got()
        .quietly()
        .prints("1\n");
    symlink("nowhere", dir.path("dangling")).unwrap();
    dir.run(["count", "--total", "dangling"])
        .got()
        .ends(2)
        .prints("")
        .mentions("link that cannot be followed");
    dir.run(["count", "--total", "-q", "."])
        .got()
        .ends(3)
        .prints("1\n")
        .mentions("./dangling");
}

#[test]
fn names_need_not_be_utf_8() {
    let dir = Dir::new();
    let name = OsString::from_vec(b"d\xfcmp".to_vec());
    dir.write(&name, lookup(&[record(0, json!({}))]));
    let got = dir
        .run([
            OsStr::new("list"),
            OsStr::new("--fields"),
            OsStr::new("file"),
            &name,
        ])
        .got();
    got.quietly().rows(&["d\u{fffd}mp"]);
    dir.run(["count", "--total", "."])
        .got()
        .quietly()
        .prints("1\n");
    let missing = OsStr::from_bytes(b"m\xffssing");
    dir.run([OsStr::new("count"), missing])
        .got()
        .ends(2)
        .mentions("m\u{fffd}ssing: No such file");
    let out = OsStr::from_bytes(b"out\xff");
    dir.run([OsStr::new("count"), OsStr::new("-o"), out, &name])
        .got()
        .quietly();
    assert!(dir.path(out).exists());
}

#[test]
fn a_name_with_line_ends_is_printed_on_one_line() {
    let dir = Dir::new();
    let name = "a\ntrailsift: error: b\r\u{1b}[2J";
    dir.write(name, &lookup(&[record(0, json!({}))])[..40]);
    let shown = "a\\ntrailsift: error: b\\r\u{1b}[2J";
    for arguments in [["count", "."], ["count", name], ["inspect", "."]] {
        let got = dir.run(arguments).got();
        assert!(!got.err.contains("\ntrailsift: error: b"), "{}", got.err);
        assert!(!got.out.contains("\ntrailsift: error: b"), "{}", got.out);
        if arguments != ["inspect", "."] {
            got.mentions(shown);
        }
    }
    dir.write(name, lookup(&[record(0, json!({}))]));
    dir.run(["list", "--fields", "file", name])
        .got()
        .quietly()
        .prints(&format!("{shown}\n"));
    let got = dir.run(["inspect", "--format", "json", name]).got();
    assert_eq!(got.json()["dumps"][0]["name"], name);
}

#[test]
fn an_unreadable_file_is_an_error_where_named_and_a_loss_in_a_directory() {
    let dir = Dir::new();
    dir.write("d/good", lookup(&[record(0, json!({}))]));
    let locked = dir.write("d/locked", lookup(&[record(1, json!({}))]));
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root can read every file, so nothing can be tested.
    if std::fs::File::open(&locked).is_ok() {
        return;
    }
    dir.run(["count", "--total", "d/locked"])
        .got()
        .ends(2)
        .prints("")
        .mentions("d/locked: ");
    dir.run(["count", "--total", "d"])
        .got()
        .ends(3)
        .prints("1\n")
        .mentions("d/locked: ");
}

#[test]
fn the_answer_does_not_wait_for_a_terminal_or_an_environment() {
    let mut program = typed("count --total fixtures/insights.json");
    program.command().stdin(Stdio::null()).env_clear();
    program.got().quietly().prints("6\n");
    std::thread::sleep(Duration::from_millis(1));
}

/// The rows were printed only when the pipe was closed.
#[test]
fn the_program_does_not_wait_for_the_end_of_a_pipe_if_the_limit_is_reached() {
    let dump = std::fs::read("fixtures/cli-v2.json").unwrap();
    for threads in ["1", "2", "8"] {
        let mut program = trailsift(["list", "-q", "-n", "2", "--threads", threads, "-"]);
        program.command().stdout(std::process::Stdio::piped());
        let mut child = program.stdin("").spawn();
        let mut pipe = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut pipe, &dump[..60_000]).unwrap();
        // The pipe stays open, so this would never return if the program waited for its end.
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0));
        let mut rows = String::new();
        std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut rows).unwrap();
        assert_eq!(rows.lines().count(), 2);
        drop(pipe);
    }
}

/// The first bytes decide, also if the file is too large to be unpacked at once.
#[test]
fn a_large_packed_table_is_refused_like_an_unpacked_one() {
    let dir = Dir::new();
    let row = format!("||  CloudTrailEvent |  {} ||\n", record(0, json!({})));
    let rule = "-".repeat(600);
    let table = format!("{rule}\n|{:^598}|\n{}", "LookupEvents", row.repeat(9000));
    assert!(table.len() > 4 << 20);
    dir.write("plain", &table);
    dir.write("packed", packed("gzip", table.as_bytes()));
    for name in ["plain", "packed"] {
        dir.run(["count", "--total", name])
            .got()
            .ends(2)
            .prints("")
            .mentions(&format!("error: {name}: this is `--output table`"));
    }
}

#[test]
fn a_dump_after_a_line_of_dashes_is_not_a_table() {
    let dir = Dir::new();
    let dump = lookup(&[record(0, json!({}))]);
    for rule in [5, 250, 511, 512, 513] {
        dir.write("dump", format!("{}\n{dump}", "-".repeat(rule)));
        let got = dir.run(["count", "--total", "dump"]).got();
        // From this length on, the first bytes contain only dashes.
        if rule < 511 {
            got.ends(0).prints("1\n");
        } else {
            got.ends(2).mentions("--output table");
        }
    }
}
