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
        .env("PAGER", "cat")
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
    let names = [
        "eventSource",
        "eventName",
        "awsRegion",
        "recipientAccountId",
        "userAgent",
        "eventCategory",
    ];
    let mut all = json!({"userIdentity": {"type": HOSTILE, "arn": HOSTILE, "accountId": HOSTILE, "accessKeyId": HOSTILE}});
    for name in names {
        all[name] = json!(HOSTILE);
    }
    dir.write(
        "everywhere",
        lookup(&[record(0, all.clone()), record(1, all)]),
    );
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
        "count  EventSource        EventName           share  0%              100%\n    \
         1  ec2.amazonaws.com  DescribeInstances  100.0%  ████████████████████\n",
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
            .shows("\u{1b}[");
        for environment in ["NO_COLOR=1", "TERM=dumb"] {
            let got = on_terminal(dir.0.path(), 200, environment, &line);
            got.ends(0);
            assert!(
                !got.out.contains('\u{1b}'),
                "{environment} {line}: {:?}",
                got.out
            );
        }
        on_terminal(dir.0.path(), 200, "NO_COLOR=", &line).shows("\u{1b}[");
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
        "fields --write dump",
        "show --at dump:900",
        "inspect everywhere",
        "inspect --commands everywhere",
        "inspect --format json everywhere",
        "list \"$(printf 'nosuch\\033[31m')\"",
        "list --explain --who \"$(printf 'x\\033[31m')\" dump",
        "count --where \"$(printf 'x = \\033[31m and')\" dump",
        "list -l everywhere",
        "count --by file,awsRegion --first-last everywhere",
    ] {
        let got = on_terminal(dir.0.path(), 200, "NO_COLOR=1", line);
        let text = got.out.replace('\t', " ");
        assert!(!has_control(&text), "{line}: {:?}", got.out);
    }
    // The output is still JSON.
    let shown = on_terminal(dir.0.path(), 200, "NO_COLOR=1", "show --write dump");
    assert_eq!(shown.json()["EventName"], HOSTILE);
    for (line, path) in [
        ("list --write --format jsonl dump", "/EventName"),
        (
            "list --write --format jsonl --fields event dump",
            "/event/EventName",
        ),
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
fn a_narrow_terminal_shortens_texts_in_the_middle_and_then_ids() {
    let dir = dir();
    let fields = "list --write --fields userAgent,eventID dump";
    let narrow = on_terminal(dir.0.path(), 80, "NO_COLOR=1", fields);
    narrow
        .ends(0)
        .shows("uuu\u{2026}uuuuuuuuuuuuuuuuuuuu  00000000-0000-4000-8000-000000000001");
    assert!(
        narrow.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        narrow.out
    );
    let wide = on_terminal(dir.0.path(), 300, "NO_COLOR=1", fields);
    wide.shows(&"u".repeat(200));
}

#[test]
#[ignore = "needs script of util-linux"]
fn color_is_chosen_for_terminals_and_pipes() {
    let dir = dir();
    let lines = ["count", "list", "show --index 0 -q", "report", "inspect"];
    for line in lines.map(|command| format!("{command} --color never dump")) {
        let got = on_terminal(dir.0.path(), 200, "", &line);
        assert!(!got.out.contains('\u{1b}'), "{line}: {:?}", got.out);
    }
    for line in ["show --index 0", "report", "count --format table", "--help"] {
        let words: Vec<&str> = line.split(' ').collect();
        for (when, is_colored) in [("always", true), ("never", false), ("auto", false)] {
            let color = ["--color", when];
            let dump = Some("dump").filter(|_| line != "--help");
            let got = dir.run(color.iter().chain(&words).chain(&dump)).got();
            assert_eq!(got.out.contains('\u{1b}'), is_colored, "{when} {line}");
        }
    }
    // A file is no terminal, whatever is chosen.
    let line = ["report", "--color=always", "-o", "page", "dump"];
    dir.run(line).got().ends(0);
    assert!(!dir.read("page").contains('\u{1b}'));
    dir.run(["count", "--color", "blue", "dump"])
        .got()
        .ends(2)
        .mentions("[possible values: auto, always, never]");
}

#[test]
#[ignore = "needs script of util-linux"]
fn a_pager_shows_whole_events_reports_and_long_help() {
    let dir = dir();
    let whole = dir.read("dump");
    dir.write("damaged", &whole[..whole.len() - 20]);
    // This pager leaves a copy of what it shows.
    let paged = |environment: &str, line: &str| {
        let _ = std::fs::remove_file(dir.path("seen"));
        let environment = format!("NO_COLOR=1 {environment}");
        let got = on_terminal(dir.0.path(), 80, &environment, line);
        (got, std::fs::read_to_string(dir.path("seen")).ok())
    };
    for (line, status) in [
        ("show -q dump", 0),
        ("show -q damaged", 3),
        ("report -q --now 2024-07-01 dump", 0),
        ("list --help", 0),
    ] {
        let (got, seen) = paged("PAGER='tee seen'", line);
        got.ends(status);
        assert!(
            seen.is_some_and(|seen| got.out.starts_with(&seen)),
            "{line}"
        );
        for none in ["PAGER=", "PAGER=cat", "PAGER='tee seen' TERM=dumb"] {
            let (without, seen) = paged(none, line);
            assert_eq!((&without.out, seen), (&got.out, None), "{none} {line}");
        }
        let (without, seen) = paged("PAGER='tee seen'", &format!("--no-pager {line}"));
        let text = without.out.replace("trailsift --no-pager", "trailsift");
        assert_eq!((&text, seen), (&got.out, None), "{line}");
        // Without a pager on the machine, the text is printed.
        let (without, _) = paged("PAGER=nosuchpager", line);
        assert_eq!(without.out, got.out, "{line}");
    }
    for line in [
        "list dump",
        "count dump",
        "fields dump",
        "list -h",
        "show dump | cat",
        "show -o out dump",
        "show --name Nothing dump",
        "show nosuch",
    ] {
        assert_eq!(paged("PAGER='tee seen'", line).1, None, "{line}");
    }
}

#[test]
#[ignore = "needs script of util-linux"]
fn a_pager_that_is_quit_early_is_no_error() {
    let dir = Dir::new();
    let records: Vec<_> = (0..400)
        .map(|n| record(n, json!({"userAgent": "u".repeat(900)})))
        .collect();
    dir.write("dump", lookup(&records));
    let got = on_terminal(dir.0.path(), 80, "NO_COLOR=1 PAGER='head -1'", "show dump");
    got.ends(0).prints("{\n");
}

/// Every table fits at 80 and at 140 columns, whatever is in the dump; a file has everything.
#[test]
#[ignore = "needs script of util-linux"]
fn no_row_is_wider_than_the_terminal() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for line in [
        "list fixtures/cli-v2.json",
        "list -l fixtures/cli-v2.json",
        "list --fields EventId,userIdentity.arn,userAgent,requestParameters,file fixtures/cli-v2.json",
        "count --by principal,EventSource,EventName,errorCode fixtures/cli-v2.json",
        "count --every 1h --by principal,userAgent fixtures/cli-v2.json",
        "fields fixtures/cli-v2.json",
        "diff fixtures/cli-v2.json fixtures/cli-v2-tokyo.json",
    ] {
        for columns in [80, 140] {
            let got = on_terminal(root, columns, "NO_COLOR=1", &format!("{line} 2>/dev/null"));
            got.ends(0);
            assert!(got.lines().len() > 10, "{line}");
            for row in got.lines() {
                let width = unicode_width::UnicodeWidthStr::width(row);
                assert!(width <= columns as usize, "{line} at {columns}: {row}");
            }
        }
    }
    let long = on_terminal(root, 80, "NO_COLOR=1", "list -l fixtures/cli-v2.json");
    long.shows("not shown, because the terminal is too narrow: awsRegion, sourceIPAddress;");
    let wide = on_terminal(root, 400, "NO_COLOR=1", "list -l fixtures/cli-v2.json");
    wide.shows("secretsmanager.amazonaws.com");
    assert!(!wide.out.contains("not shown") && !wide.out.contains('\u{2026}'));
}

/// Events of 2024-06-10 from 06:00, some of them hours apart, one without a time.
fn course() -> Dir {
    let dir = Dir::new();
    let mut records: Vec<_> = [0, 1, 2, 61, 62, 60 * 9]
        .into_iter()
        .zip(["A", "B", "A", "A", "C", "B"])
        .map(|(minute, name)| record(minute, json!({"eventName": name})))
        .collect();
    records.push(record(7, json!({"eventName": "A", "eventTime": "never"})));
    dir.write("dump", lookup(&records));
    dir
}

#[test]
#[ignore = "needs script of util-linux"]
fn bars_are_shares_with_their_scale_and_rows_stay_in_order() {
    let dir = course();
    let shown = |columns, line: &str| {
        let got = on_terminal(dir.0.path(), columns, "NO_COLOR=1", line);
        got.ends(0);
        got.out
    };
    assert_eq!(
        shown(60, "count --by EventName,service dump"),
        "count  EventName  service   share  0%              100%\n    \
         4  A          ec2       57.1%  ███████████▍\n    \
         2  B          ec2       28.6%  █████▋\n    \
         1  C          ec2       14.3%  ██▊\n"
    );
    assert_eq!(
        shown(60, "count --by EventName --percent --top 1 dump"),
        "count  EventName  percent  0%              100%\n    \
         4  A             57.1  ███████████▍\n"
    );
    assert_eq!(
        shown(30, "count --by EventName dump"),
        "count  EventName   share\n    4  A           57.1%\n    2  B           28.6%\n    \
         1  C           14.3%\n"
    );
}

#[test]
#[ignore = "needs script of util-linux"]
fn every_draws_the_course_below_the_table() {
    let dir = course();
    let shown = |columns, line: &str| {
        let got = on_terminal(dir.0.path(), columns, "NO_COLOR=1", line);
        got.ends(0);
        got.out
    };
    assert_eq!(
        shown(60, "count --every 3h dump --tz Asia/Tokyo"),
        "count  bucket                     0                  5\n    \
         5  2024-06-10T15:00:00+09:00  ████████████████████\n    \
         0  2024-06-10T18:00:00+09:00\n    \
         0  2024-06-10T21:00:00+09:00\n    \
         1  2024-06-11T00:00:00+09:00  ████\n    \
         1                             ████\n\n\
         ████        ▂▂▂▂\n\
         2024-06-10T15:00:00+09:00 to 2024-06-11T00:00:00+09:00\n\
         highest: 5 in 3h from 2024-06-10T15:00:00+09:00\n\
         left out: 1 event without a time\n"
    );
    assert_eq!(
        shown(80, "count --every 1h --by EventName --min 2 dump"),
        "count  bucket                EventName  0                  2\n    \
         2  2024-06-10T06:00:00Z  A          ████████████████████\n\n                                          \
         total  highest  EventName\n\
         ████▄▄▄▄                                      3        2  A\n\
         ████                                ████      2        1  B\n    \
         ████                                      1        1  C\n\
         2024-06-10T06:00:00Z to 2024-06-10T15:00:00Z\n\
         each line has a scale of its own: █ is its highest\nleft out: 1 event without a time\n"
    );
    // More spans than columns.
    let many = shown(40, "count --every 1m dump | tail -3; true");
    assert!(many.starts_with("0\t"), "a pipe gets rows alone: {many}");
    let many = shown(40, "count --every 1m dump");
    let tail: Vec<_> = many.lines().rev().take(5).collect();
    assert_eq!(tail[0], "left out: 1 event without a time");
    assert_eq!(tail[1], "a column adds up 14 spans of 1m");
    assert_eq!(tail[2], "highest: 1 in 1m from 2024-06-10T06:00:00Z");
    assert_eq!(tail[3], "2024-06-10T06:00:00Z to 2024-06-10T15:00:00Z");
    assert_eq!(tail[4], format!("█   ▆{}▃", " ".repeat(33)));
}

#[test]
#[ignore = "needs script of util-linux"]
fn one_span_is_no_course() {
    let dir = course();
    for line in [
        "count --every 1d dump",
        "count --every 1d --by EventName dump",
    ] {
        let got = on_terminal(dir.0.path(), 80, "NO_COLOR=1", line);
        got.ends(0);
        assert!(!got.out.contains("\n\n"), "{}", got.out);
    }
    let none = on_terminal(
        dir.0.path(),
        80,
        "NO_COLOR=1",
        "count -q --every 1d --name X dump",
    );
    none.ends(0).prints("");
}

#[test]
#[ignore = "needs script of util-linux"]
fn a_place_is_shown_as_wide_as_the_terminal_and_harmless() {
    let dir = dir();
    for columns in [40, 80, 200] {
        let got = on_terminal(dir.0.path(), columns, "NO_COLOR=1", "show --at dump:700");
        got.ends(0);
        assert!(!has_control(&got.out), "{:?}", got.out);
        let lines: Vec<_> = got.out.lines().collect();
        let place = lines
            .iter()
            .position(|line| line.starts_with('>'))
            .expect("the place");
        assert_eq!(lines[place].chars().count(), columns as usize);
        assert_eq!(lines[place + 1].trim(), "^");
    }
    on_terminal(dir.0.path(), 80, "", "show --at dump:700").shows("\u{1b}[");
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
    run("count --total").ends(0).shows("MiB read");
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
            got.ends(2).shows("error: un");
            assert!(!has_control(&got.out), "{line}: {:?}", got.out);
        }
    }
    // Colours of our own stay.
    on_terminal(dir.0.path(), 80, "", "cuont").shows("\u{1b}[");
}

#[test]
#[ignore = "needs script of util-linux"]
fn nothing_to_read_from_a_terminal_is_said() {
    let dir = dir();
    let got = on_terminal(dir.0.path(), 80, "", "count < /dev/tty");
    got.ends(2).shows("nothing to read: name a dump");
}
