//! Writes the page as text: for a terminal of any width, a pipe, or an email.
//!
//! Ids, keys, addresses and ARNs are never broken; they get their own line if necessary. Control characters in text from
//! events are made visible.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::page::{
    ColumnKind, Fact, Heatmap, PageBlock, PageRow, PageTable, ReportPage, Section, TimeBars,
};
use crate::render::terminal::sanitize;
use crate::render::timeline::{Line, Timeline};
use crate::render::wrap::{Lines, wrap};

/// Options of the text.
#[derive(Clone, Copy, Debug)]
pub struct ReportTextOptions {
    /// Width in columns.
    pub width: usize,
    /// Whether headings are bold.
    pub colour: bool,
    /// Whether the command is printed below each figure.
    pub commands: bool,
}

const INDENT: usize = 2;
const GAP: usize = 2;
/// Columns for the name of a fact.
const FRONT: usize = 16;
/// Minimum number of columns for text after other columns.
const MIN_TEXT: usize = 30;

/// Writes a page.
///
/// # Errors
/// Those of the writer.
pub fn write(
    page: &ReportPage<'_>,
    look: ReportTextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut screen = Screen {
        out: String::new(),
        look,
    };
    screen.bold(&page.title);
    for section in &page.sections {
        screen.section(section);
    }
    out.write_all(screen.out.as_bytes())
}

struct Screen {
    out: String,
    look: ReportTextOptions,
}

impl Screen {
    fn bold(&mut self, text: &str) {
        let text = sanitize(text);
        if self.look.colour {
            let style = Style::new().bold();
            self.out.push_str(&format!("{style}{text}{style:#}\n"));
        } else {
            self.out.push_str(&text);
            self.out.push('\n');
        }
    }

    fn section(&mut self, section: &Section<'_>) {
        self.out.push('\n');
        self.bold(section.title);
        if !self.look.colour {
            let rule = "-".repeat(section.title.width());
            self.out.push_str(&rule);
            self.out.push('\n');
        }
        for block in &section.blocks {
            match block {
                PageBlock::Heading(text) => {
                    self.out.push('\n');
                    self.wrapped("", 0, text);
                }
                PageBlock::Prose(text) => self.wrapped("", INDENT, text),
                PageBlock::Facts(facts) => facts.iter().for_each(|fact| self.fact(fact)),
                PageBlock::Table(table) => self.table(table),
                PageBlock::Heat(heat) => self.heat(heat),
                PageBlock::Bars(bars) => self.bars(bars),
                PageBlock::Tree(branches) => {
                    for branch in branches {
                        let indent = INDENT + 2 * branch.depth;
                        self.hanging(indent, &branch.text);
                    }
                }
            }
        }
    }

    fn fact(&mut self, fact: &Fact<'_>) {
        let front = format!("{:INDENT$}{}", "", fact.name);
        self.wrapped(&front, FRONT, &fact.text);
        self.figures(&fact.figures);
    }

    /// Text after `front`, wrapped at blanks and indented. A word is never broken.
    fn wrapped(&mut self, front: &str, indent: usize, text: &str) {
        self.out.push_str(front);
        let column = front.width();
        let lines = Lines {
            column,
            is_touching: column > 0 && !front.ends_with(' '),
            indent,
            width: self.look.width,
        };
        wrap(&mut self.out, lines, text);
    }

    /// Wrapped text whose first line is not indented.
    fn hanging(&mut self, indent: usize, text: &str) {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let front = format!("{:indent$}{}", "", sanitize(first));
        self.wrapped(&front, indent + 2, rest);
    }

    /// The commands of figures, continued with a backslash over several lines.
    fn figures(&mut self, figures: &[(&'static str, &super::model::Figure)]) {
        if !self.look.commands {
            return;
        }
        for (name, figure) in figures {
            let Some(command) = &figure.command else {
                continue;
            };
            let label = format!("{:6}{name}:", "");
            self.out.push_str(&label);
            self.command(command, 8, label.width());
        }
    }

    fn command(&mut self, command: &str, indent: usize, mut column: usize) {
        let command = sanitize(command);
        for (nth, word) in parts(&command).into_iter().enumerate() {
            if nth > 0 && column + 3 + word.width() > self.look.width {
                self.out.push_str(" \\\n");
                self.out.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(word);
            column += word.width();
        }
        self.out.push('\n');
    }

    fn table(&mut self, table: &PageTable<'_>) {
        self.out.push('\n');
        self.wrapped("", INDENT, &table.caption);
        if table.rows.is_empty() {
            if !table.none.is_empty() {
                self.wrapped("", INDENT + 2, table.none);
            }
            return;
        }
        let lead = Lead::of(table, self.look.width);
        if let Some(lead) = &lead {
            let titles: Vec<String> = table
                .columns
                .iter()
                .map(|(title, _)| (*title).to_owned())
                .collect();
            let front = lead.front(&titles);
            let title = titles.get(lead.text).map_or("", String::as_str);
            self.out.push_str(&front);
            self.out.push_str(title);
            self.out.push('\n');
        }
        for row in &table.rows {
            match &lead {
                Some(lead) => self.row(table, lead, row),
                None => self.stacked(table, row),
            }
            self.figures(&row.figures);
        }
        let shown = table.rows.len() as u64;
        if table.count > shown {
            let left = crate::text::grouped(table.count - shown);
            self.wrapped("", INDENT + 2, &format!("… and {left} more"));
        }
        if let Some(command) = table.all.and_then(|figure| figure.command.as_deref()) {
            self.out.push_str("    $");
            self.command(command, 8, 5);
        }
    }

    fn row(&mut self, table: &PageTable<'_>, lead: &Lead, row: &PageRow<'_>) {
        let front = lead.front(&row.cells);
        let text = row.cells.get(lead.text).map_or("", String::as_str);
        if lead.indent + longest_word(text) > self.look.width {
            // If a word does not fit after the other columns, the text is written below them.
            self.out.push_str(front.trim_end());
            self.out.push('\n');
            self.wrapped("", INDENT + 6, text);
            self.wrapped("", INDENT + 8, &below(table, row));
            return;
        }
        let below = below(table, row);
        let is_short = below.width() + text.width() + GAP + front.width() <= self.look.width;
        if is_short && !below.is_empty() {
            // On the same line, if it does not leave its column.
            let text = sanitize(text);
            let width = lead.width.min(self.look.width);
            let padded = format!("{text:<width$}", width = width.max(text.width()));
            let line = format!("{front}{padded}{:GAP$}{}", "", sanitize(&below));
            if line.width() <= self.look.width {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
                return;
            }
        }
        self.wrapped(&front, lead.indent, text);
        if !below.is_empty() {
            self.wrapped("", lead.indent + 2, &below);
        }
    }

    /// The text on its own line, and the other columns below it.
    fn stacked(&mut self, table: &PageTable<'_>, row: &PageRow<'_>) {
        let mut rest = Vec::new();
        let mut front = String::new();
        for ((title, kind), cell) in table.columns.iter().zip(&row.cells) {
            if cell.is_empty() {
                continue;
            }
            match kind {
                ColumnKind::Text => {
                    let text = format!("{front}{cell}");
                    self.hanging(INDENT + 2, &text);
                    front.clear();
                }
                // An id before the text (a time, a family) belongs to it.
                ColumnKind::Id => front = format!("{cell} "),
                ColumnKind::Number if cell.ends_with('%') => rest.push(cell.clone()),
                ColumnKind::Number if cell == "1" => {
                    rest.push(format!("1 {}", title.strip_suffix('s').unwrap_or(title)));
                }
                ColumnKind::Number => rest.push(format!("{cell} {title}")),
                ColumnKind::Below => rest.push(cell.clone()),
            }
        }
        self.wrapped("", INDENT + 6, &rest.join("; "));
    }

    fn heat(&mut self, heat: &Heatmap<'_>) {
        const LEVELS: [&str; 5] = ["·", "░", "▒", "▓", "█"];
        self.out.push('\n');
        let most = crate::text::plural(heat.most, "event");
        let text = format!("Hours and weekdays (█ up to {most}, · no events)");
        self.wrapped("", INDENT, &text);
        // Up to three characters per hour, if the width allows it.
        let wide = (self.look.width.saturating_sub(INDENT + 5) / 24).clamp(1, 3);
        let mut hours = String::new();
        for hour in (0..24).step_by(3) {
            hours.push_str(&format!("{hour:02}{:width$}", "", width = 3 * wide - 2));
        }
        self.out
            .push_str(&format!("{:INDENT$}{:5}{}\n", "", "", hours.trim_end()));
        for (day, cells) in super::page::WEEKDAYS.iter().zip(&heat.cells) {
            self.out.push_str(&format!("{:INDENT$}{day}  ", ""));
            for cell in cells {
                let count = cell.map_or(0, |figure| figure.events);
                let level = (u128::from(count) * 4).div_ceil(u128::from(heat.most.max(1)));
                let drawn = LEVELS.get(level as usize).copied().unwrap_or("█");
                self.out.push_str(&drawn.repeat(wide));
            }
            self.out.push('\n');
        }
    }

    fn bars(&mut self, bars: &TimeBars<'_>) {
        self.out.push('\n');
        let most = crate::text::plural(bars.most, "event");
        let text = format!("Events over time (most per {}: {most})", bars.step);
        self.wrapped("", INDENT, &text);
        let counts = bars.bars.iter();
        let line = Line {
            counts: counts
                .map(|(place, _, figure)| (*place, figure.events))
                .collect(),
            ..Line::default()
        };
        let end = |bar: Option<&(u64, &str, _)>| bar.map_or("", |(_, at, _)| *at).to_owned();
        let (first, last) = (end(bars.bars.first()), end(bars.bars.last()));
        let mut drawn = String::new();
        Timeline {
            titles: &[],
            lines: &[line],
            spans: bars.steps,
            ends: (&first, &last),
            width: self.look.width.saturating_sub(INDENT),
            paint: Style::new(),
        }
        .write(&mut drawn);
        for line in drawn.lines() {
            self.out.push_str(&format!("{:INDENT$}{line}\n", ""));
        }
    }
}

/// Splits a command line where it may be continued on the next line: before an option (with its value) and before an
/// input, but never between quotation marks.
fn parts(command: &str) -> Vec<&str> {
    let mut ends = Vec::new();
    let (mut quote, mut is_escaped) = (None, false);
    for (at, c) in command.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => ends.push(at),
            _ => {}
        }
    }
    ends.push(command.len());
    let mut parts: Vec<&str> = Vec::new();
    // Start of the part, start of the word, and whether the word before takes a value.
    let (mut from, mut start, mut is_asking) = (0, 0, true);
    for end in ends {
        let word = command.get(start..end).unwrap_or_default();
        let is_option = word.starts_with("--");
        if start > from && (is_option || !is_asking) {
            parts.extend(command.get(from..start - 1));
            from = start;
        }
        // The program and its command stay together.
        is_asking = is_option || start == 0;
        start = end + 1;
    }
    parts.extend(command.get(from..));
    parts
}

fn longest_word(text: &str) -> usize {
    let words = text.split(' ').map(UnicodeWidthStr::width);
    words.max().unwrap_or(0)
}

/// The cells that may be written below the others, as one line.
fn below(table: &PageTable<'_>, row: &PageRow<'_>) -> String {
    let cells = table.columns.iter().zip(&row.cells);
    let below = cells.filter(|((_, kind), cell)| *kind == ColumnKind::Below && !cell.is_empty());
    let below: Vec<&str> = below.map(|(_, cell)| cell.as_str()).collect();
    below.join("; ")
}

/// The columns before the text.
struct Lead {
    /// Index, width, and whether it is aligned right.
    columns: Vec<(usize, usize, bool)>,
    /// Index of the text.
    text: usize,
    /// Column where the text begins.
    indent: usize,
    /// Width of the text.
    width: usize,
}

impl Lead {
    /// `None` if the text does not fit after the other columns.
    fn of(table: &PageTable<'_>, width: usize) -> Option<Lead> {
        let wide = |place: usize| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(place));
            cells.map(|cell| sanitize(cell).width()).max().unwrap_or(0)
        };
        let mut columns = Vec::new();
        let mut text = 0;
        for (place, (title, kind)) in table.columns.iter().enumerate() {
            match kind {
                ColumnKind::Number | ColumnKind::Id => {
                    let is_number = *kind == ColumnKind::Number;
                    if wide(place) > 0 {
                        columns.push((place, wide(place).max(title.width()), is_number));
                    }
                }
                ColumnKind::Text => text = place,
                ColumnKind::Below => {}
            }
        }
        let indent = INDENT
            + 2
            + columns
                .iter()
                .map(|(_, width, _)| width + GAP)
                .sum::<usize>();
        let cells = table.rows.iter().filter_map(|row| row.cells.get(text));
        let longest = cells
            .flat_map(|cell| cell.split(' '))
            .map(UnicodeWidthStr::width);
        let longest = longest.max().unwrap_or(0).max(MIN_TEXT.min(wide(text)));
        (indent + longest <= width).then(|| Lead {
            columns,
            text,
            indent,
            width: wide(text).max(
                table
                    .columns
                    .get(text)
                    .map_or(0, |(title, _)| title.width()),
            ),
        })
    }

    fn front(&self, cells: &[String]) -> String {
        let mut front = " ".repeat(INDENT + 2);
        for (place, width, is_right) in &self.columns {
            let cell = cells.get(*place).map_or("", String::as_str);
            let cell = sanitize(cell);
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if *is_right {
                (blanks.as_str(), "")
            } else {
                ("", blanks.as_str())
            };
            front.push_str(&format!("{before}{cell}{after}{:GAP$}", ""));
        }
        front
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_command_is_broken_only_between_words() {
        for (command, expected) in [
            (
                "trailsift list --key 'A --b' --where \"x = ' --y \\\" --z'\" a.json 'b c.json'",
                &[
                    "trailsift list",
                    "--key 'A --b'",
                    "--where \"x = ' --y \\\" --z'\"",
                    "a.json",
                    "'b c.json'",
                ][..],
            ),
            ("trailsift list", &["trailsift list"]),
            ("trailsift list a.json", &["trailsift list", "a.json"]),
            (
                "trailsift list --where \"it's\"' --a'\" --b\" -",
                &["trailsift list", "--where \"it's\"' --a'\" --b\"", "-"],
            ),
        ] {
            assert_eq!(parts(command), expected);
            assert_eq!(parts(command).join(" "), command);
        }
    }
}
