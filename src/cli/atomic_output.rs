//! Files and folders that are not whole yet, and the signals that take them away as they end the program.
//!
//! Not for: what is written to it, and when it is whole (`output`, `convert`). The temporary files of pipes and of rows to
//! be sorted have no names, and are gone at any end.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signal_hook::consts::signal::{
    SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ,
};
use signal_hook::iterator::Signals;
use tempfile::{NamedTempFile, TempDir};

/// What their names begin with.
pub(super) const PREFIX: &str = ".trailsift-";

/// Their names. Whoever holds the lock is making, finishing or removing one.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Signals that people, shells, schedulers and limits end programs with.
const ENDING: [i32; 8] = [
    SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU,
];

/// A file beside the one that it will be.
pub(super) struct PendingFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl PendingFile {
    /// Makes a file that takes the place of `path` when it is whole. No signal leaves it behind.
    pub fn new(path: PathBuf, permissions: Permissions) -> io::Result<PendingFile> {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let mut unfinished = lock();
        let file = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(permissions)
            .tempfile_in(parent)
            .map_err(|error| plain(&error, parent))?;
        unfinished.push(file.path().to_owned());
        Ok(PendingFile { file, path })
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it into its place.
    pub fn finish(self) -> io::Result<()> {
        let PendingFile { file, path } = self;
        let name = file.path().to_owned();
        let put = file.persist(&path).map(drop);
        lock().retain(|unfinished| *unfinished != name);
        put.map_err(|error| named(&error.error, &path))
    }
}

impl Write for PendingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.as_file_mut().write(bytes);
        written.map_err(|error| named(&error, &self.path))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// A folder beside the one that it will be, or in it where that is there.
pub(super) struct PendingFolder {
    folder: TempDir,
    path: PathBuf,
    is_inside: bool,
}

impl PendingFolder {
    /// Makes a folder that becomes `path`, which is not there or empty, when it is whole. No signal leaves it behind.
    ///
    /// What is there is filled and not replaced: it keeps its mode, and may be a mount or the folder someone is in.
    pub fn new(path: PathBuf) -> io::Result<PendingFolder> {
        let is_inside = path.is_dir();
        let parent = if is_inside {
            &path
        } else {
            path.parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."))
        };
        let mut unfinished = lock();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            // The process's umask is applied to this.
            .permissions(Permissions::from_mode(0o777))
            .tempdir_in(parent)
            .map_err(|error| plain(&error, parent))?;
        unfinished.push(folder.path().to_owned());
        Ok(PendingFolder {
            folder,
            path,
            is_inside,
        })
    }

    /// Makes a file in it, and the folders above that.
    pub fn create(&self, below: &Path) -> io::Result<FolderFile> {
        // A signal that takes the folder away meets no new files in it.
        let _unfinished = lock();
        let path = self.folder.path().join(below);
        let parent = path.parent().unwrap_or(self.folder.path());
        let made = fs::create_dir_all(parent).and_then(|()| File::create_new(&path));
        let shown = self.path.join(below.parent().unwrap_or(below));
        match made {
            Ok(file) => Ok(FolderFile { file, shown }),
            Err(error) => Err(named(&error, &shown)),
        }
    }

    /// Gives a file in it another name.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let _unfinished = lock();
        let [old, new] = [from, to].map(|below| self.folder.path().join(below));
        fs::rename(old, new).map_err(|error| named(&error, &self.path.join(to)))
    }

    /// Puts it into its place.
    pub fn finish(self) -> io::Result<()> {
        let PendingFolder {
            folder,
            path,
            is_inside,
        } = self;
        let mut unfinished = lock();
        let put = if is_inside {
            move_all(folder.path(), &path)
        } else {
            fs::rename(folder.path(), &path)
        };
        put.map_err(|error| named(&error, &path))?;
        let name = folder.path().to_owned();
        if is_inside {
            drop(folder);
        } else {
            // There is nothing left to be removed.
            let _ = folder.keep();
        }
        unfinished.retain(|unfinished| *unfinished != name);
        Ok(())
    }
}

fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::rename(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// A file in a folder that is not whole yet.
pub(super) struct FolderFile {
    file: File,
    /// The folder that it will lie in.
    shown: PathBuf,
}

impl Write for FolderFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        written.map_err(|error| named(&error, &self.shown))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The error with the name that was asked for: that of the temporary file means nothing to anyone.
pub(super) fn named(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The same, where it could not even be made.
fn plain(error: &io::Error, directory: &Path) -> io::Error {
    let (kind, shown) = (error.kind(), directory.display());
    if directory.is_dir() {
        io::Error::new(kind, format!("{kind}, in the directory {shown}"))
    } else {
        io::Error::new(kind, format!("there is no directory {shown}"))
    }
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends with 130 at a signal, leaving nothing half-written behind. What is ignored from the start (`nohup`, a shell's
/// background) stays ignored.
pub(super) fn watch() {
    // Without a handler a signal ends the program all the same.
    match ignored() {
        Some(ignored) => {
            let ending = ENDING
                .iter()
                .filter(|signal| ignored >> (*signal - 1) & 1 == 0);
            if let Ok(mut signals) = Signals::new(ending) {
                std::thread::spawn(move || {
                    if signals.forever().next().is_some() {
                        leave();
                    }
                });
            }
        }
        // Nobody tells what is ignored: this sets no handler at all where something is.
        None => drop(ctrlc::try_set_handler(leave)),
    }
    // A file that grows beyond `ulimit -f` is an error of whoever writes it, and no sudden end.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

fn leave() {
    let unfinished = lock();
    for path in &*unfinished {
        let _ = match fs::symlink_metadata(path) {
            Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
            _ => fs::remove_file(path),
        };
    }
    std::process::exit(130);
}

/// The signals that are ignored now, a bit each from 1 on, where the system tells.
fn ignored() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}
