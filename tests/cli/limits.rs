//! Data beyond a limit is reported with its byte, and nothing else is lost: decompression bombs, endless events, depth.
//!
//! Not for: memory (`memory`), how the limits are watched over (`input::limits`, `reading::bounds`).

use std::io::Write;

use crate::support::program::{Dir, Got};
use crate::support::records::events;
use crate::support::{pack, shapes};

/// A trail's file with `count` events.
fn trail(seed: u64, count: usize) -> Vec<u8> {
    shapes::trail(&events(seed, count)).into_bytes()
}

/// Results of `count --total` for a file and for a pipe, with one thread and with four.
fn count(dir: &Dir, name: &str, flags: &[&str]) -> Got {
    let run = |file: &str, threads: &str, stdin: Option<Vec<u8>>| {
        let line = ["count", "--total", "--stats=json", "--threads", threads];
        let program = dir.run(line.iter().chain(flags).chain(&[file, "other.json"]));
        let got = match stdin {
            None => program.got(),
            Some(bytes) => program.stdin(bytes).got(),
        };
        // It is called what was typed.
        let messages = got
            .err
            .replace("warning: -: ", &format!("warning: {name}: "));
        let messages = messages.replace("error: -: ", &format!("error: {name}: "));
        (got, messages)
    };
    let (first, messages) = run(name, "1", None);
    let bytes = std::fs::read(dir.path(name)).expect("the file");
    for (file, threads, stdin) in [
        (name, "4", None),
        ("-", "1", Some(bytes.clone())),
        ("-", "4", Some(bytes)),
    ] {
        let (other, others) = run(file, threads, stdin);
        assert_eq!(other.out, first.out, "{file} {threads}");
        assert_eq!(others, messages, "{file} {threads}");
        assert_eq!(other.status, first.status, "{file} {threads}");
    }
    balances(&first);
    first
}

fn balances(got: &Got) {
    let account = got.byte_counts();
    let number = |name: &str| account["bytes"][name].as_u64().expect("a number");
    let parts = ["event", "structure", "skipped", "damaged"].map(number);
    assert_eq!(parts.iter().sum::<u64>(), number("total"), "{account}");
}

fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("other.json", trail(900, 7));
    dir
}

/// Events, and then 100 MB of blanks.
fn bomb() -> Vec<u8> {
    let mut text = trail(901, 5);
    text.resize(text.len() + 100_000_000, b' ');
    text
}

#[test]
fn a_bomb_is_reported_and_the_events_before_it_and_elsewhere_count() {
    let dir = dir();
    let text = bomb();
    dir.write("bomb.gz", pack::gzip(&text));
    dir.write("bomb.zst", pack::zstd(&text));
    // Many members, each of them small.
    let mut members = pack::gzip(&trail(901, 5));
    let blanks = pack::gzip(&vec![b' '; 1 << 20]);
    (0..100).for_each(|_| members.extend_from_slice(&blanks));
    dir.write("bomb-members.gz", members);
    for name in ["bomb.gz", "bomb.zst", "bomb-members.gz"] {
        count(&dir, name, &[])
            .ends(3)
            .prints("12\n")
            .mentions(&format!(
                "warning: {name}: it unpacks to more than 200 times its size"
            ))
            .mentions("byte 67108864 of the unpacked text")
            .mentions("--max-ratio");
    }
    count(&dir, "bomb.gz", &["--max-ratio", "100000"])
        .ends(0)
        .prints("12\n");
}

#[test]
fn a_file_without_an_event_before_the_limit_is_an_error() {
    let dir = dir();
    dir.write("zeros.gz", pack::gzip(&vec![0; 100_000_000]));
    count(&dir, "zeros.gz", &[])
        .ends(2)
        .prints("7\n")
        .mentions("error: zeros.gz: it unpacks to more than 200 times");
}

#[test]
fn unpacked_bytes_end_at_the_limit() {
    let dir = dir();
    let text = trail(902, 20);
    dir.write("trail.gz", pack::gzip(&text));
    dir.write("trail.zst", pack::zstd(&text));
    let half = (text.len() / 2).to_string();
    for name in ["trail.gz", "trail.zst"] {
        count(&dir, name, &[]).ends(0).prints("27\n");
        let exact = text.len().to_string();
        count(&dir, name, &["--max-unpacked", &exact])
            .ends(0)
            .prints("27\n");
        let got = count(&dir, name, &["--max-unpacked", &half]);
        got.ends(3)
            .mentions(&format!("{name}: it unpacks to more than {half} bytes"))
            .mentions("--max-unpacked");
        let total: u64 = got.out.trim().parse().unwrap();
        assert!((10..26).contains(&total), "{total}");
    }
    // An uncompressed file is never too long.
    dir.write("plain.json", &text);
    count(&dir, "plain.json", &["--max-unpacked", "1"])
        .ends(0)
        .prints("27\n");
}

#[test]
fn members_beyond_the_limit_are_not_read() {
    let dir = dir();
    let members = [903, 904, 905].map(|seed| pack::gzip(&trail(seed, 3)));
    let third = members[0].len() + members[1].len();
    dir.write("day.gz", members.concat());
    count(&dir, "day.gz", &["--max-members", "3"])
        .ends(0)
        .prints("16\n");
    count(&dir, "day.gz", &["--max-members", "2"])
        .ends(3)
        .prints("13\n")
        .mentions(&format!(
            "day.gz: it has more than 2 gzip members, the next at its byte {third}"
        ))
        .mentions("--max-members");
}

/// Where the second record of a trail's file begins.
fn second(text: &str) -> usize {
    let name = text
        .match_indices("\"eventVersion\"")
        .nth(1)
        .expect("two")
        .0;
    text[..name].rfind('{').expect("its bracket")
}

#[test]
fn an_event_beyond_a_limit_costs_itself_alone() {
    let dir = dir();
    let mut three = events(906, 3);
    three[1]
        .record
        .set("userAgent", "x".repeat(15 << 20).into());
    let long = shapes::trail(&three);
    let at = second(&long);
    dir.write("long.json", &long);
    count(&dir, "long.json", &[]).ends(0).prints("10\n");
    count(&dir, "long.json", &["--max-event", "15MiB"])
        .ends(3)
        .prints("9\n")
        .mentions(&format!(
            "long.json: byte {at}: an event is longer than 15,728,640 bytes"
        ))
        .mentions("--max-event");
    dir.write("long.gz", pack::gzip(long.as_bytes()));
    count(
        &dir,
        "long.gz",
        &["--max-event", "15MiB", "--max-ratio", "10000"],
    )
    .ends(3)
    .prints("9\n");

    let mut three = events(907, 3);
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    three[1].record.set(
        "requestParameters",
        crate::support::json::Json::Verbatim(deep),
    );
    let deep = shapes::trail(&three);
    let at = second(&deep);
    dir.write("deep.json", &deep);
    count(&dir, "deep.json", &[])
        .ends(3)
        .prints("9\n")
        .mentions(&format!(
            "deep.json: byte {at}: an event nests deeper than 1,024 levels"
        ))
        .mentions("--max-depth");
}

/// Three lookups, the second with a record that nests a million levels deep, and normal lookups before and after it.
fn deep_record(open: &str, close: &str) -> Vec<u8> {
    let mut all = events(910, 30);
    let deep = open.repeat(1_000_000) + "1" + &close.repeat(1_000_000);
    all[20].record.set(
        "requestParameters",
        crate::support::json::Json::Verbatim(deep),
    );
    shapes::cli(&all, shapes::seconds).into_bytes()
}

#[test]
fn a_record_a_million_levels_deep_is_unreadable_and_its_event_is_there() {
    let dir = dir();
    for (name, open, close) in [("arrays", "[", "]"), ("objects", "{\"a\":", "}")] {
        let text = deep_record(open, close);
        let finder = memchr::memmem::Finder::new("\"EventId\"");
        let id = finder.find_iter(&text).nth(20).expect("the event");
        let at = memchr::memrchr(b'{', &text[..id]).expect("its bracket");
        dir.write(name, &text);
        count(&dir, name, &[]).ends(0).prints("37\n");
        for line in [
            "list --fields EventId,requestParameters.a.a",
            "list --where requestParameters.a.a!=1",
            "count --by userIdentity.type",
            "count --by requestParameters",
            "show --compact",
            "show --record --compact",
            "fields",
        ] {
            for threads in ["1", "4"] {
                let words = line.split(' ').chain(["--threads", threads, name]);
                dir.run(words).got().ends(3).mentions(&format!(
                    "warning: {name}: byte {at}: record unreadable: its CloudTrailEvent nests deeper than 1,024 \
                     levels (--max-depth sets the limit), its fields are empty"
                ));
            }
        }
        dir.run(["show", "--at", &format!("{name}:{at}")])
            .got()
            .shows("its CloudTrailEvent nests deeper than 1,024 levels");
        dir.run(["inspect", name])
            .got()
            .shows("record-unreadable")
            .shows("--max-depth");
    }
}

#[test]
fn the_last_level_that_is_let_in_is_the_same_in_every_place() {
    let dir = dir();
    for depth in [61, 62, 63, 64, 65] {
        let mut all = events(911, 8);
        // The record itself is the first level.
        let deep = "[".repeat(depth - 1) + &"]".repeat(depth - 1);
        all[5].record.set(
            "requestParameters",
            crate::support::json::Json::Verbatim(deep),
        );
        dir.write("trail", shapes::trail(&all));
        dir.write("texts", shapes::texts(&all).join("\n"));
        dir.write("lookup", shapes::cli(&all, shapes::seconds));
        for (name, lost) in [
            ("trail", "an event nests"),
            ("texts", "an event nests"),
            ("lookup", "CloudTrailEvent nests"),
        ] {
            let got = dir
                .run([
                    "count",
                    "--by",
                    "requestParameters",
                    "--max-depth",
                    "64",
                    name,
                ])
                .got();
            if depth > 64 {
                got.ends(3)
                    .mentions(&format!("{lost} deeper than 64 levels"));
            } else {
                got.quietly();
            }
        }
    }
}

#[test]
fn depth_can_be_given_away_and_taken() {
    let dir = dir();
    let mut three = events(908, 3);
    let deep = "[".repeat(5_000) + &"]".repeat(5_000);
    three[1].record.set(
        "requestParameters",
        crate::support::json::Json::Verbatim(deep),
    );
    dir.write("trail.json", shapes::trail(&three));
    dir.write("lookup.json", shapes::cli(&three, shapes::seconds));
    dir.write("texts.jsonl", shapes::texts(&three).join("\n"));
    for name in ["trail.json", "lookup.json", "texts.jsonl"] {
        count(&dir, name, &["--max-depth", "5002"])
            .ends(0)
            .prints("10\n");
        // Every way to look inside.
        for line in [
            "list --fields requestParameters --max-depth 6000",
            "show --max-depth 6000",
            "show --compact --record --max-depth 6000",
            "fields --max-depth 6000",
            "count --by requestParameters --max-depth 6000",
            "list --where userIdentity.type=x --max-depth 6000",
            "inspect --max-depth 6000",
        ] {
            let words = line.split(' ').chain([name]);
            let got = dir.run(words).got();
            assert!(matches!(got.status, 0 | 1), "{line} {name}: {}", got.err);
            got.never_mentions("deeper").never_mentions("unreadable");
        }
    }
}

#[test]
fn ten_million_empty_events_are_none_and_cost_little() {
    let dir = dir();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"{\"Records\":[").unwrap();
    let some = b"{},".repeat(10_000);
    (0..1_000).for_each(|_| encoder.write_all(&some).unwrap());
    let event = events(909, 1)[0].record_text();
    encoder.write_all(event.as_bytes()).unwrap();
    encoder.write_all(b",{}]}\n").unwrap();
    dir.write("empty.gz", encoder.finish().unwrap());
    let got = dir.run([
        "count",
        "--total",
        "--max-ratio",
        "1032",
        "empty.gz",
        "other.json",
    ]);
    got.got()
        .ends(0)
        .prints("8\n")
        .mentions("10,000,000 values in a list of events are not CloudTrail events");
}
