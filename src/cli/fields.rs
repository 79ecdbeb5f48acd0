//! `trailsift fields`: list the paths that occur.

use std::borrow::Cow;

use clap::Args;

use super::args::{Common, Output};
use super::explain::{self, CommandReads};
use super::missing_path::warn_of_empty;
use super::output::{self, Rows, Writer};
use super::setup::{self, Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics};
use crate::event::Scope;
use crate::render::table::Column;
use crate::tally::{Beyond, LONGEST_PATH, MOST_PATHS, Occurring, Paths, Survey};
use crate::text::Value;
use crate::text::grouped;

/// List the field paths that occur, with counts and examples.
///
/// The paths are printed as --fields, --by and --where accept them.
///
/// Each row contains the number of selected events in which the path has a value, the number of different
/// values, and the first value. `x[]` means the elements of an array; objects are listed by their members. Members
/// of the envelope come first, then computed fields, then members of the record, then other names with a leading dot.
///
/// Up to 1,023 different values are counted exactly. A larger number is an estimate and marked, `~12345`: usually
/// within 3 %, very rarely more than 10 % off. Examples longer than 200 characters end with `…`.
///
/// Memory: up to 10 kB per path with many values. At most 20,000 paths are listed; if there are more, a warning gives
/// their number.
#[derive(Debug, Args)]
pub(super) struct Fields {
    /// List only this path and the paths below it.
    #[arg(long, value_name = "PATH")]
    prefix: Option<String>,
    /// List only paths that at least N events have.
    ///
    /// With 1, paths that are always null are omitted.
    #[arg(long, value_name = "N")]
    min: Option<u64>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(fields: Fields) -> Result<Status, Failure> {
    let prefix = fields
        .prefix
        .as_deref()
        .map(|typed| setup::field("--prefix", typed))
        .transpose()?;
    let scope = match &prefix {
        Some(field) => Scope::below(field).map_err(|error| usage(format!("--prefix: {error}")))?,
        None => Scope::all(),
    };
    output::check(&fields.output)?;
    let mut plan = Plan::new(&fields.common)?;
    if plan.diagnostics.explain {
        let reads = CommandReads {
            fields: prefix.iter().map(|field| ("--prefix", field)).collect(),
            whole: prefix.is_none().then_some("the whole event, to be listed"),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    plan.resolve()?;
    let writer = plan.writer(fields.output.output.as_deref())?;
    let mut paths = Paths::default();
    let report = plan.ask(&Survey::new(scope), &mut paths, false)?;
    let (total, beyond) = (paths.total(), paths.beyond().clone());
    let mut found = paths.into_occurring();
    let is_found = !found.is_empty() || beyond.events > 0;
    if let Some(min) = fields.min {
        found.retain(|path| path.events >= min);
    }
    if diagnostics::is_answer(&report) {
        let left_out = write(&fields.output, &found, writer)?;
        output::note_left_out(&plan.diagnostics, &left_out);
    } else {
        writer.discard();
    }
    let status = diagnostics::report(&plan, &fields.common.diagnostics, &report);
    if total > 0 {
        warn_of_empty(&plan, prefix.as_slice(), &[is_found]);
    }
    note_untypable(&fields, &found);
    warn_of_beyond(&beyond);
    plan.keep_record(&report, status)
}

/// Writes the paths, and returns the titles of the columns that did not fit into a table.
fn write(output: &Output, found: &[Occurring], writer: Writer) -> Result<Vec<String>, Failure> {
    let is_json = output::format(output, &writer).is_json();
    let mut columns = vec![
        Column::id("field"),
        Column::number("events"),
        Column::number("distinct"),
        Column::text("example"),
    ];
    if is_json {
        // A number cannot be marked as an estimate.
        columns.insert(3, Column::text("distinct_estimated"));
    }
    let mut rows = Rows::open(writer, output, columns, None)?;
    for path in found {
        let number = |number: u64| {
            if rows.is_table() {
                grouped(number)
            } else {
                number.to_string()
            }
        };
        let mut distinct = number(path.distinct);
        if path.is_estimated && !is_json {
            distinct.insert(0, '~');
        }
        let mut cells = vec![
            Value::Owned(path.path.clone()),
            Value::Owned(number(path.events)),
            Value::Owned(distinct),
            path.example.clone().map_or(Value::Null, Value::Owned),
        ];
        if is_json {
            cells.insert(3, Value::Bool(path.is_estimated));
        }
        rows.push(&cells)?;
    }
    Ok(rows.finish()?)
}

/// Reports names that no spelling can express.
fn note_untypable(fields: &Fields, found: &[Occurring]) {
    let mut odd = found.iter().filter(|path| !path.is_typable);
    if let Some(first) = odd.next() {
        let more = odd.count() as u64;
        let others = if more > 0 {
            Cow::Owned(format!(" and {}", diagnostics::count(more, "more path")))
        } else {
            Cow::Borrowed("")
        };
        diagnostics::note(
            &fields.common.diagnostics,
            &format!(
                "`{}`{others} cannot be typed as a field, because a name in it contains a quote",
                first.path
            ),
        );
    }
}

fn warn_of_beyond(beyond: &Beyond) {
    if beyond.events == 0 {
        return;
    }
    let (paths, is_estimated) = beyond.paths();
    diagnostics::warning(&format!(
        "{}{} more not listed, in {}: at most {} paths of at most {} bytes are listed; narrow them \
         down with --prefix or a selection",
        if is_estimated { "about " } else { "" },
        diagnostics::count(paths, "path"),
        diagnostics::count(beyond.events, "event"),
        grouped(MOST_PATHS as u64),
        grouped(LONGEST_PATH as u64),
    ));
}
