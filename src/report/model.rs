//! The report as one document: `--format json` writes it, and all other formats are made from it.
//!
//! All times are in the requested time zone. Lists contain only their first rows, and `count` is the number of all
//! rows. Text from events is stored unchanged; `page` and its writers escape it.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::denial::DenialMessage;
pub(super) use super::pointers::keep_what_is_pointed_to;
use crate::inspect::{DumpFinding, FileDigest};

/// The version of the document. It increases if a member is removed or changes its meaning.
pub const SCHEMA: u32 = 2;

/// A report on the selected events: `trailsift report --format json`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ReportDocument {
    /// Version of this document: 2.
    #[cfg_attr(test, schemars(extend("const" = 2)))]
    pub schema: u32,
    /// The conditions of the selection, as typed. Empty if all events are selected.
    pub conditions: Vec<String>,
    /// True if the selection names one identity (by `--key`, `--who` or similar).
    pub single_identity: bool,
    /// Time zone of all times in this document.
    pub time_zone: String,
    /// All selected events.
    pub selected: OutcomeCounts,
    /// Section 1: who made the calls.
    pub actors: ActorSection,
    /// Section 2: the API calls.
    pub calls: CallSection,
    /// Section 3: write calls.
    pub changes: ChangeSection,
    /// Section 4: denied and failed calls.
    pub failures: FailureSection,
    /// Section 5: addresses, clients and regions that the calls came from.
    pub sources: SourceSection,
    /// Section 6: the resources that the events name.
    pub resources: ResourceSection,
    /// Section 7: the events over time.
    pub timeline: TimeSection,
    /// Section 8: kinds of events that a security review looks at first.
    pub notable: Vec<NotableKind>,
    /// Section 9: the inputs, and what may be missing from them.
    pub reliability: Reliability,
    /// The events that `examples` and `rows` point to, in order of time.
    pub events: Vec<ReportEvent>,
}

/// A number of events and the command that lists them.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Figure {
    /// Number of events.
    pub events: u64,
    /// The command that lists these events. Null if there are none, or if a value cannot be written on a command
    /// line.
    pub command: Option<String>,
    /// Some of these events: indexes into `events` of the document, from 0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<usize>,
}

/// Events by outcome, with their first and last time.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct OutcomeCounts {
    /// All events.
    pub all: Figure,
    /// Events without an error.
    pub ok: Figure,
    /// Events that were denied because a permission was missing.
    pub denied: Figure,
    /// Events with any other error.
    pub failed: Figure,
    /// Events whose record cannot be read, so that their outcome is not known.
    pub unreadable: Figure,
    /// Time of the earliest event. Null if no event has a readable time.
    pub first: Option<String>,
    /// Time of the latest event. Null if no event has a readable time.
    pub last: Option<String>,
}

/// The first rows of a list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TopRows<T> {
    /// Number of all rows, including the ones that are not in `rows`.
    pub count: u64,
    /// The first rows.
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

/// A value and the events that have it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct NamedOutcomes {
    /// The value. Empty for events without one.
    pub name: String,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 1: who made the calls.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ActorSection {
    /// Identities, most events first.
    pub identities: TopRows<IdentitySummary>,
    /// How the access keys of the selected identity were issued. Empty if the selection does not name an identity.
    pub key_origins: TopRows<KeyOrigin>,
    /// The sessions that were issued to the selected identity, or to any identity, as a tree in lines: the parent of
    /// a line is the nearest line before it with a smaller `depth`.
    pub issued_sessions: TopRows<IssuedSession>,
    /// Users of identity providers (SAML, OIDC).
    pub federated_subjects: TopRows<Subject>,
    /// Console sign-ins and role switches in the console, in order of time.
    pub sign_ins: EventList,
    /// Calls with a `sharedEventID`: CloudTrail delivered the event to two accounts.
    pub shared_calls: TopRows<SharedCalls>,
}

/// An identity.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct IdentitySummary {
    /// The ARN of the user or role. If the event has no ARN, the best other name.
    pub principal: String,
    /// Values of `userIdentity.type`: `IAMUser`, `AssumedRole`, …
    pub types: Vec<String>,
    /// Account ids of the identity.
    pub accounts: Vec<String>,
    /// User names.
    pub user_names: Vec<String>,
    /// Values of `sourceIdentity`.
    pub source_identities: Vec<String>,
    /// AWS services that made calls on behalf of the identity (`invokedBy`).
    pub invoked_by: Vec<String>,
    /// Its events.
    pub counts: OutcomeCounts,
    /// Events of sessions that were authenticated with MFA.
    pub with_mfa: Figure,
    /// Events of sessions that were authenticated without MFA. Events that do not contain this information are in
    /// neither figure.
    pub without_mfa: Figure,
    /// Events with credentials of a console session (`sessionCredentialFromConsole`).
    pub from_console: Figure,
    /// Access key ids.
    pub access_keys: TopRows<NamedOutcomes>,
    /// Names of the sessions of roles and federated users.
    pub sessions: TopRows<NamedOutcomes>,
}

/// How an access key was issued.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct KeyOrigin {
    /// The access key id.
    pub key: String,
    /// The calls that issued credentials on the way to this key, the oldest first.
    pub steps: Vec<IssuedSession>,
    /// What is known about the caller of the first step.
    pub end: OriginEnd,
    /// The same as one sentence.
    pub text: String,
}

/// What is known about the caller of the first step of a [`KeyOrigin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OriginEnd {
    /// It used a long-lived access key.
    LongLived,
    /// It used a temporary key, and the call that issued that key is not in the input.
    Missing,
    /// It is a caller without an access key.
    Caller,
    /// Several calls may have issued the key, and the input does not show which one did.
    Ambiguous,
    /// Its key is already one of the steps.
    Cycle,
    /// The event does not name the caller.
    Unknown,
}

/// A session, or the root of a tree of sessions.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct IssuedSession {
    /// Number of sessions above this one in the tree.
    pub depth: usize,
    /// Its access key id.
    pub key: Option<String>,
    /// The identity that uses it.
    pub who: Option<String>,
    /// The API call that issued it.
    pub call: Option<String>,
    /// Time of that call.
    pub time: Option<String>,
    /// Event id of that call.
    pub event_id: Option<String>,
    /// ARN of the assumed role.
    pub role: Option<String>,
    /// Session name.
    pub session: Option<String>,
    /// `sourceIdentity`.
    pub source_identity: Option<String>,
    /// The user as named by a SAML or OIDC provider.
    pub subject: Option<String>,
    /// That provider.
    pub provider: Option<String>,
    /// The account whose root user was assumed (`AssumeRoot`).
    pub target_account: Option<String>,
    /// `sharedEventID`: the same in the records of the call in several accounts.
    pub shared_event_id: Option<String>,
    /// True if only the session name links this session to its issuer.
    pub is_likely: bool,
    /// Number of calls that issued a session of this name, if the input does not show which of them issued this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<u64>,
    /// `above` if the key is already one of its own ancestors, `elsewhere` if its sessions are listed at another
    /// place of the tree.
    pub repeat: Option<&'static str>,
    /// True if the input contains no event made with this key.
    pub is_unused: bool,
}

/// A user of an identity provider.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Subject {
    /// `SAMLUser` or `WebIdentityUser`; `provider` if only the session names the provider.
    pub kind: String,
    /// The identity provider.
    pub provider: String,
    /// The user as named by the provider.
    pub subject: String,
    /// The events.
    pub events: Figure,
}

/// Events that were delivered to two accounts.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SharedCalls {
    /// Account id of the caller.
    pub caller: String,
    /// Account id that received the event.
    pub recipient: String,
    /// The events.
    pub events: Figure,
}

/// Events that are listed one by one.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EventList {
    /// All events.
    pub all: Figure,
    /// The earliest of them: indexes into `events` of the document, from 0.
    pub rows: Vec<usize>,
}

/// Section 2: the API calls.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CallSection {
    /// Services, most events first.
    pub services: TopRows<NamedOutcomes>,
    /// Calls with `readOnly` true.
    pub reads: CallTable,
    /// Calls with `readOnly` false.
    pub writes: CallTable,
    /// Calls without `readOnly`.
    pub unclassified: CallTable,
}

/// Calls of one kind.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CallTable {
    /// All events.
    pub all: Figure,
    /// Calls, most events first.
    pub calls: TopRows<CallCount>,
}

/// An API call and its events.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CallCount {
    /// `eventSource`: `iam.amazonaws.com`.
    pub source: String,
    /// `eventName`: `CreateUser`.
    pub name: String,
    /// Share of all selected events, in percent, with one decimal.
    pub share: f64,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 3: write calls, without console sign-ins.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ChangeSection {
    /// Write calls that succeeded.
    pub succeeded: EventList,
    /// Write calls that were denied.
    pub denied: Figure,
    /// Write calls with any other error.
    pub failed: Figure,
}

/// Section 4: denied and failed calls.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct FailureSection {
    /// All denied events.
    pub all_denied: Figure,
    /// Denied calls, most events first.
    pub denied: TopRows<DeniedCall>,
    /// Failed sign-ins and rejected credentials.
    pub not_authenticated: TopRows<FailedCall>,
    /// Calls that exceeded a rate limit.
    pub throttled: TopRows<FailedCall>,
    /// Calls with any other error.
    pub other: TopRows<FailedCall>,
}

/// A call that was denied.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DeniedCall {
    /// `eventSource`.
    pub source: String,
    /// `eventName`.
    pub name: String,
    /// `errorCode`.
    pub code: String,
    /// What `errorMessage` contains.
    #[serde(flatten)]
    pub said: DenialMessage,
    /// `errorMessage` without the name of the caller.
    pub message: String,
    /// The events.
    pub events: Figure,
    /// Time of the earliest event.
    pub first: Option<String>,
    /// Time of the latest event.
    pub last: Option<String>,
}

/// A call that failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct FailedCall {
    /// `errorCode`. Empty for a failure without a code.
    pub code: String,
    /// `eventSource`.
    pub source: String,
    /// `eventName`.
    pub name: String,
    /// The events.
    pub events: Figure,
    /// Time of the earliest event.
    pub first: Option<String>,
    /// Time of the latest event.
    pub last: Option<String>,
}

/// Section 5: addresses, clients and regions that the calls came from.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SourceSection {
    /// IP addresses.
    pub addresses: TopRows<NamedOutcomes>,
    /// Other values of `sourceIPAddress`: names of AWS services, and free text.
    pub services: TopRows<NamedOutcomes>,
    /// Families of user agents: console, CLI, SDK, …
    pub client_families: Vec<NamedOutcomes>,
    /// User agents.
    pub user_agents: TopRows<UserAgent>,
    /// Regions.
    pub regions: TopRows<NamedOutcomes>,
}

/// A user agent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct UserAgent {
    /// Its family.
    pub family: &'static str,
    /// `userAgent`.
    pub agent: String,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 6: the resources that the events name.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ResourceSection {
    /// Types of resources, most events first.
    pub types: TopRows<ResourceType>,
    /// Resources, most events first.
    pub resources: TopRows<Resource>,
}

/// A type of resources.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ResourceType {
    /// As CloudFormation names it: `AWS::S3::Bucket`.
    pub kind: String,
    /// Number of different resources of this type.
    pub resources: u64,
    /// Events that name a resource of this type.
    pub counts: OutcomeCounts,
}

/// A resource.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Resource {
    /// Its type. Empty if it is not known.
    pub kind: String,
    /// Its name or ARN.
    pub name: String,
    /// Its events.
    pub counts: OutcomeCounts,
}

/// Section 7: the events over time.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TimeSection {
    /// Hours of the week that have events, in the time zone of the report.
    pub hours_of_week: Vec<HourOfWeek>,
    /// Length of a row: `minute`, `hour` or `day`.
    pub step: &'static str,
    /// Rows that have events, in order of time.
    pub rows: Vec<TimeStep>,
    /// Number of steps from the first to the last row, including both and those without events.
    pub steps: u64,
    /// The longest periods without an event, in order of time.
    pub gaps: Vec<TimeGap>,
    /// Number of events without a readable time.
    pub without_time: u64,
}

/// An hour of the week.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct HourOfWeek {
    /// 0 (Monday) to 6 (Sunday).
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// Its events.
    pub events: Figure,
}

/// A minute, an hour or a day.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TimeStep {
    /// `2024-06-10` for a day, `2024-06-10 09` for an hour, the start time for a minute.
    pub start: String,
    /// Position from the first row, from 0, including steps without events.
    pub index: u64,
    /// Its events.
    pub events: Figure,
}

/// A period without events.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TimeGap {
    /// Time of the event before it.
    pub from: String,
    /// Time of the event after it.
    pub to: String,
    /// Length in seconds.
    pub seconds: i64,
}

/// Section 8: a kind of notable events.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct NotableKind {
    /// Name of the kind.
    pub name: &'static str,
    /// Why it matters.
    pub reason: &'static str,
    /// All of its events.
    pub counts: OutcomeCounts,
    /// The earliest of them: indexes into `events` of the document, from 0.
    pub rows: Vec<usize>,
}

/// Section 9: the inputs, and what may be missing from them.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Reliability {
    /// The command line.
    pub argv: Vec<String>,
    /// Version of trailsift.
    pub version: &'static str,
    /// Version of the IANA time zone database.
    pub time_zone_data: &'static str,
    /// The time that relative times and the 90 days of a lookup are computed from (`--now`), in UTC.
    pub now: String,
    /// Number of complete events in all inputs.
    pub found: u64,
    /// Number of these events that are duplicates.
    pub duplicates: u64,
    /// Number of these events that the selection excludes.
    pub filtered: u64,
    /// Number of events whose record cannot be read.
    pub unreadable: u64,
    /// Number of bytes of events that are not complete.
    pub damaged_bytes: u64,
    /// The files.
    pub inputs: Vec<InputFile>,
    /// Findings of `trailsift inspect`, the most severe first within each input.
    pub findings: Vec<InputFinding>,
    /// Number of notes about single inputs that are left out, because there are several inputs.
    pub omitted_notes: u64,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct InputFile {
    /// Its path, as typed.
    pub name: String,
    /// Its size and checksum.
    #[serde(flatten)]
    pub source: FileDigest,
    /// Number of complete events in it.
    pub events: u64,
}

/// A finding about an input.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct InputFinding {
    /// The input. Null if the finding is about all inputs together.
    pub input: Option<String>,
    /// The finding.
    #[serde(flatten)]
    pub finding: DumpFinding,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ReportEvent {
    /// `eventID`. Empty if the event has none.
    pub id: String,
    /// Its time.
    pub time: Option<String>,
    /// `ok`, `denied` or `failed`. Empty if the record cannot be read.
    pub outcome: &'static str,
    /// The identity that made the call.
    pub principal: String,
    /// Access key id.
    pub key: String,
    /// `eventSource`.
    pub source: String,
    /// `eventName`.
    pub name: String,
    /// `errorCode`.
    pub error: String,
    /// `sourceIPAddress`.
    pub address: String,
    /// `awsRegion`.
    pub region: String,
    /// The parameters that matter, in one line. Only for changes, sign-ins and notable events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The command that shows the whole event. Null if the event has no id.
    pub command: Option<String>,
}
