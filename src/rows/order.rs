//! The order of rows under `--sort`: times as instants, numbers as numbers, the rest as text.
//!
//! Numbers are compared by their digits, so that 2^53 + 1 comes after 2^53 and 1e999 after all others.

use std::cmp::Ordering;

use crate::event::{Context, Event, Field};
use crate::text::Value;
use crate::time::{self, Moment};

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, oldest first.
    Up,
    /// Largest, newest first: `--sort -EventTime`.
    Down,
}

/// What a row is sorted by. Rows that lack the field come last, in either direction.
#[derive(Clone, Debug, PartialEq)]
pub enum SortKey {
    /// An instant.
    Time(Moment),
    /// A number.
    Number(Decimal),
    /// Text, by its bytes.
    Text(String),
    /// Nothing.
    Missing,
}

impl SortKey {
    /// The key of an event.
    pub fn of(field: &Field, event: &Event<'_>, context: &Context<'_>) -> SortKey {
        if field.is_time()
            && let Some(moment) = event.time()
        {
            return SortKey::Time(moment);
        }
        match field.value(event, context) {
            Value::Missing | Value::Null => SortKey::Missing,
            Value::Number(digits) => number(digits),
            value => {
                let text = value.cell_text();
                if field.is_number() {
                    return number(text.as_bytes());
                }
                match instant(&text) {
                    Some(moment) => SortKey::Time(moment),
                    None => SortKey::Text(text.into_owned()),
                }
            }
        }
    }

    fn rank(&self) -> u8 {
        match self {
            SortKey::Time(_) => 0,
            SortKey::Number(_) => 1,
            SortKey::Text(_) => 2,
            SortKey::Missing => 3,
        }
    }

    /// Compares in a direction.
    pub fn compare(&self, other: &SortKey, direction: Direction) -> Ordering {
        let order = match (self, other) {
            (SortKey::Missing, _) | (_, SortKey::Missing) => {
                return self.rank().cmp(&other.rank());
            }
            (SortKey::Time(a), SortKey::Time(b)) => a.cmp(b),
            (SortKey::Number(a), SortKey::Number(b)) => a.cmp(b),
            (SortKey::Text(a), SortKey::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        };
        match direction {
            Direction::Up => order,
            Direction::Down => order.reverse(),
        }
    }
}

/// The instant that a text spells in full, date and time of day. As text, `06:00:00.5Z` would stand before
/// `06:00:00Z`, and offsets would count for nothing.
fn instant(text: &str) -> Option<Moment> {
    let is_date = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    if is_date { time::from_text(text) } else { None }
}

fn number(digits: &[u8]) -> SortKey {
    match Decimal::parse(digits) {
        Some(number) => SortKey::Number(number),
        None => SortKey::Text(String::from_utf8_lossy(digits).into_owned()),
    }
}

/// A JSON number, exactly, as far as comparing goes: 0.d₁d₂d₃… × 10^exponent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    exponent: i64,
    /// Without zeros at either end; none for zero.
    digits: Vec<u8>,
}

impl Decimal {
    fn parse(text: &[u8]) -> Option<Decimal> {
        if crate::scan::number_end(text, 0) != Ok(text.len()) {
            return None;
        }
        let (negative, text) = match text.strip_prefix(b"-") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let e = text.iter().position(|b| matches!(b, b'e' | b'E'));
        let (mantissa, exponent) = match e {
            Some(e) => (&text[..e], exponent(&text[e + 1..])),
            None => (text, 0),
        };
        let whole = mantissa
            .iter()
            .position(|b| *b == b'.')
            .unwrap_or(mantissa.len());
        let mut digits: Vec<u8> = mantissa.iter().copied().filter(|b| *b != b'.').collect();
        let zeros = digits.iter().take_while(|d| **d == b'0').count();
        digits.drain(..zeros);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Decimal {
                negative: false,
                exponent: 0,
                digits,
            });
        }
        let exponent = exponent.saturating_add(whole as i64 - zeros as i64);
        Some(Decimal {
            negative,
            exponent,
            digits,
        })
    }
}

/// An exponent; one beyond any sense becomes the largest there is.
fn exponent(text: &[u8]) -> i64 {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let size = digits.iter().fold(0i64, |all, d| {
        all.saturating_mul(10).saturating_add(i64::from(d - b'0'))
    });
    let size = size.min(i64::MAX / 4);
    if negative { -size } else { size }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |d: &Decimal| match (d.digits.is_empty(), d.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        };
        let size = || {
            self.exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits.cmp(&other.digits))
        };
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            1 => size(),
            -1 => size().reverse(),
            _ => Ordering::Equal,
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value_beyond_what_floats_hold() {
        let ascending = [
            "-1e999",
            "-10",
            "-9.5",
            "-1e-7",
            "0",
            "1e-7",
            "0.5",
            "1",
            "9",
            "10",
            "10.5",
            "9007199254740992",
            "9007199254740993",
            "12345678901234567890",
            "1e999",
        ];
        let parsed: Vec<_> = ascending
            .iter()
            .map(|t| Decimal::parse(t.as_bytes()).unwrap())
            .collect();
        assert!(parsed.is_sorted());
        for pair in parsed.windows(2) {
            assert_eq!(pair[0].cmp(&pair[1]), Ordering::Less);
        }
        for (a, b) in [
            ("1.0", "1"),
            ("-0.0", "0"),
            ("1.5e3", "1500"),
            ("0.001E3", "1"),
        ] {
            assert_eq!(
                Decimal::parse(a.as_bytes()).cmp(&Decimal::parse(b.as_bytes())),
                Ordering::Equal
            );
        }
    }

    #[test]
    fn what_is_missing_comes_last_either_way() {
        let text = SortKey::Text("a".into());
        for direction in [Direction::Up, Direction::Down] {
            assert_eq!(text.compare(&SortKey::Missing, direction), Ordering::Less);
        }
        let (one, two) = (number(b"1"), number(b"2"));
        assert_eq!(one.compare(&two, Direction::Down), Ordering::Greater);
    }
}
