//! The real AWS CLI at the other end of a pipe, in each of its output formats: the same events, whatever
//! they are printed as.
//!
//! Not for: what the client does when it fails (`support::clients`).

use std::process::Stdio;

use crate::support::clients::Aws;
use crate::support::endpoint::{Endpoint, Script, WireTime};
use crate::support::program::{Got, trailsift};
use crate::support::records::events;

const EVENTS: usize = 120;

/// `aws cloudtrail lookup-events ARGUMENTS… | trailsift list --fields …`
fn piped(aws: &Aws, time: WireTime, arguments: &[&str], fields: &str) -> Got {
    let endpoint = Endpoint::start(Script::new(events(900, EVENTS)).time(time)).expect("loopback");
    let mut client = aws
        .command(endpoint.url(), "Asia/Tokyo", arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the client starts");
    let dump = client.stdout.take().expect("a pipe");
    let mut program = trailsift(["list", "--fields", fields]);
    program.command().stdin(dump);
    let got = program.got();
    client.wait().expect("the client ends");
    got
}

const ENVELOPE: &str = "EventTime,EventId,EventName,EventSource,ReadOnly,AccessKeyId,Username,Resources[].ResourceName,Resources[].ResourceType";
const RECORD: &str =
    "eventID,eventTime,principal,session,outcome,userAgent,requestParameters,errorMessage";

fn each_client(test: impl Fn(u32, &Aws)) {
    for major in [1, 2] {
        let aws = Aws::find(major).unwrap_or_else(|| panic!("no aws {major}.x on the search path"));
        test(major, &aws);
    }
}

#[test]
#[ignore = "needs the AWS CLI, versions 1 and 2"]
fn every_output_format_gives_the_same_events() {
    each_client(|major, aws| {
        for time in [WireTime::Exponent, WireTime::Millis] {
            for fields in [ENVELOPE, RECORD] {
                let json = piped(aws, time, &["--output", "json"], fields);
                assert_eq!(json.out.lines().count(), EVENTS, "{}", json.err);
                let formats: &[&str] = match major {
                    1 => &["text"],
                    _ => &["text", "yaml", "yaml-stream"],
                };
                for format in formats {
                    let got = piped(aws, time, &["--output", format], fields);
                    got.quietly();
                    assert!(got.out == json.out, "{} {format}", aws.version);
                }
            }
        }
    });
}

#[test]
#[ignore = "needs the AWS CLI, versions 1 and 2"]
fn queries_that_keep_the_records_give_them_in_every_format() {
    each_client(|major, aws| {
        let json = piped(aws, WireTime::Exponent, &[], RECORD);
        let formats: &[&str] = match major {
            1 => &["json", "text"],
            _ => &["json", "text", "yaml", "yaml-stream"],
        };
        for query in ["Events[]", "Events[].CloudTrailEvent"] {
            for format in formats {
                let arguments = ["--query", query, "--output", format];
                let got = piped(aws, WireTime::Exponent, &arguments, RECORD);
                assert!(
                    got.out == json.out,
                    "{} {query} {format}\n{}",
                    aws.version,
                    got.err
                );
                assert_eq!(got.status, 0);
            }
        }
    });
}

#[test]
#[ignore = "needs the AWS CLI, versions 1 and 2"]
fn a_file_without_whole_events_is_refused_with_the_command_to_use() {
    each_client(|_, aws| {
        let pairs = "Events[].[EventTime,EventName]";
        for (arguments, words) in [
            (&["--output", "table"][..], "--output table"),
            (&["--query", pairs], "values without names"),
            (
                &["--query", pairs, "--output", "text"],
                "values without names",
            ),
            (
                &["--query", "Events[].{Time:EventTime}"],
                "names of your own",
            ),
        ] {
            piped(aws, WireTime::Exponent, arguments, RECORD)
                .ends(2)
                .prints("")
                .mentions(words);
        }
    });
}
