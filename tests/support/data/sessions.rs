//! A user who assumes a role, which assumes another role.

use std::io;

use serde_json::{Value, json};

use super::{Fate, Ledger};
use crate::support::small::{lookup, record};

const ACCOUNT: &str = "111122223333";

pub fn make(ledger: &mut Ledger) -> io::Result<()> {
    let deploy = session("Deploy", "ci", "ASIAEXAMPLEDEPLOY");
    let audit = session("Audit", "nightly", "ASIAEXAMPLEAUDIT");
    let unborn = session("Deploy", "ci", "ASIAEXAMPLEUNBORN");
    let mut records = [
        assume(0, &alice(), "Deploy", "ci", "ASIAEXAMPLEDEPLOY"),
        call(1, &deploy, "s3", "ListBuckets"),
        call(2, &deploy, "s3", "ListBuckets"),
        assume(3, &deploy, "Audit", "nightly", "ASIAEXAMPLEAUDIT"),
        call(4, &audit, "cloudtrail", "DeleteTrail"),
        call(5, &unborn, "ec2", "DescribeInstances"),
    ];
    records.reverse();
    ledger.data(
        "sessions.json",
        lookup(&records) + "\n",
        6,
        Fate::Whole,
        "alice assumes Deploy, and Deploy assumes Audit; one key of Deploy has no issuing event",
    )
}

fn alice() -> Value {
    json!({
        "type": "IAMUser", "principalId": "AIDAEXAMPLEALICE", "arn": format!("arn:aws:iam::{ACCOUNT}:user/alice"),
        "accountId": ACCOUNT, "accessKeyId": "AKIAEXAMPLEALICE", "userName": "alice",
    })
}

fn session(role: &str, name: &str, key: &str) -> Value {
    let id = format!("AROAEXAMPLE{}", role.to_uppercase());
    json!({
        "type": "AssumedRole", "principalId": format!("{id}:{name}"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}"),
        "accountId": ACCOUNT, "accessKeyId": key,
        "sessionContext": {"sessionIssuer": {
            "type": "Role", "principalId": id, "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
            "accountId": ACCOUNT, "userName": role,
        }},
    })
}

fn call(number: u32, caller: &Value, service: &str, name: &str) -> Value {
    record(
        number,
        json!({
            "userIdentity": caller, "eventName": name, "eventSource": format!("{service}.amazonaws.com"),
        }),
    )
}

fn assume(number: u32, caller: &Value, role: &str, name: &str, key: &str) -> Value {
    let mut assume = call(number, caller, "sts", "AssumeRole");
    let session = session(role, name, key);
    assume["requestParameters"] = json!({
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "roleSessionName": name,
    });
    assume["responseElements"] = json!({
        "credentials": {"accessKeyId": key, "expiration": "Jun 10, 2024, 8:00:00 AM"},
        "assumedRoleUser": {"assumedRoleId": session["principalId"], "arn": session["arn"]},
    });
    assume
}
