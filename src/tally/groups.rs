//! Counting events by what they have in some fields: the answer to `count`.
//!
//! A worker gives each combination of texts a number of its own, so that per event only that number crosses
//! to the commit, where a duplicate's increment is skipped. Memory: the distinct combinations, and with
//! `--distinct` each value once a combination.
//!
//! Not for: formats (`render`), which rows are shown (`cli`).

use std::io;
use std::ops::ControlFlow;

use hashbrown::{HashMap, HashSet};

use super::interner::Interner;

use crate::engine::{Answer, Question};
use crate::event::{Context, Event, Field};
use crate::text::Value;
use crate::time::{Interval, Moment, Zone};

/// What events are counted by.
#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// The fields.
    pub by: Vec<Field>,
    /// Spans of time, before the fields.
    pub every: Option<Interval>,
    /// A field whose different values are counted in each group.
    pub distinct: Option<Field>,
    /// Whether the first and last time of each group are wanted.
    pub first_last: bool,
}

/// What one event adds.
struct Increment {
    group: u32,
    time: Option<Moment>,
    distinct: Option<u32>,
}

/// The events of a run.
#[derive(Default)]
pub struct GroupBatch {
    groups: Interner,
    buckets: Vec<Option<Moment>>,
    values: Interner,
    increments: Vec<Increment>,
    scratch: Vec<u8>,
    span: Option<(Moment, Moment)>,
    found: u64,
}

/// Stands between the texts of a key; no text holds it, as it is no UTF-8.
const SEPARATOR: u8 = 0xff;

impl Question for Grouping {
    type Batch = GroupBatch;

    fn distinguishes_outcomes(&self) -> bool {
        let mut fields = self.by.iter().chain(&self.distinct);
        fields.any(Field::tells_outcome)
    }

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut GroupBatch) {
        let wants_time = self.every.is_some() || self.first_last;
        let time = if wants_time { event.time() } else { None };
        let mut key = std::mem::take(&mut batch.scratch);
        key.clear();
        let bucket = match (&self.every, time) {
            (Some(every), Some(time)) => Some(batch.bucket(every, time, context.zone)),
            _ => None,
        };
        if self.every.is_some() {
            let start = bucket.map_or(i64::MIN, |bucket| bucket.seconds);
            key.extend_from_slice(&start.to_be_bytes());
        }
        for (i, field) in self.by.iter().enumerate() {
            if i > 0 {
                key.push(SEPARATOR);
            }
            let value = field.value(event, context);
            if !matches!(value, Value::Missing) {
                batch.found |= 1 << i.min(63);
            }
            append(&mut key, &value);
        }
        let group = batch.groups.number(&key);
        if group as usize == batch.buckets.len() {
            batch.buckets.push(bucket);
        }
        let distinct = self.distinct.as_ref().and_then(|field| {
            key.clear();
            append(&mut key, &field.value(event, context));
            // As in a group's key, empty text is no value.
            (!key.is_empty()).then(|| batch.values.number(&key))
        });
        batch.scratch = key;
        batch.increments.push(Increment {
            group,
            time,
            distinct,
        });
    }
}

fn append(key: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Text(text) => text.decode_into(key),
        value => key.extend_from_slice(value.cell_text().as_bytes()),
    }
}

impl GroupBatch {
    /// Appends the texts of the event that was taken last, and an end.
    pub(crate) fn append_last(&self, into: &mut Vec<u8>) {
        if let Some(last) = self.increments.last() {
            into.extend_from_slice(self.groups.text(last.group));
        }
        into.extend_from_slice(&[SEPARATOR; 2]);
    }

    /// The start of the bucket of a time; neighbours mostly share it.
    fn bucket(&mut self, every: &Interval, time: Moment, zone: &Zone) -> Moment {
        if let Some((start, next)) = self.span
            && start <= time
            && time < next
        {
            return start;
        }
        let start = every.bucket(time, zone);
        self.span = Some((start, every.next(start, zone)));
        start
    }
}

/// A combination of texts and what was counted for it.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The start of its span of time; `None` without `--every` and for events without a time.
    pub bucket: Option<Moment>,
    /// The texts of the fields.
    pub texts: Vec<String>,
    /// Events.
    pub count: u64,
    /// The earliest event.
    pub first: Option<Moment>,
    /// The latest event.
    pub last: Option<Moment>,
    /// Different values of the field that was asked for.
    pub distinct: u64,
}

/// Adds batches up.
#[derive(Default)]
pub struct Groups {
    fields: usize,
    has_buckets: bool,
    numbers: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
    values: HashMap<Vec<u8>, u32>,
    seen: HashSet<(usize, u32)>,
    total: u64,
    found: u64,
}

impl Groups {
    /// Counts for a grouping.
    pub fn new(grouping: &Grouping) -> Self {
        Groups {
            fields: grouping.by.len(),
            has_buckets: grouping.every.is_some(),
            ..Self::default()
        }
    }

    /// Events counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether any event had something in this field.
    pub fn found(&self, field: usize) -> bool {
        self.found & (1 << field.min(63)) != 0
    }

    /// Whether any event had something in the field whose different values are counted.
    pub fn found_distinct(&self) -> bool {
        !self.values.is_empty()
    }

    /// The groups: most first, ties by the bytes of their texts; with spans of time, these first, and
    /// events without a time last.
    pub fn into_groups(self) -> Vec<Group> {
        let mut groups = self.groups;
        groups.sort_by(|a, b| {
            let time = |group: &Group| (group.bucket.is_none(), group.bucket);
            time(a)
                .cmp(&time(b))
                .then(b.count.cmp(&a.count))
                .then_with(|| a.texts.cmp(&b.texts))
        });
        groups
    }

    fn group(&mut self, key: &[u8], bucket: Option<Moment>) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let texts = &key[if self.has_buckets { 8 } else { 0 }..];
        let texts = if self.fields == 0 {
            Vec::new()
        } else {
            texts
                .split(|byte| *byte == SEPARATOR)
                .map(|text| String::from_utf8_lossy(text).into_owned())
                .collect()
        };
        let number = self.groups.len();
        self.numbers.insert(key.to_vec(), number);
        self.groups.push(Group {
            bucket,
            texts,
            ..Group::default()
        });
        number
    }
}

impl Answer<GroupBatch> for Groups {
    fn add(&mut self, batch: GroupBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        self.found |= batch.found;
        let mut numbers: Vec<Option<usize>> = vec![None; batch.groups.len()];
        let mut values: Vec<Option<u32>> = vec![None; batch.values.len()];
        for (increment, _) in batch.increments.iter().zip(kept).filter(|(_, kept)| **kept) {
            let local = increment.group as usize;
            let number = match numbers[local] {
                Some(number) => number,
                None => {
                    let bucket = batch.buckets.get(local).copied().flatten();
                    let number = self.group(batch.groups.text(increment.group), bucket);
                    numbers[local] = Some(number);
                    number
                }
            };
            self.total += 1;
            let group = &mut self.groups[number];
            group.count += 1;
            if let Some(time) = increment.time {
                group.first = Some(group.first.map_or(time, |first| first.min(time)));
                group.last = Some(group.last.map_or(time, |last| last.max(time)));
            }
            if let Some(local) = increment.distinct {
                let value = *values[local as usize].get_or_insert_with(|| {
                    let next = self.values.len() as u32;
                    *self
                        .values
                        .entry_ref(batch.values.text(local))
                        .or_insert(next)
                });
                if self.seen.insert((number, value)) {
                    group.distinct += 1;
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
