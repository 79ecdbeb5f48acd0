//! Measures programs as whole processes: the machine, the dumps that they read, and the order of runs.

pub mod machine;
pub mod mode;
pub mod options;
pub mod race;
pub mod store;
pub mod tasks;

use std::io;
use std::process::ExitCode;

use mode::Role;
use options::Options;

/// Runs a benchmark: in a mode, if it was started for one, otherwise all of it, after the lines about the machine.
pub fn run(title: &str, bench: impl FnOnce(&Options) -> io::Result<()>) -> ExitCode {
    let done = match Role::play() {
        Some(played) => played,
        None => Options::read(std::env::args().skip(1))
            .map_err(io::Error::other)
            .and_then(|options| {
                println!("== {title}");
                machine::print();
                bench(&options)
            }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{title}: {error}");
            ExitCode::FAILURE
        }
    }
}
