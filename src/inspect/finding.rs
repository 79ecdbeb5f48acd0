//! A finding: how grave, what, and what to do about it.
//!
//! Not for: deciding that there is one (`judge`, `coverage`).

use serde::Serialize;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingSeverity {
    /// Silence of the dump about something may mean nothing.
    Note,
    /// Something looks missing or wrong.
    Warning,
    /// Something is missing.
    Error,
}

impl FindingSeverity {
    /// The severity of this name.
    pub fn from_name(name: &str) -> Option<FindingSeverity> {
        let all = [
            FindingSeverity::Note,
            FindingSeverity::Warning,
            FindingSeverity::Error,
        ];
        all.into_iter().find(|severity| severity.name() == name)
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            FindingSeverity::Note => "note",
            FindingSeverity::Warning => "warning",
            FindingSeverity::Error => "error",
        }
    }
}

/// Something that whoever relies on a dump must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DumpFinding {
    /// How much it matters.
    pub severity: FindingSeverity,
    /// What kind it is of; the same from version to version.
    pub id: &'static str,
    /// The byte it stands at in the unpacked text, where it stands at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
    /// What was found, in a sentence.
    pub reason: String,
    /// What to do.
    pub advice: &'static str,
}

/// Every kind of finding: its name, how grave it is, and what to do about it.
pub const KINDS: [(&str, FindingSeverity, &str); 26] = [
    (
        "not-read",
        FindingSeverity::Error,
        "make the file readable, or copy it again",
    ),
    (
        "over-limit",
        FindingSeverity::Error,
        "no ordinary dump meets a limit; if this one may, raise it with the flag that the reason names",
    ),
    (
        "changed",
        FindingSeverity::Error,
        "nobody may write to the file; inspect it again",
    ),
    (
        "nothing-readable",
        FindingSeverity::Error,
        "save it again, in the way that the reason names if it names one",
    ),
    (
        "aws-error",
        FindingSeverity::Error,
        "run the lookup again (--commands): what came behind the error is not here",
    ),
    (
        "next-token",
        FindingSeverity::Error,
        "go on where the lookup stopped (inspect --commands)",
    ),
    (
        "cut-off",
        FindingSeverity::Error,
        "copy the file again, or run the lookup again (inspect --commands)",
    ),
    (
        "damaged",
        FindingSeverity::Error,
        "copy the file again; `trailsift show --at FILE:BYTE` shows the place",
    ),
    (
        "record-unreadable",
        FindingSeverity::Warning,
        "look such events up again by their EventId; their envelopes are here",
    ),
    (
        "times-disagree",
        FindingSeverity::Warning,
        "trust eventTime of the record: CloudTrail wrote that one",
    ),
    (
        "several-accounts",
        FindingSeverity::Warning,
        "ask of one account at a time (--account), and mind which dump is whose",
    ),
    (
        "region-coverage",
        FindingSeverity::Warning,
        "look the region up for the time that the others cover (inspect --commands)",
    ),
    (
        "silence",
        FindingSeverity::Warning,
        "look that time up again (inspect --commands)",
    ),
    (
        "not-events",
        FindingSeverity::Warning,
        "look at the place: `trailsift show --at FILE:BYTE`",
    ),
    (
        "not-utf8",
        FindingSeverity::Warning,
        "save it again under a UTF-8 locale; names with such bytes match nothing",
    ),
    (
        "multiple-of-50",
        FindingSeverity::Note,
        "a page holds 50: look up whether older events follow (inspect --commands)",
    ),
    (
        "one-attribute",
        FindingSeverity::Note,
        "if a lookup attribute chose them, silence about others means nothing",
    ),
    (
        "one-region",
        FindingSeverity::Note,
        "a lookup covers one region: what happened in others is not here",
    ),
    (
        "no-us-east-1",
        FindingSeverity::Note,
        "IAM, STS, CloudFront, Route 53 and Organizations log in us-east-1: look it up, too (inspect --commands)",
    ),
    (
        "management-only",
        FindingSeverity::Note,
        "object reads, Lambda invocations and other data events are never in a lookup, and in a trail only if it logs them",
    ),
    (
        "over-90-days",
        FindingSeverity::Note,
        "one lookup reaches back 90 days: this is several, or no lookup's; mind where they meet",
    ),
    (
        "duplicates",
        FindingSeverity::Note,
        "dumps overlap; counts take each event once",
    ),
    (
        "without-id",
        FindingSeverity::Note,
        "whether such an event occurs twice cannot be told: each counts; read no dump of them twice",
    ),
    (
        "one-id-two-calls",
        FindingSeverity::Note,
        "CloudTrail gives an id once: look at both events, a dump may have been edited",
    ),
    (
        "skipped-text",
        FindingSeverity::Note,
        "no event is in it; `trailsift show --at FILE:BYTE` shows it",
    ),
    (
        "no-events",
        FindingSeverity::Note,
        "the lookup found nothing: check its region, times and attribute",
    ),
];

impl DumpFinding {
    /// A finding of a kind of [`KINDS`].
    pub(super) fn new(id: &'static str, reason: String) -> DumpFinding {
        let kind = KINDS.iter().find(|kind| kind.0 == id);
        let (_, severity, advice) = kind.copied().unwrap_or((id, FindingSeverity::Error, ""));
        debug_assert!(kind.is_some(), "{id}");
        DumpFinding {
            severity,
            id,
            at: None,
            reason,
            advice,
        }
    }

    /// The same, at a byte.
    pub(super) fn at(self, at: u64) -> DumpFinding {
        DumpFinding {
            at: Some(at),
            ..self
        }
    }
}

/// The gravest first, otherwise in the order of [`KINDS`] and of the file.
pub(super) fn sort(findings: &mut [DumpFinding]) {
    let place = |finding: &DumpFinding| KINDS.iter().position(|kind| kind.0 == finding.id);
    findings.sort_by_key(|finding| {
        (
            std::cmp::Reverse(finding.severity),
            place(finding),
            finding.at,
        )
    });
}
