use serde_json::{Value, json};

use super::*;
use crate::text::chance::Chance;
use crate::transcode::testing::{LONGEST, check, made};
use crate::transcode::{Origins, Recipe, SourceFormat, recognise};

fn recipe() -> Recipe {
    Recipe {
        shapes: vec![SourceFormat::Lake],
    }
}

fn text(source: &[u8]) -> (String, Origins) {
    let (text, origins) = made(&recipe(), source, 1 << 20);
    (String::from_utf8(text).unwrap(), origins)
}

fn document(rows: Value) -> Value {
    json!({
        "QueryStatus": "FINISHED",
        "QueryStatistics": {"ResultsCount": 2, "BytesScanned": 4096},
        "QueryResultRows": rows,
        "NextToken": "tok2"
    })
}

fn rows() -> Value {
    json!([
        [
            {"eventTime": "2024-06-09 01:11:06.000"},
            {"eventName": "CreateBucket"},
            {"userIdentity": "{type=IAMUser, principalid=AIDA, arn=arn:aws:iam::123456789012:user/日本}"},
            {"requestParameters": "{a=\"b\" [{\"c\"], d=]}"},
            {"errorCode": "null"},
            {"mine": null}
        ],
        [
            {"eventTime": "2024-06-09 01:10:29.000"},
            {"eventName": "RunInstances"},
            {"userIdentity": ""},
            {"errorCode": "AccessDenied"}
        ]
    ])
}

/// A simple implementation for comparison: the whole document as a tree.
fn plainly(document: &str) -> Value {
    let mut document: Value = serde_json::from_str(document).unwrap();
    let Some(Value::Array(rows)) = document.as_object_mut().unwrap().remove("QueryResultRows")
    else {
        panic!("no rows");
    };
    let events = rows.into_iter().map(|row| {
        let columns = row.as_array().unwrap().iter();
        let columns: Vec<(String, String)> = columns
            .flat_map(|column| column.as_object().unwrap())
            .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
            .collect();
        let names = EventColumns::of(columns.iter().map(|(name, _)| name.as_bytes()));
        let texts: Vec<&[u8]> = columns.iter().map(|(_, text)| text.as_bytes()).collect();
        let mut line = Vec::new();
        match names.event(&texts, &mut line) {
            true => serde_json::from_slice(&line).unwrap(),
            false => row,
        }
    });
    document["Events"] = Value::Array(events.collect());
    document
}

/// Each row's event maps to the bracket that opens the row.
fn leads_back(source: &str, text: &str, origins: &Origins) {
    let mut events = 0;
    for (at, _) in text.match_indices("{\"CloudTrailEvent\"") {
        let place = origins.source_of(at as u64) as usize;
        assert!(matches!(
            row(&source.as_bytes()[place..], true),
            PrefixMatch::Matches(_)
        ));
        events += 1;
    }
    assert!(events > 0);
}

#[test]
fn documents_in_any_layout_become_lists_of_events() {
    let document = document(rows());
    let compact = document.to_string();
    let pretty = serde_json::to_string_pretty(&document).unwrap();
    let escaped = compact
        .replace("日", "\\u65e5")
        .replace("eventName", "event\\u004eame");
    for source in [
        compact.clone(),
        pretty.clone(),
        pretty.replace('\n', "\r\n").replace("\": ", "\" \t: "),
        escaped,
    ] {
        assert_eq!(recognise(source.as_bytes()), Some(recipe()), "{source}");
        let (text, origins) = text(source.as_bytes());
        let made: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(made, plainly(&source));
        assert_eq!(made["Events"].as_array().unwrap().len(), 2);
        leads_back(&source, &text, &origins);
        let token = text.find("NextToken").unwrap() as u64;
        assert!(source[origins.source_of(token) as usize..].starts_with("NextToken"));
        check(&recipe(), source.as_bytes());
    }
    let first = &plainly(&compact)["Events"][0]["CloudTrailEvent"];
    let identity = json!({"type": "IAMUser", "principalId": "AIDA", "arn": "arn:aws:iam::123456789012:user/日本"});
    assert_eq!(first["userIdentity"], identity);
    assert_eq!(first["eventTime"], "2024-06-09T01:11:06.000Z");
    assert!(first.get("errorCode").is_none());
}

#[test]
fn several_pages_and_other_documents_are_read() {
    let page = document(rows()).to_string();
    let lookup = r#"{"Events":[{"EventId":"x","CloudTrailEvent":"{\"QueryResultRows\":[[{\"eventID\":1}]]}"}]}"#;
    let empty = document(json!([])).to_string();
    let source = format!("$ aws\n{page}\n{lookup}\n{empty}{page}\nAn error occurred\n");
    let (text, origins) = text(source.as_bytes());
    assert_eq!(text.matches("\"Events\"").count(), 4);
    assert_eq!(text.matches("{\"CloudTrailEvent\"").count(), 4);
    assert!(text.starts_with("$ aws\n{"));
    assert!(text.ends_with("}\nAn error occurred\n"));
    assert!(text.contains(lookup));
    leads_back(&source, &text, &origins);
    check(&recipe(), source.as_bytes());
}

#[test]
fn columns_that_do_not_identify_events_stay() {
    for rows in [
        json!([[{"eventName": "x"}, {"_col1": "7"}], [{"eventName": "y"}, {"_col1": "2"}]]),
        json!([[{"n": "[[{\"eventID\":\"x\"}]]"}]]),
        json!([{"eventID": "x"}]),
        json!(["eventID"]),
        json!([[["eventID"]]]),
    ] {
        let source = document(rows).to_string();
        assert_eq!(text(source.as_bytes()).0, source);
        check(&recipe(), source.as_bytes());
    }
    for source in [
        r#"{"a":"\"QueryResultRows\":["}"#,
        "\"QueryResultRows\"",
        "{\"QueryResultRows\":{\"x\":1}}",
        "\"QueryResultRows\": null [",
    ] {
        assert_eq!(recognise(source.as_bytes()), None, "{source}");
        assert_eq!(text(source.as_bytes()).0, source);
        check(&recipe(), source.as_bytes());
    }
    // A row of an event table that is not an event itself.
    let source = document(json!([[{"eventID": "x"}], [{"eventID": ""}], []])).to_string();
    let (text, _) = text(source.as_bytes());
    assert!(text.contains(r#"[{"CloudTrailEvent":{"eventID":"x"}},[{"eventID":""}],[]]"#));
}

#[test]
fn a_record_in_the_row_is_the_event() {
    let record = r#"{"eventVersion":"1.08","eventName":"A","n":1.50}"#;
    let source = document(json!([[{"eventName": "B"}, {"eventJson": record}]])).to_string();
    let (text, _) = text(source.as_bytes());
    assert!(text.contains(&format!("[{{\"CloudTrailEvent\":{record}}}]")));
    check(&recipe(), source.as_bytes());
}

#[test]
fn a_damaged_row_is_one_damaged_event() {
    let rows: Vec<String> = (0..3)
        .map(|id| format!("[{{\"eventID\":\"{id}\"}}, {{\"eventName\":\"[{{x\"}}]"))
        .collect();
    let whole = format!(
        "{{\"QueryResultRows\": [ {} ], \"NextToken\":\"t\"}}\n",
        rows.join(" ,\n ")
    );
    let event = |id: usize| {
        format!("{{\"CloudTrailEvent\":{{\"eventID\":\"{id}\",\"eventName\":\"[{{x\"}}}}")
    };
    for (nth, row) in rows.iter().enumerate() {
        for broken in [
            row.replacen("\",", "\"", 1).replacen("},", "}", 1),
            row.replacen("\"}", "}", 1),
            row.replacen("}]", "", 1),
            row.replacen("\":\"", "\"\"", 1),
            row[..row.len() - 3].to_owned(),
        ] {
            let source = whole.replacen(row.as_str(), &broken, 1);
            let (text, origins) = text(source.as_bytes());
            for id in (0..3).filter(|id| *id != nth) {
                assert_eq!(text.matches(&event(id)).count(), 1, "{broken}\n{text}");
            }
            assert_eq!(text.matches("{\"EventId\":").count(), 1, "{broken}\n{text}");
            let at = text.find("{\"EventId\":").unwrap() as u64;
            assert_eq!(origins.source_of(at), source.find(&broken).unwrap() as u64);
            if nth == 1 {
                check(&recipe(), source.as_bytes());
            }
        }
    }
    // Cut off at any byte: the rows before are complete, and a row that has begun is cut off.
    for cut in 0..whole.len() {
        let source = &whole[..cut];
        let (text, origins) = text(source.as_bytes());
        let ends = rows
            .iter()
            .map(|row| whole.find(row.as_str()).unwrap() + row.len());
        let complete = ends.filter(|end| *end <= cut).count();
        assert_eq!(
            text.matches("{\"CloudTrailEvent\":").count(),
            complete,
            "{source}"
        );
        let in_row = rows.iter().position(|row| {
            let at = whole.find(row.as_str()).unwrap();
            (at + 1..at + row.len()).contains(&cut)
        });
        let begun = in_row
            .filter(|nth| *nth > 0 || cut >= whole.find("eventID").unwrap() + "eventID".len());
        assert_eq!(
            text.ends_with("{\"EventId\":"),
            begun.is_some(),
            "{source}\n{text}"
        );
        if let Some(nth) = begun {
            let at = origins.source_of(text.len() as u64 - 1);
            assert_eq!(at, whole.find(rows[nth].as_str()).unwrap() as u64);
        }
        if cut % 20 == 0 {
            check(&recipe(), source.as_bytes());
        }
    }
}

/// Any damage: reading terminates, the map is valid, and the text does not depend on the steps.
#[test]
fn any_bytes_terminate() {
    let mut chance = Chance::new(9);
    let page = serde_json::to_string(&document(rows())).unwrap();
    let whole = format!("{page}\n{page}");
    for nth in 0..400 {
        let mut source = whole.clone().into_bytes();
        for _ in 0..1 + chance.below(4) {
            let at = chance.below(source.len());
            let byte = *b"\"\\[]{},:x\xef\n\0"
                .get(chance.below(12))
                .unwrap_or(&b' ');
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
        "[",
        "[{\"",
        "[{\"a\":",
        "[{\"a\":\"",
        "\"",
        "[]",
        "[ ",
        "[{}],",
        "\"QueryResultRows\":[",
        "\"QueryResultRows\":[[{\"eventID\":\"x\"}],",
        "\\",
    ] {
        for start in [
            "{\"QueryResultRows\":[",
            "{\"QueryResultRows\":[[{\"eventID\":\"1\"}],",
        ] {
            let source = format!("{start}{}", part.repeat((1 << 20) / part.len()));
            made(&recipe(), source.as_bytes(), 1 << 20);
        }
    }
}

#[test]
fn a_row_that_is_too_long_is_damage_and_the_next_is_read() {
    let long = "x".repeat(LONGEST);
    let source =
        format!("{{\"QueryResultRows\":[[{{\"eventID\":\"{long}\"}}],[{{\"eventID\":\"b\"}}]]}}");
    let (text, _) = text(source.as_bytes());
    let expected = "{\"Events\":[{\"EventId\":}[{\"eventID\":\"b\"}]]}".replace(
        "[{\"eventID\":\"b\"}]",
        "{\"CloudTrailEvent\":{\"eventID\":\"b\"}}",
    );
    assert_eq!(text, expected);
    let (other, _) = made(&recipe(), source.as_bytes(), 777_777);
    assert!(other == text.as_bytes());
}

#[test]
#[ignore = "needs ../shared"]
fn what_clients_really_wrote_is_read_the_plain_way() {
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    for (path, events) in [
        ("samples/v1.other.lake.json", 2),
        ("samples/v2.other.lake.json", 2),
        (
            "corpus/derived-wrappers/invictus.lake-get-query-results.json",
            200,
        ),
    ] {
        let source = std::fs::read_to_string(shared.join(path)).unwrap();
        let head = &source.as_bytes()[..source.len().min(crate::transcode::HEAD)];
        assert_eq!(recognise(head), Some(recipe()));
        let (text, origins) = text(source.as_bytes());
        let made: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(made, plainly(&source));
        assert_eq!(made["Events"].as_array().unwrap().len(), events, "{path}");
        leads_back(&source, &text, &origins);
    }
}
