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
    Batch as ContrastBatch, Change, Changed, Contrast, Difference, FACETS, NewValue, Side,
};
pub use distinct::{Distinct, EXACT_BELOW, hash};
pub use first_pass::{Beforehand, Known, MOST_TIMES};
pub use groups::{Batch as GroupBatch, Group, Grouping, Groups};
pub use histogram::{Counted, Course, Series};
pub(crate) use interner::Interner;
pub use paths::{
    Batch as PathBatch, Beyond, LONGEST_EXAMPLE, LONGEST_PATH, MOST_PATHS, Occurring, Paths, Survey,
};
