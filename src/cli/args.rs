//! Arguments that several commands share.
//!
//! Not for: the flags that select events (`flags`), and what the arguments mean (`setup`).

use std::ffi::OsString;

use clap::{Args, ValueEnum, ValueHint};

pub(super) use super::flags::{Clock, Selection, Time};
use super::limits::Limits;
use super::output::Format;

/// How the byte accounting is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Stats {
    /// For people.
    Text,
    /// One JSON document on one line.
    Json,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct Source {
    /// Files and directories to read; `-` is standard input, and so is no DUMP at all if data is piped in.
    #[arg(value_name = "DUMP", value_hint = ValueHint::AnyPath)]
    pub dumps: Vec<OsString>,
    /// Number of worker threads [default: number of CPUs].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub limits: Limits,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct Input {
    #[command(flatten)]
    pub source: Source,
    /// Keep events that occur more than once.
    ///
    /// An event is a duplicate of an earlier one if eventID, eventSource and eventName are equal. Finding duplicates
    /// takes 20 to 40 bytes of memory per selected event.
    #[arg(long, help_heading = "Input")]
    pub keep_duplicates: bool,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Messages (on standard error)")]
pub(super) struct DiagnosticArgs {
    /// Print how many bytes and events were read, selected and skipped, and why.
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub stats: Option<Stats>,
    /// Print how the command line is understood, on standard output, and read no events.
    #[arg(long, conflicts_with = "manifest")]
    pub explain: bool,
    /// End with 3 also if a dump is incomplete.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub messages: MessageArgs,
}

impl std::ops::Deref for DiagnosticArgs {
    type Target = MessageArgs;

    fn deref(&self) -> &MessageArgs {
        &self.messages
    }
}

/// Arguments that commands without a selection have, too.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Messages (on standard error)")]
pub(super) struct MessageArgs {
    /// Print no notes, only warnings and errors.
    #[arg(short, long)]
    pub quiet: bool,
    /// End with 1 if no event is selected.
    #[arg(short, long, alias = "exit-code")]
    pub exit_status: bool,
    /// Also write a record of this run as JSON: the command line, the inputs and their findings.
    ///
    /// One document: the command line, the version, the time zone and the version of its data, the time window, each
    /// input with its size and SHA-256, the byte accounting, and the findings of `inspect`. The whole input is read
    /// once more for it; a pipe is kept for that, in memory up to 64 MiB, then in a temporary file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub manifest: Option<OsString>,
}

/// The arguments of every command that selects events.
#[derive(Clone, Debug, Args)]
pub(super) struct Common {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub time: Time,
    #[command(flatten)]
    pub diagnostics: DiagnosticArgs,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// How rows are written [default: table on a terminal, tsv elsewhere].
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&Format::ROWS))]
    pub format: Option<Format>,
    /// With --format csv: protect cells from a spreadsheet.
    ///
    /// Begins with a byte order mark, and puts an apostrophe before cells that a spreadsheet would run as formulas
    /// (cells that begin with = + - @, a tab or a carriage return: the caller chose the text of an event) and before
    /// numbers that it would round or take leading zeros from, such as account ids. Times that it reads as dates:
    /// `--time-format sheet`.
    #[arg(long)]
    pub excel_safe: bool,
    /// Print a line of column names (the default for csv and table).
    #[arg(long, overrides_with = "no_header")]
    pub header: bool,
    /// No line of column names.
    #[arg(long, overrides_with = "header")]
    pub no_header: bool,
    /// Write to this file instead of standard output. It appears when it is complete.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<OsString>,
}
