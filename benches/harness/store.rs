//! Stores generated dumps as files in `target/`. Each dump is generated once, and again after the generator has
//! changed.
//!
//! A separate process generates them, because the peak memory of a process is also reported for its children.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use flate2::{Compression, GzBuilder};
use tempfile::{NamedTempFile, TempDir};
use twox_hash::XxHash3_64;

use super::mode::Role;
use super::options::Size;
use crate::dump::truth::Truth;
use crate::dump::{Amount, Generator, SOURCES, Shape, VARIETY};

/// A dump that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One file with the events of a pretty dump of that size.
    File(Shape, Size),
    /// A folder of compressed files as CloudTrail writes them.
    Trail { files: u64, events_each: u64 },
}

const SHAPES: [(Shape, &str); 5] = [
    (Shape::Pretty, "pretty"),
    (Shape::Compact, "compact"),
    (Shape::Lines, "lines"),
    (Shape::Strings, "strings"),
    (Shape::Records, "records"),
];

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::File(shape, size) => {
                let named = SHAPES.iter().find(|(other, _)| other == shape);
                let name = named.map(|(_, name)| *name).unwrap_or_default();
                write!(f, "{name}-{size}.json")
            }
            Wanted::Trail { files, events_each } => write!(f, "trail-{files}-{events_each}"),
        }
    }
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(name: &str) -> Result<Wanted, String> {
        let unknown = || format!("no dump is called {name}");
        let (kind, rest) = name.split_once('-').ok_or_else(unknown)?;
        if let Some((files, events)) = rest.split_once('-').filter(|_| kind == "trail") {
            return Ok(Wanted::Trail {
                files: files.parse().map_err(|_| unknown())?,
                events_each: events.parse().map_err(|_| unknown())?,
            });
        }
        let shape = SHAPES.iter().find(|(_, name)| *name == kind);
        let (shape, _) = shape.ok_or_else(unknown)?;
        let size = rest.strip_suffix(".json").ok_or_else(unknown)?;
        Ok(Wanted::File(*shape, size.parse()?))
    }
}

/// A dump that exists.
pub struct Dump {
    /// A file, or a folder of files.
    pub path: PathBuf,
    /// The file, or those in the folder, in order.
    pub files: Vec<PathBuf>,
    /// Decompressed.
    pub bytes: u64,
    pub truth: Truth,
}

/// Finds a dump, or generates it.
///
/// # Errors
/// Errors of the file system.
pub fn dump(wanted: Wanted) -> io::Result<Dump> {
    let folder = folder();
    let (path, truth) = places(&folder, wanted);
    if !path.exists() {
        clear(&folder)?;
        eprintln!("making {}, once", path.display());
        let made = Role::Make.command([wanted.to_string()])?.status()?;
        if !made.success() {
            return Err(io::Error::other(format!("{wanted} could not be made")));
        }
    }
    let (bytes, truth) = serde_json::from_reader(io::BufReader::new(File::open(truth)?))?;
    let mut files = vec![path.clone()];
    if path.is_dir() {
        let entries = fs::read_dir(&path)?.map(|entry| Ok(entry?.path()));
        files = entries.collect::<io::Result<_>>()?;
        files.sort();
    }
    Ok(Dump {
        path,
        files,
        bytes,
        truth,
    })
}

/// A path for the output of a benchmark.
pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The folder for the dumps of this generator; each version has its own.
fn folder() -> PathBuf {
    let hash = XxHash3_64::oneshot(SOURCES.concat().as_bytes());
    scratch(&format!("dumps-{hash:016x}"))
}

/// A dump and its correct results.
fn places(folder: &Path, wanted: Wanted) -> (PathBuf, PathBuf) {
    let truth = folder.join(format!("{wanted}.truth"));
    (folder.join(wanted.to_string()), truth)
}

/// Removes the dumps of other generators, and creates the folder for this one.
fn clear(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(scratch(""))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path != folder && name.to_string_lossy().starts_with("dumps-") {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

/// Generates a dump; it appears under its name when it is complete.
///
/// # Errors
/// Errors of the file system.
pub fn make(wanted: Wanted) -> io::Result<()> {
    let folder = folder();
    let (path, truth_path) = places(&folder, wanted);
    let mut truth = Truth::default();
    match wanted {
        Wanted::File(shape, size) => {
            let mut file = NamedTempFile::new_in(&folder)?;
            let generator = Generator::new(shape, VARIETY);
            let amount = Amount::Pretty(size.0);
            let bytes = write(file.as_file_mut(), |out| {
                generator.write(0, amount, out, &mut truth)
            })?;
            keep(&folder, &truth_path, bytes, &truth)?;
            file.persist(path)?;
        }
        Wanted::Trail { files, events_each } => {
            let made = TempDir::new_in(&folder)?;
            let bytes = trail(made.path(), files, events_each, &mut truth)?;
            keep(&folder, &truth_path, bytes, &truth)?;
            fs::rename(made.keep(), path)?;
        }
    }
    Ok(())
}

/// Writes the correct results for a dump, before the dump itself appears.
fn keep(folder: &Path, path: &Path, bytes: u64, truth: &Truth) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    write(file.as_file_mut(), |out| {
        Ok(serde_json::to_writer(out, &(bytes, truth))?)
    })?;
    file.persist(path)?;
    Ok(())
}

fn write<T>(
    file: &mut File,
    work: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<T>,
) -> io::Result<T> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let done = work(&mut out)?;
    out.flush()?;
    Ok(done)
}

/// Files named as CloudTrail does, one for every five minutes.
fn trail(folder: &Path, files: u64, events_each: u64, truth: &mut Truth) -> io::Result<u64> {
    let generator = Generator::new(Shape::Records, VARIETY);
    let mut bytes = 0;
    for nth in 0..files {
        let minute = nth * 5;
        let (day, hour, minute) = (1 + minute / 1440, minute / 60 % 24, minute % 60);
        let unique = XxHash3_64::oneshot(&nth.to_le_bytes());
        let name = format!(
            "123456789012_CloudTrail_ap-northeast-1_202405{day:02}T{hour:02}{minute:02}Z_{unique:016x}.json.gz"
        );
        let mut file = File::create(folder.join(name))?;
        bytes += write(&mut file, |out| {
            let mut packed = GzBuilder::new().write(out, Compression::default());
            let amount = Amount::Events(events_each);
            let first = 2_000_000 + nth * events_each;
            let bytes = generator.write(first, amount, &mut packed, truth)?;
            packed.finish()?;
            Ok(bytes)
        })?;
    }
    Ok(bytes)
}
