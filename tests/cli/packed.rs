//! Packed files that are cut off or damaged: the events before the damage are counted, and the loss is reported.
//!
//! Limits are tested by `limits`, each kind of damage by the unit tests of `input`.

use crate::support::pack;
use crate::support::program::{Dir, Got};
use crate::support::records::events;
use crate::support::shapes;

const EVENTS: usize = 2_000;

/// A folder with `other.json`, which has seven events, and some megabytes of records, one per line.
fn dir() -> (Dir, String) {
    let dir = Dir::new();
    let text = shapes::texts(&events(980, EVENTS)).join("\n") + "\n";
    dir.write("other.json", shapes::trail(&events(981, 7)));
    (dir, text)
}

/// The count of a file and of a pipe, with one thread and with four.
fn count(dir: &Dir, name: &str, bytes: &[u8]) -> (u64, Got) {
    dir.write(name, bytes);
    let run = |file: &str, threads: &str| {
        let line = [
            "count",
            "--total",
            "--stats=json",
            "--threads",
            threads,
            file,
            "other.json",
        ];
        let program = dir.run(line);
        match file {
            "-" => program.stdin(bytes).got(),
            _ => program.got(),
        }
    };
    let first = run(name, "1");
    for (file, threads) in [(name, "4"), ("-", "1"), ("-", "4")] {
        let other = run(file, threads);
        assert_eq!(other.out, first.out, "{file} {threads}");
        assert_eq!(
            other.err.replace(" -: ", &format!(" {name}: ")),
            first.err,
            "{file} {threads}"
        );
        assert_eq!(other.status, first.status, "{file} {threads}");
    }
    let account = first.byte_counts();
    let number = |name: &str| account["bytes"][name].as_u64().expect("a number");
    let parts = ["event", "structure", "skipped", "damaged"].map(number);
    assert_eq!(parts.iter().sum::<u64>(), number("total"), "{account}");
    (first.out.trim().parse().expect("a number"), first)
}

#[test]
fn a_packed_file_that_is_cut_off_gives_the_events_before_the_end() {
    let (dir, text) = dir();
    for (name, packed) in [
        ("dump.gz", pack::gzip(text.as_bytes())),
        ("dump.zst", pack::zstd(text.as_bytes())),
    ] {
        for share in [1, 2, 3] {
            let (total, got) = count(&dir, name, &packed[..packed.len() * share / 4]);
            got.ends(3).mentions(&format!("warning: {name}: "));
            // About as many events as there were bytes; zstd gives whole blocks.
            let (least, most) = (EVENTS * share / 4, EVENTS * share / 4 + EVENTS / 8);
            let total = total as usize - 7;
            assert!(
                (least.saturating_sub(EVENTS / 4)..most).contains(&total),
                "{name} {share}: {total}"
            );
        }
        // Without its last byte it contains every event, and the loss is reported all the same.
        let (total, got) = count(&dir, name, &packed[..packed.len() - 1]);
        assert_eq!(total as usize, EVENTS + 7);
        got.ends(3).mentions(&format!("warning: {name}: "));
    }
}

#[test]
fn a_packed_file_that_is_damaged_in_the_middle_gives_the_events_before_the_damage() {
    let (dir, text) = dir();
    for (name, packed) in [
        ("dump.gz", pack::gzip(text.as_bytes())),
        ("dump.zst", pack::zstd(text.as_bytes())),
    ] {
        for share in [1, 2, 3] {
            let mut bytes = packed.clone();
            let at = bytes.len() * share / 4;
            bytes[at..at + 64].fill(0xff);
            let (total, got) = count(&dir, name, &bytes);
            got.ends(3).mentions(&format!("warning: {name}: "));
            assert!(
                total as usize > 7 + EVENTS * (share - 1) / 4,
                "{name} {share}: {total}"
            );
        }
    }
    // A damaged member between two complete ones: the members after it cannot be found.
    let member = |seed| pack::gzip(shapes::trail(&events(seed, 3)).as_bytes());
    let mut bad = member(983);
    let middle = bad.len() / 2;
    bad[middle..middle + 64].fill(0xff);
    let bytes = [member(982), bad, member(984)].concat();
    let (total, got) = count(&dir, "members.gz", &bytes);
    got.ends(3).mentions("warning: members.gz: ");
    assert!(total >= 7 + 3, "{total}");
}
