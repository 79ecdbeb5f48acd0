//! The dumps that the benchmarks generate: they are always the same, and the counts made while generating them are the counts
//! that the program finds.

#[expect(dead_code, reason = "the benchmarks make larger dumps and store them")]
#[path = "../benches/dump/mod.rs"]
mod dump;

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use dump::truth::{Answer, Question, Rows, Truth, difference};
use dump::{Amount, Generator, Shape};

const SHAPES: [Shape; 5] = [
    Shape::Pretty,
    Shape::Compact,
    Shape::Lines,
    Shape::Strings,
    Shape::Records,
];

const QUESTIONS: [Question; 9] = [
    Question::Calls,
    Question::Arns,
    Question::Addresses,
    Question::Errors,
    Question::Hours,
    Question::List,
    Question::RareKey,
    Question::Whole,
    Question::Report,
];

/// A dump of `events` events, made from a thousand different ones.
fn made(shape: Shape, events: u64) -> (Vec<u8>, Truth) {
    let (mut bytes, mut truth) = (Vec::new(), Truth::default());
    let generator = Generator::new(shape, 1000);
    let amount = Amount::Events(events);
    let written = generator.write(0, amount, &mut bytes, &mut truth);
    assert_eq!(written.expect("memory") as usize, bytes.len());
    assert_eq!(truth.events, events);
    (bytes, truth)
}

#[test]
fn every_run_generates_the_same_dump() {
    for shape in SHAPES {
        assert!(made(shape, 50) == made(shape, 50), "{shape:?}");
        assert!(made(shape, 50).0 != made(shape, 51).0, "{shape:?}");
    }
}

#[test]
fn the_size_is_that_of_a_pretty_printed_lookup() {
    let size = 1 << 20;
    let mut events = Vec::new();
    for shape in SHAPES {
        let (mut bytes, mut truth) = (Vec::new(), Truth::default());
        let generator = Generator::new(shape, 300);
        let written = generator.write(0, Amount::Pretty(size), &mut bytes, &mut truth);
        let written = written.expect("memory");
        let is_pretty = shape == Shape::Pretty;
        assert_eq!(written >= size, is_pretty, "{shape:?}: {written}");
        events.push(truth.events);
    }
    assert!(events.iter().all(|count| *count == events[0]), "{events:?}");
}

#[test]
fn trailsift_finds_the_generated_counts() {
    let folder = TempDir::new().expect("a temporary folder");
    for shape in SHAPES {
        let (bytes, truth) = made(shape, 1500);
        let path = folder.path().join("dump");
        fs::write(&path, bytes).expect("a file");
        for question in QUESTIONS {
            let said = Command::new(env!("CARGO_BIN_EXE_trailsift"))
                .args(question.arguments())
                .arg(&path)
                .output()
                .expect("the program");
            assert!(said.status.success(), "{shape:?}, {question:?}: {said:?}");
            assert!(said.stderr.is_empty(), "{shape:?}, {question:?}: {said:?}");
            let given = question.read(&said.stdout[..]).expect("an answer");
            let right = truth.answer(question);
            assert_eq!(
                difference(&right, &given, false),
                None,
                "{shape:?}, {question:?}"
            );
            let size = match right {
                Answer::Counts(counts) => counts.len() as u64,
                Answer::Rows(rows) => rows.rows,
            };
            assert!(size > 1, "{question:?} is about nothing");
        }
    }
}

#[test]
fn a_wrong_answer_is_detected() {
    let counts = |text: &str| Question::Calls.read(text.as_bytes()).expect("counts");
    let right = counts("2\ta\tb\n1\tc\td\n");
    assert_eq!(
        difference(&right, &counts("1\tc\td\n2\ta\tb\n"), false),
        None
    );
    for wrong in [
        "2\ta\tb\n",
        "2\ta\tb\n2\tc\td\n",
        "2\ta\tb\n1\tc\td\n1\te\tf\n",
    ] {
        assert!(
            difference(&right, &counts(wrong), true).is_some(),
            "{wrong}"
        );
    }
    assert!(Question::Calls.read(&b"a\tb\n"[..]).is_err());

    let rows = |text: &str| Question::List.read(text.as_bytes()).expect("rows");
    let right = rows("a\nb\nb\n");
    assert_eq!(difference(&right, &rows("a\nb\nb\n"), false), None);
    assert_eq!(difference(&right, &rows("b\na\nb\n"), true), None);
    assert!(difference(&right, &rows("b\na\nb\n"), false).is_some());
    for wrong in ["", "a\nb\n", "a\na\nb\n", "a\nb\nb\nb\n"] {
        assert!(difference(&right, &rows(wrong), true).is_some(), "{wrong}");
    }
    assert!(difference(&right, &Answer::Rows(Rows::default()), true).is_some());
    assert!(difference(&right, &counts("1\ta\n"), true).is_some());
}
