//! Text and tables of Markdown pages, as GitHub reads them. The layout of a page is the caller's.

use super::terminal::sanitize;
use crate::text::Value;

/// Text that a renderer of Markdown shows as it is: control characters are made visible, and what would be markup,
/// HTML, a link or a mention is escaped. Everything else stays, so that the text can also be read unrendered.
///
/// ```
/// use trailsift::render::markdown::escaped;
///
/// assert_eq!(escaped("a|b <i>"), r"a\|b &lt;i>");
/// assert_eq!(escaped("arn:aws:iam::123456789012:role/my_role-1"), "arn:aws:iam::123456789012:role/my_role-1");
/// ```
pub fn escaped(text: &str) -> String {
    let text = sanitize(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let next = after.chars().next();
        let is_next_word = next.is_some_and(char::is_alphanumeric);
        match c {
            '<' => out.push_str("&lt;"),
            // Without a `<` before it, `>` is markup only where a line begins.
            '>' if before.is_none() => out.push_str("&gt;"),
            '&' if is_entity(after) => out.push_str("&amp;"),
            // A mention, or a mail address.
            '@' if is_next_word => out.push_str("&#64;"),
            ':' if after.starts_with("//") => out.push_str("&#58;"),
            '.' if ends_with_www(&out) => out.push_str("&#46;"),
            '\\' if next.is_none_or(|next| next.is_ascii_punctuation()) => out.push_str("\\\\"),
            '`' | '*' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // Inside a word it is no emphasis.
            '_' if !(is_next_word && before.is_some_and(char::is_alphanumeric)) => {
                out.push_str("\\_");
            }
            // A heading, or the number of an issue.
            '#' if before.is_none() || next.is_some_and(|next| next.is_ascii_digit()) => {
                out.push_str("\\#");
            }
            // A list, a rule, or the line below a heading.
            '+' | '-' | '=' if before.is_none() => out.extend(['\\', c]),
            '.' | ')' if is_number(&out) && next.is_none_or(|next| next == ' ') => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// Whether the text after `&` ends an entity.
fn is_entity(after: &str) -> bool {
    after.split_once(';').is_some_and(|(name, _)| {
        name.bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'#')
    })
}

/// `www.` alone makes a link.
fn ends_with_www(text: &str) -> bool {
    let start = text.len().saturating_sub(3);
    text.get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// Whether the text so far is a number, which begins a list together with a full stop.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Appends the head of a table: names of columns, and whether each is aligned right.
pub fn write_header<'n>(out: &mut Vec<u8>, columns: impl Iterator<Item = (&'n str, bool)>) {
    let (names, rules): (Vec<_>, Vec<_>) = columns
        .map(|(name, is_right)| (escaped(name), if is_right { "--:" } else { "---" }))
        .unzip();
    let head = format!("| {} |\n| {} |\n", names.join(" | "), rules.join(" | "));
    out.extend_from_slice(head.as_bytes());
}

/// Appends one row of a table.
pub fn write_row<'v, 'a: 'v>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'v Value<'a>>) {
    out.push(b'|');
    for cell in cells {
        out.push(b' ');
        out.extend_from_slice(escaped(&cell.cell_text()).as_bytes());
        out.extend_from_slice(b" |");
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_markup_is_escaped() {
        for plain in [
            "2024-06-10T06:00:00Z",
            "arn:aws:sts::123456789012:assumed-role/Build_Role/ci-1234",
            "aws-cli/2.15.0 Python/3.11.6 (x86_64) #1",
            "Mozilla/5.0 (X11; Linux x86_64; rv:47.0)",
            "requestParameters.x=1+2!",
            "R&D, a & b",
            "1.5",
            "::1",
        ] {
            let written = escaped(plain).replace("\\#1", "#1");
            assert_eq!(written, plain);
        }
        for (text, written) in [
            ("*_x_*", r"\*\_x\_\*"),
            ("`a` ~b~ $c$ [d](e)", r"\`a\` \~b\~ \$c\$ \[d\](e)"),
            ("# h", r"\# h"),
            ("- a", r"\- a"),
            ("+ a", r"\+ a"),
            ("===", r"\==="),
            ("> q", "&gt; q"),
            ("12. a", r"12\. a"),
            ("1) a", r"1\) a"),
            (r"\| \x \", r"\\\| \x \\"),
            ("<b>&lt;&#60;", r"&lt;b>&amp;lt;&amp;\#60;"),
            ("@alice a@b.c", "&#64;alice a&#64;b.c"),
            ("http://a.b WWW.a.b", "http&#58;//a.b WWW&#46;a.b"),
            ("a\nb\u{1b}", r"a\nb\x1b"),
        ] {
            assert_eq!(escaped(text), written);
        }
    }

    #[test]
    fn a_cell_never_ends_a_row() {
        let mut out = Vec::new();
        write_header(&mut out, [("count", true), ("a|b", false)].into_iter());
        let text = |text: &str| Value::Owned(text.to_owned());
        write_row(&mut out, &[Value::Number(b"3"), text("x|y\\\n")]);
        write_row(&mut out, &[Value::Missing, text("\\")]);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "| count | a\\|b |\n| --: | --- |\n| 3 | x\\|y\\\\\\n |\n|  | \\\\ |\n"
        );
    }
}
