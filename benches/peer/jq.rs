//! The tasks as filters for jq and jaq.
//!
//! The filter counts, because this is faster than `sort | uniq -c` after it.

use std::process::Command;

use super::Kind;
use crate::dump::names::RARE_KEY;
use crate::dump::truth::Question;
use crate::harness::store::Dump;

/// The record of an event.
const RECORD: &str = ".CloudTrailEvent | fromjson";

pub fn command(program: &str, question: Question, kind: Kind, dump: &Dump) -> Option<Command> {
    let filter = filter(question, kind)?;
    let mut command = match kind {
        Kind::Lookup => Command::new(program),
        Kind::Trail => {
            let mut shell = Command::new("sh");
            shell.args(["-c", r#"gzip -dc -r "$3" | "$0" "$1" "$2""#, program]);
            shell
        }
    };
    let raw = if question == Question::Whole {
        "-c"
    } else {
        "-r"
    };
    command.args([raw, &filter]).arg(&dump.path);
    Some(command)
}

fn filter(question: Question, kind: Kind) -> Option<String> {
    if kind == Kind::Trail {
        let key = r#".Records[] | "\(.eventSource)\t\(.eventName)""#;
        return (question == Question::Calls).then(|| counted(key));
    }
    let of_record = |key: &str| counted(&format!(".Events[] | {RECORD} | {key}"));
    Some(match question {
        Question::Calls => counted(r#".Events[] | "\(.EventSource)\t\(.EventName)""#),
        Question::Arns => of_record(r#".userIdentity.arn // """#),
        Question::Addresses => of_record(r#".sourceIPAddress // """#),
        Question::Errors => of_record(r#".errorCode // """#),
        Question::Hours => {
            let principal = ".sessionContext.sessionIssuer.arn // .arn // .invokedBy";
            of_record(&format!(
                r#""\(.eventTime[:13]):00:00Z\t\(.userIdentity | {principal})""#
            ))
        }
        Question::List => {
            let tokyo =
                r#"(.EventTime[:19] + "Z" | fromdate + 32400 | todate | .[:19] + "+09:00")"#;
            format!(".Events[] | [{tokyo}, .EventSource, .EventName] | @tsv")
        }
        Question::RareKey => format!(
            r#".Events[] | select(.AccessKeyId == "{RARE_KEY}") | [.EventTime[:19] + "Z", .EventSource, .EventName] | @tsv"#
        ),
        Question::Whole => format!(".Events[] | .CloudTrailEvent = ({RECORD})"),
        Question::Report => return None,
    })
}

/// The number of occurrences of each key that a filter prints.
fn counted(keys: &str) -> String {
    format!(r#"reduce ({keys}) as $key ({{}}; .[$key] += 1) | to_entries[] | "\(.value)\t\(.key)""#)
}
