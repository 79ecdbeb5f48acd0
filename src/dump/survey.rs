//! One pass over JSON that is not an event but may contain some. It records what each object in it is, so that the scanner
//! does not walk the same bytes again from every level. Without a survey, an object that is a thousand levels deep would be
//! read a thousand times.
//!
//! A survey gives exactly the results of `shape::object`. It does not validate, because a full walk has seen the bytes before.

use super::shape::{self, Broken, Evidence, StringKind};
use crate::event::{Found, MemberName, Members, Shape};
use crate::scan::{
    Fault, FaultKind, MAX_DEPTH, Member, Nesting, Plain, Stack, is_space, skip_space,
};

/// What an object is that a later step will reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurveyResult {
    /// One of its members opens a list of events.
    Wrapper,
    /// It is broken at this fault.
    Broken { fault: Fault, kind: Broken },
}

/// Where a survey ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurveyEnd {
    /// At this fault, which breaks all open containers.
    Fault(Fault),
    /// At this byte. Nothing is known about the open containers.
    Here(usize),
}

/// An event inside the surveyed value.
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
    /// The index of its first member in `found`.
    from: usize,
    /// The names of its members, as bits: of several members with one name the first counts.
    seen: u64,
    evidence: Evidence,
    is_wrapper: bool,
    too_deep: Option<usize>,
    /// The member whose value is read.
    member: Option<(MemberName, Member)>,
}

/// A survey and its results.
#[derive(Debug)]
pub(super) struct ObjectSurvey {
    /// The limit on the nesting of an object.
    depth: usize,
    frames: Vec<Frame>,
    /// Members with names of CloudTrail, of all open objects.
    found: Vec<Found>,
    /// The members of the object.
    own: Members,
    /// The objects that need no further walk, by position.
    pub verdicts: Vec<(usize, SurveyResult)>,
    /// The containers that are open at the fault, outermost first.
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
    /// Sets the limit on the nesting of an object.
    pub fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// Forgets all results.
    pub fn clear(&mut self) {
        self.frames.clear();
        self.found.clear();
        self.verdicts.clear();
        self.open.clear();
        self.events.clear();
    }

    /// What the object at `at` is, if the survey knows.
    pub fn verdict(&self, at: usize) -> Option<SurveyResult> {
        let i = self.verdicts.binary_search_by_key(&at, |v| v.0).ok()?;
        Some(self.verdicts[i].1)
    }

    /// Surveys the value at `at`. With `strings`, strings that contain records are events as well.
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

    /// The members of an object. They are the last ones in `found`.
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

    /// Handles the end of a value.
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

    /// Records what is known about an object. True if it is not whole or opens a list of events.
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
