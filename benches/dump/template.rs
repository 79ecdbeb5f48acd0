//! The text of an event with gaps for its ids and its time, filled by copying.

use chrono::{DateTime, FixedOffset};
use memchr::memmem;

use super::record::{EVENT_ID, REQUEST_ID, TIME};

/// The time of the first event of every dump, 2024-05-31T00:00:00Z; the other events are older.
const NEWEST: i64 = 1_717_113_600;

/// The values for the gaps of one event.
pub struct Filling {
    event_id: String,
    request_id: String,
    /// In UTC, without the zone.
    time: String,
    /// In seconds.
    instant: i64,
}

impl Filling {
    /// The values of the nth event: two events in three seconds, backwards in time, with unique ids.
    pub fn of(nth: u64) -> Filling {
        let ago = i64::try_from(nth * 3 / 2).expect("fewer events than seconds");
        let instant = NEWEST - ago;
        Filling {
            event_id: uuid(mixed(nth), mixed(nth ^ (1 << 63))),
            request_id: uuid(mixed(nth ^ (1 << 62)), mixed(nth ^ (1 << 61))),
            time: formatted(instant, 0, "%Y-%m-%dT%H:%M:%S"),
            instant,
        }
    }

    /// RFC 3339 in UTC.
    pub fn time(&self) -> String {
        format!("{}Z", self.time)
    }

    /// The hour of the event, RFC 3339 in UTC.
    pub fn hour(&self) -> String {
        format!("{}:00:00Z", &self.time[..13])
    }

    /// RFC 3339 in the zone of Tokyo.
    pub fn tokyo(&self) -> String {
        formatted(self.instant, 9 * 3600, "%Y-%m-%dT%H:%M:%S%:z")
    }
}

fn formatted(instant: i64, offset: i32, format: &str) -> String {
    let zone = FixedOffset::east_opt(offset).expect("less than a day");
    let time = DateTime::from_timestamp(instant, 0).expect("a year of four digits");
    time.with_timezone(&zone).format(format).to_string()
}

/// SplitMix64's finish: different for different numbers.
fn mixed(mut number: u64) -> u64 {
    number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn uuid(high: u64, low: u64) -> String {
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xffff);
    let (d, e) = (low >> 48, low & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
}

enum Gap {
    EventId,
    RequestId,
    Time,
}

/// A text with gaps.
pub struct GappedText {
    text: Vec<u8>,
    gaps: Vec<(usize, Gap)>,
}

impl GappedText {
    pub fn new(text: String) -> GappedText {
        let text = text.into_bytes();
        let mut gaps = Vec::new();
        for at in memmem::find_iter(&text, EVENT_ID) {
            gaps.push((at, Gap::EventId));
        }
        for at in memmem::find_iter(&text, REQUEST_ID) {
            gaps.push((at, Gap::RequestId));
        }
        for at in memmem::find_iter(&text, TIME) {
            gaps.push((at, Gap::Time));
        }
        GappedText { text, gaps }
    }

    /// Appends the text with its gaps filled.
    pub fn pour(&self, filling: &Filling, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.text);
        for (at, gap) in &self.gaps {
            let value = match gap {
                Gap::EventId => &filling.event_id,
                Gap::RequestId => &filling.request_id,
                Gap::Time => &filling.time,
            };
            out[start + at..start + at + value.len()].copy_from_slice(value.as_bytes());
        }
    }
}
