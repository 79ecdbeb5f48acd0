//! Fields: what the user can select, group, sort and print by name.
//!
//! A field is a member of the lookup envelope or of the record, a path below one, or a value that the program
//! computes. The words of the selection flags are fields, too.

mod names;
mod origin;
mod value;

pub use names::{names, words};
pub use origin::FieldOrigin;

use super::path::Step;
use super::{MemberName, Path};
use crate::time::{TimeFormat, Zone};

/// What the value of a field depends on, in addition to the event.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The zone in which times are printed.
    pub zone: &'c Zone,
    /// How times are printed.
    pub format: &'c TimeFormat,
    /// The file, as the user typed it.
    pub file: &'c str,
}

/// The fields that the program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Computed {
    Principal,
    Session,
    Service,
    Outcome,
    Date,
    Hour,
    Account,
    Resource,
    File,
    Offset,
    Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FieldSource {
    Computed(Computed),
    Envelope(MemberName, Path),
    Record(MemberName, Path),
    /// Typed with a leading dot: a member of the record with any name, else of the event's own object.
    Any(String, Path),
}

/// The first name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstName<'f> {
    /// One of [`names`].
    Known(&'f str),
    /// Any name, typed with a leading dot.
    Any(&'f str),
}

/// A field of an event, compiled from its name.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    source: FieldSource,
}

/// Why a text is not the name of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The text.
    pub typed: String,
    /// The reason.
    pub why: String,
    /// For a path that cannot be parsed: the column, in characters from 1.
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

impl Field {
    /// Compiles the name of a field.
    ///
    /// Names of CloudTrail and of the program are found without regard to case, `_` and `-`, unless a part of the path
    /// is in quotes. An exact name wins; then the envelope's name wins over the record's.
    ///
    /// ```
    /// use trailsift::event::Field;
    ///
    /// let name = |typed| Field::parse(typed).map(|field| field.name().to_owned());
    /// assert_eq!(name("eventName").as_deref(), Ok("eventName"));
    /// assert_eq!(name("eventname").as_deref(), Ok("EventName"));
    /// assert_eq!(name("user_identity.Arn").as_deref(), Ok("userIdentity.arn"));
    /// assert!(name("userIdentity..arn").is_err());
    /// ```
    ///
    /// # Errors
    /// If the first name is unknown, with similar names; if the path cannot be parsed, with the column.
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
        let (first, mut path) = Path::parse(path_text).map_err(|found| FieldError {
            column: Some(found.column + usize::from(dotted)),
            ..error(found.why, Vec::new())
        })?;
        if dotted {
            return Ok(Field {
                name: typed.to_owned(),
                source: FieldSource::Any(first, path),
            });
        }
        // Quotes are the way to type a name that differs from a known one in nothing but case.
        let is_exact = typed.contains('"');
        let Some(known) = names::find(&first, is_exact) else {
            let why = "not a member of the lookup envelope, a member of the record or a computed field \
                       (a leading dot selects a member with any name: `.x`)";
            return Err(error(why.to_owned(), names::suggestions(&first)));
        };
        let is_respelled = !is_exact && names::respell(known, &mut path);
        let name = if is_respelled || known != first {
            let mut name = known.to_owned();
            path.write(&mut name);
            name
        } else {
            typed.to_owned()
        };
        let nothing_below = || error(format!("`{known}` has no members"), Vec::new());
        let source = match names::meaning(known) {
            Some(_) if !path.is_empty() => return Err(nothing_below()),
            Some(source) => source,
            None => member(MemberName::of(known.as_bytes()), path),
        };
        Ok(Field { name, source })
    }

    /// Whether a text is the exact name of a field, or a path whose first name is that of a member of CloudTrail's, in
    /// its exact case. Such a word on the right side of a comparison is a field.
    pub fn is_exact(text: &str) -> bool {
        let end = text.find(['.', '[']);
        match end {
            None => names::find(text, true).is_some(),
            Some(end) => MemberName::is_spelled(&text[..end]),
        }
    }

    /// The name, in its usual spelling: the heading of a column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the field that a flag's word stands for: `sourceIPAddress` for `ip`. Other fields have only the one
    /// name.
    pub fn defined_as(&self) -> &str {
        match &self.source {
            FieldSource::Computed(computed) => names::computed(*computed),
            FieldSource::Envelope(key, path) | FieldSource::Record(key, path)
                if path.is_empty() =>
            {
                key.name()
            }
            _ => &self.name,
        }
    }

    /// True for the event's time, which sorts and compares as an instant.
    pub fn is_time(&self) -> bool {
        matches!(&self.source, FieldSource::Envelope(EVENT_TIME, path) if path.is_empty())
    }

    /// True for a computed field that is a number.
    pub fn is_number(&self) -> bool {
        self.source == FieldSource::Computed(Computed::Offset)
    }

    /// True for `resource`, which counts an event once for each of its resources.
    pub fn is_list(&self) -> bool {
        self.source == FieldSource::Computed(Computed::Resource)
    }

    /// True for a field that can differ between two events that are equal except for the outcome of the call.
    pub fn depends_on_outcome(&self) -> bool {
        match &self.source {
            FieldSource::Computed(Computed::Outcome | Computed::Event)
            | FieldSource::Any(..)
            | FieldSource::Envelope(CLOUD_TRAIL_EVENT, _) => true,
            FieldSource::Record(key, _) => {
                [ERROR_CODE, ERROR_MESSAGE, RESPONSE_ELEMENTS].contains(key)
            }
            FieldSource::Computed(_) | FieldSource::Envelope(..) => false,
        }
    }

    /// True for a path below a member, and for a name with a leading dot: if no event has it, it is probably misspelt.
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
            FieldSource::Computed(computed) => (FirstName::Known(names::computed(*computed)), &[]),
            FieldSource::Envelope(key, path) | FieldSource::Record(key, path) => {
                (FirstName::Known(key.name()), path.steps())
            }
            FieldSource::Any(name, path) => (FirstName::Any(name), path.steps()),
        }
    }
}

/// The source of a member of the envelope or the record. Below `CloudTrailEvent` the record's members follow.
fn member(key: MemberName, path: Path) -> FieldSource {
    if !key.is_envelope() {
        return FieldSource::Record(key, path);
    }
    match (key, path.split_name()) {
        (CLOUD_TRAIL_EVENT, Some((name, rest))) => match MemberName::of(name.as_bytes()) {
            key if key.is_record() => FieldSource::Record(key, rest),
            _ => FieldSource::Any(name.to_owned(), rest),
        },
        _ => FieldSource::Envelope(key, path),
    }
}
