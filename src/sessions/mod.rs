//! Who became whom: issuances of temporary credentials, and the families that they make.
//!
//! A call such as `AssumeRole` gives out an access key; whoever uses that key acts for the caller. So issuances link keys to
//! keys, upwards (what did this key come from) and downwards (what did it become), through any number of hops. Dumps are
//! newest first, so a issuance comes after its session: all of the input is [gathered](SessionObserver) before anything is asked.
//!
//! A link is certain where the access key that was given out is the one that is used. Where an event has no key, only the
//! name of a session could link, `AROA…:ci`, and that repeats: such a link is called likely. What can't be known (a issuance
//! that is not in the input, an issuer outside of it, several sessions of one name) is a value, never a guess.
//!
//! | file | holds |
//! |---|---|
//! | `actor` | who acted, kept beyond the event |
//! | `issuance` | one issuance, read from its event |
//! | `aggregate` | the question that gathers issuances and who used which key |
//! | `links` | all of them, found by what they link |
//! | `chain` | upwards, from a key to where it came from |
//! | `tree` | downwards, to all that was born of some |
//! | `family` | the keys that a selection with sessions takes |
//!
//! Source of the facts: "Logging IAM and AWS STS API calls with AWS CloudTrail" in the IAM user guide, and measured output.
//!
//! Not for: flags (`cli`), attempts that failed (they give issuance to nothing), drawing.

mod actor;
mod aggregate;
mod chain;
mod derived;
mod issuance;
mod links;
#[cfg(test)]
mod tests;
mod tree;

pub use actor::Actor;
pub use aggregate::{SessionAggregate, SessionObserver};
pub use chain::{ChainEnd, ChainLink, IssuanceChain};
pub use derived::DerivedSessions;
pub use issuance::Issuance;
pub use links::{Links, Used};
pub use tree::{Repeat, SessionTree, TreeNode, TreeRoot};
