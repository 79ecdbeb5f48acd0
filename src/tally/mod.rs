//! Accumulators: what the answers to a question add up to.
//!
//! Each is filled on a worker as a small batch and added up in order. Not for: reading events' fields
//! (`event`), writing results (`render`).

mod beforehand;
mod contrast;
mod course;
mod distinct;
mod groups;
mod interner;
mod paths;

pub use beforehand::{Beforehand, Known, MOST_TIMES};
pub use contrast::{
    Batch as ContrastBatch, Change, Changed, Contrast, Difference, FACETS, NewValue, Side,
};
pub use course::{Counted, Course, Series};
pub use distinct::{Distinct, EXACT_BELOW, hash};
pub use groups::{Batch as GroupBatch, Group, Grouping, Groups};
pub(crate) use interner::Interner;
pub use paths::{
    Batch as PathBatch, Beyond, LONGEST_EXAMPLE, LONGEST_PATH, MOST_PATHS, Occurring, Paths, Survey,
};
