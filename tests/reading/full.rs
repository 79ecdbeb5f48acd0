//! Each event of any bytes, decoded in full by serde_json, compared with the lazily read fields. If a member occurs
//! twice, the first one counts.

use std::fmt;
use std::io;
use std::ops::ControlFlow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use trailsift::dump::EventLimits;
use trailsift::engine::{Answer, Question};
use trailsift::event::{Context, Event, Field};

use super::fields::mended;
use super::{How, ask, item};

/// The number of compared records, and the differences from serde_json.
pub fn differences(bytes: &[u8], limits: EventLimits) -> (usize, Vec<String>) {
    let how = How {
        limits,
        ..How::default()
    };
    let mut all = All::default();
    ask(&[item(bytes)], how, &Comparing, &mut all);
    (all.0, all.1)
}

struct Comparing;

impl Question for Comparing {
    type Batch = All;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut All) {
        match compare(event, context) {
            Ok(is_compared) => batch.0 += usize::from(is_compared),
            Err(why) => batch
                .1
                .push(format!("the event at {}: {why}", event.offset)),
        }
    }
}

#[derive(Default)]
struct All(usize, Vec<String>);

impl Answer<All> for All {
    fn add(&mut self, batch: All, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.0 += batch.0;
        self.1.extend(batch.1);
        Ok(ControlFlow::Continue(()))
    }
}

/// The members of an object, in order. Deeper levels are only checked to be JSON.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

impl Members {
    fn of(text: &str) -> Option<Members> {
        serde_json::from_str(text).ok()
    }

    fn first(&self, name: &str) -> Option<&str> {
        let member = self.0.iter().find(|(key, _)| key == name);
        member.map(|(_, value)| value.get())
    }
}

/// Paths of the record that nothing is derived from.
const PATHS: [&str; 8] = [
    "eventVersion",
    "awsRegion",
    "userAgent",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "userIdentity.arn",
    "userIdentity.sessionContext.sessionIssuer.arn",
];

/// Whether the record of an event could be compared, or what differs.
fn compare(event: &Event<'_>, context: &Context<'_>) -> Result<bool, String> {
    let source = mended(&String::from_utf8_lossy(event.source()));
    let text = |json: &str| serde_json::from_str::<String>(json).ok();
    let record = if source.starts_with('"') {
        text(&source).ok_or("no string to serde_json")?
    } else {
        let own = Members::of(&source).ok_or("no object to serde_json")?;
        let is_lookup = own.first("EventId").is_some() || own.first("EventName").is_some();
        match own.first("CloudTrailEvent") {
            Some(json) if json.starts_with('"') => text(json).ok_or("no record to serde_json")?,
            Some(json) if json.starts_with('{') => json.to_owned(),
            None if !is_lookup && own.first("eventVersion").is_some() => source,
            // Its record is in another place or missing.
            _ => return Ok(false),
        }
    };
    let record = Members::of(&mended(&record));
    if event.record_unreadable().is_some() != record.is_none() {
        return Err(format!(
            "readable {} to serde_json",
            if record.is_some() { "only" } else { "never" }
        ));
    }
    let Some(record) = record else {
        return Ok(true);
    };
    for path in PATHS {
        let mut names = path.split('.');
        let mut found = names
            .next()
            .and_then(|name| record.first(name))
            .map(str::to_owned);
        for name in names {
            let members = found.as_deref().and_then(Members::of);
            found = members.and_then(|members| members.first(name).map(str::to_owned));
        }
        let field = Field::parse(&format!(".{path}")).map_err(|error| error.to_string())?;
        let value = field.value(event, context);
        let said = value.cell_text();
        let is_same = match found.as_deref() {
            None | Some("null") => said.is_empty(),
            Some(json) if json.starts_with('"') => text(json).as_deref() == Some(&*said),
            Some(json) if json.starts_with(['{', '[']) => is_same_json(json, &said),
            Some(json) => json == said,
        };
        if !is_same {
            return Err(format!("{path}: {said:?}, {found:?}"));
        }
    }
    Ok(true)
}

/// Whether two texts are the same JSON, down to the 128 levels that serde_json decodes.
fn is_same_json(one: &str, other: &str) -> bool {
    let decoded = |text: &str| serde_json::from_str::<serde_json::Value>(&mended(text));
    match (decoded(one), decoded(other)) {
        (Ok(one), Ok(other)) => one == other,
        (one, other) => one.is_err() && other.is_err(),
    }
}
