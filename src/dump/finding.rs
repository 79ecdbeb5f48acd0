//! What a person must know about a file besides its events, with the byte it stands at.
//!
//! Not for: deciding it (`ledger`), printing it (`cli`).

use std::fmt;

use super::{Damage, Decoy, PageEnd};
use crate::event::Unreadable;
use crate::text::{grouped, plural};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something may be missing or wrong.
    Warning,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Bytes of an event that isn't whole.
    Damage {
        /// How many bytes.
        length: u64,
        /// Why, where an event was seen to break; `None` for remains without their beginning.
        why: Option<Damage>,
    },
    /// Text that is no JSON.
    Skipped {
        /// How many bytes.
        length: u64,
        /// How it begins.
        snippet: String,
    },
    /// An error message of the AWS CLI.
    AwsError {
        /// The line.
        text: String,
    },
    /// A page names a next one, which is not here.
    NextToken {
        /// The token; empty where it is too long to be one, or cut off.
        token: String,
        /// The event that the page ended with, where another lookup follows; `None` for the last page.
        left: Option<Box<PageEnd>>,
    },
    /// A line `None`, which the AWS CLI prints in text for a page that it has not got.
    NoPage,
    /// The input ends between events, inside a document.
    Unclosed,
    /// The input begins inside a document, between events.
    Headless,
    /// A document begins where the one before had not ended.
    CutBefore,
    /// Elements of a list of events that are none.
    NotEvents {
        /// How many.
        count: u64,
        /// What they look like.
        decoy: Decoy,
    },
    /// Events with bytes that are no UTF-8.
    NotUtf8 {
        /// How many events.
        count: u64,
    },
}

/// A finding, its place, and how many more of its kind there are in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Offset in the unpacked text.
    pub at: u64,
    /// What was found there.
    pub kind: FindingKind,
    /// Further findings of this kind that are not listed.
    pub more: u64,
}

/// Findings of one kind that are listed one by one.
const LISTED: usize = 3;

impl Finding {
    /// Adds a finding; beyond the first few of a kind they are only counted.
    pub(super) fn add(findings: &mut Vec<Finding>, at: u64, kind: FindingKind) {
        let discriminant = std::mem::discriminant(&kind);
        let same = |finding: &&mut Finding| std::mem::discriminant(&finding.kind) == discriminant;
        if let FindingKind::NotUtf8 { count } = kind
            && let Some(Finding {
                kind: FindingKind::NotUtf8 { count: all },
                ..
            }) = findings.iter_mut().find(same)
        {
            *all += count;
            return;
        }
        if findings.iter_mut().filter(same).count() < LISTED {
            findings.push(Finding { at, kind, more: 0 });
        } else if let Some(last) = findings.iter_mut().rfind(same) {
            last.more += 1;
        }
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::Skipped { .. } => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// True when events, or parts of them, are lost.
    pub fn is_loss(&self) -> bool {
        matches!(
            self.kind,
            FindingKind::Damage { .. }
                | FindingKind::Unclosed
                | FindingKind::Headless
                | FindingKind::CutBefore
        )
    }

    /// True when the dump is not all of what was asked of CloudTrail, or has in place of events what may have been some.
    pub fn is_incomplete(&self) -> bool {
        match &self.kind {
            FindingKind::NextToken { .. } | FindingKind::AwsError { .. } | FindingKind::NoPage => {
                true
            }
            FindingKind::NotEvents { decoy, .. } => {
                matches!(decoy, Decoy::Other | Decoy::Incomplete)
            }
            // How Python prints an event.
            FindingKind::Skipped { snippet, .. } => {
                snippet.contains("'eventVersion'") || snippet.contains("'EventId'")
            }
            _ => self.is_loss(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FindingKind::Damage { length, why } => {
                let bytes = plural(*length, "byte");
                match why {
                    Some(Damage::Cut) => write!(f, "an event is cut off ({bytes} damaged)"),
                    Some(Damage::Invalid(at)) => write!(
                        f,
                        "an event is damaged: no valid JSON at byte {at} ({bytes} damaged)"
                    ),
                    Some(Damage::RunsOn(at)) => write!(
                        f,
                        "an event is damaged: another begins inside it at byte {at} ({bytes} damaged)"
                    ),
                    Some(Damage::TooDeep(limit)) => write!(
                        f,
                        "an event nests deeper than {} levels ({bytes} damaged; --max-depth sets \
                         the limit)",
                        grouped(*limit as u64)
                    ),
                    Some(Damage::TooLong(limit)) => write!(
                        f,
                        "an event is longer than {} ({bytes} damaged; --max-event sets the limit)",
                        plural(*limit as u64, "byte")
                    ),
                    None => write!(f, "what is left of an event ({bytes} damaged)"),
                }
            }
            FindingKind::Skipped { length, snippet } => {
                write!(f, "skipped {} of text: {snippet}", plural(*length, "byte"))
            }
            FindingKind::AwsError { text } => write!(f, "the AWS CLI failed here: {text}"),
            FindingKind::NextToken { left: None, .. } => f.write_str(
                "the last page has a NextToken: there are more events than this dump holds",
            ),
            FindingKind::NextToken { left: Some(_), .. } => f.write_str(
                "a page has a NextToken, and behind it another lookup begins: the rest of the first one is \
                 not here",
            ),
            FindingKind::NoPage => f.write_str(
                "the AWS CLI wrote `None` in place of a page: there are more events than this dump holds (a \
                 dropped connection, or --max-items)",
            ),
            FindingKind::Unclosed => {
                f.write_str("the input ends inside a document: events behind it may be missing")
            }
            FindingKind::Headless => {
                f.write_str("the input begins inside a document: events before it may be missing")
            }
            FindingKind::CutBefore => f.write_str(
                "a document begins where the one before had not ended: events may be missing",
            ),
            FindingKind::NotEvents { count, decoy } => write!(
                f,
                "{} among the events that {} no CloudTrail event{}{}",
                plural(*count, "value"),
                if *count == 1 { "is" } else { "are" },
                if *count == 1 { "" } else { "s" },
                match decoy {
                    Decoy::Other => "",
                    Decoy::Notification => " (S3, SNS or SQS notifications)",
                    Decoy::Digest => " (CloudTrail digests)",
                    Decoy::ConfigRule => " (AWS Config rule calls)",
                    Decoy::Incomplete => " (records without eventName or eventSource)",
                }
            ),
            FindingKind::NotUtf8 { count } => write!(
                f,
                "{} with bytes that are not UTF-8 (a Windows code page?); they are shown as \u{fffd}",
                plural(*count, "event")
            ),
        }?;
        if self.more > 0 {
            write!(f, " (and {} like this)", plural(self.more, "more place"))?;
        }
        Ok(())
    }
}

/// Why a record cannot be read, of what stands in `CloudTrailEvent`.
pub fn unreadable(why: Unreadable) -> String {
    match why {
        Unreadable::Invalid => "is no valid JSON".to_owned(),
        Unreadable::TooDeep(limit) => format!(
            "nests deeper than {} levels (--max-depth sets the limit)",
            grouped(limit as u64)
        ),
    }
}
