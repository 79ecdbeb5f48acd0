//! `count --every 15m|1h|1d`: the bucket of local time that an instant is in.
//!
//! A bucket is identified by the instant at which it starts. The buckets of a zone are adjacent: without gaps and without
//! overlap.
//!
//! # When the clocks change
//! - Days are local days, so some have 23 or 25 hours. A day starts when the clock first shows its midnight or a later
//!   time. A day that the zone skipped (Samoa, 2011-12-30) has no bucket. If the clock goes back over midnight, the time
//!   after it belongs to the day that had begun.
//! - A shorter bucket starts each time the clock shows a multiple of the span since midnight, and when it goes forward
//!   over one. So the hour that occurs twice in autumn is two buckets of `1h` with different offsets, and the hour that
//!   is skipped in spring has none. If the change is not a multiple of the span, the bucket around it is longer or
//!   shorter: of `6h` in New York, 7 or 5 hours; of `1h` on Lord Howe Island (which changes by 30 minutes), 90 or 30
//!   minutes.

use super::civil::DAY;
use super::span::{self, Span};
use super::{Moment, TimeError, Zone};
use std::fmt;

/// A Monday, as days since 1970-01-01, itself a Thursday.
const MONDAY: i64 = 4;

/// The span of `--every`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Interval(Step);

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Less than a day, and a divisor of a day.
    Seconds(i64),
    /// Whole days, counted from the day `origin`.
    Days { count: i64, origin: i64 },
}

impl Interval {
    /// Reads a span that divides a day evenly (`15m`, `1h`, `90s`), or whole days.
    ///
    /// `24h` is `1d`. Weeks start on Monday; other numbers of days are counted from 1970-01-01.
    pub fn parse(text: &str) -> Result<Interval, TimeError> {
        let seconds = span::read(text)
            .map_err(|reason| TimeError::new(text, reason).for_option("--every"))?
            .seconds();
        if seconds % DAY == 0 {
            let count = seconds / DAY;
            let origin = if count == 7 { MONDAY } else { 0 };
            Ok(Interval(Step::Days { count, origin }))
        } else if DAY % seconds == 0 {
            Ok(Interval(Step::Seconds(seconds)))
        } else {
            Err(TimeError::new(text, uneven(seconds)).for_option("--every"))
        }
    }

    /// The start of the bucket that contains a moment, never after the moment.
    pub fn bucket(&self, moment: Moment, zone: &Zone) -> Moment {
        let at = moment.clamped().seconds;
        Moment::saturating(match self.0 {
            Step::Seconds(step) => start(at, step, zone),
            Step::Days { count, origin } => midnight(day(at, count, origin, zone), zone),
        })
    }

    /// The start of the bucket after the one that contains `bucket_start` (or any moment of that bucket).
    ///
    /// Repeated from `bucket(first)` to `bucket(last)`, it gives all buckets between two events, empty ones too. After the
    /// last bucket of the range it is [`Moment::MAX`].
    pub fn next(&self, bucket_start: Moment, zone: &Zone) -> Moment {
        let at = bucket_start.clamped().seconds;
        Moment::saturating(match self.0 {
            Step::Seconds(step) => next_start(at, step, zone),
            Step::Days { count, origin } => {
                let mut day = day(at, count, origin, zone) + count;
                while midnight(day, zone) <= at {
                    day += count;
                }
                midnight(day, zone)
            }
        })
    }
}

/// As `--every` accepts it.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = match self.0 {
            Step::Seconds(seconds) => seconds,
            Step::Days { count, .. } => count * DAY,
        };
        match Span::from_seconds(seconds) {
            Some(span) => span.fmt(f),
            None => write!(f, "{seconds}s"),
        }
    }
}

fn midnight(day: i64, zone: &Zone) -> i64 {
    zone.first_showing(day * DAY)
}

/// The first day of the bucket of days that contains `at`.
fn day(at: i64, count: i64, origin: i64, zone: &Zone) -> i64 {
    let shown = (at + zone.offset_seconds(at)).div_euclid(DAY);
    let mut day = (shown - origin).div_euclid(count) * count + origin;
    // Near midnight, the day that the clock shows can differ from the day that has begun, see the module.
    while midnight(day, zone) > at {
        day -= count;
    }
    while midnight(day + count, zone) <= at {
        day += count;
    }
    day
}

/// Whether a change of the clock is itself the start of a bucket: the new time is a multiple of
/// the step, or one was jumped over.
fn starts_at_change(change: i64, step: i64, zone: &Zone) -> bool {
    let new = change + zone.offset_seconds(change);
    let old = change + zone.offset_seconds(change - 1);
    let multiple = new - new.rem_euclid(step);
    multiple == new || multiple >= old
}

/// The start of the bucket of `step` seconds that contains `at`. As long as the offset changes between the start by the
/// clock at `at` and `at` itself, the search goes on before the change, unless a bucket starts at the change.
fn start(at: i64, step: i64, zone: &Zone) -> i64 {
    let mut at = at;
    loop {
        let candidate = at - (at + zone.offset_seconds(at)).rem_euclid(step);
        match zone.change_between(candidate, at) {
            None => return candidate,
            Some(change) if starts_at_change(change, step, zone) => return change,
            Some(change) => at = change - 1,
        }
    }
}

/// The start of the bucket after the one that contains `at`, found in the same way forward.
fn next_start(at: i64, step: i64, zone: &Zone) -> i64 {
    let mut at = at;
    loop {
        let candidate = at + step - (at + zone.offset_seconds(at)).rem_euclid(step);
        match zone.change_between(at, candidate) {
            None => return candidate,
            Some(change) if starts_at_change(change, step, zone) => return change,
            Some(change) => at = change,
        }
    }
}

/// Why a span is refused, with the nearest accepted ones, in the unit that was typed.
fn uneven(seconds: i64) -> String {
    let unit = [3600, 60].into_iter().find(|unit| seconds % unit == 0);
    let unit = unit.unwrap_or(1);
    let works = |seconds: &i64| seconds % unit == 0 && DAY % seconds == 0;
    let (below, above) = if seconds < DAY {
        ((1..seconds).rev().find(works), (seconds..=DAY).find(works))
    } else {
        let below = seconds / DAY * DAY;
        (Some(below), Some(below + DAY))
    };
    let near: Vec<String> = [below, above]
        .into_iter()
        .flatten()
        .filter_map(Span::from_seconds)
        .map(|span| span.to_string())
        .collect();
    format!(
        "does not divide a day evenly; the nearest that do are {}; in general 1m, 5m, 10m, 15m, 20m, 30m, \
         1h, 2h, 3h, 4h, 6h, 8h, 12h, and whole days",
        near.join(" and ")
    )
}

#[cfg(test)]
mod tests;
