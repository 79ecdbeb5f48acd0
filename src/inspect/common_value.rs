//! Whether all events have the same value somewhere: what a lookup attribute leaves behind.
//!
//! Not for: counting values.

/// What the events so far have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Same {
    /// There was no event yet.
    #[default]
    Nothing,
    /// All have this value.
    One(String),
    /// Two differ, or one has none.
    No,
}

impl Same {
    /// Adds an event's value, which is not asked for once two differ.
    pub fn add(&mut self, value: impl FnOnce() -> Option<String>) {
        if *self == Same::No {
            return;
        }
        match (&*self, value()) {
            (Same::Nothing, Some(value)) => *self = Same::One(value),
            (Same::One(known), Some(value)) if value == *known => {}
            _ => *self = Same::No,
        }
    }

    /// Adds what other events have in common.
    pub fn merge(&mut self, other: &Same) {
        match (&*self, other) {
            (_, Same::Nothing) => {}
            (Same::Nothing, other) => *self = other.clone(),
            (Same::One(mine), Same::One(theirs)) if mine == theirs => {}
            _ => *self = Same::No,
        }
    }

    /// The value that all have.
    pub fn value(&self) -> Option<&str> {
        match self {
            Same::One(value) => Some(value),
            Same::Nothing | Same::No => None,
        }
    }
}
