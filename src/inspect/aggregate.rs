//! Adds up what the workers noted, for each dump and for all dumps together.
//!
//! The engine decides which events are duplicates. This module only finds out whether the first of them is in the same
//! dump, with about 16 bytes per event of the current dump, in addition to the memory of the engine.
//!
//! Not for: judging (`judge`, `coverage`).

use std::io;
use std::ops::ControlFlow;

use hashbrown::HashSet;

use super::coverage::{self, Coverage};
use super::document::Contents;
use super::followups::Reach;
use super::group::EventGroup;
use super::layout::EventLayout;
use super::observe::DumpBatch;
use crate::engine::{Answer, FileReport};
use crate::time::Zone;

/// The results of one dump after its end. Its hours and most of its names are dropped.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// What is in it.
    pub contents: Contents,
    /// The findings of its events.
    pub coverage: Coverage,
    /// How far it reaches.
    pub reach: Reach,
    /// How its first event lies there.
    pub layout: Option<EventLayout>,
    /// How envelopes spell their times, by [`super::Spelling`].
    pub spellings: [u64; 6],
    /// Entries of a lookup, records, records in strings.
    pub shapes: [u64; 3],
}

/// Adds up.
#[derive(Debug)]
pub struct DumpAggregator {
    zone: Zone,
    current: EventGroup,
    layout: Option<EventLayout>,
    ids: HashSet<u64>,
    /// The dumps that have ended, in order.
    pub dumps: Vec<Summary>,
    all: EventGroup,
}

impl DumpAggregator {
    /// An empty result. Times are written in `zone`.
    pub fn new(zone: &Zone) -> DumpAggregator {
        DumpAggregator {
            zone: *zone,
            current: EventGroup::default(),
            layout: None,
            ids: HashSet::new(),
            dumps: Vec::new(),
            all: EventGroup::default(),
        }
    }

    /// All dumps together.
    pub fn all(&self) -> (Contents, Coverage) {
        let contents = Contents::of(&self.all, &self.zone);
        (contents, coverage::judge(&self.all, &self.zone))
    }
}

impl Answer<DumpBatch> for DumpAggregator {
    fn add(&mut self, batch: DumpBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let (current, all) = (&mut self.current, &mut self.all);
        let streams = batch.streams.texts.iter();
        let streams: Vec<_> = streams
            .map(|name| (current.streams.number(name), all.streams.number(name)))
            .collect();
        for (event, kept) in batch.events.iter().zip(kept) {
            let is_new = event.id.is_none_or(|id| self.ids.insert(id));
            current.follow(event.time);
            for group in [&mut *current, &mut *all] {
                group.found += 1;
                group.without_id += u64::from(event.id.is_none());
                match (*kept, is_new) {
                    (true, _) => {}
                    (false, false) => group.inside += 1,
                    (false, true) => group.across += 1,
                }
            }
            let (here, there) = streams
                .get(event.stream as usize)
                .copied()
                .unwrap_or_default();
            let who = event.who.and_then(|who| batch.who.texts.get(who as usize));
            let who = who.map(String::as_str);
            if *kept || is_new {
                current.add(event.time, here, who, event.category);
            }
            if *kept {
                all.add(event.time, there, who, event.category);
            }
        }
        current.kinds.merge(&batch.kinds);
        self.layout = self.layout.or(batch.layout);
        Ok(ControlFlow::Continue(()))
    }

    fn close(&mut self, _: &FileReport) {
        let group = std::mem::take(&mut self.current);
        self.ids.clear();
        self.all.kinds.merge(&group.kinds);
        self.dumps.push(Summary {
            contents: Contents::of(&group, &self.zone),
            coverage: coverage::judge(&group, &self.zone),
            reach: Reach::of(&group),
            layout: self.layout.take(),
            spellings: group.kinds.spellings,
            shapes: [group.kinds.lookup, group.kinds.records, group.kinds.strings],
        });
    }
}
