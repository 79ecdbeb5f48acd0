//! The command line: the only module that knows arguments, the environment, terminals and the standard streams.
//!
//! Each command is a file with its arguments, its help and its `run`. Arguments that commands share are in `args` and
//! `flags`, are turned once into settings by `setup`, and `diagnostics` prints notes, warnings and errors at the end.

mod advice;
mod args;
mod argv;
mod atomic_output;
mod audit;
mod byte_counts;
mod changed_files;
mod check;
mod completions;
mod conditions;
mod convert;
mod count;
mod diagnostics;
mod diff;
mod empty_result;
mod explain;
mod fields;
mod first_pass;
mod flags;
mod help;
mod hint;
mod implied;
mod inspect;
mod limits;
mod list;
mod local;
mod locate;
mod man;
mod manifest;
mod missing_path;
mod output;
mod progress;
mod redact;
mod refusal;
mod report;
mod same_file;
mod schema;
mod sessions;
mod setup;
mod show;
mod status;
mod value_files;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{FromArgMatches, Parser, Subcommand};

use crate::text::hazard;
use output::{TerminalArgs, Writer};
use status::Status;

/// The reason why a command ended without a result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line can't be used.
    Usage(String),
    /// Writing failed.
    Write(io::Error),
    /// The answer is no: something was found that must not be there.
    Finding(String),
    /// Another error, as a whole sentence.
    Other(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Write(error)
    }
}

/// Show which API calls were made, how often, by which callers, with which outcome.
///
/// Reads saved AWS CloudTrail events in any shape in which they are saved. Works offline.
#[derive(Debug, Parser)]
#[command(
    name = "trailsift",
    version,
    max_term_width = 100,
    // Without blank lines around the usage, all commands fit on a screen of 24 lines.
    help_template = "{before-help}{about-with-newline}{usage-heading} {usage}\n{all-args}{after-help}",
    propagate_version = true,
    after_help = "Try first: trailsift count DUMP, list -l DUMP, report DUMP"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    terminal: TerminalArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::List),
    Count(count::Count),
    Show(show::Show),
    Fields(fields::Fields),
    Diff(Box<diff::Diff>),
    Convert(Box<convert::Convert>),
    Check(Box<check::CheckArgs>),
    Inspect(inspect::InspectArgs),
    Report(report::ReportArgs),
    Redact(redact::Redact),
    Schema(schema::SchemaArgs),
    Completions(completions::Completions),
    Man(man::Manual),
}

/// Runs the program with the process's arguments and gives its exit status.
pub fn main() -> ExitCode {
    atomic_output::handle_signals();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let ended = match parse(&arguments) {
        Ok(Ok(cli)) => {
            cli.terminal.choose();
            run(cli.command)
        }
        Ok(Err(error)) => {
            TerminalArgs::of_words(&arguments).choose();
            return usage(&error, &arguments);
        }
        Err(failure) => Err(failure),
    };
    let status = match ended {
        Ok(status) => status,
        Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Status::Done,
        Err(Failure::Write(error)) => {
            diagnostics::error(&format!("cannot write: {error}"));
            Status::Usage
        }
        Err(Failure::Finding(text)) => {
            diagnostics::error(&text);
            Status::No
        }
        Err(Failure::Usage(text) | Failure::Other(text)) => {
            diagnostics::error(&text);
            Status::Usage
        }
    };
    ExitCode::from(status.code())
}

fn run(command: Command) -> Result<Status, Failure> {
    match command {
        Command::List(list) => list::run(list),
        Command::Count(count) => count::run(count),
        Command::Show(show) => show::run(show),
        Command::Fields(fields) => fields::run(fields),
        Command::Diff(diff) => diff::run(*diff),
        Command::Convert(convert) => convert::run(*convert),
        Command::Check(check) => check::run(*check),
        Command::Inspect(inspect) => inspect::run(inspect),
        Command::Report(reporting) => report::run(reporting),
        Command::Redact(redact) => redact::run(redact),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(completions) => completions::run(&completions),
        Command::Man(manual) => man::run(&manual),
    }
}

/// Parses the arguments, and once more if they imply a format.
fn parse(arguments: &[OsString]) -> Result<Result<Cli, clap::Error>, Failure> {
    let program = help::command();
    let mut matches = match program.clone().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(word) = implied::format_word(&program, &matches)? {
        let mut arguments = arguments.to_vec();
        // The word must follow the command; only global flags may precede it.
        let command = matches.subcommand_name().unwrap_or_default();
        let at = arguments.iter().position(|argument| *argument == *command);
        arguments.insert(at.map_or(arguments.len(), |at| at + 1), word);
        matches.clone_from(&match program.try_get_matches_from(arguments) {
            Ok(matches) => matches,
            Err(error) => return Ok(Err(error)),
        });
    }
    Ok(Cli::from_arg_matches(&matches))
}

/// Prints the message of clap, and what to write instead.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    // Printed here, because clap would read more environment variables than the documentation lists.
    let (text, is_error) = (error.render(), error.use_stderr());
    let colour = if is_error {
        output::color_on(&io::stderr())
    } else {
        output::color_on(&io::stdout())
    };
    // The typed text is repeated in the message, and its escapes would look like clap's colors.
    let is_harmless = |typed: &OsString| hazard::find(&typed.to_string_lossy()).is_none();
    let text = if colour && arguments.iter().all(is_harmless) {
        text.ansi().to_string()
    } else {
        let text = text.to_string();
        if is_error && io::stderr().is_terminal() {
            diagnostics::harmless(&text)
        } else {
            text
        }
    };
    let advice = advice::of(error, arguments);
    // A suggestion of clap would contradict the advice, and `--` before a misspelt flag is never right.
    let text = if is_error {
        let is_kept = |line: &&str| {
            !(line.contains("tip:") && (advice.is_some() || line.contains("to pass")))
        };
        let lines: Vec<_> = text.split('\n').filter(is_kept).collect();
        lines.join("\n").replace("\n\n\n", "\n\n")
    } else {
        text
    };
    // A reader that has closed the pipe has seen enough: that is not an error.
    let _ = if is_error {
        io::stderr().write_all(text.as_bytes())
    } else {
        print_help(&text)
    };
    if let Some(advice) = advice {
        diagnostics::line(&format!("\n{advice}"));
    } else if let Some(hint) = hint::for_file(error, arguments) {
        diagnostics::line(&hint);
    }
    ExitCode::from(if is_error {
        Status::Usage.code()
    } else {
        Status::Done.code()
    })
}

/// Prints help, through a pager if it is longer than the screen.
fn print_help(text: &str) -> io::Result<()> {
    let rows = terminal_size::terminal_size().map(|(_, height)| usize::from(height.0));
    let is_long = rows.is_some_and(|rows| text.lines().count() >= rows);
    match Writer::new(None) {
        Ok(writer) if is_long => {
            let mut writer = writer.paged();
            writer.write_all(text.as_bytes())?;
            writer.finish()
        }
        _ => io::stdout().write_all(text.as_bytes()),
    }
}
