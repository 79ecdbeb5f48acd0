//! One issuance: the call that issued temporary credentials.

use std::sync::Arc;

use super::actor::{Actor, is_session_arn, is_session_id, owned};
use crate::event::identity::is_masked;
use crate::event::{Event, MemberName, Node, Outcome};
use crate::time::Moment;

/// Calls of `sts.amazonaws.com` that issue a key (AWS STS, API reference, "Actions").
const STS_CALLS: [&str; 6] = [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "GetFederationToken",
    "GetSessionToken",
];

/// The call that the console records when a user switches to a role. It does not show the key.
const SWITCH: &str = "SwitchRole";

const REQUEST: MemberName = MemberName::named("requestParameters");
const RESPONSE: MemberName = MemberName::named("responseElements");
const MORE: MemberName = MemberName::named("additionalEventData");
const SHARED: MemberName = MemberName::named("sharedEventID");

/// A successful call that issued a session, with what it shows about the caller and the session.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issuance {
    /// The time of the call.
    pub time: Option<Moment>,
    /// The id of the event.
    pub event_id: Option<String>,
    /// The name of the call, `AssumeRole`.
    pub call: String,
    /// The access key of the caller.
    pub caller_key: Option<String>,
    /// The caller. `SwitchRole` shows only its ARN.
    pub caller: Option<Arc<Actor>>,
    /// The issued access key; `None` if the event does not show it.
    pub key: Option<String>,
    /// The ARN of the assumed role.
    pub role_arn: Option<String>,
    /// The ARN of the session, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME`.
    pub session_arn: Option<String>,
    /// The id of the session, `AROA…:NAME` or `ACCOUNT:NAME`.
    pub session_id: Option<String>,
    /// The name of the session, which the caller chose.
    pub session_name: Option<String>,
    /// `sourceIdentity`.
    pub source_identity: Option<String>,
    /// `sharedEventID`: the records of one call in several accounts have the same one.
    pub shared_event_id: Option<String>,
    /// The user that the SAML or OIDC provider authenticated.
    pub subject: Option<String>,
    /// The SAML or OIDC provider.
    pub provider: Option<String>,
    /// The account whose root user was assumed, for `AssumeRoot`.
    pub target: Option<String>,
    /// The event belongs to the identity of interest.
    pub is_named: bool,
}

impl Issuance {
    /// The issuance that an event records, if any. Does not set [`is_named`](Self::is_named).
    pub fn of(event: &Event<'_>) -> Option<Issuance> {
        let call = event.call_name()?.to_str();
        let source = event.source_name()?.to_str();
        let is_switch = call == SWITCH && source.starts_with("signin.");
        let is_sts_call = STS_CALLS.contains(&&*call) && source.starts_with("sts.");
        if !is_switch && !is_sts_call {
            return None;
        }
        // Without a readable record the outcome is unknown. The issuance is kept, so that the unknown session is reported.
        if event
            .outcome()
            .is_some_and(|outcome| outcome != Outcome::Ok)
        {
            return None;
        }
        let mut issuance = Issuance {
            time: event.time(),
            event_id: event.id().map(owned),
            call: call.into_owned(),
            shared_event_id: event
                .record_member(SHARED)
                .and_then(|it| it.some_text())
                .map(owned),
            ..Issuance::default()
        };
        if is_switch {
            issuance.switch(event)?;
        } else {
            issuance.sts_call(event);
        }
        Some(issuance)
    }

    /// Reads a call of STS.
    fn sts_call(&mut self, event: &Event<'_>) {
        self.caller_key = event
            .access_key_id()
            .map(owned)
            .filter(|key| !is_masked(key));
        self.caller = Actor::of(event).map(Arc::new);
        let (request, response) = (event.record_member(REQUEST), event.record_member(RESPONSE));
        self.key = text(response, &["credentials", "accessKeyId"]).filter(|key| !is_masked(key));
        self.role_arn = text(request, &["roleArn"]);
        self.session_name =
            text(request, &["roleSessionName"]).or_else(|| text(request, &["name"]));
        self.session_arn = text(response, &["assumedRoleUser", "arn"])
            .or_else(|| text(response, &["federatedUser", "arn"]))
            .or_else(|| session_arn(self.role_arn.as_deref()?, self.session_name.as_deref()?));
        self.session_id = text(response, &["assumedRoleUser", "assumedRoleId"])
            .or_else(|| text(response, &["federatedUser", "federatedUserId"]));
        self.source_identity = text(response, &["sourceIdentity"])
            .or_else(|| text(request, &["sourceIdentity"]))
            .or_else(|| self.caller.as_ref()?.source_identity.clone());
        self.subject = text(response, &["subjectFromWebIdentityToken"])
            .or_else(|| text(response, &["subject"]))
            .or_else(|| self.provider_value(|caller| caller.name.clone()));
        self.provider = text(response, &["provider"])
            .or_else(|| text(response, &["issuer"]))
            .or_else(|| self.provider_value(|caller| caller.identity_provider.clone()));
        self.target = text(request, &["targetPrincipal"]);
    }

    /// A value of the caller, if a provider authenticated it.
    fn provider_value(&self, name: impl Fn(&Actor) -> Option<String>) -> Option<String> {
        let caller = self.caller.as_ref()?;
        caller.identity_provider.as_ref().and_then(|_| name(caller))
    }

    /// Reads a switch of roles in the console. Its actor is the new session.
    fn switch(&mut self, event: &Event<'_>) -> Option<()> {
        let response = event.record_member(RESPONSE);
        if text(response, &[SWITCH]).is_some_and(|outcome| outcome == "Failure") {
            return None;
        }
        let session = Actor::of(event)?;
        self.caller = text(event.record_member(MORE), &["SwitchFrom"]).map(|arn| {
            Arc::new(Actor {
                arn: Some(arn),
                ..Actor::default()
            })
        });
        self.role_arn = session.role_arn;
        self.session_arn = session.arn.filter(|arn| is_session_arn(arn));
        self.session_id = session.principal_id.filter(|id| id.contains(':'));
        self.session_name = session.name;
        self.source_identity = session.source_identity;
        Some(())
    }

    /// True for a switch of roles in the console, which never shows a key.
    pub fn is_switch(&self) -> bool {
        self.call == SWITCH
    }

    /// True if the event shows neither the issued key nor the session.
    pub fn is_blind(&self) -> bool {
        self.key.is_none() && self.names().next().is_none()
    }

    /// The names of the issued session.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let id = self
            .session_id
            .as_deref()
            .filter(|id| is_session_id(id) || !is_role(id));
        id.into_iter().chain(self.session_arn.as_deref())
    }

    /// The names of a caller without a key.
    pub(super) fn caller_names(&self) -> impl Iterator<Item = &str> {
        let caller = self.caller.as_deref().filter(|_| self.caller_key.is_none());
        let switched = caller.filter(|_| self.is_switch());
        let sessions = caller.filter(|_| !self.is_switch());
        let arn = switched.and_then(|caller| caller.arn.as_deref());
        arn.into_iter()
            .chain(sessions.into_iter().flat_map(Actor::session_names))
    }

    /// True if both are records of one call: one from each account, or the same event twice.
    pub(super) fn is_same(&self, other: &Issuance) -> bool {
        let same_caller = self.caller_key.is_none()
            || other.caller_key.is_none()
            || self.caller_key == other.caller_key;
        match (&self.key, &other.key) {
            (Some(mine), Some(theirs)) => mine == theirs && same_caller,
            (None, None) => self.event_id.is_some() && self.event_id == other.event_id,
            _ => false,
        }
    }

    /// Merges another record of the same call. The record that shows the key of the caller is kept, of two such records the
    /// earlier one; missing values are filled from the other.
    pub(super) fn merge(&mut self, mut other: Issuance) {
        let rank = |it: &Issuance| (it.caller_key.is_none(), it.time, it.event_id.clone());
        if rank(&other) < rank(self) {
            std::mem::swap(self, &mut other);
        }
        for (mine, theirs) in [
            (&mut self.event_id, other.event_id),
            (&mut self.role_arn, other.role_arn),
            (&mut self.session_arn, other.session_arn),
            (&mut self.session_id, other.session_id),
            (&mut self.session_name, other.session_name),
            (&mut self.source_identity, other.source_identity),
            (&mut self.shared_event_id, other.shared_event_id),
            (&mut self.subject, other.subject),
            (&mut self.provider, other.provider),
            (&mut self.target, other.target),
        ] {
            if mine.is_none() {
                *mine = theirs;
            }
        }
        self.caller = self.caller.take().or(other.caller);
        self.time = self.time.or(other.time);
        self.is_named |= other.is_named;
    }
}

/// True for the id of a role, with or without the name of a session.
fn is_role(id: &str) -> bool {
    id.starts_with("AROA")
}

/// The text at a path inside a node.
fn text(node: Option<Node<'_>>, path: &[&str]) -> Option<String> {
    let mut node = node?;
    for name in path {
        node = node.get(name)?;
    }
    node.some_text().map(owned)
}

/// The ARN of a session by its role and its name. The path of a role is not part of it (IAM user guide, "IAM identifiers").
fn session_arn(role: &str, session: &str) -> Option<String> {
    let (head, path) = role.split_once(":role/")?;
    let name = path.rsplit('/').next()?;
    let head = head.replacen(":iam:", ":sts:", 1);
    Some(format!("{head}:assumed-role/{name}/{session}"))
}
