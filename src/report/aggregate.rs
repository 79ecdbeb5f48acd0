//! Adds up what the workers noted.
//!
//! Memory grows with the different keys: of events a few for each key, up to a number for each kind of key, and of
//! of the listed events the earliest. `section` interprets the counts.

use std::collections::HashMap as Map;
use std::io;
use std::ops::ControlFlow;

use hashbrown::HashMap;

use super::count::{EXAMPLES, KeyCount};
use super::earliest::{Earliest, Spread};
use super::observe::{KeyKind, ReportBatch, ReportObservation, SEPARATOR, TABLES, TEXTS};
use crate::engine::Answer;
use crate::time::Moment;

/// Events that are kept as examples for one kind of key.
const MOST_EXAMPLES: usize = 4_000;

/// Minutes that are counted: more than the longest while has that is shown in minutes.
pub(super) const MOST_MINUTES: usize = 1_000;

/// Maximum number of listed changes.
pub(super) const MOST_CHANGES: usize = 500;
/// Sign-ins that are.
pub(super) const MOST_SIGN_INS: usize = 100;
/// Maximum number of listed events of a notable kind.
pub(super) const MOST_HITS: usize = 20;

/// An event as a page shows it.
#[derive(Clone, Debug)]
pub(super) struct SampleEvent {
    pub time: Option<Moment>,
    pub outcome: usize,
    pub has_line: bool,
    /// All of its texts, one after another, and the end of each: many events are seen, and few are shown.
    text: Box<str>,
    ends: [usize; TEXTS],
}

impl SampleEvent {
    fn of(batch: &ReportBatch, observation: &ReportObservation) -> SampleEvent {
        SampleEvent {
            time: observation.time,
            outcome: observation.outcome,
            has_line: observation.has_line,
            text: batch.texts_of(observation).into(),
            ends: observation.ends,
        }
    }

    /// Id, principal, access key, source, name, error code, address, region, line.
    pub fn texts(&self) -> [&str; TEXTS] {
        let mut from = 0;
        self.ends.map(|end| {
            let text = self.text.get(from..end).unwrap_or_default();
            from = end;
            text
        })
    }
}

/// What is counted under the keys of one kind.
#[derive(Debug, Default)]
pub(super) struct KeyTable {
    numbers: HashMap<Vec<u8>, usize>,
    pub entries: Vec<(Vec<String>, KeyCount)>,
    examples: usize,
}

impl KeyTable {
    fn number(&mut self, key: &[u8]) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let texts = key.split(|byte| *byte == SEPARATOR);
        let texts = texts.map(|text| String::from_utf8_lossy(text).into_owned());
        let number = self.entries.len();
        self.numbers.insert(key.to_vec(), number);
        self.entries.push((texts.collect(), KeyCount::default()));
        number
    }
}

/// Adds up.
#[derive(Debug)]
pub struct ReportAggregator {
    pub(super) tables: Vec<KeyTable>,
    pub(super) all: KeyCount,
    pub(super) changes: Spread,
    pub(super) sign_ins: Earliest,
    pub(super) hits: Map<String, Spread>,
    /// Events that don't say whether they read or write.
    pub(super) silent: KeyCount,
    pub(super) timeless: u64,
    /// Events by number, with how many lists want them.
    pub(super) events: Map<u64, (u32, SampleEvent)>,
    next: u64,
}

impl Default for ReportAggregator {
    fn default() -> Self {
        ReportAggregator {
            tables: (0..TABLES).map(|_| KeyTable::default()).collect(),
            all: KeyCount::default(),
            changes: Spread::new(MOST_CHANGES),
            sign_ins: Earliest::new(MOST_SIGN_INS),
            hits: Map::new(),
            silent: KeyCount::default(),
            timeless: 0,
            events: Map::new(),
            next: 0,
        }
    }
}

impl ReportAggregator {
    /// Nothing yet.
    pub fn new() -> ReportAggregator {
        ReportAggregator::default()
    }

    pub(super) fn of(&self, table: KeyKind) -> &[(Vec<String>, KeyCount)] {
        self.tables
            .get(table as usize)
            .map_or(&[][..], |counts| &counts.entries)
    }

    fn want(&mut self, number: u64, batch: &ReportBatch, observation: &ReportObservation) {
        let seen = || (0, SampleEvent::of(batch, observation));
        self.events.entry(number).or_insert_with(seen).0 += 1;
    }

    fn drop(&mut self, number: Option<u64>) {
        let Some(number) = number else { return };
        if let Some((wanted, _)) = self.events.get_mut(&number) {
            *wanted -= 1;
            if *wanted == 0 {
                self.events.remove(&number);
            }
        }
    }
}

impl Answer<ReportBatch> for ReportAggregator {
    fn add(&mut self, batch: ReportBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let mut numbers: Vec<Vec<Option<usize>>> = batch
            .tables
            .iter()
            .map(|texts| vec![None; texts.len()])
            .collect();
        let (mut from, mut actor) = (0, String::new());
        for (observation, kept) in batch.events.iter().zip(kept) {
            let keys = &batch.keys[from..observation.keys];
            from = observation.keys;
            if !kept {
                continue;
            }
            let event = self.next;
            self.next += 1;
            if observation.has_line {
                actor.clear();
                batch.who_calls_what(observation, &mut actor);
            }
            self.timeless += u64::from(observation.time.is_none());
            let mut wanted = 0;
            let silent = observation.is_silent.then_some(&mut self.silent);
            for count in std::iter::once(&mut self.all).chain(silent) {
                count.add(observation.outcome, observation.time);
                if count.examples.len() < EXAMPLES {
                    count.examples.push(event);
                    wanted += 1;
                }
            }
            for (table, local) in keys {
                let (table, local) = (usize::from(*table), *local);
                let counts = &mut self.tables[table];
                if table == KeyKind::Minutes as usize && counts.entries.len() >= MOST_MINUTES {
                    continue;
                }
                let number = *numbers[table][local as usize]
                    .get_or_insert_with(|| counts.number(batch.tables[table].text(local)));
                let (texts, count) = &mut counts.entries[number];
                count.add(observation.outcome, observation.time);
                if count.examples.len() < EXAMPLES && counts.examples < MOST_EXAMPLES {
                    count.examples.push(event);
                    counts.examples += 1;
                    wanted += 1;
                }
                if table == KeyKind::Notable as usize {
                    let kind = texts.concat();
                    let hits = self.hits.entry(kind);
                    let hits = hits.or_insert_with(|| Spread::new(MOST_HITS));
                    let dropped = hits.add(&actor, observation.time, event);
                    self.want(event, &batch, observation);
                    self.drop(dropped);
                }
            }
            for _ in 0..wanted {
                self.want(event, &batch, observation);
            }
            if observation.is_change {
                let dropped = self.changes.add(&actor, observation.time, event);
                self.want(event, &batch, observation);
                self.drop(dropped);
            }
            if observation.is_sign_in {
                let dropped = self.sign_ins.add(observation.time, event);
                self.want(event, &batch, observation);
                self.drop(dropped);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
