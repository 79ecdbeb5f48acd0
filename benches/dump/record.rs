//! Templates of events: everything except the event id, the request id and the time.
//!
//! Members are in CloudTrail's order.

use fastrand::Rng;
use serde::Serialize;
use serde_json::{Value, json};

use super::actors::{Cast, hex};
use super::names::{ACCOUNT, AGENTS, ERRORS, REGIONS};
use super::parameters;

/// Placeholder for an event id, of the same length.
pub const EVENT_ID: &str = "@event-id@--------------------------";
/// Placeholder for a request id, of the same length.
pub const REQUEST_ID: &str = "@request-id@------------------------";
/// Placeholder for a time without its zone, of the same length.
pub const TIME: &str = "@time@-------------";

/// Field values of an event, known without reading it.
pub struct Facts {
    pub source: String,
    pub name: String,
    pub arn: Option<String>,
    pub principal: String,
    pub error: Option<&'static str>,
    pub address: String,
    pub key: Option<String>,
}

/// An event: envelope and record.
pub struct Template {
    pub facts: Facts,
    /// The record, compact.
    pub record: String,
    pub envelope: Envelope,
}

/// The envelope that `lookup-events` puts around a record.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    event_id: &'static str,
    event_name: String,
    read_only: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<String>,
    event_time: String,
    event_source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    resources: Vec<Resource>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    resource_type: &'static str,
    resource_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'s> {
    event_version: &'static str,
    user_identity: UserIdentity,
    event_time: String,
    event_source: &'s str,
    event_name: &'s str,
    aws_region: &'static str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'s str,
    user_agent: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    request_parameters: Value,
    response_elements: Value,
    additional_event_data: Value,
    #[serde(rename = "requestID")]
    request_id: &'static str,
    #[serde(rename = "eventID")]
    event_id: &'static str,
    read_only: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Value>,
    event_type: &'static str,
    management_event: bool,
    recipient_account_id: &'static str,
    event_category: &'static str,
    tls_details: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_credential_from_console: Option<&'static str>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentity {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_context: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoked_by: Option<String>,
}

/// The caller: six in ten use a role, one in eight is a service, the others are users.
struct Caller {
    identity: UserIdentity,
    principal: String,
    /// As in the envelope.
    username: Option<String>,
}

impl Caller {
    fn draw(cast: &Cast, source: &str, chance: &mut Rng) -> Caller {
        match chance.u32(..100) {
            0..62 => Caller::role(cast, chance),
            62..88 => Caller::user(cast, chance),
            _ => Caller {
                identity: UserIdentity {
                    r#type: "AWSService",
                    invoked_by: Some(source.to_owned()),
                    ..UserIdentity::default()
                },
                principal: source.to_owned(),
                username: None,
            },
        }
    }

    fn role(cast: &Cast, chance: &mut Rng) -> Caller {
        let role = cast.roles.draw(chance);
        let session = match chance.u32(..80) {
            0 => format!("i-0{}", hex(16, chance)),
            1..20 => "i-0dbc91f429e48eeed".to_owned(),
            20..40 => "botocore-session-1714521600".to_owned(),
            40..60 => format!("{}-session", role.name),
            _ => "tanaka@example.co.jp".to_owned(),
        };
        let name = role.name;
        let context = json!({
            "sessionIssuer": {
                "type": "Role",
                "principalId": role.id,
                "arn": role.arn(),
                "accountId": ACCOUNT,
                "userName": name,
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": "2024-04-30T23:55:22Z", "mfaAuthenticated": "false"},
        });
        Caller {
            identity: UserIdentity {
                r#type: "AssumedRole",
                principal_id: Some(format!("{}:{session}", role.id)),
                arn: Some(format!(
                    "arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}"
                )),
                account_id: Some(ACCOUNT),
                access_key_id: Some(role.keys[chance.usize(..role.keys.len())].clone()),
                session_context: Some(context),
                ..UserIdentity::default()
            },
            principal: role.arn(),
            username: Some(session),
        }
    }

    /// Users at the end of the list occur less often.
    fn user(cast: &Cast, chance: &mut Rng) -> Caller {
        let most = chance.usize(..cast.users.len());
        let user = &cast.users[chance.usize(..=most)];
        Caller {
            identity: UserIdentity {
                r#type: "IAMUser",
                principal_id: Some(user.key.replacen("AKIA", "AIDA", 1)),
                arn: Some(user.arn()),
                account_id: Some(ACCOUNT),
                access_key_id: Some(user.key.clone()),
                user_name: Some(user.name.to_owned()),
                ..UserIdentity::default()
            },
            principal: user.arn(),
            username: Some(user.name.to_owned()),
        }
    }
}

fn region(chance: &mut Rng) -> &'static str {
    let mut drawn = chance.u32(..100);
    for (region, percent) in REGIONS {
        if drawn < percent {
            return region;
        }
        drawn -= percent;
    }
    REGIONS[0].0
}

impl Template {
    pub fn draw(cast: &Cast, chance: &mut Rng) -> Template {
        let call = cast.calls.draw(chance);
        let caller = Caller::draw(cast, &call.source, chance);
        let address = cast.addresses.draw(chance);
        let error = (chance.u32(..10) < 3).then(|| ERRORS[chance.usize(..ERRORS.len())]);
        let resources: Vec<String> = if chance.bool() {
            let count = chance.usize(1..=2);
            (0..count)
                .map(|_| format!("arn:aws:s3:::prod-{}", hex(8, chance)))
                .collect()
        } else {
            Vec::new()
        };
        let facts = Facts {
            source: call.source.clone(),
            name: call.name.clone(),
            arn: caller.identity.arn.clone(),
            principal: caller.principal,
            error: error.map(|(code, _)| code),
            address: address.clone(),
            key: caller.identity.access_key_id.clone(),
        };
        let record = Record {
            event_version: "1.09",
            user_identity: caller.identity,
            event_time: format!("{TIME}Z"),
            event_source: &call.source,
            event_name: &call.name,
            aws_region: region(chance),
            source_ip_address: address,
            user_agent: AGENTS[chance.usize(..AGENTS.len())],
            error_code: facts.error,
            error_message: error.map(|(_, message)| message.replace("{}", &call.name)),
            request_parameters: parameters::request(chance),
            response_elements: parameters::response(call, chance),
            additional_event_data: json!({
                "SignatureVersion": "SigV4",
                "CipherSuite": "TLS_AES_128_GCM_SHA256",
                "bytesTransferredIn": 0,
                "AuthenticationMethod": "AuthHeader",
                "x-amz-id-2": hex(76, chance),
                "bytesTransferredOut": chance.u32(..100_000),
            }),
            request_id: REQUEST_ID,
            event_id: EVENT_ID,
            read_only: call.is_read,
            resources: resources
                .iter()
                .map(|arn| json!({"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": arn}))
                .collect(),
            event_type: "AwsApiCall",
            management_event: true,
            recipient_account_id: ACCOUNT,
            event_category: "Management",
            tls_details: json!({
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": call.source,
            }),
            session_credential_from_console: (chance.u32(..10) == 0).then_some("true"),
        };
        let envelope = Envelope {
            event_id: EVENT_ID,
            event_name: call.name.clone(),
            read_only: if call.is_read { "true" } else { "false" },
            access_key_id: facts.key.clone(),
            event_time: format!("{TIME}+00:00"),
            event_source: call.source.clone(),
            username: caller.username,
            resources: resources
                .into_iter()
                .map(|arn| Resource {
                    resource_type: "AWS::S3::Bucket",
                    resource_name: arn.replacen("arn:aws:s3:::", "", 1),
                })
                .collect(),
        };
        Template {
            facts,
            record: text(&record),
            envelope,
        }
    }
}

/// Compact JSON of a value whose serialisation cannot fail.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("names are text")
}
