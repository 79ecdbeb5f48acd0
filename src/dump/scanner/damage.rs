//! Resuming the scan after an event that is not whole.
//!
//! The aim is to lose only the damaged event. So the scan does not resume at the fault, but at the first
//! position after the event's start where another event may begin (`resync`): bytes that are missing in the
//! middle of a file join the start of one event to the end of another, and the fault is then far after the
//! start of the next whole event.

use super::{Chunk, EventLimits, ScanStep, Scanner};
use crate::dump::facts::{Damage, Mark, ScanFacts};
use crate::dump::resync::{self, Apostrophes, Candidate};
use crate::dump::shape::{Broken, Decoy, Evidence, Wrapper};
use crate::scan::{Fault, FaultKind, Nesting, Plain, skip_space};

/// The number of bytes that must follow a fault (or the longest event) before it is acted on, so that the
/// decision about candidates before it does not depend on where the chunk ends.
const MARGIN: usize = 1024;

/// Which list says what containers were open at a fault.
#[derive(Clone, Copy)]
pub(super) enum OpenContainers {
    Nothing,
    /// The stack of the walk that met the fault.
    AtWalk,
    /// The survey that met the fault.
    AtSurvey,
}

/// An event, or something that may have been one, that cannot be read to its end.
#[derive(Clone, Copy)]
pub(super) struct BrokenValue {
    /// Where it begins.
    pub at: usize,
    /// Where reading failed.
    pub fault: usize,
    pub kind: Broken,
    pub why: Damage,
    pub open: OpenContainers,
}

impl Scanner {
    /// Marks a broken value as damage and resumes at the next position where an event may begin.
    pub(super) fn damaged(
        &self,
        chunk: Chunk<'_>,
        broken: BrokenValue,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let BrokenValue {
            at,
            fault,
            kind,
            why,
            open,
        } = broken;
        if !chunk.eof && chunk.bytes.len() < fault + MARGIN {
            return ScanStep::More;
        }
        let stack = self.pool.stack.borrow();
        let open = match open {
            OpenContainers::Nothing => &[],
            OpenContainers::AtWalk => stack.open(),
            OpenContainers::AtSurvey => &self.survey.open,
        };
        let bytes = &chunk.bytes[at..];
        // A value that nests too deep is skipped up to the limit at once: trying each of its levels would cost
        // the square of its depth.
        let mut from = if matches!(why, Damage::TooDeep(_)) {
            fault - at
        } else {
            1
        };
        let next = loop {
            match resync::candidate(bytes, from, fault + 1 - at, true, Apostrophes::Ignored) {
                // A container that was open at the fault is broken by the same fault. The exception is a list
                // of events: its events are read one by one.
                Some(Candidate::At(next))
                    if open.binary_search(&(at + next)).is_ok() && !opens_wrapper(bytes, next) =>
                {
                    from = next + 1;
                }
                Some(Candidate::At(next)) => break Some(at + next),
                Some(Candidate::Quoted(_) | Candidate::Unsure) | None => break None,
            }
        };
        let end = next.unwrap_or(fault.min(chunk.bytes.len()));
        let length = chunk.length(at, end);
        let at = chunk.offset(at);
        let evidence = match kind {
            Broken::Event(evidence) => Some(evidence),
            Broken::Unknown => Some(Evidence::Weak),
            // A broken notification loses no event.
            Broken::Notification => None,
        };
        out.mark(match evidence {
            Some(evidence) => Mark::Damaged {
                at,
                length,
                why,
                evidence,
            },
            None => Mark::Foreign {
                at,
                length,
                count: 1,
                decoy: Decoy::Notification,
            },
        });
        match next {
            Some(next) => ScanStep::To(next),
            None => ScanStep::ToRemains(end),
        }
    }
}

/// Why a value that may extend up to `limit` could not be read. `None` if more bytes could change the answer.
pub(super) fn damage(
    chunk: Chunk<'_>,
    fault: Fault,
    limit: usize,
    limits: EventLimits,
) -> Option<Damage> {
    match fault.why {
        FaultKind::End if !chunk.eof && chunk.bytes.len() < limit + MARGIN => None,
        FaultKind::End if limit < chunk.bytes.len() => Some(Damage::TooLong(limits.event)),
        FaultKind::End => Some(Damage::Cut),
        FaultKind::TooDeep => Some(Damage::TooDeep(limits.depth)),
        FaultKind::Invalid | FaultKind::NeedsUnescape => {
            Some(Damage::Invalid(chunk.offset(fault.at)))
        }
    }
}

/// True for an object that starts like `{"Events":[`. Its events are read on their own, so the object is
/// entered even if it is broken.
fn opens_wrapper(bytes: &[u8], at: usize) -> bool {
    let bytes = &bytes[..bytes.len().min(at + MARGIN)];
    let key = skip_space(bytes, at + 1);
    let Ok(end) = Plain::string_end(bytes, key + 1) else {
        return false;
    };
    let colon = skip_space(bytes, end + 1);
    let value = skip_space(bytes, colon + 1);
    bytes.get(colon) == Some(&b':')
        && Wrapper::of(&bytes[key + 1..end], bytes.get(value).copied()).is_some()
}
