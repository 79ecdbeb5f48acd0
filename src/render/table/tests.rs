//! Tables as a reader sees them.

use super::*;
use crate::text::chance::Chance;

fn drawn(columns: Vec<Column>, look: Look, rows: &[&[&str]]) -> String {
    let mut out = Vec::new();
    let mut table = Table::new(columns, look);
    for row in rows {
        let cells = row.iter().map(|cell| (*cell).to_owned()).collect();
        table.push(cells, &mut out).unwrap();
    }
    table.finish(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn narrow(width: usize) -> Look {
    Look {
        width: Some(width),
        ..Look::default()
    }
}

#[test]
fn wide_characters_stay_aligned() {
    let columns = vec![Column::text("who"), Column::text("what")];
    assert_eq!(
        drawn(
            columns,
            Look::default(),
            &[
                &["世界", "a"],
                &["ü", "b"],
                &["e\u{301}", "c"],
                &["❤️", "d"]
            ]
        ),
        "who   what\n世界  a\nü     b\ne\u{301}     c\n❤️    d\n"
    );
}

#[test]
fn text_is_shortened_to_the_terminal_and_ids_and_numbers_are_not() {
    let columns = vec![
        Column::number("count"),
        Column::kept("key"),
        Column::text("name"),
    ];
    assert_eq!(
        drawn(
            columns,
            narrow(41),
            &[
                &["123456789", "AKIAIOSFODNN7EXAMPLE", "DescribeInstances"],
                &["1", "ASIA", "世世世世世世"],
                &["1", "ASIA", "List"],
            ]
        ),
        "    count  key                   name\n\
         123456789  AKIAIOSFODNN7EXAMPLE  Describ…\n        1  ASIA                  世世世…\n        1  ASIA                  List\n"
    );
}

#[test]
fn no_line_leaves_the_terminal_where_it_can_be_helped() {
    const PARTS: &[&str] = &[
        "a",
        "世",
        "e\u{301}",
        "❤️",
        "👩\u{200d}🚀",
        " ",
        "\u{1b}",
        "xyz",
    ];
    let mut chance = Chance::new(4);
    for _ in 0..300 {
        let width = 30 + chance.below(60);
        let columns = vec![
            Column::text("one"),
            Column::kept("id"),
            Column::text("another title"),
        ];
        let mut table = Table::new(
            columns,
            Look {
                bar: Some(50),
                ..narrow(width)
            },
        );
        let mut out = Vec::new();
        for _ in 0..chance.below(8) {
            let cells = vec![
                chance.text(PARTS, 20),
                "id-1".into(),
                chance.text(PARTS, 20),
            ];
            table
                .push_bar(cells, chance.below(60) as u64, &mut out)
                .unwrap();
        }
        table.finish(&mut out).unwrap();
        for line in std::str::from_utf8(&out).unwrap().lines() {
            assert!(line.width() <= width, "{width} {line}");
            assert!(!line.contains('\u{1b}'));
        }
    }
}

#[test]
fn bars_are_in_eighths_and_never_nothing_for_something() {
    let columns = vec![Column::text("name")];
    let look = Look {
        bar: Some(160),
        ..Look::default()
    };
    let mut out = Vec::new();
    let mut table = Table::new(columns, look);
    for value in [160, 200, 80, 81, 7, 1, 0] {
        table.push_bar(vec!["n".into()], value, &mut out).unwrap();
    }
    table.push(vec!["n".into()], &mut out).unwrap();
    table.finish(&mut out).unwrap();
    let full = "█".repeat(20);
    let half = "█".repeat(10);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        format!(
            "name\nn     {full}\nn     {full}\nn     {half}\nn     {half}▏\nn     ▉\nn     ▏\nn\nn\n"
        )
    );
    assert_eq!(bar(1, u64::MAX, 20), "▏");
    assert_eq!(bar(u64::MAX, u64::MAX, 20), full);
    assert_eq!(bar(5, 0, 20), "");
}

#[test]
fn the_header_is_bold_where_there_is_colour_and_absent_where_unwanted() {
    let columns = || vec![Column::text("a\u{1b}"), Column::text("b")];
    let colour = Look {
        colour: true,
        ..Look::default()
    };
    assert_eq!(
        drawn(columns(), colour, &[&["x", "y"]]),
        "\u{1b}[1ma\\x1b  b\u{1b}[0m\nx      y\n"
    );
    let bare = Look {
        header: false,
        ..Look::default()
    };
    assert_eq!(drawn(columns(), bare, &[&["x", "y"]]), "x  y\n");
    assert_eq!(drawn(columns(), colour, &[]), "");
}

#[test]
fn rows_may_have_too_few_cells_or_too_many() {
    let columns = vec![Column::text("a"), Column::text("b")];
    assert_eq!(
        drawn(
            columns,
            narrow(8),
            &[&[], &["x"], &["", "y", "more than fits"]]
        ),
        "a  b\n\nx\n   y  more than fits\n"
    );
    assert_eq!(drawn(vec![], Look::default(), &[&[]]), "\n\n");
}

#[test]
fn long_listings_are_written_through_with_the_first_widths() {
    let mut out = Vec::new();
    let columns = vec![Column::text("name"), Column::text("x")];
    let mut table = Table::new(columns, narrow(20));
    for nth in 1..=MEASURED_ROWS {
        assert!(out.is_empty(), "{nth}");
        table.push(vec!["ab".into(), "y".into()], &mut out).unwrap();
    }
    assert!(out.ends_with(b"ab    y\n"));
    let mut later = Vec::new();
    table
        .push(vec!["longer name".into(), "y".into()], &mut later)
        .unwrap();
    assert_eq!(later, b"longer name  y\n");
    later.clear();
    table
        .push(vec!["far too long a name".into(), "y".into()], &mut later)
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&later), "far too…  y\n");
    assert!(table.waiting.is_empty());
    table.finish(&mut later).unwrap();
    assert_eq!(String::from_utf8_lossy(&later), "far too…  y\n");
}

#[test]
fn huge_cells_do_not_pile_up() {
    let mut out = Vec::new();
    let mut table = Table::new(
        vec![Column::text("json"), Column::text("x")],
        Look::default(),
    );
    for _ in 0..20 {
        table
            .push(vec!["x".repeat(1 << 20), "y".into()], &mut out)
            .unwrap();
        assert!(table.waiting_bytes <= MEASURED_BYTES + (1 << 20));
        assert!(table.waiting.len() <= 4);
    }
    table
        .push(vec!["short".into(), "y".into()], &mut out)
        .unwrap();
    let last = out.split(|byte| *byte == b'\n').nth_back(1).unwrap();
    assert!(last.len() < 300);
}
