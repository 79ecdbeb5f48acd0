//! Where every byte and every event went: what `--stats` says, and what a manifest holds.
//!
//! Not for: findings, and the exit status (`diagnostics`).

use serde::Serialize;

use super::args::Stats as Format;
use super::diagnostics;
use super::setup::Plan;
use crate::engine::RunReport;
use crate::text::grouped;

#[derive(Serialize)]
struct Bytes {
    total: u64,
    event: u64,
    structure: u64,
    skipped: u64,
    damaged: u64,
}

#[derive(Serialize)]
struct Events {
    found: u64,
    selected: u64,
    filtered: u64,
    duplicates: u64,
    record_unreadable: u64,
    no_read_only: u64,
    no_time: u64,
    no_record: u64,
}

#[derive(Serialize)]
struct Refused<'a> {
    condition: &'a str,
    events: u64,
}

#[derive(Serialize)]
struct Files {
    read: u64,
    foreign: u64,
    failed: u64,
}

/// The whole account.
#[derive(Serialize)]
pub(super) struct StatsDocument<'a> {
    schema: u32,
    files: Files,
    bytes: Bytes,
    events: Events,
    refused: Vec<Refused<'a>>,
}

/// Adds up where every byte and every event went; `foreign` files were passed over.
pub(super) fn of<'p>(plan: &'p Plan, report: &RunReport, foreign: u64) -> StatsDocument<'p> {
    let byte_counts = report.byte_counts();
    let stats = report.stats();
    let filtered: u64 = stats.refused.iter().sum();
    let duplicates = report.duplicates();
    let conditions = plan.selection.conditions();
    let failed = report.files.iter().filter(|file| file.failed).count() as u64;
    StatsDocument {
        schema: 1,
        files: Files {
            read: report.files.len() as u64 - failed,
            foreign,
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
            record_unreadable: stats.unreadable,
            no_read_only: stats.no_read_only,
            no_time: stats.no_time,
            no_record: stats.no_record,
        },
        refused: conditions
            .iter()
            .zip(&stats.refused)
            .map(|(condition, events)| Refused {
                condition: &condition.typed,
                events: *events,
            })
            .collect(),
    }
}

/// Says the account on standard error.
pub(super) fn say(plan: &Plan, report: &RunReport, foreign: u64, format: Format) {
    let whole = of(plan, report, foreign);
    if format == Format::Json {
        // Numbers and strings always have a JSON form.
        diagnostics::line(&serde_json::to_string(&whole).unwrap_or_default());
        return;
    }
    let StatsDocument { bytes, events, .. } = &whole;
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
    for refused in &whole.refused {
        diagnostics::line(&format!(
            "        {} refused by {}",
            grouped(refused.events),
            refused.condition
        ));
    }
    if events.record_unreadable > 0 {
        diagnostics::line(&format!(
            "        {} with an unreadable record",
            grouped(events.record_unreadable)
        ));
    }
    diagnostics::line(&format!(
        "files   {} read, {} of them foreign",
        grouped(whole.files.read),
        grouped(whole.files.foreign)
    ));
    if whole.files.failed > 0 {
        diagnostics::line(&format!("        {} not read", grouped(whole.files.failed)));
    }
}
