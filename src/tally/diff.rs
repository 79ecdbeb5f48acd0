//! The difference between two sets of events: the answer to `diff`.
//!
//! The events of each side are counted by the given fields, and by single values that are notable if they are new (address,
//! agent, region, error, resource). Then the counts are compared. Memory: the distinct combinations and values of both sides.

use std::io;
use std::ops::ControlFlow;

use hashbrown::HashMap;
use serde::Serialize;

use super::groups::{GroupBatch, Grouping, Groups};
use super::interner::Interner;
use crate::engine::{Answer, Question};
use crate::event::{Context, Event, Field, FieldError};

/// Fields whose new values are reported, in addition to the compared combinations.
pub const FACETS: [&str; 5] = [
    "sourceIPAddress",
    "userAgent",
    "awsRegion",
    "errorCode",
    "resource",
];

/// The question of `diff`: what the events of a side are counted by.
#[derive(Clone, Debug)]
pub struct DiffQuestion {
    grouping: Grouping,
    /// [`FACETS`] without the last, because one event may have several resources.
    fields: Vec<Field>,
}

/// The events of one run.
#[derive(Default)]
pub struct DiffBatch {
    groups: GroupBatch,
    values: Interner,
    /// The numbers of the values of all events.
    numbers: Vec<u32>,
    /// For each event, the end of its values in `numbers`.
    ends: Vec<usize>,
    scratch: Vec<u8>,
}

impl DiffQuestion {
    /// Counts by these fields.
    ///
    /// # Errors
    /// Only if a name in [`FACETS`] is not a field, which a caller cannot cause.
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

    /// The fields that events are counted by.
    pub fn by(&self) -> &[Field] {
        &self.grouping.by
    }
}

impl DiffBatch {
    /// Adds a value of the current event, once.
    fn add_value(&mut self, facet: usize, text: &[u8]) {
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
            batch.add_value(facet, field.value(event, context).cell_text().as_bytes());
        }
        event.any_resource(|name| {
            batch.add_value(self.fields.len(), name.as_bytes());
            false
        });
        batch.ends.push(batch.numbers.len());
    }

    /// All compared values but the resources. The resources of an envelope and those derived from a record may differ, and
    /// the same event may be in a dump in both shapes.
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

/// The counts of one side.
pub struct DiffSide {
    groups: Groups,
    /// The number of events with a value. A key is the index of the facet, followed by the value.
    values: HashMap<Vec<u8>, u64>,
}

impl DiffSide {
    /// An empty side.
    pub fn new(question: &DiffQuestion) -> DiffSide {
        DiffSide {
            groups: Groups::new(&question.grouping),
            values: HashMap::new(),
        }
    }

    /// The number of events.
    pub fn total(&self) -> u64 {
        self.groups.total()
    }

    /// True if any event has a value for the field with this index.
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

/// How the count of a combination changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the new side has it.
    New,
    /// Only the old side has it.
    Gone,
    /// Both sides have it, with different counts.
    Changed,
}

impl Change {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Gone => "gone",
            Change::Changed => "changed",
        }
    }
}

/// A combination whose count differs between the sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedCall {
    /// How it changed.
    pub change: Change,
    /// The texts of the fields.
    pub texts: Vec<String>,
    /// Events with it on the old side.
    pub old: u64,
    /// Events with it on the new side.
    pub new: u64,
}

/// A value that no event of the old side has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewValue {
    /// The value.
    pub value: String,
    /// Events of the new side with it.
    pub events: u64,
}

/// How two sides differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Combinations: first new ones, then gone ones, then changed ones. Within each kind the largest difference comes first, and
    /// equal ones are sorted by their texts.
    pub calls: Vec<ChangedCall>,
    /// The number of combinations with equal counts.
    pub same: u64,
    /// New values for each of [`FACETS`], by descending number of events, then by value.
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

    /// True if nothing is new, gone or changed.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.values.iter().all(Vec::is_empty)
    }

    /// The number of combinations of a kind.
    pub fn count(&self, change: Change) -> u64 {
        let calls = self.calls.iter();
        calls.filter(|changed| changed.change == change).count() as u64
    }
}
