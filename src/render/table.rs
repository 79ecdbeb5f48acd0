//! An aligned table for terminals: no frame, two spaces between columns, perhaps a bar at the end of each row. NOT
//! for data that a program reads on: cells are shortened and sanitised.
//!
//! A table crate wants all rows before the first line; here long listings stream, so the padding is done here.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::bar::Bar;
use super::terminal::sanitize;

mod fit;
#[cfg(test)]
mod tests;

/// Rows that are looked at before the widths of the columns are fixed.
pub const MEASURED_ROWS: usize = 1_000;

/// Bytes of cells after which the widths are fixed even earlier, so that huge cells are not piled up.
pub const MEASURED_BYTES: usize = 4 << 20;

const GAP: &str = "  ";

/// What is left of a shortened text at least, as long as no id stands wider than the others for it.
const READABLE: usize = 20;

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The text of the header.
    pub title: String,
    /// Aligned right, for numbers. Such a column is never shortened: a cut number is another number.
    pub right: bool,
    /// Never shortened: access keys, ARNs, addresses and ids are useless in part.
    pub keep: bool,
}

impl Column {
    /// A column of text that may be shortened.
    pub fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: false,
            keep: false,
        }
    }

    /// A column of text that is never shortened.
    pub fn kept(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: false,
            keep: true,
        }
    }

    /// A column of numbers.
    pub fn number(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: true,
            keep: true,
        }
    }

    fn is_fixed(&self) -> bool {
        self.keep || self.right
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
/// The first [`MEASURED_ROWS`] rows are held back to measure the columns; later rows go straight through, and a cell
/// longer than its column pushes the rest of its row as far as there are no blanks to take, unless the row would then
/// leave the terminal.
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
    widths: Option<fit::Widths>,
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
            widths: None,
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

    /// Writes what was held back. A table without rows writes nothing, not even a header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self, w: &mut dyn Write) -> io::Result<()> {
        if self.waiting.is_empty() {
            Ok(())
        } else {
            self.fix(w)
        }
    }

    fn add(
        &mut self,
        mut cells: Vec<String>,
        value: Option<u64>,
        w: &mut dyn Write,
    ) -> io::Result<()> {
        for cell in &mut cells {
            if let std::borrow::Cow::Owned(safe) = sanitize(cell) {
                *cell = safe;
            }
        }
        let row = Row { cells, value };
        if let Some(widths) = &self.widths {
            return self.write_row(&row, widths, w);
        }
        self.waiting_bytes += row.cells.iter().map(String::len).sum::<usize>();
        self.waiting.push(row);
        if self.waiting.len() >= MEASURED_ROWS || self.waiting_bytes >= MEASURED_BYTES {
            self.fix(w)?;
        }
        Ok(())
    }

    /// Fixes the widths and writes the header and the waiting rows.
    fn fix(&mut self, w: &mut dyn Write) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut natural = Vec::with_capacity(self.columns.len());
        let mut usual = Vec::with_capacity(self.columns.len());
        for (nth, column) in self.columns.iter().enumerate() {
            let cells = waiting.iter().filter_map(|row| row.cells.get(nth));
            let mut cells: Vec<_> = cells.map(|cell| cell.width()).collect();
            cells.sort_unstable();
            let title = if self.look.header {
                column.title.width()
            } else {
                0
            };
            let widest = cells.last().copied().unwrap_or(0).max(title);
            let most = cells.get(cells.len() * 3 / 4).copied().unwrap_or(0);
            natural.push((widest, column.is_fixed()));
            usual.push(most.max(title));
        }
        // Text that is shortened a little makes room before ids do.
        let least = natural.iter().map(|(width, is_fixed)| match is_fixed {
            true => *width,
            false => (*width).min(READABLE),
        });
        let is_crowded = self
            .look
            .width
            .is_some_and(|width| fit::total(least) > width);
        if is_crowded {
            // A rare long id pushes its own row rather than all the others off the screen.
            for ((width, is_fixed), usual) in natural.iter_mut().zip(usual) {
                *width = if *is_fixed { usual } else { *width };
            }
        }
        let widths = fit::fit(
            &natural,
            self.look.width,
            self.look.bar.map(|bar| bar.written()),
        );
        if self.look.header {
            let cells: Vec<_> = self
                .columns
                .iter()
                .map(|column| column.title.clone())
                .collect();
            let line = self.line(&cells, &self.bar_title(&widths), &widths);
            if self.look.colour {
                let bold = anstyle::Style::new().bold();
                writeln!(w, "{bold}{line}{bold:#}")?;
            } else {
                writeln!(w, "{line}")?;
            }
        }
        for row in &waiting {
            self.write_row(row, &widths, w)?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    fn write_row(&self, row: &Row, widths: &fit::Widths, w: &mut dyn Write) -> io::Result<()> {
        let bar = match row.value {
            Some(value) => self.bar(value, widths),
            None => String::new(),
        };
        writeln!(w, "{}", self.line(&row.cells, &bar, widths))
    }

    /// The share beside the bar, and the bar, as far as there is room for them.
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

    /// What stands above bars and shares.
    fn bar_title(&self, widths: &fit::Widths) -> String {
        let axis = self.look.bar.map(|bar| bar.axis(widths.bar));
        match widths.share {
            0 => axis.unwrap_or_default(),
            share => format!("{:>share$}{GAP}{}", "share", axis.unwrap_or_default()),
        }
    }

    fn line(&self, cells: &[String], bar: &str, widths: &fit::Widths) -> String {
        let bar = bar.trim_end_matches(' ');
        let count = self.columns.len().max(cells.len());
        let cell = |nth: usize| cells.get(nth).map_or("", String::as_str);
        let column_width = |nth: usize| widths.columns.get(nth).copied().unwrap_or(0);
        let mut owed = 0;
        let pushed: usize = (0..count)
            .map(|nth| {
                let text = cell(nth).width();
                text + padding(column_width(nth), text, &mut owed) + GAP.len()
            })
            .sum();
        let is_too_long = self.look.width.is_some_and(|width| {
            let whole = match bar.width() {
                0 => pushed.saturating_sub(GAP.len()),
                bar => pushed + bar,
            };
            whole > width
        });

        let mut line = String::new();
        let mut owed = 0;
        for nth in 0..count {
            if nth > 0 {
                line.push_str(GAP);
            }
            let column = self.columns.get(nth);
            let width = column_width(nth);
            let mut text = cell(nth);
            // A column that was narrow when measured still shows something of a later, longer cell.
            let most = width.max(fit::MIN_TEXT);
            let shortened;
            if is_too_long && text.width() > most && column.is_some_and(|column| !column.is_fixed())
            {
                shortened = shorten(text, most);
                text = &shortened;
            }
            let padding = padding(width, text.width(), &mut owed);
            let is_right = column.is_some_and(|column| column.right);
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
        line
    }
}

/// The blanks beside a text in its column, less what is `owed`: what longer cells before it took of its room.
fn padding(width: usize, text: usize, owed: &mut usize) -> usize {
    let free = width.saturating_sub(text);
    let given = free.min(*owed);
    *owed = *owed - given + text.saturating_sub(width);
    free - given
}

/// The beginning of the text and `…`, together at most `width` wide.
fn shorten(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        out.push(c);
    }
    // A sequence can be wider than its characters one by one (U+FE0F after a narrow symbol).
    while !out.is_empty() && out.width() >= width {
        out.pop();
    }
    if width > 0 {
        out.push('…');
    }
    out
}
