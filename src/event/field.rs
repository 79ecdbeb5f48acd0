//! What can be asked of an event by name, and how the answer is found in either source of it.
//!
//! Where one source of an event is missing, its members are derived from the other as CloudTrail does:
//! an envelope from a record, and the little of a record that an envelope tells. `Resources` is the
//! exception: CloudTrail computes it per API, and a record's own `resources` is something else.

mod origin;

pub use origin::FieldOrigin;

use super::path::Step;
use super::{ENVELOPE, Event, MemberName, Path, RECORD, Shape};
use crate::text::{Json, Text, Value};
use crate::time::{Moment, TimeFormat, Zone};

/// What a value depends on besides the event.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The zone in which times are printed.
    pub zone: &'c Zone,
    /// How times are printed.
    pub format: &'c TimeFormat,
    /// The file as it was typed.
    pub file: &'c str,
}

/// The fields that are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Computed {
    Principal,
    Session,
    Service,
    Outcome,
    Date,
    Hour,
    File,
    Offset,
}

const COMPUTED: [(&str, Computed); 8] = [
    ("principal", Computed::Principal),
    ("session", Computed::Session),
    ("service", Computed::Service),
    ("outcome", Computed::Outcome),
    ("date", Computed::Date),
    ("hour", Computed::Hour),
    ("file", Computed::File),
    ("offset", Computed::Offset),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum FieldSource {
    Computed(Computed),
    Envelope(MemberName, Path),
    Record(MemberName, Path),
    /// A leading dot: any name, in the record, else in the event's own object.
    Any(String, Path),
}

/// The first name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstName<'f> {
    /// One of [`names`].
    Known(&'f str),
    /// Any name, behind a leading dot.
    Any(&'f str),
}

/// A field of an event, compiled from what was typed.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    source: FieldSource,
}

/// A field that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// What was typed.
    pub typed: String,
    /// What is wrong with it.
    pub why: String,
    /// Where in a misspelt path, in characters from 1.
    pub column: Option<usize>,
    /// Similar names, most similar first.
    pub suggestions: Vec<&'static str>,
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no field `{}`: {}", self.typed, self.why)?;
        if let Some(column) = self.column {
            write!(f, " at column {column}")?;
        }
        if !self.suggestions.is_empty() {
            write!(f, "; did you mean {}?", self.suggestions.join(" or "))?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldError {}

const EVENT_ID: MemberName = MemberName::named("EventId");
const EVENT_NAME: MemberName = MemberName::named("EventName");
const READ_ONLY: MemberName = MemberName::named("ReadOnly");
const ACCESS_KEY_ID: MemberName = MemberName::named("AccessKeyId");
const EVENT_TIME: MemberName = MemberName::named("EventTime");
const EVENT_SOURCE: MemberName = MemberName::named("EventSource");
const USERNAME: MemberName = MemberName::named("Username");
const RESOURCES: MemberName = MemberName::named("Resources");
const CLOUD_TRAIL_EVENT: MemberName = MemberName::named("CloudTrailEvent");
const ERROR_CODE: MemberName = MemberName::named("errorCode");
const ERROR_MESSAGE: MemberName = MemberName::named("errorMessage");
const RESPONSE_ELEMENTS: MemberName = MemberName::named("responseElements");
const INSIGHT: MemberName = MemberName::named("insightDetails");

/// All names that need no dot before them: the envelope's, ours, the record's.
pub fn names() -> impl Iterator<Item = &'static str> {
    let own = COMPUTED.iter().map(|(name, _)| *name);
    ENVELOPE.into_iter().chain(own).chain(RECORD)
}

impl Field {
    /// Compiles a typed field.
    ///
    /// # Errors
    /// A first name that is neither CloudTrail's nor ours, with the nearest that are; or a misspelt path.
    pub fn parse(typed: &str) -> Result<Field, FieldError> {
        let error = |why: String, suggestions| FieldError {
            typed: typed.to_owned(),
            why,
            column: None,
            suggestions,
        };
        let (dotted, path_text) = match typed.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, typed),
        };
        let (first, path) = Path::parse(path_text).map_err(|found| FieldError {
            column: Some(found.column + usize::from(dotted)),
            ..error(found.why, Vec::new())
        })?;
        let own = COMPUTED.iter().find(|(name, _)| *name == first);
        let key = MemberName::of(first.as_bytes());
        let source = if dotted {
            FieldSource::Any(first, path)
        } else if let Some((_, own)) = own {
            if !path.is_empty() {
                return Err(error(format!("`{first}` has nothing below it"), Vec::new()));
            }
            FieldSource::Computed(*own)
        } else if key.is_envelope() {
            match (key, path.split_name()) {
                (CLOUD_TRAIL_EVENT, Some((name, rest))) => match MemberName::of(name.as_bytes()) {
                    key if key.is_record() => FieldSource::Record(key, rest),
                    _ => FieldSource::Any(name.to_owned(), rest),
                },
                _ => FieldSource::Envelope(key, path),
            }
        } else if key.is_record() {
            FieldSource::Record(key, path)
        } else {
            let why = "neither a name of the lookup envelope, nor of a record, nor one of ours \
                       (a leading dot takes any name, `.x`)";
            return Err(error(why.to_owned(), suggestions(&first)));
        };
        Ok(Field {
            name: typed.to_owned(),
            source,
        })
    }

    /// The field as it was typed: a column's heading.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True for the event's time, which sorts and compares as an instant.
    pub fn is_time(&self) -> bool {
        matches!(&self.source, FieldSource::Envelope(EVENT_TIME, path) if path.is_empty())
    }

    /// True for a field of ours that is a number.
    pub fn is_number(&self) -> bool {
        self.source == FieldSource::Computed(Computed::Offset)
    }

    /// True when events that differ in nothing but whether the call worked may differ in this field.
    pub fn tells_outcome(&self) -> bool {
        match &self.source {
            FieldSource::Computed(Computed::Outcome)
            | FieldSource::Any(..)
            | FieldSource::Envelope(CLOUD_TRAIL_EVENT, _) => true,
            FieldSource::Record(key, _) => {
                [ERROR_CODE, ERROR_MESSAGE, RESPONSE_ELEMENTS].contains(key)
            }
            FieldSource::Computed(_) | FieldSource::Envelope(..) => false,
        }
    }

    /// True for a field that every event has or may lack without that being a misspelt path.
    pub fn is_path(&self) -> bool {
        match &self.source {
            FieldSource::Computed(_) => false,
            FieldSource::Envelope(_, path) | FieldSource::Record(_, path) => !path.is_empty(),
            FieldSource::Any(..) => true,
        }
    }

    /// The first name, and the steps below it.
    pub(super) fn first(&self) -> (FirstName<'_>, &[Step]) {
        match &self.source {
            FieldSource::Computed(_) => (FirstName::Known(&self.name), &[]),
            FieldSource::Envelope(key, path) | FieldSource::Record(key, path) => {
                (FirstName::Known(key.name()), path.steps())
            }
            FieldSource::Any(name, path) => (FirstName::Any(name), path.steps()),
        }
    }

    /// What the event says.
    pub fn value<'e>(&self, event: &'e Event<'_>, context: &Context<'_>) -> Value<'e> {
        match &self.source {
            FieldSource::Computed(own) => computed_value(*own, event, context),
            FieldSource::Envelope(key, path) => envelope_value(*key, path, event, context),
            FieldSource::Record(key, path) => record_value(*key, path, event),
            FieldSource::Any(name, path) => any_value(name, path, event),
        }
    }
}

fn suggestions(typed: &str) -> Vec<&'static str> {
    let mut scored: Vec<_> = names()
        .map(|name| {
            let score = strsim::damerau_levenshtein(
                &typed.to_ascii_lowercase(),
                &name.to_ascii_lowercase(),
            );
            (score, name)
        })
        .filter(|(score, name)| *score <= 1 + name.len() / 3)
        .collect();
    scored.sort();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

fn owned<'e>(text: Option<impl Into<String>>) -> Value<'e> {
    text.map_or(Value::Missing, |text| Value::Owned(text.into()))
}

fn text(text: Option<Text<'_>>) -> Value<'_> {
    text.map_or(Value::Missing, Value::Text)
}

fn computed_value<'e>(own: Computed, event: &'e Event<'_>, context: &Context<'_>) -> Value<'e> {
    match own {
        Computed::Principal => owned(event.identity().and_then(|who| who.principal())),
        Computed::Session => owned(event.identity().and_then(|who| who.session())),
        Computed::Service => match event.source_name() {
            Some(source) => {
                let source = source.to_str();
                let short = source.strip_suffix(".amazonaws.com").unwrap_or(&source);
                Value::Owned(short.to_owned())
            }
            None => Value::Missing,
        },
        Computed::Outcome => owned(event.outcome().map(super::Outcome::name)),
        Computed::Date => time_value(event, |moment, out| {
            crate::time::write_date(moment, context.zone, out);
        }),
        Computed::Hour => time_value(event, |moment, out| {
            crate::time::write_hour(moment, context.zone, out);
        }),
        Computed::File => Value::Owned(context.file.to_owned()),
        Computed::Offset => Value::Owned(event.offset.to_string()),
    }
}

fn time_value<'e>(event: &Event<'_>, write: impl Fn(Moment, &mut Vec<u8>)) -> Value<'e> {
    let Some(moment) = event.time() else {
        return Value::Missing;
    };
    let mut out = Vec::with_capacity(25);
    write(moment, &mut out);
    Value::Owned(String::from_utf8_lossy(&out).into_owned())
}

fn envelope_value<'e>(
    key: MemberName,
    path: &Path,
    event: &'e Event<'_>,
    context: &Context<'_>,
) -> Value<'e> {
    if path.is_empty() {
        match key {
            EVENT_TIME => {
                let rendered = time_value(event, |moment, out| {
                    context.format.write(moment, context.zone, out);
                });
                return match (rendered, event.envelope(EVENT_TIME)) {
                    // A time that can't be read is shown as it stands, rather than lost.
                    (Value::Missing, Some(node)) => node.value(),
                    (Value::Missing, None) => {
                        record_value(const { MemberName::named("eventTime") }, path, event)
                    }
                    (rendered, _) => rendered,
                };
            }
            EVENT_NAME => return text(event.call_name()),
            EVENT_SOURCE => return text(event.source_name()),
            EVENT_ID => return text(event.id()),
            ACCESS_KEY_ID => return text(event.access_key_id()),
            USERNAME => return owned(event.username()),
            CLOUD_TRAIL_EVENT if event.shape != Shape::Lookup => {
                return match event.record() {
                    Some(record) => {
                        let whole = record.whole();
                        Value::Owned(Json::new(whole.bytes(), whole.form()).to_compact())
                    }
                    None => Value::Missing,
                };
            }
            READ_ONLY => {
                return match event.read_only() {
                    Some(true) => Value::Owned("true".to_owned()),
                    Some(false) => Value::Owned("false".to_owned()),
                    None => Value::Missing,
                };
            }
            _ => {}
        }
    }
    match event.envelope(key) {
        Some(node) => path.value(node),
        None => Value::Missing,
    }
}

fn record_value<'e>(key: MemberName, path: &Path, event: &'e Event<'_>) -> Value<'e> {
    if let Some(record) = event.record() {
        return record
            .get(key)
            .map_or(Value::Missing, |node| path.value(node));
    }
    if event.record_unreadable().is_some() {
        return Value::Missing;
    }
    from_envelope(key, path, event)
}

/// The members of a record that an envelope without one still tells.
fn from_envelope<'e>(key: MemberName, path: &Path, event: &'e Event<'_>) -> Value<'e> {
    let below = path.split_name();
    let below = below.as_ref().map(|(name, rest)| (*name, rest.is_empty()));
    match (key.name(), below) {
        ("eventID", None) => text(event.id()),
        ("eventName", None) => text(event.call_name()),
        ("eventSource", None) => text(event.source_name()),
        ("eventTime", None) => time_value(event, |moment, out| {
            TimeFormat::default().write(moment, &Zone::Utc, out);
        }),
        ("readOnly", None) => event.read_only().map_or(Value::Missing, Value::Bool),
        ("userIdentity", Some(("accessKeyId", true))) => text(event.access_key_id()),
        _ => Value::Missing,
    }
}

fn any_value<'e>(name: &str, path: &Path, event: &'e Event<'_>) -> Value<'e> {
    if let Some(node) = event.record().and_then(|record| record.get_name(name)) {
        return path.value(node);
    }
    let own = event
        .own_members()
        .find(|(key, _)| Text::once(key).eq_str(name));
    own.map_or(Value::Missing, |(_, node)| path.value(node))
}

impl Event<'_> {
    /// A text member of the envelope, else of the record. Empty counts as absent.
    fn either(&self, envelope: MemberName, record: MemberName) -> Option<Text<'_>> {
        self.envelope(envelope)
            .and_then(|node| node.some_text())
            .or_else(|| self.record_member(record)?.some_text())
    }

    /// The event's id.
    pub fn id(&self) -> Option<Text<'_>> {
        self.either(EVENT_ID, const { MemberName::named("eventID") })
    }

    /// The API call (or sign-in, or service event). Insights name it in their details.
    pub fn call_name(&self) -> Option<Text<'_>> {
        self.either(EVENT_NAME, const { MemberName::named("eventName") })
            .or_else(|| self.record_member(INSIGHT)?.get("eventName")?.some_text())
    }

    /// The service that was called, as `s3.amazonaws.com`.
    pub fn source_name(&self) -> Option<Text<'_>> {
        self.either(EVENT_SOURCE, const { MemberName::named("eventSource") })
            .or_else(|| self.record_member(INSIGHT)?.get("eventSource")?.some_text())
    }

    /// The access key, if one was used.
    pub fn access_key_id(&self) -> Option<Text<'_>> {
        self.envelope(ACCESS_KEY_ID)
            .and_then(|node| node.some_text())
            .or_else(|| self.identity()?.access_key_id)
    }

    /// The user's or session's name as `lookup-events` prints it.
    pub fn username(&self) -> Option<String> {
        self.envelope(USERNAME)
            .and_then(|node| node.some_text())
            .map(|name| name.to_str().into_owned())
            .or_else(|| Some(self.identity()?.username()?.into_owned()))
    }

    /// Whether the call only read. In an envelope it is the text `true` or `false`.
    pub fn read_only(&self) -> Option<bool> {
        let node = self
            .envelope(READ_ONLY)
            .or_else(|| self.record_member(const { MemberName::named("readOnly") }))?;
        match node.value() {
            Value::Bool(value) => Some(value),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Calls `each` with every resource name and ARN of either list until it returns `true`.
    pub fn any_resource(&self, mut each: impl FnMut(&str) -> bool) -> bool {
        let mut hit = false;
        let mut look = |node: Option<super::Node<'_>>, name: &str| {
            let Some(node) = node else { return };
            node.for_each(|resource| {
                if let Some(text) = resource.get(name).and_then(|node| node.some_text()) {
                    hit = hit || each(&text.to_str());
                }
                !hit
            });
        };
        look(self.envelope(RESOURCES), "ResourceName");
        look(
            self.record_member(const { MemberName::named("resources") }),
            "ARN",
        );
        hit
    }
}
