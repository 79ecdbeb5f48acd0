//! Counts events by the values of some fields: the answer to `count`.
//!
//! A worker numbers the combinations of values in its run, so that only a number per event is passed to the commit, which skips
//! the numbers of duplicates. Memory: the distinct combinations, and with `--distinct` each value once per combination.

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
    /// The length of the time spans, which come before the fields.
    pub every: Option<Interval>,
    /// A field whose distinct values are counted in each group.
    pub distinct: Option<Field>,
    /// Find the first and the last time of each group.
    pub first_last: bool,
}

/// What one row of an event adds.
struct Increment {
    group: u32,
    time: Option<Moment>,
    distinct: Option<u32>,
    /// False for the second and later rows of an event that has one row per resource.
    is_first: bool,
}

/// The events of one run.
#[derive(Default)]
pub struct GroupBatch {
    groups: Interner,
    buckets: Vec<Option<Moment>>,
    values: Interner,
    increments: Vec<Increment>,
    scratch: Vec<u8>,
    span: Option<(Moment, Moment)>,
    found: u64,
    /// A bit for each field that has several values per event.
    lists: u64,
}

/// Separates the texts of a key. No text contains it, because it is not valid UTF-8.
const SEPARATOR: u8 = 0xff;

impl Question for Grouping {
    type Batch = GroupBatch;

    fn distinguishes_outcomes(&self) -> bool {
        let mut fields = self.by.iter().chain(&self.distinct);
        fields.any(Field::depends_on_outcome)
    }

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut GroupBatch) {
        let wants_time = self.every.is_some() || self.first_last;
        let time = if wants_time { event.time() } else { None };
        let bucket = match (&self.every, time) {
            (Some(every), Some(time)) => Some(batch.bucket(every, time, context.zone)),
            _ => None,
        };
        let mut fields = self.by.iter().chain(&self.distinct);
        let resources = if fields.any(Field::is_list) {
            event.resources()
        } else {
            Vec::new()
        };
        let lists = self
            .by
            .iter()
            .enumerate()
            .filter(|(_, field)| field.is_list());
        batch.lists = lists.fold(0, |lists, (i, _)| lists | 1 << i.min(63));
        let mut row = Row {
            event,
            context,
            time,
            bucket,
            resource: None,
            is_first: true,
        };
        if resources.is_empty() {
            self.take_row(&row, batch);
        }
        for resource in &resources {
            row.resource = Some(resource);
            self.take_row(&row, batch);
            row.is_first = false;
        }
    }
}

/// An event, or the part of it that concerns one of its resources.
struct Row<'r, 'e> {
    event: &'r Event<'e>,
    context: &'r Context<'r>,
    time: Option<Moment>,
    bucket: Option<Moment>,
    resource: Option<&'r str>,
    is_first: bool,
}

impl Grouping {
    fn take_row(&self, row: &Row<'_, '_>, batch: &mut GroupBatch) {
        let value = |field: &Field| field.value_in_row(row.event, row.context, row.resource);
        let mut key = std::mem::take(&mut batch.scratch);
        key.clear();
        if self.every.is_some() {
            let start = row.bucket.map_or(i64::MIN, |bucket| bucket.seconds);
            key.extend_from_slice(&start.to_be_bytes());
        }
        for (i, field) in self.by.iter().enumerate() {
            if i > 0 {
                key.push(SEPARATOR);
            }
            let value = value(field);
            if !matches!(value, Value::Missing) {
                batch.found |= 1 << i.min(63);
            }
            append(&mut key, &value);
        }
        let group = batch.groups.number(&key);
        if group as usize == batch.buckets.len() {
            batch.buckets.push(row.bucket);
        }
        let distinct = self.distinct.as_ref().and_then(|field| {
            key.clear();
            append(&mut key, &value(field));
            // As in the key of a group, empty text is a missing value.
            (!key.is_empty()).then(|| batch.values.number(&key))
        });
        batch.scratch = key;
        batch.increments.push(Increment {
            group,
            time: row.time,
            distinct,
            is_first: row.is_first,
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
    /// Appends the texts of the last event, and an end. Its resources are omitted: the ones of an envelope and the ones that
    /// a record implies are not always the same, and a dump may contain one event in both forms.
    pub(crate) fn append_last(&self, into: &mut Vec<u8>) {
        let key = self.increments.last();
        let key = key.map_or(&[][..], |last| self.groups.text(last.group));
        for (i, text) in key.split(|byte| *byte == SEPARATOR).enumerate() {
            if self.lists & 1 << i.min(63) == 0 {
                into.extend_from_slice(text);
            }
            into.push(SEPARATOR);
        }
        into.push(SEPARATOR);
    }

    /// The start of the time span that contains a time. Consecutive events are mostly in the same span.
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

/// A combination of texts, and its counts.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The start of its time span; `None` without `--every` and for events without a time.
    pub bucket: Option<Moment>,
    /// The texts of the fields.
    pub texts: Vec<String>,
    /// The number of events.
    pub count: u64,
    /// The time of the earliest event.
    pub first: Option<Moment>,
    /// The time of the latest event.
    pub last: Option<Moment>,
    /// The number of distinct values.
    pub distinct: u64,
}

/// The answer: adds batches up.
#[derive(Default)]
pub struct Groups {
    fields: usize,
    has_buckets: bool,
    /// Whether an event is in one group for each of its resources.
    has_lists: bool,
    numbers: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
    values: HashMap<Vec<u8>, u32>,
    seen: HashSet<(usize, u32)>,
    total: u64,
    found: u64,
}

impl Groups {
    /// Empty counts for a grouping.
    pub fn new(grouping: &Grouping) -> Self {
        Groups {
            fields: grouping.by.len(),
            has_buckets: grouping.every.is_some(),
            has_lists: grouping.by.iter().any(Field::is_list),
            ..Self::default()
        }
    }

    /// The number of events.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// True if any event has a value for the field with this index.
    pub fn found(&self, field: usize) -> bool {
        self.found & (1 << field.min(63)) != 0
    }

    /// True if any event has a value for the field whose distinct values are counted.
    pub fn found_distinct(&self) -> bool {
        !self.values.is_empty()
    }

    /// The groups, by descending count, then by the bytes of their texts. With time spans, by time span first; events without a
    /// time come last.
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
        let mut kept = kept.iter();
        let mut is_kept = false;
        for increment in &batch.increments {
            if increment.is_first {
                is_kept = kept.next().is_some_and(|kept| *kept);
            }
            if !is_kept {
                continue;
            }
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
            self.total += u64::from(increment.is_first);
            let group = &mut self.groups[number];
            // Without a list among the fields all rows of an event are in one group.
            group.count += u64::from(increment.is_first || self.has_lists);
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
