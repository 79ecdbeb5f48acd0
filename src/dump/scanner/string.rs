//! Strings between events: records, keys, or what is left of either.
//!
//! Not for: what is inside a record's string (`shape`, `event`).

use super::damage::{OpenContainers, damage};
use super::{Chunk, ScanStep, Scanner, Visit, emit};
use crate::dump::facts::{Damage, Mark, ScanFacts};
use crate::dump::resync;
use crate::dump::shape::{self, Broken, Evidence, StringKind};
use crate::dump::text::remains_in_string;
use crate::dump::token::{self, Next, member};
use crate::event::{Members, Shape};
use crate::scan::{Nesting, Plain};

impl Scanner {
    pub(super) fn string<V: Visit>(
        &mut self,
        input: Chunk<'_>,
        at: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let limit = input.bytes.len().min(at.saturating_add(self.limits.event));
        let bytes = &input.bytes[..limit];
        let is_record = resync::begins_record(&input.bytes[at..]);
        let kind = Broken::Event(Evidence::Strong);
        let end = match Plain::string_end(bytes, at + 1) {
            Ok(end) => end,
            Err(fault) => {
                let Some(why) = damage(input, fault, limit, self.limits) else {
                    return ScanStep::More;
                };
                let fault = fault.at.max(at + 1);
                return if is_record {
                    self.damaged(input, at, fault, kind, why, OpenContainers::Nothing, out)
                } else if why == Damage::Cut
                    || resync::may_begin_record(&bytes[at..fault.min(bytes.len())])
                {
                    // No quote up to the end of the input: a key or a value was cut off.
                    self.damaged(
                        input,
                        at,
                        fault,
                        Broken::Unknown,
                        why,
                        OpenContainers::Nothing,
                        out,
                    )
                } else {
                    ScanStep::ToText(at)
                };
            }
        };
        match token::next(input, end + 1) {
            Next::More => return ScanStep::More,
            Next::At(colon) if input.bytes[colon] == b':' && !is_record => {
                return member(input, at, end, colon, self.limits.event, out);
            }
            Next::At(_) | Next::Nothing(_) => {}
        }
        let content = &bytes[at + 1..end];
        let found = &mut self.found;
        let fast = shape::whole_string(content, found, &self.pool);
        let content = match fast {
            Some(kind) => kind,
            None => shape::string(content, found, &mut self.pool.stack.borrow_mut()),
        };
        // Quotes that open where others close, behind damage, have a key or a value right behind them.
        let next = input.bytes.get(end + 1);
        let stands_alone = next.is_none_or(|&next| token::is_delimiter(next));
        match (content, stands_alone) {
            (StringKind::Record, _) | (StringKind::BrokenRecord, true) => {}
            (_, false) if is_record => {
                let why = Damage::Invalid(input.offset(end + 1));
                return self.damaged(input, at, end + 1, kind, why, OpenContainers::Nothing, out);
            }
            (_, false) => return ScanStep::ToText(at),
            (StringKind::Other, true) => {
                match remains_in_string(&bytes[at + 1..end]) {
                    Evidence::None => out.scalar(input.length(at, end + 1)),
                    evidence => out.mark(Mark::Stray {
                        at: input.offset(at),
                        length: input.length(at, end + 1),
                        evidence,
                    }),
                }
                return ScanStep::To(end + 1);
            }
        }
        let flow = emit(
            input,
            at,
            end + 1,
            Shape::RecordString,
            &Members::default(),
            &self.pool,
            visit,
            out,
        );
        if flow.is_break() {
            ScanStep::Stop(end + 1)
        } else {
            ScanStep::To(end + 1)
        }
    }
}
