//! Dumps: from bytes to events, with an account of every byte.
//!
//! A [`Scanner`] is a pure function of bytes and a [`State`]; it yields events and a [`Piece`] of facts
//! about what lies between them. A [`Ledger`] adds the pieces of a file up, in order.
//!
//! Not for: reading files (`input`), threads (`engine`), choosing events (`select`).

mod finding;
mod foreign;
mod ledger;
mod pages;
mod piece;
mod place;
mod resync;
mod scanner;
mod shape;
mod survey;
mod text;
mod token;

pub(crate) use finding::plural;
pub use finding::{Finding, Severity, What, grouped, unreadable};
pub use foreign::{Unread, names_events};
pub use ledger::{ByteCounts, Content, Ledger, Lists};
pub use pages::End;
pub use piece::{Damage, Piece};
pub use place::{Class, Locator, Place, Seen};
pub use scanner::{Limits, Mode, Scanner, State, Visit};
pub use shape::{Decoy, Wrapper};

/// Where a worker that starts in the middle of a file begins to read; a guess.
pub fn guess_start(bytes: &[u8]) -> Option<usize> {
    resync::guess(bytes)
}
