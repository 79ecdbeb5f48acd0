//! The list of all test files: a description, the number of whole events, and the exit
//! status of `trailsift count FILE`. `tests/expected.tsv`, `tests/fixtures.md` and
//! `tests/data/README.md` are written from it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of whole dumps, relative to the project's root.
pub const FIXTURES: &str = "fixtures";
/// The folder of damaged, foreign and hostile files.
pub const DATA: &str = "tests/data";

/// The exit status of `trailsift count FILE`, with its reason in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All of it read: 0.
    Whole,
    /// All events are read, with other text around them: 0.
    SkippedText,
    /// All events read, and the dump says that more exist: 0, with a warning.
    Incomplete,
    /// Read, but without events: 0, with a note.
    NoEvents,
    /// Every envelope is whole, one nested record is not: 0 if the command does not read records.
    RecordUnreadable,
    /// Every event is whole, one contains bytes that are not UTF-8: 0, with a warning.
    NotUtf8,
    /// Part of it is lost: 3.
    Damaged,
    /// Not CloudTrail: 2.
    Foreign,
    /// CloudTrail, in a shape that is not read: 2.
    OtherShape,
    /// Nothing in it: 2.
    Empty,
    /// Only an error message of the client: 2.
    ErrorText,
}

impl Fate {
    /// The exit status.
    pub fn status(self) -> u8 {
        match self {
            Fate::Whole
            | Fate::SkippedText
            | Fate::Incomplete
            | Fate::NoEvents
            | Fate::RecordUnreadable
            | Fate::NotUtf8 => 0,
            Fate::Foreign | Fate::OtherShape | Fate::Empty | Fate::ErrorText => 2,
            Fate::Damaged => 3,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Fate::Whole => "whole",
            Fate::SkippedText => "skipped-text",
            Fate::Incomplete => "incomplete",
            Fate::NoEvents => "no-events",
            Fate::NotUtf8 => "not-utf8",
            Fate::RecordUnreadable => "record-unreadable",
            Fate::Damaged => "damaged",
            Fate::Foreign => "foreign",
            Fate::OtherShape => "other-shape",
            Fate::Empty => "empty",
            Fate::ErrorText => "error-text",
        }
    }
}

/// One test file.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From the project's root, with `/`.
    pub path: String,
    /// Whole events found, duplicates among them.
    pub events: usize,
    /// How many of these are duplicates of an earlier one in the file.
    pub duplicates: usize,
    pub fate: Fate,
    pub about: String,
}

/// The files of a project, as they are made.
#[derive(Debug)]
pub struct Ledger {
    root: PathBuf,
    entries: Vec<Entry>,
}

impl Ledger {
    pub fn new(root: &Path) -> Ledger {
        Ledger {
            root: root.to_owned(),
            entries: Vec::new(),
        }
    }

    /// Writes a whole dump into `fixtures/`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn fixture(
        &mut self,
        name: &str,
        bytes: impl AsRef<[u8]>,
        events: usize,
        about: &str,
    ) -> io::Result<()> {
        self.put(
            FIXTURES,
            name,
            bytes.as_ref(),
            events,
            0,
            Fate::Whole,
            about,
        )
    }

    /// Writes a file into `tests/data/`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn data(
        &mut self,
        name: &str,
        bytes: impl AsRef<[u8]>,
        events: usize,
        fate: Fate,
        about: &str,
    ) -> io::Result<()> {
        self.put(DATA, name, bytes.as_ref(), events, 0, fate, about)
    }

    /// Sets the number of duplicates in the last file.
    pub fn with_duplicates(&mut self, duplicates: usize) {
        if let Some(entry) = self.entries.last_mut() {
            entry.duplicates = duplicates;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "two short forms call it")]
    fn put(
        &mut self,
        folder: &str,
        name: &str,
        bytes: &[u8],
        events: usize,
        duplicates: usize,
        fate: Fate,
        about: &str,
    ) -> io::Result<()> {
        let path = format!("{folder}/{name}");
        let target = self.root.join(&path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(target, bytes)?;
        let about = about.to_owned();
        self.entries.push(Entry {
            path,
            events,
            duplicates,
            fate,
            about,
        });
        Ok(())
    }

    /// Writes the three lists, and fails if the folders contain an unknown file.
    ///
    /// # Errors
    /// Where a list cannot be written, or a file is not in it.
    pub fn close(mut self) -> io::Result<()> {
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        let mut expected = "path\tevents\tduplicates\tstatus\twhy\n".to_owned();
        for entry in &self.entries {
            let Entry {
                path,
                events,
                duplicates,
                fate,
                ..
            } = entry;
            let _ = writeln!(
                expected,
                "{path}\t{events}\t{duplicates}\t{}\t{}",
                fate.status(),
                fate.word()
            );
        }
        std::fs::write(self.root.join("tests/expected.tsv"), expected)?;
        let fixtures = "# Fixtures\n\nWhole dumps, generated from seeds by the ignored test `make_fixtures`. No event occurs in two of them.\n\n";
        std::fs::write(
            self.root.join("tests/fixtures.md"),
            fixtures.to_owned() + &self.table(FIXTURES),
        )?;
        let data = "# Damaged, foreign and hostile files\n\nGenerated from seeds by the ignored test `make_fixtures`. `events` is the number of whole events;\n`status` is the exit status of `trailsift count FILE`.\n\n";
        std::fs::write(
            self.root.join(DATA).join("README.md"),
            data.to_owned() + &self.table(DATA),
        )?;
        let known: BTreeSet<&str> = self
            .entries
            .iter()
            .map(|entry| entry.path.as_str())
            .collect();
        match files(&self.root)?
            .iter()
            .find(|file| !known.contains(file.as_str()))
        {
            Some(stray) => Err(io::Error::other(format!(
                "{stray}: no longer made; remove it"
            ))),
            None => Ok(()),
        }
    }

    fn table(&self, folder: &str) -> String {
        let mut table =
            "| file | events | status | what it is |\n| --- | --- | --- | --- |\n".to_owned();
        for entry in &self.entries {
            if let Some(name) = entry
                .path
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
            {
                let (events, status, word) = (entry.events, entry.fate.status(), entry.fate.word());
                let _ = writeln!(
                    table,
                    "| `{name}` | {events} | {status} {word} | {} |",
                    entry.about.replace('|', "\\|")
                );
            }
        }
        table
    }
}

/// All test files below a root, but the README, sorted.
///
/// # Errors
/// Where a folder cannot be read.
pub fn files(root: &Path) -> io::Result<Vec<String>> {
    let (mut folders, mut found) = (vec![FIXTURES.to_owned(), DATA.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => folders.push(path),
                false if path == format!("{DATA}/README.md") => {}
                false => found.push(path),
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_expected_and_every_expected_file_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let expected = std::fs::read_to_string(root.join("tests/expected.tsv")).unwrap();
        let expected: Vec<&str> = expected
            .lines()
            .skip(1)
            .filter_map(|line| line.split('\t').next())
            .collect();
        assert_eq!(files(root).unwrap(), expected);
    }

    #[test]
    #[ignore = "rewrites fixtures/ and tests/data/; needs the AWS CLI 1 and 2, boto3, jq, gzip, zstd"]
    fn make_fixtures() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut ledger = Ledger::new(root);
        super::super::fixtures::make(&mut ledger).unwrap();
        super::super::data::make(&mut ledger).unwrap();
        ledger.close().unwrap();
    }
}
