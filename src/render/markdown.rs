//! Text for Markdown pages. NOT for laying pages out.

use super::terminal::sanitize;

/// Text without any meaning of its own: control characters made visible, every sign of Markdown and HTML behind a
/// backslash or as an entity, and no word that a renderer would make a link of.
///
/// ```
/// use trailsift::render::markdown::escaped;
///
/// assert_eq!(escaped("a|b <i>"), r"a\|b &lt;i&gt;");
/// ```
pub fn escaped(text: &str) -> String {
    let text = sanitize(text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Between them, GitHub makes links and mentions of bare words.
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            // `www.` alone is a link, too; and `1.` begins a list.
            '.' => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '-' | '!'
            | '|' | '~' | '$' | '=' | '^' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
