//! Removes the prefixes of `aws logs tail`: a time, and in most formats the name of a log stream, before each record.
//!
//! ```text
//! 2019-06-09T01:11:06.000000+00:00 123456789012_CloudTrail_us-east-1 {"eventVersion":…}   (--format detailed)
//! 2019-06-09T01:11:06 {"eventVersion":…}                                                   (--format short)
//! 2019-06-09T01:11:06.000000+00:00 123456789012_CloudTrail_us-east-1                       (--format json)
//! {
//!     "eventVersion": …
//! ```
//!
//! These are the formats in the source code of the AWS CLI. A prefix becomes a line end; everything else stays, also
//! messages that are not CloudTrail records.

use super::{MARK, MappedText, Transcode};

/// Longest prefix, in bytes: a time, and a stream name of up to 512 characters (CloudWatch Logs API reference).
const LONGEST: usize = 64 + 4 * 512;

#[derive(Default)]
pub(super) struct LogsTail {
    /// The next byte is in the middle of a line.
    inside: bool,
}

impl Transcode for LogsTail {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        let mut taken = 0;
        while taken < source.len() {
            let rest = &source[taken..];
            let place = at + taken as u64;
            if !self.inside {
                if rest.starts_with(MARK) {
                    taken += MARK.len();
                    continue;
                }
                match prefix(rest) {
                    Some(length) => {
                        // A line end keeps the offsets of the map in order and separates the records.
                        out.put(b"\n", place);
                        taken += length;
                        self.inside = true;
                        continue;
                    }
                    None if !end && is_undecided(rest) => break,
                    None => {}
                }
            }
            let newline = memchr::memchr(b'\n', rest);
            let length = newline.map_or(rest.len(), |at| at + 1);
            out.copy(&rest[..length], place);
            self.inside = newline.is_none();
            taken += length;
        }
        taken
    }
}

/// True if these bytes may become a prefix when more arrive.
fn is_undecided(bytes: &[u8]) -> bool {
    let newline = memchr::memchr(b'\n', bytes);
    bytes.len() < LONGEST && newline.is_none_or(|at| at + 1 == bytes.len())
}

/// Length of the prefix before the record of a line; `None` if the line has no prefix.
pub(super) fn prefix(bytes: &[u8]) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let stamp = stamp(bytes)?;
    let rest = bytes.get(stamp..)?.strip_prefix(b" ")?;
    let end = memchr::memchr2(b'\n', b'{', rest)?;
    let name = &rest[..end];
    // The brace must begin an object: a log message may contain one, too.
    if rest[end] == b'{' {
        let is_stream = name.is_empty() || name.ends_with(b" ");
        let is_object = matches!(
            rest.get(end + 1),
            None | Some(b'"' | b'}' | b' ' | b'\r' | b'\n')
        );
        return (is_stream && is_object && !has_quotes(name)).then_some(stamp + 1 + end);
    }
    // `--format json`: the record begins on the next line.
    let opens = rest.get(end + 1) == Some(&b'{');
    (opens && !has_quotes(name)).then_some(stamp + 1 + end)
}

/// True for text that cannot be the name of a log stream. It keeps the time inside a JSON value or a log message from
/// looking like a prefix.
fn has_quotes(name: &[u8]) -> bool {
    name.iter().any(|byte| matches!(byte, b'"' | b'*' | b':'))
}

/// Length of the time at the start; `None` if the bytes do not begin with a time.
fn stamp(bytes: &[u8]) -> Option<usize> {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let fits = |form: &[u8], bytes: &[u8]| {
        bytes.len() >= form.len()
            && form.iter().zip(bytes).all(|(form, byte)| match form {
                b'0' => byte.is_ascii_digit(),
                b'+' => matches!(byte, b'+' | b'-'),
                other => other == byte,
            })
    };
    if !fits(FORM, bytes) {
        return None;
    }
    let mut end = FORM.len();
    if bytes.get(end) == Some(&b'.') {
        end += 1;
        end += bytes[end..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
    }
    let zone = &bytes[end..];
    Some(match zone.first() {
        Some(b'Z') => end + 1,
        _ if fits(b"+00:00", zone) => end + 6,
        _ if fits(b"+0000", zone) => end + 5,
        _ => end,
    })
}

#[cfg(test)]
mod tests {
    use crate::transcode::testing::{check, made};
    use crate::transcode::{Recipe, SourceFormat};

    fn recipe() -> Recipe {
        Recipe {
            shapes: vec![SourceFormat::LogsTail],
        }
    }

    #[test]
    fn prefixes_of_every_format_are_removed_and_records_map_back() {
        for (source, text) in [
            (
                "2019-06-09T01:11:06.000000+00:00 1_CloudTrail_x {\"a\":1}\n",
                "\n{\"a\":1}\n",
            ),
            ("2019-06-09T01:11:06 {\"a\":1}\r\n", "\n{\"a\":1}\r\n"),
            ("\u{feff}2019-06-09T01:11:06 {\"a\":1}\n", "\n\n{\"a\":1}\n"),
            ("2019-06-09T01:11:06Z {\"a\":\n", "\n{\"a\":\n"),
            (
                "2019-06-09T01:11:06.1-0930 a stream\n{\n  \"a\": 1\n}\n",
                "\n\n{\n  \"a\": 1\n}\n",
            ),
            (
                "2019-06-09T01:11:06 START RequestId: 1\n",
                "2019-06-09T01:11:06 START RequestId: 1\n",
            ),
            (
                "2019-06-09T01:11:06 he said \"{\"\n",
                "2019-06-09T01:11:06 he said \"{\"\n",
            ),
            ("2019-06-09 01:11:06 s {}\n", "2019-06-09 01:11:06 s {}\n"),
            (
                "\u{feff}2019-06-09T01:11:06 {}\n\u{feff}2019-06-09T01:11:06 {}",
                "\n\n{}\n\n{}",
            ),
            ("2019-06-09T01:11:06", "2019-06-09T01:11:06"),
            ("", ""),
        ] {
            let (made, origins) = made(&recipe(), source.as_bytes(), 5);
            assert_eq!(String::from_utf8(made).unwrap(), text, "{source}");
            if let (Some(record), Some(place)) = (text.find('{'), source.find('{')) {
                assert_eq!(origins.source_of(record as u64), place as u64);
            }
            check(&recipe(), source.as_bytes());
        }
    }
}
