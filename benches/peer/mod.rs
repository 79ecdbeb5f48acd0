//! Other installed programs that can do some of the same tasks.

mod bound;
mod jq;
mod sql;

use std::io;
use std::process::{Command, Stdio};

pub use bound::bounds;

use crate::dump::truth::Question;
use crate::harness::race::is_there;
use crate::harness::store::Dump;

/// Whether a dump is one lookup dump or a folder of compressed trail files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Lookup,
    Trail,
}

/// The part of a peer's result that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// All of it, rows in the order of the dump.
    Answer,
    /// All of it, in any order.
    AnyOrder,
    /// Only the number of events.
    Events,
    /// Nothing: it reads no events.
    Nothing,
}

/// The kind of a peer.
#[derive(Clone, Debug)]
enum Program {
    /// jq, or a program that accepts its filters.
    Jq(&'static str),
    DuckDb(Engine),
    ClickHouse(Engine),
}

/// A database as its own program, or as a module of some Python.
#[derive(Clone, Debug)]
enum Engine {
    Own,
    Python(String),
}

/// A program that was found.
pub struct Peer {
    /// With its version.
    pub name: String,
    program: Program,
}

impl Peer {
    /// The command for a task, if the program can do it.
    pub fn command(&self, question: Question, kind: Kind, dump: &Dump) -> Option<Command> {
        match &self.program {
            Program::Jq(program) => jq::command(program, question, kind, dump),
            Program::DuckDb(engine) => {
                sql::duckdb(question, kind, dump).map(|query| engine.duckdb(&query))
            }
            Program::ClickHouse(engine) => {
                sql::clickhouse(question, kind, dump).map(|query| engine.clickhouse(&query))
            }
        }
    }

    pub fn check(&self) -> Check {
        match self.program {
            Program::Jq(_) => Check::Answer,
            Program::DuckDb(_) | Program::ClickHouse(_) => Check::AnyOrder,
        }
    }
}

impl Engine {
    fn duckdb(&self, query: &str) -> Command {
        match self {
            Engine::Own => command("duckdb", ["-c", query]),
            Engine::Python(python) => {
                let script = "import duckdb, sys; duckdb.execute(sys.argv[1])";
                command(python, ["-c", script, query])
            }
        }
    }

    fn clickhouse(&self, query: &str) -> Command {
        match self {
            Engine::Own => command(
                "clickhouse",
                ["local", "--format", "TabSeparatedRaw", "--query", query],
            ),
            Engine::Python(python) => {
                let script = "import chdb, sys; \
                    sys.stdout.buffer.write(chdb.query(sys.argv[1], 'TabSeparatedRaw').bytes())";
                command(python, ["-c", script, query])
            }
        }
    }
}

fn command<'a>(program: &str, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The installed programs, and the names of the missing ones.
pub fn find() -> io::Result<(Vec<Peer>, Vec<&'static str>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in ["jq", "jaq"] {
        match version(command(name, ["--version"])) {
            Some(version) => found.push(Peer {
                name: named(name, &version),
                program: Program::Jq(name),
            }),
            None => missing.push(name),
        }
    }
    match engine("duckdb", "duckdb") {
        Some((name, engine)) => found.push(Peer {
            name,
            program: Program::DuckDb(engine),
        }),
        None => missing.push("duckdb"),
    }
    match engine("clickhouse", "chdb") {
        Some((name, engine)) => found.push(Peer {
            name,
            program: Program::ClickHouse(engine),
        }),
        None => missing.push("clickhouse (or chdb)"),
    }
    missing.extend(
        ["wc", "rq", "gzip"]
            .into_iter()
            .filter(|name| !is_there(name)),
    );
    Ok((found, missing))
}

/// A program of this name, otherwise the first Python with the module.
fn engine(program: &str, module: &str) -> Option<(String, Engine)> {
    if let Some(version) = version(command(program, ["--version"])) {
        return Some((named(program, &version), Engine::Own));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|folder| {
        let python = folder.join("python3").to_str()?.to_owned();
        let script = format!("import {module}; print({module}.__version__)");
        let version = version(command(&python, ["-c", &script]))?;
        Some((named(module, &version), Engine::Python(python)))
    })
}

/// The version text of a program, if it can be run.
fn version(mut command: Command) -> Option<String> {
    let said = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    said.status.success().then(|| text.trim().to_owned())
}

/// A name and the number of a version.
fn named(name: &str, said: &str) -> String {
    let mut words = said.split([' ', '-', '\n']);
    let is_number = |word: &&str| {
        word.trim_start_matches('v')
            .starts_with(|c: char| c.is_ascii_digit())
    };
    let number = words.find(is_number).unwrap_or_default();
    format!("{name} {}", number.trim_start_matches('v'))
}
