//! The characters before and after an offset in bytes that may not be UTF-8.

use super::pseudonym;

/// The character that ends at `end`, and where it begins; `None` if the bytes there are not UTF-8.
pub(super) fn before(text: &[u8], end: usize) -> Option<(usize, char)> {
    let text = text.get(..end)?;
    let start = (1..=text.len().min(4)).map(|length| end - length);
    let mut all = start.filter_map(|start| Some((start, one(&text[start..])?)));
    all.next()
}

/// The character that begins at `start`, and where it ends; `None` if the bytes there are not UTF-8.
pub(super) fn after(text: &[u8], start: usize) -> Option<(usize, char)> {
    let text = text.get(start..)?;
    let length = pseudonym::length(text);
    Some((start + length, one(text.get(..length)?)?))
}

/// True for a letter or digit of any script, and for a combining accent (U+0300 to U+036F), which belongs to a letter.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

fn one(bytes: &[u8]) -> Option<char> {
    let mut all = std::str::from_utf8(bytes).ok()?.chars();
    let c = all.next()?;
    all.next().is_none().then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_before_and_after_an_offset_are_decoded() {
        let text = "a\u{e9}\u{4e16}b".as_bytes();
        assert_eq!(before(text, 3), Some((1, '\u{e9}')));
        assert_eq!(before(text, 6), Some((3, '\u{4e16}')));
        assert_eq!(after(text, 3), Some((6, '\u{4e16}')));
        assert_eq!((before(text, 0), after(text, 7)), (None, None));
        assert_eq!((before(text, 2), after(text, 2)), (None, None));
    }
}
