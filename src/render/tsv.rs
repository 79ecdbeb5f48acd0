//! Tab-separated rows, escaped byte for byte as jq's `@tsv`: only the separators are escaped, so a terminal needs
//! [`super::terminal::sanitize`] in addition.

use crate::text::{Text, Value};

/// Appends one cell.
///
/// As in jq, TAB, LF, CR, backslash and NUL become `\t`, `\n`, `\r`, `\\` and `\0`, and nothing else is touched. What
/// is missing or null is empty. Text is unescaped and escaped in one go, without a copy in between.
///
/// ```
/// use trailsift::{render::tsv, text::{Text, Value}};
///
/// let mut out = Vec::new();
/// tsv::write_cell(&mut out, &Value::Text(Text::once(br"a\tb \u00fc")));
/// assert_eq!(out, r"a\tb ü".as_bytes());
/// ```
pub fn write_cell(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Text(text) => write_text(out, text),
        Value::Owned(text) | Value::OwnedJson(text) => write_escaped(out, text),
        Value::List(values) => {
            for (nth, value) in values.iter().enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                write_cell(out, value);
            }
        }
        Value::Missing | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Json(_) => {
            write_escaped(out, &value.cell_text())
        }
    }
}

/// Appends the cells with tabs between them and a newline after them.
pub fn write_row<'v, 'a: 'v>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'v Value<'a>>) {
    separated(out, cells, write_cell);
}

/// Appends a header of column names.
pub fn write_header<N: AsRef<str>>(out: &mut Vec<u8>, names: impl IntoIterator<Item = N>) {
    separated(out, names, |out, name| write_escaped(out, name.as_ref()));
}

/// Appends plain text, escaped.
pub fn write_escaped(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    let special = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b'\\' | 0);
    while let Some((before, (byte, after))) = rest
        .iter()
        .position(special)
        .and_then(|at| rest.split_at_checked(at))
        .and_then(|(before, tail)| Some((before, tail.split_first()?)))
    {
        out.extend_from_slice(before);
        out.extend_from_slice(match byte {
            b'\t' => br"\t",
            b'\n' => br"\n",
            b'\r' => br"\r",
            0 => br"\0",
            _ => br"\\",
        });
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn write_text(out: &mut Vec<u8>, text: &Text<'_>) {
    text.for_each(|piece| write_escaped(out, piece));
}

fn separated<T>(
    out: &mut Vec<u8>,
    cells: impl IntoIterator<Item = T>,
    write: impl Fn(&mut Vec<u8>, T),
) {
    for (nth, cell) in cells.into_iter().enumerate() {
        if nth > 0 {
            out.push(b'\t');
        }
        write(out, cell);
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Escaping, Json, chance::Chance};

    fn cell(value: &Value<'_>) -> String {
        let mut out = Vec::new();
        write_cell(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    /// jq's rules, character by character.
    fn naive(text: &str) -> String {
        text.chars()
            .map(|c| match c {
                '\t' => "\\t".into(),
                '\n' => "\\n".into(),
                '\r' => "\\r".into(),
                '\\' => "\\\\".into(),
                '\0' => "\\0".into(),
                c => c.to_string(),
            })
            .collect()
    }

    #[test]
    fn escapes_what_jq_escapes_and_nothing_else() {
        // What jq 1.6 prints for ["a\u0000\u001b\u007f\t\\\r\n\"ü\u0085"].
        let text = Text::once(br#"a\u0000\u001b\u007f\t\\\r\n\"\u00fc\u0085"#);
        assert_eq!(
            cell(&Value::Text(text)),
            "a\\0\u{1b}\u{7f}\\t\\\\\\r\\n\"ü\u{85}"
        );
        assert_eq!(cell(&Value::Owned("a\tb".into())), "a\\tb");
    }

    #[test]
    fn a_cell_is_the_escaped_cell_text_for_every_form() {
        const PARTS: &[&[u8]] = &[
            b"a",
            b"\\",
            b"\\\\",
            b"\\n",
            b"\\t",
            b"\\\"",
            b"\t",
            b"\n",
            b"\0",
            b"\xff",
            b"\\u0000",
            b"\\\\u0009",
            b"\\ud83d",
            b"\\ude00",
            "ü".as_bytes(),
            b"{\"k\" : 1}",
        ];
        let mut chance = Chance::new(7);
        for _ in 0..20_000 {
            let bytes = chance.bytes(PARTS, 8);
            for form in [Escaping::Raw, Escaping::Once, Escaping::Twice] {
                let value = Value::Text(Text::new(&bytes, form));
                assert_eq!(cell(&value), naive(&value.cell_text()), "{value:?}");
                let value = Value::List(vec![
                    value,
                    Value::Missing,
                    Value::Json(Json::new(&bytes, form)),
                    Value::Number(&bytes),
                ]);
                assert_eq!(cell(&value), naive(&value.cell_text()), "{value:?}");
            }
        }
    }

    #[test]
    fn rows_are_tab_separated_and_end_with_a_newline() {
        let mut out = Vec::new();
        write_header(&mut out, ["EventTime", "a\tb"]);
        write_row(
            &mut out,
            &[
                Value::Missing,
                Value::Null,
                Value::Bool(true),
                Value::Number(b"1.50"),
                Value::Json(Json::once(br#"{\"a\\n\" : 1}"#)),
            ],
        );
        write_row(&mut out, &[]);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "EventTime\ta\\tb\n\t\ttrue\t1.50\t{\"a\\\\n\":1}\n\n"
        );
    }
}
