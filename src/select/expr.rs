//! The tree of conditions: its leaves are tests of flags and comparisons of `--where`, its nodes `and`, `or` and `not`.

use super::{Comparison, Probe, Test};
use crate::event::{Context, Event, Field};

/// First names of the fields that identify the caller.
const OF_ACTOR: [&str; 5] = [
    "AccessKeyId",
    "Username",
    "principal",
    "session",
    "userIdentity",
];

/// A condition on an event.
#[derive(Clone, Debug)]
pub enum Expr {
    /// The test of a flag.
    Flag(Test),
    /// A comparison of `--where`.
    Compare(Comparison),
    /// Negated: `not`.
    Not(Box<Expr>),
    /// All of them are true: `and`.
    All(Vec<Expr>),
    /// One of them is true: `or`.
    Any(Vec<Expr>),
}

impl Expr {
    /// The negation.
    pub fn negated(self) -> Expr {
        Expr::Not(Box::new(self))
    }

    /// Whether an event satisfies the condition.
    pub(super) fn matches(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        probes: &mut [Probe],
    ) -> bool {
        match self {
            Expr::Flag(test) => test.matches(event),
            Expr::Compare(comparison) => comparison.matches(event, context, probes),
            Expr::Not(inner) => !inner.matches(event, context, probes),
            Expr::All(inner) => inner.iter().all(|it| it.matches(event, context, probes)),
            Expr::Any(inner) => inner.iter().any(|it| it.matches(event, context, probes)),
        }
    }

    /// The cost of the evaluation in the worst case.
    pub(super) fn cost(&self) -> u8 {
        match self {
            Expr::Flag(test) => test.cost(),
            Expr::Compare(comparison) => comparison.cost(),
            Expr::Not(inner) => inner.cost(),
            Expr::All(inner) | Expr::Any(inner) => {
                inner.iter().map(Expr::cost).max().unwrap_or_default()
            }
        }
    }

    /// Sorts conditions by cost, everywhere in the tree.
    pub(super) fn settle(&mut self) {
        match self {
            Expr::Flag(_) | Expr::Compare(_) => {}
            Expr::Not(inner) => inner.settle(),
            Expr::All(inner) | Expr::Any(inner) => {
                inner.iter_mut().for_each(Expr::settle);
                inner.sort_by_key(Expr::cost);
            }
        }
    }

    /// Calls `each` with every leaf, in the order of evaluation.
    pub(super) fn for_each_leaf(&mut self, each: &mut dyn FnMut(&mut Expr)) {
        match self {
            Expr::Flag(_) | Expr::Compare(_) => each(self),
            Expr::Not(inner) => inner.for_each_leaf(each),
            Expr::All(inner) | Expr::Any(inner) => {
                inner.iter_mut().for_each(|it| it.for_each_leaf(each));
            }
        }
    }

    /// The names of the fields that are read, in the order of evaluation.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Expr::Flag(test) => test.fields().to_vec(),
            Expr::Compare(comparison) => comparison.fields().map(Field::name).collect(),
            Expr::Not(inner) => inner.fields(),
            Expr::All(inner) | Expr::Any(inner) => inner.iter().flat_map(Expr::fields).collect(),
        }
    }

    /// True if it depends only on the time of the event.
    pub fn is_about_time(&self) -> bool {
        match self {
            Expr::Flag(test) => matches!(test, Test::Time(_)),
            Expr::Compare(comparison) => comparison.fields().all(Field::is_instant),
            Expr::Not(inner) => inner.is_about_time(),
            Expr::All(inner) | Expr::Any(inner) => inner.iter().all(Expr::is_about_time),
        }
    }

    /// True for `--key` and `--who`, which select an identity.
    pub fn is_identity(&self) -> bool {
        matches!(self, Expr::Flag(Test::AccessKey(_) | Test::Who(_)))
    }

    /// True for an expression that depends only on the identity that acted.
    pub fn is_about_actor(&self) -> bool {
        match self {
            Expr::Flag(_) => false,
            Expr::Compare(comparison) => comparison.fields().all(|field| {
                let name = field.defined_as();
                let name = name.strip_prefix("CloudTrailEvent").unwrap_or(name);
                let name = name.trim_start_matches('.');
                let first = name.split(['.', '[']).next().unwrap_or_default();
                OF_ACTOR.contains(&first)
            }),
            Expr::Not(inner) => inner.is_about_actor(),
            Expr::All(inner) | Expr::Any(inner) => inner.iter().all(Expr::is_about_actor),
        }
    }

    /// True for `--read-only` and `--write`, which refuse events without that information.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Expr::Flag(Test::ReadOnly { .. }))
    }

    /// True if all leaves are tests of flags, so that there is no expression to show.
    pub fn is_flags(&self) -> bool {
        match self {
            Expr::Flag(_) => true,
            Expr::Compare(_) => false,
            Expr::Not(inner) => inner.is_flags(),
            Expr::All(inner) | Expr::Any(inner) => inner.iter().all(Expr::is_flags),
        }
    }

    /// True for a single leaf that selects all events but those with certain values: `--not`, `!=`, `not in` and the
    /// like.
    pub fn is_exclusion(&self) -> bool {
        match self {
            Expr::Flag(_) => false,
            Expr::Compare(comparison) => comparison.is_negative(),
            Expr::Not(inner) => match &**inner {
                Expr::Flag(_) => true,
                Expr::Compare(comparison) => !comparison.is_negative() && !comparison.is_exists(),
                _ => false,
            },
            Expr::All(_) | Expr::Any(_) => false,
        }
    }

    /// The field of a comparison with `!= ''`, which is also true for events without the field.
    pub fn not_empty(&self) -> Option<&str> {
        match self {
            Expr::Compare(comparison) if comparison.is_not_empty() => {
                comparison.fields().next().map(Field::name)
            }
            _ => None,
        }
    }

    /// The typed values without wildcards that a single leaf requires or excludes.
    pub(super) fn literals(&self) -> Vec<&str> {
        match self {
            Expr::Flag(test) => test.literals(),
            Expr::Compare(comparison) => comparison.literals(),
            Expr::Not(inner) => inner.literals(),
            Expr::All(_) | Expr::Any(_) => Vec::new(),
        }
    }

    /// The values that a single leaf compares.
    pub(super) fn values(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        each: &mut dyn FnMut(&str),
    ) {
        match self {
            Expr::Flag(test) => test.values(event, each),
            Expr::Compare(comparison) => comparison.values(event, context, each),
            Expr::Not(inner) => inner.values(event, context, each),
            Expr::All(_) | Expr::Any(_) => {}
        }
    }
}
