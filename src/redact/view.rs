//! Text as it reads once escapes are off, with the way back from each byte to where it lies.
//!
//! Not for: what is looked for in it.

use std::borrow::Cow;

use memchr::memchr;

use crate::text::unicode_escape;

/// Bytes, and for each of them where it lies in the block that is read.
#[derive(Clone, Debug)]
pub(super) struct DecodedText<'a> {
    pub bytes: Cow<'a, [u8]>,
    map: Map<'a>,
}

#[derive(Clone, Debug)]
enum Map<'a> {
    /// The bytes lie there as they are, from here on.
    From(usize),
    /// One more than there are bytes: the last is the end.
    BlockVisitor(Cow<'a, [u32]>),
}

impl<'a> DecodedText<'a> {
    /// Bytes as they lie there from `from` on.
    pub fn raw(bytes: &'a [u8], from: usize) -> DecodedText<'a> {
        DecodedText {
            bytes: Cow::Borrowed(bytes),
            map: Map::From(from),
        }
    }

    /// Where the byte at `at` lies; behind the last one, where the next one would.
    pub fn at(&self, at: usize) -> usize {
        match &self.map {
            Map::From(from) => from + at,
            Map::BlockVisitor(map) => map[at.min(map.len() - 1)] as usize,
        }
    }

    /// A part of it.
    pub fn part(&self, start: usize, end: usize) -> DecodedText<'_> {
        DecodedText {
            bytes: Cow::Borrowed(&self.bytes[start..end]),
            map: match &self.map {
                Map::From(from) => Map::From(from + start),
                Map::BlockVisitor(map) => Map::BlockVisitor(Cow::Borrowed(&map[start..=end])),
            },
        }
    }

    /// The text that these bytes stand for as the content of a JSON string; `None` when that is they themselves.
    pub fn unescaped(&self) -> Option<DecodedText<'static>> {
        memchr(b'\\', &self.bytes)?;
        let bytes = &*self.bytes;
        Some(self.decoded(|at| match bytes[at] {
            b'\\' => escape(&bytes[at..]),
            _ => None,
        }))
    }

    /// The text that these bytes stand for in a URL; `None` when that is they themselves.
    pub fn unpercented(&self) -> Option<DecodedText<'static>> {
        let bytes = &*self.bytes;
        let mut from = 0;
        while let Some(at) = memchr(b'%', &bytes[from..]) {
            if percent(&bytes[from + at..]).is_some() {
                return Some(self.decoded(|at| percent(&bytes[at..])));
            }
            from += at + 1;
        }
        None
    }

    /// What comes of it when `decode` tells what begins at a byte: other bytes, and how many they stand for.
    fn decoded(
        &self,
        decode: impl Fn(usize) -> Option<([u8; 4], usize, usize)>,
    ) -> DecodedText<'static> {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut map = Vec::with_capacity(self.bytes.len() + 1);
        let mut at = 0;
        while at < self.bytes.len() {
            let here = self.at(at) as u32;
            let (decoded, length, taken) = decode(at).unwrap_or(([self.bytes[at], 0, 0, 0], 1, 1));
            bytes.extend_from_slice(&decoded[..length]);
            map.extend(std::iter::repeat_n(here, length));
            at += taken;
        }
        map.push(self.at(self.bytes.len()) as u32);
        DecodedText {
            bytes: Cow::Owned(bytes),
            map: Map::BlockVisitor(Cow::Owned(map)),
        }
    }
}

/// What the escape at the start stands for: bytes, how many, and how many it takes.
fn escape(bytes: &[u8]) -> Option<([u8; 4], usize, usize)> {
    let simple = |byte| Some(([byte, 0, 0, 0], 1, 2));
    match bytes.get(1)? {
        byte @ (b'"' | b'\\' | b'/') => simple(*byte),
        b'n' => simple(b'\n'),
        b't' => simple(b'\t'),
        b'r' => simple(b'\r'),
        b'b' => simple(8),
        b'f' => simple(12),
        b'u' => {
            let (c, taken) = unicode_escape(bytes)?;
            let mut buffer = [0; 4];
            let length = c?.encode_utf8(&mut buffer).len();
            Some((buffer, length, taken))
        }
        _ => None,
    }
}

fn percent(bytes: &[u8]) -> Option<([u8; 4], usize, usize)> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(*high)? << 4 | digit(*low)?;
    Some(([byte as u8, 0, 0, 0], 1, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_leads_back_through_all_escapes() {
        let raw = br#"a\\u00e9\"\\\"%2Fz"#;
        let view = DecodedText::raw(raw, 100);
        let once = view.unescaped().unwrap();
        assert_eq!(&*once.bytes, br#"a\u00e9"\"%2Fz"#);
        let twice = once.unescaped().unwrap();
        assert_eq!(&*twice.bytes, "a\u{e9}\"\"%2Fz".as_bytes());
        assert_eq!((twice.at(0), twice.at(1), twice.at(2)), (100, 101, 101));
        assert_eq!((twice.at(3), twice.at(4)), (108, 110));
        let plain = twice.unpercented().unwrap();
        assert_eq!(&*plain.bytes, "a\u{e9}\"\"/z".as_bytes());
        assert_eq!(plain.at(plain.bytes.len()), 100 + raw.len());
        let part = plain.part(5, 7);
        assert_eq!(
            (&*part.bytes, part.at(0), part.at(1)),
            (&b"/z"[..], 114, 117)
        );
        assert!(plain.unescaped().is_none() && plain.unpercented().is_none());
    }

    #[test]
    fn what_is_no_escape_stays() {
        let view = DecodedText::raw(br"\x \u12 \ud800 100% %zz", 0);
        assert_eq!(&*view.unescaped().unwrap().bytes, &*view.bytes);
        assert!(view.unpercented().is_none());
    }
}
