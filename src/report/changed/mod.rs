//! A write call in one line: its name, its resource, and the important parameters.
//!
//! A general rule shows all parameters except the ones that only control the call. A table has rules for calls whose
//! parameters are indirect.

mod policy;
mod rules;
pub(super) mod target;

use crate::event::{Event, MemberName, Node};
use crate::text::Value;

const REQUEST: MemberName = MemberName::named("requestParameters");
const RESPONSE: MemberName = MemberName::named("responseElements");
const ADDITIONAL: MemberName = MemberName::named("additionalEventData");

/// Parameters that only control the call.
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
    "hibernationOptions",
    "apiVersion",
    "xmlns",
    "xmlns:xsi",
];

/// Parameters of every launch of an instance. In other calls they are the change itself.
const OF_LAUNCHES: [&str; 2] = ["disableApiTermination", "monitoring"];

/// Headers of S3 that grant access; other headers with this prefix sign or control the call.
const GRANTING: [&str; 2] = ["x-amz-acl", "x-amz-grant-"];

/// Parameters that come first if not all fit: the identities and resources that a call grants access to.
const FIRST: [&str; 12] = [
    "iamInstanceProfile",
    "userData",
    "publiclyAccessible",
    "bucketName",
    "userName",
    "roleName",
    "policyArn",
    "roleArn",
    "instanceId",
    "functionName",
    "keyId",
    "x-amz-acl",
];

/// Levels that mean nothing by themselves.
const TRANSPARENT: [&str; 4] = ["items", "item", "member", "content"];

/// Pairs that are shown, and characters of a value: no name or ARN is as long.
const PAIRS: usize = 8;
const LONGEST: usize = 240;

/// Calls whose parameters are not enough: the values of the response or of additional data to show.
const ANSWERS: [(&str, MemberName, &str); 19] = [
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
    ("SwitchRole", ADDITIONAL, "SwitchFrom"),
];

/// The words after the name of the call.
pub(super) fn line(event: &Event<'_>) -> String {
    let name = event.call_name().map(|name| name.to_str());
    let name = name.unwrap_or_default();
    let mut words = Vec::new();
    let mut more = 0;
    match event.record_member(REQUEST) {
        Some(request) if request.is_object() => {
            let has_rule = rules::apply(&name, request, &mut words);
            more = if has_rule {
                0
            } else {
                pairs(&name, request, &mut words)
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

/// Adds `name=value` for everything in an object, and returns the number of omitted pairs.
fn pairs(call: &str, node: Node<'_>, words: &mut Vec<String>) -> usize {
    let mut shown: Vec<(bool, String)> = Vec::new();
    let (mut first, mut more) = (0, 0);
    let skips = |name: &str| {
        let is_header = name.starts_with("X-Amz-") || name.starts_with("x-amz-");
        STEERING.contains(&name)
            || is_header && !GRANTING.iter().any(|granting| name.starts_with(granting))
            || call == "RunInstances" && OF_LAUNCHES.contains(&name)
    };
    flat(node, &mut String::new(), &skips, &mut |path, value| {
        let is_first = path.split('.').any(|name| FIRST.contains(&name));
        if shown.len() >= PAIRS {
            more += 1;
            if !is_first || first >= PAIRS {
                return;
            }
            // A parameter that comes first replaces the last one that does not.
            if let Some(at) = shown.iter().rposition(|(is_first, _)| !is_first) {
                shown.remove(at);
            }
        }
        first += usize::from(is_first);
        shown.push((is_first, pair(path, value)));
    });
    words.extend(shown.into_iter().map(|(_, word)| word));
    more
}

fn pair(path: &str, value: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    match policy::summary(name, value) {
        Some(summary) => format!("{path}: {summary}"),
        None => format!("{path}={}", shortened(value)),
    }
}

/// Every value that is neither an object nor a list, with its path; `path` is the path of the node and is restored.
fn flat(
    node: Node<'_>,
    path: &mut String,
    skips: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(&str, &str),
) {
    match node.value() {
        Value::Json(_) if node.is_object() => node.for_each_member(|name, node| {
            let name = name.to_str();
            if skips(&name) {
                return true;
            }
            let above = path.len();
            if !TRANSPARENT.contains(&&*name) {
                if above > 0 {
                    path.push('.');
                }
                path.push_str(&name);
            }
            flat(node, path, skips, each);
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
                    flat(element, path, skips, each);
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

/// At most a few lines of text; for longer text, its length. For PEM, only its kind.
fn shortened(text: &str) -> String {
    let pem = text.trim_start().strip_prefix("-----BEGIN ");
    if let Some((label, _)) = pem.and_then(|rest| rest.split_once("-----")) {
        let count = text.chars().count();
        return format!("{}… ({count} characters of PEM)", shortened(label));
    }
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
    fn parameters_are_flat_and_control_parameters_are_omitted() {
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
            of(r#"{"eventName":"X","requestParameters":"logged as text"}"#),
            "logged as text"
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
    fn a_source_by_its_name_and_all_of_icmp_are_rules_too() {
        let json = r#"{"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[
            {"ipProtocol":"icmp","fromPort":-1,"toPort":-1,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}},
            {"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{"items":[{"groupName":"bastion","userId":"210987654321"}]}}]}}}"#;
        assert_eq!(of(json), "sg-1 0.0.0.0/0:all/icmp 210987654321/bastion:22");
    }

    #[test]
    fn grants_to_everybody_come_first() {
        let json = r#"{"eventName":"PutBucketAcl","requestParameters":{"bucketName":"b","AccessControlPolicy":{"xmlns":"x",
            "AccessControlList":{"Grant":[
            {"Grantee":{"xsi:type":"CanonicalUser","ID":"0123"},"Permission":"FULL_CONTROL"},
            {"Grantee":{"xsi:type":"Group","URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"}]}}}}"#;
        assert_eq!(
            of(json),
            "bucketName=b READ to AllUsers, FULL_CONTROL to 0123"
        );
        let canned = r#"{"eventName":"PutBucketAcl","requestParameters":{"bucketName":"b","x-amz-acl":["public-read"],
            "X-Amz-Date":"20240610T000000Z","x-amz-content-sha256":"0"}}"#;
        assert_eq!(of(canned), "bucketName=b x-amz-acl=public-read");
    }

    #[test]
    fn removed_protection_is_shown_and_parameters_of_every_launch_are_not() {
        let json = r#"{"eventName":"ModifyInstanceAttribute","requestParameters":{"instanceId":"i-1","disableApiTermination":{"value":false}}}"#;
        assert_eq!(of(json), "instanceId=i-1 disableApiTermination.value=false");
        let json = r#"{"eventName":"RunInstances","requestParameters":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,
            "disableApiTermination":false,"monitoring":{"enabled":false},"userData":"<sensitiveDataRemoved>","iamInstanceProfile":{"name":"admin"}}}"#;
        assert_eq!(
            of(json),
            "a=1 b=2 c=3 d=4 e=5 f=6 userData=<sensitiveDataRemoved> iamInstanceProfile.name=admin (and 3 more)"
        );
    }

    #[test]
    fn only_the_kind_of_pem_is_shown() {
        let pem = format!("-----BEGIN CERTIFICATE-----\\n{}", "x".repeat(900));
        let json = format!(r#"{{"eventName":"X","requestParameters":{{"data":"{pem}"}}}}"#);
        assert_eq!(of(&json), "data=CERTIFICATE… (928 characters of PEM)");
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
