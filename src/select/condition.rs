//! A condition with the words that asked for it.
//!
//! `expr` evaluates it.

use super::Expr;

/// One of the conditions that must all match.
#[derive(Clone, Debug)]
pub struct Condition {
    /// As it was typed, for people: `--key AKIA…`.
    pub typed: String,
    /// The expression.
    pub expr: Expr,
}
