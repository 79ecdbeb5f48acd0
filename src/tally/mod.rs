//! Answers that are totals: groups, differences between dumps, histograms, field paths.
//!
//! Each question fills a small batch on a worker thread, and its answer adds the batches up in input order.

mod diff;
mod distinct;
mod first_pass;
mod groups;
mod histogram;
mod interner;
mod paths;

pub use diff::{
    Change, ChangedCall, DiffBatch, DiffQuestion, DiffSide, Difference, FACETS, NewValue,
};
pub use distinct::{Distinct, EXACT_BELOW, hash};
pub use first_pass::{FirstPass, FirstPassResult, MOST_TIMES};
pub use groups::{Group, GroupBatch, Grouping, Groups};
pub use histogram::{Bin, Histogram, Series};
pub(crate) use interner::Interner;
pub use paths::{
    Beyond, LONGEST_EXAMPLE, LONGEST_PATH, MOST_PATHS, Occurring, PathBatch, Paths, Survey,
};
