//! Parses the selection of a rule with the definitions of the command line, so that both accept the same flags.

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::check::SelectWords;
use crate::cli::args::{Selection, Time};
use crate::cli::flags::FLAGS;
use crate::cli::{Failure, conditions, setup};
use crate::select::{Condition, Expr, Test};
use crate::time::{Moment, Zone};

/// The flags that a selection of a rule accepts.
#[derive(Debug, Parser)]
#[command(
    name = "select",
    no_binary_name = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
struct Typed {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    time: Time,
}

/// The conditions of a selection, or the error.
pub(in crate::cli) fn compile(
    words: SelectWords<'_>,
    zone: &Zone,
    now: Moment,
) -> Result<Vec<Condition>, String> {
    let words = match words {
        SelectWords::List(words) => words.to_vec(),
        SelectWords::Line(line) => split(line)?,
    };
    let matches = Typed::command()
        .try_get_matches_from(&words)
        .map_err(|error| plain(&error))?;
    let of_input = FLAGS.iter().find(|flag| {
        let source = matches.value_source(flag.name);
        flag.is_of_input && source == Some(ValueSource::CommandLine)
    });
    if let Some(flag) = of_input {
        return Err(format!(
            "--{} applies to the whole input; write it on the command line, where it chooses for all rules which \
             events are evaluated",
            flag.name
        ));
    }
    let typed = Typed::from_arg_matches(&matches).map_err(|error| plain(&error))?;
    let text = |failure: Failure| match failure {
        Failure::Usage(text) | Failure::Finding(text) | Failure::Other(text) => text,
        Failure::Write(error) => error.to_string(),
    };
    let mut conditions = conditions::conditions(&typed.selection, zone, now).map_err(text)?;
    let window = setup::window(&typed.time, zone, now).map_err(text)?;
    if window.since.is_some() || window.until.is_some() {
        conditions.push(Condition {
            typed: setup::typed_window(&typed.time, zone),
            expr: Expr::Flag(Test::Time(window)),
        });
    }
    if conditions.is_empty() {
        return Err("this selection has no condition; remove it to select all events".to_owned());
    }
    Ok(conditions)
}

/// Splits a line into words as a shell does, but refuses comments, which would silently remove conditions.
fn split(line: &str) -> Result<Vec<String>, String> {
    let words = shlex::split(line)
        .ok_or("a quotation mark is not closed, or a backslash is the last character; quote it as for a shell")?;
    let without_comments = shlex::split(&line.replace('#', "-"));
    if without_comments.map(|words| words.len()) != Some(words.len()) {
        return Err(
            "`#` starts a comment, so the rest would be ignored; put the word in quotation marks"
                .to_owned(),
        );
    }
    Ok(words)
}

/// The error of clap in one line, without the usage text of a command that does not exist.
fn plain(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.split("\n\nUsage:").next().unwrap_or_default();
    let text = text.split("\n\nFor more").next().unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let joined = lines.collect::<Vec<_>>().join("; ");
    joined.strip_prefix("error: ").unwrap_or(&joined).to_owned()
}
