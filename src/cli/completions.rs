//! `trailsift completions`: the script with which a shell completes command lines.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Args, Command};
use clap_complete::Shell;

use super::status::Status;
use super::{Failure, help};
use crate::event::field;

/// Print a script with which a shell completes command lines.
///
/// It completes commands, flags, values and files. Where to put it:
///
///   trailsift completions bash > ~/.local/share/bash-completion/completions/trailsift
///   trailsift completions zsh  > ~/.zfunc/_trailsift  (any directory of $fpath)
///   trailsift completions fish > ~/.config/fish/completions/trailsift.fish
///   trailsift completions elvish >> ~/.config/elvish/rc.elv
///   trailsift completions powershell >> the file that $PROFILE names
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn run(completions: &Completions) -> Result<Status, Failure> {
    io::stdout().write_all(script(completions.shell).as_bytes())?;
    Ok(Status::Done)
}

/// Placeholders for values that the script lists only once, in functions of its own: fields, lists of fields, zones.
const FIELDS: &str = "@fields@";
const FIELD_LIST: &str = "@list@";
const ZONES: &str = "@zones@";

pub(super) fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    let mut program = with_values(help::command());
    clap_complete::generate(shell, &mut program, "trailsift", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let fields: Vec<&str> = field::names().chain(field::words()).collect();
    let fields = fields.join(" ");
    let zones: Vec<&str> = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .collect();
    let zones = zones.join(" ");
    match shell {
        Shell::Bash => bash(&script, &fields, &zones),
        Shell::Zsh => zsh(&script, &fields, &zones),
        Shell::Fish => fish(&script, &fields, &zones),
        _ => script,
    }
}

fn bash(script: &str, fields: &str, zones: &str) -> String {
    let script = script
        .replace(
            &format!("compgen -W \"{FIELD_LIST}\" -- \"${{cur}}\""),
            "_trailsift_list \"${cur}\"",
        )
        .replace(FIELDS, "$(_trailsift_fields)")
        .replace(ZONES, "$(_trailsift_zones)");
    format!(
        "_trailsift_fields() {{\n    echo \"{fields}\"\n}}\n\n\
         _trailsift_zones() {{\n    echo \"{zones}\"\n}}\n\n\
         # Completes the last field of a list: everything up to the last comma stays.\n\
         _trailsift_list() {{\n    \
         local before=\"\"\n    \
         [[ \"$1\" == *,* ]] && before=\"${{1%,*}},\"\n    \
         compgen -P \"$before\" -W \"$(_trailsift_fields)\" -- \"${{1##*,}}\"\n}}\n\n{script}"
    )
}

fn zsh(script: &str, fields: &str, zones: &str) -> String {
    let script = script
        .replace(&format!(":({FIELD_LIST})"), ":_sequence _trailsift_fields")
        .replace(&format!(":({FIELDS})"), ":_trailsift_fields")
        .replace(&format!(":({ZONES})"), ":_trailsift_zones");
    // The first line, `#compdef`, must stay the first.
    let (first, rest) = script.split_once('\n').unwrap_or((&script, ""));
    format!(
        "{first}\n\n\
         _trailsift_fields() {{\n    compadd \"$@\" - {fields}\n}}\n\n\
         _trailsift_zones() {{\n    compadd \"$@\" - {zones}\n}}\n{rest}"
    )
}

fn fish(script: &str, fields: &str, zones: &str) -> String {
    let of = |placeholder: &str| format!("-a \"{placeholder}\\t''\"");
    let script = script
        .replace(&of(FIELD_LIST), "-a \"(__trailsift_list)\"")
        .replace(&of(FIELDS), "-a \"(__trailsift_fields)\"")
        .replace(&of(ZONES), "-a \"(__trailsift_zones)\"");
    format!(
        "function __trailsift_fields\n    printf '%s\\n' {fields}\nend\n\n\
         function __trailsift_zones\n    printf '%s\\n' {zones}\nend\n\n\
         # Completes the last field of a list: everything up to the last comma stays.\n\
         function __trailsift_list\n    \
         set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))\n    \
         set -l before (string match -r -- '^.*,' $token)\n    \
         for field in (__trailsift_fields)\n        echo \"$before$field\"\n    end\nend\n\n{script}"
    )
}

/// The program with values that a shell offers and the program does not insist on.
fn with_values(program: Command) -> Command {
    let commands: Vec<String> = program
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    program.mut_subcommands(|command| {
        command.mut_args(|arg| {
            let takes = |word: &str| {
                let names = arg.get_value_names().unwrap_or_default();
                names.iter().any(|name| name.contains(word))
            };
            let offer = |word: &'static str| PossibleValuesParser::new([word]);
            if takes("FIELD,") {
                arg.value_parser(offer(FIELD_LIST))
            } else if takes("FIELD") || takes("PATH") {
                arg.value_parser(offer(FIELDS))
            } else if takes("ZONE") {
                arg.value_parser(offer(ZONES))
            } else if takes("COMMAND") {
                arg.value_parser(PossibleValuesParser::new(&commands))
            } else {
                arg
            }
        })
    })
}
