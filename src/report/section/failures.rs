//! Section 4: what was denied, and what failed otherwise. Not for: reading messages (`report::denial`).

use super::{ModelBuilder, listed};
use crate::report::command::{all, is};
use crate::report::count::KeyCount;
use crate::report::denial::{self, DenialMessage};
use crate::report::model::{DeniedCall, FailedCall, FailureSection, TopRows};
use crate::report::observe::KeyKind;

/// Rows of a list.
const DENIED: usize = 60;
const FAILED: usize = 30;

/// The credentials were not accepted, whatever they may do. From AWS's common errors.
const NOT_AUTHENTICATED: [&str; 10] = [
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "MissingAuthenticationToken",
    "RequestExpired",
    "IncompleteSignature",
];

const THROTTLED: [&str; 8] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
    "RequestThrottled",
    "ProvisionedThroughputExceededException",
];

/// What kind of failure a code is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    NotAuthenticated,
    Throttled,
    Other,
}

fn why(code: &str, name: &str) -> Why {
    let code = code
        .strip_prefix("Client.")
        .or_else(|| code.strip_prefix("Server."))
        .unwrap_or(code);
    let is_one = |codes: &[&str]| codes.iter().any(|one| one.eq_ignore_ascii_case(code));
    if is_one(&NOT_AUTHENTICATED) || code.is_empty() && name == "ConsoleLogin" {
        Why::NotAuthenticated
    } else if is_one(&THROTTLED) {
        Why::Throttled
    } else {
        Why::Other
    }
}

impl ModelBuilder<'_> {
    pub(super) fn failures(&self) -> FailureSection {
        let denied = self.aggregate.of(KeyKind::Denied).to_vec();
        let mut whole = KeyCount::default();
        denied.iter().for_each(|(_, count)| whole.merge(count));
        FailureSection {
            all_denied: self.total(&whole, "outcome = denied"),
            denied: listed(denied, DENIED, |texts, count| self.denied(texts, count)),
            not_authenticated: self.failed(Why::NotAuthenticated),
            throttled: self.failed(Why::Throttled),
            other: self.failed(Why::Other),
        }
    }

    fn denied(&self, texts: &[String], count: &KeyCount) -> DeniedCall {
        let [source, name, code, message] = [0, 1, 2, 3].map(|nth| texts[nth].as_str());
        let says = match message {
            "" => is("errorMessage", ""),
            message => denial::condition(message),
        };
        let condition = all(&[
            is("EventSource", source),
            is("EventName", name),
            is("errorCode", code),
            says,
            "outcome = denied".to_owned(),
        ]);
        DeniedCall {
            source: source.to_owned(),
            name: name.to_owned(),
            code: code.to_owned(),
            said: DenialMessage::read(message),
            message: denial::shown(message).to_owned(),
            events: self.total(count, &condition),
            first: count.first.map(|first| self.time(first)),
            last: count.last.map(|last| self.time(last)),
        }
    }

    fn failed(&self, wanted: Why) -> TopRows<FailedCall> {
        let failed = self.aggregate.of(KeyKind::Failed).iter();
        let of_kind = failed.filter(|(texts, _)| why(&texts[0], &texts[2]) == wanted);
        listed(of_kind.cloned().collect(), FAILED, |texts, count| {
            let [code, source, name] = [0, 1, 2].map(|nth| texts[nth].as_str());
            let condition = all(&[
                is("EventSource", source),
                is("EventName", name),
                is("errorCode", code),
                "outcome = failed".to_owned(),
            ]);
            FailedCall {
                code: code.to_owned(),
                source: source.to_owned(),
                name: name.to_owned(),
                events: self.total(count, &condition),
                first: count.first.map(|first| self.time(first)),
                last: count.last.map(|last| self.time(last)),
            }
        })
    }
}
