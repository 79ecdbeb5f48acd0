//! The beginning of a line of block YAML: indentation, the dashes of list items, and a key.

use crate::event::MemberName;

/// Most dashes that count: a list of pages contains lists of events. A third dash is part of the content.
const DASHES: usize = 2;

/// A line without its line end.
#[derive(Clone, Copy, Debug)]
pub(super) struct YamlLine<'s> {
    /// Number of spaces at the beginning.
    pub indent: usize,
    /// Columns of the dashes at the beginning.
    dashes: [usize; DASHES],
    pub dash_count: usize,
    /// Column of the content after indentation and dashes.
    pub column: usize,
    /// The text from there on.
    pub content: &'s [u8],
}

/// A key at the beginning of the content, without quotes, and the value on the same line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'s> {
    pub key: &'s [u8],
    pub value: &'s [u8],
}

impl Entry<'_> {
    /// True for the key of a list of events.
    pub fn is_list(&self) -> bool {
        matches!(self.key, b"Events" | b"Records")
    }

    /// True for a CloudTrail name.
    pub fn is_known(&self) -> bool {
        MemberName::of(self.key).is_known()
    }
}

impl<'s> YamlLine<'s> {
    /// Splits a line, with or without its line end.
    pub fn of(line: &'s [u8]) -> YamlLine<'s> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let spaces = |from: usize| {
            let rest = line.get(from..).unwrap_or_default();
            rest.iter().take_while(|byte| **byte == b' ').count()
        };
        let indent = spaces(0);
        let mut column = indent;
        let mut dashes = [0; DASHES];
        let mut dash_count = 0;
        while let Some(dash) = dashes.get_mut(dash_count)
            && is_dash(&line[column..])
        {
            *dash = column;
            dash_count += 1;
            column += 1 + spaces(column + 1);
        }
        YamlLine {
            indent,
            dashes,
            dash_count,
            column,
            content: line[column..].trim_ascii_end(),
        }
    }

    /// Column of the first dash.
    pub fn dash(&self) -> Option<usize> {
        (self.dash_count > 0).then_some(self.dashes[0])
    }

    /// Columns of the dashes if there are two.
    pub fn two_dashes(&self) -> Option<[usize; 2]> {
        (self.dash_count == DASHES).then_some(self.dashes)
    }

    pub fn is_blank(&self) -> bool {
        self.dash_count == 0 && self.content.is_empty()
    }

    pub fn is_comment(&self) -> bool {
        self.dash_count == 0 && self.content.starts_with(b"#")
    }

    /// True for a bracket in the first column, which does not occur inside of block YAML.
    pub fn begins_json(&self) -> bool {
        self.column == 0 && matches!(self.content.first(), Some(b'{' | b'['))
    }

    /// True for `---`, `...`, and directives before a document.
    pub fn is_marker(&self) -> bool {
        if self.indent > 0 || self.dash_count > 0 {
            return false;
        }
        let is_directive = [&b"%YAML "[..], b"%TAG "];
        let rest = self.content.strip_prefix(b"---");
        let rest = rest.or_else(|| self.content.strip_prefix(b"..."));
        rest.is_some_and(|rest| rest.is_empty() || rest.trim_ascii_start().starts_with(b"#"))
            || is_directive
                .iter()
                .any(|word| self.content.starts_with(word))
    }

    /// The key at the beginning of the content.
    pub fn entry(&self) -> Option<Entry<'s>> {
        let (key, rest) = match self.content.first()? {
            quote @ (b'"' | b'\'') => {
                let length = memchr::memchr(*quote, &self.content[1..])?;
                (&self.content[1..=length], &self.content[length + 2..])
            }
            _ => {
                let length = self.content.iter().position(|byte| !is_of_name(*byte))?;
                self.content.split_at(length)
            }
        };
        let value = rest.strip_prefix(b":")?;
        let ends = matches!(value.first(), None | Some(b' ' | b'\t'));
        (ends && !key.is_empty()).then(|| Entry {
            key,
            value: value.trim_ascii_start(),
        })
    }

    /// True if the content is a quoted JSON object, or the beginning of one.
    pub fn is_quoted_object(&self) -> bool {
        is_quoted_object(self.content)
    }
}

/// True if a scalar is a quoted JSON object, or the beginning of one.
pub(super) fn is_quoted_object(scalar: &[u8]) -> bool {
    let Some((quote, text)) = scalar.split_first() else {
        return false;
    };
    let text = text.trim_ascii_start();
    match quote {
        b'\'' => text.starts_with(b"{\"") || text == b"{",
        b'"' => text.starts_with(b"{\\\"") || text == b"{",
        _ => false,
    }
}

/// True for a dash that begins an item.
fn is_dash(text: &[u8]) -> bool {
    text.first() == Some(&b'-') && matches!(text.get(1), None | Some(b' ' | b'\r'))
}

/// True for bytes of unquoted keys. Spaces are not among them, because prose has them.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'@' | b'.' | b'$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_keys_and_values_are_separated() {
        let line = YamlLine::of(b"  - - EventId: 'a: b'\r\n");
        assert_eq!(
            (line.indent, line.two_dashes(), line.column),
            (2, Some([2, 4]), 6)
        );
        let entry = line.entry().unwrap();
        assert_eq!((entry.key, entry.value), (&b"EventId"[..], &b"'a: b'"[..]));
        let line = YamlLine::of(b"- - - x");
        assert_eq!((line.column, line.content), (4, &b"- x"[..]));
        for (line, key) in [
            (&b"\"a b\": 1"[..], Some(&b"a b"[..])),
            (b"'a':", Some(b"a")),
            (b"-", None),
            (b"- a:\n", Some(b"a")),
            (b"a:b", None),
            (b"a b: c", None),
            (b": a", None),
            (b"\"a", None),
            (b"{\"a\": 1}", None),
            (b"", None),
        ] {
            let found = YamlLine::of(line).entry().map(|entry| entry.key);
            assert_eq!(found, key, "{}", line.escape_ascii());
        }
        assert!(YamlLine::of(b"--- # x").is_marker());
        assert!(YamlLine::of(b"...\r\n").is_marker());
        assert!(!YamlLine::of(b"----").is_marker());
        assert!(!YamlLine::of(b" ---").is_marker());
        assert!(YamlLine::of(b"- '{\"eventVersion\"").is_quoted_object());
        assert!(YamlLine::of(b"\"{\\\"eventVersion").is_quoted_object());
        assert!(!YamlLine::of(b"'a'").is_quoted_object());
    }
}
