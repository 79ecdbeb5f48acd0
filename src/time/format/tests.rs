//! Tests of `format`.

use super::*;
use crate::time::from_text;
use crate::time::testing::{Random, at, zone};
use chrono::SecondsFormat;

fn printed(format: &str, moment: Moment, zone_name: &str) -> String {
    let format = match format {
        "" => TimeFormat::default(),
        text => TimeFormat::parse(text).unwrap(),
    };
    let mut out = b"before ".to_vec();
    format.write(moment, &zone(zone_name), &mut out);
    let text = String::from_utf8(out).unwrap();
    text.strip_prefix("before ").unwrap().to_owned()
}

const ZONES: [&str; 8] = [
    "UTC",
    "+09:00",
    "-05:30",
    "+00:00",
    "Asia/Tokyo",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
];

#[test]
fn the_default_shows_the_offset_in_force_and_z_for_utc_alone() {
    let summer = at("2019-06-09T01:11:06Z");
    let winter = at("2019-01-09T01:11:06Z");
    for (moment, zone, expected) in [
        (summer, "UTC", "2019-06-09T01:11:06Z"),
        (summer, "Asia/Tokyo", "2019-06-09T10:11:06+09:00"),
        (summer, "+09:00", "2019-06-09T10:11:06+09:00"),
        (summer, "-05:30", "2019-06-08T19:41:06-05:30"),
        (summer, "America/New_York", "2019-06-08T21:11:06-04:00"),
        (winter, "America/New_York", "2019-01-08T20:11:06-05:00"),
        (winter, "Europe/London", "2019-01-09T01:11:06+00:00"),
        (summer, "Europe/London", "2019-06-09T02:11:06+01:00"),
        (winter, "+00:00", "2019-01-09T01:11:06+00:00"),
        (summer, "Asia/Kathmandu", "2019-06-09T06:56:06+05:45"),
    ] {
        assert_eq!(printed("", moment, zone), expected);
    }
}

#[test]
fn a_fraction_has_as_many_groups_as_it_needs() {
    for (fraction, expected) in [
        ("", ""),
        (".0", ""),
        (".137", ".137"),
        (".100", ".100"),
        (".000001", ".000001"),
        (".123456", ".123456"),
        (".000000001", ".000000001"),
        (".1234560", ".123456"),
        (".1234567", ".123456700"),
    ] {
        let moment = at(&format!("2019-06-09T01:11:06{fraction}Z"));
        assert_eq!(
            printed("", moment, "UTC"),
            format!("2019-06-09T01:11:06{expected}Z")
        );
    }
}

#[test]
fn the_default_agrees_with_chrono_and_reads_back() {
    let mut random = Random::new(11);
    for round in 0..40_000 {
        let name = ZONES[round % ZONES.len()];
        let zone = zone(name);
        let moment = random.modern();
        let time = moment.to_datetime().with_timezone(&zone.offset_at(moment));
        let ours = printed("", moment, name);
        assert_eq!(
            ours,
            time.to_rfc3339_opts(SecondsFormat::AutoSi, name == "UTC")
        );
        assert_eq!(from_text(&ours), Some(moment));
        // Anywhere in the range, also with the local mean times of long ago.
        let moment = random.moment();
        let ours = printed("", moment, name);
        assert_eq!(from_text(&ours), Some(moment), "{ours}");
    }
}

#[test]
fn the_recipes_clock_has_a_literal_z_in_any_zone() {
    let moment = at("2019-06-09T01:11:06.999Z");
    let format = "%Y-%m-%dT%H:%M:%SZ";
    assert_eq!(
        printed(format, moment, "Asia/Tokyo"),
        "2019-06-09T10:11:06Z"
    );
    assert_eq!(printed(format, moment, "UTC"), "2019-06-09T01:11:06Z");
}

#[test]
fn epoch_cuts_the_fraction_towards_the_past() {
    for (text, expected) in [
        ("2019-06-09T01:11:06.999Z", "1560042666"),
        ("1969-12-31T23:59:58.500Z", "-2"),
        ("1970-01-01T00:00:00Z", "0"),
    ] {
        assert_eq!(printed("epoch", at(text), "Asia/Tokyo"), expected);
        assert_eq!(printed("EPOCH", at(text), "UTC"), expected);
    }
}

#[test]
fn strftime_agrees_with_chrono_item_by_item() {
    let formats = [
        "%Y-%m-%d %H:%M:%S",
        "%F %T",
        "%D",
        "%y%C%q",
        "%b %B %h",
        "%d%e%-d%_d%0e",
        "%a %A %u %w",
        "%U %W %V %G %g",
        "%j",
        "%R",
        "%X %x %c %r %v",
        "%H%k%I%l%P%p",
        "%M%S",
        "%s",
        "%+",
        "%f %.f %.3f %.6f %.9f %3f %6f %9f",
        "%z %:z %::z %:::z",
        "%%%n%t%d",
        "pre %Y post",
        "%-m/%-d/%Y",
        "日本 %Y年%m月",
        "%S%.3fZ %H",
        "%Z",
    ];
    let mut random = Random::new(12);
    for format in formats {
        for round in 0..400 {
            let name = ZONES[round % ZONES.len()];
            let zone = zone(name);
            let moment = if round % 2 == 0 {
                random.modern()
            } else {
                random.moment()
            };
            let time = moment.to_datetime();
            let expected = match zone {
                Zone::Utc => time.format(format).to_string(),
                Zone::Named(tz) => time.with_timezone(&tz).format(format).to_string(),
                _ => time
                    .with_timezone(&zone.offset_at(moment))
                    .format(format)
                    .to_string(),
            };
            assert_eq!(printed(format, moment, name), expected, "{format} {name}");
        }
    }
    assert_eq!(
        printed("%Z", at("2019-06-09T00:00Z"), "America/New_York"),
        "EDT"
    );
}

#[test]
fn a_bad_item_is_named() {
    for (text, item) in [
        ("%Q", "'%Q'"),
        ("%Y-%m-%Q", "'%Q'"),
        ("%H:%M:%5f", "'%5f'"),
        ("%#z", "'%#z'"),
        ("%Y %E", "'%E'"),
        ("%é", "'%é'"),
        ("%-", "'%-'"),
        ("%d%", "a '%' is its last character"),
        ("%:", "'%:'"),
    ] {
        let message = TimeFormat::parse(text).unwrap_err().to_string();
        assert!(message.contains(item), "{text}: {message}");
        assert!(message.starts_with("--time-format "), "{message}");
    }
    for text in ["", "iso", "rfc3339", "%%", " %n"] {
        let message = TimeFormat::parse(text).unwrap_err().to_string();
        assert!(message.contains("contains no item"), "{text}: {message}");
    }
}

#[test]
fn random_formats_print_or_are_refused_but_never_panic() {
    let mut random = Random::new(13);
    let letters: Vec<char> =
        "%%%%%%%%YmdHMSfzZQsc.:369-_0#+ éABCDEGIJKLNOPRTUVWXabeghijklpqrtuvwxy"
            .chars()
            .collect();
    let ends = [
        Moment::MIN,
        Moment::MAX,
        Moment {
            seconds: i64::MAX,
            nanos: u32::MAX,
        },
        Moment {
            seconds: i64::MIN,
            nanos: 0,
        },
    ];
    let mut printable = 0;
    for _ in 0..20_000 {
        let text: String = (0..random.between(1, 12))
            .map(|_| letters[random.between(0, letters.len() as i64) as usize])
            .collect();
        if let Ok(format) = TimeFormat::parse(&text) {
            printable += 1;
            for moment in ends.into_iter().chain([random.moment()]) {
                for name in ["UTC", "+23:59", "-23:59", "America/New_York", "local"] {
                    format.write(moment, &zone(name), &mut Vec::new());
                }
            }
        }
    }
    assert!(printable > 1000, "{printable}");
}

/// A spreadsheet reads no offset and no fraction, so neither is written.
#[test]
fn sheet_is_the_local_date_and_time_alone() {
    let moment = at("2019-06-09T01:11:06.999Z");
    assert_eq!(
        printed("sheet", moment, "Asia/Tokyo"),
        "2019-06-09 10:11:06"
    );
    assert_eq!(printed("Sheet", moment, "UTC"), "2019-06-09 01:11:06");
}

#[test]
fn the_range_ends_in_years_of_their_own() {
    assert_eq!(
        printed("", Moment::MIN, "-01:00"),
        "0000-12-31T23:00:00-01:00"
    );
    assert_eq!(
        printed("", Moment::MAX, "+01:00"),
        "+10000-01-01T00:59:59.999999999+01:00"
    );
    assert_eq!(
        printed("", Moment::MAX, "UTC"),
        "9999-12-31T23:59:59.999999999Z"
    );
    let broken = Moment {
        seconds: i64::MAX,
        nanos: u32::MAX,
    };
    assert_eq!(broken.to_string(), Moment::MAX.to_string());
}

#[test]
fn date_and_hour_are_those_of_the_zone() {
    let moment = at("2019-06-08T15:30:00Z");
    for (name, date, hour) in [
        ("UTC", "2019-06-08", "15"),
        ("Asia/Tokyo", "2019-06-09", "00"),
        ("America/New_York", "2019-06-08", "11"),
    ] {
        let (mut dates, mut hours) = (Vec::new(), Vec::new());
        write_date(moment, &zone(name), &mut dates);
        write_hour(moment, &zone(name), &mut hours);
        assert_eq!((dates, hours), (date.into(), hour.into()));
    }
    let mut random = Random::new(14);
    for round in 0..5000 {
        let (moment, name) = (random.modern(), ZONES[round % ZONES.len()]);
        let mut out = Vec::new();
        write_date(moment, &zone(name), &mut out);
        out.push(b' ');
        write_hour(moment, &zone(name), &mut out);
        assert_eq!(out, printed("%Y-%m-%d %H", moment, name).into_bytes());
    }
}
