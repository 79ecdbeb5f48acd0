//! The origin of the value of a field, and its possible values, for comparisons and `--explain`.

use super::{CLOUD_TRAIL_EVENT, Computed, EVENT_TIME, Field, FieldSource, READ_ONLY, RESOURCES};
use crate::event::{Event, MemberName, Outcome};
use crate::text::Value;
use crate::time::{self, Moment};

const RECORD_TIME: MemberName = MemberName::named("eventTime");

/// The origin of a field's value. If the envelope is missing, the value is derived from the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldOrigin {
    /// A member of the envelope.
    Envelope,
    /// Something inside the record.
    Record,
    /// A field that the program computes.
    Computed,
}

impl Field {
    /// The origin of the value.
    pub fn origin(&self) -> FieldOrigin {
        match &self.source {
            FieldSource::Computed(_) => FieldOrigin::Computed,
            FieldSource::Envelope(CLOUD_TRAIL_EVENT, _) => FieldOrigin::Record,
            FieldSource::Envelope(..) => FieldOrigin::Envelope,
            FieldSource::Record(..) | FieldSource::Any(..) => FieldOrigin::Record,
        }
    }

    /// The fields that a computed field is made from; empty for `file`, `offset` and fields that are not computed.
    pub fn made_from(&self) -> &'static [&'static str] {
        let FieldSource::Computed(own) = &self.source else {
            return &[];
        };
        match own {
            Computed::Principal | Computed::Session => &["userIdentity"],
            Computed::Service => &["EventSource"],
            Computed::Outcome => &["errorCode", "errorMessage", "responseElements"],
            Computed::Date | Computed::Hour => &["EventTime"],
            Computed::Account => &["recipientAccountId", "userIdentity.accountId"],
            Computed::Resource => &["Resources[].ResourceName", "resources[].ARN"],
            Computed::Event => &["CloudTrailEvent"],
            Computed::File | Computed::Offset => &[],
        }
    }

    /// True for a path below the first name, which needs a walk over the value.
    pub fn is_deep(&self) -> bool {
        match &self.source {
            FieldSource::Computed(_) => false,
            FieldSource::Envelope(_, path)
            | FieldSource::Record(_, path)
            | FieldSource::Any(_, path) => !path.is_empty(),
        }
    }

    /// True for `EventTime` and `eventTime`, which are instants however they are spelled.
    pub fn is_instant(&self) -> bool {
        match &self.source {
            FieldSource::Envelope(EVENT_TIME, path) | FieldSource::Record(RECORD_TIME, path) => {
                path.is_empty()
            }
            _ => false,
        }
    }

    /// The instant of a field that is one; `None` if it is missing or unreadable.
    pub fn moment(&self, event: &Event<'_>) -> Option<Moment> {
        match &self.source {
            FieldSource::Envelope(EVENT_TIME, path) if path.is_empty() => event.time(),
            FieldSource::Record(RECORD_TIME, path) if path.is_empty() => {
                match super::value::record_value(RECORD_TIME, path, event) {
                    Value::Number(digits) => time::from_number(digits),
                    value => time::from_text(&value.cell_text()),
                }
            }
            _ => None,
        }
    }

    /// All values that the field can have, if they are few.
    pub fn possible(&self) -> Option<&'static [&'static str]> {
        match &self.source {
            FieldSource::Computed(Computed::Outcome) => Some(&OUTCOMES),
            FieldSource::Computed(Computed::Hour) => Some(&HOURS),
            FieldSource::Envelope(READ_ONLY, path)
            | FieldSource::Record(RECORD_READ_ONLY, path)
                if path.is_empty() =>
            {
                Some(&["true", "false"])
            }
            _ => None,
        }
    }

    /// The same path for the elements of a list, because the list itself has no members:
    /// `Resources[].ResourceName` for `Resources.ResourceName`.
    pub fn of_elements(&self) -> Option<String> {
        let list = match &self.source {
            FieldSource::Envelope(key @ RESOURCES, path)
            | FieldSource::Record(key @ RECORD_RESOURCES, path) => {
                path.split_name().map(|_| key.name())
            }
            _ => None,
        }?;
        let rest = self.name.strip_prefix(list)?;
        Some(format!("{list}[]{rest}"))
    }
}

const RECORD_READ_ONLY: MemberName = MemberName::named("readOnly");
const RECORD_RESOURCES: MemberName = MemberName::named("resources");

const OUTCOMES: [&str; 3] = [
    Outcome::Ok.name(),
    Outcome::Denied.name(),
    Outcome::Failed.name(),
];

const HOURS: [&str; 24] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15",
    "16", "17", "18", "19", "20", "21", "22", "23",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_a_list_is_that_of_its_elements() {
        let hint = |typed: &str| Field::parse(typed).unwrap().of_elements();
        assert_eq!(hint("resources.ARN").as_deref(), Some("resources[].ARN"));
        assert_eq!(
            hint("Resources.ResourceName").as_deref(),
            Some("Resources[].ResourceName")
        );
        for typed in [
            "Resources",
            "Resources[].ResourceName",
            "resources[0].ARN",
            "userIdentity.arn",
        ] {
            assert_eq!(hint(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_name_has_a_place() {
        let origin = |name: &str| Field::parse(name).unwrap().origin();
        assert_eq!(origin("EventName"), FieldOrigin::Envelope);
        assert_eq!(origin("Resources[0].ResourceName"), FieldOrigin::Envelope);
        for inside in [
            "eventName",
            "CloudTrailEvent",
            "CloudTrailEvent.eventName",
            ".x",
            "userIdentity.arn",
        ] {
            assert_eq!(origin(inside), FieldOrigin::Record, "{inside}");
        }
        for name in [
            "principal",
            "session",
            "service",
            "outcome",
            "date",
            "hour",
            "account",
            "resource",
            "who",
            "file",
            "offset",
        ] {
            let field = Field::parse(name).unwrap();
            assert_eq!(field.origin(), FieldOrigin::Computed);
            for part in field.made_from() {
                assert_ne!(origin(part), FieldOrigin::Computed, "{part}");
            }
        }
    }
}
