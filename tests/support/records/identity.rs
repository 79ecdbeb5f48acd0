//! Who calls: one actor for each type of `userIdentity` CloudTrail documents,
//! with keys and ids that stay the same through one set of records.
//!
//! Not for what they call.

use super::super::json::{Json, list, object};
use super::{ACCOUNT, OTHER_ACCOUNT, iso, rng::Rng};

/// One caller.
#[derive(Clone, Debug)]
pub struct Actor {
    /// `userIdentity`, without what depends on the time of the call.
    identity: Json,
    /// The lookup's `Username`, where CloudTrail gives one.
    pub username: Option<String>,
    /// The lookup's `AccessKeyId`; an empty one in the record gives none.
    pub access_key: Option<String>,
    /// `userIdentity.arn`, for the texts of denials.
    pub arn: Option<String>,
    /// The name in place of an address, for services.
    pub address: Option<&'static str>,
    /// Whether `sessionContext.attributes` belongs into the identity.
    session: Option<Session>,
}

#[derive(Clone, Debug)]
struct Session {
    /// The members of `sessionContext` before `attributes`.
    context: Vec<(String, Json)>,
    mfa: bool,
    /// Seconds between the issuance of the session and a call.
    age: i64,
}

impl Actor {
    /// `userIdentity` for a call at this time, in seconds since 1970.
    pub fn at(&self, time: i64) -> Json {
        let mut identity = self.identity.clone();
        if let Some(session) = &self.session {
            let mut context = session.context.clone();
            let attributes = object([
                ("creationDate", iso(time - session.age).into()),
                (
                    "mfaAuthenticated",
                    if session.mfa { "true" } else { "false" }.into(),
                ),
            ]);
            context.push(("attributes".to_owned(), attributes));
            identity.set("sessionContext", Json::Object(context));
        }
        identity
    }

    fn new(identity: Json) -> Actor {
        Actor {
            identity,
            username: None,
            access_key: None,
            arn: None,
            address: None,
            session: None,
        }
    }

    fn named(mut self, username: &str) -> Actor {
        self.username = Some(username.to_owned());
        self
    }

    fn keyed(mut self, access_key: &str, arn: &str) -> Actor {
        self.access_key = Some(access_key.to_owned());
        self.arn = Some(arn.to_owned());
        self
    }

    fn answering_as(mut self, address: &'static str) -> Actor {
        self.address = Some(address);
        self
    }

    fn in_session(mut self, context: Vec<(String, Json)>, mfa: bool, age: i64) -> Actor {
        self.session = Some(Session { context, mfa, age });
        self
    }
}

/// All actors of one set of records.
#[derive(Clone, Debug)]
pub struct Cast {
    pub users: Vec<Actor>,
    pub roles: Vec<Actor>,
    pub root: Actor,
    pub federated: Actor,
    pub service: Actor,
    pub account: Actor,
    pub saml: Actor,
    pub web: Actor,
    pub identity_center: Actor,
    pub internal: Actor,
    /// Types seen seldom: Role, Directory, Unknown.
    pub seldom: Vec<Actor>,
}

impl Cast {
    pub fn new(rng: &mut Rng) -> Cast {
        Cast {
            users: vec![
                user(rng, "alice"),
                user(rng, "山田 太郎"),
                console_user(rng, "bob.o'neil"),
                user(rng, "ci/deploy"),
            ],
            roles: vec![
                role(rng, "Deploy", "ci-4711", Some("alice@example.com")),
                role(
                    rng,
                    "AWSReservedSSO_AdministratorAccess_0123456789abcdef",
                    "dave@example.com",
                    None,
                ),
                instance(rng),
                forwarded(rng),
                role(rng, "Müller-Prüfung", "Søren=Ærø+1@example.com", None),
            ],
            root: root(rng),
            federated: federated(rng),
            service: Actor::new(object([
                ("type", "AWSService".into()),
                ("invokedBy", "autoscaling.amazonaws.com".into()),
            ]))
            .answering_as("autoscaling.amazonaws.com"),
            account: Actor::new(object([
                ("type", "AWSAccount".into()),
                ("principalId", rng.id("AIDA").into()),
                ("accountId", OTHER_ACCOUNT.into()),
            ])),
            saml: Actor::new(object([
                ("type", "SAMLUser".into()),
                ("principalId", "SAMLSPEXAMPLE/abc=:carol@example.com".into()),
                ("userName", "carol@example.com".into()),
                ("identityProvider", "SAMLSPEXAMPLE/abc=".into()),
            ]))
            .named("carol@example.com"),
            web: Actor::new(object([
                ("type", "WebIdentityUser".into()),
                (
                    "principalId",
                    "accounts.google.com:app.apps.googleusercontent.com:1042".into(),
                ),
                ("userName", "1042".into()),
                ("identityProvider", "accounts.google.com".into()),
            ]))
            .named("1042"),
            identity_center: Actor::new(object([
                ("type", "IdentityCenterUser".into()),
                ("accountId", ACCOUNT.into()),
                (
                    "onBehalfOf",
                    object([
                        ("userId", rng.uuid().into()),
                        (
                            "identityStoreArn",
                            arn("identitystore", "identitystore/d-1234567890").into(),
                        ),
                    ]),
                ),
                ("credentialId", rng.id("EXAMPLEV").into()),
            ])),
            internal: Actor::new(object([
                ("accountId", ACCOUNT.into()),
                ("invokedBy", "AWS Internal".into()),
            ]))
            .answering_as("AWS Internal"),
            seldom: vec![bare_role(rng), directory(rng), unknown(rng)],
        }
    }
}

fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}::{ACCOUNT}:{rest}")
}

fn user(rng: &mut Rng, name: &str) -> Actor {
    let (key, arn) = (rng.id("AKIA"), arn("iam", &format!("user/{name}")));
    Actor::new(object([
        ("type", "IAMUser".into()),
        ("principalId", rng.id("AIDA").into()),
        ("arn", (&arn).into()),
        ("accountId", ACCOUNT.into()),
        ("accessKeyId", (&key).into()),
        ("userName", name.into()),
    ]))
    .named(name)
    .keyed(&key, &arn)
}

/// A user in the console: a temporary key, and `sessionContext` with MFA.
fn console_user(rng: &mut Rng, name: &str) -> Actor {
    let mut actor = user(rng, name).in_session(Vec::new(), true, 3_127);
    let key = rng.id("ASIA");
    actor.identity.set("accessKeyId", (&key).into());
    actor.access_key = Some(key);
    actor
}

fn root(rng: &mut Rng) -> Actor {
    let arn = arn("iam", "root");
    let mut actor = Actor::new(object([
        ("type", "Root".into()),
        ("principalId", ACCOUNT.into()),
        ("arn", (&arn).into()),
        ("accountId", ACCOUNT.into()),
        ("accessKeyId", "".into()),
    ]))
    .named("root")
    .in_session(Vec::new(), rng.once_in(2), 611);
    actor.arn = Some(arn);
    actor
}

fn issuer(kind: &str, id: String, arn: &str, name: &str) -> Vec<(String, Json)> {
    let issuer = object([
        ("type", kind.into()),
        ("principalId", id.into()),
        ("arn", arn.into()),
        ("accountId", ACCOUNT.into()),
        ("userName", name.into()),
    ]);
    vec![
        ("sessionIssuer".to_owned(), issuer),
        ("webIdFederationData".to_owned(), object([])),
    ]
}

fn role(rng: &mut Rng, name: &str, session: &str, source: Option<&str>) -> Actor {
    let (id, key) = (rng.id("AROA"), rng.id("ASIA"));
    let session_arn = arn("sts", &format!("assumed-role/{name}/{session}"));
    let path = if name.starts_with("AWSReserved") {
        "role/aws-reserved/sso.amazonaws.com/eu-central-1/"
    } else {
        "role/"
    };
    let mut context = issuer(
        "Role",
        id.clone(),
        &arn("iam", &format!("{path}{name}")),
        name,
    );
    if let Some(source) = source {
        context.push(("sourceIdentity".to_owned(), source.into()));
    }
    Actor::new(object([
        ("type", "AssumedRole".into()),
        ("principalId", format!("{id}:{session}").into()),
        ("arn", (&session_arn).into()),
        ("accountId", ACCOUNT.into()),
        ("accessKeyId", (&key).into()),
    ]))
    .named(session)
    .keyed(&key, &session_arn)
    .in_session(context, false, 1_800 - 7 * (rng.below(100) as i64))
}

/// The session of an EC2 instance, named after it.
fn instance(rng: &mut Rng) -> Actor {
    let name = rng.hex("i-0", 16);
    let mut actor = role(rng, "WebServer", &name, None);
    if let Some(session) = &mut actor.session {
        session
            .context
            .push(("ec2RoleDelivery".to_owned(), "2.0".into()));
    }
    actor
}

/// A service that acts for its caller (forward access session).
fn forwarded(rng: &mut Rng) -> Actor {
    let mut actor = role(rng, "Deploy", "AWSCloudFormation", None);
    actor
        .identity
        .set("invokedBy", "cloudformation.amazonaws.com".into());
    actor.answering_as("cloudformation.amazonaws.com")
}

fn federated(rng: &mut Rng) -> Actor {
    let (key, session_arn) = (rng.id("ASIA"), arn("sts", "federated-user/erin"));
    let id = rng.id("AIDA");
    Actor::new(object([
        ("type", "FederatedUser".into()),
        ("principalId", format!("{ACCOUNT}:erin").into()),
        ("arn", (&session_arn).into()),
        ("accountId", ACCOUNT.into()),
        ("accessKeyId", (&key).into()),
    ]))
    .named("erin")
    .keyed(&key, &session_arn)
    .in_session(
        issuer("IAMUser", id, &arn("iam", "user/broker"), "broker"),
        false,
        45,
    )
}

fn bare_role(rng: &mut Rng) -> Actor {
    let (key, arn) = (rng.id("ASIA"), arn("iam", "role/service-role/Batch"));
    Actor::new(object([
        ("type", "Role".into()),
        ("principalId", format!("{}:batch", rng.id("AROA")).into()),
        ("arn", (&arn).into()),
        ("accountId", ACCOUNT.into()),
        ("accessKeyId", (&key).into()),
    ]))
    .named("batch")
    .keyed(&key, &arn)
}

fn directory(rng: &mut Rng) -> Actor {
    Actor::new(object([
        ("type", "Directory".into()),
        ("principalId", rng.id("S-1-5-").into()),
        ("accountId", ACCOUNT.into()),
        ("userName", "CORP\\frank".into()),
    ]))
    .named("CORP\\frank")
}

fn unknown(rng: &mut Rng) -> Actor {
    Actor::new(object([
        ("type", "Unknown".into()),
        ("principalId", rng.id("AWS").into()),
        ("accountId", "".into()),
        ("groups", list(["🚀 crew", "a\tb"])),
    ]))
}
