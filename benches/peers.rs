//! Compares `trailsift` with other installed programs: the same results from the same dumps.
//!
//!     cargo bench --bench peers                             a dump of 256 MB, some minutes
//!     cargo bench --bench peers -- --size 1g userIdentity   tasks with this in their name, on a larger dump
//!     cargo bench --bench peers -- --quick                  16 MB
//!
//! All run in turns, and their results must be equal. It looks on the search path for wc, rq (rsonpath), jq, jaq,
//! duckdb and clickhouse, for the last two also in each `python3` there (modules `duckdb` and `chdb`). It also
//! runs programs that do only a part of the work: `wc -l`, rsonpath's count of a key, two `gzip -dc`, only zlib-rs,
//! and simd-json's tape of the nested records, or its values (a full decode). Times are not tested.

mod dump;
mod harness;
mod peer;

use std::io::{self, BufRead};
use std::process::ExitCode;
use std::time::Duration;

use dump::Shape;
use harness::machine;
use harness::options::{MEGA, Options, Size};
use harness::race::{Contender, contest};
use harness::store::{self, Dump, Wanted};
use harness::tasks::{COUNT, REPORT, TASKS, Task};
use peer::{Check, Kind, Peer};

/// A program that has used this much time skips the remaining rounds.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    harness::run("peers", |options| {
        let (peers, missing) = peer::find()?;
        if !missing.is_empty() {
            println!("missing  {}", missing.join(", "));
        }
        let usual = Size(options.pick(16, 256) * MEGA);
        let mut bench = Bench {
            peers,
            size: options.size.unwrap_or(usual),
            rounds: options.rounds.unwrap_or(options.pick(1, 3)),
            wrong: 0,
            table: Table::default(),
        };
        bench.lookup(options)?;
        bench.trail(options)?;
        bench.table.print();
        match bench.wrong {
            0 => Ok(()),
            wrong => Err(io::Error::other(format!(
                "{wrong} wrong answers, see above"
            ))),
        }
    })
}

struct Bench {
    peers: Vec<Peer>,
    size: Size,
    rounds: usize,
    wrong: usize,
    table: Table,
}

impl Bench {
    fn lookup(&mut self, options: &Options) -> io::Result<()> {
        let tasks = TASKS.iter().chain([&REPORT]);
        for task in tasks.filter(|task| options.wants(task.name)) {
            let dump = store::dump(Wanted::File(Shape::Pretty, self.size))?;
            self.task(task.name, task, Kind::Lookup, &dump)?;
        }
        Ok(())
    }

    fn trail(&mut self, options: &Options) -> io::Result<()> {
        let (files, events_each) = options.pick((20, 200), (200, 640));
        let name = format!("count, {files} .json.gz");
        if !options.wants(&name) {
            return Ok(());
        }
        let dump = store::dump(Wanted::Trail { files, events_each })?;
        self.task(&name, &COUNT, Kind::Trail, &dump)
    }

    fn task(&mut self, name: &str, task: &Task, kind: Kind, dump: &Dump) -> io::Result<()> {
        println!(
            "\n{name}: {:.1} MB, {} events",
            dump.bytes as f64 / 1e6,
            dump.truth.events
        );
        let mut own = task.contender(&dump.path, machine::threads())?;
        task.check(&mut own, &dump.truth, false)?;
        let mut turns = vec![own];
        let mut others = Vec::new();
        for (name, command, check) in peer::bounds(task.question, kind, dump, self.size)? {
            others.push((Contender::new(name, command)?, check));
        }
        for peer in &self.peers {
            if let Some(command) = peer.command(task.question, kind, dump) {
                others.push((Contender::new(&peer.name, command)?, peer.check()));
            }
        }
        for (mut contender, check) in others {
            match checked(task, &mut contender, check, dump) {
                Ok(()) => turns.push(contender),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    println!("  WRONG: {error}");
                    self.wrong += 1;
                }
                Err(error) => println!("  no answer: {error}"),
            }
        }
        contest(&mut turns, self.rounds, PATIENCE)?;
        let [own, others @ ..] = &turns[..] else {
            return Ok(());
        };
        println!(
            "  {:<20}{:>9}{:>9}{:>11}{:>6}",
            "", "s", "x", "peak MB", "runs"
        );
        for contender in &turns {
            println!(
                "  {:<20}{:>9.3}{:>9.2}{:>11.1}{:>6}",
                contender.name,
                contender.time().as_secs_f64(),
                contender.ratio(own),
                contender.peak as f64 / 1e6,
                contender.times.len()
            );
        }
        let ratios = others
            .iter()
            .map(|other| (other.name.clone(), other.ratio(own)));
        self.table.rows.push(Row {
            task: name.to_owned(),
            seconds: own.time().as_secs_f64(),
            others: ratios.collect(),
        });
        Ok(())
    }
}

/// Compares the comparable part of a result with the correct result.
fn checked(task: &Task, contender: &mut Contender, check: Check, dump: &Dump) -> io::Result<()> {
    match check {
        Check::Answer => task.check(contender, &dump.truth, false),
        Check::AnyOrder => task.check(contender, &dump.truth, true),
        Check::Nothing => contender.read(|mut printed| {
            io::copy(&mut printed, &mut io::sink())?;
            Ok(())
        }),
        Check::Events => {
            let name = contender.name.clone();
            let right = dump.truth.events;
            contender.read(|mut printed| {
                let mut line = String::new();
                printed.read_line(&mut line)?;
                if line.trim() == right.to_string() {
                    return Ok(());
                }
                let said = line.trim();
                Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("{name}: {said} instead of {right}"),
                ))
            })
        }
    }
}

/// Times of the others as multiples of `trailsift`'s, as in docs/BENCHMARKS.md.
#[derive(Default)]
struct Table {
    rows: Vec<Row>,
}

struct Row {
    task: String,
    /// Of `trailsift` itself.
    seconds: f64,
    /// By name.
    others: Vec<(String, f64)>,
}

impl Table {
    fn print(&self) {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.rows.iter().flat_map(|row| &row.others) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        println!(
            "\n| times as long as trailsift | trailsift | {} |",
            names.join(" | ")
        );
        println!("|---|{}", "--:|".repeat(names.len() + 1));
        for row in &self.rows {
            print!("| `{}` | {:.3} s |", row.task, row.seconds);
            for name in &names {
                let ratio = row.others.iter().find(|(other, _)| other == name);
                match ratio {
                    Some((_, ratio)) if *ratio >= 10.0 => print!(" {ratio:.0} |"),
                    Some((_, ratio)) => print!(" {ratio:.2} |"),
                    None => print!(" |"),
                }
            }
            println!();
        }
    }
}
