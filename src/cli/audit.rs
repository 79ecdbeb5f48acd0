//! Inspects and hashes all inputs, for `inspect`, `report` and `--manifest`.
//!
//! Not for: how that is shown (`inspect`), or kept (`manifest`).

use rayon::prelude::*;

use super::changed_files;
use super::progress::Progress;
use super::setup::Plan;
use super::status::Status;
use super::{Failure, diagnostics, refusal};
use crate::engine::{self, FileReport, Item, ItemSource, RunReport, Settings};
use crate::input::{self, Compression, Fingerprint, FingerprintError};
use crate::inspect::{
    self, DumpAggregator, DumpObserver, FileDigest, FileFacts, InspectDocument, Summary,
};
use crate::select::Selection;

/// What was found out.
pub(super) struct Audit {
    pub document: InspectDocument,
    pub report: RunReport,
    /// The bytes of each file of the report.
    pub sources: Vec<FileDigest>,
    /// [`Status::Lost`] when a file changed meanwhile.
    pub status: Status,
}

/// Reads all inputs, which must be such as can be read once more: [`Plan::keep_pipes`]. `before` is the
/// report of an earlier pass, to find changed files.
pub(super) fn look(plan: &Plan, before: Option<&RunReport>) -> Result<Audit, Failure> {
    let all = Selection::default();
    let progress = Progress::new(&plan.items, false);
    let settings = Settings {
        selection: &all,
        keep_duplicates: false,
        limit: None,
        ..plan.settings(&progress)
    };
    let mut aggregate = DumpAggregator::new(&plan.zone);
    let mut report = engine::ask(&plan.items, &settings, &DumpObserver, &mut aggregate)?;
    progress.finish();
    if let Some(before) = before {
        changed_files::between(before, &mut report);
    }
    Ok(conclude(plan, before, report, aggregate))
}

/// What was found out in a reading of all events, its inputs hashed.
pub(super) fn conclude(
    plan: &Plan,
    before: Option<&RunReport>,
    mut report: RunReport,
    mut aggregate: DumpAggregator,
) -> Audit {
    let mut facts = fingerprints(plan, before.unwrap_or(&report), &report);
    plan.put_back_unkept(&mut report);
    for (index, _) in &plan.unkept {
        facts.insert((*index).min(facts.len()), FileFacts::default());
        let dumps = &mut aggregate.dumps;
        dumps.insert((*index).min(dumps.len()), Summary::default());
    }
    let mut status = Status::Done;
    for (file, facts) in report.files.iter().zip(&mut facts) {
        facts.refused = refusal::reason(file).filter(|_| !file.failed && file.error.is_none());
        facts.is_no_dump = diagnostics::is_foreign(file);
        if facts.changed.is_some() {
            status = status.and(Status::Lost);
        }
    }
    let document = inspect::document(&report, &facts, &aggregate, plan.now);
    Audit {
        document,
        report,
        sources: facts.into_iter().map(|facts| facts.source).collect(),
        status,
    }
}

/// Hashes the inputs, several at once. `read` is the reading whose bytes they must still have.
fn fingerprints(plan: &Plan, read: &RunReport, again: &RunReport) -> Vec<FileFacts> {
    let one = |(index, item): (usize, &Item)| {
        let stamp = [read, again]
            .iter()
            .find_map(|report| report.stamps.get(index).copied());
        match (plan.prints.get(&index), &item.source, stamp.flatten()) {
            (Some(print), _, _) => facts(Ok(print.clone())),
            (None, ItemSource::Input(input), Some(stamp)) => {
                facts(input::fingerprint(input, stamp))
            }
            // It could not be opened, which is reported.
            _ => FileFacts::default(),
        }
    };
    let items = || plan.items.iter().enumerate();
    if plan.threads > 1
        && let Ok(pool) = rayon::ThreadPoolBuilder::new()
            .num_threads(plan.threads)
            .build()
    {
        return pool.install(|| {
            items()
                .collect::<Vec<_>>()
                .into_par_iter()
                .map(one)
                .collect()
        });
    }
    items().map(one).collect()
}

fn facts(print: Result<Fingerprint, FingerprintError>) -> FileFacts {
    match print {
        Ok(print) => FileFacts {
            source: FileDigest {
                compression: Some(match print.compression {
                    Compression::None => "none",
                    Compression::Gzip => "gzip",
                    Compression::Zstd => "zstd",
                }),
                bytes: Some(print.bytes),
                sha256: Some(print.sha256),
            },
            head: print.head,
            ..FileFacts::default()
        },
        Err(error) => FileFacts {
            changed: Some(error.to_string()),
            ..FileFacts::default()
        },
    }
}

/// Says which files are not any more what they were, where no screen does.
pub(super) fn report_changed(audit: &Audit) {
    let dumps = audit.document.dumps.iter();
    for dump in dumps {
        for finding in dump
            .findings
            .iter()
            .filter(|finding| finding.id == "changed")
        {
            diagnostics::warning(&format!(
                "{}: {}; the manifest has no SHA-256 of it",
                dump.name, finding.reason
            ));
        }
    }
}

/// The files that no dump is made of.
pub(super) fn foreign(report: &RunReport) -> impl Iterator<Item = &FileReport> {
    report
        .files
        .iter()
        .filter(|file| diagnostics::is_foreign(file))
}
