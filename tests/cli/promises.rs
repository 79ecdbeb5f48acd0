//! The promises of the guide: the program writes only requested files.
//!
//! `layers` tests that there is no network code.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::support::program::Dir;
use crate::support::records::events;
use crate::support::shapes;

type State = (u64, i64, i64);

/// Everything below a folder, with its size and its times of change.
fn state(folder: &Path, into: &mut BTreeMap<PathBuf, State>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let meta = path.symlink_metadata().expect("there");
        if meta.is_dir() {
            state(&path, into);
        }
        into.insert(path, (meta.len(), meta.mtime_nsec(), meta.ctime_nsec()));
    }
}

#[test]
fn only_requested_files_are_written() {
    let dir = Dir::new();
    for folder in ["home/.config", "home/.cache", "tmp", "run"] {
        std::fs::create_dir_all(dir.path(folder)).expect("a folder");
    }
    dir.write("dump", shapes::cli(&events(930, 20), shapes::seconds));
    let before = || {
        let mut all = BTreeMap::new();
        state(dir.0.path(), &mut all);
        all
    };
    let path = |name: &str| dir.path(name).to_string_lossy().into_owned();
    let run = |line: &str| {
        dir.run(line.split(' '))
            .env("HOME", &path("home"))
            .env("XDG_CONFIG_HOME", &path("home/.config"))
            .env("XDG_CACHE_HOME", &path("home/.cache"))
            .env("XDG_RUNTIME_DIR", &path("run"))
            .env("TMPDIR", &path("tmp"))
            .got()
    };
    let empty = before();
    for line in [
        "list dump",
        "list --sort EventTime --last 1h dump",
        "count --every 1h --stats dump",
        "count --key AKIANOTHERE dump",
        "show dump",
        "show --at dump:9",
        "fields dump",
        "inspect --commands dump",
        "count --explain dump",
        "man count",
        "completions bash",
        "--help",
        "nosuch",
    ] {
        run(line);
        assert_eq!(before(), empty, "{line}");
    }
    run("list -o rows --manifest kept dump").ends(0);
    let names: Vec<_> = dir.names();
    assert_eq!(names, ["dump", "home", "kept", "rows", "run", "tmp"]);
    for folder in ["home/.config", "home/.cache", "tmp", "run"] {
        assert_eq!(std::fs::read_dir(dir.path(folder)).unwrap().count(), 0);
    }
}

/// The pager is the only one.
#[test]
fn no_other_process_is_started() {
    let mut starting = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).expect("source text");
                let words = ["process::Command", "process::{"];
                if words.iter().any(|word| text.contains(word)) {
                    starting.push(path);
                }
            }
        }
    }
    let pager = Path::new("src/cli/output/pager.rs");
    assert_eq!(starting.len(), 1, "{starting:?}");
    assert!(starting[0].ends_with(pager), "{starting:?}");
}
