//! Tests of `typed`.

use super::*;
use crate::time::testing::{Random, at, zone};

const NOW: &str = "2019-06-09T16:30:00Z";

fn start(text: &str, zone_name: &str) -> Moment {
    point(text, &zone(zone_name), at(NOW), ACCEPTED)
        .unwrap()
        .start()
}

fn days(text: &str, zone_name: &str) -> (Moment, Moment) {
    match point(text, &zone(zone_name), at(NOW), ACCEPTED).unwrap() {
        Point::Days { start, end } => (start, end),
        Point::At(moment) => panic!("{text} is the point {moment}"),
    }
}

#[test]
fn a_time_without_zone_is_one_of_tz() {
    assert_eq!(
        start("2019-06-09T10:11:06", "Asia/Tokyo"),
        at("2019-06-09T01:11:06Z")
    );
    assert_eq!(
        start("2019-06-09 10:11", "Asia/Tokyo"),
        at("2019-06-09T01:11:00Z")
    );
    assert_eq!(
        start("2019-06-09T10:11:06Z", "Asia/Tokyo"),
        at("2019-06-09T10:11:06Z")
    );
    assert_eq!(
        start("2019-06-09T10:11:06.5+01:00", "Asia/Tokyo"),
        at("2019-06-09T09:11:06.5Z")
    );
    assert_eq!(
        start("@1560042666", "Asia/Tokyo"),
        at("2019-06-09T01:11:06Z")
    );
    assert_eq!(
        start("@1560042629137", "Asia/Tokyo"),
        at("2019-06-09T01:10:29.137Z")
    );
}

#[test]
fn dates_months_and_words_are_whole_local_days() {
    let tokyo = |start: &str, end: &str| {
        (
            at(&format!("{start}T00:00+09:00")),
            at(&format!("{end}T00:00+09:00")),
        )
    };
    assert_eq!(
        days("2019-06-09", "Asia/Tokyo"),
        tokyo("2019-06-09", "2019-06-10")
    );
    assert_eq!(
        days("2019-06", "Asia/Tokyo"),
        tokyo("2019-06-01", "2019-07-01")
    );
    assert_eq!(
        days("2019-12", "Asia/Tokyo"),
        tokyo("2019-12-01", "2020-01-01")
    );
    assert_eq!(
        days("2020-02", "UTC"),
        (at("2020-02-01T00:00Z"), at("2020-03-01T00:00Z"))
    );
    // 16:30 UTC is already tomorrow in Tokyo.
    assert_eq!(
        days("today", "Asia/Tokyo"),
        tokyo("2019-06-10", "2019-06-11")
    );
    assert_eq!(
        days("Yesterday", "Asia/Tokyo"),
        tokyo("2019-06-09", "2019-06-10")
    );
    assert_eq!(
        days("today", "UTC"),
        (at("2019-06-09T00:00Z"), at("2019-06-10T00:00Z"))
    );
}

#[test]
fn a_day_of_changing_clocks_has_23_or_25_hours() {
    let hours = |text| {
        let (start, end) = days(text, "America/New_York");
        (end.seconds - start.seconds) / 3600
    };
    assert_eq!(
        [
            hours("2019-03-10"),
            hours("2019-11-03"),
            hours("2019-06-09")
        ],
        [23, 25, 24]
    );
}

#[test]
fn ago_counts_back_from_now() {
    for (text, expected) in [
        ("now", NOW),
        ("2h ago", "2019-06-09T14:30:00Z"),
        ("90m ago", "2019-06-09T15:00:00Z"),
        ("3d ago", "2019-06-06T16:30:00Z"),
        ("1w ago", "2019-06-02T16:30:00Z"),
        ("2 hours AGO", "2019-06-09T14:30:00Z"),
        ("1h30m ago", "2019-06-09T15:00:00Z"),
    ] {
        assert_eq!(start(text, "Asia/Tokyo"), at(expected), "{text}");
    }
    assert_eq!(
        start("9000w ago", "UTC").seconds,
        at(NOW).seconds - 9000 * 604_800
    );
    assert_eq!(start("9999 d 400000w ago", "UTC"), Moment::MIN);
}

#[test]
fn a_length_of_time_alone_is_that_long_ago() {
    for (text, ago) in [
        ("1h", "1h ago"),
        ("-1d", "1d ago"),
        ("-2 hours", "2h ago"),
        ("-1h ago", "1h ago"),
        ("1h30m", "90m ago"),
    ] {
        assert_eq!(
            start(text, "Asia/Tokyo"),
            start(ago, "Asia/Tokyo"),
            "{text}"
        );
    }
}

#[test]
fn dates_are_accepted_in_their_common_spellings() {
    for text in ["2019/06/09", "20190609", "2019/6/9", "2019-6-9"] {
        assert_eq!(
            days(text, "Asia/Tokyo"),
            days("2019-06-09", "Asia/Tokyo"),
            "{text}"
        );
    }
    assert_eq!(days("2019/6", "UTC"), days("2019-06", "UTC"));
    for text in [
        "2019/06/09 10:11:06",
        "2019/6/9 10:11:06",
        "20190609T101106",
        "20190609 10:11:06",
        "20190609101106",
        "20190609T011106Z",
        "20190609T101106+0900",
        "2019-06-09T10:11:06",
        "1560042666",
        "1560042666.0",
        "1560042666000",
    ] {
        assert_eq!(
            start(text, "Asia/Tokyo"),
            at("2019-06-09T01:11:06Z"),
            "{text}"
        );
    }
    assert_eq!(start("2019-06-09 9:00", "UTC"), at("2019-06-09T09:00:00Z"));
    assert_eq!(start("20190609T0900", "UTC"), at("2019-06-09T09:00:00Z"));
}

#[test]
fn texts_that_mean_another_time_tomorrow_are_relative() {
    for text in ["1h", "-1d", "2h ago", "Yesterday", "EventTime > 90m", "now"] {
        assert!(is_relative(text), "{text}");
    }
    for text in [
        "2019-06-09",
        "2019-06-09T01:11:06Z",
        "@1560042666",
        "userName = Chicago",
        "",
    ] {
        assert!(!is_relative(text), "{text}");
    }
}

#[test]
fn the_error_says_what_is_wrong_and_what_to_write() {
    for (text, part) in [
        ("2x ago", "not a length of time"),
        ("2 ago", "without a unit"),
        ("@yesterday", "@1560042666"),
        ("2019-02-30", "no such date"),
        ("2019-13", "no such date"),
        ("2019-13-01T00:00Z", "no such date"),
        ("2019-06-09T25:00", "cannot be read"),
        ("2019-06-09T10:00 JST", "cannot be read"),
        ("0000-01-01", "years 1 to 9999"),
        ("0001-01-01T00:00+01:00", "years 1 to 9999"),
        ("20190230", "no such date"),
        ("2019/13", "no such date"),
        ("6/9", "not a date with its year first; write 2019-06-09"),
        ("09.06.2019", "not a date with its year first"),
        ("昨日", "not a time; write 2019-06-09"),
        ("day", "not a time; write 2019-06-09"),
        ("-", "not a time"),
        ("12345678", "no such date"),
        ("1234567", "@1234567"),
        ("last tuesday", "not a time"),
        ("", "not a time"),
        ("2019", "@2019"),
        ("éago", "not a length"),
    ] {
        let reason = point(text, &Zone::Utc, at(NOW), ACCEPTED).unwrap_err();
        assert!(reason.contains(part), "{text}: {reason}");
    }
}

#[test]
fn now_can_be_any_time_and_names_its_option() {
    let tokyo = zone("Asia/Tokyo");
    assert_eq!(
        parse_now("2019-06-09", &tokyo, at(NOW)),
        Ok(at("2019-06-08T15:00:00Z"))
    );
    assert_eq!(
        parse_now("1h ago", &tokyo, at(NOW)),
        Ok(at("2019-06-09T15:30:00Z"))
    );
    let message = parse_now("soon", &tokyo, at(NOW)).unwrap_err().to_string();
    assert!(
        message.starts_with("--now \"soon\": not a time; write 2019-06-09,"),
        "{message}"
    );
}

#[test]
fn random_words_never_panic() {
    let mut random = Random::new(21);
    let parts = [
        "2019",
        "-06",
        "-09",
        "T",
        " ",
        "10:00",
        "Z",
        "ago",
        "2h",
        "@",
        "é",
        "99999",
        "now",
        "-",
        "/",
        "6",
        "1560042666",
        "20190609",
        "+09:00",
        "d",
    ];
    for _ in 0..50_000 {
        let text: String = (0..random.between(0, 6))
            .map(|_| parts[random.between(0, parts.len() as i64) as usize])
            .collect();
        for name in ["UTC", "America/New_York"] {
            let _ = point(&text, &zone(name), random.moment(), ACCEPTED);
        }
    }
}
