//! Sources that are cut off, incomplete, mixed or hostile: complete events are found, damage is reported, and no event is
//! invented.

use std::time::Instant;

use serde_json::Value;
use trailsift::dump::{Damage, FindingKind};

use super::{
    Reading, dump, event, loaded, quoted, read, read_as, recipe, record, stream, transcoded,
};

/// Random numbers from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }
}

fn damages(reading: &Reading) -> Vec<(usize, Option<Damage>)> {
    let damages = reading
        .findings
        .iter()
        .filter_map(|finding| match finding.kind {
            FindingKind::Damage { why, .. } => Some((finding.at as usize, why)),
            _ => None,
        });
    damages.collect()
}

#[test]
fn a_cut_at_any_byte_is_reported_and_keeps_the_events_before_it() {
    let yaml = recipe(b"Events: []");
    let records: String = (0..2)
        .map(|n| format!("- {}\n", quoted(&record(n, "alice"), 2)))
        .collect();
    for source in [dump(2), stream(&[1, 1]), records] {
        let whole = loaded(&source);
        let ends: Vec<usize> = (0..2)
            .map(|n| {
                let next = source
                    .match_indices("- AccessKeyId")
                    .chain(source.match_indices("- '"))
                    .nth(n + 1);
                let end = next.map_or(source.len(), |(at, _)| at);
                let token = source[..end].find("  NextToken").filter(|_| n == 0);
                token.unwrap_or(
                    source[..end]
                        .trim_end_matches("- Events:\n  ")
                        .trim_end_matches(' ')
                        .len(),
                )
            })
            .collect();
        for cut in 0..source.len() {
            let reading = read_as(&yaml, &source.as_bytes()[..cut]);
            let before = ends.iter().filter(|end| **end <= cut).count();
            let shown = String::from_utf8_lossy(&source.as_bytes()[cut.saturating_sub(60)..cut]);
            assert!(reading.events.len() >= before, "{cut}: {shown}");
            assert_eq!(
                reading.values()[..before],
                whole[..before],
                "{cut}: {shown}"
            );
            // An event may count as complete if only the end of its last line is missing.
            assert!(reading.events.len() <= before + 1, "{cut}: {shown}");
            if reading.events.len() > before {
                assert!(!reading.is_loss());
                let last = reading.values()[before].clone();
                let members = whole[before].as_object().unwrap();
                let same = members
                    .iter()
                    .filter(|(name, value)| last.get(*name) == Some(value));
                assert!(same.count() + 2 > members.len(), "{cut}: {shown}");
            } else {
                let from = ends[..before].last().copied().unwrap_or(0);
                let begun = &String::from_utf8_lossy(&source.as_bytes()[from..cut])[..];
                let page = ["Events:\n", "  NextToken: dG9r\n- Events:\n", "- Events:\n"];
                let is_open = begun.trim_end().ends_with("Events:");
                let begun = page
                    .iter()
                    .find_map(|page| begun.strip_prefix(page))
                    .unwrap_or(begun);
                let is_stream = source.starts_with("- Events");
                let is_begun = begun.starts_with(if is_stream { "  -" } else { "-" })
                    // A dash alone, or a quote, may be any text.
                    && (before > 0 || !source.starts_with("- '") || begun.len() > 3);
                assert_eq!(
                    reading.is_loss(),
                    is_begun || is_open,
                    "{cut}: {shown} {:?}",
                    reading.findings
                );
            }
        }
    }
}

#[test]
fn a_hole_damages_only_its_own_events() {
    let source = dump(6);
    let whole = loaded(&source);
    let starts: Vec<usize> = source
        .match_indices("- AccessKeyId")
        .map(|(at, _)| at)
        .collect();
    let yaml = recipe(source.as_bytes());
    let mut chance = Chance(7);
    for _ in 0..150 {
        let from = starts[1] + chance.below(starts[4] - starts[1]);
        let length = 1 + chance.below(900);
        let to = (from + length).min(starts[5] - 1);
        // The bytes are removed, or replaced by zeros or by another block.
        let fill: &[u8] = match chance.below(3) {
            0 => b"",
            1 => b"\0",
            _ => b"%\x80'",
        };
        let filled: Vec<u8> = fill
            .iter()
            .copied()
            .cycle()
            .take(if fill.is_empty() { 0 } else { to - from })
            .collect();
        let damaged = [
            &source.as_bytes()[..from],
            &filled,
            &source.as_bytes()[to..],
        ]
        .concat();
        let reading = read_as(&yaml, &damaged);
        let values = reading.values();
        let first = starts.iter().filter(|start| **start <= from).count() - 1;
        let after = starts.iter().filter(|start| **start < to).count();
        assert!(
            values.starts_with(&whole[..first]),
            "{from} {to} {:?}\n{}",
            reading.findings,
            String::from_utf8_lossy(&damaged[starts[first.saturating_sub(1)]..])
        );
        assert!(values.ends_with(&whole[after..]), "{from} {to}");
        // If the hole reaches from one value into another, the text is valid, as in JSON.
        if fill == b"\0" && values.len() < 6 {
            assert!(reading.is_loss(), "{from} {to}: {:?}", reading.findings);
        }
    }
}

#[test]
fn damage_is_reported_at_the_offset_of_its_event() {
    let source = dump(3);
    let starts: Vec<usize> = source
        .match_indices("- AccessKeyId")
        .map(|(at, _)| at)
        .collect();
    for (from, to) in [
        (
            "  EventId: id-1\n  EventName: ",
            "  EventId: id-1\n\tEventName: ",
        ),
        ("  EventId: id-1\n", "  EventId: 'id-1\n"),
        ("  EventId: id-1\n", "  EventId: *id-1\n"),
        ("  EventId: id-1\n", "  EventId: id-1\n  ? [a]\n  : b\n"),
        ("  EventId: id-1\n", "  EventId: \"\\q\"\n"),
        ("  EventId: id-1\n", "  EventId: a: b\n"),
        ("  EventId: id-1\n", "  EventId: a\0\n"),
        ("  EventId: id-1\n", "  EventId\n"),
        ("  EventId: id-1\n", "  EventId: [a\n"),
        ("  EventId: id-1\n", "$ echo\n  EventId: id-1\n"),
    ] {
        let damaged = source.replacen(from, to, 1);
        let reading = read(damaged.as_bytes());
        assert_eq!(reading.events.len(), 2, "{to}");
        let found = damages(&reading);
        assert_eq!(found.len(), 1, "{to}: {:?}", reading.findings);
        assert_eq!(found[0].0, starts[1], "{to}");
        assert!(matches!(found[0].1, Some(Damage::Invalid(_))), "{found:?}");
        assert!(
            reading.values()[0] == loaded(&source)[0] && reading.values()[1] == loaded(&source)[2]
        );
    }
    let cut = &source[..source.len() - 60];
    let reading = read(cut.as_bytes());
    assert_eq!(damages(&reading), [(starts[2], Some(Damage::Cut))]);
}

#[test]
fn a_dump_that_is_cut_off_and_another_after_it() {
    let first = dump(3);
    let starts: Vec<usize> = first
        .match_indices("- AccessKeyId")
        .map(|(at, _)| at)
        .collect();
    for cut in [
        starts[2] + 30,
        starts[2] + 200,
        first.find("  EventName").unwrap(),
        first.rfind("  EventName").unwrap(),
    ] {
        for second in [
            dump(2),
            stream(&[2]),
            format!("---\n{}", dump(2)),
            event(8, 0) + &event(9, 0),
        ] {
            let source = format!("{}{second}", &first[..cut]);
            let reading = read(source.as_bytes());
            let before = starts.iter().filter(|start| **start <= cut).count() - 1;
            let values = reading.values();
            // The line at the joint belongs to both dumps.
            let lost = usize::from(!first[..cut].ends_with('\n') && second.starts_with("- A"));
            assert!(values.len() >= before + 2 - lost, "{source}");
            assert!(values.ends_with(&loaded(&second)[lost..]), "{source}");
            // In the same list, the next item follows.
            assert!(reading.is_loss() || second.starts_with("- A"), "{source}");
        }
    }
}

#[test]
fn a_file_without_its_last_line_end_is_complete() {
    for source in [dump(1), dump(2), dump(3), stream(&[2, 1])] {
        let whole = read(source.as_bytes());
        let stripped = read(source.trim_end().as_bytes());
        assert_eq!(stripped.values(), whole.values());
        assert!(!stripped.is_loss(), "{:?}", stripped.findings);
        // A name that is cut off is not complete.
        let cut = read(&source.as_bytes()[..source.len() - 3]);
        assert_eq!(cut.events.len(), whole.events.len() - 1);
        assert!(cut.is_loss());
    }
}

#[test]
fn mutations_never_panic_and_every_byte_is_counted() {
    const BITS: [&[u8]; 24] = [
        b"\n",
        b"\r",
        b"\t",
        b"  ",
        b"- ",
        b"-",
        b"---\n",
        b"...\n",
        b"'",
        b"\"",
        b"\\",
        b": ",
        b":",
        b"#",
        b"&a ",
        b"*a ",
        b"!!x ",
        b"[",
        b"]",
        b"{",
        b"|\n",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
    ];
    let yaml = recipe(b"Events: []");
    let mut chance = Chance(11);
    let sources = [
        dump(2),
        stream(&[1, 0, 1]),
        event(0, 0).replace("\n  ", "\n").replacen("- ", "", 1),
    ];
    for round in 0..300 {
        let mut source = sources[round % sources.len()].clone().into_bytes();
        for _ in 0..=chance.below(6) {
            let at = chance.below(source.len());
            let to = (at + chance.below(40)).min(source.len());
            let from = chance.below(source.len());
            match chance.below(4) {
                0 => drop(source.splice(at..to, [])),
                1 => drop(source.splice(at..at, BITS[chance.below(BITS.len())].iter().copied())),
                2 => source[at] = BITS[chance.below(BITS.len())][0],
                _ => {
                    let copy = source[from..(from + chance.below(200)).min(source.len())].to_vec();
                    source.splice(at..at, copy);
                }
            }
        }
        let (whole, origins) = transcoded(&yaml, &source, usize::MAX);
        let places: Vec<u64> = (0..=whole.len() as u64)
            .map(|at| origins.source_of(at))
            .collect();
        assert!(
            places.is_sorted(),
            "{:?} {}",
            places.windows(2).find(|w| w[0] > w[1]),
            source.escape_ascii()
        );
        assert_eq!(places.last(), Some(&(source.len() as u64)));
        let (stepped, _) = transcoded(&yaml, &source, 40 + round % 90);
        assert_eq!(
            String::from_utf8_lossy(&stepped),
            String::from_utf8_lossy(&whole),
            "{}",
            source.escape_ascii()
        );
        read_as(&yaml, &source);
    }
}

#[test]
fn endless_brackets_dashes_and_anchors_terminate() {
    let yaml = recipe(b"Events: []");
    let nested = |unit: &str| unit.repeat((256 << 10) / unit.len());
    let laughs = (1..30)
        .map(|n| {
            format!(
                "  b{n}: &b{n} [{}]\n",
                vec![format!("*b{}", n - 1); 9].join(", ")
            )
        })
        .collect::<String>();
    for inside in [
        nested("["),
        nested("{"),
        nested("- "),
        nested("? "),
        nested("[{a: "),
        nested("a: "),
        nested("&a "),
        nested("!a "),
        nested("'"),
        nested("\""),
        nested("# "),
        nested("\n"),
        nested("\n  -"),
        nested("\n  a:"),
        nested("\r"),
        nested("\\"),
        nested("|"),
        nested("[],"),
        nested("\0"),
        format!("  b0: &b0 [x, x]\n{laughs}"),
        (0..2000).map(|n| format!("\n{:1$}a:", "", n + 4)).collect(),
    ] {
        for before in ["Events:\n- EventId: ", "", "- ", "EventId: a\nEventName: "] {
            let source = format!("{before}{inside}\nEvents:\n{}", event(0, 0));
            let begun = Instant::now();
            let reading = read_as(&yaml, source.as_bytes());
            let shown = &inside[..inside.len().min(8)];
            assert!(begun.elapsed().as_secs() < 20, "{before}{shown}");
            let last = reading.events.last().map(|(_, value)| value);
            assert_eq!(last, loaded(&dump(1)).first(), "{before}{shown}");
        }
    }
}

#[test]
fn a_long_list_is_read_as_it_arrives() {
    let source = dump(400);
    let yaml = recipe(source.as_bytes());
    let (text, _) = transcoded(&yaml, source.as_bytes(), 64 << 10);
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 1 + 1 + 400);
    let values = lines[1..401]
        .iter()
        .map(|line| serde_json::from_slice::<Value>(line).expect("JSON"));
    assert_eq!(values.count(), 400);
}
