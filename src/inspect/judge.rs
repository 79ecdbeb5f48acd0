//! Findings about a file itself, with severities: from its byte counts and the findings of the ledger. `coverage` finds
//! signs of missing events.

use super::aggregate::Summary;
use super::document::ByteRanges;
use super::finding::DumpFinding;
use super::followups::Gap;
use super::origin::{DumpOrigin, DumpShape};
use crate::dump::{Content, Damage, FindingKind, unreadable};
use crate::engine::FileReport;
use crate::text::plural;

/// Events of a page of a lookup, at most (`MaxResults` in the API reference of `LookupEvents`).
const PAGE: u64 = 50;

/// Findings of a dump whose end is known not to be that of its lookup.
const SHOWS_END: [&str; 5] = [
    "next-token",
    "cut-off",
    "aws-error",
    "not-read",
    "over-limit",
];

/// The facts about a file in addition to its events.
pub(super) struct FileJudgement {
    pub findings: Vec<DumpFinding>,
    pub gaps: Vec<Gap>,
}

/// Judges a file. `refused` is why no event can be read from it; `changed`, why it has no SHA-256.
pub(super) fn judge(
    file: &FileReport,
    summary: &Summary,
    origin: &DumpOrigin,
    refused: Option<&str>,
    changed: Option<&str>,
) -> FileJudgement {
    let mut judged = FileJudgement {
        findings: summary.coverage.findings.clone(),
        gaps: Vec::new(),
    };
    let found = &mut judged.findings;
    let name = file.shown.as_str();
    let mut has_error_text = false;
    if let Some(error) = &file.error {
        // A lookup would bring nothing that a larger limit does not.
        if file.met_limit {
            found.push(DumpFinding::new("over-limit", error.clone()));
        } else {
            found.push(DumpFinding::new("not-read", error.clone()));
            judged.gaps.extend(summary.reach.tail("not-read", name));
        }
    }
    if let Some(why) = changed {
        found.push(DumpFinding::new("changed", why.to_owned()));
    }
    if let Content::ErrorText(text) = &file.content {
        has_error_text = true;
        let reason = format!("no events, only an error text of the AWS CLI: {text}");
        found.push(DumpFinding::new("aws-error", reason));
        judged
            .gaps
            .extend(summary.reach.pages("aws-error", name, None));
    } else if let Some(reason) = refused {
        found.push(DumpFinding::new("nothing-readable", reason.to_owned()));
    } else if file.content == Content::Remains {
        let reason = "no complete event, only parts of events".to_owned();
        found.push(DumpFinding::new("nothing-readable", reason));
    } else if file.content == Content::NoEvents
        && !file.findings.iter().any(|finding| finding.is_incomplete())
    {
        found.push(DumpFinding::new(
            "no-events",
            "the dump contains no events".to_owned(),
        ));
    }
    for finding in &file.findings {
        let is_rest = matches!(finding.kind, FindingKind::Damage { why: None, .. });
        let is_head = matches!(finding.kind, FindingKind::Headless) || is_rest && finding.at == 0;
        let id = match &finding.kind {
            FindingKind::AwsError { .. } if has_error_text => continue,
            FindingKind::AwsError { .. } => "aws-error",
            FindingKind::NextToken { .. } => "next-token",
            FindingKind::Damage {
                why: Some(Damage::Cut),
                ..
            }
            | FindingKind::Unclosed
            | FindingKind::Headless
            | FindingKind::CutBefore
            | FindingKind::NoPage => "cut-off",
            _ if is_head => "cut-off",
            FindingKind::Damage { .. } => "damaged",
            FindingKind::NotEvents { .. } => "not-events",
            FindingKind::NotUtf8 { .. } => "not-utf8",
            FindingKind::Skipped { .. } => "skipped-text",
        };
        let reason = finding.to_string();
        found.push(DumpFinding::new(id, reason).at(finding.at));
        judged.gaps.extend(match &finding.kind {
            FindingKind::NextToken {
                token,
                page_end: None,
            } => summary.reach.pages(id, name, Some(token)),
            FindingKind::NextToken {
                token,
                page_end: Some(end),
            } => summary.reach.left(id, name, token, end),
            FindingKind::AwsError { .. } | FindingKind::NoPage => {
                summary.reach.pages(id, name, None)
            }
            _ if is_head => summary.reach.head(id, name),
            FindingKind::CutBefore => summary.reach.again(id, name),
            _ if id == "damaged" => summary.reach.again(id, name),
            _ if id == "cut-off" => summary.reach.tail(id, name),
            _ => Vec::new(),
        });
    }
    if let (count @ 1.., Some((at, why))) = (file.stats.unreadable, file.stats.first_unreadable) {
        let reason = format!(
            "{} with a CloudTrailEvent that {}",
            plural(count, "event"),
            unreadable(why)
        );
        found.push(DumpFinding::new("record-unreadable", reason).at(at));
    }
    let is_paged = match origin.shape {
        DumpShape::Lookup
        | DumpShape::Events
        | DumpShape::Strings
        | DumpShape::Yaml
        | DumpShape::Text => true,
        // A lookup that jq has turned into records; a trail's own file has no pages.
        DumpShape::Records => summary.shapes[1] > 0,
        _ => false,
    };
    let events = file.byte_counts.events;
    let is_known = found.iter().any(|finding| SHOWS_END.contains(&finding.id));
    if is_paged && !is_known && events > 0 && events.is_multiple_of(PAGE) {
        let reason = format!(
            "{}, an exact multiple of a page, and no NextToken: some clients stop there if the connection is lost",
            plural(events, "event")
        );
        found.push(DumpFinding::new("multiple-of-50", reason));
        judged
            .gaps
            .extend(summary.reach.pages("multiple-of-50", name, None));
    }
    judged
}

/// The ranges of a kind of bytes that the ledger reports.
pub(super) fn places(
    file: &FileReport,
    bytes: u64,
    is_it: impl Fn(&FindingKind) -> bool,
) -> ByteRanges {
    let found = file.findings.iter().filter(|finding| is_it(&finding.kind));
    let mut ranges = ByteRanges {
        bytes,
        ..ByteRanges::default()
    };
    for finding in found {
        ranges.offsets.push(finding.at);
        ranges.more += finding.more;
    }
    ranges
}
