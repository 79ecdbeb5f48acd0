//! Who acted, as far as it stays the same from call to call.
//!
//! Not for: reading `userIdentity` (`event`).

use crate::event::{Event, Identity, MemberName};
use crate::text::Text;

const USER_IDENTITY: MemberName = MemberName::named("userIdentity");

/// The actor of an event, kept beyond it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Actor {
    /// `IAMUser`, `AssumedRole`, …
    pub kind: Option<String>,
    /// `AIDA…`, `AROA…:session`.
    pub principal_id: Option<String>,
    /// As recorded: for a role session that of the session.
    pub arn: Option<String>,
    /// The account of the identity.
    pub account_id: Option<String>,
    /// The user's or the session's name.
    pub name: Option<String>,
    /// The role behind a role session.
    pub role_arn: Option<String>,
    /// What the caller of `AssumeRole` said it was, and every session after it keeps.
    pub source_identity: Option<String>,
    /// Of SAML and OIDC users.
    pub identity_provider: Option<String>,
    /// The service, where it acted itself.
    pub service: Option<String>,
}

impl Actor {
    /// The actor of an event; `None` without a `userIdentity` that can be read.
    pub fn of(event: &Event<'_>) -> Option<Actor> {
        let node = event.record_member(USER_IDENTITY)?;
        if !node.is_object() {
            return None;
        }
        let who = Identity::of(node);
        let below = |name: &str| node.get(name).and_then(|it| it.some_text()).map(owned);
        // Next to an ARN it is the service that passed the call on, from call to call another.
        let is_service =
            who.arn.is_none() || who.kind.is_some_and(|kind| kind.eq_str("AWSService"));
        let is_role = who.is_role_session();
        Some(Actor {
            kind: who.kind.map(owned),
            principal_id: who.principal_id.map(owned),
            arn: who.arn.map(owned),
            account_id: who.account_id.map(owned),
            name: who.username().map(|name| name.into_owned()),
            role_arn: who
                .role_arn()
                .filter(|_| is_role)
                .map(|arn| arn.into_owned()),
            source_identity: node
                .get("sessionContext")
                .and_then(|context| context.get("sourceIdentity")?.some_text())
                .map(owned),
            identity_provider: below("identityProvider"),
            service: who.invoked_by.filter(|_| is_service).map(owned),
        })
    }

    /// What the session of a role or of a federated user goes by: `AROA…:name` and its ARN. Nothing for others.
    pub fn session_names(&self) -> impl Iterator<Item = &str> {
        let id = self.principal_id.as_deref().filter(|id| is_session_id(id));
        let arn = self.arn.as_deref().filter(|arn| is_session_arn(arn));
        let is_federated = self.kind.as_deref() == Some("FederatedUser");
        let federated = self.principal_id.as_deref().filter(|_| is_federated);
        id.or(federated).into_iter().chain(arn)
    }
}

/// `AROA…:name`, the `assumedRoleId` of a role session.
pub(super) fn is_session_id(id: &str) -> bool {
    let name = id.split_once(':').map_or("", |(_, name)| name);
    id.starts_with("AROA") && !name.is_empty()
}

/// The ARN of the session of a role or of a federated user.
pub(super) fn is_session_arn(arn: &str) -> bool {
    arn.contains(":assumed-role/") || arn.contains(":federated-user/")
}

pub(super) fn owned(text: Text<'_>) -> String {
    text.to_str().into_owned()
}
