//! Writes dumps in another shape: lookup output, a trail file, JSON lines, or the console's CSV; merged, without
//! duplicates, sorted by time.
//!
//! Text is copied, not printed from parsed values. The record of an event is the same text in every shape except CSV,
//! without the escapes of the string around it: numbers, key order, spaces and escapes stay. Only a record on several
//! lines is put on one. An event without an envelope gets the one that CloudTrail would have made (`envelope`); an
//! envelope that exists is kept.
//!
//! Rows are encoded by the worker threads and sorted in memory up to a limit, then in a temporary file (`sort`).

mod client;
mod converted;
mod days;
mod envelope;
mod history;
mod merge;
mod resources;
mod shape;
mod sort;

use std::io;

pub use converted::{ConversionSummary, ConvertedEvents};
pub use days::Folder;
pub use envelope::Timestamps;
pub use shape::TargetShape;
pub use sort::SortStorage;

use crate::engine::Question;
use crate::event::{self, Context, Event};
use crate::render::csv;
use crate::time::Moment;
use client::Layout;
use days::LogPlace;
use envelope::ENVELOPE_IN_RECORD;
use history::EventHistory;

/// Converts each event. The zone of the context is that of `EventTime`.
#[derive(Clone, Debug)]
pub struct Conversion {
    shape: TargetShape,
    timestamps: Timestamps,
    is_split: bool,
    cells: csv::Cells,
    history: EventHistory,
}

impl Conversion {
    /// A conversion to one document of this shape.
    pub fn new(shape: TargetShape) -> Conversion {
        Conversion {
            shape,
            timestamps: Timestamps::default(),
            is_split: false,
            cells: csv::Cells::default(),
            history: EventHistory::new(),
        }
    }

    /// Sets the form of `EventTime`, in shapes that have one.
    pub fn with_timestamps(self, timestamps: Timestamps) -> Conversion {
        Conversion { timestamps, ..self }
    }

    /// Sets how cells are written in CSV.
    pub fn with_cells(self, cells: csv::Cells) -> Conversion {
        Conversion { cells, ..self }
    }

    /// Also records the folder of each event, for [`ConvertedEvents::write_days`].
    pub fn split(self) -> Conversion {
        Conversion {
            is_split: true,
            ..self
        }
    }
}

/// The converted events of a batch.
#[derive(Default)]
pub struct ConvertedBatch {
    bytes: Vec<u8>,
    csv: Option<csv::Rows<Vec<u8>>>,
    rows: Vec<RowInfo>,
    places: Vec<LogPlace>,
}

struct RowInfo {
    /// Offset of the end of its text.
    end: usize,
    time: Option<Moment>,
    place: Option<usize>,
    is_written: bool,
    is_unidentified: bool,
    differs: [bool; ENVELOPE_IN_RECORD.len()],
}

impl ConvertedBatch {
    fn finish(mut self) -> io::Result<(Vec<RowInfo>, Vec<u8>)> {
        if let Some(csv) = self.csv.take() {
            self.bytes = csv.finish()?;
        }
        Ok((self.rows, self.bytes))
    }

    fn place(&mut self, event: &Event<'_>) -> usize {
        let place = LogPlace::of(event);
        // Consecutive events are mostly in the same account and region.
        if let Some(known) = self.places.iter().rposition(|known| *known == place) {
            return known;
        }
        self.places.push(place);
        self.places.len() - 1
    }
}

impl Question for Conversion {
    type Batch = ConvertedBatch;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut ConvertedBatch) {
        let mut is_unidentified = false;
        let is_written = if self.shape.is_of_records() {
            match envelope::record(event) {
                Some(record) => {
                    batch.bytes.extend_from_slice(&record);
                    true
                }
                None => false,
            }
        } else {
            let is_there = event.shape == event::Shape::Lookup || event.record().is_some();
            if is_there {
                is_unidentified = !self.whole(event, context, batch);
            }
            is_there
        };
        let end = match &mut batch.csv {
            Some(rows) => rows.end().unwrap_or_default(),
            None => batch.bytes.len(),
        };
        // Only the record is written, so its time decides: the file must be sorted on its own.
        let time = if self.shape.is_of_records() {
            event.record_time()
        } else {
            event.time()
        };
        let place = (self.is_split && is_written).then(|| batch.place(event));
        batch.rows.push(RowInfo {
            end,
            time,
            place,
            is_written,
            is_unidentified,
            differs: if self.shape.is_of_records() && is_written {
                envelope::differences(event)
            } else {
                [false; ENVELOPE_IN_RECORD.len()]
            },
        });
    }
}

impl Conversion {
    /// Appends the event with its envelope. Returns false if the result does not identify the event.
    fn whole(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut ConvertedBatch) -> bool {
        let layout = match self.shape {
            TargetShape::Csv => {
                let rows = batch
                    .csv
                    .get_or_insert_with(|| csv::Rows::new(Vec::new()).with(self.cells));
                // Writing to memory cannot fail.
                return self.history.write(event, context, rows).unwrap_or_default();
            }
            // Entries are two levels deep.
            TargetShape::Lookup => Layout::Lines(2),
            _ => Layout::Line,
        };
        envelope::write(
            event,
            self.timestamps,
            context.zone,
            layout,
            &mut batch.bytes,
        );
        true
    }
}
