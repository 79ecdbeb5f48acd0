//! Files that are not what they were: between two readings, or while they were read.
//!
//! Not for: files that became shorter under a reader (`engine`), or between reading and hashing (`audit`).

use crate::engine::{Item, Origin, Report};
use crate::input;

/// A file that is not what it was at the first reading makes the answer doubtful.
pub(super) fn between(first: &Report, second: &mut Report) {
    let pairs = first.stamps.iter().zip(&second.stamps);
    for ((before, after), file) in pairs.zip(&mut second.files) {
        if before != after && file.error.is_none() {
            file.error = Some("the file changed between the two readings".to_owned());
        }
    }
}

/// So does one that was written to meanwhile. One that another took the place of was read as it was.
pub(super) fn meanwhile(items: &[Item], report: &mut Report) {
    // Where reading stopped early, nobody read to the end.
    let read = report.files.len() - usize::from(report.totals.stopped.is_some());
    let opened = items.iter().zip(&report.stamps);
    for ((item, stamp), file) in opened.zip(&mut report.files).take(read) {
        let (Origin::Input(input), Some(before)) = (&item.origin, stamp) else {
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
