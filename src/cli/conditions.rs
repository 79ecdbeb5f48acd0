//! From the words of the command line to the conditions of a question.
//!
//! Not for: time (`setup`), reading values (`value_files`), judging events (`select`).

use super::Failure;
use super::args::Selection as Typed;
use super::hint::quoted;
use super::setup::usage;
use super::value_files::{Values, behind};
use crate::event::Outcome;
use crate::select::{Addresses, CallNames, Condition, Expr, Test, WordSet};
use crate::time::{Moment, Zone};

/// The test that a word of the command line stands for. `flag` is how it was typed.
fn test(word: &str, flag: &str, values: &Values) -> Result<Option<Test>, Failure> {
    let (exact, any_case) = (
        || WordSet::exact(values.texts()),
        || WordSet::any_case(values.texts()),
    );
    Ok(Some(match word {
        "key" => Test::AccessKey(exact()),
        "who" => Test::Who(exact()),
        "account" => Test::Account(exact()),
        "source" => Test::Source(any_case()),
        "name" => Test::Name(CallNames::new(values.texts())),
        "region" => Test::Region(exact()),
        "ip" => Test::Address(addresses(flag, values)?),
        "resource" => Test::Resource(exact()),
        "id" => Test::Id(exact()),
        "error" => Test::Error(any_case()),
        _ => return Ok(None),
    }))
}

fn addresses(flag: &str, values: &Values) -> Result<Addresses, Failure> {
    let mut addresses = Addresses::default();
    for value in &values.values {
        addresses.add(&value.text).map_err(|why| {
            usage(match &value.from {
                Some((file, line)) => {
                    format!("{}: line {line}: {why}", behind(flag, &format!("@{file}")))
                }
                None => format!("{flag}: {why}"),
            })
        })?;
    }
    Ok(addresses)
}

/// Words whose values are separated by commas.
const LISTS: [&str; 7] = ["key", "account", "source", "name", "region", "ip", "id"];

/// The conditions that flags ask for. Times in expressions are in `zone`, and refer to `now`.
pub(super) fn conditions(
    typed: &Typed,
    zone: &Zone,
    now: Moment,
) -> Result<Vec<Condition>, Failure> {
    let mut conditions = Vec::new();
    let words = [
        ("key", &typed.key),
        ("who", &typed.who),
        ("account", &typed.account),
        ("source", &typed.source),
        ("name", &typed.name),
        ("region", &typed.region),
        ("ip", &typed.ip),
        ("resource", &typed.resource),
        ("id", &typed.id),
        ("error", &typed.error),
    ];
    for (word, values) in words {
        if values.is_empty() {
            continue;
        }
        let flag = format!("--{word}");
        let values = Values::read(&flag, values.iter(), LISTS.contains(&word))?;
        conditions.extend(test(word, &flag, &values)?.map(|test| Condition {
            typed: values.typed,
            expr: Expr::Flag(test),
        }));
    }
    for typed in &typed.not {
        conditions.push(negation(typed)?);
    }
    for typed in &typed.r#where {
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
        (typed.ok, Outcome::Ok, "--ok"),
        (typed.denied, Outcome::Denied, "--denied"),
        (typed.failed, Outcome::Failed, "--failed"),
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
    let (read, write) = (typed.read_only, typed.write);
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

/// An expression as a shell takes it, in double quotes where it has single ones of its own.
fn for_shell(expression: &str) -> String {
    if expression.contains('\'') && !expression.contains(['"', '$', '`', '\\', '!']) {
        format!("\"{expression}\"")
    } else {
        quoted(expression)
    }
}

/// `--not name=Get*`.
fn negation(typed: &str) -> Result<Condition, Failure> {
    let words = "key, who, account, source, name, region, ip, resource, id, error";
    let Some((word, value)) = typed.split_once('=') else {
        return Err(usage(format!(
            "--not {typed}: write a word, `=` and what to leave out, as in `--not name=Get*`; \
             the words are {words}"
        )));
    };
    let flag = format!("--not {word}=");
    let values = if LISTS.contains(&word) {
        Values::read(&flag, value.split(','), true)?
    } else {
        Values::read(&flag, std::iter::once(value), false)?
    };
    let Some(test) = test(word, &flag, &values)? else {
        return Err(usage(format!(
            "--not {typed}: no word `{word}`; the words are {words}"
        )));
    };
    Ok(Condition {
        typed: values.typed,
        expr: Expr::Flag(test).negated(),
    })
}
