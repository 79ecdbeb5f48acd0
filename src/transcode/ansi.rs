//! Escape sequences of terminals, taken out.
//!
//! Valid JSON holds no escape character as such, so nothing of a dump is lost with them. Not for: carriage
//! returns and backspaces, which a terminal would obey as well.

use super::{MappedText, Transcode};

const ESCAPE: u8 = 0x1b;

/// A sequence longer than this is none.
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

/// Without escape sequences: for a look at the first bytes of a source.
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

/// The length of the sequence that these bytes begin with, the escape character included; 1 for one that
/// begins none. `None` when they end inside it, or when it is too long.
///
/// ECMA-48: CSI (5.4), and the strings that an operating system command is (5.6).
fn sequence(bytes: &[u8]) -> Option<usize> {
    // No more, so that what comes out doesn't depend on how much is there.
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    match bytes.get(1)? {
        b'[' => {
            let rest = bytes.get(2..)?;
            let end = rest.iter().position(|byte| !matches!(byte, 0x20..=0x3f))?;
            // What doesn't end a sequence is no part of it.
            let ends = matches!(rest.get(end), Some(0x40..=0x7e));
            Some(2 + end + usize::from(ends))
        }
        b']' => {
            // Up to the next escape character at most, so that none is looked past twice.
            let end = 2 + memchr::memchr3(0x07, b'\n', ESCAPE, bytes.get(2..)?)?;
            match (bytes.get(end)?, bytes.get(end + 1)) {
                (0x07, _) => Some(end + 1),
                (&ESCAPE, None) => None,
                (&ESCAPE, Some(b'\\')) => Some(end + 2),
                _ => Some(1),
            }
        }
        // A character set: `tput sgr0` ends with one.
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
    fn sequences_go_and_all_else_stays_and_leads_back() {
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

    /// Whatever arrives with it, what is longer than any sequence is none.
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

    /// Each was once looked for the end of through all that was there.
    #[test]
    fn many_beginnings_of_sequences_take_no_longer_than_other_text() {
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
