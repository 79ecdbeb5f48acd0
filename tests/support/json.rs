//! JSON that is written, never read: numbers keep the spelling they were given,
//! members keep their order, and the style of each real writer can be had.
//!
//! Not for parsing: the tests that read JSON use serde_json.

/// A JSON value to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// A number, spelled exactly so.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// Text that is written unchanged, valid JSON or not.
    Verbatim(String),
}

/// How a writer lays JSON out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Blanks per level; without it everything is on one line.
    pub indent: Option<usize>,
    pub comma: &'static str,
    pub colon: &'static str,
    /// Everything beyond ASCII as `\uXXXX`.
    pub ascii: bool,
}

impl Style {
    /// As CloudTrail writes a record.
    pub const COMPACT: Style = Style {
        indent: None,
        comma: ",",
        colon: ":",
        ascii: false,
    };
    /// As jq and `JSON.stringify(x, null, 2)` write.
    pub const TWO: Style = Style {
        indent: Some(2),
        comma: ",",
        colon: ": ",
        ascii: false,
    };
    /// As the AWS CLI on Python 3 writes.
    pub const FOUR: Style = Style {
        indent: Some(4),
        comma: ",",
        colon: ": ",
        ascii: false,
    };
    /// As the AWS CLI on Python 2.7 wrote: a blank after each comma, at the end of the line.
    pub const PYTHON_2: Style = Style {
        indent: Some(4),
        comma: ", ",
        colon: ": ",
        ascii: false,
    };

    /// The same layout with everything beyond ASCII escaped.
    pub const fn ascii(mut self) -> Style {
        self.ascii = true;
        self
    }
}

/// An object of these members, in this order.
pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// An array of these items.
pub fn list<T: Into<Json>, const N: usize>(items: [T; N]) -> Json {
    Json::List(items.into_iter().map(Into::into).collect())
}

/// A number spelled so: `1.688560107857E9`, `18446744073709551616`.
pub fn number(spelling: &str) -> Json {
    Json::Number(spelling.to_owned())
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}
impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}
impl From<&String> for Json {
    fn from(text: &String) -> Json {
        Json::Text(text.clone())
    }
}
impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}
impl From<i64> for Json {
    fn from(value: i64) -> Json {
        Json::Number(value.to_string())
    }
}
impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::List(items)
    }
}

impl Json {
    /// The text of this value in a style, without a final newline.
    pub fn write(&self, style: Style) -> String {
        let mut out = String::new();
        self.put(style, 0, &mut out);
        out
    }

    /// Gives a member of an object a value: in its place if it is there, else as the last.
    /// Anything but an object stays as it is.
    pub fn set(&mut self, name: &str, value: Json) {
        let Json::Object(members) = self else { return };
        match members.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => members.push((name.to_owned(), value)),
        }
    }

    /// Takes a member out of an object.
    pub fn remove(&mut self, name: &str) {
        if let Json::Object(members) = self {
            members.retain(|(key, _)| key != name);
        }
    }

    fn put(&self, style: Style, depth: usize, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Number(text) | Json::Verbatim(text) => out.push_str(text),
            Json::Text(text) => quote(text, style.ascii, out),
            Json::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    separate(style, depth + 1, at > 0, out);
                    item.put(style, depth + 1, out);
                }
                if !items.is_empty() {
                    new_line(style, depth, out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    separate(style, depth + 1, at > 0, out);
                    quote(name, style.ascii, out);
                    out.push_str(style.colon);
                    value.put(style, depth + 1, out);
                }
                if !members.is_empty() {
                    new_line(style, depth, out);
                }
                out.push('}');
            }
        }
    }
}

fn separate(style: Style, depth: usize, comma: bool, out: &mut String) {
    if comma {
        out.push_str(style.comma);
    }
    new_line(style, depth, out);
}

fn new_line(style: Style, depth: usize, out: &mut String) {
    if let Some(blanks) = style.indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', blanks * depth));
    }
}

/// Writes a JSON string as Python and CloudTrail do: C0 controls, `"` and `\` escaped,
/// DEL and U+2028 not; beyond ASCII on demand, in surrogate pairs where needed.
pub fn quote(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if ascii && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_reads_back_as_the_same_value() {
        let value = object([
            ("a\"\\\n\u{1}\u{7f}\u{2028}", "日本🚀".into()),
            ("list", list(["x", ""])),
            ("none", Json::List(Vec::new())),
            ("empty", object([])),
            ("number", number("1.50E1")),
            ("null", Json::Null),
        ]);
        let read = |style| serde_json::from_str::<serde_json::Value>(&value.write(style)).unwrap();
        let plain = read(Style::COMPACT);
        for style in [Style::TWO, Style::FOUR, Style::PYTHON_2] {
            assert_eq!(read(style), plain);
            assert_eq!(read(style.ascii()), plain);
            assert!(value.write(style.ascii()).is_ascii());
        }
        assert!(value.write(Style::COMPACT).contains("\"number\":1.50E1"));
    }

    #[test]
    fn python_2_leaves_a_blank_after_each_comma() {
        let text = object([("a", list(["b", "c"]))]).write(Style::PYTHON_2);
        assert_eq!(
            text,
            "{\n    \"a\": [\n        \"b\", \n        \"c\"\n    ]\n}"
        );
    }
}
