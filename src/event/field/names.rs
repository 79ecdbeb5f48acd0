//! The names of fields: CloudTrail's members, the computed fields, the words of the selection flags.

use super::{Computed, FieldSource};
use crate::event::path::Step;
use crate::event::{ENVELOPE, MemberName, Path, RECORD};

const COMPUTED: [(&str, Computed); 11] = [
    ("principal", Computed::Principal),
    ("session", Computed::Session),
    ("service", Computed::Service),
    ("outcome", Computed::Outcome),
    ("date", Computed::Date),
    ("hour", Computed::Hour),
    ("account", Computed::Account),
    ("resource", Computed::Resource),
    ("file", Computed::File),
    ("offset", Computed::Offset),
    (EVENT, Computed::Event),
];

/// The whole event. It is not listed among the fields that occur: its only example would be the event itself.
const EVENT: &str = "event";

/// Words of the selection flags that are another name of a field. `account` and `resource` are computed fields.
const WORDS: [(&str, &str); 9] = [
    ("key", "AccessKeyId"),
    ("who", "principal"),
    ("source", "EventSource"),
    ("name", "EventName"),
    ("region", "awsRegion"),
    ("ip", "sourceIPAddress"),
    ("id", "EventId"),
    ("error", "errorCode"),
    ("time", "EventTime"),
];

/// Paths below the members whose content CloudTrail specifies ("CloudTrail userIdentity element" and "CloudTrail record
/// contents" in the CloudTrail user guide, type `Resource` of the `LookupEvents` API), so that their case can be
/// corrected. Elements of lists have no step of their own here.
const BELOW: [&str; 37] = [
    "userIdentity.type",
    "userIdentity.principalId",
    "userIdentity.arn",
    "userIdentity.accountId",
    "userIdentity.accessKeyId",
    "userIdentity.userName",
    "userIdentity.invokedBy",
    "userIdentity.identityProvider",
    "userIdentity.credentialId",
    "userIdentity.onBehalfOf.userId",
    "userIdentity.onBehalfOf.identityStoreArn",
    "userIdentity.sessionContext.sessionIssuer.type",
    "userIdentity.sessionContext.sessionIssuer.principalId",
    "userIdentity.sessionContext.sessionIssuer.arn",
    "userIdentity.sessionContext.sessionIssuer.accountId",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.sessionContext.attributes.creationDate",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "userIdentity.sessionContext.webIdFederationData.federatedProvider",
    "userIdentity.sessionContext.webIdFederationData.attributes",
    "userIdentity.sessionContext.sourceIdentity",
    "userIdentity.sessionContext.ec2RoleDelivery",
    "userIdentity.sessionContext.assumedRoot",
    "userIdentity.inScopeOf.sourceArn",
    "userIdentity.inScopeOf.sourceAccount",
    "userIdentity.inScopeOf.issuerType",
    "userIdentity.inScopeOf.credentialsIssuedTo",
    "resources.ARN",
    "resources.accountId",
    "resources.type",
    "Resources.ResourceName",
    "Resources.ResourceType",
    "tlsDetails.tlsVersion",
    "tlsDetails.cipherSuite",
    "tlsDetails.clientProvidedHostHeader",
    "addendum.reason",
    "addendum.updatedFields",
];

/// The names that need no leading dot: the envelope's members, the computed fields, the record's members. [`words`] are
/// other names for some of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    let computed = COMPUTED.iter().map(|(name, _)| *name);
    let computed = computed.filter(|name| *name != EVENT);
    ENVELOPE.into_iter().chain(computed).chain(RECORD)
}

/// The words of `WORDS`, and `event`.
pub fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, _)| *word).chain([EVENT])
}

/// The name of a computed field.
pub(super) fn computed(wanted: Computed) -> &'static str {
    let found = COMPUTED.iter().find(|(_, computed)| *computed == wanted);
    found.map_or("", |(name, _)| name)
}

/// Whether two names are equal except for case, `_` and `-`.
fn is_same(a: &str, b: &str) -> bool {
    let letters = |name: &str| -> Vec<u8> {
        let bytes = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        bytes.map(|byte| byte.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}

/// The known first name that was meant. Envelope names come first, so that `eventname` is `EventName`, which is derived
/// if the envelope is missing.
pub(super) fn find(typed: &str, is_exact: bool) -> Option<&'static str> {
    let all = || names().chain(words());
    let exact = all().find(|name| *name == typed);
    exact.or_else(|| all().find(|name| !is_exact && is_same(name, typed)))
}

/// What a computed field or a flag's word stands for; `None` for a member of the envelope or the record.
pub(super) fn meaning(known: &str) -> Option<FieldSource> {
    let word = WORDS.iter().find(|(word, _)| *word == known);
    let target = word.map_or(known, |(_, target)| target);
    if let Some((_, computed)) = COMPUTED.iter().find(|(name, _)| *name == target) {
        return Some(FieldSource::Computed(*computed));
    }
    let key = MemberName::of(target.as_bytes());
    word.map(|_| super::member(key, Path::default()))
}

/// Corrects the case of the names below a member, as far as CloudTrail specifies them. True if a name was changed.
pub(super) fn respell(first: &str, path: &mut Path) -> bool {
    let mut is_changed = false;
    let mut parent = first.to_owned();
    for step in path.steps_mut() {
        let Step::Name(name) = step else { continue };
        let below = below(&parent);
        let exact = below.iter().any(|known| known == name);
        let same = below.into_iter().find(|known| is_same(known, name));
        if let Some(known) = same.filter(|_| !exact) {
            known.clone_into(name);
            is_changed = true;
        }
        if parent == "CloudTrailEvent" {
            parent.clone_from(name);
        } else {
            parent.push('.');
            parent.push_str(name);
        }
    }
    is_changed
}

/// The names that CloudTrail specifies below a member.
fn below(parent: &str) -> Vec<&'static str> {
    if parent == "CloudTrailEvent" {
        return RECORD.to_vec();
    }
    let paths = BELOW.iter();
    let rests = paths.filter_map(|path| path.strip_prefix(parent)?.strip_prefix('.'));
    rests.filter_map(|rest| rest.split('.').next()).collect()
}

/// The names that are most similar to an unknown first name, and the path of a member that is below another one.
pub(super) fn suggestions(typed: &str) -> Vec<&'static str> {
    let below = BELOW.into_iter().filter(|path| {
        path.rsplit('.')
            .next()
            .is_some_and(|last| is_same(last, typed))
    });
    let typed = typed.to_ascii_lowercase();
    let mut scored: Vec<_> = names()
        .chain(words())
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&typed, &name.to_ascii_lowercase());
            (distance, name)
        })
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .collect();
    scored.sort();
    let similar = scored.into_iter().map(|(_, name)| name);
    below.chain(similar).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Field;
    use super::*;

    fn name(typed: &str) -> Option<String> {
        Field::parse(typed)
            .ok()
            .map(|field| field.name().to_owned())
    }

    #[test]
    fn a_name_is_found_without_regard_to_case_and_printed_in_its_usual_spelling() {
        for (typed, spelled) in [
            ("EventName", "EventName"),
            ("eventName", "eventName"),
            ("eventname", "EventName"),
            ("EVENT_NAME", "EventName"),
            ("event-name", "EventName"),
            ("readonly", "ReadOnly"),
            ("Principal", "principal"),
            ("KEY", "key"),
            ("sourceipaddress", "sourceIPAddress"),
            ("source_ip_address", "sourceIPAddress"),
            ("useridentity.Arn", "userIdentity.arn"),
            (
                "userIdentity.SESSIONCONTEXT.attributes.MfaAuthenticated",
                "userIdentity.sessionContext.attributes.mfaAuthenticated",
            ),
            ("resources[].arn", "resources[].ARN"),
            ("RESOURCES[0].resourcename", "Resources[0].ResourceName"),
            (
                "requestparameters.bucketName",
                "requestParameters.bucketName",
            ),
            (
                "requestParameters.BucketName",
                "requestParameters.BucketName",
            ),
            ("cloudtrailevent.eventname", "CloudTrailEvent.eventName"),
            (
                "CloudTrailEvent.useridentity.ARN",
                "CloudTrailEvent.userIdentity.arn",
            ),
            // A name in quotes or after a leading dot is used exactly as it is typed.
            ("userIdentity.\"Arn\"", "userIdentity.\"Arn\""),
            (".eventname", ".eventname"),
            ("\"EventName\"", "\"EventName\""),
            (
                "requestParameters.\"a.b\"[0]",
                "requestParameters.\"a.b\"[0]",
            ),
            ("requestparameters.x[1][]", "requestParameters.x[1][]"),
        ] {
            assert_eq!(name(typed).as_deref(), Some(spelled), "{typed}");
        }
        for typed in [
            "\"eventname\"",
            "key.x",
            "resource[]",
            "principal.arn",
            "nosuch",
            "",
            ".",
        ] {
            assert_eq!(name(typed), None, "{typed}");
        }
    }

    #[test]
    fn each_word_stands_for_a_field_and_names_do_not_collide() {
        for (word, target) in WORDS {
            let field = Field::parse(word).unwrap();
            assert_eq!((field.name(), field.defined_as()), (word, target));
        }
        let mut all: Vec<_> = names().chain(words()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for path in BELOW {
            assert_eq!(name(path).as_deref(), Some(path));
            assert_eq!(
                name(&path.to_uppercase()).as_deref().map(str::to_lowercase),
                Some(path.to_lowercase())
            );
        }
    }

    #[test]
    fn an_unknown_name_suggests_similar_names_and_the_path_of_a_member() {
        assert_eq!(suggestions("requestParamters"), ["requestParameters"]);
        assert_eq!(suggestions("arn")[0], "userIdentity.arn");
        assert!(suggestions("zzzzzzzz").is_empty());
    }
}
