//! Byte accounting: where every byte and every event of the input went, for `--stats` and for the manifest.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::args::Stats as Format;
use super::diagnostics;
use super::setup::Plan;
use crate::engine::RunReport;
use crate::text::grouped;

/// Bytes of all files, after decompression. `total` is the sum of the others.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct Bytes {
    /// All bytes.
    total: u64,
    /// Bytes of complete events.
    event: u64,
    /// Bytes of the JSON around the events: brackets, commas, names, blanks.
    structure: u64,
    /// Bytes of text that is not JSON.
    skipped: u64,
    /// Bytes of events that are not complete.
    damaged: u64,
}

/// Numbers of events. `found` is the sum of `selected`, `filtered` and `duplicates`.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct Events {
    /// Complete events.
    found: u64,
    /// Events that match the selection.
    selected: u64,
    /// Events that do not match the selection.
    filtered: u64,
    /// Duplicates, which are left out.
    duplicates: u64,
    /// Events whose record is not valid JSON.
    unreadable_records: u64,
    /// Events without `readOnly`, if a condition needs it.
    without_read_only: u64,
    /// Events without a readable time, if a condition needs it.
    without_time: u64,
    /// Events without a record, if a condition needs it.
    without_record: u64,
}

/// A condition and the events that it excludes.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct Filtered<'a> {
    /// The condition, as typed.
    condition: &'a str,
    /// Number of events that this condition is the first to exclude.
    events: u64,
}

/// Numbers of files.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct Files {
    /// Files that were read.
    read: u64,
    /// Files among these that are not CloudTrail dumps.
    other: u64,
    /// Files that could not be read.
    failed: u64,
}

/// Where every byte and every event of the input went: `--stats=json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct StatsDocument<'a> {
    /// Version of this document: 2.
    #[cfg_attr(test, schemars(extend("const" = 2)))]
    schema: u32,
    /// Numbers of files.
    files: Files,
    /// Numbers of bytes.
    bytes: Bytes,
    /// Numbers of events.
    events: Events,
    /// The conditions of the selection, in the order in which they are tested.
    filtered_by: Vec<Filtered<'a>>,
}

/// The byte accounting of a run. `foreign` is the number of files that are not CloudTrail dumps.
pub(super) fn of<'p>(plan: &'p Plan, report: &RunReport, foreign: u64) -> StatsDocument<'p> {
    let byte_counts = report.byte_counts();
    let stats = report.stats();
    let filtered: u64 = stats.refused.iter().sum();
    let duplicates = report.duplicates();
    let conditions = plan.selection.conditions();
    let failed = report.files.iter().filter(|file| file.failed).count() as u64;
    StatsDocument {
        schema: 2,
        files: Files {
            read: report.files.len() as u64 - failed,
            other: foreign,
            failed,
        },
        bytes: Bytes {
            total: byte_counts.bytes,
            event: byte_counts.event,
            structure: byte_counts.structure,
            skipped: byte_counts.skipped,
            damaged: byte_counts.damaged,
        },
        events: Events {
            found: byte_counts.events,
            selected: report.totals.kept,
            filtered,
            duplicates,
            unreadable_records: stats.unreadable,
            without_read_only: stats.no_read_only,
            without_time: stats.no_time,
            without_record: stats.no_record,
        },
        filtered_by: conditions
            .iter()
            .zip(&stats.refused)
            .map(|(condition, events)| Filtered {
                condition: &condition.typed,
                events: *events,
            })
            .collect(),
    }
}

/// Writes the byte accounting to standard error.
pub(super) fn print(plan: &Plan, report: &RunReport, foreign: u64, format: Format) {
    let document = of(plan, report, foreign);
    if format == Format::Json {
        // Numbers and strings always have a JSON form.
        diagnostics::line(&serde_json::to_string(&document).unwrap_or_default());
        return;
    }
    let StatsDocument { bytes, events, .. } = &document;
    diagnostics::line(&format!(
        "bytes   {} = event {} + structure {} + skipped {} + damaged {}",
        grouped(bytes.total),
        grouped(bytes.event),
        grouped(bytes.structure),
        grouped(bytes.skipped),
        grouped(bytes.damaged)
    ));
    diagnostics::line(&format!(
        "events  {} found = {} selected + {} filtered + {} duplicates",
        grouped(events.found),
        grouped(events.selected),
        grouped(events.filtered),
        grouped(events.duplicates)
    ));
    for filtered in &document.filtered_by {
        diagnostics::line(&format!(
            "        {} filtered by {}",
            grouped(filtered.events),
            filtered.condition
        ));
    }
    if events.unreadable_records > 0 {
        diagnostics::line(&format!(
            "        {} with an unreadable record",
            grouped(events.unreadable_records)
        ));
    }
    diagnostics::line(&format!(
        "files   {} read, {} of them not CloudTrail dumps",
        grouped(document.files.read),
        grouped(document.files.other)
    ));
    if document.files.failed > 0 {
        diagnostics::line(&format!(
            "        {} could not be read",
            grouped(document.files.failed)
        ));
    }
}
