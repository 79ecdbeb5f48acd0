//! `trailsift list`: one row per event.

use clap::Args;

use super::args::{Common, Output};
use super::explain::{self, CommandReads};
use super::missing_path::warn_of_empty;
use super::output::{self, Rows};
use super::setup::{self, Plan};
use super::status::Status;
use super::{Failure, diagnostics};
use crate::event::Field;
use crate::rows::{Columns, Direction, Listing};

/// List events, one per row, in input order.
///
/// By default the columns are EventTime, EventSource and EventName, tab-separated, as the jq program
/// `.Events[] | [.EventTime, .EventSource, .EventName] | @tsv` prints them. With --format json or jsonl the same columns
/// are the members of objects. To print whole events use `trailsift show --compact`, or --fields event.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Print more columns: outcome, principal, region, IP.
    ///
    /// The columns are EventTime, outcome, principal, EventSource, EventName, awsRegion, sourceIPAddress, errorCode. On a
    /// terminal that is too narrow for all of them, cells are shortened in the middle, and columns are omitted if they still
    /// do not fit.
    #[arg(short, long, conflicts_with = "fields")]
    long: bool,
    /// Print these fields as columns (see `trailsift fields`).
    ///
    /// A field is a member of the envelope (`EventName`), a path of the record (`userIdentity.arn`), a computed field
    /// (principal, session, service, outcome, date, hour, account, resource, file, offset, and event, which is the whole
    /// event as JSON), or one of the words key, who, source, name, region, ip, id, error, time. `.x` selects a member with
    /// any name.
    #[arg(long, value_name = "FIELD,…")]
    fields: Vec<String>,
    /// Sort by a field; `-EventTime` prints the newest first.
    ///
    /// Keeps all rows in memory. Rows that lack the field come last.
    #[arg(long, value_name = "[-]FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Reverse the order.
    ///
    /// Keeps all rows in memory.
    #[arg(short, long)]
    reverse: bool,
    /// Print at most this many rows.
    ///
    /// Without --sort and --reverse, the rest of the input is not read.
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    common: Common,
}

const SHORT: [&str; 3] = ["EventTime", "EventSource", "EventName"];
const LONG: [&str; 8] = [
    "EventTime",
    "outcome",
    "principal",
    "EventSource",
    "EventName",
    "awsRegion",
    "sourceIPAddress",
    "errorCode",
];

pub(super) fn run(list: List) -> Result<Status, Failure> {
    output::check(&list.output)?;
    let typed = setup::fields("--fields", &list.fields)?;
    let sort = list.sort.as_deref().map(sort_field).transpose()?;
    let mut plan = Plan::new(&list.common)?;
    let fields = match (typed.is_empty(), list.long) {
        (false, _) => typed,
        (true, true) => setup::fields("--long", &LONG.map(str::to_owned))?,
        (true, false) => setup::fields("--fields", &SHORT.map(str::to_owned))?,
    };
    if plan.diagnostics.explain {
        let columns = fields.iter().map(|field| ("column", field));
        let order = sort.iter().map(|(field, _)| ("--sort", field));
        let reads = CommandReads {
            fields: columns.chain(order).collect(),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    let writer = plan.writer(list.output.output.as_deref())?;
    plan.resolve()?;
    let on_terminal = writer.on_terminal;
    let direction = sort.as_ref().map(|(_, direction)| *direction);
    if direction.is_none() && !list.reverse {
        plan.limit = list.limit;
    }
    let columns = fields.iter().map(output::column_of);
    let rows = Rows::open(writer, &list.output, columns.collect(), None)?;
    let question = Columns::new(fields, rows.encoding(), sort);
    let mut listing = Listing::new(rows, direction, list.limit, None);
    if list.reverse {
        listing = listing.reversed();
    }
    let report = plan.ask(&question, &mut listing, on_terminal)?;
    let found: Vec<bool> = (0..question.fields().len())
        .map(|column| listing.found(column))
        .collect();
    let kept = report.totals.kept;
    let sorted = listing.found_order();
    let rows = listing.finish()?;
    if diagnostics::is_answer(&report) {
        let left_out = rows.finish()?;
        output::note_left_out(&plan.diagnostics, &left_out);
    } else {
        rows.discard();
    }
    let status = diagnostics::report(&plan, &list.common.diagnostics, &report);
    if kept > 0 {
        warn_of_empty(&plan, question.fields(), &found);
    }
    if let (1.., Some(field)) = (kept, question.sort_field()) {
        warn_of_empty(&plan, std::slice::from_ref(field), &[sorted]);
    }
    plan.keep_record(&report, status)
}

fn sort_field(typed: &str) -> Result<(Field, Direction), Failure> {
    for (end, sign) in [(":desc", "-"), (":asc", "")] {
        if let Some(name) = typed.strip_suffix(end) {
            return Err(setup::usage(format!(
                "--sort {typed}: write `--sort {sign}{name}`; a dash before the field prints the largest first"
            )));
        }
    }
    let (name, direction) = match typed.strip_prefix('-') {
        Some(name) => (name, Direction::Down),
        None => (typed, Direction::Up),
    };
    Ok((setup::field("--sort", name)?, direction))
}
