//! Counts along the time, a character a column, a line a group; with the times below. NOT for events: it takes numbers
//! and gives text.

use unicode_width::UnicodeWidthStr;

use super::terminal::sanitize;

#[cfg(test)]
mod tests;

/// Columns that one span of time gets at most, where there are few.
const MOST_STRETCH: u64 = 4;

/// What a line gets at least, however long the names behind it are: this, or a third of the terminal.
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

/// Draws counts as a line: nothing as a blank, anything as at least `▁`, the highest column as `█`.
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
    /// What the group is known by, a text a field.
    pub name: Vec<String>,
    /// All that was counted for it.
    pub total: u64,
    /// The highest count of one span.
    pub highest: u64,
    /// The spans that have any, by their place in time, with their count.
    pub counts: Vec<(u64, u64)>,
}

/// Lines on one axis of time.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'t> {
    /// What the texts of the names are; none for one line without a name.
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
    /// Appends the lines with what they stand for behind them, and the axis below; says how spans were laid into
    /// columns. Names are never shortened: a long one leaves the terminal by itself.
    pub fn write(&self, out: &mut String) -> Scale {
        let labels = self.labels();
        let widest = labels.iter().map(|label| label.width()).max().unwrap_or(0);
        let room = match widest {
            0 => self.width,
            widest => {
                let left = self.width.saturating_sub(widest + GAP.len());
                left.max(self.width / 3).max(MIN_LINE)
            }
        };
        let scale = Scale::new(self.spans, room);
        let columns = scale.columns();
        let drawn = self
            .lines
            .iter()
            .map(|line| sparkline(&line.counts, &scale));
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

    /// The titles, and what stands behind each line: its numbers and its name. None for one line without a name.
    fn labels(&self) -> Vec<String> {
        if self.titles.is_empty() {
            return Vec::new();
        }
        let mut rows = vec![vec!["total".into(), "highest".into()]];
        if let Some(titles) = rows.first_mut() {
            titles.extend(self.titles.iter().map(|title| sanitize(title)));
        }
        for line in self.lines {
            let numbers = [line.total, line.highest].map(|number| number.to_string().into());
            let name = line.name.iter().map(|text| sanitize(text));
            rows.push(numbers.into_iter().chain(name).collect());
        }
        // A name of one text that stands for all fields widens none of them.
        let whole = 2 + self.titles.len();
        let mut widths = vec![0; whole];
        for row in rows.iter().filter(|row| row.len() == whole) {
            for (width, text) in widths.iter_mut().zip(row) {
                *width = text.width().max(*width);
            }
        }
        let label = |row: &Vec<std::borrow::Cow<'_, str>>| {
            let mut label = String::new();
            for (nth, (text, width)) in row.iter().zip(&widths).enumerate() {
                let padding = " ".repeat(width.saturating_sub(text.width()));
                let is_number = nth < 2;
                let (before, after) = if is_number {
                    (&*padding, "")
                } else {
                    ("", &*padding)
                };
                label.extend([if nth > 0 { GAP } else { "" }, before, text, after]);
            }
            label.truncate(label.trim_end_matches(' ').len());
            label
        };
        rows.iter().map(label).collect()
    }
}

fn push(out: &mut String, line: &str) {
    out.push_str(line.trim_end_matches(' '));
    out.push('\n');
}
