//! Limits: events that are too long, reading that stops early, and input that is split into chunks much smaller than
//! its events.

use std::time::{Duration, Instant};

use trailsift::dump::{Chunk, Damage, EventLimits, FindingKind, ScanFacts, ScanState, Scanner};
use trailsift::engine::{self, Settings, Stopped};
use trailsift::event::Event;
use trailsift::input::UnpackLimits;
use trailsift::select::Selection;
use trailsift::time::{TimeFormat, Zone};

use super::{Gather, Gathered, How, item, read, scan};
use crate::support::records::events;
use crate::support::shapes;

#[test]
fn an_event_longer_than_the_limit_costs_itself_alone() {
    let mut three = events(70, 3);
    three[1].record.set("userAgent", "x".repeat(40_000).into());
    for text in [
        shapes::cli(&three, shapes::seconds),
        shapes::trail(&three),
        shapes::texts(&three).join("\n"),
        shapes::filter_log_events(&three),
    ] {
        let all = scan(text.as_bytes());
        assert_eq!(all.events.len(), 3);
        let how = |threads, chunk_size| How {
            threads,
            chunk_size,
            limits: EventLimits {
                event: 20_000,
                ..EventLimits::default()
            },
        };
        let reading = read(text.as_bytes(), how(1, 1 << 20));
        let kept: Vec<_> = [0, 2].map(|i| all.events[i].clone()).into();
        assert_eq!(reading.events, kept, "{:?}", reading.findings);
        let long = |finding: &trailsift::dump::Finding| {
            let too_long = Some(Damage::TooLong(20_000));
            matches!(&finding.kind, FindingKind::Damage { why, .. } if *why == too_long)
        };
        assert!(reading.findings.iter().any(long), "{:?}", reading.findings);
        for (threads, chunk_size) in [(1, 100), (1, 7000), (2, 1000), (3, 19_999), (2, 50_000)] {
            assert_eq!(
                read(text.as_bytes(), how(threads, chunk_size)),
                reading,
                "{chunk_size}"
            );
        }
    }
}

#[test]
fn reading_that_stops_early_stops_at_the_same_byte_with_the_same_account() {
    let text = shapes::cli(&events(71, 20), shapes::seconds);
    let whole = scan(text.as_bytes());
    for limit in [1, 2, 7, 19, 20, 21] {
        let mut first = None;
        for (threads, chunk_size) in [(1, 1 << 20), (1, 64), (1, 5000), (2, 333), (8, 2000)] {
            let settings = Settings {
                selection: &Selection::default(),
                zone: &Zone::Utc,
                format: &TimeFormat::default(),
                keep_duplicates: false,
                limit: Some(limit),
                threads,
                chunk_size,
                limits: EventLimits::default(),
                unpacking: UnpackLimits::default(),
                progress: &|_| {},
            };
            let mut gathered = Gathered::default();
            let items = [item(text.as_bytes())];
            let report = engine::ask(&items, &settings, &Gather, &mut gathered).expect("memory");
            let count = (limit as usize).min(20);
            assert_eq!(
                gathered.events(),
                whole.events[..count],
                "{limit} {chunk_size}"
            );
            assert!(
                report.byte_counts().is_balanced(),
                "{:?}",
                report.byte_counts()
            );
            let stopped = report
                .totals
                .stopped
                .as_ref()
                .map(|stopped: &Stopped| stopped.at);
            let end = |(at, source): &(u64, Vec<u8>)| at + source.len() as u64;
            let expected = (limit <= 20).then(|| end(&whole.events[count - 1]));
            assert_eq!(stopped, expected, "{limit} {chunk_size}");
            let account = *first.get_or_insert(report.byte_counts());
            assert_eq!(
                report.byte_counts(),
                account,
                "{limit} {threads} {chunk_size}"
            );
        }
    }
}

#[test]
fn what_is_longer_than_a_piece_is_not_read_again_for_each_piece() {
    let n = 400_000;
    let inner = "{\"eventName\":\"a\"},\n";
    let hostile: [(&str, Vec<u8>); 5] = [
        (
            "a string without end",
            [b"\"", "a".repeat(n).as_bytes()].concat(),
        ),
        (
            "an event without end",
            [b"{\"EventId\":\"", "a ".repeat(n / 2).as_bytes()].concat(),
        ),
        (
            "an event full of beginnings",
            [
                b"{\"EventId\":[\n",
                inner.repeat(n / inner.len()).as_bytes(),
            ]
            .concat(),
        ),
        (
            "an object full of beginnings",
            [b"{\"a\":[\n", inner.repeat(n / inner.len()).as_bytes()].concat(),
        ),
        ("blanks", [b"[", " ".repeat(n).as_bytes()].concat()),
    ];
    for (name, bytes) in hostile {
        let whole = read(&bytes, How::default());
        for threads in [1, 2] {
            let how = How {
                threads,
                chunk_size: 500,
                ..How::default()
            };
            let start = Instant::now();
            assert_eq!(read(&bytes, how), whole, "{name}");
            let spent = start.elapsed();
            assert!(
                spent < Duration::from_secs(5),
                "{name} {threads}: {spent:?}"
            );
        }
    }
}

#[test]
fn a_run_ends_before_its_marks_fill_the_memory() {
    let text = "x\n[\n{\n".repeat(100_000);
    let mut visit = |_: &Event<'_>| std::ops::ControlFlow::Continue(());
    let mut scanner = Scanner::new(EventLimits::default());
    let (mut at, mut runs) = (ScanState::default(), 0);
    while at.at < text.len() as u64 {
        let mut facts = ScanFacts::default();
        let rest = Chunk::whole(text.as_bytes()).starting_at(at.at);
        at = scanner.run(rest, at.mode, u64::MAX, &mut visit, &mut facts);
        assert!(facts.is_full() || at.at == text.len() as u64);
        runs += 1;
    }
    assert!(runs > 10, "{runs}");
}
