//! The command line: the only room that knows arguments, the environment, terminals and the standard
//! streams.
//!
//! Each command is a file: its arguments, its help, its `run`. What all of them share is flattened in
//! (`args`), turned once into plain settings (`setup`), and told on standard error at the end (`diagnostics`).
//!
//! Not for: anything that a library user would want.

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

/// What went wrong before or while answering.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something typed can't be used.
    Usage(String),
    /// Writing failed.
    Write(io::Error),
    /// The answer is no: something was found that must not be there.
    Finding(String),
    /// Anything else, already a whole sentence.
    Other(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Write(error)
    }
}

/// Answers what was called, how often, by whom and with what outcome.
///
/// Reads saved CloudTrail output, in whatever shape it was saved.
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
    let matches = help::command().try_get_matches_from(&arguments);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            TerminalArgs::of_words(&arguments).choose();
            return usage(&error, &arguments);
        }
    };
    cli.terminal.choose();
    let ended = match cli.command {
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

/// What clap has to say, with a hint when a file stands where a command should.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    // Written here, since clap would look at more of the environment than is promised.
    let (text, is_error) = (error.render(), error.use_stderr());
    let colour = if is_error {
        output::color_on(&io::stderr())
    } else {
        output::color_on(&io::stdout())
    };
    // What was typed is echoed, and nothing tells its escapes from those of clap's colours.
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
    // A reader that has closed the pipe has seen enough: that is not an error.
    let _ = if is_error {
        io::stderr().write_all(text.as_bytes())
    } else {
        print_help(&text)
    };
    if let Some(hint) = hint::for_file(error, arguments) {
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
