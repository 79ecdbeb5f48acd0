//! Work that a benchmark does in a separate process, so that time and memory are measured as for other programs.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::process::Command;

use flate2::{Decompress, FlushDecompress, Status};
use simd_json::borrowed::to_value_with_buffers as to_borrowed_value_with_buffers;
use simd_json::{Buffers, INPUT_PADDING, Tape, fill_tape_padded};

use super::store;

/// Work that a process does instead of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Generates a dump.
    Make,
    /// Only reads files.
    Read,
    /// Only decompresses files, on two threads.
    Unpack,
    /// Parses a file of records, one per line, with simd-json on two threads.
    Tape,
    /// The same, into values: a full decode.
    Values,
}

const ROLES: [(Role, &str); 5] = [
    (Role::Make, "make"),
    (Role::Read, "read"),
    (Role::Unpack, "unpack"),
    (Role::Tape, "tape"),
    (Role::Values, "values"),
];

impl Role {
    /// The program of the benchmark in this mode.
    ///
    /// # Errors
    /// If the system does not know the path of this program.
    pub fn command<A: AsRef<OsStr>>(
        self,
        arguments: impl IntoIterator<Item = A>,
    ) -> io::Result<Command> {
        let named = ROLES.iter().find(|(role, _)| *role == self);
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("role");
        command.arg(named.map(|(_, name)| *name).unwrap_or_default());
        command.args(arguments);
        Ok(command)
    }

    /// Runs a mode, if this process was started for one.
    pub fn play() -> Option<io::Result<()>> {
        let mut arguments = std::env::args().skip(1);
        arguments.next().filter(|first| first == "role")?;
        let name = arguments.next().unwrap_or_default();
        let files: Vec<String> = arguments.collect();
        let named = ROLES.iter().find(|(_, known)| *known == name);
        Some(match named {
            Some((Role::Make, _)) => files.iter().try_for_each(|name| {
                let wanted = name.parse().map_err(io::Error::other)?;
                store::make(wanted)
            }),
            Some((Role::Read, _)) => files.iter().try_for_each(|file| read(file)),
            Some((Role::Unpack, _)) => on_two_threads(&files, unpack),
            Some((Role::Tape, _)) => files.iter().try_for_each(|file| halves(file, tape)),
            Some((Role::Values, _)) => files.iter().try_for_each(|file| halves(file, values)),
            None => Err(io::Error::other(format!("no role {name}"))),
        })
    }
}

/// Blocks that fit into the cache of a core.
const BLOCK: usize = 512 << 10;

fn read(path: &str) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK];
    while file.read(&mut block)? > 0 {}
    Ok(())
}

/// Does one half of the work on each of two threads.
fn on_two_threads<T: Sync>(
    all: &[T],
    work: impl Fn(&[T]) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let (first, second) = all.split_at(all.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| work(second));
        work(first)?;
        other
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("a thread died")))
    })
}

/// In one call into a buffer that is reused: the maximum speed of this decompressor.
fn unpack(files: &[String]) -> io::Result<()> {
    let mut unpacked = Vec::new();
    for file in files {
        let packed = fs::read(file)?;
        let size = packed.last_chunk().copied().map(u32::from_le_bytes);
        unpacked.clear();
        unpacked.reserve(size.unwrap_or_default() as usize + 1);
        let mut decompress = Decompress::new_gzip(15);
        let status = decompress.decompress_vec(&packed, &mut unpacked, FlushDecompress::Finish)?;
        if status != Status::StreamEnd {
            return Err(io::Error::other(format!("{file}: more than one member")));
        }
    }
    Ok(())
}

/// A file of records, one per line, split in two at a line end.
fn halves(path: &str, parse: fn(&str, u64, u64) -> io::Result<()>) -> io::Result<()> {
    let length = fs::metadata(path)?.len();
    let mut middle = BufReader::new(File::open(path)?);
    middle.seek(SeekFrom::Start(length / 2))?;
    middle.read_until(b'\n', &mut Vec::new())?;
    let middle = middle.stream_position()?;
    on_two_threads(&[(0, middle), (middle, length)], |parts| {
        parts
            .iter()
            .try_for_each(|(from, to)| parse(path, *from, *to))
    })
}

/// The lines of a part of a file.
fn lines(path: &str, from: u64, to: u64) -> io::Result<impl BufRead> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    Ok(BufReader::with_capacity(BLOCK, file.take(to - from)))
}

fn values(path: &str, from: u64, to: u64) -> io::Result<()> {
    let (mut lines, mut line) = (lines(path, from, to)?, Vec::new());
    let mut buffers = Buffers::default();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let value = to_borrowed_value_with_buffers(&mut line, &mut buffers)
            .map_err(|error| io::Error::other(format!("{path}: {error}")))?;
        std::hint::black_box(&value);
        drop(value);
        line.clear();
    }
    Ok(())
}

fn tape(path: &str, from: u64, to: u64) -> io::Result<()> {
    let mut lines = lines(path, from, to)?;
    let (mut line, mut buffers) = (Vec::new(), Buffers::default());
    let mut nodes = Tape(Vec::new());
    while lines.read_until(b'\n', &mut line)? > 0 {
        let length = line.len();
        line.resize(length + INPUT_PADDING, 0);
        let mut filled = nodes.reset();
        fill_tape_padded(&mut line, length, &mut buffers, &mut filled)
            .map_err(|error| io::Error::other(format!("{path}: {error}")))?;
        nodes = filled.reset();
        line.clear();
    }
    Ok(())
}
