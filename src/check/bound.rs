//! What a rule allows: at most, at least, only.
//!
//! Not for: reading it (`rules`), counting (`judge`).

use crate::event::{Context, Event};
use crate::select::{Probe, Selection};

/// How many events a rule's selection may have, and which.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// At least so many.
    pub min: Option<u64>,
    /// At most so many.
    pub max: Option<u64>,
    /// No others than these.
    pub only: Option<AllowList>,
}

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundKind {
    /// `min`
    Min,
    /// `max`
    Max,
    /// `only`
    Only,
}

impl BoundKind {
    /// As it is written in a file of rules.
    pub fn name(self) -> &'static str {
        match self {
            BoundKind::Min => "min",
            BoundKind::Max => "max",
            BoundKind::Only => "only",
        }
    }
}

/// A list of which an event must satisfy one.
#[derive(Clone, Debug)]
pub struct AllowList {
    /// As written: `s3:*`, `--region eu-*`.
    pub typed: Vec<String>,
    /// The same, compiled.
    pub among: Vec<Selection>,
}

impl AllowList {
    /// Whether one of them selects the event. `probes` has the probes of all of them, one behind another.
    pub(super) fn allows(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        probes: &mut [Probe],
    ) -> bool {
        let mut rest = probes;
        for selection in &self.among {
            let (mine, others) = rest.split_at_mut(selection.probed().len());
            if selection.refusal(event, context, mine).is_none() {
                return true;
            }
            rest = others;
        }
        false
    }
}
