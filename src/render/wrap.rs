//! Wraps the words of a paragraph to a width.

use unicode_width::UnicodeWidthStr;

use super::terminal::sanitize;

/// The columns of a paragraph.
#[derive(Clone, Copy, Debug)]
pub struct Lines {
    /// The column after the text before the first word.
    pub column: usize,
    /// Whether a blank must separate the first word from the text before it.
    pub is_touching: bool,
    /// The column where lines begin.
    pub indent: usize,
    /// The maximum width of a line.
    pub width: usize,
}

/// Appends a text without control characters, broken at blanks, and a line end; a word that is longer than a line is never broken.
///
/// ```
/// use trailsift::render::wrap::{Lines, wrap};
///
/// let mut out = String::from("a:");
/// let lines = Lines { column: 2, is_touching: true, indent: 4, width: 12 };
/// wrap(&mut out, lines, "one two three");
/// assert_eq!(out, "a:  one two\n    three\n");
/// ```
pub fn wrap(out: &mut String, lines: Lines, text: &str) {
    let mut column = lines.column;
    let text = sanitize(text);
    let mut is_first = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        let is_full = column + 1 + width > lines.width && column > lines.indent;
        if is_first || is_full {
            if !is_first {
                out.push('\n');
                column = 0;
            }
            let gap = usize::from(is_first && lines.is_touching);
            let blanks = lines.indent.saturating_sub(column).max(gap);
            out.push_str(&" ".repeat(blanks));
            column += blanks;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
        is_first = false;
    }
    out.push('\n');
}
