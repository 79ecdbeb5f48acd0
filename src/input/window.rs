//! The bytes around one offset of an input, with the line and the column of that offset.

/// The bytes around an offset of the unpacked text, kept while the input is read. Its memory depends on `reach` alone,
/// not on the length of the input or its lines.
///
/// ```
/// use trailsift::input::ByteWindow;
///
/// let mut window = ByteWindow::new(7, 4);
/// window.take("a\nzwölf".as_bytes());
/// window.take(b"\nb");
/// assert_eq!((window.line(), window.column()), (2, 5));
/// assert_eq!(window.bytes(), "wölf\nb".as_bytes());
/// ```
#[derive(Clone, Debug)]
pub struct ByteWindow {
    /// The offset; `u64::MAX` while it is not known.
    at: u64,
    reach: u64,
    bytes: Vec<u8>,
    read: u64,
    /// Line ends before the offset.
    lines: u64,
    /// Characters between the last of them and the offset.
    characters: u64,
}

impl ByteWindow {
    /// A window of up to `reach` bytes before the offset `at` and up to `reach` bytes from it on.
    pub fn new(at: u64, reach: u64) -> Self {
        ByteWindow {
            at,
            reach,
            bytes: Vec::new(),
            read: 0,
            lines: 0,
            characters: 0,
        }
    }

    /// A window around an offset that [`ByteWindow::place`] sets later.
    pub fn unplaced(reach: u64) -> Self {
        ByteWindow::new(u64::MAX, reach)
    }

    /// Sets the offset of the window, at least the number of bytes that were read.
    pub fn place(&mut self, at: u64) {
        self.at = at.max(self.read);
        let kept = self.read - self.bytes.len() as u64;
        let over = self
            .from()
            .saturating_sub(kept)
            .min(self.bytes.len() as u64);
        self.bytes.drain(..over as usize);
    }

    /// Takes the next bytes of the input.
    pub fn take(&mut self, fresh: &[u8]) {
        if self.at == u64::MAX {
            self.take_unplaced(fresh);
            return;
        }
        let inside = |offset: u64| {
            let offset = offset.saturating_sub(self.read);
            usize::try_from(offset).map_or(fresh.len(), |offset| offset.min(fresh.len()))
        };
        let (from, to) = (
            inside(self.from()),
            inside(self.at.saturating_add(self.reach)),
        );
        let before = fresh.get(..inside(self.at)).unwrap_or_default();
        self.bytes
            .extend_from_slice(fresh.get(from..to).unwrap_or_default());
        self.count(before);
        self.read += fresh.len() as u64;
    }

    /// Keeps the last bytes, which may be before the offset.
    fn take_unplaced(&mut self, fresh: &[u8]) {
        self.bytes.extend_from_slice(fresh);
        let over = (self.bytes.len() as u64).saturating_sub(self.reach);
        self.bytes.drain(..over as usize);
        self.count(fresh);
        self.read += fresh.len() as u64;
    }

    /// Counts lines and characters before the offset.
    fn count(&mut self, before: &[u8]) {
        let tail = match memchr::memrchr(b'\n', before) {
            Some(end) => {
                self.lines += memchr::memchr_iter(b'\n', before).count() as u64;
                self.characters = 0;
                before.get(end + 1..).unwrap_or_default()
            }
            None => before,
        };
        self.characters += tail.iter().filter(|byte| !continues(**byte)).count() as u64;
    }

    /// The number of bytes that were read, kept or not.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// The kept bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The index of the offset in [`ByteWindow::bytes`], which is their length if the input ends at the offset.
    pub fn mark(&self) -> usize {
        ((self.at - self.from()) as usize).min(self.bytes.len())
    }

    /// Whether the input has bytes before the window.
    pub fn is_cut_before(&self) -> bool {
        self.from() > 0
    }

    /// Whether the input has bytes after the window.
    pub fn is_cut_after(&self) -> bool {
        self.read > self.from() + self.bytes.len() as u64
    }

    /// The number of the line, from 1.
    pub fn line(&self) -> u64 {
        self.lines + 1
    }

    /// The column in characters, from 1. If the offset is inside a character, it is the column of that character.
    pub fn column(&self) -> u64 {
        let is_inside = self
            .bytes
            .get(self.mark())
            .is_some_and(|byte| continues(*byte));
        if is_inside && self.characters > 0 {
            self.characters
        } else {
            self.characters + 1
        }
    }

    fn from(&self) -> u64 {
        self.at.saturating_sub(self.reach)
    }
}

/// Whether a byte is a continuation byte of UTF-8.
const fn continues(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The window does not depend on how the text is divided into reads.
    #[test]
    fn a_window_does_not_depend_on_the_division_into_reads() {
        let text = "{\r\n \"wer\": \"Zoë 世界\",\n\n  \"x\": 1}\n".as_bytes();
        for at in 0..=text.len() {
            for reach in [0, 1, 5, 100] {
                for size in [1, 2, 7, 1000] {
                    let mut window = ByteWindow::new(at as u64, reach);
                    text.chunks(size).for_each(|chunk| window.take(chunk));
                    let from = at.saturating_sub(reach as usize);
                    let to = (at + reach as usize).min(text.len());
                    let mut late = ByteWindow::unplaced(reach);
                    let known = at - at % size;
                    text[..known]
                        .chunks(size)
                        .for_each(|chunk| late.take(chunk));
                    late.place(at as u64);
                    text[known..]
                        .chunks(size)
                        .for_each(|chunk| late.take(chunk));
                    assert_eq!(late.bytes(), window.bytes());
                    assert_eq!(late.mark(), window.mark());
                    assert_eq!(
                        (late.line(), late.column()),
                        (window.line(), window.column())
                    );
                    assert_eq!(window.bytes(), &text[from..to]);
                    assert_eq!(window.mark(), at - from);
                    assert_eq!(window.is_cut_before(), from > 0);
                    assert_eq!(window.is_cut_after(), to < text.len());
                    assert_eq!(window.read(), text.len() as u64);
                    let before = &text[..at];
                    let line = before.iter().filter(|byte| **byte == b'\n').count();
                    assert_eq!(window.line(), line as u64 + 1);
                }
            }
        }
    }

    #[test]
    fn columns_are_characters_and_each_byte_of_one_has_its_column() {
        let text = "ab\nö世😀x";
        let bytes = text.as_bytes();
        let column = |at: usize| {
            let mut window = ByteWindow::new(at as u64, 8);
            bytes.chunks(3).for_each(|chunk| window.take(chunk));
            (window.line(), window.column())
        };
        let mut expected = vec![(1, 1), (1, 2), (1, 3)];
        for (nth, c) in (1..).zip("ö世😀x".chars()) {
            expected.extend(vec![(2, nth); c.len_utf8()]);
        }
        expected.push((2, 5));
        let found: Vec<_> = (0..=bytes.len()).map(column).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_window_after_the_end_has_no_bytes() {
        let mut window = ByteWindow::new(10, 3);
        window.take(b"abc");
        assert_eq!(
            (window.bytes(), window.mark(), window.read()),
            (&b""[..], 0, 3)
        );
        let mut window = ByteWindow::new(u64::MAX, u64::MAX);
        window.take(b"abc");
        assert_eq!((window.bytes(), window.mark()), (&b"abc"[..], 3));
    }

    #[test]
    fn a_line_of_many_megabytes_is_not_kept() {
        let mut window = ByteWindow::new(30 << 20, 1000);
        for _ in 0..40 {
            window.take(&vec![b'x'; 1 << 20]);
        }
        assert_eq!(window.column(), (30 << 20) + 1);
        assert!(
            window.bytes.capacity() <= 8000,
            "{}",
            window.bytes.capacity()
        );
    }
}
