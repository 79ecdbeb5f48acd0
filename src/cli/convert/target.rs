//! Where converted events go: standard output, a file, or a folder of files by day.
//!
//! Not for: what is written.

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

/// Where the result goes.
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
                "--gzip: packed bytes are nothing for a terminal: name a file (-o), or pipe them on",
            ));
        }
        Ok(ConvertTarget::File { writer, gzip })
    }

    /// A folder that is to be made, or is empty.
    pub fn folder(plan: &Plan, path: &OsStr) -> Result<ConvertTarget, Failure> {
        let typed = Path::new(path);
        let refused = |why: &str| usage(format!("-o {}: {why}", typed.display()));
        let path = match std::fs::metadata(typed) {
            Ok(meta) if !meta.is_dir() => {
                return Err(refused(
                    "--split day writes into a folder, and this is none",
                ));
            }
            Ok(_) => {
                let names = std::fs::read_dir(typed).and_then(|entries| {
                    let names = entries.map(|entry| Ok(entry?.file_name()));
                    names.collect::<std::io::Result<Vec<_>>>()
                });
                let names = names.map_err(|error| refused(&error.to_string()))?;
                if let Some(name) = names.iter().min() {
                    return Err(refused(&in_the_way(&name.to_string_lossy())));
                }
                typed.to_owned()
            }
            Err(_) if typed.file_name().is_none() || typed.is_symlink() => {
                return Err(refused("not the name of a folder"));
            }
            Err(_) => typed.to_owned(),
        };
        plan.refuse_manifest_at(typed.as_os_str())?;
        let unfinished = PendingFolder::new(path).map_err(|error| {
            Failure::Other(format!("cannot write {}: {error}", typed.display()))
        })?;
        Ok(ConvertTarget::Folder(DayFolder(unfinished)))
    }

    /// Writes everything and puts it into its place.
    pub fn write(
        self,
        gathered: ConvertedEvents<'_>,
        shape: TargetShape,
    ) -> io::Result<ConversionSummary> {
        match self {
            ConvertTarget::File { mut writer, gzip } => {
                let converted = if gzip {
                    // No name and no time in its head, so that the same events give the same bytes.
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
                        // A trail file has no line end, a prompt begins a line.
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

    /// Drops what is there: there is no answer.
    pub fn discard(self) {
        match self {
            ConvertTarget::File { writer, .. } => writer.discard(),
            ConvertTarget::Folder(days) => drop(days),
        }
    }
}

/// Why a folder that has something in it is not filled.
fn in_the_way(name: &str) -> String {
    let shown = sanitize(name);
    let left = if name.starts_with(PREFIX) {
        ", as a run that was killed leaves it: remove it"
    } else {
        ""
    };
    format!(
        "not empty: {shown} is in it{left}; --split day makes a folder of its own, name another one"
    )
}

/// Text for someone to look at: what a terminal would obey is made visible, line ends and tabs apart.
struct Shown<'w> {
    writer: &'w mut Writer,
    is_json: bool,
    /// The beginning of a character that goes on in the next part.
    cut: Vec<u8>,
}

impl Write for Shown<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.cut.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.cut) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.cut.len(),
        };
        let behind = self.cut.split_off(whole);
        let whole = std::mem::replace(&mut self.cut, behind);
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

/// Files by day, in a folder that is not whole yet.
pub(super) struct DayFolder(PendingFolder);

/// What a file is called while it is being written.
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
