//! Where the value of a field comes from, and what it can be: for those who compare it and those who explain what
//! will be read.
//!
//! Not for: the value itself.

use super::{CLOUD_TRAIL_EVENT, EVENT_TIME, Field, Half, Own, READ_ONLY, RESOURCES};
use crate::event::{Event, MemberName, Outcome};
use crate::text::Value;
use crate::time::{self, Moment};

const RECORD_TIME: MemberName = MemberName::named("eventTime");

/// Where a field's value comes from. An event without an envelope takes it from its record all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A member of the envelope.
    Envelope,
    /// Something inside the record.
    Record,
    /// A field of ours.
    Ours,
}

impl Field {
    /// Where the value comes from.
    pub fn place(&self) -> Place {
        match &self.half {
            Half::Own(_) => Place::Ours,
            Half::Envelope(CLOUD_TRAIL_EVENT, _) => Place::Record,
            Half::Envelope(..) => Place::Envelope,
            Half::Record(..) | Half::Any(..) => Place::Record,
        }
    }

    /// The fields that one of ours is made from; none for `file` and `offset`, and for those that are not ours.
    pub fn made_from(&self) -> &'static [&'static str] {
        let Half::Own(own) = &self.half else {
            return &[];
        };
        match own {
            Own::Principal | Own::Session => &["userIdentity"],
            Own::Service => &["EventSource"],
            Own::Outcome => &["errorCode", "errorMessage", "responseElements"],
            Own::Date | Own::Hour => &["EventTime"],
            Own::File | Own::Offset => &[],
        }
    }

    /// True when something lies below the first name, so that finding it takes a walk.
    pub fn is_deep(&self) -> bool {
        match &self.half {
            Half::Own(_) => false,
            Half::Envelope(_, path) | Half::Record(_, path) | Half::Any(_, path) => {
                !path.is_empty()
            }
        }
    }

    /// True for `EventTime` and `eventTime`, which are instants however they are spelled.
    pub fn is_instant(&self) -> bool {
        match &self.half {
            Half::Envelope(EVENT_TIME, path) | Half::Record(RECORD_TIME, path) => path.is_empty(),
            _ => false,
        }
    }

    /// The instant of a field that is one; `None` where the event has none that can be read.
    pub fn moment(&self, event: &Event<'_>) -> Option<Moment> {
        match &self.half {
            Half::Envelope(EVENT_TIME, path) if path.is_empty() => event.time(),
            Half::Record(RECORD_TIME, path) if path.is_empty() => {
                match super::record_value(RECORD_TIME, path, event) {
                    Value::Number(digits) => time::from_number(digits),
                    value => time::from_text(&value.cell_text()),
                }
            }
            _ => None,
        }
    }

    /// All values that the field can have, where they are few.
    pub fn possible(&self) -> Option<&'static [&'static str]> {
        match &self.half {
            Half::Own(Own::Outcome) => Some(&OUTCOMES),
            Half::Own(Own::Hour) => Some(&HOURS),
            Half::Envelope(READ_ONLY, path) | Half::Record(RECORD_READ_ONLY, path)
                if path.is_empty() =>
            {
                Some(&["true", "false"])
            }
            _ => None,
        }
    }

    /// How to ask the elements of a list for what was asked of the list itself, which has no members:
    /// `Resources[].ResourceName` for `Resources.ResourceName`.
    pub fn of_elements(&self) -> Option<String> {
        let list = match &self.half {
            Half::Envelope(key @ RESOURCES, path) | Half::Record(key @ RECORD_RESOURCES, path) => {
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
    fn a_member_of_a_list_is_asked_of_its_elements() {
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
        let place = |name: &str| Field::parse(name).unwrap().place();
        assert_eq!(place("EventName"), Place::Envelope);
        assert_eq!(place("Resources[0].ResourceName"), Place::Envelope);
        for inside in [
            "eventName",
            "CloudTrailEvent",
            "CloudTrailEvent.eventName",
            ".x",
            "userIdentity.arn",
        ] {
            assert_eq!(place(inside), Place::Record, "{inside}");
        }
        for name in [
            "principal",
            "session",
            "service",
            "outcome",
            "date",
            "hour",
            "file",
            "offset",
        ] {
            let field = Field::parse(name).unwrap();
            assert_eq!(field.place(), Place::Ours);
            for part in field.made_from() {
                assert_ne!(place(part), Place::Ours, "{part}");
            }
        }
    }
}
