//! One condition on an event, and how it is judged.
//!
//! Not for: how conditions combine (`mod`), what was typed (`cli`).

use std::net::IpAddr;

use ipnet::IpNet;

use super::Glob;
use crate::event::{Event, Key, Outcome};
use crate::text::Text;
use crate::time::Window;

/// What a condition looks at.
#[derive(Clone, Debug)]
pub enum Test {
    /// The event's id.
    Id(Vec<Glob>),
    /// The access key id.
    AccessKey(Vec<Glob>),
    /// The service called, with or without `.amazonaws.com`.
    Source(Vec<Glob>),
    /// The call, alone or as `service:EventName`.
    Name(Vec<NamePattern>),
    /// Since, until.
    Time(Window),
    /// Read-only, or writing.
    ReadOnly {
        /// Reads are wanted.
        read: bool,
        /// Writes are wanted.
        write: bool,
    },
    /// Region of the call.
    Region(Vec<Glob>),
    /// The recipient's account, or the identity's.
    Account(Vec<Glob>),
    /// The source address.
    Address(Vec<AddressPattern>),
    /// Any name that the actor has.
    Who(Vec<Glob>),
    /// Any resource name or ARN.
    Resource(Vec<Glob>),
    /// One of these outcomes.
    Outcome(Vec<Outcome>),
    /// The error code.
    Error(Vec<Glob>),
}

/// `EventName` or `service:EventName`.
#[derive(Clone, Debug)]
pub struct NamePattern {
    source: Option<Glob>,
    name: Glob,
}

impl NamePattern {
    /// Compiles a typed name.
    pub fn new(typed: &str) -> Self {
        match typed.split_once(':') {
            Some((source, name)) => NamePattern {
                source: Some(Glob::any_case(source)),
                name: Glob::any_case(name),
            },
            None => NamePattern {
                source: None,
                name: Glob::any_case(typed),
            },
        }
    }

    fn matches(&self, name: &str, source: Option<&str>) -> bool {
        self.name.matches(name)
            && self
                .source
                .as_ref()
                .is_none_or(|glob| source.is_some_and(|source| matches_source(glob, source)))
    }
}

/// An address, a block of addresses, or a pattern for a service's name.
#[derive(Clone, Debug)]
pub enum AddressPattern {
    /// Addresses, compared as such.
    Net(IpNet),
    /// Anything else that stands where an address does.
    Name(Glob),
}

impl AddressPattern {
    /// Compiles a typed address.
    ///
    /// # Errors
    /// For what looks like a block (`…/…`) or like an address and is none: it would match nothing.
    pub fn new(typed: &str) -> Result<Self, String> {
        if let Ok(address) = typed.parse::<IpAddr>() {
            return Ok(AddressPattern::Net(IpNet::from(address)));
        }
        if typed.contains('/') {
            return typed.parse().map(AddressPattern::Net).map_err(|_| {
                format!(
                    "`{typed}` is no block of addresses; they are written 203.0.113.0/24 or \
                     2001:db8::/32"
                )
            });
        }
        if looks_like_address(typed) {
            return Err(format!(
                "`{typed}` is no address; they are written 203.0.113.7 or 2001:db8::7, and part of \
                 one with a wildcard, 203.0.113.*, or as a block, 203.0.113.0/24"
            ));
        }
        Ok(AddressPattern::Name(Glob::any_case(typed)))
    }

    fn matches(&self, text: &str, address: Option<IpAddr>) -> bool {
        match self {
            AddressPattern::Net(net) => address.is_some_and(|address| net.contains(&address)),
            AddressPattern::Name(glob) => glob.matches(text),
        }
    }
}

/// Nothing but what addresses are made of; hexadecimal digits alone may as well be a name.
fn looks_like_address(typed: &str) -> bool {
    let of_v4 = |c: char| c.is_ascii_digit() || c == '.';
    let of_v6 = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
    typed.chars().all(of_v4) || (typed.contains(':') && typed.chars().all(of_v6))
}

/// A condition: a test, perhaps turned round, and the words that asked for it.
#[derive(Clone, Debug)]
pub struct Condition {
    /// As it was typed, for people: `--key AKIA…`.
    pub typed: String,
    /// What is looked at.
    pub test: Test,
    /// True for `--not`.
    pub negated: bool,
}

impl Condition {
    /// Whether an event satisfies the condition.
    pub fn holds(&self, event: &Event<'_>) -> bool {
        self.test.holds(event) != self.negated
    }
}

fn any(globs: &[Glob], text: Option<Text<'_>>) -> bool {
    text.is_some_and(|text| {
        let text = text.to_str();
        globs.iter().any(|glob| glob.matches(&text))
    })
}

fn matches_source(glob: &Glob, source: &str) -> bool {
    glob.matches(source)
        || source
            .strip_suffix(".amazonaws.com")
            .is_some_and(|short| glob.matches(short))
}

const REGION: Key = Key::named("awsRegion");
const RECIPIENT: Key = Key::named("recipientAccountId");
const ADDRESS: Key = Key::named("sourceIPAddress");

impl Test {
    /// Cheaper tests are judged first: those of the envelope before those of the record.
    pub(super) fn cost(&self) -> u8 {
        match self {
            Test::Id(_) => 0,
            Test::AccessKey(_) => 1,
            Test::Source(_) => 2,
            Test::Name(_) => 3,
            Test::Time(_) => 4,
            Test::ReadOnly { .. } => 5,
            Test::Region(_) => 6,
            Test::Account(_) => 7,
            Test::Address(_) => 8,
            Test::Error(_) => 9,
            Test::Outcome(_) => 10,
            Test::Who(_) => 11,
            Test::Resource(_) => 12,
        }
    }

    fn holds(&self, event: &Event<'_>) -> bool {
        match self {
            Test::Id(globs) => any(globs, event.id()),
            Test::AccessKey(globs) => any(globs, event.access_key_id()),
            Test::Source(globs) => event.source_name().is_some_and(|source| {
                let source = source.to_str();
                globs.iter().any(|glob| matches_source(glob, &source))
            }),
            Test::Name(patterns) => event.call_name().is_some_and(|name| {
                let name = name.to_str();
                let source = event.source_name().map(|source| source.to_str());
                patterns
                    .iter()
                    .any(|pattern| pattern.matches(&name, source.as_deref()))
            }),
            Test::Time(window) => event.time().is_some_and(|moment| window.contains(moment)),
            Test::ReadOnly { read, write } => match event.read_only() {
                Some(true) => *read,
                Some(false) => *write,
                None => false,
            },
            Test::Region(globs) => any(globs, text(event, REGION)),
            Test::Account(globs) => {
                any(globs, text(event, RECIPIENT))
                    || any(globs, event.identity().and_then(|who| who.account_id))
            }
            Test::Address(patterns) => text(event, ADDRESS).is_some_and(|address| {
                let shown = address.to_str();
                let parsed = shown.parse().ok();
                patterns
                    .iter()
                    .any(|pattern| pattern.matches(&shown, parsed))
            }),
            Test::Who(globs) => globs.iter().any(|glob| is_who(event, glob)),
            Test::Resource(globs) => {
                event.any_resource(|name| globs.iter().any(|glob| glob.matches(name)))
            }
            Test::Outcome(outcomes) => event
                .outcome()
                .is_some_and(|outcome| outcomes.contains(&outcome)),
            Test::Error(globs) => any(globs, event.error_code()),
        }
    }

    /// The values that this test compares, for the question what would have matched.
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
            // Near ids mean nothing, and resources are too many to keep.
            Test::Id(_)
            | Test::Resource(_)
            | Test::Time(_)
            | Test::ReadOnly { .. }
            | Test::Outcome(_) => {}
        }
    }

    /// What was typed, where one value was and it has no wildcard.
    pub(super) fn literals(&self) -> Vec<&str> {
        match self {
            Test::Id(g)
            | Test::AccessKey(g)
            | Test::Source(g)
            | Test::Region(g)
            | Test::Account(g)
            | Test::Who(g)
            | Test::Resource(g)
            | Test::Error(g) => typed(g),
            Test::Name(patterns) => patterns
                .iter()
                .filter(|pattern| pattern.name.is_literal())
                .map(|pattern| pattern.name.typed())
                .collect(),
            Test::Address(_) | Test::Time(_) | Test::ReadOnly { .. } | Test::Outcome(_) => {
                Vec::new()
            }
        }
    }
}

fn typed(globs: &[Glob]) -> Vec<&str> {
    let literal = globs.iter().filter(|glob| glob.is_literal());
    literal.map(Glob::typed).collect()
}

fn text<'e>(event: &'e Event<'_>, key: Key) -> Option<Text<'e>> {
    event.record_member(key)?.some_text()
}

fn is_who(event: &Event<'_>, glob: &Glob) -> bool {
    let mut hit = false;
    each_name(event, &mut |name| {
        hit = hit || glob.matches(name);
        hit
    });
    hit
}

/// Every name of the actor, until `each` returns `true`: access key, user name, session name, ARN, role
/// name and ARN, principal id with and without the session behind it, the service where it acted itself.
fn each_name(event: &Event<'_>, each: &mut dyn FnMut(&str) -> bool) {
    if event.access_key_id().is_some_and(|key| each(&key.to_str()))
        || event.username().is_some_and(|name| each(&name))
    {
        return;
    }
    let Some(who) = event.identity() else { return };
    // Next to an ARN it is the service that passed the call on, not who made it.
    let is_service = who.arn.is_none() || who.kind.is_some_and(|kind| kind.eq_str("AWSService"));
    let service = who.invoked_by.filter(|_| is_service);
    let plain = [who.arn, who.user_name, who.principal_id, service];
    if plain.into_iter().flatten().any(|text| each(&text.to_str())) {
        return;
    }
    let role_id = who.principal_id.map(|id| id.to_str());
    let role_id = role_id
        .as_deref()
        .and_then(|id| id.split_once(':'))
        .map(|(role, _)| role);
    if role_id.is_some_and(&mut *each) || who.session().is_some_and(|name| each(&name)) {
        return;
    }
    if who.is_role_session() {
        let _ = who.role_name().is_some_and(|name| each(&name))
            || who.role_arn().is_some_and(|arn| each(&arn));
    }
}
