//! Comma-separated rows after RFC 4180, with `\n` line ends and quotes only where needed.
//!
//! Spreadsheets run cells that begin like a formula, and round long numbers; [`Cells`] says whether cells are protected.

use std::io;

use crate::text::Value;

/// Writes rows into `W`, buffered.
///
/// ```
/// use trailsift::{render::csv::Rows, text::Value};
///
/// # fn main() -> std::io::Result<()> {
/// let mut rows = Rows::new(Vec::new());
/// rows.header(["EventName", "count"])?;
/// rows.row(&[Value::Owned("a,b".into()), Value::Number(b"3")])?;
/// assert_eq!(rows.finish()?, b"EventName,count\n\"a,b\",3\n");
/// # Ok(())
/// # }
/// ```
pub struct Rows<W: io::Write> {
    inner: csv::Writer<W>,
    cells: Cells,
}

/// U+FEFF in UTF-8. Excel reads a CSV file as UTF-8 only if it begins with this mark, else in the code page of the
/// machine.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How cells are protected from a spreadsheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cells {
    /// Not at all: they are the data, unchanged.
    #[default]
    AsTheyAre,
    /// An apostrophe precedes a cell that a spreadsheet would not keep as the text that it is:
    /// - a formula, which begins with `=`, `+`, `-`, `@`, a tab or a carriage return (the list of OWASP's "CSV
    ///   Injection"); negative numbers are among them;
    /// - a number that would lose digits or leading zeros, above all an account id.
    Harmless,
}

impl Cells {
    fn is_protected(self, cell: &[u8]) -> bool {
        let is_formula = matches!(
            cell.first(),
            Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
        );
        self == Cells::Harmless && (is_formula || loses_digits(cell))
    }
}

/// From this length on, digits are shown rounded: Excel writes 123456789012 as `1.23457E+11`. From 16 on, they are also
/// stored so.
const ROUNDED: usize = 12;

/// Whether a spreadsheet reads the cell as a number and does not show all of its characters.
fn loses_digits(cell: &[u8]) -> bool {
    let is_digit = u8::is_ascii_digit;
    let whole = cell.iter().take_while(|byte| is_digit(byte)).count();
    let Some(rest) = cell.get(whole..).filter(|_| whole > 0) else {
        return false;
    };
    // `007`, but not `0` or `0.5`.
    let has_leading_zero = whole > 1 && cell.starts_with(b"0");
    match rest {
        [] => has_leading_zero || whole >= ROUNDED,
        [b'.', fraction @ ..] if fraction.iter().all(is_digit) => {
            has_leading_zero || whole + fraction.len() >= ROUNDED
        }
        // `12E45`, as a part of an id may be, would become 1.2E+46.
        [b'e' | b'E', exponent @ ..] => {
            let digits = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-"));
            let digits = digits.unwrap_or(exponent);
            !digits.is_empty() && digits.iter().all(is_digit)
        }
        _ => false,
    }
}

impl<W: io::Write> Rows<W> {
    /// Rows into `writer`; a buffer in between is not needed.
    pub fn new(writer: W) -> Self {
        let inner = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .flexible(true)
            .from_writer(writer);
        Self {
            inner,
            cells: Cells::AsTheyAre,
        }
    }

    /// Rows with such cells.
    pub fn with(self, cells: Cells) -> Self {
        Self { cells, ..self }
    }

    fn field(&mut self, cell: &[u8]) -> io::Result<()> {
        let written = if self.cells.is_protected(cell) {
            self.inner.write_field([b"'", cell].concat())
        } else {
            self.inner.write_field(cell)
        };
        written.map_err(io_error)
    }

    /// Writes column names.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn header<N: AsRef<str>>(&mut self, names: impl IntoIterator<Item = N>) -> io::Result<()> {
        for name in names {
            self.field(name.as_ref().as_bytes())?;
        }
        self.end_row()
    }

    /// Writes one row of [cell texts](Value::cell_text). A row of a single empty cell is `""`, as a blank line
    /// would be no row.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn row<'v, 'a: 'v>(
        &mut self,
        cells: impl IntoIterator<Item = &'v Value<'a>>,
    ) -> io::Result<()> {
        for cell in cells {
            self.field(cell.cell_text().as_bytes())?;
        }
        self.end_row()
    }

    /// Writes out what is buffered and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        self.inner
            .into_inner()
            .map_err(|error| io::Error::new(error.error().kind(), error.error().to_string()))
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.inner.write_record(None::<&[u8]>).map_err(io_error)
    }
}

/// The writer's own error: csv's conversion hides its kind, and a closed pipe must stay one.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("cannot write a CSV row: {other:?}")),
    }
}

impl Rows<Vec<u8>> {
    /// Where the last row ended: bytes written so far.
    ///
    /// # Errors
    /// None in practice: a `Vec` takes everything.
    pub fn end(&mut self) -> io::Result<usize> {
        self.inner.flush()?;
        Ok(self.inner.get_ref().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Text, chance::Chance};

    #[test]
    fn written_rows_are_read_back() {
        const PARTS: &[&str] = &["a", ",", "\"", "\n", "\r", "\r\n", " ", "ü", "\t", "\\"];
        let mut chance = Chance::new(11);
        let mut rows = Rows::new(Vec::new());
        let mut expected = Vec::new();
        for _ in 0..2_000 {
            let row: Vec<String> = (0..3).map(|_| chance.text(PARTS, 6)).collect();
            let values: Vec<_> = row
                .iter()
                .map(|cell| Value::Text(Text::raw(cell.as_bytes())))
                .collect();
            rows.row(&values).unwrap();
            expected.push(row);
        }
        let bytes = rows.finish().unwrap();
        let read: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(&*bytes)
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn quotes_only_where_needed() {
        let mut rows = Rows::new(Vec::new());
        let text = |text: &str| Value::Owned(text.into());
        rows.row(&[text("plain text"), text("a\"b"), Value::Missing])
            .unwrap();
        rows.row(&[Value::Null]).unwrap();
        rows.row(&[text("x\ny"), text("tab\t")]).unwrap();
        assert_eq!(
            rows.finish().unwrap(),
            b"plain text,\"a\"\"b\",\n\"\"\n\"x\ny\",tab\t\n"
        );
    }

    #[test]
    fn protected_cells_begin_no_formula_and_contain_the_data_after_the_apostrophe() {
        let cells = [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a=1", "'x", " =1", "", "1", "\"=1",
        ];
        let values: Vec<_> = cells.map(|cell| Value::Owned(cell.into())).into();
        let mut rows = Rows::new(Vec::new()).with(Cells::Harmless);
        rows.header(["=name"]).unwrap();
        rows.row(&values).unwrap();
        rows.row(&[Value::Number(b"-5"), Value::Number(b"5")])
            .unwrap();
        let bytes = rows.finish().unwrap();
        let mut reader = csv::ReaderBuilder::new();
        let read: Vec<Vec<String>> = reader
            .has_headers(false)
            .flexible(true)
            .from_reader(&*bytes)
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let expected: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(nth, cell)| format!("{}{cell}", if nth < 6 { "'" } else { "" }))
            .collect();
        assert_eq!(read[0], ["'=name"]);
        assert_eq!(read[1], expected);
        assert_eq!(read[2], ["'-5", "5"]);
    }

    #[test]
    fn numbers_that_would_lose_digits_are_protected_and_no_others() {
        for cell in [
            "123456789012",
            "000000000001",
            "007",
            "12E45",
            "1e-7",
            "0.1234567890123",
            "00.5",
        ] {
            assert!(Cells::Harmless.is_protected(cell.as_bytes()), "{cell}");
            assert!(!Cells::AsTheyAre.is_protected(cell.as_bytes()), "{cell}");
        }
        for cell in [
            "",
            "0",
            "12345678901",
            "0.5",
            "203.0.113.7",
            "12E",
            "12Ex",
            "1.",
            "a123456789012",
            "123456789012a",
            "arn:aws:iam::123456789012:root",
            "2019-06-09 10:11:06",
        ] {
            assert!(!Cells::Harmless.is_protected(cell.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn each_row_knows_its_end() {
        let mut rows = Rows::new(Vec::new());
        let mut ends = Vec::new();
        for number in ["1", "22", "333"] {
            rows.row(&[Value::Number(number.as_bytes())]).unwrap();
            ends.push(rows.end().unwrap());
        }
        assert_eq!(ends, [2, 5, 9]);
        assert_eq!(rows.finish().unwrap(), b"1\n22\n333\n");
    }

    #[test]
    fn a_closed_pipe_keeps_its_kind() {
        struct Closed;
        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut rows = Rows::new(Closed);
        rows.row(&[Value::Bool(true)]).unwrap();
        let error = rows.finish().map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);

        let mut rows = Rows::new(Closed);
        let error = (0..10_000)
            .find_map(|_| rows.row(&[Value::Bool(true)]).err())
            .unwrap();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
