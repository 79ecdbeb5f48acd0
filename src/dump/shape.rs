//! Decides what an object or string is: an event, a wrapper around events, or something else.
//!
//! The decision depends on the members of the object only, never on its position or on the name of the file. The deciding
//! members are the ones that every client and every trail writes (sources: `event::member_name`). S3, SNS and SQS
//! notifications use the same names, but their `eventSource` begins with `aws:` (AWS, "Event message structure" in the S3
//! user guide).

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::event::{Found, MemberName, Members, Pool, Shape};
use crate::scan::{self, Fault, FaultKind, Nested, Nesting, Plain, Stack, TemplateCache};
use crate::text::{Escaping, Text};

/// An object with a list of events, by the name of the member that contains the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapper {
    /// `Events`: output of a lookup, by the CLI or an SDK.
    Events,
    /// `Records`: a trail file.
    Records,
    /// `events`, `logEvents`, `results`: CloudWatch Logs (`filter-log-events`, subscriptions, Logs Insights).
    Logs,
    /// `detail`: an EventBridge event.
    Detail,
}

impl Wrapper {
    /// The wrapper by the name of a member and the first byte of its value.
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

/// True for a member whose value is a list that may contain more events than fit in memory. An EventBridge event contains
/// one event.
pub(super) fn opens_list(bytes: &[u8], key: &[u8], value: usize) -> bool {
    let wrapper = Wrapper::of(key, bytes.get(value).copied());
    wrapper.is_some_and(|wrapper| wrapper != Wrapper::Detail)
}

/// JSON that resembles CloudTrail events or is found in their place, but is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decoy {
    /// An S3, SNS, SQS or DynamoDB notification (`eventSource` `aws:…`).
    Notification,
    /// A CloudTrail digest file: hashes of log files, without events.
    Digest,
    /// The invocation of an AWS Config rule.
    ConfigRule,
    /// It has several members of events, but not the deciding ones.
    Incomplete,
    /// Any other JSON.
    Other,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectKind {
    /// An event that ends at `end`.
    Event { end: usize, shape: Shape },
    /// A whole object that is not an event.
    Other { end: usize, decoy: Decoy },
    /// The member at `key` opens a list of events: the object is entered.
    Wrapper { key: usize },
    /// Not whole, or not valid.
    Broken { fault: Fault, kind: Broken },
}

/// What a broken object was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// An event, with this evidence.
    Event(Evidence),
    /// A notification.
    Notification,
    /// Unknown: it may have been an event.
    Unknown,
}

impl Broken {
    /// Decides by its whole members and by the evidence of the names of all members that began.
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

/// The evidence that broken bytes are part of an event.
///
/// It matters because lost events must be reported, while a log file with other broken JSON must not be reported as loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// No evidence.
    #[default]
    None,
    /// Other programs write such bytes as well: they are part of an event only near events.
    Weak,
    /// Only CloudTrail writes such bytes.
    Strong,
}

/// Names that other programs use as well: CloudFormation templates have `Resources`, Kubernetes manifests `apiVersion`.
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

/// The set of these names, as bits.
const fn bits(keys: &[MemberName]) -> u64 {
    let (mut bits, mut i) = (0, 0);
    while i < keys.len() {
        bits |= keys[i].bit();
        i += 1;
    }
    bits
}

impl Evidence {
    /// The evidence of the name of a member.
    pub fn of(key: MemberName) -> Evidence {
        // EventBridge writes `resources` next to its `detail`.
        if !key.is_known() || key == RECORD_RESOURCES {
            Evidence::None
        } else if key.bit() & COMMON_BITS != 0 {
            Evidence::Weak
        } else {
            Evidence::Strong
        }
    }
}

/// As [`object`], by the fast walk. `None` if the object contains a list of events or anything unusual.
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

/// Decides what a whole object is.
fn judge(bytes: &[u8], end: usize, found: &Members) -> ObjectKind {
    match event_shape(bytes, found) {
        Some(shape) => ObjectKind::Event { end, shape },
        None => ObjectKind::Other {
            end,
            decoy: decoy(bytes, found),
        },
    }
}

/// Walks the object at `at` and adds its members to `found`.
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

/// Members one of which, together with `eventName` and `eventSource`, makes an object a record.
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

/// The position in an event where another event begins, in one of its lists. Then bytes are missing between the two: the
/// second event has become an element of a list of the first, and the whole is valid JSON, so only the names show it.
pub(super) fn runs_on(bytes: &[u8], found: &Members, shape: Shape) -> Option<usize> {
    static ENVELOPE: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["\"CloudTrailEvent\"", "\"EventId\""].map(Finder::new));
    static RECORD: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["\"eventVersion\"", "\"eventID\""].map(Finder::new));
    /// The length of the shortest of those names.
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

/// Whether a record has the names of its call and its service, or one of them and two members that only CloudTrail writes
/// together.
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
    } else if has_strong_names(found) {
        Decoy::Incomplete
    } else {
        Decoy::Other
    }
}

/// True if at least three members have names that only CloudTrail uses.
fn has_strong_names(found: &Members) -> bool {
    let strong = |f: &&Found| Evidence::of(f.key) == Evidence::Strong;
    found.iter().filter(strong).count() >= 3
}

/// What the content of a JSON string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringKind {
    /// A record.
    Record,
    /// A broken record: invalid inside, but it begins like one. It counts as an event, with empty fields.
    BrokenRecord,
    /// Text or other JSON.
    Other,
}

/// As [`string`], by the fast walk. `None` if the content is unusual.
pub(super) fn whole_string(content: &[u8], found: &mut Members, pool: &Pool) -> Option<StringKind> {
    let start = Nested::skip_space(content, 0);
    found.clear();
    pool.members::<Nested>(content, start, Escaping::Once, found)?;
    Some(match nested_is_record(content, found) {
        true => StringKind::Record,
        false => StringKind::Other,
    })
}

/// Decides what the content of a string is.
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
    // The result is known: only the first key is needed.
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
