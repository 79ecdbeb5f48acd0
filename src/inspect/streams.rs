//! Streams: the events of one account in one region, which one lookup covers. Counts them per hour, and finds
//! silences.
//!
//! `coverage` compares streams with each other.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::time::Moment;

/// A shorter pause is not a silence, because short pauses are normal.
pub const SILENCE: i64 = 3 * HOUR;

/// The time that is examined before and after a silence.
const SIDE: i64 = 24;

/// This many of four hours before and after a silence must have events. This is more than in a working day, so that
/// nights and weekends are not silences; it is usual in an account with jobs around the clock.
const BUSY: i64 = 3;

/// The number of events that must be expected in a silence, at the rate before and after it. If calls are independent,
/// such a pause occurs less than once in 100,000 pauses (e^-12).
const LACKED: i64 = 12;

/// Maximum number of streams of one dump; events of further streams are only counted.
const MOST_STREAMS: usize = 10_000;

/// Maximum number of hours in all streams of one dump; a stream beyond it is not searched for silences.
const MOST_HOURS: usize = 400_000;

pub(super) const HOUR: i64 = 3600;

/// The events of an hour.
#[derive(Clone, Copy, Debug)]
struct Bin {
    first: Moment,
    last: Moment,
    events: i64,
}

/// One account in one region.
#[derive(Clone, Debug)]
pub struct RegionStream {
    /// The account that received the events, else the caller's.
    pub account: Option<String>,
    /// The region of the calls.
    pub region: Option<String>,
    /// The number of events.
    pub events: u64,
    /// The times of the first and of the last, if any can be read.
    pub range: Option<(Moment, Moment)>,
    hours: BTreeMap<i64, Bin>,
    /// Whether hours are missing because of the maximum.
    is_blurred: bool,
}

/// A period without events in a busy stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The last event before it.
    pub from: Moment,
    /// The first event after it.
    pub to: Moment,
}

impl Pause {
    /// Its length.
    pub fn seconds(&self) -> i64 {
        self.to.seconds - self.from.seconds
    }
}

impl RegionStream {
    fn new(account: Option<&str>, region: Option<&str>) -> RegionStream {
        RegionStream {
            account: account.map(str::to_owned),
            region: region.map(str::to_owned),
            events: 0,
            range: None,
            hours: BTreeMap::new(),
            is_blurred: false,
        }
    }

    /// True when its times are too scattered to be searched for silences.
    pub fn is_blurred(&self) -> bool {
        self.is_blurred
    }

    /// The longest time between two events, of an hour at least.
    pub fn longest_pause(&self) -> i64 {
        let pauses = self.pauses().map(|(_, _, pause)| pause.seconds());
        pauses.max().unwrap_or_default()
    }

    /// Pairs of successive hours with events, and the time between them.
    fn pauses(&self) -> impl Iterator<Item = (i64, i64, Pause)> {
        let next = self.hours.iter().skip(1);
        self.hours
            .iter()
            .zip(next)
            .map(|((a, before), (b, after))| {
                let pause = Pause {
                    from: before.last,
                    to: after.first,
                };
                (*a, *b, pause)
            })
    }

    /// The silences inside busy periods, in order of time: pauses of [`SILENCE`] or more, with events in three
    /// of four hours of the day before and of the day after, and so many events that twelve would be expected in the
    /// pause. If the stream begins or ends within that day, the available part must be twice as long as the
    /// silence.
    pub fn silences(&self) -> Vec<Pause> {
        if self.is_blurred {
            return Vec::new();
        }
        let hours: Vec<i64> = self.hours.keys().copied().collect();
        let (Some(first), Some(last)) = (hours.first(), hours.last()) else {
            return Vec::new();
        };
        let mut sums = vec![0];
        for bin in self.hours.values() {
            sums.push(sums[sums.len() - 1] + bin.events);
        }
        // Hours, and events in them, of a side that is busy.
        let busy = |from: i64, to: i64, pause: i64| {
            let length = to - from + 1;
            let (begin, end) = (
                hours.partition_point(|hour| *hour < from),
                hours.partition_point(|hour| *hour <= to),
            );
            let is_busy = 4 * (end - begin) as i64 >= BUSY * length;
            let is_long = length >= SIDE.min(2 * pause);
            (is_long && is_busy).then(|| (length, sums[end] - sums[begin]))
        };
        let is_silence = |(before, after, pause): &(i64, i64, Pause)| {
            let seconds = pause.seconds();
            let long = seconds.div_euclid(HOUR) + i64::from(seconds.rem_euclid(HOUR) > 0);
            if seconds < SILENCE {
                return false;
            }
            let before = busy((before - SIDE + 1).max(*first), *before, long);
            let after = busy(*after, (after + SIDE - 1).min(*last), long);
            let (Some((a, some)), Some((b, more))) = (before, after) else {
                return false;
            };
            (some + more) * seconds >= LACKED * (a + b) * HOUR
        };
        let silences = self.pauses().filter(is_silence);
        silences.map(|(_, _, pause)| pause).collect()
    }

    /// Adds an event. Returns true if it added an hour.
    fn add(&mut self, time: Moment, may_grow: bool) -> bool {
        self.range = Some(match self.range {
            None => (time, time),
            Some((first, last)) => (first.min(time), last.max(time)),
        });
        let hour = time.seconds.div_euclid(HOUR);
        if let Some(bin) = self.hours.get_mut(&hour) {
            bin.first = bin.first.min(time);
            bin.last = bin.last.max(time);
            bin.events += 1;
            return false;
        }
        if !may_grow {
            self.is_blurred = true;
            return false;
        }
        let bin = Bin {
            first: time,
            last: time,
            events: 1,
        };
        self.hours.insert(hour, bin);
        true
    }
}

/// All streams of a dump.
#[derive(Clone, Debug, Default)]
pub struct StreamTable {
    streams: Vec<RegionStream>,
    numbers: HashMap<String, usize>,
    hours: usize,
    /// Events in streams beyond the maximum.
    pub beyond: u64,
}

/// The key of a stream: account and region, separated by NUL, which neither contains in CloudTrail's events.
pub(super) fn name(account: Option<&str>, region: Option<&str>, into: &mut String) {
    into.clear();
    into.push_str(account.unwrap_or_default());
    into.push('\0');
    into.push_str(region.unwrap_or_default());
}

fn parts(name: &str) -> (Option<&str>, Option<&str>) {
    let (account, region) = name.split_once('\0').unwrap_or((name, ""));
    let some = |text: &'_ str| !text.is_empty();
    (
        Some(account).filter(|text| some(text)),
        Some(region).filter(|text| some(text)),
    )
}

impl StreamTable {
    /// The number of a stream; `None` if there are too many.
    pub fn number(&mut self, name: &str) -> Option<usize> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        if self.streams.len() == MOST_STREAMS {
            return None;
        }
        let (account, region) = parts(name);
        self.streams.push(RegionStream::new(account, region));
        self.numbers.insert(name.to_owned(), self.streams.len() - 1);
        Some(self.streams.len() - 1)
    }

    /// Adds an event to a stream.
    pub fn add(&mut self, number: Option<usize>, time: Option<Moment>) {
        let Some(stream) = number.and_then(|number| self.streams.get_mut(number)) else {
            self.beyond += 1;
            return;
        };
        stream.events += 1;
        if let Some(time) = time {
            let may_grow = self.hours < MOST_HOURS;
            self.hours += usize::from(stream.add(time, may_grow));
        }
    }

    /// The streams, in the order of their first events.
    pub fn iter(&self) -> impl Iterator<Item = &RegionStream> {
        self.streams.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream with some events at the beginning of each of these hours.
    fn stream(hours: impl IntoIterator<Item = i64>, events: usize) -> RegionStream {
        let mut streams = StreamTable::default();
        let number = streams.number("1\0r");
        for hour in hours.into_iter().flat_map(|hour| vec![hour; events]) {
            streams.add(
                number,
                Moment::new(1_718_000_000 / HOUR * HOUR + hour * HOUR, 0),
            );
        }
        streams.streams.remove(0)
    }

    fn silences(hours: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let stream = stream(hours, 5);
        stream
            .silences()
            .iter()
            .map(|s| s.seconds() / HOUR)
            .collect()
    }

    #[test]
    fn a_hole_in_what_runs_around_the_clock_is_a_silence() {
        assert_eq!(silences((0..48).chain(52..100)), [5]);
        // A silence of any length.
        assert_eq!(silences((0..48).chain(500..548)), [453]);
        assert_eq!(silences((0..48).chain(52..100).chain(104..150)), [5, 5]);
        // Also in a single day, if there is enough of it.
        assert_eq!(silences((0..10).chain(13..24)), [4]);
        // In any order of the events.
        assert_eq!(silences((52..100).rev().chain((0..48).rev())), [5]);
    }

    #[test]
    fn nights_weekends_and_short_pauses_are_none() {
        let office = (0..28).filter(|day| day % 7 < 5);
        let office = office.flat_map(|day| (9..19).map(move |hour| day * 24 + hour));
        let cases: [(&str, Vec<i64>); 8] = [
            ("no pause", (0..100).collect()),
            ("two hours", (0..48).chain(49..100).collect()),
            ("working hours", office.clone().collect()),
            ("two days of them", office.take(20).collect()),
            ("too little around it", (0..3).chain(9..12).collect()),
            ("never busy", (0..40).step_by(4).collect()),
            ("nothing", Vec::new()),
            ("one event", vec![1]),
        ];
        for (what, hours) in cases {
            let found = silences(hours);
            assert!(found.is_empty(), "{what}: {found:?}");
        }
    }

    #[test]
    fn a_pause_that_chance_would_leave_is_none() {
        let hole = |events| stream((0..48).chain(52..100), events).silences().len();
        assert_eq!((hole(1), hole(2), hole(3)), (0, 0, 1));
        let day = stream((0..48).chain(72..120), 1).silences();
        assert_eq!(day.len(), 1, "a day without is more than chance");
    }

    #[test]
    fn the_ends_of_a_silence_are_the_events_around_it() {
        let mut streams = StreamTable::default();
        let number = streams.number("1\0r");
        let at = |hour: i64, second: i64| Moment::new(hour * HOUR + second, 7).unwrap();
        for hour in (0..30).chain(35..70) {
            for second in [100, 200, 300, 3000] {
                streams.add(number, Some(at(hour, second)));
            }
        }
        let silences = streams.streams[0].silences();
        let expected = Pause {
            from: at(29, 3000),
            to: at(35, 100),
        };
        assert_eq!(silences, [expected]);
        assert_eq!(streams.streams[0].longest_pause(), expected.seconds());
    }

    #[test]
    fn times_scattered_over_ages_take_bounded_memory_and_are_not_judged() {
        let mut streams = StreamTable::default();
        let number = streams.number("1\0r");
        for i in 0..(MOST_HOURS as i64 + 10) {
            streams.add(number, Moment::new(i * 4 * HOUR, 0));
        }
        assert_eq!(streams.hours, MOST_HOURS);
        assert!(streams.streams[0].is_blurred());
        assert_eq!(streams.streams[0].events, MOST_HOURS as u64 + 10);
    }
}
