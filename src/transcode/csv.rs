//! The console's "Download CSV", also after a spreadsheet, and what Athena and Lake export: a line an event.
//!
//! A table begins with a line of column names that identify events; what stands before it is passed on. Each
//! row becomes an event on a line of its own, the names an empty list of events. A row that does not fit
//! them, or whose quotes don't, becomes the beginning of an event, so that it counts as a damaged one; rows go
//! on with the next line. A row that identifies no event becomes a list with something else in it, unless all
//! of it is empty. JSON among the rows is passed on until one comes that is an event beyond doubt.
//!
//! Quotes as RFC 4180 has them; line ends LF, CRLF or CR; between fields commas, semicolons or tabs, as
//! the names have them. Not for: what the columns mean (`columns`).

use std::borrow::Cow;

use super::columns::{BROKEN, CUT, EVENTS, EventColumns, NO_EVENT};
use super::names::is_known;
use super::{MARK, MappedText, Transcode};

/// A line of names is no longer.
const LONGEST_HEADING: usize = 64 << 10;

/// No name that says something is longer.
const LONGEST_NAME: usize = 128;

pub(super) struct Csv {
    /// No row is longer.
    longest: usize,
    table: Option<Table>,
    /// Other text came behind the rows.
    is_among_others: bool,
    row: Row,
    line: Vec<u8>,
}

struct Table {
    delimiter: u8,
    columns: EventColumns,
}

/// A physical line: where its text ends, and where the next one begins.
#[derive(Clone, Copy)]
struct Line {
    end: usize,
    next: usize,
}

/// Why a row could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It goes on behind these bytes.
    More,
    /// A quote that does not end its field, or that nothing closes.
    Quote,
}

/// The fields of a row.
#[derive(Default)]
struct Row {
    /// As many as were asked for.
    fields: Vec<Field>,
    count: usize,
    /// Fields that nobody asked for have text in them.
    has_more: bool,
    end: usize,
    next: usize,
}

struct Field {
    from: usize,
    to: usize,
    /// Quotes in it are doubled.
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
    /// Reads the row at `from`; with `all`, nothing follows.
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
            if line.end != at {
                return Err(Fault::Quote);
            }
            (self.end, self.next) = (at, line.next);
            return Ok(());
        }
    }
}

/// The place behind the quote that closes a field.
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

/// The line at `from`; `None` when its end is not there.
fn line(bytes: &[u8], from: usize, all: bool) -> Option<Line> {
    let rest = bytes.get(from..).unwrap_or_default();
    let Some(length) = memchr::memchr2(b'\n', b'\r', rest) else {
        let end = bytes.len();
        return all.then_some(Line { end, next: end });
    };
    let end = from + length;
    let next = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        (Some(b'\r'), None) if !all => return None,
        _ => end + 1,
    };
    Some(Line { end, next })
}

/// A line of column names that identify events.
fn heading(line: &[u8]) -> Option<Table> {
    if line.len() > LONGEST_HEADING {
        return None;
    }
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

/// Whether the line's first field is the name of a column: a second heading, or somebody's odd name.
fn begins_as_heading(line: &[u8]) -> bool {
    let first = line.split(|byte| b",;\t".contains(byte)).next();
    let name = first.unwrap_or_default().trim_ascii();
    let name = name.strip_prefix(b"\"").unwrap_or(name);
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    name.len() <= LONGEST_NAME && is_known(name)
}

/// True for a line that JSON begins with.
fn begins_as_json(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if line.starts_with(b"\"{\\\"") {
        // A record as a string: in a field, its quotes would be doubled.
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

/// Where in the first bytes of a text a table begins; with `all` they are the whole text.
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
            is_among_others: false,
            row: Row::default(),
            line: Vec::new(),
        }
    }

    /// Deals with the row or line at the beginning of `rest`; `None` when there is too little of it.
    fn next(&mut self, rest: &[u8], at: u64, end: bool, out: &mut MappedText) -> Option<usize> {
        let bytes = &rest[..rest.len().min(self.longest)];
        let all = end && rest.len() <= self.longest;
        let is_full = rest.len() > self.longest;
        if bytes.len() < MARK.len() && MARK.starts_with(bytes) && !all {
            return None;
        }
        let from = bytes.len() - without_mark(bytes).len();
        // What is longer than any row is dealt with in parts.
        let line = line(bytes, from, all).or(is_full.then_some(Line {
            end: bytes.len(),
            next: bytes.len(),
        }))?;
        let text = &bytes[from..line.end];
        if (self.table.is_none() || begins_as_heading(text))
            && let Some(table) = heading(text)
        {
            self.table = Some(table);
            self.is_among_others = false;
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
        let all_of_it = Line {
            end: row.end,
            next: row.next,
        };
        self.is_among_others |= begins_as_json(text);
        let is_row = read.is_ok() && row.count >= most && !row.has_more && !is_blank;
        if is_row {
            let texts: Vec<Cow<'_, [u8]>> = row.fields.iter().map(|f| f.text(bytes)).collect();
            let texts: Vec<&[u8]> = texts.iter().map(|text| &**text).collect();
            self.line.clear();
            if (!self.is_among_others || table.columns.is_certain(&texts))
                && table.columns.event(&texts, &mut self.line)
            {
                self.is_among_others = false;
                put(&self.line, at, all_of_it, out);
                return Some(all_of_it.next);
            }
            let is_empty = texts.iter().all(|text| text.trim_ascii().is_empty());
            if !self.is_among_others && !is_empty {
                put(NO_EVENT, at, all_of_it, out);
                return Some(all_of_it.next);
            }
        }
        // One word on a line, such as a prompt, is no row of a table.
        let is_word = read.is_ok() && row.count == 1 && line.next > line.end;
        let line = match read {
            Ok(()) if !self.is_among_others => all_of_it,
            _ => line,
        };
        if is_row || is_blank || is_word || self.is_among_others {
            out.copy(&bytes[..line.next], at);
            return Some(line.next);
        }
        let is_cut = all && line.next == line.end;
        put(if is_cut { CUT } else { BROKEN }, at, line, out);
        Some(line.next)
    }
}

/// Adds what became of a row at `at`, and its line end where that stands.
fn put(made: &[u8], at: u64, line: Line, out: &mut MappedText) {
    out.put(made, at);
    if line.next > line.end {
        out.put(b"\n", at + line.end as u64);
    }
}

#[cfg(test)]
mod tests;
