//! Output files and folders that are renamed to their names when they are complete, and removed if a signal ends the
//! program before.
//!
//! SIGKILL cannot be handled, so it leaves them. The temporary files of pipes and of sorting have no names; the system
//! removes them.

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

use super::output::is_pager_running;

/// The prefix of their names.
pub(super) const PREFIX: &str = ".trailsift-";

/// The paths of all pending files and folders. They are created, finished and removed only under this lock, so that a
/// signal finds all of them.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Signals with which people, shells, schedulers and limits end programs.
const ENDING: [i32; 8] = [
    SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU,
];

/// A temporary file in the folder of the file that it will replace.
pub(super) struct PendingFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl PendingFile {
    /// Creates a file that will replace `path`. A signal that ends the program removes it.
    pub fn new(path: PathBuf, permissions: Permissions) -> io::Result<PendingFile> {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let mut pending = lock();
        let file = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(permissions)
            .tempfile_in(parent)
            .map_err(|error| not_created(&error, parent))?;
        pending.push(file.path().to_owned());
        Ok(PendingFile { file, path })
    }

    /// The path of the temporary file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Renames it to its final path.
    pub fn finish(self) -> io::Result<()> {
        let PendingFile { file, path } = self;
        let name = file.path().to_owned();
        let renamed = file.persist(&path).map(drop);
        lock().retain(|path| *path != name);
        renamed.map_err(|error| named(&error.error, &path))
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

/// A temporary folder next to the final one, or in it if the final one exists.
pub(super) struct PendingFolder {
    folder: TempDir,
    path: PathBuf,
    is_inside: bool,
}

impl PendingFolder {
    /// Creates a folder that becomes `path`, which must be empty or not exist. A signal that ends the program removes it.
    ///
    /// An existing folder is filled and not replaced, because it may have another mode, be a mount point, or be the working
    /// directory of a shell.
    pub fn new(path: PathBuf) -> io::Result<PendingFolder> {
        let is_inside = path.is_dir();
        let parent = if is_inside {
            &path
        } else {
            path.parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."))
        };
        let mut pending = lock();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            // The umask of the process is applied to this mode.
            .permissions(Permissions::from_mode(0o777))
            .tempdir_in(parent)
            .map_err(|error| not_created(&error, parent))?;
        pending.push(folder.path().to_owned());
        Ok(PendingFolder {
            folder,
            path,
            is_inside,
        })
    }

    /// Creates a file in it, and the folders of its path.
    pub fn create(&self, below: &Path) -> io::Result<FolderFile> {
        // Under the lock, so that no file is created in the folder while a signal removes it.
        let _pending = lock();
        let path = self.folder.path().join(below);
        let parent = path.parent().unwrap_or(self.folder.path());
        let made = fs::create_dir_all(parent).and_then(|()| File::create_new(&path));
        let shown = self.path.join(below.parent().unwrap_or(below));
        match made {
            Ok(file) => Ok(FolderFile { file, shown }),
            Err(error) => Err(named(&error, &shown)),
        }
    }

    /// Renames a file in it.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let _pending = lock();
        let [old, new] = [from, to].map(|below| self.folder.path().join(below));
        fs::rename(old, new).map_err(|error| named(&error, &self.path.join(to)))
    }

    /// Renames it, or moves its content, to its final path.
    pub fn finish(self) -> io::Result<()> {
        let PendingFolder {
            folder,
            path,
            is_inside,
        } = self;
        let mut pending = lock();
        let renamed = if is_inside {
            move_all(folder.path(), &path)
        } else {
            fs::rename(folder.path(), &path)
        };
        renamed.map_err(|error| named(&error, &path))?;
        let name = folder.path().to_owned();
        if is_inside {
            drop(folder);
        } else {
            // It was renamed, so `TempDir` must not remove it.
            let _ = folder.keep();
        }
        pending.retain(|path| *path != name);
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

/// A file in a pending folder.
pub(super) struct FolderFile {
    file: File,
    /// The final path of its folder, for errors.
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

/// The error with the final path: the user does not know that of the temporary file.
pub(super) fn named(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The error if the temporary file or folder could not be created.
fn not_created(error: &io::Error, directory: &Path) -> io::Error {
    let (kind, shown) = (error.kind(), directory.display());
    if directory.is_dir() {
        io::Error::new(kind, format!("{kind}, in the directory {shown}"))
    } else {
        io::Error::new(kind, format!("there is no directory {shown}"))
    }
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs the handler of signals: it removes all pending files and exits with 130. Signals that the parent process
/// ignores (`nohup`, a background job of a shell) stay ignored.
pub(super) fn handle_signals() {
    // If no handler can be installed, signals end the program all the same, so errors are ignored.
    match ignored() {
        Some(ignored) => {
            let ending = ENDING
                .iter()
                .filter(|signal| ignored >> (*signal - 1) & 1 == 0);
            if let Ok(mut signals) = Signals::new(ending) {
                std::thread::spawn(move || {
                    for signal in signals.forever() {
                        // Ctrl-C belongs to a pager, in which it ends a search. When the pager is quit, the program ends.
                        if signal != SIGINT || !is_pager_running() {
                            leave();
                        }
                    }
                });
            }
        }
        // Without /proc the ignored signals are not known. `try_set_handler` installs nothing if one of its signals is
        // ignored.
        None => drop(ctrlc::try_set_handler(leave)),
    }
    // With this handler, a file that grows beyond `ulimit -f` is an error of the write, which is reported.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

fn leave() {
    let pending = lock();
    for path in &*pending {
        let _ = match fs::symlink_metadata(path) {
            Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
            _ => fs::remove_file(path),
        };
    }
    std::process::exit(130);
}

/// The signals that are ignored now, one bit per signal from signal 1 on; `None` if the system does not report them.
fn ignored() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}
