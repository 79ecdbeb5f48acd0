//! Nested text in every spelling that JSON allows, and broken at any place: its fields equal those of a
//! full parser, and the event always counts.

use super::fields::{Compared, compare_all};
use super::scan;
use crate::support::records::Rng;

/// A record with all kinds of values.
const RECORD: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/a\/b","sessionContext":{}},"eventTime":"2024-06-10T01:11:06Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","requestParameters":{"key":"a \"quoted\" \\ back\\\\slash\u0041\n\ud83d\ude80 \ud800 Zürich ☃","n":[1,-2.5e+3,12345678901234567890,1e999,0],"t":true,"f":false,"z":null,"":"no name","{\"x\":[":"]}","e\u0076":"1"},"readOnly":false,"eventID":"e-1"}"#;

/// The content of a JSON string for `text`, with each character in one of its spellings.
fn spelled(text: &str, oddity: usize, rng: &mut Rng) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let odd = oddity > 0 && rng.below(100) < oddity;
        match c {
            _ if odd => {
                let capital = rng.below(2) == 0;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out += &match capital {
                        true => format!("\\u{unit:04X}"),
                        false => format!("\\u{unit:04x}"),
                    };
                }
            }
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '/' if rng.below(2) == 0 => out += "\\/",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if c < ' ' => out += &format!("\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out
}

/// The same JSON with white space between its tokens.
fn spaced(json: &str, rng: &mut Rng) -> String {
    let (mut out, mut quoted, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        let structural = !quoted && matches!(c, '{' | '}' | '[' | ']' | ':' | ',');
        if structural && rng.below(2) == 0 {
            out += ["\n  ", " ", "\t", "\r\n"][rng.below(4)];
        }
        out.push(c);
        if structural && rng.below(2) == 0 {
            out += ["\n", "  ", "\t", "\r"][rng.below(4)];
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    out
}

fn lookup(content: &str) -> String {
    format!(
        "{{\"EventId\":\"e-1\",\"EventName\":\"PutObject\",\"EventTime\":1718000000.0,\"EventSource\":\"s3.amazonaws.com\",\"CloudTrailEvent\":\"{content}\"}}\n"
    )
}

#[test]
fn nested_text_reads_the_same_in_every_spelling() {
    let mut rng = Rng::new(1);
    let mut compared = Compared::default();
    for round in 0..600 {
        let json = match round % 3 {
            0 => spaced(RECORD, &mut rng),
            _ => RECORD.to_owned(),
        };
        let oddity = [0, 1, 5, 60, 100][rng.below(5)];
        let content = spelled(&json, oddity, &mut rng);
        for text in [lookup(&content), format!("\"{content}\"\n")] {
            let reading = scan(text.as_bytes());
            // A record is recognised by its first bytes; a string with an escaped brace is another string.
            if reading.byte_counts.events == 1 {
                assert_eq!(reading.unreadable.0, 0, "{text}");
                compare_all(text.as_bytes(), &mut compared);
            } else {
                assert!(text.starts_with("\"\\"), "{text}");
            }
        }
    }
    compared.1.truncate(10);
    assert!(compared.1.is_empty(), "{}", compared.1.join("\n"));
    assert!(compared.0 > 20_000, "{}", compared.0);
}

#[test]
fn nested_text_that_breaks_anywhere_leaves_the_event_and_is_reported() {
    let mut rng = Rng::new(2);
    let mut compared = Compared::default();
    let mut variants: Vec<String> = Vec::new();
    // Removed, so that no change makes two equal keys; serde_json would use the last one.
    let record = RECORD.replace(r#""":"no name","#, "");
    for (at, _) in record.char_indices() {
        variants.push(record[..at].to_owned());
        let (before, after) = record.split_at(at);
        let junk = ["\"", "\\", "}", ",", "x", "\u{1}", "\n", "\u{0}", "{"][rng.below(9)];
        variants.push(format!("{before}{junk}{after}"));
        let rest = after.chars().as_str();
        variants.push(before.to_owned() + &rest[rest.chars().next().map_or(0, char::len_utf8)..]);
    }
    variants
        .extend(["null", "[]", "\"x\"", "{} {}", "{}x", " {} ", "\u{feff}{}"].map(str::to_owned));
    for (round, variant) in variants.iter().enumerate() {
        let oddity = [0, 0, 3][round % 3];
        let text = lookup(&spelled(variant, oddity, &mut rng));
        let reading = scan(text.as_bytes());
        assert_eq!(reading.byte_counts.events, 1, "{text}");
        assert_eq!(reading.byte_counts.event, text.len() as u64 - 1);
        assert!(reading.findings.is_empty());
        // Compares `record_unreadable` with what serde_json says, and all that can be read.
        compare_all(text.as_bytes(), &mut compared);
    }
    compared.1.truncate(10);
    assert!(compared.1.is_empty(), "{}", compared.1.join("\n"));
}

#[test]
fn the_first_of_two_members_with_one_name_counts() {
    use super::{How, Reading, read};
    let text = lookup(&spelled(
        r#"{"eventID":"1","eventID":"2","awsRegion":"a","awsRegion":"b"}"#,
        0,
        &mut Rng::new(3),
    ))
    .replacen("\"EventName\"", "\"EventId\":\"e-2\",\"EventName\"", 1);
    let Reading { events, .. } = read(&text.repeat(2).into_bytes(), How::default());
    assert_eq!(events.len(), 1, "the same event twice");
    let answers = fields(
        &text,
        &["EventId", "eventID", "awsRegion", "requestParameters.x"],
    );
    assert_eq!(answers, ["e-1", "1", "a", ""]);
}

/// What some fields say of the only event.
fn fields(text: &str, names: &[&str]) -> Vec<String> {
    use trailsift::dump::{Chunk, EventLimits, Mode, ScanFacts, Scanner};
    use trailsift::event::{Context, Event, Field};
    use trailsift::time::{TimeFormat, Zone};
    let context = Context {
        zone: &Zone::Utc,
        format: &TimeFormat::default(),
        file: "",
    };
    let mut answers = Vec::new();
    let mut visit = |event: &Event<'_>| {
        for name in names {
            let field = Field::parse(name).expect("a field");
            answers.push(field.value(event, &context).cell_text().into_owned());
        }
        std::ops::ControlFlow::Continue(())
    };
    let mut facts = ScanFacts::default();
    let chunk = Chunk::whole(text.as_bytes());
    Scanner::new(EventLimits::default()).run(chunk, Mode::Json, u64::MAX, &mut visit, &mut facts);
    answers
}

#[test]
fn numbers_print_as_they_are_written_and_halves_of_characters_as_a_mark() {
    let content = spelled(RECORD, 0, &mut Rng::new(4));
    let names = [
        "requestParameters.n[2]",
        "requestParameters.n[3]",
        "requestParameters.n[1]",
        "requestParameters.key",
        "userIdentity.arn",
        "requestParameters.ev",
    ];
    let expected = [
        "12345678901234567890",
        "1e999",
        "-2.5e+3",
        "a \"quoted\" \\ back\\\\slashA\n🚀 \u{fffd} Zürich ☃",
        "arn:aws:iam::1:user/a/b",
        "1",
    ];
    assert_eq!(fields(&lookup(&content), &names), expected);
    assert_eq!(fields(&format!("{RECORD}\n"), &names), expected);
}
