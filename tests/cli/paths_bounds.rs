//! `fields` on more than it keeps: many values, many paths, long ones, a huge event.

use serde_json::{Value, json};

use super::paths::{below, names, requests};
use crate::support::program::Dir;
use crate::support::small::{id, record, trail};

#[test]
fn a_long_example_says_that_it_was_cut() {
    let (short, long) = ("\u{fc}".repeat(200), "\u{fc}".repeat(201));
    below(
        "requestParameters",
        &requests([json!({"a": short, "b": long})]),
    )
    .quietly()
    .prints(&format!(
        "requestParameters.a\t1\t1\t{short}\nrequestParameters.b\t1\t1\t{short}…\n"
    ));
}

#[test]
fn many_different_values_are_estimated_and_marked() {
    let records =
        |n: u32| requests((0..n).map(|number| json!({"v": number, "l": [number, number + n]})));
    let dir = Dir::new();
    dir.write("few", trail(&records(1_023)));
    dir.write("many", trail(&records(3_000)));
    let run = |dump: &str, arguments: &[&str]| {
        let all = [
            &["fields", "-q", "--prefix", "requestParameters"],
            arguments,
            &[dump],
        ]
        .concat();
        dir.run(all).got()
    };
    run("few", &[])
        .quietly()
        .shows("requestParameters.v\t1023\t1023\t0\n");
    let got = run("many", &[]);
    let marked: Vec<u64> = got
        .lines()
        .iter()
        .map(|line| {
            line.split('\t')
                .nth(2)
                .unwrap()
                .strip_prefix('~')
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert!(
        marked[0].abs_diff(6_000) < 480 && marked[1].abs_diff(3_000) < 240,
        "{marked:?}"
    );
    // There are no more values than events.
    assert!(marked[1] <= 3_000);
    let table = run("many", &["--format", "table"]);
    let digits = marked[0].to_string();
    table
        .quietly()
        .shows(&format!("~{},{}", &digits[..1], &digits[1..]));
    let rows = run("many", &["--format", "json"]).json();
    assert_eq!(rows[0]["distinct"], marked[0]);
    assert_eq!(rows[0]["distinct_estimated"], true);
    assert_eq!(run("many", &["--threads", "1"]).out, got.out);
}

/// The same paths are kept however the events are handed out, and a duplicate needs no memory.
#[test]
fn the_number_of_paths_is_bounded() {
    let tags = |number: u32| {
        let tags = (0..150).map(|tag| (format!("t{number:03}-{tag:03}"), json!(tag)));
        json!({"requestParameters": Value::Object(tags.collect())})
    };
    let records: Vec<Value> = (0..200)
        .map(|number| record(number, tags(number)))
        .collect();
    let dir = Dir::new();
    dir.write("dump", trail(&records));
    let mut again = record(0, tags(500));
    again["eventID"] = json!(id(0));
    dir.write(
        "more",
        trail(&[vec![records[0].clone(), again], records[1..].to_vec()].concat()),
    );
    let run =
        |dump: &str, threads: &str| dir.run(["fields", "-q", "--threads", threads, dump]).got();
    let one = run("dump", "1");
    assert_eq!(one.lines().len(), 20_000);
    one.ends(0).mentions("warning: about ").mentions(
        " paths more not listed, in 67 events: at most 20,000 paths of at most 1,000 bytes are listed",
    );
    run("dump", "4").ends(0).prints(&one.out).says(&one.err);
    let with_duplicate = run("more", "4");
    assert_eq!(names(&with_duplicate), names(&one));
    let narrowed = dir.run(["fields", "-q", "--id", &id(199), "dump"]).got();
    assert!(narrowed.lines().len() > 150);
    narrowed.quietly();
}

#[test]
fn a_path_of_any_length_is_reported_and_not_kept() {
    let long = "n".repeat(2_000);
    below(
        "requestParameters",
        &requests([json!({ long.clone(): 1, "s": 2 }), json!({ long: 1 })]),
    )
    .ends(0)
    .prints("requestParameters.s\t1\t1\t2\n")
    .mentions("warning: 1 path more not listed, in 2 events");
}

#[test]
fn one_huge_event_is_counted_as_many_small_ones_are() {
    let n = 100_000;
    let list: Vec<u32> = (0..n).chain(0..n).collect();
    let halves: Vec<Value> = list
        .chunks(1_000)
        .map(|chunk| json!({"l": chunk}))
        .collect();
    let run = |records: &[Value]| {
        let got = below("requestParameters", records);
        let cells: Vec<String> = got.lines()[0].split('\t').map(str::to_owned).collect();
        (cells[1].clone(), cells[2].clone(), cells[3].clone())
    };
    let (events, distinct, example) = run(&requests([json!({"l": list})]));
    let small = run(&requests(halves));
    assert_eq!((events.as_str(), small.0.as_str()), ("1", "200"));
    assert_eq!((&distinct, &example), (&small.1, &small.2));
    assert!(distinct.starts_with('~'));
}
