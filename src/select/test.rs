//! The test of an event by one flag.

use super::names::matches_source;
use super::who::each_name;
use super::{Addresses, CallNames, Sessions, WordSet};
use crate::event::{Event, MemberName, Outcome};
use crate::text::Text;
use crate::time::Window;

/// The property that a flag tests, and the accepted values.
#[derive(Clone, Debug)]
pub enum Test {
    /// The event's id.
    Id(WordSet),
    /// The access key id.
    AccessKey(WordSet),
    /// The service called, with or without `.amazonaws.com`.
    Source(WordSet),
    /// The call, alone or as `service:EventName`.
    Name(CallNames),
    /// Since, until.
    Time(Window),
    /// Read-only, or writing.
    ReadOnly {
        /// Reads are accepted.
        read: bool,
        /// Writes are accepted.
        write: bool,
    },
    /// Region of the call.
    Region(WordSet),
    /// The recipient's account, or the identity's.
    Account(WordSet),
    /// The source address.
    Address(Addresses),
    /// Any name that the actor has.
    Who(WordSet),
    /// Any resource name or ARN.
    Resource(WordSet),
    /// One of these outcomes.
    Outcome(Vec<Outcome>),
    /// The error code.
    Error(WordSet),
    /// Sessions that the first pass found.
    Sessions(Sessions),
}

const REGION: MemberName = MemberName::named("awsRegion");
const RECIPIENT: MemberName = MemberName::named("recipientAccountId");
const ADDRESS: MemberName = MemberName::named("sourceIPAddress");

impl Test {
    /// Cheaper tests are evaluated first: the envelope before the record.
    pub(super) fn cost(&self) -> u8 {
        match self {
            Test::Id(_) => 0,
            Test::AccessKey(_) => 10,
            Test::Sessions(sessions) if !sessions.has_names() => 12,
            Test::Sessions(_) => 105,
            Test::Source(_) => 20,
            Test::Name(_) => 30,
            Test::Time(_) => 40,
            Test::ReadOnly { .. } => 50,
            Test::Region(_) => 60,
            Test::Account(_) => 70,
            Test::Address(_) => 80,
            Test::Error(_) => 90,
            Test::Outcome(_) => 100,
            Test::Who(_) => 110,
            Test::Resource(_) => 120,
        }
    }

    /// The fields that are looked at.
    pub(super) fn fields(&self) -> &'static [&'static str] {
        match self {
            Test::Id(_) => &["EventId"],
            Test::AccessKey(_) => &["AccessKeyId"],
            Test::Sessions(sessions) if sessions.has_names() => &["AccessKeyId", "userIdentity"],
            Test::Sessions(_) => &["AccessKeyId"],
            Test::Source(_) => &["EventSource"],
            Test::Name(names) if names.has_services() => &["EventName", "EventSource"],
            Test::Name(_) => &["EventName"],
            Test::Time(_) => &["EventTime"],
            Test::ReadOnly { .. } => &["ReadOnly"],
            Test::Region(_) => &["awsRegion"],
            Test::Account(_) => &["recipientAccountId", "userIdentity.accountId"],
            Test::Address(_) => &["sourceIPAddress"],
            Test::Who(_) => &["AccessKeyId", "Username", "userIdentity"],
            Test::Resource(_) => &["Resources[].ResourceName", "resources[].ARN"],
            Test::Outcome(_) => &["outcome"],
            Test::Error(_) => &["errorCode"],
        }
    }

    pub(super) fn matches(&self, event: &Event<'_>) -> bool {
        match self {
            Test::Id(words) => any(words, event.id()),
            Test::AccessKey(words) => any(words, event.access_key_id()),
            Test::Source(words) => event
                .source_name()
                .is_some_and(|source| matches_source(&source.to_str(), |part| words.matches(part))),
            Test::Name(names) => event.call_name().is_some_and(|name| {
                let source = names.has_services().then(|| event.source_name()).flatten();
                let source = source.map(|source| source.to_str());
                names.matches(&name.to_str(), source.as_deref())
            }),
            Test::Time(window) => event.time().is_some_and(|moment| window.contains(moment)),
            Test::ReadOnly { read, write } => match event.read_only() {
                Some(true) => *read,
                Some(false) => *write,
                None => false,
            },
            Test::Region(words) => any(words, text(event, REGION)),
            Test::Account(words) => {
                any(words, text(event, RECIPIENT))
                    || any(words, event.identity().and_then(|who| who.account_id))
            }
            Test::Address(addresses) => {
                text(event, ADDRESS).is_some_and(|address| addresses.matches(&address.to_str()))
            }
            Test::Who(words) => {
                let mut hit = false;
                each_name(event, &mut |name| {
                    hit = words.matches(name);
                    hit
                });
                hit
            }
            Test::Resource(words) => event.any_resource(|name| words.matches(name)),
            Test::Outcome(outcomes) => event
                .outcome()
                .is_some_and(|outcome| outcomes.contains(&outcome)),
            Test::Error(words) => any(words, event.error_code()),
            Test::Sessions(sessions) => sessions.hold(event),
        }
    }

    /// The values that this test compares, to find the nearest one.
    pub(super) fn values(&self, event: &Event<'_>, each: &mut dyn FnMut(&str)) {
        let mut give = |text: Option<Text<'_>>| {
            if let Some(text) = text {
                each(&text.to_str());
            }
        };
        match self {
            Test::AccessKey(_) => give(event.access_key_id()),
            Test::Source(_) => give(event.source_name()),
            Test::Name(_) => give(event.call_name()),
            Test::Region(_) => give(text(event, REGION)),
            Test::Account(_) => {
                give(text(event, RECIPIENT));
                give(event.identity().and_then(|who| who.account_id));
            }
            Test::Address(_) => give(text(event, ADDRESS)),
            Test::Error(_) => give(event.error_code()),
            Test::Who(_) => each_name(event, &mut |name| {
                each(name);
                false
            }),
            // Similar ids mean nothing, nobody types the keys of sessions, and there are too many resources to keep.
            Test::Id(_)
            | Test::Sessions(_)
            | Test::Resource(_)
            | Test::Time(_)
            | Test::ReadOnly { .. }
            | Test::Outcome(_) => {}
        }
    }

    /// The values that were typed without wildcards.
    pub(super) fn literals(&self) -> Vec<&str> {
        match self {
            Test::Id(words)
            | Test::AccessKey(words)
            | Test::Source(words)
            | Test::Region(words)
            | Test::Account(words)
            | Test::Who(words)
            | Test::Resource(words)
            | Test::Error(words) => words.literals().collect(),
            Test::Name(names) => names.literals().collect(),
            Test::Address(_)
            | Test::Time(_)
            | Test::ReadOnly { .. }
            | Test::Outcome(_)
            | Test::Sessions(_) => Vec::new(),
        }
    }
}

fn any(words: &WordSet, text: Option<Text<'_>>) -> bool {
    text.is_some_and(|text| words.matches(&text.to_str()))
}

fn text<'e>(event: &'e Event<'_>, key: MemberName) -> Option<Text<'e>> {
    event.record_member(key)?.some_text()
}
