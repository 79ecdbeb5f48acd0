//! The rows of `list`, `count`, `fields` and `diff`, in each format.

use std::io::{self, Write};

use super::{Format, Writer, format, header, look};
use crate::cli::args::Output;
use crate::render::bar::Bar;
use crate::render::csv;
use crate::render::table::{Column, Table};
use crate::rows::{Encoder, Encoding, Heading, Sink};
use crate::text::Value;

/// Writes rows in the format in force.
pub(in crate::cli) struct Rows {
    writer: Writer,
    layout: Layout,
    encoding: Encoding,
    headings: Vec<Heading>,
    encoder: Encoder,
}

/// The text around encoded rows.
enum Layout {
    /// Nothing: each row is one line.
    Lines,
    /// One JSON array. `any` is true as soon as it has an element.
    Array { any: bool },
    /// A table, laid out when the widths of its cells are known.
    Table(Box<Table>),
}

impl Rows {
    /// Rows of some columns, below a line of their names if there is one. In a table, `bar` says what the bar at the
    /// end of each row measures.
    pub fn open(
        mut writer: Writer,
        output: &Output,
        columns: Vec<Column>,
        bar: Option<Bar>,
    ) -> io::Result<Rows> {
        let format = format(output, &writer);
        let header = header(output, format);
        writer.is_json = format.is_json();
        let headings: Vec<_> = columns.iter().map(heading).collect();
        let encoding = match format {
            Format::Tsv => Encoding::Tsv,
            Format::Csv => Encoding::Csv(output.csv_cells()),
            Format::Json | Format::Jsonl => Encoding::Object,
            Format::Md => Encoding::Markdown,
            _ => Encoding::Cells,
        };
        if format == Format::Csv && output.excel_safe {
            writer.write_rows(csv::BYTE_ORDER_MARK)?;
        }
        let mut encoder = Encoder::default();
        if header {
            encoder.header(&encoding, &headings);
        }
        let layout = match format {
            Format::Json => Layout::Array { any: false },
            Format::Table => {
                let look = look(&writer, header, bar);
                Layout::Table(Box::new(Table::new(columns, look)))
            }
            _ => Layout::Lines,
        };
        writer.write_rows(&encoder.take()?)?;
        Ok(Rows {
            writer,
            layout,
            encoding,
            headings,
            encoder,
        })
    }

    /// Encoded rows of another kind: whole events.
    pub fn encoded(writer: Writer) -> Rows {
        Rows {
            writer,
            layout: Layout::Lines,
            encoding: Encoding::Cells,
            headings: Vec::new(),
            encoder: Encoder::default(),
        }
    }

    /// How rows must be encoded that come by way of [`Sink`].
    pub fn encoding(&self) -> Encoding {
        self.encoding.clone()
    }

    /// Whether the rows are laid out for reading.
    pub fn is_table(&self) -> bool {
        matches!(self.layout, Layout::Table(_))
    }

    /// Adds one row.
    pub fn push(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        self.add(values, None)
    }

    /// Adds one row, in a table with a bar of this value.
    pub fn push_bar(&mut self, values: &[Value<'_>], bar: u64) -> io::Result<()> {
        self.add(values, Some(bar))
    }

    fn add(&mut self, values: &[Value<'_>], bar: Option<u64>) -> io::Result<()> {
        let Layout::Table(table) = &mut self.layout else {
            self.encoder.push(&self.encoding, &self.headings, values);
            return Ok(());
        };
        let cells = values.iter().map(|value| value.cell_text().into_owned());
        let cells = cells.collect();
        match bar {
            Some(bar) => table.push_bar(cells, bar, &mut self.writer),
            None => table.push(cells, &mut self.writer),
        }
    }

    /// Ends the rows: closes the array, lays out the table. Returns the writer, and the titles of the columns
    /// that did not fit into a table.
    pub fn close(mut self) -> io::Result<(Writer, Vec<String>)> {
        let encoded = self.encoder.take()?;
        self.row(&encoded)?;
        let Rows {
            mut writer, layout, ..
        } = self;
        let mut left_out = Vec::new();
        match layout {
            Layout::Lines => (),
            Layout::Array { any } => writer.write_all(if any { b"\n]\n" } else { b"[]\n" })?,
            Layout::Table(table) => left_out = table.finish(&mut writer)?,
        }
        Ok((writer, left_out))
    }

    /// Ends the rows and the output, and puts a file into its place. Returns the titles of the columns that did not
    /// fit into a table.
    pub fn finish(self) -> io::Result<Vec<String>> {
        let (writer, left_out) = self.close()?;
        writer.finish()?;
        Ok(left_out)
    }

    /// Drops unwritten output.
    pub fn discard(self) {
        self.writer.discard();
    }
}

fn heading(column: &Column) -> Heading {
    Heading {
        name: column.title.clone(),
        is_number: column.right,
    }
}

impl Sink for Rows {
    fn row(&mut self, rows: &[u8]) -> io::Result<()> {
        match &mut self.layout {
            Layout::Lines => self.writer.write_rows(rows),
            Layout::Array { any } => {
                for row in rows.split_inclusive(|byte| *byte == b'\n') {
                    self.writer.write_all(if *any { b",\n" } else { b"[\n" })?;
                    *any = true;
                    let row = row.strip_suffix(b"\n").unwrap_or(row);
                    self.writer.write_rows(row)?;
                }
                Ok(())
            }
            Layout::Table(_) => Ok(()),
        }
    }

    fn cells(&mut self, cells: Vec<String>) -> io::Result<()> {
        match &mut self.layout {
            Layout::Table(table) => table.push(cells, &mut self.writer),
            Layout::Lines | Layout::Array { .. } => Ok(()),
        }
    }
}
