//! Objects: which of them are events, which are entered, and which are skipped as a whole.

use super::damage::{BrokenValue, OpenContainers, damage};
use super::{Chunk, FoundEvent, ScanStep, Scanner, Visit, emit};
use crate::dump::facts::{Damage, Mark, ScanFacts};
use crate::dump::shape::{self, Broken, Decoy, Evidence, ObjectKind};
use crate::dump::survey::{InnerEvent, SurveyEnd, SurveyResult};
use crate::event::Shape;
use crate::scan::{Fault, FaultKind, Plain, Stack, skip_space, value_end};
use crate::transcode::ROWS;

/// A list of events that starts this close to the start of its object needs no survey of the bytes before it.
const NEAR: usize = 512;
/// How many times the depth limit a survey covers at once, so that input that consists of brackets is not
/// walked again for each level.
const SURVEYED: usize = 16;

impl Scanner {
    pub(super) fn object<V: Visit>(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let limit = chunk.bytes.len().min(at.saturating_add(self.limits.event));
        let bytes = &chunk.bytes[..limit];
        let (object, open) = match self.survey.verdict(at) {
            Some(SurveyResult::Wrapper) => {
                (ObjectKind::Wrapper { key: at }, OpenContainers::Nothing)
            }
            Some(SurveyResult::Broken { fault, kind }) => {
                (ObjectKind::Broken { fault, kind }, OpenContainers::AtSurvey)
            }
            None => (
                self.walk(bytes, at, chunk.is_all(limit)),
                OpenContainers::AtWalk,
            ),
        };
        match object {
            ObjectKind::Event { end, shape } => self.event(chunk, at, end, shape, visit, out),
            ObjectKind::Wrapper { .. } => {
                self.end_events(chunk, out);
                out.open(false, chunk.length(at, at + 1));
                ScanStep::To(at + 1)
            }
            ObjectKind::Other { end, decoy } => {
                if decoy == Decoy::Other && may_hold_events(&bytes[at..end]) {
                    self.inside(chunk, at, end, visit, out)
                } else {
                    out.mark(Mark::Foreign {
                        at: chunk.offset(at),
                        length: chunk.length(at, end),
                        count: 1,
                        decoy,
                    });
                    ScanStep::To(end)
                }
            }
            ObjectKind::Broken { fault, kind } => {
                let Some(why) = damage(chunk, fault, limit, self.limits) else {
                    return ScanStep::More;
                };
                if kind == Broken::Unknown {
                    return enter_broken(chunk, at, limit, fault, out);
                }
                let broken = BrokenValue {
                    at,
                    fault: fault.at.max(at + 1),
                    kind,
                    why,
                    open,
                };
                self.damaged(chunk, broken, out)
            }
        }
    }

    /// A whole object that is an event, unless it contains the start of another one.
    fn event<V: Visit>(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        end: usize,
        shape: Shape,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        if let Some(next) = shape::runs_on(&chunk.bytes[..end], &self.found, shape) {
            let broken = BrokenValue {
                at,
                fault: next,
                kind: Broken::Event(Evidence::Strong),
                why: Damage::RunsOn(chunk.offset(next)),
                open: OpenContainers::Nothing,
            };
            return self.damaged(chunk, broken, out);
        }
        self.last = (shape == Shape::Lookup).then_some(at..end);
        let event = FoundEvent {
            range: at..end,
            shape,
            found: &self.found,
            pool: &self.pool,
        };
        if emit(chunk, event, visit, out).is_break() {
            ScanStep::Stop(end)
        } else {
            ScanStep::To(end)
        }
    }

    /// Walks the object at `at`. If the scanner will enter it, its content is surveyed as well, so that the steps
    /// inside do not walk the same bytes once per level.
    fn walk(&mut self, bytes: &[u8], at: usize, is_all: bool) -> ObjectKind {
        if let Some(object) = shape::whole(bytes, at, &mut self.found, &mut self.templates) {
            return object;
        }
        let stack = &mut self.pool.stack.borrow_mut();
        let object = shape::object(bytes, at, &mut self.found, stack);
        // A fault at the end of the bytes breaks the open containers only if nothing follows.
        let stop_at = |fault: Fault| match fault.why {
            FaultKind::Invalid | FaultKind::NeedsUnescape => SurveyEnd::Fault(fault),
            FaultKind::End if is_all => SurveyEnd::Fault(fault),
            FaultKind::End | FaultKind::TooDeep => SurveyEnd::Here(fault.at),
        };
        let stop = match object {
            ObjectKind::Wrapper { key } if key - at > NEAR => SurveyEnd::Here(key),
            ObjectKind::Broken { fault, .. } if stack.open().len() > 1 => match fault.why {
                FaultKind::TooDeep => {
                    let mut deep = Stack::with_limit(SURVEYED * self.limits.depth);
                    match value_end::<Plain>(bytes, at, &mut deep) {
                        Ok(end) => SurveyEnd::Here(end),
                        Err(fault) => stop_at(fault),
                    }
                }
                FaultKind::End if !is_all => return object,
                _ => stop_at(fault),
            },
            _ => return object,
        };
        self.survey.run(bytes, at, stop, None);
        object
    }

    /// Scans a whole object that is not an event but may contain some, in one step.
    fn inside<V: Visit>(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        end: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let bytes = &chunk.bytes[..end];
        {
            let stack = &mut self.pool.stack.borrow_mut();
            let strings = Some((&mut self.found, &mut **stack));
            self.inner.run(bytes, at, SurveyEnd::Here(end), strings);
        }
        let mut structure = 0;
        let mut from = at;
        for inner in &self.inner.events {
            structure += chunk.length(from, inner.start);
            from = inner.end;
            self.found.clear();
            if inner.shape != Shape::RecordString {
                let stack = &mut self.pool.stack.borrow_mut();
                // The result is known to be an event: only its members are needed.
                let _ = shape::object(bytes, inner.start, &mut self.found, stack);
            }
            let InnerEvent { start, end, shape } = *inner;
            let event = FoundEvent {
                range: start..end,
                shape,
                found: &self.found,
                pool: &self.pool,
            };
            if emit(chunk, event, visit, out).is_break() {
                out.structure(structure);
                return ScanStep::Stop(end);
            }
        }
        structure += chunk.length(from, end);
        if self.inner.events.is_empty() && memchr::memmem::find(&bytes[at..], ROWS).is_some() {
            // Rows of a CloudTrail Lake query become events only if they start the source. Rows after something
            // else are not read, so they may be lost events.
            out.mark(Mark::Stray {
                at: chunk.offset(at),
                length: structure,
                evidence: Evidence::Weak,
            });
        } else if self.inner.events.is_empty() {
            out.mark(Mark::Foreign {
                at: chunk.offset(at),
                length: structure,
                count: 1,
                decoy: Decoy::Other,
            });
        } else {
            out.structure(structure);
        }
        ScanStep::To(end)
    }
}

/// A broken object without any name of CloudTrail's: enters it if it starts as JSON does, else reads it as text.
fn enter_broken(
    chunk: Chunk<'_>,
    at: usize,
    limit: usize,
    fault: Fault,
    out: &mut ScanFacts,
) -> ScanStep {
    let bytes = &chunk.bytes[..limit];
    let first = skip_space(bytes, at + 1);
    match bytes.get(first) {
        None | Some(b'"' | b'}') => {
            let length = chunk.length(at, at + 1);
            out.open(false, length);
            if matches!(fault.why, FaultKind::Invalid | FaultKind::NeedsUnescape) {
                // Near events, invalid JSON may have been the object around an event. So its bracket is a mark
                // that the ledger can book as damage, instead of structure.
                out.structure_bytes -= length;
                out.mark(Mark::Stray {
                    at: chunk.offset(at),
                    length,
                    evidence: Evidence::Weak,
                });
            }
            ScanStep::To(at + 1)
        }
        Some(_) => ScanStep::ToText(at),
    }
}

/// True if the bytes contain a name that every event has one of, or an escape that could spell such a name.
/// Most objects that are not events contain neither, and are skipped without a survey.
fn may_hold_events(bytes: &[u8]) -> bool {
    const SHORTEST: usize = br#"{"eventName":""}"#.len();
    if bytes.len() < SHORTEST {
        return false;
    }
    [
        "eventName",
        "eventSource",
        "insightDetails",
        "CloudTrailEvent",
        "EventName",
        "\\u00",
    ]
    .iter()
    .any(|needle| memchr::memmem::find(bytes, needle.as_bytes()).is_some())
}
