//! Makes `fixtures/`: whole dumps, saved by the real clients from the endpoint
//! wherever a real client saves that shape.
//!
//! Not for damaged or foreign files: see [`super::data`].

mod outside;

use std::io;

use super::clients::{Aws, boto3, pipe};
use super::endpoint::{Endpoint, Script, Trouble, WireTime};
use super::json::Style;
use super::ledger::Ledger;
use super::records::{Event, Rng, events, insights};
use super::shapes;

/// Writes every fixture. The same clients write the same bytes each time.
///
/// # Errors
/// Where a program is missing or does not do what it should.
pub fn make(ledger: &mut Ledger) -> io::Result<()> {
    let clients = Clients::find()?;
    lookups(ledger, &clients)?;
    queries(ledger, &clients)?;
    through_jq(ledger, &clients)?;
    sdks(ledger)?;
    trails(ledger)?;
    wrapped(ledger)?;
    outside::make(ledger, &clients)
}

/// Both major versions of the AWS CLI.
pub struct Clients {
    pub v1: Aws,
    pub v2: Aws,
}

impl Clients {
    /// # Errors
    /// Where one is missing.
    pub fn find() -> io::Result<Clients> {
        let find = |major| {
            let missing = || {
                io::Error::new(
                    io::ErrorKind::NotFound,
                    format!("no aws {major}.x on the search path"),
                )
            };
            Aws::find(major).ok_or_else(missing)
        };
        Ok(Clients {
            v1: find(1)?,
            v2: find(2)?,
        })
    }
}

/// What a client writes for a script.
///
/// # Errors
/// Where it fails or says anything.
pub fn saved(client: &Aws, script: Script, zone: &str, arguments: &[&str]) -> io::Result<Vec<u8>> {
    let endpoint = Endpoint::start(script)?;
    client.look_up(endpoint.url(), zone, arguments)?.clean()
}

fn exponent(seed: u64, count: usize) -> Script {
    Script::new(events(seed, count)).time(WireTime::Exponent)
}

fn lookups(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let script = exponent(1, 120).trouble(2, Trouble::ThrottledOnce);
    let v1 = saved(&clients.v1, script, "Europe/Berlin", &[])?;
    same(&v1, &shapes::cli(&events(1, 120), shapes::seconds))?;
    ledger.fixture(
        "cli-v1.json",
        v1,
        120,
        "CLI 1, three pages, the second throttled once; `EventTime` is `1718000000.0`",
    )?;

    let v2 = saved(&clients.v2, exponent(2, 120), "UTC", &[])?;
    same(&v2, &shapes::cli(&events(2, 120), shapes::iso_offset))?;
    ledger.fixture(
        "cli-v2.json",
        v2,
        120,
        "CLI 2, three pages; `EventTime` is ISO 8601 with `+00:00`",
    )?;

    let script = Script::new(events(3, 60)).time(WireTime::Millis);
    let tokyo = saved(&clients.v2, script, "Asia/Tokyo", &[])?;
    ledger.fixture(
        "cli-v2-tokyo.json",
        tokyo,
        60,
        "CLI 2 on a machine in Tokyo; times with fractions and `+09:00`",
    )?;

    let script = Script::new(events(4, 40)).time(WireTime::Integer);
    let integer = saved(&clients.v1, script, "UTC", &[])?;
    ledger.fixture(
        "cli-v1-integer.json",
        integer,
        40,
        "CLI 1; `EventTime` is `1718000000`",
    )?;

    let script = Script::new(events(5, 20)).time(WireTime::Millis);
    let fraction = saved(&clients.v1, script, "UTC", &["--page-size", "7"])?;
    ledger.fixture(
        "cli-v1-fraction.json",
        fraction,
        20,
        "CLI 1, seven events a page; `EventTime` is `1718000000.137`",
    )?;

    let script = Script::new(insights(6, 6));
    let insights = saved(&clients.v2, script, "UTC", &["--event-category", "insight"])?;
    ledger.fixture(
        "insights.json",
        insights,
        6,
        "CLI 2, `--event-category insight`: no caller, the call inside `insightDetails`",
    )?;

    let windows = saved(&clients.v1, exponent(7, 12), "UTC", &[])?;
    let windows = shapes::windows(&String::from_utf8_lossy(&windows));
    ledger.fixture(
        "crlf-bom.json",
        windows,
        12,
        "CLI 1, saved again by an editor: byte order mark, CRLF",
    )?;

    let python_2 = shapes::python_2(&events(8, 12));
    ledger.fixture(
        "py27.json",
        python_2,
        12,
        "as CLI 1.16 on Python 2.7 wrote: other order, blanks after commas",
    )
}

fn queries(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let query = |client, seed, count, arguments: &[&str]| {
        saved(client, exponent(seed, count), "UTC", arguments)
    };
    let bytes = query(&clients.v2, 20, 55, &["--query", "Events[]"])?;
    ledger.fixture(
        "query-events.json",
        bytes,
        55,
        "CLI 2, `--query 'Events[]'`: a bare array of events",
    )?;

    let records = ["--query", "Events[].CloudTrailEvent"];
    let bytes = query(&clients.v1, 21, 30, &records)?;
    ledger.fixture(
        "query-records.json",
        bytes,
        30,
        "CLI 1, `--query 'Events[].CloudTrailEvent'`: an array of strings",
    )?;

    let bytes = query(
        &clients.v1,
        22,
        60,
        &[&records[..], &["--output", "text"]].concat(),
    )?;
    ledger.fixture(
        "query-records.txt",
        bytes,
        60,
        "CLI 1, `--query 'Events[].CloudTrailEvent' --output text`: one line per page, records between tabs",
    )?;

    let rows = ["--query", "Events[].[CloudTrailEvent]", "--output", "text"];
    let bytes = query(&clients.v2, 23, 12, &rows)?;
    ledger.fixture(
        "query-record-rows.txt",
        bytes,
        12,
        "CLI 2, `--query 'Events[].[CloudTrailEvent]' --output text`: one record per line",
    )
}

fn through_jq(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let jq = |client: &Aws, seed: u64, count: usize, steps: &[&[&str]]| -> io::Result<Vec<u8>> {
        let mut bytes = saved(client, exponent(seed, count), "UTC", &[])?;
        for step in steps {
            bytes = pipe("jq", step, &bytes)?;
        }
        Ok(bytes)
    };
    let bytes = jq(&clients.v1, 30, 30, &[&["-c", ".Events[]"]])?;
    ledger.fixture(
        "jq-events.jsonl",
        bytes,
        30,
        "CLI 1 | `jq -c '.Events[]'`: jq changes `1718000000.0` to `1718000000`",
    )?;

    let bytes = jq(&clients.v2, 31, 12, &[&[".Events[]"]])?;
    ledger.fixture(
        "jq-events.json",
        bytes,
        12,
        "CLI 2 | `jq '.Events[]'`: events one after the other",
    )?;

    let bytes = jq(
        &clients.v1,
        32,
        15,
        &[&["-r", ".Events[].CloudTrailEvent"], &["."]],
    )?;
    ledger.fixture(
        "jq-records.json",
        bytes,
        15,
        "CLI 1 | `jq -r '.Events[].CloudTrailEvent' | jq .`: numbers rounded by jq",
    )?;

    let bytes = jq(&clients.v2, 33, 12, &[&[".Events[].CloudTrailEvent"]])?;
    ledger.fixture(
        "jq-record-strings.json",
        bytes,
        12,
        "CLI 2 | `jq '.Events[].CloudTrailEvent'`: strings one after the other",
    )?;

    let bytes = jq(
        &clients.v2,
        34,
        15,
        &[&[".Events[]|.CloudTrailEvent|=fromjson"]],
    )?;
    ledger.fixture(
        "jq-inlined.json",
        bytes,
        15,
        "CLI 2 | `jq '.Events[]|.CloudTrailEvent|=fromjson'`: the record is an object",
    )?;

    let bytes = jq(&clients.v1, 35, 12, &[&["-S", "-a", "--tab", "."]])?;
    ledger.fixture(
        "jq-sorted.json",
        bytes,
        12,
        "CLI 1 | `jq -S -a --tab .`: alphabetical, ASCII, tabs",
    )
}

/// Prints the answer of one request, as documented for boto3: times by `str`.
pub const ONE_PAGE: &str = "import boto3, json, sys
client = boto3.client('cloudtrail', endpoint_url=sys.argv[1])
print(json.dumps(client.lookup_events(), default=str))
";

const ALL_PAGES: &str = "import boto3, json, sys
client = boto3.client('cloudtrail', endpoint_url=sys.argv[1])
pages = client.get_paginator('lookup_events').paginate()
json.dump(list(pages), sys.stdout, default=str, indent=2)
";

fn sdks(ledger: &mut Ledger) -> io::Result<()> {
    let endpoint = Endpoint::start(exponent(40, 30))?;
    let bytes = boto3(ONE_PAGE, endpoint.url())?;
    ledger.fixture(
        "boto3-default-str.json",
        bytes,
        30,
        "boto3, one page, `json.dumps(…, default=str)`: one ASCII line, times with a blank",
    )?;

    let script = Script::new(events(41, 25)).page(10).time(WireTime::Millis);
    let endpoint = Endpoint::start(script)?;
    let bytes = boto3(ALL_PAGES, endpoint.url())?;
    ledger.fixture(
        "boto3-pages.json",
        bytes,
        25,
        "boto3, a list of three pages; no `NextToken` on the last",
    )?;

    let bytes = shapes::javascript(&events(42, 15));
    ledger.fixture(
        "javascript.json",
        bytes,
        15,
        "as the SDK for JavaScript returns it: `$metadata`, alphabetical, `.000Z`",
    )
}

fn gzip(text: &str) -> io::Result<Vec<u8>> {
    pipe("gzip", &["-9", "-n", "-c"], text.as_bytes())
}

fn zstd(text: &str) -> io::Result<Vec<u8>> {
    pipe("zstd", &["-19", "-q", "-c"], text.as_bytes())
}

fn trails(ledger: &mut Ledger) -> io::Result<()> {
    let trail = |seed, count| shapes::trail(&events(seed, count));
    ledger.fixture(
        "trail.json.gz",
        gzip(&trail(50, 40))?,
        40,
        "a trail's file from S3: `Records`, gzip",
    )?;

    let (first, second) = halves(&trail(51, 20));
    let bytes = [gzip(&first)?, gzip(&second)?].concat();
    ledger.fixture(
        "trail-two-members.json.gz",
        bytes,
        20,
        "a trail's file in two gzip members, split inside an event",
    )?;

    ledger.fixture(
        "trail.json.zst",
        zstd(&trail(52, 20))?,
        20,
        "a trail's file, zstd",
    )?;

    let (first, second) = halves(&trail(53, 12));
    let bytes = [zstd(&first)?, zstd(&second)?].concat();
    ledger.fixture(
        "trail-two-frames.json.zst",
        bytes,
        12,
        "a trail's file in two zstd frames, split inside an event",
    )?;

    for (seed, region, stamp) in [
        (54, "eu-central-1", "T0000Z_4qH7zK2pTn9sLx0a"),
        (55, "us-east-1", "T0005Z_b1cD3eF5gH7iJ9kL"),
    ] {
        let folder = format!("AWSLogs/123456789012/CloudTrail/{region}/2024/06/10");
        let name = format!("{folder}/123456789012_CloudTrail_{region}_20240610{stamp}.json.gz");
        ledger.fixture(
            &name,
            gzip(&trail(seed, 6))?,
            6,
            "the folders of a trail in S3",
        )?;
    }
    Ok(())
}

/// A text in two, at a place between two characters.
fn halves(text: &str) -> (String, String) {
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle += 1;
    }
    let (first, second) = text.split_at(middle);
    (first.to_owned(), second.to_owned())
}

fn wrapped(ledger: &mut Ledger) -> io::Result<()> {
    let mut rng = Rng::new(60);
    let line = |event: &Event| shapes::eventbridge(event, &mut rng).write(Style::COMPACT) + "\n";
    let lines: String = events(60, 12).iter().map(line).collect();
    ledger.fixture(
        "eventbridge.jsonl",
        lines,
        12,
        "EventBridge events, the record in `detail`",
    )?;

    let bytes = shapes::filter_log_events(&events(61, 12));
    ledger.fixture(
        "filter-log-events.json",
        bytes,
        12,
        "`aws logs filter-log-events`, the record in `message`",
    )?;

    let bytes = shapes::logs_query_results(&events(62, 8));
    ledger.fixture(
        "logs-query-results.json",
        bytes,
        8,
        "`aws logs get-query-results`, the record in `@message`",
    )?;

    let batches = [
        shapes::subscription(&events(63, 6)),
        shapes::subscription(&events(64, 6)),
    ];
    ledger.fixture(
        "subscription.json.gz",
        gzip(&batches.concat())?,
        12,
        "two batches of a CloudWatch Logs subscription, nothing between them",
    )
}

/// The hand-made shape must be what the client writes, since the damaged files are cut from it.
fn same(client: &[u8], ours: &str) -> io::Result<()> {
    if client == ours.as_bytes() {
        return Ok(());
    }
    let at = client
        .iter()
        .zip(ours.as_bytes())
        .take_while(|(a, b)| a == b)
        .count();
    Err(io::Error::other(format!(
        "the client writes another text from byte {at} on"
    )))
}
