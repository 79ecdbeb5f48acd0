//! `--around`: what else happened near an event.

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, trailsift};
use crate::support::small::{id, lookup, record, trail, without};

/// Events at 06:00, 06:04, 06:05, 06:10 and 06:11, newest first as dumps have them.
fn records() -> Vec<Value> {
    let numbers = [11, 10, 5, 4, 0];
    numbers.map(|n| record(n, json!({}))).to_vec()
}

fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("dump", lookup(&records()));
    dir.write("trail", trail(&records()));
    dir
}

fn run(dir: &Dir, dump: &str, flags: &[&str]) -> Got {
    let own = ["list", "--fields", "EventId"];
    dir.run(own.iter().chain(flags).chain(&[dump])).got()
}

#[track_caller]
fn selects(dir: &Dir, dump: &str, flags: &[&str], expected: &[u32]) {
    let rows: String = expected.iter().map(|n| id(*n) + "\n").collect();
    run(dir, dump, flags).quietly().prints(&rows);
}

#[test]
fn both_ends_of_the_distance_count() {
    let dir = dir();
    let around = id(5);
    for dump in ["dump", "trail"] {
        selects(&dir, dump, &["--around", &around], &[10, 5, 4, 0]);
        selects(
            &dir,
            dump,
            &["--around", &around, "--within", "5m"],
            &[10, 5, 4, 0],
        );
        selects(
            &dir,
            dump,
            &["--around", &around, "--within", "299s"],
            &[5, 4],
        );
        selects(
            &dir,
            dump,
            &["--around", &around, "--within", "1m"],
            &[5, 4],
        );
        selects(&dir, dump, &["--around", &around, "--within", "1s"], &[5]);
        selects(
            &dir,
            dump,
            &["--around", &around, "--within", "9999d"],
            &[11, 10, 5, 4, 0],
        );
    }
}

#[test]
fn other_conditions_choose_among_what_is_near_but_not_the_event_itself() {
    let dir = dir();
    let (around, near) = (id(5), id(4));
    selects(&dir, "dump", &["--around", &around, "--id", &near], &[4]);
    selects(
        &dir,
        "dump",
        &["--around", &around, "--until", "2024-06-10T06:05:00Z"],
        &[4, 0],
    );
    selects(
        &dir,
        "dump",
        &[
            "--around",
            &around,
            "--where",
            "EventTime > 2024-06-10T06:09:00Z",
        ],
        &[10],
    );
    selects(
        &dir,
        "dump",
        &["--around", &around, "--last", "6m"],
        &[10, 5],
    );
    run(
        &dir,
        "dump",
        &["--around", &around, "--within", "1m", "--last", "1m"],
    )
    .ends(0)
    .prints("")
    .mentions("  --last 1m (since 2024-06-10T06:10:00Z): 5 \u{2192} 2; the dump covers")
    .mentions(&format!(
        "  --around {around} --within 1m (2024-06-10T06:04:00Z to 06:06:00Z): 2 \u{2192} 0\n"
    ));
}

#[test]
fn an_id_at_several_times_has_a_window_around_each() {
    let dir = Dir::new();
    let twin = |n: u32, name: &str| {
        let mut twin = record(n, json!({"eventName": name}));
        twin["eventID"] = json!("twin");
        twin
    };
    let records = [
        record(0, json!({})),
        twin(1, "A"),
        record(10, json!({})),
        twin(21, "B"),
        record(22, json!({})),
        twin(23, "C"),
    ];
    dir.write("dump", lookup(&records));
    let run = |flags: &[&str]| {
        dir.run(
            ["list", "-q", "--fields", "date,EventTime"]
                .iter()
                .chain(flags)
                .chain(&["dump"]),
        )
        .got()
    };
    let near = run(&["--around", "twin", "--within", "1m"]);
    near.ends(0);
    let minutes: Vec<&str> = near.lines().iter().map(|line| &line[25..27]).collect();
    assert_eq!(minutes, ["00", "01", "21", "22", "23"]);
    dir.run(["count", "--around", "twin", "--within", "1m", "--name", "Nothing", "dump"])
        .got()
        .mentions(
            "--around twin --within 1m (2024-06-10T06:00:00Z to 06:02:00Z, 2024-06-10T06:20:00Z to 06:24:00Z)",
        );
}

#[test]
fn an_event_that_is_not_there_or_has_no_time_is_an_error() {
    let dir = dir();
    for command in ["list", "count", "show"] {
        dir.run([command, "--around", "nosuch", "dump"])
            .got()
            .ends(2)
            .prints("")
            .says("trailsift: error: --around nosuch: no event with this id in 5 events\n");
    }
    dir.run(["list", "--format", "csv", "--around", "0*", "dump"])
        .got()
        .ends(2)
        .prints("")
        .says("trailsift: error: --around 0*: no event with this id in 5 events; write one complete id, without wildcards\n");
    let timeless = without(record(0, json!({"eventID": "timeless"})), &["eventTime"]);
    dir.write("timeless", trail(&[timeless, record(1, json!({}))]));
    dir.run([
        "list", "--header", "-o", "out", "--around", "timeless", "timeless",
    ])
    .got()
    .ends(2)
    .prints("")
    .says("trailsift: error: --around timeless: the event with this id has no readable time\n");
    assert!(!dir.names().contains(&"out".to_owned()));
    // Unreadable input is reported too, because it may contain the event.
    dir.run(["count", "--around", "nosuch", "missing", "dump"])
        .got()
        .ends(2)
        .prints("")
        .mentions("trailsift: error: missing: No such file or directory")
        .mentions("no event with this id in 5 events");
    dir.write("cut", &lookup(&records())[..3000]);
    dir.run(["count", "--around", "nosuch", "cut"])
        .got()
        .ends(2)
        .mentions("an event is cut off")
        .mentions("no event with this id");
}

#[test]
fn spans_are_checked_and_within_needs_an_event() {
    let dir = dir();
    run(&dir, "dump", &["--within", "5m"])
        .ends(2)
        .mentions("--around <EVENTID>");
    for (span, said) in [
        ("5", "without a unit"),
        ("soon", "not a length of time"),
        ("0s", "a length of 0"),
    ] {
        run(&dir, "dump", &["--around", "x", "--within", span])
            .ends(2)
            .mentions("--within")
            .mentions(said);
    }
    run(&dir, "dump", &["--around", " "])
        .ends(2)
        .mentions("expected the id of an event");
}

#[test]
fn pipes_files_and_threads_give_the_same() {
    let ids = trailsift([
        "list",
        "--fields",
        "EventId",
        "-n",
        "60",
        "fixtures/cli-v2.json",
    ])
    .got();
    let around = ids.lines()[59].to_owned();
    let flags = ["list", "--around", &around, "--within", "30m"];
    let expected = trailsift(flags.iter().chain(&["fixtures/cli-v2.json"])).got();
    expected.quietly();
    assert!(expected.lines().len() > 1 && expected.lines().len() < 60);
    let bytes = std::fs::read("fixtures/cli-v2.json").unwrap();
    trailsift(flags)
        .stdin(bytes)
        .got()
        .quietly()
        .prints(&expected.out);
    for threads in ["1", "4"] {
        trailsift(
            flags
                .iter()
                .chain(&["--threads", threads, "fixtures/cli-v2.json"]),
        )
        .got()
        .quietly()
        .prints(&expected.out);
    }
}
