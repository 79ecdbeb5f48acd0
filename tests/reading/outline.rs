//! Every path that is listed is one that a field takes, and the field finds there what was met; of every
//! event, hostile ones and random ones included.
//!
//! `cli/paths` tests that all paths are listed.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

use proptest::prelude::*;
use trailsift::engine::{Answer, Question};
use trailsift::event::{Context, Event, Field, PathIndex, Scope};
use trailsift::tally::{Occurring, Paths, Survey};
use trailsift::text::Value;

use super::{How, ask, expected, item, unpacked};

/// Walks every event and looks every path up again.
struct LookUp(Scope);

/// How many values were looked up, how many paths can't be typed, and what differed.
#[derive(Default)]
struct Found {
    values: u64,
    untypable: u64,
    wrong: Vec<String>,
}

impl Question for LookUp {
    type Batch = Found;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, found: &mut Found) {
        let mut outline = PathIndex::default();
        let mut met: BTreeMap<usize, (_, Vec<String>)> = BTreeMap::new();
        outline.walk(&self.0, event, context, |place, value| {
            let (_, texts) = met.entry(place.index()).or_insert((place, Vec::new()));
            if !matches!(value, Value::Null) {
                texts.push(value.cell_text().into_owned());
            }
        });
        for (place, texts) in met.into_values() {
            let (path, is_typable) = outline.path(place, usize::MAX).expect("a path");
            found.values += texts.len() as u64;
            if !is_typable {
                found.untypable += 1;
                continue;
            }
            match Field::parse(&path) {
                Err(error) => found.wrong.push(error.to_string()),
                Ok(field) => {
                    let again = leaves(&field.value(event, context));
                    if again != texts {
                        found
                            .wrong
                            .push(format!("{path}: {texts:?}, looked up {again:?}"));
                    }
                }
            }
        }
    }
}

/// What a field found, without what is null and what is listed by its members.
fn leaves(value: &Value<'_>) -> Vec<String> {
    match value {
        Value::Missing | Value::Null => Vec::new(),
        Value::List(values) => values.iter().flat_map(leaves).collect(),
        Value::Json(json) if !["{}", "[]"].contains(&json.to_compact().as_str()) => Vec::new(),
        value => vec![value.cell_text().into_owned()],
    }
}

impl Answer<Found> for Found {
    fn add(&mut self, batch: Found, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.values += batch.values;
        self.untypable += batch.untypable;
        self.wrong.extend(batch.wrong);
        Ok(ControlFlow::Continue(()))
    }
}

fn look_up(bytes: &[u8], scope: Scope) -> Found {
    let mut found = Found::default();
    ask(&[item(bytes)], How::default(), &LookUp(scope), &mut found);
    found
}

#[test]
fn what_is_listed_is_found_again_in_every_file() {
    let mut values = 0;
    for file in expected() {
        let found = look_up(&unpacked(&file.path), Scope::all());
        assert!(found.wrong.is_empty(), "{}: {:#?}", file.path, found.wrong);
        values += found.values;
    }
    assert!(values > 40_000, "{values}");
}

fn listed(bytes: &[u8], scope: Scope) -> Vec<Occurring> {
    let mut paths = Paths::default();
    ask(
        &[item(bytes)],
        How::default(),
        &Survey::new(scope),
        &mut paths,
    );
    paths.into_occurring()
}

/// A prefix lists what is listed without one, as far as it begins so.
#[test]
fn a_scope_is_a_part_of_all() {
    for file in [
        "fixtures/cli-v1.json",
        "fixtures/jq-inlined.json",
        "tests/data/escaped-keys.json",
    ] {
        let bytes = unpacked(file);
        let everything = listed(&bytes, Scope::all());
        assert!(everything.len() > 20);
        for path in &everything {
            let Ok(field) = Field::parse(&path.path) else {
                continue;
            };
            let scope = Scope::below(&field).expect("no single element");
            let below = listed(&bytes, scope);
            let expected: Vec<_> = everything
                .iter()
                .filter(|other| {
                    let rest = other.path.strip_prefix(&path.path);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
                })
                .cloned()
                .collect();
            assert_eq!(below, expected, "{}", path.path);
        }
    }
}

/// Names as nobody should give them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]",
        1 => prop::sample::select(vec!["", ".", "[]", "[0]", "\"", "a\"b", "\"a\"", "a.b", "a,b", " ", "a ",
            "\\", "\\\\", "\n", "\u{0}", "\u{fffd}", "é", "🚀", "ARN", "eventName", "EventName", "userIdentity",
            "principal", "accessKeyId", "resources"].into_iter().map(str::to_owned).collect::<Vec<_>>()),
        1 => "\\PC{0,3}",
    ]
}

/// JSON as text, so that a name can occur twice, and strings can be escaped in any way.
fn json() -> impl Strategy<Value = String> {
    let string = |text: String| serde_json::Value::String(text).to_string();
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-1.50E3".to_owned()),
        Just("{ }".to_owned()),
        Just("[\n]".to_owned()),
        Just("\"\"".to_owned()),
        Just(r#""\u0041\/\"\\\ud83d\ude80\ud800""#.to_owned()),
        "\\PC{0,4}".prop_map(string),
    ];
    scalar.prop_recursive(5, 40, 5, |inner| {
        let inner = inner.boxed();
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|values| format!("[{}]", values.join(" , "))),
            members(inner),
        ]
    })
}

fn members(value: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    prop::collection::vec((name(), value, any::<bool>()), 0..6).prop_map(|members| {
        let members: Vec<String> = members
            .into_iter()
            .map(|(name, value, is_escaped)| format!("{} :{value}", spelt(&name, is_escaped)))
            .collect();
        format!("{{{}}}", members.join(","))
    })
}

/// A name as a JSON string, in the shortest spelling or the longest.
fn spelt(name: &str, is_escaped: bool) -> String {
    if !is_escaped {
        return serde_json::Value::String(name.to_owned()).to_string();
    }
    let units = name.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<String>())
}

fn event() -> impl Strategy<Value = String> {
    let known = r#""eventVersion":"1.08","eventID":"e","eventName":"N","eventSource":"s3.amazonaws.com","eventTime":"2024-06-10T06:00:00Z""#;
    let members = || members(json().boxed());
    let text = |json: &str| serde_json::Value::String(json.to_owned()).to_string();
    let record = members().prop_map(move |members| match members.as_str() {
        "{}" => format!("{{{known}}}"),
        members => format!("{{{known},{}", &members[1..]),
    });
    let envelope = members().prop_map(|members| match members.as_str() {
        "{}" => String::new(),
        members => members[1..members.len() - 1].to_owned() + ",",
    });
    (record, envelope, 0..5).prop_map(move |(record, envelope, shape)| match shape {
        0 => format!(r#"{{"Records":[{record}]}}"#),
        1 => text(&record),
        2 => format!(r#"{{"Events":[{{{envelope}"EventId":"e","CloudTrailEvent":{}}}]}}"#, text(&record)),
        3 => format!(r#"{{"Events":[{{{envelope}"EventId":"e","CloudTrailEvent":{record}}}]}}"#),
        _ => format!(r#"{{"Events":[{{"EventId":"e","EventName":"N",{envelope}"EventTime":1718000000,"AccessKeyId":"A"}}]}}"#),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_listed_is_found_again_in_random_events(event in event()) {
        let found = look_up(event.as_bytes(), Scope::all());
        prop_assert!(found.values >= 2, "no event: {event}");
        prop_assert!(found.wrong.is_empty(), "{event}: {:#?}", found.wrong);
    }
}

/// Were each level looked for from the top, this would take minutes.
#[test]
fn a_deep_event_is_walked_in_one_go() {
    let deep = 1_000;
    let text = format!(
        r#"{{"eventVersion":"1","eventID":"e","eventName":"N","eventSource":"s","x":{}"{}"{}}}"#,
        r#"[{"a":"#.repeat(deep / 2),
        "y".repeat(8 << 20),
        "}]".repeat(deep / 2),
    );
    let mut paths = Paths::default();
    ask(
        &[item(text.as_bytes())],
        How::default(),
        &Survey::new(Scope::all()),
        &mut paths,
    );
    assert_eq!(paths.total(), 1);
    assert_eq!(paths.beyond().paths(), (1, false));
    assert!(paths.into_occurring().iter().all(|path| path.path != ".x"));
}

/// Paths correct the case of CloudTrail's names, so that another member has to be listed in quotes.
#[test]
fn another_spelling_of_a_known_name_is_found_again() {
    let event = r#"{"Records":[{"eventVersion":"1.08","eventID":"e","eventName":"N","eventSource":"s3.amazonaws.com",
        "eventTime":"2024-06-10T06:00:00Z","userIdentity":{"ARN":"a","arn":"b","sessionContext":{"sourceidentity":"c"}}}]}"#;
    let found = look_up(event.as_bytes(), Scope::all());
    assert!(found.values > 6, "{}", found.values);
    assert!(found.wrong.is_empty(), "{:#?}", found.wrong);
}
