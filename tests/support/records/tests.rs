//! What the generator promises of every set of events. Not for the files made of them.

use super::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn parsed(event: &Event) -> Value {
    serde_json::from_str(&event.record_text()).unwrap()
}

#[test]
fn a_seed_gives_the_same_events_and_another_gives_other_ids() {
    let ids = |seed| {
        events(seed, 200)
            .into_iter()
            .filter_map(|e| e.id)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(1), ids(1));
    assert!(ids(1).is_disjoint(&ids(2)));
    assert!(ids(1).len() >= 195, "ids are not used twice");
}

#[test]
fn eighty_events_show_every_identity_type_and_outcome() {
    let records: Vec<Value> = events(7, 80).iter().map(parsed).collect();
    let types: BTreeSet<&str> = records
        .iter()
        .map(|r| r["userIdentity"]["type"].as_str().unwrap_or("none"))
        .collect();
    for kind in [
        "IAMUser",
        "Root",
        "AssumedRole",
        "FederatedUser",
        "AWSService",
        "AWSAccount",
        "SAMLUser",
        "WebIdentityUser",
        "IdentityCenterUser",
        "none",
    ] {
        assert!(types.contains(kind), "{kind} among {types:?}");
    }
    let codes: BTreeSet<&str> = records
        .iter()
        .filter_map(|r| r["errorCode"].as_str())
        .collect();
    for code in [
        "AccessDenied",
        "AccessDeniedException",
        "Client.UnauthorizedOperation",
        "ThrottlingException",
    ] {
        assert!(codes.contains(code), "{code} among {codes:?}");
    }
    assert!(
        records
            .iter()
            .any(|r| r["errorMessage"] == "Failed authentication" && r["errorCode"].is_null())
    );
}

#[test]
fn records_and_envelopes_agree() {
    for event in events(3, 300) {
        let record = parsed(&event);
        assert_eq!(record["eventName"], *event.name);
        assert_eq!(record["eventSource"], *event.source);
        assert_eq!(
            record["eventID"].as_str().filter(|id| !id.is_empty()),
            event.id.as_deref()
        );
        let key = record["userIdentity"]["accessKeyId"]
            .as_str()
            .filter(|key| !key.is_empty());
        assert_eq!(key, event.access_key.as_deref());
        assert_eq!(record.get("readOnly").is_some(), event.read_only.is_some());
    }
}

#[test]
fn events_come_newest_first_and_begin_with_a_plain_one() {
    let events = events(11, 120);
    assert!(events.is_sorted_by_key(|event| std::cmp::Reverse(event.time)));
    assert!(events.windows(2).any(|pair| pair[0].time == pair[1].time));
    assert_eq!(events[0].name, "DescribeInstances");
    assert_eq!(events[0].username.as_deref(), Some("alice"));
}

#[test]
fn numbers_keep_their_spelling() {
    let events = events(5, 100);
    let text: String = events.iter().map(Event::record_text).collect();
    for spelling in [
        "123456789012345678901234567890",
        "1.688560107857E9",
        ":1e-7,",
        ":0.0,",
        ":-0.0,",
        "9007199254740993",
    ] {
        assert!(text.contains(spelling), "{spelling}");
    }
}

#[test]
fn insights_name_the_call_only_inside() {
    for event in insights(1, 4) {
        let record = parsed(&event);
        assert!(record.get("eventName").is_none() && record.get("userIdentity").is_none());
        assert_eq!(record["insightDetails"]["eventName"], *event.name);
    }
}

#[test]
fn times_are_written_as_cloudtrail_does() {
    assert_eq!(iso(0), "1970-01-01T00:00:00Z");
    assert_eq!(iso(951_782_400), "2000-02-29T00:00:00Z");
    assert_eq!(iso(1_560_042_666), "2019-06-09T01:11:06Z");
    assert_eq!(iso(-1), "1969-12-31T23:59:59Z");
}
