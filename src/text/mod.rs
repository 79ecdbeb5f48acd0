//! Text and values as they are in a dump: borrowed, with the number of their levels of JSON escapes, and decoded only when
//! they are used.
//!
//! Nothing here parses JSON (it only changes the whitespace of valid JSON) or depends on CloudTrail or on an output format.
//! This module uses no other module.

mod decimal;
mod escape;
pub mod hazard;
pub mod json;
mod number;
mod string;
mod value;

#[cfg(test)]
pub(crate) mod chance;

pub use decimal::Decimal;
pub(crate) use escape::unicode_escape;
pub use number::grouped;
pub(crate) use number::plural;
pub use string::{Escaping, Text};
pub use value::{Json, Value};
