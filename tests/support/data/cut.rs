//! Files that lost a part: at the end, at the front, in the middle.

use std::io;

use super::{Event, Fate, Ledger, dump, events, find, from, pipe, plain, shapes, through};

const NESTED: &str = "\"CloudTrailEvent\": \"{";

pub fn make(ledger: &mut Ledger) -> io::Result<()> {
    at_the_end(ledger)?;
    at_the_front(ledger)?;
    in_the_middle(ledger)?;
    other_shapes(ledger)
}

fn at_the_end(ledger: &mut Ledger) -> io::Result<()> {
    let mut cut = |name: &str, text: &[u8], whole: usize, about: &str| {
        ledger.data(name, text, whole, Fate::Damaged, about)
    };

    let text = dump(500, 4);
    let at = find(&text, NESTED, 3)? + 300;
    cut(
        "cut-in-string.json",
        &text.as_bytes()[..at],
        3,
        "cut inside the nested text of the fourth event",
    )?;

    let text = dump(501, 4);
    let end = through(&text, "\"EventTime\": 1", 2)?.len() + 4;
    cut(
        "cut-in-number.json",
        &text.as_bytes()[..end],
        2,
        "cut inside the time of the third event",
    )?;

    let text = dump(502, 4);
    let end = through(&text, "\"Username\": ", 2)?;
    let whole = end.matches(NESTED).count();
    cut(
        "cut-after-username.json",
        end.as_bytes(),
        whole,
        "cut where a name could not be encoded: ends in `\"Username\": `",
    )?;

    let text = dump(503, 4);
    let end = through(&text, "\n        },\n", 1)?;
    cut(
        "cut-between-events.json",
        end.as_bytes(),
        2,
        "cut after the comma that follows the second event: the list is not closed",
    )?;

    let text = dump(504, 4);
    let end = through(&text, "\n        }", 3)?;
    cut(
        "cut-before-the-end.json",
        end.as_bytes(),
        4,
        "cut after the last event: only `]}` is missing",
    )?;

    let text = dump(505, 4);
    let nested = find(&text, NESTED, 2)?;
    let end = nested + through(&text[nested..], ",\\", 9)?.len();
    cut(
        "cut-in-escape.json",
        &text.as_bytes()[..end],
        2,
        "cut between a backslash and what it escapes",
    )?;

    // Three plain events: each names its user in the envelope, the ARN and the record.
    let plain: Vec<Event> = (540..543).map(plain).collect();
    let text = shapes::cli(&plain, shapes::seconds).replace("alice", "日本 太郎");
    let end = find(&text, "太郎", 7)? + 1;
    cut(
        "cut-in-character.json",
        &text.as_bytes()[..end],
        2,
        "cut inside a character of three bytes in the nested text of the third event",
    )?;

    let text = dump(507, 1);
    let at = find(&text, NESTED, 0)? + 100;
    cut(
        "cut-in-first-event.json",
        &text.as_bytes()[..at],
        0,
        "cut inside the only event: no whole event remains",
    )?;

    let text = dump(508, 6);
    let five: String = text
        .lines()
        .take(5)
        .map(|line| format!("{line}\n"))
        .collect();
    cut(
        "head-5.json",
        five.as_bytes(),
        0,
        "`head -n 5`: no whole event",
    )
}

fn at_the_front(ledger: &mut Ledger) -> io::Result<()> {
    let mut cut = |name: &str, text: &str, whole: usize, about: &str| {
        ledger.data(name, text, whole, Fate::Damaged, about)
    };

    let text = dump(510, 4);
    let start = find(&text, NESTED, 0)? + 200;
    cut(
        "front-in-string.json",
        &text[start..],
        3,
        "begins inside the nested text of the first event",
    )?;

    let text = dump(511, 4);
    let start = from(&text, "            \"EventSource\"", 0)?;
    cut(
        "front-in-members.json",
        start,
        3,
        "begins between two members of the first event; its nested text is whole, but it is not an event",
    )?;

    let text = dump(512, 4);
    let start = find(&text, NESTED, 1)? + 200;
    let end = find(&text, NESTED, 3)? + 200;
    cut(
        "front-and-end.json",
        &text[start..end],
        1,
        "a window of a scrollback: begins and ends inside nested texts",
    )
}

fn in_the_middle(ledger: &mut Ledger) -> io::Result<()> {
    let mut cut = |name: &str, text: &str, whole: usize, about: &str| {
        ledger.data(name, text, whole, Fate::Damaged, about)
    };

    let text = dump(520, 5);
    let (start, end) = (
        find(&text, NESTED, 2)? + 250,
        find(&text, "            \"EventName\"", 3)?,
    );
    let hole = format!("{}{}", &text[..start], &text[end..]);
    cut(
        "hole.json",
        &hole,
        3,
        "a hole from the nested text of the third event to the second line of the fourth, whose own nested text is whole, but it is not an event",
    )?;

    let text = dump(521, 5);
    let (start, end) = (
        find(&text, "\"EventTime\": ", 1)? + 13,
        find(&text, "            \"EventSource\"", 1)?,
    );
    let broken = format!("{}None,\n{}", &text[..start], &text[end..]);
    cut(
        "bad-value.json",
        &broken,
        4,
        "the second event has `None` where its time should be; its nested text is whole, but it is not an event",
    )?;

    let text = dump(522, 5);
    let at = find(&text, NESTED, 2)? + 400;
    let at = (at..).find(|&at| text.is_char_boundary(at)).unwrap_or(at);
    let torn = format!("{}\n{}", &text[..at], &text[at..]);
    cut(
        "wrapped-line.json",
        &torn,
        4,
        "a newline in the nested text of the third event, as terminals wrap",
    )
}

fn other_shapes(ledger: &mut Ledger) -> io::Result<()> {
    let mut cut = |name: &str, text: &[u8], whole: usize, about: &str| {
        ledger.data(name, text, whole, Fate::Damaged, about)
    };

    let text = shapes::trail(&events(530, 4));
    let end = text.len() - shapes::texts(&events(530, 4)).last().map_or(0, String::len) / 2;
    let end = (0..=end)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    cut(
        "cut-records.json",
        &text.as_bytes()[..end],
        3,
        "a trail's file cut inside its fourth record",
    )?;

    let lines = shapes::texts(&events(531, 3));
    let (last, rest) = lines
        .split_last()
        .map_or(("", &[][..]), |(last, rest)| (last.as_str(), rest));
    let text = rest
        .iter()
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    cut(
        "cut-records.jsonl",
        format!("{text}{}", through(last, "\"eventTime\"", 0)?).as_bytes(),
        2,
        "one record per line, the third is cut off",
    )?;

    let lines = shapes::texts(&events(532, 3));
    let half = through(&lines[1], "\"eventSource\"", 0)?;
    let text = format!("{}\n{half}\n{}\n", lines[0], lines[2]);
    cut(
        "bad-line.jsonl",
        text.as_bytes(),
        2,
        "one record per line, the second is cut off",
    )?;

    let text = shapes::texts(&events(533, 3)).join("\t");
    let end = text.len() - 40;
    cut(
        "cut-query-records.txt",
        &text.as_bytes()[..end],
        2,
        "records between tabs, the third cut",
    )?;

    let text = shapes::trail(&events(534, 4));
    let half = find(&text, "\"eventVersion\"", 2)? + 30;
    let first = pipe("gzip", &["-9", "-n", "-c"], &text.as_bytes()[..half])?;
    let second = pipe("gzip", &["-9", "-n", "-c"], &text.as_bytes()[half..])?;
    let bytes = [&first[..], &second[..9]].concat();
    let whole = 2;
    cut(
        "cut-second-member.json.gz",
        &bytes,
        whole,
        "two gzip members, the second cut inside its header",
    )
}
