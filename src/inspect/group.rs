//! Totals over the events of one dump, or of all dumps.

use super::common_value::CommonValue;
use super::names::NameTally;
use super::streams::StreamTable;
use crate::time::Moment;

/// The category of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// A call that manages something.
    Management,
    /// A call on data: object reads, function invocations.
    Data,
    /// A call through a VPC endpoint.
    NetworkActivity,
    /// An unusual rate of calls or errors.
    Insight,
    /// Another category.
    Other,
    /// The event has no category.
    Unknown,
}

impl Category {
    /// All of them, with their names.
    pub const ALL: [(Category, &str); 6] = [
        (Category::Management, "Management"),
        (Category::Data, "Data"),
        (Category::NetworkActivity, "NetworkActivity"),
        (Category::Insight, "Insight"),
        (Category::Other, "other"),
        (Category::Unknown, "not said"),
    ];

    pub(super) fn of(text: &str) -> Category {
        let known = Category::ALL[..4].iter().find(|(_, name)| *name == text);
        known.map_or(Category::Other, |(category, _)| *category)
    }
}

/// The order of the times in a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// None goes up, as a lookup writes them.
    NewestFirst,
    /// None goes down.
    OldestFirst,
    /// Up and down.
    Mixed,
}

impl Order {
    /// The words for it.
    pub const fn name(self) -> &'static str {
        match self {
            Order::NewestFirst => "newest first",
            Order::OldestFirst => "oldest first",
            Order::Mixed => "mixed",
        }
    }
}

/// Facts that do not depend on duplicates.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// Entries of a lookup.
    pub lookup: u64,
    /// Records.
    pub records: u64,
    /// Records in strings.
    pub strings: u64,
    /// How envelopes spell their times, by [`super::Spelling`].
    pub spellings: [u64; 6],
    /// Values that all events share, in the order of [`Kinds::ATTRIBUTES`].
    pub shared: [CommonValue; 5],
    /// Events whose envelope and record disagree on the time.
    pub disagreeing: u64,
    /// The first of these, and by how many seconds the envelope is later.
    pub first_disagreeing: Option<(u64, i64)>,
    /// Whether all of these are off by as much.
    pub is_one_difference: bool,
}

impl Kinds {
    /// Names of lookup attributes, as `--lookup-attributes` takes them.
    pub const ATTRIBUTES: [&str; 5] = [
        "AccessKeyId",
        "Username",
        "EventSource",
        "EventName",
        "ReadOnly",
    ];

    /// Compares the times of an envelope and its record; a fraction of a second that one of them lacks is no
    /// difference.
    pub(super) fn compare(&mut self, envelope: Moment, record: Moment, at: u64) {
        if envelope.seconds == record.seconds {
            return;
        }
        let by = envelope.seconds - record.seconds;
        self.is_one_difference = self
            .first_disagreeing
            .is_none_or(|(_, known)| known == by && self.is_one_difference);
        self.disagreeing += 1;
        self.first_disagreeing.get_or_insert((at, by));
    }

    /// Adds others. Offsets stay those of the first.
    pub(super) fn merge(&mut self, other: &Kinds) {
        self.lookup += other.lookup;
        self.records += other.records;
        self.strings += other.strings;
        for (mine, theirs) in self.spellings.iter_mut().zip(other.spellings) {
            *mine += theirs;
        }
        for (mine, theirs) in self.shared.iter_mut().zip(&other.shared) {
            mine.merge(theirs);
        }
        if let Some((at, by)) = other.first_disagreeing {
            self.is_one_difference = match self.first_disagreeing {
                None => other.is_one_difference,
                Some((_, known)) => {
                    known == by && self.is_one_difference && other.is_one_difference
                }
            };
            self.first_disagreeing.get_or_insert((at, by));
        }
        self.disagreeing += other.disagreeing;
    }
}

/// The events of one dump, or of all.
#[derive(Clone, Debug, Default)]
pub struct EventGroup {
    /// Whole events.
    pub found: u64,
    /// Events that are not duplicates of earlier ones; for one dump, within it.
    pub distinct: u64,
    /// Duplicates of earlier events in the same dump.
    pub inside: u64,
    /// Duplicates of events in an earlier dump.
    pub across: u64,
    /// Events without an id, or with a masked one.
    pub without_id: u64,
    /// Events without a time that can be read.
    pub without_time: u64,
    /// The earliest and the latest time.
    pub range: Option<(Moment, Moment)>,
    /// The time of the first event that has one, in the order of the file.
    pub first_in_file: Option<Moment>,
    /// The time of the last one.
    pub last_in_file: Option<Moment>,
    ups: u64,
    downs: u64,
    /// Accounts and regions.
    pub streams: StreamTable,
    /// Identities.
    pub who: NameTally,
    /// Events without an identity.
    pub nobody: u64,
    /// Events of each category, by [`Category`].
    pub categories: [u64; 6],
    /// Facts that do not depend on duplicates.
    pub kinds: Kinds,
}

impl EventGroup {
    /// The order of the times; `None` if all are equal.
    pub fn order(&self) -> Option<Order> {
        match (self.ups, self.downs) {
            (0, 0) => None,
            (0, _) => Some(Order::NewestFirst),
            (_, 0) => Some(Order::OldestFirst),
            _ => Some(Order::Mixed),
        }
    }

    /// Adds the time of the next event in the file.
    pub(super) fn follow(&mut self, time: Option<Moment>) {
        let Some(time) = time else { return };
        if let Some(before) = self.last_in_file {
            self.ups += u64::from(time > before);
            self.downs += u64::from(time < before);
        }
        self.first_in_file.get_or_insert(time);
        self.last_in_file = Some(time);
    }

    /// Adds an event that is not a duplicate.
    pub(super) fn add(
        &mut self,
        time: Option<Moment>,
        stream: Option<usize>,
        who: Option<&str>,
        category: Category,
    ) {
        self.distinct += 1;
        match time {
            None => self.without_time += 1,
            Some(time) => {
                self.range = Some(match self.range {
                    None => (time, time),
                    Some((first, last)) => (first.min(time), last.max(time)),
                });
            }
        }
        self.streams.add(stream, time);
        match who {
            Some(who) => self.who.add(who, 1),
            None => self.nobody += 1,
        }
        self.categories[category as usize] += 1;
    }

    /// True if the events come from a lookup. Records without envelopes do not show this.
    pub fn is_lookup(&self) -> bool {
        self.kinds.lookup + self.kinds.strings > 0
    }

    /// Events of a category.
    pub fn of(&self, category: Category) -> u64 {
        self.categories[category as usize]
    }
}
