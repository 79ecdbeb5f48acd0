//! Resolves `--since`, `--until` and `--on` to one range of time.
//!
//! The range of `--last` depends on the newest event, so it is known only after a first pass over the input.

use super::typed::{ACCEPTED, Point, point};
use super::{Moment, TimeError, Zone, format};

/// A range of time; `None` means that it has no start or no end.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Inclusive.
    pub since: Option<Moment>,
    /// Exclusive.
    pub until: Option<Moment>,
}

impl Window {
    /// From one moment to another, both included.
    pub fn through(first: Moment, last: Moment) -> Window {
        let last = last.clamped();
        Window {
            since: Some(first),
            // The nanosecond after the last, if it is in the range.
            until: Moment::new(last.seconds, last.nanos + 1).or(Moment::new(last.seconds + 1, 0)),
        }
    }

    /// Whether a moment is in the range.
    pub fn contains(&self, moment: Moment) -> bool {
        self.since.is_none_or(|since| since <= moment)
            && self.until.is_none_or(|until| moment < until)
    }
}

/// The typed values of the options.
#[derive(Copy, Clone, Debug, Default)]
pub struct TypedWindow<'a> {
    /// `--since`: the first moment; a date or month means its start.
    pub since: Option<&'a str>,
    /// `--until`: the first moment after the range; a date, a month, `today` or `yesterday` means its end.
    pub until: Option<&'a str>,
    /// `--end-time`, the flag of the AWS CLI: the last moment that is wanted; a date, a month, `today` or `yesterday`
    /// means its end.
    pub end_time: Option<&'a str>,
    /// `--on`: a date, a month, `today` or `yesterday`, as a whole.
    pub on: Option<&'a str>,
}

const ON_ACCEPTED: &str = "write 2019-06-09, 2019-06, today or yesterday";

/// Resolves the typed values in a zone to the range that satisfies all of them.
///
/// `now` is the moment that `2h ago`, `today` and `yesterday` refer to.
///
/// # Errors
/// For a text that is not a time, and for an empty range; the message shows its start and its end.
///
/// ```
/// use trailsift::time::{TypedWindow, Zone, from_text, resolve};
/// let typed = TypedWindow { on: Some("2019-06-09"), ..TypedWindow::default() };
/// let now = from_text("2019-06-10T00:00:00Z").unwrap();
/// let window = resolve(&typed, &Zone::parse("Asia/Tokyo").unwrap(), now).unwrap();
/// assert_eq!(window.since, from_text("2019-06-08T15:00:00Z"));
/// assert_eq!(window.until, from_text("2019-06-09T15:00:00Z"));
/// ```
pub fn resolve(typed: &TypedWindow<'_>, zone: &Zone, now: Moment) -> Result<Window, TimeError> {
    let read = |option, typed: Option<&str>, accepted| match typed {
        None => Ok(None),
        Some(typed) => point(typed, zone, now, accepted)
            .map(Some)
            .map_err(|reason| TimeError::new(typed, reason).for_option(option)),
    };
    let on = match (read("--on", typed.on, ON_ACCEPTED)?, typed.on) {
        (Some(Point::At(_)), Some(typed)) => {
            return Err(TimeError::new(
                typed,
                format!("a point in time, not a day; {ON_ACCEPTED}, or use --since and --until"),
            )
            .for_option("--on"));
        }
        (on, _) => on,
    };
    let bound = |option, typed: Option<&str>, moment: Option<Moment>| {
        Some(Bound {
            option,
            typed: typed?.trim().to_owned(),
            moment: moment?,
        })
    };
    let since = [
        bound("--on", typed.on, on.map(Point::start)),
        bound(
            "--since",
            typed.since,
            read("--since", typed.since, ACCEPTED)?.map(Point::start),
        ),
    ];
    let until = [
        bound("--on", typed.on, on.map(Point::end)),
        bound(
            "--until",
            typed.until,
            read("--until", typed.until, ACCEPTED)?.map(Point::end),
        ),
        bound(
            "--end-time",
            typed.end_time,
            read("--end-time", typed.end_time, ACCEPTED)?.map(Point::after),
        ),
    ];
    let since = since.into_iter().flatten().max_by_key(|bound| bound.moment);
    let until = until.into_iter().flatten().min_by_key(|bound| bound.moment);
    if let (Some(since), Some(until)) = (&since, &until)
        && since.moment >= until.moment
    {
        return Err(TimeError::between_options(empty(since, until, zone)));
    }
    Ok(Window {
        since: since.map(|bound| bound.moment),
        until: until.map(|bound| bound.moment),
    })
}

/// The start or the end of the range, and its option.
struct Bound {
    option: &'static str,
    typed: String,
    moment: Moment,
}

fn empty(since: &Bound, until: &Bound, zone: &Zone) -> String {
    let start = format::to_text(since.moment, zone);
    let end = format::to_text(until.moment, zone);
    if since.option == until.option {
        return format!(
            "{} {:?}: this day does not exist in the zone {zone}, because its clocks skipped it ({start} to {end})",
            since.option, since.typed
        );
    }
    format!(
        "the range is empty: {} {:?} begins at {start}, {} {:?} ends at {end}; the end must be later than the start",
        since.option, since.typed, until.option, until.typed
    )
}

#[cfg(test)]
mod tests;
