//! Compares JSON numbers by their digits, so that 2^53 + 1 is greater than 2^53, and 1e999 greater than both, which floats
//! cannot represent. Numbers are printed as the input spells them, never from here.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A JSON number without rounding, for comparison: 0.d₁d₂d₃… × 10^exponent.
///
/// ```
/// use trailsift::text::Decimal;
///
/// let number = |text: &'static str| Decimal::parse(text.as_bytes());
/// assert!(number("9007199254740993") > number("9007199254740992"));
/// assert_eq!(number("1.50e1"), number("15"));
/// assert_eq!(number("015"), None);
/// ```
#[derive(Clone, Debug)]
pub struct Decimal<'a> {
    negative: bool,
    exponent: i64,
    /// As spelled, possibly with the decimal point between them, without leading and trailing zeros; empty for zero.
    digits: Cow<'a, [u8]>,
}

impl<'a> Decimal<'a> {
    /// Parses a JSON number (RFC 8259 §6); `None` for other text.
    pub fn parse(text: &'a [u8]) -> Option<Decimal<'a>> {
        let (negative, rest) = match text.strip_prefix(b"-") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let whole = leading_digits(rest);
        if whole == 0 || (whole > 1 && rest.starts_with(b"0")) {
            return None;
        }
        let mut end = whole;
        if rest.get(end) == Some(&b'.') {
            let fraction = leading_digits(rest.get(end + 1..)?);
            if fraction == 0 {
                return None;
            }
            end += 1 + fraction;
        }
        let (mantissa, tail) = rest.split_at_checked(end)?;
        let exponent = match tail.split_first() {
            None => 0,
            Some((b'e' | b'E', tail)) => exponent(tail)?,
            Some(_) => return None,
        };
        let is_digit = |byte: &u8| matches!(byte, b'1'..=b'9');
        let first = mantissa.iter().position(is_digit);
        let last = mantissa.iter().rposition(is_digit);
        let (Some(first), Some(last)) = (first, last) else {
            return Some(Decimal {
                negative: false,
                exponent: 0,
                digits: Cow::Borrowed(&[]),
            });
        };
        // Zeros before the first other digit, without the point.
        let zeros = first - usize::from(first > whole);
        Some(Decimal {
            negative,
            exponent: exponent.saturating_add(whole as i64 - zeros as i64),
            digits: Cow::Borrowed(mantissa.get(first..=last)?),
        })
    }

    /// The number with its own copy of the digits.
    pub fn into_owned(self) -> Decimal<'static> {
        Decimal {
            negative: self.negative,
            exponent: self.exponent,
            digits: Cow::Owned(self.digits.into_owned()),
        }
    }

    fn digits(&self) -> impl Iterator<Item = &u8> {
        self.digits.iter().filter(|byte| **byte != b'.')
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        }
    }
}

fn leading_digits(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| !byte.is_ascii_digit());
    end.unwrap_or(text.len())
}

/// An exponent, limited to a quarter of the range of `i64`, so that sums of it do not overflow.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || leading_digits(digits) != digits.len() {
        return None;
    }
    let size = digits.iter().fold(0i64, |all, d| {
        all.saturating_mul(10).saturating_add(i64::from(d - b'0'))
    });
    let size = size.min(i64::MAX / 4);
    Some(if negative { -size } else { size })
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = || {
            self.exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits().cmp(other.digits()))
        };
        self.sign()
            .cmp(&other.sign())
            .then_with(|| match self.sign() {
                1 => size(),
                -1 => size().reverse(),
                _ => Ordering::Equal,
            })
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_floats_cannot_represent_compare_by_value() {
        let ascending = [
            "-1e999",
            "-10",
            "-9.5",
            "-1e-7",
            "0",
            "1e-7",
            "0.05",
            "0.5",
            "1",
            "9",
            "10",
            "10.05",
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
            ("0e9", "0"),
            ("1.5e3", "1500"),
            ("0.001E3", "1"),
            ("10.010", "1001e-2"),
            ("1e99999999999999999999", "1e99999999999999999998"),
        ] {
            assert_eq!(
                Decimal::parse(a.as_bytes()),
                Decimal::parse(b.as_bytes()),
                "{a} {b}"
            );
        }
    }

    #[test]
    fn only_json_numbers_are_accepted() {
        let mut seed = 7u64;
        for _ in 0..50_000 {
            let mut text = String::new();
            for _ in 0..(1 + seed % 7) {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                text.push(b"-0123.eE+9"[(seed % 10) as usize] as char);
            }
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            assert_eq!(Decimal::parse(text.as_bytes()).is_some(), theirs, "{text}");
        }
        assert_eq!(Decimal::parse(b""), None);
        assert_eq!(Decimal::parse(b" 1"), None);
    }
}
