//! Parameters and response of a call: small, large, deep, with text that is escaped twice, and with member names that
//! a careless search would treat as the record's own.

use fastrand::Rng;
use serde_json::{Value, json};

use super::actors::{Call, hex, id, letters};
use super::names::ACCOUNT;

/// `requestParameters`.
pub fn request(chance: &mut Rng) -> Value {
    match chance.u32(..100) {
        0..12 => Value::Null,
        12..45 => json!({
            "bucketName": format!("prod-{}", hex(8, chance)),
            "Host": "prod.s3.ap-northeast-1.amazonaws.com",
            "key": format!("logs/2024/05/01/{}", hex(24, chance)),
        }),
        45..80 => filters(chance),
        80..90 => json!({
            "policyDocument": policy(chance),
            "roleName": format!("r-{}", hex(6, chance)),
            "path": format!("C:\\temp\\{}", hex(6, chance)),
        }),
        90..97 => decoys(chance),
        _ => notes(chance),
    }
}

fn filters(chance: &mut Rng) -> Value {
    let count = chance.usize(1..=8);
    let values: Vec<Value> = (0..count)
        .map(|_| json!({"value": format!("i-0{}", hex(16, chance))}))
        .collect();
    json!({
        "filterSet": {"items": [{"name": "instance-id", "valueSet": {"items": values}}]},
        "instancesSet": {},
        "maxResults": chance.u32(5..=1000),
        "dryRun": false,
        "clientToken": hex(32, chance),
    })
}

/// JSON in a string, half of it over several lines.
fn policy(chance: &mut Rng) -> String {
    let count = chance.usize(1..=4);
    let statements: Vec<Value> = (0..count)
        .map(|_| {
            json!({
                "Effect": "Allow",
                "Action": ["s3:Get*", "s3:List*"],
                "Resource": format!("arn:aws:s3:::b-{}/*", hex(6, chance)),
                "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            })
        })
        .collect();
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    if chance.bool() {
        policy.to_string()
    } else {
        format!("{policy:#}")
    }
}

/// Member names of the record, at deeper levels.
fn decoys(chance: &mut Rng) -> Value {
    let count = chance.usize(1..=6);
    let tags: Vec<Value> = (0..count)
        .map(|_| json!({"key": "名前", "value": format!("本番 {}", hex(4, chance))}))
        .collect();
    json!({
        "userIdentity": {"arn": "arn:aws:iam::999999999999:user/decoy", "type": "Decoy"},
        "errorCode": "Decoy",
        "sourceIPAddress": "10.9.9.9",
        "eventID": "decoy",
        "tags": tags,
    })
}

fn notes(chance: &mut Rng) -> Value {
    const NOTES: [&str; 5] = [
        "say \"hi\"",
        "a tab\there",
        "a\\b",
        "text that is longer than a vector and has nothing in it to escape",
        "{\"errorCode\":\"InText\"}",
    ];
    let count = chance.usize(10..=40);
    let items: Vec<Value> = (0..count)
        .map(|_| json!({"id": hex(16, chance), "note": NOTES[chance.usize(..NOTES.len())]}))
        .collect();
    json!({ "items": items })
}

/// `responseElements`; one in 250 is some 20 KB long.
pub fn response(call: &Call, chance: &mut Rng) -> Value {
    if chance.u32(..250) == 0 {
        let items: Vec<Value> = (0..120)
            .map(|_| {
                json!({
                    "arn": format!("arn:aws:ec2:::{}", hex(20, chance)),
                    "state": {"code": 16, "name": "running"},
                    "policy": format!("{{\"a\":\"{}\"}}", hex(40, chance)),
                })
            })
            .collect();
        return json!({ "items": items });
    }
    if call.is_read || chance.u32(..10) < 3 {
        return Value::Null;
    }
    let token = chance.usize(100..=600);
    json!({
        "requestId": format!("{}-0000", hex(8, chance)),
        "_return": true,
        "credentials": {
            "accessKeyId": id("ASIA", chance),
            "sessionToken": letters(token, chance),
            "expiration": "May 1, 2024, 1:00:00 AM",
        },
        "assumedRoleUser": {"arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/x/y")},
    })
}
