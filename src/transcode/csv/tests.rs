use super::*;
use crate::text::chance::Chance;
use crate::transcode::testing::{LONGEST, check, made};
use crate::transcode::{Origins, Recipe, SourceFormat, recognise};

const NAMES: &str =
    "User name,Event time,Event source,Event name,User agent,Resources,Event ID,Read-only";

fn recipe() -> Recipe {
    Recipe {
        shapes: vec![SourceFormat::Csv],
    }
}

fn text(source: &[u8]) -> (String, Origins) {
    let (text, origins) = made(&recipe(), source, 1 << 20);
    (String::from_utf8(text).unwrap(), origins)
}

/// The expected event of [`NAMES`].
fn event(id: &str) -> String {
    let columns = EventColumns::of([&b"Event time"[..], b"Event name", b"Event ID"]);
    let mut out = Vec::new();
    assert!(columns.event(&[b"2024-06-21T23:34:35Z", b"Call", id.as_bytes()], &mut out));
    String::from_utf8(out).unwrap()
}

fn row(id: &str) -> String {
    format!(",2024-06-21T23:34:35Z,,Call,,,{id},")
}

/// A simple implementation for comparison: the lines of the whole text, and the offset of each.
fn plainly(source: &[u8], delimiter: u8) -> Vec<(String, u64)> {
    let mut reader = ::csv::ReaderBuilder::new();
    let reader = reader
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter);
    let mut reader = reader.from_reader(without_mark(source));
    let mark = (source.len() - without_mark(source).len()) as u64;
    let mut columns = None;
    let mut lines = Vec::new();
    for record in reader.byte_records() {
        let record = record.unwrap();
        let at = record.position().unwrap().byte();
        let at = if at == 0 { 0 } else { at + mark };
        let Some(columns) = &columns else {
            columns = Some(EventColumns::of(record.iter()));
            lines.push(("{\"Events\":[]}".to_owned(), at));
            continue;
        };
        let texts: Vec<&[u8]> = record.iter().collect();
        let mut line = Vec::new();
        assert!(columns.event(&texts, &mut line));
        lines.push((String::from_utf8(line).unwrap(), at));
    }
    lines
}

/// Compares each line with the simple implementation; each line maps to its row.
fn agree(source: &[u8], delimiter: u8) {
    let (text, origins) = text(source);
    let expected = plainly(source, delimiter);
    let mut at = 0;
    assert_eq!(text.lines().count(), expected.len(), "{text}");
    for (line, (expected, place)) in text.lines().zip(&expected) {
        assert_eq!(line, expected);
        let mut place = *place as usize;
        // The simple implementation counts the line end as the beginning of the next line.
        while place > 0 && matches!(source[place], b'\r' | b'\n') {
            place += 1;
        }
        assert_eq!(origins.source_of(at), place as u64);
        assert_eq!(origins.source_of(at + line.len() as u64 - 1), place as u64);
        at += line.len() as u64;
        if at < text.len() as u64 {
            let end = origins.source_of(at) as usize;
            assert!(matches!(source[end], b'\r' | b'\n'));
            at += 1;
        }
    }
}

#[test]
fn tables_are_read_as_by_a_simple_reader() {
    let mut chance = Chance::new(11);
    let parts = [
        "a", "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "日本", " ", "{", "}", "[]", "null",
    ];
    for nth in 0..300 {
        let delimiter = [',', ';', '\t'][nth % 3];
        let line_end = ["\n", "\r\n", "\r"][nth / 3 % 3];
        let mut source = String::new();
        if nth % 2 == 0 {
            source.push('\u{feff}');
        }
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let names = NAMES.split(',').map(|name| match chance.below(2) {
            0 => name.to_owned(),
            _ => quoted(name),
        });
        let names: Vec<String> = names.collect();
        source += &names.join(&delimiter.to_string());
        source += line_end;
        for id in 0..1 + chance.below(5) {
            let id = format!("id-{id}");
            let fields: Vec<String> = (0..8)
                .map(|column| match (column, chance.below(3)) {
                    (6, 0) => id.clone(),
                    (6, _) => quoted(&id),
                    (_, 0) => String::new(),
                    (_, 1) => "x \"y".to_owned(),
                    _ => quoted(&chance.text(&parts, 6)),
                })
                .collect();
            source += &fields.join(&delimiter.to_string());
            source += line_end;
        }
        if chance.below(2) == 0 {
            source.truncate(source.len() - line_end.len());
        }
        assert_eq!(recognise(source.as_bytes()), Some(recipe()), "{source}");
        agree(source.as_bytes(), delimiter as u8);
        if nth % 30 == 0 {
            check(&recipe(), source.as_bytes());
        }
    }
}

#[test]
fn names_in_any_order_duplicate_names_and_other_text() {
    let source = format!(
        "\u{feff}sep=;\nMy events; of June\n\nEvent ID;extra;\"Event name\";Event time\r\n\
         1;\"x;\r\n\";A;t\r\n\r\n;;;\r\n$ cat more.csv\r\n{NAMES}\n{}\nEvent ID,Event name\n2,B\n",
        row("3")
    );
    let (text, origins) = text(source.as_bytes());
    let first = r#"{"EventId":"1","EventName":"A","EventTime":"t","CloudTrailEvent":{"eventID":"1","extra":"x;\r\n","eventName":"A","eventTime":"t"}}"#;
    let last =
        r#"{"EventId":"2","EventName":"B","CloudTrailEvent":{"eventID":"2","eventName":"B"}}"#;
    let events = r#"{"Events":[]}"#;
    let third = event("3");
    let expected = format!(
        "\u{feff}sep=;\nMy events; of June\n\n{events}\n{first}\n\r\n;;;\r\n$ cat more.csv\r\n\
         {events}\n{third}\n{events}\n{last}\n"
    );
    // Members have the order of the columns.
    let sorted = |text: &str| text.lines().map(value).collect::<Vec<_>>();
    assert_eq!(sorted(&text), sorted(&expected));
    let of = |line: &str| origins.source_of(text.find(line).unwrap() as u64) as usize;
    assert!(source[of(first)..].starts_with("1;\"x;"));
    assert!(source[of(last)..].starts_with("2,B"));
    assert!(source[of("$ cat")..].starts_with("$ cat"));
    check(&recipe(), source.as_bytes());
}

/// A line of JSON as a value, other text unchanged.
fn value(line: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(line).map_err(|_| line.to_owned())
}

#[test]
fn a_row_that_does_not_fit_is_one_damaged_event() {
    let (a, b) = (row("a"), row("b"));
    for broken in [
        "short,row",
        "x,2024-06-21T23:34:35Z,,Call,,,id",
        "x,2024-06-21T23:34:35Z,,Call,,,id,,more",
        "x,2024-06-21T23:34:35Z,,Call,\"open,,id,",
        "x,2024-06-21T23:34:35Z,,Call,\"q\"uote,,id,",
        "\"open",
        "x\0\0\0,\0",
    ] {
        for line_end in ["\n", "\r\n"] {
            let source = [NAMES, &a, broken, &b, ""].join(line_end);
            let (text, origins) = text(source.as_bytes());
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines.len(), 4, "{text}");
            assert_eq!(lines[2], "{\"EventId\":}", "{broken}");
            assert_eq!(value(lines[3]), value(&event("b")));
            let at = text.find(lines[2]).unwrap() as u64;
            assert_eq!(origins.source_of(at), source.find(broken).unwrap() as u64);
            check(&recipe(), source.as_bytes());
            // At the end of the source it is cut off.
            let cut = &source[..source.len() - b.len() - 2 * line_end.len()];
            let (text, _) = self::text(cut.as_bytes());
            assert!(text.ends_with("}\n{\"EventId\":"), "{text}");
            check(&recipe(), cut.as_bytes());
        }
    }
    // On several lines, with correct quotes.
    let source = format!("{NAMES}\nx,\"a\n{b}\n\",y\n{a}\n");
    let expected = format!("{{\"Events\":[]}}\n{{\"EventId\":}}\n{}\n", event("a"));
    assert_eq!(text(source.as_bytes()).0, expected);
    check(&recipe(), source.as_bytes());
}

#[test]
fn additional_empty_fields_are_ignored() {
    let source = format!("{NAMES},,\n{},\n{},,,,\n", row("a"), row("b"));
    let (text, _) = text(source.as_bytes());
    // The first row has one field less than the names.
    let expected = format!("{{\"Events\":[]}}\n{{\"EventId\":}}\n{}\n", event("b"));
    assert_eq!(text, expected);
}

#[test]
fn json_between_rows_is_passed_on_until_a_certain_row() {
    let json = "{\"Events\": [\n    {\n        \"EventId\": \"x\",\n        \"a\": [1,2,3,4,5,6,7,8],\n    \"b\": \"\n    }\n]}\n";
    let record = "{\"eventVersion\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8}\n";
    let source = format!("{NAMES}\n{}\n{json}{record}{}\n", row("a"), row("b"));
    let (text, origins) = text(source.as_bytes());
    let expected = format!(
        "{{\"Events\":[]}}\n{}\n{json}{record}{}\n",
        event("a"),
        event("b")
    );
    assert_eq!(text, expected);
    let at = text.find("\"a\": [").unwrap() as u64;
    assert!(source[origins.source_of(at) as usize..].starts_with("\"a\": ["));
    check(&recipe(), source.as_bytes());
}

#[test]
fn records_as_strings_between_rows_are_passed_on() {
    let strings = "\"{\\\"eventVersion\\\":\\\"1.08\\\",\\\"a\\\":1}\"\n".repeat(3);
    let source = format!("{NAMES}\n{}\n{strings}{}\n", row("a"), row("b"));
    let (text, _) = text(source.as_bytes());
    let expected = format!(
        "{{\"Events\":[]}}\n{}\n{strings}{}\n",
        event("a"),
        event("b")
    );
    assert_eq!(text, expected);
    check(&recipe(), source.as_bytes());
}

#[test]
fn only_names_that_identify_events_begin_a_table() {
    for (head, is_table) in [
        (NAMES, true),
        ("eventID\n", true),
        ("eventJson\n", true),
        ("\"eventtime\";\"eventname\";\"x\"\n", true),
        ("EventTime\tEventName\n", true),
        ("Some title\n\nsep=,\nEvent ID,Event name\n", true),
        ("Event name,count\n", false),
        ("Event time,User name\n", false),
        ("a,b,c,d,Event ID\n", false),
        ("The user name, the event time and the event name\n", false),
        (
            "{\"Events\":[{\"EventId\":\"x\",\"EventName\":\"y\"}]}\n",
            false,
        ),
        ("[\n\"EventId\",\n\"EventName\"]\n", false),
        ("EventId: x\nEventName: y\n", false),
        ("EVENTS\tAKIA\t{\"eventVersion\"\n", false),
        ("", false),
    ] {
        let recipe = recognise(head.as_bytes());
        let is_csv = recipe.is_some_and(|recipe| recipe.shapes() == [SourceFormat::Csv]);
        assert_eq!(is_csv, is_table, "{head}");
    }
    // The heading must be in the first bytes; a line that they cut off does not count.
    for (before, is_table) in [(4000, true), (4090, false), (5000, false)] {
        let source = format!("{}\nEvent ID\n1\n", "x".repeat(before));
        let head = &source.as_bytes()[..source.len().min(crate::transcode::HEAD)];
        assert_eq!(recognise(head).is_some(), is_table, "{before}");
    }
    let utf16: Vec<u8> = "Event ID\tEvent name\r\n1\tx\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let shapes = recognise(&utf16).unwrap().shapes().to_vec();
    assert!(matches!(
        shapes[..],
        [SourceFormat::Utf16(_), SourceFormat::Csv]
    ));
    check(&recognise(&utf16).unwrap(), &utf16);
}

/// Any damage: reading terminates, the map is valid, and the text does not depend on the steps.
#[test]
fn any_bytes_terminate() {
    let mut chance = Chance::new(5);
    let whole = format!(
        "\u{feff}{NAMES}\r\n{}\r\n\"a\nb\",,,\"C, \"\"x\"\"\",,\"[{{\"\"resourceType\"\":1}}]\",b,\r\n{{\"Events\":[\r\n{NAMES}\n{}",
        row("a"),
        row("c")
    );
    for nth in 0..400 {
        let mut source = whole.clone().into_bytes();
        for _ in 0..1 + chance.below(4) {
            let at = chance.below(source.len());
            let byte = *b"\"\",\n\r;{x\xef\0".get(chance.below(10)).unwrap_or(&b' ');
            match chance.below(4) {
                0 => source[at] = byte,
                1 => source.insert(at, byte),
                2 => drop(source.remove(at)),
                _ => source.truncate(at + 1),
            }
        }
        if nth < 8 {
            check(&recipe(), &source);
        } else {
            made(&recipe(), &source, 99 + chance.below(999));
        }
    }
    for part in [
        "\"", "\"\"\n", "\n", "\r", ",", "\",\"", "\"\n,", "a,\"", "\"x\n", "{\n",
    ] {
        let source = format!("{NAMES}\n{}", part.repeat((1 << 18) / part.len()));
        made(&recipe(), source.as_bytes(), 1 << 20);
    }
}

#[test]
fn a_row_that_is_too_long_is_damage_and_the_next_is_read() {
    let long = "x".repeat(LONGEST);
    let source = format!("{NAMES}\n\"{long}\"{}\n{}\n", row("a"), row("b"));
    let (text, _) = text(source.as_bytes());
    assert!(
        text.starts_with("{\"Events\":[]}\n{\"EventId\":}"),
        "{}",
        &text[..100]
    );
    assert!(text.ends_with(&format!("\n{}\n", event("b"))));
    assert!(text.len() < 1000);
    let (other, _) = made(&recipe(), source.as_bytes(), 777_777);
    assert!(other == text.as_bytes());
}

#[test]
#[ignore = "needs ../shared/corpus"]
fn what_the_console_really_exported_is_read_as_a_plain_reader_does() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus/console-event-history-csv");
    for (path, events) in [
        ("danomisik/UdacityCloudTrailLog.csv", 47),
        ("danomisik/event_history.csv", 35),
        ("kim-do-hyeon/event_history.csv", 292),
    ] {
        let source = std::fs::read(folder.join(path)).unwrap();
        assert_eq!(recognise(&source[..crate::transcode::HEAD]), Some(recipe()));
        agree(&source, b',');
        assert_eq!(text(&source).0.lines().count(), 1 + events, "{path}");
    }
}
