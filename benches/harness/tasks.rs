//! The tasks for `trailsift`, and the check of its results.

use std::io;
use std::path::Path;
use std::process::Command;

use super::race::Contender;
use super::store::scratch;
use crate::dump::truth::{Question, Truth, difference};

/// A task as it is typed.
pub struct Task {
    /// Its name in tables.
    pub name: &'static str,
    pub question: Question,
    /// Whether the result goes to a file, with `-o`.
    to_file: bool,
}

const fn task(name: &'static str, question: Question) -> Task {
    Task {
        name,
        question,
        to_file: false,
    }
}

/// The simplest task, which runs on every shape.
pub const COUNT: Task = task("count", Question::Calls);

/// Tasks that decode whole events; next to `show --compact`, only the decoding.
pub const REPORT: Task = task("report --format json", Question::Report);

/// The tasks for a large dump.
pub const TASKS: [Task; 8] = [
    COUNT,
    Task {
        to_file: true,
        ..task("list --tz Asia/Tokyo -o FILE", Question::List)
    },
    task("count --by userIdentity.arn", Question::Arns),
    task("count --by sourceIPAddress", Question::Addresses),
    task("count --by errorCode", Question::Errors),
    task("list --key KEY", Question::RareKey),
    task("count --every 1h --by principal", Question::Hours),
    task("show --compact", Question::Whole),
];

impl Task {
    /// `trailsift` with this task.
    ///
    /// # Errors
    /// If a temporary file cannot be created.
    pub fn contender(&self, dump: &Path, threads: usize) -> io::Result<Contender> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trailsift"));
        command.args(self.question.arguments());
        command.args(["--threads", &threads.to_string()]);
        let file = self.to_file.then(|| scratch("answer"));
        if let Some(file) = &file {
            command.arg("-o").arg(file);
        }
        command.arg(dump);
        let contender = Contender::new("trailsift", command)?;
        Ok(match file {
            Some(file) => contender.writing(file),
            None => contender,
        })
    }

    /// Runs a contender and compares its result.
    ///
    /// # Errors
    /// If the result is wrong ([`io::ErrorKind::InvalidData`]) or missing.
    pub fn check(
        &self,
        contender: &mut Contender,
        truth: &Truth,
        is_order_free: bool,
    ) -> io::Result<()> {
        let given = contender.answer(self.question)?;
        match difference(&truth.answer(self.question), &given, is_order_free) {
            None => Ok(()),
            Some(difference) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{}: {}: {difference}", contender.name, self.name),
            )),
        }
    }
}
