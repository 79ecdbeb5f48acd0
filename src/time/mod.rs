//! Time: parses the times of dumps and of the command line, converts them between zones, formats them, and divides them
//! into windows and buckets.
//!
//! The current time is a parameter (`now`). Nothing here depends on the environment except [`Zone::Local`], which asks
//! the system for its zone through [`chrono::Local`].
//!
//! | module | content |
//! |---|---|
//! | `parse` | `EventTime` as saved: JSON numbers, ISO 8601 text |
//! | `typed` | one point in time as a person types it |
//! | `span` | lengths of time: `15m`, `7d` |
//! | `zone` | the zone of `--tz`; offsets, daylight saving, gaps and folds |
//! | `abbreviation` | abbreviations and cities that mean a zone |
//! | `format` | the format of `--time-format`, and the default one |
//! | `python` | the formats of the AWS CLI, which is written in Python |
//! | `window` | `--since`, `--until`, `--on` resolved to one range |
//! | `bucket` | `--every`: the buckets of instants |
//! | `civil` | calendar arithmetic |
//!
//! ```
//! use trailsift::time::{TimeFormat, Zone, from_number};
//!
//! let moment = from_number(b"1.560042629137E9").unwrap();
//! let mut out = Vec::new();
//! TimeFormat::default().write(moment, &Zone::parse("Asia/Tokyo").unwrap(), &mut out);
//! assert_eq!(out, b"2019-06-09T10:10:29.137+09:00");
//! ```

mod abbreviation;
mod bucket;
mod civil;
mod error;
mod format;
mod parse;
mod python;
mod span;
#[cfg(test)]
mod testing;
mod typed;
mod window;
mod zone;

pub use bucket::Interval;
pub use error::TimeError;
pub use format::{TimeFormat, to_text, write_date, write_hour};
pub use parse::{from_full_text, from_number, from_text};
pub use python::{write_float, write_isoformat};
pub use span::{Span, parse_duration, parse_last};
pub(crate) use typed::{ACCEPTED, Point, point};
pub use typed::{is_relative, parse_now};
pub use window::{TypedWindow, Window, resolve};
pub use zone::Zone;

use chrono::{DateTime, Utc};
use std::fmt;

pub(crate) const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// An instant in UTC with a resolution of one nanosecond.
///
/// The range is that of the years 1 to 9999 ([`MIN`](Moment::MIN) to [`MAX`](Moment::MAX)), which RFC 3339 can write.
/// Parsers return `None` outside of it. The fields are public so that callers can sort and store them; functions clamp a
/// value out of range.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards negative infinity.
    pub seconds: i64,
    /// Nanoseconds after that second, less than 1,000,000,000.
    pub nanos: u32,
}

impl Moment {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Moment = Moment {
        seconds: -62_135_596_800,
        nanos: 0,
    };
    /// 9999-12-31T23:59:59.999999999Z.
    pub const MAX: Moment = Moment {
        seconds: 253_402_300_799,
        nanos: NANOS_PER_SECOND - 1,
    };

    /// `None` out of range, also if `nanos` is a second or more.
    pub fn new(seconds: i64, nanos: u32) -> Option<Moment> {
        let inside = (Moment::MIN.seconds..=Moment::MAX.seconds).contains(&seconds);
        (inside && nanos < NANOS_PER_SECOND).then_some(Moment { seconds, nanos })
    }

    /// From an instant of chrono, clamped to the range.
    pub fn from_datetime(datetime: DateTime<Utc>) -> Moment {
        // In a leap second, chrono counts 1e9 nanoseconds and more; `clamped` makes it the end of its second.
        Moment {
            seconds: datetime.timestamp(),
            nanos: datetime.timestamp_subsec_nanos(),
        }
        .clamped()
    }

    /// The same instant in chrono.
    pub fn to_datetime(self) -> DateTime<Utc> {
        let Moment { seconds, nanos } = self.clamped();
        DateTime::from_timestamp(seconds, nanos).unwrap_or_default()
    }

    /// The start of a second, clamped to the range.
    pub(crate) fn saturating(seconds: i64) -> Moment {
        Moment { seconds, nanos: 0 }.clamped()
    }

    pub(crate) fn clamped(self) -> Moment {
        Moment {
            seconds: self.seconds,
            nanos: self.nanos.min(NANOS_PER_SECOND - 1),
        }
        .clamp(Moment::MIN, Moment::MAX)
    }

    /// Later by `span`, at most up to [`Moment::MAX`].
    pub fn plus(self, span: Span) -> Moment {
        let at = self.clamped();
        Moment {
            seconds: at.seconds.saturating_add(span.seconds()),
            nanos: at.nanos,
        }
        .clamped()
    }

    /// Earlier by `span`, at most down to [`Moment::MIN`].
    pub fn minus(self, span: Span) -> Moment {
        let at = self.clamped();
        Moment {
            seconds: at.seconds.saturating_sub(span.seconds()),
            nanos: at.nanos,
        }
        .clamped()
    }
}

/// In UTC and the default format.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format::to_text(*self, &Zone::Utc))
    }
}
