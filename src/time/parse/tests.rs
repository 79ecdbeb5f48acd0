//! Tests of `parse`.

use super::*;
use crate::time::testing::{Random, at};
use chrono::{DateTime, FixedOffset, SecondsFormat};

fn moment(seconds: i64, nanos: u32) -> Option<Moment> {
    Some(Moment { seconds, nanos })
}

#[test]
fn every_spelling_seen_in_dumps_is_the_same_instant() {
    for number in [
        "1560042666",
        "1560042666.0",
        "1.560042666E9",
        "1.560042666e+9",
    ] {
        assert_eq!(
            from_number(number.as_bytes()),
            moment(1_560_042_666, 0),
            "{number}"
        );
        assert_eq!(from_text(number), moment(1_560_042_666, 0), "{number}");
    }
    for text in [
        "2019-06-09T01:11:06Z",
        "2019-06-09T01:11:06+00:00",
        "2019-06-09T10:11:06+09:00",
        "2019-06-09 01:11:06+00:00",
        "2019-06-09 01:11:06",
        "2019-06-09t01:11:06z",
        "2019-06-09T01:11:06.000Z",
        "2019-06-09 01:11:06.000",
        "2019-06-08T20:11:06-05",
        "2019-06-08T19:41:06-0530",
        "2019-06-09 01:11:06 UTC",
        "2019-06-09 10:11:06 +0900",
        " 2019-06-09T01:11:06Z\n",
    ] {
        assert_eq!(from_text(text), moment(1_560_042_666, 0), "{text}");
    }
    let exact = moment(1_560_042_629, 137_000_000);
    for text in [
        "2019-06-09T01:10:29.137000+00:00",
        "2019-06-09 10:10:29.137000+09:00",
        "2019-06-09T01:10:29,137Z",
        "2019-06-09T01:10:29.137Z",
        "1560042629.137",
        "1.560042629137E9",
        "1560042629137",
        "1.560042629137E12",
        "156004262913700000.0e-8",
    ] {
        assert_eq!(from_text(text), exact, "{text}");
    }
    assert_eq!(
        from_text("2020-07-07T05:25:00.247Z"),
        moment(1_594_099_500, 247_000_000)
    );
    assert_eq!(from_text("2019-06-09T01:11"), moment(1_560_042_660, 0));
    assert_eq!(
        from_text("2019-06-09T01:11+09:00"),
        moment(1_560_010_260, 0)
    );
    assert_eq!(from_number(b"1424476529.0"), moment(1_424_476_529, 0));
}

#[test]
fn fractions_below_the_nanosecond_are_cut_towards_the_past() {
    assert_eq!(from_number(b"-1.5"), moment(-2, 500_000_000));
    assert_eq!(from_number(b"0.1234567899"), moment(0, 123_456_789));
    assert_eq!(from_number(b"-0.1234567891"), moment(-1, 876_543_210));
    assert_eq!(from_number(b"-0.1234567890"), moment(-1, 876_543_211));
    assert_eq!(from_number(b"-1e-300"), moment(-1, 999_999_999));
    assert_eq!(from_number(b"1e-300"), moment(0, 0));
    assert_eq!(from_number(b"-0.9999999999"), moment(-1, 0));
    assert_eq!(from_number(b"-0.0e5"), moment(0, 0));
    assert_eq!(
        from_text("1970-01-01T00:00:00.1234567899Z"),
        moment(0, 123_456_789)
    );
    assert_eq!(
        from_text("1969-12-31T23:59:59.1234567899Z"),
        moment(-1, 123_456_789)
    );
}

#[test]
fn milliseconds_begin_just_above_1e11() {
    for text in [
        "100000000000",
        "1e11",
        "1E+11",
        "100000000000.000",
        "0.1e12",
    ] {
        assert_eq!(
            from_number(text.as_bytes()),
            moment(100_000_000_000, 0),
            "{text}"
        );
    }
    assert_eq!(from_number(b"-99999999999"), None, "before the year 1");
    assert_eq!(from_number(b"100000000001"), moment(100_000_000, 1_000_000));
    assert_eq!(from_number(b"100000000000.5"), moment(100_000_000, 500_000));
    assert_eq!(
        from_number(b"1.000000000001e11"),
        moment(100_000_000, 100_000)
    );
    assert_eq!(
        from_number(b"-100000000001"),
        moment(-100_000_001, 999_000_000)
    );
    assert_eq!(
        from_number(b"253402300799999"),
        moment(253_402_300_799, 999_000_000)
    );
    assert_eq!(from_number(b"253402300800000"), None);
    assert_eq!(from_number(b"-62135596800000"), Some(Moment::MIN));
    assert_eq!(from_number(b"-62135596800000.0000001"), None);
}

#[test]
fn text_that_is_not_a_json_number_is_refused() {
    for text in [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1e5.0", "1_000", " 1", "1 ", "0x10", "NaN",
        "Infinity", "1.5.5", "1-1", "--1", "1e--1", "e5", "1f", "\u{661}",
    ] {
        assert_eq!(from_number(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn monstrous_exponents_neither_hang_nor_overflow() {
    let nines = "9".repeat(400);
    let zeros = "0".repeat(400);
    for (text, expected) in [
        (format!("1e{nines}"), None),
        (format!("1e-{nines}"), moment(0, 0)),
        (format!("0e{nines}"), moment(0, 0)),
        (format!("-1e-{nines}"), moment(-1, 999_999_999)),
        (nines.clone(), None),
        (format!("1{zeros}e-400"), moment(1, 0)),
        (format!("0.{zeros}1e401"), moment(1, 0)),
        (format!("0.{zeros}1e{}", i64::MAX), None),
        (format!("1e{}", i64::MIN), moment(0, 0)),
    ] {
        assert_eq!(from_number(text.as_bytes()), expected, "{text}");
    }
}

/// The value times 1e9 by big integers, rounded down.
fn naive(digits: &str, exponent: i32) -> Option<Moment> {
    let value: i128 = digits.parse().ok()?;
    let scaled = |power: i32| match u32::try_from(power) {
        Ok(power) => value.checked_mul(10_i128.checked_pow(power)?),
        Err(_) => Some(value.div_euclid(10_i128.checked_pow(power.unsigned_abs())?)),
    };
    // Compare the exact value with 1e11, both as whole numbers.
    let (left, right) = match u32::try_from(exponent) {
        Ok(power) => (value.abs() * 10_i128.pow(power), 10_i128.pow(11)),
        Err(_) => (value.abs(), 10_i128.pow(11 + exponent.unsigned_abs())),
    };
    let total = scaled(exponent + if left > right { 6 } else { 9 })?;
    let seconds = total.div_euclid(1_000_000_000).try_into().ok()?;
    Moment::new(seconds, total.rem_euclid(1_000_000_000).try_into().ok()?)
}

#[test]
fn numbers_agree_with_integer_arithmetic() {
    let mut random = Random::new(2);
    let mut some = 0;
    for _ in 0..200_000 {
        let size = random.between(1, 19) as u32;
        let value = random.between(-(10_i64.pow(size)), 10_i64.pow(size));
        let exponent = random.between(-20, 8) as i32;
        let expected = naive(&value.to_string(), exponent);
        let mut spellings = vec![
            format!("{value}e{exponent}"),
            format!("{value}.000E{exponent}"),
        ];
        if value != 0 && exponent < 0 {
            // The same with the point moved before the last digits.
            let places = exponent.unsigned_abs() as usize;
            let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let sign = if value < 0 { "-" } else { "" };
            spellings.push(format!("{sign}{whole}.{fraction}"));
        }
        for text in spellings {
            assert_eq!(from_number(text.as_bytes()), expected, "{text}");
        }
        some += usize::from(expected.is_some());
    }
    assert!(some > 50_000, "the test must meet real times: {some}");
}

#[test]
fn texts_agree_with_chrono_for_any_moment_offset_and_fraction() {
    let mut random = Random::new(3);
    for _ in 0..50_000 {
        let moment = random.moment();
        let offset = FixedOffset::east_opt(random.between(-1439, 1440) as i32 * 60).unwrap();
        let time = moment.to_datetime().with_timezone(&offset);
        let text = time.to_rfc3339_opts(SecondsFormat::AutoSi, random.next().is_multiple_of(2));
        // A local year 0 or 10000 is beyond what four digits or the range allow.
        if text.len() < 20 || text.starts_with(['+', '-']) {
            continue;
        }
        assert_eq!(from_text(&text), Some(moment), "{text}");
        assert_eq!(
            from_text(&text.replace('T', " ").replace('.', ",")),
            Some(moment)
        );
        let (stamp, zone) = text.split_at(text.len() - 6);
        if !text.ends_with('Z') {
            assert_eq!(
                from_text(&format!("{stamp}{}", zone.replace(':', ""))),
                Some(moment)
            );
        }
    }
}

#[test]
fn damaged_texts_never_panic_and_never_contradict_chrono() {
    let mut random = Random::new(4);
    let seeds = [
        "2019-06-09T01:11:06Z",
        "2019-06-09T01:11:06+00:00",
        "2019-06-09 10:10:29.137000+09:00",
        "2020-02-29T23:59:59.123456789-12:30",
        "1.560042629137E9",
    ];
    let letters = b"0123456789-+:.,TtZz eE\xc3\xa9";
    let mut agreed = 0;
    for round in 0..200_000 {
        let mut bytes = seeds[round % seeds.len()].as_bytes().to_vec();
        for _ in 0..=random.next() % 2 {
            let place = random.between(0, bytes.len() as i64) as usize;
            let letter = letters[random.between(0, letters.len() as i64) as usize];
            match random.next() % 4 {
                0 => bytes.truncate(place.max(1)),
                1 => bytes.insert(place, letter),
                _ => bytes[place] = letter,
            }
        }
        let _ = from_number(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let ours = from_text(&text);
        // chrono puts a leap second elsewhere, and lets the year 0 pass.
        if let Ok(theirs) = DateTime::parse_from_rfc3339(&text)
            && text.get(16..19) != Some(":60")
        {
            let theirs = theirs.to_utc();
            let expected = Moment::new(theirs.timestamp(), theirs.timestamp_subsec_nanos());
            if !text.starts_with("0000") {
                assert_eq!(ours, expected, "{text}");
            }
            agreed += 1;
        }
    }
    assert!(agreed > 10_000, "{agreed}");
    for _ in 0..50_000 {
        let bytes: Vec<u8> = (0..random.between(0, 40))
            .map(|_| random.next() as u8)
            .collect();
        let _ = from_number(&bytes);
        let _ = from_text(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn text_that_is_not_a_time_is_refused() {
    for text in [
        "",
        " ",
        "None",
        "null",
        "2019-06-09",
        "2019-06-09T",
        "2019-06-09T01",
        "2019-02-30T00:00:00Z",
        "2019-02-29T00:00:00Z",
        "2019-13-01T00:00:00Z",
        "2019-00-01T00:00:00Z",
        "2019-06-09T24:00:00Z",
        "2019-06-09T01:60:00Z",
        "2019-06-09T01:11:61Z",
        "2019-06-09T01:11:06.Z",
        "2019-06-09T01:11.5Z",
        "2019-06-09T01:11:06+24:00",
        "2019-06-09T01:11:06+9:00",
        "2019-06-09T01:11:06 ZZ",
        "2019-06-09T01:11:06  Z",
        "2019-06-09T01:11:06Zulu",
        "2019-06-09T01:11:06+09:00:00:00",
        "2019-06-09_01:11:06Z",
        "2019/06/09 01:11:06",
        "19-06-09T01:11:06Z",
        "0000-12-31T23:59:59Z",
        "9999-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+00:01",
        "2019-06-09T01:11:06\u{2212}09:00",
        "+2019-06-09T01:11:06Z",
    ] {
        assert_eq!(from_text(text), None, "{text}");
    }
    assert_eq!(from_text("0001-01-01T00:00:00Z"), Some(Moment::MIN));
    assert_eq!(
        from_text("9999-12-31T23:59:59.999999999Z"),
        Some(Moment::MAX)
    );
}

#[test]
fn a_leap_second_stays_in_its_own_day() {
    let last = moment(1_483_228_799, 999_999_999);
    for text in [
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60+00:00",
        "2017-01-01T08:59:60.500+09:00",
    ] {
        assert_eq!(from_text(text), last, "{text}");
    }
    assert!(last < Some(at("2017-01-01T00:00:00Z")));
}
