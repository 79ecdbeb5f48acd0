//! Real CloudTrail data and the output of real clients, kept beside the project: every whole event of it
//! is found, and nothing makes the reader panic.
//!
//! Ignored by `cargo test`: the data is not the project's to ship. `.ci/run` runs this where it is there.
//! Not for: what the program prints.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use trailsift::dump::Content;
use trailsift::engine::{self, Answer, FileReport, Item, Question, Settings};
use trailsift::event::{Context, Event, Field, field};
use trailsift::input;
use trailsift::select::Selection;
use trailsift::time::{Format, Zone};

/// Asks every event for everything that has a name.
struct Everything(Vec<Field>);

impl Question for Everything {
    type Batch = Vec<usize>;

    fn take(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Vec<usize>) {
        let values = self.0.iter().map(|field| field.value(event, context));
        batch.push(values.map(|value| value.cell_text().len()).sum());
    }
}

/// How many events, and how much text.
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
    assert!(path.is_dir(), "{}: not there", path.display());
    path
}

/// What every file of a folder came to, by its path below the folder.
fn read_all(folder: &Path) -> BTreeMap<String, FileReport> {
    let found = input::discover(&[folder.into()]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    let fields = field::names().map(|name| Field::parse(name).expect("a name"));
    let question = Everything(fields.collect());
    let (selection, zone, format) = (Selection::default(), Zone::Utc, Format::default());
    let settings = Settings {
        keep_duplicates: true,
        threads: 2,
        ..Settings::new(&selection, &zone, &format)
    };
    let mut sum = Sum::default();
    let report = engine::ask(&items, &settings, &question, &mut sum).expect("nothing is written");
    assert_eq!(report.account().events, sum.events);
    assert!(sum.events == 0 || sum.text > 0);
    let files = report.files.into_iter().map(|file| {
        assert!(file.error.is_none(), "{}: {:?}", file.shown, file.error);
        assert!(file.account.is_balanced(), "{}", file.shown);
        let below = Path::new(&file.shown).strip_prefix(folder).expect("below");
        (below.to_str().expect("UTF-8").to_owned(), file)
    });
    files.collect()
}

/// What `MANIFEST.tsv` and the reader disagree on, and why that stays.
fn corpus_difference(shape: &str) -> Option<&'static str> {
    (shape == "console event_history CSV").then_some("the console's CSV is refused")
}

#[test]
#[ignore = "needs ../shared/corpus"]
fn the_corpus_holds_the_events_that_its_manifest_says() {
    let corpus = shared("corpus");
    let files = read_all(&corpus);
    let manifest = std::fs::read_to_string(corpus.join("MANIFEST.tsv")).expect("the manifest");
    let (mut same, mut wrong, mut left) = (0u64, Vec::new(), BTreeMap::new());
    for row in manifest.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (path, shape, events) = (cells[0], cells[4], cells[5]);
        let events: u64 = events.parse().expect("a number of events");
        let Some(file) = files.get(path) else {
            wrong.push(format!("{path}: not read"));
            continue;
        };
        if file.account.events == events {
            same += events;
        } else if let Some(why) = corpus_difference(shape) {
            *left.entry(why).or_insert(0) += events;
        } else {
            let found = file.account.events;
            wrong.push(format!("{path} ({shape}): {found} events, not {events}"));
        }
        // What only looks like CloudTrail is no dump that happens to be empty.
        let is_other = shape.starts_with("decoy") || shape.starts_with("object");
        if is_other && !matches!(file.content, Content::Foreign(_)) {
            wrong.push(format!("{path} ({shape}): taken for a dump"));
        }
    }
    println!("{same} events as the manifest has them");
    for (why, events) in left {
        println!("{events} events not read: {why}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(same > 30_000, "only {same} events");
}

/// Whole events of the samples, by name; without the client (`v1.`) where all clients agree. What was
/// saved is told by the name and by the commands in `RC.tsv`.
const SAMPLES: [(u64, &[&str]); 14] = [
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
    // A page of the endpoint holds 50. One client takes a dropped second page for the end.
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
            // Names that the code page can spell stop nobody.
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
            // The raw body, quoted in a line of the log, is no second copy.
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
    // Nothing was found, nothing was written, or nothing whole is left.
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
    // Chosen values: which column is what can't be known.
    (
        0,
        &[
            "query-obj.json",
            "query-pairs-max2.txt",
            "query-pairs.json",
            "query-pairs.txt",
        ],
    ),
    // Shapes that are refused: they hold events, and none is read.
    (
        0,
        &[
            "boto3.repr.txt",
            "color.table.txt",
            "default.yaml",
            "drop-p2.txt",
            "empty.table.txt",
            "empty.yaml",
            "head2.txt",
            "jq-C-color.json",
            "max-items5.txt",
            "no-paginate.txt",
            "other.filter-log-events.txt",
            "other.lake.json",
            "ps51-redirect.utf16le.json",
            "query-cte.yaml",
            "query-obj.table.txt",
            "sigint.text",
            "sigint.yaml-stream",
            "stderr-throttle.txt",
            "stream-max5.yaml",
            "stream-query.yaml",
            "stream-throttle.yaml",
            "stream.yaml",
            "table.txt",
            "text.txt",
            "throttle-p2.txt",
        ],
    ),
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
fn the_samples_hold_the_events_that_the_clients_wrote() {
    let mut wrong = Vec::new();
    for (path, file) in read_all(&shared("samples")) {
        let found = file.account.events;
        match sample_events(&path) {
            None => wrong.push(format!(
                "{path}: {found} events, and no row here says how many"
            )),
            Some(events) if events != found => {
                wrong.push(format!("{path}: {found} events, not {events}"));
            }
            Some(_) => {}
        }
        // Damage is told of: no sample was cut without a trace.
        let is_told = file.account.damaged == 0 || file.findings.iter().any(|f| f.is_loss());
        if !is_told {
            wrong.push(format!("{path}: bytes are lost in silence"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
