//! `count --every`: spans of time in the zone, the empty ones too.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{entry, record};

/// A dump of one event at each of these times.
fn at(times: &[(&str, &str)]) -> String {
    let events: Vec<Value> = (0..)
        .zip(times)
        .map(|(n, (time, name))| {
            let mut event = entry(&record(n, json!({"eventName": name})));
            event["EventTime"] = json!(time);
            event
        })
        .collect();
    json!({ "Events": events }).to_string()
}

fn counted(dump: &str, arguments: &[&str]) -> Got {
    let dir = Dir::new();
    dir.write("dump", dump);
    let got = dir
        .run(["count"].iter().chain(arguments).chain(&["dump"]))
        .got();
    got.ends(0);
    got
}

#[test]
fn empty_spans_are_rows_of_zero_in_the_order_of_time() {
    let dump = at(&[
        ("2024-06-10T09:59:59.999Z", "B"),
        ("2024-06-10T06:00:00Z", "A"),
        ("2024-06-10T06:59:59Z", "A"),
    ]);
    counted(&dump, &["--every", "1h"]).quietly().rows(&[
        "2 2024-06-10T06:00:00Z",
        "0 2024-06-10T07:00:00Z",
        "0 2024-06-10T08:00:00Z",
        "1 2024-06-10T09:00:00Z",
    ]);
    counted(&dump, &["--every", "1h", "--format", "jsonl", "--first-last", "--percent"]).quietly().prints(concat!(
        r#"{"count":2,"bucket":"2024-06-10T06:00:00Z","first":"2024-06-10T06:00:00Z","last":"2024-06-10T06:59:59Z","percent":66.7}"#,
        "\n",
        r#"{"count":0,"bucket":"2024-06-10T07:00:00Z","first":null,"last":null,"percent":0.0}"#,
        "\n",
        r#"{"count":0,"bucket":"2024-06-10T08:00:00Z","first":null,"last":null,"percent":0.0}"#,
        "\n",
        r#"{"count":1,"bucket":"2024-06-10T09:00:00Z","first":"2024-06-10T09:59:59.999Z","last":"2024-06-10T09:59:59.999Z","percent":33.3}"#,
        "\n",
    ));
}

#[test]
fn with_fields_there_are_no_rows_of_zero() {
    let dump = at(&[
        ("2024-06-10T06:00:00Z", "B"),
        ("2024-06-10T06:20:00Z", "A"),
        ("2024-06-10T06:21:00Z", "A"),
        ("2024-06-10T09:00:00Z", "A"),
    ]);
    counted(&dump, &["--every", "15m", "--by", "EventName", "--header"])
        .quietly()
        .rows(&[
            "count bucket EventName",
            "1 2024-06-10T06:00:00Z B",
            "2 2024-06-10T06:15:00Z A",
            "1 2024-06-10T09:00:00Z A",
        ]);
    counted(&dump, &["--every", "1d", "--by", "EventName", "--top", "1"])
        .quietly()
        .rows(&["3 2024-06-10T00:00:00Z A"]);
    counted(&dump, &["--every", "1h", "--min", "2"])
        .quietly()
        .rows(&["3 2024-06-10T06:00:00Z"]);
}

#[test]
fn days_are_those_of_the_zone_also_where_the_clocks_change() {
    // In New York 2024-03-10 has 23 hours and 2024-11-03 has 25.
    let spring = at(&[
        ("2024-03-10T04:59:59Z", "A"),
        ("2024-03-10T05:00:00Z", "A"),
        ("2024-03-11T03:59:59Z", "A"),
        ("2024-03-11T04:00:00Z", "A"),
    ]);
    counted(&spring, &["--every", "1d", "--tz", "America/New_York"])
        .quietly()
        .rows(&[
            "1 2024-03-09T00:00:00-05:00",
            "2 2024-03-10T00:00:00-05:00",
            "1 2024-03-11T00:00:00-04:00",
        ]);
    let autumn = at(&[
        ("2024-11-03T03:59:59Z", "A"),
        ("2024-11-03T04:00:00Z", "A"),
        ("2024-11-04T04:59:59Z", "A"),
        ("2024-11-04T05:00:00Z", "A"),
    ]);
    counted(&autumn, &["--every", "1d", "--tz", "America/New_York"])
        .quietly()
        .rows(&[
            "1 2024-11-02T00:00:00-04:00",
            "2 2024-11-03T00:00:00-04:00",
            "1 2024-11-04T00:00:00-05:00",
        ]);
    // The hour that the clocks show twice is two hours.
    let twice = at(&[
        ("2024-11-03T05:30:00Z", "A"),
        ("2024-11-03T06:30:00Z", "A"),
        ("2024-11-03T07:30:00Z", "A"),
    ]);
    counted(&twice, &["--every", "1h", "--tz", "America/New_York"])
        .quietly()
        .rows(&[
            "1 2024-11-03T01:00:00-04:00",
            "1 2024-11-03T01:00:00-05:00",
            "1 2024-11-03T02:00:00-05:00",
        ]);
    // The hour that the clocks skip does not exist.
    let skipped = at(&[("2024-03-10T06:30:00Z", "A"), ("2024-03-10T07:30:00Z", "A")]);
    counted(&skipped, &["--every", "1h", "--tz", "America/New_York"])
        .quietly()
        .rows(&["1 2024-03-10T01:00:00-05:00", "1 2024-03-10T03:00:00-04:00"]);
    let half = at(&[("2024-06-10T18:29:59Z", "A"), ("2024-06-10T18:30:00Z", "A")]);
    counted(&half, &["--every", "1h", "--tz", "Asia/Kolkata"])
        .quietly()
        .rows(&["1 2024-06-10T23:00:00+05:30", "1 2024-06-11T00:00:00+05:30"]);
}

#[test]
fn an_event_without_a_time_has_a_separate_row_after_the_others() {
    let dump =
        at(&[("never", "A"), ("2024-06-10T06:00:00Z", "A")]).replace("eventTime", "evenTime");
    counted(&dump, &["--every", "1h"]).prints("1\t2024-06-10T06:00:00Z\n1\t\n");
}

#[test]
fn a_gap_too_long_to_fill_is_named() {
    let dump = at(&[("1970-01-01T00:00:00Z", "A"), ("2024-06-10T06:00:00Z", "A")]);
    let got = counted(&dump, &["--every", "1m"]);
    got.rows(&["1 1970-01-01T00:00:00Z", "1 2024-06-10T06:00:00Z"]);
    got.mentions("empty spans of 1m after 1970-01-01T00:00:00Z");
}

#[test]
fn spans_that_make_no_days_are_refused() {
    for (span, words) in [
        ("0", "--every"),
        ("7m", "6m"),
        ("1x", "--every"),
        ("-1h", "--every"),
        ("20", "20m"),
    ] {
        typed(&format!("count --every={span} fixtures"))
            .got()
            .ends(2)
            .prints("")
            .mentions(words);
    }
    for span in ["1m", "15m", "1h", "6h", "1d", "7d", "1w"] {
        typed(&format!("count --every {span} fixtures/insights.json"))
            .got()
            .quietly();
    }
}

#[test]
fn spans_add_up_to_the_total() {
    for zone in [
        "UTC",
        "Asia/Tokyo",
        "America/St_Johns",
        "Australia/Lord_Howe",
    ] {
        let got = typed(&format!("count --every 1d --tz {zone} fixtures")).got();
        got.quietly();
        let rows: Vec<(u64, &str)> = got
            .lines()
            .iter()
            .map(|line| line.split_once('\t').unwrap())
            .map(|(count, bucket)| (count.parse().unwrap(), bucket))
            .collect();
        assert_eq!(rows.iter().map(|row| row.0).sum::<u64>(), 957, "{zone}");
        assert!(
            rows.iter().all(|row| row.1.contains("T00:00:00")),
            "{zone}: {}",
            got.out
        );
        assert!(rows.windows(2).all(|pair| pair[0].1 < pair[1].1), "{zone}");
    }
}

/// Drawn for people alone: below a table, wherever that goes, and nowhere else.
#[test]
fn the_course_is_drawn_below_a_table_only() {
    let dump = at(&[("2024-06-10T06:00:00Z", "A"), ("2024-06-10T08:00:00Z", "B")]);
    counted(&dump, &["--every", "1h", "--format", "table"])
        .quietly()
        .prints(
            "count  bucket                0                  1\n    \
             1  2024-06-10T06:00:00Z  ████████████████████\n    \
             0  2024-06-10T07:00:00Z\n    \
             1  2024-06-10T08:00:00Z  ████████████████████\n\n\
             ████    ████\n\
             2024-06-10T06:00:00Z to 2024-06-10T08:00:00Z\n\
             highest: 1 in 1h from 2024-06-10T06:00:00Z\n",
        );
    for format in ["tsv", "csv", "json", "jsonl"] {
        let got = counted(
            &dump,
            &["--every", "1h", "--by", "EventName", "--format", format],
        );
        assert!(
            !got.out.contains('█') && !got.out.contains("\n\n"),
            "{}",
            got.out
        );
    }
}

#[test]
fn a_long_histogram_of_many_groups_fits_the_available_width() {
    let times: Vec<_> = (0..300)
        .map(|n| format!("2024-06-{:02}T{:02}:{:02}:00Z", 1 + n / 24, n % 24, n % 60))
        .collect();
    let names: Vec<_> = (0..30).map(|n| format!("Call{n:02}")).collect();
    let events: Vec<_> = times
        .iter()
        .enumerate()
        .map(|(n, time)| (time.as_str(), names[n % 30].as_str()))
        .collect();
    let arguments = ["--every", "5m", "--by", "EventName", "--format", "table"];
    let got = counted(&at(&events), &arguments);
    let (_, drawn) = got.out.split_once("\n\n").expect("a drawing");
    let lines: Vec<_> = drawn.lines().collect();
    assert_eq!(lines.len(), 1 + 10 + 1 + 1 + 2, "{drawn}");
    assert!(
        lines[10].ends_with("Call09") && lines[11].ends_with("others (20)"),
        "{drawn}"
    );
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{drawn}"
    );
    assert_eq!(
        lines[13],
        "each line has a scale of its own: █ is its highest column"
    );
    assert_eq!(lines[14], "a column adds up 71 spans of 5m");
}
