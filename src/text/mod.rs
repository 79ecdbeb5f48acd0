//! Text as it lies in a dump: a borrowed piece with the number of escapings still on it, decoded only where
//! somebody looks, and the values made of such pieces.
//!
//! This room is NOT for finding pieces (no JSON parsing beyond re-spacing a text already known to be valid), not
//! for CloudTrail, and not for output formats. It knows no other room.

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
