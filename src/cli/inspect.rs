//! `trailsift inspect`: describes a dump and reports possible gaps.

use std::ffi::OsString;

use clap::{Args, ValueEnum, ValueHint};

use super::args::{Clock, Common, DiagnosticArgs, Input, MessageArgs, Selection, Source, Time};
use super::audit::{self, Audit};
use super::output::{self, Format};
use super::setup::Plan;
use super::status::Status;
use super::{Failure, diagnostics};
use crate::inspect::{FindingSeverity, LookupCommand};
use crate::render::terminal::sanitize;
use crate::time::{Moment, Zone};

mod text;

/// The formats that the command writes.
const FORMATS: [Format; 2] = [Format::Table, Format::Json];

/// Describe a dump and report possible gaps.
///
/// Each finding has a severity. An error means that events are missing (a NextToken, a file that is
/// cut off, an error text of the AWS CLI). A warning means that events are probably missing (no events
/// inside a busy period, regions that start at different times). A note means that the dump is limited
/// (one region only, one user only).
///
/// With more than 20 dumps, only those with an error or a warning are shown in full; the rest are
/// counted.
///
/// Exit status: 1 if a finding is at least as severe as --fail-on; 2 if an input cannot be read; 3 if
/// a part of an input was lost without such a finding.
///
/// A file is read twice, for its events and for its SHA-256. A pipe is read once and stored, up to
/// 64 MiB in memory, more in a temporary file.
///
/// Memory: about 60 bytes per event; each account, region and identity up to 10,000 of them, and each
/// hour in which an account has events in a region, up to 400,000.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// `table` (a page per dump) or `json` [default: table].
    ///
    /// JSON is one document, {"schema":2,"dumps":[…],"all":{…}}, with at most 50 names per list.
    /// `trailsift schema inspect` describes it.
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = Format::among(&FORMATS),
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,
    /// Print the lookups that fetch the missing events.
    ///
    /// As a shell script, instead of the description. Times are in UTC. A lookup covers the 90 days before --now: for
    /// older events a comment says that no lookup is possible.
    #[arg(long)]
    commands: bool,
    /// Lowest severity that ends with 1 [default: error].
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
    /// Write to this file instead of standard output.
    ///
    /// The output is written to a temporary file and renamed when it is complete. An input is never overwritten.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<OsString>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    messages: MessageArgs,
}

/// Values of `--fail-on`.
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
    let mut writer = plan.writer_next_to_inputs(inspect.output.as_deref())?;
    // Two passes are needed, for the events and for the hash, and a pipe can be read only once.
    plan.keep_pipes();
    let inspected = audit::look(&plan, None)?;
    let document = &inspected.document;
    if document.dumps.is_empty() {
        // Nothing was read, so there is no answer, not even that nothing is missing.
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

/// Prints the diagnostics and returns the exit status.
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

/// The lookups as a shell script, with notes as comments. Text from dumps cannot leave its comment.
fn script(commands: &[LookupCommand], plan: &Plan) -> String {
    let lines = commands.iter().filter(|command| command.command.is_some());
    let now = Moment {
        nanos: 0,
        ..plan.now
    };
    let now = crate::time::to_text(now, &Zone::Utc);
    let mut out = match lines.count() as u64 {
        0 => format!("# no lookup can fetch missing events, as of {now}\n"),
        count => format!(
            "# run {} on a machine with AWS access, as of {now}; then run `trailsift inspect` on all files together\n",
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
