//! Who acted: the members of `userIdentity`, and the names that CloudTrail derives from them.
//!
//! Source: "CloudTrail userIdentity element" in the CloudTrail user guide, and how `lookup-events` fills
//! `Username` in measured output.

use std::borrow::Cow;

use super::{Event, MemberName, Node};
use crate::text::Text;

const USER_IDENTITY: MemberName = MemberName::named("userIdentity");

/// The `userIdentity` of a record, its members found in one walk.
#[derive(Clone, Copy, Default)]
pub struct Identity<'e> {
    /// `IAMUser`, `AssumedRole`, `AWSService`, …
    pub kind: Option<Text<'e>>,
    /// `AIDA…`, `AROA…:session`, an account id for root.
    pub principal_id: Option<Text<'e>>,
    /// The ARN as recorded: for a role session that of the session.
    pub arn: Option<Text<'e>>,
    /// The account of the identity.
    pub account_id: Option<Text<'e>>,
    /// `AKIA…` or `ASIA…`.
    pub access_key_id: Option<Text<'e>>,
    /// The user's name, where the type has one.
    pub user_name: Option<Text<'e>>,
    /// The service that acted, or acted for the caller.
    pub invoked_by: Option<Text<'e>>,
    issuer: Option<Node<'e>>,
}

impl<'e> Identity<'e> {
    /// Reads the members of a `userIdentity` object. Empty strings count as absent.
    pub fn of(node: Node<'e>) -> Self {
        let mut identity = Identity::default();
        node.for_each_member(|key, value| {
            let slot = match &*key.to_str() {
                "type" => &mut identity.kind,
                "principalId" => &mut identity.principal_id,
                "arn" => &mut identity.arn,
                "accountId" => &mut identity.account_id,
                "accessKeyId" => &mut identity.access_key_id,
                "userName" => &mut identity.user_name,
                "invokedBy" => &mut identity.invoked_by,
                "sessionContext" => {
                    identity.issuer = identity.issuer.or_else(|| value.get("sessionIssuer"));
                    return true;
                }
                _ => return true,
            };
            if slot.is_none() {
                *slot = value.some_text();
            }
            true
        });
        identity
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.is_some_and(|k| k.eq_str(kind))
    }

    /// True for a session of a role.
    pub fn is_role_session(&self) -> bool {
        self.is("AssumedRole")
            || self
                .arn
                .is_some_and(|arn| arn.to_str().contains(":assumed-role/"))
    }

    /// A member of `sessionContext.sessionIssuer`.
    pub fn issuer(&self, name: &str) -> Option<Text<'e>> {
        self.issuer?.get(name)?.some_text()
    }

    /// The ARN of the role of a role session: the issuer's, or, if it is not recorded, the one
    /// that the session's ARN names (a role's path is not part of that).
    pub fn role_arn(&self) -> Option<Cow<'e, str>> {
        if let Some(arn) = self.issuer("arn") {
            return Some(arn.to_str());
        }
        let arn = self.arn?.to_str();
        let (head, role, _) = assumed_role(&arn)?;
        let head = head.replacen(":sts:", ":iam:", 1);
        Some(Cow::Owned(format!("{head}:role/{role}")))
    }

    /// The name of the role of a role session.
    pub fn role_name(&self) -> Option<Cow<'e, str>> {
        if let Some(name) = self.issuer("userName") {
            return Some(name.to_str());
        }
        let arn = self.arn?.to_str();
        assumed_role(&arn).map(|(_, role, _)| Cow::Owned(role.to_owned()))
    }

    /// The session's name, for sessions of roles and of federated users.
    pub fn session(&self) -> Option<Cow<'e, str>> {
        if !self.is_role_session() && !self.is("FederatedUser") {
            return None;
        }
        if let Some(id) = self.principal_id {
            let id = id.to_str();
            if let Some((_, session)) = id.split_once(':')
                && !session.is_empty()
            {
                return Some(Cow::Owned(session.to_owned()));
            }
        }
        let arn = self.arn?.to_str();
        let (_, session) = arn.rsplit_once('/')?;
        (!session.is_empty()).then(|| Cow::Owned(session.to_owned()))
    }

    /// The identity that is stable across sessions: the role's ARN for a role session, else the first present of ARN,
    /// service, principal id, account and type.
    pub fn principal(&self) -> Option<Cow<'e, str>> {
        if self.is_role_session()
            && let Some(role) = self.role_arn()
        {
            return Some(role);
        }
        [
            self.arn,
            self.invoked_by,
            self.principal_id,
            self.account_id,
            self.kind,
        ]
        .into_iter()
        .flatten()
        .next()
        .map(|text| text.to_str())
    }

    /// The `Username` that `lookup-events` prints.
    pub fn username(&self) -> Option<Cow<'e, str>> {
        let kind = self.kind?.to_str();
        match &*kind {
            "Root" => Some(Cow::Borrowed("root")),
            "AssumedRole" | "FederatedUser" => self.session(),
            // A role that a service uses: only the principal id contains its session.
            "Role" => {
                let id = self.principal_id?.to_str();
                let (_, session) = id.split_once(':')?;
                (!session.is_empty()).then(|| Cow::Owned(session.to_owned()))
            }
            "IAMUser" | "SAMLUser" | "WebIdentityUser" | "IdentityCenterUser" | "Directory" => {
                self.user_name.map(|name| name.to_str())
            }
            _ => None,
        }
    }
}

/// The text that CloudTrail writes in place of a hidden value.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// True for a masked access key id: `***`, `xxxxxxxx`, `[REDACTED]`. Ids of keys are letters, digits and `_` (type `accessKeyIdType` of the IAM API).
pub fn is_masked(key: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !key.bytes().all(is_word)
        || key.bytes().all(|byte| matches!(byte, b'x' | b'X' | b'_'))
        || [HIDDEN, "REDACTED"]
            .iter()
            .any(|mask| key.eq_ignore_ascii_case(mask))
}

/// True for a masked event id, `xxxxxxxx-xxxx-…` or `[REDACTED]`, which all masked events share. Ids are UUIDs, and nearly
/// all of them have a digit near the beginning.
pub fn is_masked_id(id: &[u8]) -> bool {
    if id.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let letters = || id.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters().all(|byte| byte.eq_ignore_ascii_case(&b'x'))
        || letters().map(u8::to_ascii_lowercase).eq(*b"redacted")
}

/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` → (`arn:aws:sts::ACCOUNT`, `ROLE`, `SESSION`).
fn assumed_role(arn: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = arn.split_once(":assumed-role/")?;
    let (role, session) = rest.split_once('/').unwrap_or((rest, ""));
    (!role.is_empty()).then_some((head, role, session))
}

impl Event<'_> {
    /// The identity that acted; `None` if the record has none or is unreadable.
    pub fn identity(&self) -> Option<Identity<'_>> {
        let node = self.record_member(USER_IDENTITY)?;
        node.is_object().then(|| Identity::of(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Escaping;

    fn identity(json: &str) -> Identity<'_> {
        Identity::of(Node::new(json.as_bytes(), Escaping::Raw))
    }

    #[test]
    fn a_mask_is_no_id() {
        for mask in [
            "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "XXX",
            "***",
            "[REDACTED]",
            "<Redacted>",
            "-",
        ] {
            assert!(is_masked_id(mask.as_bytes()), "{mask}");
        }
        for id in [
            "a",
            "x1",
            "ffffffff-ffff-ffff-ffff-fffffffffff0",
            "redacted-2",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(!is_masked_id(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn a_role_session_is_its_role_whatever_the_session() {
        let with_issuer = identity(
            r#"{"type":"AssumedRole","principalId":"AROAX:ci-1","arn":"arn:aws:sts::1:assumed-role/D/ci-1",
            "sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::1:role/path/D","userName":"D"}}}"#,
        );
        assert_eq!(
            with_issuer.principal().unwrap(),
            "arn:aws:iam::1:role/path/D"
        );
        assert_eq!(with_issuer.session().unwrap(), "ci-1");
        assert_eq!(with_issuer.username().unwrap(), "ci-1");
        let without = identity(
            r#"{"type":"AssumedRole","arn":"arn:aws-cn:sts::1:assumed-role/D/a@b.c","principalId":"AROAX"}"#,
        );
        assert_eq!(without.principal().unwrap(), "arn:aws-cn:iam::1:role/D");
        assert_eq!(without.role_name().unwrap(), "D");
        assert_eq!(without.session().unwrap(), "a@b.c");
    }

    #[test]
    fn others_are_the_first_name_there_is() {
        let cases = [
            (
                r#"{"type":"IAMUser","arn":"arn:u","userName":"al"}"#,
                "arn:u",
                Some("al"),
            ),
            (
                r#"{"type":"Root","principalId":"1","arn":"arn:r"}"#,
                "arn:r",
                Some("root"),
            ),
            (
                r#"{"type":"AWSService","invokedBy":"x.amazonaws.com"}"#,
                "x.amazonaws.com",
                None,
            ),
            (
                r#"{"type":"AWSAccount","principalId":"AIDA","accountId":"9"}"#,
                "AIDA",
                None,
            ),
            (
                r#"{"accountId":"9","invokedBy":"AWS Internal"}"#,
                "AWS Internal",
                None,
            ),
            (r#"{"type":"Unknown","principalId":""}"#, "Unknown", None),
            (
                r#"{"type":"Role","principalId":"AROAX:batch","arn":"arn:aws:iam::1:role/Batch"}"#,
                "arn:aws:iam::1:role/Batch",
                Some("batch"),
            ),
            (
                r#"{"type":"SAMLUser","principalId":"p:c","userName":"c@d"}"#,
                "p:c",
                Some("c@d"),
            ),
        ];
        for (json, principal, username) in cases {
            let identity = identity(json);
            assert_eq!(identity.principal().unwrap(), principal, "{json}");
            assert_eq!(identity.username().as_deref(), username, "{json}");
        }
        assert!(identity("{}").principal().is_none());
    }
}
