//! Section 7: the data of the charts.

use super::{Fact, PageBlock, fact};
use crate::report::model::{Figure, ReportDocument, TimeSection};

/// Names of the days of the week.
pub(in crate::report) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Events by hour and weekday.
pub struct Heatmap<'r> {
    /// The hours of a week.
    pub cells: [[Option<&'r Figure>; 24]; 7],
    /// The largest number of events of a cell or bar.
    pub most: u64,
}

/// Events over time.
pub struct TimeBars<'r> {
    /// Length of time of a bar: `minute`, `hour` or `day`.
    pub step: &'static str,
    /// Position, label and events of each bar that has events.
    pub bars: Vec<(u64, &'r str, &'r Figure)>,
    /// Number of bars from the first to the last, including those without events.
    pub steps: u64,
    /// The largest number of events of a cell or bar.
    pub most: u64,
}

pub(in crate::report) fn heat(when: &TimeSection) -> Heatmap<'_> {
    let mut cells = [[None; 24]; 7];
    let mut most = 0;
    for hour in &when.hours_of_week {
        let day = cells.get_mut(usize::from(hour.weekday));
        if let Some(cell) = day.and_then(|day| day.get_mut(usize::from(hour.hour))) {
            *cell = Some(&hour.events);
            most = most.max(hour.events.events);
        }
    }
    Heatmap { cells, most }
}

pub(in crate::report) fn bars(when: &TimeSection) -> TimeBars<'_> {
    let bars = when.rows.iter();
    let bars: Vec<_> = bars
        .map(|step| (step.index, step.start.as_str(), &step.events))
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
    let when = &report.timeline;
    let mut blocks = Vec::new();
    if when.rows.is_empty() {
        blocks.push(PageBlock::Prose("No event has a readable time.".to_owned()));
    } else {
        // A single bar shows nothing.
        if when.steps > 1 {
            blocks.push(PageBlock::Bars(bars(when)));
        }
        blocks.push(PageBlock::Heat(Box::new(heat(when))));
    }
    let gaps = when.gaps.iter().map(|gap| Fact {
        name: "gap",
        text: format!("{}: {} to {}", long(gap.seconds), gap.from, gap.to),
        figures: Vec::new(),
    });
    let mut facts: Vec<_> = gaps.collect();
    if facts.is_empty() && !when.rows.is_empty() {
        facts.push(fact(
            "gap",
            "none longer than 1 hour and than 5 % of the whole time".to_owned(),
        ));
    }
    if when.without_time > 0 {
        let many = crate::text::plural(when.without_time, "event");
        facts.push(fact("no time", format!("{many} without a readable time")));
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
