//! `trailsift completions`: what a shell needs to complete a command line.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Args, Command};
use clap_complete::Shell;

use super::status::Status;
use super::{Failure, help};
use crate::event::field;

/// Prints a script with which a shell completes what is typed.
///
/// Commands, flags, values and files. Where it belongs:
///
///   trailsift completions bash > ~/.local/share/bash-completion/completions/trailsift
///   trailsift completions zsh  > a file `_trailsift` in a directory of $fpath
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
    let mut script = Vec::new();
    clap_complete::generate(
        completions.shell,
        &mut with_values(help::command()),
        "trailsift",
        &mut script,
    );
    io::stdout().write_all(&script)?;
    Ok(Status::Done)
}

/// The program with what a shell may offer and the program does not insist on: names of fields where a
/// path is expected, and of commands.
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
            if takes("FIELD") || takes("PATH") {
                arg.value_parser(PossibleValuesParser::new(
                    field::names().chain(field::words()),
                ))
            } else if takes("COMMAND") {
                arg.value_parser(PossibleValuesParser::new(&commands))
            } else {
                arg
            }
        })
    })
}
