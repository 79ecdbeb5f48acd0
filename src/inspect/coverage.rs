//! Finds signs of missing events in the events of a dump, or of all dumps.
//!
//! `judge` reports findings about the file itself, `followups` writes the lookups that fill gaps.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{self, DumpFinding};
use super::followups::Gap;
use super::group::{Category, EventGroup, Kinds};
use super::streams::{HOUR, Pause, RegionStream};
use crate::text::{grouped, plural};
use crate::time::{self, Moment, Zone};

/// How far back a lookup reaches ("Viewing events with CloudTrail event history" in its user guide).
pub(super) const REACH: i64 = 90 * 24 * HOUR;

/// The first and last calls of regions differ: a difference of a day, or of the longest pause between a region's own
/// calls, is normal.
const TOLERANCE: i64 = 24 * HOUR;

/// With fewer calls, the usual pause of a region is unknown.
const FEW: u64 = 10;

/// Maximum number of listed silences.
const LISTED: usize = 5;

/// Maximum number of gaps with a lookup.
const GAPS: usize = 200;

/// The region in which global services log ("About global service events" in the user guide).
const HOME: &str = "us-east-1";

/// Up to this number, events may share the value of `readOnly` by chance.
const READ_ONLY_BY_CHANCE: u64 = 20;

/// The findings of the events.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// In words.
    pub findings: Vec<DumpFinding>,
    /// Possibly missing ranges.
    pub(super) gaps: Vec<Gap>,
}

/// Evaluates a group of events.
pub(super) fn judge(group: &EventGroup, zone: &Zone) -> Coverage {
    let mut coverage = Coverage::default();
    if group.distinct == 0 {
        return coverage;
    }
    let found = &mut coverage.findings;
    found.extend(disagreement(group));
    found.extend(accounts(group));
    found.extend(attributes(group, &mut coverage.gaps));
    found.extend(categories(group));
    found.extend(span(group, zone));
    found.extend(duplicates(group));
    found.extend(without_id(group));
    regions(group, &mut coverage);
    uneven_regions(group, zone, &mut coverage);
    silences(group, zone, &mut coverage);
    finding::sort(&mut coverage.findings);
    coverage.gaps.truncate(GAPS);
    coverage
}

/// `3d 4h`, `5h 20m`, `45s`: the two largest units.
pub(super) fn length(seconds: i64) -> String {
    let units = [(86_400, "d"), (HOUR, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds.abs();
    let mut words = Vec::new();
    for (size, unit) in units {
        if rest >= size && words.len() < 2 {
            words.push(format!("{}{unit}", rest / size));
        } else if !words.is_empty() {
            break;
        }
        rest %= size;
    }
    if words.is_empty() {
        return "0s".to_owned();
    }
    words.join(" ")
}

fn disagreement(group: &EventGroup) -> Option<DumpFinding> {
    let kinds = &group.kinds;
    let (at, by) = kinds.first_disagreeing?;
    let side = if by > 0 { "later" } else { "earlier" };
    let reason = format!(
        "EventTime of the envelope and eventTime of the record disagree in {}: {} {} {side}",
        plural(kinds.disagreeing, "event"),
        if kinds.is_one_difference {
            "the envelope is"
        } else {
            "in the first one the envelope is"
        },
        length(by),
    );
    Some(DumpFinding::new("times-disagree", reason).at(at))
}

fn names<'g>(
    group: &'g EventGroup,
    of: impl Fn(&'g RegionStream) -> Option<&'g String>,
) -> BTreeMap<&'g str, u64> {
    let mut names = BTreeMap::new();
    for stream in group.streams.iter() {
        if let Some(name) = of(stream) {
            *names.entry(name.as_str()).or_default() += stream.events;
        }
    }
    names
}

fn accounts(group: &EventGroup) -> Option<DumpFinding> {
    let names = names(group, |stream| stream.account.as_ref());
    if names.len() < 2 {
        return None;
    }
    let mut sorted: Vec<(&str, u64)> = names.into_iter().collect();
    sorted.sort_by_key(|(_, events)| std::cmp::Reverse(*events));
    let listed = sorted.iter().take(3);
    let listed: Vec<_> = listed
        .map(|(name, events)| format!("{name} ({})", grouped(*events)))
        .collect();
    let more = sorted.len() - listed.len();
    let reason = format!(
        "events of {} accounts: {}{}",
        sorted.len(),
        listed.join(", "),
        if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        }
    );
    Some(DumpFinding::new("several-accounts", reason))
}

fn attributes(group: &EventGroup, gaps: &mut Vec<Gap>) -> Option<DumpFinding> {
    if group.distinct < 2 {
        return None;
    }
    let shared: Vec<String> = Kinds::ATTRIBUTES
        .iter()
        .zip(&group.kinds.shared)
        .filter(|(name, _)| **name != "ReadOnly" || group.distinct >= READ_ONLY_BY_CHANCE)
        .filter_map(|(name, same)| Some(format!("{name} {}", same.value()?)))
        .collect();
    if shared.is_empty() {
        return None;
    }
    if group.is_lookup() {
        gaps.extend(streams(group).map(|stream| Gap {
            from: group.range.map(|range| range.0),
            to: group.range.map(|range| range.1),
            ..Gap::of("one-attribute", stream)
        }));
    }
    let reason = format!(
        "all {} have the same {}",
        plural(group.distinct, "event"),
        shared.join(", the same ")
    );
    Some(DumpFinding::new("one-attribute", reason))
}

fn categories(group: &EventGroup) -> Option<DumpFinding> {
    let others = [Category::Data, Category::NetworkActivity, Category::Other];
    let management = group.of(Category::Management);
    let is_known = management > 0 || group.is_lookup() && group.of(Category::Unknown) > 0;
    if !is_known || others.iter().any(|category| group.of(*category) > 0) {
        return None;
    }
    let reason = match group.of(Category::Insight) {
        0 => "management events only",
        _ => "management events and insights only",
    };
    Some(DumpFinding::new("management-only", reason.to_owned()))
}

fn span(group: &EventGroup, zone: &Zone) -> Option<DumpFinding> {
    let (first, last) = group.range?;
    let seconds = last.seconds - first.seconds;
    if seconds <= REACH {
        return None;
    }
    let reason = format!(
        "the time range is {}, more than the 90 days of a lookup: {} to {}",
        length(seconds),
        time::to_text(first, zone),
        time::to_text(last, zone)
    );
    Some(DumpFinding::new("over-90-days", reason))
}

fn without_id(group: &EventGroup) -> Option<DumpFinding> {
    let reason = match group.without_id {
        0 => return None,
        1 => "1 event has no eventID, or a masked one".to_owned(),
        count => format!("{} events have no eventID, or a masked one", grouped(count)),
    };
    Some(DumpFinding::new("without-id", reason))
}

fn duplicates(group: &EventGroup) -> Option<DumpFinding> {
    let reason = match (group.inside, group.across) {
        (0, 0) => return None,
        (inside, 0) => format!("{} within one dump", plural(inside, "duplicate")),
        (0, across) => format!("{} of events in earlier dumps", plural(across, "duplicate")),
        (inside, across) => format!(
            "{}: {} within one dump, {} of events in earlier dumps",
            plural(inside + across, "duplicate"),
            grouped(inside),
            grouped(across)
        ),
    };
    Some(DumpFinding::new("duplicates", reason))
}

/// The streams with a time, each account and region once.
fn streams(group: &EventGroup) -> impl Iterator<Item = &RegionStream> {
    group.streams.iter().filter(|stream| stream.range.is_some())
}

fn regions(group: &EventGroup, coverage: &mut Coverage) {
    let names = names(group, |stream| stream.region.as_ref());
    let mut regions = names.keys();
    let Some(first) = regions.next() else { return };
    if names.len() == 1 {
        let reason = format!("all events are in one region, {first}");
        coverage
            .findings
            .push(DumpFinding::new("one-region", reason));
    }
    // In these partitions global services log in other regions.
    let is_other = |region: &&str| region.starts_with("cn-") || region.starts_with("us-gov-");
    if names.contains_key(HOME) || names.keys().all(is_other) {
        return;
    }
    let reason = format!("no event is in {HOME}, where global services log");
    coverage
        .findings
        .push(DumpFinding::new("no-us-east-1", reason));
    let accounts: BTreeSet<_> = streams(group).map(|stream| &stream.account).collect();
    for account in accounts {
        coverage.gaps.push(Gap {
            account: account.clone(),
            region: Some(HOME.to_owned()),
            from: group.range.map(|range| range.0),
            to: group.range.map(|range| range.1),
            ..Gap::new("no-us-east-1")
        });
    }
}

/// Regions of one account that begin later or end earlier than the others.
fn uneven_regions(group: &EventGroup, zone: &Zone, coverage: &mut Coverage) {
    let mut hulls: BTreeMap<&Option<String>, (Moment, Moment, u64)> = BTreeMap::new();
    let placed = || {
        group
            .streams
            .iter()
            .filter(|stream| stream.region.is_some())
    };
    for stream in placed() {
        if let Some((first, last)) = stream.range {
            let hull = hulls.entry(&stream.account).or_insert((first, last, 0));
            *hull = (hull.0.min(first), hull.1.max(last), hull.2 + 1);
        }
    }
    let mut different = Vec::new();
    for stream in placed() {
        let (Some((first, last)), Some(region)) = (stream.range, &stream.region) else {
            continue;
        };
        let Some((begin, end, 2..)) = hulls.get(&stream.account) else {
            continue;
        };
        if stream.events < FEW || stream.is_blurred() {
            continue;
        }
        let tolerance = TOLERANCE.max(stream.longest_pause());
        let mut sides = Vec::new();
        if first.seconds - begin.seconds > tolerance {
            sides.push((
                *begin,
                first,
                format!("begins {} later", length(first.seconds - begin.seconds)),
            ));
        }
        if end.seconds - last.seconds > tolerance {
            sides.push((
                last,
                *end,
                format!("ends {} earlier", length(end.seconds - last.seconds)),
            ));
        }
        if sides.is_empty() {
            continue;
        }
        let words: Vec<&str> = sides.iter().map(|(_, _, words)| words.as_str()).collect();
        different.push(format!("{region} {} than others", words.join(" and ")));
        for (from, to, _) in sides {
            coverage.gaps.push(Gap {
                from: Some(from),
                to: Some(to),
                ..Gap::of("region-coverage", stream)
            });
        }
    }
    let Some((first, last)) = group.range.filter(|_| !different.is_empty()) else {
        return;
    };
    let more = different.len().saturating_sub(3);
    different.truncate(3);
    let reason = format!(
        "regions cover different time ranges (all together {} to {}): {}{}",
        time::to_text(first, zone),
        time::to_text(last, zone),
        different.join("; "),
        if more > 0 {
            format!("; and {} more", plural(more as u64, "region"))
        } else {
            String::new()
        }
    );
    coverage
        .findings
        .push(DumpFinding::new("region-coverage", reason));
}

fn silences(group: &EventGroup, zone: &Zone, coverage: &mut Coverage) {
    let mut all: Vec<(&RegionStream, Pause)> = Vec::new();
    for stream in group.streams.iter() {
        all.extend(
            stream
                .silences()
                .into_iter()
                .map(|silence| (stream, silence)),
        );
    }
    // The longest ones are listed, in the order of time.
    all.sort_by_key(|(_, silence)| std::cmp::Reverse(silence.seconds()));
    let more = all.len().saturating_sub(LISTED);
    for (stream, silence) in &all {
        coverage.gaps.push(Gap {
            from: Some(silence.from),
            to: Some(silence.to),
            ..Gap::of("silence", stream)
        });
    }
    all.truncate(LISTED);
    all.sort_by_key(|(_, silence)| silence.from);
    for (nth, (stream, silence)) in all.iter().enumerate() {
        let more = match more {
            1.. if nth + 1 == all.len() => format!(" (and {} shorter ones)", grouped(more as u64)),
            _ => String::new(),
        };
        let place = match (&stream.region, &stream.account) {
            (Some(region), _) => format!(" in {region}"),
            (None, Some(account)) => format!(" of {account}"),
            (None, None) => String::new(),
        };
        let reason = format!(
            "no event{place} for {} inside a busy period, {} to {}{more}",
            length(silence.seconds()),
            time::to_text(silence.from, zone),
            time::to_text(silence.to, zone)
        );
        coverage.findings.push(DumpFinding::new("silence", reason));
    }
}
