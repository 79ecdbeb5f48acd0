//! Text without its escapes, and a map from each byte to its offset in the source.

use std::borrow::Cow;

use memchr::memchr;

use crate::text::unicode_escape;

/// Text, and for each of its bytes the offset in the block that is read.
#[derive(Clone, Debug)]
pub(super) struct DecodedText<'a> {
    pub bytes: Cow<'a, [u8]>,
    map: Map<'a>,
}

#[derive(Clone, Debug)]
enum Map<'a> {
    /// The bytes are the source from this offset on.
    From(usize),
    /// The offset of each byte, and one more for the end.
    BlockVisitor(Cow<'a, [u32]>),
}

impl<'a> DecodedText<'a> {
    /// Bytes of the block from offset `from` on.
    pub fn raw(bytes: &'a [u8], from: usize) -> DecodedText<'a> {
        DecodedText {
            bytes: Cow::Borrowed(bytes),
            map: Map::From(from),
        }
    }

    /// The offset in the block of the byte at `at`, which may be one past the last byte.
    pub fn at(&self, at: usize) -> usize {
        match &self.map {
            Map::From(from) => from + at,
            Map::BlockVisitor(map) => map[at.min(map.len() - 1)] as usize,
        }
    }

    /// The bytes from `start` to `end`.
    pub fn part(&self, start: usize, end: usize) -> DecodedText<'_> {
        DecodedText {
            bytes: Cow::Borrowed(&self.bytes[start..end]),
            map: match &self.map {
                Map::From(from) => Map::From(from + start),
                Map::BlockVisitor(map) => Map::BlockVisitor(Cow::Borrowed(&map[start..=end])),
            },
        }
    }

    /// The text without JSON escapes, as the content of a string; `None` if there are no escapes.
    pub fn unescaped(&self) -> Option<DecodedText<'static>> {
        memchr(b'\\', &self.bytes)?;
        let bytes = &*self.bytes;
        Some(self.decoded(|at| match bytes[at] {
            b'\\' => escape(&bytes[at..]),
            _ => None,
        }))
    }

    /// The text without percent escapes; `None` if there are no escapes.
    pub fn percent_decoded(&self) -> Option<DecodedText<'static>> {
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

    /// Decodes all escapes. `decode` returns, for the byte at an offset, the decoded bytes, their number, and the number of
    /// bytes they replace; `None` if no escape begins there. All bytes of a decoded escape map to its first byte.
    fn decoded(
        &self,
        decode: impl Fn(usize) -> Option<([u8; 4], usize, usize)>,
    ) -> DecodedText<'static> {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut map = Vec::with_capacity(self.bytes.len() + 1);
        let mut at = 0;
        while at < self.bytes.len() {
            let here = self.at(at) as u32;
            let (decoded, length, used) = decode(at).unwrap_or(([self.bytes[at], 0, 0, 0], 1, 1));
            bytes.extend_from_slice(&decoded[..length]);
            map.extend(std::iter::repeat_n(here, length));
            at += used;
        }
        map.push(self.at(self.bytes.len()) as u32);
        DecodedText {
            bytes: Cow::Owned(bytes),
            map: Map::BlockVisitor(Cow::Owned(map)),
        }
    }
}

/// The JSON escape at the start: the decoded bytes, their number, and the length of the escape.
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
            let (c, used) = unicode_escape(bytes)?;
            let mut buffer = [0; 4];
            let length = c?.encode_utf8(&mut buffer).len();
            Some((buffer, length, used))
        }
        _ => None,
    }
}

fn percent(bytes: &[u8]) -> Option<([u8; 4], usize, usize)> {
    let mut decoded = percent_encoding::percent_decode(bytes.get(..3)?);
    let byte = decoded.next()?;
    // Three bytes decode to one if, and only if, they are a percent escape.
    decoded.next().is_none().then_some(([byte, 0, 0, 0], 1, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_maps_back_through_all_escapes() {
        let raw = br#"a\\u00e9\"\\\"%2Fz"#;
        let view = DecodedText::raw(raw, 100);
        let once = view.unescaped().unwrap();
        assert_eq!(&*once.bytes, br#"a\u00e9"\"%2Fz"#);
        let twice = once.unescaped().unwrap();
        assert_eq!(&*twice.bytes, "a\u{e9}\"\"%2Fz".as_bytes());
        assert_eq!((twice.at(0), twice.at(1), twice.at(2)), (100, 101, 101));
        assert_eq!((twice.at(3), twice.at(4)), (108, 110));
        let plain = twice.percent_decoded().unwrap();
        assert_eq!(&*plain.bytes, "a\u{e9}\"\"/z".as_bytes());
        assert_eq!(plain.at(plain.bytes.len()), 100 + raw.len());
        let part = plain.part(5, 7);
        assert_eq!(
            (&*part.bytes, part.at(0), part.at(1)),
            (&b"/z"[..], 114, 117)
        );
        assert!(plain.unescaped().is_none() && plain.percent_decoded().is_none());
    }

    #[test]
    fn invalid_escapes_stay() {
        let view = DecodedText::raw(br"\x \u12 \ud800 100% %zz", 0);
        assert_eq!(&*view.unescaped().unwrap().bytes, &*view.bytes);
        assert!(view.percent_decoded().is_none());
    }
}
