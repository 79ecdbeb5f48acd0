//! From the words of the command line to the conditions of a question.
//!
//! Not for: time (`setup`), judging events (`select`).

use super::Failure;
use super::args::Selection as Typed;
use super::setup::usage;
use crate::event::Outcome;
use crate::select::{AddressPattern, Condition, Glob, NamePattern, Test};

fn any_case(values: &[String]) -> Vec<Glob> {
    values.iter().map(|value| Glob::any_case(value)).collect()
}

fn exact(values: &[String]) -> Vec<Glob> {
    values.iter().map(|value| Glob::exact(value)).collect()
}

/// The test that a word of the command line stands for.
fn test(word: &str, values: &[String]) -> Result<Option<Test>, Failure> {
    Ok(Some(match word {
        "key" => Test::AccessKey(exact(values)),
        "who" => Test::Who(exact(values)),
        "account" => Test::Account(exact(values)),
        "source" => Test::Source(any_case(values)),
        "name" => Test::Name(values.iter().map(|value| NamePattern::new(value)).collect()),
        "region" => Test::Region(exact(values)),
        "ip" => {
            let patterns: Result<_, _> = values.iter().map(|v| AddressPattern::new(v)).collect();
            Test::Address(patterns.map_err(|error| usage(format!("--ip: {error}")))?)
        }
        "resource" => Test::Resource(exact(values)),
        "id" => Test::Id(exact(values)),
        "error" => Test::Error(any_case(values)),
        _ => return Ok(None),
    }))
}

/// Words whose values are separated by commas.
const LISTS: [&str; 7] = ["key", "account", "source", "name", "region", "ip", "id"];

/// The values of a word. No value of a list begins or ends with a blank: people put one behind a comma.
fn meant<'v>(word: &str, values: impl Iterator<Item = &'v str>) -> Vec<String> {
    let is_list = LISTS.contains(&word);
    values
        .map(|value| if is_list { value.trim() } else { value }.to_owned())
        .collect()
}

/// The conditions that flags ask for.
pub(super) fn conditions(typed: &Typed) -> Result<Vec<Condition>, Failure> {
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
        let values = &meant(word, values.iter().map(String::as_str));
        if values.iter().any(String::is_empty) {
            return Err(usage(format!("--{word}: an empty value matches nothing")));
        }
        conditions.extend(test(word, values)?.map(|test| Condition {
            typed: format!("--{word} {}", values.join(",")),
            test,
            negated: false,
        }));
    }
    for typed in &typed.not {
        conditions.push(negation(typed)?);
    }
    let outcomes = [
        (typed.ok, Outcome::Ok, "--ok"),
        (typed.denied, Outcome::Denied, "--denied"),
        (typed.failed, Outcome::Failed, "--failed"),
    ];
    let wanted = || outcomes.iter().filter(|(wanted, ..)| *wanted);
    if wanted().next().is_some() {
        conditions.push(Condition {
            typed: wanted()
                .map(|(.., flag)| *flag)
                .collect::<Vec<_>>()
                .join(" "),
            test: Test::Outcome(wanted().map(|(_, outcome, _)| *outcome).collect()),
            negated: false,
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
            test: Test::ReadOnly { read, write },
            negated: false,
        });
    }
    Ok(conditions)
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
    let values = if LISTS.contains(&word) {
        meant(word, value.split(','))
    } else {
        vec![value.to_owned()]
    };
    if values.iter().any(String::is_empty) {
        return Err(usage(format!(
            "--not {typed}: an empty value matches nothing"
        )));
    }
    let Some(test) = test(word, &values)? else {
        return Err(usage(format!(
            "--not {typed}: no word `{word}`; the words are {words}"
        )));
    };
    Ok(Condition {
        typed: format!("--not {typed}"),
        test,
        negated: true,
    })
}
