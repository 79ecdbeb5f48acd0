//! `trailsift man`: the manual pages.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::{Args, Command, ValueHint};
use clap_mangen::Man;

use super::setup::usage;
use super::status::Status;
use super::{Failure, help};

/// Print the manual page of the program, or of one of its commands.
///
///   trailsift man count | man -l -
///   trailsift man --all ~/.local/share/man/man1
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Manual {
    /// Command to describe.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write all pages into this directory.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    all: Option<OsString>,
}

pub(super) fn run(manual: &Manual) -> Result<Status, Failure> {
    if let Some(directory) = &manual.all {
        return write_all(&program(), Path::new(directory));
    }
    let page = match &manual.command {
        None => page(&program(), &program())?,
        Some(name) => of(name)?,
    };
    io::stdout().write_all(page.as_bytes())?;
    Ok(Status::Done)
}

fn program() -> Command {
    let mut program = help::command()
        .disable_help_subcommand(true)
        .subcommand_help_heading("COMMANDS")
        .subcommand_value_name("COMMAND")
        .mut_args(|arg| arg.hide_short_help(false))
        .mut_subcommands(complete);
    program.build();
    program
}

/// The page of a command.
pub(super) fn of(name: &str) -> Result<String, Failure> {
    let program = program();
    let Some(command) = program.find_subcommand(name) else {
        let names = program.get_subcommands().map(Command::get_name);
        let names: Vec<&str> = names.collect();
        return Err(usage(format!(
            "no command `{name}`; the commands are {}",
            names.join(", ")
        )));
    };
    page(&program, command)
}

/// A command whose page contains everything that `--help` contains: `-h` leaves out the text of shared flags, and
/// clap_mangen omits the text before the help.
fn complete(command: Command) -> Command {
    let example = command.get_before_long_help().map(ToString::to_string);
    command
        .mut_args(|arg| arg.hide_short_help(false))
        .after_help("")
        .after_long_help(example.unwrap_or_default())
}

fn write_all(program: &Command, directory: &Path) -> Result<Status, Failure> {
    let failed = |path: &Path, error: io::Error| {
        Failure::Other(format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    for command in std::iter::once(program).chain(program.get_subcommands()) {
        let path = directory.join(format!("{}.1", name(program, command)));
        std::fs::write(&path, page(program, command)?).map_err(|error| failed(&path, error))?;
    }
    Ok(Status::Done)
}

/// `trailsift` or `trailsift-count`.
fn name(program: &Command, command: &Command) -> String {
    let display = command.get_display_name();
    display.unwrap_or(program.get_name()).to_owned()
}

fn page(program: &Command, command: &Command) -> Result<String, Failure> {
    let version = program.get_version().unwrap_or_default();
    let mut page = Vec::new();
    Man::new(command.clone())
        // An empty date would move the fields that follow it.
        .date(" ")
        .source(format!("trailsift {version}"))
        .manual("User Commands")
        .render(&mut page)?;
    Ok(finished(&page))
}

/// The page in ASCII, because not every formatter accepts more; the lines of the examples stay as they are.
fn finished(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let page = match page.split_once("\n.SH EXTRA\n") {
        Some((before, rest)) => {
            let (examples, after) =
                rest.split_at(rest.find("\n.SH ").map_or(rest.len(), |at| at + 1));
            format!("{before}\n.SH EXAMPLES\n.nf\n{examples}.fi\n{after}")
        }
        None => page.into_owned(),
    };
    let mut ascii = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            ascii.push_str(&format!("\\[u{:04X}]", u32::from(c)));
        }
    }
    ascii
}
