//! What a terminal is shown, and only a terminal: tables, colours, escapes of hostile text.
//!
//! The pseudo-terminal is that of `script`.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::support::program::{Dir, Got};
use crate::support::small::{lookup, record};

/// Text that would set a terminal's title, clear it, colour it, and turn the line round.
const HOSTILE: &str = "a\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}[31m\u{202e}\tb\r\nc\u{9b}x";

/// Runs a command line on a terminal of this width.
fn on_terminal(directory: &Path, columns: u32, environment: &str, line: &str) -> Got {
    let program = env!("CARGO_BIN_EXE_trailsift");
    let inside = format!("stty cols {columns} rows 40 -opost; {environment} '{program}' {line}");
    let output = Command::new("script")
        .args(["-q", "-e", "-c", &inside, "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TERM", "xterm")
        .current_dir(directory)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("script runs");
    Got::new(format!("{environment} {line}"), output)
}

fn dir() -> Dir {
    let dir = Dir::new();
    let hostile = json!({"eventName": HOSTILE, "userAgent": "u".repeat(200), "readOnly": false});
    dir.write("dump", lookup(&[record(0, json!({})), record(1, hostile)]));
    dir
}

fn has_control(text: &str) -> bool {
    text.chars()
        .any(|c| (c.is_control() && c != '\n') || c == '\u{202e}')
}

#[test]
#[ignore = "needs script of util-linux"]
fn a_terminal_gets_a_table_and_a_pipe_tsv() {
    let dir = dir();
    let shown = on_terminal(dir.0.path(), 200, "NO_COLOR=1", "list --read-only dump");
    shown.ends(0).prints(
        "EventTime             EventSource        EventName\n\
         2024-06-10T06:00:00Z  ec2.amazonaws.com  DescribeInstances\n",
    );
    let counted = on_terminal(dir.0.path(), 200, "NO_COLOR=1", "count --read-only dump");
    counted.ends(0).prints(
        "count  EventSource        EventName\n    1  ec2.amazonaws.com  DescribeInstances  ████████████████████\n",
    );
    on_terminal(dir.0.path(), 200, "", "list --read-only --format tsv dump")
        .prints("2024-06-10T06:00:00Z\tec2.amazonaws.com\tDescribeInstances\n");
    on_terminal(dir.0.path(), 200, "", "count --total dump").prints("2\n");
    on_terminal(dir.0.path(), 200, "", "list --read-only dump | cat")
        .prints("2024-06-10T06:00:00Z\tec2.amazonaws.com\tDescribeInstances\n");
}

#[test]
#[ignore = "needs script of util-linux"]
fn colours_are_for_terminals_that_want_them() {
    let dir = dir();
    for command in ["list", "count", "show --index 0 -q"] {
        let line = format!("{command} --read-only dump");
        on_terminal(dir.0.path(), 200, "", &line)
            .ends(0)
            .holds("\u{1b}[");
        for environment in ["NO_COLOR=1", "TERM=dumb"] {
            let got = on_terminal(dir.0.path(), 200, environment, &line);
            got.ends(0);
            assert!(
                !got.out.contains('\u{1b}'),
                "{environment} {line}: {:?}",
                got.out
            );
        }
        on_terminal(dir.0.path(), 200, "NO_COLOR=", &line).holds("\u{1b}[");
        let piped = on_terminal(dir.0.path(), 200, "", &format!("{line} | cat"));
        assert!(
            !piped.out.contains('\u{1b}'),
            "{line} | cat: {:?}",
            piped.out
        );
    }
}

#[test]
#[ignore = "needs script of util-linux"]
fn hostile_text_is_escaped_on_a_terminal_in_every_format() {
    let dir = dir();
    for line in [
        "list --write dump",
        "list --write --format tsv dump",
        "list --write --format csv dump",
        "list --write --format jsonl dump",
        "list --write --format json --fields EventName dump",
        "count --write dump",
        "count --write --format tsv dump",
        "count --write --format json dump",
        "show --write dump",
        "show --write --compact dump",
        "list --name \"$(printf 'x\\033[31m')\" dump",
    ] {
        let got = on_terminal(dir.0.path(), 200, "NO_COLOR=1", line);
        let text = got.out.replace('\t', " ");
        assert!(!has_control(&text), "{line}: {:?}", got.out);
    }
    // What is shown is still JSON.
    let shown = on_terminal(dir.0.path(), 200, "NO_COLOR=1", "show --write dump");
    assert_eq!(shown.json()["EventName"], HOSTILE);
    for (line, path) in [
        ("list --write --format jsonl dump", "/EventName"),
        (
            "list --write --format jsonl --fields EventName dump",
            "/EventName",
        ),
        ("list --write --format json dump", "/0/EventName"),
        (
            "list --write --format json --fields EventName dump",
            "/0/EventName",
        ),
        ("count --write --format json dump", "/0/EventName"),
        ("count --write --format jsonl dump", "/EventName"),
    ] {
        let got = on_terminal(dir.0.path(), 200, "NO_COLOR=1", line);
        assert_eq!(got.json().pointer(path), Some(&json!(HOSTILE)), "{line}");
        assert!(got.out.contains("\\u202e"), "{line}: {}", got.out);
    }
}

#[test]
fn hostile_text_is_raw_in_a_pipe_and_in_a_file() {
    let dir = dir();
    let escaped = HOSTILE
        .replace('\t', "\\t")
        .replace('\r', "\\r")
        .replace('\n', "\\n")
        + "\n";
    let arguments = ["list", "--write", "--fields", "EventName", "dump"];
    dir.run(arguments).got().quietly().prints(&escaped);
    dir.run(arguments.iter().chain(&["-o", "out"]))
        .got()
        .quietly();
    assert_eq!(dir.read("out"), escaped);
    assert_eq!(
        dir.run(["show", "--write", "dump"]).got().json()["EventName"],
        HOSTILE
    );
}

#[test]
#[ignore = "needs script of util-linux"]
fn a_narrow_terminal_shortens_what_may_be_and_never_ids() {
    let dir = dir();
    let fields = "list --write --fields userAgent,eventID dump";
    let narrow = on_terminal(dir.0.path(), 80, "NO_COLOR=1", fields);
    narrow
        .ends(0)
        .holds("uuu\u{2026}  00000000-0000-4000-8000-000000000001");
    assert!(
        narrow.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        narrow.out
    );
    let wide = on_terminal(dir.0.path(), 300, "NO_COLOR=1", fields);
    wide.holds(&"u".repeat(200));
}

#[test]
#[ignore = "needs script of util-linux"]
fn work_of_more_than_a_second_shows_how_far_it_is() {
    let dir = dir();
    let slow = "(cat dump; sleep 1.2; yes '' | head -c 2000000; sleep 0.2) |";
    let run = |line: &str| {
        let inside = format!("{slow} '{}' {line}", env!("CARGO_BIN_EXE_trailsift"));
        on_terminal(
            dir.0.path(),
            100,
            "true;",
            &format!("--version >/dev/null; {inside}"),
        )
    };
    run("count --total").ends(0).holds("MiB read");
    // Not where rows are printed to the same terminal.
    let rows = run("list");
    rows.ends(0);
    assert!(!rows.out.contains("MiB read"), "{:?}", rows.out);
}

#[test]
#[ignore = "needs script of util-linux"]
fn a_misspelt_command_is_echoed_harmlessly() {
    let dir = dir();
    for environment in ["", "NO_COLOR=1"] {
        for line in [
            "\"$(printf 'x\\033]0;title\\007\\033[2J')\"",
            "count \"--$(printf 'x\\342\\200\\256y')\" dump",
        ] {
            let got = on_terminal(dir.0.path(), 80, environment, line);
            got.ends(2).holds("error: un");
            assert!(!has_control(&got.out), "{line}: {:?}", got.out);
        }
    }
    // Colours of our own stay.
    on_terminal(dir.0.path(), 80, "", "cuont").holds("\u{1b}[");
}

#[test]
#[ignore = "needs script of util-linux"]
fn nothing_to_read_from_a_terminal_is_said() {
    let dir = dir();
    let got = on_terminal(dir.0.path(), 80, "", "count < /dev/tty");
    got.ends(2).holds("nothing to read: name a dump");
}
