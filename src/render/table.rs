//! Aligned tables for reading: no frame, two spaces between columns, perhaps a bar at the end of each row. Programs
//! read other formats, because here cells are shortened and control characters are made visible.
//!
//! No row is wider than the terminal. If a table would be, then the domain of service names is dropped, then columns
//! that are empty in every row, then the middle of cells, and last whole columns. A table for a file is never
//! shortened.
//!
//! A table crate needs all rows before the first line; long listings must appear while they are read, so the layout
//! is done here.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::bar::Bar;
use super::terminal::sanitize;

mod fit;
mod shorten;
#[cfg(test)]
mod tests;

pub use fit::Cut;

/// Rows that are looked at before the widths of the columns are fixed.
pub const MEASURED_ROWS: usize = 1_000;

/// Bytes of cells after which the widths are fixed even earlier, so that huge cells are not piled up.
pub const MEASURED_BYTES: usize = 4 << 20;

const GAP: &str = "  ";

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The text of the header.
    pub title: String,
    /// Aligned right, for numbers.
    pub right: bool,
    /// How it gives way to others.
    pub cut: Cut,
    /// The width below which it is not shortened.
    pub least: usize,
    /// If columns must be left out, those of the highest rank are left out first, then those at the right.
    pub rank: u8,
}

impl Column {
    /// A column of texts, which are shortened first.
    pub fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: false,
            cut: Cut::First,
            least: fit::MIN_TEXT,
            rank: 0,
        }
    }

    /// A column of ids, ARNs or names, which are shortened last.
    pub fn id(title: impl Into<String>) -> Self {
        Self {
            cut: Cut::Last,
            least: fit::MIN_ID,
            ..Self::text(title)
        }
    }

    /// A column of IP addresses, which are shortened last, and not to less than one of version 4.
    pub fn address(title: impl Into<String>) -> Self {
        Self {
            least: "255.255.255.255".len(),
            ..Self::id(title)
        }
    }

    /// A column of times, access keys or other words that are never shortened.
    pub fn fixed(title: impl Into<String>) -> Self {
        Self {
            cut: Cut::Never,
            ..Self::text(title)
        }
    }

    /// A column of numbers. It is never shortened: a part of a number is another number.
    pub fn number(title: impl Into<String>) -> Self {
        Self {
            right: true,
            ..Self::fixed(title)
        }
    }
}

/// How a [`Table`] looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal; `None` shortens nothing.
    pub width: Option<usize>,
    /// Whether the header is bold.
    pub colour: bool,
    /// Whether there is a header.
    pub header: bool,
    /// What the bars measure; `None` for a table without bars.
    pub bar: Option<Bar>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: None,
            colour: false,
            header: true,
            bar: None,
        }
    }
}

/// A table under way.
///
/// The first [`MEASURED_ROWS`] rows are kept to measure the columns; later rows are written at once. A cell that is
/// longer than its column pushes the rest of its row as far as there are no blanks to take, unless the row would then
/// be wider than the terminal.
///
/// ```
/// use trailsift::render::table::{Column, Look, Table};
///
/// # fn main() -> std::io::Result<()> {
/// let mut out = Vec::new();
/// let mut table = Table::new(vec![Column::number("count"), Column::text("EventName")], Look::default());
/// table.push(vec!["1203".into(), "ListBuckets".into()], &mut out)?;
/// table.push(vec!["7".into(), "GetObject".into()], &mut out)?;
/// table.finish(&mut out)?;
/// assert_eq!(String::from_utf8_lossy(&out), "\
/// count  EventName
///  1203  ListBuckets
///     7  GetObject
/// ");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    look: Look,
    waiting: Vec<Row>,
    waiting_bytes: usize,
    /// `None` as long as rows are measured.
    layout: Option<Layout>,
}

/// What the measured rows decide.
#[derive(Debug)]
struct Layout {
    /// Of the columns that are shown.
    widths: fit::Widths,
    /// The columns that are shown, by their places.
    shown: Vec<usize>,
    /// The table is wider than the terminal.
    is_crowded: bool,
}

#[derive(Debug)]
struct Row {
    cells: Vec<String>,
    value: Option<u64>,
}

impl Table {
    /// A table without rows yet; titles are sanitised here.
    pub fn new(mut columns: Vec<Column>, look: Look) -> Self {
        for column in &mut columns {
            column.title = sanitize(&column.title).into_owned();
        }
        Self {
            columns,
            look,
            waiting: Vec::new(),
            waiting_bytes: 0,
            layout: None,
        }
    }

    /// Adds a row. Cells that are wanting are empty; cells too many follow unaligned.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn push(&mut self, cells: Vec<String>, w: &mut dyn Write) -> io::Result<()> {
        self.add(cells, None, w)
    }

    /// Adds a row with a bar for `value`, if the table has bars.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn push_bar(
        &mut self,
        cells: Vec<String>,
        value: u64,
        w: &mut dyn Write,
    ) -> io::Result<()> {
        self.add(cells, Some(value), w)
    }

    /// Writes the rows that were kept, and returns the titles of the columns that did not fit. A table without
    /// rows writes nothing, not even a header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self, w: &mut dyn Write) -> io::Result<Vec<String>> {
        if !self.waiting.is_empty() {
            self.lay_out(true, w)?;
        }
        let shown = self.layout.map_or_else(Vec::new, |layout| layout.shown);
        let columns = self.columns.into_iter().enumerate();
        let left_out = columns.filter(|(nth, _)| !shown.contains(nth));
        Ok(left_out.map(|(_, column)| column.title).collect())
    }

    fn add(
        &mut self,
        mut cells: Vec<String>,
        value: Option<u64>,
        w: &mut dyn Write,
    ) -> io::Result<()> {
        for cell in &mut cells {
            if let Cow::Owned(safe) = sanitize(cell) {
                *cell = safe;
            }
        }
        let row = Row { cells, value };
        if let Some(layout) = &self.layout {
            return self.write_row(&row, layout, w);
        }
        self.waiting_bytes += row.cells.iter().map(String::len).sum::<usize>();
        self.waiting.push(row);
        if self.waiting.len() >= MEASURED_ROWS || self.waiting_bytes >= MEASURED_BYTES {
            self.lay_out(false, w)?;
        }
        Ok(())
    }

    /// Decides the layout and writes the header and the rows that were kept. `is_whole`: these are all rows.
    fn lay_out(&mut self, is_whole: bool, w: &mut dyn Write) -> io::Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        let layout = self.layout(&rows, is_whole);
        if self.look.header {
            let titles = layout.shown.iter().zip(&layout.widths.columns);
            let titles = titles.map(|(nth, width)| {
                let title = self.columns.get(*nth).map_or("", |it| it.title.as_str());
                shorten::at_the_end(title, *width)
            });
            let bar = self.bar_title(&layout.widths);
            let line = self.line(titles.collect(), &bar, &layout);
            if self.look.colour {
                let bold = anstyle::Style::new().bold();
                writeln!(w, "{bold}{line}{bold:#}")?;
            } else {
                writeln!(w, "{line}")?;
            }
        }
        for row in &rows {
            self.write_row(row, &layout, w)?;
        }
        self.layout = Some(layout);
        Ok(())
    }

    fn layout(&self, rows: &[Row], is_whole: bool) -> Layout {
        let mut layout = Layout {
            widths: fit::fit(&[], None, None),
            shown: (0..self.columns.len()).collect(),
            is_crowded: false,
        };
        let Some(terminal) = self.look.width else {
            layout.widths = self.widths(&layout, rows);
            return layout;
        };
        let is_too_wide = |layout: &Layout| {
            let natural = self.needs(layout, rows).into_iter();
            fit::total(natural.map(|need| need.natural())) > terminal
        };
        layout.is_crowded = is_too_wide(&layout);
        // A later row may have something in a column that was empty so far.
        if layout.is_crowded && is_whole && is_too_wide(&layout) {
            let is_empty = |nth: &usize| {
                let mut cells = rows.iter().map(|row| row.cells.get(*nth));
                cells.all(|cell| cell.is_none_or(|cell| cell.is_empty()))
            };
            layout.shown.retain(|nth| !is_empty(nth));
        }
        layout.widths = self.widths(&layout, rows);
        while fit::total(layout.widths.columns.iter().copied()) > terminal {
            let shown = layout.shown.iter().enumerate().skip(1);
            let ranked = shown.map(|(at, nth)| (self.columns.get(*nth).map(|it| it.rank), at));
            let Some((_, last)) = ranked.max() else {
                break;
            };
            layout.shown.remove(last);
            layout.widths = self.widths(&layout, rows);
        }
        layout
    }

    /// What each shown column asks for.
    fn needs(&self, layout: &Layout, rows: &[Row]) -> Vec<fit::Need> {
        let columns = layout.shown.iter().filter_map(|nth| {
            let column = self.columns.get(*nth)?;
            let cells = rows.iter().filter_map(|row| row.cells.get(*nth));
            let cells = cells.filter(|cell| !cell.is_empty());
            let mut cells: Vec<_> = cells.map(|cell| layout.shown_of(cell).width()).collect();
            cells.sort_unstable();
            let title = if self.look.header {
                column.title.width()
            } else {
                0
            };
            let widest = cells.last().copied().unwrap_or(0);
            Some(fit::Need {
                title,
                // The title of a number is short, and stays whole.
                cells: if column.right {
                    widest.max(title)
                } else {
                    widest
                },
                usual: [15 * cells.len() / 16, 3 * cells.len() / 4]
                    .map(|nth| cells.get(nth).copied().unwrap_or(0)),
                least: column.least,
                cut: column.cut,
            })
        });
        columns.collect()
    }

    fn widths(&self, layout: &Layout, rows: &[Row]) -> fit::Widths {
        let mut needs = self.needs(layout, rows);
        let share = self.look.bar.map(|bar| bar.written());
        let widths = fit::fit(&needs, self.look.width, share);
        // A shortened ARN is often narrower than its column: the others get the space.
        for ((nth, width), need) in layout.shown.iter().zip(&widths.columns).zip(&mut needs) {
            if *width < need.cells && need.cut != Cut::Never {
                let cells = rows.iter().filter_map(|row| row.cells.get(*nth));
                let used = cells.map(|cell| {
                    let shown = layout.shown_of(cell);
                    shorten::in_the_middle(shown, *width).width()
                });
                let used = used.max().unwrap_or(0);
                if used < *width {
                    need.cells = used;
                }
            }
        }
        fit::fit(&needs, self.look.width, share)
    }

    fn write_row(&self, row: &Row, layout: &Layout, w: &mut dyn Write) -> io::Result<()> {
        let bar = match row.value {
            Some(value) => self.bar(value, &layout.widths),
            None => String::new(),
        };
        let cells = |nth: &usize| row.cells.get(*nth).map_or("", String::as_str);
        let shown = layout.shown.iter().map(cells);
        let more = row.cells.iter().skip(self.columns.len());
        let texts = shown.chain(more.map(String::as_str));
        let texts = texts.map(|cell| Cow::Borrowed(layout.shown_of(cell)));
        writeln!(w, "{}", self.line(texts.collect(), &bar, layout))
    }

    /// The share next to the bar, and the bar, as far as they fit.
    fn bar(&self, value: u64, widths: &fit::Widths) -> String {
        let Some(bar) = self.look.bar else {
            return String::new();
        };
        let drawn = bar.draw(value, widths.bar);
        match widths.share {
            0 => drawn,
            share => format!("{:>share$}{GAP}{drawn}", bar.share(value)),
        }
    }

    /// The title of bars and shares.
    fn bar_title(&self, widths: &fit::Widths) -> String {
        let axis = self.look.bar.map(|bar| bar.axis(widths.bar));
        match widths.share {
            0 => axis.unwrap_or_default(),
            share => format!("{:>share$}{GAP}{}", "share", axis.unwrap_or_default()),
        }
    }

    /// One line of the texts of the shown columns.
    fn line(&self, mut texts: Vec<Cow<'_, str>>, bar: &str, layout: &Layout) -> String {
        let bar = bar.trim_end_matches(' ');
        let widths = &layout.widths.columns;
        let column_width = |nth: usize| widths.get(nth).copied().unwrap_or(0);
        let column = |nth: usize| self.columns.get(*layout.shown.get(nth)?);
        let shorten_to = |texts: &mut Vec<Cow<'_, str>>, least: Option<usize>| {
            for (nth, text) in texts.iter_mut().enumerate() {
                if let Some(column) = column(nth).filter(|column| column.cut != Cut::Never) {
                    let width = column_width(nth).max(least.unwrap_or(column.least));
                    *text = Cow::Owned(shorten::in_the_middle(text, width).into_owned());
                }
            }
        };
        let is_ragged = layout.is_crowded && self.is_ragged(&texts, layout);
        if is_ragged || self.is_too_long(&texts, bar, widths) {
            shorten_to(&mut texts, None);
        }
        // A column that was narrow when it was measured still shows something of a later, longer cell, if it can.
        if self.is_too_long(&texts, bar, widths) {
            shorten_to(&mut texts, Some(0));
        }

        let mut line = String::new();
        let mut owed = 0;
        let count = texts.len();
        for (nth, text) in texts.iter().enumerate() {
            if nth > 0 {
                line.push_str(GAP);
            }
            let padding = padding(column_width(nth), text.width(), &mut owed);
            let is_right = column(nth).is_some_and(|column| column.right);
            let (before, after) = if is_right { (padding, 0) } else { (0, padding) };
            line.extend(std::iter::repeat_n(' ', before));
            line.push_str(text);
            // Nothing is padded to the right of a line's last text.
            if nth + 1 < count || !bar.is_empty() {
                line.extend(std::iter::repeat_n(' ', after));
            }
        }
        if !bar.is_empty() {
            line.push_str(GAP);
            line.push_str(bar);
        }
        line.truncate(line.trim_end_matches(' ').len());
        match self.look.width {
            // Only a row that consists of numbers and times is still too long.
            Some(width) => shorten::at_the_end(&line, width).into_owned(),
            None => line,
        }
    }

    /// Whether a cell would push a text that follows it. What only pushes numbers leaves the columns aligned.
    fn is_ragged(&self, texts: &[Cow<'_, str>], layout: &Layout) -> bool {
        let mut owed = 0;
        let columns = layout.shown.iter().zip(&layout.widths.columns);
        columns.zip(texts).any(|((nth, width), text)| {
            let is_right = self.columns.get(*nth).is_some_and(|column| column.right);
            let is_pushed = owed > 0 && !is_right;
            padding(*width, text.width(), &mut owed);
            is_pushed
        })
    }

    /// Whether a line of these texts would be wider than the terminal.
    fn is_too_long(&self, texts: &[Cow<'_, str>], bar: &str, widths: &[usize]) -> bool {
        let Some(terminal) = self.look.width else {
            return false;
        };
        let mut owed = 0;
        let texts = texts.iter().enumerate().map(|(nth, text)| {
            let (width, text) = (widths.get(nth).copied().unwrap_or(0), text.width());
            text + padding(width, text, &mut owed) + GAP.len()
        });
        let texts: usize = texts.sum();
        let whole = match bar.width() {
            0 => texts.saturating_sub(GAP.len()),
            bar => texts + bar,
        };
        whole > terminal
    }
}

impl Layout {
    /// The text of a cell in this layout, before it is shortened.
    fn shown_of<'c>(&self, cell: &'c str) -> &'c str {
        if self.is_crowded {
            shorten::without_domain(cell)
        } else {
            cell
        }
    }
}

/// The blanks next to a text in its column, less what is `owed`: the width that longer cells before it used.
fn padding(width: usize, text: usize, owed: &mut usize) -> usize {
    let free = width.saturating_sub(text);
    let given = free.min(*owed);
    *owed = *owed - given + text.saturating_sub(width);
    free - given
}
