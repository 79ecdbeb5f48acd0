//! `trailsift redact`: a pseudonymised copy of a dump.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;

use clap::{Args, ValueHint};

use super::args::{Common, DiagnosticArgs, Input, MessageArgs, Selection, Source, Time};
use super::same_file::is_same;
use super::setup::{Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics, manifest, refusal};
use crate::engine::{self, Answer, Item, ItemSource, Question};
use crate::event::{Context, Event};
use crate::input::{self, Discovery};
use crate::redact::{
    CollisionCheck, PseudonymKey, Pseudonyms, RedactOptions, Rewrite, SensitiveValues,
    ValueCollector,
};

mod read;
mod summary;
mod target;
mod write;

use target::RedactTargets;

/// Pseudonymise a dump so that it can be shared.
///
/// Finds account ids, access keys, principal ids, names of users, roles and sessions, e-mail and IP
/// addresses, host names of the account, encoded authorization messages, secrets and PEM blocks, either
/// by the JSON member that contains them or by their form, and replaces them wherever they occur. Every
/// other byte stays the same: indentation, the order of members, escapes, text between events.
///
/// A pseudonym has the form of its value and occurs nowhere in the input. In all files of a run, a value
/// has one pseudonym. Accounts, roles and managed policies of AWS itself, services, regions, and values
/// that are already masked are not replaced.
///
/// Reads JSON in every shape, --output text and aws logs tail; convert other shapes first. A dump is
/// redacted as a whole: events cannot be selected.
///
/// Prints the number of values and of replacements for each kind.
///
/// Reads the input at least four times, and --verify reads the output. A pipe is therefore stored: in
/// memory up to 64 MiB, then in a temporary file. Memory grows with the number of different values and
/// of different names of members, services and calls.
#[derive(Debug, Args)]
pub(super) struct Redact {
    /// Write to this file or directory, or to `-`.
    ///
    /// Name a directory if the input is a directory or several dumps: the files keep their paths, with pseudonyms in
    /// them, and their compression. A single file is compressed if its name ends with `.gz` or `.zst`. Each file is
    /// written to a temporary file and renamed when complete. An input is never overwritten.
    #[arg(short, long, value_name = "FILE|DIR", required = true, value_hint = ValueHint::AnyPath)]
    output: OsString,
    /// Also replace names and ids of resources.
    ///
    /// For example buckets, object keys, functions, tables and instances, in ARNs, in `resources`, and in the
    /// parameters and responses of calls.
    #[arg(long)]
    names: bool,
    /// Also replace ids of events and requests.
    #[arg(long)]
    ids: bool,
    /// Secret key; the same key gives the same pseudonyms.
    ///
    /// At least 16 bytes; `head -c 32 /dev/urandom > FILE` creates one. Without a key, each run gives other pseudonyms.
    /// Keep it secret: anyone who has the key can test which value a pseudonym is for. If two values of a run have the
    /// same pseudonym, or a pseudonym occurs in the input, one value gets another pseudonym, which may differ in
    /// another run.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Option<OsString>,
    /// Write each value and its pseudonym to FILE.
    ///
    /// Tab-separated rows of kind, pseudonym, value, and where the value was replaced: in all text (`text`) or only in
    /// members and ARNs (`fields`). Escaped as by jq's `@tsv`. Only you can read the file (mode 0600).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    map: Option<OsString>,
    /// Read the output again; end with 1 if a value is left.
    ///
    /// Searches members and ARNs, and the bytes with up to three levels of JSON or percent escapes removed. A file that
    /// still contains a value is not written. `--check` is the same.
    #[arg(long, alias = "check")]
    verify: bool,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    messages: MessageArgs,
}

/// Shortest key in bytes: 128 bits, so that it cannot be guessed.
const LEAST_KEY: usize = 16;

/// Longest key in bytes: a device such as `/dev/zero` never ends.
const MOST_KEY: usize = 1 << 20;

/// Reads events for their byte counts and diagnostics alone: redaction reads the bytes itself.
struct CountOnly;

impl Question for CountOnly {
    type Batch = ();

    fn observe(&self, _: &Event<'_>, _: &Context<'_>, (): &mut ()) {}
}

impl Answer<()> for CountOnly {
    fn add(&mut self, (): (), _: &[bool]) -> io::Result<ControlFlow<()>> {
        Ok(ControlFlow::Continue(()))
    }
}

/// Settings that are the same for each pass over the input.
pub(super) struct PassSettings {
    options: RedactOptions,
    longest: usize,
    unpacking: input::UnpackLimits,
}

pub(super) fn run(redact: Redact) -> Result<Status, Failure> {
    let common = Common {
        input: Input {
            source: redact.source.clone(),
            keep_duplicates: true,
        },
        selection: Selection::default(),
        time: Time::default(),
        diagnostics: DiagnosticArgs {
            messages: redact.messages.clone(),
            ..DiagnosticArgs::default()
        },
    };
    let mut plan = Plan::new(&common)?;
    let key = key(redact.key_file.as_deref())?;
    let mut targets = RedactTargets::new(&redact.output, &plan.discovery)?;
    refuse_conflicts(&redact, &targets, &plan.discovery)?;
    plan.keep_pipes();
    let report = plan.ask(&CountOnly, &mut CountOnly, false)?;
    let reading = PassSettings {
        options: RedactOptions {
            names: redact.names,
            ids: redact.ids,
        },
        longest: plan.limits.of_events().event,
        unpacking: plan.limits.of_packed(),
    };
    let (items, is_refused) = wanted(&plan, &report, &reading)?;
    let mut status = if is_refused {
        Status::Usage
    } else {
        Status::Done
    };
    if !items.is_empty() {
        let values = collector(&items, &targets, &reading)?;
        let pseudonyms = pseudonyms(&values, key, &items, &reading)?;
        if let Some(map) = redact.map.as_deref() {
            summary::write_map(map, &pseudonyms, &values)?;
        }
        let mut rewrite = Rewrite::new(&pseudonyms, reading.options, reading.longest);
        targets.name(&items, &mut rewrite)?;
        let verified_by = redact.verify.then_some(&pseudonyms);
        write::all(&items, &targets, &mut rewrite, &reading, verified_by)?;
        summary::print(
            &pseudonyms,
            &rewrite.counts(),
            targets.is_stdout(),
            &common.diagnostics,
        )?;
        summary::note_unsearched(&values, &common.diagnostics);
    }
    status = status.and(diagnostics::report(&plan, &common.diagnostics, &report));
    plan.keep_record(&report, status)
}

/// Refuses files that would overwrite each other, an input or the key, before anything is read or written.
fn refuse_conflicts(
    redact: &Redact,
    targets: &RedactTargets,
    discovery: &Discovery,
) -> Result<(), Failure> {
    if redact.verify && targets.is_stdout() {
        return Err(usage(
            "--verify: standard output cannot be read again; write to a file with -o FILE",
        ));
    }
    let key = redact.key_file.as_deref();
    let manifest = redact.messages.manifest.as_deref();
    for (option, path) in [("--key-file", key), ("--manifest", manifest)] {
        if let Some(path) = path {
            targets.refuse(option, path)?;
        }
    }
    let Some(map) = redact.map.as_deref() else {
        return Ok(());
    };
    let refused = |why: &str| Err(usage(format!("--map {}: {why}", map.to_string_lossy())));
    for (option, path) in [("--key-file", key), ("--manifest", manifest)] {
        if path.is_some_and(|path| is_same(map.as_ref(), path.as_ref())) {
            return refused(&format!("this is the file of {option}; name another file"));
        }
    }
    if target::is_stdout(map) {
        return refused("the map contains the original values and must stay private; name a file");
    }
    manifest::refuse_inputs("--map", map, discovery)?;
    targets.refuse("--map", map)
}

/// The key for pseudonyms: the contents of the file, or random bytes that are not kept.
fn key(file: Option<&std::ffi::OsStr>) -> Result<PseudonymKey, Failure> {
    let Some(file) = file else {
        let mut bytes = [0; 32];
        let got = getrandom::fill(&mut bytes);
        got.map_err(|error| Failure::Other(format!("cannot get random bytes for a key: {error}")))?;
        return Ok(PseudonymKey::new(&bytes));
    };
    let shown = file.to_string_lossy();
    let mut bytes = Vec::new();
    let read = File::open(file);
    let read = read.and_then(|file| file.take(MOST_KEY as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        usage(format!(
            "--key-file {shown}: {error}; create one with `head -c 32 /dev/urandom > FILE`"
        ))
    })?;
    if bytes.len() > MOST_KEY {
        return Err(usage(format!(
            "--key-file {shown}: longer than {MOST_KEY} bytes; 32 are enough, create one with \
             `head -c 32 /dev/urandom > FILE`"
        )));
    }
    if bytes.len() < LEAST_KEY {
        return Err(usage(format!(
            "--key-file {shown}: {} can be guessed; at least {LEAST_KEY} are needed, create one with \
             `head -c 32 /dev/urandom > FILE`",
            diagnostics::count(bytes.len() as u64, "byte")
        )));
    }
    Ok(PseudonymKey::new(&bytes))
}

/// An input to be redacted.
pub(super) struct RedactInput<'p> {
    pub item: &'p Item,
    /// Size and times of its file when it was first opened; `None` for a pipe.
    pub stamp: Option<input::FileStamp>,
}

impl RedactInput<'_> {
    /// True if its file has not changed since the first pass.
    pub fn is_unchanged(&self) -> bool {
        match (&self.item.source, self.stamp) {
            (ItemSource::Input(input), Some(stamp)) => input::stamp(input) == Some(stamp),
            _ => true,
        }
    }
}

/// The inputs that are dumps in a shape that can be redacted, and `true` if any dump has another shape.
fn wanted<'p>(
    plan: &'p Plan,
    report: &engine::RunReport,
    reading: &PassSettings,
) -> Result<(Vec<RedactInput<'p>>, bool), Failure> {
    let unkept: BTreeSet<usize> = plan.unkept.iter().map(|(at, _)| *at).collect();
    let files = report.files.iter().enumerate();
    let files = files
        .filter(|(at, _)| !unkept.contains(at))
        .map(|(_, file)| file);
    let (mut wanted, mut is_refused) = (Vec::new(), false);
    for (index, (item, file)) in plan.items.iter().zip(files).enumerate() {
        let is_read = !file.failed && (file.error.is_none() || file.byte_counts.events > 0);
        if !is_read || refusal::reason(file).is_some() {
            continue;
        }
        if let Some(shape) = read::other_shape(item, reading)? {
            diagnostics::error(&format!(
                "{}: this is {shape}, which cannot be redacted; convert it first with \
                 `trailsift convert --to records`",
                item.shown
            ));
            is_refused = true;
            continue;
        }
        wanted.push(RedactInput {
            item,
            stamp: report.stamps.get(index).copied().flatten(),
        });
    }
    Ok((wanted, is_refused))
}

fn collector(
    items: &[RedactInput<'_>],
    targets: &RedactTargets,
    reading: &PassSettings,
) -> Result<SensitiveValues, Failure> {
    let mut collector = ValueCollector::new(reading.options, reading.longest);
    for wanted in items {
        read::all(wanted.item, reading, &mut |bytes, end| {
            collector
                .push(bytes, end)
                .map_err(|error| error.to_string())
        })?;
        if let Some(path) = targets.path_of(wanted.item) {
            for part in &path {
                collector.path(part.as_encoded_bytes());
            }
        }
    }
    Ok(collector.finish())
}

fn pseudonyms(
    values: &SensitiveValues,
    key: PseudonymKey,
    items: &[RedactInput<'_>],
    reading: &PassSettings,
) -> Result<Pseudonyms, Failure> {
    let mut pseudonyms = Pseudonyms::new(values, key);
    loop {
        let mut check = CollisionCheck::new(&pseudonyms, reading.options, reading.longest);
        for wanted in items {
            read::all(wanted.item, reading, &mut |bytes, end| {
                check.push(bytes, end).map_err(|error| error.to_string())
            })?;
        }
        let seen = check.finish();
        if seen.is_empty() {
            return Ok(pseudonyms);
        }
        pseudonyms.renew(&seen);
    }
}
