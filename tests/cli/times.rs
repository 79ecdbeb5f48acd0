//! Typed and printed times, and the window that `--last` counts back from the newest event.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, trailsift, typed};
use crate::support::small::{entry, lookup, record};

/// Five events: 06:00, 12:00 and 23:59:59.999999999 of 2024-06-10, 00:00 and 12:00 of 2024-06-11, all UTC.
fn dump() -> String {
    let times = [
        "2024-06-10T06:00:00Z",
        "2024-06-10T21:00:00+09:00",
        "2024-06-10T23:59:59.999999999Z",
        "2024-06-11T00:00:00Z",
        "2024-06-11T12:00:00Z",
    ];
    let events: Vec<Value> = (0..)
        .zip(times)
        .map(|(n, time)| {
            let mut event = entry(&record(n, json!({})));
            event["EventTime"] = json!(time);
            event
        })
        .collect();
    json!({ "Events": events }).to_string()
}

fn run(arguments: &[&str]) -> Got {
    let dir = Dir::new();
    dir.write("dump", dump());
    dir.run(
        ["list", "--fields", "EventId"]
            .iter()
            .chain(arguments)
            .chain(&["dump"]),
    )
    .got()
}

#[track_caller]
fn selects(arguments: &[&str], expected: &[u32]) {
    let got = run(&[&["-q"], arguments].concat());
    got.quietly();
    let lines = got.lines().into_iter();
    let numbers: Vec<u32> = lines.map(|line| line[24..].parse().unwrap()).collect();
    assert_eq!(numbers, expected, "{arguments:?}");
}

#[test]
fn since_is_inclusive_until_exclusive_and_a_date_its_whole_day() {
    selects(&["--since", "2024-06-10T12:00:00Z"], &[1, 2, 3, 4]);
    selects(&["--until", "2024-06-10T12:00:00Z"], &[0]);
    selects(&["--until", "2024-06-10T12:00:00.000000001Z"], &[0, 1]);
    selects(&["--since", "2024-06-11"], &[3, 4]);
    selects(&["--until", "2024-06-10"], &[0, 1, 2]);
    selects(
        &["--since", "2024-06-10", "--until", "2024-06-10"],
        &[0, 1, 2],
    );
    selects(
        &["--since", "2024-06-10", "--until", "2024-06-11"],
        &[0, 1, 2, 3, 4],
    );
    selects(&["--on", "2024-06-10"], &[0, 1, 2]);
    selects(&["--on", "2024-06-11"], &[3, 4]);
    selects(
        &["--on", "2024-06-11", "--until", "2024-06-11T06:00:00Z"],
        &[3],
    );
    selects(&["--since", "2024-06-10 12:00"], &[1, 2, 3, 4]);
    selects(&["--since", "2024-06-10T21:00:00+09:00"], &[1, 2, 3, 4]);
    selects(&["--since", "@1718020800"], &[1, 2, 3, 4]);
    selects(&["--on", "2024-06"], &[0, 1, 2, 3, 4]);
}

#[test]
fn dates_are_accepted_as_people_type_them() {
    for day in ["2024/06/11", "20240611", "2024-6-11", "2024/6/11"] {
        selects(&["--on", day], &[3, 4]);
        selects(&["--since", day], &[3, 4]);
        selects(&["--where", &format!("EventTime < {day}")], &[0, 1, 2]);
    }
    for time in [
        "2024/06/10 12:00",
        "20240610T120000Z",
        "1718020800",
        "1718020800000",
    ] {
        selects(&["--since", time], &[1, 2, 3, 4]);
        selects(
            &["--where", &format!("EventTime >= '{time}'")],
            &[1, 2, 3, 4],
        );
        selects(
            &["--where", &format!("eventTime < '{time}'")],
            &[0, 1, 2, 3, 4],
        );
    }
}

#[test]
fn a_zone_is_accepted_as_people_type_it_with_a_note_that_says_what_it_is() {
    let got = run(&["--tz", "JST", "--on", "2024-06-10"]);
    got.ends(0).says(
        "trailsift: note: --tz JST is the fixed offset +09:00; the zone with its rules is Asia/Tokyo\n",
    );
    assert_eq!(got.lines().len(), 2);
    run(&["--tz", "pst"]).ends(0).mentions(
        "--tz PST is the fixed offset -08:00; the zone with its rules is America/Los_Angeles",
    );
    run(&["--tz", "Tokyo"])
        .ends(0)
        .says("trailsift: note: --tz Tokyo is the zone Asia/Tokyo\n");
    for zone in ["JST", "Tokyo", "+0900", "+9", "UTC+9", "asia/tokyo"] {
        selects(&["--tz", zone, "--on", "2024-06-10"], &[0, 1]);
    }
}

#[test]
fn the_zone_is_that_of_the_variable_if_none_is_typed() {
    let dir = Dir::new();
    dir.write("dump", dump());
    let run = |variable: &str, more: &[&str]| {
        let line = ["count", "--by", "date", "--no-header", "dump"];
        dir.run(line.iter().chain(more))
            .env("TRAILSIFT_TZ", variable)
            .got()
    };
    run("Asia/Tokyo", &[])
        .quietly()
        .rows(&["3 2024-06-11", "2 2024-06-10"]);
    let utc = ["3 2024-06-10", "2 2024-06-11"];
    run("Asia/Tokyo", &["--tz", "UTC"]).quietly().rows(&utc);
    run("", &[]).quietly().rows(&utc);
    run("PST", &[])
        .ends(0)
        .mentions("note: TRAILSIFT_TZ PST is the fixed offset -08:00");
    run("Mars", &[])
        .ends(2)
        .prints("")
        .mentions("TRAILSIFT_TZ \"Mars\": no time zone has this name");
    // A command that is printed to be run elsewhere names the zone.
    dir.run(["report", "dump"])
        .env("TRAILSIFT_TZ", "Asia/Tokyo")
        .got()
        .shows("--tz Asia/Tokyo");
}

#[test]
fn a_time_for_spreadsheets_is_a_date_and_a_time_without_an_offset() {
    let dir = Dir::new();
    dir.write("dump", dump());
    let line = "list --fields EventTime --time-format sheet --tz Asia/Tokyo dump";
    let times = "2024-06-10 15:00:00\n2024-06-10 21:00:00\n2024-06-11 08:59:59\n2024-06-11 09:00:00\n\
                 2024-06-11 21:00:00\n";
    dir.run(line.split(' ')).got().quietly().prints(times);
}

#[test]
fn a_whole_event_shows_its_time_in_the_zone_that_was_chosen() {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({}))]));
    let run = |arguments: &[&str]| dir.run(["show", "dump"].iter().chain(arguments));
    let as_it_is = run(&[]).got();
    as_it_is
        .quietly()
        .shows("\"eventTime\": \"2024-06-10T06:00:00Z\"");
    let tokyo = run(&["--tz", "Asia/Tokyo"]).got();
    tokyo.quietly();
    let (shown, nested) = (tokyo.json(), "2024-06-10T15:00:00+09:00");
    assert_eq!(shown["EventTime"], nested);
    assert_eq!(shown["CloudTrailEvent"]["eventTime"], nested);
    // Nothing else changes.
    let mut other = as_it_is.json();
    other["EventTime"] = json!(nested);
    other["CloudTrailEvent"]["eventTime"] = json!(nested);
    assert_eq!(shown, other);
    run(&[])
        .env("TRAILSIFT_TZ", "Asia/Tokyo")
        .got()
        .quietly()
        .prints(&tokyo.out);
    let sheet = run(&["--record", "--compact", "--time-format", "sheet"]).got();
    assert_eq!(sheet.json()["eventTime"], "2024-06-10 06:00:00");
    // A text that is not a time stays.
    dir.write("dump", lookup(&[record(0, json!({"eventTime": "never"}))]));
    let got = run(&["--tz", "JST", "-q", "--record"]).got();
    assert_eq!(got.json()["eventTime"], "never");
}

#[test]
fn typed_times_are_in_the_zone() {
    selects(&["--tz", "Asia/Tokyo", "--on", "2024-06-10"], &[0, 1]);
    selects(&["--tz", "+09:00", "--on", "2024-06-11"], &[2, 3, 4]);
    selects(&["--tz", "-09:00", "--on", "2024-06-09"], &[0]);
    selects(
        &["--tz", "America/New_York", "--on", "2024-06-10"],
        &[0, 1, 2, 3],
    );
    selects(
        &["--tz", "Asia/Tokyo", "--since", "2024-06-10T21:00:00"],
        &[1, 2, 3, 4],
    );
    selects(
        &["--tz", "Asia/Tokyo", "--since", "2024-06-10T21:00:00Z"],
        &[2, 3, 4],
    );
}

#[test]
fn relative_times_are_counted_from_now() {
    let now = ["--now", "2024-06-11T12:00:00Z"];
    let at = |more: &[&'static str]| [&now[..], more].concat();
    selects(&at(&["--since", "24h ago"]), &[1, 2, 3, 4]);
    selects(&at(&["--since", "12h ago"]), &[3, 4]);
    selects(&at(&["--until", "12h ago"]), &[0, 1, 2]);
    selects(&at(&["--on", "today"]), &[3, 4]);
    selects(&at(&["--on", "yesterday"]), &[0, 1, 2]);
    selects(&at(&["--until", "now"]), &[0, 1, 2, 3]);
    selects(&at(&["--since", "12h"]), &[3, 4]);
    selects(&at(&["--since", "-1d"]), &[1, 2, 3, 4]);
    selects(&at(&["--until", "-12h"]), &[0, 1, 2]);
    selects(&at(&["--where", "EventTime > 12h"]), &[4]);
    selects(&at(&["--where", "EventTime >= '12h ago'"]), &[3, 4]);
    selects(&at(&["--until", "yesterday"]), &[0, 1, 2]);
    selects(&at(&["--on", "today", "--tz", "Asia/Tokyo"]), &[2, 3, 4]);
    selects(&["--now", "2024-06-12", "--on", "yesterday"], &[3, 4]);
}

#[test]
fn last_counts_back_from_the_newest_event() {
    selects(&["--last", "1s"], &[4]);
    selects(&["--last", "12h"], &[3, 4]);
    selects(&["--last", "1d"], &[1, 2, 3, 4]);
    selects(&["--last", "1w"], &[0, 1, 2, 3, 4]);
    selects(&["--last", "12h", "--until", "2024-06-11T06:00:00Z"], &[3]);
    // The newest event of the whole input, not of the selected events.
    selects(&["--last", "1h", "--id", "*0"], &[]);
    let got = run(&["--last", "1h", "--id", "*0"]);
    got.ends(0)
        .mentions("--last 1h (since 2024-06-11T11:00:00Z)");
}

#[test]
fn last_goes_over_all_files_and_over_a_pipe() {
    let dir = Dir::new();
    dir.write("a", lookup(&[record(0, json!({})), record(50, json!({}))]));
    dir.write("b", lookup(&[record(60, json!({})), record(10, json!({}))]));
    let run = |dumps: &[&str]| {
        dir.run(
            ["list", "--last", "30m", "--fields", "file,EventTime"]
                .iter()
                .chain(dumps),
        )
    };
    let rows = ["a 2024-06-10T06:50:00Z", "b 2024-06-10T07:00:00Z"];
    run(&["a", "b"]).got().quietly().rows(&rows);
    run(&["."]).got().quietly().rows(
        &rows
            .map(|row| format!("./{row}"))
            .each_ref()
            .map(String::as_str),
    );
    run(&["-", "b"])
        .stdin(dir.read("a"))
        .got()
        .quietly()
        .rows(&[&rows[0].replacen('a', "-", 1), rows[1]]);
    run(&[])
        .stdin(dir.read("b"))
        .got()
        .quietly()
        .rows(&["- 2024-06-10T07:00:00Z"]);
    let packed = std::fs::read("fixtures/trail.json.gz").unwrap();
    let expected = typed("count --last 2h fixtures/trail.json.gz").got();
    trailsift(["count", "--last", "2h"])
        .stdin(packed)
        .got()
        .quietly()
        .prints(&expected.out);
}

#[test]
fn last_over_a_pipe_larger_than_memory_says_where_it_is_kept() {
    let dir = Dir::new();
    let mut bytes = vec![b' '; 65 << 20];
    bytes.extend(lookup(&[record(0, json!({}))]).into_bytes());
    let tmp = dir.path("tmp");
    std::fs::create_dir(&tmp).unwrap();
    let run = |arguments: &[&str]| {
        let program = dir.run(arguments).env("TMPDIR", tmp.to_str().unwrap());
        program.stdin(bytes.clone()).got()
    };
    let got = run(&["count", "--total", "--last", "1h"]);
    got.ends(0)
        .prints("1\n")
        .mentions("64 MiB")
        .mentions(tmp.to_str().unwrap());
    run(&["count", "--total", "-q", "--last", "1h"]).quietly();
    assert_eq!(std::fs::read_dir(&tmp).unwrap().count(), 0);
}

#[test]
fn a_pipe_that_cannot_be_kept_does_not_affect_other_dumps() {
    let dir = Dir::new();
    let mut bytes = vec![b' '; 65 << 20];
    bytes.extend(lookup(&[record(1, json!({}))]).into_bytes());
    dir.write("dump", lookup(&[record(0, json!({}))]));
    let missing = dir.path("missing");
    let run = |inputs: &[&str]| {
        let arguments = ["count", "--total", "--last", "1h"].iter().chain(inputs);
        let program = dir.run(arguments).env("TMPDIR", missing.to_str().unwrap());
        program.stdin(bytes.clone()).got()
    };
    for inputs in [["dump", "-"], ["-", "dump"]] {
        run(&inputs)
            .ends(2)
            .prints("1\n")
            .mentions(missing.to_str().unwrap());
    }
    run(&["-"]).ends(2).prints("").mentions("error: ");
}

#[test]
fn last_of_an_input_without_times_selects_nothing_and_says_so() {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({"eventTime": "never"}))]));
    dir.run(["count", "--last", "1h", "dump"])
        .got()
        .ends(0)
        .prints("")
        .mentions("no event has a readable time");
}

#[test]
fn the_error_for_a_number_alone_names_both_meanings() {
    typed("list --last 20 fixtures")
        .got()
        .ends(2)
        .prints("")
        .mentions("for the newest 20 events write `list --sort -EventTime -n 20`");
}

#[test]
fn invalid_times_are_refused_with_the_forms_to_write() {
    for (line, words) in [
        ("--since|tomorrow-ish", "--since"),
        ("--since|2024-13-01", "no such date"),
        ("--since|昨日", "not a time; write 2019-06-09"),
        (
            "--on|6/9",
            "not a date with its year first; write 2019-06-09",
        ),
        ("--on|1h", "not a day"),
        (
            "--last|day",
            "write a number with s, m (minutes), h, d or w",
        ),
        ("--tz|IST", "+05:30 (Asia/Kolkata), +02:00 (Asia/Jerusalem)"),
        (
            "--tz|CST",
            "-06:00 (America/Chicago), +08:00 (Asia/Shanghai)",
        ),
        ("--tz|Tokio", "near: Asia/Tokyo"),
        ("--on|2024-06-10T06:00:00Z", "not a day"),
        ("--now|soon", "--now"),
        ("--last|soon", "--last"),
        ("--last|0h", "--last"),
        ("--tz|Mars/Olympus", "--tz \"Mars/Olympus\""),
        ("--time-format|%Q", "--time-format \"%Q\""),
        (
            "--since|2024-06-11|--until|2024-06-10",
            "the range is empty: --since",
        ),
    ] {
        let got = trailsift(
            ["count"]
                .into_iter()
                .chain(line.split('|'))
                .chain(["fixtures"]),
        )
        .got();
        got.ends(2).prints("").mentions(words);
        let option = line.split('|').next().unwrap();
        assert!(
            got.err.matches(option).count() == 1 || words.contains("empty"),
            "{}",
            got.err
        );
    }
}

#[test]
fn times_are_printed_in_the_zone_and_the_format() {
    let dir = Dir::new();
    dir.write("dump", dump());
    let column = |arguments: &[&str]| {
        let fields = ["list", "--fields", "EventTime,date,hour"];
        dir.run(fields.iter().chain(arguments).chain(&["dump"]))
            .got()
    };
    let rows = column(&["--tz", "Asia/Tokyo"]);
    rows.quietly();
    assert_eq!(
        rows.lines()[..3],
        [
            "2024-06-10T15:00:00+09:00\t2024-06-10\t15",
            "2024-06-10T21:00:00+09:00\t2024-06-10\t21",
            "2024-06-11T08:59:59.999999999+09:00\t2024-06-11\t08",
        ]
    );
    let epoch = column(&["--time-format", "epoch"]);
    assert_eq!(epoch.quietly().lines()[2], "1718063999\t2024-06-10\t23");
    let strftime = column(&["--time-format", "%d.%m.%y %H:%M %z"]);
    assert_eq!(
        strftime.quietly().lines()[1],
        "10.06.24 12:00 +0000\t2024-06-10\t12"
    );
}

#[test]
fn the_local_zone_is_that_of_tz_and_only_used_if_chosen() {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({}))]));
    let run = |zone: &[&str]| {
        dir.run(["list", "--fields", "EventTime", "dump"].iter().chain(zone))
            .env("TZ", "Asia/Tokyo")
            .got()
    };
    run(&["--tz", "local"])
        .quietly()
        .rows(&["2024-06-10T15:00:00+09:00"]);
    run(&[]).quietly().rows(&["2024-06-10T06:00:00Z"]);
}

#[test]
fn an_invalid_local_zone_is_an_error() {
    let dir = Dir::new();
    dir.write("dump", lookup(&[record(0, json!({}))]));
    let run = |zone: &str| {
        dir.run(["list", "--fields", "EventTime", "--tz", "local", "dump"])
            .env("TZ", zone)
            .got()
    };
    for bad in [
        "Asia/Tokio",
        "Tokyo",
        "UTC+",
        "JST-99",
        "CET-1CEST",
        "JST-9,M3.5.0",
        ":",
        "/no/such/file",
        "../etc",
    ] {
        run(bad)
            .ends(2)
            .prints("")
            .mentions("--tz local: TZ is")
            .mentions("names no time zone");
    }
    for (good, row) in [
        (":Asia/Tokyo", "2024-06-10T15:00:00+09:00"),
        ("JST-9", "2024-06-10T15:00:00+09:00"),
        ("<+0530>-05:30", "2024-06-10T11:30:00+05:30"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-06-10T08:00:00+02:00"),
        ("UTC", "2024-06-10T06:00:00Z"),
    ] {
        run(good).quietly().rows(&[row]);
    }
    dir.run(["count", "--total", "dump"])
        .env("TZ", "nowhere")
        .got()
        .quietly();
}

#[test]
fn the_time_of_the_envelope_decides_if_there_is_one() {
    let dir = Dir::new();
    let mut both = entry(&record(0, json!({"eventTime": "2024-06-01T00:00:00Z"})));
    both["EventTime"] = json!(1_718_000_000.5);
    let wrapped = json!({"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.ec2",
        "time": "2024-06-20T00:00:00Z", "detail": record(1, json!({"eventTime": "2024-06-02T00:00:00Z"}))});
    dir.write(
        "dump",
        format!("{}\n{}\n", json!({"Events": [both]}), wrapped),
    );
    let fields = ["list", "--fields", "EventTime,eventTime", "dump"];
    dir.run(fields).got().quietly().rows(&[
        "2024-06-10T06:13:20.500Z 2024-06-01T00:00:00Z",
        "2024-06-02T00:00:00Z 2024-06-02T00:00:00Z",
    ]);
    dir.run(fields.iter().chain(&["--on", "2024-06-10"]))
        .got()
        .quietly()
        .rows(&["2024-06-10T06:13:20.500Z 2024-06-01T00:00:00Z"]);
    dir.run(fields.iter().chain(&["-q", "--on", "2024-06-20"]))
        .got()
        .quietly()
        .prints("");
}

#[test]
fn every_format_of_a_time_is_read() {
    let got = typed("list --fields EventTime --time-format epoch tests/data/times.json").got();
    got.quietly();
    assert_eq!(got.lines(), ["1718000000"; 11]);
}
