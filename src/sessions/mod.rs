//! Sessions: which temporary credentials were issued to which identity.
//!
//! A call such as `AssumeRole` issues an access key. Whoever uses that key acts for the caller. So issuances link keys to
//! keys, upwards (where does this key come from?) and downwards (which keys were issued to it?), over any number of steps.
//! Lookups have the newest event first, so an issuance comes after the calls of its session: all events are
//! [observed](SessionObserver) before anything can be answered.
//!
//! A link is *certain* if the issued access key is the key that is used. If an event has no key, only the name of the
//! session can link it (`AROA…:ci`), and names repeat: such a link is called *likely*. What cannot be known (an issuance
//! that is not in the input, an issuer outside of it, several sessions of one name) is a value of its own, never a guess.
//!
//! | file | content |
//! |---|---|
//! | `actor` | the identity that made a call |
//! | `issuance` | one issuance, read from its event |
//! | `aggregate` | the question that collects issuances and the use of keys |
//! | `links` | all of them, indexed by the keys and names that they link |
//! | `chain` | upwards: from a key to its origin |
//! | `tree` | downwards: everything issued to some identities |
//! | `derived` | the keys that a selection with `--with-sessions` adds |
//!
//! Sources: AWS, "Logging IAM and AWS STS API calls with AWS CloudTrail" in the IAM user guide, and measured output. Calls that
//! failed issue nothing and are ignored.

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
