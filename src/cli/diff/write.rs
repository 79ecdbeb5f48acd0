//! A difference in each of its formats. Not for: what differs (`tally`).

use std::collections::BTreeMap;
use std::io::{self, Write};

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

/// The number of the layout; it changes when a member changes its meaning or goes away.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'s> {
    schema: u32,
    by: &'s [String],
    old: Dump<'s>,
    new: Dump<'s>,
    same: u64,
    calls: Vec<Call<'s>>,
    new_values: BTreeMap<&'static str, &'s [NewValue]>,
}

#[derive(Serialize)]
struct Dump<'s> {
    dump: &'s str,
    events: u64,
}

#[derive(Serialize)]
struct Call<'s> {
    change: Change,
    old: u64,
    new: u64,
    /// In the order of `by`.
    values: &'s [String],
}

/// One document.
pub(super) fn json(shown: &Shown<'_>, writer: &mut Writer) -> io::Result<()> {
    let dump = |side: usize| Dump {
        dump: &shown.names[side],
        events: shown.totals[side],
    };
    let difference = shown.difference;
    let calls = difference.calls.iter().map(|changed| Call {
        change: changed.change,
        old: changed.old,
        new: changed.new,
        values: &changed.texts,
    });
    let values = difference.values.iter().map(Vec::as_slice);
    let document = Document {
        schema: SCHEMA,
        by: &shown.by,
        old: dump(0),
        new: dump(1),
        same: difference.same,
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
