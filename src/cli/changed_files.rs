//! Files that are not what they were: between two readings, or while they were read.
//!
//! Not for: files that became shorter under a reader (`engine`), or between reading and hashing (`audit`).

use crate::engine::{Item, ItemSource, RunReport};
use crate::input;

/// A file that is not what it was at the first reading makes the answer doubtful.
pub(super) fn between(first: &RunReport, second: &mut RunReport) {
    let pairs = first.stamps.iter().zip(&second.stamps);
    for ((before, after), file) in pairs.zip(&mut second.files) {
        if before != after && file.error.is_none() {
            file.error = Some("the file changed between the two readings".to_owned());
        }
    }
}

/// So does one that was written to meanwhile. One that another took the place of was read as it was.
pub(super) fn meanwhile(items: &[Item], report: &mut RunReport) {
    // Where reading stopped early, nobody read to the end.
    let read = report.files.len() - usize::from(report.totals.stopped.is_some());
    let opened = items.iter().zip(&report.stamps);
    for ((item, stamp), file) in opened.zip(&mut report.files).take(read) {
        let (ItemSource::Input(input), Some(before)) = (&item.source, stamp) else {
            continue;
        };
        let is_changed = input::stamp(input).is_some_and(|now| now.is_later(before));
        if is_changed && file.error.is_none() {
            file.error = Some(
                "the file was written to since it was opened: events may be missing, or be of either state"
                    .to_owned(),
            );
        }
    }
}
