//! The binary: parse, run, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    trailsift::cli::main()
}
