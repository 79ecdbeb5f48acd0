//! Command lines that newcomers type: what is accepted, and what the message about the others mentions.
//!
//! The table is `tests/mistaken-commands.tsv`; `dump-v1.json` stands for any lookup of version 1 of the CLI.

use crate::support::program::{Dir, Got};

fn run(dir: &Dir, line: &str) -> Got {
    let words = shlex::split(line).expect("words");
    dir.run(words).got()
}

#[test]
fn every_mistaken_command_line_is_accepted_or_answered_with_one_that_works() {
    let table = include_str!("../mistaken-commands.tsv");
    let dir = Dir::new();
    for name in ["fixtures/cli-v1.json", "fixtures/cli-v2.json"] {
        let bytes = std::fs::read(name).expect("a fixture");
        dir.write(name.replace("fixtures/cli", "dump"), bytes);
    }
    let mut lines = 0;
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [line, status, words] = cells[..] else {
            panic!("three cells: {row}");
        };
        let got = run(&dir, line);
        got.ends(status.parse().expect("a status"));
        let printed = format!("{}{}", got.out, got.err);
        for word in words.split(" | ") {
            let word = word.replace("\\t", "\t");
            assert!(printed.contains(&word), "{line}\n{word}\n{printed}");
        }
        let written = got
            .err
            .lines()
            .filter_map(|it| it.trim().strip_prefix("Write: trailsift "));
        for written in written.filter(|it| !it.contains("OLD NEW")) {
            let got = run(&dir, written);
            assert_ne!(got.status, 2, "{line}\n{written}\n{}", got.err);
        }
        lines += 1;
    }
    assert_eq!(lines, 171);
}

#[test]
fn each_attribute_of_a_lookup_selects_what_its_condition_selects() {
    let dir = Dir::new();
    let bytes = std::fs::read("fixtures/cli-v1.json").expect("a fixture");
    dir.write("dump", bytes);
    let count = |words: &[&str]| {
        let all = [&["count", "--total", "-q", "dump"], words].concat();
        dir.run(all).got().out
    };
    let selected: [(&str, &str, &[&str]); 8] = [
        (
            "AccessKeyId",
            "AKIA4RBP4OZIHEXAMPLE",
            &["--key", "AKIA4RBP4OZIHEXAMPLE"],
        ),
        (
            "EventId",
            "1409f7c3-6988-49db-86b3-f20d2ffaed8e",
            &["--id", "1409f7c3-6988-49db-86b3-f20d2ffaed8e"],
        ),
        ("EventName", "CreateBucket", &["--name", "CreateBucket"]),
        ("EventSource", "s3.amazonaws.com", &["--source", "s3"]),
        ("ReadOnly", "false", &["--write"]),
        ("ResourceName", "Deploy", &["--resource", "Deploy"]),
        (
            "ResourceType",
            "AWS::S3::Bucket",
            &[
                "--where",
                "Resources[].ResourceType = AWS::S3::Bucket or resources[].type = AWS::S3::Bucket",
            ],
        ),
        ("Username", "alice", &["--where", "Username = alice"]),
    ];
    for (key, value, words) in selected {
        let attribute = format!("AttributeKey={key},AttributeValue={value}");
        let expected = count(words);
        assert_eq!(
            count(&["--lookup-attributes", &attribute]),
            expected,
            "{key}"
        );
        if key != "ResourceName" {
            assert_ne!(expected, "0\n", "{key}");
        }
    }
    for (wrong, message) in [
        (
            "AttributeKey=Region,AttributeValue=x",
            "the attributes are AccessKeyId, EventId",
        ),
        (
            "EventName=CreateBucket",
            "write AttributeKey=KEY,AttributeValue=VALUE",
        ),
        (
            "AttributeKey=ReadOnly,AttributeValue=maybe",
            "the value is `true` or `false`",
        ),
    ] {
        dir.run(["list", "--lookup-attributes", wrong, "dump"])
            .got()
            .ends(2)
            .prints("")
            .mentions(message);
    }
}

#[test]
fn the_name_of_the_output_file_chooses_the_format_unless_the_flag_does() {
    let dir = Dir::new();
    let bytes = std::fs::read("fixtures/cli-v1.json").expect("a fixture");
    dir.write("dump", bytes);
    for (name, start) in [
        ("x.csv", "EventTime,EventSource"),
        ("x.json", "[\n"),
        ("x.jsonl", "{\"EventTime\""),
        ("x.md", "| EventTime"),
        ("x.tsv", "2024-08-07T07:21:27Z\t"),
        ("x.TXT", "EventTime "),
        ("x", "2024-08-07T07:21:27Z\t"),
        ("x.log", "2024-08-07T07:21:27Z\t"),
    ] {
        dir.run(["list", "dump", "-o", name]).got().quietly();
        let text = dir.read(name);
        assert!(text.starts_with(start), "{name}: {}", &text[..80]);
    }
    dir.run(["report", "dump", "-o", "boss.html", "-q"])
        .got()
        .ends(0);
    assert!(dir.read("boss.html").starts_with("<!DOCTYPE html>"));
    dir.run(["report", "dump", "-o", "boss.txt", "-q"])
        .got()
        .ends(0);
    assert!(!dir.read("boss.txt").contains("<html"));
    dir.run(["list", "dump", "--format", "tsv", "-o", "y.csv"])
        .got()
        .ends(0)
        .mentions("warning: -o y.csv: the content is tsv, as --format says, although the name ends with .csv");
    assert!(dir.read("y.csv").starts_with("2024-08-07T07:21:27Z\t"));
    dir.run(["list", "dump", "-o", "y.html"])
        .got()
        .ends(0)
        .mentions("warning: -o y.html: `list` cannot write html");
    dir.run(["count", "dump", "-o", "y.csv.gz"])
        .got()
        .ends(0)
        .mentions("the output of `count` is not compressed");
    for format in ["json", "csv", "markdown", "html"] {
        for command in ["list", "report", "show"] {
            dir.run([command, "dump", "-o", format])
                .got()
                .ends(2)
                .prints("")
                .mentions(&format!("`-o ./{format}` for a file of this name"));
        }
    }
    let file = "./json";
    dir.run(["list", "dump", "-o", file]).got().quietly();
    dir.run(["list", "dump", "--json", "--format", "csv"])
        .got()
        .ends(2)
        .mentions("--json and --format: one format can be written");
    let rows = dir.run(["count", "--json", "dump"]).got();
    assert_eq!(
        rows.out,
        dir.run(["count", "--format", "json", "dump"]).got().out
    );
}

#[test]
fn reverse_turns_the_order_around() {
    let dir = Dir::new();
    let bytes = std::fs::read("fixtures/cli-v1.json").expect("a fixture");
    dir.write("dump", bytes);
    for words in [
        &[][..],
        &["--sort", "EventName"],
        &["--format", "jsonl"],
        &["-l"],
    ] {
        let list = |more: &[&str]| dir.run([&["list", "dump"], words, more].concat()).got().out;
        let mut lines: Vec<String> = list(&[]).lines().map(str::to_owned).collect();
        lines.reverse();
        let reversed = list(&["--reverse"]);
        assert_eq!(reversed.lines().collect::<Vec<_>>(), lines, "{words:?}");
        let first = list(&["--reverse", "-n", "3"]);
        assert_eq!(first.lines().collect::<Vec<_>>(), lines[..3], "{words:?}");
    }
}
