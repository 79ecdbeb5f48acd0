//! All that is told, as one document: what `--format json` writes and what the screens show.
//!
//! Lists are shortened, and say how much longer they are. Text from dumps stands here as it is.
//!
//! Not for: how a screen looks (`cli`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::DumpFinding;
use super::followups::LookupCommand;
use super::group::{Category, EventGroup};
use super::names::NameTally;
use crate::time::{self, Zone};

/// Names that are listed, of however many there are.
pub const LISTED: usize = 50;

/// The number of this layout; it changes when a member changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Everything.
#[derive(Clone, Debug, Serialize)]
pub struct InspectDocument {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Each dump.
    pub dumps: Vec<Dump>,
    /// All of them together.
    pub all: AllDumps,
}

/// One dump.
#[derive(Clone, Debug, Serialize)]
pub struct Dump {
    /// As typed.
    pub name: String,
    /// What it is.
    pub format: DumpFormat,
    /// What is in it.
    #[serde(flatten)]
    pub contents: Contents,
    /// Events with a record that is no valid JSON.
    pub record_unreadable: u64,
    /// Bytes of events that are not whole.
    pub damaged: ByteRanges,
    /// Text that is no JSON.
    pub skipped: ByteRanges,
    /// What one must know about it, the gravest first.
    pub findings: Vec<DumpFinding>,
}

/// What a dump is.
#[derive(Clone, Debug, Serialize)]
pub struct DumpFormat {
    /// What lies in the file.
    pub shape: &'static str,
    /// The same in words.
    pub shape_text: &'static str,
    /// The program that wrote it, as far as can be told.
    pub writer: &'static str,
    /// The same in words.
    pub writer_text: &'static str,
    /// What tells that.
    pub evidence: Vec<String>,
    /// How its characters are spelled.
    pub encoding: String,
    /// The bytes of the file.
    #[serde(flatten)]
    pub source: FileDigest,
    /// Bytes of the unpacked text.
    pub unpacked_bytes: u64,
    /// Lists of events in it, `Events`, `Records` or those of CloudWatch Logs; `null` where events lie in none.
    pub documents: Option<u64>,
}

/// The bytes of a file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileDigest {
    /// `none`, `gzip` or `zstd`; `null` where that is not known.
    pub compression: Option<&'static str>,
    /// How many, packed where they are packed; `null` where that is not known.
    pub bytes: Option<u64>,
    /// Their SHA-256; `null` where they could not be read once more as they were.
    pub sha256: Option<String>,
}

/// Bytes that are no part of any event, and where.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ByteRanges {
    /// How many.
    pub bytes: u64,
    /// Where the first ones begin, in the unpacked text.
    pub places: Vec<u64>,
    /// How many more places there are.
    pub more: u64,
}

/// What is in a dump, or in all.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contents {
    /// How many events.
    pub events: EventCounts,
    /// From when to when.
    pub time: Times,
    /// The accounts that received the events, else the callers'.
    pub accounts: TopNames,
    /// The regions of the calls.
    pub regions: TopNames,
    /// Who acted: `principal`.
    pub identities: TopNames,
    /// Categories that occur.
    pub categories: Vec<NameCount>,
}

/// Counts of events.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct EventCounts {
    /// Whole events.
    pub found: u64,
    /// Without those that were there before, in the dump, or in any dump.
    pub distinct: u64,
    /// Of those that were there before.
    pub duplicates: DuplicateCounts,
}

/// Events that were there before.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct DuplicateCounts {
    /// In the same dump.
    pub inside: u64,
    /// In another dump.
    pub across: u64,
}

/// Times of events.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Times {
    /// The earliest, in the zone that was asked for.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
    /// `newest first`, `oldest first` or `mixed`; `null` where there are not two times, and of several dumps.
    pub order: Option<&'static str>,
    /// Events without a time that can be read.
    pub without: u64,
}

/// A name and the events that have it.
#[derive(Clone, Debug, Serialize)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// How many events.
    pub events: u64,
}

/// A list, most events first, of at most [`LISTED`] names.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TopNames {
    /// How many names there are.
    pub count: u64,
    /// Whether that is an estimate.
    pub estimated: bool,
    /// Events without any.
    pub without: u64,
    /// The first of them.
    pub listed: Vec<NameCount>,
}

/// All dumps together.
#[derive(Clone, Debug, Serialize)]
pub struct AllDumps {
    /// How many there are.
    pub dumps: u64,
    /// Files in directories that are no dumps.
    pub not_dumps: Vec<String>,
    /// What is in them.
    #[serde(flatten)]
    pub contents: Contents,
    /// What their events tell together.
    pub findings: Vec<DumpFinding>,
    /// How many findings there are of each severity, those of the dumps included.
    pub severities: BTreeMap<&'static str, u64>,
    /// The lookups that would fill the gaps.
    pub commands: Vec<LookupCommand>,
}

impl TopNames {
    fn of(names: &NameTally, without: u64) -> TopNames {
        let (count, estimated) = names.count();
        let listed = names.sorted().into_iter().take(LISTED);
        TopNames {
            count,
            estimated,
            without,
            listed: listed
                .map(|(name, events)| NameCount {
                    name: name.to_owned(),
                    events,
                })
                .collect(),
        }
    }
}

impl Contents {
    /// What a group of events comes to.
    pub(super) fn of(group: &EventGroup, zone: &Zone) -> Contents {
        let (mut accounts, mut regions) = (NameTally::default(), NameTally::default());
        let (mut homeless, mut nowhere) = (group.streams.beyond, group.streams.beyond);
        for stream in group.streams.iter() {
            match &stream.account {
                Some(account) => accounts.add(account, stream.events),
                None => homeless += stream.events,
            }
            match &stream.region {
                Some(region) => regions.add(region, stream.events),
                None => nowhere += stream.events,
            }
        }
        let categories = Category::ALL.iter();
        Contents {
            events: EventCounts {
                found: group.found,
                distinct: group.distinct,
                duplicates: DuplicateCounts {
                    inside: group.inside,
                    across: group.across,
                },
            },
            time: Times {
                first: group.range.map(|(first, _)| time::to_text(first, zone)),
                last: group.range.map(|(_, last)| time::to_text(last, zone)),
                order: group.order().map(|order| order.name()),
                without: group.without_time,
            },
            accounts: TopNames::of(&accounts, homeless),
            regions: TopNames::of(&regions, nowhere),
            identities: TopNames::of(&group.who, group.nobody),
            categories: categories
                .filter(|(category, _)| group.of(*category) > 0)
                .map(|(category, name)| NameCount {
                    name: (*name).to_owned(),
                    events: group.of(*category),
                })
                .collect(),
        }
    }
}
