//! Untrusted text, made harmless for a terminal. Files and pipes get the text unchanged.

use std::borrow::Cow;

use crate::text::hazard;

/// Makes control, bidirectional and line-separating characters ([`hazard::is_hazard`]) visible: `\n`, `\r`, `\t`,
/// `\x1b` for the other ASCII controls, `\u{202e}` for the rest. Text without them is borrowed.
///
/// For reading, not for reading back: a backslash that was there before looks the same.
///
/// ```
/// use trailsift::render::terminal::sanitize;
///
/// assert_eq!(sanitize("a\u{1b}[31mb\u{202e}"), r"a\x1b[31mb\u{202e}");
/// ```
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if hazard::find(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    hazard::split(text, &mut out, String::push_str, |out, c| {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        };
    });
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::chance::Chance;

    #[test]
    fn harmless_text_is_borrowed() {
        for text in ["", "AKIAIOSFODNN7EXAMPLE", "Zürich 😀 \\n"] {
            assert!(matches!(sanitize(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn every_hazard_is_shown() {
        assert_eq!(
            sanitize("\0\u{7}\t\r\n\u{1b}\u{7f}\u{9b}\u{61c}\u{200e}\u{2028}\u{2066}\u{feff}"),
            r"\x00\x07\t\r\n\x1b\x7f\u{9b}\u{61c}\u{200e}\u{2028}\u{2066}\u{feff}"
        );
    }

    #[test]
    fn nothing_harmful_is_left_and_nothing_harmless_is_lost() {
        const PARTS: &[&str] = &[
            "a", "ü", "\u{1b}", "\u{9b}", "\u{202e}", "\n", "世", "\u{200b}",
        ];
        let mut chance = Chance::new(5);
        for _ in 0..5_000 {
            let text = chance.text(PARTS, 10);
            let safe = sanitize(&text);
            assert_eq!(hazard::find(&safe), None);
            let naive: String = text
                .chars()
                .map(|c| match c {
                    '\n' => "\\n".into(),
                    '\u{1b}' => "\\x1b".into(),
                    c if hazard::is_hazard(c) => format!("\\u{{{:x}}}", u32::from(c)),
                    c => c.to_string(),
                })
                .collect();
            assert_eq!(safe, naive);
        }
    }
}
