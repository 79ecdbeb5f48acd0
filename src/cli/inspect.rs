//! `trailsift inspect`: what a dump is, what is in it, and what may be missing from it.

use std::ffi::OsString;

use clap::{Args, ValueEnum, ValueHint};

use super::args::{Clock, Common, DiagnosticArgs, Input, MessageArgs, Selection, Source, Time};
use super::audit::{self, Audit};
use super::output;
use super::setup::Plan;
use super::status::Status;
use super::{Failure, diagnostics};
use crate::inspect::{FindingSeverity, LookupCommand};
use crate::render::terminal::sanitize;
use crate::time::{Moment, Zone};

mod text;

/// Tells what a dump is and holds, and what may be missing from it.
///
/// An answer is no better than the dump it is found in. Findings are graded: an error is something
/// that is missing (a NextToken, a cut, an error text of the AWS CLI), a warning something that looks
/// so (a silence inside a busy period, regions that begin at different times), a note something that
/// the dump cannot tell (one region alone, one user alone).
///
/// Of more than 20 dumps those alone have a screen that have an error or a warning; the others are counted.
///
/// Ends with 1 when a finding is as grave as --fail-on says, or graver. An input that cannot be read
/// ends with 2 all the same, and a loss without such a finding with 3.
///
/// A file is read twice, for its events and for its SHA-256; a pipe once, but kept, in memory up to
/// 64 MiB, then in a temporary file.
///
/// Memory: about 60 bytes an event; each account, region and identity up to 10,000 of them, and each
/// hour in which an account has events in a region, up to 400,000.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// `table` (a screen a dump) or `json` [default: table].
    ///
    /// JSON is one document, {"schema":1,"dumps":[…],"all":{…}}, with at most 50 names a list.
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,
    /// Print the lookups that would fill the gaps.
    ///
    /// As lines for a shell, instead of screens. Times are in UTC. A lookup reaches back 90 days from --now: what is older gets no line, and a comment says so.
    #[arg(long)]
    commands: bool,
    /// Severity from which to end with 1 [default: error].
    ///
    /// `note`, `warning` or `error`.
    #[arg(
        long,
        value_name = "SEVERITY",
        value_enum,
        default_value = "error",
        hide_default_value = true,
        hide_possible_values = true
    )]
    fail_on: FailOn,
    /// Write here instead of to standard output.
    ///
    /// Beside it first, then renamed. Never in place of an input.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<OsString>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    messages: MessageArgs,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// One document.
    Json,
}

/// From which severity on the answer is no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Any finding.
    Note,
    /// Something looks missing.
    Warning,
    /// Something is missing.
    Error,
}

impl FailOn {
    fn severity(self) -> FindingSeverity {
        match self {
            FailOn::Note => FindingSeverity::Note,
            FailOn::Warning => FindingSeverity::Warning,
            FailOn::Error => FindingSeverity::Error,
        }
    }
}

pub(super) fn run(inspect: InspectArgs) -> Result<Status, Failure> {
    let common = Common {
        input: Input {
            source: inspect.source,
            keep_duplicates: false,
        },
        selection: Selection::default(),
        time: Time(inspect.clock.0),
        diagnostics: DiagnosticArgs {
            messages: inspect.messages,
            ..DiagnosticArgs::default()
        },
    };
    let mut plan = Plan::new(&common)?;
    let mut writer = plan.writer_beside(inspect.output.as_deref())?;
    // The bytes of a pipe pass once, and are looked at twice: read and hashed.
    plan.keep_pipes();
    let inspected = audit::look(&plan, None)?;
    let document = &inspected.document;
    if document.dumps.is_empty() {
        // Nothing was read: no answer, not even that nothing is missing.
        writer.discard();
        return ended(&plan, &inspected, inspect.fail_on);
    }
    if inspect.commands && inspect.format == Format::Table {
        let text = script(&document.all.commands, &plan);
        writer.write_rows(text.as_bytes())?;
    } else if inspect.format == Format::Table {
        text::write(document, &mut writer)?;
    } else {
        output::write_document(document, &mut writer)?;
    }
    writer.finish()?;
    ended(&plan, &inspected, inspect.fail_on)
}

/// Tells the rest, and gives the exit status.
fn ended(plan: &Plan, inspected: &Audit, fail_on: FailOn) -> Result<Status, Failure> {
    let mut status = diagnostics::inspected(plan, &inspected.report).and(inspected.status);
    let severities = &inspected.document.all.severities;
    let worst = severities.iter().any(|(name, count)| {
        *count > 0 && FindingSeverity::from_name(name) >= Some(fail_on.severity())
    });
    if worst {
        status = status.and(Status::No);
    }
    plan.write_manifest(&inspected.report, inspected, status)?;
    Ok(status)
}

/// The lookups as a script, with what to mind in comments. Text from dumps never leaves its comment.
fn script(commands: &[LookupCommand], plan: &Plan) -> String {
    let lines = commands.iter().filter(|command| command.command.is_some());
    let now = Moment {
        nanos: 0,
        ..plan.now
    };
    let now = crate::time::to_text(now, &Zone::Utc);
    let mut out = match lines.count() as u64 {
        0 => format!("# no lookup that would fill a gap, as of {now}\n"),
        count => format!(
            "# {} for the connected side, as of {now}; then `trailsift inspect` on all files together\n",
            diagnostics::count(count, "lookup")
        ),
    };
    for command in commands {
        let mut words = vec![command.finding.to_owned()];
        words.extend(command.dump.clone());
        words.extend(command.account.as_ref().map(|it| format!("account {it}")));
        if command.command.is_none() {
            words.extend(command.region.clone());
            let span = [&command.start, &command.end].map(|it| it.as_deref().unwrap_or("?"));
            if command.end.is_some() {
                words.push(format!("{} to {}", span[0], span[1]));
            }
        }
        words.extend(command.note.clone());
        out.push_str(&format!("# {}\n", sanitize(&words.join("; "))));
        if let Some(line) = &command.command {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
