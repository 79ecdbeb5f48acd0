//! Puts together what was found out about each dump and about all of them.
//!
//! Not for: judging (`judge`, `coverage`), hashing (`input`).

use std::collections::BTreeMap;

use super::aggregate::{DumpAggregator, Summary};
use super::coverage::Coverage;
use super::document::{AllDumps, Contents, Dump, DumpFormat, FileDigest, InspectDocument, SCHEMA};
use super::finding::{self, DumpFinding, FindingSeverity};
use super::followups::{Gap, LookupPlanner};
use super::judge;
use super::origin::DumpOrigin;
use crate::dump::FindingKind;
use crate::engine::{RunReport, Totals};
use crate::text::plural;
use crate::time::Moment;

/// What was found out about a file besides its events.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    /// Its bytes.
    pub source: FileDigest,
    /// Its first bytes, unpacked.
    pub head: Vec<u8>,
    /// Why it has no SHA-256, if it was not what it was when it was read.
    pub changed: Option<String>,
    /// Why it is refused, if no event can be read from it.
    pub refused: Option<String>,
    /// A file in a directory that is no dump.
    pub is_no_dump: bool,
}

/// Makes the document of a report. `looked` has an entry for each file of it; `now` is what a lookup reaches
/// back 90 days from.
pub fn document(
    report: &RunReport,
    looked: &[FileFacts],
    aggregate: &DumpAggregator,
    now: Moment,
) -> InspectDocument {
    let mut dumps = Vec::new();
    let mut other_files = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    let none = Summary::default();
    for (nth, (file, looked)) in report.files.iter().zip(looked).enumerate() {
        if looked.is_no_dump {
            other_files.push(file.shown.clone());
            continue;
        }
        let summary = aggregate.dumps.get(nth).unwrap_or(&none);
        let origin = DumpOrigin::of(&looked.head, file, summary);
        let mut judged = judge::judge(
            file,
            summary,
            &origin,
            looked.refused.as_deref(),
            looked.changed.as_deref(),
        );
        for conflict in &report.totals.conflicts {
            if conflict.file == file.shown {
                let reason = format!(
                    "an earlier event has the same eventID {}, but another call or outcome",
                    conflict.id
                );
                judged
                    .findings
                    .push(DumpFinding::new("one-id-two-calls", reason).at(conflict.at));
            }
        }
        finding::sort(&mut judged.findings);
        gaps.append(&mut judged.gaps);
        let (shape, shape_text) = origin.shape.names();
        let (writer, writer_text) = origin.writer.names();
        let is_damage = |what: &FindingKind| matches!(what, FindingKind::Damage { .. });
        let is_text = |what: &FindingKind| {
            matches!(
                what,
                FindingKind::Skipped { .. } | FindingKind::AwsError { .. } | FindingKind::NoPage
            )
        };
        dumps.push(Dump {
            name: file.shown.clone(),
            format: DumpFormat {
                shape,
                shape_text,
                writer,
                writer_text,
                evidence: origin.evidence,
                encoding: origin.encoding,
                source: looked.source.clone(),
                unpacked_bytes: file.byte_counts.bytes,
                documents: origin
                    .shape
                    .has_lists()
                    .then(|| file.byte_counts.lists.total()),
            },
            contents: summary.contents.clone(),
            unreadable_records: file.stats.unreadable,
            damaged: judge::places(file, file.byte_counts.damaged, is_damage),
            skipped: judge::places(file, file.byte_counts.skipped, is_text),
            findings: judged.findings,
        });
    }
    let (contents, coverage) = aggregate.all();
    let all = union(
        &dumps,
        contents,
        coverage,
        &report.totals,
        other_files,
        gaps,
        now,
    );
    InspectDocument {
        schema: SCHEMA,
        dumps,
        all,
    }
}

fn union(
    dumps: &[Dump],
    contents: Contents,
    coverage: Coverage,
    totals: &Totals,
    other_files: Vec<String>,
    gaps: Vec<Gap>,
    now: Moment,
) -> AllDumps {
    let Coverage {
        mut findings,
        gaps: between,
    } = coverage;
    if totals.conflict_count > 0 {
        let events = plural(totals.conflict_count, "event");
        let reason =
            format!("{events} with the eventID of an earlier event, but another call or outcome");
        findings.push(DumpFinding::new("one-id-two-calls", reason));
    }
    for finding in &mut findings {
        // Offsets mean nothing without a file.
        finding.offset = None;
    }
    finding::sort(&mut findings);
    // With one dump these are its own once more.
    let together = findings.iter().filter(|_| dumps.len() > 1);
    let single = dumps.iter().flat_map(|dump| &dump.findings);
    let mut severities = BTreeMap::new();
    for severity in [
        FindingSeverity::Error,
        FindingSeverity::Warning,
        FindingSeverity::Note,
    ] {
        severities.insert(severity.name(), 0);
    }
    for finding in single.chain(together) {
        *severities.entry(finding.severity.name()).or_default() += 1;
    }
    let commands = LookupPlanner { now }.commands(gaps.into_iter().chain(between));
    AllDumps {
        dumps: dumps.len() as u64,
        other_files,
        contents,
        findings,
        severities,
        commands,
    }
}
