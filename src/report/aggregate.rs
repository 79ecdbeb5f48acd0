//! Adds up what the workers noted.
//!
//! Memory grows with the different keys: of events a few for each key, up to a number for each kind of key, and of
//! those that are told one by one the earliest. Not for: what the counts mean (`section`).

use std::collections::HashMap as Map;
use std::io;
use std::ops::ControlFlow;

use hashbrown::HashMap;

use super::count::{Count, EXAMPLES};
use super::earliest::{Earliest, Spread};
use super::observe::{Batch, Noted, SEPARATOR, TABLES, TEXTS, Table};
use crate::engine::Answer;
use crate::time::Moment;

/// Events that are kept as examples for one kind of key.
const MOST_EXAMPLES: usize = 4_000;

/// Minutes that are counted: more than the longest while has that is shown in minutes.
pub(super) const MOST_MINUTES: usize = 1_000;

/// Changes that are told one by one.
pub(super) const MOST_CHANGES: usize = 500;
/// Sign-ins that are.
pub(super) const MOST_SIGN_INS: usize = 100;
/// Events of a kind worth a look that are.
pub(super) const MOST_HITS: usize = 20;

/// An event as a page shows it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub time: Option<Moment>,
    pub outcome: usize,
    pub has_line: bool,
    /// All of its texts, one behind another, and where each ends: many events are seen, and few are shown.
    text: Box<str>,
    ends: [usize; TEXTS],
}

impl Seen {
    fn of(batch: &Batch, noted: &Noted) -> Seen {
        Seen {
            time: noted.time,
            outcome: noted.outcome,
            has_line: noted.has_line,
            text: batch.texts_of(noted).into(),
            ends: noted.ends,
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
pub(super) struct Counts {
    numbers: HashMap<Vec<u8>, usize>,
    pub entries: Vec<(Vec<String>, Count)>,
    examples: usize,
}

impl Counts {
    fn number(&mut self, key: &[u8]) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let texts = key.split(|byte| *byte == SEPARATOR);
        let texts = texts.map(|text| String::from_utf8_lossy(text).into_owned());
        let number = self.entries.len();
        self.numbers.insert(key.to_vec(), number);
        self.entries.push((texts.collect(), Count::default()));
        number
    }
}

/// Adds up.
#[derive(Debug)]
pub struct Gathered {
    pub(super) tables: Vec<Counts>,
    pub(super) all: Count,
    pub(super) changes: Spread,
    pub(super) sign_ins: Earliest,
    pub(super) hits: Map<String, Spread>,
    /// Events that don't say whether they read or write.
    pub(super) silent: Count,
    pub(super) timeless: u64,
    /// Events by number, with how many lists want them.
    pub(super) events: Map<u64, (u32, Seen)>,
    next: u64,
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered {
            tables: (0..TABLES).map(|_| Counts::default()).collect(),
            all: Count::default(),
            changes: Spread::new(MOST_CHANGES),
            sign_ins: Earliest::new(MOST_SIGN_INS),
            hits: Map::new(),
            silent: Count::default(),
            timeless: 0,
            events: Map::new(),
            next: 0,
        }
    }
}

impl Gathered {
    /// Nothing yet.
    pub fn new() -> Gathered {
        Gathered::default()
    }

    pub(super) fn of(&self, table: Table) -> &[(Vec<String>, Count)] {
        self.tables
            .get(table as usize)
            .map_or(&[][..], |counts| &counts.entries)
    }

    fn want(&mut self, number: u64, batch: &Batch, noted: &Noted) {
        let seen = || (0, Seen::of(batch, noted));
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

impl Answer<Batch> for Gathered {
    fn add(&mut self, batch: Batch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let mut numbers: Vec<Vec<Option<usize>>> = batch
            .tables
            .iter()
            .map(|texts| vec![None; texts.len()])
            .collect();
        let (mut from, mut actor) = (0, String::new());
        for (noted, kept) in batch.events.iter().zip(kept) {
            let keys = &batch.keys[from..noted.keys];
            from = noted.keys;
            if !kept {
                continue;
            }
            let event = self.next;
            self.next += 1;
            if noted.has_line {
                actor.clear();
                batch.who_calls_what(noted, &mut actor);
            }
            self.timeless += u64::from(noted.time.is_none());
            let mut wanted = 0;
            let silent = noted.is_silent.then_some(&mut self.silent);
            for count in std::iter::once(&mut self.all).chain(silent) {
                count.add(noted.outcome, noted.time);
                if count.examples.len() < EXAMPLES {
                    count.examples.push(event);
                    wanted += 1;
                }
            }
            for (table, local) in keys {
                let (table, local) = (usize::from(*table), *local);
                let counts = &mut self.tables[table];
                if table == Table::Minutes as usize && counts.entries.len() >= MOST_MINUTES {
                    continue;
                }
                let number = *numbers[table][local as usize]
                    .get_or_insert_with(|| counts.number(batch.tables[table].text(local)));
                let (texts, count) = &mut counts.entries[number];
                count.add(noted.outcome, noted.time);
                if count.examples.len() < EXAMPLES && counts.examples < MOST_EXAMPLES {
                    count.examples.push(event);
                    counts.examples += 1;
                    wanted += 1;
                }
                if table == Table::Watched as usize {
                    let kind = texts.concat();
                    let hits = self.hits.entry(kind);
                    let hits = hits.or_insert_with(|| Spread::new(MOST_HITS));
                    let dropped = hits.add(&actor, noted.time, event);
                    self.want(event, &batch, noted);
                    self.drop(dropped);
                }
            }
            for _ in 0..wanted {
                self.want(event, &batch, noted);
            }
            if noted.is_change {
                let dropped = self.changes.add(&actor, noted.time, event);
                self.want(event, &batch, noted);
                self.drop(dropped);
            }
            if noted.is_sign_in {
                let dropped = self.sign_ins.add(noted.time, event);
                self.want(event, &batch, noted);
                self.drop(dropped);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
