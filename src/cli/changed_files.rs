//! Files whose content changed: between the two passes over the input, or while they were read.
//!
//! A file that became shorter under a reader is reported by `engine`, one that changed between reading and hashing by
//! `audit`.

use crate::engine::{Item, ItemSource, RunReport};
use crate::input;

/// Marks each file that is not the one that the first pass read: the two passes saw different events.
pub(super) fn between(first: &RunReport, second: &mut RunReport) {
    let pairs = first.stamps.iter().zip(&second.stamps);
    for ((before, after), file) in pairs.zip(&mut second.files) {
        if before != after && file.error.is_none() {
            file.error = Some(
                "the file changed between the two passes over it; the command that writes it may be still running"
                    .to_owned(),
            );
        }
    }
}

/// Marks each file that was written to since it was opened. A file that was replaced by another of its name was read
/// to its end, because the opened one stays as it was.
pub(super) fn meanwhile(items: &[Item], report: &mut RunReport) {
    // If reading stopped early, the last file was not read to its end, and its later bytes do not matter.
    let read = report.files.len() - usize::from(report.totals.stopped.is_some());
    let opened = items.iter().zip(&report.stamps);
    for ((item, stamp), file) in opened.zip(&mut report.files).take(read) {
        let (ItemSource::Input(input), Some(before)) = (&item.source, stamp) else {
            continue;
        };
        let is_changed = input::stamp(input).is_some_and(|now| now.is_later(before));
        if is_changed && file.error.is_none() {
            file.error = Some(
                "the file was written to since it was opened, so events may be missing or of either state; the \
                 command that writes it may be still running"
                    .to_owned(),
            );
        }
    }
}
