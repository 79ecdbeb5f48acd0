//! Writes the page as Markdown, for a ticket or a wiki.
//!
//! Text from events is escaped: it cannot become markup, HTML or a link, and cannot break a table.

use std::io::{self, Write};

use super::model::Figure;
use super::page::{PageBlock, PageTable, ReportPage, WEEKDAYS};
use crate::render::markdown::escaped;
use crate::render::terminal::sanitize;

/// The longest text that a comment on GitHub accepts, in characters. GitLab and Jira accept as much or more.
const LONGEST: usize = 65_536;

/// Rows per table, tried in this order until the text is short enough.
const ROWS: [usize; 15] = [
    usize::MAX,
    400,
    300,
    200,
    150,
    100,
    70,
    50,
    30,
    20,
    15,
    10,
    5,
    3,
    1,
];

/// Writes a page of at most 65,536 characters: if it is longer, lists are cut to their first rows. A page whose lists
/// have one row and that is still longer says how to split it.
///
/// # Errors
/// Those of the writer.
pub fn write(page: &ReportPage<'_>, commands: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for rows in ROWS {
        text = paper(page, commands, rows);
        if text.chars().count() <= LONGEST {
            return out.write_all(text.as_bytes());
        }
    }
    // Single cells are this long: nothing can be cut without losing what they say.
    text.push_str(
        "\nThis report has more than 65,536 characters. To post it as comments, split it before lines that begin with \
         `##`.\n",
    );
    out.write_all(text.as_bytes())
}

fn paper(page: &ReportPage<'_>, commands: bool, rows: usize) -> String {
    let mut paper = Paper {
        out: String::new(),
        commands,
        rows,
    };
    paper.line(&format!("# {}", escaped(&page.title)));
    if rows < usize::MAX {
        paper.line("");
        paper.line(&format!(
            "Lists are cut to {} to keep this report below 65,536 characters, the limit of a comment on GitHub. \
             `--format html` writes all rows.",
            crate::text::plural(rows as u64, "row")
        ));
    }
    for section in &page.sections {
        paper.line("");
        paper.line(&format!("## {}", section.title.replace(". ", "\\. ")));
        for block in &section.blocks {
            paper.line("");
            paper.block(block);
        }
    }
    paper.out
}

struct Paper {
    out: String,
    commands: bool,
    /// Maximum number of rows of a list.
    rows: usize,
}

impl Paper {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn block(&mut self, block: &PageBlock<'_>) {
        match block {
            PageBlock::Heading(text) => self.line(&format!("### {}", escaped(text))),
            PageBlock::Prose(text) => self.line(&escaped(text)),
            PageBlock::Facts(facts) => {
                for fact in facts {
                    self.line(&format!("- **{}**: {}", fact.name, escaped(&fact.text)));
                    if self.commands {
                        self.figures("  ", &fact.figures);
                    }
                }
            }
            PageBlock::Table(table) => self.table(table),
            PageBlock::Tree(branches) => {
                for branch in branches.iter().take(self.rows) {
                    let indent = "  ".repeat(branch.depth);
                    self.line(&format!("{indent}- {}", escaped(&branch.text)));
                }
                self.rest(branches.len() as u64);
            }
            PageBlock::Bars(bars) => {
                self.line(&format!("| {} | events |", bars.step));
                self.line("|---|--:|");
                for (_, at, figure) in bars.bars.iter().take(self.rows) {
                    self.line(&format!("| {} | {} |", escaped(at), figure.events));
                }
                self.rest(bars.bars.len() as u64);
            }
            PageBlock::Heat(heat) => {
                let hours: Vec<_> = (0..24).map(|hour| format!("{hour:02}")).collect();
                self.line(&format!("| weekday | {} |", hours.join(" | ")));
                self.line(&format!("|---|{}", "--:|".repeat(24)));
                for (day, cells) in WEEKDAYS.iter().zip(&heat.cells) {
                    let cells = cells.map(|cell| cell.map(|figure| figure.events.to_string()));
                    let cells = cells.map(Option::unwrap_or_default);
                    self.line(&format!("| {day} | {} |", cells.join(" | ")));
                }
            }
        }
    }

    /// A line about the rows of a list that are cut.
    fn rest(&mut self, count: u64) {
        let left = count.saturating_sub(self.rows as u64);
        if left > 0 {
            self.line("");
            self.line(&format!("… and {} more", crate::text::grouped(left)));
        }
    }

    fn table(&mut self, table: &PageTable<'_>) {
        self.line(&format!("**{}**", escaped(&table.caption)));
        if table.rows.is_empty() {
            if !table.none.is_empty() {
                self.line("");
                self.line(&escaped(table.none));
            }
            return;
        }
        self.line("");
        let titles: Vec<&str> = table.columns.iter().map(|(title, _)| *title).collect();
        self.line(&format!("| {} |", titles.join(" | ")));
        let rules = table.columns.iter().map(|(_, kind)| match kind {
            super::page::ColumnKind::Number => "--:|",
            _ => "---|",
        });
        self.line(&format!("|{}", rules.collect::<String>()));
        for row in table.rows.iter().take(self.rows) {
            let cells: Vec<_> = row.cells.iter().map(|cell| escaped(cell)).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
        let shown = table.rows.len().min(self.rows) as u64;
        if table.count > shown {
            self.line("");
            let left = crate::text::grouped(table.count - shown);
            self.line(&format!("… and {left} more"));
        }
        if self.commands {
            self.line("");
            for row in table.rows.iter().take(self.rows) {
                self.figures("", &row.figures);
            }
        }
        if let Some(command) = table.all.and_then(|figure| figure.command.as_deref()) {
            self.line("");
            self.line(&code(command));
        }
    }

    fn figures(&mut self, indent: &str, figures: &[(&'static str, &Figure)]) {
        for (name, figure) in figures {
            if let Some(command) = &figure.command {
                self.line(&format!(
                    "{indent}- {} {name}: {}",
                    figure.events,
                    code(command)
                ));
            }
        }
    }
}

/// A command as a code span, with more backticks around it than any run of them inside.
fn code(command: &str) -> String {
    let command = sanitize(command);
    let mut longest = 0;
    let mut run = 0;
    for c in command.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{command}{blank}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        for (text, expected) in [
            ("a|b", "a\\|b"),
            ("<script>", "&lt;script>"),
            ("[x](http://e.x)", "\\[x\\](http&#58;//e.x)"),
            ("a\nb", "a\\nb"),
            ("`x` *y* _z_ # 1. -", "\\`x\\` \\*y\\* \\_z\\_ # 1. -"),
            ("a@b.c", "a&#64;b.c"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(code("a `b`` c"), "``` a `b`` c ```");
        assert_eq!(code("a"), "`a`");
    }
}
