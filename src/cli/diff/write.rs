//! A difference between two dumps, in each format.

use std::collections::BTreeMap;
use std::io::{self, Write};

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::Shown;
use crate::cli::args::Output;
use crate::cli::output::{self, Rows, Writer};
use crate::render::markdown::{self, escaped};
use crate::render::table::{Column, Table};
use crate::render::wrap::{Lines, wrap};
use crate::tally::{Change, ChangedCall, FACETS, NewValue};
use crate::text::Value;
use crate::text::{grouped, plural};

/// The version of the document. It increases if a member is removed or changes its meaning.
const SCHEMA: u32 = 2;

/// How two dumps differ: `trailsift diff --format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(in crate::cli) struct DiffDocument<'s> {
    /// Version of this document: 2.
    #[cfg_attr(test, schemars(extend("const" = 2)))]
    schema: u32,
    /// The fields that calls are grouped by.
    by: &'s [String],
    /// The old dump.
    old: DumpEvents<'s>,
    /// The new dump.
    new: DumpEvents<'s>,
    /// Number of calls that both dumps contain equally often.
    unchanged: u64,
    /// The calls that differ: first new ones, then gone ones, then ones with a different number of events.
    calls: Vec<DiffCall<'s>>,
    /// Values of selected fields that only the new dump contains, by field.
    new_values: BTreeMap<&'static str, &'s [NewValue]>,
}

/// A dump.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct DumpEvents<'s> {
    /// Its path, as typed.
    dump: &'s str,
    /// Number of selected events in it.
    events: u64,
}

/// A call that differs.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct DiffCall<'s> {
    /// How it differs.
    change: Change,
    /// Number of events in the old dump.
    old: u64,
    /// Number of events in the new dump.
    new: u64,
    /// Its values of the fields `by`, in the same order.
    values: &'s [String],
}

/// One document.
pub(super) fn json(shown: &Shown<'_>, writer: &mut Writer) -> io::Result<()> {
    let dump = |side: usize| DumpEvents {
        dump: &shown.names[side],
        events: shown.totals[side],
    };
    let difference = shown.difference;
    let calls = difference.calls.iter().map(|changed| DiffCall {
        change: changed.change,
        old: changed.old,
        new: changed.new,
        values: &changed.texts,
    });
    let values = difference.values.iter().map(Vec::as_slice);
    let document = DiffDocument {
        schema: SCHEMA,
        by: &shown.by,
        old: dump(0),
        new: dump(1),
        unchanged: difference.same,
        calls: calls.collect(),
        new_values: FACETS.into_iter().zip(values).collect(),
    };
    output::write_document(&document, writer)
}

/// One row per difference: what happened, how often before and now, what is compared, its value or values.
pub(super) fn rows(shown: &Shown<'_>, output: &Output, writer: Writer) -> io::Result<Vec<String>> {
    let mut columns = vec![
        Column::fixed("change"),
        Column::number("old"),
        Column::number("new"),
        Column::text("compared"),
    ];
    columns.extend((1..=shown.by.len()).map(|nth| Column::text(format!("value{nth}"))));
    let mut rows = Rows::open(writer, output, columns, None)?;
    let by = shown.by.join(",");
    for changed in &shown.difference.calls {
        let mut cells = front(changed);
        cells.push(text(&by));
        cells.extend(changed.texts.iter().map(text));
        rows.push(&cells)?;
    }
    for (facet, values) in FACETS.iter().zip(&shown.difference.values) {
        for value in values {
            let mut cells = vec![text(Change::New.name()), number(0), number(value.events)];
            cells.extend([text(facet), text(&value.value)]);
            // As many cells as every row has.
            cells.resize(4 + shown.by.len(), text(""));
            rows.push(&cells)?;
        }
    }
    rows.finish()
}

/// Columns and cells of one table.
type Part = (Vec<Column>, Vec<Vec<Value<'static>>>);

/// The tables for reading: the calls, and the new values of each facet. Empty ones are left out.
fn parts(shown: &Shown<'_>) -> Vec<Part> {
    let difference = shown.difference;
    let mut columns = vec![
        Column::fixed("change"),
        Column::number("old"),
        Column::number("new"),
    ];
    columns.extend(shown.by.iter().map(|name| output::column(name)));
    let calls = difference.calls.iter().map(|changed| {
        let mut cells = front(changed);
        cells.extend(changed.texts.iter().map(text));
        cells
    });
    let mut parts = vec![(columns, calls.collect())];
    for (facet, values) in FACETS.iter().zip(&difference.values) {
        let columns = vec![Column::number("events"), Column::id(format!("new {facet}"))];
        let rows = values
            .iter()
            .map(|value| vec![number(value.events), text(&value.value)]);
        parts.push((columns, rows.collect()));
    }
    parts.retain(|(_, rows): &Part| !rows.is_empty());
    parts
}

/// What happened to a call, and how often it was made before and now.
fn front(changed: &ChangedCall) -> Vec<Value<'static>> {
    vec![
        text(changed.change.name()),
        number(changed.old),
        number(changed.new),
    ]
}

fn text(text: impl AsRef<str>) -> Value<'static> {
    Value::Owned(text.as_ref().to_owned())
}

fn number(number: u64) -> Value<'static> {
    Value::Owned(number.to_string())
}

/// Tables for people, with a sentence above them.
pub(super) fn table(shown: &Shown<'_>, writer: &mut Writer) -> io::Result<Vec<String>> {
    let mut left_out = Vec::new();
    let mut sentence = String::new();
    let lines = Lines {
        column: 0,
        is_touching: false,
        indent: 0,
        width: output::width(writer).unwrap_or(usize::MAX),
    };
    wrap(&mut sentence, lines, &summary(shown));
    writer.write_all(sentence.as_bytes())?;
    for (columns, rows) in parts(shown) {
        writer.write_rows(b"\n")?;
        let mut table = Table::new(columns, output::look(writer, true, None));
        for row in rows {
            let cells = row.iter().map(|cell| cell.cell_text().into_owned());
            table.push(cells.collect(), writer)?;
        }
        left_out.extend(table.finish(writer)?);
    }
    Ok(left_out)
}

/// A page for a pull request.
pub(super) fn markdown(shown: &Shown<'_>) -> Vec<u8> {
    let mut out = format!("{}\n", escaped(&summary(shown))).into_bytes();
    for (columns, rows) in parts(shown) {
        out.push(b'\n');
        let names = columns.iter().map(|it| (it.title.as_str(), it.right));
        markdown::write_header(&mut out, names);
        for row in &rows {
            markdown::write_row(&mut out, row);
        }
    }
    out
}

/// Both dumps and their difference in a sentence.
fn summary(shown: &Shown<'_>) -> String {
    let difference = shown.difference;
    let [old, new] = [0, 1].map(|side| {
        let events = plural(shown.totals[side], "event");
        format!("{} ({events})", shown.names[side])
    });
    let [appeared, gone, changed] = [Change::New, Change::Gone, Change::Changed]
        .map(|change| grouped(difference.count(change)));
    format!(
        "{old} against {new}: {appeared} new, {gone} gone, {changed} changed, {} the same, by {}",
        grouped(difference.same),
        shown.by.join(", ")
    )
}
