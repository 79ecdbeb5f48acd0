//! Any text as an expression: a parsed expression is printed and parsed again; both print the same and select the same events.
#![no_main]

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use trailsift::engine::{self, Answer, Item, ItemSource, Question, Settings};
use trailsift::event::{Context, Event};
use trailsift::input::Spool;
use trailsift::select::{Condition, Expr, Selection};
use trailsift::time::{TimeFormat, Moment, Zone};

const EVENTS: &[u8] = include_bytes!("../../fixtures/jq-events.jsonl");

struct Ids;

impl Question for Ids {
    type Batch = Vec<u64>;

    fn observe(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut Vec<u64>) {
        batch.push(event.offset);
    }
}

struct All(Vec<u64>);

impl Answer<Vec<u64>> for All {
    fn add(&mut self, batch: Vec<u64>, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.0.extend(batch);
        Ok(ControlFlow::Continue(()))
    }
}

fn selected(expr: Expr) -> Vec<u64> {
    let spool = Spool::fill(&mut &EVENTS[..], usize::MAX, Path::new("/"), &mut |_| {});
    let items = [Item {
        shown: "input".to_owned(),
        root: None,
        source: ItemSource::Spool(Arc::new(spool.expect("memory"))),
    }];
    let selection = Selection::new(vec![Condition {
        typed: String::new(),
        expr,
    }]);
    let (zone, format) = (Zone::Utc, TimeFormat::default());
    let settings = Settings {
        keep_duplicates: true,
        ..Settings::new(&selection, &zone, &format)
    };
    let mut all = All(Vec::new());
    engine::ask(&items, &settings, &Ids, &mut all).expect("no writer");
    all.0
}

fuzz_target!(|text: &str| {
    let now = Moment::new(1_722_600_000, 0).expect("a time");
    let parse = |text: &str| Expr::parse(text, &Zone::Utc, now);
    let expr = match parse(text) {
        Ok(expr) => expr,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let printed = expr.to_string();
    let again = parse(&printed).unwrap_or_else(|error| panic!("{printed}\n{error}"));
    assert_eq!(again.to_string(), printed, "{text}");
    assert_eq!(selected(expr), selected(again), "{text}\n{printed}");
});
