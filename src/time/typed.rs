//! One point in time as a person types it after `--since`, `--until`, `--on` or `--now`.
//!
//! Not for what stands in a dump (`parse`): here a missing zone means the zone of `--tz`, and a
//! date is a whole local day.

use super::{Moment, TimeError, Zone, civil, from_number, parse, span};

/// What a typed text means.
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
}

/// What every option but `--on` takes, for messages.
pub(crate) const ACCEPTED: &str = "write 2019-06-09, '2019-06-09 10:00', 2019-06-09T01:11:06Z, 2019-06, \
    '2h ago', now, today, yesterday or @1560042666";

const OUT_OF_RANGE: &str = "outside of the years 1 to 9999";

/// Reads the time of `--now`: everything that `--since` takes, a date being the start of its day.
///
/// `real_now` is what `2h ago` and `yesterday` in it are counted from.
pub fn parse_now(text: &str, zone: &Zone, real_now: Moment) -> Result<Moment, TimeError> {
    point(text, zone, real_now, ACCEPTED)
        .map(Point::start)
        .map_err(|reason| TimeError::new(text, reason).for_option("--now"))
}

/// The point, or why there is none; `accepted` tells what to write instead.
pub(crate) fn point(text: &str, zone: &Zone, now: Moment, accepted: &str) -> Result<Point, String> {
    let typed = text.trim();
    let word = typed.to_ascii_lowercase();
    let today = || {
        let now = now.clamped().seconds;
        (now + zone.offset_seconds(now)).div_euclid(civil::DAY)
    };
    match word.as_str() {
        "now" => return Ok(Point::At(now.clamped())),
        "today" => return Ok(local_days(today(), today() + 1, zone)),
        "yesterday" => return Ok(local_days(today() - 1, today(), zone)),
        _ => {}
    }
    if word.ends_with("ago")
        && let Some(length) = typed.get(..typed.len() - "ago".len())
    {
        return span::read(length)
            .map(|span| Point::At(now.minus(span)))
            .map_err(|reason| format!("before 'ago': {reason}"));
    }
    if let Some(number) = typed.strip_prefix('@') {
        return from_number(number.as_bytes())
            .map(Point::At)
            .ok_or_else(|| "after '@' seconds since 1970 should stand: @1560042666".to_owned());
    }
    if let Some(found) = calendar(typed, zone, accepted) {
        return found;
    }
    Err(if span::is_count(typed) {
        format!("a number alone; seconds since 1970 are written @{typed}; else {accepted}")
    } else if span::read(typed).is_ok() {
        format!("a span, not a point in time; write '{typed} ago'")
    } else {
        format!("not a time; {accepted}")
    })
}

/// What begins like a date: a month, a day, or a day with a time.
fn calendar(typed: &str, zone: &Zone, accepted: &str) -> Option<Result<Point, String>> {
    let (month, rest) = typed.as_bytes().split_first_chunk::<7>()?;
    let [
        b'0'..=b'9',
        b'0'..=b'9',
        b'0'..=b'9',
        b'0'..=b'9',
        b'-',
        _,
        _,
    ] = month
    else {
        return None;
    };
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

/// The stretch between two local midnights, clamped to the range of [`Moment`], so that
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
