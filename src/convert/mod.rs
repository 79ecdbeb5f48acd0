//! Dumps in another shape: lookup output, a trail file, JSON lines, the console's CSV; merged, each event once, sorted
//! by time.
//!
//! Text is moved. The record of an event is the same text in every shape but CSV, less the escapes of the string around
//! it, so that numbers, the order of keys, blanks and escapes stay; only what lies over several lines is put on one. An
//! event without an envelope gets the one that CloudTrail would have made (`envelope`); one with an envelope keeps it.
//!
//! Rows are encoded on the workers and sorted in memory up to a budget, then by way of a temporary file (`sort`).
//!
//! Not for: choosing events (`select`), duplicates (`engine`), where the result goes (`cli`).

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
use envelope::TOLD;
use history::EventHistory;

/// Asks every event for what it is in another shape. The zone of the context is that of `EventTime`.
#[derive(Clone, Debug)]
pub struct Conversion {
    shape: TargetShape,
    timestamps: Timestamps,
    is_split: bool,
    cells: csv::Cells,
    history: EventHistory,
}

impl Conversion {
    /// A conversion into one document of this shape.
    pub fn new(shape: TargetShape) -> Conversion {
        Conversion {
            shape,
            timestamps: Timestamps::default(),
            is_split: false,
            cells: csv::Cells::default(),
            history: EventHistory::new(),
        }
    }

    /// With `EventTime` written like this, in shapes that have one.
    pub fn with_timestamps(self, timestamps: Timestamps) -> Conversion {
        Conversion { timestamps, ..self }
    }

    /// With these cells, in CSV.
    pub fn with_cells(self, cells: csv::Cells) -> Conversion {
        Conversion { cells, ..self }
    }

    /// For [`ConvertedEvents::write_days`].
    pub fn split(self) -> Conversion {
        Conversion {
            is_split: true,
            ..self
        }
    }
}

/// The events of a run.
#[derive(Default)]
pub struct ConvertedBatch {
    bytes: Vec<u8>,
    csv: Option<csv::Rows<Vec<u8>>>,
    rows: Vec<RowInfo>,
    places: Vec<LogPlace>,
}

struct RowInfo {
    /// Where its text ends.
    end: usize,
    time: Option<Moment>,
    place: Option<usize>,
    is_carried: bool,
    is_unidentified: bool,
    differs: [bool; TOLD.len()],
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
        // Neighbours are mostly of one place.
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
        let is_carried = if self.shape.is_of_records() {
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
        // What is carried alone decides, so that a file of records is in order by itself.
        let time = if self.shape.is_of_records() {
            event.record_time()
        } else {
            event.time()
        };
        let place = (self.is_split && is_carried).then(|| batch.place(event));
        batch.rows.push(RowInfo {
            end,
            time,
            place,
            is_carried,
            is_unidentified,
            differs: if self.shape.is_of_records() && is_carried {
                envelope::differences(event)
            } else {
                [false; TOLD.len()]
            },
        });
    }
}

impl Conversion {
    /// Appends the event with its envelope. `false` when what is written does not say what event it is.
    fn whole(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut ConvertedBatch) -> bool {
        let layout = match self.shape {
            TargetShape::Csv => {
                let rows = batch
                    .csv
                    .get_or_insert_with(|| csv::Rows::new(Vec::new()).with(self.cells));
                // Writing into memory does not fail.
                return self.history.write(event, context, rows).unwrap_or_default();
            }
            // Entries lie two levels deep.
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
