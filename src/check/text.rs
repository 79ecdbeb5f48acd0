//! A verdict as text: for a terminal, a pipe, the log of a pipeline.
//!
//! All text from events is made harmless for terminals, and no line of it can begin with what a pipeline's log takes for
//! a command. Not for: what is told (`verdict`).

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::example::Example;
use super::verdict::{Checked, Standing, Verdict};
use crate::dump::plural;
use crate::render::wrap::{Lines, wrap};

/// How it looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether verdicts are coloured.
    pub colour: bool,
}

/// What stands in front of a rule's name takes so much.
const FRONT: usize = 8;

/// Writes the verdict.
///
/// # Errors
/// Those of the writer.
pub fn write(verdict: &Verdict, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut screen = Screen {
        out: String::new(),
        look,
    };
    for checked in &verdict.checked {
        screen.checked(checked);
    }
    screen.out.push('\n');
    let colour = match verdict.standing {
        Standing::Held => AnsiColor::Green,
        Standing::Broken | Standing::Empty => AnsiColor::Red,
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
    look: Look,
}

impl Screen {
    /// A word in a colour, and its width.
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

    fn checked(&mut self, checked: &Checked) {
        let (word, colour) = if checked.is_held() {
            ("held", AnsiColor::Green)
        } else {
            ("broken", AnsiColor::Red)
        };
        let width = self.marked(word, colour);
        if checked.is_held() {
            let events = plural(checked.events, "event");
            self.wrapped(width, true, FRONT, &format!("{} ({events})", checked.name));
            return;
        }
        self.wrapped(width, true, FRONT, &checked.name);
        let line = checked.place.line;
        self.wrapped(0, false, FRONT, &format!("{}:{line}", checked.file));
        if let Some(reason) = &checked.reason {
            self.wrapped(0, false, FRONT, &format!("why: {reason}"));
        }
        if !checked.select.is_empty() {
            self.wrapped(0, false, FRONT, &format!("of: {}", checked.select));
        }
        for breach in &checked.breaches {
            self.wrapped(0, false, FRONT, &breach.what);
            for example in &breach.examples {
                self.example(example);
            }
            let left = breach.left();
            if left > 0 && !breach.examples.is_empty() && breach.bound != "baseline" {
                self.wrapped(
                    0,
                    false,
                    FRONT + 2,
                    &format!("… and {}", more(left, "event")),
                );
            }
        }
        if checked.more > 0 {
            let left = more(checked.more, "call");
            self.wrapped(0, false, FRONT, &format!("… and {left} not in it"));
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

/// Text in which no word is a command to GitHub (`::error::`) or Azure Pipelines (`##[section]`, `##vso[…]`): both take
/// them at the start of a line, blanks before them left out.
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
