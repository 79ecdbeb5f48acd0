//! Dumps: from bytes to events, with an account of every byte.
//!
//! A [`Scanner`] is a pure function of bytes and a [`ScanState`]; it yields events and a [`ScanFacts`] of facts
//! about what lies between them. A [`Ledger`] adds the pieces of a file up, in order.
//!
//! Not for: reading files (`input`), threads (`engine`), choosing events (`select`).

mod byte_counts;
mod facts;
mod finding;
mod gap;
mod ledger;
mod locator;
mod pages;
mod resync;
mod scanner;
mod shape;
mod survey;
mod text;
mod token;
mod unsupported;

pub use byte_counts::{ByteCounts, Content, Lists};
pub use facts::{Damage, ScanFacts};
pub use finding::{Finding, FindingKind, Severity, unreadable};
pub use ledger::Ledger;
pub use locator::{ByteClass, LocatedByte, Location, Locator};
pub use pages::PageEnd;
pub use resync::guess_start;
pub use scanner::{Chunk, EventLimits, Mode, ScanState, Scanner, Visit};
pub use shape::{Decoy, Wrapper};
pub use unsupported::{UnsupportedShape, mentions_events};
