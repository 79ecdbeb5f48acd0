//! Parses `EventTime` as dumps contain it: a JSON number or ISO 8601 text.
//!
//! The result does not depend on a zone or on the current time, and text that is not certainly a time is `None`. The
//! times that people type are parsed by `typed`.

use super::{Moment, civil};

/// The number of digits of 1e11, the greatest absolute value that counts seconds.
///
/// As seconds, a greater value would be after the year 5138; as milliseconds it is March 1973 or later. CloudWatch Logs
/// and most programs outside of AWS count milliseconds.
const DIGITS_OF_GREATEST_SECONDS: i64 = 12;

/// A number with more digits than this before its point is out of range, even as milliseconds.
const MOST_DIGITS: i64 = 15;

/// The moment of a JSON number, as seconds since 1970, or milliseconds if its absolute value is greater than 1e11.
///
/// The digits are parsed as decimals and not as a float, so `1560042629.137` is exactly 137 milliseconds after the
/// second. Digits below the nanosecond are rounded towards negative infinity. `None` for text that is not a JSON number,
/// and out of the range of [`Moment`].
///
/// ```
/// use trailsift::time::{Moment, from_number};
/// let exact = Moment { seconds: 1_560_042_629, nanos: 137_000_000 };
/// for text in ["1560042629.137", "1.560042629137E9", "1560042629137"] {
///     assert_eq!(from_number(text.as_bytes()), Some(exact));
/// }
/// ```
pub fn from_number(text: &[u8]) -> Option<Moment> {
    let (negative, rest) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, rest) = leading_digits(rest);
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with(b"0")) {
        return None;
    }
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => match leading_digits(rest) {
            ([], _) => return None,
            found => found,
        },
        None => (&[][..], rest),
    };
    let exponent = match rest.split_first() {
        None => 0,
        Some((b'e' | b'E', rest)) => exponent(rest)?,
        Some(_) => return None,
    };

    let digits = whole.iter().chain(fraction).map(|byte| byte - b'0');
    let zeros = digits.clone().take_while(|&digit| digit == 0).count();
    let digits = digits.skip(zeros);
    let count = length(whole) + length(fraction) - zeros as i64;
    // The value is 0.DIGITS times ten to the power of `point`, and the first digit is not zero. Without a float, a long
    // exponent costs no time and no precision.
    let point = (length(whole) - zeros as i64).saturating_add(exponent);
    if count > 0 && point > MOST_DIGITS {
        return None;
    }
    let milliseconds = point > DIGITS_OF_GREATEST_SECONDS
        || (point == DIGITS_OF_GREATEST_SECONDS
            && digits
                .clone()
                .enumerate()
                .any(|(i, digit)| digit != u8::from(i == 0)));
    let point = if milliseconds { point - 3 } else { point };
    instant(negative, digits, count, point)
}

/// The moment of decimal digits, of which the first `point` precede the decimal point.
fn instant(
    negative: bool,
    digits: impl Iterator<Item = u8>,
    count: i64,
    point: i64,
) -> Option<Moment> {
    let (mut seconds, mut nanos, mut cut) = (0_i64, 0_i64, false);
    for (index, digit) in (0_i64..).zip(digits) {
        match index.saturating_sub(point) {
            ..0 => seconds = seconds * 10 + i64::from(digit),
            0..9 => nanos = nanos * 10 + i64::from(digit),
            _ => cut |= digit != 0,
        }
    }
    if count > 0 {
        for _ in count..point {
            seconds *= 10;
        }
        for _ in count.saturating_sub(point).clamp(0, 9)..9 {
            nanos *= 10;
        }
    }
    if negative {
        nanos += i64::from(cut);
        seconds = -seconds;
        if nanos > 0 {
            seconds -= 1;
            nanos = 1_000_000_000 - nanos;
        }
    }
    Moment::new(seconds, u32::try_from(nanos).ok()?)
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let (digits, []) = leading_digits(text) else {
        return None;
    };
    if digits.is_empty() {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, byte| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(byte - b'0'))
    });
    Some(if negative { -value } else { value })
}

fn leading_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// A slice is never longer than `i64::MAX`, so the cast is exact.
fn length(text: &[u8]) -> i64 {
    text.len() as i64
}

/// The moment of ISO 8601 text, or of text that is a number (see [`from_number`]).
///
/// The date, then `T`, `t` or a blank, then `hh:mm`, optionally `:ss`, optionally a fraction after `.` or `,` (digits below
/// the nanosecond are ignored), then the zone: `Z`, `z`, `+09:00`, `+0900`, `+09`, or nothing, which means UTC. As Ruby
/// prints it, a blank may precede the zone, and `UTC` may replace `Z`. Surrounding blanks are ignored.
///
/// A leap second (`:60`) is the last nanosecond of the second before it, so that it stays in its own minute and day.
/// `None` for dates that do not exist, for `24:00`, for a date alone, and out of the range of [`Moment`].
pub fn from_text(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    // A short path for the two forms of nearly all dumps: that of the record, and that of version 2 of the AWS CLI.
    if let Some((stamp, b"Z" | b"+00:00")) = bytes.split_first_chunk::<19>()
        && let Some(seconds) = whole_stamp(stamp)
    {
        return Moment::new(seconds, 0);
    }
    let bytes = bytes.trim_ascii();
    match spelled(bytes) {
        Some(found) => found.with_offset(found.offset.unwrap_or(0)),
        None => from_number(bytes),
    }
}

/// [`from_text`] for a date with its time of day only; `None` for a number.
///
/// ```
/// use trailsift::time::from_full_text;
/// assert!(from_full_text("2019-06-09T01:11:06Z").is_some());
/// assert_eq!(from_full_text("1560042666"), None);
/// assert_eq!(from_full_text("2019-06-09"), None);
/// ```
pub fn from_full_text(text: &str) -> Option<Moment> {
    let is_date = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    if is_date { from_text(text) } else { None }
}

/// A date and time of day as written, before it is converted to UTC.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spelled {
    /// Seconds since 1970 on that clock.
    pub local: i64,
    pub nanos: u32,
    /// Seconds east of UTC, if the text contains an offset.
    pub offset: Option<i32>,
}

impl Spelled {
    pub fn with_offset(self, offset: i32) -> Option<Moment> {
        Moment::new(self.local - i64::from(offset), self.nanos)
    }
}

/// Reads the ISO 8601 forms of [`from_text`].
pub(crate) fn spelled(text: &[u8]) -> Option<Spelled> {
    let (date_text, rest) = text.split_first_chunk::<10>()?;
    let ([b'T' | b't' | b' ', h1, h0, b':', m1, m0], mut rest) = rest.split_first_chunk::<6>()?
    else {
        return None;
    };
    let (hour, minute) = (two(*h1, *h0)?, two(*m1, *m0)?);
    let (mut second, mut nanos) = (0, 0);
    if let Some(([b':', s1, s0], after)) = rest.split_first_chunk::<3>() {
        second = two(*s1, *s0)?;
        rest = after;
        if let Some((b'.' | b',', after)) = rest.split_first() {
            let (digits, after) = leading_digits(after);
            if digits.is_empty() {
                return None;
            }
            let places = digits.iter().map(|byte| u32::from(byte - b'0'));
            nanos = places
                .chain(std::iter::repeat(0))
                .take(9)
                .fold(0, |nanos, digit| nanos * 10 + digit);
            rest = after;
        }
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if second == 60 {
        (second, nanos) = (59, 999_999_999);
    }
    let offset = match rest.strip_prefix(b" ").unwrap_or(rest) {
        b"" if rest.is_empty() => None,
        b"Z" | b"z" | b"UTC" => Some(0),
        zone => Some(offset(zone)?),
    };
    let of_day = i64::from(hour * 3600 + minute * 60 + second);
    Some(Spelled {
        local: days(date_text)? * civil::DAY + of_day,
        nanos,
        offset,
    })
}

/// `YYYY-MM-DD` as days since 1970-01-01, `None` if there is no such date.
pub(crate) fn days(text: &[u8; 10]) -> Option<i64> {
    let [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = *text else {
        return None;
    };
    let year = two(y3, y2)? * 100 + two(y1, y0)?;
    civil::days(i64::from(year), two(m1, m0)?, two(d1, d0)?)
}

/// The seconds east of UTC of `+09:00`, `+0900`, `+09` or `+09:18:59` (local mean times before about 1900 have seconds),
/// less than a day in both directions.
pub(crate) fn offset(text: &[u8]) -> Option<i32> {
    let (sign, text) = match text.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let (hour, minute, second) = match *text {
        [h1, h0] => (two(h1, h0)?, 0, 0),
        [h1, h0, m1, m0] | [h1, h0, b':', m1, m0] => (two(h1, h0)?, two(m1, m0)?, 0),
        [h1, h0, b':', m1, m0, b':', s1, s0] => (two(h1, h0)?, two(m1, m0)?, two(s1, s0)?),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    i32::try_from(hour * 3600 + minute * 60 + second)
        .ok()
        .map(|seconds| sign * seconds)
}

/// The seconds of `YYYY-MM-DDThh:mm:ss`; `None` for leap seconds, which [`spelled`] reads.
fn whole_stamp(text: &[u8; 19]) -> Option<i64> {
    let (date_text, rest) = text.split_first_chunk::<10>()?;
    let [b'T' | b't' | b' ', h1, h0, b':', m1, m0, b':', s1, s0] = *rest else {
        return None;
    };
    let (hour, minute, second) = (two(h1, h0)?, two(m1, m0)?, two(s1, s0)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(days(date_text)? * civil::DAY + i64::from(hour * 3600 + minute * 60 + second))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

#[cfg(test)]
mod tests;
