//! Support for the tests of `trailsift`: records made up from a seed, a
//! CloudTrail endpoint on loopback that the real clients accept, and the
//! programs that write `fixtures/` and `tests/data/` with them; a harness that runs the
//! program, and small dumps to run it on.
//!
//! Not for: tests of `trailsift` itself, or anything it ships.

pub mod clients;
pub mod data;
pub mod endpoint;
pub mod fixtures;
pub mod json;
pub mod ledger;
pub mod pack;
pub mod program;
pub mod records;
pub mod schemas;
pub mod shapes;
pub mod small;
pub mod story;
