//! Reads saved CloudTrail output. The rooms so far, from the ground up.

#[doc(hidden)]
pub mod cli;
pub mod dump;
pub mod engine;
pub mod event;
pub mod input;
pub mod render;
pub mod rows;
mod scan;
pub mod select;
pub mod tally;
pub mod text;
pub mod time;
