//! The zone of `--tz`: its offset from UTC at an instant, and the instant of a local time.
//!
//! The offset at an instant is unique for every kind of zone; the instant of a local time is not: when clocks go back, a
//! local time occurs twice (a fold), and when they go forward, one does not occur (a gap). So everything is derived from
//! the first function, also [`Zone::to_utc`].

use super::{Moment, TimeError, abbreviation, parse};
use chrono::{DateTime, FixedOffset, Local, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::fmt;

/// No zone has a larger offset in seconds, and none changes its offset twice within double this time: the closest
/// changes in the database from 1811 to 2100 are a week apart. So at most one change is within `REACH` of an instant.
const REACH: i64 = 25 * 3600;

/// Names of UTC in the IANA database.
const UTC_NAMES: [&str; 8] = [
    "UTC",
    "Z",
    "Etc/UTC",
    "Etc/UCT",
    "Etc/Universal",
    "Etc/Zulu",
    "Universal",
    "Zulu",
];

/// The zone of printed times and of typed dates.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// UTC, printed as `Z`.
    #[default]
    Utc,
    /// The same offset at all times; printed as an offset, also if it is `+00:00`.
    Fixed(FixedOffset),
    /// A zone of the IANA database, which is part of the program.
    Named(Tz),
    /// The zone of this machine, as [`chrono::Local`] finds it: that of the variable `TZ`, else that of the system.
    Local,
}

impl Zone {
    /// Reads an IANA name (in any case, blanks for `_`), a city that one zone is named after, an abbreviation (`JST`,
    /// as its fixed offset), an offset (`+09:00`, `+0900`, `+9`, `-05:30`, `UTC+9`), `UTC`, `Z` or `local`.
    ///
    /// # Errors
    /// For an unknown name, and for an abbreviation with several meanings (`IST`). The error names no option; add it
    /// with [`TimeError::for_option`].
    pub fn parse(text: &str) -> Result<Zone, TimeError> {
        Zone::parse_with_note(text).map(|(zone, _)| zone)
    }

    /// [`Zone::parse`], and what the user has to know about a name that was understood as another: `JST is the fixed
    /// offset +09:00; the zone with its rules is Asia/Tokyo`.
    pub fn parse_with_note(text: &str) -> Result<(Zone, Option<String>), TimeError> {
        let typed = text.trim();
        let is = |name: &str| name.eq_ignore_ascii_case(typed);
        if UTC_NAMES.into_iter().any(is) {
            return Ok((Zone::Utc, None));
        }
        if is("local") {
            return Ok((Zone::Local, None));
        }
        if let Some(offset) = typed_offset(typed) {
            return Ok((Zone::Fixed(offset), None));
        }
        // Before the names: the database has zones CET, EET, MET and WET, whose clocks change in summer, and MST, EST
        // and HST, whose do not. An abbreviation means one thing here.
        match abbreviation::meanings(typed)[..] {
            [] => {}
            [(minutes, usual)] => {
                let zone = Zone::Fixed(offset_of(minutes));
                let note = format!(
                    "{} is the fixed offset {zone}; the zone with its rules is {usual}",
                    typed.to_ascii_uppercase()
                );
                return Ok((zone, Some(note)));
            }
            ref several => return Err(TimeError::new(text, ambiguous(several))),
        }
        let name = typed.replace(' ', "_");
        let mut zones = TZ_VARIANTS.into_iter();
        if let Some(tz) = zones.find(|tz| tz.name().eq_ignore_ascii_case(&name)) {
            return Ok((Zone::Named(tz), None));
        }
        if let Some(tz) = abbreviation::city(&name) {
            let note = format!("{typed} is the zone {}", tz.name());
            return Ok((Zone::Named(tz), Some(note)));
        }
        Err(TimeError::new(text, unknown(&name)))
    }

    /// The zone of the IANA database; [`Zone::Utc`] for the names of UTC itself, so that times are printed with `Z`.
    pub fn named(tz: Tz) -> Zone {
        if UTC_NAMES.contains(&tz.name()) {
            Zone::Utc
        } else {
            Zone::Named(tz)
        }
    }

    /// The offset of the local clock from UTC at an instant, positive if it is ahead.
    pub fn offset_at(&self, moment: Moment) -> FixedOffset {
        match self {
            Zone::Utc => chrono::Utc.fix(),
            Zone::Fixed(offset) => *offset,
            Zone::Named(tz) => tz.offset_from_utc_datetime(&naive(moment.seconds)).fix(),
            Zone::Local => Local.offset_from_utc_datetime(&naive(moment.seconds)),
        }
    }

    /// The instant of a local date and time: the first instant at which the clock of the zone shows it or a later time.
    ///
    /// In a fold it is the earlier of the two instants, in a gap the instant of the change. A later local time never has
    /// an earlier instant. `None` out of the range of [`Moment`].
    pub fn to_utc(&self, local: NaiveDateTime) -> Option<Moment> {
        let time = local.and_utc();
        // In a leap second, chrono counts 1e9 nanoseconds and more; here it is the end of its second.
        let nanos = time
            .timestamp_subsec_nanos()
            .min(super::NANOS_PER_SECOND - 1);
        self.instant_of(time.timestamp(), nanos)
    }

    /// [`to_utc`](Zone::to_utc) for seconds since 1970 on the local clock.
    pub(crate) fn instant_of(&self, local: i64, nanos: u32) -> Option<Moment> {
        let seconds = self.first_showing(local);
        // In a gap the clock does not show the fraction either, because clocks change at a whole second.
        let shown = seconds.saturating_add(self.offset_seconds(seconds)) == local;
        Moment::new(seconds, if shown { nanos } else { 0 })
    }

    /// The first second (UTC) in which the local clock shows `local` seconds or later.
    pub(crate) fn first_showing(&self, local: i64) -> i64 {
        // The instant is in this range, because no offset is larger than `REACH`.
        let low = local.saturating_sub(REACH);
        let high = local.saturating_add(REACH);
        let (before, after) = (self.offset_seconds(low), self.offset_seconds(high));
        let by_old_clock = local.saturating_sub(before);
        if before == after {
            return by_old_clock;
        }
        let change = self.end_of_offset(before, low, high);
        if by_old_clock < change {
            // Before the change. In a fold, this is the earlier of the two instants.
            by_old_clock
        } else {
            // After it, or in the gap: then the new clock would show the time before it was in force.
            local.saturating_sub(after).max(change)
        }
    }

    /// The second at which the offset changes within `low+1..=high`, `None` if both ends have the same offset.
    pub(crate) fn change_between(&self, low: i64, high: i64) -> Option<i64> {
        let before = self.offset_seconds(low);
        (before != self.offset_seconds(high)).then(|| self.end_of_offset(before, low, high))
    }

    /// The first second with another offset than that of `low`, found by bisection. `high` has another one.
    fn end_of_offset(&self, offset: i64, mut low: i64, mut high: i64) -> i64 {
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.offset_seconds(middle) == offset {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// [`offset_at`](Zone::offset_at) in seconds.
    pub(crate) fn offset_seconds(&self, seconds: i64) -> i64 {
        match self {
            Zone::Utc => 0,
            _ => i64::from(
                self.offset_at(Moment { seconds, nanos: 0 })
                    .local_minus_utc(),
            ),
        }
    }
}

/// As `--tz` accepts it.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Utc => f.write_str("UTC"),
            Zone::Fixed(offset) => write!(f, "{offset}"),
            Zone::Named(tz) => f.write_str(tz.name()),
            Zone::Local => f.write_str("local"),
        }
    }
}

fn naive(seconds: i64) -> NaiveDateTime {
    let seconds = Moment::saturating(seconds).seconds;
    DateTime::from_timestamp(seconds, 0)
        .unwrap_or_default()
        .naive_utc()
}

/// An offset as people type it: the hour may have one digit, and `UTC` or `GMT` may precede it.
fn typed_offset(text: &str) -> Option<FixedOffset> {
    let prefix = text
        .get(..3)
        .filter(|prefix| prefix.eq_ignore_ascii_case("UTC") || prefix.eq_ignore_ascii_case("GMT"));
    let text = text.get(prefix.map_or(0, str::len)..)?.trim_start();
    let strict = parse::offset(text.as_bytes());
    let seconds = strict.or_else(|| {
        let sign = text.get(..1)?;
        parse::offset(format!("{sign}0{}", text.get(1..)?).as_bytes())
    })?;
    FixedOffset::east_opt(seconds)
}

fn offset_of(minutes: i32) -> FixedOffset {
    FixedOffset::east_opt(minutes * 60).unwrap_or_else(|| chrono::Utc.fix())
}

fn ambiguous(meanings: &[(i32, &str)]) -> String {
    let choices: Vec<String> = meanings
        .iter()
        .map(|(minutes, zone)| format!("{} ({zone})", offset_of(*minutes)))
        .collect();
    format!(
        "this abbreviation has {} meanings: {}; write the offset or the name of the zone",
        choices.len(),
        choices.join(", ")
    )
}

fn unknown(name: &str) -> String {
    let near = near(name);
    let near = if near.is_empty() {
        String::new()
    } else {
        format!(" (near: {})", near.join(", "))
    };
    format!(
        "no time zone has this name{near}; write an IANA name (Asia/Tokyo), an offset (+09:00, -05:30), UTC or local"
    )
}

/// Up to three names that are most similar to the typed text, as a whole or in their last part, so that `Tokio` finds
/// `Asia/Tokyo`.
fn near(typed: &str) -> Vec<&'static str> {
    let typed = typed.to_ascii_lowercase();
    // Short texts are similar to many names. Long ones are refused because the edit distance takes quadratic time; the
    // longest IANA name has 32 bytes.
    if !(4..=40).contains(&typed.len()) {
        return Vec::new();
    }
    let mut found: Vec<(usize, &'static str)> = TZ_VARIANTS
        .iter()
        .filter_map(|tz| {
            let name = tz.name().to_ascii_lowercase();
            let city = name.rsplit('/').next().unwrap_or(&name);
            let distance = strsim::osa_distance(&typed, &name)
                .min(strsim::osa_distance(&typed, city).saturating_add(usize::from(city != name)));
            (distance <= 1 + typed.chars().count() / 5).then_some((distance, tz.name()))
        })
        .collect();
    found.sort();
    let best = found.first().map(|(distance, _)| *distance);
    found
        .into_iter()
        .take_while(|(distance, _)| Some(*distance) == best)
        .take(3)
        .map(|(_, name)| name)
        .collect()
}

#[cfg(test)]
mod tests;
