//! `trailsift redact`: a dump without what says whose it is.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;

use clap::{Args, ValueHint};

use super::args::{Common, DiagnosticArgs, Input, MessageArgs, Selection, Source, Time};
use super::setup::{Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics, manifest, refusal};
use crate::engine::{self, Answer, Item, ItemSource, Question};
use crate::event::{Context, Event};
use crate::input;
use crate::redact::{
    CollisionCheck, PseudonymKey, Pseudonyms, RedactOptions, Rewrite, SensitiveValues,
    ValueCollector,
};

mod read;
mod summary;
mod target;
mod write;

use target::RedactTargets;

/// Replaces what says whose a dump is, so that it can be shared.
///
/// Account ids, access keys, ids of principals, names of users, roles and sessions, e-mail and IP
/// addresses, the account's host names, encoded authorization messages, secrets and PEM blocks are
/// found by the member that carries them or by their form, and replaced wherever they then occur. Every
/// other byte stays: indentation, the order of members, escapes, what stands around events.
///
/// A pseudonym keeps the form of its value, and occurs nowhere in the input. One value has one pseudonym
/// in all files of a run. AWS's own accounts, roles and managed policies, services, regions, and what
/// was hidden before stay.
///
/// JSON in all its shapes, --output text and aws logs tail are read; for other shapes convert first.
/// Dumps are redacted as a whole: nothing is selected.
///
/// Prints how many values of each kind there were and how often they were replaced.
///
/// The input is read four times and more, --verify reads what was written; a pipe is kept for that, in
/// memory up to 64 MiB, then in a temporary file. Memory: each different value, with its pseudonym and
/// what it takes to search for it, and each name of a member, a service and a call.
#[derive(Debug, Args)]
pub(super) struct Redact {
    /// Where it goes: a file, a directory, or `-`.
    ///
    /// A directory when one is read or there are several inputs: paths below what was read stay, with pseudonyms in
    /// them, and files stay packed as they were. A file is packed when its name ends with `.gz` or `.zst`. Files are
    /// written beside their names first, then renamed, and never in place of an input.
    #[arg(short, long, value_name = "FILE|DIR", required = true, value_hint = ValueHint::AnyPath)]
    output: OsString,
    /// Also replace names and ids of resources.
    ///
    /// Buckets, keys, functions, tables, instances and their like, in ARNs, resources, and parameters and answers of
    /// calls.
    #[arg(long)]
    names: bool,
    /// Also replace ids of events and requests.
    #[arg(long)]
    ids: bool,
    /// A secret: with the same one come the same pseudonyms.
    ///
    /// At least 16 bytes. Without it, pseudonyms are others in every run. `head -c 32 /dev/urandom > FILE` makes one. Whoever has it can
    /// try which value a pseudonym is for. Where two values of a run come to one pseudonym, or it occurs in the input,
    /// one of them gets another, which another run need not come to.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Option<OsString>,
    /// Write the way back: which pseudonym is for which value.
    ///
    /// Rows of kind, pseudonym, value, and whether text was searched for it (`text`) or members and ARNs alone
    /// (`fields`). Tab-separated, escaped as jq's `@tsv`, readable for nobody else (mode 0600).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    map: Option<OsString>,
    /// Read it again, and fail if a value is still in it.
    ///
    /// Through members and ARNs, and through the bytes as such with up to three escapings taken off, of JSON or
    /// percent. A file that fails is not put into its place.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    messages: MessageArgs,
}

/// The fewest bytes of a key: 128 bits.
const LEAST_KEY: usize = 16;

/// The most bytes: a device has no end.
const MOST_KEY: usize = 1 << 20;

/// Counts events.
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

/// What all readings have in common.
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
    if redact.verify && targets.is_stdout() {
        return Err(usage(
            "--verify: standard output can't be read again; write -o FILE",
        ));
    }
    if let Some(key) = redact.key_file.as_deref() {
        targets.refuse("--key-file", key)?;
    }
    if let Some(manifest) = redact.messages.manifest.as_deref() {
        targets.refuse("--manifest", manifest)?;
    }
    if let Some(map) = redact.map.as_deref() {
        let key = redact.key_file.as_deref();
        if key.is_some_and(|key| target::is_same(map.as_ref(), key.as_ref())) {
            let map = map.to_string_lossy();
            return Err(usage(format!("--map {map}: that is the --key-file")));
        }
        if target::is_stdout(map) {
            let map = map.to_string_lossy();
            return Err(usage(format!(
                "--map {map}: the way back is for nobody else to read; name a file"
            )));
        }
        let manifest = redact.messages.manifest.as_deref();
        if manifest.is_some_and(|manifest| target::is_same(map.as_ref(), manifest.as_ref())) {
            let map = map.to_string_lossy();
            return Err(usage(format!("--map {map}: that is the --manifest")));
        }
        manifest::refuse_inputs("--map", map, &plan.discovery)?;
        targets.refuse("--map", map)?;
    }
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
        summary::tell_unsearched(&values, &common.diagnostics);
    }
    status = status.and(diagnostics::report(&plan, &common.diagnostics, &report));
    plan.keep_record(&report, status)
}

/// The key for pseudonyms: that of a file, or one that nobody has.
fn key(file: Option<&std::ffi::OsStr>) -> Result<PseudonymKey, Failure> {
    let Some(file) = file else {
        let mut bytes = [0; 32];
        let got = getrandom::fill(&mut bytes);
        got.map_err(|error| Failure::Other(format!("no random bytes for a key: {error}")))?;
        return Ok(PseudonymKey::new(&bytes));
    };
    let shown = file.to_string_lossy();
    let mut bytes = Vec::new();
    let read = File::open(file);
    let read = read.and_then(|file| file.take(MOST_KEY as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        usage(format!(
            "--key-file {shown}: {error} (`head -c 32 /dev/urandom > FILE` makes one)"
        ))
    })?;
    if bytes.len() > MOST_KEY {
        return Err(usage(format!(
            "--key-file {shown}: more than {MOST_KEY} bytes are no key; 32 are enough (`head -c 32 /dev/urandom > FILE`)"
        )));
    }
    if bytes.len() < LEAST_KEY {
        return Err(usage(format!(
            "--key-file {shown}: {} are no secret; at least {LEAST_KEY} are needed (`head -c 32 /dev/urandom > FILE`)",
            diagnostics::count(bytes.len() as u64, "byte")
        )));
    }
    Ok(PseudonymKey::new(&bytes))
}

/// An input that is redacted, with its place among the inputs.
pub(super) struct RedactInput<'p> {
    pub item: &'p Item,
    /// What its file was when it was first opened.
    pub stamp: Option<input::FileStamp>,
}

impl RedactInput<'_> {
    /// Whether its file is still what it was.
    pub fn is_unchanged(&self) -> bool {
        match (&self.item.source, self.stamp) {
            (ItemSource::Input(input), Some(stamp)) => input::stamp(input) == Some(stamp),
            _ => true,
        }
    }
}

/// The inputs that are dumps in a shape that can be redacted, and whether any is in another.
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
                "{}: this is {shape}, which is not redacted as it is: convert it first \
                 (`trailsift convert --to records`)",
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
