//! The bound of a rule: `max`, `min` and `only`.

use crate::event::{Context, Event};
use crate::select::{Probe, Selection};

/// How many events a rule allows, and which.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Minimum number of events.
    pub min: Option<u64>,
    /// Maximum number of events.
    pub max: Option<u64>,
    /// Every event must match this list.
    pub only: Option<AllowList>,
}

/// The kind of a bound.
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
    /// Its key in a rule file.
    pub fn name(self) -> &'static str {
        match self {
            BoundKind::Min => "min",
            BoundKind::Max => "max",
            BoundKind::Only => "only",
        }
    }
}

/// A list of selections; an event must match one of them.
#[derive(Clone, Debug)]
pub struct AllowList {
    /// As written: `s3:*`, `--region eu-*`.
    pub typed: Vec<String>,
    /// The same, compiled.
    pub among: Vec<Selection>,
}

impl AllowList {
    /// Whether one of them matches the event. `probes` contains the probes of all of them, one after another.
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
