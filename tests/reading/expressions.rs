//! Compares the selection of an expression with a simple evaluation over serde_json values.
//!
//! The module `select` tests the grammar.

use std::cmp::Ordering;
use std::io;
use std::net::IpAddr;
use std::ops::ControlFlow;

use ipnet::IpNet;
use proptest::prelude::*;
use serde_json::{Value, json};
use trailsift::engine::{self, Answer, Question, Settings};
use trailsift::event::{Context, Event};
use trailsift::select::{Condition, Expr, Selection};
use trailsift::time::{Moment, TimeFormat, Zone};

use super::item;
use crate::support::small;

/// A tree that is not the program's.
#[derive(Clone, Debug)]
enum Tree {
    /// Field, operator, value, whether it is in quotes.
    Is(&'static str, &'static str, &'static str, bool),
    In(&'static str, bool, Vec<(&'static str, bool)>),
    /// Field, negated, the regular expression.
    Match(&'static str, bool, &'static str),
    Cidr(&'static str, bool, &'static str),
    Exists(&'static str),
    /// Two fields and an operator.
    Fields(&'static str, &'static str, &'static str),
    /// A field, negated, and other fields.
    InFields(&'static str, bool, Vec<&'static str>),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

/// With more parentheses than are needed, so that no rule of precedence is relied on.
fn typed(tree: &Tree) -> String {
    let quoted = |value: &str, quoted: bool| {
        if quoted || value.is_empty() || value.contains([' ', '=', '(']) {
            format!("'{value}'")
        } else {
            value.to_owned()
        }
    };
    let not = |negated: &bool| if *negated { "not " } else { "" };
    let joined = |all: &[Tree], word: &str| all.iter().map(typed).collect::<Vec<_>>().join(word);
    let text = match tree {
        Tree::Is(field, sign, value, quotes) => {
            format!("{field} {sign} {}", quoted(value, *quotes))
        }
        Tree::In(field, negated, values) => {
            let values: Vec<_> = values.iter().map(|(value, q)| quoted(value, *q)).collect();
            format!("{field} {}in ({})", not(negated), values.join(", "))
        }
        Tree::Match(field, negated, regex) => {
            // In quotes a backslash before another one escapes it.
            let regex = regex.replace(r"\\", r"\\\\");
            format!("{field} {} '{regex}'", if *negated { "!~" } else { "~" })
        }
        Tree::Cidr(field, negated, block) => format!("{field} {}in_cidr {block}", not(negated)),
        Tree::Exists(field) => format!("exists {field}"),
        Tree::Fields(left, sign, right) => format!("{left} {sign} {right}"),
        Tree::InFields(left, negated, right) => {
            format!("{left} {}in ({})", not(negated), right.join(", "))
        }
        Tree::Not(inner) => format!("not {}", typed(inner)),
        Tree::All(all) => joined(all, " and "),
        Tree::Any(all) => joined(all, " or "),
    };
    format!("({text})")
}

/// The values of a field: none, one, or those of a list.
fn values<'r>(field: &str, record: &'r Value) -> Vec<&'r Value> {
    let mut found = vec![record];
    for step in field.split('.') {
        let (name, all) = match step.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (step, false),
        };
        // The record's own name of an envelope's.
        let name = if name == "EventName" {
            "eventName"
        } else {
            name
        };
        found = found
            .into_iter()
            .filter_map(|value| value.get(name))
            .collect();
        if all {
            let lists = found.into_iter().filter_map(Value::as_array);
            found = lists.flatten().collect();
        }
    }
    found.retain(|value| !value.is_null());
    found
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The numbers of these tests in units of 10^-6.
fn number(text: &str) -> Option<i128> {
    if serde_json::from_str::<&serde_json::value::RawValue>(text).is_err()
        || !text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
    {
        return None;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let power = 6 - fraction.len() as i32 + exponent.parse::<i32>().ok()?;
    Some(digits * 10i128.pow(u32::try_from(power).ok()?))
}

/// First and last second of a text that spells a time.
fn instant(text: &str) -> Option<i64> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(time.timestamp())
}

fn order(value: &Value, typed: &str, quoted: bool) -> Ordering {
    let own = text(value);
    let is_scalar = value.is_string() || value.is_number();
    if is_scalar
        && !quoted
        && let (Some(own), Some(typed)) = (number(&own), number(typed))
    {
        return own.cmp(&typed);
    }
    if value.is_string()
        && let Some(own) = instant(&own)
    {
        if let Some(typed) = instant(typed) {
            return own.cmp(&typed);
        }
        if let Some(start) = instant(&format!("{typed}T00:00:00Z")) {
            return match own {
                own if own < start => Ordering::Less,
                own if own < start + 86_400 => Ordering::Equal,
                _ => Ordering::Greater,
            };
        }
    }
    own.as_bytes().cmp(typed.as_bytes())
}

fn allows(sign: &str, order: Ordering) -> bool {
    match sign {
        "=" => order.is_eq(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// Whether a value of one field is related to one of the other: numbers if one is a JSON number, instants if both are
/// texts that spell one, else texts. A field that is an instant is compared only with instants.
fn related(left: &str, sign: &str, right: &str, record: &Value) -> bool {
    let pair = |a: &Value, b: &Value| {
        let (a_text, b_text) = (text(a), text(b));
        let is_scalar = |value: &Value| value.is_string() || value.is_number();
        let times = || {
            let time = |value: &Value, text: &str| instant(text).filter(|_| value.is_string());
            Some(time(a, &a_text)?.cmp(&time(b, &b_text)?))
        };
        if left == "eventTime" || right == "eventTime" {
            return times().is_some_and(|order| allows(sign, order));
        }
        if (a.is_number() || b.is_number())
            && is_scalar(a)
            && is_scalar(b)
            && let (Some(a), Some(b)) = (number(&a_text), number(&b_text))
        {
            return allows(sign, a.cmp(&b));
        }
        let order = times().unwrap_or_else(|| a_text.as_bytes().cmp(b_text.as_bytes()));
        allows(sign, order)
    };
    let (lefts, rights) = (values(left, record), values(right, record));
    lefts.iter().any(|a| rights.iter().any(|b| pair(a, b)))
}

fn satisfies(tree: &Tree, record: &Value) -> bool {
    match tree {
        Tree::Fields(left, "!=", right) => !related(left, "=", right, record),
        Tree::Fields(left, sign, right) => related(left, sign, right, record),
        Tree::InFields(left, negated, all) => {
            let mut each = all.iter();
            each.any(|right| related(left, "=", right, record)) != *negated
        }
        Tree::Is(field, sign, typed, quoted) => {
            let any = |allowed: &dyn Fn(Ordering) -> bool| {
                let values = values(field, record);
                values
                    .iter()
                    .any(|value| allowed(order(value, typed, *quoted)))
            };
            match *sign {
                "=" => any(&Ordering::is_eq),
                "!=" => !any(&Ordering::is_eq),
                "<" => any(&Ordering::is_lt),
                "<=" => any(&Ordering::is_le),
                ">" => any(&Ordering::is_gt),
                _ => any(&Ordering::is_ge),
            }
        }
        Tree::In(field, negated, all) => {
            let mut each = all.iter();
            each.any(|(value, quoted)| satisfies(&Tree::Is(field, "=", value, *quoted), record))
                != *negated
        }
        Tree::Match(field, negated, regex) => {
            let regex = regex::Regex::new(regex).unwrap();
            let values = values(field, record);
            values.iter().any(|value| regex.is_match(&text(value))) != *negated
        }
        Tree::Cidr(field, negated, block) => {
            let block: IpNet = block.parse().unwrap();
            let inside = |value: &&Value| {
                let address = text(value).parse::<IpAddr>();
                address.is_ok_and(|address| block.contains(&address))
            };
            values(field, record).iter().any(inside) != *negated
        }
        Tree::Exists(field) => !values(field, record).is_empty(),
        Tree::Not(inner) => !satisfies(inner, record),
        Tree::All(all) => all.iter().all(|it| satisfies(it, record)),
        Tree::Any(all) => all.iter().any(|it| satisfies(it, record)),
    }
}

/// Remembers where the selected events lie.
struct Places;

impl Question for Places {
    type Batch = Vec<u64>;

    fn observe(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut Vec<u64>) {
        batch.push(event.offset);
    }
}

struct All(Vec<u64>);

impl Answer<Vec<u64>> for All {
    fn add(&mut self, batch: Vec<u64>, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.0.extend(batch);
        Ok(ControlFlow::Continue(()))
    }
}

/// Offsets of the events that are selected, by one or no condition.
fn selected(bytes: &[u8], expression: Option<&str>, threads: usize) -> Vec<u64> {
    let conditions = expression.map(|text| Condition {
        typed: text.to_owned(),
        expr: Expr::parse(text, &Zone::Utc, Moment::MIN).unwrap_or_else(|error| panic!("{error}")),
    });
    let selection = Selection::new(conditions.into_iter().collect());
    let (zone, format) = (Zone::Utc, TimeFormat::default());
    let settings = Settings {
        keep_duplicates: true,
        threads,
        chunk_size: 3000,
        ..Settings::new(&selection, &zone, &format)
    };
    let mut all = All(Vec::new());
    engine::ask(&[item(bytes)], &settings, &Places, &mut all).unwrap();
    all.0
}

/// Records in which every field of the expressions is there, is missing, is null, is of every kind.
fn odd_records() -> Vec<Value> {
    let odd: Vec<Value> = [
        r#"null"#,
        r#""""#,
        r#"1"#,
        r#"1.0"#,
        r#""1""#,
        r#""01""#,
        r#"-1.5"#,
        r#"9007199254740992"#,
        r#"9007199254740993"#,
        r#""9007199254740993""#,
        r#"1e3"#,
        r#"true"#,
        r#""true""#,
        r#"{"n":1}"#,
        r#"[1,"1",null]"#,
        r#"[]"#,
        r#"[null]"#,
        r#"["192.0.2.1","x"]"#,
        r#""192.0.2.1""#,
        r#""2001:db8::1""#,
        r#""2024-06-10T06:00:00Z""#,
        r#""2024-06-10T15:00:00+09:00""#,
        r#""2024-06-11T00:00:00Z""#,
        r#""2024-06-10""#,
        r#""Größe \"x\" \\ \t""#,
        r#""AccessDenied""#,
        r#""accessdenied""#,
    ]
    .iter()
    .map(|text| serde_json::from_str(text).unwrap())
    .collect();
    let mut records = Vec::new();
    for (n, value) in (0..).zip(&odd) {
        records.push(small::record(
            n,
            json!({"requestParameters": {"x": value, "deep": {"x": [value, {"y": value}]}}}),
        ));
    }
    for (n, value) in (100..).zip(&odd) {
        let members = json!({"requestParameters": value, "errorCode": value, "resources": [
            {"ARN": value}, {"ARN": "arn:x"}, {},
        ]});
        records.push(small::record(n, members));
    }
    records.push(small::without(
        small::record(200, json!({})),
        &["requestParameters", "sourceIPAddress", "userIdentity"],
    ));
    records
}

const FIELDS: [&str; 11] = [
    "requestParameters.x",
    "requestParameters.x[]",
    "requestParameters.deep.x[]",
    "requestParameters.deep.x[].y",
    "requestParameters",
    "errorCode",
    "resources[].ARN",
    "sourceIPAddress",
    "EventName",
    "userIdentity.userName",
    ".nosuch",
];

/// Fields on the right side: any but those with a leading dot.
const RIGHT: [&str; 7] = [
    "requestParameters.x",
    "requestParameters.x[]",
    "requestParameters.deep.x[].y",
    "errorCode",
    "resources[].ARN",
    "EventName",
    "eventTime",
];

const SIGNS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

const VALUES: [&str; 22] = [
    "",
    "1",
    "1.0",
    "01",
    "-1.5",
    "-15e-1",
    "9007199254740993",
    "9007199254740992",
    "1000",
    "1e3",
    "true",
    "{\"n\":1}",
    "[1,\"1\",null]",
    "192.0.2.1",
    "2024-06-10T06:00:00Z",
    "2024-06-10",
    "2024-06-11",
    "AccessDenied",
    "accessdenied",
    "DescribeInstances",
    "alice",
    "Z",
];

const REGEXES: [&str; 7] = ["^1", "", "(?i)access", r"\.", "ö", r#"["\\]"#, "^$"];

const BLOCKS: [&str; 5] = [
    "192.0.2.0/24",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::/0",
    "192.0.2.1/32",
];

fn leaf() -> impl Strategy<Value = Tree> {
    let field = || prop::sample::select(&FIELDS[..]);
    let value = || prop::sample::select(&VALUES[..]);
    let sign = prop::sample::select(&SIGNS[..]);
    let (sign_of_fields, right) = (sign.clone(), || prop::sample::select(&RIGHT[..]));
    prop_oneof![
        4 => (field(), sign, value(), any::<bool>()).prop_map(|(f, s, v, q)| Tree::Is(f, s, v, q)),
        1 => (field(), any::<bool>(), prop::collection::vec((value(), any::<bool>()), 1..4))
            .prop_map(|(f, n, all)| Tree::In(f, n, all)),
        1 => (field(), any::<bool>(), prop::sample::select(&REGEXES[..]))
            .prop_map(|(f, n, r)| Tree::Match(f, n, r)),
        1 => (field(), any::<bool>(), prop::sample::select(&BLOCKS[..]))
            .prop_map(|(f, n, b)| Tree::Cidr(f, n, b)),
        1 => field().prop_map(Tree::Exists),
        2 => (field(), sign_of_fields, right()).prop_map(|(l, s, r)| Tree::Fields(l, s, r)),
        1 => (field(), any::<bool>(), prop::collection::vec(right(), 1..4))
            .prop_map(|(l, n, all)| Tree::InFields(l, n, all)),
    ]
    .prop_map(quote_where_needed)
}

/// Text without quotes is quoted by `typed`, which must be known to both sides.
fn quote_where_needed(tree: Tree) -> Tree {
    let needed = |value: &str| value.is_empty() || value.contains([' ', '=', '(', ',']);
    match tree {
        Tree::Is(field, sign, value, quoted) => {
            Tree::Is(field, sign, value, quoted || needed(value))
        }
        Tree::In(field, negated, values) => {
            let values = values
                .into_iter()
                .map(|(value, q)| (value, q || needed(value)));
            Tree::In(field, negated, values.collect())
        }
        other => other,
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(4, 12, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(Tree::All),
            several.prop_map(Tree::Any),
            inner.prop_map(|it| Tree::Not(Box::new(it))),
        ]
    })
}

/// The bytes of a dump, and where its events lie.
type Dump = (Vec<u8>, Vec<u64>);

/// A record as a trail has it, and inside an envelope.
fn dumps(records: &[Value]) -> [String; 2] {
    [small::trail(records), small::lookup(records)]
}

#[track_caller]
fn agrees(tree: &Tree, records: &[Value], dumps: &[Dump]) {
    let text = typed(tree);
    let expected: Vec<bool> = records
        .iter()
        .map(|record| satisfies(tree, record))
        .collect();
    for (dump, places) in dumps {
        let found = selected(dump, Some(&text), 1);
        assert_eq!(places.len(), records.len());
        for ((place, record), expected) in places.iter().zip(records).zip(&expected) {
            assert_eq!(found.contains(place), *expected, "{text}\n{record}");
        }
    }
}

fn with_places(records: &[Value]) -> Vec<Dump> {
    let dumps = dumps(records).map(String::into_bytes);
    dumps
        .into_iter()
        .map(|dump| {
            let places = selected(&dump, None, 1);
            (dump, places)
        })
        .collect()
}

#[test]
fn every_comparison_of_every_field_with_every_value_is_what_it_means() {
    let records = odd_records();
    let dumps = &with_places(&records)[..1];
    for field in FIELDS {
        for value in VALUES {
            for sign in SIGNS {
                for quoted in [false, true] {
                    let tree = quote_where_needed(Tree::Is(field, sign, value, quoted));
                    agrees(&tree, &records, dumps);
                }
            }
        }
        agrees(&Tree::Exists(field), &records, dumps);
        for right in RIGHT {
            for sign in SIGNS {
                agrees(&Tree::Fields(field, sign, right), &records, dumps);
                agrees(&Tree::Fields("eventTime", sign, right), &records, dumps);
            }
        }
        for negated in [false, true] {
            for regex in REGEXES {
                agrees(&Tree::Match(field, negated, regex), &records, dumps);
            }
            for block in BLOCKS {
                agrees(&Tree::Cidr(field, negated, block), &records, dumps);
            }
        }
    }
}

#[test]
fn expressions_over_fixtures_are_what_they_mean() {
    let bytes = std::fs::read("fixtures/cli-v2.json").unwrap();
    let dump: Value = serde_json::from_slice(&bytes).unwrap();
    let entries = dump["Events"].as_array().unwrap().iter();
    let records: Vec<Value> = entries
        .map(|entry| serde_json::from_str(entry["CloudTrailEvent"].as_str().unwrap()).unwrap())
        .collect();
    let places = selected(&bytes, None, 1);
    let dumps = [(bytes, places)];
    let mut selections = 0;
    for tree in [
        Tree::Is("errorCode", "=", "AccessDenied", false),
        Tree::Match("errorCode", false, "(?i)denied|unauth"),
        Tree::Not(Box::new(Tree::Exists("errorCode"))),
        Tree::Cidr("sourceIPAddress", true, "198.51.100.0/24"),
        Tree::Any(vec![
            Tree::Match("EventName", false, "^Get"),
            Tree::All(vec![
                Tree::Exists("requestParameters.bucketName"),
                Tree::Is("readOnly", "=", "false", false),
            ]),
        ]),
        Tree::Is("recipientAccountId", "=", "123456789012", false),
        Tree::Is("recipientAccountId", "<", "123456789012", false),
        Tree::Is("apiVersion", ">", "2012", false),
        Tree::Match("userIdentity.arn", true, ":assumed-role/"),
    ] {
        agrees(&tree, &records, &dumps);
        let some = records
            .iter()
            .filter(|record| satisfies(&tree, record))
            .count();
        selections += usize::from(some > 0 && some < records.len());
    }
    assert!(selections >= 6, "the expressions are about these events");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_expression_selects_what_it_means(tree in tree()) {
        thread_local! {
            static RECORDS: (Vec<Value>, Vec<Dump>) = {
                let records = odd_records();
                let dumps = with_places(&records);
                (records, dumps)
            };
        }
        RECORDS.with(|(records, dumps)| {
            agrees(&tree, records, dumps);
            let text = typed(&tree);
            let of = |threads| selected(&dumps[0].0, Some(&text), threads);
            assert_eq!(of(1), of(3), "{text}");
        });
    }
}
