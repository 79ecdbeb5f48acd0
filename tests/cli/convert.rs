//! `convert`: from every shape to every shape, with the same events and the same text.
//!
//! The order is tested in `convert_order`, the output files in `convert_targets`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use trailsift::input;

use crate::support::program::{Dir, trailsift, typed};
use crate::support::small::{entry, id, record, trail, without};

pub(super) const SHAPES: [&str; 5] = ["lookup", "records", "jsonl", "events-jsonl", "csv"];

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(root().join("fixtures").join(name)).expect("a fixture")
}

/// Every file below `fixtures/`.
fn fixtures() -> Vec<String> {
    let found = input::discover(&[root().join("fixtures").into_os_string()]);
    let names = found.inputs.iter().map(|input| input.shown().into_owned());
    let names: Vec<String> = names.collect();
    assert!(names.len() > 30, "{names:?}");
    names
}

/// The number of different events in a dump.
pub(super) fn total(dump: &Path) -> String {
    let dump = dump.to_str().expect("text");
    trailsift(["count", "-q", "--total", dump]).got().out
}

#[test]
fn output_of_the_aws_cli_is_written_unchanged() {
    for (line, name) in [
        ("--to lookup", "cli-v2.json"),
        ("--to lookup --timestamps epoch", "cli-v1.json"),
        ("--to lookup --timestamps epoch", "cli-v1-fraction.json"),
        ("--to lookup", "insights.json"),
    ] {
        typed(&format!("convert {line} fixtures/{name}"))
            .got()
            .quietly()
            .prints(&fixture(name));
    }
    // In the zone of the AWS CLI. The endpoint of this lookup sorts by whole seconds.
    let shown = typed("convert --to lookup --tz Asia/Tokyo fixtures/cli-v2-tokyo.json").got();
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(|line| line.replace("},", "}")).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&shown.out), sorted(&fixture("cli-v2-tokyo.json")));
}

#[test]
fn every_shape_of_dump_has_as_many_events_in_every_shape() {
    let dir = Dir::new();
    for name in fixtures() {
        let before = total(Path::new(&name));
        assert_ne!(before, "0\n", "{name}");
        for shape in SHAPES {
            dir.run(["convert", "-q", "--to", shape, "-o", "out", &name])
                .got()
                .ends(0)
                .prints("");
            assert_eq!(total(&dir.path("out")), before, "{name} as {shape}");
        }
    }
}

/// Fields of an event, except for the resources of the envelope.
const FIELDS: &str = "EventId,EventName,ReadOnly,AccessKeyId,EventSource,Username,eventTime,userIdentity,\
requestParameters,responseElements,errorCode,resources,principal,outcome,CloudTrailEvent";

#[test]
fn every_field_of_every_event_is_the_same_before_and_after() {
    let dir = Dir::new();
    for name in fixtures() {
        for shape in ["lookup", "records", "jsonl", "events-jsonl"] {
            dir.run(["convert", "-q", "--to", shape, "-o", "out", &name])
                .got()
                .ends(0);
            let count = |dump: &str| {
                let fields = if shape.contains("records") || shape.starts_with("events") {
                    // Members that only the envelope has are not kept, which is reported.
                    FIELDS.replace("Username,", "")
                } else {
                    FIELDS.to_owned()
                };
                let got = dir
                    .run(["count", "-q", "--by", &fields, "--format", "tsv", dump])
                    .got();
                got.ends(0);
                let mut rows: Vec<String> = got.out.lines().map(str::to_owned).collect();
                rows.sort();
                rows
            };
            assert_eq!(count("out"), count(&name), "{name} as {shape}");
        }
    }
}

/// The entries of a lookup, by the text of their records.
fn entries(text: &str) -> BTreeMap<String, Value> {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let events = document["Events"].as_array().expect("a list").iter();
    let by_text = events.map(|event| {
        let text = event["CloudTrailEvent"].as_str().expect("a text");
        (text.to_owned(), event.clone())
    });
    by_text.collect()
}

#[test]
fn records_and_back_keep_all_but_resources_and_the_zone() {
    let dir = Dir::new();
    for name in [
        "cli-v2.json",
        "cli-v1.json",
        "boto3-default-str.json",
        "py27.json",
        "insights.json",
    ] {
        let name = format!("fixtures/{name}");
        let name = root().join(&name);
        let name = name.to_str().expect("text");
        dir.run(["convert", "--to", "lookup", "-o", "one", name])
            .got()
            .ends(0);
        let there = dir
            .run(["convert", "--to", "records", "-o", "records", name])
            .got();
        dir.run(["convert", "--to", "lookup", "-o", "two", "records"])
            .got()
            .quietly();
        let (one, two) = (entries(&dir.read("one")), entries(&dir.read("two")));
        // The text of each record is the same, byte for byte.
        assert!(one.keys().eq(two.keys()), "{name}");
        let mut other = BTreeMap::<&str, u64>::new();
        for (text, event) in &one {
            let mut members = event.as_object().expect("an object").clone();
            let mut back = two[text].as_object().expect("an object").clone();
            assert!(back.remove("Resources").expect("a list").is_array());
            members.remove("Resources");
            for member in ["EventTime", "Username"] {
                if members.get(member) != back.get(member) {
                    *other.entry(member).or_default() += 1;
                }
                members.remove(member);
                back.remove(member);
            }
            assert_eq!(members, back);
        }
        // Some fixtures have a different value in each half of an event, which is reported.
        for (member, count) in other {
            let are = if count == 1 { "event" } else { "events" };
            there.mentions(&format!(
                "{count} {are} with another {member} in the envelope than in the record"
            ));
        }
    }
}

/// A record that a parser and printer would change.
const ODD: &str = "{\"eventVersion\": \"1.05\" ,\"eventID\":\"odd\",  \"eventTime\":\"2024-06-10T06:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"PutObject\",\"requestParameters\":{\"n\":1.50,\"big\":12345678901234567890,\"e\":1.688560107857E9,\"u\":\"\\u00fc\\/\\ud800 \\\" \\\\ \u{fc}\u{2028}\",\"z\":1,\"a\":2,\"z\":3},\"awsRegion\":\"us-east-1\"}";

#[test]
fn the_text_of_a_record_is_the_same_in_all_shapes() {
    let dir = Dir::new();
    let quoted = serde_json::to_string(ODD).expect("text");
    let event =
        format!("{{\"EventId\":\"odd\",\"EventTime\":1718000000.0,\"CloudTrailEvent\":{quoted}}}");
    dir.write("dump", format!("{{\"Events\":[{event}]}}"));
    dir.run(["convert", "-q", "--to", "records", "-o", "records", "dump"])
        .got()
        .ends(0);
    assert_eq!(dir.read("records"), format!("{{\"Records\":[{ODD}]}}"));
    dir.run([
        "convert",
        "-q",
        "--to",
        "events-jsonl",
        "-o",
        "lines",
        "records",
    ])
    .got()
    .ends(0);
    assert_eq!(dir.read("lines"), format!("{ODD}\n"));
    for from in ["dump", "records", "lines"] {
        let got = dir.run(["convert", "--to", "lookup", from]).got();
        got.quietly()
            .shows(&format!("            \"CloudTrailEvent\": {quoted}\n"));
        let got = dir.run(["convert", "--to", "jsonl", from]).got();
        got.quietly()
            .shows(&format!(",\"CloudTrailEvent\":{quoted}}}\n"));
        assert_eq!(got.out.lines().count(), 1);
    }
}

#[test]
fn records_on_several_lines_are_put_on_one() {
    let dir = Dir::new();
    let one = record(1, json!({"userAgent": "two  blanks\n"}));
    dir.write(
        "pretty",
        serde_json::to_string_pretty(&json!({"Records": [one]})).expect("JSON"),
    );
    let got = dir.run(["convert", "--to", "records", "pretty"]).got();
    got.quietly().prints(&trail(std::slice::from_ref(&one)));
    let nested = serde_json::to_string_pretty(&one).expect("JSON");
    dir.write(
        "nested",
        json!({"Events": [{"EventId": id(1), "CloudTrailEvent": nested}]}).to_string(),
    );
    let got = dir.run(["convert", "--to", "records", "nested"]).got();
    got.quietly().prints(&trail(&[one]));
    // The text of an envelope stays.
    let got = dir.run(["convert", "--to", "lookup", "nested"]).got();
    assert_eq!(got.json()["Events"][0]["CloudTrailEvent"], nested);
}

#[test]
fn a_record_gets_the_envelope_that_cloudtrail_makes() {
    let dir = Dir::new();
    let session = json!({
        "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "readOnly": true,
        "userIdentity": {"type": "AssumedRole", "principalId": "AROAX:ci", "accessKeyId": "ASIAX",
            "arn": "arn:aws:sts::1:assumed-role/D/ci"},
        "requestParameters": {"roleArn": "arn:aws:iam::1:role/Admin"},
        "responseElements": {"credentials": {"accessKeyId": "ASIAY"},
            "assumedRoleUser": {"assumedRoleId": "AROAY:me", "arn": "arn:aws:sts::1:assumed-role/Admin/me"}},
    });
    let service = json!({
        "userIdentity": {"type": "AWSService", "invokedBy": "x.amazonaws.com"}, "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject", "requestParameters": {"bucketName": "b\u{fc}cket"},
        "resources": [{"ARN": "arn:aws:s3:::b", "accountId": "1", "type": "AWS::S3::Bucket"}, {"ARN": "arn:x"}],
    });
    let old = without(record(0, service), &["readOnly"]);
    let records = [record(1, session), old];
    dir.write("dump", trail(&records));
    let texts: Vec<String> = records
        .iter()
        .map(|record| serde_json::to_string(&record.to_string()).expect("JSON"))
        .collect();
    let expected = format!(
        r#"{{
    "Events": [
        {{
            "EventId": "00000000-0000-4000-8000-000000000001",
            "EventName": "AssumeRole",
            "ReadOnly": "true",
            "AccessKeyId": "ASIAX",
            "EventTime": "2024-06-10T06:01:00+00:00",
            "EventSource": "sts.amazonaws.com",
            "Username": "ci",
            "Resources": [
                {{
                    "ResourceType": "AWS::IAM::AccessKey",
                    "ResourceName": "ASIAY"
                }},
                {{
                    "ResourceType": "AWS::STS::AssumedRole",
                    "ResourceName": "me"
                }},
                {{
                    "ResourceType": "AWS::STS::AssumedRole",
                    "ResourceName": "AROAY:me"
                }},
                {{
                    "ResourceType": "AWS::STS::AssumedRole",
                    "ResourceName": "arn:aws:sts::1:assumed-role/Admin/me"
                }},
                {{
                    "ResourceType": "AWS::IAM::Role",
                    "ResourceName": "arn:aws:iam::1:role/Admin"
                }}
            ],
            "CloudTrailEvent": {}
        }},
        {{
            "EventId": "00000000-0000-4000-8000-000000000000",
            "EventName": "GetObject",
            "EventTime": "2024-06-10T06:00:00+00:00",
            "EventSource": "s3.amazonaws.com",
            "Resources": [
                {{
                    "ResourceType": "AWS::S3::Bucket",
                    "ResourceName": "bücket"
                }},
                {{
                    "ResourceType": "AWS::S3::Bucket",
                    "ResourceName": "arn:aws:s3:::b"
                }},
                {{
                    "ResourceName": "arn:x"
                }}
            ],
            "CloudTrailEvent": {}
        }}
    ]
}}
"#,
        texts[0], texts[1]
    );
    dir.run(["convert", "--to", "lookup", "dump"])
        .got()
        .quietly()
        .prints(&expected);
    let got = dir
        .run(["convert", "--to", "lookup", "--timestamps", "epoch", "dump"])
        .got();
    got.quietly()
        .shows("            \"EventTime\": 1717999260.0,\n");
}

#[test]
fn an_envelope_keeps_its_members_and_gets_no_others() {
    let dir = Dir::new();
    let one = record(1, json!({}));
    let mut event = entry(&one);
    event["Extra"] = json!({"a": [1, {}]});
    event["Username"] = json!("somebody else");
    event["Resources"] = Value::Null;
    event
        .as_object_mut()
        .expect("an object")
        .remove("AccessKeyId");
    dir.write("dump", json!({"Events": [event]}).to_string());
    let got = dir.run(["convert", "--to", "jsonl", "dump"]).got();
    let text = serde_json::to_string(&one.to_string()).expect("JSON");
    got.quietly().prints(&format!(
        "{{\"EventId\":\"{}\",\"EventName\":\"DescribeInstances\",\"ReadOnly\":\"true\",\
         \"EventTime\":\"2024-06-10T06:01:00+00:00\",\"EventSource\":\"ec2.amazonaws.com\",\
         \"Username\":\"somebody else\",\"Resources\":null,\"CloudTrailEvent\":{text},\"Extra\":{{\"a\":[1,{{}}]}}}}\n",
        id(1)
    ));
    dir.run(["convert", "--to", "events-jsonl", "dump"])
        .got()
        .ends(0)
        .prints(&format!("{one}\n"))
        .mentions("1 event with another Username in the envelope than in the record");
}

#[test]
fn csv_is_read_again_with_all_its_values() {
    let dir = Dir::new();
    let fields = "Username,AccessKeyId,EventTime,EventSource,EventName,awsRegion,sourceIPAddress,userAgent,errorCode,\
                  requestID,EventId,ReadOnly,eventType,recipientAccountId,eventCategory";
    for name in [
        "cli-v2.json",
        "trail.json.gz",
        "console-history.csv",
        "lake.json",
    ] {
        let name = root().join("fixtures").join(name);
        let name = name.to_str().expect("text");
        let got = dir
            .run(["convert", "--to", "csv", "-o", "out.csv", name])
            .got();
        got.ends(0)
            .mentions("csv contains only the 16 columns of the console");
        let listed = |dump: &str| {
            let got = dir
                .run(["list", "-q", "--sort=-EventTime", "--fields", fields, dump])
                .got();
            got.ends(0);
            got.out
        };
        assert_eq!(listed("out.csv"), listed(name), "{name}");
        let resources = |dump: &str| {
            dir.run([
                "count",
                "-q",
                "--by",
                "Resources[].ResourceName",
                "--format",
                "tsv",
                dump,
            ])
            .got()
            .out
        };
        if name.ends_with("cli-v2.json") {
            assert_eq!(resources("out.csv"), resources(name));
        }
    }
    dir.write("formula", trail(&[record(1, json!({"userAgent": "=1+1"}))]));
    dir.run(["convert", "-q", "--to", "csv", "formula"])
        .got()
        .shows(",=1+1,");
    dir.run(["convert", "-q", "--to", "csv", "--excel-safe", "formula"])
        .got()
        .shows(",'=1+1,")
        .shows("\u{feff}User name,");
}

#[test]
#[ignore = "needs jq"]
fn jq_reads_the_same_records() {
    let dir = Dir::new();
    let jq = |filter: &str, name: &str| {
        let output = Command::new("jq")
            .args(["-S", "-c", filter, name])
            .current_dir(dir.path("."))
            .output();
        let output = output.expect("jq");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for name in [
        "cli-v2.json",
        "cli-v1.json",
        "query-events.json",
        "javascript.json",
        "py27.json",
    ] {
        dir.write("dump", fixture(name));
        for shape in ["lookup", "records", "jsonl", "events-jsonl"] {
            dir.run([
                "convert",
                "-q",
                "--keep-duplicates",
                "--to",
                shape,
                "-o",
                // `-o jsonl` would be refused, because it is the name of a format.
                &format!("./{shape}"),
                "dump",
            ])
            .got()
            .ends(0);
        }
        let from = match name {
            "query-events.json" => ".[] | .CloudTrailEvent | fromjson",
            _ => ".Events[] | .CloudTrailEvent | fromjson",
        };
        let expected = jq(from, "dump");
        assert!(!expected.is_empty());
        assert_eq!(
            jq(".Events[] | .CloudTrailEvent | fromjson", "lookup"),
            expected,
            "{name}"
        );
        assert_eq!(jq(".Records[]", "records"), expected, "{name}");
        assert_eq!(
            jq(".CloudTrailEvent | fromjson", "jsonl"),
            expected,
            "{name}"
        );
        assert_eq!(jq(".", "events-jsonl"), expected, "{name}");
    }
}
