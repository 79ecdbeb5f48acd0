//! Writes redacted inputs, compressed if needed, and renames each file when it is complete and verified.

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

/// Uncompressed bytes per zstd frame.
const FRAME: usize = 4 << 20;

/// Compresses the output.
enum Packer {
    Plain(Writer),
    Gzip(Box<GzEncoder<Writer>>),
    /// One frame per [`FRAME`] bytes, because the encoder needs a frame in memory; a file may have any number (RFC 8878).
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

/// The compression of an output: that of the input if the file keeps its name, else the one that its extension names.
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

/// Writes all inputs. With `verified_by`, reads each output again before it is renamed.
///
/// # Errors
/// [`Failure::Finding`] if an output still contains one of these values; the inputs after it are not written.
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
                Failure::Other(text) if done > 0 => Failure::Other(unwritten(text, done, items)),
                Failure::Finding(text) if done > 0 => {
                    Failure::Finding(unwritten(text, done, items))
                }
                failure => failure,
            });
        }
    }
    Ok(())
}

fn unwritten(text: String, done: usize, items: &[RedactInput<'_>]) -> String {
    format!(
        "{text} ({done} of {} files were written, the others were not)",
        items.len()
    )
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
                "cannot create the directory {}: {error}",
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
            "{}: the file changed during the run, so it may contain values that were not found; it was not written, \
             run again",
            item.shown
        )));
    }
    if let Some(verify) = verify {
        let path = writer.written()?;
        let path = path.ok_or_else(|| {
            Failure::Usage(
                "--verify: a device cannot be read again; write to a file with -o FILE".to_owned(),
            )
        })?;
        verified(&path, item, reading, verify)?;
    }
    writer.finish()?;
    Ok(())
}

/// Reads the output and refuses it if it contains a value.
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
    Err(Failure::Finding(format!(
        "{}: --verify: the output still contains values, at {}{more}; it was not written",
        item.shown,
        places.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{PseudonymKey, RedactOptions, ValueCollector};

    /// A value that is still in the output is a finding, which ends with 1, not an error.
    #[test]
    fn a_value_in_the_output_is_a_finding() {
        let text = br#"{"Records":[{"recipientAccountId":"111122223333"}]}"#;
        let reading = PassSettings {
            options: RedactOptions::default(),
            longest: 1 << 20,
            unpacking: crate::input::UnpackLimits::default(),
        };
        let mut collector = ValueCollector::new(reading.options, reading.longest);
        collector.push(text, true).unwrap();
        let key = PseudonymKey::new(b"0123456789abcdef");
        let pseudonyms = Pseudonyms::new(&collector.finish(), key);
        let mut verify = Verify::new(&pseudonyms, reading.options, reading.longest);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let item = Item {
            shown: "dump.json".to_owned(),
            root: None,
            source: ItemSource::Input(Input {
                path: file.path().to_owned(),
                kind: InputKind::File,
                root: None,
            }),
        };
        let found = verified(file.path(), &item, &reading, &mut verify);
        let Err(Failure::Finding(text)) = found else {
            panic!("{found:?}");
        };
        assert!(
            text.contains("dump.json: --verify") && text.contains("byte 35 (account)"),
            "{text}"
        );
    }
}
