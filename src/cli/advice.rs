//! Flags and commands of other programs that have no equivalent of the same kind here: which command line to write.
//!
//! Names that mean the same as a flag are aliases of it (`flags`, `help`), not entries here.

use std::ffi::OsString;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::hint::for_shell;
use super::output::Format;
use crate::render::terminal::sanitize;

/// A flag that does not exist.
struct Unknown {
    names: &'static [&'static str],
    /// A value follows it.
    takes_value: bool,
    /// The command to use instead of the typed one.
    command: Option<&'static str>,
    /// The words to write instead of the flag and its value, which is `{}`.
    words: &'static [&'static str],
    why: &'static str,
}

/// The values that most entries have.
const UNKNOWN: Unknown = Unknown {
    names: &[],
    takes_value: false,
    command: None,
    words: &[],
    why: "",
};

/// If a name occurs more than once, the first entry whose command is not the typed one applies.
const FLAGS: &[Unknown] = &[
    Unknown {
        names: &["--user-agent", "--useragent", "--agent"],
        takes_value: true,
        words: &["--where", "userAgent ~ '{}'"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--arn", "--identity"],
        takes_value: true,
        words: &["--who", "{}"],
        why: "--who compares the ARN of the caller, --resource that of a resource",
        ..UNKNOWN
    },
    Unknown {
        names: &["--action", "--api", "--call", "--event", "--operation"],
        takes_value: true,
        words: &["--name", "{}"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--grep", "--search", "--contains", "--match", "--text"],
        takes_value: true,
        command: Some("show"),
        words: &["--compact"],
        why: "there is no search in the whole text of events: select by a field with --where, or print one event per \
              line and pipe that into grep",
    },
    Unknown {
        names: &["--profile", "--endpoint-url"],
        takes_value: true,
        why: "trailsift reads saved files only; it makes no AWS calls and needs no credentials",
        ..UNKNOWN
    },
    Unknown {
        names: &["--verbose", "-v", "--debug"],
        words: &["--stats"],
        why: "--stats prints how many bytes and events were read, --explain how the command line is understood",
        ..UNKNOWN
    },
    Unknown {
        names: &["--jst"],
        words: &["--tz", "Asia/Tokyo"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--utc"],
        words: &["--tz", "UTC"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--local", "--localtime"],
        words: &["--tz", "local"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--yesterday"],
        words: &["--on", "yesterday"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--today"],
        words: &["--on", "today"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--errors", "--error-only", "--errors-only"],
        words: &["--denied", "--failed"],
        why: "--error takes an error code",
        ..UNKNOWN
    },
    Unknown {
        names: &["--max-items", "--max-results", "--first"],
        takes_value: true,
        words: &["--limit", "{}"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--by", "--group-by", "-b"],
        takes_value: true,
        command: Some("count"),
        words: &["--by", "{}"],
        ..UNKNOWN
    },
    Unknown {
        names: &["-b"],
        takes_value: true,
        words: &["--by", "{}"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--by-name"],
        command: Some("count"),
        words: &["--by", "EventName"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--by-name"],
        words: &["--by", "EventName"],
        ..UNKNOWN
    },
    Unknown {
        names: &["--sort", "--order-by"],
        takes_value: true,
        command: Some("list"),
        words: &["--sort", "EventTime"],
        why: "count prints the largest count first, without a flag; list --sort takes a field",
    },
];

/// Commands that do not exist, and the words to write instead. A second text says why, if that is not obvious. Unless
/// the words are complete, the typed arguments follow.
struct Command {
    names: &'static [&'static str],
    words: &'static [&'static str],
    is_complete: bool,
    why: &'static str,
}

/// The values that most entries have.
const COMMAND: Command = Command {
    names: &[],
    words: &[],
    is_complete: false,
    why: "",
};

const COMMANDS: &[Command] = &[
    Command {
        names: &["stats", "statistics", "uniq", "group", "aggregate"],
        words: &["count"],
        ..COMMAND
    },
    Command {
        names: &["summary", "summarize", "overview", "analyze"],
        words: &["report"],
        ..COMMAND
    },
    Command {
        names: &["search", "grep", "query", "find", "filter", "select"],
        words: &["list", "--where", "EventName = CreateUser"],
        why: "list selects events with filters (--name, --who, --ip, …) and with expressions",
        ..COMMAND
    },
    Command {
        names: &["timeline", "histogram"],
        words: &["count", "--every", "1h"],
        ..COMMAND
    },
    Command {
        names: &["head"],
        words: &["list", "--limit", "10"],
        ..COMMAND
    },
    Command {
        names: &["tail"],
        words: &["list", "--reverse", "--limit", "10"],
        ..COMMAND
    },
    Command {
        names: &["cat", "print", "view", "get"],
        words: &["show"],
        ..COMMAND
    },
    Command {
        names: &["top"],
        words: &["count", "--top", "10"],
        ..COMMAND
    },
    Command {
        names: &["ls", "events", "lookup", "lookup-events"],
        words: &["list"],
        ..COMMAND
    },
    Command {
        names: &["csv"],
        words: &["list", "--format", "csv"],
        ..COMMAND
    },
    Command {
        names: &["export"],
        words: &["convert", "--to", "csv"],
        why: "convert writes whole events in another shape; list --format csv writes the columns that you choose",
        ..COMMAND
    },
    Command {
        names: &["merge", "join", "combine", "dedup"],
        words: &["convert", "--to", "lookup", "-o", "merged.json"],
        why: "convert reads any number of dumps and writes each event once",
        ..COMMAND
    },
    Command {
        names: &[
            "anonymize",
            "anonymise",
            "pseudonymize",
            "mask",
            "scrub",
            "sanitize",
        ],
        words: &["redact", "-o", "redacted.json"],
        ..COMMAND
    },
    Command {
        names: &["validate", "lint", "info", "verify", "describe"],
        words: &["inspect"],
        ..COMMAND
    },
    Command {
        names: &["compare"],
        words: &["diff", "OLD", "NEW"],
        is_complete: true,
        ..COMMAND
    },
    Command {
        names: &["ioc", "hunt", "detect", "scan"],
        words: &["report"],
        why: "report lists notable events; to search for known addresses or keys write --ip @FILE or --key @FILE, and \
              for rules use check",
        ..COMMAND
    },
    Command {
        names: &["version"],
        words: &["--version"],
        is_complete: true,
        ..COMMAND
    },
    Command {
        names: &["completion"],
        words: &["completions", "bash"],
        is_complete: true,
        ..COMMAND
    },
    Command {
        names: &["config", "configure", "init"],
        words: &["--help"],
        is_complete: true,
        why: "there is no configuration: every setting is a flag, and TRAILSIFT_TZ sets the time zone",
    },
];

/// What to write instead of a flag or a command that does not exist, as lines.
pub(super) fn of(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let words: Vec<String> = arguments
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let typed = |kind| match error.get(kind) {
        Some(ContextValue::String(typed)) => Some(typed.as_str()),
        _ => None,
    };
    let (line, why) = match error.kind() {
        ErrorKind::InvalidSubcommand => of_command(typed(ContextKind::InvalidSubcommand)?, &words)?,
        ErrorKind::UnknownArgument => of_flag(typed(ContextKind::InvalidArg)?, &words)?,
        _ => return None,
    };
    let line: Vec<String> = line.iter().map(|word| for_shell(&sanitize(word))).collect();
    let why = match why {
        "" => String::new(),
        why => format!("  {why}.\n"),
    };
    Some(format!("{why}  Write: trailsift {}", line.join(" ")))
}

/// The words of a command line, and the reason.
type Advice = (Vec<String>, &'static str);

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn of_command(typed: &str, words: &[String]) -> Option<Advice> {
    let command = COMMANDS.iter().find(|it| it.names.contains(&typed))?;
    let mut line = owned(command.words);
    if !command.is_complete {
        let rest = words.iter().skip_while(|word| *word != typed).skip(1);
        line.extend(rest.cloned());
    }
    Some((line, command.why))
}

fn of_flag(typed: &str, words: &[String]) -> Option<Advice> {
    let at = words.iter().position(|word| {
        let rest = word.strip_prefix(typed);
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('=') || !typed.starts_with("--")
        })
    })?;
    let command = words.first()?;
    // A value follows after a blank, after `=`, or directly after a letter.
    let joined = words[at][typed.len()..].trim_start_matches('=');
    let value = match joined {
        "" => words.get(at + 1).map_or("VALUE", String::as_str),
        joined => joined,
    };
    let used = 1 + usize::from(joined.is_empty() && at + 1 < words.len());
    let mut line = words.to_vec();
    if typed == "-f" {
        // In other programs a format, or an input file.
        let is_format = Format::from_str(value, false).is_ok();
        let new = match is_format {
            true => vec!["--format".to_owned(), value.to_owned()],
            false => vec![value.to_owned()],
        };
        line.splice(at..at + used, new);
        return Some((
            line,
            "there is no -f: formats are chosen with --format, and inputs need no flag",
        ));
    }
    let unknown = FLAGS
        .iter()
        .find(|it| it.names.contains(&typed) && it.command != Some(command.as_str()))?;
    let used = if unknown.takes_value { used } else { 1 };
    let new = unknown.words.iter().map(|word| word.replace("{}", value));
    line.splice(at..at + used, new);
    if let Some(command) = unknown.command {
        line[0] = command.to_owned();
    }
    Some((line, unknown.why))
}
