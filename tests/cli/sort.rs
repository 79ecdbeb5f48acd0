//! `--sort`: times and numbers as such, stable, either way.

use serde_json::{Value, json};

use crate::support::program::{Dir, typed};
use crate::support::small::{entry, id, lookup, record};

/// The numbers of the ids in the order in which `list --sort FIELD` puts them.
fn sorted(dump: &str, arguments: &[&str]) -> Vec<u32> {
    let dir = Dir::new();
    dir.write("dump", dump);
    let got = dir
        .run(
            ["list", "--fields", "EventId"]
                .iter()
                .chain(arguments)
                .chain(&["dump"]),
        )
        .got();
    got.quietly();
    let lines = got.lines().into_iter();
    lines.map(|line| line[24..].parse().unwrap()).collect()
}

fn with(member: &str, values: &[Value]) -> String {
    let records: Vec<Value> = (0..)
        .zip(values)
        .map(|(n, value)| record(n, json!({ member: value })))
        .collect();
    lookup(&records)
}

#[test]
fn times_are_sorted_as_instants() {
    let times = [
        json!("2024-06-10T06:00:00.5Z"),
        json!("2024-06-10T06:00:00Z"),
        json!("2024-06-10T15:00:00.25+09:00"),
        json!(1_717_999_199),
        json!("2024-06-09T23:00:01-07:00"),
    ];
    let events: Vec<Value> = (0..)
        .zip(&times)
        .map(|(n, time)| {
            let mut event = entry(&record(n, json!({})));
            event["EventTime"] = time.clone();
            event
        })
        .collect();
    let dump = json!({ "Events": events }).to_string();
    assert_eq!(sorted(&dump, &["--sort", "EventTime"]), [3, 1, 2, 0, 4]);
    assert_eq!(sorted(&dump, &["--sort", "-EventTime"]), [4, 0, 2, 1, 3]);
    assert_eq!(sorted(&dump, &["--sort=-EventTime"]), [4, 0, 2, 1, 3]);

    // The record's own time too, although it is text.
    let texts: Vec<Value> = times
        .iter()
        .filter(|time| time.is_string())
        .cloned()
        .collect();
    let dump = with("eventTime", &texts);
    assert_eq!(sorted(&dump, &["--sort", "eventTime"]), [1, 2, 0, 3]);
    assert_eq!(sorted(&dump, &["--sort", "-eventTime"]), [3, 0, 2, 1]);
}

#[test]
fn numbers_are_sorted_by_value_and_what_is_missing_comes_last() {
    let sizes: Vec<Value> = [
        "10",
        "9",
        "null",
        "1e3",
        "-1",
        "9.5",
        "12345678901234567890",
    ]
    .iter()
    .map(|number| json!({"n": serde_json::from_str::<Value>(number).unwrap()}))
    .collect();
    let dump = with("requestParameters", &sizes);
    assert_eq!(
        sorted(&dump, &["--sort", "requestParameters.n"]),
        [4, 1, 5, 0, 3, 6, 2]
    );
    assert_eq!(
        sorted(&dump, &["--sort", "-requestParameters.n"]),
        [6, 3, 0, 5, 1, 4, 2]
    );
}

#[test]
fn the_order_of_the_input_decides_between_equals_either_way() {
    let names: Vec<Value> = ["b", "a", "b", "a", "c"]
        .iter()
        .map(|name| json!(name))
        .collect();
    let dump = with("eventName", &names);
    assert_eq!(sorted(&dump, &["--sort", "EventName"]), [1, 3, 0, 2, 4]);
    assert_eq!(sorted(&dump, &["--sort", "-EventName"]), [4, 0, 2, 1, 3]);
    assert_eq!(sorted(&dump, &["--sort", "awsRegion"]), [0, 1, 2, 3, 4]);
    assert_eq!(sorted(&dump, &["--sort", "-awsRegion"]), [0, 1, 2, 3, 4]);
}

#[test]
fn offsets_are_numbers() {
    let dump = lookup(&(0..20).map(|n| record(n, json!({}))).collect::<Vec<_>>());
    let newest_first: Vec<u32> = (0..20).rev().collect();
    assert_eq!(sorted(&dump, &["--sort", "-offset"]), newest_first);
}

#[test]
fn a_limit_takes_the_first_of_the_sorted_rows() {
    let dump = lookup(
        &(0..20)
            .map(|n| record((n * 7) % 20, json!({})))
            .collect::<Vec<_>>(),
    );
    assert_eq!(
        sorted(&dump, &["--sort", "-EventTime", "-n", "3"]),
        [19, 18, 17]
    );
    assert_eq!(sorted(&dump, &["--sort", "EventTime", "-n", "2"]), [0, 1]);
}

#[test]
fn sorting_is_the_same_for_any_format_and_number_of_threads() {
    let one = typed("list --threads 1 --sort principal fixtures").got();
    one.quietly();
    for threads in ["2", "8"] {
        typed(&format!(
            "list --threads {threads} --sort principal fixtures"
        ))
        .got()
        .prints(&one.out);
    }
    let dir = Dir::new();
    dir.write(
        "dump",
        lookup(&[record(1, json!({})), record(0, json!({}))]),
    );
    for format in ["tsv", "csv", "jsonl", "json", "table"] {
        for fields in [&[][..], &["--fields", "EventTime,EventId"]] {
            let arguments = ["list", "--sort", "EventTime", "--format", format];
            let got = dir
                .run(arguments.iter().chain(fields).chain(&["dump"]))
                .got();
            got.quietly();
            let of = |minute: &str| got.out.find(&format!("06:{minute}:00Z")).unwrap();
            assert!(of("00") < of("01"), "{format}: {}", got.out);
        }
    }
    assert!(id(1).ends_with('1'));
}
