//! Where converted events are written: standard output, a file, or a folder with one file per day.

use std::ffi::OsStr;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;

use super::super::Failure;
use super::super::atomic_output::{FolderFile, PREFIX, PendingFolder};
use super::super::output::Writer;
use super::super::setup::{Plan, usage};
use crate::convert::{ConversionSummary, ConvertedEvents, Folder, TargetShape};
use crate::render::terminal::sanitize;
use crate::text::hazard;

/// The destination of the result.
pub(super) enum ConvertTarget {
    File { writer: Box<Writer>, gzip: bool },
    Folder(DayFolder),
}

impl ConvertTarget {
    /// Standard output or a file.
    pub fn file(plan: &Plan, path: Option<&OsStr>, gzip: bool) -> Result<ConvertTarget, Failure> {
        let writer = Box::new(plan.writer(path)?);
        if gzip && writer.on_terminal {
            return Err(usage(
                "--gzip: compressed bytes cannot be shown on a terminal; write to a file with -o FILE, or to a pipe",
            ));
        }
        Ok(ConvertTarget::File { writer, gzip })
    }

    /// A folder that does not exist or is empty.
    pub fn folder(plan: &Plan, path: &OsStr) -> Result<ConvertTarget, Failure> {
        let typed = Path::new(path);
        let refused = |why: &str| usage(format!("-o {}: {why}", typed.display()));
        let path = match std::fs::metadata(typed) {
            Ok(meta) if !meta.is_dir() => {
                return Err(refused("not a folder; --split day writes into one"));
            }
            Ok(_) => {
                let names = std::fs::read_dir(typed).and_then(|entries| {
                    let names = entries.map(|entry| Ok(entry?.file_name()));
                    names.collect::<std::io::Result<Vec<_>>>()
                });
                let names = names.map_err(|error| refused(&error.to_string()))?;
                if let Some(name) = names.iter().min() {
                    return Err(refused(&not_empty(&name.to_string_lossy())));
                }
                typed.to_owned()
            }
            Err(_) if typed.file_name().is_none() || typed.is_symlink() => {
                return Err(refused("not a folder name"));
            }
            Err(_) => typed.to_owned(),
        };
        plan.refuse_manifest_at(typed.as_os_str())?;
        let unfinished = PendingFolder::new(path).map_err(|error| {
            Failure::Other(format!("cannot write {}: {error}", typed.display()))
        })?;
        Ok(ConvertTarget::Folder(DayFolder(unfinished)))
    }

    /// Writes everything and renames it to its final name.
    pub fn write(
        self,
        gathered: ConvertedEvents<'_>,
        shape: TargetShape,
    ) -> io::Result<ConversionSummary> {
        match self {
            ConvertTarget::File { mut writer, gzip } => {
                let converted = if gzip {
                    // The gzip header has no name and no time, so that the same events give the same bytes.
                    let packed = GzEncoder::new(&mut *writer, flate2::Compression::default());
                    let (packed, converted) = gathered.write(packed)?;
                    packed.finish()?;
                    converted
                } else if writer.on_terminal {
                    let shown = Shown {
                        writer: &mut writer,
                        is_json: shape != TargetShape::Csv,
                        cut: Vec::new(),
                    };
                    let converted = gathered.write(shown)?.1;
                    if shape == TargetShape::Records {
                        // A trail file has no final line end; on a terminal the prompt would follow on the same line.
                        writer.write_all(b"\n")?;
                    }
                    converted
                } else {
                    gathered.write(&mut *writer)?.1
                };
                writer.finish()?;
                Ok(converted)
            }
            ConvertTarget::Folder(mut days) => {
                let converted = gathered.write_days(&mut days)?;
                days.0.finish()?;
                Ok(converted)
            }
        }
    }

    /// Removes the unfinished output: no input could be read.
    pub fn discard(self) {
        match self {
            ConvertTarget::File { writer, .. } => writer.discard(),
            ConvertTarget::Folder(days) => drop(days),
        }
    }
}

/// The reason why a folder that contains `name` is refused.
fn not_empty(name: &str) -> String {
    let shown = sanitize(name);
    let left = if name.starts_with(PREFIX) {
        " (left by a run that was killed; remove it)"
    } else {
        ""
    };
    format!("not empty, contains {shown}{left}; --split day needs a new or empty folder")
}

/// Text for a terminal: control characters except line ends and tabs are made visible, because event text is written
/// by whoever makes a call and could send escape sequences to the terminal.
struct Shown<'w> {
    writer: &'w mut Writer,
    is_json: bool,
    /// First bytes of a character that continues in the next call.
    cut: Vec<u8>,
}

impl Write for Shown<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.cut.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.cut) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.cut.len(),
        };
        let after = self.cut.split_off(whole);
        let whole = std::mem::replace(&mut self.cut, after);
        let text = String::from_utf8_lossy(&whole);
        let mut out = Vec::with_capacity(text.len());
        for part in text.split_inclusive(['\t', '\n']) {
            let end = part.len() - usize::from(part.ends_with(['\t', '\n']));
            let (part, line_end) = part.split_at(end);
            if self.is_json {
                hazard::split(
                    part,
                    &mut out,
                    |out, run| out.extend_from_slice(run.as_bytes()),
                    |out, c| {
                        for unit in c.encode_utf16(&mut [0; 2]) {
                            out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                        }
                    },
                );
            } else {
                out.extend_from_slice(sanitize(part).as_bytes());
            }
            out.extend_from_slice(line_end.as_bytes());
        }
        self.writer.write_all(&out)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// One file per day, in a folder that gets its name when it is complete.
pub(super) struct DayFolder(PendingFolder);

/// Name of a file while it is written; the final name depends on the content.
const PART: &str = "part";

impl Folder for DayFolder {
    type File = BufWriter<FolderFile>;

    fn create(&mut self, folder: &Path) -> io::Result<Self::File> {
        Ok(BufWriter::new(self.0.create(&folder.join(PART))?))
    }

    fn put(&mut self, file: Self::File, folder: &Path, name: &str) -> io::Result<()> {
        file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let [from, to]: [PathBuf; 2] = [PART, name].map(|name| folder.join(name));
        self.0.rename(&from, &to)
    }
}
