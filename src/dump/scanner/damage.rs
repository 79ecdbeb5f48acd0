//! Going on after an event that isn't whole.
//!
//! Not for: where an event may begin (`resync`), what the damage comes to (`ledger`).

use super::{Chunk, EventLimits, ScanStep, Scanner};
use crate::dump::facts::{Damage, Mark, ScanFacts};
use crate::dump::resync::{self, Apostrophes, Candidate};
use crate::dump::shape::{Broken, Decoy, Evidence, Wrapper};
use crate::scan::{Fault, FaultKind, Nesting, Plain, skip_space};

/// Bytes that must be there behind a fault, or the longest event, so that a decision about candidates before
/// it does not depend on where the slice ends.
const MARGIN: usize = 1024;

/// Which containers are open at a fault.
#[derive(Clone, Copy)]
pub(super) enum OpenContainers {
    Nothing,
    /// Those of the walk that met it.
    AtWalk,
    /// Those of the survey.
    AtSurvey,
}

impl Scanner {
    /// An event that isn't whole, from `at` to the fault at `fault`: the scanner goes on at the first
    /// place behind `at` where an event may begin.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn damaged(
        &self,
        input: Chunk<'_>,
        at: usize,
        fault: usize,
        kind: Broken,
        why: Damage,
        open: OpenContainers,
        out: &mut ScanFacts,
    ) -> ScanStep {
        if !input.eof && input.bytes.len() < fault + MARGIN {
            return ScanStep::More;
        }
        let stack = self.pool.stack.borrow();
        let open = match open {
            OpenContainers::Nothing => &[],
            OpenContainers::AtWalk => stack.open(),
            OpenContainers::AtSurvey => &self.survey.open,
        };
        let bytes = &input.bytes[at..];
        // What nests so deep is one thing, all of it.
        let mut from = if matches!(why, Damage::TooDeep(_)) {
            fault - at
        } else {
            1
        };
        let next = loop {
            match resync::candidate(bytes, from, fault + 1 - at, true, Apostrophes::Ignored) {
                // What was open at the fault is broken by it as well, unless it only wraps events.
                Some(Candidate::At(next))
                    if open.binary_search(&(at + next)).is_ok() && !opens_wrapper(bytes, next) =>
                {
                    from = next + 1;
                }
                Some(Candidate::At(next)) => break Some(at + next),
                Some(Candidate::Quoted(_) | Candidate::Unsure) | None => break None,
            }
        };
        let end = next.unwrap_or(fault.min(input.bytes.len()));
        let length = input.length(at, end);
        let at = input.offset(at);
        let evidence = match kind {
            Broken::Event(evidence) => Some(evidence),
            Broken::Unknown => Some(Evidence::Weak),
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

/// FaultKind a value could not be read that may reach up to `limit`; `None` when more bytes could tell.
pub(super) fn damage(
    input: Chunk<'_>,
    fault: Fault,
    limit: usize,
    limits: EventLimits,
) -> Option<Damage> {
    match fault.why {
        FaultKind::End if !input.eof && input.bytes.len() < limit + MARGIN => None,
        FaultKind::End if limit < input.bytes.len() => Some(Damage::TooLong(limits.event)),
        FaultKind::End => Some(Damage::Cut),
        FaultKind::TooDeep => Some(Damage::TooDeep(limits.depth)),
        FaultKind::Invalid | FaultKind::NeedsUnescape => {
            Some(Damage::Invalid(input.offset(fault.at)))
        }
    }
}

/// True for `{"Events":[` and its like: broken or not, what it wraps is read on its own.
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
