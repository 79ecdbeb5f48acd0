//! The identity that made a call: the part of `userIdentity` that is the same for all calls of a session.

use crate::event::{Event, Identity, MemberName};
use crate::text::Text;

const USER_IDENTITY: MemberName = MemberName::named("userIdentity");

/// The identity that made a call. It owns its texts, so it outlives the event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Actor {
    /// `IAMUser`, `AssumedRole`, …
    pub kind: Option<String>,
    /// `AIDA…`, `AROA…:session`.
    pub principal_id: Option<String>,
    /// The ARN as recorded: for a role session, the ARN of the session.
    pub arn: Option<String>,
    /// The account id of the identity.
    pub account_id: Option<String>,
    /// The name of the user or of the session.
    pub name: Option<String>,
    /// The ARN of the role of a role session.
    pub role_arn: Option<String>,
    /// `sourceIdentity`, which a caller of `AssumeRole` sets and all later sessions keep.
    pub source_identity: Option<String>,
    /// The identity provider of SAML and OIDC users.
    pub identity_provider: Option<String>,
    /// The AWS service, if it made the call itself.
    pub service: Option<String>,
}

impl Actor {
    /// The actor of an event; `None` if it has no readable `userIdentity`.
    pub fn of(event: &Event<'_>) -> Option<Actor> {
        let node = event.record_member(USER_IDENTITY)?;
        if !node.is_object() {
            return None;
        }
        let who = Identity::of(node);
        let below = |name: &str| node.get(name).and_then(|it| it.some_text()).map(owned);
        // If there is an ARN, `invokedBy` is the service that passed the call on, which differs from call to call.
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

    /// The names of the session of a role or of a federated user: `AROA…:name` and its ARN. Empty for other actors.
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
