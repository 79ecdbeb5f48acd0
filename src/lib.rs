//! Reads saved CloudTrail output. The rooms so far, from the ground up.

pub mod dump;
pub mod engine;
pub mod event;
pub mod input;
mod scan;
pub mod select;
pub mod text;
pub mod time;
