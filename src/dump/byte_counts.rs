//! The result of byte accounting: how many bytes of a file are events, structure, skipped text or damage.

use super::Decoy;

/// The bytes and events of one file, or the sum over several files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteCounts {
    /// All bytes of the unpacked file.
    pub bytes: u64,
    /// Bytes of whole events.
    pub event: u64,
    /// Bytes of JSON around events.
    pub structure: u64,
    /// Bytes of text that is not JSON.
    pub skipped: u64,
    /// Bytes of events that are not whole.
    pub damaged: u64,
    /// Whole events, duplicates included.
    pub events: u64,
    /// Lists of events.
    pub lists: Lists,
}

/// How many documents of each kind a file consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// `Events`: pages of a lookup, or whole lookups.
    pub events: u64,
    /// `Records`: trail files.
    pub records: u64,
    /// `events`, `logEvents`, `results`: output of CloudWatch Logs.
    pub logs: u64,
}

impl Lists {
    fn add(&mut self, other: Lists) {
        self.events += other.events;
        self.records += other.records;
        self.logs += other.logs;
    }

    /// The number of documents of all kinds.
    pub fn total(&self) -> u64 {
        self.events + self.records + self.logs
    }
}

impl ByteCounts {
    /// Adds the counts of another file.
    pub fn add(&mut self, other: &ByteCounts) {
        self.bytes += other.bytes;
        self.event += other.event;
        self.structure += other.structure;
        self.skipped += other.skipped;
        self.damaged += other.damaged;
        self.events += other.events;
        self.lists.add(other.lists);
    }

    /// True if the four classes add up to all bytes.
    pub fn is_balanced(&self) -> bool {
        self.bytes == self.event + self.structure + self.skipped + self.damaged
    }
}

/// What a file contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// At least one whole event.
    Events,
    /// A dump without events, such as an empty lookup.
    NoEvents,
    /// Nothing but white space.
    Blank,
    /// No event, but an error message of the AWS CLI.
    ErrorText(String),
    /// Damaged events only.
    Remains,
    /// Something else.
    Foreign(Decoy),
}
