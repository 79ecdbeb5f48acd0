//! The values of a flag: typed, or read from files (`@FILE`).
//!
//! A file contains one value per line; blank lines and comments (`#` at the start or after white space) are ignored.

use std::rc::Rc;

use super::Failure;
use super::setup::usage;
use crate::text::grouped;
use crate::transcode::MARK;

/// A value, and its source.
pub(super) struct Value {
    pub text: String,
    /// The file that contains it, and the line.
    pub from: Option<(Rc<str>, usize)>,
}

impl Value {
    /// The error about this value, with the line of the file that it was read from.
    pub fn refused(&self, flag: &str, why: &str) -> Failure {
        usage(match &self.from {
            Some((file, line)) => {
                format!(
                    "{}: line {line}: {why}",
                    with_flag(flag, &format!("@{file}"))
                )
            }
            None => format!("{flag}: {why}"),
        })
    }
}

/// All values of one flag.
pub(super) struct Values {
    /// The flag with its typed values, for messages: `--key @FILE (1,234 values)`.
    pub typed: String,
    pub values: Vec<Value>,
}

impl Values {
    /// Reads the values of `flag` (`--key`, `--not key=`). With `is_list`, blanks around values are removed.
    ///
    /// # Errors
    /// An empty value, a file that cannot be read, a line that is not text or not one value, a file without values.
    pub fn read(
        flag: &str,
        typed: impl Iterator<Item = impl AsRef<str>>,
        is_list: bool,
    ) -> Result<Values, Failure> {
        let mut values = Vec::new();
        let mut shown: Vec<String> = Vec::new();
        let mut files = false;
        for typed in typed {
            let typed = typed.as_ref();
            // People type a blank after a comma, and no value of a list begins or ends with one.
            let typed = if is_list { typed.trim() } else { typed };
            if typed.is_empty() {
                return Err(usage(format!("{flag}: an empty value matches nothing")));
            }
            shown.push(typed.to_owned());
            match typed.strip_prefix('@') {
                Some(path) => {
                    files = true;
                    read_file(flag, path, is_list, &mut values)?;
                }
                None => values.push(Value {
                    text: typed.to_owned(),
                    from: None,
                }),
            }
        }
        let mut typed = with_flag(flag, &shown.join(","));
        if files {
            let s = if values.len() == 1 { "" } else { "s" };
            typed.push_str(&format!(" ({} value{s})", grouped(values.len() as u64)));
        }
        Ok(Values { typed, values })
    }

    /// The texts of the values.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|value| value.text.as_str())
    }
}

/// A flag followed by its typed value.
fn with_flag(flag: &str, text: &str) -> String {
    let separator = if flag.ends_with('=') { "" } else { " " };
    format!("{flag}{separator}{text}")
}

fn read_file(
    flag: &str,
    path: &str,
    is_list: bool,
    values: &mut Vec<Value>,
) -> Result<(), Failure> {
    let place = with_flag(flag, &format!("@{path}"));
    if path.is_empty() {
        return Err(usage(format!(
            "{place}: expected the name of a file after the @"
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        usage(format!(
            "{place}: cannot read the file of values: {error} (write a value that begins with @ as ?{path})"
        ))
    })?;
    let bytes = bytes.strip_prefix(MARK).unwrap_or(&bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(usage(format!(
            "{place}: this is UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`"
        )));
    }
    let before = values.len();
    let file: Rc<str> = path.into();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = std::str::from_utf8(line)
            .map_err(|_| usage(format!("{place}: line {number} is not UTF-8 text")))?;
        let value = without_comment(line).trim();
        // A CSV row or a JSON list, as one value, would silently match nothing.
        if is_list && value.contains([',', '"', '\r']) {
            return Err(usage(format!(
                "{place}: line {number}: write one value per line, without quotes and commas"
            )));
        }
        if !value.is_empty() {
            values.push(Value {
                text: value.to_owned(),
                from: Some((Rc::clone(&file), number)),
            });
        }
    }
    if values.len() == before {
        return Err(usage(format!("{place}: the file contains no value")));
    }
    Ok(())
}

/// The line up to a `#` at its start or after white space.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices('#').find(|(at, _)| {
        let before = line[..*at].chars().next_back();
        before.is_none_or(char::is_whitespace)
    });
    comment.map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_a_line_or_follows_white_space() {
        for (line, value) in [
            ("# all", ""),
            ("#", ""),
            ("a # b", "a"),
            ("a\t#b", "a"),
            ("a#b", "a#b"),
            ("a#b #c", "a#b"),
            ("  #", ""),
            ("", ""),
        ] {
            assert_eq!(without_comment(line).trim(), value, "{line}");
        }
    }
}
