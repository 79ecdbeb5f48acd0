//! Removes escape sequences of terminals.
//!
//! Valid JSON contains no raw escape character, so this removes nothing of a dump. Carriage returns and backspaces, which
//! a terminal obeys as well, are not removed: a carriage return may also end a line.

use super::{MappedText, Transcode};

const ESCAPE: u8 = 0x1b;

/// Longest sequence, in bytes. A longer one is text: an escape character in a damaged dump must not hide the rest.
const LONGEST: usize = 4096;

pub(super) struct AnsiStripper;

impl Transcode for AnsiStripper {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        let mut from = 0;
        loop {
            let rest = &source[from..];
            let next = memchr::memchr(ESCAPE, rest).map_or(source.len(), |next| from + next);
            out.copy(&source[from..next], at + from as u64);
            if next == source.len() {
                return next;
            }
            let (length, is_text) = match sequence(&source[next..]) {
                Some(length) => (length, false),
                // No sequence begins here after all, so the escape character itself is text.
                None if end || source.len() - next >= LONGEST => (1, true),
                None => return next,
            };
            if is_text {
                out.copy(&source[next..next + 1], at + next as u64);
            }
            from = next + length;
        }
    }
}

/// The first bytes of a source without escape sequences.
pub(super) fn stripped(head: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(head.len());
    let mut from = 0;
    while let Some(skip) = memchr::memchr(ESCAPE, &head[from..]) {
        text.extend_from_slice(&head[from..from + skip]);
        from += skip;
        match sequence(&head[from..]) {
            Some(length) => from += length,
            None => return text,
        }
    }
    text.extend_from_slice(&head[from..]);
    text
}

/// Length of the sequence at the start, including the escape character; 1 if no sequence begins there. `None` if the bytes
/// end inside of it, or if it is too long.
///
/// ECMA-48: control sequences (section 5.4), and control strings such as an operating system command (section 5.6).
fn sequence(bytes: &[u8]) -> Option<usize> {
    // The limit applies first, so that the result does not depend on how many bytes have arrived.
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    match bytes.get(1)? {
        b'[' => {
            let rest = bytes.get(2..)?;
            let end = rest.iter().position(|byte| !matches!(byte, 0x20..=0x3f))?;
            // A byte that cannot end a sequence is not part of it: the sequence was cut off there.
            let ends = matches!(rest.get(end), Some(0x40..=0x7e));
            Some(2 + end + usize::from(ends))
        }
        b']' => {
            // Stops at the next escape character, so that no byte is searched twice.
            let end = 2 + memchr::memchr3(0x07, b'\n', ESCAPE, bytes.get(2..)?)?;
            match (bytes.get(end)?, bytes.get(end + 1)) {
                (0x07, _) => Some(end + 1),
                (&ESCAPE, None) => None,
                (&ESCAPE, Some(b'\\')) => Some(end + 2),
                _ => Some(1),
            }
        }
        // Selects a character set; `tput sgr0` ends with one.
        b'(' | b')' => bytes.get(2).map(|_| 3),
        b'=' | b'>' | b'7' | b'8' => Some(2),
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcode::testing::{check, made};
    use crate::transcode::{Recipe, SourceFormat};

    #[test]
    fn sequences_are_removed_and_other_bytes_map_back() {
        let recipe = Recipe {
            shapes: vec![SourceFormat::Ansi],
        };
        for (source, text) in [
            (
                &b"\x1b[1;39m{\x1b[0m\n  \x1b[34;1m\"a\"\x1b[m"[..],
                &b"\n{\n  \"a\""[..],
            ),
            (b"a\x1b]0;title\x07b\x1b]8;;x\x1b\\c\x07", b"abc\x07"),
            (b"x\x1b(By\x1b=z\x1b", b"xyz\x1b"),
            (b"x\x1b[12", b"x\x1b[12"),
            (b"x\x1b[3\nmy", b"x\nmy"),
            (b"x\x1b]no end\ny", b"x]no end\ny"),
            (b"x\x1b]no end\x1b[1my\x07", b"x]no endy\x07"),
            (b"x\x1b]\x1b]\x1b]0;t\x1b\\y", b"x]]y"),
            (b"plain", b"plain"),
            (b"", b""),
        ] {
            let (made, origins) = made(&recipe, source, 3);
            assert_eq!(made, text, "{}", source.escape_ascii());
            for (at, byte) in made.iter().enumerate() {
                let place = origins.source_of(at as u64) as usize;
                let is_beginning = at == 0 && *byte == b'\n';
                assert!(source[place] == *byte || is_beginning, "{at}");
            }
            check(&recipe, source);
        }
        assert_eq!(stripped(b"\x1b[1m{\x1b[0m \x1b[3"), b"{ ");
    }

    /// However many bytes arrive at once, a sequence longer than the limit is text.
    #[test]
    fn a_sequence_without_an_end_is_text_however_it_arrives() {
        let recipe = Recipe {
            shapes: vec![SourceFormat::Ansi],
        };
        for (opens, filler, ends) in [("\x1b[", "1", "m"), ("\x1b]", "t", "\x07")] {
            for length in [LONGEST - 4, LONGEST - 3, LONGEST - 2, LONGEST] {
                let source = format!("a{opens}{}{ends}b", filler.repeat(length));
                let is_sequence = length + 3 <= LONGEST;
                let (made, _) = made(&recipe, source.as_bytes(), 9);
                assert_eq!(made == b"ab", is_sequence, "{length}");
                check(&recipe, source.as_bytes());
            }
        }
    }

    /// Regression: each beginning searched all bytes after it.
    #[test]
    fn many_beginnings_of_sequences_take_linear_time() {
        for part in ["\x1b]", "\x1b[", "\x1b]0;t", "\x1b"] {
            let source = part.repeat((4 << 20) / part.len());
            let mut out = MappedText::default();
            assert_eq!(
                AnsiStripper.take(source.as_bytes(), 0, true, &mut out),
                source.len()
            );
        }
    }
}
