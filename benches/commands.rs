//! Measures time and memory of the commands, each as a whole process.
//!
//!     cargo bench --bench commands                          a 1 GB dump, and a 4 GB one to see how cost grows
//!     cargo bench --bench commands -- --size 256m errorCode tasks with this in their name, on a smaller dump
//!     cargo bench --bench commands -- --quick               16 MB, some seconds
//!
//! `--rounds 9` runs everything nine times.
//!
//! For each task it prints MB/s of decompressed input, events/s, the time relative to a plain read of the same bytes and to
//! `wc -l` (medians of rounds in which all of them run in turns), the speed-up over one thread,
//! and the peak memory. Every result is compared with the counts of the generator. Times are printed and not
//! tested, because they depend on the machine.

mod dump;
mod harness;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use dump::Shape;
use dump::truth::{Answer, difference};
use harness::machine;
use harness::mode::Role;
use harness::options::{GIGA, MEGA, Options, Size};
use harness::race::{Contender, contest, is_there};
use harness::store::{self, Dump, Wanted};
use harness::tasks::{COUNT, REPORT, TASKS, Task};

fn main() -> ExitCode {
    harness::run("commands", |options| {
        let bench = Bench {
            rounds: options.rounds.unwrap_or(options.pick(3, 5)),
            options,
        };
        bench.fixtures()?;
        bench.large()?;
        bench.shapes()?;
        bench.growth()?;
        println!(
            "\nA process cannot be seen to have less memory than its parent had: {:.1} MB here.",
            idle_memory()?
        );
        Ok(())
    })
}

/// Peak memory of this process in MB; the system reports at least this much for its children.
fn idle_memory() -> io::Result<f64> {
    let mut nothing = [Contender::new("nothing", Role::Read.command([""; 0])?)?];
    contest(&mut nothing, 1, Duration::MAX)?;
    Ok(nothing[0].peak as f64 / 1e6)
}

/// Programs that run in turns over the same bytes.
struct Taken {
    read: Contender,
    alone: Contender,
    all: Contender,
    lines: Option<Contender>,
}

impl Taken {
    /// The cells of a row, for input of so many bytes with so many events.
    fn cells(&self, bytes: u64, events: u64) -> [String; 6] {
        let seconds = self.all.time().as_secs_f64();
        [
            format!("{:.0}", bytes as f64 / 1e6 / seconds),
            format!("{:.0}", events as f64 / seconds),
            format!("{:.2}", self.all.ratio(&self.read)),
            self.lines_ratio(),
            format!("{:.2}", self.alone.ratio(&self.all)),
            megabytes(self.all.peak),
        ]
    }

    fn lines_ratio(&self) -> String {
        let ratio = self.lines.as_ref().map(|lines| self.all.ratio(lines));
        ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"))
    }
}

const HEADINGS: [&str; 6] = ["MB/s", "events/s", "x read", "x wc", "x 1thr", "peak MB"];

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

/// Prints a row in columns that are wide enough for their headings.
fn print<const N: usize>(name: &str, headings: [&str; N], cells: [&str; N]) {
    print!("{name:<31}");
    for (heading, cell) in headings.iter().zip(cells) {
        print!("{cell:>width$}", width = (heading.len() + 2).max(7));
    }
    println!();
}

fn print_headings<const N: usize>(headings: [&str; N]) {
    print("", headings, headings);
}

fn print_row<const N: usize>(name: &str, headings: [&str; N], cells: [String; N]) {
    print(name, headings, cells.each_ref().map(String::as_str));
}

/// `wc -l`, if it is installed and the dump has lines.
fn lines(files: &[PathBuf]) -> io::Result<Option<Contender>> {
    let is_packed = |file: &PathBuf| file.extension().is_some_and(|end| end == "gz");
    if files.iter().any(is_packed) || !is_there("wc") {
        return Ok(None);
    }
    let mut command = Command::new("wc");
    command.arg("-l").args(files);
    Contender::new("wc -l", command).map(Some)
}

struct Bench<'o> {
    options: &'o Options,
    rounds: usize,
}

impl Bench<'_> {
    /// Size of the dump for most tasks.
    fn size(&self) -> Size {
        let usual = Size(self.options.pick(16 * MEGA, GIGA));
        self.options.size.unwrap_or(usual)
    }

    fn turns(&self, files: &[PathBuf], alone: Contender, all: Contender) -> io::Result<Taken> {
        let read = Contender::new("read", Role::Read.command(files)?)?;
        let mut turns: Vec<Contender> = lines(files)?.into_iter().collect();
        turns.extend([read, alone, all]);
        contest(&mut turns, self.rounds, Duration::MAX)?;
        let mut next = || turns.pop().ok_or(io::Error::other("nobody's turn"));
        Ok(Taken {
            all: next()?,
            alone: next()?,
            read: next()?,
            lines: turns.pop(),
        })
    }

    /// Checks the result, then runs all programs in turns.
    fn take(&self, task: &Task, dump: &Dump) -> io::Result<Taken> {
        let mut all = task.contender(&dump.path, machine::threads())?;
        let mut alone = task.contender(&dump.path, 1)?;
        task.check(&mut all, &dump.truth, false)?;
        task.check(&mut alone, &dump.truth, false)?;
        self.turns(&dump.files, alone, all)
    }

    fn row(&self, name: &str, task: &Task, dump: &Dump) -> io::Result<Taken> {
        let taken = self.take(task, dump)?;
        print_row(name, HEADINGS, taken.cells(dump.bytes, dump.truth.events));
        Ok(taken)
    }

    /// The fixtures of the project: small, in every shape.
    fn fixtures(&self) -> io::Result<()> {
        if !self.options.wants("fixtures") {
            return Ok(());
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut files = Vec::new();
        let mut bytes = 0;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.metadata()?.is_file() {
                bytes += entry.metadata()?.len();
                files.push(entry.path());
            }
        }
        let mut all = COUNT.contender(&folder, machine::threads())?;
        let mut alone = COUNT.contender(&folder, 1)?;
        let right = alone.answer(COUNT.question)?;
        if let Some(difference) = difference(&right, &all.answer(COUNT.question)?, false) {
            return Err(io::Error::other(format!("fixtures: {difference}")));
        }
        let events = match right {
            Answer::Counts(counts) => counts.values().sum(),
            Answer::Rows(rows) => rows.rows,
        };
        let taken = self.turns(&files, alone, all)?;
        println!("\nfixtures: {} files, {} kB", files.len(), bytes / 1000);
        print_headings(HEADINGS);
        print_row("count", HEADINGS, taken.cells(bytes, events));
        Ok(())
    }

    /// Every task on one large dump.
    fn large(&self) -> io::Result<()> {
        let wanted = |task: &&Task| self.options.wants(task.name);
        let tasks: Vec<&Task> = TASKS.iter().chain([&REPORT]).filter(wanted).collect();
        if tasks.is_empty() {
            return Ok(());
        }
        let size = self.size();
        let dump = store::dump(Wanted::File(Shape::Pretty, size))?;
        let (megabytes, events) = (megabytes(dump.bytes), dump.truth.events);
        println!("\nlookup dump as the CLI prints it: {megabytes} MB, {events} events");
        print_headings(HEADINGS);
        for task in tasks {
            self.row(task.name, task, &dump)?;
        }
        Ok(())
    }

    /// The same events in other shapes, in time per byte.
    fn shapes(&self) -> io::Result<()> {
        let size = self.size().min(Size(256 * MEGA));
        let (files, events_each) = self.options.pick((20, 200), (200, 640));
        let file = |shape| Wanted::File(shape, size);
        let all = [
            ("shapes: pretty", file(Shape::Pretty)),
            ("shapes: compact, one line", file(Shape::Compact)),
            ("shapes: one event per line", file(Shape::Lines)),
            ("shapes: Records, one line", file(Shape::Records)),
            ("shapes: one record per line", file(Shape::Strings)),
            (
                "shapes: trail files, .json.gz",
                Wanted::Trail { files, events_each },
            ),
        ];
        let wanted: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| self.options.wants(name))
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        println!("\ncount, on {size} and on {files} packed files (MB/s of what is in them)");
        print_headings(HEADINGS);
        for (name, wanted) in wanted {
            self.row(name, &COUNT, &store::dump(wanted)?)?;
        }
        Ok(())
    }

    /// The same task on larger and larger dumps.
    fn growth(&self) -> io::Result<()> {
        if !self.options.wants("growth") {
            return Ok(());
        }
        let usual = [16 * MEGA, 256 * MEGA, GIGA, 4 * GIGA];
        let sizes = self
            .options
            .pick([4, 8, 16, 32].map(|size| size * MEGA), usual);
        println!("\ngrowth: count on ever larger dumps");
        let headings = ["s", "s/GB", "x wc", "x 1thr", "peak MB", "less 48 B/event"];
        print_headings(headings);
        for size in sizes.map(Size) {
            if size.0 > self.size().0 * 4 {
                continue;
            }
            let dump = store::dump(Wanted::File(Shape::Pretty, size))?;
            let taken = self.take(&COUNT, &dump)?;
            let seconds = taken.all.time().as_secs_f64();
            let peak = taken.all.peak;
            let cells = [
                format!("{seconds:.3}"),
                format!("{:.3}", seconds / (dump.bytes as f64 / 1e9)),
                taken.lines_ratio(),
                format!("{:.2}", taken.alone.ratio(&taken.all)),
                megabytes(peak),
                megabytes(peak.saturating_sub(48 * dump.truth.events)),
            ];
            print_row(&size.to_string(), headings, cells);
        }
        Ok(())
    }
}
