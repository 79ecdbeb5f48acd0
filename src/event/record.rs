//! Opening the record of an event: in place where its escapes allow it, else from an unescaped copy.
//!
//! Not for: what the members mean.

use std::borrow::Cow;
use std::cell::RefCell;

use super::{Event, Found, MemberName, Members, Node, Shape};
use crate::scan::{self, Fault, FaultKind, Nested, Nesting, Plain, Stack, TemplateCache, Walked};
use crate::text::{Escaping, Json, Text, json};

const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");

/// Memory that is used again from event to event.
#[derive(Debug, Default)]
pub struct Pool {
    found: RefCell<Members>,
    pub(crate) stack: RefCell<Stack>,
    /// The text between the members of records, as objects and as strings.
    plain: RefCell<TemplateCache<MemberName>>,
    nested: RefCell<TemplateCache<MemberName>>,
}

impl Pool {
    /// An empty pool.
    pub fn new() -> Self {
        Self::default()
    }

    /// The fast walk over the object of a record that lies in this form: fills `found`, or leaves some of its
    /// members there and returns `None`.
    pub(crate) fn members<L: Nesting>(
        &self,
        text: &[u8],
        at: usize,
        form: Escaping,
        found: &mut Members,
    ) -> Option<Walked> {
        let templates = match form {
            Escaping::Raw => &self.plain,
            Escaping::Once | Escaping::Twice => &self.nested,
        };
        let name = |name: &[u8], _| Some(key_of(name, form));
        let each = |key, at| found.add(key, at);
        templates.borrow_mut().members::<L>(text, at, name, each)
    }

    fn take(&self) -> Members {
        let mut found = self.found.take();
        found.clear();
        found
    }

    pub(super) fn give(&self, found: Members) {
        self.found.replace(found);
    }
}

/// FaultKind the record of an event cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no valid JSON object.
    Invalid,
    /// It nests deeper than this many levels.
    TooDeep(usize),
}

/// The result of opening a record.
pub(super) enum OpenedRecord<'a> {
    /// The event has none.
    Absent,
    /// It cannot be read.
    Unreadable(Unreadable),
    /// The event is itself the record.
    Own,
    /// It lies in `text`.
    Nested {
        text: Cow<'a, [u8]>,
        form: Escaping,
        found: Members,
        /// There is no white space between its tokens.
        is_compact: bool,
    },
}

impl<'a> OpenedRecord<'a> {
    pub(super) fn open(event: &Event<'a>) -> Self {
        match event.shape {
            Shape::Record => OpenedRecord::Own,
            Shape::RecordString => {
                let source = event.source();
                let inner = source.get(1..source.len().saturating_sub(1));
                Self::string(inner.unwrap_or_default(), event.pool)
            }
            Shape::Lookup => match event.own(CLOUD_TRAIL_EVENT) {
                None => OpenedRecord::Absent,
                Some(node) if node.is_null() => OpenedRecord::Absent,
                Some(node) => match node.text() {
                    Some(text) => Self::string(text.bytes(), event.pool),
                    None if node.is_object() => {
                        Self::walk::<Plain>(Cow::Borrowed(node.bytes()), Escaping::Raw, event.pool)
                            .unwrap_or_else(|fault| Self::unreadable(fault, event.pool))
                    }
                    None => OpenedRecord::Unreadable(Unreadable::Invalid),
                },
            },
        }
    }

    /// The record inside the content of a JSON string.
    pub(super) fn string(content: &'a [u8], pool: &Pool) -> Self {
        let start = Nested::skip_space(content, 0);
        let trimmed = &content[start..];
        match Self::walk::<Nested>(Cow::Borrowed(trimmed), Escaping::Once, pool) {
            Ok(opened) => opened,
            Err(fault) if fault.why == FaultKind::NeedsUnescape => {
                let mut plain = Vec::new();
                Text::once(trimmed).decode_into(&mut plain);
                let start = scan::skip_space(&plain, 0);
                plain.drain(..start);
                Self::walk::<Plain>(Cow::Owned(plain), Escaping::Raw, pool)
                    .unwrap_or_else(|fault| Self::unreadable(fault, pool))
            }
            Err(fault) => Self::unreadable(fault, pool),
        }
    }

    fn unreadable(fault: Fault, pool: &Pool) -> Self {
        OpenedRecord::Unreadable(match fault.why {
            FaultKind::TooDeep => Unreadable::TooDeep(pool.stack.borrow().limit()),
            _ => Unreadable::Invalid,
        })
    }

    fn walk<L: Nesting>(text: Cow<'a, [u8]>, form: Escaping, pool: &Pool) -> Result<Self, Fault> {
        let mut found = pool.take();
        let fast = pool.members::<L>(&text, 0, form, &mut found);
        let is_compact = fast.is_some_and(|walked| walked.is_compact && walked.end == text.len());
        let end = match fast {
            Some(walked) => Ok(Some(walked.end)),
            None => {
                found.clear();
                let mut stack = pool.stack.borrow_mut();
                scan::members::<L>(&text, 0, &mut stack, |at| {
                    if at.value_end != at.value {
                        let key = key_of(&text[at.key..at.key_end], form);
                        found.add(key, at);
                    }
                    true
                })
            }
        };
        let rest = end.and_then(|end| {
            let end = end.unwrap_or(text.len());
            let rest = L::skip_space(&text, end);
            match text.get(rest) {
                None => Ok(()),
                Some(b'\\') => Err(Fault {
                    at: rest,
                    why: FaultKind::NeedsUnescape,
                }),
                Some(_) => Err(Fault {
                    at: rest,
                    why: FaultKind::Invalid,
                }),
            }
        });
        match rest {
            Ok(()) => Ok(OpenedRecord::Nested {
                text,
                form,
                found,
                is_compact,
            }),
            Err(fault) => {
                pool.give(found);
                Err(fault)
            }
        }
    }

    pub(super) fn record<'e>(&'e self, event: &'e Event<'_>) -> Option<Record<'e>> {
        match self {
            OpenedRecord::Absent | OpenedRecord::Unreadable(_) => None,
            OpenedRecord::Own => Some(Record {
                text: event.buffer,
                source: event.source(),
                form: Escaping::Raw,
                found: event.own,
                is_compact: false,
            }),
            OpenedRecord::Nested {
                text,
                form,
                found,
                is_compact,
            } => Some(Record {
                text,
                source: text,
                form: *form,
                found,
                is_compact: *is_compact,
            }),
        }
    }
}

fn key_of(bytes: &[u8], form: Escaping) -> MemberName {
    match form {
        Escaping::Raw => MemberName::of(bytes),
        _ => MemberName::of_nested(bytes),
    }
}

/// The record of an event.
#[derive(Clone, Copy)]
pub struct Record<'e> {
    text: &'e [u8],
    source: &'e [u8],
    form: Escaping,
    found: &'e Members,
    is_compact: bool,
}

impl<'e> Record<'e> {
    /// A member by one of CloudTrail's names.
    pub fn get(&self, key: MemberName) -> Option<Node<'e>> {
        let found = self.found.get(key)?;
        Some(self.node(found))
    }

    /// A member by any name.
    pub fn get_name(&self, name: &str) -> Option<Node<'e>> {
        let key = MemberName::of(name.as_bytes());
        if key.is_known() {
            return self.get(key);
        }
        let deeper = self.form.deeper();
        let found = self.found.iter().find(|found| {
            let key = Text::new(&self.text[found.at.key..found.at.key_end], deeper);
            key.eq_str(name)
        })?;
        Some(self.node(found))
    }

    /// The members as they are found by name, in order: what is known to CloudTrail only once.
    pub fn members(&self) -> impl Iterator<Item = (MemberName, Text<'e>, Node<'e>)> {
        let record = *self;
        let deeper = self.form.deeper();
        self.found.iter().map(move |found| {
            let name = &record.text[found.at.key..found.at.key_end];
            (found.key, Text::new(name, deeper), record.node(found))
        })
    }

    /// Appends the whole record as JSON on one line, see [`compact`](crate::text::json::compact).
    pub fn write_compact(&self, out: &mut Vec<u8>) {
        let whole = Json::new(self.source, self.form);
        if self.is_compact {
            whole.write_compact(out);
        } else {
            json::compact(&whole.to_plain(), out);
        }
    }

    /// The whole record.
    pub fn whole(&self) -> Node<'e> {
        Node::new(self.source, self.form)
    }

    fn node(&self, found: &Found) -> Node<'e> {
        Node::new(&self.text[found.at.value..found.at.value_end], self.form)
    }
}
