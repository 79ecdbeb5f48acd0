//! Errors in files that a person wrote, with their position: `rules.toml:3:1: unknown key …`.

use std::fmt;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// A position in a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TextPosition {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

impl TextPosition {
    /// The position of a byte offset; of the end of the text for a larger offset.
    pub fn of(text: &str, at: usize) -> TextPosition {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        TextPosition {
            line: before.matches('\n').count() as u64 + 1,
            column: before[start..].chars().count() as u64 + 1,
        }
    }
}

/// An error in a rule file or a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file, as typed.
    pub file: String,
    /// Position of the error.
    pub place: TextPosition,
    /// What is wrong and what to do.
    pub why: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FileError { file, place, why } = self;
        write!(f, "{file}:{}:{}: {why}", place.line, place.column)
    }
}

impl std::error::Error for FileError {}

/// The text of a file that a person wrote.
///
/// # Errors
/// If it is not UTF-8.
pub(super) fn text<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str, FileError> {
    let fault = |place, why: &str| FileError {
        file: file.to_owned(),
        place,
        why: why.to_owned(),
    };
    let first = TextPosition { line: 1, column: 1 };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(fault(
            first,
            "the file is UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, _) = bytes.split_at(error.valid_up_to());
        let good = String::from_utf8_lossy(good);
        fault(
            TextPosition::of(&good, good.len()),
            "the file is not UTF-8 text; save it as UTF-8",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_characters_from_one() {
        let text = "a\nüb\n";
        for (at, line, column) in [(0, 1, 1), (1, 1, 2), (2, 2, 1), (4, 2, 2), (6, 3, 1)] {
            assert_eq!(
                TextPosition::of(text, at),
                TextPosition { line, column },
                "{at}"
            );
        }
        // Inside a character, and after the end.
        assert_eq!(
            TextPosition::of(text, 3),
            TextPosition { line: 2, column: 1 }
        );
        assert_eq!(
            TextPosition::of(text, 99),
            TextPosition { line: 3, column: 1 }
        );
    }

    #[test]
    fn a_file_that_is_not_text_is_an_error_with_its_position() {
        let error = text("f", b"one\ntw\xffo").unwrap_err();
        assert_eq!(
            error.to_string(),
            "f:2:3: the file is not UTF-8 text; save it as UTF-8"
        );
        assert!(text("f", b"\xff\xfea\0").unwrap_err().why.contains("iconv"));
        assert_eq!(text("f", b"\xef\xbb\xbfa").unwrap(), "a");
    }
}
