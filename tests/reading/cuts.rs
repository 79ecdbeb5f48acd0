//! Dumps cut at every byte, from either end: each whole event is kept, and every cut is reported.
//!
//! A cut cannot be found only if the rest is a complete dump: at the very end except white space, or between two
//! lines of JSON.

use super::{Reading, scan};
use crate::support::json::Style;
use crate::support::records::{Event, Rng, events};
use crate::support::shapes;

/// A dump, and the ranges of its events.
struct Dump {
    name: &'static str,
    bytes: Vec<u8>,
    events: Vec<(usize, usize)>,
}

impl Dump {
    fn new(name: &'static str, text: impl Into<Vec<u8>>) -> Dump {
        let bytes = text.into();
        let reading = scan(&bytes);
        assert!(
            reading.findings.is_empty(),
            "{name}: {:?}",
            reading.findings
        );
        let range = |(at, source): &(u64, Vec<u8>)| (*at as usize, *at as usize + source.len());
        let events: Vec<_> = reading.events.iter().map(range).collect();
        Dump {
            name,
            bytes,
            events,
        }
    }
}

/// Three events: two plain ones, and one with rare forms between them.
fn three(seed: u64) -> Vec<Event> {
    let mut three = events(seed, 3);
    three[1].username = Some("Zoë \"☃\" \\ {[,:]}".to_owned());
    three[1]
        .record
        .set("userAgent", " a, {b}: [\"c\"] \\\\\n".into());
    three
}

fn dumps() -> Vec<Dump> {
    let lines = |texts: Vec<String>| texts.join("\n") + "\n";
    let mut rng = Rng::new(7);
    let mut bridged = |style| {
        let bridge = three(16);
        let each = bridge
            .iter()
            .map(|event| shapes::eventbridge(event, &mut rng).write(style));
        lines(each.collect())
    };
    let each = |seed, style: Style| {
        let event = |event: &Event| event.lookup(&MODEL, shapes::seconds(event)).write(style);
        lines(three(seed).iter().map(event).collect())
    };
    use crate::support::records::MODEL_ORDER as MODEL;
    let strings = |texts: Vec<String>| {
        let quote = |text: String| {
            let mut out = String::new();
            crate::support::json::quote(&text, false, &mut out);
            out
        };
        lines(texts.into_iter().map(quote).collect())
    };
    vec![
        Dump::new("lookup", shapes::cli(&three(10), shapes::seconds)),
        Dump::new("lookup, v2", shapes::cli(&three(11), shapes::iso_offset)),
        Dump::new(
            "compact",
            shapes::lookups(&three(12), shapes::seconds).write(Style::COMPACT),
        ),
        Dump::new("python 2", shapes::python_2(&three(13))),
        Dump::new("javascript", shapes::javascript(&three(14))),
        Dump::new("records", shapes::trail(&three(15))),
        Dump::new("eventbridge lines", bridged(Style::COMPACT)),
        Dump::new("eventbridge, pretty", bridged(Style::TWO)),
        Dump::new("event lines", each(17, Style::COMPACT)),
        Dump::new("events, pretty", each(18, Style::TWO)),
        Dump::new("record lines", lines(shapes::texts(&three(19)))),
        Dump::new("record strings", strings(shapes::texts(&three(20)))),
        Dump::new("logs", shapes::filter_log_events(&three(21))),
        Dump::new("logs, query", shapes::logs_query_results(&three(22))),
        Dump::new("subscription", shapes::subscription(&three(23))),
        Dump::new(
            "windows",
            shapes::windows(&shapes::cli(&three(24), shapes::seconds)),
        ),
    ]
}

/// True if the result says that the dump is incomplete.
fn is_reported(reading: &Reading) -> bool {
    use trailsift::dump::Content;
    reading.reports_loss() || !matches!(reading.content, Content::Events | Content::NoEvents)
}

/// Events that are wholly in `from..to`, with offsets relative to a cut at `from`.
fn whole(dump: &Dump, from: usize, to: usize) -> Vec<u64> {
    let inside = dump.events.iter().filter(|(a, b)| *a >= from && *b <= to);
    inside.map(|(a, _)| (a - from) as u64).collect()
}

fn offsets(reading: &Reading) -> Vec<u64> {
    reading.events.iter().map(|(at, _)| *at).collect()
}

/// True if there is only white space between the lines of JSON on both sides of `cut`.
fn is_between(dump: &Dump, cut: usize) -> bool {
    let depth_before = depth(&dump.bytes[..cut]);
    depth_before == Some(0)
}

/// How many brackets are open at the end, or `None` inside a string, or a scalar.
fn depth(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for &byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    (!quoted).then_some(depth)
}

fn complain(dump: &Dump, cut: usize, why: &str, reading: &Reading, wrong: &mut Vec<String>) {
    if wrong.len() < 40 {
        let around = &dump.bytes[cut.saturating_sub(30)..(cut + 30).min(dump.bytes.len())];
        wrong.push(format!(
            "{} at {cut} {:?}: {why}: {:?} {:?} {:?} {:?}",
            dump.name,
            String::from_utf8_lossy(around),
            offsets(reading),
            reading.byte_counts,
            reading.content,
            reading.findings,
        ));
    }
}

#[test]
fn a_dump_cut_at_any_byte_keeps_its_whole_events_and_says_that_it_is_cut() {
    let mut wrong = Vec::new();
    for dump in dumps() {
        for cut in 0..dump.bytes.len() {
            let reading = scan(&dump.bytes[..cut]);
            if offsets(&reading) != whole(&dump, 0, cut) {
                complain(&dump, cut, "other events", &reading, &mut wrong);
            } else if is_between(&dump, cut) {
                if reading.reports_loss() {
                    complain(&dump, cut, "a false alarm", &reading, &mut wrong);
                }
            } else if !is_reported(&reading) {
                complain(&dump, cut, "silent", &reading, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_dump_that_begins_at_any_byte_keeps_its_whole_events_and_says_that_it_is_cut() {
    let mut wrong = Vec::new();
    for dump in dumps() {
        for cut in 1..dump.bytes.len() {
            let reading = scan(&dump.bytes[cut..]);
            let expected = whole(&dump, cut, dump.bytes.len());
            let found = offsets(&reading);
            if !expected.iter().all(|at| found.contains(at)) {
                complain(&dump, cut, "lost events", &reading, &mut wrong);
            } else if is_between(&dump, cut) {
                if reading.reports_loss() {
                    complain(&dump, cut, "a false alarm", &reading, &mut wrong);
                }
            } else if !is_reported(&reading) {
                complain(&dump, cut, "silent", &reading, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
