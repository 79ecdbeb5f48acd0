//! Cuts what is read into blocks of whole tokens, however it arrives.
//!
//! Not for: what is in them (`walk`).

use std::fmt;

use memchr::{memchr, memmem};

use super::kind::RedactOptions;
use super::walk::{Leaf, Walk, WalkState};

/// Bytes that are gone through at once.
const BLOCK: usize = 1 << 20;

/// What is done with a block.
pub(super) trait BlockVisitor {
    /// Takes a text of the block that is being gone through.
    fn leaf(&mut self, leaf: &Leaf<'_>);
    /// Takes the block itself, when all its texts have passed. Its first byte has the offset `at`.
    fn block(&mut self, bytes: &[u8], at: u64);
}

/// A string, or a line without a blank, that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Where it begins.
    pub at: u64,
    /// How long one may be.
    pub longest: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TooLong { at, longest } = self;
        write!(
            f,
            "byte {at}: a text of more than {longest} bytes, which can't be searched as a whole; \
             --max-event takes a larger limit"
        )
    }
}

impl std::error::Error for TooLong {}

/// Blocks of one input.
#[derive(Debug)]
pub(super) struct BlockCutter {
    walk: Walk,
    longest: usize,
    state: WalkState,
    buffer: Vec<u8>,
    /// The offset of the buffer's first byte.
    at: u64,
    /// From how many bytes on it is worth a try.
    enough: usize,
}

impl BlockCutter {
    /// No text may be longer than `longest`.
    pub fn new(options: RedactOptions, longest: usize) -> BlockCutter {
        BlockCutter {
            walk: Walk::new(options),
            // Places in a block are 32 bits wide.
            longest: longest.clamp(BLOCK, 1 << 30),
            state: WalkState::default(),
            buffer: Vec::new(),
            at: 0,
            enough: BLOCK,
        }
    }

    /// Takes the next bytes; `end` when nothing follows, and the next ones are another input's.
    pub fn push(
        &mut self,
        bytes: &[u8],
        end: bool,
        each: &mut impl BlockVisitor,
    ) -> Result<(), TooLong> {
        self.buffer.extend_from_slice(bytes);
        while end && !self.buffer.is_empty() || self.buffer.len() >= self.enough {
            let state = &mut self.state;
            let mut taken = self
                .walk
                .block(&self.buffer, end, state, &mut |leaf| each.leaf(leaf));
            if taken == 0 && !end {
                taken = self.line();
                let text = &self.buffer[..taken];
                self.walk
                    .text(text, &mut self.state, &mut |leaf| each.leaf(leaf));
            }
            if taken == 0 {
                if self.buffer.len() > self.longest {
                    return Err(TooLong {
                        at: self.at,
                        longest: self.longest,
                    });
                }
                self.enough = 2 * self.buffer.len();
                break;
            }
            each.block(&self.buffer[..taken], self.at);
            self.buffer.drain(..taken);
            self.at += taken as u64;
            self.enough = BLOCK.max(2 * self.buffer.len());
        }
        if end {
            self.state = WalkState::default();
            self.at = 0;
            self.enough = BLOCK;
        }
        Ok(())
    }

    /// Takes a text that is no part of any input.
    pub fn apart(&mut self, text: &[u8], each: &mut impl BlockVisitor) {
        let mut state = WalkState::default();
        self.walk
            .text(text, &mut state, &mut |leaf| each.leaf(leaf));
        each.block(text, 0);
    }

    /// How much of text outside all strings can be taken without its end: whole lines, else whole words; no part of a
    /// PEM block.
    fn line(&self) -> usize {
        let text = &self.buffer[..];
        if memchr(b'"', text).is_some() {
            return 0;
        }
        let last = |part: &[u8]| memmem::rfind(text, part);
        let text = match (last(b"-----BEGIN "), last(b"-----END ")) {
            (Some(begin), end) if end.is_none_or(|end| end < begin) => &text[..begin],
            _ => text,
        };
        let line = text.iter().rposition(|byte| *byte == b'\n');
        let end = line.or_else(|| text.iter().rposition(u8::is_ascii_whitespace));
        end.map_or(0, |end| end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Texts {
        all: Vec<u8>,
        texts: Vec<String>,
    }

    impl BlockVisitor for Texts {
        fn leaf(&mut self, leaf: &Leaf<'_>) {
            if !leaf.is_key {
                let text = String::from_utf8_lossy(&leaf.view.bytes).into_owned();
                self.texts.push(text);
            }
        }

        fn block(&mut self, bytes: &[u8], at: u64) {
            assert_eq!(at, self.all.len() as u64);
            self.all.extend_from_slice(bytes);
        }
    }

    fn read(text: &[u8], size: usize, longest: usize) -> Result<Texts, TooLong> {
        let mut blocks = BlockCutter::new(RedactOptions::default(), longest);
        let mut texts = Texts::default();
        for piece in text.chunks(size) {
            blocks.push(piece, false, &mut texts)?;
        }
        blocks.push(b"", true, &mut texts)?;
        Ok(texts)
    }

    #[test]
    fn every_byte_passes_once_and_texts_are_the_same_however_they_arrive() {
        let mut text = b"a line of text\n".repeat(150_000);
        for index in 0..20_000 {
            let line = format!(
                "{{\"k{index}\": \"value {index}\", \"n\": \"{{\\\"a\\\": \\\"b\\\"}}\"}}\n"
            );
            text.extend_from_slice(line.as_bytes());
        }
        let whole = read(&text, text.len(), 16 << 20).unwrap();
        assert!(whole.all == text && whole.texts.len() >= 40_000);
        let strings = |texts: &Texts| -> Vec<String> {
            let strings = texts
                .texts
                .iter()
                .filter(|it| it.starts_with("value") || *it == "b");
            strings.cloned().collect()
        };
        for size in [1000, 65_537] {
            let pieces = read(&text, size, 16 << 20).unwrap();
            assert!(pieces.all == text, "{size}");
            assert_eq!(strings(&pieces), strings(&whole));
        }
    }

    #[test]
    fn what_does_not_end_is_an_error_and_no_loss() {
        let longest = 2 << 20;
        let string = [b"{\"a\": \"".to_vec(), vec![b'x'; 5 << 20]].concat();
        let error = read(&string, 70_000, longest).err();
        assert_eq!(error, Some(TooLong { at: 6, longest }));
        let word = vec![b'x'; 5 << 20];
        let error = read(&word, 70_000, longest).err();
        assert_eq!(error, Some(TooLong { at: 0, longest }));
        let pem = [b"-----BEGIN X-----".to_vec(), b"abc \n".repeat(300_000)].concat();
        assert!(read(&pem, 70_000, longest).unwrap().all == pem);
    }
}
