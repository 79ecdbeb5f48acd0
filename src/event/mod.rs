//! One event: the envelope that `lookup-events` prints and the record inside it, read lazily.
//!
//! An [`Event`] borrows the part of the dump that contains it. The scanner found its own members; the nested record is
//! opened when a field first needs it, and validated as a whole, so that "unreadable" does not depend on which field was
//! read. If the envelope or the record is missing, it is derived from the other (module `field`).

mod accessors;
pub mod field;
pub mod identity;
mod member_name;
mod members;
mod node;
pub mod outcome;
mod path;
mod paths;
mod record;
mod scope;
pub(crate) mod when;
mod whole;

pub use field::{Context, Field, FieldError, FieldOrigin};
pub use identity::Identity;
pub use member_name::{ENVELOPE, MemberName, RECORD};
pub use members::{Found, Members};
pub use node::Node;
pub use outcome::Outcome;
pub use path::{Path, PathError, Step};
pub use paths::{PathId, PathIndex};
pub use record::{Pool, Record, Unreadable};
pub use scope::Scope;
pub use whole::{Detail, write_whole};

use std::cell::OnceCell;
use std::ops::Range;

use crate::text::Escaping;
use record::OpenedRecord;

/// How an event is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An entry of `lookup-events`: an envelope, with the record in its `CloudTrailEvent`.
    Lookup,
    /// A record as in a trail file.
    Record,
    /// A JSON string that contains a record.
    RecordString,
}

/// One event of a dump.
pub struct Event<'a> {
    /// Offset of its first byte, in bytes of the unpacked file.
    pub offset: u64,
    /// Offset after its last byte there.
    pub end: u64,
    /// How it is wrapped.
    pub shape: Shape,
    /// The bytes that contain it; the ranges below refer to them.
    buffer: &'a [u8],
    /// An object, or for [`Shape::RecordString`] a string with its quotes.
    span: Range<usize>,
    own: &'a Members,
    opened: OnceCell<OpenedRecord<'a>>,
    pool: &'a Pool,
}

impl<'a> Event<'a> {
    /// An event whose `own` members are ranges of `buffer`; `(offset, end)` is its place in the file.
    pub(crate) fn new(
        (offset, end): (u64, u64),
        shape: Shape,
        buffer: &'a [u8],
        span: Range<usize>,
        own: &'a Members,
        pool: &'a Pool,
    ) -> Self {
        Event {
            offset,
            end,
            shape,
            buffer,
            span,
            own,
            opened: OnceCell::new(),
            pool,
        }
    }

    /// The text of the event, unchanged.
    pub fn source(&self) -> &'a [u8] {
        &self.buffer[self.span.clone()]
    }

    /// The range of the value of an envelope member in [`Event::source`].
    pub fn envelope_range(&self, key: MemberName) -> Option<Range<usize>> {
        if self.shape != Shape::Lookup {
            return None;
        }
        let found = self.own.get(key)?;
        Some(found.at.value - self.span.start..found.at.value_end - self.span.start)
    }

    /// A member of the lookup envelope; `None` if the event has no envelope.
    pub fn envelope(&self, key: MemberName) -> Option<Node<'a>> {
        if self.shape != Shape::Lookup {
            return None;
        }
        self.own(key)
    }

    /// A member of the event's own object.
    fn own(&self, key: MemberName) -> Option<Node<'a>> {
        let found = self.own.get(key)?;
        Some(self.node(found))
    }

    fn node(&self, found: &Found) -> Node<'a> {
        Node::new(
            &self.buffer[found.at.value..found.at.value_end],
            Escaping::Raw,
        )
    }

    /// The members of the event's own object, in order.
    pub fn own_members(&self) -> impl Iterator<Item = (&'a [u8], Node<'a>)> {
        self.own.iter().map(|found| {
            (
                &self.buffer[found.at.key..found.at.key_end],
                self.node(found),
            )
        })
    }

    /// The record, opened at the first call. `None` if it is missing or unreadable.
    pub fn record(&self) -> Option<Record<'_>> {
        self.opened().record(self)
    }

    /// Why the record of the event cannot be read; `None` if it can. Opens the record.
    pub fn record_unreadable(&self) -> Option<Unreadable> {
        self.opened();
        self.found_unreadable()
    }

    /// The same, if the record was opened before; else `None`.
    pub fn found_unreadable(&self) -> Option<Unreadable> {
        match self.opened.get() {
            Some(OpenedRecord::Unreadable(why)) => Some(*why),
            _ => None,
        }
    }

    /// True if the record was looked up before and is missing.
    pub fn found_absent(&self) -> bool {
        matches!(self.opened.get(), Some(OpenedRecord::Absent))
    }

    /// A member of the record.
    pub fn record_member(&self, key: MemberName) -> Option<Node<'_>> {
        self.record()?.get(key)
    }

    fn opened(&self) -> &OpenedRecord<'a> {
        self.opened.get_or_init(|| OpenedRecord::open(self))
    }

    /// Returns the memory of an opened record to the pool, for the next event.
    pub(crate) fn recycle(self) {
        if let Some(OpenedRecord::Nested { found, .. }) = self.opened.into_inner() {
            self.pool.give(found);
        }
    }
}
