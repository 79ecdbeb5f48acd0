//! Values of fields, independent of the output format.

use std::borrow::Cow;

use super::escape::{lossy, unescape_into};
use super::{Escaping, Text, json};

/// The value of a field in an event.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// The event has no such path.
    Missing,
    /// A JSON `null`.
    Null,
    /// A JSON `true` or `false`.
    Bool(bool),
    /// A JSON number as spelled in the input; it is not parsed, so it is never rounded.
    Number(&'a [u8]),
    /// A JSON string, borrowed.
    Text(Text<'a>),
    /// Computed text: a formatted time, a derived name.
    Owned(String),
    /// An object or array as it is in the input.
    Json(Json<'a>),
    /// JSON text made here, on one line: a whole event.
    OwnedJson(String),
    /// All matches of a path with `[]`.
    List(Vec<Value<'a>>),
}

impl Value<'_> {
    /// The decoded text of a table cell: empty for missing and null values, compact JSON for objects and arrays, the
    /// elements of a list joined by `,`. Rows are also sorted and grouped by this text.
    ///
    /// ```
    /// use trailsift::text::{Text, Value};
    ///
    /// let arns = Value::List(vec![Value::Text(Text::once(br"a\tb")), Value::Number(b"1e3")]);
    /// assert_eq!(arns.cell_text(), "a\tb,1e3");
    /// assert_eq!(Value::Missing.cell_text(), "");
    /// ```
    pub fn cell_text(&self) -> Cow<'_, str> {
        match self {
            Value::Missing | Value::Null => Cow::Borrowed(""),
            Value::Bool(true) => Cow::Borrowed("true"),
            Value::Bool(false) => Cow::Borrowed("false"),
            Value::Number(spelling) => String::from_utf8_lossy(spelling),
            Value::Text(text) => text.to_str(),
            Value::Owned(text) | Value::OwnedJson(text) => Cow::Borrowed(text),
            Value::Json(json) => Cow::Owned(json.to_compact()),
            Value::List(values) => {
                let mut joined = String::new();
                for (nth, value) in values.iter().enumerate() {
                    if nth > 0 {
                        joined.push(',');
                    }
                    joined.push_str(&value.cell_text());
                }
                Cow::Owned(joined)
            }
        }
    }
}

/// The borrowed text of a JSON object or array, possibly escaped.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    bytes: &'a [u8],
    form: Escaping,
}

impl<'a> Json<'a> {
    /// Plain JSON text.
    pub const fn raw(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Escaping::Raw)
    }

    /// JSON text inside a JSON string, so that its quotes are written `\"`.
    pub const fn once(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Escaping::Once)
    }

    /// JSON text with an escaping that is known only at run time.
    pub const fn new(bytes: &'a [u8], form: Escaping) -> Self {
        Self { bytes, form }
    }

    /// The bytes without decoding.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The number of levels of escapes.
    pub const fn form(&self) -> Escaping {
        self.form
    }

    /// The JSON text without escapes: the bytes of the input for [`Escaping::Raw`], which may contain invalid UTF-8
    /// ([`json::compact`] and [`json::indent`] replace it), otherwise the decoded text.
    pub fn to_plain(&self) -> Cow<'a, [u8]> {
        if self.form == Escaping::Raw {
            return Cow::Borrowed(self.bytes);
        }
        match Text::new(self.bytes, self.form).to_str() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    /// Appends the text on one line as [`json::compact`] does, for text that has no whitespace between its tokens.
    pub(crate) fn write_compact(&self, out: &mut Vec<u8>) {
        // Only a lone surrogate would be replaced, and it is written as an escape, here with two backslashes.
        let may_need_repair = memchr::memmem::find(self.bytes, b"\\\\u").is_some();
        if self.form == Escaping::Once && !may_need_repair {
            unescape_into(&lossy(self.bytes), out);
        } else {
            json::compact(&self.to_plain(), out);
        }
    }

    /// The text without whitespace between its tokens; see [`json::compact`].
    pub fn to_compact(&self) -> String {
        let plain = self.to_plain();
        let mut out = Vec::with_capacity(plain.len());
        json::compact(&plain, &mut out);
        String::from_utf8(out)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

impl std::fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_compact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_inside_a_string_is_unescaped_once() {
        let json = Json::once(br#"{\"a\": \"x\\\"y\\\\z\", \"b\":\n[1.50]}"#);
        assert_eq!(
            json.to_plain(),
            &b"{\"a\": \"x\\\"y\\\\z\", \"b\":\n[1.50]}"[..]
        );
        assert_eq!(json.to_compact(), r#"{"a":"x\"y\\z","b":[1.50]}"#);
        assert!(matches!(
            Json::raw(b"[ 1 ]").to_plain(),
            Cow::Borrowed(b"[ 1 ]")
        ));
        assert!(matches!(
            Json::once(b"[ 1 ]").to_plain(),
            Cow::Borrowed(b"[ 1 ]")
        ));
    }

    #[test]
    fn a_cell_keeps_every_number_as_spelled() {
        for spelling in [
            "1.688560107857E9",
            "1e999",
            "9007199254740993",
            "-0.0",
            "1.50",
        ] {
            assert_eq!(Value::Number(spelling.as_bytes()).cell_text(), spelling);
        }
    }

    #[test]
    fn cells_of_each_kind() {
        let cell = |value: Value<'_>| value.cell_text().into_owned();
        assert_eq!(cell(Value::Null), "");
        assert_eq!(cell(Value::Bool(false)), "false");
        assert_eq!(cell(Value::Owned("2019-06-09".into())), "2019-06-09");
        assert_eq!(
            cell(Value::Json(Json::raw(b"{ \"a\" : [ ] }"))),
            r#"{"a":[]}"#
        );
        assert_eq!(cell(Value::List(vec![])), "");
        assert_eq!(
            cell(Value::List(vec![
                Value::Bool(true),
                Value::Missing,
                Value::Json(Json::once(br#"{\"k\": 1}"#)),
            ])),
            r#"true,,{"k":1}"#
        );
    }

    #[test]
    fn broken_bytes_are_repaired_in_every_kind() {
        let bad: &[u8] = b"\xff\xc3\"\\";
        for value in [
            Value::Number(bad),
            Value::Text(Text::raw(bad)),
            Value::Json(Json::raw(bad)),
            Value::Json(Json::once(bad)),
        ] {
            assert!(value.cell_text().contains('\u{fffd}'), "{value:?}");
        }
    }
}
