//! Names of columns: those of the console, of the envelope, of the record, and of its nested members.
//!
//! Names are compared without regard to case, spaces, `_` and `-`, because the console writes `Event time`, Athena
//! `eventtime` and a spreadsheet user `event_time`.

use crate::event::{ENVELOPE, RECORD};

/// Members of a record that are objects or lists ("CloudTrail record contents" in the CloudTrail user guide).
pub(super) const OBJECTS: [&str; 11] = [
    "userIdentity",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "resources",
    "serviceEventDetails",
    "addendum",
    "eventContext",
    "edgeDeviceDetails",
    "tlsDetails",
    "insightDetails",
];

/// Those of them whose members each service defines, so their spelling is not known.
const FREE: [&str; 5] = [
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "serviceEventDetails",
    "edgeDeviceDetails",
];

const FLAGS: [&str; 3] = [
    "readOnly",
    "managementEvent",
    "sessionCredentialFromConsole",
];

/// Names of nested members of a record. Lake and Athena write them in lower case.
const BELOW: [&str; 61] = [
    "type",
    "principalId",
    "arn",
    "accountId",
    "accessKeyId",
    "userName",
    "invokedBy",
    "sessionContext",
    "attributes",
    "creationDate",
    "mfaAuthenticated",
    "sessionIssuer",
    "webIdFederationData",
    "federatedProvider",
    "sourceIdentity",
    "ec2RoleDelivery",
    "ec2IssuedInVpc",
    "assumedRoot",
    "onBehalfOf",
    "userId",
    "identityStoreArn",
    "identityProvider",
    "credentialId",
    "inScopeOf",
    "sourceArn",
    "sourceAccount",
    "issuerType",
    "credentialsIssuedTo",
    "tlsVersion",
    "cipherSuite",
    "clientProvidedHostHeader",
    "ARNPrefix",
    "state",
    "eventSource",
    "eventName",
    "errorCode",
    "insightType",
    "insightContext",
    "statistics",
    "baseline",
    "average",
    "insight",
    "insightDuration",
    "baselineDuration",
    "attributions",
    "attribute",
    "value",
    "reason",
    "updatedFields",
    "originalRequestID",
    "originalEventID",
    "requestContext",
    "tagContext",
    "principalTags",
    "resourceTags",
    "eventTime",
    "eventCategory",
    "awsRegion",
    "apiVersion",
    "requestID",
    "eventID",
];

/// Columns that contain whole records, in normalised spelling.
pub(super) const WHOLES: [&[u8]; 2] = [b"eventjson", b"cloudtrailevent"];

/// How the text of a column is converted to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellFormat {
    Text,
    Time,
    Flag,
    /// JSON, or the text of a Hive struct, in this member of a record.
    Object(&'static str),
    /// The record's `resources`, in a column with the spelling of the envelope.
    Resources,
}

/// The normalised spelling of a name.
pub(super) fn plain(name: &[u8]) -> Vec<u8> {
    let kept = name
        .iter()
        .filter(|byte| !matches!(byte, b' ' | b'_' | b'-'));
    let plain: Vec<u8> = kept.map(u8::to_ascii_lowercase).collect();
    // The only heading of the console that is not a CloudTrail name in another spelling.
    match &*plain {
        b"awsaccesskey" => b"accesskeyid".to_vec(),
        _ => plain,
    }
}

/// True for a column name that belongs to CloudTrail events.
pub(super) fn is_known(name: &[u8]) -> bool {
    let plain = plain(name.trim_ascii());
    let first = plain.split(|byte| *byte == b'.').next().unwrap_or_default();
    WHOLES.contains(&&*plain)
        || find(&ENVELOPE, &plain).is_some()
        || find(&RECORD, &plain).is_some()
        || find(&OBJECTS, first).is_some()
}

pub(super) fn find(names: &[&'static str], plain: &[u8]) -> Option<&'static str> {
    let mut names = names.iter().copied();
    names.find(|name| name.as_bytes().eq_ignore_ascii_case(plain))
}

pub(super) fn kind(name: &'static str) -> CellFormat {
    if OBJECTS.contains(&name) {
        CellFormat::Object(name)
    } else if FLAGS.contains(&name) {
        CellFormat::Flag
    } else if name == "eventTime" {
        CellFormat::Time
    } else {
        CellFormat::Text
    }
}

/// CloudTrail's spelling of a nested member of `root`; `None` if it is not known.
pub(super) fn spelled(root: &str, name: &[u8]) -> Option<&'static str> {
    if FREE.contains(&root) {
        return None;
    }
    match find(&BELOW, name) {
        Some("arn") if root == "resources" => Some("ARN"),
        spelled => spelled,
    }
}
