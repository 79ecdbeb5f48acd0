//! Takes out of a dump what says whose it is, and leaves a dump: values that are found by the member that carries them
//! or by their form are replaced wherever they occur, and every other byte stays as it is.
//!
//! It takes four readings of all inputs: [`ValueCollector`] learns values, [`Pseudonyms`] gives each a pseudonym, [`CollisionCheck`] makes
//! sure that none of those occurs anywhere, [`Rewrite`] writes; and a fifth of what was written, in which [`Verify`]
//! looks for what was overlooked. Bytes are pushed, in any portions. Memory grows with the different values, and with
//! the longest text, but not with the input.
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
//! Not for: files, packing, or which inputs are dumps at all.

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
