//! What columns are called: by the console, in the envelope, in the record, and below it.
//!
//! Names are compared without regard to case, blanks, `_` and `-`. Not for: what becomes of a column's text
//! (`columns`).

use crate::event::{ENVELOPE, RECORD};

/// Members of a record that are objects or lists.
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

/// Of these, the ones whose names inside are those of each service.
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

/// Names below the objects of a record, which Lake and Athena write in lower case.
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

/// Columns of whole records, without what spellings differ in.
pub(super) const WHOLES: [&[u8]; 2] = [b"eventjson", b"cloudtrailevent"];

/// How the text of a column becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Text,
    Time,
    Flag,
    /// JSON, or the text of a struct, below this member of a record.
    Object(&'static str),
    /// The record's `resources`, from a column that is spelled like the envelope's.
    Resources,
}

/// A name without what spellings differ in.
pub(super) fn plain(name: &[u8]) -> Vec<u8> {
    let kept = name
        .iter()
        .filter(|byte| !matches!(byte, b' ' | b'_' | b'-'));
    let plain: Vec<u8> = kept.map(u8::to_ascii_lowercase).collect();
    // The one heading of the console's that is no name of CloudTrail's in other spelling.
    match &*plain {
        b"awsaccesskey" => b"accesskeyid".to_vec(),
        _ => plain,
    }
}

/// True for the name of a column that CloudTrail's events have.
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

pub(super) fn kind(name: &'static str) -> ColumnKind {
    if OBJECTS.contains(&name) {
        ColumnKind::Object(name)
    } else if FLAGS.contains(&name) {
        ColumnKind::Flag
    } else if name == "eventTime" {
        ColumnKind::Time
    } else {
        ColumnKind::Text
    }
}

/// How CloudTrail spells a name below `root`.
pub(super) fn spelled(root: &str, name: &[u8]) -> Option<&'static str> {
    if FREE.contains(&root) {
        return None;
    }
    match find(&BELOW, name) {
        Some("arn") if root == "resources" => Some("ARN"),
        spelled => spelled,
    }
}
