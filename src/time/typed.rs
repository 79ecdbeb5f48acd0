//! One point in time as a person types it after `--since`, `--until`, `--on` or `--now`.
//!
//! The times in a dump are read by `parse`. Here a missing zone means the zone of `--tz`, a date is a whole local day,
//! and more spellings are accepted, because a person can be asked to correct a wrong guess and a dump cannot.

use super::{Moment, NANOS_PER_SECOND, TimeError, Zone, civil, from_number, parse, span};

/// The meaning of a typed text.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    At(Moment),
    /// Local days: from the start of the first to the start of the one after the last.
    Days {
        start: Moment,
        end: Moment,
    },
}

impl Point {
    pub fn start(self) -> Moment {
        match self {
            Point::At(moment) => moment,
            Point::Days { start, .. } => start,
        }
    }

    pub fn end(self) -> Moment {
        match self {
            Point::At(moment) => moment,
            Point::Days { end, .. } => end,
        }
    }

    /// The first moment after it.
    pub fn after(self) -> Moment {
        match self {
            Point::At(Moment { seconds, nanos }) if nanos < NANOS_PER_SECOND - 1 => Moment {
                seconds,
                nanos: nanos + 1,
            },
            Point::At(Moment { seconds, .. }) => Moment {
                seconds: seconds + 1,
                nanos: 0,
            },
            Point::Days { end, .. } => end,
        }
    }
}

/// What every option but `--on` accepts, for messages.
pub(crate) const ACCEPTED: &str = "write 2019-06-09, '2019-06-09 10:00', 2019-06-09T01:11:06Z, 2019-06, 1h or '1h ago', \
    now, today, yesterday, or seconds since 1970 (1560042666)";

const OUT_OF_RANGE: &str = "outside of the years 1 to 9999";

/// A number without `@` counts seconds (or milliseconds) since 1970 if it has at least as many digits as this, which
/// is March 1973 and later. Shorter ones are more likely a year or a count.
const FEWEST_EPOCH_DIGITS: usize = 9;

/// Reads the time of `--now`: everything that `--since` accepts, a date being the start of its day.
///
/// `real_now` is what `2h ago` and `yesterday` in it are counted from.
pub fn parse_now(text: &str, zone: &Zone, real_now: Moment) -> Result<Moment, TimeError> {
    point(text, zone, real_now, ACCEPTED)
        .map(Point::start)
        .map_err(|reason| TimeError::new(text, reason).for_option("--now"))
}

/// The point in time that a text means, or why it means none; `accepted` says what to write instead.
pub(crate) fn point(text: &str, zone: &Zone, now: Moment, accepted: &str) -> Result<Point, String> {
    let typed = text.trim();
    let today = || {
        let now = now.clamped().seconds;
        (now + zone.offset_seconds(now)).div_euclid(civil::DAY)
    };
    match typed.to_ascii_lowercase().as_str() {
        "now" => return Ok(Point::At(now.clamped())),
        "today" => return Ok(local_days(today(), today() + 1, zone)),
        "yesterday" => return Ok(local_days(today() - 1, today(), zone)),
        _ => {}
    }
    if let Some(length) = before_ago(typed) {
        return span::read(length)
            .map(|span| Point::At(now.minus(span)))
            .map_err(|reason| format!("before 'ago': {reason}"));
    }
    // A length of time alone is as long ago: nothing later than now is in a saved dump.
    if let Ok(span) = span::read(typed.strip_prefix('-').unwrap_or(typed)) {
        return Ok(Point::At(now.minus(span)));
    }
    if let Some(number) = typed.strip_prefix('@') {
        return from_number(number.as_bytes())
            .map(Point::At)
            .ok_or_else(|| "'@' is followed by seconds since 1970: @1560042666".to_owned());
    }
    if let Some(found) = calendar(&with_dashes(typed), zone, accepted) {
        return found;
    }
    let digits = typed.bytes().take_while(u8::is_ascii_digit).count();
    if digits >= FEWEST_EPOCH_DIGITS
        && let Some(moment) = from_number(typed.as_bytes())
    {
        return Ok(Point::At(moment));
    }
    Err(if span::is_count(typed) {
        format!("too short for seconds since 1970 (write @{typed} if it is meant so); {accepted}")
    } else if digits > 0 && typed.bytes().all(|byte| b"0123456789/-.".contains(&byte)) {
        format!("not a date with its year first; {accepted}")
    } else {
        format!("not a time; {accepted}")
    })
}

/// Whether a text means another time tomorrow: it names the present or a length of time, or may do so.
pub fn is_relative(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        let names_present = ["ago", "now", "today", "yesterday"];
        names_present.iter().any(|it| word.eq_ignore_ascii_case(it)) || span::read(word).is_ok()
    })
}

/// The text before a final `ago`, without the sign that some write there: `-1h ago`.
fn before_ago(typed: &str) -> Option<&str> {
    let (length, ago) = typed.split_at_checked(typed.len().checked_sub("ago".len())?)?;
    let length = length.strip_prefix('-').unwrap_or(length);
    ago.eq_ignore_ascii_case("ago").then_some(length)
}

/// The other common spellings of a date, in that of ISO 8601: `2019/06/09`, `2019-6-9`, `20190609`,
/// `20190609T011106Z`, `20190609011106`, and `2019-06-09 9:00`. Other text stays as it is.
fn with_dashes(typed: &str) -> String {
    let (date, time) = typed.split_at(typed.find(['T', 't', ' ']).unwrap_or(typed.len()));
    let is_number = |part: &&str| span::is_count(part);
    let parts: Vec<&str> = date.split(['/', '-']).collect();
    let (date, time) = match parts[..] {
        [year, ref rest @ ..] if year.len() == 4 && parts.iter().all(is_number) => {
            let rest: String = rest.iter().map(|part| format!("-{part:0>2}")).collect();
            (format!("{year}{rest}"), time.to_owned())
        }
        [all] if is_number(&all) && all.len() == 8 => (dashed(all), time.to_owned()),
        [all] if is_number(&all) && all.len() == 14 && time.is_empty() => {
            (dashed(&all[..8]), format!("T{}", &all[8..]))
        }
        _ => return typed.to_owned(),
    };
    let clock = time.get(1..).unwrap_or_default();
    let digits = clock.bytes().take_while(u8::is_ascii_digit).count();
    let separator = time.get(..1).unwrap_or_default();
    match (digits, clock.as_bytes().get(digits)) {
        (1, Some(b':')) => format!("{date}{separator}0{clock}"),
        (4, _) => format!("{date}{separator}{}:{}", &clock[..2], &clock[2..]),
        (6, _) => format!(
            "{date}{separator}{}:{}:{}",
            &clock[..2],
            &clock[2..4],
            &clock[4..]
        ),
        _ => format!("{date}{time}"),
    }
}

/// `20190609` with dashes.
fn dashed(digits: &str) -> String {
    format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])
}

/// A text that begins like a date: a month, a day, or a day with a time. `None` if it does not.
fn calendar(typed: &str, zone: &Zone, accepted: &str) -> Option<Result<Point, String>> {
    let (month, rest) = typed.as_bytes().split_first_chunk::<7>()?;
    let [y3, y2, y1, y0, b'-', _, _] = month else {
        return None;
    };
    if ![y3, y2, y1, y0].into_iter().all(u8::is_ascii_digit) {
        return None;
    }
    if month.starts_with(b"0000") {
        return Some(Err(OUT_OF_RANGE.to_owned()));
    }
    let no_date = || Some(Err(format!("the calendar has no such date; {accepted}")));
    if rest.is_empty() {
        let Some(first) = first_of_month(month) else {
            return no_date();
        };
        // The first of the next month is at most 31 days on.
        let (year, month, _) = civil::date(first);
        let next = civil::days(year + i64::from(month == 12), month % 12 + 1, 1)?;
        return Some(Ok(local_days(first, next, zone)));
    }
    let (date, time) = typed.as_bytes().split_first_chunk::<10>()?;
    let Some(day) = parse::days(date) else {
        return no_date();
    };
    if time.is_empty() {
        return Some(Ok(local_days(day, day + 1, zone)));
    }
    let Some(spelled) = parse::spelled(typed.as_bytes()) else {
        return Some(Err(format!(
            "the time after the date cannot be read; {accepted}"
        )));
    };
    let moment = match spelled.offset {
        Some(offset) => spelled.with_offset(offset),
        None => zone.instant_of(spelled.local, spelled.nanos),
    };
    Some(moment.map(Point::At).ok_or_else(|| OUT_OF_RANGE.to_owned()))
}

fn first_of_month(text: &[u8; 7]) -> Option<i64> {
    let [y3, y2, y1, y0, dash, m1, m0] = *text;
    parse::days(&[y3, y2, y1, y0, dash, m1, m0, b'-', b'0', b'1'])
}

/// The time between two local midnights, clamped to the range of [`Moment`], so that
/// `--until 9999-12-31` means "no end".
fn local_days(first: i64, next: i64, zone: &Zone) -> Point {
    let midnight = |day: i64| Moment::saturating(zone.first_showing(day * civil::DAY));
    Point::Days {
        start: midnight(first),
        end: midnight(next),
    }
}

#[cfg(test)]
mod tests;
