//! `trailsift list`: a row an event.

use clap::Args;

use super::args::{Common, Output};
use super::explain::{self, CommandReads};
use super::output::{self, Format, Rows};
use super::setup::{self, Plan};
use super::status::Status;
use super::{Failure, diagnostics};
use crate::event::Field;
use crate::rows::{Columns, Detail, Direction, Encoding, Listing};

/// Lists events, one a row, in the order of the input.
///
/// Without further ado: EventTime, EventSource and EventName, tab-separated, as the jq recipe
/// `.Events[] | [.EventTime, .EventSource, .EventName] | @tsv` has them.
#[derive(Debug, Args)]
pub(super) struct List {
    /// More columns: outcome, principal, region, address.
    ///
    /// EventTime, outcome, principal, EventSource, EventName, awsRegion, sourceIPAddress, errorCode.
    #[arg(short, long, conflicts_with = "fields")]
    long: bool,
    /// Columns, any fields (`trailsift fields` lists them).
    ///
    /// Names of the envelope (`EventName`), paths of the record (`userIdentity.arn`), computed fields (principal, session, service, outcome, date, hour, account, resource, file, offset), or the words key, who, source, name, region, ip, id, error, time. `.x` selects a member with any name.
    #[arg(long, value_name = "FIELD,…")]
    fields: Vec<String>,
    /// Sort by a field; `-EventTime` puts the newest first.
    ///
    /// Keeps all rows in memory.
    #[arg(long, value_name = "[-]FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
    /// At most this many rows.
    ///
    /// Without `--sort`, reading stops there.
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
    let is_json = matches!(list.output.format, Some(Format::Json | Format::Jsonl));
    let whole = typed.is_empty() && !list.long && is_json;
    let fields = match (typed.is_empty(), list.long) {
        (false, _) => typed,
        (true, true) => setup::fields("--long", &LONG.map(str::to_owned))?,
        (true, false) => setup::fields("--fields", &SHORT.map(str::to_owned))?,
    };
    if plan.diagnostics.explain {
        let columns = fields.iter().map(|field| ("column", field));
        let order = sort.iter().map(|(field, _)| ("--sort", field));
        let reads = CommandReads {
            fields: columns.filter(|_| !whole).chain(order).collect(),
            whole: whole.then_some("the whole event, to be written"),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    let writer = plan.writer(list.output.output.as_deref())?;
    plan.resolve()?;
    let on_terminal = writer.on_terminal;
    let direction = sort.as_ref().map(|(_, direction)| *direction);
    if direction.is_none() {
        plan.limit = list.limit;
        plan.reports_stop = true;
    }
    let columns = fields.iter().map(output::column_of);
    let rows = Rows::open(writer, &list.output, columns.collect(), None)?;
    let encoding = if whole {
        Encoding::Whole(Detail {
            record_only: false,
            indent: None,
            style: None,
            clock: None,
        })
    } else {
        rows.encoding()
    };
    let question = Columns::new(fields, encoding, sort);
    let mut listing = Listing::new(rows, direction, list.limit, None);
    let report = plan.ask(&question, &mut listing, on_terminal)?;
    let found: Vec<bool> = (0..question.fields().len())
        .map(|column| listing.found(column))
        .collect();
    let kept = report.totals.kept;
    let sorted = listing.found_order();
    let rows = listing.finish()?;
    if diagnostics::is_answer(&report) {
        rows.finish()?;
    } else {
        rows.discard();
    }
    let status = diagnostics::report(&plan, &list.common.diagnostics, &report);
    if kept > 0 && !whole {
        warn_of_empty(question.fields(), &found);
    }
    if let (1.., Some(field)) = (kept, question.sort_field()) {
        warn_of_empty(std::slice::from_ref(field), &[sorted]);
    }
    plan.keep_record(&report, status)
}

/// A path that was found in no event is most likely misspelt.
pub(super) fn warn_of_empty(fields: &[Field], found: &[bool]) {
    for (field, found) in fields.iter().zip(found) {
        if field.is_path() && !found {
            diagnostics::warning(&format!(
                "`{}` was found in no selected event{}",
                field.name(),
                diagnostics::of_elements(field)
            ));
        }
    }
}

fn sort_field(typed: &str) -> Result<(Field, Direction), Failure> {
    let (name, direction) = match typed.strip_prefix('-') {
        Some(name) => (name, Direction::Down),
        None => (typed, Direction::Up),
    };
    Ok((setup::field("--sort", name)?, direction))
}
