//! Selects events: a list of conditions that must all match, each a tree.
//!
//! Flags and `--where` become the same tree, and one matcher evaluates it, the cheapest condition first. An event is
//! counted at the first condition that refuses it, so that the counts add up (found = selected + refused by each) and
//! explain an empty result.
//!
//! | file | contains |
//! |---|---|
//! | `expr` | the tree |
//! | `test` | its leaves for flags; `words`, `names`, `address`, `glob`, `who`, `sessions` are below it |
//! | `compare` | its leaves for `--where` |
//! | `lex`, `parse`, `fault` | from an expression to a tree or an error |
//! | `print` | from a tree to an expression |
//! | `seen` | the compared values, to explain conditions without effect |

mod address;
mod compare;
mod condition;
mod expr;
mod fault;
mod glob;
mod lex;
mod names;
mod parse;
mod print;
mod seen;
mod sessions;
mod test;
mod who;
mod words;

pub use address::{Addresses, CidrBlocks};
pub use compare::{Comparison, Probe};
pub use condition::Condition;
pub use expr::Expr;
pub use fault::ExprError;
pub use glob::Glob;
pub use names::CallNames;
pub use print::quoted;
pub use seen::SeenValues;
pub use sessions::Sessions;
pub use test::Test;
pub use words::WordSet;

use crate::event::{Context, Event};

/// All conditions of a question.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    conditions: Vec<Condition>,
    probed: Vec<String>,
}

impl Selection {
    /// Sorts conditions into the order of evaluation.
    pub fn new(mut conditions: Vec<Condition>) -> Selection {
        let mut probed: Vec<String> = Vec::new();
        for condition in &mut conditions {
            condition.expr.settle();
        }
        conditions.sort_by_key(|condition| {
            let negated = matches!(condition.expr, Expr::Not(_));
            (condition.expr.cost(), negated)
        });
        for condition in &mut conditions {
            condition.expr.for_each_leaf(&mut |leaf| {
                let Expr::Compare(comparison) = leaf else {
                    return;
                };
                comparison.for_each_field(|compared| {
                    if compared.field.is_path() {
                        compared.probe = Some(probed.len());
                        probed.push(compared.field.name().to_owned());
                    }
                });
            });
        }
        Selection { conditions, probed }
    }

    /// True if every event is selected.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The conditions, in the order of evaluation.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The paths of `--where`, one per probe. A path that no event has is probably misspelt.
    pub fn probed(&self) -> &[String] {
        &self.probed
    }

    /// The first condition that refuses the event, or `None` if it is selected.
    ///
    /// `probes`, one for each of [`probed`](Self::probed), receive the values that were looked up.
    pub fn refusal(
        &self,
        event: &Event<'_>,
        context: &Context<'_>,
        probes: &mut [Probe],
    ) -> Option<usize> {
        self.conditions
            .iter()
            .position(|condition| !condition.expr.matches(event, context, probes))
    }
}
