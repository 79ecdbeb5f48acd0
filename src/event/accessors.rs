//! Properties of an event that are in its envelope or, if the envelope lacks them, in its record.

use super::{Event, MemberName, Node};
use crate::text::{Text, Value};

const EVENT_ID: MemberName = MemberName::named("EventId");
const EVENT_NAME: MemberName = MemberName::named("EventName");
const EVENT_SOURCE: MemberName = MemberName::named("EventSource");
const READ_ONLY: MemberName = MemberName::named("ReadOnly");
const ACCESS_KEY_ID: MemberName = MemberName::named("AccessKeyId");
const USERNAME: MemberName = MemberName::named("Username");
const RESOURCES: MemberName = MemberName::named("Resources");
const RECORD_RESOURCES: MemberName = MemberName::named("resources");
const RECIPIENT: MemberName = MemberName::named("recipientAccountId");
const INSIGHT: MemberName = MemberName::named("insightDetails");

impl Event<'_> {
    /// A text member of the envelope, else of the record. An empty text counts as missing.
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

    /// The account that received the event; if the record does not name it, the caller's account.
    pub fn account_id(&self) -> Option<Text<'_>> {
        self.record_member(RECIPIENT)
            .and_then(Node::some_text)
            .or_else(|| self.identity()?.account_id)
    }

    /// The resources of the event, each once: the names in the envelope's `Resources`; if it has none, the ARNs in
    /// the record's `resources`.
    pub fn resources(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for (list, name) in [
            (self.envelope(RESOURCES), "ResourceName"),
            (self.record_member(RECORD_RESOURCES), "ARN"),
        ] {
            each_text(list, name, &mut |text| {
                if !all.iter().any(|known| known == text) {
                    all.push(text.to_owned());
                }
                false
            });
            // The two lists name the same resources in different spellings.
            if !all.is_empty() {
                break;
            }
        }
        all
    }

    /// Calls `each` with every resource name and ARN of both lists until it returns `true`.
    pub fn any_resource(&self, mut each: impl FnMut(&str) -> bool) -> bool {
        each_text(self.envelope(RESOURCES), "ResourceName", &mut each)
            || each_text(self.record_member(RECORD_RESOURCES), "ARN", &mut each)
    }
}

/// Calls `each` with a text member of every element of a list until it returns `true`.
fn each_text(list: Option<Node<'_>>, name: &str, each: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut hit = false;
    if let Some(list) = list {
        list.for_each(|element| {
            if let Some(text) = element.get(name).and_then(Node::some_text) {
                hit = each(&text.to_str());
            }
            !hit
        });
    }
    hit
}
