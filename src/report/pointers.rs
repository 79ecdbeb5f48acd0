//! Which events of a report something points to: the others are left out of it.
//!
//! Not for: what they are.

use super::model::{CallTable, Figure, NamedOutcomes, OutcomeCounts, ReportDocument, TopRows};

/// Every list of places in a report, for `each`.
fn for_each(report: &mut ReportDocument, each: &mut dyn FnMut(&mut Vec<usize>)) {
    let mut figure = |figure: &mut Figure| each(&mut figure.examples);
    counts(&mut report.selected, &mut figure);
    for identity in &mut report.actors.identities.rows {
        counts(&mut identity.counts, &mut figure);
        figure(&mut identity.with_mfa);
        figure(&mut identity.without_mfa);
        figure(&mut identity.from_console);
        named(&mut identity.access_keys, &mut figure);
        named(&mut identity.sessions, &mut figure);
    }
    let subjects = report.actors.federated_subjects.rows.iter_mut();
    subjects.for_each(|subject| figure(&mut subject.events));
    let shared = report.actors.shared_calls.rows.iter_mut();
    shared.for_each(|shared| figure(&mut shared.events));
    named(&mut report.calls.services, &mut figure);
    for calls in [
        &mut report.calls.reads,
        &mut report.calls.writes,
        &mut report.calls.unclassified,
    ] {
        let CallTable { all, calls } = calls;
        figure(all);
        let calls = calls.rows.iter_mut();
        calls.for_each(|call| counts(&mut call.counts, &mut figure));
    }
    figure(&mut report.failures.all_denied);
    let denied = report.failures.denied.rows.iter_mut();
    denied.for_each(|denied| figure(&mut denied.events));
    for failed in [
        &mut report.failures.not_authenticated,
        &mut report.failures.throttled,
        &mut report.failures.other,
    ] {
        let rows = failed.rows.iter_mut();
        rows.for_each(|failed| figure(&mut failed.events));
    }
    let from = &mut report.sources;
    named(&mut from.addresses, &mut figure);
    named(&mut from.services, &mut figure);
    named(&mut from.regions, &mut figure);
    for family in &mut from.client_families {
        counts(&mut family.counts, &mut figure);
    }
    let agents = from.user_agents.rows.iter_mut();
    agents.for_each(|agent| counts(&mut agent.counts, &mut figure));
    let types = report.resources.types.rows.iter_mut();
    types.for_each(|kind| counts(&mut kind.counts, &mut figure));
    let resources = report.resources.resources.rows.iter_mut();
    resources.for_each(|resource| counts(&mut resource.counts, &mut figure));
    let hours = report.timeline.hours_of_week.iter_mut();
    hours.for_each(|hour| figure(&mut hour.events));
    let line = report.timeline.rows.iter_mut();
    line.for_each(|step| figure(&mut step.events));
    for watched in &mut report.notable {
        counts(&mut watched.counts, &mut figure);
    }
    each(&mut report.actors.sign_ins.rows);
    each(&mut report.changes.succeeded.rows);
    let watched = report.notable.iter_mut();
    watched.for_each(|watched| each(&mut watched.rows));
}

fn counts(counts: &mut OutcomeCounts, figure: &mut dyn FnMut(&mut Figure)) {
    figure(&mut counts.all);
}

fn named(list: &mut TopRows<NamedOutcomes>, figure: &mut dyn FnMut(&mut Figure)) {
    for row in &mut list.rows {
        counts(&mut row.counts, figure);
    }
}

/// Which of so many events something points to; moves the pointers to where these will be without the others.
pub(super) fn keep_what_is_pointed_to(report: &mut ReportDocument, events: usize) -> Vec<bool> {
    let mut wanted = vec![false; events];
    for_each(report, &mut |places| {
        for place in places {
            wanted[*place] = true;
        }
    });
    let mut new = Vec::with_capacity(wanted.len());
    let mut next = 0;
    for is_wanted in &wanted {
        new.push(next);
        next += usize::from(*is_wanted);
    }
    for_each(report, &mut |places| {
        for place in places {
            *place = new[*place];
        }
    });
    wanted
}
