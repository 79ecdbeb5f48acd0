//! A condition with the words that asked for it.
//!
//! Not for: how it is judged (`expr`).

use super::Expr;

/// One of the conditions that must all hold.
#[derive(Clone, Debug)]
pub struct Condition {
    /// As it was typed, for people: `--key AKIA…`.
    pub typed: String,
    /// What is asked.
    pub expr: Expr,
}
