//! Pseudonymises a dump so that it can be shared.
//!
//! Values that identify an account or a person are found by the member that contains them or by their form, and are
//! replaced wherever they occur. Every other byte stays the same, also in damaged dumps, because the bytes are never
//! parsed and printed again.
//!
//! It takes four passes over all inputs. [`ValueCollector`] collects the values, because a name that only one member
//! identifies must be replaced in all text, also in text before that member. [`Pseudonyms`] assigns a pseudonym to each
//! value, and [`CollisionCheck`] makes sure that no pseudonym occurs anywhere in the input: it would be confused with
//! the original. [`Rewrite`] writes the output. [`Verify`] reads the output and searches it for values that were missed.
//!
//! Bytes are pushed in pieces of any size. Memory grows with the number of different values and the longest text, but
//! not with the length of the input.
//!
//! ```
//! use trailsift::redact::{CollisionCheck, ValueCollector, PseudonymKey, RedactOptions, Rewrite, Pseudonyms};
//!
//! let dump = br#"{"userName": "alice-smith", "errorMessage": "alice-smith: no such user"}"#;
//! let (options, longest) = (RedactOptions::default(), 16 << 20);
//! let mut collector = ValueCollector::new(options, longest);
//! collector.push(dump, true)?;
//! let mut pseudonyms = Pseudonyms::new(&collector.finish(), PseudonymKey::new(b"32 random bytes"));
//! let mut check = CollisionCheck::new(&pseudonyms, options, longest);
//! check.push(dump, true)?;
//! let seen = check.finish();
//! assert!(seen.is_empty());
//! let safe = Rewrite::new(&pseudonyms, options, longest).push(dump, true)?;
//! let safe = String::from_utf8(safe)?;
//! assert!(!safe.contains("alice") && safe.ends_with(": no such user\"}"));
//! assert_eq!(safe.len(), dump.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Files, compression and the recognition of dumps are in `cli`.

mod address;
mod arn;
mod assigner;
mod aws_owned;
mod blocks;
mod collect;
mod form;
mod host;
mod kind;
mod letter;
mod member_kind;
mod member_value;
mod pseudonym;
mod rewrite;
mod search;
mod secret;
mod text_assignment;
mod token;
mod verify;
mod view;
mod walk;

#[cfg(test)]
mod leaks;
#[cfg(test)]
mod tests;

pub use assigner::{CollisionCheck, Pseudonyms};
pub use blocks::TooLong;
pub use collect::{LEAST_IN_TEXT, SensitiveValues, ValueCollector};
pub use kind::{RedactOptions, ValueKind};
pub use pseudonym::PseudonymKey;
pub use rewrite::{ReplacementCounts, Rewrite, RewriteError};
pub use verify::{Survivor, Verify};
