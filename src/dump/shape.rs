//! What an object or string of a dump is: an event, a wrapper around events, or something else.
//!
//! Judged by its own members, never by where it stands or what the file is called. The fields that decide
//! are those that every client and every trail writes; see `event::key` for their sources. S3, SNS and SQS
//! notifications use the same names with an `eventSource` of `aws:…` and are told apart by that.
//!
//! Not for: finding the next value (`scanner`), what to do after damage (`resync`).

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::event::{Found, MemberName, Members, Pool, Shape};
use crate::scan::{self, Fault, FaultKind, Nested, Nesting, Plain, Stack, TemplateCache};
use crate::text::{Escaping, Text};

/// An object or array that holds events, by the name of the member that holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapper {
    /// `Events`: lookup output, CLI or SDK.
    Events,
    /// `Records`: a trail file.
    Records,
    /// `events`, `logEvents`, `results`: CloudWatch Logs, in its three ways.
    Logs,
    /// `detail`: an EventBridge event.
    Detail,
}

impl Wrapper {
    /// The wrapper that a member makes, judged by its name and the first byte of its value.
    pub(super) fn of(key: &[u8], first: Option<u8>) -> Option<Wrapper> {
        let wrapper = match key {
            b"Events" => Wrapper::Events,
            b"Records" => Wrapper::Records,
            b"events" | b"logEvents" | b"results" => Wrapper::Logs,
            b"detail" => Wrapper::Detail,
            _ => return None,
        };
        let opener = if wrapper == Wrapper::Detail {
            b'{'
        } else {
            b'['
        };
        (first == Some(opener)).then_some(wrapper)
    }
}

/// True for a member whose value is a list that may hold more events than memory does. An EventBridge event
/// holds one.
pub(super) fn opens_list(bytes: &[u8], key: &[u8], value: usize) -> bool {
    let wrapper = Wrapper::of(key, bytes.get(value).copied());
    wrapper.is_some_and(|wrapper| wrapper != Wrapper::Detail)
}

/// JSON that looks like CloudTrail at first sight, or lies where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decoy {
    /// An S3, SNS, SQS or DynamoDB notification (`eventSource` `aws:…`).
    Notification,
    /// A CloudTrail digest file: hashes of log files, no events.
    Digest,
    /// What AWS Config hands to a rule.
    ConfigRule,
    /// Some of an event's names, but not those that make one.
    Incomplete,
    /// Any other JSON.
    Other,
}

/// What an object turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectKind {
    /// An event that ends at `end`.
    Event { end: usize, shape: Shape },
    /// A whole object that is no event.
    Other { end: usize, decoy: Decoy },
    /// The member at `key` opens a list of events: step inside.
    Wrapper { key: usize },
    /// Not whole, or not valid.
    Broken { fault: Fault, kind: Broken },
}

/// What a broken object was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// An event, as sure as its names make it.
    Event(Evidence),
    /// A notification.
    Notification,
    /// No telling.
    Unknown,
}

impl Broken {
    /// Judged by the members it still has, and what the names of all that began tell.
    pub fn of(bytes: &[u8], found: &Members, evidence: Evidence) -> Broken {
        if is_notification(bytes, found) {
            Broken::Notification
        } else if evidence == Evidence::None {
            Broken::Unknown
        } else {
            Broken::Event(evidence)
        }
    }
}

/// How sure it is that bytes are what is left of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Nothing speaks for it.
    #[default]
    None,
    /// Near events it is, elsewhere it may be anything.
    Weak,
    /// It is, wherever it stands.
    Strong,
}

/// Names that other programs give as well: a broken template has `Resources`, a manifest `apiVersion`.
const COMMON: [MemberName; 16] = [
    EVENT_NAME,
    EVENT_TIME,
    EVENT_SOURCE,
    MemberName::named("ReadOnly"),
    MemberName::named("Username"),
    MemberName::named("Resources"),
    MemberName::named("eventTime"),
    RECORD_NAME,
    MemberName::named("eventType"),
    MemberName::named("userAgent"),
    MemberName::named("errorCode"),
    MemberName::named("errorMessage"),
    MemberName::named("requestID"),
    MemberName::named("readOnly"),
    MemberName::named("apiVersion"),
    MemberName::named("addendum"),
];

const COMMON_BITS: u64 = bits(&COMMON);

/// The bits of these names.
const fn bits(keys: &[MemberName]) -> u64 {
    let (mut bits, mut i) = (0, 0);
    while i < keys.len() {
        bits |= keys[i].bit();
        i += 1;
    }
    bits
}

impl Evidence {
    /// What a name tells.
    pub fn of(key: MemberName) -> Evidence {
        // EventBridge writes `resources` beside its `detail`.
        if !key.is_known() || key == RECORD_RESOURCES {
            Evidence::None
        } else if key.bit() & COMMON_BITS != 0 {
            Evidence::Weak
        } else {
            Evidence::Strong
        }
    }
}

/// As [`object`] for a whole object that holds no list of events and nothing unusual; `None` for any other.
pub(super) fn whole(
    bytes: &[u8],
    at: usize,
    found: &mut Members,
    templates: &mut TemplateCache<MemberName>,
) -> Option<ObjectKind> {
    found.clear();
    let name = |name: &[u8], first| {
        let is_wrapper = Wrapper::of(name, Some(first)).is_some();
        (!is_wrapper).then(|| MemberName::of(name))
    };
    let each = |key, member| found.add(key, member);
    let walked = templates.members::<Plain>(bytes, at, name, each)?;
    Some(judge(bytes, walked.end, found))
}

/// What a whole object is.
fn judge(bytes: &[u8], end: usize, found: &Members) -> ObjectKind {
    match event_shape(bytes, found) {
        Some(shape) => ObjectKind::Event { end, shape },
        None => ObjectKind::Other {
            end,
            decoy: decoy(bytes, found),
        },
    }
}

/// Walks the object at `at`, filling `found` with its members.
pub(super) fn object(
    bytes: &[u8],
    at: usize,
    found: &mut Members,
    stack: &mut Stack,
) -> ObjectKind {
    found.clear();
    let mut evidence = Evidence::None;
    let mut wrapper = at;
    let end = scan::members::<Plain>(bytes, at, stack, |member| {
        let name = &bytes[member.key..member.key_end];
        let key = MemberName::of(name);
        if member.value_end == member.value {
            let is_wrapper = evidence == Evidence::None && opens_list(bytes, name, member.value);
            evidence = evidence.max(Evidence::of(key));
            wrapper = member.key;
            return !is_wrapper;
        }
        found.add(key, member);
        true
    });
    match end {
        Ok(None) => ObjectKind::Wrapper { key: wrapper },
        Err(fault) => ObjectKind::Broken {
            fault,
            kind: Broken::of(bytes, found, evidence),
        },
        Ok(Some(end)) => judge(bytes, end, found),
    }
}

fn get<'b>(bytes: &'b [u8], found: &Members, key: MemberName) -> Option<&'b [u8]> {
    let found = found.get(key)?;
    Some(&bytes[found.at.value..found.at.value_end])
}

fn is_string(value: Option<&[u8]>) -> bool {
    value.is_some_and(|value| value.first() == Some(&b'"'))
}

const EVENT_ID: MemberName = MemberName::named("EventId");
const EVENT_NAME: MemberName = MemberName::named("EventName");
const EVENT_TIME: MemberName = MemberName::named("EventTime");
const EVENT_SOURCE: MemberName = MemberName::named("EventSource");
const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");
const RECORD_NAME: MemberName = MemberName::named("eventName");
const RECORD_SOURCE: MemberName = MemberName::named("eventSource");
const RECORD_RESOURCES: MemberName = MemberName::named("resources");
const INSIGHT_DETAILS: MemberName = MemberName::named("insightDetails");

const EVENT_VERSION: MemberName = MemberName::named("eventVersion");
const RECORD_ID: MemberName = MemberName::named("eventID");

/// Members that, beside `eventName` and `eventSource`, make a record beyond doubt.
const CORROBORATING: [MemberName; 7] = [
    EVENT_VERSION,
    RECORD_ID,
    MemberName::named("eventTime"),
    MemberName::named("userIdentity"),
    MemberName::named("awsRegion"),
    MemberName::named("eventType"),
    MemberName::named("recipientAccountId"),
];

const CORROBORATING_BITS: u64 = bits(&CORROBORATING);

/// `Lookup` for an envelope, `Record` for a record, `None` for anything else.
pub(super) fn event_shape(bytes: &[u8], found: &Members) -> Option<Shape> {
    let get = |key| get(bytes, found, key);
    let nested = get(CLOUD_TRAIL_EVENT).and_then(|value| value.first());
    let has_time_or_source = get(EVENT_TIME).is_some() || is_string(get(EVENT_SOURCE));
    if matches!(nested, Some(b'"' | b'{'))
        || (is_string(get(EVENT_ID)) && is_string(get(EVENT_NAME)) && has_time_or_source)
    {
        return Some(Shape::Lookup);
    }
    let corroborated = found.has_any(CORROBORATING_BITS);
    let named = [get(RECORD_NAME), get(RECORD_SOURCE)].map(is_string);
    let is_call = is_named(named, |key| get(key).is_some()) && !is_notification(bytes, found);
    let is_insight = get(INSIGHT_DETAILS).is_some_and(|value| value.first() == Some(&b'{'));
    (corroborated && (is_call || is_insight)).then_some(Shape::Record)
}

/// Where an event holds the names of another in one of its lists: bytes are missing, and what stood behind
/// them has become part of it. JSON alone doesn't show that.
pub(super) fn runs_on(bytes: &[u8], found: &Members, shape: Shape) -> Option<usize> {
    static ENVELOPE: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["\"CloudTrailEvent\"", "\"EventId\""].map(Finder::new));
    static RECORD: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["\"eventVersion\"", "\"eventID\""].map(Finder::new));
    /// Of those names.
    const SHORTEST: usize = "\"EventId\"".len();
    let names = match shape {
        Shape::Lookup => &ENVELOPE,
        Shape::Record | Shape::RecordString => &RECORD,
    };
    let is_list = |f: &&Found| f.at.value_end - f.at.value > SHORTEST && bytes[f.at.value] == b'[';
    let lists = found.iter().filter(is_list);
    lists
        .filter_map(|f| {
            let list = &bytes[f.at.value..f.at.value_end];
            let at = |name: &Finder<'_>| name.find(list);
            names.iter().filter_map(at).min().map(|at| f.at.value + at)
        })
        .min()
}

/// Whether the names of a call and of its service make a record: both, or one beside members that nothing but
/// CloudTrail writes together.
fn is_named(named: [bool; 2], has: impl Fn(MemberName) -> bool) -> bool {
    match named {
        [true, true] => true,
        [false, false] => false,
        _ => has(EVENT_VERSION) && has(RECORD_ID),
    }
}

/// `eventSource` and `EventSource` of a notification begin with `aws:`.
fn is_notification(bytes: &[u8], found: &Members) -> bool {
    [RECORD_SOURCE, EVENT_SOURCE]
        .iter()
        .any(|key| get(bytes, found, *key).is_some_and(|value| value.starts_with(b"\"aws:")))
}

fn decoy(bytes: &[u8], found: &Members) -> Decoy {
    let has = |name: &[u8]| found.iter().any(|f| &bytes[f.at.key..f.at.key_end] == name);
    if is_notification(bytes, found)
        || (has(b"messageId") && has(b"receiptHandle"))
        || (has(b"Service") && has(b"Event") && has(b"Bucket"))
    {
        Decoy::Notification
    } else if has(b"logFiles") && has(b"digestStartTime") {
        Decoy::Digest
    } else if has(b"configRuleName") || has(b"configRuleArn") {
        Decoy::ConfigRule
    } else if tells_much(found) {
        Decoy::Incomplete
    } else {
        Decoy::Other
    }
}

/// True when three names or more are CloudTrail's alone.
fn tells_much(found: &Members) -> bool {
    let strong = |f: &&Found| Evidence::of(f.key) == Evidence::Strong;
    found.iter().filter(strong).count() >= 3
}

/// Whether the content of a JSON string is a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringKind {
    /// A record.
    Record,
    /// What was one: broken inside, but it begins like one. It counts, its fields are empty.
    BrokenRecord,
    /// Text, or some other JSON.
    Other,
}

/// As [`string`] for a whole object with nothing unusual in it; `None` for any other content.
pub(super) fn whole_string(content: &[u8], found: &mut Members, pool: &Pool) -> Option<StringKind> {
    let start = Nested::skip_space(content, 0);
    found.clear();
    pool.members::<Nested>(content, start, Escaping::Once, found)?;
    Some(match nested_is_record(content, found) {
        true => StringKind::Record,
        false => StringKind::Other,
    })
}

/// Judges the content of a string that stands where an event may stand.
pub(super) fn string(content: &[u8], found: &mut Members, stack: &mut Stack) -> StringKind {
    let start = Nested::skip_space(content, 0);
    if content.get(start) != Some(&b'{') {
        return StringKind::Other;
    }
    found.clear();
    let mut first = None;
    let walked = scan::members::<Nested>(content, start, stack, |member| {
        let key = MemberName::of_nested(&content[member.key..member.key_end]);
        first.get_or_insert(key);
        if member.value_end != member.value {
            found.add(key, member);
        }
        true
    });
    let (is_record, is_whole) = match walked {
        Err(fault) if fault.why == FaultKind::NeedsUnescape => {
            let mut plain = Vec::new();
            Text::once(content).decode_into(&mut plain);
            let at = scan::skip_space(&plain, 0);
            match object(&plain, at, found, stack) {
                ObjectKind::Event { shape, .. } => (shape == Shape::Record, true),
                ObjectKind::Broken { kind, .. } => {
                    let first = first_key(&plain, at, stack);
                    let is_event = matches!(kind, Broken::Event(_));
                    (is_event && first.is_some_and(MemberName::is_record), false)
                }
                ObjectKind::Other { .. } | ObjectKind::Wrapper { .. } => (false, true),
            }
        }
        Err(_) => (first.is_some_and(MemberName::is_record), false),
        Ok(_) => (nested_is_record(content, found), true),
    };
    match (is_record, is_whole) {
        (true, true) => StringKind::Record,
        (true, false) => StringKind::BrokenRecord,
        (false, _) => StringKind::Other,
    }
}

fn first_key(bytes: &[u8], at: usize, stack: &mut Stack) -> Option<MemberName> {
    let mut first = None;
    // How the walk ends was known before.
    let _ = scan::members::<Plain>(bytes, at, stack, |member| {
        first = Some(MemberName::of(&bytes[member.key..member.key_end]));
        false
    });
    first
}

/// As [`event_shape`] for a record, with quotes escaped.
fn nested_is_record(content: &[u8], found: &Members) -> bool {
    let starts = |key, prefix: &[u8]| {
        get(content, found, key).is_some_and(|value| value.starts_with(prefix))
    };
    let corroborated = found.has_any(CORROBORATING_BITS);
    let named = [RECORD_NAME, RECORD_SOURCE].map(|key| starts(key, br#"\""#));
    let is_call = is_named(named, |key| get(content, found, key).is_some())
        && !starts(RECORD_SOURCE, br#"\"aws:"#);
    corroborated && (is_call || starts(INSIGHT_DETAILS, b"{"))
}
