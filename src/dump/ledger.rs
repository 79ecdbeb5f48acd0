//! The account of one file: every byte is event, structure, skipped text or damaged, and what was lost is
//! named with its offset.
//!
//! Marks arrive in the order of the file, from whichever runs. Text between two events is skipped text;
//! but when the same gap also holds the remains of an event (a member, an unmatched bracket, an event that
//! breaks off), all of it is what is left of that event, and is damage. Remains that other JSON could have
//! left as well are damage only near events.
//!
//! Not for: wording (`finding`), accounts over several files (`engine`).

use super::facts::{Damage, Mark, ScanFacts};
use super::finding::{Finding, FindingKind};
use super::locator::{ByteClass, LocatedByte};
use super::pages::{PageToken, Pages, UnusedToken};
use super::shape::Evidence;
use super::{Decoy, Wrapper};

/// The bytes and events of one file, or of several added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteCounts {
    /// Bytes of the unpacked text.
    pub bytes: u64,
    /// Bytes of whole events.
    pub event: u64,
    /// Bytes of JSON around events.
    pub structure: u64,
    /// Bytes of text that is no JSON.
    pub skipped: u64,
    /// Bytes of events that are not whole.
    pub damaged: u64,
    /// Whole events.
    pub events: u64,
    /// Lists of events: `Events`, `Records`, those of CloudWatch Logs.
    pub lists: Lists,
}

/// How many documents of each kind a file is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// `Events`: pages of a lookup, or whole lookups.
    pub events: u64,
    /// `Records`: trail files.
    pub records: u64,
    /// `events`, `logEvents`, `results`: CloudWatch Logs.
    pub logs: u64,
}

impl Lists {
    fn add(&mut self, other: Lists) {
        self.events += other.events;
        self.records += other.records;
        self.logs += other.logs;
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.events + self.records + self.logs
    }
}

impl ByteCounts {
    /// Adds another account.
    pub fn add(&mut self, other: &ByteCounts) {
        self.bytes += other.bytes;
        self.event += other.event;
        self.structure += other.structure;
        self.skipped += other.skipped;
        self.damaged += other.damaged;
        self.events += other.events;
        self.lists.add(other.lists);
    }

    /// True when every byte is accounted for.
    pub fn is_balanced(&self) -> bool {
        self.bytes == self.event + self.structure + self.skipped + self.damaged
    }
}

/// What a file turned out to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Events.
    Events,
    /// A dump without a single event.
    NoEvents,
    /// Nothing, or white space alone.
    Blank,
    /// No event, and an error text of the AWS CLI.
    ErrorText(String),
    /// The remains of events, none of them whole.
    Remains,
    /// Something else.
    Foreign(Decoy),
}

/// An open bracket.
#[derive(Clone, Debug, Default)]
struct Frame {
    array: bool,
    /// The list of events among its members.
    list: Option<Wrapper>,
    token: Option<PageToken>,
    events: bool,
}

/// What lies between two events, as far as it is no plain structure.
#[derive(Debug, Default)]
struct Gap {
    text: u64,
    first_text: Option<(u64, String)>,
    /// An error in the text, which is told on its own, and where.
    error: Option<(u64, String)>,
    foreign: u64,
    foreign_elements: Option<(u64, u64, Decoy)>,
    remains: u64,
    at: Option<u64>,
    /// Where the last thing that is no plain structure begins.
    last: u64,
    why: Option<Damage>,
    evidence: Evidence,
    asked: Option<Asked>,
}

/// A byte that someone asks about, and what it is before its gap is settled.
#[derive(Clone, Copy, Debug)]
struct Asked {
    at: u64,
    held: Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Structure,
    Foreign,
    /// Text, or the remains of an event.
    Text,
}

impl Gap {
    fn add(&mut self, at: u64, evidence: Evidence) {
        self.at.get_or_insert(at);
        self.last = at;
        self.evidence = self.evidence.max(evidence);
    }
}

/// Brackets deeper than this are counted, not remembered.
const FRAMES: usize = 4096;

/// Adds up the pieces of one file.
#[derive(Debug, Default)]
pub struct Ledger {
    byte_counts: ByteCounts,
    gap: Gap,
    frames: Vec<Frame>,
    deeper: u64,
    /// How many of the frames were open when text came last: those may be no brackets of JSON at all.
    doubtful: usize,
    pages: Pages,
    /// An event or a list of events was seen: what is left of JSON near them is left of them.
    near: bool,
    lists: bool,
    log_lists: bool,
    opened: u64,
    empty_arrays: u64,
    scalars: u64,
    /// Of these, elements of arrays.
    element_scalars: u64,
    /// A member that stands beside the lists of CloudWatch Logs.
    companion: bool,
    foreign: Option<Decoy>,
    error: Option<String>,
    headless: bool,
    findings: Vec<Finding>,
    /// The byte that is asked about, while the step that holds it is absorbed.
    asked: Option<u64>,
    /// What it turned out to belong to.
    place: Option<LocatedByte>,
}

impl Ledger {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the next run found.
    pub fn absorb(&mut self, piece: ScanFacts) {
        self.byte_counts.events += piece.events;
        self.byte_counts.event += piece.event_bytes;
        self.byte_counts.structure += piece.structure_bytes;
        self.opened += piece.opened;
        self.empty_arrays += piece.empty_arrays;
        self.companion |= piece.companion;
        if let Some(at) = piece.first_not_utf8 {
            self.find(
                at,
                FindingKind::NotUtf8 {
                    count: piece.not_utf8,
                },
            );
        }
        for mark in piece.marks {
            self.mark(mark);
        }
    }

    /// Adds the run of the one step that holds the byte at `at`, and keeps in mind what that byte belongs to.
    pub(super) fn absorb_at(&mut self, piece: ScanFacts, at: u64, in_event: bool) {
        self.asked = Some(at);
        self.absorb(piece);
        self.asked = None;
        if in_event {
            let class = ByteClass::Event;
            self.place = Some(LocatedByte {
                class,
                finding: None,
            });
        } else if self.gap.asked.is_none() {
            let held = Held::Structure;
            self.gap.asked = Some(Asked { at, held });
        }
    }

    /// Notes that `length` bytes from `at` on are held as this.
    fn hold(&mut self, at: u64, length: u64, held: Held) {
        if let Some(asked) = self.asked.filter(|asked| (at..at + length).contains(asked)) {
            self.gap.asked = Some(Asked { at: asked, held });
        }
    }

    fn mark(&mut self, mark: Mark) {
        match mark {
            Mark::Events(ends) => {
                self.near = true;
                self.settle();
                if let Some(ends) = ends {
                    self.pages.events(ends.0, ends.1);
                }
                if let Some(frame) = self.frames.last_mut() {
                    frame.events = true;
                }
            }
            Mark::Open { array, count } => self.open(array, count),
            Mark::Close { at } => self.close(at),
            Mark::Wrapper { at, kind } => self.wrapper(at, kind),
            Mark::Scalars { count } => {
                self.scalars += count;
                if self.frames.last().is_some_and(|frame| frame.array) {
                    self.element_scalars += count;
                }
            }
            Mark::Token { at, token } => {
                let token = Some(PageToken { at, token });
                match self.frames.last_mut() {
                    Some(frame) => frame.token = token,
                    None => self.pages.token(token),
                }
            }
            Mark::Text {
                at,
                length,
                snippet,
                error,
                evidence,
            } => {
                self.doubtful = self.frames.len();
                self.hold(at, length, Held::Text);
                self.gap.text += length;
                self.gap.add(at, evidence);
                if let Some(error) = error
                    && self.gap.error.is_none()
                {
                    self.find(
                        at,
                        FindingKind::AwsError {
                            text: error.clone(),
                        },
                    );
                    self.error.get_or_insert(error.clone());
                    self.gap.error = Some((at, error));
                }
                self.gap.first_text.get_or_insert((at, snippet));
            }
            Mark::Damaged {
                at,
                length,
                why,
                evidence,
            } => {
                self.hold(at, length, Held::Text);
                self.gap.remains += length;
                self.gap.why.get_or_insert(why);
                self.gap.add(at, evidence);
            }
            Mark::Stray {
                at,
                length,
                evidence,
            } => {
                let beside_list = self.frames.last().is_some_and(|f| f.list.is_some());
                if beside_list && evidence == Evidence::Weak {
                    // Its own: EventBridge writes `resources` beside `detail`.
                    self.hold(at, length, Held::Foreign);
                    self.gap.foreign += length;
                } else {
                    self.hold(at, length, Held::Text);
                    self.gap.remains += length;
                    self.gap.add(at, evidence);
                }
            }
            Mark::Foreign {
                at,
                length,
                count,
                decoy,
            } => self.foreign(at, length, count, decoy),
        }
    }

    fn open(&mut self, array: bool, count: u64) {
        for _ in 0..count {
            if self.frames.len() == FRAMES {
                self.deeper += 1;
            } else {
                self.frames.push(Frame {
                    array,
                    ..Frame::default()
                });
            }
        }
    }

    fn close(&mut self, at: u64) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        match self.frames.pop() {
            Some(frame) => {
                if frame.list.is_some() {
                    self.pages.token(frame.token);
                }
                if let Some(parent) = self.frames.last_mut() {
                    parent.events |= frame.events;
                }
                self.doubtful = self.doubtful.min(self.frames.len());
            }
            None if self.gap.text + self.gap.remains > 0 => self.gap.add(at, Evidence::Weak),
            None => {
                if !self.headless && self.byte_counts.damaged == 0 {
                    self.find(at, FindingKind::Headless);
                }
                self.headless = true;
            }
        }
    }

    fn wrapper(&mut self, at: u64, kind: Wrapper) {
        let is_document = matches!(kind, Wrapper::Events | Wrapper::Records);
        let lists = &mut self.byte_counts.lists;
        match kind {
            Wrapper::Events => lists.events += 1,
            Wrapper::Records => lists.records += 1,
            Wrapper::Logs => lists.logs += 1,
            Wrapper::Detail => {}
        }
        self.lists |= is_document;
        self.log_lists |= kind == Wrapper::Logs;
        if is_document {
            self.near = true;
            self.settle();
            // A document inside the list of another: that one was cut off, and this one written behind it.
            let inner = self.frames.len().saturating_sub(1);
            let outer = self.frames[..inner]
                .iter()
                .position(|frame| matches!(frame.list, Some(Wrapper::Events | Wrapper::Records)));
            if let Some(outer) = outer {
                if self.byte_counts.damaged == 0 {
                    self.find(at, FindingKind::CutBefore);
                }
                self.frames.drain(outer..inner);
                self.doubtful = self.doubtful.min(outer);
            }
            let left = self.pages.list(kind == Wrapper::Events);
            self.left(left);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.list = Some(kind);
        }
    }

    fn left(&mut self, left: Option<UnusedToken>) {
        if let Some(UnusedToken { token, end }) = left {
            let left = Some(Box::new(end));
            let PageToken { at, token } = token;
            self.find(at, FindingKind::NextToken { token, left });
        }
    }

    fn foreign(&mut self, at: u64, length: u64, count: u64, decoy: Decoy) {
        self.hold(at, length, Held::Foreign);
        self.gap.foreign += length;
        let is_element = self.frames.last().is_none_or(|frame| frame.array);
        if !is_element && decoy == Decoy::Other {
            return;
        }
        if self.foreign.is_none_or(|known| known == Decoy::Other) {
            self.foreign = Some(decoy);
        }
        let list = self.frames.iter().rev().find_map(|frame| frame.list);
        if matches!(list, Some(Wrapper::Events | Wrapper::Records)) || decoy != Decoy::Other {
            let first = self.gap.foreign_elements.get_or_insert((at, 0, decoy));
            first.1 += count;
        }
    }

    /// Decides what the gap before the next event was.
    fn settle(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        let at = gap.at.unwrap_or_default();
        let is_damage = match gap.evidence {
            Evidence::None => false,
            Evidence::Weak => self.near,
            Evidence::Strong => true,
        };
        let asked = gap.asked;
        if is_damage {
            let length = gap.text + gap.remains + gap.foreign;
            let what = FindingKind::Damage {
                length,
                why: gap.why,
            };
            if let Some(asked) = asked {
                let (class, covered) = match asked.held {
                    Held::Structure => (ByteClass::Structure, (at..gap.last).contains(&asked.at)),
                    Held::Foreign | Held::Text => (ByteClass::Damaged, true),
                };
                self.placed(class, covered.then(|| (at, what.clone())));
            }
            self.byte_counts.damaged += length;
            self.find(at, what);
            return;
        }
        self.byte_counts.structure += gap.foreign;
        self.byte_counts.skipped += gap.text + gap.remains;
        let error = gap
            .error
            .map(|(at, text)| (at, FindingKind::AwsError { text }));
        let skipped = gap.first_text.map(|(at, snippet)| {
            let length = gap.text;
            let is_none = snippet == "None" && length <= "None\r\n".len() as u64;
            match is_none && self.near {
                true => (at, FindingKind::NoPage),
                false => (at, FindingKind::Skipped { length, snippet }),
            }
        });
        let others = gap
            .foreign_elements
            .map(|(at, count, decoy)| (at, FindingKind::NotEvents { count, decoy }));
        match asked.map(|asked| asked.held) {
            Some(Held::Text) => self.placed(ByteClass::Skipped, error.clone().or(skipped.clone())),
            Some(Held::Foreign) => self.placed(ByteClass::Structure, others.clone()),
            Some(Held::Structure) => self.placed(ByteClass::Structure, None),
            None => {}
        }
        if let Some((at, what)) = skipped.filter(|_| error.is_none()) {
            self.find(at, what);
        }
        if let Some((at, what)) = others {
            self.find(at, what);
        }
    }

    fn placed(&mut self, class: ByteClass, finding: Option<(u64, FindingKind)>) {
        let finding = finding.map(|(at, kind)| Finding { at, kind, more: 0 });
        self.place = Some(LocatedByte { class, finding });
    }

    fn find(&mut self, at: u64, kind: FindingKind) {
        Finding::add(&mut self.findings, at, kind);
    }

    /// Closes the account of a file of `bytes` bytes. `complete` is false when reading stopped early on
    /// purpose: then nothing is said about the end.
    pub fn finish(mut self, bytes: u64, complete: bool) -> (ByteCounts, Content, Vec<Finding>) {
        self.end(bytes, complete);
        let content = self.content();
        (self.byte_counts, content, self.findings)
    }

    /// As [`Ledger::finish`] for a whole file, with what the byte that was asked about belongs to.
    pub(super) fn finish_at(
        mut self,
        bytes: u64,
    ) -> (ByteCounts, Content, Vec<Finding>, Option<LocatedByte>) {
        self.end(bytes, true);
        let content = self.content();
        (self.byte_counts, content, self.findings, self.place)
    }

    fn end(&mut self, bytes: u64, complete: bool) {
        self.settle();
        self.byte_counts.bytes = bytes;
        let has_events = self.frames.iter().any(|f| f.events || f.list.is_some());
        let open = has_events || self.deeper > 0 || self.frames.len() > self.doubtful;
        let (left, token) = self.pages.finish();
        self.left(left);
        if complete {
            if open && self.byte_counts.damaged == 0 {
                self.find(bytes, FindingKind::Unclosed);
            } else if let (Some(PageToken { at, token }), false) = (token, open) {
                self.find(at, FindingKind::NextToken { token, left: None });
            }
        }
        self.findings.sort_by_key(|finding| finding.at);
    }

    fn content(&self) -> Content {
        if self.byte_counts.events > 0 {
            return Content::Events;
        }
        if self.byte_counts.damaged > 0 {
            return Content::Remains;
        }
        if let Some(error) = &self.error {
            return Content::ErrorText(error.clone());
        }
        let only_empty_arrays = self.opened > 0 && self.opened == self.empty_arrays;
        match self.foreign {
            Some(decoy) => Content::Foreign(decoy),
            None if self.element_scalars > 0 => Content::Foreign(Decoy::Other),
            None if self.lists || (self.log_lists && self.companion) => Content::NoEvents,
            None if self.byte_counts.skipped > 0 || self.scalars > 0 || self.log_lists => {
                Content::Foreign(Decoy::Other)
            }
            None if only_empty_arrays => Content::NoEvents,
            None if self.opened > 0 || self.headless => Content::Foreign(Decoy::Other),
            None => Content::Blank,
        }
    }
}
