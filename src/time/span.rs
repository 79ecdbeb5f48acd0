//! Lengths of time as people type them: `15m`, `24h`, `7d`, `1h30m`.
//!
//! A day always has 24 hours here; [`Interval`](super::Interval) turns days into local days.

use super::{Moment, TimeError};
use std::fmt;

/// A length of time in whole seconds, at least one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

/// The units, largest first, each with its accepted spellings.
const UNITS: [(i64, &[&str]); 5] = [
    (604_800, &["w", "week", "weeks"]),
    (86_400, &["d", "day", "days"]),
    (3600, &["h", "hr", "hrs", "hour", "hours"]),
    (60, &["m", "min", "mins", "minute", "minutes"]),
    (1, &["s", "sec", "secs", "second", "seconds"]),
];

const ACCEPTED: &str = "write a number with s, m (minutes), h, d or w: 90s, 15m, 24h, 7d, 1w";

impl Span {
    /// The seconds, at least 1.
    pub fn seconds(self) -> i64 {
        self.0
    }

    pub(crate) fn from_seconds(seconds: i64) -> Option<Span> {
        let longest = Moment::MAX.seconds - Moment::MIN.seconds;
        (1..=longest).contains(&seconds).then_some(Span(seconds))
    }
}

/// In the largest unit that divides it: `90m`, `24h` is `1d`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, unit) = UNITS
            .into_iter()
            // Weeks are printed as days, because `1w` does not say on which day a week begins.
            .filter(|(size, _)| *size != 604_800)
            .find_map(|(size, names)| Some((size, names.first()?)).filter(|_| self.0 % size == 0))
            .unwrap_or((1, &"s"));
        write!(f, "{}{unit}", self.0 / size)
    }
}

/// Reads a span: numbers with units, which are added (`1h30m`, `2 days`). A day has 24 hours, a week seven days.
///
/// The error names no option; add it with [`TimeError::for_option`].
pub fn parse_duration(text: &str) -> Result<Span, TimeError> {
    read(text).map_err(|reason| TimeError::new(text, reason))
}

/// [`parse_duration`] for `--last`, for which a number alone probably means a number of events.
pub fn parse_last(text: &str) -> Result<Span, TimeError> {
    let typed = text.trim();
    let result = if is_count(typed) {
        Err(TimeError::new(
            text,
            format!(
                "a number without a unit; for the newest {typed} events write `list --sort -EventTime -n {typed}`, \
                 for a length of time write --last {typed}m, {typed}h or {typed}d"
            ),
        ))
    } else {
        parse_duration(text)
    };
    result.map_err(|error| error.for_option("--last"))
}

pub(crate) fn is_count(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The span, or why the text is not one.
pub(crate) fn read(text: &str) -> Result<Span, String> {
    let typed = text.trim();
    if is_count(typed) {
        return Err(format!(
            "a number without a unit; write {typed}m, {typed}h or {typed}d"
        ));
    }
    let mut seconds = 0_i64;
    let mut rest = typed;
    while !rest.is_empty() {
        let unit_at = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(unit_at);
        let after = after.trim_start();
        let end = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let size = UNITS
            .into_iter()
            .find_map(|(size, names)| names.contains(&unit).then_some(size));
        let (false, Some(size)) = (number.is_empty(), size) else {
            return Err(format!("not a length of time; {ACCEPTED}"));
        };
        // A number that does not fit into an i64 is too long in any unit.
        seconds = number
            .parse()
            .unwrap_or(i64::MAX)
            .saturating_mul(size)
            .saturating_add(seconds);
        rest = after.trim_start();
    }
    match seconds {
        _ if typed.is_empty() => Err(format!("not a length of time; {ACCEPTED}")),
        0 => Err(format!("a length of 0; {ACCEPTED}")),
        _ => {
            Span::from_seconds(seconds).ok_or_else(|| format!("longer than 9999 years; {ACCEPTED}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::testing::Random;

    fn seconds(text: &str) -> i64 {
        parse_duration(text).unwrap().seconds()
    }

    #[test]
    fn units_and_sums_are_read() {
        assert_eq!(seconds("90s"), 90);
        assert_eq!(seconds("15m"), 900);
        assert_eq!(seconds("24h"), 86_400);
        assert_eq!(seconds("7d"), seconds("1w"));
        assert_eq!(seconds("1h30m"), seconds("90 min"));
        assert_eq!(seconds(" 2 days 3 hours "), 2 * 86_400 + 3 * 3600);
    }

    #[test]
    fn the_error_for_another_text_names_the_accepted_forms() {
        for text in [
            "", " ", "h", "1.5h", "-2h", "2x", "1M", "1y", "h2", "2h3", "٣h", "1 h h",
        ] {
            let message = parse_duration(text).unwrap_err().to_string();
            assert!(message.contains("15m"), "{text}: {message}");
        }
        assert!(
            parse_duration("0h")
                .unwrap_err()
                .to_string()
                .contains("a length of 0")
        );
        for text in [
            "99999999999999999999w",
            "9999999w",
            "9223372036854775807s1s",
        ] {
            let message = parse_duration(text).unwrap_err().to_string();
            assert!(message.contains("longer"), "{text}: {message}");
        }
    }

    #[test]
    fn the_error_for_a_number_alone_names_both_meanings() {
        let message = parse_last("20").unwrap_err().to_string();
        assert_eq!(
            message,
            "--last \"20\": a number without a unit; for the newest 20 events write \
             `list --sort -EventTime -n 20`, for a length of time write --last 20m, 20h or 20d"
        );
        assert!(
            parse_last("2 ducks")
                .unwrap_err()
                .to_string()
                .starts_with("--last")
        );
        assert_eq!(parse_last("20m").unwrap().seconds(), 1200);
    }

    #[test]
    fn a_printed_span_reads_back() {
        let mut random = Random::new(7);
        for _ in 0..2000 {
            let top = 1 << random.between(1, 38);
            let span = Span::from_seconds(random.between(1, top + 1)).unwrap();
            assert_eq!(parse_duration(&span.to_string()), Ok(span));
        }
        assert_eq!(parse_duration("90m").unwrap().to_string(), "90m");
        assert_eq!(parse_duration("1w").unwrap().to_string(), "7d");
    }
}
