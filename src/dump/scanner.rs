//! The scanner: a flat walk over whatever lies in a file.
//!
//! It keeps no stack of the document around it. Brackets, commas, keys and scalars between events are
//! `structure`; an object that is an event is an event wherever it stands; one that is none is stepped
//! into. So a worker can begin at any event, damage costs no more than its own event, and concatenated,
//! cut and re-shaped dumps need no cases of their own. What brackets tell about completeness is added up
//! from marks (`ledger`).
//!
//! Every decision depends on the bytes from the current position on and on the [`Mode`], never on where
//! the slice happens to end: a run that needs more bytes stops before the value and says so.
//!
//! Not for: reading files, choosing events, deciding what marks mean.

mod damage;
mod object;
mod string;

use std::ops::{ControlFlow, Range};

use super::facts::ScanFacts;
use super::pages::PageEnd;
use super::resync::Apostrophes;
use super::shape;
use super::survey::ObjectSurvey;
use super::text::{quoted, text};
use super::token::{array, byte_order_mark, scalar};
use crate::event::{Event, MemberName, Members, Pool, Shape};
use crate::scan::{MAX_DEPTH, TemplateCache, is_space, skip_space};
use crate::transcode::{Origins, source_of};

/// How the scanner reads the byte it stands at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As JSON.
    #[default]
    Json,
    /// As the inside of a line that is no JSON.
    Text,
    /// As [`Mode::Text`], between apostrophes that quote JSON: nothing there is an event.
    Quoted,
    /// As [`Mode::Text`], behind damage.
    Remains,
}

/// Where a run begins or ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanState {
    /// Offset in the text that is read.
    pub at: u64,
    /// How to go on there.
    pub mode: Mode,
}

/// Bounds that keep hostile input from costing more than it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLimits {
    /// The longest event, in bytes. CloudTrail's own limit is 256 KiB (1 MiB for what Lake takes in).
    pub event: usize,
    /// The most levels of arrays and objects in an event, and in the record inside its text; at least
    /// [`EventLimits::LEAST_DEPTH`].
    pub depth: usize,
}

impl EventLimits {
    /// Levels that any event may have, whatever the limit.
    pub const LEAST_DEPTH: usize = 64;
}

impl Default for EventLimits {
    fn default() -> Self {
        EventLimits {
            event: 16 << 20,
            depth: MAX_DEPTH,
        }
    }
}

/// Reads pieces of dumps. Holds memory that is used again.
#[derive(Debug, Default)]
pub struct Scanner {
    pool: Pool,
    found: Members,
    /// What stands between the members of objects.
    templates: TemplateCache<MemberName>,
    /// What is known of objects that the run will come to.
    survey: ObjectSurvey,
    inner: ObjectSurvey,
    limits: EventLimits,
    step: u64,
    /// Where the last event of a lookup lies among the bytes of the run, until it is known to end a page.
    last: Option<Range<usize>>,
}

/// Receives the events of a run, in order. `Break` ends the run behind this event.
pub trait Visit {
    /// Called for each whole event.
    fn event(&mut self, event: &Event<'_>) -> ControlFlow<()>;
}

impl<F: FnMut(&Event<'_>) -> ControlFlow<()>> Visit for F {
    fn event(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        self(event)
    }
}

/// The slice a run works on.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'b> {
    pub bytes: &'b [u8],
    /// Offset of the first byte in the text.
    base: u64,
    /// Leads back to the source of the text, where it was made from another.
    origins: Option<&'b Origins>,
    /// Nothing follows.
    pub eof: bool,
}

impl Chunk<'_> {
    /// True when nothing follows the first `limit` bytes.
    fn is_all(&self, limit: usize) -> bool {
        self.eof && limit == self.bytes.len()
    }

    /// Offset in the text.
    fn place(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// Offset in the source, which is what a person is told.
    pub fn offset(&self, at: usize) -> u64 {
        source_of(self.origins, self.place(at))
    }

    /// How many bytes of the source lie from one place to another.
    pub fn length(&self, from: usize, to: usize) -> u64 {
        match self.origins {
            None => (to - from) as u64,
            Some(_) => self.offset(to).saturating_sub(self.offset(from)),
        }
    }
}

/// What one step came to: the next position, or that it takes more bytes.
pub(super) enum ScanStep {
    To(usize),
    ToText(usize),
    ToQuoted(usize),
    ToRemains(usize),
    More,
    Stop(usize),
}

impl Scanner {
    /// A scanner with its own limits.
    pub fn new(limits: EventLimits) -> Self {
        let mut scanner = Self::default();
        scanner.set_limits(limits);
        scanner
    }

    /// Sets the limits.
    pub fn set_limits(&mut self, limits: EventLimits) {
        self.limits = limits;
        self.pool.stack.get_mut().set_limit(limits.depth);
        self.survey.set_depth(limits.depth);
        self.inner.set_depth(limits.depth);
    }

    /// Where the last step of the last run began. A run up to there ends there, and not behind it.
    pub(super) fn last_step(&self) -> u64 {
        self.step
    }

    /// Reads `bytes`, whose first byte has offset `from.at`, until they end, a step begins at or behind
    /// `until` (an offset in the text), or [`ScanFacts::is_full`]. Returns where it stopped; bytes from there on
    /// are not accounted for.
    pub fn run<V: Visit>(
        &mut self,
        bytes: &[u8],
        from: ScanState,
        until: u64,
        eof: bool,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanState {
        self.run_made(bytes, None, from, until, eof, visit, out)
    }

    /// As [`Scanner::run`], over text that was made from a source: what is told and counted are offsets and
    /// bytes of the source.
    #[allow(clippy::too_many_arguments)]
    pub fn run_made<V: Visit>(
        &mut self,
        bytes: &[u8],
        origins: Option<&Origins>,
        from: ScanState,
        until: u64,
        eof: bool,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanState {
        let input = Chunk {
            bytes,
            base: from.at,
            origins,
            eof,
        };
        self.survey.clear();
        self.last = None;
        let mut at = 0;
        let mut mode = from.mode;
        while at < bytes.len() && input.place(at) < until && !out.is_full() {
            self.step = input.place(at);
            let step = match mode {
                Mode::Json => self.json(input, at, visit, out),
                Mode::Text => text(input, at, Apostrophes::Quote, out),
                Mode::Quoted => quoted(input, at, out),
                Mode::Remains => text(input, at, Apostrophes::Ignored, out),
            };
            (at, mode) = match step {
                ScanStep::To(next) => (next, Mode::Json),
                ScanStep::ToText(next) => (next, Mode::Text),
                ScanStep::ToQuoted(next) => (next, Mode::Quoted),
                ScanStep::ToRemains(next) => (next, Mode::Remains),
                ScanStep::More => break,
                ScanStep::Stop(next) => {
                    at = next;
                    break;
                }
            };
        }
        self.end_events(input, out);
        ScanState {
            at: input.place(at),
            mode,
        }
    }

    /// The events before this end a page, or the run: notes with which event. Only here one is looked at twice.
    fn end_events(&mut self, input: Chunk<'_>, out: &mut ScanFacts) {
        let Some(last) = self.last.take() else {
            return;
        };
        {
            let stack = &mut self.pool.stack.borrow_mut();
            // Known to be an event: walked for its members.
            let _ = shape::object(input.bytes, last.start, &mut self.found, stack);
        }
        out.ends_with(end(input.bytes, last, &self.found, &self.pool));
    }

    fn json<V: Visit>(
        &mut self,
        input: Chunk<'_>,
        at: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let bytes = input.bytes;
        match bytes[at] {
            byte if is_space(byte) => {
                let next = skip_space(bytes, at);
                out.structure(input.length(at, next));
                ScanStep::To(next)
            }
            b',' | b':' => {
                out.structure(input.length(at, at + 1));
                ScanStep::To(at + 1)
            }
            b'}' | b']' => {
                self.end_events(input, out);
                out.close(input.offset(at), input.length(at, at + 1));
                ScanStep::To(at + 1)
            }
            b'{' => self.object(input, at, visit, out),
            b'[' => array(input, at, out),
            b'"' => self.string(input, at, visit, out),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => scalar(input, at, out),
            0xEF => byte_order_mark(input, at, out),
            _ => ScanStep::ToText(at),
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn emit<V: Visit>(
    input: Chunk<'_>,
    at: usize,
    end: usize,
    shape: Shape,
    found: &Members,
    pool: &Pool,
    visit: &mut V,
    out: &mut ScanFacts,
) -> ControlFlow<()> {
    let source = &input.bytes[at..end];
    let is_first = !out.is_behind_events();
    out.event(input.length(at, end));
    if simdutf8::basic::from_utf8(source).is_err() {
        out.not_utf8 += 1;
        out.first_not_utf8.get_or_insert(input.offset(at));
    }
    let span = (input.offset(at), input.offset(end));
    if is_first && shape == Shape::Lookup {
        out.ends_with(self::end(input.bytes, at..end, found, pool));
    }
    let event = Event::new(span, shape, input.bytes, at..end, found, pool);
    let flow = visit.event(&event);
    event.recycle();
    flow
}

/// What the event of a lookup tells as one end of a page. It is opened apart from the event that is visited: a
/// record that only this looks into and that cannot be read is nobody's loss.
fn end(bytes: &[u8], span: Range<usize>, found: &Members, pool: &Pool) -> PageEnd {
    let event = Event::new((0, 0), Shape::Lookup, bytes, span, found, pool);
    let end = PageEnd::of(&event);
    event.recycle();
    end
}
