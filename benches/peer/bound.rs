//! Programs that do only a part of the work, as a lower bound for the time of `trailsift`.

use std::io;
use std::process::Command;

use super::{Check, Kind, command};
use crate::dump::Shape;
use crate::dump::truth::Question;
use crate::harness::mode::Role;
use crate::harness::options::Size;
use crate::harness::race::is_there;
use crate::harness::store::{self, Dump, Wanted};

/// The programs that bound a task, for a dump of this size.
///
/// # Errors
/// Errors of generating a dump that one of them reads.
pub fn bounds(
    question: Question,
    kind: Kind,
    dump: &Dump,
    size: Size,
) -> io::Result<Vec<(&'static str, Command, Check)>> {
    let mut all = Vec::new();
    if kind == Kind::Trail {
        if is_there("gzip") {
            all.push(("2 gzip -dc", gzip(dump), Check::Nothing));
        }
        let unpack = Role::Unpack.command(&dump.files)?;
        all.push(("zlib-rs alone", unpack, Check::Nothing));
        return Ok(all);
    }
    if is_there("wc") {
        let mut lines = Command::new("wc");
        lines.arg("-l").arg(&dump.path);
        all.push(("wc -l", lines, Check::Nothing));
    }
    if question == Question::Calls && is_there("rq") {
        let mut names = command("rq", ["$..EventName", "--result", "count"]);
        names.arg(&dump.path);
        all.push(("rq", names, Check::Events));
    }
    let decode = match question {
        Question::Whole => Some(("simd-json tape", Role::Tape)),
        Question::Report => Some(("simd-json values", Role::Values)),
        _ => None,
    };
    if let Some((name, role)) = decode {
        let strings = store::dump(Wanted::File(Shape::Strings, size))?;
        all.push((name, role.command(&strings.files)?, Check::Nothing));
    }
    Ok(all)
}

/// Each of two processes reads half of the files, at the same time.
fn gzip(dump: &Dump) -> Command {
    // Names that CloudTrail gives need no quotes.
    let names: Vec<_> = dump
        .files
        .iter()
        .filter_map(|file| file.file_name()?.to_str())
        .collect();
    let (first, second) = names.split_at(names.len() / 2);
    let (first, second) = (first.join(" "), second.join(" "));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("gzip -dc {first} & gzip -dc {second}; wait")])
        .current_dir(&dump.path);
    shell
}
