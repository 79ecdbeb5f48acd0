//! Helpers for tests of this module: an event made of some members.

use std::ops::ControlFlow;

use crate::dump::{Chunk, Mode, ScanFacts, Scanner};
use crate::event::{Event, Node};

const BASE: &str = r#"{"eventVersion":"1.08","eventID":"e","eventTime":"2024-06-10T10:00:00Z","#;
const SOURCE: &str = r#""eventSource":"iam.amazonaws.com","#;

/// Calls `each` with the record that has the members of `json` as well; of IAM where these don't say.
pub(super) fn event(json: &str, mut each: impl FnMut(&Event<'_>)) {
    let source = if json.contains("eventSource") {
        ""
    } else {
        SOURCE
    };
    let record = format!("{BASE}{source}{}", json.trim_start_matches('{'));
    let mut found = 0;
    let mut visit = |event: &Event<'_>| {
        found += 1;
        each(event);
        ControlFlow::Continue(())
    };
    let (chunk, mut facts) = (Chunk::whole(record.as_bytes()), ScanFacts::default());
    Scanner::default().run(chunk, Mode::Json, u64::MAX, &mut visit, &mut facts);
    assert_eq!(found, 1, "{record}");
}

/// Calls `each` with the value as it lies in an event.
pub(super) fn node(json: &str, mut each: impl FnMut(Node<'_>)) {
    let members = format!(r#"{{"eventName":"X","requestParameters":{json}}}"#);
    event(&members, |event| {
        let record = event.record().expect("a record");
        each(record.get_name("requestParameters").expect("parameters"));
    });
}
