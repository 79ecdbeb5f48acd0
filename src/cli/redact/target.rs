//! Chooses the output file of each redacted input.

use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

use super::RedactInput;
use crate::cli::Failure;
use crate::cli::manifest;
use crate::cli::same_file::{is_below, is_same};
use crate::cli::setup::usage;
use crate::engine::{Item, ItemSource};
use crate::input::{Discovery, Input, InputKind};
use crate::redact::Rewrite;

/// The outputs of a run.
pub(super) struct RedactTargets {
    place: OutputPlace,
    /// Each input directory as typed, with the path in the output directory that its files are written below.
    roots: Vec<(PathBuf, PathBuf)>,
    /// Canonical paths of the inputs.
    inputs: HashSet<PathBuf>,
    /// The output path of each input, if the output is a directory.
    names: BTreeMap<String, PathBuf>,
}

enum OutputPlace {
    Stdout,
    File(PathBuf),
    Directory(PathBuf),
}

impl RedactTargets {
    /// Checks the value of `-o`.
    ///
    /// # Errors
    /// If the inputs do not fit the output, or the output would overwrite or be part of an input.
    pub fn new(output: &OsStr, discovery: &Discovery) -> Result<RedactTargets, Failure> {
        let is_many = discovery.inputs.len() > 1 || !discovery.roots.is_empty();
        let path = PathBuf::from(output);
        let shown = path.display().to_string();
        let is_directory = path.is_dir() || output.as_bytes().ends_with(b"/");
        let place = if is_stdout(output) {
            if is_many {
                return Err(usage(format!(
                    "-o {shown}: several inputs need a directory, -o DIR"
                )));
            }
            OutputPlace::Stdout
        } else if is_many || is_directory {
            if path.exists() && !is_directory {
                return Err(usage(format!(
                    "-o {shown}: not a directory; several inputs need one"
                )));
            }
            OutputPlace::Directory(path)
        } else {
            manifest::refuse_inputs("-o", output, discovery)?;
            OutputPlace::File(path)
        };
        if let OutputPlace::Directory(path) = &place {
            let is_stdin = |input: &Input| input.kind == InputKind::Stdin;
            if discovery.inputs.iter().any(is_stdin) {
                return Err(usage(format!(
                    "-o {shown}: standard input has no file name to use in a directory; write -o FILE"
                )));
            }
            for root in &discovery.roots {
                if is_below(path, &root.path) {
                    return Err(usage(format!(
                        "-o {shown}: inside the input {}; the next run would read it as an input",
                        root.path.display()
                    )));
                }
            }
        }
        let named = discovery
            .inputs
            .iter()
            .filter(|input| input.named())
            .count();
        // With several inputs, each directory keeps its name: two of them may contain the same relative path.
        let keeps_names = discovery.roots.len() + named > 1;
        let roots = discovery.roots.iter().map(|root| {
            let name = root.path.file_name().filter(|_| keeps_names);
            (
                root.path.clone(),
                name.map(PathBuf::from).unwrap_or_default(),
            )
        });
        let inputs = discovery.inputs.iter();
        let inputs = inputs.filter_map(|input| input.path.canonicalize().ok());
        Ok(RedactTargets {
            roots: roots.collect(),
            inputs: match place {
                OutputPlace::Directory(_) => inputs.collect(),
                _ => HashSet::new(),
            },
            place,
            names: BTreeMap::new(),
        })
    }

    pub fn is_stdout(&self) -> bool {
        matches!(self.place, OutputPlace::Stdout)
    }

    /// True if the files keep their names, and therefore their compression.
    pub fn is_directory(&self) -> bool {
        matches!(self.place, OutputPlace::Directory(_))
    }

    /// Refuses a file of another option that is the output, or is in the output directory.
    pub fn refuse(&self, option: &str, path: &OsStr) -> Result<(), Failure> {
        let shown = path.to_string_lossy();
        match &self.place {
            OutputPlace::File(file) if is_same(file, Path::new(path)) => Err(usage(format!(
                "{option} {shown}: this is the output file of -o; name another file"
            ))),
            OutputPlace::Directory(folder) if is_below(Path::new(path), folder) => {
                Err(usage(format!(
                    "{option} {shown}: inside the output directory, which will be shared; name a file outside of it"
                )))
            }
            _ => Ok(()),
        }
    }

    /// The path in the output directory, before pseudonyms are put into it.
    pub fn path_of(&self, item: &Item) -> Option<PathBuf> {
        let (OutputPlace::Directory(_), ItemSource::Input(input)) = (&self.place, &item.source)
        else {
            return None;
        };
        let Some((root, below)) = input.root.and_then(|root| self.roots.get(root)) else {
            return input.path.file_name().map(PathBuf::from);
        };
        let path = input.path.strip_prefix(root).unwrap_or(&input.path);
        let plain = path
            .components()
            .filter(|it| matches!(it, Component::Normal(_)));
        Some(below.join(plain.collect::<PathBuf>()))
    }

    /// Sets the output path of each input: its relative path, with pseudonyms for values.
    ///
    /// # Errors
    /// If two inputs have the same output path, or an output is an input.
    pub fn name(
        &mut self,
        items: &[RedactInput<'_>],
        rewrite: &mut Rewrite<'_>,
    ) -> Result<(), Failure> {
        let OutputPlace::Directory(folder) = &self.place else {
            return Ok(());
        };
        let mut taken: BTreeMap<PathBuf, &str> = BTreeMap::new();
        for wanted in items {
            let shown = wanted.item.shown.as_str();
            let Some(path) = self.path_of(wanted.item) else {
                continue;
            };
            let parts = path.components().map(|part| {
                let text = rewrite.text(part.as_os_str().as_bytes());
                OsString::from_vec(text)
            });
            let target = folder.join(parts.collect::<PathBuf>());
            if let Some(other) = taken.insert(target.clone(), shown) {
                return Err(usage(format!(
                    "{other} and {shown} would both be written to {}; redact them one at a time, with the same --key-file",
                    target.display()
                )));
            }
            if target
                .canonicalize()
                .is_ok_and(|it| self.inputs.contains(&it))
            {
                return Err(usage(format!("-o: {} is an input", target.display())));
            }
            self.names.insert(shown.to_owned(), target);
        }
        Ok(())
    }

    /// The output file of an input; `None` for standard output.
    pub fn of(&self, item: &Item) -> Option<&Path> {
        match &self.place {
            OutputPlace::Stdout => None,
            OutputPlace::File(path) => Some(path),
            OutputPlace::Directory(_) => self.names.get(&item.shown).map(PathBuf::as_path),
        }
    }
}

/// True for the names of standard output.
pub(super) fn is_stdout(path: &OsStr) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == *name)
}
