//! Converts UTF-16 to UTF-8.
//!
//! An unpaired surrogate and an odd last byte become U+FFFD, so that the damage stays visible. The byte order mark becomes
//! that of UTF-8.

use super::{MappedText, Transcode};

/// The order of the two bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// Low byte first, as on Windows.
    Little,
    /// High byte first.
    Big,
}

pub(super) struct Utf16 {
    endian: Endian,
}

impl Utf16 {
    pub fn new(endian: Endian) -> Self {
        Utf16 { endian }
    }

    fn unit(&self, source: &[u8], at: usize) -> Option<u16> {
        let bytes = [*source.get(at)?, *source.get(at + 1)?];
        Some(match self.endian {
            Endian::Little => u16::from_le_bytes(bytes),
            Endian::Big => u16::from_be_bytes(bytes),
        })
    }

    /// The character at `at` and its length in bytes; `None` if more bytes are needed.
    fn character(&self, source: &[u8], at: usize, end: bool) -> Option<(char, u8)> {
        let Some(unit) = self.unit(source, at) else {
            // An odd byte at the end of the source.
            return (end && at < source.len()).then_some((char::REPLACEMENT_CHARACTER, 1));
        };
        if !(0xD800..0xDC00).contains(&unit) {
            let character = char::from_u32(u32::from(unit));
            return Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), 2));
        }
        match self.unit(source, at + 2) {
            // The second half of the pair has not arrived.
            None if !end => None,
            Some(low @ 0xDC00..=0xDFFF) => {
                let code = 0x10000 + (u32::from(unit - 0xD800) << 10) + u32::from(low - 0xDC00);
                let character = char::from_u32(code);
                Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), 4))
            }
            _ => Some((char::REPLACEMENT_CHARACTER, 2)),
        }
    }
}

impl Transcode for Utf16 {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        let mut taken = 0;
        let mut text = String::new();
        // `text` collects characters with the same lengths: one run of the map covers them. `from` is its offset, `step`
        // and `takes` are the bytes per character in UTF-8 and UTF-16.
        let (mut from, mut step, mut takes) = (0, 0, 0);
        while let Some((character, size)) = self.character(source, taken, end) {
            let width = character.len_utf8() as u8;
            if (step, takes) != (width, size) {
                out.chars(text.as_bytes(), at + from as u64, step, takes);
                text.clear();
                (from, step, takes) = (taken, width, size);
            }
            text.push(character);
            taken += usize::from(size);
        }
        out.chars(text.as_bytes(), at + from as u64, step, takes);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcode::testing::{check, made};
    use crate::transcode::{Recipe, SourceFormat};

    fn recipe(endian: Endian) -> Recipe {
        Recipe {
            shapes: vec![SourceFormat::Utf16(endian)],
        }
    }

    fn encode(text: &str, endian: Endian) -> Vec<u8> {
        let units = text.encode_utf16();
        let bytes = units.map(|unit| match endian {
            Endian::Little => unit.to_le_bytes(),
            Endian::Big => unit.to_be_bytes(),
        });
        bytes.flatten().collect()
    }

    #[test]
    fn every_character_is_converted_and_maps_back_to_its_bytes() {
        let text = "\u{feff}{\"a\":\"m\u{fc}nchen-\u{30ed}\u{30b0} \u{1f680}\u{1f680}x\"}\r\n";
        for endian in [Endian::Little, Endian::Big] {
            let source = encode(text, endian);
            let (made, origins) = made(&recipe(endian), &source, 7);
            assert_eq!(made, text.as_bytes());
            let mut place = 0;
            for (at, character) in text.char_indices() {
                assert_eq!(origins.source_of(at as u64), place, "{character:?}");
                place += 2 * character.len_utf16() as u64;
            }
            assert_eq!(origins.source_of(text.len() as u64), source.len() as u64);
            check(&recipe(endian), &source);
        }
    }

    #[test]
    fn unpaired_surrogates_and_an_odd_byte_become_replacement_characters() {
        let mut source = encode("a", Endian::Little);
        source.extend([0x3d, 0xd8]);
        source.extend(encode("b", Endian::Little));
        source.extend([0x80, 0xde]);
        source.extend([0x3d, 0xd8, 0x41]);
        let (made, origins) = made(&recipe(Endian::Little), &source, 1);
        assert_eq!(
            String::from_utf8(made).unwrap(),
            "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}"
        );
        let places: Vec<u64> = [0, 1, 4, 5, 8, 11, 14]
            .map(|at| origins.source_of(at))
            .into();
        assert_eq!(places, [0, 2, 4, 6, 8, 10, 11]);
        check(&recipe(Endian::Little), &source);
    }
}
