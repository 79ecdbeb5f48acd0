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

pub use aggregate::{Gathered, Summary};
pub use coverage::Covered;
pub use document::*;
pub use finding::{Finding, KINDS, Severity};
pub use followups::{Command, Reach};
pub use layout::{Indent, KeyOrder, Layout, Spelling};
pub use observe::{Batch, Noting};
pub use origin::{Origin, Shape, Writer};
pub use report::{Looked, document};
pub use streams::SILENCE;
