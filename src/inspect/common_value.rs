//! Whether all events have the same value somewhere: the trace of a lookup attribute.
//!
//! Not for: counting values.

/// What the events so far have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CommonValue {
    /// There was no event yet.
    #[default]
    Nothing,
    /// All have this value.
    One(String),
    /// Two differ, or one has none.
    No,
}

impl CommonValue {
    /// Adds an event's value, which is not asked for once two differ.
    pub fn add(&mut self, value: impl FnOnce() -> Option<String>) {
        if *self == CommonValue::No {
            return;
        }
        match (&*self, value()) {
            (CommonValue::Nothing, Some(value)) => *self = CommonValue::One(value),
            (CommonValue::One(known), Some(value)) if value == *known => {}
            _ => *self = CommonValue::No,
        }
    }

    /// Adds what other events have in common.
    pub fn merge(&mut self, other: &CommonValue) {
        match (&*self, other) {
            (_, CommonValue::Nothing) => {}
            (CommonValue::Nothing, other) => *self = other.clone(),
            (CommonValue::One(mine), CommonValue::One(theirs)) if mine == theirs => {}
            _ => *self = CommonValue::No,
        }
    }

    /// The value that all have.
    pub fn value(&self) -> Option<&str> {
        match self {
            CommonValue::One(value) => Some(value),
            CommonValue::Nothing | CommonValue::No => None,
        }
    }
}
