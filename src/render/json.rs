//! Values as JSON, with their types. Whole events are text, whose spaces [`crate::text::json`] changes.

use crate::text::{Value, json};

/// Appends one value on one line: `null` for what is missing, numbers as spelled, text encoded anew, objects and
/// arrays compact.
pub fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Missing | Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(_) => out.extend_from_slice(value.cell_text().as_bytes()),
        Value::Text(text) => {
            out.push(b'"');
            text.for_each(|piece| json::write_string_content(out, piece));
            out.push(b'"');
        }
        Value::Owned(text) => json::write_string(out, text),
        Value::OwnedJson(text) => out.extend_from_slice(text.as_bytes()),
        Value::Json(value) => json::compact(&value.to_plain(), out),
        Value::List(values) => {
            out.push(b'[');
            for (nth, value) in values.iter().enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                write_value(out, value);
            }
            out.push(b']');
        }
    }
}

/// Appends an object of all `names` on one line, without a newline after it. A name without a value is `null`.
///
/// ```
/// use trailsift::{render::json, text::Value};
///
/// let mut out = Vec::new();
/// json::write_object(&mut out, &["EventTime", "eventSize"], &[Value::Number(b"1.5E9"), Value::Missing]);
/// assert_eq!(out, br#"{"EventTime":1.5E9,"eventSize":null}"#);
/// ```
pub fn write_object<'v, 'a: 'v, N: AsRef<str>>(
    out: &mut Vec<u8>,
    names: &[N],
    values: impl IntoIterator<Item = &'v Value<'a>>,
) {
    let mut values = values.into_iter();
    out.push(b'{');
    for (nth, name) in names.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        json::write_string(out, name.as_ref());
        out.push(b':');
        write_value(out, values.next().unwrap_or(&Value::Missing));
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Escaping, Json, Text, chance::Chance};

    fn written(value: &Value<'_>) -> String {
        let mut out = Vec::new();
        write_value(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn types_are_kept() {
        let values = [
            Value::Missing,
            Value::Null,
            Value::Bool(true),
            Value::Number(b"1e999"),
            Value::Text(Text::once(br#"\"\/\u00fc"#)),
            Value::Owned("a\nb".into()),
            Value::Json(Json::once(br#"{\"z\": [1, 2], \"a\":\t1.50}"#)),
            Value::List(vec![]),
            Value::List(vec![Value::Number(b"1"), Value::Missing]),
        ];
        let written: Vec<_> = values.iter().map(written).collect();
        assert_eq!(
            written,
            [
                "null",
                "null",
                "true",
                "1e999",
                "\"\\\"/ü\"",
                "\"a\\nb\"",
                r#"{"z":[1,2],"a":1.50}"#,
                "[]",
                "[1,null]"
            ]
        );
    }

    #[test]
    fn text_of_any_bytes_reads_back_as_its_cell() {
        const PARTS: &[&[u8]] = &[
            b"a",
            b"\\",
            b"\\\\",
            b"\"",
            b"\\\"",
            b"\x00",
            b"\x1f",
            b"\x7f",
            b"\xc3",
            b"\xbc",
            b"\\u0000",
            b"\\\\u0009",
            b"\\ud83d",
            b"\\ude00",
        ];
        let mut chance = Chance::new(3);
        for _ in 0..20_000 {
            let bytes = chance.bytes(PARTS, 8);
            for form in [Escaping::Raw, Escaping::Once, Escaping::Twice] {
                let value = Value::Text(Text::new(&bytes, form));
                let back: String = serde_json::from_str(&written(&value)).unwrap();
                assert_eq!(back, value.cell_text());
            }
        }
    }

    #[test]
    fn an_object_has_every_name_whatever_the_values() {
        let mut out = Vec::new();
        write_object(
            &mut out,
            &["a\"", "b"].map(String::from),
            &[Value::Bool(false)],
        );
        write_object::<&str>(&mut out, &[], &[Value::Null]);
        assert_eq!(out, br#"{"a\"":false,"b":null}{}"#);
    }
}
