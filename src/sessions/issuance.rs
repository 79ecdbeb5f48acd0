//! One issuance of temporary credentials: the call that gave them out.
//!
//! Not for: what was born of what (`links`).

use std::sync::Arc;

use super::actor::{Actor, is_session_arn, is_session_id, owned};
use crate::event::identity::is_masked;
use crate::event::{Event, MemberName, Node, Outcome};
use crate::time::Moment;

/// Calls of `sts.amazonaws.com` that give out a key.
const OF_STS: [&str; 6] = [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "GetFederationToken",
    "GetSessionToken",
];

/// The console's way to become a role; its key is not told.
const SWITCH: &str = "SwitchRole";

const REQUEST: MemberName = MemberName::named("requestParameters");
const RESPONSE: MemberName = MemberName::named("responseElements");
const MORE: MemberName = MemberName::named("additionalEventData");
const SHARED: MemberName = MemberName::named("sharedEventID");

/// A call that gave out a session, and what it says of either side. Attempts that failed are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issuance {
    /// When.
    pub time: Option<Moment>,
    /// The event.
    pub event_id: Option<String>,
    /// The name of the call, `AssumeRole`.
    pub call: String,
    /// The access key of the caller.
    pub caller_key: Option<String>,
    /// The caller. For `SwitchRole` nothing but an ARN is told of it.
    pub caller: Option<Arc<Actor>>,
    /// The access key that was given out; `None` where the event does not tell.
    pub key: Option<String>,
    /// The role that was taken on.
    pub role_arn: Option<String>,
    /// The session, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME`.
    pub session_arn: Option<String>,
    /// The session, `AROA…:NAME` or `ACCOUNT:NAME`.
    pub session_id: Option<String>,
    /// The name that the caller gave to the session.
    pub session_name: Option<String>,
    /// `sourceIdentity`.
    pub source_identity: Option<String>,
    /// What the records of this call in several accounts share.
    pub shared_event_id: Option<String>,
    /// Whom the SAML or OIDC provider vouched for.
    pub subject: Option<String>,
    /// That provider.
    pub provider: Option<String>,
    /// The account whose root was taken on, for `AssumeRoot`.
    pub target: Option<String>,
    /// The event is one of the identity that was asked for.
    pub is_named: bool,
}

impl Issuance {
    /// What the event gave issuance to, if anything. Says nothing about [`is_named`](Self::is_named).
    pub fn of(event: &Event<'_>) -> Option<Issuance> {
        let call = event.call_name()?.to_str();
        let source = event.source_name()?.to_str();
        let is_switch = call == SWITCH && source.starts_with("signin.");
        let is_grant = OF_STS.contains(&&*call) && source.starts_with("sts.");
        if !is_switch && !is_grant {
            return None;
        }
        // Without a readable record nobody knows; the issuance is kept, as one that tells nothing.
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
            issuance.grant(event);
        }
        Some(issuance)
    }

    /// What a call of STS says.
    fn grant(&mut self, event: &Event<'_>) {
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
            .or_else(|| self.provided(|caller| caller.name.clone()));
        self.provider = text(response, &["provider"])
            .or_else(|| text(response, &["issuer"]))
            .or_else(|| self.provided(|caller| caller.identity_provider.clone()));
        self.target = text(request, &["targetPrincipal"]);
    }

    /// What a caller says whom a provider vouches for.
    fn provided(&self, name: impl Fn(&Actor) -> Option<String>) -> Option<String> {
        let caller = self.caller.as_ref()?;
        caller.identity_provider.as_ref().and_then(|_| name(caller))
    }

    /// What a change of roles in the console says: its actor is the session that came of it.
    fn switch(&mut self, event: &Event<'_>) -> Option<()> {
        let response = event.record_member(RESPONSE);
        if text(response, &[SWITCH]).is_some_and(|said| said == "Failure") {
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

    /// True for a change of roles in the console, whose key is never told.
    pub fn is_switch(&self) -> bool {
        self.call == SWITCH
    }

    /// True when it tells neither the key nor the session that it gave out.
    pub fn is_blind(&self) -> bool {
        self.key.is_none() && self.names().next().is_none()
    }

    /// What the session that was given out goes by.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let id = self
            .session_id
            .as_deref()
            .filter(|id| is_session_id(id) || !is_role(id));
        id.into_iter().chain(self.session_arn.as_deref())
    }

    /// What a caller without a key goes by.
    pub(super) fn caller_names(&self) -> impl Iterator<Item = &str> {
        let caller = self.caller.as_deref().filter(|_| self.caller_key.is_none());
        let switched = caller.filter(|_| self.is_switch());
        let sessions = caller.filter(|_| !self.is_switch());
        let arn = switched.and_then(|caller| caller.arn.as_deref());
        arn.into_iter()
            .chain(sessions.into_iter().flat_map(Actor::session_names))
    }

    /// Whether both are records of one call: one from each account, or one event twice.
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

    /// Takes over from another record of the same call what this one lacks, or the other way round: the one that tells
    /// the caller's key is the one that is kept, of two such the earlier.
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

/// An id of a role, with or without a session behind it.
fn is_role(id: &str) -> bool {
    id.starts_with("AROA")
}

/// The text at a path below a node.
fn text(node: Option<Node<'_>>, path: &[&str]) -> Option<String> {
    let mut node = node?;
    for name in path {
        node = node.get(name)?;
    }
    node.some_text().map(owned)
}

/// The ARN of a session by its role and its name: a role's path is not part of it.
fn session_arn(role: &str, session: &str) -> Option<String> {
    let (head, path) = role.split_once(":role/")?;
    let name = path.rsplit('/').next()?;
    let head = head.replacen(":iam:", ":sts:", 1);
    Some(format!("{head}:assumed-role/{name}/{session}"))
}
