//! Section 7: what charts are drawn of. Not for: drawing.

use super::{Block, Fact, fact};
use crate::report::model::{Figure, Report, When};

/// Days of a week.
pub(in crate::report) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Events by hour and weekday.
pub struct Heat<'r> {
    /// A week of hours.
    pub cells: [[Option<&'r Figure>; 24]; 7],
    /// The highest of them.
    pub most: u64,
}

/// Events along the time.
pub struct Bars<'r> {
    /// What a bar stands for.
    pub step: &'static str,
    /// The place of each that has events, what it is called, and its events.
    pub bars: Vec<(u64, &'r str, &'r Figure)>,
    /// How many there are between the first and the last, these included.
    pub steps: u64,
    /// The highest of them.
    pub most: u64,
}

pub(in crate::report) fn heat(when: &When) -> Heat<'_> {
    let mut cells = [[None; 24]; 7];
    let mut most = 0;
    for hour in &when.hours {
        let day = cells.get_mut(usize::from(hour.weekday));
        if let Some(cell) = day.and_then(|day| day.get_mut(usize::from(hour.hour))) {
            *cell = Some(&hour.events);
            most = most.max(hour.events.events);
        }
    }
    Heat { cells, most }
}

pub(in crate::report) fn bars(when: &When) -> Bars<'_> {
    let bars = when.line.iter();
    let bars: Vec<_> = bars
        .map(|stretch| (stretch.place, stretch.at.as_str(), &stretch.events))
        .collect();
    Bars {
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

pub(super) fn blocks(report: &Report) -> Vec<Block<'_>> {
    let when = &report.when;
    let mut blocks = Vec::new();
    if when.line.is_empty() {
        blocks.push(Block::Prose(
            "No event has a time that can be read.".to_owned(),
        ));
    } else {
        // One bar would say nothing.
        if when.steps > 1 {
            blocks.push(Block::Bars(bars(when)));
        }
        blocks.push(Block::Heat(Box::new(heat(when))));
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
        let many = crate::dump::plural(when.timeless, "event");
        facts.push(fact(
            "no time",
            format!("{many} without a time that can be read"),
        ));
    }
    blocks.push(Block::Facts(facts));
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
        .map(|(count, unit)| crate::dump::plural(*count, unit))
        .collect();
    words.join(" ")
}
