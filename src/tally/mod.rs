//! Accumulators: what the answers to a question add up to.
//!
//! Each is filled on a worker as a small batch and added up in order. Not for: reading events' fields
//! (`event`), writing results (`render`).

mod course;
mod groups;
mod newest;

pub use course::{Counted, Course, Series};
pub use groups::{Batch as GroupBatch, Group, Grouping, Groups};
pub use newest::Newest;
