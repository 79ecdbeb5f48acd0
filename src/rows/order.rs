//! The order of rows under `--sort`: times as instants, numbers as numbers, the rest as text.

use std::cmp::Ordering;

use crate::event::{Context, Event, Field};
use crate::text::{Decimal, Value};
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
    Number(Decimal<'static>),
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
                // As text, `06:00:00.5Z` would precede `06:00:00Z`, and offsets would count for nothing.
                match time::from_full_text(&text) {
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

fn number(digits: &[u8]) -> SortKey {
    match Decimal::parse(digits) {
        Some(number) => SortKey::Number(number.into_owned()),
        None => SortKey::Text(String::from_utf8_lossy(digits).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
