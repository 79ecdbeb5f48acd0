//! A finding: its severity, what was found, and what to do next.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FindingSeverity {
    /// The dump is limited by its kind (one region, one attribute), so the absence of an event proves nothing.
    Note,
    /// Events are probably missing or wrong.
    Warning,
    /// Events are missing.
    Error,
}

impl FindingSeverity {
    /// The severity with this name.
    pub fn from_name(name: &str) -> Option<FindingSeverity> {
        let all = [
            FindingSeverity::Note,
            FindingSeverity::Warning,
            FindingSeverity::Error,
        ];
        all.into_iter().find(|severity| severity.name() == name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            FindingSeverity::Note => "note",
            FindingSeverity::Warning => "warning",
            FindingSeverity::Error => "error",
        }
    }
}

/// A finding about a dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DumpFinding {
    /// How severe it is.
    pub severity: FindingSeverity,
    /// Its kind. The name of a kind does not change between versions.
    pub id: &'static str,
    /// Byte offset in the decompressed text, from 0. Absent if the finding is about the whole dump.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What was found, as one sentence.
    pub reason: String,
    /// What to do next.
    pub advice: &'static str,
}

/// Every kind of finding: name, severity, and what to do next.
pub const KINDS: [(&str, FindingSeverity, &str); 26] = [
    (
        "not-read",
        FindingSeverity::Error,
        "make the file readable, or copy it again",
    ),
    (
        "over-limit",
        FindingSeverity::Error,
        "limits protect against hostile input; if the dump is trusted, raise the limit with the flag that the reason names",
    ),
    (
        "changed",
        FindingSeverity::Error,
        "make sure that no program writes to the file, then inspect it again",
    ),
    (
        "nothing-readable",
        FindingSeverity::Error,
        "save the dump again; if the reason names a format, use that format",
    ),
    (
        "aws-error",
        FindingSeverity::Error,
        "run the lookup again (inspect --commands): events after the error are missing",
    ),
    (
        "next-token",
        FindingSeverity::Error,
        "continue the lookup where it stopped (inspect --commands)",
    ),
    (
        "cut-off",
        FindingSeverity::Error,
        "copy the file again, or run the lookup again (inspect --commands)",
    ),
    (
        "damaged",
        FindingSeverity::Error,
        "copy the file again; to see the damaged bytes, run `trailsift show --at FILE:BYTE`",
    ),
    (
        "record-unreadable",
        FindingSeverity::Warning,
        "look these events up again by their EventId; only their envelopes are readable",
    ),
    (
        "times-disagree",
        FindingSeverity::Warning,
        "use eventTime of the record, which CloudTrail wrote",
    ),
    (
        "several-accounts",
        FindingSeverity::Warning,
        "analyse one account at a time (--account)",
    ),
    (
        "region-coverage",
        FindingSeverity::Warning,
        "look up this region for the time range of the other regions (inspect --commands)",
    ),
    (
        "silence",
        FindingSeverity::Warning,
        "look up this period again (inspect --commands)",
    ),
    (
        "not-events",
        FindingSeverity::Warning,
        "to see these bytes, run `trailsift show --at FILE:BYTE`",
    ),
    (
        "not-utf8",
        FindingSeverity::Warning,
        "save the dump again in a UTF-8 locale; no condition matches names with such bytes",
    ),
    (
        "multiple-of-50",
        FindingSeverity::Note,
        "a page contains 50 events: check whether older events exist (inspect --commands)",
    ),
    (
        "one-attribute",
        FindingSeverity::Note,
        "if the lookup selected them by this attribute, events with other values are not in the dump",
    ),
    (
        "one-region",
        FindingSeverity::Note,
        "a lookup covers one region: events of other regions are not in the dump",
    ),
    (
        "no-us-east-1",
        FindingSeverity::Note,
        "IAM, STS, CloudFront, Route 53 and Organizations log in us-east-1: look up us-east-1, too (inspect --commands)",
    ),
    (
        "management-only",
        FindingSeverity::Note,
        "a lookup never contains data events (object reads, Lambda invocations); a trail contains them only if it is configured to",
    ),
    (
        "over-90-days",
        FindingSeverity::Note,
        "`lookup-events` covers 90 days; this time range is longer, so it was joined from several lookups or comes from a trail: check where the parts join",
    ),
    (
        "duplicates",
        FindingSeverity::Note,
        "dumps overlap; each event is counted once",
    ),
    (
        "without-id",
        FindingSeverity::Note,
        "events without an id cannot be deduplicated: do not pass the same dump twice",
    ),
    (
        "one-id-two-calls",
        FindingSeverity::Note,
        "CloudTrail assigns each id once: compare both events, because a dump may have been edited",
    ),
    (
        "skipped-text",
        FindingSeverity::Note,
        "it contains no event; to see it, run `trailsift show --at FILE:BYTE`",
    ),
    (
        "no-events",
        FindingSeverity::Note,
        "the lookup found nothing: check its region, times and attribute",
    ),
];

impl DumpFinding {
    /// A finding of this kind of [`KINDS`].
    pub(super) fn new(id: &'static str, reason: String) -> DumpFinding {
        let kind = KINDS.iter().find(|kind| kind.0 == id);
        let (_, severity, advice) = kind.copied().unwrap_or((id, FindingSeverity::Error, ""));
        debug_assert!(kind.is_some(), "{id}");
        DumpFinding {
            severity,
            id,
            offset: None,
            reason,
            advice,
        }
    }

    /// The same with a byte offset.
    pub(super) fn at(self, at: u64) -> DumpFinding {
        DumpFinding {
            offset: Some(at),
            ..self
        }
    }
}

/// Sorts by severity, the most severe first, then in the order of [`KINDS`] and of the file.
pub(super) fn sort(findings: &mut [DumpFinding]) {
    let position = |finding: &DumpFinding| KINDS.iter().position(|kind| kind.0 == finding.id);
    findings.sort_by_key(|finding| {
        (
            std::cmp::Reverse(finding.severity),
            position(finding),
            finding.offset,
        )
    });
}
