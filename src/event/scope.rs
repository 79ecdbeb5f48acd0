//! Which paths of an event are listed: all, or those at and below one path.

use super::field::{FirstName, names};
use super::path::Step;
use super::{Field, FieldError, MemberName};

pub(super) const CLOUD_TRAIL_EVENT: &str = "CloudTrailEvent";

/// Which paths are listed: all, or those at and below one path.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The first names, in the order of [`names`].
    pub(super) firsts: Vec<(Kind, Field)>,
    within: Within,
    /// The steps from the first name to the wanted path.
    pub(super) steps: Vec<Step>,
}

/// The source of a first name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Envelope(MemberName),
    Computed,
    Record(MemberName),
}

#[derive(Clone, Debug)]
enum Within {
    All,
    /// The record, `CloudTrailEvent`.
    Record,
    Known(String),
    /// Typed with a leading dot; also finds a record member of this name.
    Any(String),
}

impl Scope {
    /// Every path.
    pub fn all() -> Scope {
        let kind = |name: &str| match MemberName::of(name.as_bytes()) {
            key if key.is_envelope() => Kind::Envelope(key),
            key if key.is_record() => Kind::Record(key),
            _ => Kind::Computed,
        };
        // Each of these names is a field, so none is skipped.
        let fields = names().filter_map(|name| Some((kind(name), Field::parse(name).ok()?)));
        Scope {
            firsts: fields.collect(),
            within: Within::All,
            steps: Vec::new(),
        }
    }

    /// The path of a field, and the paths below it.
    ///
    /// # Errors
    /// An element of an array; all elements are treated alike.
    pub fn below(field: &Field) -> Result<Scope, FieldError> {
        let (first, steps) = field.first();
        if steps.iter().any(|step| matches!(step, Step::Index(_))) {
            return Err(FieldError {
                typed: field.name().to_owned(),
                why: "elements of an array are listed as one, `[]`".to_owned(),
                column: None,
                suggestions: Vec::new(),
            });
        }
        Ok(Scope {
            within: match first {
                FirstName::Known(CLOUD_TRAIL_EVENT) if steps.is_empty() => Within::Record,
                FirstName::Known(name) => Within::Known(name.to_owned()),
                FirstName::Any(name) => Within::Any(name.to_owned()),
            },
            steps: steps.to_vec(),
            ..Scope::all()
        })
    }

    /// Whether a wanted path can begin with a first name.
    pub(super) fn wants(&self, kind: Kind, name: &str) -> bool {
        match &self.within {
            Within::All => true,
            Within::Record => matches!(kind, Kind::Record(_)) || name == CLOUD_TRAIL_EVENT,
            Within::Known(wanted) => wanted == name,
            Within::Any(wanted) => matches!(kind, Kind::Record(_)) && wanted == name,
        }
    }

    /// The same for a name after a leading dot.
    pub(super) fn wants_dotted(&self, name: &str) -> bool {
        match &self.within {
            Within::All | Within::Record => true,
            Within::Known(_) => false,
            Within::Any(wanted) => wanted == name,
        }
    }

    /// Whether the record is needed, in addition to the envelope and computed fields.
    pub(super) fn wants_record(&self) -> bool {
        let mut firsts = self.firsts.iter();
        matches!(self.within, Within::Any(_))
            || firsts.any(|(kind, field)| {
                matches!(kind, Kind::Record(_)) && self.wants(*kind, field.name())
            })
    }
}
