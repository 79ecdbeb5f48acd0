//! Infers the kind of a value from its member name: names of CloudTrail, of API parameters and of policy conditions.
//!
//! Names are compared without regard to case, `-`, `_`, and any prefix before a colon (`aws:SourceIp`), because the same
//! name is spelled `userName`, `user-name` and `UserName` by different services.

use super::kind::{RedactOptions, ValueKind};

/// What a member contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// No special kind: only the form of its value counts.
    #[default]
    Any,
    /// An account id, if it is twelve digits.
    Account,
    /// Ids of a principal, and the session names after them (`AROA…:session`).
    Principal,
    /// One value of a kind.
    One(ValueKind),
    /// The canonical user id of an account, if it has that form.
    Canonical,
    /// One ARN.
    Arn,
    /// A name that is replaced only if another member says that it is a name of a user or role.
    Known,
    /// The type of a resource in an envelope.
    ResourceType,
    /// The name of that resource.
    ResourceName,
    /// A version number, which may look like an address.
    Version,
    /// An API name or a region.
    Api,
    /// A service.
    Service,
}

/// The kind of a member, and what that means for everything below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct MemberContext {
    pub member_kind: MemberKind,
    /// Everything below is secret.
    pub is_secret: bool,
    /// Inside the parameters or the response of a call, where names of resources occur.
    pub is_call: bool,
    /// Inside a filter: members called `name` contain the names of filters, not of resources.
    pub is_filter: bool,
}

impl MemberContext {
    /// The context of the member `key` of an object with this context.
    pub fn below(self, key: &[u8], options: RedactOptions) -> MemberContext {
        let name = plain(key);
        let member_kind = if self.is_secret {
            MemberKind::One(ValueKind::Secret)
        } else {
            member_kind(&name, options, self.is_call && !self.is_filter)
        };
        MemberContext {
            member_kind,
            is_secret: self.is_secret || member_kind == MemberKind::One(ValueKind::Secret),
            is_call: self.is_call || CALL.contains(&name.as_str()),
            is_filter: self.is_filter || name.starts_with("filter"),
        }
    }
}

/// Members that contain the parameters and responses of calls.
const CALL: [&str; 6] = [
    "requestparameters",
    "responseelements",
    "serviceeventdetails",
    "additionaleventdata",
    "resources",
    "eventcontext",
];

fn plain(key: &[u8]) -> String {
    let key = key.rsplit(|byte| *byte == b':').next().unwrap_or(key);
    let kept = key.iter().filter(|byte| !matches!(byte, b'-' | b'_'));
    let kept: Vec<u8> = kept.map(u8::to_ascii_lowercase).collect();
    String::from_utf8_lossy(&kept).into_owned()
}

/// Members with names of people, roles and sessions.
const NAMES: [&str; 21] = [
    "username",
    "user",
    "users",
    "sourceidentity",
    "rolesessionname",
    "sessionname",
    "iamuser",
    "dbuser",
    "loginname",
    "login",
    "displayname",
    "ownerdisplayname",
    "givenname",
    "familyname",
    "middlename",
    "nickname",
    "preferredusername",
    "accountalias",
    "accountname",
    "principalname",
    "federatedusername",
];

const PRINCIPALS: [&str; 8] = [
    "principalid",
    "assumedroleid",
    "federateduserid",
    "userid",
    "canonicaluser",
    "principal",
    "principals",
    "principalids",
];

const HOSTS: [&str; 18] = [
    "clientprovidedhostheader",
    "host",
    "hostname",
    "hostheader",
    "dnsname",
    "privatedns",
    "privatednsname",
    "publicdns",
    "publicdnsname",
    "domainname",
    "fqdn",
    "servername",
    "workstationname",
    "computername",
    "endpointaddress",
    "identityprovider",
    "issuer",
    "sourceipaddress",
];

/// Members with credentials, or with values that AWS stores as secrets.
const SECRETS: [&str; 31] = [
    "sessiontoken",
    "securitytoken",
    "xamzsecuritytoken",
    "secretaccesskey",
    "secretkey",
    "secretstring",
    "secretbinary",
    "clientsecret",
    "sharedsecret",
    "presharedkey",
    "secrethash",
    "privatekey",
    "keymaterial",
    "apikey",
    "apikeyvalue",
    "authorization",
    "authtoken",
    "authorizationtoken",
    "authorizationcode",
    "samlassertion",
    "tokencode",
    "authenticationcode1",
    "authenticationcode2",
    "signature",
    "xamzsignature",
    "plaintext",
    "otp",
    "mfacode",
    "userdata",
    "publickeymaterial",
    "sshpublickeybody",
];

/// Idempotency tokens: they are ids of a request, not secrets.
const ONCE: [&str; 5] = [
    "clienttoken",
    "clientrequesttoken",
    "idempotencytoken",
    "creationtoken",
    "callerreference",
];

const IDS: [&str; 7] = [
    "eventid",
    "requestid",
    "sharedeventid",
    "xamzrequestid",
    "xamzid2",
    "xamznrequestid",
    "awsrequestid",
];

/// Members of calls that end like names of resources but are not.
const NO_RESOURCES: [&str; 14] = [
    "eventname",
    "servicename",
    "metricname",
    "attributename",
    "parametername",
    "enginename",
    "regionname",
    "zonename",
    "availabilityzonename",
    "typename",
    "azid",
    "availabilityzoneid",
    "timezoneid",
    "engineid",
];

fn member_kind(name: &str, options: RedactOptions, in_call: bool) -> MemberKind {
    let is = |list: &[&str]| list.contains(&name);
    if is(&IDS) || is(&ONCE) {
        return match options.ids {
            true => MemberKind::One(ValueKind::Id),
            false => MemberKind::Any,
        };
    }
    if is(&SECRETS) || is_password(name) || is_token(name) {
        return MemberKind::One(ValueKind::Secret);
    }
    if is(&NAMES)
        || name.ends_with("username")
        || name.ends_with("rolename")
        || name.ends_with("role")
        || name.ends_with("usernames")
        || name.ends_with("rolenames")
        || name.ends_with("roles")
    {
        return MemberKind::One(ValueKind::Name);
    }
    if is(&PRINCIPALS) || name.ends_with("canonicaluserid") {
        return MemberKind::Principal;
    }
    if is(&HOSTS) {
        return MemberKind::One(ValueKind::Host);
    }
    match name {
        "accesskeyid" | "accesskey" => return MemberKind::One(ValueKind::AccessKey),
        "id" => {
            return if options.names && in_call {
                MemberKind::One(ValueKind::Resource)
            } else {
                MemberKind::Canonical
            };
        }
        "encodedmessage" => return MemberKind::One(ValueKind::Message),
        "resourcetype" => return MemberKind::ResourceType,
        "resourcename" => return MemberKind::ResourceName,
        "eventname" | "awsregion" => return MemberKind::Api,
        "eventsource" | "invokedby" => return MemberKind::Service,
        "owner" | "ownerid" | "registryid" | "payerid" | "aws" => return MemberKind::Account,
        "useragent" => return MemberKind::Any,
        _ => {}
    }
    if name.contains("version") {
        return MemberKind::Version;
    }
    if name.contains("account") {
        return MemberKind::Account;
    }
    if options.names && in_call && is_resource(name) {
        return MemberKind::One(ValueKind::Resource);
    }
    match name {
        "name" | "path" | "createdby" => MemberKind::Known,
        _ if name.ends_with("arn") => MemberKind::Arn,
        _ => MemberKind::Any,
    }
}

fn is_password(name: &str) -> bool {
    let is_about = [
        "policy", "lastused", "required", "reset", "changed", "length", "age", "expir", "stdin",
        "file", "updat", "recover", "status",
    ];
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has(&["password", "passphrase", "passwd"]) && !has(&is_about)
}

fn is_token(name: &str) -> bool {
    let ends = [
        "token",
        "secret",
        "secretvalue",
        "secretkey",
        "secretaccesskey",
        "privatekey",
        "apikey",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

/// True if the name before a value in text (`NAME=value`) means that the value is secret.
pub(super) fn is_secret_name(name: &[u8]) -> bool {
    let has = |stem: &[u8]| {
        name.windows(stem.len())
            .any(|it| it.eq_ignore_ascii_case(stem))
    };
    // Most names contain none of these parts, so the rest can be skipped.
    [&b"pass"[..], b"secret", b"token", b"key"]
        .iter()
        .any(|stem| has(stem))
        && member_kind(&plain(name), RedactOptions::default(), false)
            == MemberKind::One(ValueKind::Secret)
}

fn is_resource(name: &str) -> bool {
    if NO_RESOURCES.contains(&name) {
        return false;
    }
    let ends = [
        "name",
        "names",
        "identifier",
        "identifiers",
        "id",
        "ids",
        "bucket",
        "queueurl",
    ];
    ends.iter().any(|end| name.ends_with(end))
        || matches!(name, "key" | "prefix" | "alias" | "topic")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, options: RedactOptions) -> MemberKind {
        let call = MemberContext::default().below(b"requestParameters", options);
        call.below(key.as_bytes(), options).member_kind
    }

    #[test]
    fn members_are_known_in_every_spelling() {
        let usual = RedactOptions::default();
        for (key, member_kind) in [
            ("userName", MemberKind::One(ValueKind::Name)),
            ("Username", MemberKind::One(ValueKind::Name)),
            ("aws:username", MemberKind::One(ValueKind::Name)),
            ("role-session-name", MemberKind::One(ValueKind::Name)),
            ("masterUserPassword", MemberKind::One(ValueKind::Secret)),
            ("X-Amz-Security-Token", MemberKind::One(ValueKind::Secret)),
            ("passwordResetRequired", MemberKind::Any),
            ("PasswordUpdated", MemberKind::Any),
            ("clientToken", MemberKind::Any),
            ("webhookSecret", MemberKind::One(ValueKind::Secret)),
            ("AWS_SECRET_ACCESS_KEY", MemberKind::One(ValueKind::Secret)),
            ("S3CanonicalUserId", MemberKind::Principal),
            ("ID", MemberKind::Canonical),
            ("secretId", MemberKind::Any),
            ("userNames", MemberKind::One(ValueKind::Name)),
            ("roles", MemberKind::One(ValueKind::Name)),
            ("principals", MemberKind::Principal),
            ("recipientAccountId", MemberKind::Account),
            ("aws:PrincipalAccount", MemberKind::Account),
            ("bucketName", MemberKind::Any),
            ("engineVersion", MemberKind::Version),
            ("requestID", MemberKind::Any),
        ] {
            assert_eq!(of(key, usual), member_kind, "{key}");
        }
        let all = RedactOptions {
            names: true,
            ids: true,
        };
        for (key, member_kind) in [
            ("bucketName", MemberKind::One(ValueKind::Resource)),
            ("instanceId", MemberKind::One(ValueKind::Resource)),
            ("userName", MemberKind::One(ValueKind::Name)),
            ("eventName", MemberKind::Api),
            ("requestID", MemberKind::One(ValueKind::Id)),
            ("clientToken", MemberKind::One(ValueKind::Id)),
        ] {
            assert_eq!(of(key, all), member_kind, "{key}");
        }
    }

    #[test]
    fn everything_below_a_secret_is_secret() {
        let options = RedactOptions::default();
        let below = MemberContext::default().below(b"secretString", options);
        assert_eq!(
            below.below(b"port", options).member_kind,
            MemberKind::One(ValueKind::Secret)
        );
    }
}
