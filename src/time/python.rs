//! The formats of `EventTime` in the output of the AWS CLI: version 2 writes `datetime.isoformat()`, version 1 a float.

use super::civil::CivilTime;
use super::{Moment, NANOS_PER_SECOND, Zone};

/// Appends `2019-06-09T01:11:06+00:00`: always an offset, never `Z`; a fraction only if it is not zero, with six digits, or
/// with nine if six would cut it.
pub fn write_isoformat(moment: Moment, zone: &Zone, out: &mut Vec<u8>) {
    let moment = moment.clamped();
    let offset = zone.offset_at(moment).local_minus_utc();
    let civil = CivilTime::new(moment.seconds + i64::from(offset));
    let mut text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
    );
    match moment.nanos {
        0 => {}
        nanos if nanos.is_multiple_of(1000) => text += &format!(".{:06}", nanos / 1000),
        nanos => text += &format!(".{nanos:09}"),
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let ahead = offset.abs();
    text += &format!("{sign}{:02}:{:02}", ahead / 3600, ahead / 60 % 60);
    if ahead % 60 != 0 {
        text += &format!(":{:02}", ahead % 60);
    }
    out.extend_from_slice(text.as_bytes());
}

/// Appends `1560042666.0`: seconds since 1970 with all digits of the fraction, at least one.
pub fn write_float(moment: Moment, out: &mut Vec<u8>) {
    let Moment { seconds, nanos } = moment.clamped();
    // The fraction of a moment counts forward, also before 1970; that of a negative decimal counts backward.
    let (whole, part) = if seconds < 0 && nanos > 0 {
        (seconds + 1, NANOS_PER_SECOND - nanos)
    } else {
        (seconds, nanos)
    };
    let sign = if seconds < 0 { "-" } else { "" };
    let digits = format!("{part:09}");
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let whole = whole.unsigned_abs();
    out.extend_from_slice(format!("{sign}{whole}.{digits}").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{from_number, from_text, testing::Random};

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    /// The expected texts are those of `datetime.isoformat()` and `repr(float)` of Python 3.11.
    #[test]
    fn times_are_those_of_the_two_clients() {
        let cases = [
            (
                1_560_042_666,
                0,
                "2019-06-09T01:11:06+00:00",
                "1560042666.0",
            ),
            (
                1_560_042_629,
                137_000_000,
                "2019-06-09T01:10:29.137000+00:00",
                "1560042629.137",
            ),
            (
                1_560_042_629,
                137_001_000,
                "2019-06-09T01:10:29.137001+00:00",
                "1560042629.137001",
            ),
            (
                1_560_042_629,
                1,
                "2019-06-09T01:10:29.000000001+00:00",
                "1560042629.000000001",
            ),
            (-1, 0, "1969-12-31T23:59:59+00:00", "-1.0"),
            (-2, 500_000_000, "1969-12-31T23:59:58.500000+00:00", "-1.5"),
            (-1, 500_000_000, "1969-12-31T23:59:59.500000+00:00", "-0.5"),
            (0, 0, "1970-01-01T00:00:00+00:00", "0.0"),
        ];
        for (seconds, nanos, of_two, of_one) in cases {
            let moment = Moment::new(seconds, nanos).unwrap();
            assert_eq!(
                written(|out| write_isoformat(moment, &Zone::Utc, out)),
                of_two
            );
            assert_eq!(written(|out| write_float(moment, out)), of_one);
        }
        let moment = Moment::new(1_560_042_666, 0).unwrap();
        for (zone, expected) in [
            ("Asia/Tokyo", "2019-06-09T10:11:06+09:00"),
            ("-03:30", "2019-06-08T21:41:06-03:30"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            assert_eq!(written(|out| write_isoformat(moment, &zone, out)), expected);
        }
    }

    #[test]
    fn a_written_time_is_read_as_the_same_moment() {
        let mut random = Random::new(7);
        let zone = Zone::parse("America/New_York").unwrap();
        for _ in 0..2_000 {
            // Numbers as large as those of the year 5138 are read as milliseconds.
            let moment = random.modern();
            let iso = written(|out| write_isoformat(moment, &zone, out));
            let float = written(|out| write_float(moment, out));
            assert_eq!(from_number(float.as_bytes()), Some(moment), "{float}");
            assert_eq!(from_text(&iso), Some(moment), "{iso}");
        }
    }
}
