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

/// As the console's event history saves it (*Download CSV*).
pub fn console_csv(events: &[Event]) -> String {
    let mut text = "User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category\n".to_owned();
    for event in events {
        let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
        let (user, key) = (
            event.username.clone().unwrap_or_default(),
            event.access_key.clone().unwrap_or_default(),
        );
        let resources: Vec<Json> = event
            .resources
            .iter()
            .map(|(kind, name)| {
                object([("resourceType", kind.into()), ("resourceName", name.into())])
            })
            .collect();
        let resources = quoted(&Json::List(resources).write(Style::COMPACT));
        let read_only = event
            .read_only
            .map_or("", |read| if read { "true" } else { "false" });
        text += &format!(
            "{},{key},{},{},{},us-east-1,192.0.2.1,{},,{resources},,{},{read_only},AwsApiCall,{ACCOUNT},Management\n",
            quoted(&user),
            iso(event.time),
            event.source,
            event.name,
            quoted("aws-cli/2.9.19 Python/3.11.2, \"x\""),
            event.id.clone().unwrap_or_default(),
        );
    }
    text
}

/// `aws cloudtrail get-query-results`: rows of columns, all of them text.
pub fn lake(rows: Vec<Vec<(&str, String)>>) -> String {
    let count = rows.len() as i64;
    let column = |(name, text): (&str, String)| object([(name, text.into())]);
    let rows = rows
        .into_iter()
        .map(|row| Json::List(row.into_iter().map(column).collect()));
    let statistics = object([
        ("ResultsCount", count.into()),
        ("TotalResultsCount", count.into()),
        ("BytesScanned", 4_096.into()),
    ]);
    object([
        ("QueryStatus", "FINISHED".into()),
        ("QueryStatistics", statistics),
        ("QueryResultRows", Json::List(rows.collect())),
    ])
    .write(Style::FOUR)
        + "\n"
}

/// The columns that people ask CloudTrail Lake for, as it writes them: times without a zone, objects as
/// `{name=value}`, `null` for nothing.
pub fn lake_columns(event: &Event) -> Vec<(&'static str, String)> {
    let or_null = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    let identity = format!(
        "{{type=IAMUser, accountid={ACCOUNT}, accesskeyid={}, username={}}}",
        or_null(&event.access_key),
        or_null(&event.username)
    );
    vec![
        ("eventID", event.id.clone().unwrap_or_default()),
        (
            "eventTime",
            iso(event.time).replace('T', " ").replace('Z', ".000"),
        ),
        ("eventSource", event.source.clone()),
        ("eventName", event.name.clone()),
        ("awsRegion", "us-east-1".to_owned()),
        ("errorCode", "null".to_owned()),
        ("userIdentity", identity),
    ]
}

/// `aws logs tail` in its three formats.
pub fn logs_tail(events: &[Event], format: &str) -> String {
    let stamp = |event: &Event| iso(event.time).replace('Z', "");
    let stream = format!("{ACCOUNT}_CloudTrail_us-east-1");
    let line = |event: &Event| match format {
        "short" => format!("{} {}\n", stamp(event), event.record_text()),
        "json" => {
            let record = event.record.write(Style::FOUR);
            format!("{}.000000+00:00 {stream}\n{record}\n", stamp(event))
        }
        _ => {
            let record = event.record_text();
            format!("{}.000000+00:00 {stream} {record}\n", stamp(event))
        }
    };
    events.iter().map(line).collect()
}

/// As PowerShell 5 saves what it is given with `>`: UTF-16, CRLF.
pub fn utf_16(text: &str) -> Vec<u8> {
    let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
