//! Objects between events and events themselves: which is which, and what is stepped into.
//!
//! Not for: the members that decide it (`shape`), going on after damage (`damage`).

use super::damage::{OpenContainers, damage};
use super::{Chunk, ScanStep, Scanner, Visit, emit};
use crate::dump::facts::{Damage, Mark, ScanFacts};
use crate::dump::shape::{self, Broken, Decoy, Evidence, ObjectKind};
use crate::dump::survey::{InnerEvent, SurveyEnd, SurveyResult};
use crate::event::Shape;
use crate::scan::{Fault, FaultKind, Plain, Stack, skip_space, value_end};
use crate::transcode::ROWS;

/// A list of events this close to the beginning of its object needs no survey of what lies before it.
const NEAR: usize = 512;
/// Levels that are surveyed at once, in those that an event may have: many times as much, so that input of
/// brackets alone is not walked again for each of them.
const SURVEYED: usize = 16;

impl Scanner {
    pub(super) fn object<V: Visit>(
        &mut self,
        input: Chunk<'_>,
        at: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let limit = input.bytes.len().min(at.saturating_add(self.limits.event));
        let bytes = &input.bytes[..limit];
        let (object, open) = match self.survey.verdict(at) {
            Some(SurveyResult::Wrapper) => {
                (ObjectKind::Wrapper { key: at }, OpenContainers::Nothing)
            }
            Some(SurveyResult::Broken { fault, kind }) => {
                (ObjectKind::Broken { fault, kind }, OpenContainers::AtSurvey)
            }
            None => (
                self.walk(bytes, at, input.is_all(limit)),
                OpenContainers::AtWalk,
            ),
        };
        match object {
            ObjectKind::Event { end, shape } => {
                if let Some(next) = shape::runs_on(bytes, &self.found, shape) {
                    let why = Damage::RunsOn(input.offset(next));
                    let kind = Broken::Event(Evidence::Strong);
                    return self.damaged(input, at, next, kind, why, OpenContainers::Nothing, out);
                }
                self.last = (shape == Shape::Lookup).then_some(at..end);
                let flow = emit(input, at, end, shape, &self.found, &self.pool, visit, out);
                if flow.is_break() {
                    ScanStep::Stop(end)
                } else {
                    ScanStep::To(end)
                }
            }
            ObjectKind::Wrapper { .. } => {
                self.end_events(input, out);
                out.open(false, input.length(at, at + 1));
                ScanStep::To(at + 1)
            }
            ObjectKind::Other { end, decoy } => {
                if decoy == Decoy::Other && may_hold_events(&bytes[at..end]) {
                    self.inside(input, at, end, visit, out)
                } else {
                    out.mark(Mark::Foreign {
                        at: input.offset(at),
                        length: input.length(at, end),
                        count: 1,
                        decoy,
                    });
                    ScanStep::To(end)
                }
            }
            ObjectKind::Broken { fault, kind } => {
                let Some(why) = damage(input, fault, limit, self.limits) else {
                    return ScanStep::More;
                };
                if kind != Broken::Unknown {
                    return self.damaged(input, at, fault.at.max(at + 1), kind, why, open, out);
                }
                let first = skip_space(bytes, at + 1);
                match bytes.get(first) {
                    None | Some(b'"' | b'}') => {
                        let length = input.length(at, at + 1);
                        out.open(false, length);
                        if matches!(fault.why, FaultKind::Invalid | FaultKind::NeedsUnescape) {
                            // Near events, what is no whole JSON may have been around one.
                            out.structure_bytes -= length;
                            out.mark(Mark::Stray {
                                at: input.offset(at),
                                length,
                                evidence: Evidence::Weak,
                            });
                        }
                        ScanStep::To(at + 1)
                    }
                    Some(_) => ScanStep::ToText(at),
                }
            }
        }
    }

    /// Walks the object at `at`. When it will be stepped into, what it holds is surveyed on the way.
    fn walk(&mut self, bytes: &[u8], at: usize, is_all: bool) -> ObjectKind {
        if let Some(object) = shape::whole(bytes, at, &mut self.found, &mut self.templates) {
            return object;
        }
        let stack = &mut self.pool.stack.borrow_mut();
        let object = shape::object(bytes, at, &mut self.found, stack);
        // A fault at the end breaks what is open there only where nothing follows.
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

    /// A whole object that is no event but may hold some: all of it in one step.
    fn inside<V: Visit>(
        &mut self,
        input: Chunk<'_>,
        at: usize,
        end: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let bytes = &input.bytes[..end];
        {
            let stack = &mut self.pool.stack.borrow_mut();
            let strings = Some((&mut self.found, &mut **stack));
            self.inner.run(bytes, at, SurveyEnd::Here(end), strings);
        }
        let mut structure = 0;
        let mut from = at;
        for inner in &self.inner.events {
            structure += input.length(from, inner.start);
            from = inner.end;
            self.found.clear();
            if inner.shape != Shape::RecordString {
                let stack = &mut self.pool.stack.borrow_mut();
                // Known to be an event: walked for its members.
                let _ = shape::object(bytes, inner.start, &mut self.found, stack);
            }
            let (found, pool) = (&self.found, &self.pool);
            let InnerEvent { start, end, shape } = *inner;
            if emit(input, start, end, shape, found, pool, visit, out).is_break() {
                out.structure(structure);
                return ScanStep::Stop(end);
            }
        }
        structure += input.length(from, end);
        if self.inner.events.is_empty() && memchr::memmem::find(&bytes[at..], ROWS).is_some() {
            // At the beginning of a source they would have become events; behind something else they are lost.
            out.mark(Mark::Stray {
                at: input.offset(at),
                length: structure,
                evidence: Evidence::Weak,
            });
        } else if self.inner.events.is_empty() {
            out.mark(Mark::Foreign {
                at: input.offset(at),
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

/// Names of which every event has one, or an escape that could hide one.
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
