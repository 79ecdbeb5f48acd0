//! When an event happened.
//!
//! `EventTime` is the envelope's; the record's where there is no envelope, or none that can be read as
//! a time. What EventBridge and CloudWatch Logs write around a record (`time`, `timestamp`) is when it
//! was delivered, and is not used. Logstash keeps the time in `@timestamp` alone.

use super::{Event, MemberName, Node};
use crate::time::{self, Moment};

const EVENT_TIME: MemberName = MemberName::named("EventTime");
const RECORD_TIME: MemberName = MemberName::named("eventTime");

impl Event<'_> {
    /// The instant of the event, if it has one that can be read.
    pub fn time(&self) -> Option<Moment> {
        self.envelope_time().or_else(|| self.record_time())
    }

    /// The time that the lookup gives.
    pub fn envelope_time(&self) -> Option<Moment> {
        self.envelope(EVENT_TIME).and_then(moment)
    }

    /// The time that the record gives.
    pub fn record_time(&self) -> Option<Moment> {
        let record = self.record()?;
        record
            .get(RECORD_TIME)
            .and_then(moment)
            .or_else(|| record.get_name("@timestamp").and_then(moment))
    }
}

/// A JSON number or string, read as a time.
pub(crate) fn moment(node: Node<'_>) -> Option<Moment> {
    match node.bytes().first() {
        Some(b'-' | b'0'..=b'9') => time::from_number(node.bytes()),
        _ => {
            let text = node.text()?;
            match text.plain() {
                Some(plain) => time::from_text(plain),
                None => time::from_text(&text.to_str()),
            }
        }
    }
}
