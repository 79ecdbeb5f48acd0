//! Measures single steps, on one thread in this process: finding events, reading a field, decoding, writing.
//!
//!     cargo bench --bench modules               some 64 MB
//!     cargo bench --bench modules -- decode     steps with this in their name
//!     cargo bench --bench modules -- --quick    4 MB
//!
//! Over a file, a step includes all steps before it, starting with reading; the last column is the cost per event
//! in addition to finding it. In memory, each step is measured alone, next to the simplest operation on the
//! same bytes. Results are medians of rounds in turns; times are not tested.

mod dump;
#[expect(dead_code, reason = "this bench runs no programs")]
mod harness;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use trailsift::engine::{self, Answer, CHUNK_SIZE, Item, Question, Settings};
use trailsift::event::{Context, Detail, Event, Field, MemberName, write_whole};
use trailsift::input;
use trailsift::render::tsv;
use trailsift::select::Selection;
use trailsift::text::{Text, Value, json};
use trailsift::time::{TimeFormat, Zone};

use dump::Shape;
use harness::options::{MEGA, Options, Size};
use harness::store::{self, Dump, Wanted};

fn main() -> ExitCode {
    harness::run("modules", |options| {
        let size = options.size.unwrap_or(Size(options.pick(4, 64) * MEGA));
        let rounds = options.rounds.unwrap_or(options.pick(3, 9));
        over_file(options, size, rounds)?;
        in_memory(options, size, rounds)
    })
}

/// A step and its times.
struct Step<'s> {
    name: &'static str,
    work: Box<dyn FnMut() -> io::Result<()> + 's>,
    times: Vec<Duration>,
}

impl<'s> Step<'s> {
    fn new(name: &'static str, work: impl FnMut() -> io::Result<()> + 's) -> Step<'s> {
        Step {
            name,
            work: Box::new(work),
            times: Vec::new(),
        }
    }

    fn seconds(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        times[times.len() / 2].as_secs_f64()
    }
}

fn in_turns(steps: &mut [Step<'_>], rounds: usize) -> io::Result<()> {
    for _ in 0..rounds {
        for step in &mut *steps {
            let begin = Instant::now();
            (step.work)()?;
            step.times.push(begin.elapsed());
        }
    }
    Ok(())
}

/// Reads an event and drops it.
struct Look<F>(F);

impl<F: Fn(&Event<'_>, &Context<'_>, &mut Vec<u8>) + Sync> Question for Look<F> {
    type Batch = Vec<u8>;

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Vec<u8>) {
        batch.clear();
        (self.0)(event, context, batch);
    }
}

struct Forget;

impl Answer<Vec<u8>> for Forget {
    fn add(&mut self, batch: Vec<u8>, _: &[bool]) -> io::Result<ControlFlow<()>> {
        black_box(batch);
        Ok(ControlFlow::Continue(()))
    }
}

/// Reads every event. Panics if their number is wrong.
fn ask(
    dump: &Dump,
    keep_duplicates: bool,
    look: impl Fn(&Event<'_>, &Context<'_>, &mut Vec<u8>) + Sync,
) -> io::Result<()> {
    let found = input::discover(&[dump.path.clone().into_os_string()]);
    let items: Vec<Item> = found.inputs.iter().map(Item::from).collect();
    let (selection, zone, format) = (Selection::default(), Zone::Utc, TimeFormat::default());
    let settings = Settings {
        keep_duplicates,
        ..Settings::new(&selection, &zone, &format)
    };
    let report = engine::ask(&items, &settings, &Look(look), &mut Forget)?;
    let (events, right) = (report.byte_counts().events, dump.truth.events);
    if events == right {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "{events} events instead of {right}"
    )))
}

fn read(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; CHUNK_SIZE];
    while file.read(&mut block)? > 0 {
        black_box(&block);
    }
    Ok(())
}

fn over_file(options: &Options, size: Size, rounds: usize) -> io::Result<()> {
    const FIELDS: [(&str, &str); 6] = [
        ("lazy field: EventName", "EventName"),
        ("lazy field: eventSource", "eventSource"),
        ("lazy field: userIdentity.arn", "userIdentity.arn"),
        ("lazy field: sourceIPAddress", "sourceIPAddress"),
        ("lazy field: errorCode", "errorCode"),
        ("lazy field: tlsDetails.tlsVersion", "tlsDetails.tlsVersion"),
    ];
    let dump = &store::dump(Wanted::File(Shape::Pretty, size))?;
    let field = |name| Field::parse(name).map_err(|error| io::Error::other(error.to_string()));
    let row = ["EventTime", "EventSource", "EventName"].map(field);
    let row: Vec<Field> = row.into_iter().collect::<io::Result<_>>()?;
    const FOUND: &str = "string end: events found";
    let mut steps = vec![
        Step::new("plain read", || read(&dump.path)),
        Step::new(FOUND, || ask(dump, true, |_, _, _| ())),
        Step::new("string end: and duplicates", || {
            ask(dump, false, |_, _, _| ())
        }),
    ];
    for (name, typed) in FIELDS {
        let field = field(typed)?;
        let look = move |event: &Event<'_>, context: &Context<'_>, _: &mut Vec<u8>| {
            black_box(field.value(event, context));
        };
        steps.push(Step::new(name, move || ask(dump, true, &look)));
    }
    steps.push(Step::new("decode: a record's members", || {
        ask(dump, true, |event, _, _| {
            let record = event.record();
            let members = record.iter().flat_map(|record| record.members());
            members.for_each(|member: (MemberName, Text<'_>, _)| {
                black_box(member);
            });
        })
    }));
    steps.push(Step::new("decode: the whole event", || {
        let detail = Detail {
            record_only: false,
            indent: None,
            style: None,
            clock: None,
        };
        ask(dump, true, |event, _, out| {
            black_box(write_whole(event, &detail, out));
        })
    }));
    steps.push(Step::new("TSV: a row of three", || {
        ask(dump, true, |event, context, out| {
            let cells = row.iter().map(|field| field.value(event, context));
            let cells: Vec<Value<'_>> = cells.collect();
            tsv::write_row(out, &cells);
        })
    }));
    // Always run, because the others are compared with it.
    steps.retain(|step| [FOUND, "plain read"].contains(&step.name) || options.wants(step.name));
    in_turns(&mut steps, rounds)?;
    let (events, gigabytes) = (dump.truth.events as f64, dump.bytes as f64 / 1e9);
    let (plain, found) = (steps[0].seconds(), steps[1].seconds());
    println!(
        "\nover a file of {:.1} MB, {events} events, one thread",
        gigabytes * 1e3
    );
    println!("{:<36}{:>8}{:>9}{:>12}", "", "GB/s", "x read", "ns/event");
    for step in &steps {
        let seconds = step.seconds();
        println!(
            "{:<36}{:>8.2}{:>9.2}{:>12.0}",
            step.name,
            gigabytes / seconds,
            seconds / plain,
            (seconds - found).max(0.0) * 1e9 / events
        );
    }
    Ok(())
}

/// Writes the decoded or re-spaced form of each text, one after the other, into one buffer.
fn each<'t, T>(
    texts: &'t [T],
    write: impl Fn(&'t T, &mut Vec<u8>) + 't,
) -> impl FnMut() -> io::Result<()> + 't {
    let mut out = Vec::new();
    move || {
        for text in texts {
            out.clear();
            write(text, &mut out);
            black_box(&out);
        }
        Ok(())
    }
}

fn in_memory(options: &Options, size: Size, rounds: usize) -> io::Result<()> {
    let dump = store::dump(Wanted::File(Shape::Strings, size))?;
    let text = fs::read_to_string(&dump.path)?;
    let plain: Vec<&str> = text.lines().collect();
    let quoted = plain.iter().map(serde_json::to_string);
    let quoted: Vec<String> = quoted.collect::<Result<_, _>>()?;
    // The bytes of a lookup dump, without the quotes.
    let escaped: Vec<&[u8]> = quoted
        .iter()
        .map(|text| &text.as_bytes()[1..text.len() - 1])
        .collect();
    let cells: Vec<[Value<'_>; 3]> = escaped
        .iter()
        .map(|text| {
            [&text[..20], &text[20..40], &text[40..60]].map(|cell| Value::Text(Text::raw(cell)))
        })
        .collect();
    let bytes: usize = escaped.iter().map(|text| text.len()).sum();
    println!(
        "\nin memory, {:.1} MB of records as they lie in strings",
        bytes as f64 / 1e6
    );
    println!("{:<36}{:>8}{:>9}{:>12}", "", "GB/s", "x plain", "ns/each");
    let group = |name: &str, bytes: usize, mut steps: Vec<Step<'_>>| {
        if !options.wants(name) {
            return Ok(());
        }
        in_turns(&mut steps, rounds)?;
        let plain = steps[0].seconds();
        for step in &steps {
            let seconds = step.seconds();
            println!(
                "{:<36}{:>8.2}{:>9.2}{:>12.0}",
                format!("{name}: {}", step.name),
                bytes as f64 / 1e9 / seconds,
                seconds / plain,
                seconds * 1e9 / escaped.len() as f64
            );
        }
        io::Result::Ok(())
    };
    group(
        "limit",
        bytes,
        vec![
            Step::new("memchr, no hit", || {
                escaped.iter().for_each(|text| {
                    black_box(memchr::memchr(b'\n', text));
                });
                Ok(())
            }),
            Step::new("memchr, each quote", || {
                escaped.iter().for_each(|text| {
                    memchr::memchr_iter(b'"', text).for_each(|at| {
                        black_box(at);
                    });
                });
                Ok(())
            }),
        ],
    )?;
    group(
        "decode",
        bytes,
        vec![
            Step::new(
                "copy",
                each(&escaped, |text, out| out.extend_from_slice(text)),
            ),
            Step::new(
                "unescape",
                each(&escaped, |text, out| Text::once(text).decode_into(out)),
            ),
        ],
    )?;
    group(
        "re-space",
        text.len(),
        vec![
            Step::new(
                "copy",
                each(&plain, |text, out| out.extend_from_slice(text.as_bytes())),
            ),
            Step::new(
                "compact",
                each(&plain, |text, out| json::compact(text.as_bytes(), out)),
            ),
            Step::new(
                "indent",
                each(&plain, |text, out| {
                    json::indent(text.as_bytes(), out, 2, None)
                }),
            ),
        ],
    )?;
    group(
        "TSV",
        cells.len() * 63,
        vec![
            Step::new(
                "copy",
                each(&escaped, |text, out| out.extend_from_slice(&text[..63])),
            ),
            Step::new(
                "three cells",
                each(&cells, |cells, out| tsv::write_row(out, cells)),
            ),
        ],
    )
}
