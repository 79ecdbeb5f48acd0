//! `trailsift report`: the story in all formats, its commands, and that nothing of it does what it says.
//!
//! What is expected lies in `tests/report/`; `cargo test --test all bless_reports -- --ignored` writes it anew. Read the
//! difference before you commit it. Not for: the HTML in a browser (`report_browser`).

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::support::program::{Dir, trailsift};
use crate::support::small::{record, trail};
use crate::support::story;

pub const DUMP: &str = "tests/report/dump.json";
const NOW: [&str; 2] = ["--now", "2024-07-01T00:00:00Z"];

/// Arguments, and the file with the expected output.
const REPORTS: [(&[&str], &str); 7] = [
    (&["--format", "text"], "all.txt"),
    (&["--format", "md"], "all.md"),
    (&["--format", "json"], "all.json"),
    (&["--format", "html"], "all.html"),
    (
        &[
            "--key",
            "AKIAALICEEXAMPLE0001",
            "--with-sessions",
            "--tz",
            "Asia/Tokyo",
        ],
        "alice.txt",
    ),
    (
        &["--key", "ASIAADMINEXAMPLE0001", "--commands"],
        "admin.txt",
    ),
    (
        &[
            "--key",
            "ASIAADMINEXAMPLE0001",
            "--commands",
            "--format",
            "md",
        ],
        "admin.md",
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report")
}

fn asked(more: &[&str]) -> String {
    let arguments = ["report"].iter().chain(&NOW).chain(more).chain(&[DUMP]);
    trailsift(arguments).got().ends(0).out.clone()
}

#[test]
fn reports_equal_the_stored_ones() {
    let dump = std::fs::read_to_string(folder().join("dump.json")).expect("the dump");
    assert!(dump == story::dump(), "bless the reports");
    for (more, name) in REPORTS {
        let expected = std::fs::read_to_string(folder().join(name)).expect("a report");
        let got = asked(more);
        let differs = expected.lines().zip(got.lines()).find(|(a, b)| a != b);
        assert!(expected == got, "{name}: {differs:?}");
    }
}

#[test]
#[ignore = "writes what is expected"]
fn bless_reports() {
    std::fs::write(folder().join("dump.json"), story::dump()).expect("the dump");
    for (more, name) in REPORTS {
        std::fs::write(folder().join(name), asked(more)).expect("a report");
    }
}

/// Calls `each` with every figure of a document that has a command.
fn figures(value: &Value, each: &mut dyn FnMut(u64, &str)) {
    match value {
        Value::Object(members) => {
            let events = members.get("events").and_then(Value::as_u64);
            let command = members.get("command").and_then(Value::as_str);
            if let (Some(events), Some(command)) = (events, command) {
                each(events, command);
            }
            members.values().for_each(|value| figures(value, each));
        }
        Value::Array(values) => values.iter().for_each(|value| figures(value, each)),
        _ => {}
    }
}

/// Runs every command of a report, and compares the rows with the figure.
fn reproduce(report: &Value) -> usize {
    let mut commands = std::collections::BTreeMap::new();
    figures(report, &mut |events, command| {
        let before = commands.insert(command.to_owned(), events);
        assert!(before.is_none_or(|before| before == events), "{command}");
    });
    for (command, events) in &commands {
        let words = shlex::split(command).expect("a command line");
        assert_eq!(words[..2], ["trailsift", "list"], "{command}");
        let got = trailsift(&words[1..]).got();
        assert_eq!(got.ends(0).lines().len() as u64, *events, "{command}");
    }
    commands.len()
}

#[test]
fn every_command_lists_the_events_of_its_figure() {
    let all: Value = serde_json::from_str(&asked(&["--format", "json"])).expect("JSON");
    assert!(reproduce(&all) > 300);
    let selected = [
        "--format",
        "json",
        "--who",
        "Deploy",
        "--not",
        "name=Get*",
        "--since",
        "2024-06-10T10:05",
        "--tz",
        "+09:00",
    ];
    let some: Value = serde_json::from_str(&asked(&selected)).expect("JSON");
    assert!(reproduce(&some) > 50);
}

#[test]
fn the_commands_of_other_dumps_hold_as_well() {
    for dump in [
        "fixtures/cli-v2.json",
        "fixtures/trail.json.gz",
        "fixtures/insights.json",
        "tests/data/null-members.json",
    ] {
        let got = trailsift(["report", "--format", "json", dump]).got();
        assert!(reproduce(&got.json()) > 10, "{dump}");
    }
}

/// Without what depends on how the input is named.
fn without_names(mut report: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("command");
                members.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut report);
    report
        .as_object_mut()
        .expect("an object")
        .remove("reliability");
    report
}

/// A record of a call by a role session that has a key.
fn call(name: &str, minute: u32, who: Value, more: Value) -> Value {
    let mut record = serde_json::json!({
        "eventVersion": "1.09", "eventTime": format!("2024-06-10T10:{minute:02}:00Z"),
        "eventSource": "sts.amazonaws.com", "eventName": name, "awsRegion": "us-east-1",
        "userIdentity": who, "eventID": format!("id-{minute}"), "readOnly": true,
    });
    let record_members = record.as_object_mut().expect("an object");
    record_members.extend(more.as_object().cloned().unwrap_or_default());
    record
}

#[test]
fn known_chains_of_sessions_are_shown() {
    let role = |role: &str, session: &str, key: &str| {
        json!({"type": "AssumedRole", "principalId": format!("AROA{role}:{session}"), "accessKeyId": key,
            "arn": format!("arn:aws:sts::111111111111:assumed-role/{role}/{session}")})
    };
    let issued = |role: &str, session: &str, key: &str| {
        json!({"responseElements": {"credentials": {"accessKeyId": key},
            "assumedRoleUser": {"assumedRoleId": format!("AROA{role}:{session}"),
                "arn": format!("arn:aws:sts::111111111111:assumed-role/{role}/{session}")}}})
    };
    let user = |name: &str| {
        json!({"type": "IAMUser", "accessKeyId": format!("AKIA{name}"),
            "arn": format!("arn:aws:iam::111111111111:user/{name}")})
    };
    let elsewhere =
        json!({"type": "AWSAccount", "principalId": "AROAX:xs", "accountId": "111111111111"});
    let saml = json!({"type": "SAMLUser", "principalId": "p=:sam", "userName": "sam", "identityProvider": "p="});
    let records = [
        call("AssumeRole", 1, user("EVE"), issued("X", "xs", "ASIAX")),
        call("AssumeRole", 2, elsewhere, issued("Y", "ys", "ASIAY")),
        call("AssumeRole", 3, user("AL"), issued("D", "ci", "ASIAD1")),
        call("AssumeRole", 4, user("BO"), issued("D", "ci", "ASIAD2")),
        call("GetCallerIdentity", 5, role("D", "ci", "ASIAD3"), json!({})),
        call("AssumeRoleWithSAML", 6, saml, issued("S", "sam", "ASIASAM")),
        call("GetCallerIdentity", 7, role("Q", "q", "ASIAQ1"), json!({})),
        call("GetCallerIdentity", 8, role("Q", "q", "ASIAQ2"), json!({})),
        call(
            "SwitchRole",
            9,
            json!({"type": "AssumedRole", "arn": "arn:aws:sts::111111111111:assumed-role/C/bob"}),
            json!({"eventSource": "signin.amazonaws.com", "responseElements": {"SwitchRole": "Failure"}}),
        ),
    ];
    let dir = Dir::new();
    let dump = dir.write("dump.json", json!({"Records": records}).to_string());
    let report = |more: &[&str]| -> Value {
        let arguments = ["report", "--format", "json", "-q"];
        let all = arguments.iter().chain(more).map(|it| (*it).to_owned());
        let got = trailsift(all.chain([dump.display().to_string()]))
            .got()
            .out
            .clone();
        serde_json::from_str(&got).expect("JSON")
    };
    let all = report(&[]);
    assert_eq!(
        all["selected"]["failed"]["events"], 1,
        "the role was not switched"
    );
    let tree = all["actors"]["issued_sessions"]["rows"]
        .as_array()
        .expect("rows");
    let of = |key: &str| {
        tree.iter()
            .find(|it| it["key"] == key)
            .unwrap_or(&Value::Null)
    };
    // By the name of its session below the one that gave it out.
    assert_eq!(
        (&of("ASIAY")["depth"], &of("ASIAY")["is_likely"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(
        (&of("ASIASAM")["depth"], &of("ASIASAM")["is_likely"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(of("ASIAD3")["candidates"], 2);
    let one = report(&["--where", "session = q"]);
    assert_eq!(one["actors"]["key_origins"]["count"], 2);
    let text = trailsift([
        "report",
        "-q",
        "--where",
        "session = q",
        &dump.display().to_string(),
    ]);
    let text = text.got().out.clone();
    assert!(
        text.contains("the calls that issued these access keys are not in the input"),
        "{text}"
    );
}

#[test]
fn threads_and_pipes_make_no_difference() {
    let dump = std::fs::read(folder().join("dump.json")).expect("the dump");
    let asked = ["report", "--format", "json"];
    let run = |more: &[&str]| trailsift(asked.iter().chain(more)).got().json();
    let one = without_names(run(&["--threads", "1", DUMP]));
    assert_eq!(one, without_names(run(&["--threads", "4", DUMP])));
    let piped = trailsift(asked).stdin(dump).got();
    assert_eq!(one, without_names(piped.ends(0).json()));
}

#[test]
fn a_short_period_has_steps_of_a_minute_and_a_long_one_never() {
    let clock = ["--tz", "Asia/Kathmandu", "--time-format", "epoch"];
    let short = [
        "--since",
        "2024-06-10T10:00:30Z",
        "--until",
        "2024-06-10T11:00Z",
    ];
    let document = |more: &[&str]| -> Value {
        let report = asked(&[&["--format", "json"], more].concat());
        serde_json::from_str(&report).expect("JSON")
    };
    let report = document(&[&short[..], &clock].concat());
    let when = &report["timeline"];
    assert_eq!(when["step"], "minute");
    let line = when["rows"].as_array().expect("a list");
    assert!(line.len() > 5, "{when}");
    let events = line
        .iter()
        .map(|minute| minute["events"]["events"].as_u64());
    assert_eq!(
        events.sum::<Option<u64>>(),
        report["selected"]["all"]["events"].as_u64()
    );
    assert!(reproduce(&report) > 20);
    assert_eq!(document(&[])["timeline"]["step"], "hour");
    let text = asked(&short);
    assert!(text.contains("Events over time (most per minute"), "{text}");
}

#[test]
fn the_same_event_twice_counts_once() {
    let dump = std::fs::read_to_string(folder().join("dump.json")).expect("the dump");
    let dir = Dir::new();
    dir.write("once.json", &dump);
    dir.write("twice.json", dump.repeat(2));
    let report = |name: &str| {
        let got = dir.run(["report", "--format", "json", name]).got();
        without_names(got.ends(0).json())
    };
    assert_eq!(report("once.json"), report("twice.json"));
}

#[test]
fn text_fits_eighty_columns_and_is_plain() {
    for more in [&[][..], &["--commands"], &["--who", "Admin"]] {
        let text = asked(more);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
        for line in text.lines().filter(|line| line.width() > 80) {
            // Only a word that is longer than a line, or a condition in quotes, is longer.
            let longest = line.split(' ').map(UnicodeWidthStr::width).max();
            let is_command = line.contains("--where");
            assert!(longest > Some(50) || is_command, "{line}");
        }
    }
}

#[test]
fn hostile_text_stays_text_in_markdown_and_html() {
    let md = asked(&["--format", "md", "--commands"]);
    let html = asked(&["--format", "html"]);
    for text in [&md, &html] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    }
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("</script").count(), 1);
    assert!(html.contains("&lt;script&gt;alert(1)"));
    for forbidden in [
        "src=",
        "href=\"http",
        "url(",
        "@import",
        "<link",
        "<iframe",
        "<img",
        "onclick",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    // Outside of code nothing is left that is HTML, and each row of a table has the cells of its heading.
    let mut cells = None;
    for line in md.lines() {
        let code: String = line.split('`').step_by(2).collect();
        assert!(line.contains('`') || !code.contains("<script"), "{line}");
        if !line.starts_with('|') {
            cells = None;
            continue;
        }
        let bars = line
            .replace(r"\\", "")
            .replace(r"\|", "")
            .matches('|')
            .count();
        assert_eq!(bars, *cells.get_or_insert(bars), "{line}");
    }
}

#[test]
fn an_empty_selection_says_so_and_why() {
    let got = trailsift(["report", "--key", "AKIANOBODY", DUMP]).got();
    got.ends(0)
        .shows("events        0")
        .mentions("nothing selected");
    trailsift(["report", "-e", "--key", "AKIANOBODY", DUMP])
        .got()
        .ends(1);
    trailsift(["report", "tests/data/nothing.json"])
        .got()
        .ends(2)
        .prints("");
    let cut = trailsift(["report", "tests/data/cut-in-string.json"]).got();
    cut.ends(3).shows("cut-off").mentions("an event is cut off");
}

#[test]
fn a_report_goes_to_a_file_and_has_its_manifest() {
    let dir = Dir::new();
    dir.write("dump.json", story::dump());
    let arguments = [
        "report",
        "--format",
        "html",
        "-o",
        "r.html",
        "--manifest",
        "m.json",
        "dump.json",
    ];
    dir.run(arguments).got().quietly().prints("");
    assert!(dir.read("r.html").starts_with("<!DOCTYPE html>"));
    let manifest: Value = serde_json::from_str(&dir.read("m.json")).expect("JSON");
    assert_eq!(manifest["exit_status"], 0);
    dir.run(["report", "--explain", "--key", "AKIA*", "dump.json"])
        .got()
        .ends(0)
        .shows("--key");
}

/// A comment on GitHub accepts 65,536 characters.
#[test]
fn markdown_is_short_enough_for_a_ticket() {
    let dir = Dir::new();
    let records = |count: u32| {
        let each = (0..count).map(|number| {
            record(
                number,
                json!({
                    "eventName": format!("CreateThing{number}"),
                    "eventSource": format!("service{number}.amazonaws.com"),
                    "sourceIPAddress": format!("192.0.{}.{}", number / 250, number % 250),
                    "userAgent": format!("agent {number} {}", "x".repeat(200)),
                    "readOnly": false,
                }),
            )
        });
        each.collect::<Vec<_>>()
    };
    dir.write("many", trail(&records(400)));
    dir.write("few", trail(&records(2)));
    let long = [record(1, json!({"userAgent": "y".repeat(70_000)}))];
    dir.write("long", trail(&long));
    let md = |more: &[&str]| {
        let got = dir
            .run([&["report", "-q", "--format", "md"], more].concat())
            .got();
        got.ends(0).out.clone()
    };
    for commands in [&[][..], &["--commands"]] {
        let text = md(&[commands, &["many"]].concat());
        let count = text.chars().count();
        assert!((32_768..=65_536).contains(&count), "{count}");
        assert!(text.contains("Lists are cut to "), "{text}");
        assert!(text.contains("… and "), "{text}");
        assert!(!text.contains("split it"), "{text}");
    }
    assert!(!md(&["few"]).contains("Lists are cut"));
    let text = md(&["long"]);
    assert!(text.chars().count() > 65_536 && text.contains("split it before lines"));
}
