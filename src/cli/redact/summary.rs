//! What is told when all is written: how much was replaced, which names were not searched for in text, and the way
//! back.
//!
//! Not for: what went wrong (`diagnostics`).

use std::ffi::OsStr;
use std::io::Write;

use crate::cli::args::DiagnosticArgs;
use crate::cli::output::{self, Writer};
use crate::cli::{Failure, diagnostics};
use crate::redact::{LEAST_IN_TEXT, Pseudonyms, ReplacementCounts, SensitiveValues, ValueKind};
use crate::render::table::{Column, Table};
use crate::render::tsv;

/// Names that are listed one by one.
const LISTED: usize = 100;

/// Prints kinds, different values and replacements; on standard error when the dump goes to standard output.
pub(super) fn print(
    pseudonyms: &Pseudonyms,
    counts: &ReplacementCounts,
    is_stdout_taken: bool,
    diagnostics: &DiagnosticArgs,
) -> Result<(), Failure> {
    let kinds = ValueKind::ALL.into_iter();
    let kinds = kinds.map(|kind| (kind, pseudonyms.count(kind), counts.of(kind)));
    let kinds: Vec<_> = kinds.filter(|(_, values, _)| *values > 0).collect();
    if is_stdout_taken {
        let parts: Vec<String> = kinds
            .iter()
            .map(|(kind, _, count)| format!("{} {count}", kind.name()))
            .collect();
        let parts = match parts.is_empty() {
            true => "nothing".to_owned(),
            false => parts.join(", "),
        };
        diagnostics::note(diagnostics, &format!("replaced: {parts}"));
        return Ok(());
    }
    let mut writer = Writer::new(None)?;
    if writer.on_terminal {
        let columns = [
            Column::fixed("kind"),
            Column::number("values"),
            Column::number("replaced"),
        ];
        let look = output::look(&writer, true, None);
        let mut table = Table::new(columns.to_vec(), look);
        for (kind, values, count) in kinds {
            let cells = vec![
                kind.name().to_owned(),
                values.to_string(),
                count.to_string(),
            ];
            table.push(cells, &mut writer)?;
        }
        table.finish(&mut writer)?;
    } else {
        for (kind, values, count) in kinds {
            writeln!(writer, "{}\t{values}\t{count}", kind.name())?;
        }
    }
    writer.finish()?;
    Ok(())
}

/// Lists what was only replaced in members and ARNs that carry it.
pub(super) fn tell_unsearched(values: &SensitiveValues, diagnostics: &DiagnosticArgs) {
    let unsearched = values.not_searched();
    if unsearched.is_empty() {
        return;
    }
    // Nobody wants to read passwords on a screen.
    let shown = unsearched
        .iter()
        .filter(|(kind, _)| *kind != ValueKind::Secret);
    let mut shown: Vec<String> = shown
        .take(LISTED)
        .map(|(_, value)| String::from_utf8_lossy(value).escape_debug().to_string())
        .collect();
    let more = unsearched.len() - shown.len();
    if more > 0 {
        shown.push(format!("{more} more (--map has all)"));
    }
    diagnostics::note(
        diagnostics,
        &format!(
            "replaced only in members and ARNs that carry them, and not searched for in other text, since they have \
             fewer than {LEAST_IN_TEXT} characters or are a word of CloudTrail's: {}",
            shown.join(", ")
        ),
    );
}

/// Writes the way back.
pub(super) fn write_map(
    path: &OsStr,
    pseudonyms: &Pseudonyms,
    values: &SensitiveValues,
) -> Result<(), Failure> {
    let mut writer = Writer::private("--map", path)?;
    let unsearched = values.not_searched();
    for (kind, value, pseudonym) in pseudonyms.sorted() {
        let is_searched = unsearched.binary_search(&(kind, value)).is_err();
        let [pseudonym, value] = [pseudonym, value].map(|it| {
            let mut cell = Vec::new();
            tsv::write_escaped(&mut cell, &String::from_utf8_lossy(it));
            cell
        });
        let parts = [
            kind.name().as_bytes(),
            &pseudonym,
            &value,
            if is_searched { b"text" } else { b"fields" },
        ];
        writer.write_all(&parts.join(&b'\t'))?;
        writer.write_all(b"\n")?;
    }
    writer.finish()?;
    Ok(())
}
