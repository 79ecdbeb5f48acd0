//! `show --at FILE:OFFSET`: the place that a warning names.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt;

use serde_json::json;

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{lookup, record};

fn at(place: &str) -> Got {
    trailsift(["show", "--at", place]).got()
}

/// The column of the only mark, which is below the place.
#[track_caller]
fn mark(got: &Got) -> usize {
    let lines = got.lines();
    let marks: Vec<_> = lines.iter().filter(|line| line.trim() == "^").collect();
    assert_eq!(marks.len(), 1, "{}", got.out);
    marks[0].len() - 1
}

fn files() -> Vec<String> {
    let rows = include_str!("../expected.tsv").lines().skip(1);
    rows.filter_map(|row| row.split('\t').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_damaged_place_is_shown_with_its_finding() {
    at("tests/data/cut-in-string.json:5734").quietly().prints(concat!(
        "tests/data/cut-in-string.json: byte 5734 of 6397, line 56, column 9\n",
        "damaged: the rest of an event\n",
        "  byte 5734: an event is cut off (663 bytes damaged)\n",
        "\n",
        "  53              ],\n",
        r#"  54              "CloudTrailEvent": "{\"eventVersion\":\"1.09\",\"userIdentity\":{\"type\":\"WebId…"#,
        "\n",
        "  55          },\n",
        "> 56          {\n",
        "              ^\n",
        "  57              \"EventId\": \"c677b1c5-345b-4a47-8ca3-be4852af5177\",\n",
        "  58              \"EventName\": \"DescribeEventAggregates\",\n",
        "  59              \"ReadOnly\": \"true\",\n",
        "\n",
        "no whole event follows\n",
    ));
    at("tests/data/hole.json:3100")
        .quietly()
        .shows("invalid JSON at byte 3648")
        .shows("the next whole event begins at byte 5313\n");
}

#[test]
fn a_place_in_a_whole_event_is_shown_with_the_event() {
    let got = at("fixtures/cli-v2.json:1234");
    got.quietly().shows("event: bytes 26 to 1358\n");
    got.shows("  EventId    41495593-7952-4b1a-84cf-b65ca95ff2d3\n")
        .shows("  EventTime  2024-07-30T03:46:04Z\n")
        .shows("  EventName  DescribeInstances\n");
    let whole = typed("show --index 0 fixtures/cli-v2.json").got();
    assert!(
        got.out.ends_with(&format!("\n\n{}", whole.out)),
        "{}",
        got.out
    );
    typed("show --at fixtures/cli-v2.json:1234 --tz Asia/Tokyo")
        .got()
        .shows("EventTime  2024-07-30T12:46:04+09:00\n");
}

/// The place of a warning can be pasted as `FILE:OFFSET` and as `FILE: byte OFFSET`.
#[test]
fn every_warning_names_a_place_that_is_shown() {
    let warned = typed("count tests/data").got();
    let mut shown = 0;
    for line in warned.err.lines() {
        let Some((file, rest)) = line
            .split_once(": tests/")
            .and_then(|(_, rest)| rest.split_once(": byte "))
        else {
            continue;
        };
        let (offset, finding) = rest.split_once(": ").expect("a finding");
        for place in [
            format!("tests/{file}:{offset}"),
            format!("tests/{file}: byte {offset}"),
        ] {
            let got = at(&place);
            got.ends(0)
                .shows(&format!("tests/{file}: byte {offset} of "));
            mark(&got);
            let is_said = [
                "not UTF-8",
                "record unreadable",
                "eventID of an earlier one",
                "(and ",
            ];
            if !is_said.iter().any(|known| finding.contains(known)) && !finding.contains('\u{fffd}')
            {
                got.shows(&format!("  byte {offset}: {finding}\n"));
            }
        }
        shown += 1;
    }
    assert!(shown > 30, "{}", warned.err);
}

#[test]
fn any_place_of_any_file_is_shown() {
    for (nth, file) in files().into_iter().enumerate() {
        let first = at(&format!("{file}:0"));
        first.ends(0).shows("line 1, column 1\n");
        mark(&first);
        let heading = first.lines()[0].to_owned();
        let length: u64 = heading
            .split_once(" of ")
            .and_then(|(_, rest)| rest.split(',').next()?.parse().ok())
            .expect("a length");
        let middle = length * (nth as u64 * 37 % 101) / 101;
        for offset in [middle, length.saturating_sub(1), length] {
            let got = at(&format!("{file}:{offset}"));
            got.ends(0).shows(&format!("byte {offset} of {length}"));
            mark(&got);
        }
        let beyond = at(&format!("{file}:{}", length + 1));
        beyond.ends(2).prints("");
    }
    at("tests/data/cut-in-string.json:6398")
        .says("trailsift: error: --at tests/data/cut-in-string.json:6398: after the end of the file, which has 6,397 bytes\n");
    at("tests/data/cut-in-string.json:6,397")
        .quietly()
        .shows("the end of the file: there is no byte here\n");
}

#[test]
fn a_place_of_a_packed_file_or_a_pipe_is_the_same() {
    let bytes = std::fs::read("tests/data/hole.json").expect("a file");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&bytes).expect("packed");
    let gz = gz.finish().expect("packed");
    let dir = Dir::new();
    dir.write("hole:json", &bytes);
    dir.write("gz", &gz);
    for offset in ["0", "3100", "7095"] {
        let shown = |name: &str, stdin: &[u8]| {
            let got = dir
                .run(["show", "--at", &format!("{name}:{offset}")])
                .stdin(stdin)
                .got();
            got.quietly();
            got.out.strip_prefix(name).expect("its name").to_owned()
        };
        let plain = shown("hole:json", b"");
        assert_eq!(plain, shown("gz", b""));
        assert_eq!(plain, shown("-", &bytes));
        assert_eq!(plain, shown("-", &gz));
    }
    // Damage after the place is reported, and the place is shown all the same.
    typed("show --at tests/data/cut-second-member.json.gz:100")
        .got()
        .ends(0)
        .mentions("the compressed data is cut off");
    typed("show --at tests/data/cut-second-member.json.gz:9999")
        .got()
        .ends(2)
        .prints("")
        .mentions("2,414 bytes");
}

#[test]
fn columns_are_characters_and_lines_may_end_with_crlf() {
    let dir = Dir::new();
    dir.write("dump", "{\r\n \"wör世\": \"x\"}\r\n");
    let shown = |offset: u64| {
        let got = dir.run(["show", "--at", &format!("dump:{offset}")]).got();
        got.quietly();
        (got.lines()[0].to_owned(), mark(&got))
    };
    assert_eq!(
        shown(1),
        ("dump: byte 1 of 21, line 1, column 2".to_owned(), 6)
    );
    assert_eq!(
        shown(4),
        ("dump: byte 4 of 21, line 2, column 2".to_owned(), 6)
    );
    for offset in [9, 10, 11] {
        assert_eq!(
            shown(offset),
            (format!("dump: byte {offset} of 21, line 2, column 6"), 10)
        );
    }
    // A wide character is one column of the text, and two of the terminal.
    assert_eq!(
        shown(12),
        ("dump: byte 12 of 21, line 2, column 7".to_owned(), 12)
    );
    assert_eq!(
        shown(21),
        ("dump: byte 21 of 21, line 3, column 1".to_owned(), 5)
    );
}

#[test]
fn a_dump_on_one_long_line_is_shown_around_the_place() {
    let records: Vec<_> = (0..200).map(|n| record(n, json!({}))).collect();
    let dump = lookup(&records).to_string();
    assert!(!dump.contains('\n'));
    let dir = Dir::new();
    dir.write("dump", &dump);
    let offset = dump
        .find("00000000-0000-4000-8000-000000000150")
        .expect("an id");
    let got = dir.run(["show", "--at", &format!("dump:{offset}")]).got();
    got.quietly()
        .shows("EventId    00000000-0000-4000-8000-000000000150");
    let column = mark(&got);
    let marked = got.lines().into_iter().find(|line| line.starts_with('>'));
    let marked: Vec<char> = marked.expect("the line").chars().collect();
    assert!(marked.len() <= 100 && marked[5] == '…' && marked.last() == Some(&'…'));
    let there: String = marked[column..column + 36].iter().collect();
    assert_eq!(there, "00000000-0000-4000-8000-000000000150");
}

#[test]
fn terminal_controls_are_shown_as_escapes_in_a_pipe_too() {
    let dir = Dir::new();
    let name = "a\u{1b}[31m\u{202e}:b";
    let event = record(
        0,
        json!({"eventName": "x\u{1b}[2J\u{202e}", "userAgent": "\u{9b}"}),
    );
    dir.write(
        name,
        format!("\u{1b}]0;t\u{7}\u{202e}\n{}\n", lookup(&[event])),
    );
    for offset in [0, 3, 40] {
        let got = dir.run(["show", "--at", &format!("{name}:{offset}")]).got();
        got.quietly();
        let is_harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!got.out.contains(is_harmful), "{:?}", got.out);
    }
}

#[test]
fn names_that_are_not_utf_8_are_read() {
    let dir = Dir::new();
    let name = OsString::from_vec(b"d\xffump:1".to_vec());
    dir.write(&name, "{}");
    let mut place = name;
    place.push(":1");
    let arguments: [OsString; 3] = ["show".into(), "--at".into(), place];
    dir.run(arguments)
        .got()
        .ends(0)
        .shows(": byte 1 of 2, line 1, column 2\n");
}

/// Offsets are those of the file; the excerpt is converted to a readable form.
#[test]
fn offsets_in_other_formats_are_those_of_the_file() {
    at("fixtures/powershell.json:4000")
        .quietly()
        .shows("fixtures/powershell.json: byte 4000 of 43362, line 26, column 9\nevent: bytes 2858 to 7165\n")
        .shows("> 26                  }\\r\n              ^\n");
    at("tests/data/utf-16-cut.json:2878")
        .quietly()
        .shows("an event is cut off (2,773 bytes damaged)");
    at("tests/data/text-hole.txt:4513")
        .quietly()
        .shows(">  9  EVENTS\\t")
        .shows("the next whole event begins at byte 6876");
}

#[test]
fn a_file_that_is_not_a_dump_is_shown_with_its_kind() {
    at("tests/data/output-table.txt:30")
        .quietly()
        .shows("skipped: text that is not JSON\n  the file: this is `--output table`")
        .shows("> 1  -----");
    at("tests/data/pairs.txt:5")
        .quietly()
        .shows("values without names");
    at("tests/data/package.json:3")
        .quietly()
        .shows("it is some other JSON");
    at("tests/data/binary.bin:30")
        .quietly()
        .shows("it is not JSON");
    at("tests/data/nothing.json:0")
        .quietly()
        .shows("0 bytes: the CLI");
}

#[test]
fn invalid_places_are_refused_with_the_form_to_write() {
    for (line, words) in [
        (
            "show --at 5734 dump",
            "no file; write FILE:OFFSET, such as `--at dump:5734`",
        ),
        ("show --at dump", "no offset; write the file and the byte"),
        ("show --at dump:", "no offset"),
        ("show --at dump:-1", "no offset"),
        ("show --at dump:1,2", "no offset"),
        ("show --at dump:99999999999999999999", "no offset"),
        ("show --at dump:1 other", "omit other"),
        ("show --at dump:1 --denied --who x", "omit --who x --denied"),
        ("show --at dump:1 --index 0", "--index"),
        ("show --at dump:1 --record", "--record"),
        ("show --at dump:1 --compact", "--compact"),
        ("show --at dump:1 --last 1h", "--last"),
        ("show --at fixtures:1", "is a directory"),
        ("show --at nowhere:1", "No such file"),
    ] {
        typed(line).got().ends(2).prints("").mentions(words);
    }
}

#[test]
fn the_place_can_be_written_to_a_file() {
    let dir = Dir::new();
    dir.write("dump", "{}\n");
    let printed = dir.run(["show", "--at", "dump:1"]).got();
    dir.run(["show", "--at", "dump:1", "-o", "out"])
        .got()
        .quietly()
        .prints("");
    assert_eq!(dir.read("out"), printed.out);
}

/// If the text was converted from the file, offsets in it are not offsets in the file.
#[test]
fn no_offset_is_printed_that_is_not_one_of_the_file() {
    let dir = Dir::new();
    let dump = |colour: &str| {
        let event = r#""EventId":"1","EventName":"a?b","EventSource":"s3.amazonaws.com","EventTime":1560042666"#;
        let text = format!("{colour}{{\"Events\":[{{{colour}{event}}}]}}\n");
        let mut bytes = text.into_bytes();
        let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
        bytes[at] = 0xff;
        (at, bytes)
    };
    for (colour, is_named) in [("", true), ("\u{1b}[1;39m", false)] {
        let (at, bytes) = dump(colour);
        dir.write("dump", bytes);
        let got = dir.run(["show", "--at", &format!("dump:{at}")]).got();
        got.ends(0).shows("bytes that are not UTF-8");
        let named = format!("the first at byte {at}, this one");
        assert_eq!(got.out.contains(&named), is_named, "{}", got.out);
        assert_eq!(got.out.contains("the first at byte"), is_named);
    }
}
