//! `--color` and `--no-pager`: what a terminal is shown.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};

/// When colors are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`.
    #[default]
    Auto,
    /// Also in a pipe.
    Always,
    /// Nowhere.
    Never,
}

/// The options of every command about the terminal.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(in crate::cli) struct TerminalArgs {
    /// Use colors: auto (on a terminal, unless NO_COLOR is set), always or never.
    #[arg(
        long,
        alias = "colour",
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        global = true,
        hide_short_help = true,
        help_heading = "Terminal"
    )]
    pub color: ColorWhen,
    /// Do not start a pager.
    ///
    /// On a terminal, `show`, `report` and a long `--help` are shown in the pager that the environment variable PAGER names,
    /// by default `less`. An empty PAGER or `cat` starts none.
    #[arg(long, global = true, hide_short_help = true, help_heading = "Terminal")]
    pub no_pager: bool,
}

static CHOSEN: OnceLock<TerminalArgs> = OnceLock::new();

impl TerminalArgs {
    /// The options of a command line that cannot be parsed, or that asks for help.
    pub fn of_words(words: &[OsString]) -> TerminalArgs {
        let mut arguments = TerminalArgs::default();
        let mut words = words.iter().filter_map(|word| word.to_str());
        while let Some(word) = words.next().filter(|word| *word != "--") {
            let when = match word {
                "--no-pager" => {
                    arguments.no_pager = true;
                    continue;
                }
                "--color" | "--colour" => words.next(),
                word => word
                    .strip_prefix("--color=")
                    .or_else(|| word.strip_prefix("--colour=")),
            };
            let when = when.and_then(|when| ColorWhen::from_str(when, false).ok());
            arguments.color = when.unwrap_or(arguments.color);
        }
        arguments
    }

    /// Makes these the options of the process. Only the first call counts.
    pub fn choose(self) {
        let _ = CHOSEN.set(self);
    }

    /// The options of the process.
    pub fn chosen() -> TerminalArgs {
        CHOSEN.get().copied().unwrap_or_default()
    }
}

/// Whether colors are used on a stream.
pub(in crate::cli) fn color_on(stream: &impl IsTerminal) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match TerminalArgs::chosen().color {
        ColorWhen::Auto => stream.is_terminal() && !set("NO_COLOR") && !dumb,
        ColorWhen::Always => true,
        ColorWhen::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_found_in_any_command_line() {
        let of = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let found = TerminalArgs::of_words(&words);
            (found.color, found.no_pager)
        };
        assert_eq!(of("trailsift cuont"), (ColorWhen::Auto, false));
        assert_eq!(of("t --color never x"), (ColorWhen::Never, false));
        assert_eq!(
            of("t list --colour=always --no-pager"),
            (ColorWhen::Always, true)
        );
        assert_eq!(of("t --color=blue"), (ColorWhen::Auto, false));
        assert_eq!(of("t --color never --color auto"), (ColorWhen::Auto, false));
        assert_eq!(of("t -- --no-pager"), (ColorWhen::Auto, false));
    }
}
