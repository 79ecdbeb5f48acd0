//! Tests of `zone`.

use super::*;
use crate::time::testing::{Random, at, zone};
use chrono::{MappedLocalTime, NaiveDate};

fn local(text: &str) -> NaiveDateTime {
    at(text).to_datetime().naive_utc()
}

#[test]
fn names_offsets_and_words_are_accepted() {
    for text in ["UTC", "utc", "Z", "z", "Etc/UTC", " zulu "] {
        assert_eq!(zone(text), Zone::Utc, "{text}");
    }
    assert_eq!(zone("Local"), Zone::Local);
    for (text, seconds) in [
        ("+09:00", 32_400),
        ("+0900", 32_400),
        ("+09", 32_400),
        ("+9", 32_400),
        ("-05:30", -19_800),
        ("-5:30", -19_800),
        ("+00:00", 0),
        ("+9:00:30", 32_430),
        ("UTC+9", 32_400),
        ("utc -03:30", -12_600),
        ("GMT+0900", 32_400),
    ] {
        assert_eq!(
            zone(text),
            Zone::Fixed(FixedOffset::east_opt(seconds).unwrap()),
            "{text}"
        );
    }
    for text in ["Asia/Tokyo", "asia/tokyo", "ASIA/TOKYO"] {
        assert_eq!(zone(text), Zone::Named(Tz::Asia__Tokyo), "{text}");
    }
    assert_eq!(zone("America/New York"), Zone::Named(Tz::America__New_York));
    assert_eq!(
        zone("Europe/London")
            .offset_at(at("2019-01-01T00:00Z"))
            .local_minus_utc(),
        0
    );
}

#[test]
fn every_zone_prints_as_something_that_reads_back() {
    for tz in TZ_VARIANTS {
        // `CET` is a zone of the database, and what people type for +01:00.
        // `GMT+0` is an offset too, the same one.
        if abbreviation::meanings(tz.name()).is_empty() && typed_offset(tz.name()).is_none() {
            assert_eq!(zone(&Zone::named(tz).to_string()), Zone::named(tz), "{tz}");
        }
    }
    for text in ["UTC", "local", "+09:00", "-05:30", "+00:00"] {
        assert_eq!(zone(text).to_string(), text);
    }
}

#[test]
fn abbreviations_are_fixed_offsets_and_cities_their_zone_with_a_note() {
    for (text, shown, note) in [
        (
            "JST",
            "+09:00",
            "JST is the fixed offset +09:00; the zone with its rules is Asia/Tokyo",
        ),
        (
            "pst",
            "-08:00",
            "PST is the fixed offset -08:00; the zone with its rules is America/Los_Angeles",
        ),
        (
            "CET",
            "+01:00",
            "CET is the fixed offset +01:00; the zone with its rules is Europe/Berlin",
        ),
        ("Tokyo", "Asia/Tokyo", "Tokyo is the zone Asia/Tokyo"),
        (
            "new york",
            "America/New_York",
            "new york is the zone America/New_York",
        ),
    ] {
        let (zone, said) = Zone::parse_with_note(text).unwrap();
        assert_eq!(
            (zone.to_string(), said.as_deref()),
            (shown.to_owned(), Some(note))
        );
    }
    // Fixed: in July the clocks in Berlin show another offset.
    let july = at("2024-07-01T00:00:00Z");
    assert_eq!(zone("CET").offset_seconds(july.seconds), 3600);
    assert_eq!(zone("Europe/Berlin").offset_seconds(july.seconds), 7200);
    for text in ["Asia/Tokyo", "+09:00", "UTC", "UTC+9", "local", "GMT"] {
        assert_eq!(Zone::parse_with_note(text).unwrap().1, None, "{text}");
    }
}

#[test]
fn an_ambiguous_abbreviation_lists_its_meanings() {
    let message = |text: &str| Zone::parse(text).unwrap_err().to_string();
    assert_eq!(
        message("IST"),
        "\"IST\": this abbreviation has 3 meanings: +05:30 (Asia/Kolkata), +02:00 (Asia/Jerusalem), \
         +01:00 (Europe/Dublin); write the offset or the name of the zone"
    );
    assert!(message("cst").contains("-06:00 (America/Chicago), +08:00 (Asia/Shanghai)"));
    assert!(message("BST").contains("+01:00 (Europe/London), +06:00 (Asia/Dhaka)"));
}

#[test]
fn a_wrong_name_is_refused_with_near_ones() {
    let message = |text: &str| Zone::parse(text).unwrap_err().to_string();
    assert_eq!(
        message("Asia/Tokio"),
        "\"Asia/Tokio\": no time zone has this name (near: Asia/Tokyo); write an IANA name \
         (Asia/Tokyo), an offset (+09:00, -05:30), UTC or local"
    );
    assert!(message("Europe/Berlln").contains("(near: Europe/Berlin"));
    assert!(message("Pacific").contains("US/Pacific"));
    assert!(!message("zzzzzzzzzz").contains("near"));
    for text in [
        "",
        "+",
        "+24",
        "-99:00",
        "+9:60",
        "+é",
        "é9",
        "09:00",
        &"x".repeat(10_000),
    ] {
        assert!(Zone::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_gap_is_the_moment_of_its_jump_and_a_fold_its_first_half() {
    let new_york = zone("America/New_York");
    for shown in [
        "2019-03-10T02:00:00",
        "2019-03-10T02:30:00.5",
        "2019-03-10T03:00:00",
    ] {
        assert_eq!(
            new_york.to_utc(local(shown)),
            Some(at("2019-03-10T07:00:00Z")),
            "{shown}"
        );
    }
    assert_eq!(
        new_york.to_utc(local("2019-11-03T01:30:00")),
        Some(at("2019-11-03T05:30:00Z"))
    );
    assert_eq!(
        new_york.to_utc(local("2019-11-03T02:00:00")),
        Some(at("2019-11-03T07:00:00Z"))
    );
    assert_eq!(
        new_york.to_utc(local("2019-06-09T10:00:00.25")),
        Some(at("2019-06-09T14:00:00.25Z"))
    );
    let lord_howe = zone("Australia/Lord_Howe");
    assert_eq!(
        lord_howe.to_utc(local("2019-10-06T02:10:00")),
        Some(at("2019-10-05T15:30:00Z"))
    );
    assert_eq!(
        lord_howe.to_utc(local("2019-04-07T01:45:00")),
        Some(at("2019-04-06T14:45:00Z"))
    );
    // Samoa went from the 29th to the 31st of December 2011.
    let apia = zone("Pacific/Apia");
    assert_eq!(
        apia.to_utc(local("2011-12-30T12:00:00")),
        Some(at("2011-12-30T10:00:00Z"))
    );
}

#[test]
fn the_ends_of_chronos_calendar_are_no_moments() {
    for date in [NaiveDate::MIN, NaiveDate::MAX] {
        let time = date.and_hms_opt(0, 0, 0).unwrap();
        for name in ["UTC", "+09:00", "Asia/Tokyo", "local"] {
            assert_eq!(zone(name).to_utc(time), None);
        }
    }
    for seconds in [i64::MIN, i64::MAX] {
        for name in ["UTC", "+09:00", "America/New_York", "local"] {
            let _ = zone(name).offset_at(Moment {
                seconds,
                nanos: u32::MAX,
            });
            let _ = zone(name).first_showing(seconds);
        }
    }
}

#[test]
fn local_times_agree_with_chrono_in_every_zone() {
    let mut random = Random::new(5);
    let (mut folds, mut gaps) = (0, 0);
    for tz in TZ_VARIANTS {
        let zone = Zone::Named(tz);
        let mut probes: Vec<i64> = (0..20).map(|_| random.modern().seconds).collect();
        // Times around a change, where it matters.
        for _ in 0..4 {
            let low = random.modern().seconds;
            if let Some(change) = zone.change_between(low, low + 180 * 86_400) {
                let shown = change + zone.offset_seconds(change);
                probes.extend((0..12).map(|_| shown + random.between(-7200, 7200)));
            }
        }
        for shown in probes {
            let naive = DateTime::from_timestamp(shown, 0).unwrap().naive_utc();
            let ours = zone.to_utc(naive).unwrap();
            match tz.from_local_datetime(&naive) {
                MappedLocalTime::Single(time) => {
                    assert_eq!(ours.seconds, time.timestamp(), "{tz} {naive}")
                }
                MappedLocalTime::Ambiguous(first, second) => {
                    folds += 1;
                    let earlier = first.timestamp().min(second.timestamp());
                    assert_eq!(ours.seconds, earlier, "{tz} {naive}");
                }
                MappedLocalTime::None => {
                    gaps += 1;
                    let after = ours.seconds + zone.offset_seconds(ours.seconds);
                    let before = ours.seconds - 1 + zone.offset_seconds(ours.seconds - 1);
                    assert!(before < shown && shown < after, "{tz} {naive}");
                }
            }
        }
    }
    assert!(folds > 500 && gaps > 500, "{folds} folds, {gaps} gaps");
}

#[test]
fn a_later_clock_is_never_an_earlier_instant() {
    for name in [
        "America/New_York",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "America/Havana",
    ] {
        let zone = zone(name);
        let year = at("2006-01-01T00:00Z").seconds;
        let mut last = i64::MIN;
        for shown in (year..year + 366 * 86_400).step_by(600) {
            let instant = zone.first_showing(shown);
            assert!(instant >= last, "{name} {shown}");
            last = instant;
        }
    }
}
