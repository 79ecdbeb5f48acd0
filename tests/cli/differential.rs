//! Random selections over all fixtures, compared with the naive evaluation of the words.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value;

use super::naive::{Naive, fixtures};
use crate::support::program::trailsift;
use crate::support::records::Rng;

/// All of `text`, by recursion over the first character of the pattern.
fn glob(pattern: &[char], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some('*'), _) => {
            glob(&pattern[1..], text) || (!text.is_empty() && glob(pattern, &text[1..]))
        }
        (Some('?'), Some(_)) => glob(&pattern[1..], &text[1..]),
        (Some(p), Some(t)) => p == t && glob(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn exact(pattern: &str, text: Option<&str>) -> bool {
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    text.is_some_and(|text| glob(&chars(pattern), &chars(text)))
}

fn any_case(pattern: &str, text: Option<&str>) -> bool {
    exact(
        &pattern.to_ascii_lowercase(),
        text.map(str::to_ascii_lowercase).as_deref(),
    )
}

fn source(pattern: &str, event: &Naive) -> bool {
    let source = event.source();
    any_case(pattern, source)
        || any_case(
            pattern,
            source.and_then(|source| source.strip_suffix(".amazonaws.com")),
        )
}

/// The names of `--who`, by the documentation of userIdentity.
fn names(event: &Naive) -> Vec<String> {
    let who = |name| event.inner(&["userIdentity", name]);
    let issuer = |name| event.inner(&["userIdentity", "sessionContext", "sessionIssuer", name]);
    let mut names: Vec<Option<&str>> = vec![
        who("arn"),
        who("userName"),
        who("principalId"),
        who("invokedBy"),
    ];
    names.push(event.text("AccessKeyId", &["userIdentity", "accessKeyId"]));
    names.push(
        event
            .entry
            .as_ref()
            .and_then(|entry| entry["Username"].as_str()),
    );
    if who("type") == Some("Root") {
        names.push(Some("root"));
    }
    if let Some((role, session)) = who("principalId").and_then(|id| id.split_once(':')) {
        names.push(Some(role));
        if matches!(who("type"), Some("AssumedRole" | "FederatedUser")) {
            names.push(Some(session));
        }
    }
    if who("type") == Some("AssumedRole") {
        names.extend([issuer("userName"), issuer("arn")]);
        if issuer("arn").is_none() {
            names.push(who("arn").and_then(|arn| arn.split('/').nth(1)));
        }
        names.push(who("arn").and_then(|arn| arn.rsplit('/').next()));
    }
    names.into_iter().flatten().map(str::to_owned).collect()
}

fn resources(event: &Naive) -> Vec<String> {
    let entry = event
        .entry
        .as_ref()
        .and_then(|entry| entry["Resources"].as_array());
    let record = event.record["resources"].as_array();
    let of = |list: Option<&Vec<Value>>, name: &str| -> Vec<String> {
        let values = list
            .into_iter()
            .flatten()
            .filter_map(|resource| resource[name].as_str());
        values.map(str::to_owned).collect()
    };
    [of(entry, "ResourceName"), of(record, "ARN")].concat()
}

fn read_only(event: &Naive) -> Option<bool> {
    let truth = |value: &Value| {
        value
            .as_bool()
            .or_else(|| value.as_str()?.to_ascii_lowercase().parse().ok())
    };
    let entry = event
        .entry
        .as_ref()
        .map(|entry| &entry["ReadOnly"])
        .filter(|value| !value.is_null());
    truth(entry.unwrap_or(&event.record["readOnly"]))
}

/// Whether an event satisfies one word of the command line.
fn matches(word: &str, pattern: &str, event: &Naive) -> bool {
    match word {
        "key" => exact(
            pattern,
            event.text("AccessKeyId", &["userIdentity", "accessKeyId"]),
        ),
        "id" => exact(pattern, event.id()),
        "region" => exact(pattern, event.inner(&["awsRegion"])),
        "account" => {
            exact(pattern, event.inner(&["recipientAccountId"]))
                || exact(pattern, event.inner(&["userIdentity", "accountId"]))
        }
        "source" => source(pattern, event),
        "name" => match pattern.split_once(':') {
            Some((service, name)) => any_case(name, event.name()) && source(service, event),
            None => any_case(pattern, event.name()),
        },
        "error" => any_case(pattern, event.inner(&["errorCode"])),
        "who" => names(event).iter().any(|name| exact(pattern, Some(name))),
        "resource" => resources(event)
            .iter()
            .any(|name| exact(pattern, Some(name))),
        "ip" => {
            let address = event.inner(&["sourceIPAddress"]);
            match (pattern.parse::<IpAddr>(), pattern.parse::<ipnet::IpNet>()) {
                (Ok(wanted), _) => {
                    address.and_then(|address| address.parse::<IpAddr>().ok()) == Some(wanted)
                }
                (_, Ok(net)) => address
                    .and_then(|address| address.parse::<IpAddr>().ok())
                    .is_some_and(|address| net.contains(&address)),
                _ => any_case(pattern, address),
            }
        }
        other => panic!("no word {other}"),
    }
}

/// The values that a word could be asked for.
fn values(word: &str, event: &Naive) -> Vec<String> {
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    match word {
        "key" => one(event.text("AccessKeyId", &["userIdentity", "accessKeyId"])),
        "id" => one(event.id()),
        "region" => one(event.inner(&["awsRegion"])),
        "account" => one(event.inner(&["userIdentity", "accountId"])),
        "source" => one(event.source()),
        "name" => one(event.name()),
        "error" => one(event.inner(&["errorCode"])),
        "who" => names(event),
        "resource" => resources(event),
        "ip" => one(event.inner(&["sourceIPAddress"])),
        other => panic!("no word {other}"),
    }
}

const WORDS: [&str; 10] = [
    "key", "id", "region", "account", "source", "name", "error", "who", "resource", "ip",
];

/// A value that some event has, spelt in one of the ways it may be.
fn pattern(word: &str, events: &[Naive], chance: &mut Rng) -> Option<String> {
    let pick = |chance: &mut Rng, n: usize| chance.below(n);
    let at = pick(chance, events.len());
    let values = values(word, &events[at]);
    let mut value = values.get(pick(chance, values.len().max(1)))?.clone();
    let is_list = !matches!(word, "who" | "resource" | "error");
    if value.contains(['*', '?'])
        || (is_list && value.contains(','))
        || (word == "name" && value.contains(':'))
    {
        return None;
    }
    match pick(chance, 8) {
        0 => value = value.to_ascii_uppercase(),
        1 => {
            value = value
                .strip_suffix(".amazonaws.com")
                .unwrap_or(&value)
                .to_owned()
        }
        2 | 3 => {
            let chars: Vec<char> = value.chars().collect();
            let (from, to) = (pick(chance, chars.len()), pick(chance, chars.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            value = chars[..from].iter().collect::<String>()
                + "*"
                + &chars[to..].iter().collect::<String>();
        }
        4 => {
            let mut chars: Vec<char> = value.chars().collect();
            let at = pick(chance, chars.len());
            chars[at] = '?';
            value = chars.into_iter().collect();
        }
        5 if word == "name" => value = format!("{}:{value}", events[at].source()?),
        5 if word == "ip" => match value.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => value += ["/8", "/24", "/32", "/0"][pick(chance, 4)],
            Ok(IpAddr::V6(_)) => value += ["/32", "/48", "/128", "/1"][pick(chance, 4)],
            Err(_) => {}
        },
        _ => {}
    }
    // What is neither block nor address any more would be refused.
    let is_refused = word == "ip" && value.contains('/') && value.parse::<ipnet::IpNet>().is_err();
    (!is_refused && !value.is_empty()).then_some(value)
}

#[test]
fn every_selection_equals_its_naive_evaluation() {
    let events = fixtures();
    assert_eq!(events.len(), 957);
    let mut chance = Rng::new(2024);
    let mut sizes = BTreeSet::new();
    for _ in 0..80 {
        // Flags AND, values of one flag OR, what is to be left out AND NOT.
        let mut arguments: Vec<String> = ["list", "-q", "--fields", "EventId", "fixtures"]
            .map(str::to_owned)
            .to_vec();
        let mut wanted: Vec<(&str, Vec<String>)> = Vec::new();
        let mut unwanted: Vec<(&str, String)> = Vec::new();
        for _ in 0..=chance.below(2) {
            let word = WORDS[chance.below(WORDS.len())];
            let some: Vec<String> = (0..=chance.below(3))
                .filter_map(|_| pattern(word, &events, &mut chance))
                .collect();
            if some.is_empty() || wanted.iter().any(|(other, _)| *other == word) {
                continue;
            }
            let is_list = !matches!(word, "who" | "resource" | "error");
            if is_list && chance.below(2) == 0 {
                arguments.extend([format!("--{word}"), some.join(",")]);
            } else {
                arguments.extend(
                    some.iter()
                        .flat_map(|value| [format!("--{word}"), value.clone()]),
                );
            }
            wanted.push((word, some));
        }
        for _ in 0..chance.below(3) {
            let word = WORDS[chance.below(WORDS.len())];
            if let Some(value) = pattern(word, &events, &mut chance) {
                arguments.extend(["--not".to_owned(), format!("{word}={value}")]);
                unwanted.push((word, value));
            }
        }
        let (read, write) = (chance.below(8) == 0, chance.below(8) == 0);
        arguments.extend(read.then(|| "--read-only".to_owned()));
        arguments.extend(write.then(|| "--write".to_owned()));
        let selected = |event: &&Naive| {
            wanted
                .iter()
                .all(|(word, some)| some.iter().any(|value| matches(word, value, event)))
                && !unwanted
                    .iter()
                    .any(|(word, value)| matches(word, value, event))
                && (!(read || write)
                    || read_only(event).is_some_and(|is_read| if is_read { read } else { write }))
        };
        let expected: Vec<&str> = events
            .iter()
            .filter(selected)
            .map(|event| event.id().unwrap_or(""))
            .collect();
        let got = trailsift(&arguments).got();
        got.quietly();
        assert_eq!(got.lines(), expected, "{}", arguments.join(" "));
        sizes.insert(expected.len());
    }
    assert!(sizes.len() > 30, "selections of many sizes: {sizes:?}");
}
