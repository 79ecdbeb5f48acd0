//! Cuts an input into blocks of complete tokens, so that a value is never divided between two blocks.

use std::fmt;

use memchr::{memchr, memmem};

use super::kind::RedactOptions;
use super::walk::{Leaf, Walk, WalkState};

/// Bytes per block.
const BLOCK: usize = 1 << 20;

/// Receives the blocks and their texts.
pub(super) trait BlockVisitor {
    /// A text of the current block.
    fn leaf(&mut self, leaf: &Leaf<'_>);
    /// The block itself, after all its texts. Its first byte has the offset `at` in the input.
    fn block(&mut self, bytes: &[u8], at: u64);
}

/// Error: a string, or text without spaces, has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Offset of its first byte.
    pub at: u64,
    /// Longest text that is allowed, in bytes.
    pub longest: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TooLong { at, longest } = self;
        write!(
            f,
            "byte {at}: a text is longer than {longest} bytes and cannot be searched as a whole; set a larger limit with \
             --max-event"
        )
    }
}

impl std::error::Error for TooLong {}

/// The blocks of one input.
#[derive(Debug)]
pub(super) struct BlockCutter {
    walk: Walk,
    longest: usize,
    state: WalkState,
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte.
    at: u64,
    /// Buffer length from which the next attempt is made; doubled after each failed attempt, so that a long text is not
    /// read quadratically.
    enough: usize,
}

impl BlockCutter {
    /// Texts may be up to `longest` bytes long.
    pub fn new(options: RedactOptions, longest: usize) -> BlockCutter {
        BlockCutter {
            walk: Walk::new(options),
            // Offsets in a block are 32 bits wide.
            longest: longest.clamp(BLOCK, 1 << 30),
            state: WalkState::default(),
            buffer: Vec::new(),
            at: 0,
            enough: BLOCK,
        }
    }

    /// Adds the next bytes. With `end` the input ends here, and the next bytes belong to another input.
    ///
    /// # Errors
    /// If a text is longer than allowed.
    pub fn push(
        &mut self,
        bytes: &[u8],
        end: bool,
        visit: &mut impl BlockVisitor,
    ) -> Result<(), TooLong> {
        self.buffer.extend_from_slice(bytes);
        while end && !self.buffer.is_empty() || self.buffer.len() >= self.enough {
            let state = &mut self.state;
            let mut used = self
                .walk
                .block(&self.buffer, end, state, &mut |leaf| visit.leaf(leaf));
            if used == 0 && !end {
                // No token is complete: this may be a long text of another program without any quote.
                used = self.line();
                let text = &self.buffer[..used];
                self.walk
                    .text(text, &mut self.state, &mut |leaf| visit.leaf(leaf));
            }
            if used == 0 {
                if self.buffer.len() > self.longest {
                    return Err(TooLong {
                        at: self.at,
                        longest: self.longest,
                    });
                }
                self.enough = 2 * self.buffer.len();
                break;
            }
            visit.block(&self.buffer[..used], self.at);
            self.buffer.drain(..used);
            self.at += used as u64;
            self.enough = BLOCK.max(2 * self.buffer.len());
        }
        if end {
            self.state = WalkState::default();
            self.at = 0;
            self.enough = BLOCK;
        }
        Ok(())
    }

    /// Passes on a text that is not part of an input, such as a component of a path.
    pub fn apart(&mut self, text: &[u8], visit: &mut impl BlockVisitor) {
        let mut state = WalkState::default();
        self.walk
            .text(text, &mut state, &mut |leaf| visit.leaf(leaf));
        visit.block(text, 0);
    }

    /// Length of text outside of strings that can be used without knowing its end: complete lines, else complete words,
    /// but no part of a PEM block.
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
    fn every_byte_passes_once_and_the_texts_do_not_depend_on_the_pieces() {
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
    fn a_text_without_an_end_is_an_error() {
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
