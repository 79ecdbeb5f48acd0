//! One row in each format for programs. The writer puts an array or a page around rows.

use std::io;

use crate::event::Detail;
use crate::render::{csv, json, markdown, tsv};
use crate::text::Value;

/// How a row is encoded.
#[derive(Clone, Debug)]
pub enum Encoding {
    /// Tab-separated, escaped as jq's `@tsv`.
    Tsv,
    /// RFC 4180.
    Csv(csv::Cells),
    /// One object on one line.
    Object,
    /// A row of a Markdown table.
    Markdown,
    /// The event itself.
    Whole(Detail),
    /// The texts of the cells, for a table that is laid out later.
    Cells,
}

/// The name of a column, as rows of objects need it.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The name.
    pub name: String,
    /// Text in this column is the digits of a number.
    pub is_number: bool,
}

impl AsRef<str> for Heading {
    fn as_ref(&self) -> &str {
        &self.name
    }
}

/// Rows in one encoding, one after the other.
#[derive(Default)]
pub struct Encoder {
    bytes: Vec<u8>,
    csv: Option<csv::Rows<Vec<u8>>>,
}

impl Encoder {
    /// Appends a line of column names, if the encoding has one.
    pub fn header(&mut self, encoding: &Encoding, headings: &[Heading]) {
        match encoding {
            Encoding::Tsv => tsv::write_header(&mut self.bytes, headings),
            // Writing into memory does not fail.
            Encoding::Csv(cells) => drop(self.csv(*cells).header(headings)),
            Encoding::Markdown => {
                let columns = headings.iter().map(|it| (it.name.as_str(), it.is_number));
                markdown::write_header(&mut self.bytes, columns);
            }
            Encoding::Object | Encoding::Whole(_) | Encoding::Cells => (),
        }
    }

    /// Appends one row and gives the offset where it ends. Cells and whole events are not encoded here.
    pub fn push(
        &mut self,
        encoding: &Encoding,
        headings: &[Heading],
        values: &[Value<'_>],
    ) -> usize {
        match encoding {
            Encoding::Tsv => tsv::write_row(&mut self.bytes, values),
            Encoding::Csv(cells) => {
                let rows = self.csv(*cells);
                // Writing into memory does not fail.
                let _ = rows.row(values);
                return rows.end().unwrap_or_default();
            }
            Encoding::Object => {
                if headings.iter().any(|heading| heading.is_number) {
                    let typed: Vec<_> = headings.iter().zip(values).map(typed).collect();
                    json::write_object(&mut self.bytes, headings, &typed);
                } else {
                    json::write_object(&mut self.bytes, headings, values);
                }
                self.bytes.push(b'\n');
            }
            Encoding::Markdown => markdown::write_row(&mut self.bytes, values),
            Encoding::Whole(_) | Encoding::Cells => (),
        }
        self.bytes.len()
    }

    /// The encoded bytes, for rows that are encoded elsewhere.
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Takes the bytes of all rows.
    ///
    /// # Errors
    /// None in practice: a `Vec` takes everything.
    pub fn take(&mut self) -> io::Result<Vec<u8>> {
        match self.csv.take() {
            Some(rows) => rows.finish(),
            None => Ok(std::mem::take(&mut self.bytes)),
        }
    }

    fn csv(&mut self, cells: csv::Cells) -> &mut csv::Rows<Vec<u8>> {
        self.csv
            .get_or_insert_with(|| csv::Rows::new(Vec::new()).with(cells))
    }
}

/// A number that was made here as text is a number in JSON.
fn typed<'v>((heading, value): (&Heading, &'v Value<'_>)) -> Value<'v> {
    match value {
        Value::Owned(digits) if heading.is_number => Value::Number(digits.as_bytes()),
        value => value.clone(),
    }
}
