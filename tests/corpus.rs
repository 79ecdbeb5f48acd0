//! Reads real CloudTrail data and the output of real clients, stored next to the project: every whole event
//! is found, and no input makes the reader panic.
//!
//! Ignored by `cargo test`, because the project may not distribute this data. `.ci/run` runs these tests if
//! the data exists.

mod convert;
mod inspect;
mod redact;

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use trailsift::dump::Content;
use trailsift::engine::{self, Answer, FileReport, Item, Question, Settings};
use trailsift::event::{Context, Event, Field, field};
use trailsift::input;
use trailsift::select::Selection;
use trailsift::time::{TimeFormat, Zone};

/// Reads every named field of every event.
struct Everything(Vec<Field>);

impl Question for Everything {
    type Batch = Vec<usize>;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Vec<usize>) {
        let values = self.0.iter().map(|field| field.value(event, context));
        batch.push(values.map(|value| value.cell_text().len()).sum());
    }
}

/// The number of events, and the bytes of their text.
#[derive(Default)]
struct Sum {
    events: u64,
    text: usize,
}

impl Answer<Vec<usize>> for Sum {
    fn add(&mut self, batch: Vec<usize>, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.events += batch.len() as u64;
        self.text += batch.iter().sum::<usize>();
        Ok(ControlFlow::Continue(()))
    }
}

fn shared(folder: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(folder);
    assert!(path.is_dir(), "{}: does not exist", path.display());
    path
}

/// The results of every file of a folder, by its path below the folder.
fn read_all(folder: &Path) -> BTreeMap<String, FileReport> {
    let found = input::discover(&[folder.into()]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    let fields = field::names().map(|name| Field::parse(name).expect("a name"));
    let question = Everything(fields.collect());
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    let settings = Settings {
        keep_duplicates: true,
        threads: 2,
        ..Settings::new(&selection, &zone, &format)
    };
    let mut sum = Sum::default();
    let report = engine::ask(&items, &settings, &question, &mut sum).expect("nothing is written");
    assert_eq!(report.byte_counts().events, sum.events);
    assert!(sum.events == 0 || sum.text > 0);
    let files = report.files.into_iter().map(|file| {
        assert!(file.error.is_none(), "{}: {:?}", file.shown, file.error);
        assert!(file.byte_counts.is_balanced(), "{}", file.shown);
        let below = Path::new(&file.shown).strip_prefix(folder).expect("below");
        (below.to_str().expect("UTF-8").to_owned(), file)
    });
    files.collect()
}

#[test]
#[ignore = "needs ../shared/corpus"]
fn the_corpus_contains_the_events_that_its_manifest_lists() {
    let corpus = shared("corpus");
    let files = read_all(&corpus);
    let manifest = std::fs::read_to_string(corpus.join("MANIFEST.tsv")).expect("the manifest");
    let (mut same, mut wrong) = (0u64, Vec::new());
    for row in manifest.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (path, shape, events) = (cells[0], cells[4], cells[5]);
        let events: u64 = events.parse().expect("a number of events");
        let Some(file) = files.get(path) else {
            wrong.push(format!("{path}: not read"));
            continue;
        };
        if file.byte_counts.events == events {
            same += events;
        } else {
            let found = file.byte_counts.events;
            wrong.push(format!("{path} ({shape}): {found} events, not {events}"));
        }
        // A file that only looks like CloudTrail must not be reported as an empty dump.
        let is_other = shape.starts_with("decoy") || shape.starts_with("object");
        if is_other && !matches!(file.content, Content::Foreign(_)) {
            wrong.push(format!("{path} ({shape}): accepted as a dump"));
        }
    }
    println!("{same} events as the manifest lists them");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(same > 30_000, "only {same} events");
}

/// Numbers of whole events of the samples, by file name, without the client (`v1.`) if all clients agree. The
/// name and the commands in `RC.tsv` describe the sample.
const SAMPLES: [(u64, &[&str]); 22] = [
    (
        120,
        &[
            "default.e9.json",
            "default.int.json.gz",
            "default.frac.json.gz",
        ],
    ),
    (
        60,
        &[
            "max-items60.json",
            "query-cte-rows.txt",
            "query-cte.json",
            "query-cte.txt",
            "query-events.json",
            "boto3.build_full_result.json",
            "boto3.pages.json",
        ],
    ),
    // A page of the endpoint has 50 events. One client treats a dropped second page as the end.
    (
        50,
        &[
            "no-paginate.json",
            "v2.drop-p2.json",
            "boto3.default-str.json",
        ],
    ),
    (30, &["page-size10.json"]),
    (
        14,
        &[
            "json.n14.json",
            "jq-S.json",
            "jq-a.json",
            "jq-c-dot.json",
            "jq-c-events.jsonl",
            "jq-cte-fromjson.json",
            "jq-cte-strings.json",
            "jq-dot.json",
            "jq-events-cte-inlined.json",
            "jq-events.json",
            "jq-r-cte-jq.json",
            "jq-r-cte.jsonl",
            "jq-records.json",
            "jq-tab.json",
            "langC.json",
            "utf8bom-crlf.json",
            "warning-in-front.json",
            "eventbridge.jsonl",
            "s3-trail.records.json",
            // Names that exist in the code page cause no error.
            "v1py27.ioenc-cp1252.json",
            "v1py27.ioenc-cp932.json",
        ],
    ),
    (7, &["tee-a-twice.json"]),
    (
        5,
        &[
            "max-items5.json",
            "max-results5.json",
            "truncated-midstring.json",
        ],
    ),
    (
        4,
        &[
            "insight.json",
            "null.json",
            "loop-mixed.json",
            "weird1.json",
        ],
    ),
    (
        3,
        &[
            "ts-iso.frac.json",
            "ts-iso.json",
            "ts-wire.json",
            "tz-tokyo.iso.json",
            "tz-tokyo.json",
            "weird2.json",
            "boto3.default-str.noascii.json",
            // The raw body, quoted in a line of the log, is not counted as a second copy.
            "debug.json",
            "aws-logs-tail.txt",
        ],
    ),
    (
        2,
        &[
            "query-cte-max2.txt",
            "boto3.isoformat.json",
            "boto3.default-str.frac.json",
        ],
    ),
    (
        1,
        &[
            "ioenc-cp1252.json",
            "ioenc-cp932.json",
            "langPOSIX-nocoerce.json",
            "eventbridge.one.json",
            "other.filter-log-events.json",
            "other.get-log-events.json",
            "other.logs-query-results.json",
        ],
    ),
    // The lookup found nothing, nothing was written, or no whole event remains.
    (
        0,
        &[
            "badattr.json",
            "empty-query.json",
            "empty.json",
            "empty.txt",
            "expired-p2.json",
            "v1.drop-p2.json",
            "throttle-p1.json",
            "throttle-p2.json",
            "sigint.json",
            "stderr-throttle.default-retries.json",
            "stderr-throttle.json",
            "head5.json",
            "RC.tsv",
        ],
    ),
    // Selected values: the meaning of the columns is unknown.
    (
        0,
        &[
            "query-obj.json",
            "query-pairs-max2.txt",
            "query-pairs.json",
            "query-pairs.txt",
        ],
    ),
    // Refused, because a result from a part of each event would be wrong.
    (
        0,
        &[
            "boto3.repr.txt",
            "color.table.txt",
            "empty.table.txt",
            "query-obj.table.txt",
            "table.txt",
            // Pairs, as YAML.
            "stream-query.yaml",
        ],
    ),
    // Other formats than JSON.
    (120, &["text.txt"]),
    (60, &["stream.yaml"]),
    (
        50,
        &[
            "drop-p2.txt",
            "no-paginate.txt",
            "sigint.text",
            "sigint.yaml-stream",
            "stderr-throttle.txt",
            "stream-throttle.yaml",
            "throttle-p2.txt",
        ],
    ),
    (
        14,
        &[
            "default.yaml",
            "jq-C-color.json",
            "ps51-redirect.utf16le.json",
            "query-cte.yaml",
        ],
    ),
    (5, &["max-items5.txt", "stream-max5.yaml"]),
    (2, &["head2.txt", "other.lake.json"]),
    (1, &["other.filter-log-events.txt"]),
    (0, &["empty.yaml"]),
];

fn sample_events(path: &str) -> Option<u64> {
    let file = path.rsplit('/').next().unwrap_or(path);
    if file.ends_with(".stderr") {
        return Some(0);
    }
    // boto3.SHAPE.TIME.ZONE.json
    let mut plain = file.replace(".Asia-Tokyo.", ".").replace(".UTC.", ".");
    if plain.starts_with("boto3.") && plain != "boto3.default-str.frac.json" {
        plain = plain.replace(".e9.", ".").replace(".frac.", ".");
    }
    let find = |name: &str| {
        let row = SAMPLES.iter().find(|(_, names)| names.contains(&name));
        row.map(|(events, _)| *events)
    };
    let clients = ["v1py27.", "v1.", "v2."];
    find(&plain).or_else(|| {
        let name = clients
            .iter()
            .find_map(|client| plain.strip_prefix(client))?;
        find(name)
    })
}

#[test]
#[ignore = "needs ../shared/samples"]
fn the_samples_contain_the_events_that_the_clients_wrote() {
    let mut wrong = Vec::new();
    for (path, file) in read_all(&shared("samples")) {
        let found = file.byte_counts.events;
        match sample_events(&path) {
            None => wrong.push(format!(
                "{path}: {found} events, and no row of the table expects it"
            )),
            Some(events) if events != found => {
                wrong.push(format!("{path}: {found} events, not {events}"));
            }
            Some(_) => {}
        }
        // Damage is reported, because every cut leaves a trace in these samples.
        let is_reported =
            file.byte_counts.damaged == 0 || file.findings.iter().any(|f| f.is_loss());
        if !is_reported {
            wrong.push(format!("{path}: a loss is not reported"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One run of a client, saved in several shapes, has the same fields in each of them.
#[test]
#[ignore = "needs ../shared/samples"]
fn the_samples_of_one_run_have_the_same_fields_in_every_shape() {
    let samples = shared("samples");
    for (json, others) in [
        (
            "v1.default.e9.json",
            &["v1.text.txt", "v1py27.text.txt"][..],
        ),
        ("v2.default.e9.json", &["v2.text.txt"]),
        (
            "v2.json.n14.json",
            &["v2.default.yaml", "pipes/v2.jq-C-color.json"],
        ),
        (
            "v1.json.n14.json",
            &[
                "pipes/v1.jq-C-color.json",
                "pipes/v1.ps51-redirect.utf16le.json",
            ],
        ),
        (
            "v2.max-items5.json",
            &["v2.max-items5.txt", "v2.stream-max5.yaml"],
        ),
        (
            "v2.no-paginate.json",
            &["v2.no-paginate.txt", "v2.stream-throttle.yaml"],
        ),
        ("v2.max-items60.json", &["v2.stream.yaml"]),
    ] {
        let expected = texts(&samples.join(json));
        for other in others {
            let found = texts(&samples.join(other));
            assert_eq!(found.len(), expected.len(), "{other}");
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{other} and {json}");
            }
        }
    }
}

/// Every field of every event of a file, as text.
fn texts(path: &Path) -> Vec<Vec<String>> {
    struct Texts(Vec<Field>);
    impl Question for Texts {
        type Batch = Vec<Vec<String>>;
        fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
            let values = self.0.iter().map(|field| field.value(event, context));
            batch.push(values.map(|value| value.cell_text().into_owned()).collect());
        }
    }
    #[derive(Default)]
    struct All(Vec<Vec<String>>);
    impl Answer<Vec<Vec<String>>> for All {
        fn add(&mut self, batch: Vec<Vec<String>>, _: &[bool]) -> io::Result<ControlFlow<()>> {
            self.0.extend(batch);
            Ok(ControlFlow::Continue(()))
        }
    }
    let found = input::discover(&[path.into()]);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    // The offset of an event and the order of its members depend on the shape.
    let names = field::names().filter(|name| !["file", "offset", "Resources"].contains(name));
    let names = names.chain(["Resources[].ResourceName", "Resources[].ResourceType"]);
    let question = Texts(
        names
            .map(|name| Field::parse(name).expect("a name"))
            .collect(),
    );
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    let settings = Settings {
        keep_duplicates: true,
        ..Settings::new(&selection, &zone, &format)
    };
    let mut all = All::default();
    engine::ask(&items, &settings, &question, &mut all).expect("nothing is written");
    all.0
}
