//! Strings outside events: a record inside a string, a key, a value, or a fragment of one of them.

use super::damage::{BrokenValue, OpenContainers, damage};
use super::{Chunk, FoundEvent, ScanStep, Scanner, Visit, emit};
use crate::dump::facts::{Damage, Mark, ScanFacts};
use crate::dump::resync;
use crate::dump::shape::{self, Broken, Evidence, StringKind};
use crate::dump::text::remains_in_string;
use crate::dump::token::{self, Next, member};
use crate::event::{Members, Shape};
use crate::scan::{Fault, Nesting, Plain};

impl Scanner {
    pub(super) fn string<V: Visit>(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let limit = chunk.bytes.len().min(at.saturating_add(self.limits.event));
        let bytes = &chunk.bytes[..limit];
        let is_record = resync::begins_record(&chunk.bytes[at..]);
        let end = match Plain::string_end(bytes, at + 1) {
            Ok(end) => end,
            Err(fault) => return self.broken_string(chunk, at, limit, fault, is_record, out),
        };
        match token::next(chunk, end + 1) {
            Next::More => return ScanStep::More,
            Next::At(colon) if chunk.bytes[colon] == b':' && !is_record => {
                return member(chunk, at, end, colon, self.limits.event, out);
            }
            Next::At(_) | Next::Nothing(_) => {}
        }
        let content = &bytes[at + 1..end];
        let found = &mut self.found;
        let fast = shape::whole_string(content, found, &self.pool);
        let kind = match fast {
            Some(kind) => kind,
            None => shape::string(content, found, &mut self.pool.stack.borrow_mut()),
        };
        // After damage a closing quote may look like an opening one. The string then ends at the opening quote of a key or
        // a value, whose text follows without a delimiter.
        let next = chunk.bytes.get(end + 1);
        let is_delimited = next.is_none_or(|&next| token::is_delimiter(next));
        match (kind, is_delimited) {
            (StringKind::Record, _) | (StringKind::BrokenRecord, true) => {}
            (_, false) if is_record => {
                let why = Damage::Invalid(chunk.offset(end + 1));
                let kind = Broken::Event(Evidence::Strong);
                return self.damaged(chunk, broken(at, end + 1, kind, why), out);
            }
            (_, false) => return ScanStep::ToText(at),
            (StringKind::Other, true) => {
                let length = chunk.length(at, end + 1);
                match remains_in_string(content) {
                    Evidence::None => out.scalar(length),
                    evidence => out.mark(Mark::Stray {
                        at: chunk.offset(at),
                        length,
                        evidence,
                    }),
                }
                return ScanStep::To(end + 1);
            }
        }
        let event = FoundEvent {
            range: at..end + 1,
            shape: Shape::RecordString,
            found: &Members::default(),
            pool: &self.pool,
        };
        if emit(chunk, event, visit, out).is_break() {
            ScanStep::Stop(end + 1)
        } else {
            ScanStep::To(end + 1)
        }
    }

    /// A string without an end, or with an invalid byte.
    fn broken_string(
        &self,
        chunk: Chunk<'_>,
        at: usize,
        limit: usize,
        fault: Fault,
        is_record: bool,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let Some(why) = damage(chunk, fault, limit, self.limits) else {
            return ScanStep::More;
        };
        let fault = fault.at.max(at + 1);
        if is_record {
            let kind = Broken::Event(Evidence::Strong);
            return self.damaged(chunk, broken(at, fault, kind, why), out);
        }
        // Without a quote up to the end of the input, a key or a value was cut off.
        if why == Damage::Cut || resync::may_begin_record(&chunk.bytes[at..fault.min(limit)]) {
            return self.damaged(chunk, broken(at, fault, Broken::Unknown, why), out);
        }
        ScanStep::ToText(at)
    }
}

fn broken(at: usize, fault: usize, kind: Broken, why: Damage) -> BrokenValue {
    BrokenValue {
        at,
        fault,
        kind,
        why,
        open: OpenContainers::Nothing,
    }
}
