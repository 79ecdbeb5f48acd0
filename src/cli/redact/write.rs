//! Writes redacted inputs, packed where they should be, and puts each into its place when it is whole and verified.
//!
//! Not for: what they are called (`target`).

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::target::RedactTargets;
use super::{PassSettings, RedactInput, read};
use crate::cli::Failure;
use crate::cli::output::Writer;
use crate::engine::{Item, ItemSource};
use crate::input::{Compression, Input, InputKind};
use crate::redact::{Pseudonyms, Rewrite, Verify};

/// Plain bytes of a zstd frame.
const FRAME: usize = 4 << 20;

/// Packs what is written.
enum Packer {
    Plain(Writer),
    Gzip(Box<GzEncoder<Writer>>),
    /// Frame by frame: a file may have any number.
    Zstd(Writer, Vec<u8>),
}

impl Packer {
    fn new(compression: Compression, writer: Writer) -> Packer {
        match compression {
            Compression::None => Packer::Plain(writer),
            Compression::Gzip => {
                let level = flate2::Compression::default();
                Packer::Gzip(Box::new(GzEncoder::new(writer, level)))
            }
            Compression::Zstd => Packer::Zstd(writer, Vec::new()),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Packer::Plain(writer) => writer.write_all(bytes),
            Packer::Gzip(encoder) => encoder.write_all(bytes),
            Packer::Zstd(writer, frame) => {
                for chunk in bytes.chunks(FRAME) {
                    frame.extend_from_slice(chunk);
                    if frame.len() >= FRAME {
                        zstd(writer, frame)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> io::Result<Writer> {
        match self {
            Packer::Plain(writer) => Ok(writer),
            Packer::Gzip(encoder) => encoder.finish(),
            Packer::Zstd(mut writer, mut frame) => {
                zstd(&mut writer, &mut frame)?;
                Ok(writer)
            }
        }
    }
}

fn zstd(writer: &mut Writer, frame: &mut Vec<u8>) -> io::Result<()> {
    let packed = compress_to_vec(frame.as_slice(), CompressionLevel::Fastest);
    frame.clear();
    writer.write_all(&packed)
}

/// How a file is packed: as it was where it keeps its name, else as its name says.
fn compression(
    item: &Item,
    target: Option<&Path>,
    targets: &RedactTargets,
) -> Result<Compression, Failure> {
    if targets.is_directory() {
        return read::compression(item);
    }
    let extension = target.and_then(Path::extension);
    Ok(match extension.and_then(|it| it.to_str()) {
        Some("gz") => Compression::Gzip,
        Some("zst") => Compression::Zstd,
        _ => Compression::None,
    })
}

/// Writes all inputs; with pseudonyms to verify by, reads each again before it is put into its place.
pub(super) fn all<'s>(
    items: &[RedactInput<'_>],
    targets: &RedactTargets,
    rewrite: &mut Rewrite<'s>,
    reading: &PassSettings,
    verified_by: Option<&'s Pseudonyms>,
) -> Result<(), Failure> {
    let mut verify = verified_by.map(|it| Verify::new(it, reading.options, reading.longest));
    for (done, wanted) in items.iter().enumerate() {
        let one = one(wanted, targets, rewrite, reading, verify.as_mut());
        if let Err(failure) = one {
            return Err(match failure {
                Failure::Other(text) if done > 0 => Failure::Other(format!(
                    "{text} ({done} of {} files are written, the others are not)",
                    items.len()
                )),
                failure => failure,
            });
        }
    }
    Ok(())
}

fn one(
    wanted: &RedactInput<'_>,
    targets: &RedactTargets,
    rewrite: &mut Rewrite<'_>,
    reading: &PassSettings,
    verify: Option<&mut Verify<'_>>,
) -> Result<(), Failure> {
    let (item, target) = (wanted.item, targets.of(wanted.item));
    if let Some(parent) = target
        .and_then(Path::parent)
        .filter(|_| targets.is_directory())
    {
        fs::create_dir_all(parent).map_err(|error| {
            Failure::Other(format!(
                "cannot make the directory {}: {error}",
                parent.display()
            ))
        })?;
    }
    let writer = Writer::new(target.map(Path::as_os_str))?;
    let mut packer = Packer::new(compression(item, target, targets)?, writer);
    let mut failed = None;
    let read = read::all(item, reading, &mut |bytes, end| {
        let safe = rewrite
            .push(bytes, end)
            .map_err(|error| error.to_string())?;
        packer.write(&safe).map_err(|error| {
            let text = error.to_string();
            failed = Some(error);
            text
        })
    });
    if let Some(error) = failed {
        return Err(Failure::Write(error));
    }
    read?;
    let mut writer = packer.finish()?;
    if !wanted.is_unchanged() {
        return Err(Failure::Other(format!(
            "{}: the file changed while it was read: nothing is written in its place, as it may hold what was not \
             looked for",
            item.shown
        )));
    }
    if let Some(verify) = verify {
        let path = writer.written()?;
        let path = path.ok_or_else(|| {
            Failure::Usage("--verify: what is written to a device can't be read again".to_owned())
        })?;
        verified(&path, item, reading, verify)?;
    }
    writer.finish()?;
    Ok(())
}

/// Reads what was written, and refuses it when a value is in it.
fn verified(
    path: &Path,
    item: &Item,
    reading: &PassSettings,
    verify: &mut Verify<'_>,
) -> Result<(), Failure> {
    let written = Item {
        shown: item.shown.clone(),
        root: None,
        source: ItemSource::Input(Input {
            path: path.to_owned(),
            kind: InputKind::File,
            root: None,
        }),
    };
    read::all(&written, reading, &mut |bytes, end| {
        verify.push(bytes, end).map_err(|error| error.to_string())
    })?;
    let (count, survivors) = verify.take();
    if count == 0 {
        return Ok(());
    }
    let places: Vec<String> = survivors
        .iter()
        .map(|it| format!("byte {} ({})", it.at, it.kind.name()))
        .collect();
    let more = count - places.len() as u64;
    let more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    Err(Failure::Other(format!(
        "{}: --verify: values of the input would still be in it, at {}{more}; it is not written",
        item.shown,
        places.join(", ")
    )))
}
