//! Formats other than JSON that are cut off, damaged, incomplete or in a rarer form.
//!
//! Not for whole dumps of these shapes: see `fixtures::outside`.

use std::io;

use super::super::fixtures::Clients;
use super::{Fate, Ledger, Script, dump, events, find, saved, shapes, through};

const THROTTLED: &str = "\nAn error occurred (ThrottlingException) when calling the LookupEvents operation (reached max retries: 4): Rate exceeded\n";

pub fn make(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    output_text(ledger, clients)?;
    yaml(ledger, clients)?;
    rows(ledger)?;
    other_bytes(ledger)
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn output_text(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let text = |seed, arguments: &[&str]| {
        let arguments = [arguments, &["--output", "text"]].concat();
        saved(&clients.v1, Script::new(events(seed, 6)), "UTC", &arguments).map(text_of)
    };
    ledger.data(
        "text-max-items.txt",
        text(710, &["--max-items", "4"])?,
        4,
        Fate::Incomplete,
        "CLI 1, `--output text --max-items 4`: `NEXTTOKEN` in the last line",
    )?;
    let page = saved(
        &clients.v1,
        Script::new(events(711, 6)).page(4),
        "UTC",
        &["--output", "text", "--no-paginate"],
    )?;
    ledger.data(
        "text-no-paginate.txt",
        page,
        4,
        Fate::Incomplete,
        "CLI 1, `--output text --no-paginate`: the token alone in the first line",
    )?;
    ledger.data(
        "text-query-events.txt",
        text(712, &["--query", "Events[]"])?,
        6,
        Fate::Whole,
        "CLI 1, `--query 'Events[]' --output text`: no word before the columns",
    )?;
    ledger.data(
        "text-throttled.txt",
        text(713, &[])? + THROTTLED,
        6,
        Fate::SkippedText,
        "CLI 1, `--output text 2>&1`: a page, then the error",
    )?;
    let whole = text(714, &[])?;
    let fifth = find(&whole, "EVENTS\t", 4)?;
    ledger.data(
        "text-cut.txt",
        &whole[..fifth + 300],
        4,
        Fate::Damaged,
        "`--output text`, cut inside the record of the fifth event",
    )?;
    let hole = whole.replacen(&whole[fifth - 40..fifth + 300], "", 1);
    ledger.data(
        "text-hole.txt",
        hole,
        4,
        Fate::Damaged,
        "`--output text`, 340 bytes missing between the fourth and the fifth event",
    )?;
    ledger.data(
        "text-powershell.txt",
        shapes::utf_16(&whole),
        6,
        Fate::Whole,
        "`--output text`, saved with PowerShell 5.1 `>`: UTF-16LE, byte order mark, CRLF",
    )?;
    let prompt = format!("$ aws cloudtrail lookup-events --output text\n{whole}$ \n");
    ledger.data(
        "text-prompt.txt",
        prompt,
        6,
        Fate::SkippedText,
        "`--output text` between two shell prompts",
    )
}

fn yaml(ledger: &mut Ledger, clients: &Clients) -> io::Result<()> {
    let yaml = |seed, arguments: &[&str]| {
        saved(&clients.v2, Script::new(events(seed, 6)), "UTC", arguments).map(text_of)
    };
    let whole = yaml(720, &["--output", "yaml"])?;
    let fifth = find(&whole, "CloudTrailEvent: ", 4)?;
    ledger.data(
        "yaml-cut.yaml",
        &whole[..fifth + 300],
        4,
        Fate::Damaged,
        "`--output yaml`, cut inside the record of the fifth event",
    )?;
    let lost = find(&whole, "EventSource: ", 2)?;
    ledger.data(
        "yaml-cut-between-lines.yaml",
        &whole[..lost - 2],
        2,
        Fate::Damaged,
        "`--output yaml`, cut between two members of the third event",
    )?;
    ledger.data(
        "yaml-max-items.yaml",
        yaml(721, &["--output", "yaml", "--max-items", "4"])?,
        4,
        Fate::Incomplete,
        "`--output yaml --max-items 4`: with a `NextToken`",
    )?;
    let records = ["--query", "Events[].CloudTrailEvent", "--output", "yaml"];
    ledger.data(
        "yaml-records.yaml",
        yaml(722, &records)?,
        6,
        Fate::Whole,
        "`--query 'Events[].CloudTrailEvent' --output yaml`: a list of strings",
    )?;
    ledger.data(
        "yaml-event.yaml",
        yaml(723, &["--query", "Events[0]", "--output", "yaml"])?,
        1,
        Fate::Whole,
        "`--query 'Events[0]' --output yaml`: one event, no list",
    )?;
    ledger.data(
        "yaml-empty.yaml",
        "Events: []\n",
        0,
        Fate::NoEvents,
        "`--output yaml` of a lookup that found nothing",
    )?;
    let stream = Script::new(events(724, 6)).page(3);
    let stream = text_of(saved(
        &clients.v2,
        stream,
        "UTC",
        &["--output", "yaml-stream"],
    )?);
    let first = through(&stream, "NextToken: ", 0)?.len();
    let end = first + through(&stream[first..], "\n", 0)?.len();
    ledger.data(
        "yaml-stream-throttled.yaml",
        format!("{}{THROTTLED}", &stream[..end]),
        3,
        Fate::Incomplete,
        "`--output yaml-stream 2>&1`: a page with its token, then the error",
    )
}

fn rows(ledger: &mut Ledger) -> io::Result<()> {
    let csv = shapes::console_csv(&events(730, 5));
    let excel = csv.replace("\n", "\r\n").replace("true", "TRUE");
    let excel = excel
        .replace("false", "FALSE")
        .replace("123456789012,", "1.23457E+11,");
    ledger.data(
        "csv-spreadsheet.csv",
        format!("\u{feff}{excel}"),
        5,
        Fate::Whole,
        "the console's CSV, saved again by a spreadsheet: `1.23457E+11`, `FALSE`",
    )?;
    let fourth = find(&csv, "\n", 3)?;
    ledger.data(
        "csv-cut.csv",
        &csv[..fourth + 60],
        3,
        Fate::Damaged,
        "the console's CSV, cut inside the fourth row",
    )?;
    let header = through(&csv, "\n", 0)?;
    ledger.data(
        "csv-empty.csv",
        header,
        0,
        Fate::NoEvents,
        "the console's CSV of nothing: the heading alone",
    )?;
    let with_record = |event: &super::Event| {
        vec![
            ("eventName", "something else".to_owned()),
            ("eventJson", event.record_text()),
        ]
    };
    let lake = shapes::lake(events(731, 4).iter().map(with_record).collect());
    ledger.data(
        "lake-records.json",
        &lake,
        4,
        Fate::Whole,
        "CloudTrail Lake, whole records in `eventJson`",
    )?;
    let token = lake.replacen("\n    ]\n}", "\n    ],\n    \"NextToken\": \"AAAA\"\n}", 1);
    ledger.data(
        "lake-next-token.json",
        token.replace("something else", "anything else"),
        4,
        Fate::Incomplete,
        "CloudTrail Lake, a page with its `NextToken`",
    )?;
    let third = find(&lake, "eventJson", 2)?;
    ledger.data(
        "lake-cut.json",
        &lake[..third + 200],
        2,
        Fate::Damaged,
        "CloudTrail Lake, cut inside the third row",
    )
}

fn other_bytes(ledger: &mut Ledger) -> io::Result<()> {
    let utf_16 = shapes::utf_16(&dump(709, 2));
    let big: Vec<u8> = utf_16[2..]
        .chunks_exact(2)
        .flat_map(|unit| [unit[1], unit[0]])
        .collect();
    ledger.data(
        "utf-16-be.json",
        big,
        2,
        Fate::Whole,
        "UTF-16BE without a byte order mark",
    )?;
    ledger.data(
        "utf-16-cut.json",
        &utf_16[..utf_16.len() - 1001],
        1,
        Fate::Damaged,
        "UTF-16LE, cut inside a character of the second event",
    )?;
    let tail = events(740, 3);
    for format in ["short", "json"] {
        ledger.data(
            &format!("logs-tail-{format}.txt"),
            shapes::logs_tail(&tail, format),
            3,
            Fate::Whole,
            &format!("`aws logs tail --format {format}`"),
        )?;
    }
    let detailed = shapes::logs_tail(&tail, "detailed");
    let coloured: String = detailed
        .lines()
        .map(|line| {
            let (stamp, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (stream, record) = rest.split_once(' ').unwrap_or((rest, ""));
            format!("\u{1b}[32m{stamp}\u{1b}[0m \u{1b}[36m{stream}\u{1b}[0m {record}\n")
        })
        .collect();
    ledger.data(
        "logs-tail-colours.txt",
        coloured,
        3,
        Fate::Whole,
        "`aws logs tail`, copied with its colours",
    )?;
    ledger.data(
        "logs-tail-cut.txt",
        &detailed[..detailed.len() - 100],
        2,
        Fate::Damaged,
        "`aws logs tail`, cut inside the last record",
    )
}
