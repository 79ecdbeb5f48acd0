//! Recognises the format of a source by its first bytes. Names and extensions of files are not used, because people
//! save any output under any name.

use std::borrow::Cow;

use super::utf16::Endian;
use super::{MARK, Recipe, SourceFormat, ansi, csv, lake, logs_tail, text, yaml};

/// Number of first bytes that are examined.
pub const HEAD: usize = 4096;

/// The stages that a source with these first bytes needs; `None` if it needs none. `bytes` are the first [`HEAD`] bytes
/// or more, or all bytes of a shorter source.
pub fn recognise(bytes: &[u8]) -> Option<Recipe> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut shapes = Vec::new();
    let mut text = Cow::Borrowed(head);
    if let Some(endian) = utf16(head) {
        shapes.push(SourceFormat::Utf16(endian));
        text = Cow::Owned(decoded(head, endian));
    }
    if memchr::memmem::find(&text, b"\x1b[").is_some() {
        shapes.push(SourceFormat::Ansi);
        text = Cow::Owned(ansi::stripped(&text));
    }
    shapes.extend(body(&text, head.len() < HEAD));
    (!shapes.is_empty()).then_some(Recipe { shapes })
}

/// The format of text after any UTF-16 and escape sequences are removed. If it contains several formats, the first one
/// counts. `is_all` if the text ends here.
fn body(head: &[u8], is_all: bool) -> Option<SourceFormat> {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let rows = lake::begins(head).map(|at| (at, SourceFormat::Lake));
    // Rows of Lake are JSON, so they are searched for also in files that are JSON only.
    if is_json(head) {
        return rows.map(|(_, shape)| shape);
    }
    let others = [
        rows,
        lines(head),
        yaml::begins(head).map(|at| (at, SourceFormat::Yaml)),
        csv::begins(head, is_all).map(|at| (at, SourceFormat::Csv)),
    ];
    // The first one wins, because later text may be quoted by the earlier: CSV with YAML in a cell.
    let first = others.into_iter().flatten().min_by_key(|(at, _)| *at);
    first.map(|(_, shape)| shape)
}

/// True if every line begins like JSON. This is a shortcut: most files are JSON, and a folder may contain thousands of
/// small ones.
fn is_json(head: &[u8]) -> bool {
    let opens = |byte: Option<&u8>| {
        byte.is_none_or(|byte| byte.is_ascii_whitespace() || b"{}[]\"".contains(byte))
    };
    head.trim_ascii_start().starts_with(b"{")
        && memchr::memchr_iter(b'\n', head).all(|at| opens(head.get(at + 1)))
}

/// The first line that is output of `--output text` or `aws logs tail`.
fn lines(head: &[u8]) -> Option<(usize, SourceFormat)> {
    let mut at = 0;
    while at < head.len() {
        let rest = &head[at..];
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if text::is_event(&rest[..length]) {
            return Some((at, SourceFormat::Text));
        }
        if logs_tail::prefix(rest).is_some() {
            return Some((at, SourceFormat::LogsTail));
        }
        at += length + 1;
    }
    None
}

/// Recognises UTF-16 by its byte order mark or, without one, because every second byte of ASCII text is NUL.
fn utf16(head: &[u8]) -> Option<Endian> {
    if head.starts_with(b"\xff\xfe") {
        return Some(Endian::Little);
    }
    if head.starts_with(b"\xfe\xff") {
        return Some(Endian::Big);
    }
    // 64 bytes are enough: in dumps, everything up to the first value is ASCII.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_formats_counts() {
        let csv = "Event ID,Event time\n1,2024-06-10T01:11:06Z\n";
        let yaml = "Events:\n- EventId: x\n  EventName: y\n";
        let text = "EVENTS\t\t{\"eventVersion\":\"1\"}\ti\tn\ts\t1.5\ttrue\tu\n";
        let tail = "2024-06-10T01:11:06 {\"eventVersion\":\"1\"}\n";
        let rows = "{\"QueryResultRows\": [[{\"eventID\": \"1\"}]]}\n";
        let all = [
            (csv, SourceFormat::Csv),
            (yaml, SourceFormat::Yaml),
            (text, SourceFormat::Text),
            (tail, SourceFormat::LogsTail),
            (rows, SourceFormat::Lake),
        ];
        for (first, shape) in all {
            for (second, _) in all {
                let head = format!("$ cat a b\n{first}{second}");
                let recipe = recognise(head.as_bytes()).expect("a shape");
                assert_eq!(recipe.shapes(), [shape], "{head}");
            }
        }
    }

    #[test]
    fn a_log_line_with_a_time_is_not_a_record() {
        let log = "2024-06-10T01:11:06Z INFO conf {region}\n";
        assert_eq!(recognise(log.as_bytes()), None);
        let yaml = format!("{log}Events:\n- EventId: x\n  EventName: y\n");
        let recipe = recognise(yaml.as_bytes()).expect("YAML");
        assert_eq!(recipe.shapes(), [SourceFormat::Yaml]);
    }
}
