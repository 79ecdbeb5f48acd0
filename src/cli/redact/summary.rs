//! The summary after writing: the number of replacements, the names that were not searched for in text, and the map
//! from pseudonyms to values (`--map`).

use std::ffi::OsStr;
use std::io::Write;

use crate::cli::args::DiagnosticArgs;
use crate::cli::output::{self, Writer};
use crate::cli::{Failure, diagnostics};
use crate::redact::{LEAST_IN_TEXT, Pseudonyms, ReplacementCounts, SensitiveValues, ValueKind};
use crate::render::table::{Column, Table};
use crate::render::tsv;

/// Most names that the note lists.
const LISTED: usize = 100;

/// Prints for each kind the numbers of different values and of replacements; on standard error if the dump itself is
/// written to standard output.
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

/// Prints a note with the values that were replaced only in the members and ARNs that contain them.
pub(super) fn note_unsearched(values: &SensitiveValues, diagnostics: &DiagnosticArgs) {
    let unsearched = values.not_searched();
    if unsearched.is_empty() {
        return;
    }
    // Standard error is often logged or shown to others, so secrets are only counted.
    let shown = unsearched
        .iter()
        .filter(|(kind, _)| *kind != ValueKind::Secret);
    let mut shown: Vec<String> = shown
        .take(LISTED)
        .map(|(_, value)| String::from_utf8_lossy(value).escape_debug().to_string())
        .collect();
    let more = unsearched.len() - shown.len();
    if more > 0 {
        shown.push(format!("{more} more (--map FILE lists all)"));
    }
    diagnostics::note(
        diagnostics,
        &format!(
            "replaced only in members and ARNs, not in other text, because they are shorter than {LEAST_IN_TEXT} \
             characters or are a word of CloudTrail: {}",
            shown.join(", ")
        ),
    );
}

/// Writes the map of `--map`: one row per value.
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
