//! Accumulators: what the answers to a question add up to.
//!
//! Each is filled on a worker as a small batch and added up in order. Not for: reading events' fields
//! (`event`), writing results (`render`).

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
