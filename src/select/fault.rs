//! The error of an expression: the reason and the column.

use std::fmt;

use unicode_width::UnicodeWidthStr;

/// The largest number of characters of an expression that are shown.
const WIDTH: usize = 90;

/// An expression that cannot be parsed. It is displayed as the reason, the expression, and a mark under the column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// The reason.
    pub why: String,
    /// The column, in characters from 1.
    pub column: usize,
    expression: String,
}

impl ExprError {
    /// An error at a byte of the expression.
    pub(super) fn new(expression: &str, at: usize, why: String) -> ExprError {
        let before = expression.get(..at).unwrap_or(expression);
        ExprError {
            why,
            column: before.chars().count() + 1,
            expression: expression.to_owned(),
        }
    }

    /// The same error, some characters later.
    pub(super) fn moved(mut self, characters: usize) -> ExprError {
        self.column += characters;
        self
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.expression.trim().is_empty() {
            return f.write_str(&self.why);
        }
        let length = self.expression.chars().count();
        // Of a long expression only the part around the column is shown.
        let from = if length <= WIDTH {
            0
        } else {
            self.column.saturating_sub(WIDTH / 2).min(length - WIDTH)
        };
        let shown = self.expression.chars().skip(from).take(WIDTH);
        // A line end or a tab would move the mark.
        let shown: String = shown
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let (left, right) = (
            if from > 0 { "\u{2026}" } else { "" },
            if from + WIDTH < length {
                "\u{2026}"
            } else {
                ""
            },
        );
        // Some characters are two columns of a terminal wide.
        let before: String = shown.chars().take(self.column - 1 - from).collect();
        let indent = before.width() + left.width();
        write!(
            f,
            "{} (column {})\n  {left}{shown}{right}\n  {:indent$}^",
            self.why, self.column, ""
        )
    }
}

impl std::error::Error for ExprError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_under_the_character_also_in_a_long_expression() {
        let short = ExprError::new("größe = x", "größe ".len(), "why".to_owned());
        assert_eq!(short.to_string(), "why (column 7)\n  größe = x\n        ^");
        let wide = ExprError::new("世界 = x", "世界 ".len(), "why".to_owned());
        assert_eq!(wide.to_string(), "why (column 4)\n  世界 = x\n       ^");
        let lines = ExprError::new("a\n= x", 2, "why".to_owned());
        assert_eq!(lines.to_string(), "why (column 3)\n  a = x\n    ^");
        for at in [0, 10, 44, 45, 46, 120, 250, 299, 300] {
            let mut long = "x".repeat(300);
            if at < 300 {
                long.replace_range(at..=at, "!");
            }
            let text = ExprError::new(&long, at, "why".to_owned()).to_string();
            let lines: Vec<&str> = text.lines().collect();
            let place = lines[2].chars().count() - 1;
            assert_eq!(
                lines[1].chars().nth(place),
                (at < 300).then_some('!'),
                "{text}"
            );
            assert!(lines[1].chars().count() <= WIDTH + 4);
        }
    }
}
