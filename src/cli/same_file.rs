//! Compares paths that may name the same file.

use std::path::{Path, PathBuf};

/// True if two paths name the same regular file, or a file that does not exist yet.
///
/// Two outputs may be the same device: `/dev/null` loses nothing when it is written twice.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one == other || {
        let (one, other) = (canonical(one), canonical(other));
        one == other && (one.is_file() || !one.exists())
    }
}

/// True if a path is inside a folder, or is the folder.
pub(super) fn is_below(path: &Path, folder: &Path) -> bool {
    canonical(path).starts_with(canonical(folder))
}

/// The canonical path of a file whose last components need not exist yet.
fn canonical(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    for ancestor in path.ancestors() {
        // `canonicalize` refuses the empty path, which is the parent of a bare file name.
        let existing = match ancestor.as_os_str().is_empty() {
            true => Path::new("."),
            false => ancestor,
        };
        if let Ok(mut canonical) = existing.canonicalize() {
            canonical.extend(missing.into_iter().rev());
            return canonical;
        }
        missing.extend(ancestor.file_name());
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_exist_and_files_that_do_not_are_compared() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("a"), "").unwrap();
        std::os::unix::fs::symlink(path("a"), path("link")).unwrap();
        assert!(is_same(&path("a"), &path("link")));
        assert!(is_same(&path("new"), &path("./new")));
        assert!(!is_same(&path("new"), &path("a")));
        assert!(!is_same(
            Path::new("/dev/null"),
            Path::new("/dev/../dev/null")
        ));
        assert!(is_below(&path("sub/new"), dir.path()));
        assert!(!is_below(dir.path(), &path("sub")));
    }
}
