//! Section 1: who acted. Not for: where sessions come from.

use std::collections::BTreeMap;

use super::{ModelBuilder, grouped, listed};
use crate::report::command::{all, equals, is};
use crate::report::count::KeyCount;
use crate::report::model::{
    ActorSection, Figure, IdentitySummary, NamedOutcomes, SharedCalls, Subject, TopRows,
};
use crate::report::observe::KeyKind;

/// Rows of a list.
const IDENTITIES: usize = 40;
const SUBJECTS: usize = 30;
const KEYS: usize = 20;

/// The texts of a key of [`Table::Faces`].
#[derive(Clone, Copy)]
enum Part {
    Kind = 1,
    Account = 2,
    Key = 3,
    IssuedSession = 4,
    UserName = 6,
    Mfa = 7,
    Console = 8,
    SourceIdentity = 9,
    InvokedBy = 10,
}

const MFA: &str = "userIdentity.sessionContext.attributes.mfaAuthenticated";

type Face<'f> = (&'f [String], &'f KeyCount);

impl ModelBuilder<'_> {
    pub(super) fn actors(&self) -> ActorSection {
        let mut faces: BTreeMap<&str, Vec<Face<'_>>> = BTreeMap::new();
        for (texts, count) in self.aggregate.of(KeyKind::Identities) {
            let face = (texts.as_slice(), count);
            faces.entry(&texts[0]).or_default().push(face);
        }
        let sums = faces.iter().map(|(principal, faces)| {
            let mut sum = KeyCount::default();
            faces.iter().for_each(|(_, count)| sum.merge(count));
            (*principal, sum)
        });
        let identities = listed(sums.collect(), IDENTITIES, |principal, sum| {
            let faces = faces.get(principal).map_or(&[][..], Vec::as_slice);
            self.identity(principal, sum, faces)
        });
        ActorSection {
            identities,
            key_origins: self.key_origins(),
            issued_sessions: self.issued_sessions(),
            federated_subjects: self.federated_subjects(),
            sign_ins: self.lines(
                self.aggregate.sign_ins.count,
                self.aggregate.sign_ins.numbers(),
                "EventSource = signin.amazonaws.com",
            ),
            shared_calls: self.shared_calls(),
        }
    }

    fn identity(&self, principal: &str, sum: &KeyCount, faces: &[Face<'_>]) -> IdentitySummary {
        let is_it = is_principal(principal);
        let texts = |part: Part| {
            let texts = faces.iter().map(|(texts, _)| texts[part as usize].clone());
            let mut texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
            texts.sort();
            texts.dedup();
            texts
        };
        let with = |part: Part, value: &str, field: &str| {
            let mut count = KeyCount::default();
            for (_, face) in faces.iter().filter(|(it, _)| it[part as usize] == value) {
                count.merge(face);
            }
            let condition = all(&[is_it.clone(), equals(field, value)]);
            self.total(&count, &condition)
        };
        IdentitySummary {
            principal: principal.to_owned(),
            types: texts(Part::Kind),
            accounts: texts(Part::Account),
            user_names: texts(Part::UserName),
            source_identities: texts(Part::SourceIdentity),
            invoked_by: texts(Part::InvokedBy),
            counts: self.counts(sum, &is_it),
            with_mfa: with(Part::Mfa, "true", MFA),
            without_mfa: with(Part::Mfa, "false", MFA),
            from_console: with(Part::Console, "true", "sessionCredentialFromConsole"),
            access_keys: self.parts(faces, Part::Key, "AccessKeyId", &is_it),
            sessions: self.parts(faces, Part::IssuedSession, "session", &is_it),
        }
    }

    /// The texts of a part that are there, with their events.
    fn parts(
        &self,
        faces: &[Face<'_>],
        part: Part,
        field: &str,
        is_it: &str,
    ) -> TopRows<NamedOutcomes> {
        let some = faces.iter().filter(|(it, _)| !it[part as usize].is_empty());
        let counted = grouped(some.map(|(texts, count)| (texts[part as usize].clone(), *count)));
        self.named(counted, KEYS, |name| {
            all(&[is_it.to_owned(), equals(field, name)])
        })
    }

    fn federated_subjects(&self) -> TopRows<Subject> {
        let subjects = self.aggregate.of(KeyKind::Subjects).to_vec();
        listed(subjects, SUBJECTS, |texts, count| {
            let [kind, provider, subject] = [0, 1, 2].map(|nth| texts[nth].as_str());
            let conditions = if kind == "provider" {
                let path = "userIdentity.sessionContext.webIdFederationData.federatedProvider";
                [is(path, provider), session(subject), String::new()]
            } else {
                [
                    is("userIdentity.type", kind),
                    is("userIdentity.identityProvider", provider),
                    is("userIdentity.userName", subject),
                ]
            };
            Subject {
                kind: kind.to_owned(),
                provider: provider.to_owned(),
                subject: subject.to_owned(),
                events: self.total(count, &all(&conditions)),
            }
        })
    }

    fn shared_calls(&self) -> TopRows<SharedCalls> {
        let shared = self.aggregate.of(KeyKind::Shared).to_vec();
        listed(shared, SUBJECTS, |texts, count| {
            let [caller, recipient] = [0, 1].map(|nth| texts[nth].as_str());
            let condition = all(&[
                "sharedEventID ~ '.'".to_owned(),
                is("userIdentity.accountId", caller),
                is("recipientAccountId", recipient),
            ]);
            let events: Figure = self.total(count, &condition);
            SharedCalls {
                caller: caller.to_owned(),
                recipient: recipient.to_owned(),
                events,
            }
        })
    }
}

fn is_principal(principal: &str) -> String {
    match principal {
        "" => "not exists principal".to_owned(),
        principal => equals("principal", principal),
    }
}

fn session(name: &str) -> String {
    match name {
        "" => "not exists session".to_owned(),
        name => equals("session", name),
    }
}
