//! `redact`: what is replaced, what stays, the output files, and refused options.
//!
//! Single values and their forms are tested in `src/redact`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::program::{Dir, trailsift, typed};
use crate::support::small::{lookup, record};

const KEY: &str = "tests/redact/key";

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// An event with values of every kind.
fn event(number: u32) -> Value {
    record(
        number,
        serde_json::json!({
            "userIdentity": {
                "type": "IAMUser", "principalId": "AIDAEXAMPLEEXAMPLE99", "userName": "wilhelmina",
                "arn": "arn:aws:iam::111122223333:user/wilhelmina", "accountId": "111122223333",
                "accessKeyId": "AKIAEXAMPLEEXAMPLE99",
            },
            "recipientAccountId": "111122223333",
            "sourceIPAddress": "203.0.113.99",
            "requestParameters": {"userName": "bob", "note": "wilhelmina made bob; 203.0.113.99"},
        }),
    )
}

fn dump() -> String {
    lookup(&[event(1), event(2)])
}

const GONE: [&str; 5] = [
    "wilhelmina",
    "111122223333",
    "EXAMPLEEXAMPLE99",
    "203.0.113.99",
    "\"bob\\\"",
];

#[track_caller]
fn is_safe(text: &str) {
    for gone in GONE {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
}

/// Fields that are not redacted, and a count by them.
fn counts(path: &Path) -> String {
    let by = "service,EventName,awsRegion,errorCode,EventTime,EventId,eventType,ReadOnly,userIdentity.type";
    let path = path.as_os_str();
    let line = ["count", "-q", "--keep-duplicates", "--by", by];
    let got = trailsift(line.iter().map(AsRef::as_ref).chain([path])).got();
    assert!(matches!(got.status, 0 | 3), "{}", got.err);
    got.out
}

#[test]
fn values_are_replaced_and_the_shape_stays() {
    let dir = Dir::new();
    let from = dir.write("dump.json", dump());
    let got = dir
        .run(["redact", "dump.json", "-o", "safe.json", "--verify"])
        .got();
    got.ends(0)
        .shows("account\t1\t")
        .shows("name\t2\t")
        .shows("ipv4\t1\t");
    got.mentions("only in members and ARNs, not in other text")
        .mentions("bob");
    let safe = dir.read("safe.json");
    is_safe(&safe);
    assert!(
        safe.contains("made bob; 198."),
        "too short for text: {safe}"
    );
    assert_eq!(safe.lines().count(), dump().lines().count());
    assert_eq!(counts(&from), counts(&dir.path("safe.json")));
    let again = dir
        .run([
            "count",
            "--by",
            "principal,Username,AccessKeyId",
            "safe.json",
        ])
        .got();
    assert_eq!(again.lines().len(), 1, "{}", again.out);
}

#[test]
fn every_fixture_can_be_redacted_or_the_message_says_what_to_do() {
    let dir = Dir::new();
    let mut redacted = 0;
    for entry in std::fs::read_dir(root("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let safe = dir.path(&name);
        let (from, to) = (path.to_str().unwrap(), safe.to_str().unwrap());
        for more in [&[][..], &["--names", "--ids"]] {
            let line = [
                "redact",
                "-q",
                "--verify",
                "--key-file",
                KEY,
                from,
                "-o",
                to,
            ];
            let got = trailsift(line.iter().chain(more)).got();
            let is_other = [
                ".yaml",
                ".csv",
                "powershell.json",
                "colours.json",
                "lake.json",
            ];
            if is_other.iter().any(|end| name.ends_with(end)) {
                got.ends(2).prints("").mentions("convert it first");
                assert!(!safe.exists());
                continue;
            }
            got.ends(0).says("");
            redacted += 1;
            let text = trailsift(["show", "-q", "--keep-duplicates", to]).got();
            text.ends(0);
            for account in ["\"123456789012", ":123456789012:", "/123456789012"] {
                assert!(!text.out.contains(account), "{name}: {account}");
            }
            if more.is_empty() {
                assert_eq!(counts(&path), counts(&safe), "{name}");
            }
            std::fs::remove_file(&safe).unwrap();
        }
    }
    assert!(redacted > 45, "only {redacted}");
}

#[test]
fn a_directory_keeps_paths_and_compression_but_not_account_ids() {
    let dir = Dir::new();
    let path = "in/AWSLogs/111122223333/CloudTrail/eu-west-1/111122223333_CloudTrail_x.json";
    dir.write(path, dump());
    dir.write("in/readme.txt", "nothing of AWS, but of wilhelmina");
    for name in ["trail.json.gz", "trail.json.zst"] {
        std::fs::copy(root("fixtures").join(name), dir.path("in").join(name)).unwrap();
    }
    let got = dir.run(["redact", "in", "-o", "out/", "--verify"]).got();
    got.ends(0)
        .mentions("skipped 1 file that is no CloudTrail dump");
    let mut accounts = std::fs::read_dir(dir.path("out/AWSLogs")).unwrap();
    let account = accounts
        .next()
        .unwrap()
        .unwrap()
        .file_name()
        .into_string()
        .unwrap();
    assert_ne!(account, "111122223333");
    let safe = format!("out/AWSLogs/{account}/CloudTrail/eu-west-1/{account}_CloudTrail_x.json");
    let text = dir.read(&safe);
    is_safe(&text);
    assert!(text.contains(&account));
    for (name, magic) in [
        ("trail.json.gz", [0x1f, 0x8b]),
        ("trail.json.zst", [0x28, 0xb5]),
    ] {
        let bytes = std::fs::read(dir.path("out").join(name)).unwrap();
        assert_eq!(bytes[..2], magic, "{name}");
        assert_eq!(
            counts(&dir.path("in").join(name)),
            counts(&dir.path("out").join(name))
        );
    }
    assert!(!dir.path("out/readme.txt").exists());
    dir.run(["redact", "in", "-o", "in/out"])
        .got()
        .ends(2)
        .mentions("inside the input in; the next run would read it");
}

#[test]
fn an_address_in_a_path_is_replaced() {
    let dir = Dir::new();
    dir.write("in/hosts/10.20.30.40/x.json", dump());
    let got = dir.run(["redact", "in", "-o", "out/", "--check"]).got();
    got.ends(0);
    let mut hosts = std::fs::read_dir(dir.path("out/hosts")).unwrap();
    let host = hosts.next().unwrap().unwrap().file_name();
    assert!(host.to_string_lossy().starts_with("198.1"), "{host:?}");
    assert!(hosts.next().is_none());
}

#[test]
fn a_key_is_never_overwritten() {
    let dir = Dir::new();
    dir.write("a.json", dump());
    let key = "0123456789abcdef";
    dir.write("key", key);
    for args in [
        vec!["-o", "key"],
        vec!["-o", "x.json", "--map", "./key"],
        vec!["-o", "."],
    ] {
        let all = ["redact", "a.json", "--key-file", "key"].into_iter();
        dir.run(all.chain(args)).got().ends(2).mentions("key");
        assert_eq!(dir.read("key"), key);
    }
}

#[test]
fn several_files_share_pseudonyms_and_a_key_shares_them_with_other_runs() {
    let dir = Dir::new();
    dir.write("a.json", lookup(&[event(1)]));
    dir.write("b.json", lookup(&[event(2)]));
    dir.write("key", "0123456789abcdef0123456789abcdef");
    let run = |to: &str, key: &[&str]| {
        let line = ["redact", "-q", "a.json", "b.json", "-o", to];
        dir.run(line.iter().chain(key)).got().ends(0).says("");
        let got = dir
            .run([
                "list",
                "-q",
                "--fields",
                "principal,AccessKeyId,sourceIPAddress",
                to,
            ])
            .got();
        let lines = got.lines();
        assert_eq!((lines.len(), lines[0]), (2, lines[1]));
        got.out
    };
    let key = ["--key-file", "key"];
    assert_eq!(run("one/", &key), run("two/", &key));
    assert_ne!(run("three/", &[]), run("four/", &[]));
    dir.run(["redact", "-q", "a.json", "b.json", "-o", "five.json"])
        .got()
        .ends(0);
    assert!(dir.path("five.json/a.json").is_file());
    dir.write("six.json", "");
    dir.run(["redact", "a.json", "b.json", "-o", "six.json"])
        .got()
        .ends(2)
        .mentions("not a directory");
    dir.run(["redact", "a.json", "./a.json", "-o", "seven/"])
        .got()
        .ends(2)
        .mentions("would both be written to");
}

#[test]
fn the_map_restores_the_dump_and_is_private() {
    let dir = Dir::new();
    dir.write("dump.json", dump());
    dir.write("map.tsv", "old content");
    dir.run([
        "redact",
        "-q",
        "dump.json",
        "-o",
        "safe.json",
        "--map",
        "map.tsv",
    ])
    .got()
    .ends(0);
    let mode = std::fs::metadata(dir.path("map.tsv"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let (mut text, map) = (dir.read("safe.json"), dir.read("map.tsv"));
    let mut rows: Vec<Vec<&str>> = map.lines().map(|line| line.split('\t').collect()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row[1].len()));
    for row in &rows {
        assert_eq!(row.len(), 4);
        text = text.replace(row[1], row[2]);
    }
    assert_eq!(text, dump());
    let short = rows.iter().find(|row| row[2] == "bob").unwrap();
    assert_eq!((short[0], short[3]), ("name", "fields"));
}

#[test]
fn a_pipe_is_read_as_often_as_a_file() {
    let dir = Dir::new();
    dir.write("dump.json", dump());
    let line = ["redact", "--key-file"];
    let key = root(KEY);
    let line: Vec<&str> = line.into_iter().chain([key.to_str().unwrap()]).collect();
    dir.run(line.iter().chain(&["dump.json", "-o", "safe.json"]))
        .got()
        .ends(0);
    let piped = dir.run(line.iter().chain(&["-o", "-"])).stdin(dump()).got();
    piped
        .ends(0)
        .prints(&dir.read("safe.json"))
        .mentions("replaced: account ");
    let packed = std::fs::read(root("fixtures/trail.json.gz")).unwrap();
    let got = dir
        .run(["redact", "-q", "-o", "packed.json.gz", "--verify"])
        .stdin(packed)
        .got();
    got.ends(0);
    let bytes = std::fs::read(dir.path("packed.json.gz")).unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b]);
    assert_eq!(
        counts(&root("fixtures/trail.json.gz")),
        counts(&dir.path("packed.json.gz"))
    );
}

#[test]
fn contradictory_options_are_refused_before_writing() {
    let dir = Dir::new();
    dir.write("dump.json", dump());
    dir.write("short", "0123456789");
    for (line, why) in [
        ("redact dump.json", "--output"),
        ("redact dump.json -o dump.json", "that is an input"),
        ("redact dump.json -o ./", "is an input"),
        ("redact dump.json -o - --verify", "cannot be read again"),
        (
            "redact dump.json -o safe --map dump.json",
            "that is an input",
        ),
        (
            "redact dump.json -o safe --map safe",
            "the output file of -o",
        ),
        (
            "redact dump.json -o safe/ --map safe/map",
            "which will be shared",
        ),
        ("redact dump.json -o safe --map -", "must stay private"),
        (
            "redact dump.json -o safe --map /dev/stdout",
            "must stay private",
        ),
        (
            "redact dump.json -o safe --map m --manifest ./m",
            "the file of --manifest",
        ),
        (
            "redact dump.json -o safe --manifest ./safe",
            "the output file of -o",
        ),
        (
            "redact dump.json -o ./ --manifest m",
            "which will be shared",
        ),
        (
            "redact dump.json -o safe --key-file /dev/zero",
            "longer than 1048576 bytes",
        ),
        (
            "redact dump.json -o /dev/stdout --verify",
            "cannot be read again",
        ),
        ("redact dump.json -o safe --key-file missing", "head -c 32"),
        (
            "redact dump.json -o safe --key-file short",
            "10 bytes can be guessed",
        ),
        ("redact missing.json -o safe", "No such file"),
        ("redact short -o safe", "no CloudTrail event"),
    ] {
        dir.run(line.split(' '))
            .got()
            .ends(2)
            .prints("")
            .mentions(why);
    }
    assert_eq!(dir.read("dump.json"), dump());
    assert_eq!(dir.names(), ["dump.json", "short"]);
}

#[test]
fn a_damaged_dump_is_written_and_reported() {
    let dir = Dir::new();
    let whole = dump();
    let around = "An error occurred: arn:aws:iam::111122223333:user/wilhelmina\n";
    let cut = format!("{whole}{around}{}", &whole[..whole.len() - 150]);
    dir.write("cut.json", &cut);
    let got = dir
        .run(["redact", "cut.json", "-o", "safe.json", "--check"])
        .got();
    got.ends(3).mentions("cut.json: byte");
    let safe = dir.read("safe.json");
    is_safe(&safe);
    assert!(safe.contains("An error occurred: arn:aws:iam::"));
    let mut packed = std::fs::read(root("fixtures/trail.json.gz")).unwrap();
    packed.truncate(packed.len() - 20);
    dir.write("cut.gz", packed);
    let got = dir
        .run(["redact", "-q", "cut.gz", "-o", "safe.gz", "--verify"])
        .got();
    got.ends(3).mentions("cut.gz: ");
    assert_eq!(counts(&dir.path("cut.gz")), counts(&dir.path("safe.gz")));
}

#[test]
fn a_text_without_an_end_is_an_error_and_leaves_nothing() {
    let dir = Dir::new();
    dir.write(
        "dump.json",
        format!("{}{{\"a\": \"{}", dump(), "x".repeat(3 << 20)),
    );
    let got = dir
        .run([
            "redact",
            "--max-event",
            "1MiB",
            "dump.json",
            "-o",
            "safe.json",
        ])
        .got();
    got.ends(2).mentions("--max-event");
    assert_eq!(dir.names(), ["dump.json"]);
}

#[test]
fn a_redacted_dump_can_be_redacted_again() {
    let dir = Dir::new();
    dir.write("dump.json", dump());
    let key = root(KEY);
    let key = key.to_str().unwrap();
    for (from, to) in [("dump.json", "one.json"), ("one.json", "two.json")] {
        dir.run([
            "redact",
            "-q",
            "--key-file",
            key,
            "--verify",
            from,
            "-o",
            to,
        ])
        .got()
        .ends(0);
    }
    assert_ne!(dir.read("one.json"), dir.read("two.json"));
    assert_eq!(
        counts(&dir.path("dump.json")),
        counts(&dir.path("two.json"))
    );
}

#[test]
fn memory_does_not_grow_with_the_dump() {
    let dir = Dir::new();
    let text = lookup(&[event(1)]);
    dir.write("small.json", text.repeat(3_000));
    dir.write("large.json", text.repeat(30_000));
    let size = std::fs::metadata(dir.path("large.json")).unwrap().len() / 1000;
    let line = ["redact", "-q", "--threads", "1", "-o", "safe.json"];
    let peak = |name: &str| dir.run(line.iter().chain([&name])).peak_memory();
    let (small, large) = (peak("small.json"), peak("large.json"));
    assert!(
        size > 24_000 && large < small + size / 3,
        "{small} kB, {large} kB for {size} kB"
    );
}

#[test]
fn help_says_what_redact_is_for() {
    typed("redact --help")
        .got()
        .shows("can be shared")
        .shows("convert other shapes first");
}
