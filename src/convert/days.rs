//! Writes trail files as CloudTrail delivers them to S3: one for each account, region and day (UTC).
//!
//! `AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`, with
//! `CloudTrail-Insight` for Insights events ("CloudTrail log file name format" and "Finding your CloudTrail log files" in
//! the CloudTrail user guide). The minute is that of the newest event. The unique part is a hash of the content, so the same
//! events in the same order give the same names.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::shape::{Document, TargetShape};
use crate::event::{Event, MemberName};
use crate::text::Text;
use crate::time::{Moment, Zone, write_date, write_hour};

/// A folder in which files are created.
pub trait Folder {
    /// A file that is being written.
    type File: Write;

    /// Creates a file for this folder, a relative path.
    ///
    /// # Errors
    /// Errors of the file system.
    fn create(&mut self, folder: &Path) -> io::Result<Self::File>;

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// Errors of the file system.
    fn put(&mut self, file: Self::File, folder: &Path, name: &str) -> io::Result<()>;
}

/// The folder of an event, except for the day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LogPlace {
    account: String,
    region: String,
    is_insight: bool,
}

/// Name of the folder if the record does not contain the account or the region.
const UNKNOWN: &str = "unknown";

/// Longest folder name, in characters.
const LONGEST: usize = 64;

impl LogPlace {
    pub(super) fn of(event: &Event<'_>) -> LogPlace {
        let text = |key| event.record_member(key).and_then(|node| node.some_text());
        let recipient = text(const { MemberName::named("recipientAccountId") });
        let identity = || event.identity()?.account_id;
        let category = text(const { MemberName::named("eventCategory") });
        let kind = text(const { MemberName::named("eventType") });
        let is = |text: Option<Text<'_>>, name| text.is_some_and(|text| text.eq_str(name));
        LogPlace {
            account: folder(recipient.or_else(identity)),
            region: folder(text(const { MemberName::named("awsRegion") })),
            is_insight: is(category, "Insight") || is(kind, "AwsCloudTrailInsight"),
        }
    }

    /// True if both the account and the region are known.
    pub(super) fn is_known(&self) -> bool {
        self.account != UNKNOWN && self.region != UNKNOWN
    }

    fn kind(&self) -> &'static str {
        if self.is_insight {
            "CloudTrail-Insight"
        } else {
            "CloudTrail"
        }
    }

    fn folder(&self, day: Option<&str>) -> PathBuf {
        let day = day.map_or_else(|| UNDATED.to_owned(), |day| day.replace('-', "/"));
        ["AWSLogs", &self.account, self.kind(), &self.region, &day]
            .iter()
            .collect()
    }

    fn name(&self, newest: Option<Moment>, unique: &str) -> String {
        let stamp = newest.map_or_else(|| UNDATED.to_owned(), stamp);
        let (account, kind, region) = (&self.account, self.kind(), &self.region);
        format!("{account}_{kind}_{region}_{stamp}_{unique}.json.gz")
    }
}

/// Folder of events without a time, in place of the day.
const UNDATED: &str = "undated";

/// A folder name made from text of an event, which may be hostile: only letters, digits and `-`, which replaces every other
/// character, so that the path cannot leave the output folder.
fn folder(text: Option<Text<'_>>) -> String {
    let Some(text) = text else {
        return UNKNOWN.to_owned();
    };
    let harmless = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    text.to_str().chars().take(LONGEST).map(harmless).collect()
}

fn day(moment: Moment) -> String {
    let mut day = Vec::new();
    write_date(moment, &Zone::Utc, &mut day);
    String::from_utf8_lossy(&day).into_owned()
}

/// The time as in `20240610T0005Z`.
fn stamp(moment: Moment) -> String {
    let mut hour = Vec::new();
    write_hour(moment, &Zone::Utc, &mut hour);
    let minute = moment.seconds.rem_euclid(3600) / 60;
    let day = day(moment).replace('-', "");
    format!("{day}T{}{minute:02}Z", String::from_utf8_lossy(&hour))
}

/// Computes the hash of everything that is written.
struct Hashing<W> {
    hash: Sha256,
    out: W,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Sixteen letters and digits of a hash, as in file names of CloudTrail.
fn unique(hash: &[u8]) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let some = hash.first_chunk().copied().unwrap_or_default();
    let mut number = u128::from_be_bytes(some);
    let digits = (0..16).map(|_| {
        let digit = DIGITS[(number % 62) as usize];
        number /= 62;
        char::from(digit)
    });
    digits.collect()
}

/// The file that is being written.
struct Open<F: Write> {
    place: usize,
    day: Option<String>,
    folder: PathBuf,
    newest: Option<Moment>,
    document: Document<Hashing<GzEncoder<F>>>,
}

/// Writes the files per day, one after the other.
pub(super) struct DayFiles<'f, F: Folder> {
    folder: &'f mut F,
    places: Vec<LogPlace>,
    open: Option<Open<F::File>>,
    files: u64,
}

impl<'f, F: Folder> DayFiles<'f, F> {
    pub(super) fn new(folder: &'f mut F, places: Vec<LogPlace>) -> Self {
        DayFiles {
            folder,
            places,
            open: None,
            files: 0,
        }
    }

    /// Begins a record. Records of a place must be consecutive, the oldest first.
    pub(super) fn begin(&mut self, place: usize, time: Option<Moment>) -> io::Result<()> {
        let day = time.map(day);
        let is_here = |open: &Open<F::File>| open.place == place && open.day == day;
        if !self.open.as_ref().is_some_and(is_here) {
            self.close()?;
            let folder = self.places[place].folder(day.as_deref());
            let file = self.folder.create(&folder)?;
            // The gzip header has no name and no time, so that the same events give the same bytes.
            let packed = GzEncoder::new(file, flate2::Compression::default());
            let hashing = Hashing {
                hash: Sha256::new(),
                out: packed,
            };
            self.open = Some(Open {
                place,
                day,
                folder,
                newest: time,
                document: Document::open(TargetShape::Records, hashing)?,
            });
        }
        if let Some(open) = &mut self.open {
            open.newest = time;
            open.document.next()?;
        }
        Ok(())
    }

    pub(super) fn more(&mut self, part: &[u8]) -> io::Result<()> {
        match &mut self.open {
            Some(open) => open.document.write(part),
            None => Ok(()),
        }
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let hashing = open.document.close()?;
        let file = hashing.out.finish()?;
        let unique = unique(&hashing.hash.finalize());
        let name = self.places[open.place].name(open.newest, &unique);
        self.files += 1;
        self.folder.put(file, &open.folder, &name)
    }

    /// Completes the last file and returns the number of files.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.close()?;
        Ok(self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_event_can_leave_the_folder() {
        for (given, expected) in [
            ("../../etc", "------etc"),
            ("us-east-1", "us-east-1"),
            ("/", "-"),
            ("a\0b", "a-b"),
            ("\u{e9}", "-"),
        ] {
            assert_eq!(folder(Some(Text::raw(given.as_bytes()))), expected);
        }
        let long = "9".repeat(1000);
        assert_eq!(folder(Some(Text::raw(long.as_bytes()))).len(), LONGEST);
        assert_eq!(folder(None), UNKNOWN);
    }

    #[test]
    fn file_names_are_those_of_the_user_guide() {
        let place = LogPlace {
            account: "111122223333".into(),
            region: "us-east-2".into(),
            is_insight: false,
        };
        let time = Moment::new(1_438_395_000, 0).unwrap();
        let unique = unique(&Sha256::digest(b"{\"Records\":[]}"));
        assert_eq!(unique.len(), 16);
        assert_eq!(
            place.folder(Some(&day(time))),
            Path::new("AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/01")
        );
        assert_eq!(
            place.name(Some(time), "Mu0KsOhtH1ar15ZZ"),
            "111122223333_CloudTrail_us-east-2_20150801T0210Z_Mu0KsOhtH1ar15ZZ.json.gz"
        );
    }
}
