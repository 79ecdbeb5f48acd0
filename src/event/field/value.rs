//! The value of a field in an event.
//!
//! If an event has no envelope or no record, the members of the missing one are derived from the other, as CloudTrail
//! derives them. `Resources` is the exception: CloudTrail computes it per API, and the record's `resources` is a
//! different list.

use super::{
    ACCESS_KEY_ID, CLOUD_TRAIL_EVENT, Computed, Context, EVENT_ID, EVENT_NAME, EVENT_SOURCE,
    EVENT_TIME, Field, FieldSource, READ_ONLY, USERNAME,
};
use crate::event::{Event, MemberName, Outcome, Path, Shape};
use crate::text::{Json, Text, Value};
use crate::time::{Moment, TimeFormat, Zone};

impl Field {
    /// The value of the field in an event.
    pub fn value<'e>(&self, event: &'e Event<'_>, context: &Context<'_>) -> Value<'e> {
        match &self.source {
            FieldSource::Computed(computed) => computed_value(*computed, event, context),
            FieldSource::Envelope(key, path) => envelope_value(*key, path, event, context),
            FieldSource::Record(key, path) => record_value(*key, path, event),
            FieldSource::Any(name, path) => any_value(name, path, event),
        }
    }

    /// The value in one of the rows of an event that has one row per resource: the field `resource` is this one.
    pub fn value_in_row<'e>(
        &self,
        event: &'e Event<'_>,
        context: &Context<'_>,
        resource: Option<&str>,
    ) -> Value<'e> {
        match resource {
            Some(resource) if self.is_list() => Value::Owned(resource.to_owned()),
            _ => self.value(event, context),
        }
    }
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
        Computed::Outcome => owned(event.outcome().map(Outcome::name)),
        Computed::Date => time_value(event, |moment, out| {
            crate::time::write_date(moment, context.zone, out);
        }),
        Computed::Hour => time_value(event, |moment, out| {
            crate::time::write_hour(moment, context.zone, out);
        }),
        Computed::Account => text(event.account_id()),
        Computed::Resource => match event.resources() {
            all if all.is_empty() => Value::Missing,
            all => Value::List(all.into_iter().map(Value::Owned).collect()),
        },
        Computed::File => Value::Owned(context.file.to_owned()),
        Computed::Offset => Value::Owned(event.offset.to_string()),
        Computed::Event => {
            let text = crate::event::whole::in_clock(event, context.zone, context.format);
            Value::OwnedJson(text)
        }
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
                    // An unreadable time is shown unchanged, so that it is not lost.
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

pub(super) fn record_value<'e>(key: MemberName, path: &Path, event: &'e Event<'_>) -> Value<'e> {
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

/// The members of a record that can be derived from an envelope without a record.
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
