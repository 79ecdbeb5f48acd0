use serde_json::{Value, json};

use super::*;

fn event(row: &[(&str, &str)]) -> Option<Value> {
    let columns = EventColumns::of(row.iter().map(|(name, _)| name.as_bytes()));
    let texts: Vec<&[u8]> = row.iter().map(|(_, text)| text.as_bytes()).collect();
    let mut out = Vec::new();
    let is_event = columns.event(&texts, &mut out);
    assert_eq!(out.is_empty(), !is_event);
    assert!(!out.contains(&b'\n') && !out.contains(&b'\r'));
    is_event.then(|| serde_json::from_slice(&out).unwrap())
}

/// All columns of a row of the console, except for empty ones.
#[test]
fn columns_of_the_console_fill_envelope_and_record() {
    let row = [
        ("User name", "ci-4711"),
        ("AWS access key", "ASIAORSVOWXKEEXAMPLE"),
        ("Event time", "2024-06-21T23:31:33Z"),
        ("Event source", "ec2.amazonaws.com"),
        ("Event name", "RunInstances"),
        ("AWS region", "us-east-1"),
        ("Source IP address", "192.0.2.1"),
        ("User agent", "a \"b\"\n\t日本"),
        ("Error code", ""),
        (
            "Resources",
            r#"[{"resourceType":"AWS::EC2::Ami", "resourceName":"ami-1"},{"resourceName":"x\"y","other":[1, 2]}]"#,
        ),
        ("Request ID", "r-1"),
        ("Event ID", "66182db7-5e8a-44d0-a68e-bcbd54935efb"),
        ("Read-only", "FALSE"),
        ("Event type", "AwsApiCall"),
        ("Recipient Account Id", "5.28758E+11"),
        ("Event category", "Management"),
    ];
    let expected = json!({
        "EventId": "66182db7-5e8a-44d0-a68e-bcbd54935efb",
        "EventName": "RunInstances",
        "ReadOnly": "false",
        "AccessKeyId": "ASIAORSVOWXKEEXAMPLE",
        "EventTime": "2024-06-21T23:31:33Z",
        "EventSource": "ec2.amazonaws.com",
        "Username": "ci-4711",
        "Resources": [
            {"ResourceType": "AWS::EC2::Ami", "ResourceName": "ami-1"},
            {"ResourceName": "x\"y", "other": [1, 2]}
        ],
        "CloudTrailEvent": {
            "userIdentity": {"accessKeyId": "ASIAORSVOWXKEEXAMPLE"},
            "eventTime": "2024-06-21T23:31:33Z",
            "eventSource": "ec2.amazonaws.com",
            "eventName": "RunInstances",
            "awsRegion": "us-east-1",
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "a \"b\"\n\t日本",
            "requestID": "r-1",
            "eventID": "66182db7-5e8a-44d0-a68e-bcbd54935efb",
            "readOnly": false,
            "eventType": "AwsApiCall",
            "recipientAccountId": "5.28758E+11",
            "eventCategory": "Management"
        }
    });
    assert_eq!(event(&row), Some(expected.clone()));
    let shouted = row.map(|(name, text)| (name.to_uppercase().replace(' ', "_"), text));
    let shouted: Vec<_> = shouted.iter().map(|(n, text)| (&**n, *text)).collect();
    assert_eq!(event(&shouted), Some(expected));
}

#[test]
fn columns_of_lake_fill_the_record() {
    let row = [
        ("eventTime", "2019-06-09 01:11:06.000"),
        ("eventname", "CreateBucket"),
        ("eventID", "e-1"),
        (
            "userIdentity",
            "{type=AssumedRole, principalid=AROA:s, sessioncontext={attributes={mfaauthenticated=false}, \
             sessionissuer={username=Deploy, arn=arn:aws:iam::1:role/Deploy}}, invokedby=null}",
        ),
        (
            "requestParameters",
            "{bucketName=b, userName=x, eventname={\"a\":1}}",
        ),
        ("responseelements", "null"),
        (
            "resources",
            "[{arn=arn:aws:s3:::b, accountid=1, type=AWS::S3::Bucket}]",
        ),
        ("tlsdetails", r#"{"tlsversion": "unchanged"}"#),
        ("additionalEventData", "{broken"),
        ("errorCode", "null"),
        ("managementEvent", "true"),
        ("my column", "x"),
        ("foo.bar", "y"),
    ];
    let expected = json!({"CloudTrailEvent": {
        "eventTime": "2019-06-09T01:11:06.000Z",
        "eventName": "CreateBucket",
        "eventID": "e-1",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROA:s",
            "sessionContext": {
                "attributes": {"mfaAuthenticated": "false"},
                "sessionIssuer": {"userName": "Deploy", "arn": "arn:aws:iam::1:role/Deploy"}
            }
        },
        "requestParameters": {"bucketName": "b", "userName": "x", "eventname": {"a": 1}},
        "resources": [{"ARN": "arn:aws:s3:::b", "accountId": "1", "type": "AWS::S3::Bucket"}],
        "tlsDetails": {"tlsversion": "unchanged"},
        "additionalEventData": "{broken",
        "managementEvent": true,
        "my column": "x",
        "foo.bar": "y"
    }});
    assert_eq!(event(&row), Some(expected));
}

#[test]
fn paths_become_objects_unless_the_object_has_a_column() {
    let parts = [
        ("eventid", "e"),
        (
            "useridentity.sessioncontext.sessionissuer.username",
            "Deploy",
        ),
        ("userIdentity.arn", "arn:x"),
        ("useridentity.accountid", ""),
        ("requestParameters.bucketname", "b"),
    ];
    let expected = json!({"CloudTrailEvent": {
        "eventID": "e",
        "userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "Deploy"}}, "arn": "arn:x"},
        "requestParameters": {"bucketname": "b"}
    }});
    assert_eq!(event(&parts), Some(expected));
    let mut both = parts.to_vec();
    both.push(("useridentity", "{type=Root}"));
    let made = event(&both).unwrap();
    assert_eq!(
        made["CloudTrailEvent"]["userIdentity"],
        json!({"type": "Root"})
    );
    // The first column of a name that has a value.
    let twice = [("eventID", " "), ("eventID", "b"), ("eventid", "c")];
    assert_eq!(
        event(&twice),
        Some(json!({"CloudTrailEvent": {"eventID": "b"}}))
    );
    let deep = format!("userIdentity{}", ".a".repeat(20_000));
    let made = event(&[("eventID", "e"), (&deep, "x")]).unwrap();
    assert_eq!(made["CloudTrailEvent"][&deep], json!("x"));
}

#[test]
fn a_column_with_the_whole_record_wins() {
    let record = r#"{"eventVersion":"1.08","eventName":"Real","n":1.50,
        "eventID":"r"}"#;
    let whole: Value = serde_json::from_str(record).unwrap();
    for name in [
        "eventJson",
        "eventjson",
        "CloudTrailEvent",
        "Message",
        "raw",
    ] {
        let row = [
            ("eventName", "Other"),
            ("Event time", "x"),
            ("sourceIPAddress", "1"),
            ("mine", "{\"a\":1}"),
            (name, record),
        ];
        let expected = json!({"EventTime": "x", "CloudTrailEvent": whole});
        assert_eq!(event(&row), Some(expected), "{name}");
    }
    // A damaged record is kept as it is, and the other columns fill the envelope.
    let row = [
        ("eventID", "e"),
        ("eventName", "Other"),
        ("eventJson", "{\"eventVersion\":"),
    ];
    let expected =
        json!({"EventId": "e", "EventName": "Other", "CloudTrailEvent": "{\"eventVersion\":"});
    assert_eq!(event(&row), Some(expected));
    // Empty, or another text: there is no record.
    for text in ["", "null", "{}", "[]", "x", "{\"eventName\":1}"] {
        let row = [("eventID", "e"), ("eventJson", text)];
        assert_eq!(
            event(&row),
            Some(json!({"CloudTrailEvent": {"eventID": "e"}})),
            "{text}"
        );
    }
    // The parameters of a call are not a record.
    let row = [("eventID", "e"), ("requestParameters", record)];
    assert_eq!(
        event(&row).unwrap()["CloudTrailEvent"]["requestParameters"],
        whole
    );
}

#[test]
fn lists_of_resources_fill_the_half_they_belong_to() {
    let console = r#"[{"resourceType":"t"}]"#;
    let record = r#"[{"ARN":"a"}]"#;
    for (name, text, half) in [
        ("Resources", console, "Resources"),
        ("resources", console, "Resources"),
        ("Resources", record, "resources"),
        ("resources", record, "resources"),
        ("Resources", "[]", "Resources"),
        ("resources", "[]", "resources"),
        ("Resources", "[{arn=a}]", "resources"),
        (
            "Resources",
            r#"[{"resourceType":"t","resourceNa"#,
            "Resources",
        ),
    ] {
        let made = event(&[("Event ID", "e"), (name, text)]).unwrap();
        let is_envelope = made.get("Resources").is_some();
        let is_record = made["CloudTrailEvent"].get("resources").is_some();
        assert!(is_envelope != is_record, "{made}");
        assert_eq!(is_envelope, half == "Resources", "{name} {text}");
    }
}

#[test]
fn columns_and_rows_that_do_not_identify_an_event_are_not_converted() {
    for names in [
        &["eventName", "count"][..],
        &["eventName", "eventSource", "awsRegion"],
        &["Event time", "User name"],
        &["a", "b"],
        &[],
    ] {
        assert!(!EventColumns::of(names.iter().map(|name| name.as_bytes())).identify());
        let row: Vec<_> = names.iter().map(|name| (*name, "x")).collect();
        assert_eq!(event(&row), None);
    }
    assert_eq!(event(&[("Event ID", ""), ("User name", "x")]), None);
    assert_eq!(event(&[("eventTime", "x"), ("eventName", "null")]), None);
    assert!(event(&[("eventTime", "x"), ("eventName", "y")]).is_some());
    let many: Vec<String> = (0..100_000).map(|i| format!("eventId{i}")).collect();
    let mut names: Vec<&[u8]> = many.iter().map(|name| name.as_bytes()).collect();
    names.push(b"eventID");
    assert!(!EventColumns::of(names).identify());
}

#[test]
fn times_without_a_zone_are_utc_and_other_times_stay() {
    for (text, made) in [
        ("2019-06-09 01:11:06.000", "2019-06-09T01:11:06.000Z"),
        ("2019-06-09T01:11:06", "2019-06-09T01:11:06Z"),
        ("2019-06-09 01:11", "2019-06-09T01:11Z"),
        ("2019-06-09T01:11:06Z", "2019-06-09T01:11:06Z"),
        ("2019-06-09 10:11:06+09:00", "2019-06-09 10:11:06+09:00"),
        ("2019-06-09 01:11:06.000 UTC", "2019-06-09 01:11:06.000 UTC"),
        ("1/26/2021 22:58", "1/26/2021 22:58"),
        ("2019-13-09 01:11:06", "2019-13-09 01:11:06"),
        ("2019-06-09", "2019-06-09"),
        ("1560042666.0", "1560042666.0"),
    ] {
        let event = event(&[("Event ID", "e"), ("Event time", text)]).unwrap();
        assert_eq!(event["EventTime"], *made);
        assert_eq!(event["CloudTrailEvent"]["eventTime"], *made);
    }
}

#[test]
fn invalid_utf8_stays_so_that_the_scanner_reports_it() {
    let columns = EventColumns::of([&b"Event ID"[..], b"User name"]);
    let mut out = Vec::new();
    assert!(columns.event(&[b"e", b"m\xfcn\"chen"], &mut out));
    assert!(memchr::memmem::find(&out, b"\"m\xfcn\\\"chen\"").is_some());
}
