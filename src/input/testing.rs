//! Helpers of the tests of this module: seeded text, packers, a slow pipe, and functions that read to the end.

use std::io::{self, Read, Write};
use std::path::Path;

use super::error::ReadError;
use super::open::{Opened, open};
use super::source::read_full;
use super::stream::Stream;
use super::{Compression, Input, InputKind};

/// Text of `len` bytes that can be packed, but not to a few bytes.
pub(super) fn text(len: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(len as u64);
    let mut text = Vec::new();
    while text.len() < len {
        let number = random.u64(..);
        let read_only = number.is_multiple_of(2);
        writeln!(
            text,
            "{{\"EventId\": \"{number:x}\", \"ReadOnly\": \"{read_only}\"}}"
        )
        .unwrap();
    }
    text.truncate(len);
    text
}

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A zstd skippable frame.
pub(super) fn skippable(nibble: u8, content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x50 | nibble, 0x2a, 0x4d, 0x18];
    frame.extend((content.len() as u32).to_le_bytes());
    frame.extend(content);
    frame
}

/// A pipe that gives at most `dose` bytes at once, and may be interrupted or fail.
pub(super) struct Drip {
    bytes: Vec<u8>,
    at: usize,
    dose: usize,
    interrupts: Option<bool>,
    fails_at: usize,
}

impl Drip {
    pub(super) fn new(bytes: Vec<u8>, dose: usize) -> Self {
        Self {
            bytes,
            at: 0,
            dose,
            interrupts: None,
            fails_at: usize::MAX,
        }
    }

    /// Every other read is interrupted by a signal.
    pub(super) fn interrupted(mut self) -> Self {
        self.interrupts = Some(false);
        self
    }

    /// After `at` bytes there is an error.
    pub(super) fn failing_at(mut self, at: usize) -> Self {
        self.fails_at = at;
        self
    }
}

impl Read for Drip {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(now) = &mut self.interrupts {
            *now = !*now;
            if *now {
                return Err(io::ErrorKind::Interrupted.into());
            }
        }
        if self.at == self.fails_at {
            return Err(io::Error::other("unplugged"));
        }
        let end = self
            .at
            .saturating_add(self.dose)
            .min(self.bytes.len())
            .min(self.fails_at);
        let count = (&self.bytes[self.at..end]).read(out)?;
        self.at += count;
        Ok(count)
    }
}

/// Sniffs a pipe and makes it a stream, as `open` does.
pub(super) fn stream(mut pipe: Drip) -> Stream {
    let mut head = [0; 4];
    let count = read_full(&mut pipe, &mut head).unwrap();
    Stream::new(
        Box::new(pipe),
        &head[..count],
        Compression::sniff(&head[..count]),
        None,
        None,
    )
}

pub(super) fn open_path(path: &Path) -> Opened {
    open(&Input {
        path: path.to_owned(),
        kind: InputKind::File,
        root: None,
    })
    .unwrap()
}

/// All bytes of a stream, read `size` at a time, and the error it ends with.
pub(super) fn drain(stream: &mut Stream, size: usize) -> (Vec<u8>, Option<ReadError>) {
    let mut bytes = Vec::new();
    let mut buf = vec![0; size];
    loop {
        match stream.read(&mut buf) {
            Ok(0) => return (bytes, None),
            Ok(count) => bytes.extend_from_slice(&buf[..count]),
            Err(error) => return (bytes, Some(error)),
        }
    }
}

/// All bytes of anything that was opened.
pub(super) fn drain_opened(opened: &mut Opened) -> (Vec<u8>, Option<ReadError>) {
    match opened {
        Opened::Stream(stream) => drain(stream, 1000),
        Opened::Memory(bytes) => (bytes.to_vec(), None),
        Opened::Ranges(file) => {
            let mut bytes = vec![0; file.len() as usize];
            let count = file.read_at(0, &mut bytes).unwrap();
            bytes.truncate(count);
            (bytes, None)
        }
    }
}

/// What a stream over `packed` gives, in doses and reads of these sizes; the error as text, to
/// compare.
pub(super) fn unpacked(packed: &[u8], dose: usize, size: usize) -> (Vec<u8>, String) {
    let mut stream = stream(Drip::new(packed.to_vec(), dose));
    let (bytes, error) = drain(&mut stream, size);
    assert_eq!(
        stream.read(&mut [0; 8]).unwrap(),
        0,
        "nothing comes after the end or an error"
    );
    (
        bytes,
        error.map_or_else(String::new, |error| format!("{error:?}")),
    )
}
