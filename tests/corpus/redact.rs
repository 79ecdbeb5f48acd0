//! `redact` on real data and on output of real clients: no value that was found is left, and counts by fields that are not
//! redacted stay the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::shared;
use crate::support::program::{Dir, trailsift};

const BY: &str = "EventSource,EventName,awsRegion,errorCode,EventTime,EventId,eventType,ReadOnly";

/// Counts of all files below a folder, by fields that are not redacted.
fn counts(folder: &Path) -> String {
    let line = ["count", "-q", "--keep-duplicates", "--by", BY];
    let got = trailsift(line.iter().map(AsRef::as_ref).chain([folder.as_os_str()])).got();
    assert!(matches!(got.status, 0 | 3), "{}", got.err);
    got.out
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// Redacts each file in a run of its own. Returns the numbers of files that were redacted and that were refused for their
/// shape.
fn each(folder: &Path, more: &[&str]) -> (usize, usize) {
    let mut found = Vec::new();
    files(folder, &mut found);
    let dir = Dir::new();
    let (mut redacted, mut refused, mut wrong) = (0, 0, Vec::new());
    for path in found {
        let safe = dir.path("safe");
        let line = [
            "redact",
            "-q",
            "--verify",
            "--key-file",
            "tests/redact/key",
            "-o",
        ];
        let line = line
            .iter()
            .map(AsRef::as_ref)
            .chain([safe.as_os_str(), path.as_os_str()]);
        let got = trailsift(line.chain(more.iter().map(AsRef::as_ref))).got();
        if got.err.contains("convert it first") {
            refused += 1;
        } else if safe.is_file() {
            redacted += 1;
            if !matches!(got.status, 0 | 3) || more.is_empty() && counts(&path) != counts(&safe) {
                wrong.push(format!("{}: {}", path.display(), got.err));
            }
            fs::remove_file(&safe).expect("the output");
        } else if got.err.contains("--verify") || got.status != 2 {
            wrong.push(format!("{}: {}", path.display(), got.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    (redacted, refused)
}

#[test]
#[ignore = "needs ../shared/samples"]
fn every_sample_is_redacted_and_verified() {
    let (redacted, refused) = each(&shared("samples"), &[]);
    assert!(redacted > 150, "only {redacted}, and {refused} refused");
    assert!(refused > 10, "only {refused}");
    each(&shared("samples"), &["--names", "--ids"]);
}

#[test]
#[ignore = "needs ../shared/corpus"]
fn every_file_of_the_corpus_is_redacted_and_verified() {
    let (redacted, _) = each(&shared("corpus"), &[]);
    assert!(redacted > 2_000, "only {redacted}");
}

/// All files in one run, with the same pseudonyms.
#[test]
#[ignore = "needs ../shared/corpus"]
fn the_corpus_is_redacted_as_one() {
    let folders = fs::read_dir(shared("corpus")).expect("the corpus");
    let mut events: BTreeMap<bool, u64> = BTreeMap::new();
    for folder in folders.map(|it| it.expect("a folder").path()) {
        if !folder.is_dir() {
            continue;
        }
        let dir = Dir::new();
        let safe = dir.path("safe/");
        for more in [&[][..], &["--names", "--ids"]] {
            let line = ["redact", "-q", "--verify", "-o"];
            let line = line
                .iter()
                .map(AsRef::as_ref)
                .chain([safe.as_os_str(), folder.as_os_str()]);
            let got = trailsift(line.chain(more.iter().map(AsRef::as_ref))).got();
            assert!(
                !got.err.contains("--verify"),
                "{}: {}",
                folder.display(),
                got.err
            );
            if !safe.is_dir() {
                continue;
            }
            if more.is_empty() && got.status != 2 {
                assert_eq!(counts(&folder), counts(&safe), "{}", folder.display());
            }
            let total = ["count", "-q", "--keep-duplicates", "--total"];
            let total = total.iter().map(AsRef::as_ref).chain([safe.as_os_str()]);
            let total: u64 = trailsift(total).got().out.trim().parse().expect("a number");
            *events.entry(more.is_empty()).or_default() += total;
            fs::remove_dir_all(&safe).expect("the output");
        }
    }
    assert!(events.values().all(|count| *count > 30_000), "{events:?}");
}
