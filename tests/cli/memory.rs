//! Resident memory stays below 256 MB at the default limits, whatever the input, and does not grow with the length of
//! a pipe.
//!
//! Memory that grows with the result (distinct keys, sorted rows) is not tested here; the benchmarks measure normal
//! dumps.

use std::io::Write;

use crate::support::pack;
use crate::support::program::Dir;
use crate::support::records::{Event, events};
use crate::support::shapes;

/// In kilobytes.
const MOST: u64 = 256_000_000 / 1024;

/// Repeats a text up to some megabytes.
fn fill(text: &[u8], megabytes: usize) -> Vec<u8> {
    text.repeat((megabytes << 20) / text.len() + 1)
}

/// A gzip file of so many megabytes of some text.
fn packed(begin: &[u8], text: &[u8], megabytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(begin).expect("memory");
    let some = fill(text, 1);
    (0..megabytes).for_each(|_| encoder.write_all(&some).expect("memory"));
    encoder.finish().expect("memory")
}

/// Three events, the second with a value of 15 MiB.
fn long(text: &str) -> Vec<Event> {
    let mut three = events(950, 3);
    let times = (15 << 20) / text.len();
    three[1].record.set("userAgent", text.repeat(times).into());
    three
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// A zstd frame with the largest window that is read, and blanks to fill most of it (RFC 8878: blocks that repeat one
/// byte).
fn wide_window() -> Vec<u8> {
    const LENGTH: u32 = 128 << 10;
    let block = |last: u32| {
        let [a, b, c, _] = (LENGTH << 3 | 1 << 1 | last).to_le_bytes();
        [a, b, c, b' ']
    };
    // The exponent over 1 KiB, in the upper five bits.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3];
    (0..799).for_each(|_| frame.extend(block(0)));
    frame.extend(block(1));
    frame
}

/// The beginning of a line of `--output text`, and of YAML, before endless data.
const TEXT: &[u8] = b"EVENTS\tAKIAIOSFODNN7EXAMPLE\t{\"eventVersion\":\"";
const YAML: &[u8] = b"Events:\n- AccessKeyId: a\n  CloudTrailEvent: '{\"eventVersion\":\"";
const CSV: &[u8] = b"Event name,Event time,Event source,Event ID\n\"";
const LAKE: &[u8] = b"{\"QueryStatus\":\"FINISHED\",\"QueryResultRows\":[[{\"eventID\":\"";

fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let bomb = fill(b" ", 80);
    let million = "[".repeat(1_000_000);
    let events_of = |text: &str| shapes::trail(&long(text)).into_bytes();
    let wide = shapes::cli(&long("\\\"\u{e9}\n"), shapes::seconds);
    vec![
        ("bomb.gz", pack::gzip(&bomb)),
        ("bomb.zst", pack::zstd(&bomb)),
        ("window.zst", wide_window()),
        ("long.json", events_of("x")),
        ("long-escapes.json", events_of("\"\n\u{1}")),
        ("long-lookup.json", wide.clone().into_bytes()),
        ("long-many.json", fill(&events_of("x"), 90)),
        ("long-many.gz", packed(b"", &events_of("x")[..1 << 20], 1)),
        ("long-utf16.json", utf16(&wide)),
        ("deep.json", [million.as_bytes(), b"\n"].concat()),
        ("deep-objects.json", fill(b"{\"a\":", 20)),
        ("brackets-text.json", fill(b"x\n[\n{\n", 8)),
        (
            "string.json",
            fill(b"\"a", 1)
                .iter()
                .copied()
                .chain(fill(b"a", 40))
                .collect(),
        ),
        (
            "record-string.gz",
            packed(b"\"{\\\"eventVersion\\\":\\\"", b"a", 40),
        ),
        ("event-no-end.gz", packed(b"{\"EventId\":\"", b"a ", 40)),
        ("beginnings.json", fill(b"{\"EventId\":", 30)),
        ("empty.gz", packed(b"{\"Records\":[", b"{},", 40)),
        ("noise.json", fill(b"{\"a\":[1,{\"b\":null}]},\n", 30)),
        ("text.gz", packed(TEXT, b"a", 40)),
        ("text-tabs.gz", packed(TEXT, b"\t", 40)),
        ("yaml.gz", packed(YAML, b"a", 40)),
        ("yaml-lines.gz", packed(YAML, b"a\n   ", 20)),
        (
            "yaml-brackets.gz",
            packed(b"Events:\n- AccessKeyId: [", b"[", 40),
        ),
        (
            "yaml-list.gz",
            packed(b"Events:\n", b"- AccessKeyId: a\n", 4),
        ),
        ("csv.gz", packed(CSV, b"a", 40)),
        ("csv-commas.gz", packed(CSV, b"\",\"", 40)),
        ("lake.gz", packed(LAKE, b"a", 40)),
        (
            "colours.gz",
            packed(b"\x1b[1;39m{\x1b[0m\n", b"\x1b[0;32m\"", 40),
        ),
    ]
}

fn hold(dir: &Dir, name: &str, bytes: &[u8], line: &str) -> Result<(), String> {
    let flags = |threads| {
        line.split(' ')
            .chain(["--max-ratio", "1000000", "--threads", threads])
    };
    let file = dir.run(flags("4").chain([name])).peak_memory();
    let pipe = dir.run(flags("1").chain(["-"])).stdin(bytes).peak_memory();
    let is_seen = file.min(pipe) > 0 || !cfg!(target_os = "linux");
    if file.max(pipe) > MOST || !is_seen {
        return Err(format!(
            "{name}: {line}: {file} kB, through a pipe {pipe} kB"
        ));
    }
    Ok(())
}

#[test]
fn memory_stays_below_its_bound_whatever_the_input() {
    let dir = Dir::new();
    let mut wrong = Vec::new();
    for (name, bytes) in cases() {
        dir.write(name, &bytes);
        wrong.extend(hold(&dir, name, &bytes, "count --total").err());
        std::fs::remove_file(dir.path(name)).expect("gone");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_events_are_looked_into_within_the_bound() {
    let dir = Dir::new();
    let mut wrong = Vec::new();
    let bytes = shapes::cli(&long("\\\"\u{e9}\n"), shapes::seconds).into_bytes();
    dir.write("long", &bytes);
    for line in [
        "list --fields userAgent",
        "list --format jsonl --fields event",
        "list --where userAgent~zz",
        "count --by EventName,userAgent",
        "show",
        "show --record --compact",
        "fields",
        "inspect",
        "report",
        "convert --to lookup",
        "convert --to records --gzip",
        "convert --to csv",
        "count --last 1h",
    ] {
        wrong.extend(hold(&dir, "long", &bytes, line).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The most memory that a command has when so many megabytes of events come through a pipe, packed or not.
fn of_pipe(dir: &Dir, line: &str, is_packed: bool, megabytes: usize) -> u64 {
    // The same events repeated, because the memory per different event is not measured here.
    let lines = shapes::texts(&events(951, 40)).join("\n") + "\n";
    let text = lines.repeat((1 << 20) / lines.len() + 1);
    let some = if is_packed {
        // Without compression, so that the second pass needs the full size.
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        packer.write_all(text.as_bytes()).expect("memory");
        packer.finish().expect("memory")
    } else {
        text.into_bytes()
    };
    let words = line.split(' ').chain(["--threads", "4", "-"]);
    dir.run(words)
        .env("TMPDIR", &dir.path(".").to_string_lossy())
        .peak_memory_of_pipe(move |pipe| (0..megabytes).try_for_each(|_| pipe.write_all(&some)))
}

#[test]
fn memory_over_a_pipe_does_not_grow_with_it() {
    let dir = Dir::new();
    let mut wrong = Vec::new();
    for line in [
        "count --total",
        "list --keep-duplicates",
        // Read twice: by way of a temporary file beyond 64 MiB.
        "count --total --last 1h",
        "inspect",
        // Sorted by way of a temporary file beyond 64 MiB.
        "convert --to jsonl --keep-duplicates",
    ] {
        for is_packed in [false, true] {
            let (one, four) = (
                of_pipe(&dir, line, is_packed, 80),
                of_pipe(&dir, line, is_packed, 320),
            );
            let is_seen = one > 0 || !cfg!(target_os = "linux");
            if one.max(four) > MOST || four > one + one / 4 + 8_000 || !is_seen {
                wrong.push(format!(
                    "{line}: packed {is_packed}: {one} kB, of four times as much {four} kB"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sixty events whose every name is a megabyte long, and another each time.
#[test]
fn long_names_are_not_kept_for_every_event() {
    let dir = Dir::new();
    let line = |i: usize| {
        let name = format!("{i}{}", "x".repeat(1 << 20));
        format!(
            "{{\"eventVersion\":\"1\",\"eventID\":\"{i}\",\"eventSource\":\"s\",\"eventName\":\"{name}\",\"awsRegion\":\"{name}\",\
             \"recipientAccountId\":\"{name}\",\"userIdentity\":{{\"arn\":\"{name}\",\"userName\":\"{name}\"}}}}\n"
        )
    };
    let bytes: Vec<u8> = (0..60).flat_map(|i| line(i).into_bytes()).collect();
    dir.write("names", &bytes);
    let mut wrong = Vec::new();
    for line in [
        "inspect",
        "inspect --format json",
        "count --total --manifest kept",
        "count --total --name y --who y --region y",
        "fields",
    ] {
        wrong.extend(hold(&dir, "names", &bytes, line).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    dir.run(["inspect", "names"])
        .got()
        .shows("(1,048,577 bytes, ");
}
