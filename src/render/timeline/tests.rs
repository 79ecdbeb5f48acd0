//! Timelines as a reader sees them.

use super::*;
use crate::text::chance::Chance;

fn line(name: &[&str], counts: &[(u64, u64)]) -> Line {
    Line {
        name: name.iter().map(|text| (*text).to_owned()).collect(),
        total: counts.iter().map(|(_, count)| count).sum(),
        highest: counts.iter().map(|(_, count)| *count).max().unwrap_or(0),
        counts: counts.to_vec(),
    }
}

fn drawn(titles: &[&str], lines: &[Line], spans: u64, width: usize) -> String {
    let mut out = String::new();
    let timeline = Timeline {
        titles,
        lines,
        spans,
        ends: ("2024-06-10", "2024-06-19"),
        width,
        paint: anstyle::Style::new(),
    };
    timeline.write(&mut out);
    out
}

#[test]
fn nothing_is_a_blank_and_anything_is_seen() {
    let scale = Scale::new(10, 10);
    let counts: Vec<_> = (0..=9).map(|nth| (nth, nth * 10)).collect();
    assert_eq!(sparkline(&counts, &scale), " ▁▂▃▄▅▆▇██");
    let extreme = [(0, 1), (1, 0), (2, u64::MAX), (3, u64::MAX / 2)];
    assert_eq!(sparkline(&extreme, &Scale::new(4, 4)), "▁ █▄");
    assert_eq!(sparkline(&[], &scale), "");
    assert_eq!(sparkline(&[(3, 1_000_000_000)], &scale), "   █");
    assert_eq!(sparkline(&[(99, 1)], &scale), "", "after the end");
}

#[test]
fn few_spans_are_widened_and_many_added_up() {
    let scale = |spans, width| {
        let scale = Scale::new(spans, width);
        (scale.columns_a_span, scale.spans_a_column, scale.columns())
    };
    assert_eq!(scale(1, 80), (4, 1, 4));
    assert_eq!(scale(20, 80), (4, 1, 80));
    assert_eq!(scale(30, 80), (2, 1, 60));
    assert_eq!(scale(80, 80), (1, 1, 80));
    assert_eq!(scale(81, 80), (1, 2, 41));
    assert_eq!(scale(100_000, 80), (1, 1250, 80));
    assert_eq!(scale(5, 0), (1, 5, 1));
    assert_eq!(scale(0, 80), (4, 1, 0));
    // 1 + 1, 3, and the rest.
    assert_eq!(
        sparkline(&[(0, 1), (1, 1), (2, 3), (4, 4)], &Scale::new(5, 4)),
        "▄▆█"
    );
    let most = Scale::new(u64::MAX, 10);
    assert_eq!(sparkline(&[(0, 1), (u64::MAX - 1, 1)], &most), "█        █");
}

#[test]
fn columns_lose_no_count_and_keep_the_order_of_time() {
    let mut chance = Chance::new(8);
    for _ in 0..2000 {
        let spans = 1 + chance.below(500) as u64;
        let scale = Scale::new(spans, 1 + chance.below(120));
        let at = chance.below(spans as usize) as u64;
        let out = sparkline(&[(at, 7)], &scale);
        let blanks = out.chars().take_while(|c| *c == ' ').count() as u64;
        assert_eq!(blanks, at / scale.spans_a_column * scale.columns_a_span);
        assert_eq!(out.chars().count() as u64, blanks + scale.columns_a_span);
        assert!(out.chars().count() <= scale.columns());
    }
}

#[test]
fn one_line_has_its_times_below_it_at_its_ends_or_one_after_the_other() {
    let one = [line(&[], &[(0, 1), (5, 4), (9, 8)])];
    assert_eq!(
        drawn(&[], &one, 10, 30),
        "▁▁▁            ▄▄▄         ███\n2024-06-10          2024-06-19\n"
    );
    assert_eq!(
        drawn(&[], &one, 10, 20),
        "▁▁        ▄▄      ██\n2024-06-10 to 2024-06-19\n"
    );
    assert_eq!(drawn(&[], &one, 10, 5), "▁ ▄ █\n2024-06-10 to 2024-06-19\n");
}

#[test]
fn lines_have_one_axis_and_their_names_after_them() {
    let lines = [
        line(&["s3", "GetObject"], &[(0, 1), (9, 4)]),
        line(&["sécrets", "世"], &[(5, 1)]),
        line(&["others (12 of them, no field)"], &[(1, 300)]),
        line(&["", ""], &[]),
    ];
    assert_eq!(
        drawn(&["service", "EventName"], &lines, 10, 90),
        concat!(
            "                                total  highest  service                        EventName\n",
            "▂▂▂                        ███      5        4  s3                             GetObject\n",
            "               ███                  1        1  sécrets                        世\n",
            "   ███                            300      300  others (12 of them, no field)\n",
            "                                    0        0\n",
            "2024-06-10          2024-06-19\n",
        )
    );
}

#[test]
fn a_long_name_is_shortened_and_costs_the_lines_nothing() {
    let long = "x".repeat(200);
    let lines = [
        line(&[&long], &[(0, 1), (9, 4)]),
        line(&["y\u{1b}"], &[(5, 1)]),
    ];
    assert_eq!(
        drawn(&["who"], &lines, 10, 50),
        "                      total  highest  who\n\
         ▂▂                ██      5        4  xxxxxx…xxxxx\n          \
         ██              1        1  y\\x1b\n2024-06-10 to 2024-06-19\n"
    );
}
