//! Collects converted events: sorts and counts them, and writes them as one document or as one file per day.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use super::days::{DayFiles, Folder, LogPlace};
use super::envelope::ENVELOPE_IN_RECORD;
use super::shape::Document;
use super::sort::{KEY_LENGTH, RowKey, RowSink, SortStorage, Sorter};
use super::{ConvertedBatch, TargetShape};
use crate::engine::Answer;
use crate::time::Moment;

/// The numbers of events that were written and not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversionSummary {
    /// Events that were written.
    pub events: u64,
    /// Written events without a readable time; they come last.
    pub undated: u64,
    /// Events that were not written, because they have no readable record.
    pub without_record: u64,
    /// Events whose envelope differs from the written record, per member of the envelope.
    pub differing: [u64; ENVELOPE_IN_RECORD.len()],
    /// CSV rows with neither an id nor both a time and a name: nothing recognises them as events.
    pub unidentified: u64,
    /// Events in files per day whose account or region is not known.
    pub unplaced: u64,
    /// Number of files per day.
    pub files: u64,
}

impl ConversionSummary {
    /// The members of envelopes that were not written, and the number of events for each.
    pub fn not_kept(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let all = ENVELOPE_IN_RECORD.into_iter().zip(self.differing);
        all.filter(|(_, count)| *count > 0)
    }
}

/// Collects the events that a [`Conversion`](super::Conversion) has converted.
pub struct ConvertedEvents<'d> {
    shape: TargetShape,
    sorter: Sorter,
    places: Vec<LogPlace>,
    known: HashMap<LogPlace, u32>,
    converted: ConversionSummary,
    /// Called once, with the directory, before the temporary file is created.
    on_disk: &'d mut dyn FnMut(&Path),
    prefix: &'static [u8],
}

impl<'d> ConvertedEvents<'d> {
    /// No events. `on_disk` is called with the directory before a temporary file is created.
    pub fn new(
        shape: TargetShape,
        storage: SortStorage,
        on_disk: &'d mut dyn FnMut(&Path),
    ) -> ConvertedEvents<'d> {
        ConvertedEvents {
            shape,
            sorter: Sorter::new(storage),
            places: Vec::new(),
            known: HashMap::new(),
            converted: ConversionSummary::default(),
            on_disk,
            prefix: b"",
        }
    }

    /// Sets bytes that are written before the document.
    pub fn with_prefix(self, prefix: &'static [u8]) -> Self {
        ConvertedEvents { prefix, ..self }
    }

    /// Writes all events as one document and returns the writer.
    ///
    /// # Errors
    /// Errors of the writer and of the temporary file.
    pub fn write<W: Write>(self, mut out: W) -> io::Result<(W, ConversionSummary)> {
        out.write_all(self.prefix)?;
        let mut one = SingleDocument(Document::open(self.shape, out)?);
        self.sorter.finish(self.on_disk, &mut one)?;
        Ok((one.0.close()?, self.converted))
    }

    /// Writes all events, which must be records, as one file per day.
    ///
    /// # Errors
    /// Errors of the folder and of the temporary file.
    pub fn write_days(mut self, folder: &mut impl Folder) -> io::Result<ConversionSummary> {
        let mut days = DayDocuments(DayFiles::new(folder, self.places));
        self.sorter.finish(self.on_disk, &mut days)?;
        self.converted.files = days.0.finish()?;
        Ok(self.converted)
    }

    fn place(&mut self, place: &LogPlace) -> io::Result<u32> {
        if let Some(known) = self.known.get(place) {
            return Ok(*known);
        }
        let number = u32::try_from(self.places.len()).map_err(io::Error::other)?;
        self.places.push(place.clone());
        self.known.insert(place.clone(), number);
        Ok(number)
    }
}

impl Answer<ConvertedBatch> for ConvertedEvents<'_> {
    fn add(&mut self, batch: ConvertedBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let places: Vec<u32> = batch
            .places
            .iter()
            .map(|place| self.place(place))
            .collect::<io::Result<_>>()?;
        let (rows, bytes) = batch.finish()?;
        let mut from = 0;
        for (row, is_kept) in rows.iter().zip(kept) {
            let text = &bytes[from..row.end];
            from = row.end;
            if !is_kept {
                continue;
            }
            if !row.is_written {
                self.converted.without_record += 1;
                continue;
            }
            self.converted.events += 1;
            self.converted.unidentified += u64::from(row.is_unidentified);
            self.converted.undated += u64::from(row.time.is_none());
            for (sum, differs) in self.converted.differing.iter_mut().zip(row.differs) {
                *sum += u64::from(differs);
            }
            let place = row.place.and_then(|place| places.get(place).copied());
            if let Some(place) = place {
                self.converted.unplaced += u64::from(!self.places[place as usize].is_known());
            }
            let key = key(place.unwrap_or(0), row.time, self.shape.is_newest_first());
            self.sorter.push(key, text, self.on_disk)?;
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Sorts by place, then by time, ascending or descending. Events without a time come last.
fn key(place: u32, time: Option<Moment>, is_newest_first: bool) -> RowKey {
    let mut key = [0; KEY_LENGTH];
    key[..4].copy_from_slice(&place.to_be_bytes());
    let Some(time) = time else {
        key[4] = 1;
        return key;
    };
    // Flips the sign bit, because times before 1970 are negative and keys are compared as unsigned bytes.
    let mut seconds = time.seconds.cast_unsigned() ^ 1 << 63;
    let mut nanos = time.nanos;
    if is_newest_first {
        (seconds, nanos) = (!seconds, !nanos);
    }
    key[5..13].copy_from_slice(&seconds.to_be_bytes());
    key[13..].copy_from_slice(&nanos.to_be_bytes());
    key
}

/// The place and the time of an ascending key.
fn of_key(key: &RowKey) -> (usize, Option<Moment>) {
    let Some((place, rest)) = key.split_first_chunk() else {
        return (0, None);
    };
    let place = u32::from_be_bytes(*place) as usize;
    // The byte after the place is 1 if there is no time.
    let time = rest.strip_prefix(&[0]).and_then(|rest| {
        let (seconds, nanos) = rest.split_first_chunk()?;
        let seconds = u64::from_be_bytes(*seconds) ^ 1 << 63;
        let nanos = u32::from_be_bytes(*nanos.first_chunk()?);
        Moment::new(seconds.cast_signed(), nanos)
    });
    (place, time)
}

/// Writes all rows to one document.
struct SingleDocument<W>(Document<W>);

impl<W: Write> RowSink for SingleDocument<W> {
    fn begin(&mut self, _: &RowKey) -> io::Result<()> {
        self.0.next()
    }

    fn more(&mut self, part: &[u8]) -> io::Result<()> {
        self.0.write(part)
    }
}

/// Writes a file for each place and day.
struct DayDocuments<'f, F: Folder>(DayFiles<'f, F>);

impl<F: Folder> RowSink for DayDocuments<'_, F> {
    fn begin(&mut self, key: &RowKey) -> io::Result<()> {
        let (place, time) = of_key(key);
        self.0.begin(place, time)
    }

    fn more(&mut self, part: &[u8]) -> io::Result<()> {
        self.0.more(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_like_times_and_decode_to_them() {
        let moments = [
            (-62_135_596_800, 0),
            (-1, 999_999_999),
            (0, 0),
            (0, 1),
            (1_560_042_666, 137_000_000),
            (253_402_300_799, 999_999_999),
        ]
        .map(|(seconds, nanos)| Moment::new(seconds, nanos));
        for (i, one) in moments.iter().enumerate() {
            assert!(one.is_some());
            assert_eq!(of_key(&key(7, *one, false)), (7, *one));
            for (j, other) in moments.iter().enumerate() {
                let (up, down) = (
                    key(1, *one, false).cmp(&key(1, *other, false)),
                    key(1, *one, true).cmp(&key(1, *other, true)),
                );
                assert_eq!((up, down), (i.cmp(&j), j.cmp(&i)));
            }
            for is_newest_first in [false, true] {
                assert!(key(1, *one, is_newest_first) < key(1, None, is_newest_first));
                assert!(key(1, None, is_newest_first) < key(2, *one, is_newest_first));
            }
        }
        assert_eq!(of_key(&key(7, None, false)), (7, None));
    }
}
