//! Every path of every event: the value of a field is the value that full parsers find.
//!
//! Derived values (`principal`, envelopes made from records) are tested in their module.

use serde_json::Value as Tree;
use simd_json::prelude::{ValueAsArray, ValueAsObject, ValueAsScalar, ValueObjectAccess};
use trailsift::engine::Answer;
use trailsift::event::{Context, Event, Field};
use trailsift::text::Value;

use super::{How, ask, expected, item, unpacked};
use std::io;
use std::ops::ControlFlow;

/// Compares every event and collects the differences.
struct Compare;

impl trailsift::engine::Question for Compare {
    type Batch = (u64, Vec<String>);

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        batch.0 += compare(event, context, &mut batch.1);
    }
}

/// The number of compared paths, and the differences.
#[derive(Default)]
pub(super) struct Compared(pub u64, pub Vec<String>);

/// Compares all paths of all events in some bytes.
pub(super) fn compare_all(bytes: &[u8], compared: &mut Compared) {
    ask(&[item(bytes)], How::default(), &Compare, compared);
}

impl Answer<(u64, Vec<String>)> for Compared {
    fn add(&mut self, batch: (u64, Vec<String>), _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.0 += batch.0;
        self.1.extend(batch.1);
        Ok(ControlFlow::Continue(()))
    }
}

/// Parses text that may contain halves of surrogate pairs and bytes that are not UTF-8, as the program reads them.
fn parse(bytes: &[u8]) -> Option<Tree> {
    serde_json::from_str(&mended(&String::from_utf8_lossy(bytes))).ok()
}

/// The text with `\ufffd` for each unpaired half of a surrogate pair, because serde_json refuses them.
pub(super) fn mended(text: &str) -> String {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let (take, mend) = match (*byte, unit(at)) {
            (b'\\', Some(0xd800..0xdc00)) => match unit(at + 6) {
                Some(0xdc00..0xe000) => (12, false),
                _ => (6, true),
            },
            (b'\\', Some(0xdc00..0xe000)) => (6, true),
            (b'\\', _) => (text[at..].chars().take(2).map(char::len_utf8).sum(), false),
            _ => (text[at..].chars().take(1).map(char::len_utf8).sum(), false),
        };
        out.push_str(if mend {
            "\\ufffd"
        } else {
            &text[at..at + take]
        });
        at += take;
    }
    out
}

/// Compares all paths of an event; returns their number.
fn compare(event: &Event<'_>, context: &Context<'_>, wrong: &mut Vec<String>) -> u64 {
    let source = event.source();
    let Some(own) = parse(source) else {
        wrong.push(format!("serde_json refuses the event at {}", event.offset));
        return 0;
    };
    let envelope = own.get("CloudTrailEvent").is_some() || own.get("EventId").is_some();
    let record = match own.get("CloudTrailEvent") {
        Some(Tree::String(text)) => Some(parse(text.as_bytes())),
        Some(Tree::Object(record)) => Some(Some(Tree::Object(record.clone()))),
        _ if envelope => None,
        _ => match &own {
            Tree::String(text) => Some(parse(text.as_bytes())),
            own => Some(Some(own.clone())),
        },
    };
    let mut walk = Walk {
        event,
        context,
        count: 0,
        wrong,
    };
    if envelope && let Some(members) = own.as_object() {
        for (name, value) in members {
            // These are rendered again, or derived if they are empty.
            if !matches!(
                name.as_str(),
                "EventTime" | "ReadOnly" | "CloudTrailEvent" | "Username" | "AccessKeyId"
            ) {
                walk.below(&quoted(name), name, value);
            }
        }
    }
    let unreadable = matches!(&record, Some(None | Some(Tree::String(_) | Tree::Array(_))))
        || matches!(&record, Some(Some(tree)) if !tree.is_object());
    assert_eq!(
        event.record_unreadable().is_some(),
        unreadable,
        "at {}",
        event.offset
    );
    if let Some(Some(Tree::Object(members))) = &record {
        for (name, value) in members {
            let path = format!(".{}", quoted(name));
            walk.below(&path, "", value);
        }
    }
    walk.count
}

fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | ':');
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

struct Walk<'w, 'e> {
    event: &'w Event<'e>,
    context: &'w Context<'w>,
    count: u64,
    wrong: &'w mut Vec<String>,
}

impl Walk<'_, '_> {
    fn below(&mut self, path: &str, name: &str, tree: &Tree) {
        // Empty texts of the envelope are replaced by the record's.
        if !name.is_empty() && tree == &Tree::String(String::new()) {
            return;
        }
        self.count += 1;
        match Field::parse(path) {
            Ok(field) => {
                let value = field.value(self.event, self.context);
                if let Err(why) = same(&value, tree) {
                    let at = self.event.offset;
                    self.wrong
                        .push(format!("{path} at {at}: {why}: {value:?}, {tree}"));
                }
            }
            Err(error) => self.wrong.push(error.to_string()),
        }
        match tree {
            Tree::Object(members) => {
                for (name, value) in members {
                    if !name.contains('"') {
                        self.below(&format!("{path}.{}", quoted(name)), "", value);
                    }
                }
            }
            Tree::Array(elements) => {
                for (i, value) in elements.iter().enumerate() {
                    self.below(&format!("{path}[{i}]"), "", value);
                }
            }
            _ => {}
        }
    }
}

/// Whether a value equals that of serde_json, and that of simd-json if it can read the record.
fn same(value: &Value<'_>, tree: &Tree) -> Result<(), String> {
    match (value, tree) {
        (Value::Null, Tree::Null) => Ok(()),
        (Value::Bool(a), Tree::Bool(b)) if a == b => Ok(()),
        (Value::Number(a), Tree::Number(b)) => same_number(a, &b.to_string()),
        (Value::Text(a), Tree::String(b)) if a.to_str() == *b && a.eq_str(b) => Ok(()),
        (Value::Owned(a), Tree::String(b)) if a == b => Ok(()),
        (Value::Json(json), tree) => {
            let compact = json.to_compact();
            if parse(compact.as_bytes()).as_ref() != Some(tree) {
                return Err(format!("serde_json reads {compact}"));
            }
            let mut bytes = mended(&compact).into_bytes();
            match simd_json::to_borrowed_value(&mut bytes) {
                Ok(simd) if !same_tree(&simd, tree) => Err(format!("simd-json reads {simd}")),
                _ => Ok(()),
            }
        }
        _ => Err("differs".to_owned()),
    }
}

/// By spelling, and by value.
fn same_number(ours: &[u8], theirs: &str) -> Result<(), String> {
    let ours = String::from_utf8_lossy(ours);
    let by_value = ours.parse::<f64>().ok() == theirs.parse::<f64>().ok();
    // serde_json writes an exponent its own way, and keeps every digit.
    let exponent = |c: char| matches!(c, 'e' | 'E');
    let by_spelling = ours == theirs || (ours.contains(exponent) && theirs.contains(exponent));
    if by_value && by_spelling {
        Ok(())
    } else {
        Err(format!("{ours} or {theirs}"))
    }
}

fn same_tree(simd: &simd_json::BorrowedValue<'_>, tree: &Tree) -> bool {
    match tree {
        Tree::Null => {
            matches!(simd, simd_json::BorrowedValue::Static(s) if *s == simd_json::StaticNode::Null)
        }
        Tree::Bool(value) => simd.as_bool() == Some(*value),
        Tree::Number(number) => simd.cast_f64() == number.as_f64(),
        Tree::String(text) => simd.as_str() == Some(text),
        Tree::Array(elements) => simd.as_array().is_some_and(|all| {
            all.len() == elements.len() && all.iter().zip(elements).all(|(a, b)| same_tree(a, b))
        }),
        Tree::Object(members) => simd.as_object().is_some_and(|all| {
            all.len() == members.len()
                && members.iter().all(|(name, value)| {
                    simd.get(name.as_str()).is_some_and(|a| same_tree(a, value))
                })
        }),
    }
}

#[test]
fn every_path_of_every_fixture_says_what_full_parsers_say() {
    let mut compared = Compared::default();
    for file in expected() {
        // If a member occurs twice, serde_json uses the last one.
        let twice = file.path.ends_with("duplicate-keys.json");
        // It reads at most 128 levels.
        let deep = file.path.contains("/deep");
        if twice || deep || (file.path.starts_with("tests/data/") && file.why != "whole") {
            continue;
        }
        let bytes = unpacked(&file.path);
        let before = compared.1.len();
        compare_all(&bytes, &mut compared);
        if compared.1.len() > before {
            compared.1.insert(before, file.path);
        }
    }
    compared.1.truncate(30);
    assert!(compared.1.is_empty(), "{}", compared.1.join("\n"));
    assert!(compared.0 > 30_000, "{}", compared.0);
}
