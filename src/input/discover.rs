//! Turns names from the command line into a list of inputs: files, standard input, and the files in directories.
//!
//! No file is opened, and none is left out for its name. Files are not deduplicated: a file that is reached by two
//! names is two inputs.

use std::borrow::Cow;
use std::collections::HashSet;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, FileType};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The name of standard input. A file of that name is written `./-`.
const STDIN: &str = "-";

/// The result of [`discover`].
#[derive(Debug, Default)]
pub struct Discovery {
    /// The inputs in the order of the names; within a directory, sorted.
    pub inputs: Vec<Input>,
    /// Names and directory entries that are not inputs, in the order in which they were found.
    pub problems: Vec<Problem>,
    /// One for each directory among the names, in their order, also if it contains no input.
    pub roots: Vec<Root>,
}

impl Discovery {
    /// Appends the result for further names. The two results are independent, so a directory can be in both.
    pub fn append(&mut self, more: Discovery) {
        let before = self.roots.len();
        let shifted = |root: Option<usize>| root.map(|root| root + before);
        self.inputs
            .extend(more.inputs.into_iter().map(|input| Input {
                root: shifted(input.root),
                ..input
            }));
        self.problems
            .extend(more.problems.into_iter().map(|problem| Problem {
                root: shifted(problem.root),
                ..problem
            }));
        self.roots.extend(more.roots);
    }
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// As typed, or the directory as typed joined with the path within it; `-` for standard input.
    pub path: PathBuf,
    /// File or standard input.
    pub kind: InputKind,
    /// The directory it was found in, as an index into [`Discovery::roots`]; `None` if it was named on the command line.
    pub root: Option<usize>,
}

impl Input {
    /// The path for messages; bytes that are not UTF-8 are replaced by U+FFFD.
    pub fn shown(&self) -> Cow<'_, str> {
        self.path.to_string_lossy()
    }

    /// Whether it was named on the command line, and not found in a directory.
    pub fn named(&self) -> bool {
        self.root.is_none()
    }
}

/// The kind of an [`Input`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// `-`.
    Stdin,
    /// Anything with a path. If it was named, it may be a FIFO or a device; in a directory it is a regular file.
    File,
}

/// A directory among the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// As typed.
    pub path: PathBuf,
    /// How many inputs were found in it.
    pub inputs: usize,
    /// How many directories in it (or it itself) were skipped because they had been walked before, under this or
    /// another name. If it has no inputs but some of these, it is not empty: its files are read under the other name.
    pub repeated: usize,
}

/// A name or a directory entry that is not an input.
#[derive(Debug)]
pub struct Problem {
    /// As for [`Input::path`].
    pub path: PathBuf,
    /// Whether it was named on the command line, and not found in a directory. A named directory that cannot be read
    /// also has a root.
    pub named: bool,
    /// As for [`Input::root`].
    pub root: Option<usize>,
    /// The reason.
    pub kind: ProblemKind,
}

/// Why a name or a directory entry is not an input.
#[derive(Debug)]
pub enum ProblemKind {
    /// The operating system refused: there is no such file, or a directory may not be read.
    Io(io::Error),
    /// A symbolic link whose target does not exist, is the link itself, or may not be read.
    Link(io::Error),
    /// In a directory: neither file nor directory, so it was skipped. Of all kinds only this one is a mere note.
    Special(&'static str),
    /// A socket was named, which cannot be opened like a file.
    Socket,
    /// Standard input was named before, and can be read only once.
    StdinAgain,
    /// A location in S3 or on the web; this program uses no network.
    Remote,
}

impl Problem {
    /// The path for messages; bytes that are not UTF-8 are replaced by U+FFFD.
    pub fn shown(&self) -> Cow<'_, str> {
        self.path.to_string_lossy()
    }

    /// Whether it is only worth a note, because the user cannot have meant it as a dump.
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

/// The command that downloads a URL.
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

/// Turns names into inputs. `-` is standard input; a directory means all files in it and in its subdirectories.
///
/// The order is that of the names; within a directory, entries are sorted by name as bytes, and the files of a
/// subdirectory are placed where the name of the subdirectory is: `a/z` before `a.json`, because `a` is before
/// `a.json`. [`Path`] compares in the same way. This order does not depend on the file system.
///
/// Links are followed. Each real directory (device and inode) is walked once per call, under the first name that it has
/// in that order, so loops end. Hidden files are inputs, too. Sockets, FIFOs and devices in a directory are skipped,
/// with a [`Problem`]; FIFOs and devices that are named are inputs.
///
/// Names need not be UTF-8. No file is opened, so only [`open`](super::open) finds out that one is unreadable.
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

/// An entry that was listed and not yet visited, with the type that its directory gives.
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
        // A stack instead of recursion, because the depth of the directories is not limited.
        let mut pending = self.list(path, true, index, &mut repeated);
        while let Some(entry) = pending.pop() {
            let file_type = match entry.file_type {
                // The directory gives the type of the link; only its target is a file or a directory.
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

    /// The entries of a directory, the last one first, so that the first one is popped first; empty if it was walked
    /// before.
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

/// The last part of a path. `OsStr` compares as bytes on Unix.
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
