//! The house stands as the crate documentation draws it: who may use whom, who may touch the outside.
//!
//! Judged from the source text, line by line. Not for: what the rooms do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the ground up, with the rooms each may use.
const ROOMS: [(&str, &[&str]); 19] = [
    ("text", &[]),
    ("time", &[]),
    ("scan", &[]),
    ("input", &[]),
    ("event", &["text", "time", "scan"]),
    ("transcode", &["text", "time", "scan", "event"]),
    ("dump", &["text", "time", "scan", "event", "transcode"]),
    ("select", &["text", "time", "event"]),
    ("render", &["text"]),
    (
        "engine",
        &["time", "input", "event", "transcode", "dump", "select"],
    ),
    ("tally", &["text", "time", "event", "engine"]),
    ("sessions", &["text", "time", "event", "select", "engine"]),
    ("rows", &["text", "time", "event", "render", "engine"]),
    ("convert", &["text", "time", "event", "render", "engine"]),
    (
        "inspect",
        &[
            "text",
            "time",
            "event",
            "transcode",
            "dump",
            "engine",
            "tally",
        ],
    ),
    ("redact", &["text"]),
    (
        "report",
        &[
            "text", "time", "event", "dump", "select", "render", "engine", "tally", "sessions",
            "inspect",
        ],
    ),
    (
        "check",
        &[
            "text", "event", "dump", "select", "render", "engine", "tally",
        ],
    ),
    (
        "cli",
        &[
            "text",
            "time",
            "input",
            "event",
            "transcode",
            "dump",
            "select",
            "render",
            "engine",
            "tally",
            "sessions",
            "rows",
            "convert",
            "inspect",
            "redact",
            "report",
            "check",
        ],
    ),
];

/// A file of `src/`.
struct Source {
    path: String,
    /// The room it belongs to; empty for `lib.rs` and `main.rs`.
    room: String,
    /// Modules it lies below, itself included: 1 for `src/room/mod.rs`.
    depth: usize,
    text: String,
}

impl Source {
    /// Lines of code with their numbers: no comments, no documentation.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines
            .map(|(number, line)| (number + 1, line.split(" // ").next().unwrap_or_default()))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "src/ was not found");
    paths
        .into_iter()
        .map(|path| {
            let inner = path.strip_prefix(&src).expect("below src");
            let inner = inner.to_str().expect("UTF-8").to_owned();
            let parts: Vec<&str> = inner.split('/').collect();
            let is_mod = parts.last() == Some(&"mod.rs");
            Source {
                room: if parts.len() > 1 { parts[0] } else { "" }.to_owned(),
                depth: parts.len() - usize::from(is_mod),
                text: fs::read_to_string(&path).expect("a source file"),
                path: format!("src/{inner}"),
            }
        })
        .collect()
}

/// The word at the start of a text.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// What follows each place in a line where `name` stands as a word of its own.
fn behind<'l>(line: &'l str, name: &str) -> Vec<&'l str> {
    line.match_indices(name)
        .filter(|(at, _)| {
            let before = line[..*at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
        })
        .map(|(at, _)| &line[at + name.len()..])
        .collect()
}

/// The rooms that a line of a file names, when the line stands `depth` modules deep.
fn rooms_named(line: &str, depth: usize) -> Vec<&str> {
    let mut named: Vec<&str> = behind(line, "crate::").into_iter().map(word).collect();
    for mut rest in behind(line, "super::") {
        let mut up = 1;
        while let Some(further) = rest.strip_prefix("super::") {
            rest = further;
            up += 1;
        }
        if up >= depth {
            named.push(word(rest));
        }
    }
    named
}

#[test]
fn a_room_uses_only_the_rooms_below_it() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources().iter().filter(|source| !source.room.is_empty()) {
        let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == source.room) else {
            wrong.push(format!("{}: a room without a row here", source.path));
            continue;
        };
        let mut depth = source.depth;
        for (number, line) in source.code() {
            // Modules inside a file are its tests, and stand at its end.
            if !behind(line, "mod ").is_empty() && line.ends_with('{') {
                depth += 1;
            }
            for room in rooms_named(line, depth) {
                if allowed.contains(&room) {
                    used.insert((source.room.clone(), room.to_owned()));
                } else if room != source.room {
                    wrong.push(format!(
                        "{}:{number}: {} must not use `{room}`",
                        source.path, source.room
                    ));
                }
            }
        }
    }
    for (room, allowed) in ROOMS {
        for other in allowed {
            if !used.contains(&(room.to_owned(), (*other).to_owned())) {
                wrong.push(format!("{room} may use {other}, and does not: say so"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_arrow_turns_round() {
    for (place, (room, allowed)) in ROOMS.iter().enumerate() {
        for other in *allowed {
            let below = ROOMS[..place].iter().any(|(name, _)| name == other);
            assert!(
                below,
                "{room} uses {other}, which is not further down in the table"
            );
        }
    }
}

/// The same rooms in the same order, so that what is drawn is what is tested.
#[test]
fn the_table_of_the_crate_documentation_is_this_one() {
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let drawn: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter_map(|row| row.trim_start_matches('[').strip_prefix('`'))
        .map(word)
        .collect();
    let tested: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(drawn, tested);
}

/// Lines of code outside some folders that hold one of some words.
fn found_outside(folders: &[&str], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        if folders.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        for (number, line) in source.code() {
            for word in words {
                if !behind(line, word).is_empty() {
                    found.push(format!("{}:{number}: {word}", source.path));
                }
            }
        }
    }
    found
}

#[test]
fn only_the_command_line_prints_exits_or_asks_the_environment() {
    let words = [
        "clap",
        "env::",
        "std::env",
        "stdout",
        "stderr",
        "print!",
        "println!",
        "eprint!",
        "eprintln!",
        "dbg!",
        "process::exit",
        "process::abort",
        "is_terminal",
        "terminal_size",
        "indicatif",
        "ctrlc",
    ];
    let found = found_outside(&["src/cli/"], &words);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// `TZ` is read by chrono, for `--tz local` alone.
#[test]
fn the_zone_of_the_machine_is_asked_for_in_one_room() {
    let found = found_outside(&["src/time/"], &["chrono::Local", "Local::"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_opens_a_connection() {
    let words = [
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "UnixListener",
        "UnixDatagram",
        "ToSocketAddrs",
        // Addresses are those of `core::net`.
        "std::net",
    ];
    // A test there binds a socket, to see that one in a directory is not read.
    let found = found_outside(&["src/input/discover/tests.rs"], &words);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    let deny = fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let banned = deny.split("{ crate = \"").skip(1);
    let banned: Vec<&str> = banned.filter_map(|rest| rest.split('"').next()).collect();
    for package in ["reqwest", "hyper", "tokio", "socket2", "aws-config"] {
        assert!(banned.contains(&package), "{package} is banned");
    }
    for package in banned {
        assert!(
            !lock.contains(&format!("name = \"{package}\"\n")),
            "{package} can open connections"
        );
    }
}

#[test]
fn unsafe_code_stands_in_one_room_if_anywhere() {
    let found = found_outside(&["src/scan/"], &["unsafe"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > 600 {
            wrong.push(format!("{}: {lines} lines", source.path));
        }
        let is_tests = source.path.ends_with("/tests.rs");
        if !is_tests && !source.text.starts_with("//! ") {
            wrong.push(format!("{}: does not say what it is for", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_arrow_is_seen() {
    assert_eq!(rooms_named("use crate::scan::Member;", 2), ["scan"]);
    assert_eq!(rooms_named("use super::scan::Member;", 1), ["scan"]);
    assert_eq!(
        rooms_named("fn f(x: super::super::input::Input) {}", 2),
        ["input"]
    );
    assert_eq!(rooms_named("use crate::{dump, event};", 2), [""]);
    assert!(rooms_named("use super::piece::Piece;", 2).is_empty());
    assert!(rooms_named("use super::super::piece::Piece;", 3).is_empty());
    assert!(rooms_named("use trailsift_crate::scan;", 2).is_empty());
}
