//! One run: the scanner over one chunk, with the question asked of every event. This is the work of a worker thread.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::buffers::Buffers;
use super::duplicates::{Identifier, Identifiers};
use super::{Question, Settings};
use crate::dump::{Chunk, Mode, ScanFacts, ScanState, Scanner};
use crate::event::{Context, Event, Unreadable};
use crate::select::{Probe, SeenValues};

/// Counts about the selection, per run, per file or over all files.
#[derive(Clone, Debug, Default)]
pub struct SelectionStats {
    /// Events that match every condition, duplicates included.
    pub selected: u64,
    /// For each condition, the events that it was the first to reject.
    pub refused: Vec<u64>,
    /// Events whose record was needed and cannot be read.
    pub unreadable: u64,
    /// The offset of the first of those, and why it cannot be read.
    pub first_unreadable: Option<(u64, Unreadable)>,
    /// Events that a condition on `readOnly` rejected because they have no such member.
    pub no_read_only: u64,
    /// Events that a condition on the time rejected because they have no readable time.
    pub no_time: u64,
    /// Events that a condition on the record rejected because they have no record.
    pub no_record: u64,
    /// The offset of the first of those.
    pub first_no_record: Option<u64>,
    /// Values of rejected events, collected until an event is selected: they explain an empty result.
    pub seen: SeenValues,
    /// For each path of the selection, whether any event has it.
    pub probes: Vec<Probe>,
}

impl SelectionStats {
    /// Adds the counts of another run, which comes later in the input.
    pub fn merge(&mut self, other: SelectionStats) {
        self.selected += other.selected;
        if self.refused.len() < other.refused.len() {
            self.refused.resize(other.refused.len(), 0);
        }
        for (mine, theirs) in self.refused.iter_mut().zip(other.refused) {
            *mine += theirs;
        }
        self.unreadable += other.unreadable;
        self.first_unreadable = self.first_unreadable.or(other.first_unreadable);
        self.no_read_only += other.no_read_only;
        self.no_time += other.no_time;
        self.no_record += other.no_record;
        self.first_no_record = self.first_no_record.or(other.first_no_record);
        self.seen.merge(other.seen);
        if self.probes.len() < other.probes.len() {
            self.probes.resize(other.probes.len(), Probe::default());
        }
        for (mine, theirs) in self.probes.iter_mut().zip(other.probes) {
            mine.asked += theirs.asked;
            mine.found |= theirs.found;
        }
    }
}

/// What the commit needs to know about an event: enough to find duplicates.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventStub {
    pub identifier: Option<Identifier>,
    /// Offset of its first byte.
    pub at: u64,
}

/// The result of a run.
pub(super) struct Run<B> {
    pub from: ScanState,
    pub to: ScanState,
    pub facts: ScanFacts,
    pub stats: SelectionStats,
    /// The selected events.
    pub selected: Vec<EventStub>,
    /// All events, if [`SharedState::observes_all`].
    pub all_events: Vec<EventStub>,
    pub batch: B,
}

/// What to run over.
#[derive(Clone, Copy)]
pub(super) struct RunInput<'b> {
    pub chunk: Chunk<'b>,
    /// How the first byte is interpreted.
    pub mode: Mode,
    /// The run ends before a step that begins at this offset in the text.
    pub until: u64,
    /// The run ends after this many selected events.
    pub most: Option<usize>,
}

/// What all worker threads share.
pub(super) struct SharedState<'s, Q> {
    pub settings: &'s Settings<'s>,
    pub question: &'s Q,
    pub identifiers: Identifiers,
    /// Set once an event was selected. From then on no values are collected to explain an empty result.
    pub any_selected: AtomicBool,
    /// A bit for each of the first 64 conditions, set once it refused an event. From then on no values are collected to
    /// explain an exclusion that excludes nothing.
    pub any_refused: AtomicU64,
    pub buffers: Buffers,
}

impl<Q: Question> SharedState<'_, Q> {
    /// True if a second question is asked of all events and these are not exactly the selected ones.
    pub fn observes_all(&self) -> bool {
        let settings = self.settings;
        // With `distinguishes_outcomes` both questions have the same duplicates, so one list of events serves both.
        let is_all = settings.selection.conditions().is_empty()
            && !settings.keep_duplicates
            && self.question.distinguishes_outcomes();
        Q::OBSERVES_ALL && !is_all
    }

    /// Runs the scanner over a chunk of `file`.
    pub fn run(&self, scanner: &mut Scanner, file: &str, input: RunInput<'_>) -> Run<Q::Batch> {
        let selection = self.settings.selection;
        let from = ScanState {
            at: input.chunk.base,
            mode: input.mode,
        };
        let mut run = Run {
            from,
            to: from,
            facts: ScanFacts::default(),
            stats: SelectionStats {
                refused: vec![0; selection.conditions().len()],
                probes: vec![Probe::default(); selection.probed().len()],
                ..SelectionStats::default()
            },
            selected: Vec::new(),
            all_events: Vec::new(),
            batch: Q::Batch::default(),
        };
        let mut visitor = self.visitor(file);
        let Run {
            facts,
            stats,
            selected,
            all_events,
            batch,
            ..
        } = &mut run;
        let mut visit = |event: &Event<'_>| {
            let is_selected = visitor.select(event, stats);
            if is_selected {
                self.question.observe(event, &visitor.context, batch);
            }
            if Q::OBSERVES_ALL {
                self.question.observe_all(event, &visitor.context, batch);
            }
            if let Some(why) = event.found_unreadable() {
                stats.unreadable += 1;
                stats.first_unreadable.get_or_insert((event.offset, why));
            }
            // After the check for unreadable records: an identifier may need a record that no question asked for, and
            // then it is no loss if that cannot be read.
            let at = event.offset;
            if is_selected {
                let identifier = visitor.identifier(event, batch);
                selected.push(EventStub { identifier, at });
            }
            if visitor.observes_all {
                let identifier = self.identifiers.of(event, true, &[]);
                all_events.push(EventStub { identifier, at });
            }
            if input.most == Some(selected.len()) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        run.to = scanner.run(input.chunk, input.mode, input.until, &mut visit, facts);
        let refused = visitor
            .exclusions
            .iter()
            .filter(|index| run.stats.refused[**index] > 0);
        let refused = refused.fold(0, |bits, index| bits | 1 << index);
        self.any_refused.fetch_or(refused, Ordering::Relaxed);
        if run.stats.selected > 0 {
            self.any_selected.store(true, Ordering::Relaxed);
        }
        run
    }

    /// The exclusions among the conditions that no run has seen to exclude an event.
    fn idle_exclusions(&self) -> Vec<usize> {
        let refused = self.any_refused.load(Ordering::Relaxed);
        let conditions = self.settings.selection.conditions().iter().enumerate();
        let idle = conditions.take(64).filter(|(index, condition)| {
            condition.expr.is_exclusion() && refused & 1 << index == 0
        });
        idle.map(|(index, _)| index).collect()
    }

    fn visitor<'v>(&'v self, file: &'v str) -> Visitor<'v, Q> {
        let conditions = self.settings.selection.conditions();
        let explains = !conditions.is_empty() && !self.any_selected.load(Ordering::Relaxed);
        let is_about_time = || conditions.iter().any(|it| it.expr.is_about_time());
        Visitor {
            shared: self,
            context: Context {
                zone: self.settings.zone,
                format: self.settings.format,
                file,
            },
            explains,
            explains_time: explains && is_about_time(),
            exclusions: self.idle_exclusions(),
            observes_all: self.observes_all(),
            outcomes: self.question.distinguishes_outcomes(),
            dedup_discriminant: Vec::new(),
        }
    }
}

/// What stays the same from event to event of a run.
struct Visitor<'v, Q> {
    shared: &'v SharedState<'v, Q>,
    context: Context<'v>,
    /// Collect values of rejected events.
    explains: bool,
    /// Collect the times of all events.
    explains_time: bool,
    /// The exclusions that have excluded nothing so far.
    exclusions: Vec<usize>,
    observes_all: bool,
    outcomes: bool,
    dedup_discriminant: Vec<u8>,
}

impl<Q: Question> Visitor<'_, Q> {
    /// Whether the event matches all conditions. If not, counts why.
    #[inline]
    fn select(&self, event: &Event<'_>, stats: &mut SelectionStats) -> bool {
        if self.explains_time && stats.selected == 0 {
            stats.seen.add_time(event);
        }
        let selection = self.shared.settings.selection;
        let refusal = selection.refusal(event, &self.context, &mut stats.probes);
        // The conditions after the one that refuses an event are not evaluated.
        let evaluated = refusal.unwrap_or(usize::MAX);
        for &index in self.exclusions.iter().filter(|index| **index < evaluated) {
            if stats.refused[index] == 0 {
                let condition = &selection.conditions()[index];
                stats.seen.add(index, condition, event, &self.context);
            }
        }
        let Some(index) = refusal else {
            stats.selected += 1;
            return true;
        };
        let condition = &selection.conditions()[index];
        stats.refused[index] += 1;
        if condition.expr.is_read_only() && event.read_only().is_none() {
            stats.no_read_only += 1;
        }
        if condition.expr.is_about_time() && event.time().is_none() {
            stats.no_time += 1;
        }
        if event.found_absent() {
            stats.no_record += 1;
            stats.first_no_record.get_or_insert(event.offset);
        }
        if self.explains && stats.selected == 0 && !condition.expr.is_exclusion() {
            stats.seen.add(index, condition, event, &self.context);
        }
        false
    }

    /// The identifier of a selected event, which was observed last; `None` if duplicates count.
    #[inline]
    fn identifier(&mut self, event: &Event<'_>, batch: &Q::Batch) -> Option<Identifier> {
        if self.shared.settings.keep_duplicates {
            return None;
        }
        let discriminant = &mut self.dedup_discriminant;
        discriminant.clear();
        self.shared.question.dedup_discriminant(batch, discriminant);
        let identifiers = &self.shared.identifiers;
        identifiers.of(event, self.outcomes, discriminant)
    }
}
