//! `fields`: the listed paths, their order and form, omitted paths, and messages.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{entry, lookup, record, trail, without};

/// The fields of some records below a path.
pub fn below(prefix: &str, records: &[Value]) -> Got {
    let dir = Dir::new();
    dir.write("dump", trail(records));
    dir.run(["fields", "--prefix", prefix, "dump"]).got()
}

/// Records with these request parameters.
pub fn requests(parameters: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let numbered = parameters.into_iter().zip(0..);
    numbered
        .map(|(value, number)| record(number, json!({"requestParameters": value})))
        .collect()
}

/// The first column.
pub fn names(got: &Got) -> Vec<&str> {
    let lines = got.lines().into_iter();
    lines.map(|line| line.split('\t').next().unwrap()).collect()
}

#[test]
fn values_are_counted_by_event_and_by_text() {
    below(
        "requestParameters",
        &requests([
            json!({"a": 1, "list": [1, 1, "2", null, {"x": true}], "deep": [[3, []], []], "none": null}),
            json!({"a": "1", "list": [], "empty": {}, "none": null, "text": ""}),
            json!({"a": 2, "list": ["2", {}]}),
            json!(null),
            json!("***"),
        ]),
    )
    .quietly()
    .prints(
        "requestParameters\t1\t1\t***\n\
         requestParameters.a\t3\t2\t1\n\
         requestParameters.deep[]\t1\t1\t[]\n\
         requestParameters.deep[][]\t1\t2\t3\n\
         requestParameters.empty\t1\t1\t{}\n\
         requestParameters.list\t1\t1\t[]\n\
         requestParameters.list[]\t2\t3\t1\n\
         requestParameters.list[].x\t1\t1\ttrue\n\
         requestParameters.none\t0\t0\t\n\
         requestParameters.text\t1\t1\t\n",
    );
}

#[test]
fn the_envelope_comes_first_then_ours_then_the_record_then_others() {
    let dir = Dir::new();
    let vendor = record(
        0,
        json!({"p_source": "panther", "a.b": {"c": 1}, "EventName": "inner"}),
    );
    let mut event = entry(&vendor);
    event["Resources"] = json!([{"ResourceType": "T", "ResourceName": "N"}]);
    event["awsRegion"] = json!("hidden by the record's");
    event["Zusatz"] = json!(true);
    dir.write("dump", json!({"Events": [event]}).to_string());
    let got = dir.run(["fields", "dump"]).got();
    got.quietly();
    assert_eq!(
        names(&got),
        [
            "EventId",
            "EventName",
            "ReadOnly",
            "AccessKeyId",
            "EventTime",
            "EventSource",
            "Username",
            "Resources[].ResourceName",
            "Resources[].ResourceType",
            "principal",
            "service",
            "outcome",
            "date",
            "hour",
            "account",
            "resource",
            "file",
            "offset",
            "eventVersion",
            "userIdentity.accessKeyId",
            "userIdentity.accountId",
            "userIdentity.arn",
            "userIdentity.principalId",
            "userIdentity.type",
            "userIdentity.userName",
            "eventTime",
            "eventSource",
            "eventName",
            "awsRegion",
            "sourceIPAddress",
            "userAgent",
            "requestParameters",
            "responseElements",
            "requestID",
            "eventID",
            "readOnly",
            "eventType",
            "managementEvent",
            "recipientAccountId",
            "eventCategory",
            ".\"a.b\".c",
            ".EventName",
            ".Zusatz",
            ".p_source",
        ]
    );
    got.shows("EventName\t1\t1\tDescribeInstances\n")
        .shows(".EventName\t1\t1\tinner\n")
        .shows("awsRegion\t1\t1\tus-east-1\n")
        .shows("file\t1\t1\tdump\n");
}

#[test]
fn a_missing_half_counts_as_it_is_derived() {
    let dir = Dir::new();
    let whole = record(0, json!({}));
    dir.write("trail", trail(std::slice::from_ref(&whole)));
    let got = dir.run(["fields", "trail"]).got();
    got.quietly()
        .shows("EventId\t1\t1\t00000000")
        .shows("ReadOnly\t1\t1\ttrue\n")
        .shows("Username\t1\t1\talice\n");
    assert!(!names(&got).contains(&"CloudTrailEvent"));
    let mut alone = entry(&whole);
    alone.as_object_mut().unwrap().remove("CloudTrailEvent");
    dir.write("envelope", json!({"Events": [alone]}).to_string());
    let got = dir.run(["fields", "envelope"]).got();
    got.quietly();
    let record: Vec<&str> = names(&got)
        .into_iter()
        .skip_while(|name| *name != "offset")
        .collect();
    assert_eq!(
        record,
        [
            "offset",
            "userIdentity.accessKeyId",
            "eventTime",
            "eventSource",
            "eventName",
            "eventID",
            "readOnly"
        ]
    );
}

#[test]
fn an_unreadable_record_is_reported_and_listed_unchanged() {
    let dir = Dir::new();
    let mut event = entry(&record(0, json!({})));
    event["CloudTrailEvent"] = json!("{\"eventVersion\": oops");
    dir.write(
        "dump",
        json!({"Events": [event, entry(&record(1, json!({})))]}).to_string(),
    );
    dir.run(["fields", "dump"])
        .got()
        .ends(3)
        .mentions("record unreadable")
        .shows("EventId\t2\t2\t")
        .shows("CloudTrailEvent\t1\t1\t{\"eventVersion\": oops\n")
        .shows("awsRegion\t1\t1\tus-east-1\n");
    // Who asks for the envelope alone does not look inside.
    dir.run(["fields", "--prefix", "EventName", "dump"])
        .got()
        .quietly()
        .prints("EventName\t2\t1\tDescribeInstances\n");
}

#[test]
fn the_selection_comes_first() {
    let dir = Dir::new();
    let denied = json!({"errorCode": "AccessDenied", "requestParameters": {"key": "secret"}});
    dir.write(
        "dump",
        lookup(&[
            record(0, json!({"requestParameters": {"plain": 1}})),
            record(1, denied),
        ]),
    );
    dir.run([
        "fields",
        "--denied",
        "--prefix",
        "requestParameters",
        "dump",
    ])
    .got()
    .quietly()
    .prints("requestParameters.key\t1\t1\tsecret\n");
    dir.run(["fields", "--name", "Nix", "dump"])
        .got()
        .ends(0)
        .prints("")
        .mentions("nothing selected of 2 events");
    dir.run(["fields", "-e", "-q", "--name", "Nix", "dump"])
        .got()
        .ends(1)
        .prints("");
}

/// The first event of a batch has what no kept event has: nothing of it may be left, not even the example.
#[test]
fn a_duplicate_leaves_no_trace() {
    let dir = Dir::new();
    let one = |value: Value| record(1, json!({"requestParameters": value}));
    dir.write("a", trail(&[one(json!({"x": "first"}))]));
    let other = record(2, json!({"requestParameters": {"y": "kept", "x": "later"}}));
    dir.write("b", trail(&[one(json!({"y": "dropped", "z": 1})), other]));
    let got = dir
        .run(["fields", "-q", "--prefix", "requestParameters", "a", "b"])
        .got();
    got.quietly().rows(&[
        "requestParameters.x 2 2 first",
        "requestParameters.y 1 1 kept",
    ]);
    dir.run([
        "fields",
        "--keep-duplicates",
        "--prefix",
        "requestParameters",
        "a",
        "b",
    ])
    .got()
    .quietly()
    .rows(&[
        "requestParameters.x 2 2 first",
        "requestParameters.y 2 2 dropped",
        "requestParameters.z 1 1 1",
    ]);
}

#[test]
fn a_prefix_takes_any_spelling_of_a_place_and_no_place_that_cannot_be() {
    let records = requests([json!({"a": [{"b": 1, "c": {"d": 2}}], "ab": 3, "x.y": {"z": 4}})]);
    for (prefix, expected) in [
        (
            "requestParameters.a",
            "requestParameters.a[].b requestParameters.a[].c.d",
        ),
        (
            "requestParameters.a[]",
            "requestParameters.a[].b requestParameters.a[].c.d",
        ),
        ("requestParameters.a[].c", "requestParameters.a[].c.d"),
        (
            "CloudTrailEvent.requestParameters.ab",
            "requestParameters.ab",
        ),
        (".requestParameters.ab", "requestParameters.ab"),
        ("requestParameters.\"x.y\"", "requestParameters.\"x.y\".z"),
        ("principal", "principal"),
        ("EventName", "EventName"),
    ] {
        let got = below(prefix, &records);
        got.quietly();
        assert_eq!(names(&got).join(" "), expected, "{prefix}");
    }
    for (prefix, said) in [
        ("requestParamters", "did you mean requestParameters"),
        ("principal.x", "`principal` has no members"),
        ("key.x", "`key` has no members"),
        (
            "requestParameters.a[0]",
            "elements of an array are listed as one, `[]`",
        ),
        ("a..b", "at column"),
    ] {
        below(prefix, &records)
            .ends(2)
            .prints("")
            .mentions("--prefix")
            .mentions(said);
    }
    below("requestParameters.nix", &records)
        .ends(0)
        .prints("")
        .mentions("`requestParameters.nix` was found in no selected event");
    // Everything in the record.
    let got = below("CloudTrailEvent", &records);
    assert!(names(&got).len() > 20 && !names(&got).contains(&"EventName"));
}

#[test]
fn a_path_can_be_typed_as_it_is_printed() {
    let odd = [
        "a.b", "", "x[0]", "a b", "a,b", "\u{fc}", "$", "aws:tag", "a\"b", "\\", "tab\t",
    ];
    let parameters: serde_json::Map<String, Value> = odd
        .iter()
        .map(|name| ((*name).to_owned(), json!("found")))
        .collect();
    let dir = Dir::new();
    dir.write("dump", trail(&requests([Value::Object(parameters)])));
    let got = dir
        .run([
            "fields",
            "--format",
            "json",
            "--prefix",
            "requestParameters",
            "dump",
        ])
        .got();
    got.quietly();
    let rows = got.json();
    assert_eq!(rows.as_array().unwrap().len(), odd.len());
    for row in rows.as_array().unwrap() {
        let path = row["field"].as_str().unwrap();
        dir.run(["list", "--fields", path, "dump"])
            .got()
            .quietly()
            .prints("found\n");
    }
}

#[test]
fn what_cannot_be_typed_is_said_once() {
    let records = requests([json!({"a\".b": 1, "\"": {"x": 2, "y": 3}, "fine": 4})]);
    let got = below("requestParameters", &records);
    got.ends(0).says(
        "trailsift: note: `requestParameters.\"\"\".x` and 2 more paths cannot be typed as a field, because a \
         name in it contains a quote\n",
    );
    assert_eq!(got.lines().len(), 4);
}

#[test]
fn the_first_of_two_members_with_one_name_is_listed_as_for_every_field() {
    let dir = Dir::new();
    let dump = trail(&requests([json!("HERE")]));
    dir.write(
        "dump",
        dump.replace(
            "\"HERE\"",
            r#"{"a":1,"a":{"b":2},"l":[{"c":1},{"c":2,"c":3}]}"#,
        ),
    );
    dir.run(["fields", "--prefix", "requestParameters", "dump"])
        .got()
        .quietly()
        .rows(&["requestParameters.a 1 1 1", "requestParameters.l[].c 1 2 1"]);
}

#[test]
fn formats_carry_the_same_and_json_has_numbers() {
    let dir = Dir::new();
    dir.write(
        "dump",
        trail(&requests([json!({"n": null, "t": "a,\"b\"\n"})])),
    );
    let run = |arguments: &[&str]| {
        let all = [
            &["fields", "--prefix", "requestParameters"],
            arguments,
            &["dump"],
        ]
        .concat();
        dir.run(all).got()
    };
    let rows = "requestParameters.n\t0\t0\t\nrequestParameters.t\t1\t1\ta,\"b\"\\n\n";
    run(&[]).quietly().prints(rows);
    run(&["--header"])
        .quietly()
        .prints(&format!("field\tevents\tdistinct\texample\n{rows}"));
    run(&["--format", "csv"]).quietly().prints(
        "field,events,distinct,example\nrequestParameters.n,0,0,\nrequestParameters.t,1,1,\"a,\"\"b\"\"\n\"\n",
    );
    run(&["--format", "jsonl", "--min", "1"]).quietly().prints(
        "{\"field\":\"requestParameters.t\",\"events\":1,\"distinct\":1,\"distinct_estimated\":false,\
         \"example\":\"a,\\\"b\\\"\\n\"}\n",
    );
    let rows = run(&["--format", "json"]).json();
    assert_eq!(rows[0]["example"], Value::Null);
    assert_eq!(rows[1]["events"], 1);
    run(&["--format", "json", "--min", "9"])
        .quietly()
        .prints("[]\n");
    run(&["-o", "out"]).quietly().prints("");
    assert_eq!(dir.read("out"), run(&[]).out);
}

#[test]
fn what_is_no_dump_has_no_fields() {
    typed("fields tests/data/notes.txt")
        .got()
        .ends(2)
        .prints("");
    let dir = Dir::new();
    dir.write("none", r#"{"Events": []}"#);
    dir.run(["fields", "none"]).got().ends(0).prints("");
    let event = without(record(0, json!({})), &["userIdentity"]);
    dir.write("nobody", trail(&[event]));
    let got = dir.run(["fields", "nobody"]).got();
    assert!(
        !names(&got)
            .iter()
            .any(|name| ["principal", "session", "Username"].contains(name))
    );
}
