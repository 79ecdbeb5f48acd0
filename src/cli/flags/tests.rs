//! Every entry of the table reaches every place that is made from it.

use clap_complete::Shell;

use clap::{Args, FromArgMatches};

use super::*;
use crate::check::SelectWords;
use crate::cli::check::words;
use crate::cli::{completions, help, man};
use crate::event::Field;
use crate::time::{Moment, Zone};

/// A value that a flag accepts.
fn value(flag: &Flag) -> Option<&'static str> {
    Some(match (flag.name, flag.takes) {
        (_, Takes::Nothing) => return None,
        (_, Takes::Choice(words)) => words[1].0,
        ("not", _) => "name=Get*",
        ("where", _) => "exists errorCode",
        ("lookup-attributes", _) => "AttributeKey=EventName,AttributeValue=CreateUser",
        ("ip", _) => "192.0.2.1",
        ("last" | "within", _) => "1h",
        ("tz", _) => "Asia/Tokyo",
        ("time-format", _) => "epoch",
        (_, Takes::Text) => "2024-07-30",
        _ => "x",
    })
}

fn typed(name: &str, value: Option<&str>) -> String {
    value.map_or(format!("--{name}"), |value| format!("--{name}={value}"))
}

fn parsed(words: &[String]) -> (typed::Typed, typed::Typed) {
    let command = Time::augment_args(Selection::augment_args(Command::new("list")));
    let words = ["list".to_owned()].into_iter().chain(words.iter().cloned());
    let matches = command.try_get_matches_from(words).expect("accepted");
    let selection = Selection::from_arg_matches(&matches).expect("a selection");
    let time = Time::from_arg_matches(&matches).expect("times");
    (selection.0, time.0)
}

#[test]
fn every_flag_has_every_name_and_becomes_words_again() {
    for flag in FLAGS {
        for name in flag.aliases.iter().chain([&flag.name]) {
            let mut words = vec![typed(name, value(flag))];
            words.extend(flag.requires.map(|other| typed(other, Some("x"))));
            let (selection, time) = parsed(&words);
            assert!(selection.has(flag.name) || time.has(flag.name), "{name}");
            let again = [selection.words(), time.words()].concat();
            assert!(
                again.join("=").contains(&typed(flag.name, value(flag))),
                "{again:?}"
            );
            let (same, same_time) = parsed(&again);
            assert_eq!((same, same_time), (selection, time), "{name}");
        }
    }
}

#[test]
fn every_flag_is_in_the_helps_the_manual_and_the_completions() {
    let mut program = help::command();
    program.build();
    let mut command = program.find_subcommand("list").expect("a command").clone();
    let short = command.render_help().to_string();
    let long = command.render_long_help().to_string();
    let page = man::of("list").expect("a page");
    let script = completions::script(Shell::Bash);
    for flag in FLAGS {
        let name = format!("--{}", flag.name);
        for place in [&short, &long] {
            assert_eq!(place.contains(&name), !flag.is_hidden, "{name}");
        }
        // The generator for bash offers hidden flags, too.
        assert!(script.contains(&name), "{name}");
        let escaped = name.replace('-', "\\-");
        assert_eq!(page.contains(&escaped), !flag.is_hidden, "{name}");
        // Formatters escape and wrap the text, so its words are looked for one by one.
        let words = flag.help.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|_| !flag.is_hidden) {
            assert!(long.contains(word) && page.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn every_filter_is_a_field_and_a_word_of_not_and_rules_accept_all_flags_but_those_of_the_input() {
    let compile =
        |word: String| words::compile(SelectWords::List(&[word]), &Zone::Utc, Moment::MIN);
    for flag in filters() {
        assert!(Field::parse(flag.name).is_ok(), "{}", flag.name);
        let value = value(flag).expect("a value");
        let negated = compile(format!("--not={}={value}", flag.name));
        assert_eq!(negated.expect("accepted").len(), 1, "{}", flag.name);
    }
    for flag in FLAGS.iter().filter(|flag| flag.requires.is_none()) {
        let compiled = compile(typed(flag.name, value(flag)));
        match compiled {
            Ok(conditions) => assert!(!flag.is_of_input && conditions.len() == 1),
            Err(why) => assert!(flag.is_of_input && why.contains(flag.name), "{why}"),
        }
    }
}
