//! Byte accounting for one file: every byte is part of an event, structure, skipped text or damaged, and every
//! loss is reported with its offset.
//!
//! Marks arrive in file order, from runs of any worker. They are facts about bytes; what they mean depends on their
//! neighbours:
//!
//! - Text between two events is skipped text. But if the same gap also contains broken JSON (a member outside an
//!   object, an event that ends early), then the whole gap is what remains of that event, and is damage.
//! - Broken JSON that other programs could have written as well ([`Evidence::Weak`]) is damage only near events.
//! - Brackets are paired over the whole file. A bracket without its partner shows that the file starts or ends
//!   inside a document.

use super::byte_counts::{ByteCounts, Content};
use super::facts::{Mark, ScanFacts};
use super::finding::{Finding, FindingKind};
use super::gap::{AskedByte, EventGap, GapContent};
use super::locator::{ByteClass, LocatedByte};
use super::pages::{PageToken, Pages, UnusedToken};
use super::shape::Evidence;
use super::{Decoy, Wrapper};

/// An open bracket.
#[derive(Clone, Debug, Default)]
struct Frame {
    array: bool,
    /// The kind of the list of events among its members.
    list: Option<Wrapper>,
    token: Option<PageToken>,
    /// It contains events.
    events: bool,
}

/// The most open brackets that are remembered. Deeper ones are only counted, so that a file of brackets needs
/// little memory.
const FRAMES: usize = 4096;

/// Adds up the facts of all runs over one file.
#[derive(Debug, Default)]
pub struct Ledger {
    byte_counts: ByteCounts,
    gap: EventGap,
    frames: Vec<Frame>,
    deeper: u64,
    /// How many of the frames were open before the last text: those may be brackets of the text, not of JSON.
    doubtful: usize,
    pages: Pages,
    /// An event or a list of events was seen. From then on broken JSON is treated as part of an event.
    near: bool,
    lists: bool,
    log_lists: bool,
    opened: u64,
    empty_arrays: u64,
    scalars: u64,
    /// Of the scalars, elements of arrays.
    element_scalars: u64,
    /// A member that occurs next to the lists of CloudWatch Logs was seen.
    companion: bool,
    foreign: Option<Decoy>,
    error: Option<String>,
    headless: bool,
    findings: Vec<Finding>,
    /// The byte to locate, while the step that contains it is absorbed.
    asked: Option<u64>,
    /// The result for that byte.
    located: Option<LocatedByte>,
}

impl Ledger {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the facts of the next run.
    pub fn absorb(&mut self, facts: ScanFacts) {
        self.byte_counts.events += facts.events;
        self.byte_counts.event += facts.event_bytes;
        self.byte_counts.structure += facts.structure_bytes;
        self.opened += facts.opened;
        self.empty_arrays += facts.empty_arrays;
        self.companion |= facts.companion;
        if let Some(at) = facts.first_not_utf8 {
            let count = facts.not_utf8;
            self.find(at, FindingKind::NotUtf8 { count });
        }
        for mark in facts.marks {
            self.mark(mark);
        }
    }

    /// Adds the facts of the one step that contains the byte at `at`, and remembers what that byte belongs to.
    pub(super) fn absorb_at(&mut self, facts: ScanFacts, at: u64, in_event: bool) {
        self.asked = Some(at);
        self.absorb(facts);
        self.asked = None;
        if in_event {
            self.locate(ByteClass::Event, None);
        } else if self.gap.asked.is_none() {
            let content = GapContent::Structure;
            self.gap.asked = Some(AskedByte { at, content });
        }
    }

    /// Records what the byte to locate is, if it is one of the `length` bytes at `at`.
    fn hold(&mut self, at: u64, length: u64, content: GapContent) {
        if let Some(at) = self.asked.filter(|asked| (at..at + length).contains(asked)) {
            self.gap.asked = Some(AskedByte { at, content });
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
                self.hold(at, length, GapContent::Text);
                self.gap.text += length;
                self.gap.add(at, evidence);
                self.text_error(at, error);
                self.gap.first_text.get_or_insert((at, snippet));
            }
            Mark::Damaged {
                at,
                length,
                why,
                evidence,
            } => {
                self.hold(at, length, GapContent::Text);
                self.gap.remains += length;
                self.gap.why.get_or_insert(why);
                self.gap.add(at, evidence);
            }
            Mark::Stray {
                at,
                length,
                evidence,
            } => self.stray(at, length, evidence),
            Mark::Foreign {
                at,
                length,
                count,
                decoy,
            } => self.foreign(at, length, count, decoy),
        }
    }

    /// An error message of the AWS CLI in the text. Only the first one of a gap is reported.
    fn text_error(&mut self, at: u64, error: Option<String>) {
        if let Some(error) = error
            && self.gap.error.is_none()
        {
            let text = error.clone();
            self.find(at, FindingKind::AwsError { text });
            self.error.get_or_insert(error.clone());
            self.gap.error = Some((at, error));
        }
    }

    /// A member of an event outside any event.
    fn stray(&mut self, at: u64, length: u64, evidence: Evidence) {
        let is_next_to_list = self.frames.last().is_some_and(|f| f.list.is_some());
        if is_next_to_list && evidence == Evidence::Weak {
            // A member of the wrapper itself: EventBridge writes `resources` next to `detail`.
            self.hold(at, length, GapContent::Foreign);
            self.gap.foreign += length;
        } else {
            self.hold(at, length, GapContent::Text);
            self.gap.remains += length;
            self.gap.add(at, evidence);
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
            // Its opening bracket may be among the broken bytes before it.
            None if self.gap.text + self.gap.remains > 0 => self.gap.add(at, Evidence::Weak),
            None => {
                // After damage the missing bracket is explained.
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
            // Documents do not nest. If this one is inside the list of another, the outer one was cut off and this one
            // was appended to it: the frames in between will never be closed.
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
            let unused = self.pages.list(kind == Wrapper::Events);
            self.unused_token(unused);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.list = Some(kind);
        }
    }

    fn unused_token(&mut self, unused: Option<UnusedToken>) {
        if let Some(UnusedToken { token, end }) = unused {
            let page_end = Some(Box::new(end));
            let PageToken { at, token } = token;
            self.find(at, FindingKind::NextToken { token, page_end });
        }
    }

    fn foreign(&mut self, at: u64, length: u64, count: u64, decoy: Decoy) {
        self.hold(at, length, GapContent::Foreign);
        self.gap.foreign += length;
        let is_element = self.frames.last().is_none_or(|frame| frame.array);
        if !is_element && decoy == Decoy::Other {
            // The value of a member next to the events, not a substitute for an event.
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

    /// Decides what the gap before the next event, list or end of the file was.
    fn settle(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        let is_damage = match gap.evidence {
            Evidence::None => false,
            Evidence::Weak => self.near,
            Evidence::Strong => true,
        };
        if is_damage {
            self.settle_damage(gap);
        } else {
            self.settle_text(gap);
        }
    }

    /// The gap contains broken JSON of an event: everything in it but plain structure is damage.
    fn settle_damage(&mut self, gap: EventGap) {
        let at = gap.at.unwrap_or_default();
        let length = gap.text + gap.remains + gap.foreign;
        let kind = FindingKind::Damage {
            length,
            why: gap.why,
        };
        if let Some(asked) = gap.asked {
            let (class, is_covered) = match asked.content {
                // Structure before, between and after the broken JSON is not damage. Between, it belongs to
                // the same finding.
                GapContent::Structure => (ByteClass::Structure, (at..gap.last).contains(&asked.at)),
                GapContent::Foreign | GapContent::Text => (ByteClass::Damaged, true),
            };
            self.locate(class, is_covered.then(|| (at, kind.clone())));
        }
        self.byte_counts.damaged += length;
        self.find(at, kind);
    }

    /// The gap contains no part of an event: its JSON is structure, its text is skipped.
    fn settle_text(&mut self, gap: EventGap) {
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
        match gap.asked.map(|asked| asked.content) {
            Some(GapContent::Text) => {
                self.locate(ByteClass::Skipped, error.clone().or(skipped.clone()));
            }
            Some(GapContent::Foreign) => self.locate(ByteClass::Structure, others.clone()),
            Some(GapContent::Structure) => self.locate(ByteClass::Structure, None),
            None => {}
        }
        // The error is already a finding: the text that contains it need not be reported again.
        if let Some((at, kind)) = skipped.filter(|_| error.is_none()) {
            self.find(at, kind);
        }
        if let Some((at, kind)) = others {
            self.find(at, kind);
        }
    }

    fn locate(&mut self, class: ByteClass, finding: Option<(u64, FindingKind)>) {
        let finding = finding.map(|(at, kind)| Finding { at, kind, more: 0 });
        self.located = Some(LocatedByte { class, finding });
    }

    fn find(&mut self, at: u64, kind: FindingKind) {
        Finding::add(&mut self.findings, at, kind);
    }

    /// Completes the accounting of a file of `bytes` bytes. `complete` is false if reading stopped early on
    /// purpose (a limit): then the end of the file is unknown and nothing is reported about it.
    pub fn finish(mut self, bytes: u64, complete: bool) -> (ByteCounts, Content, Vec<Finding>) {
        self.end(bytes, complete);
        let content = self.content();
        (self.byte_counts, content, self.findings)
    }

    /// As [`Ledger::finish`] for a whole file, with the result for the byte to locate.
    pub(super) fn finish_at(
        mut self,
        bytes: u64,
    ) -> (ByteCounts, Content, Vec<Finding>, Option<LocatedByte>) {
        self.end(bytes, true);
        let content = self.content();
        (self.byte_counts, content, self.findings, self.located)
    }

    fn end(&mut self, bytes: u64, complete: bool) {
        self.settle();
        self.byte_counts.bytes = bytes;
        // Brackets before text may be part of that text. They count as an open document only if they contain events.
        let has_events = self.frames.iter().any(|f| f.events || f.list.is_some());
        let open = has_events || self.deeper > 0 || self.frames.len() > self.doubtful;
        let (unused, token) = self.pages.finish();
        self.unused_token(unused);
        if complete {
            if open && self.byte_counts.damaged == 0 {
                self.find(bytes, FindingKind::Unclosed);
            } else if let (Some(PageToken { at, token }), false) = (token, open) {
                let page_end = None;
                self.find(at, FindingKind::NextToken { token, page_end });
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
        // Without events, the kind of file is decided by its other content, from the most to the least specific.
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
