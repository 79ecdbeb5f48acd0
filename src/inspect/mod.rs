//! What a dump is, what is in it, and what may be missing from it: the answer to `inspect`.
//!
//! Workers note of each event when, where and who (`note`); the commit adds the notes up for each dump and
//! for all of them together (`gather`). Of that and of the file's own account come the findings (`judge`,
//! `cover`), the lines that would fill the gaps (`fill`), and one document of all of it (`document`).
//!
//! ```text
//!  events ─▶ note ─▶ gather ─▶ judge, cover ─▶ document
//!  first bytes ─▶ origin ───────▶│      └▶ fill ─▶│
//! ```
//!
//! Not for: reading files, hashing them (`input`), printing (`cli`).

mod cover;
mod document;
mod fill;
mod finding;
mod gather;
mod group;
mod judge;
mod lanes;
mod layout;
mod names;
mod note;
mod origin;
mod report;
mod same;

pub use cover::Covered;
pub use document::*;
pub use fill::{Command, Reach};
pub use finding::{Finding, KINDS, Severity};
pub use gather::{Gathered, Summary};
pub use lanes::SILENCE;
pub use layout::{Indent, KeyOrder, Layout, Spelling};
pub use note::{Batch, Noting};
pub use origin::{Origin, Shape, Writer};
pub use report::{Looked, document};
