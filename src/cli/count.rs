//! `trailsift count`: how many events there are, grouped by fields.

use std::io::Write;

use clap::Args;

use super::args::{Common, Output};
use super::explain::{self, CommandReads};
use super::missing_path::warn_of_empty;
use super::output::{self, Format, Rows, Writer};
use super::setup::{self, Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics};
use crate::render::bar::Bar;
use crate::render::table::Column;
use crate::tally::{Group, Grouping, Groups, Histogram};
use crate::text::Value;
use crate::time::{self, Interval, Moment};

/// Count events, grouped by fields, largest first.
///
/// By default, events are grouped by EventSource and EventName, as `sort | uniq -c | sort -rn` would count them.
///
/// On a terminal, bars show the share of each row; with --every, histograms below the table show the counts over time.
#[derive(Debug, Args)]
pub(super) struct Count {
    /// Group by these fields [default: EventSource,EventName].
    ///
    /// With --every there is no default.
    #[arg(long, value_name = "FIELD,…")]
    by: Vec<String>,
    /// Group by intervals of time: 15m, 1h, 1d.
    ///
    /// Days begin at midnight in the zone of --tz.
    #[arg(long, value_name = "SPAN")]
    every: Option<String>,
    /// Also count the distinct values of a field.
    ///
    /// Keeps all of them in memory.
    #[arg(long, value_name = "FIELD")]
    distinct: Option<String>,
    /// Also print the first and the last time.
    #[arg(long)]
    first_last: bool,
    /// Also print the share of all counted events, in percent.
    #[arg(long)]
    percent: bool,
    /// Print at most N rows (with --every: per interval).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    top: Option<u64>,
    /// Print only rows with at least this count.
    #[arg(long, value_name = "N")]
    min: Option<u64>,
    /// Print one number: how many events are selected.
    #[arg(long, conflicts_with_all = ["by", "every", "distinct", "first_last", "percent", "top", "min"])]
    total: bool,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    common: Common,
}

mod timeline;

const USUAL: [&str; 2] = ["EventSource", "EventName"];

/// Empty intervals are listed if there are at most this many between two events.
const MOST_SPANS: usize = 100_000;

pub(super) fn run(count: Count) -> Result<Status, Failure> {
    output::check(&count.output)?;
    let every = count
        .every
        .as_deref()
        .map(|typed| Interval::parse(typed).map_err(usage))
        .transpose()?;
    let by = if count.by.is_empty() && every.is_none() && !count.total {
        setup::fields("--by", &USUAL.map(str::to_owned))?
    } else {
        setup::fields("--by", &count.by)?
    };
    let distinct = count
        .distinct
        .as_deref()
        .map(|typed| setup::field("--distinct", typed))
        .transpose()?;
    let grouping = Grouping {
        by,
        every,
        distinct,
        first_last: count.first_last,
    };
    let mut plan = Plan::new(&count.common)?;
    if plan.diagnostics.explain {
        return explain::print(&mut plan, &reads(&grouping));
    }
    let writer = plan.writer(count.output.output.as_deref())?;
    plan.resolve()?;
    let mut groups = Groups::new(&grouping);
    let report = plan.ask(&grouping, &mut groups, false)?;
    let found: Vec<bool> = (0..grouping.by.len()).map(|i| groups.found(i)).collect();
    let (total, found_distinct) = (groups.total(), groups.found_distinct());
    if !diagnostics::is_answer(&report) {
        writer.discard();
    } else if count.total {
        write_total(writer, &count.output, total)?;
    } else {
        let groups = groups.into_groups();
        let histogram = grouping
            .every
            .as_ref()
            .filter(|_| output::format(&count.output, &writer) == Format::Table)
            .and_then(|every| Histogram::new(&groups, every, &plan.zone, timeline::LINES));
        let rows = rows(&count, &grouping, groups, &plan);
        let shown = Shown {
            rows: &rows,
            total,
            histogram,
        };
        write(&count, &grouping, &shown, &plan, writer)?;
    }
    let status = diagnostics::report(&plan, &count.common.diagnostics, &report);
    if total > 0 {
        warn_of_empty(&plan, &grouping.by, &found);
        warn_of_empty(&plan, grouping.distinct.as_slice(), &[found_distinct]);
    }
    plan.keep_record(&report, status)
}

/// What is looked at, to be explained.
fn reads(grouping: &Grouping) -> CommandReads<'_> {
    let by = grouping.by.iter().map(|field| ("--by", field));
    let distinct = grouping.distinct.iter().map(|field| ("--distinct", field));
    let every = grouping.every.iter().map(|_| ("--every", "EventTime"));
    let first_last = grouping.first_last.then_some(("--first-last", "EventTime"));
    CommandReads {
        fields: by.chain(distinct).collect(),
        names: every.chain(first_last).collect(),
        whole: None,
    }
}

fn write_total(writer: Writer, output: &Output, total: u64) -> Result<(), Failure> {
    // A single number has a heading only if it is requested.
    let output = Output {
        no_header: !output.header,
        ..output.clone()
    };
    let mut rows = Rows::open(writer, &output, vec![Column::number("count")], None)?;
    rows.push(&[Value::Owned(total.to_string())])?;
    rows.finish()?;
    Ok(())
}

/// The rows that are wanted, empty spans of time filled in.
fn rows(count: &Count, grouping: &Grouping, mut groups: Vec<Group>, plan: &Plan) -> Vec<Group> {
    if let Some(min) = count.min {
        groups.retain(|group| group.count >= min);
    }
    if let Some(top) = count.top {
        let mut bucket = None;
        let mut taken = 0;
        groups.retain(|group| {
            if bucket != Some(group.bucket) {
                bucket = Some(group.bucket);
                taken = 0;
            }
            taken += 1;
            taken <= top
        });
    }
    match &grouping.every {
        Some(every) if grouping.by.is_empty() && count.min.is_none() => filled(groups, every, plan),
        _ => groups,
    }
}

/// Adds a row of zero for each span of time without events between the first and the last.
fn filled(groups: Vec<Group>, every: &Interval, plan: &Plan) -> Vec<Group> {
    let mut all: Vec<Group> = Vec::with_capacity(groups.len());
    for group in groups {
        let next = |at: Moment| every.next(at, &plan.zone);
        if let (Some(before), Some(bucket)) = (all.last().and_then(|g| g.bucket), group.bucket) {
            let mut gap = Vec::new();
            let mut at = next(before);
            while at < bucket && gap.len() < MOST_SPANS {
                gap.push(Group {
                    bucket: Some(at),
                    ..Group::default()
                });
                at = next(at);
            }
            if gap.len() < MOST_SPANS {
                all.append(&mut gap);
            } else {
                diagnostics::warning(&format!(
                    "more than {MOST_SPANS} empty spans of {every} after {}: they are left out",
                    time::to_text(before, &plan.zone)
                ));
            }
        }
        all.push(group);
    }
    all
}

/// The cells of a row, typed.
fn cells(
    count: &Count,
    grouping: &Grouping,
    group: &Group,
    total: u64,
    plan: &Plan,
) -> Vec<Value<'static>> {
    let time = |moment: Option<Moment>| match moment {
        Some(moment) => Value::Owned(plan.format.to_text(moment, &plan.zone)),
        None => Value::Missing,
    };
    let text = |text: &String| {
        if text.is_empty() {
            Value::Missing
        } else {
            Value::Owned(text.clone())
        }
    };
    let mut cells = vec![Value::Owned(group.count.to_string())];
    if grouping.every.is_some() {
        cells.push(time(group.bucket));
    }
    cells.extend(group.texts.iter().map(text));
    if count.first_last {
        cells.push(time(group.first));
        cells.push(time(group.last));
    }
    if count.percent {
        let share = group.count as f64 * 100.0 / total.max(1) as f64;
        cells.push(Value::Owned(format!("{share:.1}")));
    }
    if grouping.distinct.is_some() {
        cells.push(Value::Owned(group.distinct.to_string()));
    }
    cells
}

/// The columns, in the order of [`cells`].
fn columns(count: &Count, grouping: &Grouping) -> Vec<Column> {
    let mut columns = vec![Column::number("count")];
    if grouping.every.is_some() {
        columns.push(Column::fixed("bucket"));
    }
    columns.extend(grouping.by.iter().map(output::column_of));
    if count.first_last {
        columns.extend([Column::fixed("first"), Column::fixed("last")]);
    }
    if count.percent {
        columns.push(Column::number("percent"));
    }
    if grouping.distinct.is_some() {
        columns.push(Column::number("distinct"));
    }
    columns
}

/// The shown counts.
struct Shown<'s> {
    rows: &'s [Group],
    /// All counted events.
    total: u64,
    /// What is drawn below a table.
    histogram: Option<Histogram>,
}

/// What the bars of a table measure: with spans of time counts, else shares of all counted events.
fn bar(count: &Count, shown: &Shown<'_>) -> Option<Bar> {
    let most = shown.rows.iter().map(|group| group.count).max()?;
    Some(if count.every.is_some() {
        Bar::Value { most }
    } else {
        Bar::Share {
            of: shown.total,
            most,
            is_written: !count.percent,
        }
    })
}

fn write(
    count: &Count,
    grouping: &Grouping,
    shown: &Shown<'_>,
    plan: &Plan,
    writer: Writer,
) -> Result<(), Failure> {
    let look = output::look(&writer, true, None);
    let columns = columns(count, grouping);
    let mut rows = Rows::open(writer, &count.output, columns, bar(count, shown))?;
    for group in shown.rows {
        let cells = cells(count, grouping, group, shown.total, plan);
        rows.push_bar(&cells, group.count)?;
    }
    let (mut writer, left_out) = rows.close()?;
    // Without a row there is nothing that lines could belong to.
    let histogram = shown.histogram.as_ref().filter(|_| !shown.rows.is_empty());
    if let (Some(histogram), Some(every)) = (histogram, &grouping.every) {
        let text = timeline::drawn(histogram, grouping, every, plan, look);
        writer.write_all(text.as_bytes())?;
    }
    writer.finish()?;
    output::note_left_out(&plan.diagnostics, &left_out);
    Ok(())
}
