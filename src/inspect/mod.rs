//! What a dump is, what is in it, and what may be missing from it: the answer to `inspect`.
//!
//! Workers note of each event when, where and who (`observe`); the commit adds the notes up for each dump and
//! for all of them together (`aggregate`). Of that and of the file's own account come the findings (`judge`,
//! `coverage`), the lines that would fill the gaps (`followups`), and one document of all of it (`document`).
//!
//! ```text
//!  events ─▶ note ─▶ gather ─▶ judge, cover ─▶ document
//!  first bytes ─▶ origin ───────▶│      └▶ fill ─▶│
//! ```
//!
//! Not for: reading files, hashing them (`input`), printing (`cli`).

mod aggregate;
mod common_value;
mod coverage;
mod document;
mod finding;
mod followups;
mod group;
mod judge;
mod layout;
mod names;
mod observe;
mod origin;
mod report;
mod streams;

pub use aggregate::{DumpAggregator, Summary};
pub use coverage::Coverage;
pub use document::*;
pub use finding::{DumpFinding, FindingSeverity, KINDS};
pub use followups::{LookupCommand, Reach};
pub use layout::{EventLayout, Indent, MemberOrder, Spelling};
pub use observe::{DumpBatch, DumpObserver};
pub use origin::{DumpOrigin, DumpShape, DumpWriter};
pub use report::{FileFacts, document};
pub use streams::SILENCE;
