//! Properties of any input, shrunk to the smallest counterexample: splitting, escaping, times.
//!
//! Not for: lazy paths (`outline`, `nested`), expressions (`expressions`), whole files (`mutants`).

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use trailsift::dump::EventLimits;
use trailsift::render::{json, tsv};
use trailsift::text::{Text, Value};
use trailsift::time::{Moment, TimeFormat, Zone};

use super::files::differ;
use super::{How, read, scan};
use crate::support::json::Style;
use crate::support::records::{MODEL_ORDER, events};
use crate::support::shapes;

/// The parts of the generated dumps, whole and broken.
fn parts() -> impl Strategy<Value = Vec<String>> {
    let events = events(960, 6);
    let lookup = |event: &crate::support::records::Event| {
        let json = event.lookup(&MODEL_ORDER, shapes::seconds(event));
        json.write(Style::COMPACT)
    };
    let mut whole: Vec<String> = events.iter().map(lookup).collect();
    whole.extend(shapes::texts(&events));
    let words = [
        "{\"Events\":[",
        "{\"Records\":[",
        "]}",
        "]",
        "}",
        ",",
        "\n",
        "\n\n",
        " ",
        "x",
        "null",
        "{}",
        "[]",
        "{",
        "\"",
        "\\",
        "\"EventId\":",
        "\"a\":1,",
        "[{\"a\":[",
        "An error occurred (ThrottlingException)",
        "\u{feff}",
        "\0",
        "-1e999",
        "\u{1b}[0m",
        "\"{\\\"eventVersion\\\":\\\"",
    ];
    let words = proptest::sample::select(words.map(str::to_owned).to_vec());
    let cut = (proptest::sample::select(whole.clone()), 0.0..1.0).prop_map(|(text, share)| {
        let at = (text.len() as f64 * share) as usize;
        String::from_utf8_lossy(&text.as_bytes()[..at]).into_owned()
    });
    let part = prop_oneof![3 => proptest::sample::select(whole), 4 => words, 1 => cut];
    proptest::collection::vec(part, 0..24)
}

/// A cell of TSV, unescaped as jq's manual describes.
fn unescaped(cell: &str) -> String {
    let mut out = String::new();
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        out.push(match (c, c == '\\') {
            (_, true) => match rest.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('0') => '\0',
                other => other.expect("an escape"),
            },
            (c, false) => c,
        });
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn splitting_changes_nothing(parts in parts(), chunk_size in 1usize..4000, threads in 1usize..4) {
        let text = parts.concat();
        let whole = read(text.as_bytes(), How::default());
        let how = How { threads, chunk_size, limits: EventLimits::default() };
        let split = read(text.as_bytes(), how);
        prop_assert!(split == whole, "{}", differ(&whole, &split));
        let scanned = scan(text.as_bytes());
        prop_assert_eq!(scanned.byte_counts, whole.byte_counts);
    }

    #[test]
    fn what_is_escaped_is_read_back(text in any::<String>()) {
        let value = Value::Owned(text.clone());
        let mut out = Vec::new();
        json::write_value(&mut out, &value);
        let read: String = serde_json::from_slice(&out).expect("JSON");
        prop_assert_eq!(&read, &text);
        // As in a dump, with its escapes.
        let inner = &out[1..out.len() - 1];
        prop_assert_eq!(Text::once(inner).to_str(), text.as_str());
        let mut row = Vec::new();
        tsv::write_row(&mut row, [&value, &value]);
        let row = String::from_utf8(row).expect("text");
        let cells: Vec<&str> = row.strip_suffix('\n').expect("a line").split('\t').collect();
        prop_assert_eq!(cells.len(), 2);
        prop_assert_eq!(unescaped(cells[0]), text);
    }

    #[test]
    fn a_time_that_is_written_is_read_as_itself(seconds in -62_135_596_800i64..253_402_300_800, nanos in 0u32..1_000_000_000) {
        let moment = Moment::new(seconds, nanos).expect("a time of four-digit years");
        let known = DateTime::<Utc>::from_timestamp(seconds, nanos).expect("chrono's as well");
        prop_assert_eq!(moment.to_datetime(), known);
        for zone in ["UTC", "Asia/Tokyo", "America/St_Johns", "+05:45"] {
            let zone = Zone::parse(zone).expect("a zone");
            let mut out = Vec::new();
            TimeFormat::default().write(moment, &zone, &mut out);
            let text = String::from_utf8(out).expect("text");
            if let Ok(read) = DateTime::parse_from_rfc3339(&text) {
                prop_assert_eq!(read.timestamp(), seconds, "{}", text);
                prop_assert_eq!(read.timestamp_subsec_nanos(), nanos, "{}", text);
            } else {
                // Offsets of local mean time have seconds, which RFC 3339 has no form for.
                prop_assert!(!matches!(zone, Zone::Utc), "{}", text);
            }
        }
    }
}
