//! What the `errorMessage` of a denial says: the IAM action, the resource, and the policy that refused.
//!
//! Forms: "Troubleshoot access denied error messages" in the IAM user guide, "DecodeAuthorizationMessage" in the STS
//! API reference, and messages of public CloudTrail data. The word "policy" is optional, and everything after the
//! action as well.
//!
//! Not for: whether a call was denied (`event`).

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// How a policy denied a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DenyEffect {
    /// A policy contains a `Deny` statement for it.
    Explicit,
    /// No policy allows it.
    Implicit,
}

impl DenyEffect {
    /// The word that is printed.
    pub const fn name(self) -> &'static str {
        match self {
            DenyEffect::Explicit => "explicit",
            DenyEffect::Implicit => "implicit",
        }
    }
}

/// The parts of the `errorMessage` of a denied call. A part is null if the message does not contain it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DenialMessage {
    /// The IAM action: `ec2:RunInstances`.
    pub action: Option<String>,
    /// The resource: an ARN or `*`.
    pub resource: Option<String>,
    /// Whether a policy denies it or no policy allows it.
    pub effect: Option<DenyEffect>,
    /// Kind of the policy: `identity-based`, `service control`, `permissions boundary`, …
    pub policy_kind: Option<String>,
    /// ARN of the policy.
    pub policy_arn: Option<String>,
    /// The reason in the words of the message, if it names no kind of policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// True if the rest of the message is encoded. `aws sts decode-authorization-message` decodes it.
    pub encoded: bool,
}

/// The text before the encoded part.
const ENCODED: &str = "Encoded authorization failure message:";
const SENTENCE: &str = "is not authorized to perform";
/// Of `Not authorized to perform sts:AssumeRoleWithWebIdentity`, too.
const PERFORM: &str = "ot authorized to perform";
/// The suffix that AWS's own clients add to the message of a service: the id of the request, which differs each time.
const CLIENT: &str = " (Service: ";

/// The part of a message that is equal for all callers with the same denied call: without the name before it, and
/// without what is encoded or of one request.
pub(super) fn common(message: &str) -> &str {
    let ends = [ENCODED, CLIENT]
        .iter()
        .filter_map(|it| Some(message.find(it)? + it.len()));
    let message = ends.min().map_or(message, |end| &message[..end]);
    match message.find(SENTENCE) {
        Some(at) if message[..at].contains("User: ") => &message[at..],
        _ => message,
    }
}

/// A [`common`] part for people.
pub(super) fn shown(common: &str) -> &str {
    common.strip_suffix(CLIENT).unwrap_or(common)
}

/// What the events with a [`common`] part satisfy.
pub(super) fn condition(common: &str) -> String {
    let escaped = super::command::escaped(common);
    let before = if common.starts_with(SENTENCE) {
        "(?s)^.*User: .*"
    } else {
        "(?s)^"
    };
    let is_cut = [ENCODED, CLIENT].iter().any(|it| common.ends_with(it));
    let after = if is_cut { "" } else { "$" };
    let regex = format!("{before}{escaped}{after}");
    format!("errorMessage ~ {}", super::command::quoted(&regex))
}

impl DenialMessage {
    /// Reads a message, or the common part of it.
    pub fn read(message: &str) -> DenialMessage {
        let mut said = DenialMessage {
            encoded: message.contains(ENCODED),
            ..DenialMessage::default()
        };
        let Some(rest) = after_the_verb(message) else {
            return said;
        };
        let rest = rest.split(ENCODED).next().unwrap_or_default();
        let rest = rest.split(CLIENT).next().unwrap_or_default();
        let (action, mut rest) = first_word(rest);
        let action = action.trim_end_matches(['.', ',']);
        said.action = action.contains(':').then(|| action.to_owned());
        let named = rest.trim_start().strip_prefix("on resource");
        let named = named.and_then(|it| it.strip_prefix("s:").or_else(|| it.strip_prefix(':')));
        if let Some(after) = named {
            let after = after.trim_start();
            let cut = [" because ", " with an explicit deny"]
                .iter()
                .filter_map(|word| after.find(word))
                .min();
            let cut = cut.unwrap_or_else(|| after.find(". ").unwrap_or(after.len()));
            let (resource, after) = after.split_at(cut);
            let resource = resource.trim().trim_end_matches(['.', ',']);
            // S3 writes it between quotation marks.
            let inner = resource
                .strip_prefix('"')
                .and_then(|it| it.strip_suffix('"'));
            let resource = inner.unwrap_or(resource);
            said.resource = (!resource.is_empty()).then(|| resource.to_owned());
            rest = after;
        }
        said.policy(rest);
        said
    }

    /// Reads `because no … policy allows …`, or `with an explicit deny in a … policy: ARN`.
    fn policy(&mut self, text: &str) {
        let (effect, after) = if let Some((_, after)) = text.split_once("with an explicit deny") {
            (DenyEffect::Explicit, after)
        } else if let Some((_, after)) = text.split_once("because no ") {
            (DenyEffect::Implicit, after)
        } else {
            let reason = text.split_once("because ").map_or("", |(_, reason)| reason);
            let reason = reason.trim().trim_end_matches('.');
            self.reason = (!reason.is_empty()).then(|| reason.to_owned());
            return;
        };
        self.effect = Some(effect);
        let after = match effect {
            DenyEffect::Implicit => after.split(" allow").next().unwrap_or_default(),
            DenyEffect::Explicit => {
                let named = after.trim_start().strip_prefix("in ").unwrap_or_default();
                let articles = ["a ", "an ", "the "].iter();
                let named = articles.filter_map(|it| named.strip_prefix(it)).next();
                named.unwrap_or_default()
            }
        };
        let (kind, arn) = after
            .split_once(": ")
            .map_or((after, ""), |(kind, arn)| (kind, arn));
        let kind = kind.trim().trim_end_matches(['.', ':']);
        let kind = kind
            .strip_suffix(" policy")
            .or_else(|| kind.strip_suffix(" policies"))
            .unwrap_or(kind);
        self.policy_kind = (!kind.is_empty()).then(|| kind.to_owned());
        let arn = arn.split_whitespace().next().unwrap_or_default();
        let arn = arn.trim_end_matches(['.', ',']);
        self.policy_arn = arn.starts_with("arn:").then(|| arn.to_owned());
    }
}

/// The text after `not authorized to perform`, from the action on: a message may say that twice, and first of "this
/// operation" alone.
fn after_the_verb(message: &str) -> Option<&str> {
    let after = |at: usize, verb: &str| {
        let rest = &message[at + verb.len()..];
        rest.trim_start_matches(':').trim_start()
    };
    let mut all = message
        .match_indices(PERFORM)
        .map(|(at, verb)| after(at, verb));
    let with_action = all.find(|rest| first_word(rest).0.trim_end_matches('.').contains(':'));
    with_action.or_else(|| message.find(SENTENCE).map(|at| after(at, SENTENCE)))
}

fn first_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(
        action: &str,
        resource: &str,
        effect: Option<DenyEffect>,
        kind: &str,
        arn: &str,
    ) -> DenialMessage {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        DenialMessage {
            action: some(action),
            resource: some(resource),
            effect,
            policy_kind: some(kind),
            policy_arn: some(arn),
            reason: None,
            encoded: false,
        }
    }

    #[test]
    fn every_kind_of_policy_is_read_whether_the_word_is_there_or_not() {
        let user = "User: arn:aws:iam::123456789012:user/a is not authorized to perform: ";
        let implicit = Some(DenyEffect::Implicit);
        for (kind, written) in [
            ("identity-based", "identity-based policy"),
            ("resource-based", "resource-based policy"),
            ("permissions boundary", "permissions boundary"),
            ("session", "session policy"),
            ("service control", "service control policy"),
            ("resource control", "resource control policy"),
            ("VPC endpoint", "VPC endpoint policy"),
        ] {
            let message = format!(
                "{user}s3:GetObject on resource: arn:aws:s3:::b/k because no {written} allows the s3:GetObject action"
            );
            let expected = said("s3:GetObject", "arn:aws:s3:::b/k", implicit, kind, "");
            assert_eq!(DenialMessage::read(&message), expected, "{message}");
            assert_eq!(DenialMessage::read(common(&message)), expected, "{message}");
            let arn = "arn:aws:organizations::1:policy/o-x/service_control_policy/p-y";
            let explicit = Some(DenyEffect::Explicit);
            for (after, arn) in [(String::new(), ""), (format!(": {arn}"), arn)] {
                let a = if kind.starts_with('i') { "an" } else { "a" };
                let message = format!(
                    "{user}kms:Decrypt on resource: * with an explicit deny in {a} {written}{after}"
                );
                let expected = said("kms:Decrypt", "*", explicit, kind, arn);
                assert_eq!(DenialMessage::read(&message), expected, "{message}");
            }
        }
    }

    #[test]
    fn parts_that_a_message_lacks_are_missing() {
        let user = "User: x is not authorized to perform: ";
        for (message, expected) in [
            ("Access Denied", DenialMessage::default()),
            ("", DenialMessage::default()),
            (
                "User: x is not authorized to perform: sts:AssumeRole",
                said("sts:AssumeRole", "", None, "", ""),
            ),
            (
                &*format!("{user}iam:X on resource: arn:r with an explicit deny"),
                said("iam:X", "arn:r", Some(DenyEffect::Explicit), "", ""),
            ),
            (
                &*format!("{user}iam:X because no identity-based policy allows the iam:X action"),
                said(
                    "iam:X",
                    "",
                    Some(DenyEffect::Implicit),
                    "identity-based",
                    "",
                ),
            ),
            (
                &*format!(
                    "{user}iam:X on resource: user a b c because no permissions boundary allows the iam:X action"
                ),
                said(
                    "iam:X",
                    "user a b c",
                    Some(DenyEffect::Implicit),
                    "permissions boundary",
                    "",
                ),
            ),
        ] {
            assert_eq!(DenialMessage::read(message), expected, "{message}");
        }
    }

    #[test]
    fn other_wordings_of_services_are_read() {
        let user = "User: arn:u is not authorized to perform: ";
        let (implicit, explicit) = (Some(DenyEffect::Implicit), Some(DenyEffect::Explicit));
        for (message, expected) in [
            (
                "Not authorized to perform sts:AssumeRoleWithWebIdentity".to_owned(),
                said("sts:AssumeRoleWithWebIdentity", "", None, "", ""),
            ),
            (
                format!("{user}sts:AssumeRole because no role trust policy allows the sts:AssumeRole action"),
                said("sts:AssumeRole", "", implicit, "role trust", ""),
            ),
            (
                format!("{user}sts:AssumeRole with an explicit deny in the role trust policy"),
                said("sts:AssumeRole", "", explicit, "role trust", ""),
            ),
            (
                format!(
                    "{user}s3:GetObject on resource: \"arn:aws:s3:::b/a k\" with an explicit deny in a resource-based policy"
                ),
                said("s3:GetObject", "arn:aws:s3:::b/a k", explicit, "resource-based", ""),
            ),
            (
                format!(
                    "{user}ssm:GetParameters on resource: arn:p with an explicit deny in a service control policy \
                     (Service: Ssm, Status Code: 400, Request ID: 1-2)"
                ),
                said("ssm:GetParameters", "arn:p", explicit, "service control", ""),
            ),
            (
                format!(
                    "{user}s3:PutBucketPolicy on resource: \"arn:b\" because public policies are prevented by the \
                     BlockPublicPolicy setting in S3 Block Public Access."
                ),
                DenialMessage {
                    reason: Some(
                        "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access"
                            .to_owned(),
                    ),
                    ..said("s3:PutBucketPolicy", "arn:b", None, "", "")
                },
            ),
        ] {
            assert_eq!(DenialMessage::read(&message), expected, "{message}");
            assert_eq!(DenialMessage::read(common(&message)), expected, "{message}");
        }
    }

    #[test]
    fn the_number_of_a_request_makes_no_other_denial() {
        let message = |id| format!("No (Service: Ssm, Request ID: {id})");
        assert_eq!(common(&message(1)), common(&message(2)));
        assert_eq!(shown(common(&message(1))), "No");
        let regex = condition(common(&message(1)));
        assert!(!regex.contains('$'), "{regex}");
    }

    #[test]
    fn an_encoded_message_is_marked_and_the_text_before_it_is_read() {
        let encoded = "You are not authorized to perform this operation. Encoded authorization failure message: 4nKZ-x";
        assert_eq!(
            DenialMessage::read(encoded),
            DenialMessage {
                encoded: true,
                ..DenialMessage::default()
            }
        );
        assert!(!common(encoded).contains("4nKZ"));
        let both = "You are not authorized to perform this operation. User: arn:u is not authorized to perform: \
                    ec2:RunInstances on resource: arn:aws:ec2:r:1:instance/* because no identity-based policy allows \
                    the ec2:RunInstances action. Encoded authorization failure message: 4nKZ-x";
        let expected = DenialMessage {
            encoded: true,
            ..said(
                "ec2:RunInstances",
                "arn:aws:ec2:r:1:instance/*",
                Some(DenyEffect::Implicit),
                "identity-based",
                "",
            )
        };
        assert_eq!(DenialMessage::read(both), expected);
        assert_eq!(DenialMessage::read(common(both)), expected);
    }
}
