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

/// The paths of `fields`: a long one made a row that left the terminal although the numbers after it left enough space.
#[test]
fn a_long_cell_takes_the_blanks_of_the_columns_after_it() {
    let columns = vec![
        Column::id("field"),
        Column::number("events"),
        Column::text("example"),
    ];
    let mut rows = vec![vec!["a.b".to_owned(), "120".to_owned(), "e".repeat(40)]; 8];
    rows.push(vec!["a.bcdef".to_owned(), "7".to_owned(), "e".repeat(40)]);
    rows.push(vec![
        "a.bcdefgh".to_owned(),
        "123456".to_owned(),
        "f".to_owned(),
    ]);
    let look = Look {
        width: Some(34),
        ..Look::default()
    };
    let mut out = Vec::new();
    let mut table = Table::new(columns, look);
    for row in rows {
        table.push(row, &mut out).unwrap();
    }
    table.finish(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let tail: Vec<&str> = text.lines().skip(8).collect();
    assert_eq!(
        tail,
        [
            "a.b           120  eeeeeee…eeeeeee",
            "a.bcdef         7  eeeeeee…eeeeeee",
            "a.bcdefgh  123456  f",
        ]
    );
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
fn text_is_shortened_to_the_terminal_before_ids_and_numbers() {
    let columns = vec![
        Column::number("count"),
        Column::id("key"),
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
         123456789  AKIAIOSFODNN7EXAMPLE  Desc…ces\n        1  ASIA                  世世…世\n        1  ASIA                  List\n"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
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
        let width = 1 + chance.below(90);
        let columns = vec![
            Column::text("one"),
            Column::id("id"),
            Column::text("another title"),
        ];
        let mut table = Table::new(
            columns,
            Look {
                bar: Some(Bar::Value { most: 50 }),
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
fn bars_have_an_axis_above_them() {
    let look = Look {
        bar: Some(Bar::Value { most: 160 }),
        ..Look::default()
    };
    let mut out = Vec::new();
    let mut table = Table::new(vec![Column::text("name")], look);
    for value in [160, 81, 1, 0] {
        table.push_bar(vec!["n".into()], value, &mut out).unwrap();
    }
    table.push(vec!["n".into()], &mut out).unwrap();
    table.finish(&mut out).unwrap();
    let (full, half) = ("█".repeat(20), "█".repeat(10));
    assert_eq!(
        String::from_utf8(out).unwrap(),
        format!("name  0                160\nn     {full}\nn     {half}▏\nn     ▏\nn\nn\n")
    );
}

#[test]
fn shares_are_next_to_their_bars_and_remain_longer() {
    let drawn = |width| {
        let bar = Bar::Share {
            of: 1000,
            most: 240,
            is_written: true,
        };
        let look = Look {
            bar: Some(bar),
            ..narrow(width)
        };
        let columns = vec![Column::number("count"), Column::id("EventName")];
        let mut out = Vec::new();
        let mut table = Table::new(columns, look);
        for (value, name) in [(240, "ListBuckets"), (3, "GetObject")] {
            let cells = vec![value.to_string(), name.into()];
            table.push_bar(cells, value, &mut out).unwrap();
        }
        table.finish(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        drawn(80),
        "count  EventName     share  0%               25%\n  \
         240  ListBuckets   24.0%  ███████████████████▏\n    \
         3  GetObject      0.3%  ▏\n"
    );
    assert_eq!(
        drawn(36),
        "count  EventName     share  0%   25%\n  \
         240  ListBuckets   24.0%  ███████▋\n    \
         3  GetObject      0.3%  ▏\n"
    );
    assert_eq!(
        drawn(35),
        "count  EventName     share\n  240  ListBuckets   24.0%\n    3  GetObject      0.3%\n"
    );
    assert_eq!(
        drawn(25),
        "count  EventName\n  240  ListBuckets\n    3  GetObject\n"
    );
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
        "a  b\n\nx\n   y  m…\n"
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
    assert_eq!(String::from_utf8_lossy(&later), "far …ame  y\n");
    assert!(table.waiting.is_empty());
    table.finish(&mut later).unwrap();
    assert_eq!(String::from_utf8_lossy(&later), "far …ame  y\n");
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

/// Columns of `list -l`.
fn events() -> Vec<Column> {
    let ranked = |column, rank| Column { rank, ..column };
    vec![
        Column::fixed("EventTime"),
        Column::id("principal"),
        Column::id("EventSource"),
        Column::id("EventName"),
        ranked(Column::fixed("awsRegion"), 2),
        ranked(Column::address("sourceIPAddress"), 1),
        Column::id("errorCode"),
    ]
}

const EVENT: [&str; 7] = [
    "2024-06-10T06:00:00Z",
    "arn:aws:iam::123456789012:role/Deploy",
    "ec2.amazonaws.com",
    "DescribeInstances",
    "us-east-1",
    "192.0.2.1",
    "",
];

#[test]
fn a_table_that_fits_is_printed_in_full() {
    let text = drawn(events(), narrow(150), &[&EVENT]);
    assert!(text.contains("arn:aws:iam::123456789012:role/Deploy  ec2.amazonaws.com"));
    assert!(text.contains("errorCode"));
    let text = drawn(events(), Look::default(), &[&EVENT]);
    assert!(text.contains("ec2.amazonaws.com") && text.contains("errorCode"));
}

#[test]
fn a_table_that_is_too_wide_loses_domains_and_empty_columns_then_the_middle_of_ids() {
    assert_eq!(
        drawn(events(), narrow(131), &[&EVENT]),
        "EventTime             principal                              EventSource  EventName          awsRegion  sourceIPAddress  errorCode\n\
         2024-06-10T06:00:00Z  arn:aws:iam::123456789012:role/Deploy  ec2          DescribeInstances  us-east-1  192.0.2.1\n"
    );
    assert_eq!(
        drawn(events(), narrow(80), &[&EVENT]),
        "EventTime             princip…  EventSo…  EventName         awsRegion  sourceIP…\n\
         2024-06-10T06:00:00Z  …/Deploy  ec2       Describe…stances  us-east-1  192.0.2.1\n"
    );
}

#[test]
fn columns_that_do_not_fit_are_omitted_by_rank_and_named() {
    let mut event = EVENT;
    event[6] = "AccessDenied";
    let left_out = |width| {
        let mut out = Vec::new();
        let mut table = Table::new(events(), narrow(width));
        let cells = event.map(str::to_owned).to_vec();
        table.push(cells, &mut out).unwrap();
        let left_out = table.finish(&mut out).unwrap();
        for line in std::str::from_utf8(&out).unwrap().lines() {
            assert!(line.width() <= width, "{line}");
        }
        left_out
    };
    assert!(left_out(88).is_empty());
    assert_eq!(left_out(85), ["awsRegion"]);
    assert_eq!(left_out(74), ["awsRegion", "sourceIPAddress"]);
    assert_eq!(left_out(63), ["awsRegion", "sourceIPAddress", "errorCode"]);
    assert_eq!(left_out(10).len(), 6);
}

#[test]
fn a_column_is_not_empty_before_all_rows_are_known() {
    let mut out = Vec::new();
    let mut table = Table::new(events(), narrow(100));
    for nth in 0..=MEASURED_ROWS {
        let mut event = EVENT;
        if nth == MEASURED_ROWS {
            event[6] = "Denied";
        }
        let cells = event.map(str::to_owned).to_vec();
        table.push(cells, &mut out).unwrap();
    }
    table.finish(&mut out).unwrap();
    assert!(
        out.ends_with(b"  Denied\n"),
        "the last row has an error code"
    );
}
