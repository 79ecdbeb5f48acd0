//! What one byte of a file belongs to, in the words of the account.
//!
//! A [`Locator`] reads a file from its beginning as any other reading does, so that what it says of a byte is
//! what the account says. Only around that byte it goes step by step: marks that are merged no longer tell
//! which bytes were theirs.
//!
//! Not for: reading files (`input`), showing what lies there (`cli`).

use std::fmt;
use std::ops::ControlFlow;

use super::{ByteCounts, Content, EventLimits, Finding, Ledger, ScanFacts, ScanState, Scanner};
use crate::event::Event;
use crate::transcode::{Origins, source_of};

/// One of the four things that a byte can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteClass {
    /// A whole event.
    Event,
    /// The JSON around events.
    Structure,
    /// Text that is no JSON.
    Skipped,
    /// What is left of an event.
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

/// What a byte belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedByte {
    /// What it counts as.
    pub class: ByteClass,
    /// The finding that covers it, if one does.
    pub finding: Option<Finding>,
}

/// What a [`Locator`] came to.
#[derive(Clone, Debug)]
pub struct Location {
    /// What the byte belongs to; `None` when the file is not that long.
    pub place: Option<LocatedByte>,
    /// Where the first whole event behind the byte begins.
    pub next: Option<u64>,
    /// The account of the whole file.
    pub byte_counts: ByteCounts,
    /// What the file holds.
    pub content: Content,
    /// What was found in it.
    pub findings: Vec<Finding>,
}

/// Reads a file and watches for one byte.
///
/// ```
/// use trailsift::dump::{ByteClass, EventLimits, Locator};
///
/// let text = br#"{"Events": [{"EventName": "A", "EventSource": "s3.amazonaws.com", "EventId": "1"}]}"#;
/// let mut locator = Locator::new(20, EventLimits::default());
/// let mut name = None;
/// locator.read(text, None, true, &mut |event| name = event.call_name().map(|name| name.to_str().into_owned()));
/// let seen = locator.finish();
/// assert_eq!(seen.place.map(|place| place.class), Some(ByteClass::Event));
/// assert_eq!(name.as_deref(), Some("A"));
/// ```
#[derive(Debug)]
pub struct Locator {
    /// Offset of the byte in the file.
    at: u64,
    /// Where it lies in the text that is read, once that is known.
    place: Option<u64>,
    /// Leads from the text back to the file, where it was made from that.
    origins: Option<Origins>,
    scanner: Scanner,
    ledger: Ledger,
    state: ScanState,
    /// The bytes from `state.at` on.
    carry: Vec<u8>,
    /// How many of them were too few already.
    tried: usize,
    passed: bool,
    next: Option<u64>,
}

impl Locator {
    /// Watches for the byte at this offset.
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

    /// True before anything was read.
    pub fn is_new(&self) -> bool {
        self.end() == 0
    }

    /// Reads the next bytes of the file, or of the text that is made from it, then with the way back;
    /// `eof` when nothing follows them. `visit` gets the event that the byte lies in.
    pub fn read(
        &mut self,
        bytes: &[u8],
        origins: Option<&Origins>,
        eof: bool,
        visit: &mut dyn FnMut(&Event<'_>),
    ) {
        self.locate(bytes.len() as u64, origins);
        self.carry.extend_from_slice(bytes);
        // A value longer than a block is tried again only when twice as much of it is there.
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

    /// Finds the place of the byte in the next `length` bytes of text.
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

    /// Where the text ends that was read so far.
    fn end(&self) -> u64 {
        self.state.at + self.carry.len() as u64
    }

    /// Closes the account.
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

    /// One run: up to the step that holds the byte, that step alone, or all that follows.
    fn advance(&mut self, bytes: &[u8], eof: bool, visit: &mut dyn FnMut(&Event<'_>)) {
        if self.passed {
            let next = &mut self.next;
            let mut first = |event: &Event<'_>| {
                next.get_or_insert(event.offset);
                ControlFlow::Continue(())
            };
            let mut piece = ScanFacts::default();
            let (scanner, from) = (&mut self.scanner, self.state);
            let origins = self.origins.as_ref();
            self.state =
                scanner.run_made(bytes, origins, from, u64::MAX, eof, &mut first, &mut piece);
            self.ledger.absorb(piece);
            return;
        }
        let place = self.place.unwrap_or(u64::MAX);
        if self.state.at < place {
            let (mut to, mut piece) = self.run(bytes, place, eof);
            if to.at > place {
                (to, piece) = self.run(bytes, self.scanner.last_step(), eof);
            }
            let is_progress = to != self.state;
            self.state = to;
            self.ledger.absorb(piece);
            if is_progress {
                return;
            }
        }
        let (at, from) = (self.at, self.state);
        let mut in_event = false;
        let next = &mut self.next;
        let mut here = |event: &Event<'_>| {
            if (event.offset..event.end).contains(&at) {
                in_event = true;
                visit(event);
            } else if event.offset > at {
                next.get_or_insert(event.offset);
            }
            ControlFlow::Continue(())
        };
        let mut piece = ScanFacts::default();
        let until = from.at + 1;
        let origins = self.origins.as_ref();
        self.state = self
            .scanner
            .run_made(bytes, origins, from, until, eof, &mut here, &mut piece);
        self.passed = self.state.at > place;
        if self.passed {
            self.ledger.absorb_at(piece, at, in_event);
        } else {
            self.ledger.absorb(piece);
        }
    }

    fn run(&mut self, bytes: &[u8], until: u64, eof: bool) -> (ScanState, ScanFacts) {
        let mut piece = ScanFacts::default();
        let mut pass = |_: &Event<'_>| ControlFlow::Continue(());
        let (scanner, from) = (&mut self.scanner, self.state);
        let origins = self.origins.as_ref();
        let to = scanner.run_made(bytes, origins, from, until, eof, &mut pass, &mut piece);
        (to, piece)
    }
}
