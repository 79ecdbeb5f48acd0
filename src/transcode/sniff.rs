//! What a source is on the outside, told by its first bytes.
//!
//! Not for: names and extensions, which lie.

use super::utf16::Endian;
use super::{MARK, Recipe, Shape, colours, csv, lake, tail, text, yaml};

/// How many first bytes tell.
pub const HEAD: usize = 4096;

/// What it takes to read a source that begins with `head` (its first [`HEAD`] bytes, or all of it where it
/// is shorter); `None` when it is read as it lies there.
pub fn recognise(head: &[u8]) -> Option<Recipe> {
    let mut shapes = Vec::new();
    let mut text = head.to_vec();
    if let Some(endian) = utf16(head) {
        shapes.push(Shape::Utf16(endian));
        text = decoded(head, endian);
    }
    if memchr::memmem::find(&text, b"\x1b[").is_some() {
        shapes.push(Shape::Colours);
        text = colours::stripped(&text);
    }
    shapes.extend(body(&text, head.len() < HEAD));
    (!shapes.is_empty()).then_some(Recipe { shapes })
}

/// What text is, whatever it was packed in; `is_all` when it is the whole text.
fn body(head: &[u8], is_all: bool) -> Option<Shape> {
    if lake::begins(head) {
        return Some(Shape::Lake);
    }
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let mut at = 0;
    while at < head.len() {
        let rest = &head[at..];
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if text::is_event(line) {
            return Some(Shape::Text);
        }
        if tail::prefix(rest).is_some() {
            return Some(Shape::LogsTail);
        }
        at += line.len() + 1;
    }
    if yaml::begins(head) {
        return Some(Shape::Yaml);
    }
    csv::begins(head, is_all).then_some(Shape::Csv)
}

/// UTF-16 is told by its byte order mark, or by every other byte being NUL, as ASCII has it there.
fn utf16(head: &[u8]) -> Option<Endian> {
    if head.starts_with(b"\xff\xfe") {
        return Some(Endian::Little);
    }
    if head.starts_with(b"\xfe\xff") {
        return Some(Endian::Big);
    }
    let sample = &head[..head.len().min(64) & !1];
    let nuls = |parity: usize| sample.iter().skip(parity).step_by(2).all(|byte| *byte == 0);
    match (sample.len() >= 4, nuls(0), nuls(1)) {
        (true, true, false) => Some(Endian::Big),
        (true, false, true) => Some(Endian::Little),
        _ => None,
    }
}

fn decoded(head: &[u8], endian: Endian) -> Vec<u8> {
    let units = head.chunks_exact(2).map(|unit| {
        let unit = [unit[0], unit[1]];
        match endian {
            Endian::Little => u16::from_le_bytes(unit),
            Endian::Big => u16::from_be_bytes(unit),
        }
    });
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.collect::<String>().into_bytes()
}
