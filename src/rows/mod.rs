//! One row per event: the answer to `list` and `show`.
//!
//! Rows are encoded on the workers, from the event's own bytes where nothing has to be unescaped, and only
//! copied out in order. `--sort` keeps them in memory until the end: its cost is the rows themselves and
//! about 64 bytes each.

mod encode;
mod order;

pub use encode::{Encoder, Encoding, Heading};
pub use order::{Direction, SortKey};

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::engine::{Answer, Question};
use crate::event::{Context, Event, Field, write_whole};
use crate::text::Value;

/// The columns of each event.
#[derive(Clone, Debug)]
pub struct Columns {
    fields: Vec<Field>,
    headings: Vec<Heading>,
    encoding: Encoding,
    sort: Option<(Field, Direction)>,
}

impl Columns {
    /// Rows of these fields, left to right, in an encoding and an order.
    pub fn new(fields: Vec<Field>, encoding: Encoding, sort: Option<(Field, Direction)>) -> Self {
        let headings = fields.iter().map(|field| Heading {
            name: field.name().to_owned(),
            is_number: field.is_number(),
        });
        Self {
            headings: headings.collect(),
            fields,
            encoding,
            sort,
        }
    }

    /// The fields, left to right.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field by which rows are sorted.
    pub fn sort_field(&self) -> Option<&Field> {
        self.sort.as_ref().map(|(field, _)| field)
    }
}

/// The rows of a run.
#[derive(Default)]
pub struct Batch {
    encoder: Encoder,
    /// Where each encoded row ends.
    ends: Vec<usize>,
    cells: Vec<Vec<String>>,
    keys: Vec<SortKey>,
    found: u64,
}

impl Question for Columns {
    type Batch = Batch;

    fn distinguishes_outcomes(&self) -> bool {
        matches!(self.encoding, Encoding::Whole(_))
            || self
                .fields
                .iter()
                .chain(self.sort_field())
                .any(Field::depends_on_outcome)
    }

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Batch) {
        if let Some(field) = self.sort_field() {
            batch.keys.push(SortKey::of(field, event, context));
        }
        if let Encoding::Whole(detail) = &self.encoding {
            let bytes = batch.encoder.bytes();
            write_whole(event, detail, bytes);
            batch.ends.push(bytes.len());
            return;
        }
        let mut values = Vec::with_capacity(self.fields.len());
        for (i, field) in self.fields.iter().enumerate() {
            let value = field.value(event, context);
            if !matches!(value, Value::Missing) {
                batch.found |= bit(i);
            }
            values.push(value);
        }
        if matches!(self.encoding, Encoding::Cells) {
            let texts = values.iter().map(|value| value.cell_text().into_owned());
            batch.cells.push(texts.collect());
            return;
        }
        let end = batch.encoder.push(&self.encoding, &self.headings, &values);
        batch.ends.push(end);
    }
}

/// The bit of a column; those beyond 64 share the last.
fn bit(column: usize) -> u64 {
    1 << column.min(63)
}

/// Where rows go.
pub trait Sink {
    /// Takes an encoded row, its line end included.
    ///
    /// # Errors
    /// Those of the writer.
    fn row(&mut self, row: &[u8]) -> io::Result<()>;

    /// Takes the cells of a row.
    ///
    /// # Errors
    /// Those of the writer.
    fn cells(&mut self, cells: Vec<String>) -> io::Result<()>;
}

/// Encoded rows straight into a writer.
impl<W: Write> Sink for W {
    fn row(&mut self, row: &[u8]) -> io::Result<()> {
        self.write_all(row)
    }

    fn cells(&mut self, cells: Vec<String>) -> io::Result<()> {
        self.write_all(cells.join("\t").as_bytes())
    }
}

enum Kept {
    Row(Vec<u8>),
    Cells(Vec<String>),
}

/// Hands rows on as they come, or sorted at the end.
pub struct Listing<S> {
    sink: S,
    sort: Option<Direction>,
    is_reversed: bool,
    limit: Option<u64>,
    /// Only the row at this place, from 0.
    only: Option<u64>,
    kept: Vec<(SortKey, Kept)>,
    seen: u64,
    found: u64,
    without_record: u64,
    found_order: bool,
}

impl<S: Sink> Listing<S> {
    /// A listing into `sink`. With `sort`, `limit` cuts the sorted rows.
    pub fn new(sink: S, sort: Option<Direction>, limit: Option<u64>, only: Option<u64>) -> Self {
        Listing {
            sink,
            sort,
            is_reversed: false,
            limit,
            only,
            kept: Vec::new(),
            seen: 0,
            found: 0,
            without_record: 0,
            found_order: false,
        }
    }

    /// The same rows in the opposite order.
    pub fn reversed(mut self) -> Self {
        self.is_reversed = true;
        self
    }

    /// Rows of this batch.
    pub fn rows(&self) -> u64 {
        self.seen
    }

    /// Whether any event had something in this column.
    pub fn found(&self, column: usize) -> bool {
        self.found & bit(column) != 0
    }

    /// Whether any event had something in the field that rows are sorted by.
    pub fn found_order(&self) -> bool {
        self.found_order
    }

    /// Events among those asked for that had no record to show.
    pub fn without_record(&self) -> u64 {
        self.without_record
    }

    /// Writes what was kept for sorting and gives the sink back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<S> {
        if let Some(direction) = self.sort {
            self.kept.sort_by(|(a, _), (b, _)| a.compare(b, direction));
        }
        if self.is_reversed {
            self.kept.reverse();
        }
        let most = self.limit.map_or(usize::MAX, |limit| limit as usize);
        for (_, row) in self.kept.into_iter().take(most) {
            match row {
                Kept::Row(row) => self.sink.row(&row)?,
                Kept::Cells(cells) => self.sink.cells(cells)?,
            }
        }
        Ok(self.sink)
    }

    fn take(&mut self, key: Option<SortKey>, row: Kept) -> io::Result<()> {
        let index = self.seen;
        self.seen += 1;
        if self.only.is_some_and(|only| only != index) {
            return Ok(());
        }
        match (key, row) {
            (Some(key), row) => {
                self.found_order |= key != SortKey::Missing;
                self.kept.push((key, row));
                Ok(())
            }
            (None, row) if self.is_reversed => {
                self.kept.push((SortKey::Missing, row));
                Ok(())
            }
            // Every encoding ends its rows with a line end: only a record that is not there is nothing.
            (None, Kept::Row(row)) if row.is_empty() => {
                self.without_record += 1;
                Ok(())
            }
            (None, Kept::Row(row)) => self.sink.row(&row),
            (None, Kept::Cells(cells)) => self.sink.cells(cells),
        }
    }
}

/// Rows of no bytes.
fn empty(ends: &[usize]) -> u64 {
    let starts = std::iter::once(&0).chain(ends);
    starts.zip(ends).filter(|(start, end)| start == end).count() as u64
}

impl<S: Sink> Answer<Batch> for Listing<S> {
    fn add(&mut self, mut batch: Batch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        self.found |= batch.found;
        let bytes = batch.encoder.take()?;
        let all_kept = kept.iter().all(|kept| *kept);
        if all_kept
            && self.sort.is_none()
            && !self.is_reversed
            && self.only.is_none()
            && batch.cells.is_empty()
        {
            self.without_record += empty(&batch.ends);
            self.seen += kept.len() as u64;
            self.sink.row(&bytes)?;
            return Ok(ControlFlow::Continue(()));
        }
        let mut keys = batch.keys.into_iter();
        let mut cells = batch.cells.into_iter();
        let mut from = 0;
        for (i, keep) in kept.iter().enumerate() {
            let key = keys.next();
            let row = match batch.ends.get(i) {
                Some(&end) => {
                    let row = bytes[from..end].to_vec();
                    from = end;
                    Kept::Row(row)
                }
                None => Kept::Cells(cells.next().unwrap_or_default()),
            };
            if *keep {
                self.take(key, row)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
