//! Any bytes as a dump: the byte counts add up, events have valid offsets in order, and the chunk size does not change the
//! result.
#![no_main]

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use trailsift::dump::EventLimits;
use trailsift::engine::{self, Answer, FileReport, Item, ItemSource, Question, Settings};
use trailsift::event::{Context, Event, Field};
use trailsift::input::{Spool, UnpackLimits};
use trailsift::select::Selection;
use trailsift::time::{TimeFormat, Zone};

/// The question: offsets and field values of each event.
struct Probing {
    fields: Vec<Field>,
}

type Found = (u64, u64, Vec<String>);

impl Question for Probing {
    type Batch = Vec<Found>;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Vec<Found>) {
        let _ = event.record_unreadable();
        let values = self.fields.iter().map(|field| {
            let value = field.value(event, context);
            value.cell_text().into_owned()
        });
        batch.push((event.offset, event.end, values.collect()));
    }
}

#[derive(Default)]
struct All(Vec<(Found, bool)>);

impl Answer<Vec<Found>> for All {
    fn add(&mut self, batch: Vec<Found>, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        assert_eq!(batch.len(), kept.len());
        self.0.extend(batch.into_iter().zip(kept.iter().copied()));
        Ok(ControlFlow::Continue(()))
    }
}

fn read(bytes: &[u8], question: &Probing, chunk_size: usize, limits: EventLimits) -> (All, FileReport) {
    let spool = Spool::fill(&mut &bytes[..], usize::MAX, Path::new("/"), &mut |_| {});
    let items = [Item {
        shown: "input".to_owned(),
        root: None,
        source: ItemSource::Spool(Arc::new(spool.expect("memory"))),
    }];
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    let settings = Settings {
        chunk_size,
        limits,
        unpacking: UnpackLimits {
            bytes: 1 << 20,
            ..UnpackLimits::default()
        },
        ..Settings::new(&selection, &zone, &format)
    };
    let mut all = All::default();
    let mut report = engine::ask(&items, &settings, question, &mut all).expect("no writer");
    (all, report.files.remove(0))
}

fuzz_target!(|input: (u16, &[u8])| {
    let (choice, bytes) = input;
    let names = [
        "EventTime",
        "principal",
        "outcome",
        "requestParameters",
        "resources[].ARN",
        ".x",
    ];
    let fields = names.map(|name| Field::parse(name).expect("a field"));
    let question = Probing {
        fields: fields.into(),
    };
    let limits = EventLimits {
        event: 1 << (6 + choice % 16),
        depth: EventLimits::LEAST_DEPTH + usize::from(choice / 256),
    };
    let (whole, report) = read(bytes, &question, 1 << 30, limits);
    assert!(report.byte_counts.is_balanced(), "{:?}", report.byte_counts);
    assert_eq!(report.byte_counts.events, whole.0.len() as u64);
    let spans = whole.0.iter().map(|((from, to, _), _)| (*from, *to));
    let mut before = 0;
    for (from, to) in spans {
        assert!(before <= from && from <= to, "{before} {from} {to}");
        assert!(to <= report.byte_counts.bytes);
        before = to;
    }
    let chunk_size = 1 + usize::from(choice) % 3000;
    let (chunks, again) = read(bytes, &question, chunk_size, limits);
    assert_eq!(chunks.0, whole.0, "chunks of {chunk_size} bytes");
    assert_eq!(again.byte_counts, report.byte_counts, "chunks of {chunk_size} bytes");
    assert_eq!(again.content, report.content, "chunks of {chunk_size} bytes");
    assert_eq!(again.findings, report.findings, "chunks of {chunk_size} bytes");
    assert_eq!(again.error, report.error, "chunks of {chunk_size} bytes");
});
