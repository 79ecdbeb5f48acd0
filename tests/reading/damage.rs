//! Damage in the middle: bytes changed, removed, inserted, doubled; blocks lost, zeroed, blanked; documents
//! spliced. Every event that is wholly outside the damage is kept, and losses are reported.

use super::files::differ;
use super::{How, Reading, read, scan};
use crate::support::json::{Style, quote};
use crate::support::records::{MODEL_ORDER, Rng, events};
use crate::support::shapes;
use trailsift::dump::{Finding, FindingKind};

/// A dump and the ranges of its events.
struct Dump {
    name: &'static str,
    bytes: Vec<u8>,
    events: Vec<(usize, usize)>,
}

fn dumps() -> Vec<Dump> {
    let lines = |texts: Vec<String>| texts.join("\n") + "\n";
    let compact: Vec<String> = events(41, 6)
        .iter()
        .map(|event| {
            event
                .lookup(&MODEL_ORDER, shapes::seconds(event))
                .write(Style::COMPACT)
        })
        .collect();
    let strings = shapes::texts(&events(42, 6)).into_iter().map(|text| {
        let mut out = String::new();
        quote(&text, false, &mut out);
        out
    });
    let mut rng = Rng::new(3);
    let bridged = events(43, 6);
    let bridged = bridged
        .iter()
        .map(|event| shapes::eventbridge(event, &mut rng).write(Style::COMPACT));
    [
        ("lookup", shapes::cli(&events(40, 6), shapes::seconds)),
        (
            "lookup, v2",
            shapes::cli(&events(44, 6), shapes::iso_offset),
        ),
        ("event lines", lines(compact)),
        ("strings", lines(strings.collect())),
        ("eventbridge", lines(bridged.collect())),
        ("trail", shapes::trail(&events(45, 6))),
        ("python 2", shapes::python_2(&events(46, 6))),
        ("logs", shapes::filter_log_events(&events(47, 6))),
    ]
    .map(|(name, text)| {
        let bytes = text.into_bytes();
        let range = |(at, source): &(u64, Vec<u8>)| (*at as usize, *at as usize + source.len());
        let events = scan(&bytes).events.iter().map(range).collect();
        Dump {
            name,
            bytes,
            events,
        }
    })
    .into()
}

/// `from..to` of a dump replaced by other bytes.
struct Damage {
    what: &'static str,
    from: usize,
    to: usize,
    by: Vec<u8>,
}

impl Damage {
    fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        [&bytes[..self.from], &self.by, &bytes[self.to..]].concat()
    }

    /// The events outside of the damage, with their new offsets.
    fn spared(&self, dump: &Dump) -> Vec<(usize, usize)> {
        let shift = |at: usize| at - self.to + self.from + self.by.len();
        dump.events
            .iter()
            .filter_map(|&(a, b)| match () {
                () if b <= self.from => Some((a, b)),
                () if a >= self.to => Some((shift(a), shift(b))),
                () => None,
            })
            .collect()
    }
}

/// Damage to one byte.
fn small(bytes: &[u8], rng: &mut Rng) -> Damage {
    const BYTES: &[u8] = b"\"\\{}[],:x0 \n\0\xff'-tn";
    let at = rng.below(bytes.len());
    let byte = BYTES[rng.below(BYTES.len())];
    let (what, to, by) = match rng.below(4) {
        0 => ("changed", at + 1, vec![byte]),
        1 => ("taken out", at + 1, vec![]),
        2 => ("put in", at, vec![byte]),
        _ => ("doubled", at, vec![bytes[at]]),
    };
    Damage {
        what,
        from: at,
        to,
        by,
    }
}

/// Damage to a block.
fn large(bytes: &[u8], rng: &mut Rng) -> Damage {
    let from = rng.below(bytes.len());
    let most = [60, 3000][rng.below(2)];
    let length = 1 + rng.below(most);
    let to = bytes.len().min(from + length);
    let (what, by) = match rng.below(4) {
        0 => ("lost", vec![]),
        1 => ("zeroed", vec![0; to - from]),
        2 => ("newlines", vec![b'\n'; to - from]),
        _ => ("from elsewhere", {
            let other = rng.below(bytes.len() - (to - from) + 1);
            bytes[other..other + to - from].to_vec()
        }),
    };
    Damage { what, from, to, by }
}

/// The error in the result for a damaged dump, if there is one.
fn check(dump: &Dump, damage: &Damage, bytes: &[u8], reading: &Reading) -> Option<String> {
    let found: Vec<(usize, usize)> = reading
        .events
        .iter()
        .map(|(at, source)| (*at as usize, *at as usize + source.len()))
        .collect();
    let spared = damage.spared(dump);
    // A hole that happens to leave valid JSON makes one event of two, with all between them inside.
    let lost = spared.iter().find(|&&(a, b)| {
        !found.contains(&(a, b)) && !found.iter().any(|&(from, to)| from < a && b <= to)
    });
    if let Some(lost) = lost {
        return Some(format!("lost {lost:?}"));
    }
    // An event that is completely blank leaves no trace.
    // Damage that leaves valid JSON, such as a hole from one nested text into another, cannot be recognised.
    let is_erased = damage.by.iter().all(u8::is_ascii_whitespace)
        && !dump.events.iter().any(|&(a, b)| {
            let covered = damage.from <= a && b <= damage.to;
            a < damage.to && damage.from < b && !covered
        });
    if found.len() < dump.events.len() && !is_reported(reading) && !is_json(bytes) && !is_erased {
        return Some("silent".to_owned());
    }
    None
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::Deserializer::from_str(&String::from_utf8_lossy(bytes))
        .into_iter::<&serde_json::value::RawValue>()
        .all(|value| value.is_ok())
}

/// True if the result reports a problem.
fn is_reported(reading: &Reading) -> bool {
    let odd = |finding: &Finding| {
        matches!(
            finding.kind,
            FindingKind::NotEvents { .. } | FindingKind::NotUtf8 { .. }
        )
    };
    reading.reports_loss() || reading.findings.iter().any(odd)
}

fn try_all(rounds: u64, seed: u64, make: fn(&[u8], &mut Rng) -> Damage) {
    let mut wrong = Vec::new();
    let mut rng = Rng::new(seed);
    for dump in dumps() {
        for round in 0..rounds {
            let damage = make(&dump.bytes, &mut rng);
            let bytes = damage.apply(&dump.bytes);
            let reading = scan(&bytes);
            let mut why = check(&dump, &damage, &bytes, &reading);
            if why.is_none() && round % 16 == 0 {
                why = in_pieces(&bytes, &mut rng);
            }
            if let Some(why) = why {
                let around = &dump.bytes[damage.from.saturating_sub(40)..damage.from];
                let after = &dump.bytes[damage.to..dump.bytes.len().min(damage.to + 40)];
                wrong.push(format!(
                    "{} {} {}..{} {:?}: {why}\n  {:?}..{:?}\n  {:?} {:?}\n  {:?}",
                    dump.name,
                    damage.what,
                    damage.from,
                    damage.to,
                    String::from_utf8_lossy(&damage.by[..damage.by.len().min(40)]),
                    String::from_utf8_lossy(around),
                    String::from_utf8_lossy(after),
                    reading.events.iter().map(|e| e.0).collect::<Vec<_>>(),
                    dump.events,
                    reading.findings,
                ));
            }
        }
    }
    let count = wrong.len();
    wrong.truncate(12);
    assert!(wrong.is_empty(), "{count}:\n{}", wrong.join("\n"));
}

/// Whether chunk sizes and threads change the result.
fn in_pieces(bytes: &[u8], rng: &mut Rng) -> Option<String> {
    let how = |threads, chunk_size| How {
        threads,
        chunk_size,
        ..How::default()
    };
    let whole = read(bytes, How::default());
    let chunk_size = [3, 17, 64, 100, 333, 1000, 4096][rng.below(7)];
    [how(1, chunk_size), how(3, 7 * chunk_size)]
        .into_iter()
        .find_map(|how| {
            let reading = read(bytes, how);
            (reading != whole).then(|| format!("{how:?}\n{}", differ(&whole, &reading)))
        })
}

#[test]
fn a_damaged_byte_costs_no_more_than_its_own_event() {
    try_all(300, 1, small);
}

#[test]
fn a_damaged_block_costs_no_more_than_the_events_it_touches() {
    try_all(300, 2, large);
}

#[test]
fn spliced_documents_lose_only_what_the_splice_touches() {
    let mut rng = Rng::new(3);
    let dumps = dumps();
    let mut wrong = Vec::new();
    for round in 0..400 {
        let a = &dumps[rng.below(dumps.len())];
        let b = &dumps[rng.below(dumps.len())];
        let cut = rng.below(a.bytes.len());
        let from = rng.below(b.bytes.len());
        let bytes = [&a.bytes[..cut], &b.bytes[from..]].concat();
        let reading = scan(&bytes);
        let found: Vec<usize> = reading.events.iter().map(|e| e.0 as usize).collect();
        let before = a.events.iter().filter(|e| e.1 <= cut).map(|e| e.0);
        let after = b.events.iter().filter(|e| e.0 >= from);
        let mut expected = before.chain(after.map(|e| e.0 - from + cut));
        let inside = |at: usize| {
            reading
                .events
                .iter()
                .any(|(from, text)| (*from as usize) < at && at < *from as usize + text.len())
        };
        if let Some(lost) = expected.find(|at| !found.contains(at) && !inside(*at)) {
            wrong.push(format!(
                "{}..{cut} + {}{from}..: lost {lost} {:?}",
                a.name, b.name, reading.findings
            ));
        }
        if round % 16 == 0 {
            wrong.extend(in_pieces(&bytes, &mut rng));
        }
    }
    wrong.truncate(10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
