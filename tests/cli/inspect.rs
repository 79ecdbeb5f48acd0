//! `inspect`: findings in generated dumps, and no findings in dumps without a reason.
//!
//! Not for: the files of real clients (`corpus`).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{entry, id, lookup, record, trail, without};

/// 2024-08-01, when all events below are younger than 90 days.
const NOW: [&str; 2] = ["--now", "2024-08-01"];

fn run(dir: &Dir, more: &[&str], names: &[&str]) -> Got {
    let line = ["inspect", "--format", "json"].iter().chain(&NOW);
    dir.run(line.chain(more).chain(names)).got()
}

fn document(dir: &Dir, names: &[&str]) -> Value {
    serde_json::from_str(&run(dir, &[], names).out).expect("one document")
}

fn ids(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().expect("a list").iter();
    findings
        .map(|it| it["id"].as_str().expect("a name"))
        .collect()
}

/// The findings in one dump of this text.
fn findings(text: impl AsRef<[u8]>) -> Vec<String> {
    let dir = Dir::new();
    dir.write("dump", text);
    let document = document(&dir, &["dump"]);
    ids(&document["dumps"][0]["findings"])
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn has(text: impl AsRef<[u8]>, id: &str) -> bool {
    findings(text).iter().any(|found| found == id)
}

/// Records so many minutes apart, each with what `change` makes of its number.
fn records(count: u32, change: impl Fn(u32) -> Value) -> Vec<Value> {
    (0..count).map(|n| record(n, change(n))).collect()
}

/// A time so many hours after the beginning of June 2024.
fn hours(hours: u32, minutes: u32) -> String {
    let (day, hour) = (hours / 24, hours % 24);
    format!("2024-06-{:02}T{hour:02}:{minutes:02}:00Z", day + 1)
}

/// Four events an hour at these hours.
fn busy(at: impl IntoIterator<Item = u32>, change: Value) -> Vec<Value> {
    let mut records = Vec::new();
    for hour in at {
        for quarter in 0..4u32 {
            let number = hour * 4 + quarter;
            let mut record = record(0, change.clone());
            record["eventTime"] = json!(hours(hour, quarter * 15));
            record["eventID"] = json!(format!("{}-{number}", change["awsRegion"]));
            record["eventName"] = json!(format!("Call{}", number % 7));
            records.push(record);
        }
    }
    records
}

/// Differing keys, users, services and calls, in two regions.
fn plain(n: u32) -> Value {
    json!({
        "eventName": format!("Call{n}"), "eventSource": format!("s{n}.amazonaws.com"),
        "awsRegion": if n.is_multiple_of(2) { "us-east-1" } else { "eu-west-1" },
        "readOnly": n.is_multiple_of(2), "eventCategory": if n == 0 { "Data" } else { "Management" },
        "userIdentity": { "type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/u{n}"),
            "accountId": "111122223333", "accessKeyId": format!("AKIA{n}"), "userName": format!("u{n}") },
    })
}

#[test]
fn a_dump_that_gives_no_reason_has_no_finding() {
    assert_eq!(findings(trail(&records(7, plain))), [""; 0]);
    assert_eq!(findings(lookup(&records(7, plain))), [""; 0]);
    let dir = Dir::new();
    dir.write("dump", trail(&records(7, plain)));
    let got = run(&dir, &["--fail-on", "note"], &["dump"]);
    got.quietly();
}

#[test]
fn tokens_cuts_errors_and_damage_are_errors() {
    let whole = lookup(&records(3, plain));
    let with_token = whole.replacen("]}", "],\"NextToken\":\"x\"}", 1);
    let cases = [
        (
            whole.replace("}]}", "}],\"NextToken\":\"x\"}"),
            "next-token",
        ),
        (whole[..whole.len() - 20].to_owned(), "cut-off"),
        (whole[..whole.len() - 1].to_owned(), "cut-off"),
        (
            format!(
                "{whole}\nAn error occurred (ThrottlingException) when calling the LookupEvents operation: x\n"
            ),
            "aws-error",
        ),
        (
            "An error occurred (ThrottlingException) when calling the LookupEvents operation: x\n"
                .to_owned(),
            "aws-error",
        ),
        (
            format!(
                "{whole}\nConnection was closed before we received a valid response from endpoint URL: \"u\".\n"
            ),
            "aws-error",
        ),
        (
            format!("{whole}\naws: [ERROR]: Read timeout on endpoint URL: \"u\"\n"),
            "aws-error",
        ),
        ("\nUnable to locate credentials\n".to_owned(), "aws-error"),
        (
            whole.replacen("\"EventName\":", "\"EventName\" ", 1),
            "damaged",
        ),
        (String::new(), "nothing-readable"),
        ("\n".to_owned(), "nothing-readable"),
        ("{\"a\": 1}".to_owned(), "nothing-readable"),
    ];
    assert_ne!(with_token, whole);
    for (text, id) in cases {
        assert!(has(&text, id), "{id}: {:?} in {text}", findings(&text));
        assert!(!has(&whole, id), "{id}");
        let dir = Dir::new();
        dir.write("dump", &text);
        let status = if id == "nothing-readable" || !text.contains("EventId") {
            2
        } else {
            1
        };
        run(&dir, &[], &["dump"]).ends(status);
    }
    let dir = Dir::new();
    let got = run(&dir, &[], &["missing"]);
    got.ends(2).prints("").mentions("missing: No such file");
}

#[test]
fn the_status_is_two_before_one_before_three() {
    let dir = Dir::new();
    let unreadable = lookup(&records(3, plain)).replacen("\"{\\\"", "\"{{\\\"", 1);
    dir.write("unreadable", &unreadable);
    dir.write(
        "region",
        trail(&records(3, |n| {
            let mut it = plain(n);
            it["awsRegion"] = json!("us-east-1");
            it
        })),
    );
    dir.write("cut", &lookup(&records(3, plain))[..600]);
    dir.write("foreign", "{}");
    for (more, names, status) in [
        (&[][..], &["unreadable"][..], 3),
        (&["--fail-on", "warning"], &["unreadable"], 1),
        (&["--fail-on", "note"], &["unreadable"], 1),
        (&[], &["region"], 0),
        (&["--fail-on", "warning"], &["region"], 0),
        (&["--fail-on", "note"], &["region"], 1),
        (&[], &["cut"], 1),
        (&[], &["cut", "unreadable"], 1),
        (&[], &["cut", "foreign"], 2),
        (&["--fail-on", "note"], &["foreign", "region"], 2),
    ] {
        run(&dir, more, names).ends(status);
    }
    assert_eq!(
        findings(unreadable),
        ["record-unreadable", "management-only"],
        "the one data event was that one"
    );
}

#[test]
fn envelope_and_record_may_differ_by_less_than_a_second() {
    let with_time = |time: Value| {
        let mut entry = entry(&record(3, plain(3)));
        entry["EventTime"] = time;
        json!({ "Events": [entry] }).to_string()
    };
    for (time, disagrees) in [
        (json!("2024-06-10T06:03:00Z"), false),
        (json!("2024-06-10T15:03:00+09:00"), false),
        (json!(1_717_999_380.137), false),
        (json!(1_717_999_381), true),
        (json!("2024-06-10T15:03:00Z"), true),
    ] {
        assert_eq!(
            has(with_time(time.clone()), "times-disagree"),
            disagrees,
            "{time}"
        );
    }
    let dir = Dir::new();
    dir.write("dump", with_time(json!("2024-06-10T15:03:00Z")));
    let document = document(&dir, &["dump"]);
    let finding = &document["dumps"][0]["findings"][0];
    let reason = finding["reason"].as_str().expect("text");
    assert!(
        reason.ends_with("in 1 event: the envelope is 9h later"),
        "{reason}"
    );
    assert_eq!(finding["offset"], 11);
}

#[test]
fn accounts_regions_and_categories_have_findings() {
    let with = |member: &'static str, value: fn(u32) -> Value| {
        trail(&records(4, move |n| {
            let mut it = plain(n);
            it[member] = value(n);
            it
        }))
    };
    let accounts = with("recipientAccountId", |n| json!(format!("{n}")));
    assert_eq!(findings(accounts), ["several-accounts"]);
    let home = with("awsRegion", |_| json!("us-east-1"));
    assert_eq!(findings(home), ["one-region"]);
    let away = with("awsRegion", |_| json!("eu-west-1"));
    assert_eq!(findings(away), ["one-region", "no-us-east-1"]);
    let two = with("awsRegion", |n| json!(format!("eu-west-{}", n % 2)));
    assert_eq!(findings(two), ["no-us-east-1"]);
    let china = with("awsRegion", |n| json!(format!("cn-north-{}", n % 2)));
    assert_eq!(
        findings(china),
        [""; 0],
        "global services log elsewhere there"
    );
    let management = with("eventCategory", |_| json!("Management"));
    assert_eq!(findings(management), ["management-only"]);
    let network = with("eventCategory", |_| json!("NetworkActivity"));
    assert_eq!(findings(network), [""; 0]);
    // What says nothing is a lookup's in a lookup, and anything's elsewhere.
    let silent = |n: u32| without(record(n, plain(n)), &["eventCategory", "managementEvent"]);
    let silent: Vec<Value> = (0..3).map(silent).collect();
    assert!(has(lookup(&silent), "management-only"));
    assert!(!has(trail(&silent), "management-only"));
}

#[test]
fn what_all_events_share_was_perhaps_asked_for() {
    let with = |count: u32, path: &[&str], value: Value| {
        lookup(&records(count, |n| {
            let mut it = plain(n);
            let mut place = &mut it;
            for name in path {
                place = &mut place[*name];
            }
            *place = value.clone();
            it
        }))
    };
    let dir = Dir::new();
    for (path, name) in [
        (&["userIdentity", "accessKeyId"][..], "AccessKeyId"),
        (&["userIdentity", "userName"], "Username"),
        (&["eventSource"], "EventSource"),
        (&["eventName"], "EventName"),
    ] {
        dir.write("dump", with(3, path, json!("same")));
        let document = document(&dir, &["dump"]);
        let finding = &document["dumps"][0]["findings"][0];
        assert_eq!(finding["id"], "one-attribute", "{name}");
        let reason = format!("all 3 events have the same {name} same");
        assert_eq!(finding["reason"], json!(reason));
        assert!(
            !has(with(1, path, json!("same")), "one-attribute"),
            "one event alone"
        );
        assert!(
            !has(with(3, path, Value::Null), "one-attribute"),
            "none has it"
        );
    }
    for (count, is_found) in [(19, false), (20, true)] {
        let text = with(count, &["readOnly"], json!(true));
        assert_eq!(has(text, "one-attribute"), is_found, "{count}");
    }
    // One that has another value is enough.
    let mut some = records(3, |_| json!({}));
    some.push(record(3, plain(3)));
    assert!(!has(lookup(&some), "one-attribute"));
}

#[test]
fn a_full_last_page_is_reported_only_for_lookups() {
    let of = |count| records(count, plain);
    for (count, is_found) in [(49, false), (50, true), (51, false), (100, true)] {
        assert_eq!(
            has(lookup(&of(count)), "multiple-of-50"),
            is_found,
            "{count}"
        );
    }
    assert!(!has(trail(&of(50)), "multiple-of-50"));
    let with_token = lookup(&of(50)).replace("}]}", "}],\"NextToken\":\"x\"}");
    assert!(!has(with_token, "multiple-of-50"));
    let lines: Vec<String> = of(50).iter().map(Value::to_string).collect();
    assert!(
        has(lines.join("\n"), "multiple-of-50"),
        "as jq -r leaves them"
    );
}

#[test]
fn more_than_ninety_days_are_several_lookups() {
    let until = |time: &str| {
        let mut all = records(3, plain);
        all.push(record(3, plain(3)));
        all[3]["eventTime"] = json!(time);
        trail(&all)
    };
    assert!(!has(until("2024-09-08T06:00:00Z"), "over-90-days"));
    assert!(has(until("2024-09-08T06:00:01Z"), "over-90-days"));
}

#[test]
fn a_hole_in_a_busy_time_is_a_silence_and_a_night_is_none() {
    let of = |at: Vec<u32>| trail(&busy(at, json!({"awsRegion": "us-east-1"})));
    assert!(!has(of((0..96).collect()), "silence"));
    assert!(has(of((0..40).chain(45..96).collect()), "silence"));
    let office = (0..240).filter(|hour| (9..19).contains(&(hour % 24)));
    assert!(!has(of(office.collect()), "silence"));
}

#[test]
fn a_silence_that_another_dump_fills_is_none_of_all() {
    let dir = Dir::new();
    let change = json!({"awsRegion": "us-east-1"});
    dir.write("hole", trail(&busy((0..40).chain(45..96), change.clone())));
    dir.write("rest", trail(&busy(38..47, change)));
    let document = document(&dir, &["hole", "rest"]);
    assert!(ids(&document["dumps"][0]["findings"]).contains(&"silence"));
    assert!(!ids(&document["all"]["findings"]).contains(&"silence"));
    let counted = &document["all"]["events"];
    assert_eq!(counted["found"], (91 + 9) * 4);
    assert_eq!(counted["distinct"], 96 * 4);
    assert_eq!(
        counted["duplicates"],
        json!({"within_dump": 0, "across_dumps": 16})
    );
    assert_eq!(document["dumps"][1]["events"]["distinct"], 36);
    assert_eq!(document["all"]["commands"], json!([]));
}

#[test]
fn regions_that_begin_or_end_differently_are_reported() {
    let east = busy(0..200, json!({"awsRegion": "us-east-1"}));
    let of = |west: Vec<Value>| {
        let mut all = east.clone();
        all.extend(west);
        trail(&all)
    };
    let west = |at: Vec<u32>| busy(at, json!({"awsRegion": "eu-west-1"}));
    assert!(!has(of(west((0..200).collect())), "region-coverage"));
    assert!(
        !has(of(west((20..190).collect())), "region-coverage"),
        "less than a day"
    );
    assert!(has(of(west((60..200).collect())), "region-coverage"));
    assert!(has(of(west((0..100).collect())), "region-coverage"));
    assert!(
        !has(of(west(vec![60, 130])), "region-coverage"),
        "too few events"
    );
    let rare = (10..200).step_by(60).collect();
    assert!(!has(of(west(rare)), "region-coverage"), "it rarely has any");
    // Other accounts are another matter.
    let other = json!({"awsRegion": "eu-west-1", "recipientAccountId": "999"});
    assert!(!has(of(busy(60..200, other)), "region-coverage"));
    let dir = Dir::new();
    dir.write("east", trail(&east));
    dir.write("west", trail(&west((60..200).collect())));
    let document = document(&dir, &["east", "west"]);
    assert!(ids(&document["all"]["findings"]).contains(&"region-coverage"));
    let command = &document["all"]["commands"][0];
    assert_eq!(
        command["command"],
        "aws cloudtrail lookup-events --region eu-west-1 --start-time \
         2024-06-01T00:00:00Z --end-time 2024-06-03T12:00:00Z --output json > gap-1.json"
    );
}

#[test]
fn duplicates_are_counted_by_the_dump_of_the_first() {
    let dir = Dir::new();
    dir.write("a", trail(&records(4, plain)));
    let twice = [records(3, plain), records(2, plain)].concat();
    dir.write("b", trail(&twice));
    let document = document(&dir, &["a", "b"]);
    let counted = |n: usize| document["dumps"][n]["events"].clone();
    let of = |inside, across| json!({"within_dump": inside, "across_dumps": across});
    assert_eq!(counted(0)["duplicates"], of(0, 0));
    assert_eq!(
        counted(1),
        json!({"found": 5, "distinct": 3, "duplicates": of(2, 3)})
    );
    let all = &document["all"];
    assert_eq!(
        all["events"],
        json!({"found": 9, "distinct": 4, "duplicates": of(2, 3)})
    );
    assert!(ids(&document["dumps"][1]["findings"]).contains(&"duplicates"));
    assert!(!ids(&document["dumps"][0]["findings"]).contains(&"duplicates"));
    // One id on two calls is two events.
    let mut odd = records(4, plain);
    odd[3]["eventID"] = json!(id(0));
    assert_eq!(findings(trail(&odd)), ["one-id-two-calls"]);
    // A masked id is not an id, so a duplicate cannot be recognised.
    odd[2]["eventID"] = json!("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    odd[3] = without(odd[3].clone(), &["eventID"]);
    assert_eq!(findings(trail(&odd)), ["without-id"]);
}

#[test]
fn the_order_of_times_is_named() {
    let dir = Dir::new();
    let all = records(4, plain);
    for (order, name) in [
        ([0, 1, 2, 3], "oldest first"),
        ([3, 2, 1, 0], "newest first"),
        ([0, 2, 1, 3], "mixed"),
    ] {
        let order: Vec<Value> = order.iter().map(|n| all[*n].clone()).collect();
        dir.write("dump", trail(&order));
        assert_eq!(document(&dir, &["dump"])["dumps"][0]["time"]["order"], name);
    }
    dir.write("dump", trail(&all[..1]));
    assert_eq!(
        document(&dir, &["dump"])["dumps"][0]["time"]["order"],
        Value::Null
    );
}

#[test]
fn commands_fill_the_gaps_of_all_dumps_together() {
    let dir = Dir::new();
    let token = "eyJOZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiA1fQ==";
    let one = records(3, |n| {
        let mut it = plain(n);
        it["awsRegion"] = json!("us-east-1");
        it
    });
    let newest_first: Vec<Value> = one.into_iter().rev().collect();
    let with = |token: &str| {
        lookup(&newest_first).replace("}]}", &format!("}}],\"NextToken\":\"{token}\"}}"))
    };
    let lines = |now: &str| {
        dir.run(["inspect", "--commands", "--now", now, "dump"])
            .got()
            .out
    };
    dir.write("dump", with(token));
    let out = lines("2024-08-01");
    let line = format!(
        "aws cloudtrail lookup-events --region us-east-1 --starting-token '{token}' --output json > gap-1.json\n"
    );
    assert!(out.ends_with(&line), "{out}");
    dir.write("dump", with("opaque=="));
    let out = lines("2024-08-01");
    let line = "aws cloudtrail lookup-events --region us-east-1 --start-time 2024-05-03T00:00:00Z --end-time \
                2024-06-10T06:00:00Z --output json > gap-1.json\n";
    assert!(out.ends_with(line), "{out}");
    for token in [token, "opaque"] {
        dir.write("dump", with(token));
        let out = lines("2024-12-01");
        assert!(!out.contains("\naws "), "{out}");
        assert!(
            out.contains(
                "older than 90 days, and a lookup covers the time from 2024-09-02T00:00:00Z on"
            ),
            "{out}"
        );
    }
    dir.write("dump", trail(&records(3, plain)));
    assert_eq!(lines("2024-08-01").lines().count(), 1, "nothing to fill");
}

/// A lookup gives the newest events first, but what is cut off is cut off where the file was.
#[test]
fn a_gap_lies_where_the_file_was_cut() {
    let upwards = records(5, |n| {
        let mut it = plain(n);
        it["awsRegion"] = json!("us-east-1");
        it
    });
    let downwards: Vec<Value> = upwards.iter().rev().cloned().collect();
    let times = |text: &str, id: &str| {
        let dir = Dir::new();
        dir.write("dump", text);
        let args = ["inspect", "--commands", "--now", "2024-08-01", "dump"];
        let out = dir.run(args).got().out;
        let mut lines = out
            .lines()
            .skip_while(|line| !line.starts_with(&format!("# {id};")));
        let line = lines.nth(1).unwrap_or_default();
        let word = |name: &str| {
            let words = line.split(' ').skip_while(|word| *word != name);
            words.skip(1).map(str::to_owned).next().unwrap_or_default()
        };
        (word("--start-time"), word("--end-time"))
    };
    let owned = |(from, to): (&str, &str)| (from.to_owned(), to.to_owned());
    let (down, up) = (lookup(&downwards), lookup(&upwards));
    let without_head = |text: &str| text[text.find("\"EventId\"").unwrap() + 20..].to_owned();
    let without_tail = |text: &str| text[..text.len() - 20].to_owned();
    let between = |text: &str| text[text.find("},{").unwrap() + 2..].to_owned();
    let (oldest, now) = ("2024-05-03T00:00:00Z", "2024-08-01T00:00:00Z");
    let (one, two, four, five) = (
        "2024-06-10T06:00:00Z",
        "2024-06-10T06:01:00Z",
        "2024-06-10T06:03:00Z",
        "2024-06-10T06:04:00Z",
    );
    let with_token = |text: &str| text.replace("}]}", "}],\"NextToken\":\"opaque\"}");
    for (text, id, expected) in [
        (without_tail(&down), "cut-off", (oldest, two)),
        (without_tail(&up), "cut-off", (four, now)),
        (without_head(&down), "cut-off", (four, now)),
        (without_head(&up), "cut-off", (oldest, two)),
        (between(&down), "cut-off", (four, now)),
        // The client goes back in time, whatever was made of its answer.
        (with_token(&down), "next-token", (oldest, one)),
        (with_token(&up), "next-token", (oldest, one)),
        // Which of the two lost its end?
        (
            format!("{}{down}", &down[..down.len() - 60]),
            "damaged",
            (oldest, five),
        ),
    ] {
        let (begin, end) = (&text[..40], &text[text.len() - 40..]);
        assert_eq!(times(&text, id), owned(expected), "{begin}…{end}");
    }
}

/// What a shell does with a line that names from a dump are in.
#[test]
fn a_script_runs_nothing_but_the_lookups() {
    let dir = Dir::new();
    let evil = "$(touch pwned)`touch pwned`'; touch pwned; '\"\\";
    let all: Vec<Value> = busy(
        (0..40).chain(45..96),
        json!({"awsRegion": evil, "recipientAccountId": "1\ntouch pwned"}),
    );
    let name = "dump\ntouch pwned\n";
    let text = lookup(&all);
    dir.write(name, &text[..text.len() - 30]);
    let got = dir
        .run(["inspect", "--commands", "--now", "2024-08-01", name])
        .got();
    got.ends(1);
    assert!(got.out.contains("\naws cloudtrail"), "{}", got.out);
    dir.write("script", &got.out);
    // An `aws` that writes down what it is given.
    let aws = dir.write(
        "bin/aws",
        "#!/bin/sh\nfor word; do printf '<%s>' \"$word\"; done >>asked\necho >>asked\n",
    );
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&aws, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = std::process::Command::new("sh")
        .arg("script")
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", dir.path("bin").display()),
        )
        .current_dir(dir.0.path())
        .status()
        .unwrap();
    assert!(ran.success());
    assert!(!dir.path("pwned").exists(), "{}", got.out);
    let asked = dir.read("asked");
    assert!(asked.lines().count() >= 2, "{asked}");
    for line in asked.lines() {
        let is_home = line.contains("<--region><us-east-1>");
        let is_evil = line.contains(&format!("<--region><{evil}>"));
        assert!(is_home || is_evil, "{line}");
    }
    assert!(asked.contains(evil), "{asked}");
}

#[test]
fn long_lists_are_shortened_and_say_so() {
    let dir = Dir::new();
    dir.write(
        "dump",
        trail(&records(300, |n| {
            let mut it = plain(n);
            it["awsRegion"] = json!(format!("r-{}", n % 60));
            it
        })),
    );
    let document = document(&dir, &["dump"]);
    let dump = &document["dumps"][0];
    assert_eq!(dump["identities"]["count"], 300);
    assert_eq!(dump["identities"]["top"].as_array().unwrap().len(), 50);
    assert_eq!(dump["regions"]["count"], 60);
    let got = dir.run(["inspect", "dump"]).got();
    got.shows("and 296 more").shows("and 56 more");
    assert!(got.out.lines().count() < 24, "{}", got.out);
    assert!(
        got.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        got.out
    );
}

#[test]
fn text_from_dumps_reaches_no_terminal_as_it_is() {
    let dir = Dir::new();
    let name = "a\u{1b}[31m\nb";
    dir.write(
        name,
        trail(&records(3, |n| {
            let mut it = plain(n);
            it["awsRegion"] = json!("\u{1b}]0;title\u{7}");
            it["userIdentity"]["arn"] = json!("x\ny\u{202e}");
            it
        })),
    );
    let got = dir.run(["inspect", name]).got();
    for hazard in ['\u{1b}', '\u{7}', '\u{202e}'] {
        assert!(!got.out.contains(hazard), "{}", got.out);
    }
    got.shows(r"\x1b]0;title\x07").shows(r"x\ny\u{202e}");
}

#[test]
fn a_pipe_is_hashed_during_the_pass_and_has_the_same_findings() {
    let dir = Dir::new();
    let text = lookup(&records(7, plain));
    dir.write("dump", &text);
    let file = document(&dir, &["dump"]);
    let pipe = dir
        .run(["inspect", "--format", "json", NOW[0], NOW[1]])
        .stdin(text)
        .got();
    let mut pipe: Value = serde_json::from_str(&pipe.out).unwrap();
    assert_eq!(pipe["dumps"][0]["name"], "-");
    pipe["dumps"][0]["name"] = json!("dump");
    assert_eq!(pipe, file);
    assert_eq!(
        file["dumps"][0]["format"]["sha256"].as_str().unwrap().len(),
        64
    );
}

#[test]
fn files_that_are_no_dumps_are_named_in_directories() {
    let dir = Dir::new();
    dir.write("d/dump", trail(&records(3, plain)));
    dir.write("d/readme", "hello");
    let got = run(&dir, &[], &["d"]);
    got.ends(0)
        .mentions("skipped 1 file that is no CloudTrail dump");
    let document: Value = serde_json::from_str(&got.out).unwrap();
    assert_eq!(document["all"]["other_files"], json!(["d/readme"]));
    assert_eq!(document["all"]["dumps"], 1);
}

#[test]
fn findings_depend_on_neither_threads_nor_compression() {
    let run = |threads: &str, format: &str| {
        let line = format!(
            "inspect --now 2024-09-01 --format {format} --threads {threads} tests/data fixtures"
        );
        let got = typed(&line).got();
        (got.status, got.out, got.err)
    };
    for format in ["json", "table"] {
        let one = run("1", format);
        assert_eq!(one, run("2", format));
        assert_eq!(one, run("8", format));
    }
}

/// The second pass, for the hash, is a moment after the first one; a change between them is reported with the file.
#[test]
fn a_file_that_changed_before_it_was_hashed_has_a_finding_and_no_hash() {
    use trailsift::engine::{self, Item, Settings};
    use trailsift::inspect::{self, DumpAggregator, DumpObserver, FileFacts, FindingSeverity};
    use trailsift::select::Selection;
    use trailsift::time::{Moment, TimeFormat, Zone};

    let found = trailsift::input::discover(&["fixtures/insights.json".into()]);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    let settings = Settings::new(&selection, &zone, &format);
    let mut gathered = DumpAggregator::new(&zone);
    let report =
        engine::ask(&items, &settings, &DumpObserver, &mut gathered).expect("nothing is written");
    let looked = FileFacts {
        changed: Some("the file changed".to_owned()),
        ..FileFacts::default()
    };
    let document = inspect::document(&report, &[looked], &gathered, Moment::MAX);
    let dump = &document.dumps[0];
    assert_eq!(
        (dump.findings[0].id, dump.findings[0].severity),
        ("changed", FindingSeverity::Error)
    );
    assert_eq!(dump.format.source.sha256, None);
    assert_eq!(document.all.severities["error"], 1);
}

#[test]
fn the_guide_lists_every_finding_with_its_severity() {
    let guide = std::fs::read_to_string("docs/GUIDE.md").expect("the guide");
    let section = guide
        .split("## Check that a dump is complete")
        .nth(1)
        .expect("a section");
    let mut listed = BTreeSet::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if ["error", "warning", "note"].contains(&cells[2]) {
            listed.extend(
                cells[1]
                    .split(", ")
                    .map(|id| (id.trim_matches('`'), cells[2])),
            );
        }
    }
    let kinds = trailsift::inspect::KINDS.iter();
    let known: BTreeSet<_> = kinds
        .map(|(id, severity, _)| (*id, severity.name()))
        .collect();
    assert_eq!(listed, known);
}
