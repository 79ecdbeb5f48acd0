//! The shapes dumps come in, where no real client is needed to make them: what the
//! AWS CLI prints, what SDKs, S3, EventBridge and CloudWatch Logs wrap around records.
//!
//! Not for damage.

use super::json::{Json, Style, number, object};
use super::records::{ACCOUNT, Event, MODEL_ORDER, Rng, iso};

/// Spells an event's time for an envelope.
pub type Spell = fn(&Event) -> Json;

/// `1560042666.0`, as version 1 of the CLI prints.
pub fn seconds(event: &Event) -> Json {
    number(&format!("{}.0", event.time))
}

/// `"2019-06-09T01:11:06+00:00"`, as version 2 prints where the zone is UTC.
pub fn iso_offset(event: &Event) -> Json {
    iso(event.time).replace('Z', "+00:00").into()
}

/// `{"Events": […]}` as the CLI prints it: byte for byte (the fixtures' maker compares).
pub fn cli(events: &[Event], spell: Spell) -> String {
    let document = object([("Events", lookups(events, spell))]);
    document.write(Style::FOUR) + "\n"
}

/// The lookup events alone, members in the order of the API's model.
pub fn lookups(events: &[Event], spell: Spell) -> Json {
    Json::List(
        events
            .iter()
            .map(|event| event.lookup(&MODEL_ORDER, spell(event)))
            .collect(),
    )
}

/// As the CLI 1.16 printed on Python 2.7: members in the order of its hash table, a
/// blank after each comma.
pub fn python_2(events: &[Event]) -> String {
    const ORDER: [&str; 9] = [
        "EventId",
        "Username",
        "EventTime",
        "CloudTrailEvent",
        "AccessKeyId",
        "EventName",
        "ReadOnly",
        "EventSource",
        "Resources",
    ];
    let events = events
        .iter()
        .map(|event| event.lookup(&ORDER, seconds(event)));
    object([("Events", Json::List(events.collect()))]).write(Style::PYTHON_2) + "\n"
}

/// As `JSON.stringify(await client.send(…), null, 2)` of the SDK for JavaScript writes:
/// members in alphabetical order, times as `Date` writes them.
pub fn javascript(events: &[Event]) -> String {
    let mut order = MODEL_ORDER;
    order.sort_unstable();
    let time = |event: &Event| iso(event.time).replace('Z', ".000Z");
    let events = events
        .iter()
        .map(|event| event.lookup(&order, time(event).into()));
    let metadata = object([
        ("httpStatusCode", 200.into()),
        ("requestId", "00000000-0000-4000-8000-000000000001".into()),
        ("attempts", 1.into()),
        ("totalRetryDelay", 0.into()),
    ]);
    object([
        ("$metadata", metadata),
        ("Events", Json::List(events.collect())),
    ])
    .write(Style::TWO)
        + "\n"
}

/// A file of a trail in S3: `{"Records":[…]}` on one line, without a newline.
pub fn trail(events: &[Event]) -> String {
    format!("{{\"Records\":[{}]}}", texts(events).join(","))
}

/// The records' texts.
pub fn texts(events: &[Event]) -> Vec<String> {
    events.iter().map(Event::record_text).collect()
}

/// One event as EventBridge delivers it, with the record as `detail`.
pub fn eventbridge(event: &Event, rng: &mut Rng) -> Json {
    let service = event.source.trim_end_matches(".amazonaws.com");
    let kind = match service {
        "signin" => "AWS Console Sign In via CloudTrail",
        _ if event.insight => "AWS Insight via CloudTrail",
        _ => "AWS API Call via CloudTrail",
    };
    object([
        ("version", "0".into()),
        ("id", rng.uuid().into()),
        ("detail-type", kind.into()),
        ("source", format!("aws.{service}").into()),
        ("account", ACCOUNT.into()),
        // Of the delivery, not of the call.
        ("time", iso(event.time + 7).into()),
        ("region", "us-east-1".into()),
        ("resources", Json::List(Vec::new())),
        ("detail", Json::Verbatim(event.record_text())),
    ])
}

/// `aws logs filter-log-events`.
pub fn filter_log_events(events: &[Event]) -> String {
    let event = |(at, event): (usize, &Event)| {
        object([
            (
                "logStreamName",
                format!("{ACCOUNT}_CloudTrail_us-east-1").into(),
            ),
            ("timestamp", (event.time * 1_000 + 12_345).into()),
            ("message", event.record_text().into()),
            ("ingestionTime", (event.time * 1_000 + 34_123).into()),
            (
                "eventId",
                format!("348055512345678901234567890123456789012345678901{at:08}").into(),
            ),
        ])
    };
    let events = events.iter().enumerate().map(event).collect();
    object([
        ("events", Json::List(events)),
        ("searchedLogStreams", Json::List(Vec::new())),
    ])
    .write(Style::FOUR)
        + "\n"
}

/// `aws logs get-query-results` with the whole message among the fields.
pub fn logs_query_results(events: &[Event]) -> String {
    let field =
        |name: &str, value: String| object([("field", name.into()), ("value", value.into())]);
    let row = |(at, event): (usize, &Event)| {
        Json::List(vec![
            field(
                "@timestamp",
                iso(event.time).replace('T', " ").replace('Z', ".000"),
            ),
            field("@message", event.record_text()),
            field("@ptr", format!("CmEKJgoiEXAMPLE{at:04}")),
        ])
    };
    let statistics = object([
        ("recordsMatched", number(&format!("{}.0", events.len()))),
        ("recordsScanned", number("1000.0")),
        ("bytesScanned", number("2409600.0")),
    ]);
    let rows = events.iter().enumerate().map(row).collect();
    object([
        ("queryLanguage", "CWLI".into()),
        ("results", Json::List(rows)),
        ("statistics", statistics),
        ("status", "Complete".into()),
    ])
    .write(Style::FOUR)
        + "\n"
}

/// One batch as a subscription of CloudWatch Logs delivers it, without a newline.
pub fn subscription(events: &[Event]) -> String {
    let event = |(at, event): (usize, &Event)| {
        object([
            (
                "id",
                format!("376102203891231234567890123456789012345678901234{at:08}").into(),
            ),
            ("timestamp", (event.time * 1_000 + 12_345).into()),
            ("message", event.record_text().into()),
        ])
    };
    object([
        ("messageType", "DATA_MESSAGE".into()),
        ("owner", ACCOUNT.into()),
        ("logGroup", "CloudTrail/logs".into()),
        (
            "logStream",
            format!("{ACCOUNT}_CloudTrail_us-east-1").into(),
        ),
        ("subscriptionFilters", Json::List(vec!["all".into()])),
        (
            "logEvents",
            Json::List(events.iter().enumerate().map(event).collect()),
        ),
    ])
    .write(Style::COMPACT)
}

/// As an editor on Windows saves it: a byte order mark, and CRLF.
pub fn windows(text: &str) -> Vec<u8> {
    format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes()
}
