//! `--where` with a field on the right side of a comparison.

use serde_json::json;

use crate::support::program::Dir;
use crate::support::small::{lookup, record, without};

/// Accounts: of the recipient and the caller, equal, different, of nobody.
fn accounts() -> Dir {
    let dir = Dir::new();
    let records = [
        record(0, json!({})),
        record(1, json!({"recipientAccountId": "999988887777"})),
        without(record(2, json!({})), &["recipientAccountId"]),
        record(
            3,
            json!({"userIdentity": {"type": "AWSService"}, "eventName": "recipientAccountId"}),
        ),
    ];
    dir.write("dump", lookup(&records));
    dir
}

#[test]
fn a_field_on_the_right_is_compared_event_by_event() {
    let dir = accounts();
    let total = |expression: &str| {
        dir.run(["count", "--total", "--where", expression, "dump"])
            .got()
            .out
            .trim()
            .to_owned()
    };
    for (expression, events) in [
        ("userIdentity.accountId = recipientAccountId", "1"),
        // As everywhere `!=` is the opposite of `=`, so it selects events without one of the fields, too.
        ("userIdentity.accountId != recipientAccountId", "3"),
        ("recipientAccountId != userIdentity.accountId", "3"),
        (
            "exists userIdentity.accountId and exists recipientAccountId and userIdentity.accountId != recipientAccountId",
            "1",
        ),
        ("userIdentity.accountId < recipientAccountId", "1"),
        (
            "recipientAccountId in (userIdentity.accountId, 999988887777)",
            "2",
        ),
        (
            "recipientAccountId not in (userIdentity.accountId, '999988887777')",
            "2",
        ),
        ("account = recipientAccountId", "3"),
        ("EventTime = eventTime and eventName = EventName", "4"),
        ("eventName = 'recipientAccountId'", "1"),
        ("eventName = recipientAccountId", "0"),
    ] {
        assert_eq!(total(expression), events, "{expression}");
    }
}

#[test]
fn explain_prints_texts_in_quotes_and_fields_without() {
    let dir = accounts();
    let expression = "eventName in (recipientAccountId, EventSourcE)";
    dir.run(["count", "--explain", "--where", expression, "dump"])
        .got()
        .quietly()
        .shows("    eventName in (recipientAccountId, 'EventSourcE')\n")
        .shows("    recipientAccountId  --where\n");
}

#[test]
fn a_path_on_the_right_that_no_event_has_is_a_warning() {
    let dir = accounts();
    let expression = "eventName = requestParameters.nme";
    dir.run(["count", "--where", expression, "dump"])
        .got()
        .ends(0)
        .mentions("--where: `requestParameters.nme` was found in no event");
}
