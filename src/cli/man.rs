//! `trailsift man`: the manual.

use std::io::{self, Write};

use clap::Args;
use clap_mangen::Man;

use super::setup::usage;
use super::status::Status;
use super::{Failure, help};

/// Prints the manual page of the program, or of one of its commands.
///
///   trailsift man count | man -l -
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Manual {
    /// A command.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(manual: &Manual) -> Result<Status, Failure> {
    let mut program = help::command()
        .disable_help_subcommand(true)
        .subcommand_help_heading("COMMANDS")
        .subcommand_value_name("COMMAND");
    program.build();
    let command = match &manual.command {
        None => &program,
        Some(name) => program.find_subcommand(name).ok_or_else(|| {
            let names: Vec<&str> = program
                .get_subcommands()
                .map(|known| known.get_name())
                .collect();
            usage(format!(
                "no command `{name}`; the commands are {}",
                names.join(", ")
            ))
        })?,
    };
    let version = program.get_version().unwrap_or_default();
    let mut page = Vec::new();
    Man::new(command.clone())
        // Without anything in its place, what follows would stand there.
        .date(" ")
        .source(format!("trailsift {version}"))
        .manual("User Commands")
        .render(&mut page)?;
    io::stdout().write_all(finished(&page).as_bytes())?;
    Ok(Status::Done)
}

/// The page in ASCII, as not every formatter takes more, with a better word for what stands behind the
/// help.
fn finished(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let page = page.replace("\n.SH EXTRA\n", "\n.SH EXAMPLES\n");
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
