//! All that is told, as one document: what `--format json` writes, and what the other formats are made of.
//!
//! Times are in the zone that was asked for. Lists are shortened, and say how long they are. Text from events stands
//! here as it is. Not for: how it looks (`page`).

use serde::Serialize;

pub(super) use super::pointers::keep_what_is_pointed_to;
use super::refused::DenialMessage;
use crate::inspect::{DumpFinding, FileDigest};

/// The number of this layout; it changes when a member changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Everything.
#[derive(Clone, Debug, Serialize)]
pub struct ReportDocument {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The conditions of the selection, as typed; none for all events.
    pub conditions: Vec<String>,
    /// True when it is about one identity.
    pub is_about_one: bool,
    /// The zone of all times.
    pub zone: String,
    /// All selected events.
    pub selected: OutcomeCounts,
    /// Section 1.
    pub who: ActorSection,
    /// Section 2.
    pub what: CallSection,
    /// Section 3.
    pub changed: ChangeSection,
    /// Section 4.
    pub refused: FailureSection,
    /// Section 5.
    pub from_where: SourceSection,
    /// Section 6.
    pub on_what: ResourceSection,
    /// Section 7.
    pub when: TimeSection,
    /// Section 8.
    pub worth_a_look: Vec<NotableKind>,
    /// Section 9.
    pub trust: Reliability,
    /// The events that figures and lists point to, in the order of their times.
    pub events: Vec<ReportEvent>,
}

/// A number of events, and how to get at them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figure {
    /// How many.
    pub events: u64,
    /// The command that lists them; none for a zero, and for texts that no command line can hold.
    pub command: Option<String>,
    /// Some of them: places in [`Report::events`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<usize>,
}

/// Events by outcome, and when.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OutcomeCounts {
    /// All of them.
    pub all: Figure,
    /// Those that worked.
    pub ok: Figure,
    /// Those refused for lack of permission.
    pub denied: Figure,
    /// Those that failed otherwise.
    pub failed: Figure,
    /// Those whose record cannot be read.
    pub unknown: Figure,
    /// The earliest.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
}

/// A list of which the first rows are here.
#[derive(Clone, Debug, Serialize)]
pub struct TopRows<T> {
    /// How many rows there are.
    pub count: u64,
    /// The first of them.
    pub rows: Vec<T>,
}

impl<T> Default for TopRows<T> {
    fn default() -> Self {
        TopRows {
            count: 0,
            rows: Vec::new(),
        }
    }
}

/// A text and what was counted under it.
#[derive(Clone, Debug, Serialize)]
pub struct NamedOutcomes {
    /// The text; empty where the events have none.
    pub name: String,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 1: who acted.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ActorSection {
    /// Most events first.
    pub identities: TopRows<IdentitySummary>,
    /// Where the keys it is about came from; of all events none.
    pub came_from: TopRows<KeyOrigin>,
    /// What was born of it, or of anybody: each line below the nearest before it that is less deep.
    pub became: TopRows<IssuedSession>,
    /// SAML and OIDC.
    pub subjects: TopRows<Subject>,
    /// Sign-ins to the console and role switches in it, in time order.
    pub sign_ins: EventList,
    /// Calls of which another account has a copy (`sharedEventID`).
    pub shared: TopRows<SharedCalls>,
}

/// Somebody.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IdentitySummary {
    /// The ARN of the user or role, or the first name there is.
    pub principal: String,
    /// `IAMUser`, `AssumedRole`, …
    pub kinds: Vec<String>,
    /// Accounts of the identity.
    pub accounts: Vec<String>,
    /// User names.
    pub user_names: Vec<String>,
    /// `sourceIdentity`.
    pub source_identities: Vec<String>,
    /// Services that acted for it.
    pub invoked_by: Vec<String>,
    /// Its events.
    pub counts: OutcomeCounts,
    /// Those with a session that was opened with MFA, without it, and those that don't say.
    pub with_mfa: Figure,
    /// See there.
    pub without_mfa: Figure,
    /// Those made with credentials of the console.
    pub from_console: Figure,
    /// Access keys; an empty name for none.
    pub keys: TopRows<NamedOutcomes>,
    /// Sessions, of roles and of federated users.
    pub sessions: TopRows<NamedOutcomes>,
}

/// Where a key came from.
#[derive(Clone, Debug, Serialize)]
pub struct KeyOrigin {
    /// The key.
    pub key: String,
    /// The births on the way, the oldest first.
    pub steps: Vec<IssuedSession>,
    /// What stands before them.
    pub end: OriginEnd,
    /// All of it in a sentence.
    pub text: String,
}

/// What stands before the first birth that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginEnd {
    /// A long-lived key.
    LongLived,
    /// A temporary key whose birth is not in the input.
    Missing,
    /// A caller without a key.
    Caller,
    /// Several births, and nothing tells which it was.
    Several,
    /// A key that stands on the way already.
    Cycle,
    /// The event does not tell.
    Unknown,
}

/// A session, or what a tree of them begins with.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IssuedSession {
    /// How many stand above it.
    pub depth: usize,
    /// Its access key.
    pub key: Option<String>,
    /// Who uses it.
    pub who: Option<String>,
    /// The call that gave it out.
    pub call: Option<String>,
    /// When.
    pub time: Option<String>,
    /// That event.
    pub event_id: Option<String>,
    /// The role that was taken on.
    pub role: Option<String>,
    /// What the session was called.
    pub session: Option<String>,
    /// `sourceIdentity`.
    pub source_identity: Option<String>,
    /// Whom a SAML or OIDC provider vouched for.
    pub subject: Option<String>,
    /// That provider.
    pub provider: Option<String>,
    /// The account whose root was taken on.
    pub target: Option<String>,
    /// What the records of the call in several accounts share.
    pub shared_event_id: Option<String>,
    /// Nothing but a name links it.
    pub is_likely: bool,
    /// So many births gave out a session of that name, and nothing tells which of them it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_several: Option<u64>,
    /// `above` for a cycle, `elsewhere` for a key that is told at another place of the tree.
    pub repeat: Option<&'static str>,
    /// No event in the input was made with it.
    pub is_unused: bool,
}

/// Somebody outside, who was let in.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// `SAMLUser`, `WebIdentityUser`, or `provider` where only the session tells.
    pub kind: String,
    /// The identity provider.
    pub provider: String,
    /// Whom it named.
    pub subject: String,
    /// The events.
    pub events: Figure,
}

/// Calls seen by two accounts.
#[derive(Clone, Debug, Serialize)]
pub struct SharedCalls {
    /// The caller's account.
    pub caller: String,
    /// The account that received the event.
    pub recipient: String,
    /// The events.
    pub events: Figure,
}

/// Events told one by one, of however many there are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EventList {
    /// All of them.
    pub all: Figure,
    /// The earliest: places in [`Report::events`].
    pub rows: Vec<usize>,
}

/// Section 2: what was called.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CallSection {
    /// Services, most events first.
    pub services: TopRows<NamedOutcomes>,
    /// Calls that read.
    pub reads: CallTable,
    /// Calls that write.
    pub writes: CallTable,
    /// Calls of which their events don't say.
    pub unsaid: CallTable,
}

/// Calls of a kind.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CallTable {
    /// All of them.
    pub all: Figure,
    /// Most events first.
    pub calls: TopRows<CallCount>,
}

/// A call.
#[derive(Clone, Debug, Serialize)]
pub struct CallCount {
    /// `iam.amazonaws.com`.
    pub source: String,
    /// `CreateUser`.
    pub name: String,
    /// Its share of all selected events, in percent.
    pub share: f64,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 3: what was changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChangeSection {
    /// Write calls that worked, without sign-ins.
    pub changes: EventList,
    /// Write calls that were refused.
    pub denied: Figure,
    /// Write calls that failed otherwise.
    pub failed: Figure,
}

/// Section 4: what was refused.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FailureSection {
    /// All that was denied.
    pub all: Figure,
    /// Most events first.
    pub denied: TopRows<DeniedCall>,
    /// Failed sign-ins and credentials that were not accepted.
    pub not_authenticated: TopRows<FailedCall>,
    /// Too many calls.
    pub throttled: TopRows<FailedCall>,
    /// Everything else that failed.
    pub failed: TopRows<FailedCall>,
}

/// Something that was denied.
#[derive(Clone, Debug, Serialize)]
pub struct DeniedCall {
    /// The service.
    pub source: String,
    /// The call.
    pub name: String,
    /// `errorCode` as it is spelled.
    pub code: String,
    /// What `errorMessage` says.
    #[serde(flatten)]
    pub said: DenialMessage,
    /// The message, without the name of who was refused.
    pub message: String,
    /// Its events.
    pub events: Figure,
    /// The earliest.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
}

/// Something that failed.
#[derive(Clone, Debug, Serialize)]
pub struct FailedCall {
    /// `errorCode`; empty for a failure without one.
    pub code: String,
    /// The service.
    pub source: String,
    /// The call.
    pub name: String,
    /// Its events.
    pub events: Figure,
    /// The earliest.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
}

/// Section 5: from where.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourceSection {
    /// IP addresses.
    pub addresses: TopRows<NamedOutcomes>,
    /// Names of services, and other text that stands where an address does.
    pub services: TopRows<NamedOutcomes>,
    /// Families of user agents.
    pub families: Vec<NamedOutcomes>,
    /// User agents as they are written.
    pub agents: TopRows<UserAgent>,
    /// Regions.
    pub regions: TopRows<NamedOutcomes>,
}

/// A user agent.
#[derive(Clone, Debug, Serialize)]
pub struct UserAgent {
    /// Its family.
    pub family: &'static str,
    /// As it is written.
    pub agent: String,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 6: on what.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceSection {
    /// Types of resources.
    pub types: TopRows<ResourceType>,
    /// Resources, most events first.
    pub resources: TopRows<Resource>,
}

/// A type of resources.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceType {
    /// `AWS::S3::Bucket`.
    pub kind: String,
    /// Different resources of it.
    pub resources: u64,
    /// Events that name one.
    pub counts: OutcomeCounts,
}

/// A resource.
#[derive(Clone, Debug, Serialize)]
pub struct Resource {
    /// Its type, where it is known.
    pub kind: String,
    /// Its name or ARN.
    pub name: String,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 7: when.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimeSection {
    /// Hours of weekdays that have events.
    pub hours: Vec<HourOfWeek>,
    /// `minute`, `hour` or `day`: what a row of the time line is.
    pub step: &'static str,
    /// Rows that have events, in order.
    pub line: Vec<TimeStep>,
    /// How many rows there are between the first and the last, these included.
    pub steps: u64,
    /// The longest stretches without an event.
    pub silences: Vec<TimeGap>,
    /// Events without a time that can be read.
    pub timeless: u64,
}

/// An hour of a weekday.
#[derive(Clone, Debug, Serialize)]
pub struct HourOfWeek {
    /// 0 for Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// Its events.
    pub events: Figure,
}

/// A minute, an hour or a day.
#[derive(Clone, Debug, Serialize)]
pub struct TimeStep {
    /// `2024-06-10`, or `2024-06-10 09` for an hour; for a minute the time it begins at.
    pub at: String,
    /// Its place from 0 for the first.
    pub place: u64,
    /// Its events.
    pub events: Figure,
}

/// No events.
#[derive(Clone, Debug, Serialize)]
pub struct TimeGap {
    /// The event before it.
    pub after: String,
    /// The event behind it.
    pub before: String,
    /// How long.
    pub seconds: i64,
}

/// Section 8: a kind of call worth a look.
#[derive(Clone, Debug, Serialize)]
pub struct NotableKind {
    /// What it is called.
    pub name: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// All of its events.
    pub counts: OutcomeCounts,
    /// The earliest: places in [`Report::events`].
    pub rows: Vec<usize>,
}

/// Section 9: how far to trust it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reliability {
    /// The command line.
    pub argv: Vec<String>,
    /// The version of this program.
    pub version: &'static str,
    /// The version of the IANA time zone database in it.
    pub time_zone_data: &'static str,
    /// What `now` was taken to be.
    pub now: String,
    /// Whole events found in all inputs.
    pub found: u64,
    /// Of those, the ones that were there before.
    pub duplicates: u64,
    /// Of those, the ones that the selection refused.
    pub filtered: u64,
    /// Events whose record cannot be read.
    pub unreadable: u64,
    /// Bytes that belong to events that are not whole.
    pub damaged_bytes: u64,
    /// The files.
    pub inputs: Vec<InputFile>,
    /// What `inspect` finds, the gravest first in each input.
    pub findings: Vec<InputFinding>,
    /// Notes about single inputs among several, which are left out: `inspect` tells them.
    pub notes_of_single_inputs: u64,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct InputFile {
    /// As typed.
    pub name: String,
    /// Its bytes.
    #[serde(flatten)]
    pub source: FileDigest,
    /// Whole events in it.
    pub events: u64,
}

/// Something to know.
#[derive(Clone, Debug, Serialize)]
pub struct InputFinding {
    /// Where; nothing for all inputs together.
    pub input: Option<String>,
    /// What.
    #[serde(flatten)]
    pub finding: DumpFinding,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct ReportEvent {
    /// `eventID`; empty for none.
    pub id: String,
    /// When.
    pub time: Option<String>,
    /// `ok`, `denied`, `failed`, or nothing where its record cannot be read.
    pub outcome: &'static str,
    /// Who.
    pub principal: String,
    /// With which access key.
    pub key: String,
    /// The service.
    pub source: String,
    /// The call.
    pub name: String,
    /// `errorCode`.
    pub error: String,
    /// From where.
    pub address: String,
    /// The region.
    pub region: String,
    /// What it was about, of changes, sign-ins and what is worth a look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The command that shows all of it.
    pub command: Option<String>,
}
