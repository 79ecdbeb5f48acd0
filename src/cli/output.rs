//! Where results go: standard output, a pager or a file.
//!
//! A file is written to a temporary file next to it, which is renamed when it is complete, so that nobody ever reads half
//! of it. A target that is not a regular file (`/dev/null`, a FIFO) is written directly.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{DiagnosticArgs, Output};
use super::atomic_output::{self, PendingFile};
use super::{Failure, diagnostics};
use crate::event::Field;
use crate::render::bar::Bar;
use crate::render::csv;
use crate::render::table::{Column, Look};
use crate::render::terminal::sanitize;
use crate::text::json;

mod color;
mod format;
mod pager;
mod rows;

pub(super) use color::{ColorWhen, TerminalArgs, color_on};
pub(super) use format::Format;
use pager::Pager;
pub(super) use pager::is_running as is_pager_running;
pub(super) use rows::Rows;

enum Target {
    Stdout(BufWriter<io::Stdout>),
    Paged(BufWriter<Pager>),
    Straight(BufWriter<Straight>),
    Pending(BufWriter<PendingFile>),
}

/// A device or a FIFO, with its name for error messages.
struct Straight {
    file: File,
    path: PathBuf,
}

impl Write for Straight {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        written.map_err(|error| atomic_output::named(&error, &self.path))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A writer for results. Nothing is in place before [`Writer::finish`].
pub(super) struct Writer {
    target: Target,
    /// Someone looks at it: control characters of event text are made visible.
    pub on_terminal: bool,
    /// JSON is written to it: what is made visible must stay JSON.
    pub is_json: bool,
}

const BUFFER: usize = 64 << 10;

impl Writer {
    /// Standard output, or the file that was named.
    pub fn new(path: Option<&OsStr>) -> Result<Writer, Failure> {
        let Some(path) = path.filter(|path| *path != "-") else {
            let stdout = io::stdout();
            let on_terminal = stdout.is_terminal();
            return Ok(Writer {
                target: Target::Stdout(BufWriter::with_capacity(BUFFER, stdout)),
                on_terminal,
                is_json: false,
            });
        };
        Writer::named("-o", path)
    }

    /// The same, through a pager if someone looks at it and the user wants one.
    pub fn paged(self) -> Writer {
        let is_wanted = self.on_terminal && !TerminalArgs::chosen().no_pager;
        match (is_wanted.then(Pager::of_environment).flatten(), self.target) {
            (Some(pager), Target::Stdout(_)) => Writer {
                target: Target::Paged(BufWriter::with_capacity(BUFFER, pager)),
                ..self
            },
            (_, target) => Writer { target, ..self },
        }
    }

    /// Whether colors are used here.
    pub fn has_color(&self) -> bool {
        let is_for_all = TerminalArgs::chosen().color == ColorWhen::Always;
        let is_stdout = matches!(self.target, Target::Stdout(_) | Target::Paged(_));
        is_stdout && (self.on_terminal || is_for_all) && color_on(&io::stdout())
    }

    /// How JSON looks here: in colors, with escapes for control characters, or as it is.
    pub fn json_style(&self) -> Option<json::Style> {
        match (self.has_color(), self.on_terminal) {
            (true, _) => Some(json::Style::jq()),
            (false, true) => Some(json::Style::plain()),
            (false, false) => None,
        }
    }

    /// The file that was named by this option.
    pub fn named(option: &str, path: &OsStr) -> Result<Writer, Failure> {
        Writer::with(option, path, None)
    }

    /// The same, for nobody else to read, whatever a file of that name was.
    pub fn private(option: &str, path: &OsStr) -> Result<Writer, Failure> {
        Writer::with(option, path, Some(Permissions::from_mode(0o600)))
    }

    fn with(
        option: &str,
        path: &OsStr,
        permissions: Option<Permissions>,
    ) -> Result<Writer, Failure> {
        let path = Path::new(path);
        let failed =
            |error: io::Error| Failure::Other(format!("cannot write {}: {error}", path.display()));
        let is_name = !path.as_os_str().as_encoded_bytes().ends_with(b"/");
        let target = match std::fs::metadata(path) {
            _ if path.file_name().is_none() || !is_name || path.is_dir() => {
                return Err(Failure::Usage(format!(
                    "{option} {:?}: not the name of a file",
                    path.display()
                )));
            }
            Ok(meta) if !meta.is_file() => {
                let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
                let path = path.to_owned();
                Target::Straight(BufWriter::with_capacity(BUFFER, Straight { file, path }))
            }
            Ok(meta) => {
                // Through a link, the file it names is replaced, not the link.
                let path = path.canonicalize().map_err(failed)?;
                pending(path, permissions.unwrap_or(meta.permissions())).map_err(failed)?
            }
            Err(_) => {
                // A link that leads nowhere yet is no reason to replace the link either.
                let path = match (std::fs::read_link(path), path.parent()) {
                    (Ok(target), Some(parent)) => parent.join(target),
                    _ => path.to_owned(),
                };
                // The process's umask is applied to this.
                let permissions = permissions.unwrap_or(Permissions::from_mode(0o666));
                pending(path, permissions).map_err(failed)?
            }
        };
        Ok(Writer {
            target,
            on_terminal: false,
            is_json: false,
        })
    }

    /// Writes encoded rows. For someone to look at, tabs and line ends stay as they are, and everything else
    /// that a terminal would obey is made visible.
    pub fn write_rows(&mut self, rows: &[u8]) -> io::Result<()> {
        if !self.on_terminal {
            return self.write_all(rows);
        }
        if self.is_json {
            let mut shown = Vec::with_capacity(rows.len());
            for line in rows.split_inclusive(|byte| *byte == b'\n') {
                json::indent(line, &mut shown, 0, Some(&json::Style::plain()));
                shown.extend(line.ends_with(b"\n").then_some(b'\n'));
            }
            return self.write_all(&shown);
        }
        let text = String::from_utf8_lossy(rows);
        for part in text.split_inclusive(['\t', '\n']) {
            let end = part.len() - usize::from(part.ends_with(['\t', '\n']));
            self.write_all(sanitize(&part[..end]).as_bytes())?;
            self.write_all(&part.as_bytes()[end..])?;
        }
        Ok(())
    }

    /// The file with the output so far. A device and standard output have none.
    pub fn written(&mut self) -> io::Result<Option<PathBuf>> {
        let Target::Pending(writer) = &mut self.target else {
            return Ok(None);
        };
        writer.flush()?;
        Ok(Some(writer.get_ref().path().to_owned()))
    }

    /// Drops buffered output, because there is no result; an existing target stays.
    pub fn discard(self) {
        match self.target {
            Target::Stdout(writer) => drop(writer.into_parts()),
            Target::Paged(writer) => drop(writer.into_parts()),
            Target::Straight(writer) => drop(writer.into_parts()),
            Target::Pending(writer) => drop(writer.into_parts()),
        }
    }

    /// Writes out what is buffered and puts a file into its place.
    pub fn finish(self) -> io::Result<()> {
        match self.target {
            Target::Stdout(mut writer) => writer.flush(),
            Target::Paged(mut writer) => {
                writer.flush()?;
                writer.get_mut().finish();
                Ok(())
            }
            Target::Straight(mut writer) => writer.flush(),
            Target::Pending(writer) => writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .finish(),
        }
    }
}

fn pending(path: PathBuf, permissions: Permissions) -> io::Result<Target> {
    let file = PendingFile::new(path, permissions)?;
    Ok(Target::Pending(BufWriter::with_capacity(BUFFER, file)))
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stdout(writer) => writer.write(bytes),
            Target::Paged(writer) => writer.write(bytes),
            Target::Straight(writer) => writer.write(bytes),
            Target::Pending(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(writer) => writer.flush(),
            Target::Paged(writer) => writer.flush(),
            Target::Straight(writer) => writer.flush(),
            Target::Pending(writer) => writer.flush(),
        }
    }
}

/// The effective format: the requested one, otherwise a table on a terminal and TSV elsewhere.
pub(super) fn format(output: &Output, writer: &Writer) -> Format {
    let usual = if writer.on_terminal {
        Format::Table
    } else {
        Format::Tsv
    };
    output.format.unwrap_or(usual)
}

/// Refuses what can't be meant together.
pub(super) fn check(output: &Output) -> Result<(), Failure> {
    if output.excel_safe && output.format != Some(Format::Csv) {
        return Err(Failure::Usage(
            "--excel-safe: is about spreadsheets; write --format csv as well".to_owned(),
        ));
    }
    Ok(())
}

impl Output {
    /// What is done to cells of CSV.
    pub fn csv_cells(&self) -> csv::Cells {
        if self.excel_safe {
            csv::Cells::Harmless
        } else {
            csv::Cells::AsTheyAre
        }
    }
}

/// Whether a line of column names is wanted.
pub(super) fn header(output: &Output, format: Format) -> bool {
    match format {
        Format::Csv | Format::Table => !output.no_header,
        // A Markdown table does not exist without one.
        Format::Md => true,
        Format::Tsv => output.header,
        _ => false,
    }
}

/// Writes one JSON document, indented, in colors if the writer has them.
pub(super) fn write_document(document: &impl Serialize, writer: &mut Writer) -> io::Result<()> {
    // Numbers and strings always have a JSON form.
    let compact = serde_json::to_vec(document).unwrap_or_default();
    let style = writer.json_style();
    let mut out = Vec::with_capacity(2 * compact.len());
    json::indent(&compact, &mut out, 2, style.as_ref());
    out.push(b'\n');
    writer.write_all(&out)
}

/// How wide text to be read is where no terminal says so, and at most: on a wider one it is not read more easily.
const WIDTH: usize = 80;
const WIDEST: usize = 140;
const NARROWEST: usize = 40;

/// Columns of a page of text.
pub(super) fn page_width(writer: &Writer) -> usize {
    width(writer).unwrap_or(WIDTH).clamp(NARROWEST, WIDEST)
}

/// Columns of the terminal that is written to, if it is one.
pub(super) fn width(writer: &Writer) -> Option<usize> {
    let size = writer
        .on_terminal
        .then(terminal_size::terminal_size)
        .flatten();
    size.map(|(width, _)| usize::from(width.0))
}

/// How a table looks on this output.
pub(super) fn look(writer: &Writer, header: bool, bar: Option<Bar>) -> Look {
    Look {
        width: width(writer),
        colour: writer.has_color(),
        header,
        bar,
    }
}

/// The column of a field.
pub(super) fn column_of(field: &Field) -> Column {
    Column {
        right: field.is_number(),
        ..column(field.name())
    }
}

/// The column of a field with this name: whether its values are shortened last, or never, and whether it is left out
/// first if a table is too wide.
pub(super) fn column(name: &str) -> Column {
    const FIXED: [&str; 6] = ["time", "date", "keyid", "accountid", "region", "outcome"];
    const IDS: [&str; 7] = ["id", "arn", "key", "principal", "source", "name", "code"];
    const IDS_BY_NAME: [&str; 3] = ["who", "error", "account"];
    // All columns of `list -l` do not fit into 80 columns.
    const LEFT_OUT_FIRST: [&str; 2] = ["sourceIPAddress", "awsRegion"];
    let lower = name.to_ascii_lowercase();
    let column = if FIXED.iter().any(|end| lower.ends_with(end)) {
        Column::fixed(name)
    } else if name == "ip" || lower.ends_with("address") {
        Column::address(name)
    } else if IDS_BY_NAME.contains(&name) || IDS.iter().any(|part| lower.contains(part)) {
        Column::id(name)
    } else {
        Column::text(name)
    };
    let rank = LEFT_OUT_FIRST.iter().position(|it| *it == name);
    Column {
        rank: rank.map_or(0, |place| place as u8 + 1),
        ..column
    }
}

/// Reports the columns that did not fit into a table.
pub(super) fn note_left_out(arguments: &DiagnosticArgs, titles: &[String]) {
    if !titles.is_empty() {
        diagnostics::note(
            arguments,
            &format!(
                "not shown, because the terminal is too narrow: {}; to print all columns write --format tsv",
                titles.join(", ")
            ),
        );
    }
}
