//! How fast the commands answer, over the shipped lookup dumps repeated until it takes a while.
//!
//!     cargo bench                 some 256 MB
//!     cargo bench -- --quick      some 32 MB, a few seconds
//!
//! Prints the machine, then for each task: MB/s of input, events/s, how much slower than a plain read of
//! the same bytes, and how much faster than on one thread. Every event has an id of its own, so duplicates
//! are looked for as always. Nothing is judged here: times depend on the machine.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use trailsift::engine::{self, Answer, Item, PIECE, Question, Settings};
use trailsift::event::{Field, Scope};
use trailsift::input;
use trailsift::rows::{Columns, Detail, Encoding, Listing};
use trailsift::select::{Condition, Expr, Selection, Test, Words};
use trailsift::tally::{Grouping, Groups, Paths, Survey};
use trailsift::time::{Format, Zone};

/// Dumps as both versions of the CLI write them.
const DUMPS: [&str; 3] = ["cli-v1.json", "cli-v2.json", "cli-v2-tokyo.json"];

/// The key of some of their events.
const KEY: &str = "AKIA4RBP4OZIHEXAMPLE";

fn main() -> io::Result<()> {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let (bytes, rounds) = if is_quick {
        (32 << 20, 2)
    } else {
        (256 << 20, 5)
    };
    let dump = Dump::write(bytes)?;
    let bench = Bench {
        items: items(&dump.path),
        bytes: dump.bytes as f64,
        rounds,
        read: best(rounds, || read(&dump.path))?,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    println!("machine  {}, {} threads", processor(), bench.threads);
    println!(
        "input    {:.1} MB of lookup output, plain read {:.0} MB/s\n",
        bench.bytes / 1e6,
        bench.rate(bench.read)
    );
    println!(
        "{:<28}{:>8}{:>12}{:>10}{:>12}",
        "task", "MB/s", "events/s", "x read", "x 1 thread"
    );
    let all = Selection::default();
    let one_key = Selection::new(vec![Condition {
        typed: format!("--key {KEY}"),
        expr: Expr::Flag(Test::AccessKey(Words::exact([KEY]))),
    }]);
    let by = |names| Grouping {
        by: fields(names),
        every: None,
        distinct: None,
        first_last: false,
    };
    let usual = ["EventSource", "EventName"];
    bench.count("count", &all, &by(&usual))?;
    bench.count(
        "count --by userIdentity.arn",
        &all,
        &by(&["userIdentity.arn"]),
    )?;
    bench.count("count --key KEY", &one_key, &by(&usual))?;
    let columns = |encoding| Columns {
        fields: fields(&["EventTime", "EventSource", "EventName"]),
        encoding,
        sort: None,
    };
    bench.rows("list", &columns(Encoding::Tsv))?;
    let whole = Encoding::Whole(Detail {
        record_only: false,
        indent: None,
        style: None,
    });
    bench.rows("show --compact", &columns(whole))?;
    let survey = Survey::new(Scope::all());
    bench.task("fields", &all, &survey, Paths::default)
}

/// A file that is gone when this is.
struct Dump {
    path: PathBuf,
    bytes: u64,
}

impl Dump {
    /// The dumps one after another, as often as it takes, every time with other ids.
    fn write(at_least: u64) -> io::Result<Dump> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = Vec::new();
        for name in DUMPS {
            text.extend(fs::read(root.join("fixtures").join(name))?);
        }
        let ids = ids(&text);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands.json");
        let mut dump = Dump { path, bytes: 0 };
        let mut file = BufWriter::new(File::create(&dump.path)?);
        let mut round = 0u32;
        while dump.bytes < at_least {
            for &id in &ids {
                text[id..id + 8].copy_from_slice(format!("{round:08x}").as_bytes());
            }
            file.write_all(&text)?;
            dump.bytes += text.len() as u64;
            round += 1;
        }
        file.flush()?;
        Ok(dump)
    }
}

impl Drop for Dump {
    fn drop(&mut self) {
        // Left behind at worst: a file among what is built.
        let _ = fs::remove_file(&self.path);
    }
}

/// Where ids begin, in the envelopes and in the records.
fn ids(text: &[u8]) -> Vec<usize> {
    let mut all = Vec::new();
    for name in [r#""EventId": ""#, r#"\"eventID\":\""#] {
        let found = text.windows(name.len()).enumerate();
        let found = found.filter(|(_, window)| *window == name.as_bytes());
        all.extend(found.map(|(at, _)| at + name.len()));
    }
    all
}

fn items(path: &Path) -> Vec<Item> {
    let found = input::discover(&[path.into()]);
    found.inputs.iter().map(Item::from).collect()
}

fn fields(names: &[&str]) -> Vec<Field> {
    let parsed = names.iter().map(|name| Field::parse(name));
    parsed.collect::<Result<_, _>>().expect("names of fields")
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let name = model.and_then(|line| line.split(": ").nth(1));
    name.unwrap_or(std::env::consts::ARCH).to_owned()
}

/// Reads a file and looks at nothing.
fn read(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; PIECE];
    while file.read(&mut block)? > 0 {}
    Ok(())
}

/// The shortest of some rounds.
fn best(rounds: usize, mut work: impl FnMut() -> io::Result<()>) -> io::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let begin = Instant::now();
        work()?;
        best = best.min(begin.elapsed());
    }
    Ok(best)
}

struct Bench {
    items: Vec<Item>,
    bytes: f64,
    rounds: usize,
    /// How long a plain read takes.
    read: Duration,
    threads: usize,
}

impl Bench {
    /// MB/s.
    fn rate(&self, time: Duration) -> f64 {
        self.bytes / 1e6 / time.as_secs_f64()
    }

    fn count(&self, name: &str, selection: &Selection, grouping: &Grouping) -> io::Result<()> {
        self.task(name, selection, grouping, || Groups::new(grouping))
    }

    fn rows(&self, name: &str, columns: &Columns) -> io::Result<()> {
        let listing = || Listing::new(io::sink(), None, None, None);
        self.task(name, &Selection::default(), columns, listing)
    }

    fn task<Q: Question, A: Answer<Q::Batch>>(
        &self,
        name: &str,
        selection: &Selection,
        question: &Q,
        answer: impl Fn() -> A,
    ) -> io::Result<()> {
        let (zone, format) = (Zone::Utc, Format::default());
        let mut events = 0;
        let mut ask = |threads| {
            let settings = Settings {
                threads,
                ..Settings::new(selection, &zone, &format)
            };
            best(self.rounds, || {
                let report = engine::ask(&self.items, &settings, question, &mut answer())?;
                events = report.account().events;
                Ok(())
            })
        };
        let alone = ask(1)?;
        let time = if self.threads > 1 {
            ask(self.threads)?
        } else {
            alone
        };
        let seconds = time.as_secs_f64();
        println!(
            "{name:<28}{:>8.0}{:>12.0}{:>10.1}{:>12.2}",
            self.rate(time),
            events as f64 / seconds,
            seconds / self.read.as_secs_f64(),
            alone.as_secs_f64() / seconds
        );
        Ok(())
    }
}
