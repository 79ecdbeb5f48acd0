//! Arguments that all commands share.
//!
//! Not for: what they mean (`setup`).

use std::ffi::OsString;

use clap::{Args, ValueEnum, ValueHint};

use super::limits::Limits;
use super::output::Format;

/// How the account is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Stats {
    /// For people.
    Text,
    /// One JSON document on a line.
    Json,
}

/// Which sessions are taken for those of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Sessions {
    /// Those that access keys link to it.
    Certain,
    /// Also those that only a session's name does.
    Likely,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct Source {
    /// Files and directories to read; `-` is standard input, as is nothing at all behind a pipe.
    #[arg(value_name = "DUMP", value_hint = ValueHint::AnyPath)]
    pub dumps: Vec<OsString>,
    /// Workers [default: one a processor].
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
    /// Take events that occur more than once as often as they occur.
    ///
    /// An event is the same as one before it when eventID, eventSource and eventName are; finding out
    /// takes 20 to 40 bytes of memory a selected event.
    #[arg(long)]
    pub keep_duplicates: bool,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Selection (values of one flag: or; flags: and)")]
pub(super) struct Selection {
    /// Access key id (globs `*` and `?`; commas between values; `@FILE`: a value a line).
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub key: Vec<String>,
    /// Access key, user name, session name, ARN, role name or ARN, principal id.
    #[arg(long, value_name = "NAME")]
    pub who: Vec<String>,
    /// Also all sessions that were born of whom --key and --who name, through any number of hops.
    ///
    /// AssumeRole and its like give out access keys; what those keys did is selected, too, and what keys they were
    /// given in turn. Births are looked for in the whole input; time, call, outcome and all other conditions choose
    /// afterwards among the calls of the identity and its sessions. Without --key and --who, a --where that looks at
    /// nothing but who acted (AccessKeyId, Username, principal, session, userIdentity) names the identity.
    ///
    /// With `=likely` also what nothing but the name of a session (`AROA…:ci`) links: keys whose birth is not in the
    /// input, calls without a key, changes of role in the console. Such names repeat, so these may be somebody else's.
    ///
    /// What did this key do that night, itself and as whatever it became?
    /// `trailsift list --key AKIATTLESKLSUEXAMPLE --with-sessions --on 2024-07-30 DUMP`
    ///
    /// The input is read twice for it, as for --last.
    #[arg(
        long,
        value_name = "HOW",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "certain"
    )]
    pub with_sessions: Option<Sessions>,
    /// Account id: the recipient's or the identity's.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub account: Vec<String>,
    /// Service, `s3` or `s3.amazonaws.com`.
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub source: Vec<String>,
    /// Call, `GetObject` or `s3:GetObject`.
    #[arg(long, value_name = "EVENTNAME", value_delimiter = ',')]
    pub name: Vec<String>,
    /// Region of the call.
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub region: Vec<String>,
    /// Source address: an address, a block (`203.0.113.0/24`), or a service's name.
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub ip: Vec<String>,
    /// A resource, by any name or ARN that the event lists.
    #[arg(long, value_name = "NAME")]
    pub resource: Vec<String>,
    /// Event id.
    #[arg(long, value_name = "EVENTID", value_delimiter = ',')]
    pub id: Vec<String>,
    /// Leave out what matches, in the words above: `--not name=Get*`.
    #[arg(long, value_name = "WORD=VALUE")]
    pub not: Vec<String>,
    /// An expression: `exists errorCode and not (service = s3 or EventName ~ '^Get')`.
    ///
    /// FIELD = != < <= > >= VALUE, FIELD ~ !~ REGEX, FIELD [not] in (VALUE, …), FIELD [not] in_cidr BLOCK or
    /// (BLOCK, …), exists FIELD; joined by and, or, not and parentheses (not before and before or). A field is what
    /// --fields takes. A path with `[]` satisfies what any of its elements does. !=, !~, not in and not in_cidr
    /// hold exactly where =, ~, in and in_cidr do not: of elements for none, and also for what is missing or null.
    ///
    /// Values are compared as numbers when both sides are numbers, as instants when both are times (a date is its
    /// whole day in --tz), else as text, with regard to case. Regular expressions match anywhere; `(?i)` takes any
    /// case. A value stands in 'quotes' or "quotes" if it holds blanks, commas, parentheses or one of = ! < > ~; a
    /// number in quotes is text.
    #[arg(long, value_name = "EXPR")]
    pub r#where: Vec<String>,
    /// Calls that worked.
    #[arg(long, overrides_with = "ok")]
    pub ok: bool,
    /// Calls refused for lack of permission, in any of the ways services spell that.
    #[arg(long, overrides_with = "denied")]
    pub denied: bool,
    /// Calls that failed otherwise.
    #[arg(long, overrides_with = "failed")]
    pub failed: bool,
    /// Error code.
    #[arg(long, value_name = "CODE")]
    pub error: Vec<String>,
    /// Calls that only read (events that don't say are in neither).
    #[arg(long, overrides_with = "read_only")]
    pub read_only: bool,
    /// Calls that write.
    #[arg(long, overrides_with = "write")]
    pub write: bool,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Time")]
pub(super) struct Clock {
    /// What `now`, `today` and `ago` refer to.
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Time zone of typed and printed times: `Asia/Tokyo`, `Tokyo`, `JST`, `+09:00`, `UTC`, `local`
    /// [default: $TRAILSIFT_TZ, else UTC].
    ///
    /// An abbreviation means its fixed offset, also in summer: `PST` is -08:00 all year. With the name of a zone
    /// (`America/Los_Angeles`) the clocks change.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub tz: Option<String>,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Time")]
pub(super) struct Time {
    /// From this time on: a date, `'2019-06-09 10:00'`, RFC 3339, `1h` (ago), `yesterday`, seconds since 1970.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Before this time; a date means the end of the day.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// On this day: a date, `yesterday`, `today`.
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    /// The last `24h`, `7d`, `90m`, counted back from the newest event of the whole input.
    ///
    /// The input is read twice for it; a pipe is kept, in memory up to 64 MiB, then in a temporary file.
    #[arg(long, value_name = "SPAN")]
    pub last: Option<String>,
    /// Near the event with this id, before and after it; see --within.
    ///
    /// The input is read twice for it, as for --last. Other conditions do not apply to finding the event itself.
    #[arg(long, value_name = "EVENTID")]
    pub around: Option<String>,
    /// How near: `90s`, `5m`, `2h` [default: 5m].
    #[arg(long, value_name = "SPAN", requires = "around")]
    pub within: Option<String>,
    #[command(flatten)]
    pub clock: Clock,
    /// Format of printed times: strftime, `sheet` (a date for spreadsheets) or `epoch`.
    #[arg(long, value_name = "FORMAT")]
    pub time_format: Option<String>,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Report (on standard error)")]
pub(super) struct DiagnosticArgs {
    /// Print where every byte and every event went.
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub stats: Option<Stats>,
    /// No notes. Warnings and errors are still printed.
    #[arg(short, long)]
    pub quiet: bool,
    /// Print how the question is understood, on standard output, and read nothing.
    #[arg(long, conflicts_with = "manifest")]
    pub explain: bool,
    /// End with 1 when nothing is selected.
    #[arg(short, long)]
    pub exit_status: bool,
    /// End with 3 also when a dump is incomplete.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub kept: Kept,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Report (on standard error)")]
pub(super) struct Kept {
    /// Also write what was asked, of which files, and what `inspect` finds in them, as JSON.
    ///
    /// One document: the command line, the version, the zone and its data's version, the window as it was resolved,
    /// each input with its size and SHA-256, the account and the findings. The whole input is read once more for it;
    /// a pipe is kept, as for --last.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub manifest: Option<OsString>,
}

/// What every command takes.
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
    /// (those that begin with = + - @, a tab or a carriage return: the caller chose the text of an event) and before
    /// numbers that it would round or take leading zeros from, such as account ids. Times that it reads as dates:
    /// `--time-format sheet`.
    #[arg(long)]
    pub excel_safe: bool,
    /// A line of column names (csv and table have one unless told otherwise).
    #[arg(long, overrides_with = "no_header")]
    pub header: bool,
    /// No line of column names.
    #[arg(long, overrides_with = "header")]
    pub no_header: bool,
    /// Write here instead of to standard output: beside it first, then renamed.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<OsString>,
}
