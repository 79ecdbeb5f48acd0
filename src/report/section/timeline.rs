//! Section 7: hours of weekdays, the time line, and gaps. Not for: drawing them.

use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

use super::ModelBuilder;
use crate::report::command::{all, quoted};
use crate::report::count::KeyCount;
use crate::report::model::{HourOfWeek, TimeGap, TimeSection, TimeStep};
use crate::report::observe::KeyKind;
use crate::time::Moment;

/// Within so many seconds the time line has minutes, and up to so many days hours.
const SECONDS_OF_MINUTES: i64 = 3 * 3600;
const DAYS_OF_HOURS: i64 = 4;

/// Maximum number of listed silences, and the minimum length of one, in seconds: a fraction of the range, and an hour.
const SILENCES: usize = 5;
const SHORTEST: i64 = 3600;
const FRACTION: i64 = 20;

/// A local date and hour with its events.
struct Local<'c> {
    text: &'c str,
    date: NaiveDate,
    hour: u8,
    count: &'c KeyCount,
}

impl ModelBuilder<'_> {
    pub(super) fn timeline(&self) -> TimeSection {
        let hours = self.aggregate.of(KeyKind::Hours).iter();
        let mut hours: Vec<Local<'_>> = hours
            .filter_map(|(texts, count)| {
                Some(Local {
                    text: texts.first()?,
                    date: texts.first()?.parse().ok()?,
                    hour: texts.get(1)?.parse().ok()?,
                    count,
                })
            })
            .collect();
        hours.sort_by_key(|local| (local.date, local.hour));
        let mut when = TimeSection {
            hours_of_week: self.heat(&hours),
            without_time: self.aggregate.timeless,
            step: "day",
            ..TimeSection::default()
        };
        let (Some(first), Some(last)) = (hours.first(), hours.last()) else {
            return when;
        };
        when.gaps = self.gaps(&hours);
        if self.is_short() {
            self.by_minute(&mut when);
            return when;
        }
        let days = (last.date - first.date).num_days();
        let by_hour = days < DAYS_OF_HOURS;
        let mut line: BTreeMap<u64, (String, String, KeyCount)> = BTreeMap::new();
        for local in &hours {
            let day = (local.date - first.date).num_days() as u64;
            let is_day = is_date(local.text);
            let (place, at, condition) = if by_hour {
                let hour = u64::from(local.hour);
                let place = (day * 24 + hour).saturating_sub(u64::from(first.hour));
                let condition = all(&[is_day, is_hour(local.hour)]);
                (
                    place,
                    format!("{} {:02}", local.text, local.hour),
                    condition,
                )
            } else {
                (day, local.text.to_owned(), is_day)
            };
            let step = line.entry(place);
            let step = step.or_insert_with(|| (at, condition, KeyCount::default()));
            step.2.merge(local.count);
        }
        when.step = if by_hour { "hour" } else { "day" };
        when.steps = line.keys().next_back().map_or(0, |place| place + 1);
        let steps = line.into_iter();
        when.rows = steps
            .map(|(place, (at, condition, count))| TimeStep {
                start: at,
                index: place,
                events: self.total(&count, &condition),
            })
            .collect();
        when
    }

    /// Whether all of it lies within a short while.
    fn is_short(&self) -> bool {
        let KeyCount { first, last, .. } = &self.aggregate.all;
        let ends = first.zip(*last);
        ends.is_some_and(|(first, last)| last.seconds - first.seconds < SECONDS_OF_MINUTES)
    }

    /// A time line of minutes.
    fn by_minute(&self, when: &mut TimeSection) {
        let minutes = self.aggregate.of(KeyKind::Minutes).iter();
        let mut minutes: Vec<(i64, &KeyCount)> = minutes
            .filter_map(|(texts, count)| Some((texts.first()?.parse().ok()?, count)))
            .collect();
        minutes.sort_by_key(|(minute, _)| *minute);
        let Some(&(first, _)) = minutes.first() else {
            return;
        };
        let start = |minute: i64| Moment {
            seconds: minute * 60,
            nanos: 0,
        };
        when.step = "minute";
        when.steps = minutes
            .last()
            .map_or(0, |(last, _)| (last - first) as u64 + 1);
        when.rows = minutes
            .iter()
            .map(|(minute, count)| {
                let typed = |minute| quoted(&start(minute).to_string());
                let (from, until) = (typed(*minute), typed(minute + 1));
                let condition = format!("EventTime >= {from} and EventTime < {until}");
                TimeStep {
                    start: self.time(start(*minute)),
                    index: (minute - first) as u64,
                    events: self.total(count, &condition),
                }
            })
            .collect();
    }

    fn heat(&self, hours: &[Local<'_>]) -> Vec<HourOfWeek> {
        let mut cells: BTreeMap<(u8, u8), (Vec<String>, KeyCount)> = BTreeMap::new();
        for local in hours {
            let weekday = local.date.weekday().num_days_from_monday() as u8;
            let cell = cells.entry((weekday, local.hour)).or_default();
            cell.0.push(quoted(local.text));
            cell.1.merge(local.count);
        }
        let cells = cells.into_iter();
        cells
            .map(|((weekday, hour), (dates, count))| {
                let dates = format!("date in ({})", dates.join(", "));
                HourOfWeek {
                    weekday,
                    hour,
                    events: self.total(&count, &all(&[dates, is_hour(hour)])),
                }
            })
            .collect()
    }

    fn gaps(&self, hours: &[Local<'_>]) -> Vec<TimeGap> {
        let mut spans: Vec<(Moment, Moment)> = hours
            .iter()
            .filter_map(|local| Some((local.count.first?, local.count.last?)))
            .collect();
        spans.sort_unstable();
        let (Some(first), Some(last)) = (spans.first(), spans.iter().map(|span| span.1).max())
        else {
            return Vec::new();
        };
        let least = SHORTEST.max((last.seconds - first.0.seconds) / FRACTION);
        let mut found = Vec::new();
        let mut so_far = first.1;
        for (start, end) in &spans {
            let seconds = start.seconds - so_far.seconds;
            if seconds >= least {
                found.push((seconds, so_far, *start));
            }
            so_far = so_far.max(*end);
        }
        found.sort_by_key(|(seconds, after, _)| (-seconds, *after));
        found.truncate(SILENCES);
        found.sort_by_key(|(_, after, _)| *after);
        let found = found.into_iter();
        found
            .map(|(seconds, after, before)| TimeGap {
                from: self.time(after),
                to: self.time(before),
                seconds,
            })
            .collect()
    }
}

fn is_date(text: &str) -> String {
    format!("date = {}", quoted(text))
}

fn is_hour(hour: u8) -> String {
    format!("hour = '{hour:02}'")
}
