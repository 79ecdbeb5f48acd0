//! The histograms below the table of `count --every`, and the notes that explain them.

use super::Plan;
use crate::cli::diagnostics;
use crate::render::table::Look;
use crate::render::timeline::{Line, Timeline};
use crate::tally::{Grouping, Histogram, Series};
use crate::time::Interval;

/// Combinations of fields that have a line of their own.
pub(super) const LINES: usize = 10;

/// How wide it is drawn where no terminal says so.
const WIDTH: usize = 80;

/// The lines, after an empty one. Nothing when all events lie in one span of time: that is no histogram.
pub(super) fn drawn(
    histogram: &Histogram,
    grouping: &Grouping,
    every: &Interval,
    plan: &Plan,
    look: Look,
) -> String {
    if histogram.spans < 2 {
        return String::new();
    }
    let is_split = !grouping.by.is_empty();
    let mut lines: Vec<Line> = histogram.series.iter().map(line).collect();
    if let Some((groups, others)) = &histogram.others {
        lines.push(Line {
            name: vec![format!("others ({groups})")],
            ..line(others)
        });
    }
    let titles: Vec<&str> = grouping.by.iter().map(|field| field.name()).collect();
    let (first, last) = (
        plan.format.to_text(histogram.first, &plan.zone),
        plan.format.to_text(histogram.last, &plan.zone),
    );
    let mut out = "\n".to_owned();
    let scale = Timeline {
        titles: &titles,
        lines: &lines,
        spans: histogram.spans,
        ends: (&first, &last),
        width: look.width.unwrap_or(WIDTH),
        paint: if look.colour {
            anstyle::Style::new().bold()
        } else {
            anstyle::Style::new()
        },
    }
    .write(&mut out);

    let mut notes = Vec::new();
    if is_split {
        let highest = if scale.spans_a_column > 1 {
            "its highest column"
        } else {
            "its highest"
        };
        notes.push(format!("each line has a scale of its own: █ is {highest}"));
    } else if let Some(highest) = histogram.series.first().and_then(Series::highest) {
        let at = plan.format.to_text(highest.start, &plan.zone);
        notes.push(format!("highest: {} in {every} from {at}", highest.count));
    }
    if scale.spans_a_column > 1 {
        notes.push(format!(
            "a column adds up {} of {every}",
            diagnostics::count(scale.spans_a_column, "span")
        ));
    }
    if histogram.timeless > 0 {
        let events = diagnostics::count(histogram.timeless, "event");
        notes.push(format!("left out: {events} without a time"));
    }
    for note in notes {
        out.push_str(&note);
        out.push('\n');
    }
    out
}

fn line(series: &Series) -> Line {
    let counts = series.counts.iter();
    Line {
        name: series.texts.clone(),
        total: series.total,
        highest: series.highest().map_or(0, |counted| counted.count),
        counts: counts.map(|it| (it.span, it.count)).collect(),
    }
}
