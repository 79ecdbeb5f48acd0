//! A difference in each of its formats. Not for: what differs (`tally`).

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use serde::Serialize;

use super::Shown;
use crate::cli::output::{self, Writer};
use crate::dump::{grouped, plural};
use crate::render::markdown::escaped;
use crate::render::table::{Column, Table};
use crate::render::tsv;
use crate::tally::{Change, FACETS, NewValue};
use crate::text::Value;

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

/// A row a difference: what happened, how often before and now, what is compared, its value or values.
pub(super) fn tsv(shown: &Shown<'_>, header: bool) -> Vec<u8> {
    let by = shown.by.join(",");
    let mut out = Vec::new();
    if header {
        let front = ["change", "old", "new", "compared"].map(str::to_owned);
        let values = (1..=shown.by.len()).map(|nth| format!("value{nth}"));
        tsv::write_header(&mut out, front.into_iter().chain(values));
    }
    let mut row = |change: Change, [old, new]: [u64; 2], what: &str, values: &[String]| {
        let front = [
            change.name().to_owned(),
            old.to_string(),
            new.to_string(),
            what.to_owned(),
        ];
        let cells = front.into_iter().chain(values.iter().cloned());
        tsv::write_row(&mut out, &cells.map(Value::Owned).collect::<Vec<_>>());
    };
    for changed in &shown.difference.calls {
        row(
            changed.change,
            [changed.old, changed.new],
            &by,
            &changed.texts,
        );
    }
    for (facet, values) in FACETS.iter().zip(&shown.difference.values) {
        for value in values {
            // As many cells as every row has.
            let mut cells = vec![String::new(); shown.by.len()];
            cells[0].clone_from(&value.value);
            row(Change::New, [0, value.events], facet, &cells);
        }
    }
    out
}

/// Tables for people, with a sentence above them.
pub(super) fn table(shown: &Shown<'_>, writer: &mut Writer) -> io::Result<()> {
    writer.write_rows(format!("{}\n", summary(shown)).as_bytes())?;
    let difference = shown.difference;
    if !difference.calls.is_empty() {
        writer.write_rows(b"\n")?;
        let mut columns = vec![
            Column::kept("change"),
            Column::number("old"),
            Column::number("new"),
        ];
        columns.extend(shown.by.iter().map(|name| output::column(name)));
        let mut table = Table::new(columns, output::look(writer, true, None));
        for changed in &difference.calls {
            let mut cells = vec![changed.change.name().to_owned()];
            cells.extend([changed.old, changed.new].map(|count| count.to_string()));
            cells.extend(changed.texts.iter().cloned());
            table.push(cells, writer)?;
        }
        table.finish(writer)?;
    }
    for (facet, values) in FACETS.iter().zip(&difference.values) {
        if values.is_empty() {
            continue;
        }
        writer.write_rows(b"\n")?;
        let columns = vec![
            Column::number("events"),
            Column::kept(format!("new {facet}")),
        ];
        let mut table = Table::new(columns, output::look(writer, true, None));
        for value in values {
            table.push(vec![value.events.to_string(), value.value.clone()], writer)?;
        }
        table.finish(writer)?;
    }
    Ok(())
}

/// A page for a pull request.
pub(super) fn markdown(shown: &Shown<'_>) -> String {
    let difference = shown.difference;
    let mut out = format!("{}\n", escaped(&summary(shown)));
    let numbers = |counts: &[u64]| counts.iter().map(u64::to_string).collect::<Vec<_>>();
    if !difference.calls.is_empty() {
        let front = ["change", "old", "new"].map(str::to_owned);
        let titles = front.into_iter().chain(shown.by.iter().cloned());
        let rows = difference.calls.iter().map(|changed| {
            let mut cells = vec![changed.change.name().to_owned()];
            cells.extend(numbers(&[changed.old, changed.new]));
            cells.extend(changed.texts.iter().cloned());
            cells
        });
        markdown_table(&mut out, &titles.collect::<Vec<_>>(), 1..3, rows);
    }
    for (facet, values) in FACETS.iter().zip(&difference.values) {
        let titles = ["events".to_owned(), format!("new {facet}")];
        let rows = values.iter().map(|value| {
            let mut cells = numbers(&[value.events]);
            cells.push(value.value.clone());
            cells
        });
        if !values.is_empty() {
            markdown_table(&mut out, &titles, 0..1, rows);
        }
    }
    out
}

/// A table behind a blank line.
fn markdown_table(
    out: &mut String,
    titles: &[String],
    numeric: Range<usize>,
    rows: impl Iterator<Item = Vec<String>>,
) {
    out.push('\n');
    let mut line = |cells: &[String]| {
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    let escape = |cells: &[String]| cells.iter().map(|it| escaped(it)).collect::<Vec<_>>();
    let rule = (0..titles.len()).map(|nth| if numeric.contains(&nth) { "--:" } else { "---" });
    let head = [escape(titles), rule.map(str::to_owned).collect()];
    for cells in head.into_iter().chain(rows.map(|cells| escape(&cells))) {
        line(&cells);
    }
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
