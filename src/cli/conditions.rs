//! Turns the flags that were typed into the conditions of a selection.
//!
//! Not for: `--since` and other flags about time (`setup`), reading values from files (`value_files`).

use super::Failure;
use super::args::Selection as Typed;
use super::flags::{self, Flag};
use super::hint::{for_shell, quoted};
use super::setup::usage;
use super::value_files::Values;
use crate::event::Outcome;
use crate::select::{Condition, Expr, Test};
use crate::time::{Moment, Zone};

/// The condition of a filter. `shown` is the flag as it was typed, for messages.
fn filter<'v>(
    flag: &Flag,
    shown: &str,
    typed: impl Iterator<Item = &'v str>,
) -> Result<Option<Condition>, Failure> {
    let Some((make_test, is_list)) = flag.filter() else {
        return Ok(None);
    };
    let values = Values::read(shown, typed, is_list)?;
    let test = make_test(shown, &values)?;
    Ok(Some(Condition {
        typed: values.typed,
        expr: Expr::Flag(test),
    }))
}

/// The conditions of the typed flags. Times in expressions are read in `zone`; `yesterday` and the like refer to `now`.
pub(super) fn conditions(
    typed: &Typed,
    zone: &Zone,
    now: Moment,
) -> Result<Vec<Condition>, Failure> {
    let mut conditions = Vec::new();
    for flag in flags::filters() {
        let values = typed.values(flag.name);
        if !values.is_empty() {
            let values = values.iter().map(String::as_str);
            conditions.extend(filter(flag, &format!("--{}", flag.name), values)?);
        }
    }
    for attribute in typed.values("lookup-attributes") {
        conditions.push(lookup_attribute(attribute, zone, now)?);
    }
    for typed in typed.values("not") {
        conditions.push(negation(typed)?);
    }
    for typed in typed.values("where") {
        let expr =
            Expr::parse(typed, zone, now).map_err(|error| usage(format!("--where: {error}")))?;
        let plain: String = typed
            .trim()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        conditions.push(Condition {
            typed: format!("--where {}", for_shell(&plain)),
            expr,
        });
    }
    let outcomes = [
        (typed.has("ok"), Outcome::Ok, "--ok"),
        (typed.has("denied"), Outcome::Denied, "--denied"),
        (typed.has("failed"), Outcome::Failed, "--failed"),
    ];
    let wanted = || outcomes.iter().filter(|(wanted, ..)| *wanted);
    if wanted().next().is_some() {
        let test = Test::Outcome(wanted().map(|(_, outcome, _)| *outcome).collect());
        conditions.push(Condition {
            typed: wanted()
                .map(|(.., flag)| *flag)
                .collect::<Vec<_>>()
                .join(" "),
            expr: Expr::Flag(test),
        });
    }
    let (read, write) = (typed.has("read-only"), typed.has("write"));
    if read || write {
        conditions.push(Condition {
            typed: match (read, write) {
                (true, true) => "--read-only --write",
                (true, false) => "--read-only",
                _ => "--write",
            }
            .to_owned(),
            expr: Expr::Flag(Test::ReadOnly { read, write }),
        });
    }
    Ok(conditions)
}

/// `--not name=Get*`.
fn negation(typed: &str) -> Result<Condition, Failure> {
    let words = || {
        let words: Vec<_> = flags::filters().map(|flag| flag.name).collect();
        words.join(", ")
    };
    let Some((word, value)) = typed.split_once('=') else {
        return Err(usage(format!(
            "--not {typed}: write a flag without its dashes, `=` and the value to exclude, as in `--not name=Get*`; \
             the flags are {}",
            words()
        )));
    };
    let shown = format!("--not {word}=");
    let condition = match flags::find(word) {
        // Only a list may have several values, so only there a comma separates them.
        Some(flag) if flag.filter().is_some_and(|(_, is_list)| is_list) => {
            filter(flag, &shown, value.split(','))?
        }
        Some(flag) => filter(flag, &shown, std::iter::once(value))?,
        None => None,
    };
    let Some(condition) = condition else {
        return Err(usage(format!(
            "--not {typed}: `{word}` is not a filter with a value; the flags are {}",
            words()
        )));
    };
    Ok(Condition {
        typed: condition.typed,
        expr: condition.expr.negated(),
    })
}

/// How a key of `aws cloudtrail lookup-events --lookup-attributes` is expressed here.
enum Attribute {
    Flag(&'static str),
    /// The value is read-only or not.
    ReadOnly,
    /// Fields, one of which has the value.
    Fields(&'static [&'static str]),
}

/// The keys that AWS documents for `LookupAttribute`.
const ATTRIBUTES: [(&str, Attribute); 8] = [
    ("AccessKeyId", Attribute::Flag("key")),
    ("EventId", Attribute::Flag("id")),
    ("EventName", Attribute::Flag("name")),
    ("EventSource", Attribute::Flag("source")),
    ("ReadOnly", Attribute::ReadOnly),
    ("ResourceName", Attribute::Flag("resource")),
    // The envelope's list of resources is missing from trail files, whose records have one of their own.
    (
        "ResourceType",
        Attribute::Fields(&["Resources[].ResourceType", "resources[].type"]),
    ),
    // --who would also compare the other names of the caller.
    ("Username", Attribute::Fields(&["Username"])),
];

/// `AttributeKey=EventName,AttributeValue=CreateUser`, as the AWS CLI takes it.
fn lookup_attribute(typed: &str, zone: &Zone, now: Moment) -> Result<Condition, Failure> {
    let shown = format!("--lookup-attributes {}", quoted(typed));
    let part = |name: &str| {
        let mut parts = typed.split(',');
        parts.find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let (Some(key), Some(value)) = (part("AttributeKey"), part("AttributeValue")) else {
        return Err(usage(format!(
            "{shown}: write AttributeKey=KEY,AttributeValue=VALUE, or a filter such as `--name CreateUser`"
        )));
    };
    let attribute = ATTRIBUTES.iter().find(|(name, _)| *name == key);
    let Some((_, attribute)) = attribute else {
        let keys: Vec<_> = ATTRIBUTES.iter().map(|(name, _)| *name).collect();
        return Err(usage(format!(
            "{shown}: `{key}` is not an attribute of a lookup; the attributes are {}",
            keys.join(", ")
        )));
    };
    let expr = match attribute {
        Attribute::Flag(name) => {
            let flag = flags::find(name);
            let condition = flag.map(|flag| filter(flag, &shown, std::iter::once(value)));
            match condition.transpose()?.flatten() {
                Some(condition) => condition.expr,
                None => return Err(usage(format!("{shown}: --{name} is missing"))),
            }
        }
        Attribute::ReadOnly => match value {
            "true" | "false" => Expr::Flag(Test::ReadOnly {
                read: value == "true",
                write: value == "false",
            }),
            _ => return Err(usage(format!("{shown}: the value is `true` or `false`"))),
        },
        Attribute::Fields(fields) => {
            let quote = if value.contains('\'') { '"' } else { '\'' };
            let tests = fields
                .iter()
                .map(|field| format!("{field} = {quote}{value}{quote}"));
            let expression = tests.collect::<Vec<_>>().join(" or ");
            Expr::parse(&expression, zone, now)
                .map_err(|error| usage(format!("{shown}: {error}")))?
        }
    };
    Ok(Condition { typed: shown, expr })
}
