//! Tests the engine from outside: the events that it finds in whole, cut, damaged, reshaped and hostile
//! input, and that the result depends only on the bytes.
//!
//! This file contains the shared parts of these tests.

mod bounds;
mod cuts;
mod damage;
mod dual;
mod expressions;
mod fields;
mod files;
mod flat;
mod full;
mod guards;
mod mutants;
mod nested;
mod outline;
mod outside;
mod places;
mod properties;
mod shapes;
mod stories;

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use trailsift::dump::{
    ByteCounts, Chunk, Content, EventLimits, Finding, Ledger, ScanFacts, ScanState, Scanner,
};
use trailsift::engine::{
    self, Answer, CHUNK_SIZE, Item, ItemSource, Question, RunReport, Settings,
};
use trailsift::event::{Context, Event};
use trailsift::input::{Opened, SPOOL_MEMORY, Spool, UnpackLimits};
use trailsift::select::Selection;
use trailsift::time::{TimeFormat, Zone};
use trailsift::transcode::{self, Origins};

/// The results for one input, in a form that can be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Offset and text of every event, duplicates left out.
    pub events: Vec<(u64, Vec<u8>)>,
    /// Their ranges in the file: first byte and the one after the last.
    pub spans: Vec<(u64, u64)>,
    pub byte_counts: ByteCounts,
    pub content: Content,
    pub findings: Vec<Finding>,
    pub duplicates: u64,
    pub selected: u64,
    /// Events with a record that cannot be read, and the first of them.
    pub unreadable: (u64, Option<u64>),
    pub error: Option<String>,
}

impl Reading {
    /// True if the result reports that events, or parts of an event, may be lost.
    pub fn reports_loss(&self) -> bool {
        self.findings.iter().any(Finding::is_loss)
    }
}

/// How an input is read.
#[derive(Clone, Copy, Debug)]
pub struct How {
    pub threads: usize,
    pub chunk_size: usize,
    pub limits: EventLimits,
}

impl Default for How {
    fn default() -> Self {
        How {
            threads: 1,
            chunk_size: CHUNK_SIZE,
            limits: EventLimits::default(),
        }
    }
}

/// Collects events in the order of the file, and reads each record.
struct Gather;

impl Question for Gather {
    type Batch = Vec<Found>;

    fn observe(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut Self::Batch) {
        // Read, so that the count of unreadable records is complete.
        let _ = event.record_unreadable();
        batch.push(((event.offset, event.end), event.source().to_vec()));
    }
}

/// The range of an event, and its text.
type Found = ((u64, u64), Vec<u8>);

#[derive(Default)]
struct Gathered(Vec<Found>);

impl Gathered {
    /// Offsets and texts alone.
    fn events(self) -> Vec<(u64, Vec<u8>)> {
        self.0
            .into_iter()
            .map(|((at, _), text)| (at, text))
            .collect()
    }
}

impl Answer<Vec<Found>> for Gathered {
    fn add(&mut self, batch: Vec<Found>, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        assert_eq!(batch.len(), kept.len());
        let fresh = batch.into_iter().zip(kept).filter(|(_, kept)| **kept);
        self.0.extend(fresh.map(|(event, _)| event));
        Ok(ControlFlow::Continue(()))
    }
}

/// Asks a question of all events of some items.
pub fn ask<Q: Question, A: Answer<Q::Batch>>(
    items: &[Item],
    how: How,
    question: &Q,
    answer: &mut A,
) -> RunReport {
    let settings = Settings {
        selection: &Selection::default(),
        zone: &Zone::Utc,
        format: &TimeFormat::default(),
        keep_duplicates: false,
        limit: None,
        threads: how.threads,
        chunk_size: how.chunk_size,
        limits: how.limits,
        unpacking: UnpackLimits::default(),
        progress: &|_| {},
    };
    engine::ask(items, &settings, question, answer).expect("the answer never fails")
}

/// Bytes as an input that is read like a file; packed ones are unpacked.
pub fn item(bytes: &[u8]) -> Item {
    Item {
        shown: "input".to_owned(),
        root: None,
        source: ItemSource::Spool(Arc::new(spool(bytes))),
    }
}

fn spool(mut bytes: &[u8]) -> Spool {
    Spool::fill(&mut bytes, SPOOL_MEMORY, Path::new("/"), &mut |_| {}).expect("memory never fails")
}

/// The result of the whole engine for some bytes.
pub fn read(bytes: &[u8], how: How) -> Reading {
    read_item(item(bytes), how)
}

/// The same, from a file that workers read ranges of.
pub fn read_from_disk(mut bytes: &[u8], how: How) -> Reading {
    let folder = std::env::temp_dir();
    let spool = Spool::fill(&mut bytes, 0, &folder, &mut |_| {}).expect("a temporary file");
    let origin = ItemSource::Spool(Arc::new(spool));
    read_item(
        Item {
            source: origin,
            ..item(&[])
        },
        how,
    )
}

fn read_item(item: Item, how: How) -> Reading {
    let mut gathered = Gathered::default();
    let mut report = ask(&[item], how, &Gather, &mut gathered);
    assert_eq!(report.files.len(), 1);
    let file = report.files.remove(0);
    assert!(file.byte_counts.is_balanced(), "{:?}", file.byte_counts);
    assert_eq!(
        file.byte_counts.events,
        gathered.0.len() as u64 + file.duplicates
    );
    Reading {
        spans: gathered.0.iter().map(|(span, _)| *span).collect(),
        events: gathered.events(),
        byte_counts: file.byte_counts,
        content: file.content,
        findings: file.findings,
        duplicates: file.duplicates,
        selected: file.stats.selected,
        unreadable: (
            file.stats.unreadable,
            file.stats.first_unreadable.map(|(at, _)| at),
        ),
        error: file.error,
    }
}

/// The result of a scanner for some bytes in one run, without the engine; duplicates are kept.
pub fn scan(source: &[u8]) -> Reading {
    let (made, origins) = made(source);
    let bytes = made.as_deref().unwrap_or(source);
    let origins = origins.as_ref();
    let mut events = Vec::new();
    let mut spans = Vec::new();
    let mut unreadable = (0, None);
    let mut visit = |event: &Event<'_>| {
        if event.record_unreadable().is_some() {
            unreadable.0 += 1;
            unreadable.1.get_or_insert(event.offset);
        }
        events.push((event.offset, event.source().to_vec()));
        spans.push((event.offset, event.end));
        ControlFlow::Continue(())
    };
    let mut ledger = Ledger::new();
    let mut scanner = Scanner::new(EventLimits::default());
    let mut at = ScanState::default();
    while at.at < bytes.len() as u64 {
        let mut facts = ScanFacts::default();
        let chunk = Chunk {
            origins,
            ..Chunk::whole(bytes)
        };
        let rest = chunk.starting_at(at.at);
        let to = scanner.run(rest, at.mode, u64::MAX, &mut visit, &mut facts);
        assert!(to.at > at.at, "stuck at byte {}", at.at);
        ledger.absorb(facts);
        at = to;
    }
    let (byte_counts, content, findings) = ledger.finish(source.len() as u64, true);
    assert!(byte_counts.is_balanced(), "{byte_counts:?}");
    assert_eq!(byte_counts.events, events.len() as u64);
    Reading {
        selected: byte_counts.events,
        events,
        spans,
        byte_counts,
        content,
        findings,
        duplicates: 0,
        unreadable,
        error: None,
    }
}

/// The text that a source of another shape is converted to, and the map to the source.
fn made(source: &[u8]) -> (Option<Vec<u8>>, Option<Origins>) {
    let head = &source[..source.len().min(transcode::HEAD)];
    let Some(recipe) = transcode::recognise(head) else {
        return (None, None);
    };
    let mut rest = std::io::Cursor::new(source.to_vec());
    let pull = move |buffer: &mut [u8]| std::io::Read::read(&mut rest, buffer).map_err(Into::into);
    let block = recipe
        .open(Box::new(pull), EventLimits::default().event)
        .rest();
    (Some(block.bytes), Some(block.origins))
}

/// A file of the project, unpacked.
pub fn unpacked(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::read(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut bytes = Vec::new();
    match spool(&packed).open() {
        Opened::Stream(mut stream) => {
            let mut block = vec![0; 1 << 16];
            while let Ok(count @ 1..) = stream.read(&mut block) {
                bytes.extend_from_slice(&block[..count]);
            }
            bytes
        }
        _ => packed,
    }
}

/// A row of `tests/expected.tsv`.
#[derive(Debug)]
pub struct Expected {
    pub path: String,
    pub events: u64,
    pub duplicates: u64,
    pub why: String,
}

/// All files of `fixtures/` and `tests/data/`, with their expected content.
pub fn expected() -> Vec<Expected> {
    include_str!("../expected.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Expected {
                path: cells[0].to_owned(),
                events: cells[1].parse().expect("a number"),
                duplicates: cells[2].parse().expect("a number"),
                why: cells[4].to_owned(),
            }
        })
        .collect()
}
