//! When an event happened.
//!
//! `EventTime` is the envelope's time. If there is no envelope, or its time is unreadable, it is the record's time. The
//! times that EventBridge and CloudWatch Logs write around a record (`time`, `timestamp`) are times of delivery and are
//! not used. Logstash keeps the time only in `@timestamp`.

use super::{Event, MemberName, Node};
use crate::time::{self, Moment};

const EVENT_TIME: MemberName = MemberName::named("EventTime");
const RECORD_TIME: MemberName = MemberName::named("eventTime");

impl Event<'_> {
    /// The instant of the event; `None` if it is missing or unreadable.
    pub fn time(&self) -> Option<Moment> {
        self.envelope_time().or_else(|| self.record_time())
    }

    /// The time in the envelope.
    pub fn envelope_time(&self) -> Option<Moment> {
        self.envelope(EVENT_TIME).and_then(moment)
    }

    /// The time in the record.
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
