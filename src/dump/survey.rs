//! One pass over JSON that is no event itself but may hold some: what each object in it is, so that nobody
//! has to walk it again from every level. Without this, what lies a thousand levels deep would be read a
//! thousand times.
//!
//! A survey answers exactly as `shape::object` would. Not for: validating; it walks what a full walk has
//! seen before.

use super::shape::{self, Broken, Evidence, StringKind};
use crate::event::{Found, MemberName, Members, Shape};
use crate::scan::{
    Fault, FaultKind, MAX_DEPTH, Member, Nesting, Plain, Stack, is_space, skip_space,
};

/// What an object is that a later step will come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurveyResult {
    /// A member of it opens a list of events.
    Wrapper,
    /// It breaks here.
    Broken { fault: Fault, kind: Broken },
}

/// How a survey ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurveyEnd {
    /// At this byte, with a fault that breaks whatever is open.
    Fault(Fault),
    /// At this byte, with nothing said about what is open.
    Here(usize),
}

/// An event within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InnerEvent {
    pub start: usize,
    pub end: usize,
    pub shape: Shape,
}

/// An open container.
#[derive(Debug)]
struct Frame {
    start: usize,
    is_object: bool,
    /// Where its members begin in `found`.
    from: usize,
    /// Their bits: of several members of one name the first counts.
    seen: u64,
    evidence: Evidence,
    is_wrapper: bool,
    too_deep: Option<usize>,
    /// The member whose value is being read.
    member: Option<(MemberName, Member)>,
}

/// Memory of a survey, and what it found.
#[derive(Debug)]
pub(super) struct ObjectSurvey {
    /// Levels that an object may have.
    depth: usize,
    frames: Vec<Frame>,
    /// Members of CloudTrail's names of all open objects.
    found: Vec<Found>,
    /// Those of the object that is judged.
    own: Members,
    /// Objects that a full walk would be wasted on, by where they begin.
    pub verdicts: Vec<(usize, SurveyResult)>,
    /// Containers that are open at the fault, outermost first.
    pub open: Vec<usize>,
    /// The outermost events, in order.
    pub events: Vec<InnerEvent>,
}

impl Default for ObjectSurvey {
    fn default() -> Self {
        ObjectSurvey {
            depth: MAX_DEPTH,
            frames: Vec::new(),
            found: Vec::new(),
            own: Members::default(),
            verdicts: Vec::new(),
            open: Vec::new(),
            events: Vec::new(),
        }
    }
}

impl ObjectSurvey {
    /// Sets the levels that an object may have.
    pub fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.frames.clear();
        self.found.clear();
        self.verdicts.clear();
        self.open.clear();
        self.events.clear();
    }

    /// What the object at `at` is, if the survey came by it and found it not worth a walk.
    pub fn verdict(&self, at: usize) -> Option<SurveyResult> {
        let i = self.verdicts.binary_search_by_key(&at, |v| v.0).ok()?;
        Some(self.verdicts[i].1)
    }

    /// Walks the value at `at`. With `strings`, strings that hold records are events as well.
    pub fn run(
        &mut self,
        bytes: &[u8],
        at: usize,
        stop: SurveyEnd,
        strings: Option<(&mut Members, &mut Stack)>,
    ) {
        self.clear();
        let end = match stop {
            SurveyEnd::Fault(fault) => fault.at,
            SurveyEnd::Here(end) => end,
        };
        self.walk(bytes, at, end, strings);
        let frames = std::mem::take(&mut self.frames);
        for frame in frames.iter().rev() {
            self.open.push(frame.start);
            let fault = match stop {
                SurveyEnd::Fault(fault) if fault.why != FaultKind::TooDeep => Some(fault),
                _ => None,
            };
            self.judge(bytes, frame, fault);
            self.found.truncate(frame.from);
        }
        self.frames = frames;
        self.frames.clear();
        self.open.reverse();
        self.verdicts.sort_unstable_by_key(|verdict| verdict.0);
    }

    fn walk(
        &mut self,
        bytes: &[u8],
        at: usize,
        end: usize,
        mut strings: Option<(&mut Members, &mut Stack)>,
    ) {
        let bytes = &bytes[..end.min(bytes.len())];
        let mut i = at;
        while let Some(&byte) = bytes.get(i) {
            match byte {
                b'{' | b'[' => {
                    self.open(i, byte == b'{');
                    i += 1;
                }
                b'}' | b']' => {
                    i += 1;
                    self.close(bytes, i);
                }
                b'"' => {
                    let Ok(quote) = Plain::string_end(bytes, i + 1) else {
                        return;
                    };
                    let wants_key = self
                        .frames
                        .last()
                        .is_some_and(|frame| frame.is_object && frame.member.is_none());
                    if wants_key {
                        let colon = skip_space(bytes, quote + 1);
                        if bytes.get(colon) != Some(&b':') {
                            return;
                        }
                        let value = skip_space(bytes, colon + 1);
                        self.key(bytes, i + 1, quote, value);
                        i = value;
                        continue;
                    }
                    if let Some((found, stack)) = &mut strings
                        && shape::string(&bytes[i + 1..quote], found, stack) != StringKind::Other
                    {
                        self.events.push(InnerEvent {
                            start: i,
                            end: quote + 1,
                            shape: Shape::RecordString,
                        });
                    }
                    i = quote + 1;
                    self.value(i);
                }
                b',' | b':' => i += 1,
                byte if is_space(byte) => i = skip_space(bytes, i),
                _ => {
                    let rest = &bytes[i..];
                    let length = rest
                        .iter()
                        .position(|&b| is_space(b) || matches!(b, b',' | b'}' | b']'));
                    let Some(length) = length else {
                        return;
                    };
                    i += length;
                    self.value(i);
                }
            }
        }
    }

    /// The members of an object, which are the last in `found`.
    fn own(&mut self, frame: &Frame) -> &Members {
        self.own.clear();
        for found in &self.found[frame.from..] {
            self.own.add(found.key, found.at);
        }
        &self.own
    }

    fn open(&mut self, at: usize, is_object: bool) {
        self.frames.push(Frame {
            start: at,
            is_object,
            from: self.found.len(),
            seen: 0,
            evidence: Evidence::None,
            is_wrapper: false,
            too_deep: None,
            member: None,
        });
        if let Some(i) = self.frames.len().checked_sub(self.depth + 1) {
            let frame = &mut self.frames[i];
            if !frame.is_wrapper {
                frame.too_deep.get_or_insert(at);
            }
        }
    }

    fn close(&mut self, bytes: &[u8], end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        if !self.judge(bytes, &frame, None)
            && frame.is_object
            && let Some(shape) = shape::event_shape(bytes, self.own(&frame))
        {
            while self
                .events
                .last()
                .is_some_and(|inner| inner.start > frame.start)
            {
                self.events.pop();
            }
            self.events.push(InnerEvent {
                start: frame.start,
                end,
                shape,
            });
        }
        self.found.truncate(frame.from);
        self.value(end);
    }

    fn key(&mut self, bytes: &[u8], key: usize, key_end: usize, value: usize) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let name = &bytes[key..key_end];
        let known = MemberName::of(name);
        if frame.evidence == Evidence::None
            && frame.too_deep.is_none()
            && shape::opens_list(bytes, name, value)
        {
            frame.is_wrapper = true;
        }
        frame.evidence = frame.evidence.max(Evidence::of(known));
        let member = Member {
            key,
            key_end,
            value,
            value_end: value,
        };
        frame.member = Some((known, member));
    }

    /// A value ended.
    fn value(&mut self, end: usize) {
        if let Some(frame) = self.frames.last_mut()
            && let Some((key, mut member)) = frame.member.take()
            && frame.seen & key.bit() == 0
            && key.is_known()
        {
            frame.seen |= key.bit();
            member.value_end = end;
            let at = member;
            self.found.push(Found { key, at });
        }
    }

    /// Notes what is known of an object whose members are the last in `found`; true when it is no whole one.
    fn judge(&mut self, bytes: &[u8], frame: &Frame, fault: Option<Fault>) -> bool {
        if !frame.is_object {
            return false;
        }
        let too_deep = frame.too_deep.map(|at| Fault {
            at,
            why: FaultKind::TooDeep,
        });
        let verdict = if frame.is_wrapper {
            SurveyResult::Wrapper
        } else if let Some(fault) = too_deep.or(fault) {
            let evidence = frame.evidence;
            let kind = Broken::of(bytes, self.own(frame), evidence);
            SurveyResult::Broken { fault, kind }
        } else {
            return false;
        };
        self.verdicts.push((frame.start, verdict));
        true
    }
}

#[cfg(test)]
mod tests;
