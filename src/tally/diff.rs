//! Two sets of events held against each other: the answer to `diff`.
//!
//! Each side is counted by itself, by the fields that were asked for and by single values worth knowing (from
//! where, with what, refused how, on what); then the counts are compared. Memory: the distinct combinations and
//! values of both sides.
//!
//! Not for: formats, and which events are on which side (`cli`).

use std::io;
use std::ops::ControlFlow;

use hashbrown::HashMap;
use serde::Serialize;

use super::groups::{GroupBatch, Grouping, Groups};
use super::interner::Interner;
use crate::engine::{Answer, Question};
use crate::event::{Context, Event, Field, FieldError};

/// Single values that are compared besides: new ones are told.
pub const FACETS: [&str; 5] = [
    "sourceIPAddress",
    "userAgent",
    "awsRegion",
    "errorCode",
    "resource",
];

/// What both sides are counted by.
#[derive(Clone, Debug)]
pub struct DiffQuestion {
    grouping: Grouping,
    /// [`FACETS`] but the last, which stands for several names of one event.
    fields: Vec<Field>,
}

/// The events of a run.
#[derive(Default)]
pub struct DiffBatch {
    groups: GroupBatch,
    values: Interner,
    /// The numbers of each event's values.
    numbers: Vec<u32>,
    /// Where those of each event end.
    ends: Vec<usize>,
    scratch: Vec<u8>,
}

impl DiffQuestion {
    /// Counts by some fields.
    ///
    /// # Errors
    /// None that a caller could make: the names are the room's own.
    pub fn new(by: Vec<Field>) -> Result<DiffQuestion, FieldError> {
        let fields = FACETS[..FACETS.len() - 1].iter();
        Ok(DiffQuestion {
            grouping: Grouping {
                by,
                ..Grouping::default()
            },
            fields: fields
                .map(|name| Field::parse(name))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The fields that calls are counted by.
    pub fn by(&self) -> &[Field] {
        &self.grouping.by
    }
}

impl DiffBatch {
    /// Notes a value of the event that is being taken, once.
    fn note(&mut self, facet: usize, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        self.scratch.clear();
        self.scratch.push(facet as u8);
        self.scratch.extend_from_slice(text);
        let number = self.values.number(&self.scratch);
        let begin = self.ends.last().copied().unwrap_or_default();
        if !self.numbers[begin..].contains(&number) {
            self.numbers.push(number);
        }
    }
}

impl Question for DiffQuestion {
    type Batch = DiffBatch;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut DiffBatch) {
        self.grouping.observe(event, context, &mut batch.groups);
        for (facet, field) in self.fields.iter().enumerate() {
            batch.note(facet, field.value(event, context).cell_text().as_bytes());
        }
        event.any_resource(|name| {
            batch.note(self.fields.len(), name.as_bytes());
            false
        });
        batch.ends.push(batch.numbers.len());
    }

    /// Whatever is compared of it but resources: those of an envelope and those that a record implies are not always
    /// the same, and a dump may hold an event both ways.
    fn dedup_discriminant(&self, batch: &DiffBatch, into: &mut Vec<u8>) {
        batch.groups.append_last(into);
        let begin = batch.ends.iter().nth_back(1).copied().unwrap_or_default();
        for number in &batch.numbers[begin..] {
            let value = batch.values.text(*number);
            if value
                .first()
                .is_some_and(|facet| usize::from(*facet) < self.fields.len())
            {
                into.extend_from_slice(value);
                into.push(0xff);
            }
        }
    }
}

/// One of the two sides, counted.
pub struct DiffSide {
    groups: Groups,
    /// Events with a value, by the number of the facet and the value.
    values: HashMap<Vec<u8>, u64>,
}

impl DiffSide {
    /// Nothing counted yet.
    pub fn new(question: &DiffQuestion) -> DiffSide {
        DiffSide {
            groups: Groups::new(&question.grouping),
            values: HashMap::new(),
        }
    }

    /// Events counted.
    pub fn total(&self) -> u64 {
        self.groups.total()
    }

    /// Whether any event had something in this field.
    pub fn found(&self, field: usize) -> bool {
        self.groups.found(field)
    }
}

impl Answer<DiffBatch> for DiffSide {
    fn add(&mut self, batch: DiffBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let mut counts = vec![0_u64; batch.values.len()];
        let mut begin = 0;
        for (&end, kept) in batch.ends.iter().zip(kept) {
            if *kept {
                for number in &batch.numbers[begin..end] {
                    counts[*number as usize] += 1;
                }
            }
            begin = end;
        }
        for (number, count) in counts
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
        {
            *self
                .values
                .entry_ref(batch.values.text(number as u32))
                .or_insert(0) += count;
        }
        self.groups.add(batch.groups, kept)
    }
}

/// What became of a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there.
    New,
    /// It is there no more.
    Gone,
    /// It is there more or less often.
    Changed,
}

impl Change {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Gone => "gone",
            Change::Changed => "changed",
        }
    }
}

/// A combination that is not there as often as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedCall {
    /// What became of it.
    pub change: Change,
    /// The texts of the fields.
    pub texts: Vec<String>,
    /// Events that had it.
    pub old: u64,
    /// Events that have it.
    pub new: u64,
}

/// A value that was on no event of the old side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewValue {
    /// The value.
    pub value: String,
    /// Events that have it.
    pub events: u64,
}

/// How two sides differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Combinations: new ones, then gone ones, then those that are there more or less often; of each the greatest
    /// difference first, ties by their texts.
    pub calls: Vec<ChangedCall>,
    /// Combinations that are there as often as they were.
    pub same: u64,
    /// New values, for each of [`FACETS`]; most events first, ties by the value.
    pub values: [Vec<NewValue>; FACETS.len()],
}

impl Difference {
    /// Compares two sides.
    pub fn between(old: DiffSide, new: DiffSide) -> Difference {
        let mut difference = Difference::default();
        for (key, events) in new.values {
            if let Some((&facet, value)) = key.split_first()
                && !old.values.contains_key(&key)
            {
                difference.values[usize::from(facet)].push(NewValue {
                    value: String::from_utf8_lossy(value).into_owned(),
                    events,
                });
            }
        }
        for values in &mut difference.values {
            values.sort_by(|a, b| (b.events, &a.value).cmp(&(a.events, &b.value)));
        }
        let mut counts: HashMap<Vec<String>, (u64, u64)> = HashMap::new();
        for group in old.groups.into_groups() {
            counts.entry(group.texts).or_default().0 += group.count;
        }
        for group in new.groups.into_groups() {
            counts.entry(group.texts).or_default().1 += group.count;
        }
        for (texts, (old, new)) in counts {
            let change = match (old, new) {
                (0, _) => Change::New,
                (_, 0) => Change::Gone,
                _ if old == new => {
                    difference.same += 1;
                    continue;
                }
                _ => Change::Changed,
            };
            difference.calls.push(ChangedCall {
                change,
                texts,
                old,
                new,
            });
        }
        difference.calls.sort_by(|a, b| {
            let size = |changed: &ChangedCall| changed.old.abs_diff(changed.new);
            (a.change, size(b), &a.texts).cmp(&(b.change, size(a), &b.texts))
        });
        difference
    }

    /// True when nothing is new, gone or changed.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.values.iter().all(Vec::is_empty)
    }

    /// How many combinations there are of a kind.
    pub fn count(&self, change: Change) -> u64 {
        let calls = self.calls.iter();
        calls.filter(|changed| changed.change == change).count() as u64
    }
}
