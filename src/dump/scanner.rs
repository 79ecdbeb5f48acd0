//! The scanner: a flat walk over the bytes of a file.
//!
//! The scanner keeps no stack of the document around it. Brackets, commas, keys and scalars between events
//! are `structure`. An object that is an event is an event wherever it is; any other object is entered, and
//! its members are scanned. Therefore a worker can start at any event, damage costs only the damaged event,
//! and concatenated, truncated or re-nested dumps need no code of their own. What brackets say about
//! completeness is decided later, from marks (`ledger`).
//!
//! Each step depends only on the bytes from the current position on and on the [`Mode`], never on where the
//! chunk ends: if a step needs more bytes than the chunk has, the run stops before the value.

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

/// How the scanner interprets the byte at the current position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As JSON.
    #[default]
    Json,
    /// As part of a line that is not JSON.
    Text,
    /// As [`Mode::Text`], between apostrophes that quote JSON: nothing there is an event.
    Quoted,
    /// As [`Mode::Text`], after damage.
    Remains,
}

/// Where a run starts or ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanState {
    /// Byte offset in the scanned text.
    pub at: u64,
    /// How the byte there is interpreted.
    pub mode: Mode,
}

/// Limits that bound the cost of hostile input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLimits {
    /// The longest event, in bytes. CloudTrail's own limit is 256 KiB (AWS, "Quotas in AWS CloudTrail"; 1 MiB
    /// for events that CloudTrail Lake ingests).
    pub event: usize,
    /// The deepest nesting of arrays and objects in an event, and in the record inside its `CloudTrailEvent`.
    /// At least [`EventLimits::LEAST_DEPTH`].
    pub depth: usize,
}

impl EventLimits {
    /// The smallest depth limit: events up to this depth are always read.
    pub const LEAST_DEPTH: usize = 64;
}

impl Default for EventLimits {
    /// 16 MiB and 1,024 levels: far above what CloudTrail writes.
    fn default() -> Self {
        EventLimits {
            event: 16 << 20,
            depth: MAX_DEPTH,
        }
    }
}

/// Consecutive bytes of the scanned text: a whole file or a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'b> {
    /// The bytes.
    pub bytes: &'b [u8],
    /// Offset of the first byte in the text.
    pub base: u64,
    /// Maps offsets in the text to offsets in the source; `None` if the text is the source itself.
    pub origins: Option<&'b Origins>,
    /// True if nothing follows these bytes.
    pub eof: bool,
}

impl<'b> Chunk<'b> {
    /// The bytes of a whole file.
    pub fn whole(bytes: &'b [u8]) -> Self {
        Chunk {
            bytes,
            base: 0,
            origins: None,
            eof: true,
        }
    }

    /// The chunk without the bytes before `offset`, which is an offset in the text.
    pub fn starting_at(self, offset: u64) -> Self {
        Chunk {
            bytes: &self.bytes[(offset - self.base) as usize..],
            base: offset,
            ..self
        }
    }

    /// True if nothing follows the first `limit` bytes.
    fn is_all(&self, limit: usize) -> bool {
        self.eof && limit == self.bytes.len()
    }

    /// Offset in the text of the byte at index `at`.
    fn text_offset(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// Offset in the source, which is the one that users see.
    pub(super) fn offset(&self, at: usize) -> u64 {
        source_of(self.origins, self.text_offset(at))
    }

    /// The number of source bytes between two indices.
    pub(super) fn length(&self, from: usize, to: usize) -> u64 {
        match self.origins {
            None => (to - from) as u64,
            Some(_) => self.offset(to).saturating_sub(self.offset(from)),
        }
    }
}

/// Scans chunks. Keeps memory between runs to reuse it.
#[derive(Debug, Default)]
pub struct Scanner {
    pool: Pool,
    found: Members,
    /// The text between the values of objects scanned before.
    templates: TemplateCache<MemberName>,
    /// What is known about objects that the run has not reached yet.
    survey: ObjectSurvey,
    inner: ObjectSurvey,
    limits: EventLimits,
    /// Where the last step began, as an offset in the text.
    step: u64,
    /// The last lookup event of the run, by its range in the chunk, until it is known whether it ends a page.
    last: Option<Range<usize>>,
}

/// Receives the events of a run, in order. `Break` ends the run after this event.
pub trait Visit {
    /// Called once for each whole event.
    fn event(&mut self, event: &Event<'_>) -> ControlFlow<()>;
}

impl<F: FnMut(&Event<'_>) -> ControlFlow<()>> Visit for F {
    fn event(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        self(event)
    }
}

/// The result of one step: the next position, or that the step needs more bytes.
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

    /// Offset in the text where the last step of the last run began. A run with this offset as `until` ends
    /// exactly there.
    pub(super) fn last_step(&self) -> u64 {
        self.step
    }

    /// Scans a chunk whose first byte is read in `mode`. The run ends at the end of the chunk, before a step
    /// that begins at `until` (an offset in the text) or after it, or when [`ScanFacts::is_full`]. Returns the
    /// state at the end; bytes from there on are not counted in `out`.
    ///
    /// Offsets and lengths in `out` and in events are those of the source, also if the text was transcoded.
    pub fn run<V: Visit>(
        &mut self,
        chunk: Chunk<'_>,
        mode: Mode,
        until: u64,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanState {
        // A survey refers to positions in the previous chunk.
        self.survey.clear();
        self.last = None;
        let mut at = 0;
        let mut mode = mode;
        while at < chunk.bytes.len() && chunk.text_offset(at) < until && !out.is_full() {
            self.step = chunk.text_offset(at);
            let step = match mode {
                Mode::Json => self.json(chunk, at, visit, out),
                Mode::Text => text(chunk, at, Apostrophes::Quote, out),
                Mode::Quoted => quoted(chunk, at, out),
                Mode::Remains => text(chunk, at, Apostrophes::Ignored, out),
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
        self.end_events(chunk, out);
        ScanState {
            at: chunk.text_offset(at),
            mode,
        }
    }

    /// Records the last event before the end of a page or of the run. An event is parsed a second time only here,
    /// because only its successor shows that it was the last.
    fn end_events(&mut self, chunk: Chunk<'_>, out: &mut ScanFacts) {
        let Some(last) = self.last.take() else {
            return;
        };
        {
            let stack = &mut self.pool.stack.borrow_mut();
            // The result is known to be an event: only its members are needed.
            let _ = shape::object(chunk.bytes, last.start, &mut self.found, stack);
        }
        out.ends_with(page_end(chunk.bytes, last, &self.found, &self.pool));
    }

    fn json<V: Visit>(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        visit: &mut V,
        out: &mut ScanFacts,
    ) -> ScanStep {
        let bytes = chunk.bytes;
        match bytes[at] {
            byte if is_space(byte) => {
                let next = skip_space(bytes, at);
                out.structure(chunk.length(at, next));
                ScanStep::To(next)
            }
            b',' | b':' => {
                out.structure(chunk.length(at, at + 1));
                ScanStep::To(at + 1)
            }
            b'}' | b']' => {
                self.end_events(chunk, out);
                out.close(chunk.offset(at), chunk.length(at, at + 1));
                ScanStep::To(at + 1)
            }
            b'{' => self.object(chunk, at, visit, out),
            b'[' => array(chunk, at, out),
            b'"' => self.string(chunk, at, visit, out),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => scalar(chunk, at, out),
            // The first byte of U+FEFF in UTF-8.
            0xEF => byte_order_mark(chunk, at, out),
            _ => ScanStep::ToText(at),
        }
    }
}

/// A whole event, as the scanner found it.
#[derive(Clone)]
struct FoundEvent<'f> {
    range: Range<usize>,
    shape: Shape,
    found: &'f Members,
    pool: &'f Pool,
}

/// Counts an event and hands it to the visitor.
fn emit<V: Visit>(
    chunk: Chunk<'_>,
    event: FoundEvent<'_>,
    visit: &mut V,
    out: &mut ScanFacts,
) -> ControlFlow<()> {
    let FoundEvent {
        range,
        shape,
        found,
        pool,
    } = event;
    let is_first = !out.is_after_events();
    out.event(chunk.length(range.start, range.end));
    if simdutf8::basic::from_utf8(&chunk.bytes[range.clone()]).is_err() {
        out.not_utf8 += 1;
        out.first_not_utf8.get_or_insert(chunk.offset(range.start));
    }
    let span = (chunk.offset(range.start), chunk.offset(range.end));
    if is_first && shape == Shape::Lookup {
        out.ends_with(page_end(chunk.bytes, range.clone(), found, pool));
    }
    let event = Event::new(span, shape, chunk.bytes, range, found, pool);
    let flow = visit.event(&event);
    event.recycle();
    flow
}

/// The facts about a lookup event that matter if it is the first or last of its page. It is opened separately
/// from the visited event, because a record that is read only here and is unreadable must not be reported.
fn page_end(bytes: &[u8], range: Range<usize>, found: &Members, pool: &Pool) -> PageEnd {
    let event = Event::new((0, 0), Shape::Lookup, bytes, range, found, pool);
    let end = PageEnd::of(&event);
    event.recycle();
    end
}
