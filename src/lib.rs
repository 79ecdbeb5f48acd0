//! Reads saved CloudTrail output. The rooms so far, from the ground up.

pub mod event;
pub mod input;
#[allow(dead_code, reason = "its other users come next")]
mod scan;
pub mod text;
pub mod time;
