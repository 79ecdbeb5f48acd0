//! The words of the selection flags are fields, and names of fields are found without regard to case.

use serde_json::{Value, json};

use crate::support::program::{Dir, Program, trailsift, typed};
use crate::support::small::{entry, lookup, record, trail, without};

/// Counts the events of the fixtures that match an expression.
fn total(expression: &str) -> Program {
    trailsift(["count", "--total", "--where", expression, "fixtures"])
}

#[test]
fn each_word_gives_the_values_of_the_field_that_it_stands_for() {
    let words = "key,who,source,name,region,ip,id,error,time";
    let fields = "AccessKeyId,principal,EventSource,EventName,awsRegion,sourceIPAddress,EventId,errorCode,EventTime";
    let list = |fields: &str| {
        typed(&format!("list --fields {fields} --format csv fixtures"))
            .got()
            .out
    };
    let (by_words, by_fields) = (list(words), list(fields));
    assert_eq!(by_words.lines().next(), Some(words));
    assert_eq!(by_fields.lines().next(), Some(fields));
    assert!(by_words.lines().skip(1).eq(by_fields.lines().skip(1)));
    assert!(by_words.lines().count() > 900);
    for (word, field) in words.split(',').zip(fields.split(',')) {
        let count = |field: &str| typed(&format!("count --by {field} fixtures")).got();
        assert_eq!(count(word).quietly().out, count(field).out, "{word}");
        let sort = |field: &str| typed(&format!("list --sort -{field} fixtures")).got();
        assert_eq!(sort(word).quietly().out, sort(field).out, "{word}");
        let exists = |field: &str| total(&format!("exists {field}")).got();
        assert_eq!(exists(word).quietly().out, exists(field).out, "{word}");
    }
}

#[test]
fn words_select_as_their_fields_do() {
    for (word, field) in [
        (
            "ip in_cidr 198.51.100.0/24",
            "sourceIPAddress in_cidr 198.51.100.0/24",
        ),
        ("time > 2024-07-30", "EventTime > 2024-07-30"),
        ("name ~ ^Get", "EventName ~ ^Get"),
        ("error = AccessDenied", "errorCode = AccessDenied"),
        ("who ~ Deploy$", "principal ~ Deploy$"),
    ] {
        let number = total(field).got().out;
        assert_ne!(number, "0\n", "{field}");
        total(word).got().quietly().prints(&number);
    }
    // What is wrong for the field is wrong for the word.
    total("ip = 10.0.0.0/8")
        .got()
        .ends(2)
        .mentions("ip in_cidr 10.0.0.0/8");
    total("time = soon").got().ends(2);
}

/// One event per kind: two resources, one, none; the account of the recipient, of the caller, of nobody.
fn events() -> [Value; 3] {
    let arns = json!([{"ARN": "arn:a"}, {"ARN": "arn:b"}, {"ARN": "arn:a"}, {"type": "T"}]);
    [
        record(
            0,
            json!({"resources": arns, "recipientAccountId": "999988887777"}),
        ),
        without(
            record(1, json!({"resources": [{"ARN": "arn:b"}]})),
            &["recipientAccountId"],
        ),
        without(
            record(2, json!({"resources": null})),
            &["recipientAccountId", "userIdentity"],
        ),
    ]
}

#[test]
fn account_is_the_recipient_else_the_caller() {
    let dir = Dir::new();
    dir.write("dump", lookup(&events()));
    dir.run(["list", "--fields", "account", "dump"])
        .got()
        .quietly()
        .prints("999988887777\n111122223333\n\n");
    dir.run(["count", "--total", "--where", "not exists account", "dump"])
        .got()
        .quietly()
        .prints("1\n");
}

#[test]
fn resource_gives_a_row_for_each_resource_of_an_event() {
    let dir = Dir::new();
    dir.write("dump", trail(&events()));
    dir.run(["count", "--by", "resource", "dump"])
        .got()
        .quietly()
        .rows(&["2 arn:b", "1 ", "1 arn:a"]);
    // An event counts once in each of its groups, and once in all.
    dir.run([
        "count",
        "--by",
        "resource,resource,EventName",
        "--percent",
        "dump",
    ])
    .got()
    .quietly()
    .rows(&[
        "2 arn:b arn:b DescribeInstances 66.7",
        "1   DescribeInstances 33.3",
        "1 arn:a arn:a DescribeInstances 33.3",
    ]);
    dir.run([
        "count",
        "--by",
        "EventName",
        "--distinct",
        "resource",
        "dump",
    ])
    .got()
    .quietly()
    .rows(&["3 DescribeInstances 2"]);
    // A list of events has one row per event.
    dir.run(["list", "--fields", "resource", "dump"])
        .got()
        .quietly()
        .prints("arn:a,arn:b\narn:b\n\n");
    let got = dir
        .run(["list", "--fields", "resource", "--format", "json", "dump"])
        .got();
    assert_eq!(
        got.json(),
        json!([{"resource": ["arn:a", "arn:b"]}, {"resource": ["arn:b"]}, {"resource": null}])
    );
    dir.run(["fields", "--prefix", "resource", "dump"])
        .got()
        .quietly()
        .rows(&["resource 2 2 arn:a"]);
    dir.run(["count", "--total", "--where", "resource = arn:b", "dump"])
        .got()
        .quietly()
        .prints("2\n");
}

#[test]
fn resource_is_the_name_in_the_envelope_else_the_arn_in_the_record() {
    let dir = Dir::new();
    let mut with_both = entry(&record(
        0,
        json!({"resources": [{"ARN": "arn:aws:s3:::b"}]}),
    ));
    with_both["Resources"] = json!([{"ResourceType": "AWS::S3::Bucket", "ResourceName": "b"}]);
    let record_only = entry(&record(1, json!({"resources": [{"ARN": "arn:c"}]})));
    dir.write(
        "dump",
        json!({"Events": [with_both, record_only]}).to_string(),
    );
    dir.run(["count", "--by", "resource", "dump"])
        .got()
        .quietly()
        .rows(&["1 arn:c", "1 b"]);
}

#[test]
fn diff_and_a_baseline_compare_each_resource() {
    let dir = Dir::new();
    let [two, one, none] = events();
    dir.write("old", trail(&[two.clone(), none.clone()]));
    dir.write("new", trail(&[two, one]));
    dir.run(["diff", "--by", "resource", "old", "new"])
        .got()
        .shows("arn:b");
    let baseline = dir
        .run(["count", "--header", "--by", "resource", "old"])
        .got();
    dir.write("baseline", baseline.quietly().out.clone());
    dir.run(["check", "--baseline", "baseline", "new"])
        .got()
        .ends(0);
    dir.write("baseline", "count\tresource\n1\tarn:a\n");
    dir.run(["check", "--baseline", "baseline", "new"])
        .got()
        .ends(1)
        .shows("arn:b");
}

#[test]
fn a_name_in_another_case_has_the_heading_of_the_field() {
    typed("list --fields eventname,EVENT_ID,eventName,UserIdentity.Arn,requestparameters.bucketName --format csv fixtures/cli-v2.json")
        .got()
        .shows("EventName,EventId,eventName,userIdentity.arn,requestParameters.bucketName\n");
    // Where the envelope is missing, its member is derived, as for its exact name.
    let of = |name: &str| {
        typed(&format!("count --by {name} fixtures/AWSLogs"))
            .got()
            .quietly()
            .out
            .clone()
    };
    assert_eq!(of("eventname"), of("EventName"));
    total("ERRORCODE = AccessDenied").got().quietly().prints(
        &typed("count --total --error AccessDenied fixtures")
            .got()
            .out,
    );
}
