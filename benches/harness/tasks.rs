//! What is asked of `trailsift`, and that its answers are right.
//!
//! Not for: what others are asked (`peers`).

use std::io;
use std::path::Path;
use std::process::Command;

use super::race::Contender;
use super::store::scratch;
use crate::dump::truth::{Question, Truth, difference};

/// A question as it is typed.
pub struct Task {
    /// As tables have it.
    pub name: &'static str,
    pub question: Question,
    /// Whether the answer goes to a file, with `-o`.
    to_file: bool,
}

const fn task(name: &'static str, question: Question) -> Task {
    Task {
        name,
        question,
        to_file: false,
    }
}

/// The plainest of them, which every kind of dump is asked.
pub const COUNT: Task = task("count", Question::Calls);

/// What takes all of every event; beside `list --format jsonl`, the plain decode.
pub const REPORT: Task = task("report --format json", Question::Report);

/// What a large dump is asked.
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
    task("list --format jsonl", Question::Whole),
];

impl Task {
    /// `trailsift` with this task.
    ///
    /// # Errors
    /// That there is no room for a temporary file.
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

    /// Has a contender answer, and compares.
    ///
    /// # Errors
    /// That the answer is not the right one ([`io::ErrorKind::InvalidData`]), or that there is none.
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
