//! Writes a verdict as text: for a terminal, a pipe, or the log of a CI job.
//!
//! Control characters from events are made visible, and no line can start with text that a CI log treats as a command.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::example::Example;
use super::verdict::{RuleResult, Verdict, VerdictStatus};
use crate::render::wrap::{Lines, wrap};
use crate::text::plural;

/// Width and colors of the text.
#[derive(Clone, Copy, Debug)]
pub struct VerdictTextOptions {
    /// Width in columns.
    pub width: usize,
    /// Whether `passed` and `failed` are colored.
    pub colour: bool,
}

/// Columns before the name of a rule.
const FRONT: usize = 8;

/// Writes the verdict.
///
/// # Errors
/// Those of the writer.
pub fn write(verdict: &Verdict, look: VerdictTextOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut screen = Screen {
        out: String::new(),
        look,
    };
    for result in &verdict.results {
        screen.result(result);
    }
    screen.out.push('\n');
    let colour = match verdict.status {
        VerdictStatus::Passed => AnsiColor::Green,
        VerdictStatus::Failed | VerdictStatus::Empty => AnsiColor::Red,
    };
    let summary = verdict.summary();
    let (word, rest) = summary.split_once(':').unwrap_or((&summary, ""));
    let width = screen.marked(word, colour);
    screen.out.push(':');
    screen.wrapped(width + 1, true, 2, rest);
    out.write_all(screen.out.as_bytes())
}

struct Screen {
    out: String,
    look: VerdictTextOptions,
}

impl Screen {
    /// Writes a word in a color and returns its width.
    fn marked(&mut self, word: &str, colour: AnsiColor) -> usize {
        if self.look.colour {
            let style = Style::new().bold().fg_color(Some(colour.into()));
            self.out.push_str(&format!("{style}{word}{style:#}"));
        } else {
            self.out.push_str(word);
        }
        word.len()
    }

    fn wrapped(&mut self, column: usize, is_touching: bool, indent: usize, text: &str) {
        let lines = Lines {
            column,
            is_touching,
            indent,
            width: self.look.width,
        };
        wrap(&mut self.out, lines, &calm(text));
    }

    fn result(&mut self, result: &RuleResult) {
        let (word, colour) = match result.status {
            VerdictStatus::Passed => ("passed", AnsiColor::Green),
            VerdictStatus::Failed => ("failed", AnsiColor::Red),
            VerdictStatus::Empty => ("empty", AnsiColor::Yellow),
        };
        let width = self.marked(word, colour);
        if result.passed() {
            let events = plural(result.events, "event");
            self.wrapped(width, true, FRONT, &format!("{} ({events})", result.name));
            return;
        }
        self.wrapped(width, true, FRONT, &result.name);
        let line = result.place.line;
        self.wrapped(0, false, FRONT, &format!("{}:{line}", result.file));
        if let Some(reason) = &result.reason {
            self.wrapped(0, false, FRONT, &format!("reason: {reason}"));
        }
        if !result.select.is_empty() {
            self.wrapped(0, false, FRONT, &format!("select: {}", result.select));
        }
        for violation in &result.violations {
            self.wrapped(0, false, FRONT, &violation.message);
            for example in &violation.examples {
                self.example(example);
            }
            let left = violation.left();
            if left > 0 && !violation.examples.is_empty() && violation.bound != "baseline" {
                self.wrapped(
                    0,
                    false,
                    FRONT + 2,
                    &format!("… and {}", more(left, "event")),
                );
            }
        }
        if result.more_violations > 0 {
            let left = more(result.more_violations, "call");
            self.wrapped(
                0,
                false,
                FRONT,
                &format!("… and {left} that are not in the baseline"),
            );
        }
    }

    fn example(&mut self, example: &Example) {
        let parts: Vec<&str> = example.parts().collect();
        self.out.push_str(&format!("{:FRONT$}- ", ""));
        self.wrapped(FRONT + 2, false, FRONT + 2, &parts.join(" "));
        self.wrapped(0, false, FRONT + 2, &format!("in {}", example.place()));
    }
}

/// `3 more events`.
fn more(count: u64, what: &str) -> String {
    plural(count, &format!("more {what}"))
}

/// Escapes the start of words that are commands in the logs of GitHub (`::error::`) or Azure Pipelines (`##[section]`,
/// `##vso[…]`). Both execute a command at the start of a line, even after blanks, and wrapping may put any word there.
fn calm(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_start = before.is_whitespace() || before.is_control();
        if is_start && rest.starts_with("::") {
            out.push_str(r"\x3a");
        } else if is_start && rest.starts_with("##") {
            out.push_str(r"\x23");
        } else {
            out.push(c);
        }
        before = c;
        rest = &rest[c.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_a_command() {
        for (text, calmed) in [
            ("arn:aws:iam::1:root", "arn:aws:iam::1:root"),
            ("::error::x", r"\x3a:error::x"),
            ("a ::error::x", r"a \x3a:error::x"),
            ("a\u{a0}::x", "a\u{a0}\\x3a:x"),
            ("##[section]", r"\x23#[section]"),
            ("a## ü", "a## ü"),
        ] {
            assert_eq!(calm(text), calmed);
        }
    }
}
