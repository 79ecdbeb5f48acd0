//! Section 7: what charts are drawn of. Not for: drawing.

use super::{Fact, PageBlock, fact};
use crate::report::model::{Figure, ReportDocument, TimeSection};

/// Days of a week.
pub(in crate::report) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Events by hour and weekday.
pub struct Heatmap<'r> {
    /// A week of hours.
    pub cells: [[Option<&'r Figure>; 24]; 7],
    /// The highest of them.
    pub most: u64,
}

/// Events along the time.
pub struct TimeBars<'r> {
    /// What a bar stands for.
    pub step: &'static str,
    /// The place of each that has events, what it is called, and its events.
    pub bars: Vec<(u64, &'r str, &'r Figure)>,
    /// How many there are between the first and the last, these included.
    pub steps: u64,
    /// The highest of them.
    pub most: u64,
}

pub(in crate::report) fn heat(when: &TimeSection) -> Heatmap<'_> {
    let mut cells = [[None; 24]; 7];
    let mut most = 0;
    for hour in &when.hours {
        let day = cells.get_mut(usize::from(hour.weekday));
        if let Some(cell) = day.and_then(|day| day.get_mut(usize::from(hour.hour))) {
            *cell = Some(&hour.events);
            most = most.max(hour.events.events);
        }
    }
    Heatmap { cells, most }
}

pub(in crate::report) fn bars(when: &TimeSection) -> TimeBars<'_> {
    let bars = when.line.iter();
    let bars: Vec<_> = bars
        .map(|stretch| (stretch.place, stretch.at.as_str(), &stretch.events))
        .collect();
    TimeBars {
        step: when.step,
        steps: when.steps,
        most: bars
            .iter()
            .map(|(.., figure)| figure.events)
            .max()
            .unwrap_or(0),
        bars,
    }
}

pub(super) fn blocks(report: &ReportDocument) -> Vec<PageBlock<'_>> {
    let when = &report.when;
    let mut blocks = Vec::new();
    if when.line.is_empty() {
        blocks.push(PageBlock::Prose(
            "No event has a time that can be read.".to_owned(),
        ));
    } else {
        // One bar would say nothing.
        if when.steps > 1 {
            blocks.push(PageBlock::Bars(bars(when)));
        }
        blocks.push(PageBlock::Heat(Box::new(heat(when))));
    }
    let silences = when.silences.iter().map(|silence| Fact {
        name: "silence",
        text: format!(
            "{}: {} to {}",
            long(silence.seconds),
            silence.after,
            silence.before
        ),
        figures: Vec::new(),
    });
    let mut facts: Vec<_> = silences.collect();
    if facts.is_empty() && !when.line.is_empty() {
        facts.push(fact(
            "silence",
            "none longer than an hour and a twentieth of the whole".to_owned(),
        ));
    }
    if when.timeless > 0 {
        let many = crate::text::plural(when.timeless, "event");
        facts.push(fact(
            "no time",
            format!("{many} without a time that can be read"),
        ));
    }
    blocks.push(PageBlock::Facts(facts));
    blocks
}

/// `2 days 3 hours`, `1 hour 20 minutes`.
fn long(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let parts = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
    ];
    let parts = parts.iter().skip_while(|(count, _)| *count == 0).take(2);
    let words: Vec<_> = parts
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| crate::text::plural(*count, unit))
        .collect();
    words.join(" ")
}
