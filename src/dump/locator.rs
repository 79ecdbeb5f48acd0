//! Finds out what one byte of a file belongs to: an event, structure, skipped text or damage.
//!
//! A [`Locator`] scans a file from its beginning, as every pass does, so its answer is the one that the byte
//! counts are made of. Only around the byte it scans step by step: merged marks no longer say which bytes each
//! of them covers.

use std::fmt;
use std::ops::ControlFlow;

use super::{
    ByteCounts, Chunk, Content, EventLimits, Finding, Ledger, ScanFacts, ScanState, Scanner, Visit,
};
use crate::event::Event;
use crate::transcode::{Origins, source_of};

/// What a byte is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteClass {
    /// Part of a whole event.
    Event,
    /// JSON around events.
    Structure,
    /// Text that is not JSON.
    Skipped,
    /// Part of an event that is not whole.
    Damaged,
}

impl fmt::Display for ByteClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ByteClass::Event => "event",
            ByteClass::Structure => "structure",
            ByteClass::Skipped => "skipped",
            ByteClass::Damaged => "damaged",
        })
    }
}

/// What is known about one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedByte {
    /// What it is counted as.
    pub class: ByteClass,
    /// The finding that covers it, if any.
    pub finding: Option<Finding>,
}

/// The result of a [`Locator`].
#[derive(Clone, Debug)]
pub struct Location {
    /// What the byte belongs to; `None` if the file is shorter.
    pub place: Option<LocatedByte>,
    /// Offset of the first whole event after the byte.
    pub next: Option<u64>,
    /// The byte counts of the whole file.
    pub byte_counts: ByteCounts,
    /// What the file contains.
    pub content: Content,
    /// The findings about the file.
    pub findings: Vec<Finding>,
}

/// Scans a file to locate one byte.
///
/// ```
/// use trailsift::dump::{ByteClass, EventLimits, Locator};
///
/// let text = br#"{"Events": [{"EventName": "A", "EventSource": "s3.amazonaws.com", "EventId": "1"}]}"#;
/// let mut locator = Locator::new(20, EventLimits::default());
/// let mut name = None;
/// locator.read(text, None, true, &mut |event| name = event.call_name().map(|name| name.to_str().into_owned()));
/// let location = locator.finish();
/// assert_eq!(location.place.map(|place| place.class), Some(ByteClass::Event));
/// assert_eq!(name.as_deref(), Some("A"));
/// ```
#[derive(Debug)]
pub struct Locator {
    /// Offset of the byte in the file.
    at: u64,
    /// Its offset in the scanned text, once that is known.
    place: Option<u64>,
    /// Maps the text back to the file, if the file was transcoded.
    origins: Option<Origins>,
    scanner: Scanner,
    ledger: Ledger,
    state: ScanState,
    /// The bytes from `state.at` on.
    carry: Vec<u8>,
    /// How many of them were too few for the last run.
    tried: usize,
    passed: bool,
    next: Option<u64>,
}

impl Locator {
    /// Locates the byte at this offset in the file.
    pub fn new(at: u64, limits: EventLimits) -> Self {
        Locator {
            at,
            place: None,
            origins: None,
            scanner: Scanner::new(limits),
            ledger: Ledger::new(),
            state: ScanState::default(),
            carry: Vec::new(),
            tried: 0,
            passed: false,
            next: None,
        }
    }

    /// True before the first bytes were read.
    pub fn is_new(&self) -> bool {
        self.end() == 0
    }

    /// Reads the next bytes of the file, or of the text transcoded from it (then with `origins`). `eof` is true if
    /// nothing follows. `visit` receives the event that contains the byte.
    pub fn read(
        &mut self,
        bytes: &[u8],
        origins: Option<&Origins>,
        eof: bool,
        visit: &mut dyn FnMut(&Event<'_>),
    ) {
        self.locate(bytes.len() as u64, origins);
        self.carry.extend_from_slice(bytes);
        // A value longer than a block is tried again only when twice as many bytes are available: else a long
        // value would be scanned once per block.
        if !eof && self.carry.len() < 2 * self.tried {
            return;
        }
        let carry = std::mem::take(&mut self.carry);
        let mut read = 0;
        while let Some(rest) = carry.get(read..).filter(|rest| !rest.is_empty()) {
            let before = self.state;
            self.advance(rest, eof, visit);
            if self.state == before {
                break;
            }
            read += (self.state.at - before.at) as usize;
        }
        self.carry = carry;
        self.carry.drain(..read);
        self.tried = self.carry.len();
    }

    /// Maps the byte to its offset in the text, if it is within the next `length` bytes of text.
    fn locate(&mut self, length: u64, origins: Option<&Origins>) {
        let Some(origins) = origins else {
            self.place = Some(self.at);
            return;
        };
        let known = self.origins.get_or_insert_default();
        known.forget(self.state.at);
        known.extend(origins);
        if self.place.is_none() {
            self.place = origins.place_of(self.at, self.end(), self.end() + length);
        }
    }

    /// The end of the text read so far.
    fn end(&self) -> u64 {
        self.state.at + self.carry.len() as u64
    }

    /// Completes the byte counts after the last bytes were read.
    pub fn finish(self) -> Location {
        let bytes = source_of(self.origins.as_ref(), self.end());
        let (byte_counts, content, findings, place) = self.ledger.finish_at(bytes);
        Location {
            place,
            next: self.next,
            byte_counts,
            content,
            findings,
        }
    }

    /// One run: up to the step that contains the byte, that step alone, or everything after it.
    fn advance(&mut self, bytes: &[u8], eof: bool, visit: &mut dyn FnMut(&Event<'_>)) {
        let (at, state) = (self.at, self.state);
        let mut next = self.next;
        if self.passed {
            let (to, facts) = self.run(bytes, u64::MAX, eof, &mut |event: &Event<'_>| {
                next.get_or_insert(event.offset);
                ControlFlow::Continue(())
            });
            (self.state, self.next) = (to, next);
            self.ledger.absorb(facts);
            return;
        }
        let place = self.place.unwrap_or(u64::MAX);
        if state.at < place {
            let ignore = &mut |_: &Event<'_>| ControlFlow::Continue(());
            let (mut to, mut facts) = self.run(bytes, place, eof, ignore);
            if to.at > place {
                // The last step of that run began before the byte and ended after it: end before that step.
                (to, facts) = self.run(bytes, self.scanner.last_step(), eof, ignore);
            }
            self.state = to;
            self.ledger.absorb(facts);
            if to != state {
                return;
            }
        }
        let mut in_event = false;
        // Every step is at least one byte long, so this run is one step.
        let (to, facts) = self.run(bytes, state.at + 1, eof, &mut |event: &Event<'_>| {
            if (event.offset..event.end).contains(&at) {
                in_event = true;
                visit(event);
            } else if event.offset > at {
                next.get_or_insert(event.offset);
            }
            ControlFlow::Continue(())
        });
        (self.state, self.next) = (to, next);
        self.passed = to.at > place;
        if self.passed {
            self.ledger.absorb_at(facts, at, in_event);
        } else {
            self.ledger.absorb(facts);
        }
    }

    fn run<V: Visit>(
        &mut self,
        bytes: &[u8],
        until: u64,
        eof: bool,
        visit: &mut V,
    ) -> (ScanState, ScanFacts) {
        let mut facts = ScanFacts::default();
        let chunk = Chunk {
            bytes,
            base: self.state.at,
            origins: self.origins.as_ref(),
            eof,
        };
        let to = self
            .scanner
            .run(chunk, self.state.mode, until, visit, &mut facts);
        (to, facts)
    }
}
