//! Turns names from the command line into a list of inputs: files, standard input, and what lies in
//! directories.
//!
//! Not for: opening anything, or for judging by name or content what is worth reading. Files are
//! not deduplicated: one reached by two names is two inputs.

use std::borrow::Cow;
use std::collections::HashSet;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, FileType};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The name that stands for standard input. A file of that name can be written `./-`.
const STDIN: &str = "-";

/// What [`discover`] found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// What to read, in order: as named, and within a directory sorted.
    pub inputs: Vec<Input>,
    /// Names and entries that gave no input, in the order they were met.
    pub problems: Vec<Problem>,
    /// One for each directory among the names, in their order, also for those that gave nothing.
    pub roots: Vec<Root>,
}

impl Discovery {
    /// Adds what was found for further names by itself: directories are walked again.
    pub fn append(&mut self, more: Discovery) {
        let before = self.roots.len();
        let behind = |root: Option<usize>| root.map(|root| root + before);
        self.inputs
            .extend(more.inputs.into_iter().map(|input| Input {
                root: behind(input.root),
                ..input
            }));
        self.problems
            .extend(more.problems.into_iter().map(|problem| Problem {
                root: behind(problem.root),
                ..problem
            }));
        self.roots.extend(more.roots);
    }
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// As typed, or the directory as typed joined with what leads on from it; `-` for standard
    /// input.
    pub path: PathBuf,
    /// File or standard input.
    pub kind: InputKind,
    /// The directory it was found in, as an index into [`Discovery::roots`]; `None` when it was
    /// named itself.
    pub root: Option<usize>,
}

impl Input {
    /// The path for messages; what is not UTF-8 in it is replaced.
    pub fn shown(&self) -> Cow<'_, str> {
        self.path.to_string_lossy()
    }

    /// Whether it was named itself, rather than found in a directory.
    pub fn named(&self) -> bool {
        self.root.is_none()
    }
}

/// What kind of thing an [`Input`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// `-`.
    Stdin,
    /// Anything with a path. Named itself it may be a FIFO or a device; in a directory it is a
    /// regular file.
    File,
}

/// A directory among the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// As typed.
    pub path: PathBuf,
    /// How many inputs were found in it.
    pub inputs: usize,
    /// How many directories in it (or it itself) were not walked since they had been before, under
    /// this or another name. With no inputs but some of these it is not empty: what it holds is
    /// read elsewhere.
    pub repeated: usize,
}

/// A name or a directory entry that gave no input.
#[derive(Debug)]
pub struct Problem {
    /// As for [`Input::path`].
    pub path: PathBuf,
    /// Whether it was typed itself, rather than found in a directory. A typed directory that cannot
    /// be read is named and has a root.
    pub named: bool,
    /// As for [`Input::root`].
    pub root: Option<usize>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a name or an entry.
#[derive(Debug)]
pub enum ProblemKind {
    /// The operating system refused: there is no such file, or a directory may not be read.
    Io(io::Error),
    /// A symbolic link that leads nowhere, in a circle, or where one may not go.
    Link(io::Error),
    /// In a directory: neither file nor directory, so it was left out. Only this is no more than a
    /// note.
    Special(&'static str),
    /// A socket was named, which cannot be opened like a file.
    Socket,
    /// Standard input was named before, and can be read only once.
    StdinAgain,
    /// A location on a network. Nothing here uses one.
    Remote,
}

impl Problem {
    /// The path for messages; what is not UTF-8 in it is replaced.
    pub fn shown(&self) -> Cow<'_, str> {
        self.path.to_string_lossy()
    }

    /// Whether nothing was lost by it that anyone could have meant.
    pub fn is_note(&self) -> bool {
        matches!(self.kind, ProblemKind::Special(_))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.shown())?;
        match &self.kind {
            ProblemKind::Io(error) => error.fmt(f),
            ProblemKind::Link(error) => write!(f, "is a link that cannot be followed: {error}"),
            ProblemKind::Special(what) => write!(f, "skipped, it is a {what}"),
            ProblemKind::Socket => f.write_str("is a socket, which cannot be read as a file"),
            ProblemKind::StdinAgain => {
                f.write_str("standard input is named twice, and can be read only once")
            }
            ProblemKind::Remote => write!(
                f,
                "no network is used; fetch it first: {}",
                fetch(&self.shown())
            ),
        }
    }
}

/// The command that fetches what lies at a URL.
fn fetch(url: &str) -> String {
    let quoted = shlex::try_quote(url).unwrap_or(Cow::Borrowed(url));
    if !url.starts_with("s3://") {
        return format!("curl --remote-name {quoted}");
    }
    // Of S3, a name without an extension is most likely that of a folder.
    let name = url.rsplit('/').next().unwrap_or_default();
    if name.contains('.') && url.matches('/').count() > 2 {
        format!("aws s3 cp {quoted} .")
    } else {
        format!("aws s3 cp --recursive {quoted} dumps/")
    }
}

fn is_remote(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let schemes = ["s3://", "https://", "http://"];
    schemes.iter().any(|scheme| name.starts_with(scheme))
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            ProblemKind::Io(error) | ProblemKind::Link(error) => Some(error),
            _ => None,
        }
    }
}

/// Turns names into inputs. `-` is standard input; a directory stands for all files in it and
/// below.
///
/// The order is that of the names; within a directory, entries are sorted by name as bytes, and a
/// subdirectory's files stand where the subdirectory's own name does: `a/z` before `a.json`, since
/// `a` is before `a.json`. This is how [`Path`] compares, and does not change when a directory is
/// read with other tools or from another disk.
///
/// Links are followed. Each real directory (device and inode) is walked once in one call, under the
/// first name it has in that order, so loops end. Nothing is left out for its name, hidden files
/// neither. Sockets, FIFOs and devices in a directory are left out, with a [`Problem`]; named
/// themselves, FIFOs and devices are inputs.
///
/// Names need not be UTF-8. No file is opened, so an unreadable one is found out by
/// [`open`](super::open).
pub fn discover(names: &[OsString]) -> Discovery {
    let mut walk = Walk::default();
    for name in names {
        walk.name(name);
    }
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Discovery,
    /// Device and inode of each directory walked.
    walked: HashSet<(u64, u64)>,
    stdin: bool,
}

/// An entry that is yet to be looked at, with what its directory says of it.
struct Entry {
    path: PathBuf,
    file_type: io::Result<FileType>,
}

impl Walk {
    fn name(&mut self, name: &OsStr) {
        let path = PathBuf::from(name);
        if name == STDIN {
            if std::mem::replace(&mut self.stdin, true) {
                self.problem(path, true, None, ProblemKind::StdinAgain);
            } else {
                self.found.inputs.push(Input {
                    path,
                    kind: InputKind::Stdin,
                    root: None,
                });
            }
            return;
        }
        match fs::metadata(&path) {
            Err(error) if path.is_symlink() => {
                self.problem(path, true, None, ProblemKind::Link(error))
            }
            Err(_) if is_remote(name) => self.problem(path, true, None, ProblemKind::Remote),
            Err(error) => self.problem(path, true, None, ProblemKind::Io(error)),
            Ok(metadata) if metadata.is_dir() => self.directory(path),
            Ok(metadata) if metadata.file_type().is_socket() => {
                self.problem(path, true, None, ProblemKind::Socket)
            }
            Ok(_) => self.found.inputs.push(Input {
                path,
                kind: InputKind::File,
                root: None,
            }),
        }
    }

    fn directory(&mut self, path: PathBuf) {
        let index = self.found.roots.len();
        let inputs_before = self.found.inputs.len();
        self.found.roots.push(Root {
            path: path.clone(),
            inputs: 0,
            repeated: 0,
        });
        let mut repeated = 0;
        // A stack instead of recursion, since the depth is up to whoever made the directories.
        let mut pending = self.list(path, true, index, &mut repeated);
        while let Some(entry) = pending.pop() {
            let file_type = match entry.file_type {
                Ok(file_type) if file_type.is_symlink() => match fs::metadata(&entry.path) {
                    Ok(target) => target.file_type(),
                    Err(error) => {
                        self.problem(entry.path, false, Some(index), ProblemKind::Link(error));
                        continue;
                    }
                },
                Ok(file_type) => file_type,
                Err(error) => {
                    self.problem(entry.path, false, Some(index), ProblemKind::Io(error));
                    continue;
                }
            };
            if file_type.is_dir() {
                pending.extend(self.list(entry.path, false, index, &mut repeated));
            } else if file_type.is_file() {
                self.found.inputs.push(Input {
                    path: entry.path,
                    kind: InputKind::File,
                    root: Some(index),
                });
            } else {
                self.problem(
                    entry.path,
                    false,
                    Some(index),
                    ProblemKind::Special(special(file_type)),
                );
            }
        }
        if let Some(root) = self.found.roots.get_mut(index) {
            root.inputs = self.found.inputs.len() - inputs_before;
            root.repeated = repeated;
        }
    }

    /// The entries of a directory, last first; none when it was walked before.
    fn list(
        &mut self,
        path: PathBuf,
        named: bool,
        root: usize,
        repeated: &mut usize,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        let opened = fs::metadata(&path).and_then(|metadata| Ok((metadata, fs::read_dir(&path)?)));
        let (metadata, listing) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.problem(path, named, Some(root), ProblemKind::Io(error));
                return entries;
            }
        };
        if !self.walked.insert((metadata.dev(), metadata.ino())) {
            *repeated += 1;
            return entries;
        }
        for entry in listing {
            match entry {
                Ok(entry) => entries.push(Entry {
                    path: entry.path(),
                    file_type: entry.file_type(),
                }),
                Err(error) => {
                    self.problem(path.clone(), named, Some(root), ProblemKind::Io(error));
                    break;
                }
            }
        }
        entries.sort_unstable_by(|a, b| name_of(&b.path).cmp(name_of(&a.path)));
        entries
    }

    fn problem(&mut self, path: PathBuf, named: bool, root: Option<usize>, kind: ProblemKind) {
        self.found.problems.push(Problem {
            path,
            named,
            root,
            kind,
        });
    }
}

/// Names compare as bytes, which is what `OsStr` does on Unix.
fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

fn special(file_type: FileType) -> &'static str {
    if file_type.is_fifo() {
        "FIFO"
    } else if file_type.is_socket() {
        "socket"
    } else {
        "device"
    }
}

#[cfg(test)]
mod tests;
