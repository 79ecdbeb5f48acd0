//! One run of the scanner over some bytes, with the question asked of every event: what a worker does.
//!
//! Not for: where the bytes come from (`source`), adding runs up (`commit`).

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::buffers::Buffers;
use super::duplicates::{Identifier, Identifiers};
use super::{Question, Settings};
use crate::dump::{ScanFacts, ScanState, Scanner};
use crate::event::{Context, Event, Unreadable};
use crate::select::{Probe, SeenValues};
use crate::transcode::Origins;

/// Counts about the events of a run.
#[derive(Clone, Debug, Default)]
pub struct SelectionStats {
    /// Events that every condition let through, duplicates included.
    pub selected: u64,
    /// Events that the condition at this place refused.
    pub refused: Vec<u64>,
    /// Events whose record was looked into and cannot be read.
    pub unreadable: u64,
    /// The offset of the first of those, and why.
    pub first_unreadable: Option<(u64, Unreadable)>,
    /// Events that a condition on `readOnly` refused because they have none.
    pub no_read_only: u64,
    /// Events that a condition on the time refused because they have none that can be read.
    pub no_time: u64,
    /// Events that a condition on the record refused because they have none.
    pub no_record: u64,
    /// The offset of the first of those.
    pub first_no_record: Option<u64>,
    /// What refused events look like, until one is selected.
    pub seen: SeenValues,
    /// For each path of the selection, whether any event had it.
    pub probes: Vec<Probe>,
}

impl SelectionStats {
    /// Adds the counts of another run.
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

/// A selected event, as the commit needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventStub {
    pub identifier: Option<Identifier>,
    /// Offset of its first byte.
    pub at: u64,
}

/// What a run came to.
pub(super) struct Run<B> {
    pub from: ScanState,
    pub to: ScanState,
    pub piece: ScanFacts,
    pub stats: SelectionStats,
    pub selected: Vec<EventStub>,
    /// All events, where a question is asked of all of them and others than those are selected.
    pub all_events: Vec<EventStub>,
    pub batch: B,
}

/// Which bytes to run over.
#[derive(Clone, Copy)]
pub(super) struct RunInput<'b> {
    pub bytes: &'b [u8],
    /// Leads back to their source, where they were made from one.
    pub origins: Option<&'b Origins>,
    /// The state at the first byte.
    pub from: ScanState,
    /// Run only while a step begins before this offset in the text.
    pub until: u64,
    /// Nothing follows.
    pub eof: bool,
    /// End behind so many selected events.
    pub most: Option<usize>,
}

/// What all workers share.
pub(super) struct SharedState<'s, Q> {
    pub settings: &'s Settings<'s>,
    pub question: &'s Q,
    pub identifiers: Identifiers,
    /// Set once an event was selected: from then on nobody asks why there is none.
    pub any_selected: AtomicBool,
    /// Memory for stretches.
    pub buffers: Buffers,
}

impl<Q: Question> SharedState<'_, Q> {
    /// Whether a question is asked of all events that are not just those selected, each once. That one tells outcomes.
    pub fn observes_all(&self) -> bool {
        let settings = self.settings;
        let is_all = settings.selection.conditions().is_empty()
            && !settings.keep_duplicates
            && self.question.distinguishes_outcomes();
        Q::OBSERVES_ALL && !is_all
    }

    /// Runs the scanner over a span of `file`.
    pub fn run(&self, scanner: &mut Scanner, file: &str, span: RunInput<'_>) -> Run<Q::Batch> {
        let settings = self.settings;
        let context = Context {
            zone: settings.zone,
            format: settings.format,
            file,
        };
        let conditions = settings.selection.conditions();
        let mut run = Run {
            from: span.from,
            to: span.from,
            piece: ScanFacts::default(),
            stats: SelectionStats {
                refused: vec![0; conditions.len()],
                probes: vec![Probe::default(); settings.selection.probed().len()],
                ..SelectionStats::default()
            },
            selected: Vec::new(),
            all_events: Vec::new(),
            batch: Q::Batch::default(),
        };
        let explain = !conditions.is_empty() && !self.any_selected.load(Ordering::Relaxed);
        let covers = explain
            && conditions
                .iter()
                .any(|condition| condition.expr.is_about_time());
        let Run {
            piece,
            stats,
            selected,
            all_events,
            batch,
            ..
        } = &mut run;
        let observes_all = self.observes_all();
        let outcomes = self.question.distinguishes_outcomes();
        let mut dedup_discriminant = Vec::new();
        let mut visit = |event: &Event<'_>| {
            if covers && stats.selected == 0 {
                stats.seen.add_time(event);
            }
            let mut is_picked = false;
            match settings
                .selection
                .refusal(event, &context, &mut stats.probes)
            {
                Some(index) => {
                    stats.refused[index] += 1;
                    let refused = &conditions[index].expr;
                    if refused.is_read_only() && event.read_only().is_none() {
                        stats.no_read_only += 1;
                    }
                    if refused.is_about_time() && event.time().is_none() {
                        stats.no_time += 1;
                    }
                    if event.found_absent() {
                        stats.no_record += 1;
                        stats.first_no_record.get_or_insert(event.offset);
                    }
                    if explain && stats.selected == 0 {
                        stats.seen.add(index, &conditions[index], event, &context);
                    }
                }
                None => {
                    stats.selected += 1;
                    self.question.observe(event, &context, batch);
                    is_picked = true;
                }
            }
            if Q::OBSERVES_ALL {
                self.question.observe_all(event, &context, batch);
            }
            if let Some(why) = event.found_unreadable() {
                stats.unreadable += 1;
                stats.first_unreadable.get_or_insert((event.offset, why));
            }
            // Last, since what an event is known by may take a look into its record that nobody asked for.
            let at = event.offset;
            if is_picked {
                let identifier = if settings.keep_duplicates {
                    None
                } else {
                    dedup_discriminant.clear();
                    self.question
                        .dedup_discriminant(batch, &mut dedup_discriminant);
                    self.identifiers.of(event, outcomes, &dedup_discriminant)
                };
                selected.push(EventStub { identifier, at });
            }
            if observes_all {
                let identifier = self.identifiers.of(event, true, &[]);
                all_events.push(EventStub { identifier, at });
            }
            if span.most == Some(selected.len()) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        run.to = scanner.run_made(
            span.bytes,
            span.origins,
            span.from,
            span.until,
            span.eof,
            &mut visit,
            piece,
        );
        if run.stats.selected > 0 {
            self.any_selected.store(true, Ordering::Relaxed);
        }
        run
    }
}
