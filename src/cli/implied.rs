//! The format that `--json`, `--csv`, `--tsv` or the name of the output file stand for.
//!
//! The name of a file decides the format unless `--format` does: `-o boss.html` is HTML. A name that is exactly a format
//! is refused, because `-o json` in other programs chooses a format.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueEnum};

use super::output::Format;
use super::setup::usage;
use super::{Failure, diagnostics};

/// The formats that a flag of the same name chooses.
const SHORTHANDS: [&str; 3] = ["json", "csv", "tsv"];

/// Adds `--json` and the like to a command that can write these formats.
pub(super) fn with_shorthands(command: Command) -> Command {
    let known = formats(&command);
    let shorthands = SHORTHANDS.iter().filter(|name| {
        let is_used = command
            .get_arguments()
            .any(|arg| arg.get_long() == Some(**name));
        known.iter().any(|known| known == *name) && !is_used
    });
    let arguments: Vec<Arg> = shorthands
        .map(|name| {
            Arg::new(*name)
                .long(*name)
                .hide(true)
                .action(ArgAction::SetTrue)
        })
        .collect();
    command.args(arguments)
}

/// The names that `--format` of a command accepts; none if it has no such flag.
fn formats(command: &Command) -> Vec<String> {
    let mut arguments = command.get_arguments();
    let format = arguments.find(|arg| arg.get_id() == "format");
    let values = format.map(Arg::get_possible_values).unwrap_or_default();
    let names = values.iter().flat_map(|value| value.get_name_and_aliases());
    names.map(str::to_owned).collect()
}

/// The extension of a file's name without that of a compression, and whether there was one.
fn extension(path: &OsStr) -> (Option<String>, bool) {
    let path = Path::new(path);
    let of = |path: &Path| Some(path.extension()?.to_str()?.to_ascii_lowercase());
    match of(path) {
        Some(packed) if ["gz", "zst"].contains(&packed.as_str()) => {
            (of(Path::new(path.file_stem().unwrap_or_default())), true)
        }
        extension => (extension, false),
    }
}

/// The names of the format that an extension stands for: the first of them that the command knows is meant.
fn of_extension(extension: &str) -> &'static [&'static str] {
    match extension {
        "json" => &["json"],
        "jsonl" | "ndjson" => &["jsonl"],
        "csv" => &["csv"],
        "tsv" => &["tsv"],
        "md" | "markdown" => &["md"],
        "html" | "htm" => &["html"],
        "txt" => &["text", "table"],
        "sarif" => &["sarif"],
        "xml" => &["junit"],
        _ => &[],
    }
}

/// The word to add to the command line, if a format is implied.
///
/// # Errors
/// If the name of the output file is the name of a format.
pub(super) fn format_word(
    program: &Command,
    matches: &ArgMatches,
) -> Result<Option<OsString>, Failure> {
    let Some((name, matches)) = matches.subcommand() else {
        return Ok(None);
    };
    let Some(command) = program.find_subcommand(name) else {
        return Ok(None);
    };
    let known = formats(command);
    let output = matches.try_get_one::<OsString>("output").ok().flatten();
    let output = output.filter(|path| *path != "-");
    if let Some(typed) = output.and_then(|path| path.to_str())
        && Format::from_str(typed, false).is_ok()
    {
        let format = match known.iter().any(|known| known == typed) {
            true => format!("write `--format {typed}`, or "),
            false => "write ".to_owned(),
        };
        return Err(usage(format!(
            "-o {typed}: `{typed}` is the name of a format, and -o takes a file; {format}`-o ./{typed}` for a file of \
             this name"
        )));
    }
    if known.is_empty() {
        return Ok(None);
    }
    let word = |format: &str| Ok(Some(format!("--format={format}").into()));
    let is_typed = matches.value_source("format") == Some(ValueSource::CommandLine);
    let is_set = |name: &&&str| matches.try_get_one::<bool>(name).ok().flatten() == Some(&true);
    let mut shorthands = SHORTHANDS.iter().filter(is_set);
    if let Some(shorthand) = shorthands.next() {
        if let Some(other) = shorthands.next().or(is_typed.then_some(&"format")) {
            return Err(usage(format!(
                "--{shorthand} and --{other}: one format can be written; --{shorthand} means --format {shorthand}"
            )));
        }
        return word(shorthand);
    }
    let Some(path) = output else {
        return Ok(None);
    };
    let shown = path.to_string_lossy();
    let (extension, is_packed) = extension(path);
    if is_packed {
        diagnostics::warning(&format!(
            "-o {shown}: the output of `{name}` is not compressed, whatever its name; pipe it into gzip"
        ));
    }
    let Some(extension) = extension else {
        return Ok(None);
    };
    let meant = of_extension(&extension);
    let implied = meant.iter().find(|name| known.iter().any(|it| it == *name));
    let typed = matches.get_raw("format").filter(|_| is_typed);
    let typed = typed.and_then(|mut values| values.next()?.to_str());
    match (typed, implied) {
        (None, Some(format)) => word(format),
        (None, None) if !meant.is_empty() => {
            diagnostics::warning(&format!(
                "-o {shown}: `{name}` cannot write {}, so the name of the file does not choose the format; the formats \
                 are {}",
                meant[0],
                known.join(", ")
            ));
            Ok(None)
        }
        (Some(typed), _) if !meant.is_empty() && !meant.contains(&typed) => {
            diagnostics::warning(&format!(
                "-o {shown}: the content is {typed}, as --format says, although the name ends with .{extension}"
            ));
            Ok(None)
        }
        _ => Ok(None),
    }
}
