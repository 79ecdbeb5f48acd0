//! Whole processes run in turns, A B A B, so that a machine that slows down slows all of them down.
//!
//! Not for: what is run.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::tempfile;
use wait4::Wait4;

use crate::dump::truth::{Answer, Question};

/// A program with its arguments, and what it took.
pub struct Contender {
    pub name: String,
    command: Command,
    /// The file its answer goes to instead of standard output.
    writes: Option<PathBuf>,
    errors: File,
    /// Of each run.
    pub times: Vec<Duration>,
    /// The most memory that it, or a process that it started, had at once, in bytes.
    pub peak: u64,
}

impl Contender {
    /// A command that says nothing but its answer on standard output.
    ///
    /// # Errors
    /// That there is no room for a temporary file.
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

    /// The same with its answer in a file.
    pub fn writing(mut self, file: PathBuf) -> Contender {
        self.writes = Some(file);
        self
    }

    /// Runs it once and keeps the time.
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

    /// Runs it once, untimed, and reads its answer to a question.
    ///
    /// # Errors
    /// That it failed, or answered with something else.
    pub fn answer(&mut self, question: Question) -> io::Result<Answer> {
        self.read(|printed| question.read(printed))
    }

    /// Runs it once, untimed, and reads what it printed.
    ///
    /// # Errors
    /// That it failed; those of reading.
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
            // It is whole when the program has ended.
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

    /// What it said of the error, or said last.
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

    /// How many times as long as another it took: the median over the rounds that both ran in.
    pub fn ratio(&self, other: &Contender) -> f64 {
        let both = self.times.iter().zip(&other.times);
        let mut ratios: Vec<f64> = both
            .map(|(own, other)| own.as_secs_f64() / other.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Runs all in turns, as many rounds as asked for; one that has run for `patience` already sits the rest out.
///
/// # Errors
/// That one of them failed.
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

/// Whether a program can be found.
pub fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
