//! `trailsift diff`: the differences between two dumps.

use std::ffi::OsString;

use clap::{Args, ValueHint};

use super::args::{Common, DiagnosticArgs, Input, Output, Selection, Source, Time};
use super::explain::{self, CommandReads};
use super::limits::Limits;
use super::missing_path::warn_of_empty;
use super::output::{self, Format, Writer};
use super::setup::{self, Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics};
use crate::input;
use crate::tally::{DiffQuestion, DiffSide, Difference};

mod write;

#[cfg(test)]
pub(super) use write::DiffDocument;

/// Compare two dumps: calls that are new, gone or changed.
///
/// Each dump is a file or a directory; its events are counted separately, each event once. In addition to calls, the
/// result lists the source addresses, user agents, regions, error codes and resources that occur in NEW and not in
/// OLD. Values that are gone are listed only for the fields of --by.
///
/// The columns of a row are: the change, events in OLD, events in NEW, the compared fields, and their values.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The dump to compare with: a file, a directory, or `-`.
    #[arg(value_name = "OLD", value_hint = ValueHint::AnyPath)]
    old: OsString,
    /// The dump to compare: a file, a directory, or `-`.
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath)]
    new: OsString,
    /// Fields [default: principal,EventSource,EventName].
    #[arg(
        long,
        value_name = "FIELD,…",
        default_value = "principal,EventSource,EventName",
        hide_default_value = true
    )]
    by: Vec<String>,
    #[command(flatten)]
    output: Output,
    /// Number of worker threads [default: number of CPUs].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512), help_heading = "Input")]
    threads: Option<u16>,
    #[command(flatten)]
    limits: Limits,
    /// Keep events that occur more than once in a dump.
    #[arg(long, help_heading = "Input")]
    keep_duplicates: bool,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    time: Time,
    #[command(flatten)]
    diagnostics: DiagnosticArgs,
}

pub(super) fn run(diff: Diff) -> Result<Status, Failure> {
    output::check(&diff.output)?;
    let contrast = DiffQuestion::new(setup::fields("--by", &diff.by)?).map_err(usage)?;
    let names = [diff.old, diff.new];
    let mut common = Common {
        input: Input {
            source: Source {
                dumps: names.to_vec(),
                threads: diff.threads,
                limits: diff.limits,
            },
            keep_duplicates: diff.keep_duplicates,
        },
        selection: diff.selection,
        time: diff.time,
        diagnostics: diff.diagnostics,
    };
    // Here --exit-status asks for a difference; that no event is selected is no reason to end with 1.
    let is_status_wanted = std::mem::take(&mut common.diagnostics.messages.exit_status);
    let [old, new] = &names;
    if old == "-" && new == "-" {
        return Err(usage("OLD and NEW: standard input can be read only once"));
    }
    // A directory that is in both dumps is read for each of them.
    let mut first = 0;
    let mut plan = Plan::over(&common, || {
        let mut discovery = input::discover(std::slice::from_ref(old));
        first = discovery.inputs.len();
        discovery.append(input::discover(std::slice::from_ref(new)));
        Ok(discovery)
    })?;
    if plan.diagnostics.explain {
        let reads = CommandReads {
            fields: contrast.by().iter().map(|field| ("--by", field)).collect(),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    let writer = plan.writer_next_to_inputs(diff.output.output.as_deref())?;
    let [mut was, mut is] = [DiffSide::new(&contrast), DiffSide::new(&contrast)];
    let report = plan.ask_apart(&contrast, first, [&mut was, &mut is])?;
    let totals = [was.total(), is.total()];
    let found: Vec<bool> = (0..contrast.by().len())
        .map(|field| was.found(field) || is.found(field))
        .collect();
    let difference = Difference::between(was, is);
    // One side alone is no comparison: everything would be new, or gone.
    let (old, new) = report.files.split_at(first.min(report.files.len()));
    let is_answer = diagnostics::is_answered(old) && diagnostics::is_answered(new);
    if is_answer {
        let shown = Shown {
            names: names.map(|name| name.to_string_lossy().into_owned()),
            by: contrast
                .by()
                .iter()
                .map(|field| field.name().to_owned())
                .collect(),
            totals,
            difference: &difference,
        };
        let left_out = write(&shown, &diff.output, writer)?;
        output::note_left_out(&plan.diagnostics, &left_out);
    } else {
        writer.discard();
    }
    let mut status = diagnostics::report(&plan, &common.diagnostics, &report);
    if !is_answer && diagnostics::is_answer(&report) {
        diagnostics::error("there is no comparison, as one of the two dumps could not be read");
        status = status.and(Status::Usage);
    }
    if totals != [0, 0] {
        warn_of_empty(&plan, contrast.by(), &found);
    }
    if is_answer && is_status_wanted {
        if totals == [0, 0] {
            diagnostics::error(
                "nothing is selected in either dump, so there is nothing to compare",
            );
            status = status.and(Status::Usage);
        } else if !difference.is_empty() {
            status = status.and(Status::No);
        }
    }
    plan.keep_record(&report, status)
}

/// The shown difference.
struct Shown<'s> {
    /// The dumps, as typed.
    names: [String; 2],
    by: Vec<String>,
    /// Events that were compared.
    totals: [u64; 2],
    difference: &'s Difference,
}

/// Writes the difference, and returns the titles of the columns that did not fit into a table.
fn write(shown: &Shown<'_>, output: &Output, mut writer: Writer) -> Result<Vec<String>, Failure> {
    let mut left_out = Vec::new();
    match output::format(output, &writer) {
        Format::Table => left_out = write::table(shown, &mut writer)?,
        Format::Json => write::json(shown, &mut writer)?,
        Format::Md => writer.write_rows(&write::markdown(shown))?,
        _ => return Ok(write::rows(shown, output, writer)?),
    }
    writer.finish()?;
    Ok(left_out)
}
