//! Why a file contains no events: its likely format, and the command that writes a readable one. `dump` decides that it
//! contains none.

use crate::dump::{Content, Decoy, UnsupportedShape};
use crate::engine::FileReport;

/// Whether a file is refused, and in what words. `None` for dumps, empty ones included.
pub(super) fn reason(file: &FileReport) -> Option<String> {
    let is_other = matches!(
        file.content,
        Content::Foreign(Decoy::Other | Decoy::Incomplete)
    );
    if let Some(shape) = file.unsupported.filter(|_| is_other) {
        return Some(unread(shape).to_owned());
    }
    match &file.content {
        Content::Events | Content::NoEvents | Content::Remains => None,
        Content::Blank if file.byte_counts.bytes == 0 => Some(blank("0 bytes")),
        Content::Blank => Some(blank("white space alone")),
        Content::ErrorText(text) => Some(format!(
            "no event, only an error text of the AWS CLI: {text}"
        )),
        Content::Foreign(decoy) => Some(format!(
            "no CloudTrail event in it: {}",
            match decoy {
                Decoy::Notification => "it is a notification (S3, SNS, SQS), not a log of calls",
                Decoy::Digest =>
                    "it is a CloudTrail digest file; the log files it lists hold the events",
                Decoy::Incomplete =>
                    "it has an event's members, but neither the call nor the service it names",
                Decoy::ConfigRule => "it is what AWS Config hands to a rule",
                Decoy::Other if is_packed(file) =>
                    "it is packed in a way that is not read here (gzip and zstd are); unpack it first",
                Decoy::Other if file.byte_counts.skipped > 0 =>
                    "it is not JSON; save whole events with `--output json`",
                Decoy::Other =>
                    "it is some other JSON; whole events are needed (`--query 'Events[]'`, in a query \
                     of CloudTrail Lake `eventJson`)",
            }
        )),
    }
}

/// Whether its name says that it is packed, and in a way that is not unpacked here.
pub(super) fn is_packed(file: &FileReport) -> bool {
    let ends = [".7z", ".bz2", ".xz", ".zip"];
    ends.iter().any(|end| file.shown.ends_with(end))
}

fn blank(what: &str) -> String {
    format!(
        "{what}: the CLI writes JSON only after the last page, so it failed, was interrupted or, with `--output text`, \
         found nothing, or the command that writes it is still running"
    )
}

fn unread(shape: UnsupportedShape) -> &'static str {
    match shape {
        UnsupportedShape::Table => {
            "this is `--output table`, which is not read: save it with `--output json` or `--output text`"
        }
        UnsupportedShape::Python => {
            "this is a Python literal, as `print` writes it, which is not read: save it with \
             `json.dump(response, file, default=str)`"
        }
        UnsupportedShape::Pairs => {
            "these are values without names, as `--query 'Events[].[…]'` picks them, and their meaning \
             is unknown: save whole events with `--query 'Events[]'`"
        }
        UnsupportedShape::Chosen => {
            "these are objects with names of your own, as `--query 'Events[].{…}'` makes them, and their \
             meaning is unknown: save whole events with `--query 'Events[]'`"
        }
        UnsupportedShape::Rows => {
            "these are rows of a CloudTrail Lake query that name no single events: select `eventJson`, or \
             eventID, eventTime and eventName among the columns"
        }
        UnsupportedShape::Debug => {
            "this is what `--debug` prints, without a document in it: save standard output alone, without \
             `2>&1`"
        }
    }
}
