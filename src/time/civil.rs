//! The proleptic Gregorian calendar on plain integers: days since 1970-01-01 and back.
//!
//! This is used instead of chrono because times are parsed and formatted once per event, and chrono's types check their
//! range at each step. The tests compare it with chrono.
//!
//! The method is that of Howard Hinnant, <https://howardhinnant.github.io/date_algorithms.html>: years begin in March, so
//! the leap day is the last day of its year and the months before it have fixed lengths.

pub(crate) const DAY: i64 = 86_400;

/// Days in 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;

/// A local date and time of day, to the second, as a calendar and a clock show it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct CivilTime {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
}

impl CivilTime {
    /// From seconds since 1970 on the local clock.
    pub fn new(local_seconds: i64) -> CivilTime {
        let (year, month, day) = date(local_seconds.div_euclid(DAY));
        // The result of rem_euclid is in 0..86400, so the cast is exact.
        let second = local_seconds.rem_euclid(DAY) as u32;
        CivilTime {
            year,
            month,
            day,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }
}

/// Days from 1970-01-01 to a date, `None` if the calendar has no such date.
pub(crate) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    if day == 0 || day > month_length(year, month)? {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = i64::from((month + 9) % 12);
    // From March on, months have 31, 30, 31, 30, 31 days, 153 in five months, which this line reproduces.
    let of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    let of_era_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    Some(era * ERA_DAYS + of_era_days - 719_468)
}

/// Year, month and day of a number of days from 1970-01-01.
pub(crate) fn date(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(ERA_DAYS);
    let of_era_days = shifted.rem_euclid(ERA_DAYS);
    // Of the days of an era, the leap days before the day do not count: one in 4 years, none in 100, one in 400.
    let of_era =
        (of_era_days - of_era_days / 1460 + of_era_days / 36_524 - of_era_days / 146_096) / 365;
    let of_year = of_era_days - (365 * of_era + of_era / 4 - of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * from_march + 2) / 5 + 1) as u32;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    } as u32;
    (era * 400 + of_era + i64::from(month <= 2), month, day)
}

fn month_length(year: i64, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn every_day_from_year_minus_one_to_10001_agrees_with_chrono() {
        let mut naive = NaiveDate::from_ymd_opt(-1, 1, 1);
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        while let Some(day) = naive
            && day.year() <= 10_001
        {
            let number = (day - epoch).num_days();
            let year = i64::from(day.year());
            assert_eq!(days(year, day.month(), day.day()), Some(number));
            assert_eq!(date(number), (year, day.month(), day.day()));
            naive = day.succ_opt();
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for (year, month, day) in [
            (2019, 2, 29),
            (2020, 2, 30),
            (1900, 2, 29),
            (2019, 0, 1),
            (2019, 13, 1),
            (2019, 4, 31),
            (2019, 1, 0),
            (2019, 1, 32),
        ] {
            assert_eq!(days(year, month, day), None);
        }
        assert!(days(2000, 2, 29).is_some());
    }

    #[test]
    fn a_civil_time_before_1970_counts_forward_from_midnight() {
        let civil = CivilTime::new(-1);
        assert_eq!((civil.year, civil.month, civil.day), (1969, 12, 31));
        assert_eq!((civil.hour, civil.minute, civil.second), (23, 59, 59));
    }
}
