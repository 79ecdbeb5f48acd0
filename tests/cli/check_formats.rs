//! The formats of `check`: their readers accept them, whatever the events contain.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use crate::support::program::{Dir, Got, typed};
use crate::support::small::{lookup, record, trail};

/// What somebody may write into an event who wants to be misread.
const HOSTILE: &str = "\u{1b}[31m</failure>]]>&<!--\n::error file=x::y\r\n##vso[task] %0A \u{202e}\u{0}\u{fffe}\",: ::stop::";

fn hostile() -> Dir {
    let dir = Dir::new();
    let changes = json!({
        "eventName": HOSTILE, "eventSource": HOSTILE, "awsRegion": HOSTILE, "sourceIPAddress": HOSTILE,
        "errorCode": HOSTILE, "eventTime": "2024-06-10T06:00:00Z",
        "userIdentity": {"type": "IAMUser", "arn": HOSTILE},
    });
    dir.write("du mp,a:b%.json", trail(&[record(1, changes)]));
    let rule = json!(HOSTILE.replace(['\u{0}', '\u{fffe}'], ""));
    dir.write(
        "r%,:.toml",
        format!("[[rule]]\nname = {rule}\nreason = {rule}\nmax = 0\n"),
    );
    dir.write("b.tsv", "1\ta\tb\n");
    dir
}

fn run(dir: &Dir, format: &str) -> Got {
    let rules = [
        "check",
        "--rules",
        "r%,:.toml",
        "--baseline",
        "b.tsv",
        "--format",
        format,
        "du mp,a:b%.json",
    ];
    let got = dir.run(rules).got();
    got.ends(1).says("");
    got
}

/// The values of a format may hold no character that steers a terminal; line ends are the format's own.
fn no_controls(text: &str) {
    let bad = text
        .chars()
        .find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
    assert_eq!(bad, None, "{text:?}");
}

#[test]
fn hostile_text_steers_no_terminal_and_no_pipeline() {
    let text = run(&hostile(), "text").out;
    no_controls(&text);
    for line in text.lines() {
        let line = line.trim_start();
        assert!(!line.starts_with("::") && !line.starts_with("##"), "{line}");
    }
}

#[test]
fn json_is_one_document() {
    let document = run(&hostile(), "json").json();
    assert_eq!(document["schema"], 2);
    assert_eq!(document["status"], "failed");
    assert_eq!(document["events"], 1);
    let example = &document["results"][0]["violations"][0]["examples"][0];
    assert_eq!(example["EventName"], HOSTILE);
    assert_eq!(example["offset"], 12);
    assert_eq!(document["results"][1]["name"], "baseline");

    let document =
        typed("check --rules tests/check/rules.toml --format json tests/check/good.json").got();
    let document = document.quietly().json();
    assert_eq!(document["status"], "passed");
    assert_eq!(document["complete"], true);
    let first = &document["results"][0];
    assert_eq!(
        (&first["line"], &first["column"], &first["events"]),
        (&json!(4), &json!(8), &json!(0))
    );
    assert_eq!(first["violations"], json!([]));
}

/// An event of the commands of a log: its words, its properties, its message.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let line = line.strip_prefix("::").expect("a command");
    let (head, message) = line.split_once("::").expect("a message");
    let (word, properties) = head.split_once(' ').expect("properties");
    let decoded = |text: &str| {
        let text = text
            .replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%3A", ":")
            .replace("%2C", ",");
        text.replace("%25", "%")
    };
    let properties = properties.split(',').map(|pair| {
        let (name, value) = pair.split_once('=').expect("a value");
        (name.to_owned(), decoded(value))
    });
    (word.to_owned(), properties.collect(), decoded(message))
}

#[test]
fn github_gets_an_error_at_the_line_of_the_rule() {
    let got = run(&hostile(), "github");
    no_controls(&got.out);
    let commands: Vec<_> = got.lines().into_iter().map(command).collect();
    assert_eq!(commands.len(), 3, "{}", got.out);
    let (word, properties, message) = &commands[0];
    assert_eq!(word, "error");
    assert_eq!(properties[0], ("file".to_owned(), "r%,:.toml".to_owned()));
    assert_eq!(properties[1], ("line".to_owned(), "2".to_owned()));
    assert_eq!(properties[3].0, "title");
    assert!(
        message.starts_with("expected at most 0 events, found 1\nreason: "),
        "{message}"
    );
    assert!(message.contains("du mp,a:b%.json: byte 12"), "{message}");
    assert_eq!(commands[1].1[0], ("file".to_owned(), "b.tsv".to_owned()));
    assert!(commands[2].2.starts_with("failed: 2 of 2"));

    typed("check --rules tests/check/rules.toml --format github tests/check/good.json")
        .got()
        .quietly()
        .prints("::notice title=trailsift check::passed: all 6 rules, 6 events checked\n");
}

/// Its name, its attributes, and the text that follows its start.
type Element = (String, Vec<(String, String)>, String);

/// The elements of a document, each with its attributes and the text that follows its start.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut found: Vec<Element> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.expect("an attribute");
                    let key = attribute.key.as_ref().to_owned();
                    let raw = attribute.value.to_string();
                    let value = quick_xml::escape::unescape(&raw)
                        .expect("entities")
                        .into_owned();
                    (key, value)
                });
                let attributes = attributes.collect();
                found.push((name, attributes, String::new()));
            }
            Event::Text(text) => {
                let text = text.to_string();
                if let Some((_, _, of)) = found.last_mut() {
                    of.push_str(&text);
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn junit_has_a_case_for_each_expectation() {
    let got = run(&hostile(), "junit");
    no_controls(&got.out);
    assert!(!got.out.contains('\u{fffe}'));
    let found = elements(&got.out);
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
            "testcase",
            "failure"
        ]
    );
    for suite in &found[..2] {
        let number = |key: &str| {
            suite
                .1
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value.clone())
        };
        assert_eq!(number("tests").as_deref(), Some("2"));
        assert_eq!(number("failures").as_deref(), Some("2"));
        assert_eq!(number("errors").as_deref(), Some("0"));
    }
    assert_eq!(found[2].1[2], ("file".to_owned(), "r%,:.toml".to_owned()));
    assert_eq!(
        found[3].1[0],
        (
            "message".to_owned(),
            "expected at most 0 events, found 1".to_owned()
        )
    );

    let passed =
        typed("check --rules tests/check/rules.toml --format junit tests/check/good.json").got();
    let passed = elements(&passed.quietly().out);
    assert_eq!(
        passed
            .iter()
            .filter(|(name, ..)| name == "testcase")
            .count(),
        6
    );
    assert!(passed.iter().all(|(name, ..)| name != "failure"));
}

#[test]
fn a_path_that_no_event_has_is_reported_in_each_format() {
    let dir = Dir::new();
    dir.write("dump", trail(&[record(1, json!({}))]));
    dir.write(
        "r.toml",
        "[[rule]]\nname = 'r'\nselect = '--where requestParameters.nosuch=x'\nmax = 0\n",
    );
    let get = |format| {
        let words = ["check", "--rules", "r.toml", "--format", format, "dump"];
        let got = dir.run(words).got();
        got.ends(0);
        got
    };
    let doubt = "no event contains the field `requestParameters.nosuch`";
    get("github").shows(&format!(
        "::warning file=r.toml,line=2,col=8,title=r::{doubt}"
    ));
    let xml = get("junit").out;
    let of_case = elements(&xml);
    assert_eq!(of_case[3].0, "system-out");
    assert!(of_case[3].2.starts_with(doubt), "{xml}");
    let document = get("sarif").json();
    is_valid(&document);
    let invocation = &document["runs"][0]["invocations"][0];
    let notice = &invocation["toolExecutionNotifications"][1];
    assert_eq!(notice["level"], "warning");
    let text = notice["message"]["text"].as_str().expect("a text");
    assert!(text.starts_with(&format!("r: {doubt}")), "{text}");
    let place = &notice["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 2);
}

fn validator() -> jsonschema::Validator {
    let schema = include_str!("../check/sarif-schema-2.1.0.json");
    // The schema has a bracket too many in two of its patterns, which not every reader of patterns takes.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&schema).expect("the schema");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[track_caller]
fn is_valid(document: &Value) {
    let errors: Vec<String> = validator()
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn sarif_is_valid_by_its_schema_and_has_places() {
    assert!(!validator().is_valid(&json!({"version": "2.1.0", "runs": [{"tool": {}}]})));
    let document = run(&hostile(), "sarif").json();
    is_valid(&document);
    let run = &document["runs"][0];
    for result in run["results"].as_array().expect("results") {
        no_controls(result["message"]["text"].as_str().expect("a text"));
        no_controls(result["ruleId"].as_str().expect("a text"));
    }
    assert_eq!(
        run["tool"]["driver"]["rules"][0]["id"],
        run["results"][0]["ruleId"]
    );
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "du%20mp%2Ca%3Ab%25.json");
    assert_eq!(place["region"]["byteOffset"], 12);
    assert_eq!(
        (
            &place["region"]["startLine"],
            &place["region"]["startColumn"]
        ),
        (&json!(1), &json!(13))
    );
    let own = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!(own["region"], json!({"startLine": 2, "startColumn": 8}));

    for words in [
        "tests/check/bad.json",
        "tests/check/good.json",
        "--show 0 tests/check/bad.json",
        "fixtures/trail.json.gz fixtures/output.yaml fixtures/powershell.json fixtures/cli-v2.json",
        "tests/data/cut-in-string.json",
    ] {
        let fixed = "check --rules tests/check/rules.toml --baseline tests/check/baseline.tsv --format sarif";
        let document = typed(&format!("{fixed} {words}")).got().json();
        is_valid(&document);
        let invocation = &document["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], true, "{words}");
    }
    let none = "check --baseline tests/check/baseline.tsv --format sarif --key AKIANOBODY tests/check/good.json";
    let document = typed(none).got().json();
    is_valid(&document);
    let invocation = &document["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
}

/// Against the bytes of the file themselves.
#[test]
fn sarif_regions_are_those_of_the_events() {
    let got = typed(
        "check --baseline tests/check/baseline.tsv --format sarif fixtures/cli-v2.json --show 200",
    )
    .got();
    let bytes = std::fs::read("fixtures/cli-v2.json").expect("a fixture");
    let document = got.json();
    let results = document["runs"][0]["results"]
        .as_array()
        .expect("results")
        .clone();
    assert!(results.len() > 20);
    for result in results {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |key: &str| region[key].as_u64().expect("a number") as usize;
        let at = number("byteOffset");
        let end = at + number("byteLength");
        assert_eq!((bytes[at], bytes[end - 1]), (b'{', b'}'));
        for (at, line, column) in [
            (at, "startLine", "startColumn"),
            (end, "endLine", "endColumn"),
        ] {
            let before = std::str::from_utf8(&bytes[..at]).expect("text");
            let last = before.rsplit('\n').next().expect("a line");
            assert_eq!(number(line), before.matches('\n').count() + 1);
            assert_eq!(number(column), last.chars().count() + 1);
        }
    }
}

#[test]
fn no_event_is_an_error_in_each_format() {
    let dir = Dir::new();
    dir.write("none", lookup(&[]));
    dir.write("r.toml", "[[rule]]\nname = 'r'\nmax = 0\n");
    for (format, part) in [
        ("text", "no result"),
        ("json", "\"status\": \"empty\""),
        ("sarif", "\"executionSuccessful\": false"),
        ("junit", "<error message=\"no result"),
        ("github", "::error title=trailsift check::no result"),
    ] {
        dir.run(["check", "--rules", "r.toml", "--format", format, "none"])
            .got()
            .ends(2)
            .shows(part);
    }
}
