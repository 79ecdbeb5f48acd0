//! Tests of `bucket`.

use super::*;
use crate::time::testing::{Random, at, zone};

const ZONES: [&str; 13] = [
    "UTC",
    "+05:30",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Havana",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Atlantic/Azores",
    "Asia/Tehran",
];

fn every(text: &str) -> Interval {
    Interval::parse(text).unwrap()
}

fn starts(step: &str, name: &str, from: &str, count: usize) -> Vec<String> {
    let (every, zone) = (every(step), zone(name));
    let first = every.bucket(at(from), &zone);
    std::iter::successors(Some(first), |start| Some(every.next(*start, &zone)))
        .take(count)
        .map(|start| super::super::format::to_text(start, &zone))
        .collect()
}

#[test]
fn spans_that_divide_a_day_and_whole_days_are_accepted() {
    for text in [
        "1s", "90s", "1m", "15m", "30m", "1h", "90m", "6h", "12h", "1d", "24h", "7d", "1w", "30d",
    ] {
        assert!(Interval::parse(text).is_ok(), "{text}");
    }
    assert_eq!(every("24h"), every("1d"));
    assert_eq!(every("1w").to_string(), "7d");
    assert_eq!(every("15m").to_string(), "15m");
    for (text, near) in [
        ("7m", "6m and 8m"),
        ("5h", "4h and 6h"),
        ("36h", "1d and 2d"),
        ("23h", "12h and 1d"),
    ] {
        let message = Interval::parse(text).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("--every {text:?}: does not divide a day")),
            "{message}"
        );
        assert!(message.contains(near), "{message}");
    }
    for text in ["", "15", "0m", "soon", "99999999999999w"] {
        let message = Interval::parse(text).unwrap_err().to_string();
        assert!(message.starts_with("--every"), "{message}");
    }
}

#[test]
fn buckets_begin_at_local_midnight_and_weeks_on_monday() {
    assert_eq!(
        starts("15m", "Asia/Kolkata", "2019-06-09T01:11:06.5Z", 2),
        ["2019-06-09T06:30:00+05:30", "2019-06-09T06:45:00+05:30"]
    );
    assert_eq!(
        starts("6h", "Asia/Kolkata", "2019-06-09T01:11:06Z", 1),
        ["2019-06-09T06:00:00+05:30"]
    );
    assert_eq!(
        starts("1d", "Asia/Tokyo", "2019-06-09T16:00:00Z", 1),
        ["2019-06-10T00:00:00+09:00"]
    );
    // 2019-06-10 is a Monday.
    assert_eq!(
        starts("1w", "UTC", "2019-06-09T23:59:59Z", 2),
        ["2019-06-03T00:00:00Z", "2019-06-10T00:00:00Z"]
    );
    assert_eq!(
        starts("2d", "UTC", "1970-01-02T12:00:00Z", 2),
        ["1970-01-01T00:00:00Z", "1970-01-03T00:00:00Z"]
    );
    assert_eq!(
        starts("2d", "UTC", "1969-12-31T12:00:00Z", 1),
        ["1969-12-30T00:00:00Z"]
    );
}

#[test]
fn the_hour_that_occurs_twice_is_two_buckets_and_the_skipped_one_none() {
    assert_eq!(
        starts("1h", "America/New_York", "2019-11-03T04:30:00Z", 4),
        [
            "2019-11-03T00:00:00-04:00",
            "2019-11-03T01:00:00-04:00",
            "2019-11-03T01:00:00-05:00",
            "2019-11-03T02:00:00-05:00"
        ]
    );
    assert_eq!(
        starts("1h", "America/New_York", "2019-03-10T06:30:00Z", 2),
        ["2019-03-10T01:00:00-05:00", "2019-03-10T03:00:00-04:00"]
    );
}

#[test]
fn a_span_that_does_not_divide_the_change_is_longer_or_shorter_there() {
    assert_eq!(
        starts("6h", "America/New_York", "2019-11-03T04:30:00Z", 2),
        ["2019-11-03T00:00:00-04:00", "2019-11-03T06:00:00-05:00"]
    );
    assert_eq!(
        starts("1h", "Australia/Lord_Howe", "2019-04-06T14:10:00Z", 3),
        [
            "2019-04-07T01:00:00+11:00",
            "2019-04-07T02:00:00+10:30",
            "2019-04-07T03:00:00+10:30"
        ]
    );
    assert_eq!(
        starts("1h", "Australia/Lord_Howe", "2019-10-05T15:00:00Z", 3),
        [
            "2019-10-06T01:00:00+10:30",
            "2019-10-06T02:30:00+11:00",
            "2019-10-06T03:00:00+11:00"
        ]
    );
}

#[test]
fn days_follow_the_clock_and_a_skipped_day_has_no_bucket() {
    assert_eq!(
        starts("1d", "America/New_York", "2019-03-10T12:00:00Z", 2),
        ["2019-03-10T00:00:00-05:00", "2019-03-11T00:00:00-04:00"]
    );
    assert_eq!(
        starts("1d", "Pacific/Apia", "2011-12-29T12:00:00Z", 3),
        [
            "2011-12-29T00:00:00-10:00",
            "2011-12-31T00:00:00+14:00",
            "2012-01-01T00:00:00+14:00"
        ]
    );
    // Midnight itself is skipped in Brazil: the day starts at one.
    assert_eq!(
        starts("1d", "America/Sao_Paulo", "2017-10-15T12:00:00Z", 1),
        ["2017-10-15T01:00:00-02:00"]
    );
}

/// Walks the clock second by second (minute by minute for the speed of it) and notes each start.
fn naive_starts(every: Interval, zone: &Zone, from: i64, to: i64) -> Vec<i64> {
    let mut found = Vec::new();
    let mut latest = from - 60 + zone.offset_seconds(from - 60);
    let mut shown = latest;
    for at in (from..to).step_by(60) {
        let (before, now) = (shown + 60, at + zone.offset_seconds(at));
        shown = now;
        let begins = match every.0 {
            Step::Seconds(step) => {
                now.rem_euclid(step) == 0 || (before..=now).any(|clock| clock % step == 0)
            }
            Step::Days { count, origin } => (latest + 1..=now).any(|clock| {
                clock.rem_euclid(DAY) == 0 && (clock.div_euclid(DAY) - origin) % count == 0
            }),
        };
        latest = latest.max(now);
        if begins {
            found.push(at);
        }
    }
    found
}

#[test]
fn every_minute_around_each_change_of_the_clock_agrees_with_the_naive_walk() {
    let year = |year: i64| super::super::civil::days(year, 1, 1).unwrap() * DAY;
    let mut changes = 0;
    for name in ZONES {
        let zone = zone(name);
        for day in (year(2004)..year(2020)).step_by(DAY as usize) {
            let Some(change) = zone.change_between(day, day + DAY) else {
                continue;
            };
            // A few of the years are enough, and the odd ones: Samoa, Newfoundland at 00:01.
            if !(change < year(2007)
                || (year(2011)..year(2012)).contains(&change)
                || change >= year(2019))
            {
                continue;
            }
            changes += 1;
            for step in ["15m", "30m", "1h", "6h", "1d", "2d"] {
                let every = every(step);
                let (from, to) = (change - 3 * DAY, change + 3 * DAY);
                let from = from - from.rem_euclid(60);
                let expected = naive_starts(every, &zone, from, to);
                let first = *expected.first().unwrap();
                let mut current = 0;
                for at in (first..to).step_by(60) {
                    while expected.get(current + 1).is_some_and(|next| *next <= at) {
                        current += 1;
                    }
                    // All minutes near the change and at the edges of buckets, some of the others.
                    if (at - change).abs() > 2 * 3600 && at != expected[current] && at % 4260 != 0 {
                        continue;
                    }
                    let moment = Moment {
                        seconds: at,
                        nanos: 5,
                    };
                    let got = every.bucket(moment, &zone);
                    assert_eq!(
                        got,
                        Moment::saturating(expected[current]),
                        "{name} {step} {moment}"
                    );
                    if let Some(next) = expected.get(current + 1) {
                        assert_eq!(
                            every.next(got, &zone).seconds,
                            *next,
                            "{name} {step} {moment}"
                        );
                        assert_eq!(
                            every.next(moment, &zone).seconds,
                            *next,
                            "{name} {step} {moment}"
                        );
                    }
                }
            }
        }
    }
    assert!(changes > 60, "{changes}");
}

#[test]
fn any_moment_lies_in_exactly_one_bucket() {
    let mut random = Random::new(31);
    for round in 0..8000 {
        let zone = zone(ZONES[round % ZONES.len()]);
        let every = every(["1m", "15m", "1h", "8h", "1d", "3d", "1w", "30d"][round / 7 % 8]);
        let moment = if round % 5 == 0 {
            random.moment()
        } else {
            random.modern()
        };
        let start = every.bucket(moment, &zone);
        let next = every.next(start, &zone);
        assert!(
            start <= moment && moment < next,
            "{every} {zone} {moment}: {start} {next}"
        );
        assert_eq!(every.bucket(start, &zone), start, "{every} {zone} {moment}");
        assert_eq!(every.bucket(next, &zone), next, "{every} {zone} {moment}");
        let last = Moment {
            seconds: next.seconds - 1,
            nanos: 999_999_999,
        };
        assert_eq!(every.bucket(last, &zone), start, "{every} {zone} {moment}");
        assert_eq!(every.next(last, &zone), next, "{every} {zone} {moment}");
    }
}

#[test]
fn the_ends_of_time_have_buckets_too() {
    for name in ["UTC", "Asia/Tokyo", "America/New_York", "-23:59", "+23:59"] {
        let zone = zone(name);
        for step in ["1s", "1h", "1d", "1w", "3000000d"] {
            let every = every(step);
            for moment in [
                Moment::MIN,
                Moment::MAX,
                Moment {
                    seconds: i64::MAX,
                    nanos: 0,
                },
                Moment {
                    seconds: i64::MIN,
                    nanos: 0,
                },
            ] {
                let start = every.bucket(moment, &zone);
                assert!(start <= moment.clamped());
                let next = every.next(start, &zone);
                assert!(next > start);
                assert!(every.next(Moment::MAX, &zone) <= Moment::MAX);
            }
        }
    }
}
