//! Reads the unpacked bytes of an input to its end.

use super::PassSettings;
use crate::cli::Failure;
use crate::engine::{Item, ItemSource};
use crate::input::{self, Compression, Opened};
use crate::transcode::{self, SourceFormat};

/// Bytes per read.
const CHUNK: usize = 256 << 10;

/// Receives the bytes of an input in order; the flag is true in the last call.
type Take<'t> = dyn FnMut(&[u8], bool) -> Result<(), String> + 't;

fn open(item: &Item) -> Result<Opened, Failure> {
    match &item.source {
        ItemSource::Spool(spool) => Ok(spool.open()),
        ItemSource::Input(input) => {
            input::open(input).map_err(|error| Failure::Other(format!("{}: {error}", item.shown)))
        }
    }
}

/// The compression of the input.
pub(super) fn compression(item: &Item) -> Result<Compression, Failure> {
    Ok(match open(item)? {
        Opened::Stream(stream) => stream.compression(),
        Opened::Ranges(_) | Opened::Memory(_) => Compression::None,
    })
}

/// Passes all bytes of an input to `take`. If a packed input is damaged, its bytes end there without an error, because
/// the first pass has already reported the damage.
pub(super) fn all(item: &Item, reading: &PassSettings, take: &mut Take<'_>) -> Result<(), Failure> {
    let failed = |text: String| Failure::Other(format!("{}: {text}", item.shown));
    let mut buffer = vec![0; CHUNK];
    match open(item)? {
        Opened::Memory(bytes) => {
            for chunk in bytes.chunks(CHUNK) {
                take(chunk, false).map_err(failed)?;
            }
        }
        Opened::Ranges(file) => {
            let mut at = 0;
            loop {
                let read = file.read_at(at, &mut buffer);
                let read = read.map_err(|error| failed(format!("byte {at}: {error}")))?;
                if read == 0 {
                    break;
                }
                take(&buffer[..read], false).map_err(failed)?;
                at += read as u64;
            }
        }
        Opened::Stream(mut stream) => {
            stream.set_limits(reading.unpacking);
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                take(&buffer[..read], false).map_err(failed)?;
            }
        }
    }
    take(b"", true).map_err(failed)
}

/// The name of the input's shape if it must be converted before it can be redacted.
pub(super) fn other_shape(
    item: &Item,
    reading: &PassSettings,
) -> Result<Option<&'static str>, Failure> {
    let mut head = Vec::new();
    let mut reader = open(item)?;
    match &mut reader {
        Opened::Memory(bytes) => head.extend(bytes.iter().take(transcode::HEAD)),
        Opened::Ranges(file) => {
            head.resize(transcode::HEAD, 0);
            let read = file.read_at(0, &mut head);
            let read = read.map_err(|error| Failure::Other(format!("{}: {error}", item.shown)))?;
            head.truncate(read);
        }
        Opened::Stream(stream) => {
            stream.set_limits(reading.unpacking);
            let mut buffer = [0; transcode::HEAD];
            while head.len() < transcode::HEAD
                && let Ok(read @ 1..) = stream.read(&mut buffer)
            {
                head.extend_from_slice(&buffer[..read]);
            }
        }
    }
    let recipe = transcode::recognise(&head);
    let shapes = recipe.as_ref().map_or(&[][..], |recipe| recipe.shapes());
    Ok(shapes.iter().find_map(|shape| match shape {
        SourceFormat::Text | SourceFormat::LogsTail => None,
        SourceFormat::Utf16(_) => Some("UTF-16"),
        SourceFormat::Ansi => Some("text with terminal colours"),
        SourceFormat::Csv => Some("CSV"),
        SourceFormat::Lake => Some("rows of CloudTrail Lake"),
        SourceFormat::Yaml => Some("YAML"),
    }))
}
