//! A write call in one line: its name, what it was made on, and the parameters that matter.
//!
//! By a general rule (all parameters, without those that only steer the call), and a table for the calls whose
//! parameters say it in a roundabout way. Not for: choosing which calls are shown.

mod policy;
mod rules;
pub(super) mod target;

use crate::event::{Event, Key, Node};
use crate::text::Value;

const REQUEST: Key = Key::named("requestParameters");
const RESPONSE: Key = Key::named("responseElements");
const ADDITIONAL: Key = Key::named("additionalEventData");

/// Parameters that say how to call, not what to do.
const STEERING: [&str; 17] = [
    "clientToken",
    "clientRequestToken",
    "ClientToken",
    "idempotencyToken",
    "dryRun",
    "DryRun",
    "maxResults",
    "nextToken",
    "pageSize",
    "marker",
    "Host",
    "host",
    "tagSpecificationSet",
    "disableApiTermination",
    "monitoring",
    "hibernationOptions",
    "apiVersion",
];

/// Levels that mean nothing by themselves.
const TRANSPARENT: [&str; 4] = ["items", "item", "member", "content"];

/// Pairs that are shown, and characters of a value: no name or ARN is as long.
const PAIRS: usize = 8;
const LONGEST: usize = 240;

/// What is known of each call whose own words are not enough: what to show of the response, or of additional data.
const ANSWERS: [(&str, Key, &str); 19] = [
    ("CreateAccessKey", RESPONSE, "accessKey.accessKeyId"),
    ("CreateUser", RESPONSE, "user.arn"),
    ("CreateRole", RESPONSE, "role.arn"),
    ("CreatePolicy", RESPONSE, "policy.arn"),
    ("CreateGroup", RESPONSE, "group.arn"),
    (
        "CreateVirtualMFADevice",
        RESPONSE,
        "virtualMFADevice.serialNumber",
    ),
    ("RunInstances", RESPONSE, "instancesSet.items[].instanceId"),
    ("CreateSecurityGroup", RESPONSE, "groupId"),
    ("CreateVpc", RESPONSE, "vpc.vpcId"),
    ("CreateSnapshot", RESPONSE, "snapshotId"),
    ("CreateVolume", RESPONSE, "volumeId"),
    ("CreateImage", RESPONSE, "imageId"),
    ("CreateKey", RESPONSE, "keyMetadata.keyId"),
    ("CreateTrail", RESPONSE, "trailARN"),
    ("SendCommand", RESPONSE, "command.commandId"),
    ("StartSession", RESPONSE, "sessionId"),
    ("ConsoleLogin", ADDITIONAL, "MFAUsed"),
    ("ConsoleLogin", RESPONSE, "ConsoleLogin"),
    ("SwitchRole", ADDITIONAL, "SwitchTo"),
];

/// The words behind the name of the call.
pub(super) fn line(event: &Event<'_>) -> String {
    let name = event.call_name().map(|name| name.to_str());
    let name = name.unwrap_or_default();
    let mut words = Vec::new();
    let mut more = 0;
    match event.record_member(REQUEST) {
        Some(request) if request.is_object() => {
            let is_told = rules::apply(&name, request, &mut words);
            more = if is_told {
                0
            } else {
                pairs(request, &mut words)
            };
        }
        // Some services log them as text.
        Some(request) => {
            words.extend(request.some_text().map(|text| shortened(&text.to_str())));
        }
        None => {}
    }
    for (_, key, path) in ANSWERS.iter().filter(|(call, ..)| *call == name) {
        let Some(node) = event.record_member(*key) else {
            continue;
        };
        let (Some(text), label) = (at(node, path), path.rsplit('.').next()) else {
            continue;
        };
        let arrow = if *key == RESPONSE { "→ " } else { "" };
        words.push(format!("{arrow}{}={text}", label.unwrap_or(path)));
    }
    if more > 0 {
        words.push(format!("(and {more} more)"));
    }
    words.join(" ")
}

/// The text at a path below an object.
fn at(node: Node<'_>, path: &str) -> Option<String> {
    let (first, rest) = crate::event::Path::parse(path).ok()?;
    let text = rest.value(node.get(&first)?).cell_text().into_owned();
    (!text.is_empty()).then(|| shortened(&text))
}

/// Adds `name=value` for everything below an object, and gives how many found no room.
fn pairs(node: Node<'_>, words: &mut Vec<String>) -> usize {
    let mut more = 0;
    flat(node, &mut String::new(), &mut |path, value| {
        if words.len() >= PAIRS {
            more += 1;
            return;
        }
        words.push(pair(path, value));
    });
    more
}

fn pair(path: &str, value: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    match policy::summary(name, value) {
        Some(summary) => format!("{path}: {summary}"),
        None => format!("{path}={}", shortened(value)),
    }
}

/// Every value that is no object and no list, with the names above it; `path` is that of the node, and stays.
fn flat(node: Node<'_>, path: &mut String, each: &mut dyn FnMut(&str, &str)) {
    match node.value() {
        Value::Json(_) if node.is_object() => node.for_each_member(|name, node| {
            let name = name.to_str();
            let is_signing = name.starts_with("X-Amz-") || name.starts_with("x-amz-");
            if STEERING.contains(&&*name) || is_signing {
                return true;
            }
            let above = path.len();
            if !TRANSPARENT.contains(&&*name) {
                if above > 0 {
                    path.push('.');
                }
                path.push_str(&name);
            }
            flat(node, path, each);
            path.truncate(above);
            true
        }),
        Value::Json(_) => {
            let mut plain = Vec::new();
            let mut is_plain = true;
            node.for_each(|element| {
                match element.value() {
                    Value::Json(_) => is_plain = false,
                    value => plain.push(value.cell_text().into_owned()),
                }
                is_plain
            });
            if is_plain {
                if !plain.is_empty() {
                    each(path, &plain.join(","));
                }
            } else {
                node.for_each(|element| {
                    flat(element, path, each);
                    true
                });
            }
        }
        Value::Null | Value::Missing => {}
        value => {
            let text = value.cell_text();
            if !text.is_empty() {
                each(path, &text);
            }
        }
    }
}

/// Text of a few lines at most: what is longer is no id, and says how long it is.
fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((at, _)) => {
            let count = text.chars().count();
            format!("{}… ({count} characters)", &text[..at])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::event;

    fn of(json: &str) -> String {
        let mut out = String::new();
        event(json, |event| out = line(event));
        out
    }

    #[test]
    fn parameters_stand_flat_without_what_steers_the_call() {
        let json = r#"{"eventName":"X","requestParameters":{"userName":"bob","maxResults":5,"a":{"items":[{"b":1},{"b":2}]},
            "list":["p","q"],"none":null,"empty":{},"dryRun":false,"x-amz-id":"z"},"responseElements":null}"#;
        assert_eq!(of(json), "userName=bob a.b=1 a.b=2 list=p,q");
        let many: Vec<String> = (0..11).map(|n| format!(r#""k{n}":{n}"#)).collect();
        let json = format!(
            r#"{{"eventName":"X","requestParameters":{{{}}}}}"#,
            many.join(",")
        );
        assert!(of(&json).ends_with("k7=7 (and 3 more)"), "{}", of(&json));
        assert_eq!(
            of(r#"{"eventName":"X","requestParameters":"told as text"}"#),
            "told as text"
        );
        assert_eq!(of(r#"{"eventName":"X"}"#), "");
    }

    #[test]
    fn rules_are_written_as_people_say_them() {
        let json = r#"{"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[
            {"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"},{"cidrIp":"10.0.0.0/8"}]}},
            {"ipProtocol":"udp","fromPort":1,"toPort":9,"ipv6Ranges":{"items":[{"cidrIpv6":"::/0"}]},"groups":{"items":[{"groupId":"sg-2"}]}},
            {"ipProtocol":"-1","ipRanges":{"items":[{"cidrIp":"192.0.2.1/32"}]}}]}}}"#;
        assert_eq!(
            of(json),
            "sg-1 0.0.0.0/0:22 10.0.0.0/8:22 ::/0:1-9/udp sg-2:1-9/udp 192.0.2.1/32:all"
        );
        let old = r#"{"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"groupId":"sg-1","cidrIp":"0.0.0.0/0",
            "ipProtocol":"tcp","fromPort":3389,"toPort":3389}}"#;
        assert_eq!(of(old), "sg-1 0.0.0.0/0:3389");
    }

    #[test]
    fn what_a_call_made_is_named() {
        let json = r#"{"eventName":"CreateAccessKey","requestParameters":{"userName":"bob"},
            "responseElements":{"accessKey":{"accessKeyId":"AKIAEXAMPLE","status":"Active"}}}"#;
        assert_eq!(of(json), "userName=bob → accessKeyId=AKIAEXAMPLE");
    }

    #[test]
    fn long_text_says_how_long_it_is_and_policies_what_they_allow() {
        let long = "x".repeat(1000);
        let json = format!(r#"{{"eventName":"X","requestParameters":{{"data":"{long}"}}}}"#);
        assert!(of(&json).ends_with("x… (1000 characters)"));
        let json = r#"{"eventName":"PutBucketPolicy","requestParameters":{"bucketName":"b","bucketPolicy":{"Version":"2012-10-17",
            "Statement":[{"Sid":"P","Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b/*"}]}}}"#;
        assert_eq!(
            of(json),
            "bucketName=b policy: Allow * s3:GetObject,s3:ListBucket on arn:aws:s3:::b/*"
        );
        let json = r#"{"eventName":"PutUserPolicy","requestParameters":{"userName":"u",
            "policyDocument":"%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D"}}"#;
        assert_eq!(of(json), "userName=u policyDocument: Allow * on *");
    }
}
