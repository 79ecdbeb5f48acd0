//! The result of `fields`: which paths occur, in how many events, with how many different values, and an example.
//!
//! A worker thread numbers the paths of its batch and records for each event its paths, the hash of each value, and a
//! text for the example, so that the commit can skip a duplicate. There each path has one bounded entry.

use std::cmp::Ordering;
use std::io;
use std::ops::ControlFlow;

use hashbrown::HashMap;

use super::distinct::{Distinct, EXACT_BELOW, hash};
use crate::engine::{Answer, Question};
use crate::event::{Context, Event, PathId, PathIndex, Scope, field};
use crate::text::Value;

/// The largest number of paths that are kept.
pub const MOST_PATHS: usize = 20_000;

/// The largest length of a path that is kept, in bytes.
pub const LONGEST_PATH: usize = 1_000;

/// The largest length of an example, in characters.
pub const LONGEST_EXAMPLE: usize = 200;

/// Number of values of one event after which values that cannot matter are removed.
const MOST_NOTED: usize = 1 << 16;

/// A null has no text.
const NULL: u32 = u32::MAX;

/// A path and a value of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    place: PathId,
    /// The text of the path's first value in this event; [`NULL`] for a null.
    text: u32,
    hash: u64,
}

/// The first value of a path in the event that had it last.
#[derive(Clone, Copy, Debug)]
struct Latest {
    event: usize,
    hash: u64,
    text: u32,
}

/// The events of a run.
#[derive(Debug, Default)]
pub struct PathBatch {
    index: PathIndex,
    found: Vec<Found>,
    /// Where in `found` each event ends.
    events: Vec<usize>,
    texts: Vec<u8>,
    /// Where in `texts` each text ends.
    ends: Vec<usize>,
    latest: Vec<Option<Latest>>,
}

/// The question: which paths of a scope occur.
#[derive(Clone, Debug)]
pub struct Survey {
    scope: Scope,
}

impl Survey {
    /// The question: which paths of a scope occur.
    pub fn new(scope: Scope) -> Survey {
        Survey { scope }
    }
}

impl Question for Survey {
    type Batch = PathBatch;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut PathBatch) {
        let mut index = std::mem::take(&mut batch.index);
        let from = batch.found.len();
        let mut most = MOST_NOTED;
        index.walk(&self.scope, event, context, |place, value| {
            batch.note(place, value);
            if batch.found.len() - from >= most {
                batch.thin_out(from);
                most = MOST_NOTED.max(2 * (batch.found.len() - from));
            }
        });
        batch.index = index;
        batch.events.push(batch.found.len());
    }
}

impl PathBatch {
    fn note(&mut self, place: PathId, value: &Value<'_>) {
        let (text, hash) = match value {
            Value::Missing | Value::Null => (NULL, 0),
            value => {
                let text = value.cell_text();
                let hash = hash(text.as_bytes());
                (self.text(place, &text, hash), hash)
            }
        };
        self.found.push(Found { place, text, hash });
    }

    /// The number of the text of this event's first value at a place.
    fn text(&mut self, place: PathId, text: &str, hash: u64) -> u32 {
        let event = self.events.len();
        if self.latest.len() <= place.index() {
            self.latest.resize(place.index() + 1, None);
        }
        let latest = &mut self.latest[place.index()];
        let number = match latest {
            Some(latest) if latest.event == event => return latest.text,
            Some(latest) if latest.hash == hash => latest.text,
            _ => {
                match text.char_indices().nth(LONGEST_EXAMPLE) {
                    None => self.texts.extend_from_slice(text.as_bytes()),
                    Some((end, _)) => {
                        self.texts.extend_from_slice(&text.as_bytes()[..end]);
                        self.texts.extend_from_slice("…".as_bytes());
                    }
                }
                self.ends.push(self.texts.len());
                self.ends.len() as u32 - 1
            }
        };
        *latest = Some(Latest {
            event,
            hash,
            text: number,
        });
        number
    }

    /// Removes from the event that begins at `from` the values without effect: duplicates, and all but the smallest hashes
    /// of a path. Otherwise a huge event would take many times its size in memory.
    fn thin_out(&mut self, from: usize) {
        let order = |found: &Found| (found.place.index(), found.text == NULL, found.hash);
        self.found[from..].sort_unstable_by_key(order);
        let (mut to, mut run) = (from, 0);
        for i in from..self.found.len() {
            let found = self.found[i];
            if to > from && self.found[to - 1].place == found.place {
                if order(&self.found[to - 1]) == order(&found) {
                    continue;
                }
                run += 1;
            } else {
                run = 0;
            }
            if run < EXACT_BELOW || found.text == NULL {
                self.found[to] = found;
                to += 1;
            }
        }
        self.found.truncate(to);
    }

    fn example(&self, text: u32) -> Option<String> {
        let number = text as usize;
        let end = *self.ends.get(number)?;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let text = self.texts.get(start..end)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }
}

/// A path that occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurring {
    /// The path, as a field is typed.
    pub path: String,
    /// Whether it can be typed: a name that needs quotes must not contain one.
    pub is_typable: bool,
    /// Events with a value there that is not null.
    pub events: u64,
    /// Different values there.
    pub distinct: u64,
    /// Whether that is an estimate.
    pub is_estimated: bool,
    /// The first value, shortened to [`LONGEST_EXAMPLE`]; `None` when all are null.
    pub example: Option<String>,
}

/// Paths that were omitted because there were too many or they were too long.
#[derive(Clone, Debug, Default)]
pub struct Beyond {
    /// Events that have some of them.
    pub events: u64,
    paths: Distinct,
    latest: u64,
}

impl Beyond {
    /// How many there are, and whether that is an estimate.
    pub fn paths(&self) -> (u64, bool) {
        (self.paths.count(), self.paths.is_estimated())
    }
}

#[derive(Debug, Default)]
struct Entry {
    is_typable: bool,
    events: u64,
    /// The event that counted last.
    latest: u64,
    hash: u64,
    distinct: Distinct,
    example: Option<String>,
}

/// The entry of a path of a batch.
#[derive(Clone, Copy, Debug)]
enum Target {
    Entry(usize),
    Beyond(u64),
}

/// Adds batches up.
#[derive(Debug, Default)]
pub struct Paths {
    numbers: HashMap<String, usize>,
    entries: Vec<Entry>,
    total: u64,
    beyond: Beyond,
}

impl Paths {
    /// Events looked at.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The omitted paths.
    pub fn beyond(&self) -> &Beyond {
        &self.beyond
    }

    /// The paths: first names in the order of [`field::names`], then others in the order of their bytes.
    pub fn into_occurring(self) -> Vec<Occurring> {
        let mut entries: Vec<Option<Entry>> = self.entries.into_iter().map(Some).collect();
        let mut all: Vec<Occurring> = self
            .numbers
            .into_iter()
            .filter_map(|(path, number)| Some((path, entries.get_mut(number)?.take()?)))
            .map(|(path, entry)| {
                // Only lists have more than one value per event, so any other estimate has this bound.
                let is_list = path.contains("[]") || path == "resource";
                let most = if is_list { u64::MAX } else { entry.events };
                Occurring {
                    is_typable: entry.is_typable,
                    events: entry.events,
                    distinct: entry.distinct.count().min(most),
                    is_estimated: entry.distinct.is_estimated(),
                    example: entry.example,
                    path,
                }
            })
            .collect();
        let names: HashMap<&str, usize> = field::names().zip(0..).collect();
        let rank = |path: &str| {
            let end = path.find(['.', '[']).unwrap_or(path.len());
            names.get(&path[..end]).copied().unwrap_or(usize::MAX)
        };
        let order = |a: &Occurring, b: &Occurring| -> Ordering {
            rank(&a.path)
                .cmp(&rank(&b.path))
                .then_with(|| a.path.cmp(&b.path))
        };
        all.sort_by(order);
        all
    }

    fn target(&mut self, index: &PathIndex, place: PathId) -> Target {
        let Some((path, is_typable)) = index.path(place, LONGEST_PATH) else {
            return Target::Beyond(index.hash(place));
        };
        if let Some(number) = self.numbers.get(&path) {
            return Target::Entry(*number);
        }
        let number = self.entries.len();
        if number >= MOST_PATHS {
            return Target::Beyond(index.hash(place));
        }
        self.numbers.insert(path, number);
        self.entries.push(Entry {
            is_typable,
            ..Entry::default()
        });
        Target::Entry(number)
    }
}

impl Answer<PathBatch> for Paths {
    fn add(&mut self, batch: PathBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let mut targets: Vec<Option<Target>> = Vec::new();
        let mut from = 0;
        for (end, kept) in batch.events.iter().zip(kept) {
            let event = &batch.found[from..*end];
            from = *end;
            if !kept {
                continue;
            }
            self.total += 1;
            for found in event {
                let place = found.place.index();
                if targets.len() <= place {
                    targets.resize(place + 1, None);
                }
                let target =
                    *targets[place].get_or_insert_with(|| self.target(&batch.index, found.place));
                match target {
                    Target::Entry(number) if found.text != NULL => {
                        let entry = &mut self.entries[number];
                        if entry.example.is_none() {
                            entry.example = batch.example(found.text);
                        }
                        if entry.latest != self.total {
                            entry.latest = self.total;
                            entry.events += 1;
                        }
                        // Adjacent events mostly have the same value.
                        if entry.hash != found.hash || entry.events == 1 {
                            entry.hash = found.hash;
                            entry.distinct.add(found.hash);
                        }
                    }
                    Target::Entry(_) => {}
                    Target::Beyond(hash) => {
                        self.beyond.paths.add(hash);
                        if self.beyond.latest != self.total {
                            self.beyond.latest = self.total;
                            self.beyond.events += 1;
                        }
                    }
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
