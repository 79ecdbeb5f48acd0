//! Histograms of counts over time: one character per column, one line per group, with the times below.

use unicode_width::UnicodeWidthStr;

use super::table::{Column, Look, Table};

#[cfg(test)]
mod tests;

/// The most columns of one interval, if there are few.
const MOST_STRETCH: u64 = 4;

/// The least width of a line, however long the names after it are: this, or a third of the terminal.
const MIN_LINE: usize = 20;

const GAP: &str = "  ";

/// Spans of time laid into columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// How many spans there are.
    pub spans: u64,
    /// How many of them make a column, added up.
    pub spans_a_column: u64,
    /// How many columns a span is wide.
    pub columns_a_span: u64,
}

impl Scale {
    /// Lays `spans` spans into at most `width` columns.
    pub fn new(spans: u64, width: usize) -> Self {
        let width = (width as u64).max(1);
        Scale {
            spans,
            spans_a_column: spans.div_ceil(width).max(1),
            columns_a_span: (width / spans.max(1)).clamp(1, MOST_STRETCH),
        }
    }

    /// How many columns that takes.
    fn columns(&self) -> usize {
        (self.spans.div_ceil(self.spans_a_column) * self.columns_a_span) as usize
    }
}

/// Draws counts as a line: zero as a blank, any other count as at least `▁`, the highest column as `█`.
///
/// `counts` are the spans that have any, by their place in time, with their count.
///
/// ```
/// use trailsift::render::timeline::{Scale, sparkline};
///
/// assert_eq!(sparkline(&[(0, 1), (2, 5), (3, 8)], &Scale::new(4, 4)), "▁ ▅█");
/// ```
pub fn sparkline(counts: &[(u64, u64)], scale: &Scale) -> String {
    const LEVELS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let mut sums = vec![0u64; scale.spans.div_ceil(scale.spans_a_column) as usize];
    for (span, count) in counts {
        if let Some(sum) = sums.get_mut((span / scale.spans_a_column) as usize) {
            *sum = sum.saturating_add(*count);
        }
    }
    let most = u128::from(sums.iter().copied().max().unwrap_or(0).max(1));
    let mut out = String::new();
    for sum in sums {
        let level = (u128::from(sum) * 8).div_ceil(most) as usize;
        let drawn = LEVELS.get(level).unwrap_or(&" ");
        out.push_str(&drawn.repeat(scale.columns_a_span as usize));
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// A group and its counts.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The values of the group, one per field.
    pub name: Vec<String>,
    /// The sum of its counts.
    pub total: u64,
    /// The highest count of one span.
    pub highest: u64,
    /// The spans that have any, by their place in time, with their count.
    pub counts: Vec<(u64, u64)>,
}

/// Lines on one axis of time.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'t> {
    /// The titles of the names; empty for one line without a name.
    pub titles: &'t [&'t str],
    /// The lines, top down.
    pub lines: &'t [Line],
    /// How many spans of time there are.
    pub spans: u64,
    /// The time of the first span and of the last.
    pub ends: (&'t str, &'t str),
    /// Columns of the terminal.
    pub width: usize,
    /// How titles are painted.
    pub paint: anstyle::Style,
}

impl Timeline<'_> {
    /// Appends the lines, each followed by its numbers and its name, and the axis below; returns how intervals were
    /// laid into columns. Names that do not fit the terminal are shortened as in a table.
    pub fn write(&self, out: &mut String) -> Scale {
        let labels = self.labels(None);
        let widest = labels.iter().map(|label| label.width()).max().unwrap_or(0);
        let width = match widest {
            0 => self.width,
            widest => {
                let left = self.width.saturating_sub(widest + GAP.len());
                left.max(self.width / 3).max(MIN_LINE)
            }
        };
        let scale = Scale::new(self.spans, width);
        let columns = scale.columns();
        let drawn = self
            .lines
            .iter()
            .map(|line| sparkline(&line.counts, &scale));
        let left = self.width.saturating_sub(columns + GAP.len());
        let labels = if widest > left {
            self.labels(Some(left))
        } else {
            labels
        };
        let mut labels = labels.iter();
        if let Some(title) = labels.next() {
            let paint = self.paint;
            let blank = " ".repeat(columns);
            push(out, &format!("{blank}{GAP}{paint}{title}{paint:#}"));
        }
        for line in drawn {
            let label = labels.next().map_or("", String::as_str);
            push(out, &format!("{line:<columns$}{GAP}{label}"));
        }
        let (first, last) = self.ends;
        let between = columns.checked_sub(first.len() + last.len());
        match between.filter(|between| *between >= GAP.len()) {
            Some(between) => push(out, &format!("{first}{}{last}", " ".repeat(between))),
            None => push(out, &format!("{first} to {last}")),
        }
        scale
    }

    /// The titles, and the end of each line: its numbers and its name. Empty for one line without a name.
    fn labels(&self, width: Option<usize>) -> Vec<String> {
        if self.titles.is_empty() {
            return Vec::new();
        }
        let mut columns = vec![Column::number("total"), Column::number("highest")];
        columns.extend(self.titles.iter().map(|title| Column::id(*title)));
        let look = Look {
            width,
            ..Look::default()
        };
        let mut table = Table::new(columns, look);
        let mut out = Vec::new();
        for line in self.lines {
            let numbers = [line.total, line.highest].map(|number| number.to_string());
            let cells = numbers.into_iter().chain(line.name.iter().cloned());
            // Writing into memory does not fail.
            let _ = table.push(cells.collect(), &mut out);
        }
        let _ = table.finish(&mut out);
        let text = String::from_utf8_lossy(&out);
        text.lines().map(str::to_owned).collect()
    }
}

fn push(out: &mut String, line: &str) {
    out.push_str(line.trim_end_matches(' '));
    out.push('\n');
}
