//! From the bytes of a dump to its events, with byte accounting.
//!
//! A [`Scanner`] scans a [`Chunk`]. It hands whole events to a visitor and records [`ScanFacts`] about the bytes between
//! them. A [`Ledger`] adds the facts of all chunks of a file up, in file order, and books every byte as event,
//! structure, skipped text or damaged.
//!
//! # Why there is no parser for whole files
//!
//! Saved output is often not one valid JSON document: it is concatenated, cut off, copied from a terminal, or wrapped in the
//! output of another program. A parser for documents would reject such files; a search for lines would lose pretty-printed
//! ones. So the scanner looks for objects that are events (`shape`), wherever they are, and treats everything around
//! them as structure or text (`token`, `text`).
//!
//! # Damage
//!
//! An event that is not whole is never guessed at. Its bytes are damage, and the scan resumes at the next position where
//! an event may begin (`resync`). Fragments of events, of which only a member or a closing bracket is left, look like
//! text or like JSON of another program. Whether they are damage is decided from their neighbours (`ledger`).
//!
//! # Decoys
//!
//! Other JSON uses CloudTrail's names: S3 notifications have `eventName` and `eventSource`, CloudTrail digests have
//! `awsAccountId`. [`Decoy`] names these kinds. They are never counted as events; inside a list of events they are reported.
//!
//! | file | content |
//! |---|---|
//! | `scanner` | the walk over a chunk |
//! | `shape`, `survey` | what an object is |
//! | `token`, `text` | what the bytes between events are |
//! | `resync` | where an event may begin |
//! | `facts` | the result of a run |
//! | `ledger`, `gap`, `byte_counts`, `pages` | the result for a file |
//! | `finding` | the wording of what is reported |
//! | `locator` | what one byte belongs to |
//! | `unsupported` | shapes that contain no whole events |

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
