//! Valid, and made to mislead: keys twice, escaped keys, numbers too large for any type,
//! depth, text that looks like structure, one id on two calls.

use std::io;

use super::{
    Event, Fate, Json, Ledger, Rng, Style, dump, events, find, list, number, object, plain, shapes,
};

pub fn make(ledger: &mut Ledger) -> io::Result<()> {
    keys_and_strings(ledger)?;
    values(ledger)?;
    lookalikes(ledger)?;
    layouts(ledger)
}

/// `{"Events": […]}` of one event whose text was changed.
fn changed(event: &Event, change: impl Fn(String) -> String) -> Json {
    let text =
        change(shapes::lookups(std::slice::from_ref(event), shapes::seconds).write(Style::COMPACT));
    Json::Verbatim(
        text.trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned(),
    )
}

fn document(events: Vec<Json>) -> String {
    object([("Events", Json::List(events))]).write(Style::FOUR) + "\n"
}

fn keys_and_strings(ledger: &mut Ledger) -> io::Result<()> {
    let mut whole = |name: &str, text: &str, count: usize, about: &str| {
        ledger.data(name, text, count, Fate::Whole, about)
    };

    let text = document(vec![
        changed(&plain(800), |text| {
            text.replacen(
                "\"ReadOnly\"",
                "\"EventName\":\"Second\",\"EventSource\":\"second.example\",\"ReadOnly\"",
                1,
            )
        }),
        changed(&plain(801), |text| {
            text.replacen("\\\"awsRegion\\\"", "\\\"eventName\\\":\\\"Second\\\",\\\"awsRegion\\\":\\\"first\\\",\\\"awsRegion\\\"", 1)
        }),
        changed(&plain(802), |text| {
            text.replacen(
                "{\"EventId\"",
                "{\"CloudTrailEvent\":\"{\\\"first\\\":true}\",\"EventId\"",
                1,
            )
        }),
    ]);
    whole(
        "duplicate-keys.json",
        &text,
        3,
        "members twice, in the envelope and in the record; the first counts",
    )?;

    let text = document(vec![
        changed(&plain(803), |text| {
            text.replacen("\"EventId\"", "\"\\u0045ventId\"", 1)
                .replacen("\"EventName\"", "\"Event\\u004eame\"", 1)
        }),
        changed(&plain(804), |text| {
            text.replacen("\\\"eventName\\\"", "\\\"event\\\\u004eame\\\"", 1)
        }),
        changed(&plain(805), |text| {
            text.replacen("\\\"eventName\\\"", "\\u0022event\\u004eame\\u0022", 1)
        }),
        changed(&plain(806), |text| {
            text.replace("\"CloudTrailEvent\"", "\"\\u0043loudTrailEvent\"")
        }),
    ]);
    whole(
        "escaped-keys.json",
        &text.replacen("\"Events\"", "\"\\u0045vents\"", 1),
        4,
        "keys written with `\\uXXXX`, in the envelope, in the record, and `Events` itself",
    )?;

    let text = document(vec![
        changed(&plain(807), |text| {
            text.replacen("\"alice\"", "\"high \\ud800 end\"", 1)
        }),
        changed(&plain(808), |text| {
            text.replacen("\"alice\"", "\"low \\udc00\\ud800\"", 1)
        }),
        changed(&plain(809), |text| {
            text.replacen("user/alice", "user/\\\\ud83d!", 1)
        }),
        changed(&plain(810), |text| {
            text.replacen("user/alice", "user/\\ud83d!", 1)
        }),
        changed(&plain(811), |text| {
            text.replacen("\"alice\"", "\"whole \\ud83d\\ude80\"", 1)
        }),
    ]);
    whole(
        "lone-surrogates.json",
        &text,
        5,
        "halves of surrogate pairs, in the envelope and in records; the last is a whole pair",
    )?;

    let mut text = dump(812, 3).into_bytes();
    let at = find(&String::from_utf8_lossy(&text), "user/", 1).unwrap_or(0);
    text.splice(at..at, b"M\xfcller-".iter().copied());
    ledger.data(
        "cp1252.json",
        text,
        3,
        Fate::NotUtf8,
        "a byte of Windows-1252 in the record of the second event: it counts, with a warning",
    )?;

    let text = document(vec![
        changed(&plain(813), |text| text),
        changed(&plain(814), |text| {
            text.replacen("\\\"eventSource\\\":", "\\\"eventSource\\\";", 1)
        }),
        changed(&plain(815), |text| {
            format!("{}\"}}", text[..text.len() / 2].trim_end_matches('\\'))
        }),
        changed(&plain(816), |text| {
            text.replacen(
                "\"CloudTrailEvent\":\"{",
                "\"CloudTrailEvent\":\"\",\"Was\":\"{",
                1,
            )
        }),
    ]);
    ledger.data(
        "nested-broken.json",
        text,
        4,
        Fate::RecordUnreadable,
        "a sound event, then three whose nested text is not JSON, is cut, is empty",
    )
}

/// A trail's file of plain records with other request parameters.
fn with_requests(seed: u64, requests: Vec<Json>) -> String {
    let records = requests.into_iter().zip(seed..).map(|(request, seed)| {
        let mut event = plain(seed);
        event.record.set("requestParameters", request);
        event
    });
    shapes::trail(&records.collect::<Vec<_>>())
}

fn values(ledger: &mut Ledger) -> io::Result<()> {
    let numbers = [
        "18446744073709551616",
        "-9223372036854775809",
        "1e999",
        "-1E+400",
        "1e-999",
        "0.1e1",
        "-0",
    ];
    let requests = numbers
        .iter()
        .map(|spelling| object([("n", number(spelling)), ("list", list([number(spelling)]))]));
    let text = with_requests(820, requests.collect());
    ledger.data(
        "huge-numbers.json",
        text,
        numbers.len(),
        Fate::Whole,
        "a trail's file with numbers too large for any type",
    )?;

    let deep = |depth: usize| Json::Verbatim("{\"a\":[".repeat(depth) + "0" + &"]}".repeat(depth));
    let text = with_requests(830, vec![deep(50), deep(100), deep(500)]);
    ledger.data(
        "deep.json",
        text,
        3,
        Fate::Whole,
        "a trail's file; request parameters 100, 200 and 1,000 levels deep",
    )?;

    let mut event = plain(833);
    event.record.set("requestParameters", deep(500));
    let text = shapes::cli(&[event, plain(834)], shapes::seconds);
    ledger.data(
        "deep-nested.json",
        text,
        2,
        Fate::Whole,
        "request parameters 1,000 levels deep inside the nested text of a lookup event",
    )?;

    let spellings = [
        "1718000000",
        "1718000000.0",
        "1.718E9",
        "1.718000000137E9",
        "1718000000137",
        "\"2024-06-10T06:13:20Z\"",
        "\"2024-06-10T15:13:20+09:00\"",
        "\"2024-06-10 06:13:20+00:00\"",
        "\"2024-06-10T06:13:20.137Z\"",
        "\"2024-06-10T06:13:20.123456789Z\"",
        "\"2024-06-09T20:43:20.5-09:30\"",
    ];
    let spelled = spellings.iter().zip(840..).map(|(spelling, seed)| {
        plain(seed).lookup(&super::super::records::MODEL_ORDER, number(spelling))
    });
    let text = document(spelled.collect());
    ledger.data("times.json", text, spellings.len(), Fate::Whole, "`EventTime` in every spelling, all within the second 2024-06-10T06:13:20Z or just after it")?;

    let text = document(vec![
        changed(&plain(855), |text| {
            text.replacen(
                "\"ReadOnly\":\"true\"",
                "\"ReadOnly\":null,\"Username\":null,\"AccessKeyId\":null",
                1,
            )
        }),
        changed(&plain(856), |text| {
            text.replacen("\"Resources\":[]", "\"Resources\":null", 1)
        }),
    ]);
    ledger.data(
        "null-members.json",
        text,
        2,
        Fate::Whole,
        "members that are null instead of absent",
    )
}

fn lookalikes(ledger: &mut Ledger) -> io::Result<()> {
    let inner = object([("Records", Json::List(vec![plain(860).record]))]);
    let lookup = object([("Events", shapes::lookups(&[plain(861)], shapes::seconds))]);
    let text = with_requests(
        862,
        vec![
            inner.clone(),
            object([("body", inner.write(Style::COMPACT).into())]),
            lookup.clone(),
            object([("body", lookup.write(Style::FOUR).into())]),
        ],
    );
    ledger.data("events-inside.json", text, 4, Fate::Whole, "a trail's file; the records hold other records and lookups, as objects and as text: they are not counted")?;

    let (first, mut second) = (plain(870), plain(871));
    second.id.clone_from(&first.id);
    second
        .record
        .set("eventID", first.id.as_ref().map_or(Json::Null, Json::from));
    "UpdateStack".clone_into(&mut second.name);
    second.record.set("eventName", "UpdateStack".into());
    let text = shapes::cli(&[first.clone(), second, first], shapes::seconds);
    ledger.data(
        "same-id.json",
        text,
        3,
        Fate::Whole,
        "one id on two calls, both are kept; the third event repeats the first",
    )?;
    ledger.with_duplicates(1);

    let mut event = plain(872);
    event.id = None;
    event.record.set("eventID", "".into());
    let text = shapes::cli(&[event.clone(), event], shapes::seconds);
    ledger.data(
        "no-id.json",
        text,
        2,
        Fate::Whole,
        "two equal events without an id: not duplicates",
    )?;

    let mut lines = String::new();
    for mut event in events(873, 3) {
        let time = shapes::iso_offset(&event);
        event.record.remove("eventTime");
        event.record.set("@timestamp", time);
        event.record.set("@version", "1".into());
        lines += &(event.record_text() + "\n");
    }
    ledger.data(
        "logstash.jsonl",
        lines,
        3,
        Fate::Whole,
        "records shipped by Logstash: `@timestamp`, no `eventTime`",
    )?;

    let event = shapes::eventbridge(&plain(876), &mut Rng::new(876));
    let text = object([("debug", true.into()), ("event", event)]).write(Style::TWO) + "\n";
    ledger.data(
        "rule-test.json",
        text,
        1,
        Fate::Whole,
        "an EventBridge event in the wrapper of a rule's test",
    )
}

fn layouts(ledger: &mut Ledger) -> io::Result<()> {
    let mut whole = |name: &str, text: &str, count: usize, about: &str| {
        ledger.data(name, text, count, Fate::Whole, about)
    };

    let one_line = object([("Events", shapes::lookups(&events(880, 3), shapes::seconds))])
        .write(Style::COMPACT);
    whole(
        "one-line.json",
        &one_line,
        3,
        "a dump on one line, no final newline",
    )?;

    let spaced = Style {
        indent: Some(1),
        comma: "\t\r ,\r\n\t ",
        colon: " \n:\t ",
        ascii: false,
    };
    let text = object([(
        "Events",
        shapes::lookups(&events(881, 3), shapes::iso_offset),
    )])
    .write(spaced);
    whole(
        "odd-spaces.json",
        &format!("\n\n  {text}\r\n\r\n"),
        3,
        "white space wherever JSON allows it",
    )?;

    let text = dump(882, 3).replace('\n', "\r");
    whole("carriage-returns.json", &text, 3, "lines end in CR alone")?;

    let texts = shapes::texts(&events(885, 3));
    let mut quoted = String::new();
    super::super::json::quote(&texts[1], false, &mut quoted);
    let text = [
        dump(883, 2),
        shapes::trail(&events(884, 2)),
        texts[0].clone(),
        quoted,
        shapes::lookups(&events(886, 2), shapes::iso_offset).write(Style::TWO),
        shapes::eventbridge(&plain(887), &mut Rng::new(887)).write(Style::TWO),
        texts[2].clone(),
    ]
    .join("\n");
    whole(
        "every-shape.json",
        &text,
        10,
        "seven shapes one after the other",
    )?;

    let wide = Event {
        username: Some("x".repeat(70_000)),
        ..plain(888)
    };
    let text = shapes::cli(&[wide, plain(889)], shapes::seconds);
    whole(
        "long-name.json",
        &text,
        2,
        "a user name of 70,000 characters",
    )
}
