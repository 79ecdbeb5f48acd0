//! Takes out of a dump what says whose it is, and leaves a dump: values that are found by the member that carries them
//! or by their form are replaced wherever they occur, and every other byte stays as it is.
//!
//! It takes four readings of all inputs: [`Gather`] learns values, [`StandIns`] gives each a stand-in, [`Check`] makes
//! sure that none of those occurs anywhere, [`Rewrite`] writes; and a fifth of what was written, in which [`Verify`]
//! looks for what was overlooked. Bytes are pushed, in any portions. Memory grows with the different values, and with
//! the longest text, but not with the input.
//!
//! ```
//! use trailsift::redact::{Check, Gather, Key, Options, Rewrite, StandIns};
//!
//! let dump = br#"{"userName": "alice-smith", "errorMessage": "alice-smith: no such user"}"#;
//! let (options, longest) = (Options::default(), 16 << 20);
//! let mut gather = Gather::new(options, longest);
//! gather.push(dump, true)?;
//! let mut stand_ins = StandIns::new(&gather.finish(), Key::new(b"32 random bytes"));
//! let mut check = Check::new(&stand_ins, options, longest);
//! check.push(dump, true)?;
//! let seen = check.finish();
//! assert!(seen.is_empty());
//! let safe = Rewrite::new(&stand_ins, options, longest).push(dump, true)?;
//! let safe = String::from_utf8(safe)?;
//! assert!(!safe.contains("alice") && safe.ends_with(": no such user\"}"));
//! assert_eq!(safe.len(), dump.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not for: files, packing, or which inputs are dumps at all.

mod address;
mod arn;
mod assign;
mod assignment;
mod blocks;
mod form;
mod host;
mod kind;
mod letter;
mod own;
mod rewrite;
mod role;
mod search;
mod secret;
mod stand_in;
mod token;
mod value;
mod values;
mod verify;
mod view;
mod walk;

#[cfg(test)]
mod leaks;
#[cfg(test)]
mod tests;

pub use assign::{Check, StandIns};
pub use blocks::TooLong;
pub use kind::{Kind, Options};
pub use rewrite::{Counts, Rewrite, RewriteError};
pub use stand_in::Key;
pub use values::{Gather, LEAST_IN_TEXT, Values};
pub use verify::{Survivor, Verify};
