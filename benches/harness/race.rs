//! Whole processes run in turns, A B A B, so that a machine that slows down slows all of them down.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::tempfile;
use wait4::Wait4;

use crate::dump::truth::{Answer, Question};

/// A program with its arguments, its times and its memory.
pub struct Contender {
    pub name: String,
    command: Command,
    /// The file for its result, instead of standard output.
    writes: Option<PathBuf>,
    errors: File,
    /// Of each run.
    pub times: Vec<Duration>,
    /// Peak memory of the program or of a process that it started, in bytes.
    pub peak: u64,
}

impl Contender {
    /// A command that prints only its result on standard output.
    ///
    /// # Errors
    /// If a temporary file cannot be created.
    pub fn new(name: impl Into<String>, mut command: Command) -> io::Result<Contender> {
        let errors = tempfile()?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors.try_clone()?);
        Ok(Contender {
            name: name.into(),
            command,
            writes: None,
            errors,
            times: Vec::new(),
            peak: 0,
        })
    }

    /// The same with its result in a file.
    pub fn writing(mut self, file: PathBuf) -> Contender {
        self.writes = Some(file);
        self
    }

    /// Runs it once and stores the time.
    fn run(&mut self) -> io::Result<()> {
        self.errors.rewind()?;
        let begin = Instant::now();
        let child = self.command.spawn().map_err(|error| self.named(&error))?;
        let used = child.wait4()?;
        let time = begin.elapsed();
        if !used.status.success() {
            return Err(self.failure());
        }
        self.times.push(time);
        self.peak = self.peak.max(used.rusage.maxrss);
        Ok(())
    }

    /// Runs it once, without measuring, and reads its result.
    ///
    /// # Errors
    /// If it failed or printed something else.
    pub fn answer(&mut self, question: Question) -> io::Result<Answer> {
        self.read(|printed| question.read(printed))
    }

    /// Runs it once, without measuring, and reads its output.
    ///
    /// # Errors
    /// If it failed or its output cannot be read.
    pub fn read<T>(
        &mut self,
        read: impl FnOnce(Box<dyn BufRead>) -> io::Result<T>,
    ) -> io::Result<T> {
        self.errors.rewind()?;
        if self.writes.is_none() {
            self.command.stdout(Stdio::piped());
        }
        let started = self.command.spawn();
        self.command.stdout(Stdio::null());
        let mut child = started.map_err(|error| self.named(&error))?;
        if let Some(file) = &self.writes {
            // The file is complete when the program has ended.
            if !child.wait()?.success() {
                return Err(self.failure());
            }
            return read(Box::new(BufReader::new(File::open(file)?)));
        }
        let printed = child.stdout.take().expect("a pipe");
        let done = read(Box::new(BufReader::new(printed)));
        if !child.wait()?.success() {
            return Err(self.failure());
        }
        done.map_err(|error| self.named(&error))
    }

    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("{}: {error}", self.name))
    }

    /// Its error message, or its last message.
    fn failure(&mut self) -> io::Error {
        let mut said = String::new();
        let end = self.errors.stream_position().unwrap_or_default();
        let read = self
            .errors
            .rewind()
            .and_then(|()| (&mut self.errors).take(end).read_to_string(&mut said));
        let mut lines = said.lines().filter(|line| !line.trim().is_empty());
        let why = lines.clone().find(|line| line.contains("rror"));
        match (read, why.or(lines.next_back())) {
            (Ok(_), Some(why)) => io::Error::other(format!("{}: {why}", self.name)),
            _ => io::Error::other(format!("{}: failed and did not say why", self.name)),
        }
    }

    /// The median time of its runs.
    pub fn time(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// Its time relative to another program's: the median over the rounds in which both ran.
    pub fn ratio(&self, other: &Contender) -> f64 {
        let both = self.times.iter().zip(&other.times);
        let mut ratios: Vec<f64> = both
            .map(|(own, other)| own.as_secs_f64() / other.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Runs all in turns, for a number of rounds. A program that has run for `patience` skips the remaining rounds.
///
/// # Errors
/// If one of them failed.
pub fn contest(all: &mut [Contender], rounds: usize, patience: Duration) -> io::Result<()> {
    for _ in 0..rounds {
        for contender in &mut *all {
            if contender.times.iter().sum::<Duration>() <= patience {
                contender.run()?;
            }
        }
    }
    Ok(())
}

/// Whether a program is installed.
pub fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
