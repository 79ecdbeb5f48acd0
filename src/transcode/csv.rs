//! Converts CSV with one line per event: the console's "Download CSV", also after a spreadsheet has saved it, and exports
//! of Athena and CloudTrail Lake.
//!
//! A table begins with a line of column names that identify events; text before it is passed on. The names become an
//! empty list of events, and each row becomes an event on its own line. A row that does not fit the names, or has wrong
//! quotes, becomes the beginning of an event, so that it is counted as damaged; reading continues with the next line. A
//! row that does not identify an event becomes a list with an empty object, so that it is counted, unless the row is
//! empty. JSON between the rows is passed on, until a row is certainly an event.
//!
//! Quotes are those of RFC 4180. Lines end with LF, CRLF or CR. Fields are separated by commas, semicolons or tabs,
//! whichever separates the names: spreadsheets use the separator of the user's country.

use std::borrow::Cow;

use super::columns::{BROKEN, CUT, EVENTS, EventColumns, NO_EVENT};
use super::names::is_known;
use super::{MARK, MappedText, Transcode};

/// Longest line of names, in bytes.
const LONGEST_HEADING: usize = 64 << 10;

/// Longest name, in bytes.
const LONGEST_NAME: usize = 128;

pub(super) struct Csv {
    /// Longest row, in bytes.
    longest: usize,
    table: Option<Table>,
    /// Text that is not CSV follows the rows.
    is_in_other_text: bool,
    row: Row,
    line: Vec<u8>,
}

struct Table {
    delimiter: u8,
    columns: EventColumns,
}

/// A physical line: the end of its text, and the beginning of the next line.
#[derive(Clone, Copy)]
struct Line {
    end: usize,
    next: usize,
}

/// Why a row could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The bytes end inside of it.
    More,
    /// A quote does not end its field, or is never closed.
    Quote,
}

/// The fields of a row.
#[derive(Default)]
struct Row {
    /// At most as many as were requested.
    fields: Vec<Field>,
    count: usize,
    /// A field after these is not empty.
    has_more: bool,
    end: usize,
    next: usize,
}

struct Field {
    from: usize,
    to: usize,
    /// It contains doubled quotes.
    is_doubled: bool,
}

impl Field {
    fn text<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let text = bytes.get(self.from..self.to).unwrap_or_default();
        if !self.is_doubled {
            return Cow::Borrowed(text);
        }
        let mut plain = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(quote) = memchr::memchr(b'"', rest) {
            let (before, after) = rest.split_at(quote + 1);
            plain.extend_from_slice(before);
            rest = after.get(1..).unwrap_or_default();
        }
        plain.extend_from_slice(rest);
        Cow::Owned(plain)
    }
}

impl Row {
    /// Reads the row at `from`. With `all`, the bytes are the rest of the source.
    fn read(
        &mut self,
        bytes: &[u8],
        from: usize,
        delimiter: u8,
        most: usize,
        all: bool,
    ) -> Result<(), Fault> {
        self.fields.clear();
        (self.count, self.has_more) = (0, false);
        let mut at = from;
        loop {
            let mut field = Field {
                from: at,
                to: at,
                is_doubled: false,
            };
            if bytes.get(at) == Some(&b'"') {
                field.from += 1;
                at = closing_quote(bytes, &mut field, all)?;
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                at = match memchr::memchr3(delimiter, b'\n', b'\r', rest) {
                    Some(length) => at + length,
                    None if all => bytes.len(),
                    None => return Err(Fault::More),
                };
                field.to = at;
            }
            self.count += 1;
            if self.fields.len() < most {
                self.fields.push(field);
            } else {
                self.has_more |= field.from < field.to;
            }
            if bytes.get(at) == Some(&delimiter) {
                at += 1;
                continue;
            }
            let line = line(bytes, at, all).ok_or(Fault::More)?;
            // After a closing quote only a separator or the line end may follow.
            if line.end != at {
                return Err(Fault::Quote);
            }
            (self.end, self.next) = (at, line.next);
            return Ok(());
        }
    }
}

/// The offset after the quote that closes a field.
fn closing_quote(bytes: &[u8], field: &mut Field, all: bool) -> Result<usize, Fault> {
    let open = if all { Fault::Quote } else { Fault::More };
    let mut at = field.from;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += memchr::memchr(b'"', rest).ok_or(open)?;
        match bytes.get(at + 1) {
            Some(b'"') => {
                field.is_doubled = true;
                at += 2;
            }
            None if !all => return Err(Fault::More),
            _ => {
                field.to = at;
                return Ok(at + 1);
            }
        }
    }
}

/// The line at `from`; `None` if its end has not arrived.
fn line(bytes: &[u8], from: usize, all: bool) -> Option<Line> {
    let rest = bytes.get(from..).unwrap_or_default();
    let Some(length) = memchr::memchr2(b'\n', b'\r', rest) else {
        let end = bytes.len();
        return all.then_some(Line { end, next: end });
    };
    let end = from + length;
    let next = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        // The LF of CR LF may not have arrived yet.
        (Some(b'\r'), None) if !all => return None,
        _ => end + 1,
    };
    Some(Line { end, next })
}

/// The table that a line of column names begins, if the names identify events.
fn heading(line: &[u8]) -> Option<Table> {
    if line.len() > LONGEST_HEADING {
        return None;
    }
    // The first separator with which the names identify events: a spreadsheet uses that of its country.
    b",;\t".iter().find_map(|delimiter| {
        let mut row = Row::default();
        row.read(line, 0, *delimiter, usize::MAX, true).ok()?;
        let names: Vec<Cow<'_, [u8]>> = row.fields.iter().map(|field| field.text(line)).collect();
        let is_name = |name: &Cow<'_, [u8]>| {
            name.len() <= LONGEST_NAME && !name.iter().any(|byte| b"{}\"=\r\n".contains(byte))
        };
        if !names.iter().all(is_name) {
            return None;
        }
        let columns = EventColumns::of(names.iter().map(|name| &**name));
        columns.is_heading().then_some(Table {
            delimiter: *delimiter,
            columns,
        })
    })
}

/// True if the first field of a line is a column name: the line may be a second heading, after two files were joined.
fn begins_as_heading(line: &[u8]) -> bool {
    let first = line.split(|byte| b",;\t".contains(byte)).next();
    let name = first.unwrap_or_default().trim_ascii();
    let name = name.strip_prefix(b"\"").unwrap_or(name);
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    name.len() <= LONGEST_NAME && is_known(name)
}

/// True if a line begins like JSON.
fn begins_as_json(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if line.starts_with(b"\"{\\\"") {
        // A record as a JSON string. In a CSV field its quotes would be doubled.
        return true;
    }
    let Some((b'{' | b'[', rest)) = line.split_first() else {
        return false;
    };
    matches!(
        rest.trim_ascii_start().first(),
        None | Some(b'"' | b'{' | b'[' | b'}' | b']')
    )
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// Offset of the first table in the first bytes of a text. With `all` they are the whole text.
pub(super) fn begins(head: &[u8], all: bool) -> Option<usize> {
    let mut from = 0;
    while from < head.len()
        && let Some(line) = line(head, from, all)
    {
        let text = head.get(from..line.end).unwrap_or_default();
        if heading(without_mark(text)).is_some() {
            return Some(from);
        }
        from = line.next;
    }
    None
}

impl Transcode for Csv {
    fn take(&mut self, source: &[u8], at: u64, end: bool, out: &mut MappedText) -> usize {
        let mut taken = 0;
        while taken < source.len()
            && let Some(length) = self.next(&source[taken..], at + taken as u64, end, out)
        {
            taken += length;
        }
        taken
    }
}

impl Csv {
    pub fn new(longest: usize) -> Self {
        Csv {
            longest,
            table: None,
            is_in_other_text: false,
            row: Row::default(),
            line: Vec::new(),
        }
    }

    /// Converts the row or line at the beginning of `rest`, and returns its length; `None` if more bytes are needed.
    fn next(&mut self, rest: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        let bytes = &rest[..rest.len().min(self.longest)];
        let all = end && rest.len() <= self.longest;
        let is_full = rest.len() > self.longest;
        if bytes.len() < MARK.len() && MARK.starts_with(bytes) && !all {
            return None;
        }
        let from = bytes.len() - without_mark(bytes).len();
        // Text that is longer than the longest row is passed on in parts.
        let line = line(bytes, from, all).or(is_full.then_some(Line {
            end: bytes.len(),
            next: bytes.len(),
        }))?;
        let text = &bytes[from..line.end];
        if (self.table.is_none() || begins_as_heading(text))
            && let Some(table) = heading(text)
        {
            self.table = Some(table);
            self.is_in_other_text = false;
            put(EVENTS, at, line, out);
            return Some(line.next);
        }
        let Some(table) = &self.table else {
            out.copy(&bytes[..line.next], at);
            return Some(line.next);
        };
        let is_blank = text.trim_ascii().is_empty();
        let most = table.columns.count();
        let read = match self.row.read(bytes, from, table.delimiter, most, all) {
            Err(Fault::More) if !is_full => return None,
            read => read,
        };
        let row = &self.row;
        let whole_row = Line {
            end: row.end,
            next: row.next,
        };
        // After JSON, only a row that is certainly an event is accepted: JSON contains commas and quotes, too.
        self.is_in_other_text |= begins_as_json(text);
        let is_row = read.is_ok() && row.count >= most && !row.has_more && !is_blank;
        if is_row {
            let texts: Vec<Cow<'_, [u8]>> = row.fields.iter().map(|f| f.text(bytes)).collect();
            let texts: Vec<&[u8]> = texts.iter().map(|text| &**text).collect();
            self.line.clear();
            if (!self.is_in_other_text || table.columns.is_certain(&texts))
                && table.columns.event(&texts, &mut self.line)
            {
                self.is_in_other_text = false;
                put(&self.line, at, whole_row, out);
                return Some(whole_row.next);
            }
            let is_empty = texts.iter().all(|text| text.trim_ascii().is_empty());
            if !self.is_in_other_text && !is_empty {
                put(NO_EVENT, at, whole_row, out);
                return Some(whole_row.next);
            }
        }
        // One word on a line, such as a prompt, is not a row.
        let is_word = read.is_ok() && row.count == 1 && line.next > line.end;
        let line = match read {
            Ok(()) if !self.is_in_other_text => whole_row,
            _ => line,
        };
        if is_row || is_blank || is_word || self.is_in_other_text {
            out.copy(&bytes[..line.next], at);
            return Some(line.next);
        }
        let is_cut = all && line.next == line.end;
        put(if is_cut { CUT } else { BROKEN }, at, line, out);
        Some(line.next)
    }
}

/// Adds the conversion of a row at `at`. Its line end maps to that of the row, so that each line keeps its number.
fn put(made: &[u8], at: u64, line: Line, out: &mut MappedText) {
    out.put(made, at);
    if line.next > line.end {
        out.put(b"\n", at + line.end as u64);
    }
}

#[cfg(test)]
mod tests;
