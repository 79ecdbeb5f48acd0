//! The dependencies between the modules of the crate: which module may use which, and which may print, read the
//! environment or contain unsafe code.
//!
//! The tests read the source text line by line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the lowest layer up, with the modules that each may use.
const MODULES: [(&str, &[&str]); 19] = [
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
        &["text", "event", "select", "render", "engine", "tally"],
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
    /// The top-level module it belongs to; empty for `lib.rs` and `main.rs`.
    module: String,
    /// The number of modules from the root of the crate to this file: 1 for `src/scan/mod.rs`.
    depth: usize,
    text: String,
}

impl Source {
    /// Numbered lines of code, without comments and documentation.
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
                module: if parts.len() > 1 { parts[0] } else { "" }.to_owned(),
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

/// The rest of the line after each occurrence of `name` as a whole word.
fn after<'l>(line: &'l str, name: &str) -> Vec<&'l str> {
    line.match_indices(name)
        .filter(|(at, _)| {
            let before = line[..*at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
        })
        .map(|(at, _)| &line[at + name.len()..])
        .collect()
}

/// The top-level modules that a line names, if the line is `depth` modules deep.
fn modules_named(line: &str, depth: usize) -> Vec<&str> {
    let mut named: Vec<&str> = after(line, "crate::").into_iter().map(word).collect();
    for mut rest in after(line, "super::") {
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
fn a_module_uses_only_modules_of_lower_layers() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources().iter().filter(|source| !source.module.is_empty()) {
        let Some((_, allowed)) = MODULES.iter().find(|(module, _)| *module == source.module) else {
            wrong.push(format!(
                "{}: a module without a row in this table",
                source.path
            ));
            continue;
        };
        let mut depth = source.depth;
        for (number, line) in source.code() {
            // Modules inside a file are its tests, and are at its end.
            if !after(line, "mod ").is_empty() && line.ends_with('{') {
                depth += 1;
            }
            for module in modules_named(line, depth) {
                if allowed.contains(&module) {
                    used.insert((source.module.clone(), module.to_owned()));
                } else if module != source.module {
                    wrong.push(format!(
                        "{}:{number}: {} must not use `{module}`",
                        source.path, source.module
                    ));
                }
            }
        }
    }
    for (module, allowed) in MODULES {
        for other in allowed {
            if !used.contains(&(module.to_owned(), (*other).to_owned())) {
                wrong.push(format!(
                    "{module} does not use {other}: remove it from this table"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_module_uses_a_higher_layer() {
    for (index, (module, allowed)) in MODULES.iter().enumerate() {
        for other in *allowed {
            let below = MODULES[..index].iter().any(|(name, _)| name == other);
            assert!(
                below,
                "{module} uses {other}, which is not above it in the table"
            );
        }
    }
}

/// The same modules in the same order, so that the documentation shows what is tested.
#[test]
fn the_table_of_the_crate_documentation_is_this_one() {
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let documented: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter_map(|row| row.trim_start_matches('[').strip_prefix('`'))
        .map(word)
        .collect();
    let tested: Vec<&str> = MODULES.iter().map(|(module, _)| *module).collect();
    assert_eq!(documented, tested);
}

/// Lines of code outside some folders that contain one of some words.
fn found_outside(folders: &[&str], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        if folders.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        for (number, line) in source.code() {
            for word in words {
                if !after(line, word).is_empty() {
                    found.push(format!("{}:{number}: {word}", source.path));
                }
            }
        }
    }
    found
}

#[test]
fn only_the_command_line_prints_exits_or_reads_the_environment() {
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
fn only_one_module_reads_the_time_zone_of_the_machine() {
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
        // The selection uses the address types of `core::net`, which cannot connect.
        "std::net",
    ];
    // A test there creates a socket, to check that a socket in a directory is not read.
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
fn only_one_module_contains_unsafe_code() {
    let found = found_outside(&["src/scan/"], &["unsafe"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_is_short_and_has_a_module_comment() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > 600 {
            wrong.push(format!("{}: {lines} lines", source.path));
        }
        let is_tests = source.path.ends_with("/tests.rs");
        if !is_tests && !source.text.starts_with("//! ") {
            wrong.push(format!("{}: has no module comment", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_forbidden_use_is_found() {
    assert_eq!(modules_named("use crate::scan::Member;", 2), ["scan"]);
    assert_eq!(modules_named("use super::scan::Member;", 1), ["scan"]);
    assert_eq!(
        modules_named("fn f(x: super::super::input::Input) {}", 2),
        ["input"]
    );
    assert_eq!(modules_named("use crate::{dump, event};", 2), [""]);
    assert!(modules_named("use super::facts::ScanFacts;", 2).is_empty());
    assert!(modules_named("use super::super::facts::ScanFacts;", 3).is_empty());
    assert!(modules_named("use trailsift_crate::scan;", 2).is_empty());
}
