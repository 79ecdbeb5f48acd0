//! The answer of `inspect` as one document: `--format json` writes it, and the text is made from it.
//!
//! Lists contain at most [`LISTED`] names, and `count` is the number of all names. Text from dumps is stored unchanged.

use std::collections::BTreeMap;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::DumpFinding;
use super::followups::LookupCommand;
use super::group::{Category, EventGroup};
use super::names::NameTally;
use crate::time::{self, Zone};

/// The number of names that a list contains at most.
pub const LISTED: usize = 50;

/// The version of the document. It increases if a member is removed or changes its meaning.
pub const SCHEMA: u32 = 2;

/// What `trailsift inspect --format json` writes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct InspectDocument {
    /// Version of this document: 2.
    #[cfg_attr(test, schemars(extend("const" = 2)))]
    pub schema: u32,
    /// Each dump.
    pub dumps: Vec<Dump>,
    /// All dumps together.
    pub all: AllDumps,
}

/// One dump.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Dump {
    /// Its path, as typed.
    pub name: String,
    /// Its file format.
    pub format: DumpFormat,
    /// Its contents.
    #[serde(flatten)]
    pub contents: Contents,
    /// Number of events whose record is not valid JSON.
    pub unreadable_records: u64,
    /// Bytes of events that are not complete.
    pub damaged: ByteRanges,
    /// Text that is not JSON.
    pub skipped: ByteRanges,
    /// Findings, the most severe first.
    pub findings: Vec<DumpFinding>,
}

/// The file format of a dump.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DumpFormat {
    /// Short name of the shape: `lookup`, `trail`, `csv`, …
    pub shape: &'static str,
    /// The shape in words.
    pub shape_text: &'static str,
    /// Short name of the program that wrote the file: `aws-cli-1`, `jq`, …; `unknown` if nothing identifies it.
    pub writer: &'static str,
    /// The program in words.
    pub writer_text: &'static str,
    /// How the program was identified.
    pub evidence: Vec<String>,
    /// Character encoding, line ends and terminal colors.
    pub encoding: String,
    /// Size and checksum.
    #[serde(flatten)]
    pub source: FileDigest,
    /// Number of bytes after decompression.
    pub unpacked_bytes: u64,
    /// Number of JSON documents with a list of events (`Events`, `Records`, or of CloudWatch Logs). Null if the events
    /// are not in such a list.
    pub documents: Option<u64>,
}

/// Size and checksum of a file.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct FileDigest {
    /// `none`, `gzip` or `zstd`. Null if it is not known.
    pub compression: Option<&'static str>,
    /// Number of bytes of the file itself, before decompression. Null if it is not known.
    pub bytes: Option<u64>,
    /// SHA-256 of these bytes, in hexadecimal digits. Null if the file could not be read a second time, or if it changed
    /// between the two passes.
    pub sha256: Option<String>,
}

/// Bytes that are not part of an event.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ByteRanges {
    /// Number of bytes.
    pub bytes: u64,
    /// Byte offsets where the first places start, from 0, in the decompressed text.
    pub offsets: Vec<u64>,
    /// Number of places that are not in `offsets`.
    pub more: u64,
}

/// The contents of one dump, or of all dumps.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Contents {
    /// Numbers of events.
    pub events: EventCounts,
    /// Times of the events.
    pub time: Times,
    /// Accounts that received the events. If an event does not name it, the account of the caller.
    pub accounts: TopNames,
    /// Regions.
    pub regions: TopNames,
    /// Identities (`principal`).
    pub identities: TopNames,
    /// Event categories that occur.
    pub categories: Vec<NameCount>,
}

/// Numbers of events.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EventCounts {
    /// Complete events.
    pub found: u64,
    /// Events without duplicates.
    pub distinct: u64,
    /// Duplicates.
    pub duplicates: DuplicateCounts,
}

/// Numbers of duplicates.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DuplicateCounts {
    /// Duplicates of an event in the same dump.
    pub within_dump: u64,
    /// Duplicates of an event in an earlier dump.
    pub across_dumps: u64,
}

/// Times of events.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Times {
    /// Time of the earliest event, in the requested time zone.
    pub first: Option<String>,
    /// Time of the latest event.
    pub last: Option<String>,
    /// `newest first`, `oldest first` or `mixed`. Null if there are no two different times, and for all dumps together.
    pub order: Option<&'static str>,
    /// Number of events without a readable time.
    pub without: u64,
}

/// A name and its number of events.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// Number of events with this name.
    pub events: u64,
}

/// The most frequent names, at most 50.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TopNames {
    /// Number of all different names.
    pub count: u64,
    /// True if `count` is an estimate, which it is above 10,000.
    pub estimated: bool,
    /// Number of events without a name.
    pub without: u64,
    /// The names with the most events, most events first.
    pub top: Vec<NameCount>,
}

/// All dumps together.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct AllDumps {
    /// Number of dumps.
    pub dumps: u64,
    /// Files in the given directories that are not CloudTrail dumps.
    pub other_files: Vec<String>,
    /// Their contents, without duplicates.
    #[serde(flatten)]
    pub contents: Contents,
    /// Findings about all dumps together.
    pub findings: Vec<DumpFinding>,
    /// Number of findings of each severity, including those of the single dumps.
    pub severities: BTreeMap<&'static str, u64>,
    /// The lookups that fetch missing events.
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
            top: listed
                .map(|(name, events)| NameCount {
                    name: name.to_owned(),
                    events,
                })
                .collect(),
        }
    }
}

impl Contents {
    /// The totals of a group of events.
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
                    within_dump: group.inside,
                    across_dumps: group.across,
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
