//! Tests events against rules and a baseline from files, in one pass.
//!
//! ```text
//!  rules.toml ─▶ rules ──┐
//!                        ├▶ ask: every event, on any worker ─▶ Evaluation ─▶ Verdict ─▶ a format
//!  api.tsv ──▶ baseline ─┘
//! ```
//!
//! | file | contents |
//! |---|---|
//! | `fault` | errors in files that a person wrote, with line and column |
//! | `rules` | reads rules from TOML; `bound` is what a rule allows |
//! | `baseline` | reads the allowed calls from rows that `count` printed |
//! | `ask`, `judge` | the question that workers ask of each event, and the sum of their answers |
//! | `example` | an event that violates a rule |
//! | `verdict` | the result, the same for all formats |
//! | `text`, `json`, `sarif`, `junit`, `github` | one output format each |
//! | `init` | writes rules and a baseline from a good run |
//!
//! Memory: the events that are shown per rule, and each different call that is not in the baseline.
//!
//! Not for: parsing the selection of a rule, which `cli` does with the definitions of the command line.

/// The name of the baseline among the rules.
const BASELINE: &str = "baseline";

mod ask;
mod baseline;
mod bound;
mod example;
mod fault;
mod github;
mod init;
mod json;
mod judge;
mod junit;
mod rules;
mod sarif;
mod text;
mod verdict;

pub use ask::{ByRef, CheckBatch, RuleSet, Unevaluated};
pub use baseline::Baseline;
pub use bound::{AllowList, Bound, BoundKind};
pub use example::Example;
pub use fault::{FileError, TextPosition};
pub use github::write as write_github;
pub use init::{BaselineLearner, LearnedCalls, RULES_OF_INIT, rules_text};
pub use json::{VerdictDocument, document};
pub use judge::Evaluation;
pub use junit::write as write_junit;
pub use rules::{Compile, Rule, SelectWords, read as read_rules};
pub use sarif::{LinePositions, write as write_sarif};
pub use text::{VerdictTextOptions, write as write_text};
pub use verdict::{RuleResult, Verdict, VerdictStatus, Violation};
