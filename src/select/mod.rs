//! Which events are wanted: a list of conditions that must all hold.
//!
//! Conditions are judged cheapest first, and the first that refuses an event is charged with it; the
//! counts add up (found = selected + refused by each), and are what a zero is explained with.
//!
//! Not for: parsing flags (`cli`), duplicates (`engine`).

mod condition;
mod glob;
mod seen;

pub use condition::{AddressPattern, Condition, NamePattern, Test};
pub use glob::Glob;
pub use seen::Seen;

use crate::event::Event;

/// All conditions of a question.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    conditions: Vec<Condition>,
}

impl Selection {
    /// Puts conditions into the order in which they are judged.
    pub fn new(mut conditions: Vec<Condition>) -> Selection {
        conditions.sort_by_key(|condition| (condition.test.cost(), condition.negated));
        Selection { conditions }
    }

    /// True when every event is wanted.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The conditions, in the order in which they are judged.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The first condition that refuses the event, or `None` when it is wanted.
    pub fn refusal(&self, event: &Event<'_>) -> Option<usize> {
        self.conditions
            .iter()
            .position(|condition| !condition.holds(event))
    }
}
