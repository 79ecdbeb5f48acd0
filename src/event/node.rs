//! A JSON value inside an event, read member by member without decoding it.
//!
//! A node contains only text that `scan` validated, so reading it needs no errors.

use crate::scan::{Nested, Nesting, Plain, skip_valid};
use crate::text::{Escaping, Json, Text, Value};

/// A JSON value: its exact bytes, and whether they lie plainly ([`Escaping::Raw`]) or inside another JSON
/// string ([`Escaping::Once`]).
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    bytes: &'a [u8],
    form: Escaping,
}

impl<'a> Node<'a> {
    /// A node of valid JSON text without whitespace around it.
    pub(crate) const fn new(bytes: &'a [u8], form: Escaping) -> Self {
        Node { bytes, form }
    }

    /// The bytes of the value, unchanged.
    pub const fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// How often the bytes are escaped.
    pub const fn form(self) -> Escaping {
        self.form
    }

    /// True for an object.
    pub fn is_object(self) -> bool {
        self.bytes.first() == Some(&b'{')
    }

    /// True for a JSON `null`.
    pub fn is_null(self) -> bool {
        self.bytes == b"null"
    }

    /// The content of a string.
    pub fn text(self) -> Option<Text<'a>> {
        match self.form {
            Escaping::Raw => {
                let inner = self.bytes.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
                Some(Text::once(inner))
            }
            _ => {
                let inner = self.bytes.strip_prefix(br#"\""#)?.strip_suffix(br#"\""#)?;
                Some(Text::twice(inner))
            }
        }
    }

    /// The content of a string; `None` if it is empty.
    pub fn some_text(self) -> Option<Text<'a>> {
        self.text().filter(|text| !text.is_empty())
    }

    /// The value, typed, still borrowed.
    pub fn value(self) -> Value<'a> {
        match self.bytes.first() {
            Some(b'{' | b'[') => Value::Json(Json::new(self.bytes, self.form)),
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'n') => Value::Null,
            Some(b'-' | b'0'..=b'9') => Value::Number(self.bytes),
            _ => self.text().map_or(Value::Missing, Value::Text),
        }
    }

    /// The member of an object with this name; of several, the first.
    pub fn get(self, name: &str) -> Option<Node<'a>> {
        match self.form {
            Escaping::Raw => self.member::<Plain>(name),
            _ => self.member::<Nested>(name),
        }
    }

    /// The element of an array at `index`, from 0.
    pub fn at(self, index: usize) -> Option<Node<'a>> {
        let mut nth = 0;
        let mut found = None;
        self.for_each(|node| {
            if nth == index {
                found = Some(node);
            }
            nth += 1;
            found.is_none()
        });
        found
    }

    /// Calls `each` with the elements of an array until it returns `false`.
    pub fn for_each(self, each: impl FnMut(Node<'a>) -> bool) {
        match self.form {
            Escaping::Raw => self.elements::<Plain>(each),
            _ => self.elements::<Nested>(each),
        }
    }

    /// Calls `each` with the names and values of an object until it returns `false`.
    pub fn for_each_member(self, each: impl FnMut(Text<'a>, Node<'a>) -> bool) {
        match self.form {
            Escaping::Raw => self.all_members::<Plain>(each),
            _ => self.all_members::<Nested>(each),
        }
    }

    fn member<L: Nesting>(self, name: &str) -> Option<Node<'a>> {
        let mut found = None;
        // A backslash in a key is escaped, and U+FFFD, which is not ASCII, may replace bytes that are not UTF-8: such names
        // are compared after decoding.
        let is_odd = !name.is_ascii() || memchr::memchr(b'\\', name.as_bytes()).is_some();
        self.all_members::<L>(|key, node| {
            let is_spelt_so = !is_odd && key.bytes() == name.as_bytes();
            let is_it = is_spelt_so
                || (is_odd || memchr::memchr(b'\\', key.bytes()).is_some()) && key.eq_str(name);
            if is_it {
                found = Some(node);
            }
            found.is_none()
        });
        found
    }

    fn all_members<L: Nesting>(self, mut each: impl FnMut(Text<'a>, Node<'a>) -> bool) {
        if !self.is_object() {
            return;
        }
        let deeper = self.form.deeper();
        let mut i = L::skip_space(self.bytes, 1);
        while L::quote_at(self.bytes, i) {
            let Ok(key_end) = L::string_end(self.bytes, i + L::QUOTE) else {
                return;
            };
            let key = Text::new(&self.bytes[i + L::QUOTE..key_end], deeper);
            let colon = L::skip_space(self.bytes, key_end + L::QUOTE);
            let value = L::skip_space(self.bytes, colon + 1);
            let end = skip_valid::<L>(self.bytes, value);
            if value >= end || !each(key, Node::new(&self.bytes[value..end], self.form)) {
                return;
            }
            let comma = L::skip_space(self.bytes, end);
            i = L::skip_space(self.bytes, comma + 1);
        }
    }

    fn elements<L: Nesting>(self, mut each: impl FnMut(Node<'a>) -> bool) {
        if self.bytes.first() != Some(&b'[') {
            return;
        }
        let mut i = L::skip_space(self.bytes, 1);
        while i < self.bytes.len() && self.bytes[i] != b']' {
            let end = skip_valid::<L>(self.bytes, i);
            if i >= end || !each(Node::new(&self.bytes[i..end], self.form)) {
                return;
            }
            let comma = L::skip_space(self.bytes, end);
            i = L::skip_space(self.bytes, comma + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_found_on_both_levels() {
        let plain = br#"{ "a" : [1, {"b":"x\"y"}, "]" ] , "a":2, "e\u0065":{"n":null}, "t":true}"#;
        let nested = String::from_utf8_lossy(plain)
            .replace('\\', r"\\")
            .replace('"', r#"\""#);
        for node in [
            Node::new(plain, Escaping::Raw),
            Node::new(nested.as_bytes(), Escaping::Once),
        ] {
            let a = node.get("a").unwrap();
            assert_eq!(a.at(0).unwrap().bytes(), b"1");
            let b = a.at(1).unwrap().get("b").unwrap().text().unwrap();
            assert_eq!(b.to_str(), "x\"y");
            assert_eq!(a.at(2).unwrap().text().unwrap().to_str(), "]");
            assert!(a.at(3).is_none());
            assert!(node.get("ee").unwrap().get("n").unwrap().is_null());
            assert!(matches!(node.get("t").unwrap().value(), Value::Bool(true)));
            assert!(node.get("b").is_none());
        }
    }

    #[test]
    fn a_name_is_what_a_key_stands_for_and_not_how_it_is_spelt() {
        let plain = br#"{"\\\\":1,"\\":2,"\ud800":3,"\u005c\u005c\u005c\u005c":4}"#;
        let node = Node::new(plain, Escaping::Raw);
        let value = |name| node.get(name).map(Node::bytes);
        assert_eq!(value("\\"), Some(&b"2"[..]));
        assert_eq!(value("\\\\"), Some(&b"1"[..]));
        assert_eq!(value("\\\\\\\\"), Some(&b"4"[..]));
        assert_eq!(value("\u{fffd}"), Some(&b"3"[..]));
        let broken = Node::new(b"{\"a\xff\":1,\"a\":2}", Escaping::Raw);
        assert_eq!(broken.get("a\u{fffd}").map(Node::bytes), Some(&b"1"[..]));
        assert_eq!(broken.get("a").map(Node::bytes), Some(&b"2"[..]));
    }
}
