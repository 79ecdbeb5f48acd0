//! From counts to the model, one file per section.
//!
//! Not for: counting (`aggregate`), looks (`page`).

mod actors;
mod calls;
mod chain;
mod failures;
mod resources;
mod sources;
mod timeline;

pub(super) use chain::way;

use std::collections::{BTreeMap, BTreeSet};

use super::aggregate::ReportAggregator;
use super::command::{CommandBuilder, all};
use super::count::KeyCount;
use super::model::{
    ChangeSection, EventList, Figure, NamedOutcomes, NotableKind, OutcomeCounts, Reliability,
    ReportDocument, ReportEvent, SCHEMA, TopRows,
};
use super::notable::KINDS;
use crate::sessions::Links;
use crate::time::{Moment, TimeFormat, Zone};

/// What is known.
pub struct ReportInput<'f> {
    /// Of the selected events.
    pub aggregate: &'f ReportAggregator,
    /// The issuing session of each session, over all events.
    pub links: &'f Links,
    /// With the selection.
    pub commands: &'f CommandBuilder,
    /// The zone of times.
    pub zone: &'f Zone,
    /// How times are written.
    pub format: &'f TimeFormat,
}

/// What figures are made with.
pub(super) struct ModelBuilder<'m> {
    pub aggregate: &'m ReportAggregator,
    pub links: &'m Links,
    pub commands: &'m CommandBuilder,
    pub zone: &'m Zone,
    pub format: &'m TimeFormat,
    pub single_identity: bool,
    /// Places of events by their numbers.
    places: BTreeMap<u64, usize>,
}

/// A condition for each outcome.
const OUTCOMES: [&str; 4] = [
    "outcome = ok",
    "outcome = denied",
    "outcome = failed",
    "not exists outcome",
];

impl ModelBuilder<'_> {
    /// A time as it is printed.
    pub fn time(&self, moment: Moment) -> String {
        self.format.to_text(moment, self.zone)
    }

    /// So many events, which satisfy a condition.
    pub fn figure(&self, events: u64, condition: &str) -> Figure {
        Figure {
            events,
            command: (events > 0)
                .then(|| self.commands.list(condition))
                .flatten(),
            examples: Vec::new(),
        }
    }

    /// All that was counted.
    pub fn total(&self, count: &KeyCount, condition: &str) -> Figure {
        let examples = count.examples.iter();
        Figure {
            examples: examples
                .filter_map(|number| self.places.get(number).copied())
                .collect(),
            ..self.figure(count.total(), condition)
        }
    }

    /// All that was counted, by outcome.
    pub fn counts(&self, count: &KeyCount, condition: &str) -> OutcomeCounts {
        let [ok, denied, failed, unreadable] = [0, 1, 2, 3].map(|nth| {
            let both = all(&[condition.to_owned(), OUTCOMES[nth].to_owned()]);
            self.figure(count.outcomes[nth], &both)
        });
        OutcomeCounts {
            all: self.total(count, condition),
            ok,
            denied,
            failed,
            unreadable,
            first: count.first.map(|first| self.time(first)),
            last: count.last.map(|last| self.time(last)),
        }
    }

    /// Rows for texts with a condition each, most first.
    pub fn named(
        &self,
        counted: Vec<(String, KeyCount)>,
        most: usize,
        condition: impl Fn(&str) -> String,
    ) -> TopRows<NamedOutcomes> {
        listed(counted, most, |name, count| NamedOutcomes {
            counts: self.counts(count, &condition(name)),
            name: name.clone(),
        })
    }

    /// The listed events.
    pub fn lines(
        &self,
        count: u64,
        numbers: impl IntoIterator<Item = u64>,
        condition: &str,
    ) -> EventList {
        EventList {
            all: self.figure(count, condition),
            rows: numbers
                .into_iter()
                .filter_map(|number| self.places.get(&number).copied())
                .collect(),
        }
    }
}

/// The first rows, most events first, ties by key.
pub(super) fn listed<K: Ord, T>(
    mut counted: Vec<(K, KeyCount)>,
    most: usize,
    row: impl Fn(&K, &KeyCount) -> T,
) -> TopRows<T> {
    counted.sort_by(|(a, one), (b, other)| {
        let by_count = other.total().cmp(&one.total());
        by_count.then_with(|| a.cmp(b))
    });
    let count = counted.len() as u64;
    let rows = counted.iter().take(most);
    TopRows {
        count,
        rows: rows.map(|(key, count)| row(key, count)).collect(),
    }
}

/// The counts of keys that have a text in common, added up.
pub(super) fn grouped<'c, K: Ord>(
    counted: impl Iterator<Item = (K, &'c KeyCount)>,
) -> Vec<(K, KeyCount)> {
    let mut sums: BTreeMap<K, KeyCount> = BTreeMap::new();
    for (key, count) in counted {
        sums.entry(key).or_default().merge(count);
    }
    sums.into_iter().collect()
}

/// Makes the report. `reliability` is section 9, found out elsewhere.
pub fn report(
    found: &ReportInput<'_>,
    conditions: Vec<String>,
    single_identity: bool,
    reliability: Reliability,
) -> ReportDocument {
    let ReportInput {
        aggregate,
        links,
        commands,
        zone,
        format,
    } = *found;
    let mut order: Vec<_> = aggregate.events.iter().collect();
    order.sort_by_key(|(number, (_, seen))| (seen.time.is_none(), seen.time, **number));
    let places = order.iter().enumerate();
    let maker = ModelBuilder {
        aggregate,
        links,
        commands,
        zone,
        format,
        single_identity,
        places: places
            .map(|(place, (number, _))| (**number, place))
            .collect(),
    };
    let mut report = ReportDocument {
        schema: SCHEMA,
        conditions,
        single_identity,
        time_zone: zone.to_string(),
        selected: maker.counts(&aggregate.all, ""),
        actors: maker.actors(),
        calls: maker.api_calls(),
        changes: maker.changes(),
        failures: maker.failures(),
        sources: maker.sources(),
        resources: maker.resources(),
        timeline: maker.timeline(),
        notable: maker.notable(),
        reliability,
        events: Vec::new(),
    };
    let wanted = super::model::keep_what_is_pointed_to(&mut report, order.len());
    let kept = order.iter().zip(wanted).filter(|(_, is_wanted)| *is_wanted);
    report.events = kept.map(|((_, (_, seen)), _)| maker.event(seen)).collect();
    report
}

impl ModelBuilder<'_> {
    fn event(&self, seen: &super::aggregate::SampleEvent) -> ReportEvent {
        let [
            id,
            principal,
            key,
            source,
            name,
            error,
            address,
            region,
            line,
        ] = seen.texts().map(str::to_owned);
        let is_it = super::command::is("EventId", &id);
        ReportEvent {
            time: seen.time.map(|time| self.time(time)),
            outcome: ["ok", "denied", "failed", ""][seen.outcome],
            principal,
            key,
            source,
            name,
            error,
            address,
            region,
            summary: seen.has_line.then_some(line),
            command: self.commands.show(&is_it).filter(|_| !id.is_empty()),
            id,
        }
    }

    /// Successful write calls, without sign-ins, which are in the section about identities.
    fn changes(&self) -> ChangeSection {
        let write = "ReadOnly = false";
        let no_sign_in = "EventSource != signin.amazonaws.com";
        let calls = self.aggregate.of(super::observe::KeyKind::Calls).iter();
        let mut writes = KeyCount::default();
        for (texts, count) in calls {
            if texts[2] == "write" && texts[0] != "signin.amazonaws.com" {
                writes.merge(count);
            }
        }
        let of = |nth: usize| {
            let all = all(&[write, no_sign_in, OUTCOMES[nth]].map(str::to_owned));
            (writes.outcomes[nth], all)
        };
        let (denied, is_denied) = of(1);
        let (failed, has_failed) = of(2);
        let changes = &self.aggregate.changes;
        ChangeSection {
            succeeded: self.lines(changes.count, changes.numbers(), &of(0).1),
            denied: self.figure(denied, &is_denied),
            failed: self.figure(failed, &has_failed),
        }
    }

    fn notable(&self) -> Vec<NotableKind> {
        let calls = self.aggregate.of(super::observe::KeyKind::Calls).iter();
        let calls: BTreeSet<(&str, &str)> = calls
            .map(|(texts, _)| (texts[0].as_str(), texts[1].as_str()))
            .collect();
        let mut found = Vec::new();
        for (texts, count) in self.aggregate.of(super::observe::KeyKind::Notable) {
            let Some(key) = texts.first() else { continue };
            let nth: usize = key.parse().unwrap_or(KINDS.len());
            let Some(kind) = KINDS.get(nth) else { continue };
            let hits = self.aggregate.hits.get(key);
            let condition = kind.condition_among(|source, name| calls.contains(&(source, name)));
            found.push((
                nth,
                NotableKind {
                    name: kind.name,
                    reason: kind.reason,
                    counts: self.counts(count, &condition),
                    rows: hits.map_or_else(Vec::new, |hits| {
                        self.lines(hits.count, hits.numbers(), &condition).rows
                    }),
                },
            ));
        }
        found.sort_by_key(|(nth, _)| *nth);
        found.into_iter().map(|(_, watched)| watched).collect()
    }
}
