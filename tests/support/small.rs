//! Small dumps written down in the test that needs them: a record is the few members a test is about, over
//! members that every record has.
//!
//! Not for realistic data: see [`super::records`].

use serde_json::{Map, Value, json};

/// The id of a record.
pub fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A record that happened `number` minutes after 2024-06-10T06:00:00Z, with members changed or added. Members
/// changed to null are null; [`without`] removes members.
pub fn record(number: u32, changes: Value) -> Value {
    let time = format!("2024-06-10T{:02}:{:02}:00Z", 6 + number / 60, number % 60);
    let mut record = json!({
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::111122223333:user/alice",
            "accountId": "111122223333", "accessKeyId": "AKIAEXAMPLE", "userName": "alice",
        },
        "eventTime": time, "eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli",
        "requestParameters": null, "responseElements": null, "requestID": "r", "eventID": id(number),
        "readOnly": true, "eventType": "AwsApiCall", "managementEvent": true,
        "recipientAccountId": "111122223333", "eventCategory": "Management",
    });
    if let (Value::Object(record), Value::Object(changes)) = (&mut record, changes) {
        record.extend(changes);
    }
    record
}

/// The record without some members.
pub fn without(mut record: Value, names: &[&str]) -> Value {
    if let Value::Object(members) = &mut record {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
    record
}

/// The entry of `lookup-events` for a record.
pub fn entry(record: &Value) -> Value {
    let mut entry = Map::new();
    let mut put = |name: &str, value: &Value| {
        if !value.is_null() && value != "" {
            entry.insert(name.to_owned(), value.clone());
        }
    };
    put("EventId", &record["eventID"]);
    put("EventName", &record["eventName"]);
    put("EventSource", &record["eventSource"]);
    put("EventTime", &record["eventTime"]);
    put("AccessKeyId", &record["userIdentity"]["accessKeyId"]);
    put("Username", &record["userIdentity"]["userName"]);
    if let Value::Bool(read_only) = record["readOnly"] {
        put("ReadOnly", &json!(read_only.to_string()));
    }
    put("Resources", &json!([]));
    put("CloudTrailEvent", &json!(record.to_string()));
    Value::Object(entry)
}

/// A dump of `lookup-events`.
pub fn lookup(records: &[Value]) -> String {
    let events: Vec<Value> = records.iter().map(entry).collect();
    json!({ "Events": events }).to_string()
}

/// A trail's file.
pub fn trail(records: &[Value]) -> String {
    json!({ "Records": records }).to_string()
}
