//! `trailsift convert`: dumps in another shape.

use std::ffi::OsString;
use std::path::Path;

use clap::{Args, ValueEnum, ValueHint};

use super::args::Common;
use super::explain::{self, CommandReads};
use super::first_pass::temporary_directory;
use super::setup::{Plan, usage};
use super::status::Status;
use super::{Failure, diagnostics, manifest};
use crate::convert::{Conversion, ConversionSummary, ConvertedEvents, SortStorage, TargetShape};
use crate::render::csv;
use target::ConvertTarget;

mod target;

/// Writes events in another shape: merged, each once, by time.
///
/// Takes any number of dumps of any shape, and writes one of:
///
///   lookup        what `aws cloudtrail lookup-events` prints, newest first
///   jsonl         its entries, one a line
///   records       a trail file, {"Records":[…]} on one line, oldest first
///   events-jsonl  its records, one a line
///   csv           the 16 columns of the console's Download CSV, newest first
///
/// A record stays the same text: numbers, order of keys, blanks and escapes; only
/// what lies over several lines is put on one. An envelope stays, too; only
/// EventTime is written as the client writes it, in --tz. A record without one
/// gets the envelope that CloudTrail makes, but for Resources, which CloudTrail
/// computes in ways of its own: they are what the call names. records and
/// events-jsonl carry no envelope, and only lookup and jsonl what only that says.
/// What CloudWatch Logs, EventBridge and the like put around a record is carried
/// nowhere.
///
/// Of an event that occurs more than once the first is taken, in the order of the
/// dumps: name first what has envelopes. Events without an id, or with one that
/// was painted over, are all taken, however often they occur. Events of one time
/// stay in the order of the input; those without a time that can be read come
/// last.
///
/// Up to 64 MiB are sorted in memory, more by way of an unlinked temporary file in
/// TMPDIR or /tmp.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Convert {
    /// lookup, records, jsonl, events-jsonl or csv.
    #[arg(long, value_name = "SHAPE", value_enum, hide_possible_values = true)]
    to: To,
    /// Pack it with gzip.
    ///
    /// With --to records it is a trail file as CloudTrail delivers it.
    #[arg(long)]
    gzip: bool,
    /// `day`: trail files laid out as in S3, in folder -o.
    ///
    /// With --to records, by account, region and day (UTC):
    /// AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/, ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz in it; with
    /// CloudTrail-Insight for Insights events. Always packed. The minute is that of the newest event, the unique part is
    /// made of the content: the same events in the same order give the same files. The folder must not be there, or be
    /// empty; it appears, or is filled, when all is complete.
    #[arg(long, value_name = "SPAN", value_enum, hide_possible_values = true)]
    split: Option<Split>,
    /// `epoch`: EventTime as version 1 of the CLI has it.
    ///
    /// With --to lookup and jsonl. `iso`, which stands without it, is what version 2 prints.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    timestamps: Option<Timestamps>,
    /// csv: protect cells from a spreadsheet.
    ///
    /// Begins with a byte order mark, and puts an apostrophe before cells that a spreadsheet would run as formulas
    /// (those that begin with = + - @, a tab or a carriage return) and before numbers that it would round or take
    /// leading zeros from, such as account ids.
    #[arg(long)]
    excel_safe: bool,
    /// Write here: beside it first, then renamed.
    ///
    /// Never over an input. Without it, to standard output.
    #[arg(short, long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    output: Option<OsString>,
    #[command(flatten)]
    common: Common,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    Lookup,
    Records,
    Jsonl,
    EventsJsonl,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Split {
    Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Timestamps {
    Iso,
    Epoch,
}

impl To {
    fn shape(self) -> TargetShape {
        match self {
            To::Lookup => TargetShape::Lookup,
            To::Records => TargetShape::Records,
            To::Jsonl => TargetShape::Jsonl,
            To::EventsJsonl => TargetShape::EventsJsonl,
            To::Csv => TargetShape::Csv,
        }
    }
}

pub(super) fn run(convert: Convert) -> Result<Status, Failure> {
    check(&convert)?;
    let mut plan = Plan::new(&convert.common)?;
    if plan.diagnostics.explain {
        let reads = CommandReads {
            whole: Some("the whole event, to be converted"),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    let output = convert.output.as_deref().filter(|path| *path != "-");
    if let Some(path) = output {
        manifest::refuse_inputs("-o", path, &plan.discovery)?;
    }
    let target = match (convert.split, output) {
        (Some(Split::Day), Some(path)) => ConvertTarget::folder(&plan, path)?,
        (_, path) => ConvertTarget::file(&plan, path, convert.gzip)?,
    };
    plan.resolve()?;
    let shape = convert.to.shape();
    let mut question = Conversion::new(shape);
    if convert.timestamps == Some(Timestamps::Epoch) {
        question = question.with_timestamps(crate::convert::Timestamps::Epoch);
    }
    if convert.excel_safe {
        question = question.with_cells(csv::Cells::Harmless);
    }
    if convert.split.is_some() {
        question = question.split();
    }
    let diagnostics = plan.diagnostics.clone();
    let mut on_disk = |directory: &Path| {
        diagnostics::note(
            &diagnostics,
            &format!(
                "more than 64 MiB to be sorted, kept in an unlinked temporary file in {}",
                directory.display()
            ),
        );
    };
    let storage = SortStorage::new(temporary_directory());
    let mut gathered = ConvertedEvents::new(shape, storage, &mut on_disk);
    if convert.excel_safe {
        gathered = gathered.with_prefix(csv::BYTE_ORDER_MARK);
    }
    let report = plan.ask(&question, &mut gathered, false)?;
    let converted = if diagnostics::is_answer(&report) {
        Some(target.write(gathered, shape)?)
    } else {
        target.discard();
        None
    };
    let mut status = diagnostics::report(&plan, &convert.common.diagnostics, &report);
    if let Some(converted) = converted {
        status = status.and(told(&plan, &convert, &converted));
    }
    plan.keep_record(&report, status)
}

/// What was asked for must go together.
fn check(convert: &Convert) -> Result<(), Failure> {
    let to = convert.to;
    let refused = |flag: &str, why: &str| Err(usage(format!("{flag}: {why}")));
    if convert.split.is_some() && to != To::Records {
        return refused(
            "--split day",
            "only trail files are kept by day: add --to records",
        );
    }
    let is_file = convert.output.as_ref().is_some_and(|path| *path != *"-");
    if convert.split.is_some() && !is_file {
        return refused("--split day", "name the folder to write into, -o DIR");
    }
    if convert.timestamps.is_some() && !matches!(to, To::Lookup | To::Jsonl) {
        return refused(
            "--timestamps",
            "only --to lookup and --to jsonl have an EventTime of the client's",
        );
    }
    if convert.excel_safe && to != To::Csv {
        return refused("--excel-safe", "only for --to csv");
    }
    if convert.common.time.has("time-format") {
        return refused(
            "--time-format",
            "the shape says how times are written; see --timestamps",
        );
    }
    Ok(())
}

/// Tells what the report on the input does not: what became of the events on the way out.
fn told(plan: &Plan, convert: &Convert, converted: &ConversionSummary) -> Status {
    let mut status = Status::Done;
    let to = convert.to.shape();
    if converted.without_record > 0 {
        diagnostics::warning(&format!(
            "{} not carried: there is no record that can be read",
            diagnostics::count(converted.without_record, "event")
        ));
        status = Status::Lost;
    }
    for (member, count) in converted.not_carried() {
        diagnostics::warning(&format!(
            "{} whose envelope has another {member} than the record: only the record's is carried (--to lookup keeps both)",
            diagnostics::count(count, "event")
        ));
    }
    if converted.undated > 0 {
        let place = if convert.split.is_some() {
            "in folders called undated"
        } else {
            "last"
        };
        diagnostics::warning(&format!(
            "{} without a time that can be read: {place}",
            diagnostics::count(converted.undated, "event")
        ));
    }
    if converted.unplaced > 0 {
        diagnostics::warning(&format!(
            "{} whose account or region is not recorded: in folders called unknown",
            diagnostics::count(converted.unplaced, "event")
        ));
    }
    if converted.unidentified > 0 {
        diagnostics::warning(&format!(
            "{} with neither an id nor a time and a name not carried: in csv nothing takes such a row for an event",
            diagnostics::count(converted.unidentified, "event")
        ));
        status = Status::Lost;
    }
    if to == TargetShape::Csv && converted.events > 0 {
        diagnostics::note(
            &plan.diagnostics,
            "csv has the 16 columns of the console, and nothing else of a record",
        );
    }
    if convert.split.is_some() {
        diagnostics::note(
            &plan.diagnostics,
            &format!(
                "{} in {}",
                diagnostics::count(converted.events, "event"),
                diagnostics::count(converted.files, "file")
            ),
        );
    }
    status
}
