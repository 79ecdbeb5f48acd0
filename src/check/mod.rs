//! Expectations of a run: rules and a baseline from files, judged of all events in one reading.
//!
//! ```text
//!  rules.toml ─▶ rules ──┐
//!                        ├▶ ask: every event, on any worker ─▶ Judging ─▶ Verdict ─▶ a format
//!  api.tsv ──▶ baseline ─┘
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `fault` | what is wrong with a file that a person wrote, and at which line and column |
//! | `rules` | from TOML to rules; `bound` is what a rule allows |
//! | `baseline` | from the rows that `count` prints to the calls that may occur |
//! | `ask`, `judge` | the question, and where its answers come together |
//! | `example` | what is kept of an offending event |
//! | `verdict` | what came of it, the same for all formats |
//! | `text`, `json`, `sarif`, `junit`, `github` | a format each |
//! | `init` | rules and a baseline from what a good run did |
//!
//! Memory: so many events of each rule as are shown, and each different call that a baseline does not name.
//!
//! Not for: the words of a selection, which the command line parses as its own (`cli`).

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
