//! Adds up the batches: counts, and the first events that violate each rule.

use std::io;
use std::ops::ControlFlow;

use hashbrown::HashMap;

use super::ask::{CheckBatch, RuleHit, RuleSet, Unevaluated};
use super::baseline;
use super::example::Example;
use crate::engine::Answer;
use crate::select::Probe;

/// Events of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub count: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// A call that is not in the baseline.
#[derive(Clone, Debug)]
pub(super) struct UnlistedCall {
    pub texts: Vec<String>,
    pub count: u64,
    pub first: Option<Example>,
}

/// Adds up the batches.
pub struct Evaluation<'c> {
    pub(super) rule_set: &'c RuleSet,
    pub(super) events: u64,
    /// For each rule, the events that it applies to, and those outside its `only`.
    pub(super) of_rules: Vec<[Tally; 2]>,
    /// Calls that are not in the baseline, in input order; only as many as are shown.
    pub(super) unknown: Vec<UnlistedCall>,
    /// All of these calls, by key.
    pub(super) keys: HashMap<Vec<u8>, usize>,
    pub(super) unknown_events: u64,
    pub(super) probes: Vec<Vec<Probe>>,
    pub(super) unevaluated: [Unevaluated; Unevaluated::WHAT.len()],
}

impl<'c> Evaluation<'c> {
    /// Without any event.
    pub fn new(rule_set: &'c RuleSet) -> Evaluation<'c> {
        let evaluation = Evaluation {
            rule_set,
            events: 0,
            of_rules: vec![Default::default(); rule_set.rules.len()],
            unknown: Vec::new(),
            keys: HashMap::new(),
            unknown_events: 0,
            probes: Vec::new(),
            unevaluated: Default::default(),
        };
        if rule_set.show == 0 {
            for rule in 0..rule_set.rules.len() as u32 {
                rule_set.has_enough(RuleHit::Matched(rule));
                rule_set.has_enough(RuleHit::Outside(rule));
            }
            rule_set.has_enough(RuleHit::Unlisted(0));
        }
        evaluation
    }

    /// Counts an event of a rule, and keeps it as an example if it is one of the first.
    fn count(&mut self, hit: RuleHit, rule: u32, kind: usize, example: Option<&Example>) {
        let tally = &mut self.of_rules[rule as usize][kind];
        tally.count += 1;
        if tally.examples.len() < self.rule_set.show {
            tally.examples.extend(example.cloned());
            if tally.examples.len() == self.rule_set.show {
                self.rule_set.has_enough(hit);
            }
        }
    }

    fn count_unknown(&mut self, key: &[u8], example: Option<&Example>) {
        self.unknown_events += 1;
        let next = self.keys.len();
        let place = *self.keys.entry_ref(key).or_insert(next);
        if let Some(known) = self.unknown.get_mut(place) {
            known.count += 1;
        } else if place < self.rule_set.show {
            self.unknown.push(UnlistedCall {
                texts: baseline::texts(key),
                count: 1,
                first: example.cloned(),
            });
            if self.unknown.len() == self.rule_set.show {
                self.rule_set.has_enough(RuleHit::Unlisted(0));
            }
        }
    }

    /// Events that rules could not be tested on, by the missing field.
    pub fn unevaluated(&self) -> impl Iterator<Item = (&'static str, &Unevaluated)> {
        Unevaluated::WHAT.into_iter().zip(&self.unevaluated)
    }

    fn merge(&mut self, probes: Vec<Vec<Probe>>) {
        self.probes
            .resize(probes.len().max(self.probes.len()), Vec::new());
        for (mine, theirs) in self.probes.iter_mut().zip(probes) {
            mine.resize(theirs.len().max(mine.len()), Probe::default());
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                mine.asked += theirs.asked;
                mine.found |= theirs.found;
            }
        }
    }
}

impl Answer<CheckBatch> for Evaluation<'_> {
    fn add(&mut self, batch: CheckBatch, kept: &[bool]) -> io::Result<ControlFlow<()>> {
        self.events += kept.iter().filter(|kept| **kept).count() as u64;
        let mut examples = batch.examples.iter().peekable();
        for (at, hit) in &batch.hits {
            while examples.peek().is_some_and(|(of, _)| of < at) {
                examples.next();
            }
            if !kept.get(*at as usize).copied().unwrap_or(false) {
                continue;
            }
            let example = examples.peek().filter(|(of, _)| of == at);
            let example = example.map(|(_, example)| example);
            match *hit {
                RuleHit::Matched(rule)
                    if self.rule_set.rules[rule as usize].bound.max.is_none() =>
                {
                    self.of_rules[rule as usize][0].count += 1;
                }
                RuleHit::Matched(rule) => self.count(*hit, rule, 0, example),
                RuleHit::Outside(rule) => self.count(*hit, rule, 1, example),
                RuleHit::Unlisted(number) => {
                    self.count_unknown(batch.unknown.text(number), example)
                }
            }
        }
        for (mine, theirs) in self.unevaluated.iter_mut().zip(batch.unevaluated) {
            mine.merge(theirs);
        }
        self.merge(batch.probes);
        Ok(ControlFlow::Continue(()))
    }
}
