//! What a user must know about a file besides its events, with the byte offset of each finding.
//!
//! The ledger makes findings; this module has their wording.

use std::fmt;

use super::{Damage, Decoy, PageEnd};
use crate::event::Unreadable;
use crate::text::{grouped, plural};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For information.
    Note,
    /// Events may be missing or wrong.
    Warning,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Bytes of an event that is not whole.
    Damage {
        /// How many bytes.
        length: u64,
        /// Why the event is not whole; `None` if its beginning is missing.
        why: Option<Damage>,
    },
    /// Text that is not JSON.
    Skipped {
        /// How many bytes.
        length: u64,
        /// The beginning of the text.
        snippet: String,
    },
    /// An error message of the AWS CLI.
    AwsError {
        /// The line.
        text: String,
    },
    /// A page has a token for a next page that is not in the file.
    NextToken {
        /// The token; empty if it is cut off or too long for a token.
        token: String,
        /// The oldest event of the page if another lookup follows it; `None` for the last page of the file.
        page_end: Option<Box<PageEnd>>,
    },
    /// A line `None`, which the AWS CLI prints with `--output text` instead of a page that it did not receive.
    NoPage,
    /// The input ends between events, inside a document.
    Unclosed,
    /// The input begins between events, inside a document.
    Headless,
    /// A document begins before the previous one ended.
    CutBefore,
    /// Elements of a list of events that are not events.
    NotEvents {
        /// How many.
        count: u64,
        /// What they look like.
        decoy: Decoy,
    },
    /// Events with bytes that are not UTF-8.
    NotUtf8 {
        /// How many events.
        count: u64,
    },
}

/// A finding, its offset, and how many more of its kind the file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Byte offset in the unpacked file.
    pub at: u64,
    /// What was found there.
    pub kind: FindingKind,
    /// Further findings of this kind that are not listed.
    pub more: u64,
}

/// The number of findings of one kind that are listed one by one.
const LISTED: usize = 3;

impl Finding {
    /// Adds a finding. After the first few of a kind, further ones are only counted.
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

    /// How much the finding matters.
    pub fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::Skipped { .. } => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// True if events, or parts of events, are lost.
    pub fn is_loss(&self) -> bool {
        matches!(
            self.kind,
            FindingKind::Damage { .. }
                | FindingKind::Unclosed
                | FindingKind::Headless
                | FindingKind::CutBefore
        )
    }

    /// True if the dump may lack events: the lookup was not finished, or something in the dump may have been events.
    pub fn is_incomplete(&self) -> bool {
        match &self.kind {
            FindingKind::NextToken { .. } | FindingKind::AwsError { .. } | FindingKind::NoPage => {
                true
            }
            FindingKind::NotEvents { decoy, .. } => {
                matches!(decoy, Decoy::Other | Decoy::Incomplete)
            }
            // An event as Python prints it: it is skipped as text, but it was an event.
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
            FindingKind::Damage { length, why } => write_damage(f, *length, *why),
            FindingKind::Skipped { length, snippet } => {
                write!(f, "skipped {} of text: {snippet}", plural(*length, "byte"))
            }
            FindingKind::AwsError { text } => write!(f, "the AWS CLI failed here: {text}"),
            FindingKind::NextToken { page_end: None, .. } => f.write_str(
                "the last page has a NextToken: there are more events than this dump contains",
            ),
            FindingKind::NextToken {
                page_end: Some(_), ..
            } => f.write_str(
                "a page has a NextToken, but another lookup follows: the remaining pages of the first \
                 lookup are missing",
            ),
            FindingKind::NoPage => f.write_str(
                "the AWS CLI printed `None` instead of a page: there are more events than this dump contains \
                 (a dropped connection, or --max-items)",
            ),
            FindingKind::Unclosed => {
                f.write_str("the input ends inside a document: events after it may be missing")
            }
            FindingKind::Headless => {
                f.write_str("the input begins inside a document: events before it may be missing")
            }
            FindingKind::CutBefore => f.write_str(
                "a document begins before the previous one ended: events may be missing",
            ),
            FindingKind::NotEvents { count, decoy } => write!(
                f,
                "{} in a list of events {} CloudTrail event{}{}",
                plural(*count, "value"),
                if *count == 1 { "is not a" } else { "are not" },
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

fn write_damage(f: &mut fmt::Formatter<'_>, length: u64, why: Option<Damage>) -> fmt::Result {
    let bytes = plural(length, "byte");
    match why {
        Some(Damage::Cut) => write!(f, "an event is cut off ({bytes} damaged)"),
        Some(Damage::Invalid(at)) => write!(
            f,
            "an event is damaged: invalid JSON at byte {at} ({bytes} damaged)"
        ),
        Some(Damage::RunsOn(at)) => write!(
            f,
            "an event is damaged: another event begins inside it at byte {at} ({bytes} damaged)"
        ),
        Some(Damage::TooDeep(limit)) => write!(
            f,
            "an event nests deeper than {} levels ({bytes} damaged; --max-depth sets the limit)",
            grouped(limit as u64)
        ),
        Some(Damage::TooLong(limit)) => write!(
            f,
            "an event is longer than {} ({bytes} damaged; --max-event sets the limit)",
            plural(limit as u64, "byte")
        ),
        None => write!(
            f,
            "part of an event, whose beginning is missing ({bytes} damaged)"
        ),
    }
}

/// Why the record in `CloudTrailEvent` cannot be read, as the end of a sentence.
pub fn unreadable(why: Unreadable) -> String {
    match why {
        Unreadable::Invalid => "is not valid JSON".to_owned(),
        Unreadable::TooDeep(limit) => format!(
            "nests deeper than {} levels (--max-depth sets the limit)",
            grouped(limit as u64)
        ),
    }
}
