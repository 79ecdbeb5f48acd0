//! What a worker notes of each event: under which keys it counts, and what a page would show of it.
//!
//! Keys are numbered, so that of each event only numbers and a few texts cross to the commit. Not for: adding notes
//! up (`aggregate`).

use std::borrow::Cow;
use std::fmt::Write;

use super::changed;
use super::count;
use super::denial;
use super::notable::NotableCalls;
use crate::engine::Question;
use crate::event::{Context, Event, Identity, MemberName, Node, Outcome};
use crate::tally::Interner;
use crate::text::{Text, Value};
use crate::time::{Moment, write_date, write_hour};

const ADDRESS: MemberName = MemberName::named("sourceIPAddress");
const AGENT: MemberName = MemberName::named("userAgent");
const REGION: MemberName = MemberName::named("awsRegion");
const RECIPIENT: MemberName = MemberName::named("recipientAccountId");
const MESSAGE: MemberName = MemberName::named("errorMessage");
const REQUEST: MemberName = MemberName::named("requestParameters");
const RESOURCES: MemberName = MemberName::named("Resources");
const OWN_RESOURCES: MemberName = MemberName::named("resources");
const SHARED: MemberName = MemberName::named("sharedEventID");
const IDENTITY: MemberName = MemberName::named("userIdentity");

/// What is counted, each by keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// Principal, and everything that distinguishes its forms.
    Identities,
    /// Source, name, and whether it reads or writes.
    Calls,
    /// Source, name, error code, what the message says.
    Denied,
    /// Error code, source, name.
    Failed,
    Addresses,
    Agents,
    /// Path of its name, source where that is a parameter, name of a resource.
    Names,
    /// The same and its type.
    TypedNames,
    /// Types of resources.
    Types,
    /// Local date and hour.
    Hours,
    /// Minutes since 1970, for a time line of a short while; only so many are counted.
    Minutes,
    /// Number of the kind.
    Notable,
    Regions,
    /// Sign-ins: kind, issuer, subject.
    Subjects,
    /// Accounts of shared events.
    Shared,
    Sources,
}

/// How many tables there are.
pub(super) const TABLES: usize = 16;

/// Separates the texts of a key. No text contains it, because it is not UTF-8.
pub(super) const SEPARATOR: u8 = 0xff;

/// Asks every event.
#[derive(Debug)]
pub struct ReportObserver {
    watch: NotableCalls,
}

impl Default for ReportObserver {
    fn default() -> Self {
        ReportObserver {
            watch: NotableCalls::new(),
        }
    }
}

/// How many texts there are of an event.
pub(super) const TEXTS: usize = 9;

/// An event.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportObservation {
    pub time: Option<Moment>,
    pub outcome: usize,
    /// Where its keys end.
    pub keys: usize,
    /// The offset of its texts in the batch, and then the end of each: id, principal, access key,
    /// source, name, error code, address, region, and what it did.
    pub texts: usize,
    pub ends: [usize; TEXTS],
    /// Whether its change is shown, as for all listed events.
    pub has_line: bool,
    pub is_change: bool,
    pub is_sign_in: bool,
    pub is_silent: bool,
}

/// The events of a run.
#[derive(Default)]
pub struct ReportBatch {
    pub(super) tables: [Interner; TABLES],
    /// All texts of all events, one after another.
    pub(super) texts: String,
    /// Table and number of each key of each event.
    pub(super) keys: Vec<(u8, u32)>,
    pub(super) events: Vec<ReportObservation>,
    scratch: Vec<u8>,
    found: Found,
}

impl ReportBatch {
    /// All texts of an event, one after another.
    pub(super) fn texts_of(&self, observation: &ReportObservation) -> &str {
        let end = observation
            .ends
            .last()
            .map_or(0, |end| observation.texts + end);
        self.texts.get(observation.texts..end).unwrap_or_default()
    }

    /// Appends principal, source and name of an event.
    pub(super) fn who_calls_what(&self, observation: &ReportObservation, out: &mut String) {
        let [id, who, key, _, name, ..] = observation.ends;
        let texts = self.texts_of(observation);
        for text in [id..who, key..name] {
            out.push_str(texts.get(text).unwrap_or_default());
        }
    }

    fn count(&mut self, table: KeyKind, texts: &[&str]) {
        let mut key = std::mem::take(&mut self.scratch);
        key.clear();
        for (nth, text) in texts.iter().enumerate() {
            if nth > 0 {
                key.push(SEPARATOR);
            }
            key.extend_from_slice(text.as_bytes());
        }
        self.count_key(table, &key);
        self.scratch = key;
    }

    fn count_key(&mut self, table: KeyKind, key: &[u8]) {
        let number = self.tables[table as usize].number(key);
        self.keys.push((table as u8, number));
    }
}

/// What a member says, if anything.
fn text<'e>(event: &'e Event<'_>, key: MemberName) -> Option<Cow<'e, str>> {
    let text = said(event.record_member(key)?);
    (!text.is_empty()).then_some(text)
}

/// What a value says; of one that is no text, as seen twice of `userAgent`, its JSON.
fn said(node: Node<'_>) -> Cow<'_, str> {
    match node.value() {
        Value::Text(text) => text.to_str(),
        value => Cow::Owned(value.cell_text().into_owned()),
    }
}

/// The text, or nothing.
fn shown(text: Option<Text<'_>>) -> Cow<'_, str> {
    text.map(|text| text.to_str()).unwrap_or_default()
}

impl Question for ReportObserver {
    type Batch = ReportBatch;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut ReportBatch) {
        let time = event.time();
        let outcome = event.outcome();
        let identity = event.identity();
        let source = shown(event.source_name());
        let name = shown(event.call_name());
        let access = match event.read_only() {
            Some(true) => "read",
            Some(false) => "write",
            None => "",
        };
        let who = identity.as_ref().and_then(|identity| identity.principal());
        let who = who.unwrap_or_default();
        let key = shown(event.access_key_id());
        let code = shown(event.error_code());
        let address = text(event, ADDRESS).unwrap_or_default();
        let region = text(event, REGION).unwrap_or_default();
        let agent = text(event, AGENT).unwrap_or_default();

        faces(event, identity.as_ref(), &who, &key, batch);
        batch.count(KeyKind::Calls, &[&source, &name, access]);
        batch.count(KeyKind::Sources, &[&source]);
        batch.count(KeyKind::Addresses, &[&address]);
        batch.count(KeyKind::Agents, &[&agent]);
        batch.count(KeyKind::Regions, &[&region]);
        match outcome {
            Some(Outcome::Denied) => {
                let message = text(event, MESSAGE).unwrap_or_default();
                let common = denial::common(&message);
                batch.count(KeyKind::Denied, &[&source, &name, &code, common]);
            }
            Some(Outcome::Failed) => batch.count(KeyKind::Failed, &[&code, &source, &name]),
            _ => {}
        }
        if let Some(time) = time {
            let mut hour = std::mem::take(&mut batch.scratch);
            hour.clear();
            write_date(time, context.zone, &mut hour);
            hour.push(SEPARATOR);
            write_hour(time, context.zone, &mut hour);
            batch.count_key(KeyKind::Hours, &hour);
            batch.scratch = hour;
            let minute = time.seconds.div_euclid(60).to_string();
            batch.count_key(KeyKind::Minutes, minute.as_bytes());
        }
        resources(event, &source, batch);
        if event
            .record_member(SHARED)
            .is_some_and(|id| id.some_text().is_some())
        {
            let own = identity.as_ref().and_then(|identity| identity.account_id);
            let recipient = text(event, RECIPIENT).unwrap_or_default();
            batch.count(KeyKind::Shared, &[&shown(own), &recipient]);
        }
        let mut is_watched = false;
        self.watch.each(&name, event, context, |kind| {
            is_watched = true;
            let mut number = String::new();
            // Writing to a string does not fail.
            let _ = write!(number, "{kind:02}");
            batch.count(KeyKind::Notable, &[&number]);
        });
        let is_sign_in = source == "signin.amazonaws.com";
        let is_change = access == "write" && outcome == Some(Outcome::Ok) && !is_sign_in;
        let line = (is_change || is_sign_in || is_watched).then(|| changed::line(event));
        let id = shown(event.id());
        let change = line.as_deref().unwrap_or_default();
        let texts = batch.texts.len();
        let all = [
            &*id, &who, &key, &source, &name, &code, &address, &region, change,
        ];
        let ends = all.map(|text| {
            batch.texts.push_str(text);
            batch.texts.len() - texts
        });
        let observation = ReportObservation {
            time,
            outcome: count::place(outcome),
            keys: batch.keys.len(),
            texts,
            ends,
            has_line: line.is_some(),
            is_change,
            is_sign_in,
            is_silent: access.is_empty(),
        };
        batch.events.push(observation);
    }
}

/// Under which face the actor was seen.
fn faces(
    event: &Event<'_>,
    who: Option<&Identity<'_>>,
    principal: &str,
    key: &str,
    batch: &mut ReportBatch,
) {
    let Some(who) = who else {
        let none = [""; 12];
        batch.count(KeyKind::Identities, &none);
        return;
    };
    let node = event.record_member(IDENTITY);
    let context = node.and_then(|node| node.get("sessionContext"));
    let (mut attributes, mut source_identity, mut federation) = (None, None, None);
    if let Some(context) = context {
        context.for_each_member(|name, node| {
            match &*name.to_str() {
                "attributes" => attributes = attributes.or(Some(node)),
                "sourceIdentity" => source_identity = source_identity.or(Some(node)),
                "webIdFederationData" => federation = federation.or(Some(node)),
                _ => {}
            }
            true
        });
    }
    let mfa = attributes
        .and_then(|node| node.get("mfaAuthenticated"))
        .map(said);
    let console = event
        .record()
        .and_then(|record| record.get_name("sessionCredentialFromConsole"))
        .map(said);
    let issuer = who.issuer("arn").map(|arn| arn.to_str());
    let session = who.session();
    let texts = [
        principal,
        &shown(who.kind),
        &shown(who.account_id),
        key,
        session.as_deref().unwrap_or_default(),
        issuer.as_deref().unwrap_or_default(),
        &shown(who.user_name),
        &mfa.unwrap_or_default(),
        &console.unwrap_or_default(),
        &source_identity.map(said).unwrap_or_default(),
        &shown(who.invoked_by),
        &text(event, RECIPIENT).unwrap_or_default(),
    ];
    batch.count(KeyKind::Identities, &texts);
    let provider = federation.and_then(|node| node.get("federatedProvider")?.some_text());
    let kind = shown(who.kind);
    if kind == "SAMLUser" || kind == "WebIdentityUser" {
        let provider = node.and_then(|node| node.get("identityProvider")?.some_text());
        let provider = shown(provider);
        batch.count(
            KeyKind::Subjects,
            &[&kind, &provider, &shown(who.user_name)],
        );
    } else if provider.is_some() {
        let subject = session.as_deref().unwrap_or_default().to_owned();
        batch.count(KeyKind::Subjects, &["provider", &shown(provider), &subject]);
    }
}

/// The lists of resources that an event can have: path and member of the names, path and member of the types.
pub(super) const LISTS: [[&str; 4]; 2] = [
    [
        "Resources[].ResourceName",
        "ResourceName",
        "Resources[].ResourceType",
        "ResourceType",
    ],
    ["resources[].ARN", "ARN", "resources[].type", "type"],
];

/// What the event was about: what its first list with a name in it names, else what its parameters do. Each name
/// and each type counts once.
fn resources(event: &Event<'_>, source: &str, batch: &mut ReportBatch) {
    let mut found = std::mem::take(&mut batch.found);
    found.clear();
    let lists = [
        event.envelope(RESOURCES),
        event.record_member(OWN_RESOURCES),
    ];
    for (node, [path, name, _, kind]) in lists.iter().zip(LISTS) {
        let Some(node) = node else { continue };
        let mut is_named = false;
        node.for_each(|resource| {
            let text = |member| resource.get(member).and_then(|node| node.some_text());
            let (named, typed) = (text(name), shown(text(kind)));
            found.add(KeyKind::Types, &[&typed]);
            if let Some(named) = named {
                is_named = true;
                found.add_named(path, "", &named.to_str(), &typed);
            }
            true
        });
        if is_named {
            break;
        }
        found.clear();
    }
    if found.keys.is_empty()
        && let Some(request) = event.record_member(REQUEST)
    {
        let service = source.strip_suffix(".amazonaws.com").unwrap_or(source);
        changed::target::each(service, request, |path, kind, name| {
            found.add(KeyKind::Types, &[kind]);
            found.add_named(path, source, name, kind);
        });
    }
    for (table, key) in &found.keys {
        batch.count_key(*table, key);
    }
    batch.found = found;
}

/// Keys of one event, each once.
#[derive(Default)]
struct Found {
    keys: Vec<(KeyKind, Vec<u8>)>,
}

impl Found {
    fn clear(&mut self) {
        self.keys.clear();
    }

    fn add(&mut self, table: KeyKind, texts: &[&str]) {
        if texts == [""] {
            return;
        }
        let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
        let key = (table, texts.join(&SEPARATOR));
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }

    fn add_named(&mut self, path: &str, source: &str, name: &str, kind: &str) {
        self.add(KeyKind::Names, &[path, source, name]);
        self.add(KeyKind::TypedNames, &[path, source, name, kind]);
    }
}
