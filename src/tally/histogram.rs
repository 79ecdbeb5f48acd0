//! A histogram over time: counts per time span, with the index of each span in the whole period.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::Group;
use crate::time::{Interval, Moment, Zone};

/// The most spans that are enumerated. A longer period is divided by the length of its first span.
const COUNTED: usize = 100_000;

/// The counts over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// The start of the first span with events.
    pub first: Moment,
    /// The start of the last.
    pub last: Moment,
    /// The number of spans from the first to the last, including empty ones.
    pub spans: u64,
    /// The counts of each combination of fields, by descending total, then by text.
    pub series: Vec<Series>,
    /// The number of further combinations, and the sum of their counts.
    pub others: Option<(u64, Series)>,
    /// The number of events without a time, which are not counted above.
    pub timeless: u64,
}

/// The counts of one combination of fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The texts of the fields.
    pub texts: Vec<String>,
    /// The number of events in all spans.
    pub total: u64,
    /// The spans with events, in order.
    pub counts: Vec<Bin>,
}

/// A span of time that has events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Its index: 0 is the first span of the period.
    pub span: u64,
    /// Its start.
    pub start: Moment,
    /// The number of its events.
    pub count: u64,
}

impl Series {
    /// The span with the highest count, the earliest of several.
    pub fn highest(&self) -> Option<&Bin> {
        self.counts.iter().rev().max_by_key(|counted| counted.count)
    }

    fn add(&mut self, counted: Bin) {
        self.total += counted.count;
        self.counts.push(counted);
    }
}

impl Histogram {
    /// Makes a histogram of groups, with a series for each of the first `most` combinations. `groups` must be in the order of
    /// [`Groups::into_groups`](super::Groups::into_groups). `None` if no group has a time.
    pub fn new(groups: &[Group], every: &Interval, zone: &Zone, most: usize) -> Option<Histogram> {
        let timed = || {
            let timed = groups.iter();
            timed.filter_map(|group| Some((group.bucket?, group)))
        };
        let (first, last) = (timed().next()?.0, timed().next_back()?.0);
        let axis = Axis::new(first, last, every, zone);
        let mut numbers: HashMap<&[String], usize> = HashMap::new();
        let mut series: Vec<Series> = Vec::new();
        for (bucket, group) in timed() {
            let number = *numbers.entry(&group.texts).or_insert_with(|| {
                series.push(Series {
                    texts: group.texts.clone(),
                    ..Series::default()
                });
                series.len() - 1
            });
            series[number].add(Bin {
                span: axis.place(bucket),
                start: bucket,
                count: group.count,
            });
        }
        series.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.texts.cmp(&b.texts)));
        let rest = series.split_off(most.min(series.len()));
        let others = (!rest.is_empty()).then(|| {
            let mut sums: BTreeMap<u64, Bin> = BTreeMap::new();
            for counted in rest.iter().flat_map(|series| &series.counts) {
                let sum = sums.entry(counted.span).or_insert(Bin {
                    count: 0,
                    ..*counted
                });
                sum.count += counted.count;
            }
            let mut all = Series::default();
            sums.into_values().for_each(|counted| all.add(counted));
            (rest.len() as u64, all)
        });
        let timeless = groups.iter().filter(|group| group.bucket.is_none());
        Some(Histogram {
            first,
            last,
            spans: axis.place(last) + 1,
            series,
            others,
            timeless: timeless.map(|group| group.count).sum(),
        })
    }
}

/// The spans of a period.
enum Axis {
    /// The start of each span.
    Counted(Vec<Moment>),
    /// The start of the first span, and the length of a span in seconds.
    Divided(Moment, i64),
}

impl Axis {
    fn new(first: Moment, last: Moment, every: &Interval, zone: &Zone) -> Axis {
        let mut starts = vec![first];
        let mut at = first;
        while at < last {
            at = every.next(at, zone);
            if starts.len() == COUNTED {
                let length = every.next(first, zone).seconds - first.seconds;
                return Axis::Divided(first, length.max(1));
            }
            starts.push(at);
        }
        Axis::Counted(starts)
    }

    fn place(&self, bucket: Moment) -> u64 {
        match self {
            Axis::Counted(starts) => starts.partition_point(|start| *start < bucket) as u64,
            Axis::Divided(first, length) => {
                let place = bucket.seconds.saturating_sub(first.seconds) / length;
                u64::try_from(place).unwrap_or(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(n: i64) -> Moment {
        Moment {
            seconds: n * 3600,
            nanos: 0,
        }
    }

    fn counts(series: &Series) -> Vec<(u64, u64)> {
        let counts = series.counts.iter();
        counts
            .map(|counted| (counted.span, counted.count))
            .collect()
    }

    fn group(bucket: Option<Moment>, name: &str, count: u64) -> Group {
        Group {
            bucket,
            texts: vec![name.to_owned()],
            count,
            ..Group::default()
        }
    }

    fn histogram(groups: &[Group], every: &str, most: usize) -> Option<Histogram> {
        Histogram::new(groups, &Interval::parse(every).unwrap(), &Zone::Utc, most)
    }

    #[test]
    fn spans_without_events_have_an_index_and_no_count() {
        let groups = [
            group(Some(hour(10)), "b", 2),
            group(Some(hour(10)), "a", 1),
            group(Some(hour(12)), "a", 1),
            group(Some(hour(15)), "c", 7),
            group(None, "a", 5),
        ];
        let histogram = histogram(&groups, "1h", 2).unwrap();
        assert_eq!(
            (histogram.first, histogram.last, histogram.spans),
            (hour(10), hour(15), 6)
        );
        let named: Vec<_> = histogram
            .series
            .iter()
            .map(|series| (series.texts[0].as_str(), series.total, counts(series)))
            .collect();
        assert_eq!(
            named,
            [("c", 7, vec![(5, 7)]), ("a", 2, vec![(0, 1), (2, 1)])]
        );
        assert_eq!(
            histogram.series[1].highest().map(|it| it.start),
            Some(hour(10))
        );
        let (groups, others) = histogram.others.unwrap();
        assert_eq!(
            (groups, others.total, counts(&others)),
            (1, 2, vec![(0, 2)])
        );
        assert_eq!(histogram.timeless, 5);
    }

    #[test]
    fn there_is_no_histogram_without_times() {
        assert_eq!(histogram(&[], "1h", 1), None);
        assert_eq!(histogram(&[group(None, "a", 1)], "1h", 1), None);
        let alone = histogram(&[group(Some(hour(0)), "a", 1)], "1h", 1).unwrap();
        assert_eq!((alone.spans, alone.others), (1, None));
    }

    #[test]
    fn a_day_is_one_span_even_if_it_has_23_hours() {
        let zone = Zone::parse("America/New_York").unwrap();
        let every = Interval::parse("1d").unwrap();
        let mut at = every.bucket(hour(24 * 19_780), &zone);
        let mut groups = Vec::new();
        for nth in 0..400 {
            groups.push(group(Some(at), "a", nth));
            at = every.next(at, &zone);
        }
        let histogram = Histogram::new(&groups, &every, &zone, 1).unwrap();
        let expected: Vec<_> = (0..400).map(|nth| (nth, nth)).collect();
        assert_eq!(
            (histogram.spans, counts(&histogram.series[0])),
            (400, expected)
        );
    }

    #[test]
    fn a_period_of_very_many_spans_is_divided() {
        let groups = [
            group(Some(hour(0)), "a", 1),
            group(Some(hour(24 * 365)), "a", 1),
            group(Some(hour(24 * 365 * 50)), "a", 1),
        ];
        let histogram = histogram(&groups, "1m", 1).unwrap();
        let year = 365 * 24 * 60;
        assert_eq!(histogram.spans, 50 * year + 1);
        assert_eq!(
            counts(&histogram.series[0]),
            [(0, 1), (year, 1), (50 * year, 1)]
        );
    }
}
