//! Two questions in one pass: each has the same answer as alone.

use trailsift::engine::{self, FileReport, Item, RunReport, Settings};
use trailsift::select::{Condition, Expr, Selection};
use trailsift::time::{Moment, TimeFormat, Zone};

use super::{Found, Gather, Gathered, item};
use crate::support::records::events;
use crate::support::shapes;

/// The parts of a report that must not depend on the other question.
fn comparable(report: &RunReport) -> String {
    let files: Vec<_> = report
        .files
        .iter()
        .map(|file| {
            let FileReport {
                byte_counts,
                content,
                findings,
                error,
                stats,
                duplicates,
                ..
            } = file;
            let counts = (stats.selected, &stats.refused, stats.unreadable);
            (byte_counts, content, findings, error, counts, duplicates)
        })
        .collect();
    format!("{files:#?} {:#?}", report.totals)
}

/// Dumps that share events, with events that differ only in the envelope, ids on two calls, and damage.
fn dumps() -> Vec<Item> {
    let some = events(90, 40);
    let mut other = events(90, 40).split_off(20);
    for event in &mut other {
        event.record.set("awsRegion", "eu-north-1".into());
        event.record.set("userAgent", "other".into());
    }
    let mut calls = events(90, 6);
    for event in &mut calls {
        "OtherCall".clone_into(&mut event.name);
    }
    let mut cut = shapes::cli(&events(91, 5), shapes::seconds).into_bytes();
    cut.truncate(cut.len() * 2 / 3);
    [
        shapes::cli(&some, shapes::seconds).into_bytes(),
        shapes::trail(&other).into_bytes(),
        shapes::cli(&calls, shapes::seconds).into_bytes(),
        shapes::trail(&some).into_bytes(),
        cut,
    ]
    .iter()
    .map(|bytes| item(bytes))
    .collect()
}

#[test]
fn both_are_answered_as_if_each_were_asked_alone() {
    let items = dumps();
    let (zone, format) = (Zone::Utc, TimeFormat::default());
    let everything = Selection::default();
    let mut differing = 0;
    for typed in [
        None,
        Some("awsRegion=eu-north-1"),
        Some("EventName ~ List"),
        Some("EventName=no"),
    ] {
        let conditions = typed.map(|text| Condition {
            typed: text.to_owned(),
            expr: Expr::parse(text, &zone, Moment::MIN).unwrap_or_else(|error| panic!("{error}")),
        });
        let selection = Selection::new(conditions.into_iter().collect());
        for (keep_duplicates, threads, chunk_size, limit) in [
            (false, 1, 1 << 20, None),
            (true, 1, 1 << 20, None),
            (false, 2, 2000, None),
            (true, 3, 700, None),
            (false, 2, 900, Some(7)),
        ] {
            let settings = Settings {
                keep_duplicates,
                threads,
                chunk_size,
                limit,
                ..Settings::new(&selection, &zone, &format)
            };
            let alone = |settings: &Settings<'_>| -> (Vec<Found>, RunReport) {
                let mut found = Gathered::default();
                let report = engine::ask(&items, settings, &Gather, &mut found);
                (found.0, report.expect("memory never fails"))
            };
            let (selected, report) = alone(&settings);
            let (all, whole) = alone(&Settings {
                selection: &everything,
                keep_duplicates: false,
                limit: None,
                ..settings
            });
            let (mut one, mut other) = (Gathered::default(), Gathered::default());
            let (first, second) = engine::ask_with_all(
                &items,
                &settings,
                (&Gather, &mut one),
                (&Gather, &mut other),
            )
            .expect("memory never fails");
            let case = format!("{typed:?} {keep_duplicates} {threads} {chunk_size} {limit:?}");
            assert_eq!(one.0, selected, "{case}");
            let stopped = first.totals.stopped.is_some();
            assert_eq!(stopped, report.totals.stopped.is_some(), "{case}");
            if stopped {
                assert!(all.starts_with(&other.0), "{case}");
                continue;
            }
            assert_eq!(other.0, all, "{case}");
            assert_eq!(comparable(&second), comparable(&whole), "{case}");
            // The other question reads records that the selection did not read.
            let unreadable = first.stats().unreadable;
            assert_eq!(unreadable, second.stats().unreadable, "{case}");
            if unreadable == report.stats().unreadable {
                assert_eq!(comparable(&first), comparable(&report), "{case}");
            }
            differing += usize::from(first.duplicates() != second.duplicates());
        }
    }
    assert!(differing > 0, "no input distinguished the two");
}
