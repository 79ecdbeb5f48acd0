//! The question of `check`: which rules apply to an event, and which of them it violates. Workers ask it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::baseline::Baseline;
use super::example::{Example, ExampleFields};
use super::rules::Rule;
use crate::engine::Question;
use crate::event::{Context, Event};
use crate::select::{Condition, Probe};
use crate::tally::Interner;

/// Whether the condition, or a part of it, needs the time of the event.
fn may_be_about_time(condition: &Condition) -> bool {
    let expr = &condition.expr;
    let is_time = |name: &&str| name.ends_with("ventTime") || *name == "time";
    expr.is_about_time() || !expr.is_flags() && expr.fields().iter().any(is_time)
}

/// All rules and the baseline.
#[derive(Debug)]
pub struct RuleSet {
    /// The rules, in the order of their file.
    pub rules: Vec<Rule>,
    /// The baseline.
    pub baseline: Option<Baseline>,
    /// Number of events to keep per rule, and of calls that are not in the baseline.
    pub show: usize,
    fields: Option<ExampleFields>,
    /// For each rule, then for the baseline: whether enough examples are kept of the events that it applies to, and of
    /// those outside its `only`. `judge` sets them, and workers stop making examples.
    enough: Vec<[AtomicBool; 2]>,
}

/// How an event relates to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleHit {
    /// The rule with this index applies to it.
    Matched(u32),
    /// It does not match `only` of this rule.
    Outside(u32),
    /// It is not in the baseline; the number of its call in the batch.
    Unlisted(u32),
}

/// Events without a field that a rule needs, so that the rule could not be tested on them.
#[derive(Clone, Debug, Default)]
pub struct Unevaluated {
    /// Number of events.
    pub count: u64,
    /// File and byte offset of the first.
    pub first: Option<(String, u64)>,
}

impl Unevaluated {
    /// What may be missing, by index.
    pub const WHAT: [&str; 3] = ["no CloudTrailEvent", "no readOnly", "no readable time"];

    fn add(&mut self, file: &str, offset: u64) {
        self.count += 1;
        self.first.get_or_insert_with(|| (file.to_owned(), offset));
    }

    pub(super) fn merge(&mut self, more: Unevaluated) {
        self.count += more.count;
        self.first = self.first.take().or(more.first);
    }
}

/// Which of [`Unevaluated::WHAT`] is missing, if that is why the condition does not match.
fn missing(condition: &Condition, event: &Event<'_>) -> Option<usize> {
    if condition.expr.is_read_only() && event.read_only().is_none() {
        Some(1)
    } else if may_be_about_time(condition) && event.time().is_none() {
        Some(2)
    } else {
        None
    }
}

/// The events of a run of the engine.
#[derive(Default)]
pub struct CheckBatch {
    /// Number of events so far.
    pub(super) events: u32,
    /// In the order of the events.
    pub(super) hits: Vec<(u32, RuleHit)>,
    /// Events that some rule still needs as examples, in order.
    pub(super) examples: Vec<(u32, Example)>,
    pub(super) unknown: Interner,
    /// For each rule, the probes of its selection and of its `only`.
    pub(super) probes: Vec<Vec<Probe>>,
    /// Events without a field that a rule needs, by [`Unevaluated::WHAT`].
    pub(super) unevaluated: [Unevaluated; Unevaluated::WHAT.len()],
    key: Vec<u8>,
}

impl RuleSet {
    /// Rules and a baseline, with the number of events to show for each.
    pub fn new(rules: Vec<Rule>, baseline: Option<Baseline>, show: usize) -> RuleSet {
        let places = rules.len() + 1;
        RuleSet {
            rules,
            baseline,
            show,
            fields: ExampleFields::new(),
            enough: (0..places).map(|_| Default::default()).collect(),
        }
    }

    fn flag(&self, hit: RuleHit) -> Option<&AtomicBool> {
        let (place, kind) = match hit {
            RuleHit::Matched(rule) => (rule as usize, 0),
            RuleHit::Outside(rule) => (rule as usize, 1),
            RuleHit::Unlisted(_) => (self.rules.len(), 0),
        };
        self.enough.get(place).map(|pair| &pair[kind])
    }

    /// Whether examples of this kind are still needed.
    fn wants(&self, hit: RuleHit) -> bool {
        let is_shown = match hit {
            RuleHit::Matched(rule) => self.rules[rule as usize].bound.max.is_some(),
            RuleHit::Outside(_) | RuleHit::Unlisted(_) => true,
        };
        let enough = self.flag(hit);
        is_shown && enough.is_some_and(|flag| !flag.load(Ordering::Relaxed))
    }

    /// Marks that no more examples of this kind are needed.
    pub(super) fn has_enough(&self, hit: RuleHit) {
        if let Some(flag) = self.flag(hit) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// The paths that a rule reads, one per probe.
    pub(super) fn probed(rule: &Rule) -> impl Iterator<Item = &String> {
        let only = rule.bound.only.iter().flat_map(|only| &only.among);
        std::iter::once(&rule.selection)
            .chain(only)
            .flat_map(|selection| selection.probed())
    }
}

impl Question for RuleSet {
    type Batch = CheckBatch;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut CheckBatch) {
        if batch.probes.is_empty() {
            let each = self.rules.iter();
            batch.probes = each
                .map(|rule| vec![Probe::default(); RuleSet::probed(rule).count()])
                .collect();
        }
        let at = batch.events;
        batch.events += 1;
        let first = batch.hits.len();
        let mut lacks = None;
        for (number, (rule, probes)) in (0..).zip(self.rules.iter().zip(&mut batch.probes)) {
            let (mine, of_only) = probes.split_at_mut(rule.selection.probed().len());
            if let Some(refused) = rule.selection.refusal(event, context, mine) {
                // `min` alone is not in doubt: an event that could not be tested can only make a rule pass.
                if rule.bound.max.is_some() || rule.bound.only.is_some() {
                    let condition = &rule.selection.conditions()[refused];
                    lacks = lacks.or(missing(condition, event));
                }
                continue;
            }
            batch.hits.push((at, RuleHit::Matched(number)));
            let only = rule.bound.only.as_ref();
            if only.is_some_and(|only| !only.allows(event, context, of_only)) {
                batch.hits.push((at, RuleHit::Outside(number)));
            }
        }
        if let Some(baseline) = &self.baseline
            && !baseline.allows(event, context, &mut batch.key)
        {
            let number = batch.unknown.number(&batch.key);
            batch.hits.push((at, RuleHit::Unlisted(number)));
        }
        if event.found_absent() {
            lacks = Some(0);
        }
        if let Some(what) = lacks {
            batch.unevaluated[what].add(context.file, event.offset);
        }
        // An unreadable record counts as damage even if no rule needs it.
        event.record_unreadable();
        let is_wanted = batch.hits[first..].iter().any(|(_, hit)| self.wants(*hit));
        if let (true, Some(fields)) = (is_wanted, &self.fields) {
            batch.examples.push((at, fields.of(event, context)));
        }
    }

    /// How the event relates to each rule and to the baseline: a copy that relates differently is not a duplicate.
    fn dedup_discriminant(&self, batch: &CheckBatch, into: &mut Vec<u8>) {
        let hits = batch.hits.iter().rev();
        for (_, hit) in hits.take_while(|(at, _)| at + 1 == batch.events) {
            match *hit {
                RuleHit::Matched(rule) => {
                    into.push(b'm');
                    into.extend_from_slice(&rule.to_le_bytes());
                }
                RuleHit::Outside(rule) => {
                    into.push(b'o');
                    into.extend_from_slice(&rule.to_le_bytes());
                }
                RuleHit::Unlisted(number) => {
                    into.push(b'u');
                    into.extend_from_slice(batch.unknown.text(number));
                }
            }
        }
    }
}

/// The same question by reference, to be combined with others.
#[derive(Clone, Copy, Debug)]
pub struct ByRef<'c>(pub &'c RuleSet);

impl Question for ByRef<'_> {
    type Batch = CheckBatch;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut CheckBatch) {
        self.0.observe(event, context, batch);
    }

    fn dedup_discriminant(&self, batch: &CheckBatch, into: &mut Vec<u8>) {
        self.0.dedup_discriminant(batch, into);
    }
}
