//! Reads saved CloudTrail output. The rooms so far, from the ground up.

pub mod input;
pub mod text;
pub mod time;
