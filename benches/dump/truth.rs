//! The correct results for a dump, counted while it is generated, and results that are read for comparison.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twox_hash::XxHash3_64;

use super::names::RARE_KEY;
use super::record::Facts;
use super::template::Filling;

/// How often each value, or each combination of values with tabs between them, occurs.
pub type Counts = BTreeMap<String, u64>;

/// A listing, reduced to a number of rows and hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    pub rows: u64,
    /// Equal for the same rows in any order.
    pub any_order: u64,
    /// Equal for the same rows in the same order.
    pub in_order: u64,
}

impl Rows {
    /// Adds a row, without its line end.
    pub fn add(&mut self, row: &[u8]) {
        let hash = XxHash3_64::oneshot(row);
        self.rows += 1;
        self.any_order = self.any_order.wrapping_add(hash);
        self.in_order = (self.in_order.rotate_left(5) ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A task with one correct result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// How often each source and name occur.
    Calls,
    /// `userIdentity.arn`
    Arns,
    /// `sourceIPAddress`
    Addresses,
    /// `errorCode`
    Errors,
    /// Hours, and in each the principals.
    Hours,
    /// Tokyo's time, source and name of all events.
    List,
    /// Time, source and name of the events of [`RARE_KEY`].
    RareKey,
    /// All events, one per line, with the record decoded.
    Whole,
    /// A report on all events, reduced to the number of events of each service.
    Report,
}

/// The result of a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    Counts(Counts),
    Rows(Rows),
}

impl Question {
    /// The arguments of `trailsift`.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Question::Calls => &["count"],
            Question::Arns => &["count", "--by", "userIdentity.arn"],
            Question::Addresses => &["count", "--by", "sourceIPAddress"],
            Question::Errors => &["count", "--by", "errorCode"],
            Question::Hours => &["count", "--every", "1h", "--by", "principal"],
            Question::List => &["list", "--tz", "Asia/Tokyo"],
            Question::RareKey => &["list", "--key", RARE_KEY],
            Question::Whole => &["show", "--compact"],
            Question::Report => &["report", "--format", "json"],
        }
    }

    /// Reads what a program printed: for counts `number TAB values` in any order, else rows.
    ///
    /// # Errors
    /// Errors of the reader, or a line that is not a count.
    pub fn read(self, mut printed: impl BufRead) -> io::Result<Answer> {
        if self == Question::Report {
            return services(&serde_json::from_reader(printed)?);
        }
        let (mut counts, mut rows) = (Counts::new(), Rows::default());
        let is_rows = matches!(self, Question::List | Question::RareKey | Question::Whole);
        let mut line = Vec::new();
        while printed.read_until(b'\n', &mut line)? > 0 {
            let row = line.strip_suffix(b"\n").unwrap_or(&line);
            if is_rows {
                rows.add(row);
            } else {
                let (count, values) = counted(row).ok_or_else(|| {
                    let row = String::from_utf8_lossy(row);
                    let why = format!("no count and values: {row}");
                    io::Error::new(io::ErrorKind::InvalidData, why)
                })?;
                *counts.entry(values.to_owned()).or_default() += count;
            }
            line.clear();
        }
        Ok(if is_rows {
            Answer::Rows(rows)
        } else {
            Answer::Counts(counts)
        })
    }
}

/// The services of a report.
fn services(report: &Value) -> io::Result<Answer> {
    let rows = report["calls"]["services"]["rows"].as_array();
    let rows = rows.ok_or(io::Error::new(io::ErrorKind::InvalidData, "no services"))?;
    let count = |row: &Value| {
        let name = row["name"].as_str()?.to_owned();
        Some((name, row["counts"]["all"]["events"].as_u64()?))
    };
    Ok(Answer::Counts(rows.iter().filter_map(count).collect()))
}

fn counted(row: &[u8]) -> Option<(u64, &str)> {
    let (count, values) = std::str::from_utf8(row).ok()?.split_once('\t')?;
    Some((count.trim_start().parse().ok()?, values))
}

/// The first difference of two results, in words; `None` if they are equal.
pub fn difference(right: &Answer, given: &Answer, is_order_free: bool) -> Option<String> {
    match (right, given) {
        (Answer::Counts(right), Answer::Counts(given)) => {
            let all = right.keys().chain(given.keys());
            let count = |counts: &Counts, key| counts.get(key).copied().unwrap_or(0);
            let wrong = all
                .map(|key| (key, count(right, key), count(given, key)))
                .find(|(_, right, given)| right != given);
            wrong.map(|(key, right, given)| format!("{key:?}: {given} instead of {right}"))
        }
        (Answer::Rows(right), Answer::Rows(given)) if right.rows != given.rows => {
            Some(format!("{} rows instead of {}", given.rows, right.rows))
        }
        (Answer::Rows(right), Answer::Rows(given)) if right.any_order != given.any_order => {
            Some("rows that differ".to_owned())
        }
        (Answer::Rows(right), Answer::Rows(given)) => (right.in_order != given.in_order
            && !is_order_free)
            .then(|| "the right rows in another order".to_owned()),
        _ => Some("an answer of another kind".to_owned()),
    }
}

/// The correct results for a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    pub events: u64,
    calls: Counts,
    arns: Counts,
    addresses: Counts,
    errors: Counts,
    hours: Counts,
    list: Rows,
    rare_key: Rows,
    whole: Rows,
}

impl Truth {
    /// Counts one more event, whose line is `whole`.
    pub(super) fn add(&mut self, facts: &Facts, filling: &Filling, whole: &[u8]) {
        let (source, name) = (&facts.source, &facts.name);
        let one_more = |counts: &mut Counts, value: &str| match counts.get_mut(value) {
            Some(count) => *count += 1,
            None => drop(counts.insert(value.to_owned(), 1)),
        };
        self.events += 1;
        one_more(&mut self.calls, &format!("{source}\t{name}"));
        one_more(&mut self.arns, facts.arn.as_deref().unwrap_or_default());
        one_more(&mut self.addresses, &facts.address);
        one_more(&mut self.errors, facts.error.unwrap_or_default());
        let hour = format!("{}\t{}", filling.hour(), facts.principal);
        one_more(&mut self.hours, &hour);
        let row = |time: String| format!("{time}\t{source}\t{name}");
        self.list.add(row(filling.tokyo()).as_bytes());
        if facts.key.as_deref() == Some(RARE_KEY) {
            self.rare_key.add(row(filling.time()).as_bytes());
        }
        self.whole.add(whole);
    }

    pub fn answer(&self, question: Question) -> Answer {
        let counts = |counts: &Counts| Answer::Counts(counts.clone());
        let rows = |rows: &Rows| Answer::Rows(rows.clone());
        match question {
            Question::Calls => counts(&self.calls),
            Question::Arns => counts(&self.arns),
            Question::Addresses => counts(&self.addresses),
            Question::Errors => counts(&self.errors),
            Question::Hours => counts(&self.hours),
            Question::List => rows(&self.list),
            Question::RareKey => rows(&self.rare_key),
            Question::Whole => rows(&self.whole),
            Question::Report => {
                let mut services = Counts::new();
                for (call, count) in &self.calls {
                    let source = call.split('\t').next().unwrap_or_default();
                    *services.entry(source.to_owned()).or_default() += count;
                }
                Answer::Counts(services)
            }
        }
    }
}
