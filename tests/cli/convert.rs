//! `convert`: from every shape into every shape, the same events, in order, with the same text.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use trailsift::convert::{Conversion, Gathered, Room, Shape};
use trailsift::engine::{self, Item, Settings};
use trailsift::input;
use trailsift::select::Selection;
use trailsift::time::{Format, Zone};

use crate::support::program::{Dir, trailsift, typed};
use crate::support::records::events;
use crate::support::shapes;
use crate::support::small::{entry, id, lookup, record, trail, without};

const SHAPES: [&str; 5] = ["lookup", "records", "jsonl", "events-jsonl", "csv"];

fn root() -> &'static Path {
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

/// The number of different events in a dump, without what is told about it.
fn total(dump: &Path) -> String {
    let dump = dump.to_str().expect("text");
    trailsift(["count", "-q", "--total", dump]).got().out
}

#[test]
fn a_dump_of_a_client_comes_out_as_the_client_wrote_it() {
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
    // In the client's zone; the endpoint that it asked sorts by the whole second.
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

/// What is asked of an event, but for the envelope's resources.
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
                    // What only an envelope says is not carried, which is said.
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
fn records_and_back_again_leave_all_but_resources_and_the_zone() {
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
        // Where the halves of an event disagree, which fixtures do on purpose, that was said.
        for (member, count) in other {
            let are = if count == 1 { "event" } else { "events" };
            there.mentions(&format!(
                "{count} {are} whose envelope has another {member} than the record"
            ));
        }
    }
}

/// A record with everything that a parser would not give back as it was.
const ODD: &str = "{\"eventVersion\": \"1.05\" ,\"eventID\":\"odd\",  \"eventTime\":\"2024-06-10T06:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"PutObject\",\"requestParameters\":{\"n\":1.50,\"big\":12345678901234567890,\"e\":1.688560107857E9,\"u\":\"\\u00fc\\/\\ud800 \\\" \\\\ \u{fc}\u{2028}\",\"z\":1,\"a\":2,\"z\":3},\"awsRegion\":\"us-east-1\"}";

#[test]
fn the_text_of_a_record_survives_all_shapes_byte_for_byte() {
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
            .holds(&format!("            \"CloudTrailEvent\": {quoted}\n"));
        let got = dir.run(["convert", "--to", "jsonl", from]).got();
        got.quietly()
            .holds(&format!(",\"CloudTrailEvent\":{quoted}}}\n"));
        assert_eq!(got.out.lines().count(), 1);
    }
}

#[test]
fn what_lies_over_several_lines_is_put_on_one() {
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
    // An envelope's text stays.
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
        .holds("            \"EventTime\": 1717999260.0,\n");
}

#[test]
fn an_envelope_keeps_what_it_has_and_gets_nothing_that_it_lacks() {
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
        .mentions("1 event whose envelope has another Username than the record");
}

#[test]
fn dumps_are_merged_each_event_once_and_sorted() {
    let dir = Dir::new();
    let all: Vec<Value> = (0..6).map(|number| record(number, json!({}))).collect();
    dir.write("a", lookup(&all[2..5]));
    dir.write("b.jsonl", format!("{}\n{}\n", all[5], all[0]));
    dir.write("c", trail(&all[..4]));
    let got = dir
        .run(["convert", "--to", "events-jsonl", "a", "b.jsonl", "c"])
        .got();
    let up: String = all.iter().map(|record| format!("{record}\n")).collect();
    got.ends(0).prints(&up);
    let ids = |shape: &str| {
        let out = dir
            .run([
                "convert", "-q", "--to", shape, "-o", "out", "a", "b.jsonl", "c",
            ])
            .got();
        out.ends(0);
        dir.run(["list", "--fields", "EventId", "out"]).got().out
    };
    let rows = |numbers: &mut dyn Iterator<Item = u32>| -> String {
        numbers.map(|n| id(n) + "\n").collect()
    };
    for shape in ["lookup", "jsonl", "csv"] {
        assert_eq!(ids(shape), rows(&mut (0..6).rev()), "{shape}");
    }
    assert_eq!(ids("records"), rows(&mut (0..6)));
    let got = dir
        .run(["convert", "--to", "events-jsonl", "--name", "Nothing", "c"])
        .got();
    got.ends(0).prints("");
    let got = dir
        .run(["convert", "--to", "events-jsonl", "--id", &id(3), "c"])
        .got();
    got.quietly().prints(&format!("{}\n", all[3]));
    let got = dir
        .run([
            "convert",
            "--to",
            "events-jsonl",
            "--keep-duplicates",
            "c",
            "c",
        ])
        .got();
    assert_eq!(got.lines().len(), 8);
}

#[test]
fn nothing_selected_is_an_empty_document_of_the_shape() {
    for (shape, expected) in [
        ("lookup", "{\n    \"Events\": []\n}\n"),
        ("records", "{\"Records\":[]}"),
        ("jsonl", ""),
        ("events-jsonl", ""),
    ] {
        typed(&format!(
            "convert --to {shape} --name Nothing fixtures/cli-v2.json"
        ))
        .got()
        .ends(0)
        .prints(expected);
    }
    let got = typed("convert --to csv --name Nothing fixtures/cli-v2.json").got();
    got.ends(0).prints(
        "User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,\
         Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category\n",
    );
    typed("convert -e --to jsonl --name Nothing fixtures/cli-v2.json")
        .got()
        .ends(1);
}

#[test]
fn what_has_no_time_comes_last_and_is_told() {
    let dir = Dir::new();
    let without_time = without(record(7, json!({})), &["eventTime"]);
    let odd = record(8, json!({"eventTime": "soon"}));
    let all = [
        odd.clone(),
        record(1, json!({})),
        without_time.clone(),
        record(2, json!({})),
    ];
    dir.write("dump", trail(&all));
    for (shape, ids) in [("events-jsonl", [1, 2, 8, 7]), ("jsonl", [2, 1, 8, 7])] {
        let got = dir
            .run(["convert", "--to", shape, "-o", "out", "dump"])
            .got();
        got.ends(0)
            .mentions("2 events without a time that can be read: last");
        let listed = dir.run(["list", "--fields", "EventId", "out"]).got();
        assert_eq!(
            listed.out,
            ids.map(|number| id(number) + "\n").concat(),
            "{shape}"
        );
    }
    let got = dir.run(["convert", "--to", "jsonl", "dump"]).got();
    got.holds("\"EventTime\":\"soon\"");
}

#[test]
fn what_cannot_be_carried_is_told_and_ends_with_3() {
    let dir = Dir::new();
    let whole = entry(&record(1, json!({})));
    let mut none = entry(&record(2, json!({})));
    none.as_object_mut()
        .expect("an object")
        .remove("CloudTrailEvent");
    let mut broken = entry(&record(3, json!({})));
    broken["CloudTrailEvent"] = json!("{\"eventVersion\":");
    dir.write("dump", json!({"Events": [whole, none, broken]}).to_string());
    let got = dir.run(["convert", "--to", "records", "dump"]).got();
    got.ends(3)
        .prints(&trail(&[record(1, json!({}))]))
        .mentions("2 events not carried: there is no record that can be read")
        .mentions("record unreadable");
    // As entries of a lookup they are what they were.
    let got = dir.run(["convert", "--to", "lookup", "dump"]).got();
    got.quietly();
    assert_eq!(got.json()["Events"].as_array().expect("a list").len(), 3);
    assert!(
        got.out
            .contains("\"CloudTrailEvent\": \"{\\\"eventVersion\\\":\"\n")
    );

    let cut = lookup(&[record(1, json!({})), record(2, json!({}))]);
    dir.write("cut", &cut[..cut.len() - 40]);
    let got = dir.run(["convert", "--to", "records", "cut"]).got();
    got.ends(3).prints(&trail(&[record(1, json!({}))]));
}

#[test]
fn csv_is_read_again_with_all_that_it_holds() {
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
            .mentions("csv has the 16 columns of the console");
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
        .holds(",=1+1,");
    dir.run(["convert", "-q", "--to", "csv", "--excel-safe", "formula"])
        .got()
        .holds(",'=1+1,");
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    let packed = std::fs::File::open(path).expect("a file");
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut text)
        .expect("gzip");
    text
}

#[test]
fn gzip_packs_what_is_written_without_it() {
    let dir = Dir::new();
    let name = root().join("fixtures/cli-v2.json");
    let name = name.to_str().expect("text");
    for shape in SHAPES {
        dir.run(["convert", "-q", "--to", shape, "-o", "plain", name])
            .got()
            .ends(0);
        dir.run([
            "convert",
            "-q",
            "--to",
            shape,
            "--gzip",
            "-o",
            "packed.gz",
            name,
        ])
        .got()
        .ends(0);
        let read = Command::new("gzip")
            .args(["-dc", "packed.gz"])
            .current_dir(dir.path("."))
            .output();
        let read = read.expect("gzip");
        assert!(read.status.success());
        assert!(read.stdout == dir.read("plain").as_bytes(), "{shape}");
        let again = std::fs::read(dir.path("packed.gz")).expect("a file");
        dir.run([
            "convert",
            "-q",
            "--to",
            shape,
            "--gzip",
            "-o",
            "packed.gz",
            name,
        ])
        .got()
        .ends(0);
        assert!(
            again == std::fs::read(dir.path("packed.gz")).expect("a file"),
            "the same bytes"
        );
    }
    // A trail file that was read is written again.
    dir.run([
        "convert",
        "--to",
        "records",
        "--gzip",
        "-o",
        "one.json.gz",
        name,
    ])
    .got()
    .ends(0);
    dir.run([
        "convert",
        "--to",
        "records",
        "--gzip",
        "-o",
        "two.json.gz",
        "one.json.gz",
    ])
    .got()
    .quietly();
    assert!(unpacked(&dir.path("one.json.gz")) == unpacked(&dir.path("two.json.gz")));
}

/// All files below a folder, by their paths there.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let found = input::discover(&[folder.as_os_str().to_owned()]);
    let files = found.inputs.iter().map(|input| {
        let below = input.path.strip_prefix(folder).expect("below");
        let bytes = std::fs::read(&input.path).expect("a file");
        (below.to_str().expect("text").to_owned(), bytes)
    });
    files.collect()
}

#[test]
fn a_split_by_day_lies_as_in_s3() {
    let dir = Dir::new();
    let at = |number: u32, time: &str, account: &str, region: &str| {
        record(
            number,
            json!({"eventTime": time, "recipientAccountId": account, "awsRegion": region}),
        )
    };
    let insight = record(
        9,
        json!({"eventTime": "2024-06-11T00:00:01Z", "eventCategory": "Insight"}),
    );
    let undated = without(record(10, json!({})), &["eventTime"]);
    let hostile = at(11, "2024-06-11T00:00:00Z", "../..", "/etc");
    let nowhere = without(
        record(12, json!({"userIdentity": {"type": "AWSService"}})),
        &["recipientAccountId", "awsRegion"],
    );
    dir.write(
        "dump",
        trail(&[
            at(3, "2024-06-11T00:00:00Z", "111122223333", "us-east-1"),
            at(1, "2024-06-10T23:59:59Z", "111122223333", "us-east-1"),
            at(4, "2024-06-10T08:00:00Z", "111122223333", "eu-west-1"),
            at(2, "2024-06-10T00:00:00Z", "111122223333", "us-east-1"),
            insight,
            undated,
            hostile,
            nowhere,
        ]),
    );
    let got = dir
        .run([
            "convert", "--to", "records", "--split", "day", "-o", "out/", "dump",
        ])
        .got();
    got.ends(0)
        .prints("")
        .mentions("1 event without a time that can be read: in folders called undated")
        .mentions("1 event whose account or region is not recorded: in folders called unknown")
        .mentions("8 events in 7 files");
    let files = tree(&dir.path("out"));
    let shown: Vec<String> = files
        .keys()
        .map(|path| {
            let (stem, unique) = path.rsplit_once('_').expect("a name");
            let unique = unique.strip_suffix(".json.gz").expect("a name");
            assert!(
                unique.len() == 16 && unique.bytes().all(|b| b.is_ascii_alphanumeric()),
                "{path}"
            );
            stem.to_owned()
        })
        .collect();
    assert_eq!(
        shown,
        [
            "AWSLogs/-----/CloudTrail/-etc/2024/06/11/-----_CloudTrail_-etc_20240611T0000Z",
            "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2024/06/11/111122223333_CloudTrail-Insight_us-east-1_20240611T0000Z",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2024/06/10/111122223333_CloudTrail_eu-west-1_20240610T0800Z",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2024/06/10/111122223333_CloudTrail_us-east-1_20240610T2359Z",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2024/06/11/111122223333_CloudTrail_us-east-1_20240611T0000Z",
            "AWSLogs/111122223333/CloudTrail/us-east-1/undated/111122223333_CloudTrail_us-east-1_undated",
            "AWSLogs/unknown/CloudTrail/unknown/2024/06/10/unknown_CloudTrail_unknown_20240610T0612Z",
        ]
    );
    assert_eq!(total(&dir.path("out")), "8\n");
    // What is written is read, and gives the same files.
    dir.run([
        "convert", "-q", "--to", "records", "--split", "day", "-o", "again", "out",
    ])
    .got()
    .ends(0);
    assert!(files == tree(&dir.path("again")));
    assert_eq!(dir.names(), ["again", "dump", "out"]);
    // The oldest comes first.
    let day = files
        .keys()
        .find(|path| path.contains("2359Z"))
        .expect("the day");
    let ids = dir
        .run(["list", "--fields", "EventId", &format!("out/{day}")])
        .got();
    ids.quietly().prints(&format!("{}\n{}\n", id(2), id(1)));
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let dir = Dir::new();
    dir.write("dump", trail(&[record(1, json!({}))]));
    dir.write("full/file", "old");
    std::fs::create_dir(dir.path("empty")).unwrap();
    std::os::unix::fs::symlink("empty", dir.path("link")).unwrap();
    let split = |output: &str| {
        dir.run([
            "convert", "--to", "records", "--split", "day", "-o", output, "dump",
        ])
        .got()
    };
    split("full").ends(2).mentions("-o full: not empty");
    split("dump").ends(2).mentions("-o dump: that is an input");
    split("full/file")
        .ends(2)
        .mentions("writes into a folder, and this is none");
    split("no/where/at/all")
        .ends(2)
        .mentions("there is no directory");
    split("link").ends(0);
    assert_eq!(tree(&dir.path("empty")).len(), 1);
    assert_eq!(tree(&dir.path("full")).len(), 1);
    // Without an answer there is no folder.
    dir.run([
        "convert", "--to", "records", "--split", "day", "-o", "new", "missing",
    ])
    .got()
    .ends(2);
    dir.run([
        "convert", "-q", "--to", "records", "--split", "day", "--name", "X", "-o", "none", "dump",
    ])
    .got()
    .ends(0);
    assert!(tree(&dir.path("none")).is_empty());
    assert_eq!(dir.names(), ["dump", "empty", "full", "link", "none"]);
}

#[test]
fn what_does_not_go_together_is_told_before_anything_is_written() {
    let dir = Dir::new();
    dir.write("dump", trail(&[record(1, json!({}))]));
    for (line, expected) in [
        ("-o out dump", "--to"),
        (
            "--to yaml -o out dump",
            "lookup, records, jsonl, events-jsonl, csv",
        ),
        (
            "--to lookup --split day -o out dump",
            "only trail files are kept by day: add --to records",
        ),
        (
            "--to records --split day dump",
            "name the folder to write into, -o DIR",
        ),
        (
            "--to records --split day -o - dump",
            "name the folder to write into, -o DIR",
        ),
        (
            "--to records --timestamps epoch -o out dump",
            "--timestamps",
        ),
        ("--to csv --timestamps iso -o out dump", "--timestamps"),
        ("--to lookup --excel-safe -o out dump", "--excel-safe"),
        ("--to lookup --time-format %s -o out dump", "--time-format"),
        ("--to records -o dump dump", "-o dump: that is an input"),
        ("--to records -o ./dump dump", "-o ./dump: that is an input"),
        ("--to records -o out --since never dump", "never"),
        ("--to records -o out missing", "missing"),
    ] {
        let words = ["convert"].into_iter().chain(line.split(' '));
        dir.run(words).got().ends(2).prints("").mentions(expected);
        assert_eq!(dir.names(), ["dump"], "{line}");
    }
    assert_eq!(dir.read("dump"), trail(&[record(1, json!({}))]));
    let got = dir
        .run([
            "convert",
            "--to",
            "records",
            "--explain",
            "--name",
            "X",
            "dump",
        ])
        .got();
    got.ends(0).holds("the whole event, to be converted");
}

/// Some thousand events of several times the budget, in an order of their own, and some of one time.
fn many(dir: &Dir) -> String {
    let mut lines = shapes::texts(&events(77, 3_000));
    lines.sort_by_key(|line| line.bytes().map(u32::from).sum::<u32>() % 97);
    dir.write("many", lines.join("\n"));
    dir.path("many").to_string_lossy().into_owned()
}

#[test]
fn a_tiny_budget_any_piece_and_any_number_of_threads_give_the_same_bytes() {
    let dir = Dir::new();
    let name = many(&dir);
    let found = input::discover(&[name.into()]);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    let (selection, zone, format) = (Selection::default(), Zone::Utc, Format::default());
    for shape in [Shape::Lookup, Shape::Records, Shape::Csv] {
        let written = |memory, threads, piece| {
            let settings = Settings {
                threads,
                piece,
                ..Settings::new(&selection, &zone, &format)
            };
            let mut spilled = 0;
            let mut on_disk = |_: &Path| spilled += 1;
            let room = Room {
                memory,
                directory: dir.path("."),
            };
            let mut gathered = Gathered::new(shape, room, &mut on_disk);
            engine::ask(&items, &settings, &Conversion::new(shape), &mut gathered).expect("memory");
            let (bytes, converted) = gathered.write(Vec::new()).expect("memory");
            assert_eq!(spilled, u64::from(memory < 1 << 30));
            assert_eq!(dir.names(), ["many"]);
            (bytes, converted)
        };
        let (expected, converted) = written(usize::MAX, 1, 1 << 20);
        assert!(converted.events > 2_900 && expected.len() > 500_000);
        // Runs of a row or two, which are merged in several rounds; of some; in pieces.
        for (memory, threads, piece) in [
            (1, 1, 1 << 20),
            (50_000, 3, 4 << 10),
            (400_000, 2, 64 << 10),
        ] {
            let (got, same) = written(memory, threads, piece);
            assert!(got == expected, "{shape:?} in {memory}");
            assert_eq!(same, converted);
        }
    }
}

#[test]
fn a_dump_beyond_the_budget_is_sorted_by_way_of_a_file_that_is_told_of() {
    let dir = Dir::new();
    let name = many(&dir);
    let times = 40;
    let text = std::fs::read_to_string(&name).unwrap() + "\n";
    dir.write("large", text.repeat(times));
    std::fs::create_dir(dir.path("tmp")).unwrap();
    let line = [
        "convert",
        "--keep-duplicates",
        "--to",
        "events-jsonl",
        "-o",
        "out",
        "large",
    ];
    let tmp = dir.path("tmp");
    let got = dir.run(line).env("TMPDIR", &tmp.to_string_lossy()).got();
    got.ends(0)
        .mentions("more than 64 MiB to be sorted, kept in an unlinked temporary file in ");
    let rows = |name: &str| {
        let text = dir.read(name);
        let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    };
    assert!(rows("out") == rows("large"));
    assert_eq!(std::fs::read_dir(&tmp).unwrap().count(), 0);
    // Without room for it, nothing is written, and what helps is told.
    let got = dir.run(line).env("TMPDIR", "/no/such/place").got();
    got.ends(2).mentions("/no/such/place").mentions("TMPDIR");
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
                shape,
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
