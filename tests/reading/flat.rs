//! Tables and rows of columns, cut and broken: the events that the scanner finds in the JSON made from them. Tests of the
//! module compare the JSON itself.

use std::ops::ControlFlow;

use trailsift::dump::{ByteCounts, Chunk, Finding, Ledger, Mode, ScanFacts, Scanner};
use trailsift::event::Event;
use trailsift::transcode::{HEAD, recognise};

/// Offsets of events in the source, with their names, and the lost ranges.
struct Found {
    events: Vec<(u64, String)>,
    byte_counts: ByteCounts,
    losses: Vec<u64>,
}

fn read(source: &[u8]) -> Found {
    let recipe =
        recognise(&source[..source.len().min(HEAD)]).expect("a shape that is made JSON of");
    let mut rest = std::io::Cursor::new(source.to_vec());
    let pull = move |buffer: &mut [u8]| std::io::Read::read(&mut rest, buffer).map_err(Into::into);
    let mut transcoder = recipe.open(Box::new(pull), 16 << 20);
    let block = transcoder.block(1 << 30, 1 << 30);
    assert!(block.end);
    let mut events = Vec::new();
    let mut visit = |event: &Event<'_>| {
        let name = event.call_name().map(|name| name.to_str().into_owned());
        let at = block.origins.source_of(event.offset);
        events.push((at, name.unwrap_or_default()));
        ControlFlow::Continue(())
    };
    let mut facts = ScanFacts::default();
    let length = block.bytes.len() as u64;
    let mut scanner = Scanner::default();
    let chunk = Chunk::whole(&block.bytes);
    let state = scanner.run(chunk, Mode::Json, length, &mut visit, &mut facts);
    assert_eq!(state.at, length);
    let mut ledger = Ledger::new();
    ledger.absorb(facts);
    let (byte_counts, _, findings) = ledger.finish(length, true);
    assert!(byte_counts.is_balanced());
    let losses = findings.iter().filter(|finding| Finding::is_loss(finding));
    let losses = losses
        .map(|finding| block.origins.source_of(finding.at))
        .collect();
    Found {
        events,
        byte_counts,
        losses,
    }
}

const HEADING: &str = "Event name,Event ID,User agent,Event time\r\n";
const ROWS: [&str; 3] = [
    "A,1,\"x, \"\"y\"\"\r\nz\",2024-06-21T23:34:35Z\r\n",
    "B,2,,2024-06-21T23:34:36Z\r\n",
    "C,3,\"[{\"\"k\"\":\"\"v\"\"}]\",2024-06-21T23:34:37Z\r\n",
];

#[test]
fn a_table_cut_anywhere_keeps_its_whole_rows_and_reports_the_cut_row() {
    let source = [HEADING, ROWS[0], ROWS[1], ROWS[2]].concat();
    let starts = [0, 1, 2].map(|nth| HEADING.len() + ROWS[..nth].concat().len());
    for cut in HEADING.len()..=source.len() {
        let found = read(&source.as_bytes()[..cut]);
        // A cut in the last field of a row cannot be recognised.
        let has_all_fields = |nth: &usize| starts[*nth] + ROWS[*nth].rfind(',').unwrap() < cut;
        let whole: Vec<(u64, String)> = (0..3)
            .filter(has_all_fields)
            .map(|nth| (starts[nth] as u64, ROWS[nth][..1].to_owned()))
            .collect();
        assert_eq!(found.events, whole, "cut at {cut}");
        let begun = starts.iter().filter(|start| **start < cut).count();
        if begun > whole.len() {
            assert_eq!(found.losses, [starts[begun - 1] as u64], "cut at {cut}");
            assert!(found.byte_counts.damaged > 0);
        } else {
            assert_eq!(
                (found.losses.len(), found.byte_counts.damaged),
                (0, 0),
                "cut at {cut}"
            );
        }
    }
}

#[test]
fn a_broken_row_among_others_is_one_loss_at_its_place() {
    let lake = |rows: [&str; 3]| format!("{{\"QueryResultRows\":[{}]}}", rows.join(", "));
    let columns = [
        r#"[{"eventName":"A"},{"eventID":"1"}]"#,
        r#"[{"eventName":"B"},{"eventID":"2"}]"#,
        r#"[{"eventName":"C"},{"eventID":"3"}]"#,
    ];
    let table = |rows: [&str; 3]| [HEADING, rows[0], rows[1], rows[2]].concat();
    for nth in 0..3 {
        let broken = ROWS[nth].replacen(",", "", 1);
        let mut rows = ROWS;
        rows[nth] = &broken;
        // Many lost lines in sequence are one gap.
        expect(&table(rows), &broken, nth);
        for broken in [
            columns[nth].replacen('}', "", 1),
            columns[nth].replacen("\":\"", "\":", 1),
        ] {
            let mut rows = columns;
            rows[nth] = &broken;
            expect(&lake(rows), &broken, nth);
        }
    }
}

fn expect(source: &str, broken: &str, nth: usize) {
    let found = read(source.as_bytes());
    let names: Vec<&str> = found.events.iter().map(|(_, name)| &**name).collect();
    let mut others = vec!["A", "B", "C"];
    others.remove(nth);
    assert_eq!(names, others, "{source}");
    assert_eq!(
        found.losses,
        [source.find(broken).unwrap() as u64],
        "{source}"
    );
}
