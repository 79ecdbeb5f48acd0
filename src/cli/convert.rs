//! `trailsift convert`: writes dumps in another shape.

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

/// Write events in another shape: merged, deduplicated, by time.
///
/// Reads any number of dumps of any shape and writes one of:
///
///   lookup        output of `aws cloudtrail lookup-events`, newest first
///   jsonl         the entries of such output, one per line
///   records       a trail file, {"Records":[…]} on one line, oldest first
///   events-jsonl  the records of a trail file, one per line
///   csv           the 16 columns of the console's Download CSV, newest first
///
/// The text of a record does not change: numbers, key order, spaces and escapes
/// stay; a record that spans several lines is written on one. An envelope does not
/// change either, except that EventTime is written as the AWS CLI writes it, in
/// --tz. A record without an envelope gets the one that CloudTrail would make;
/// only its Resources are read from the call, because CloudTrail derives them by
/// rules of its own. records and events-jsonl contain no envelopes, so only lookup
/// and jsonl keep members that only the envelope has. Members that CloudWatch
/// Logs, EventBridge and others add around a record are never kept.
///
/// If an event occurs more than once, the first is written, in the order of the
/// dumps: name the dumps that have envelopes first. Events without an id, or with
/// a masked id, are all written. Events with the same time stay in input order;
/// events without a readable time come last.
///
/// Up to 64 MiB are sorted in memory, more in an unlinked temporary file in TMPDIR
/// or /tmp.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Convert {
    /// Shape: lookup, records, jsonl, events-jsonl or csv.
    #[arg(long, value_name = "SHAPE", value_enum, hide_possible_values = true)]
    to: To,
    /// Compress the output with gzip.
    ///
    /// With --to records the result is a trail file as CloudTrail delivers it.
    #[arg(long)]
    gzip: bool,
    /// `day`: one file per day, in folders of S3, below -o.
    ///
    /// With --to records, one file per account, region and day (UTC), in AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ and
    /// named ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz, with CloudTrail-Insight instead of CloudTrail for
    /// Insights events. Always compressed. The minute is that of the newest event. The unique part is a hash of the content, so the same events in the same order give the same file names.
    /// The folder must be empty or not exist; it is created or filled when all files are complete.
    #[arg(long, value_name = "SPAN", value_enum, hide_possible_values = true)]
    split: Option<Split>,
    /// `epoch`: EventTime as AWS CLI version 1 prints it.
    ///
    /// With --to lookup and --to jsonl. `iso` (the default) is the form of version 2.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    timestamps: Option<Timestamps>,
    /// csv: protect cells from a spreadsheet.
    ///
    /// Begins with a byte order mark, and puts an apostrophe before cells that a spreadsheet would run as formulas
    /// (they begin with = + - @, a tab or a carriage return) and before numbers that it would round or take
    /// leading zeros from, such as account ids.
    #[arg(long)]
    excel_safe: bool,
    /// Write to this file, or to this folder with --split.
    ///
    /// Written to a temporary file and renamed when complete. An input is never overwritten. Without -o, the output is
    /// written to standard output.
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
                "sorting more than 64 MiB, in an unlinked temporary file in {}",
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
        status = status.and(report_losses(&plan, &convert, &converted));
    }
    plan.keep_record(&report, status)
}

/// Refuses options that contradict each other.
fn check(convert: &Convert) -> Result<(), Failure> {
    let to = convert.to;
    let refused = |flag: &str, why: &str| Err(usage(format!("{flag}: {why}")));
    if convert.split.is_some() && to != To::Records {
        return refused(
            "--split day",
            "only trail files are split by day; add --to records",
        );
    }
    let is_file = convert.output.as_ref().is_some_and(|path| *path != *"-");
    if convert.split.is_some() && !is_file {
        return refused("--split day", "name the folder to write into, -o DIR");
    }
    if convert.timestamps.is_some() && !matches!(to, To::Lookup | To::Jsonl) {
        return refused(
            "--timestamps",
            "only for --to lookup and --to jsonl, the other shapes have no EventTime of the AWS CLI",
        );
    }
    if convert.excel_safe && to != To::Csv {
        return refused("--excel-safe", "only for --to csv");
    }
    if convert.common.time.has("time-format") {
        return refused(
            "--time-format",
            "the shape determines how times are written; see --timestamps",
        );
    }
    Ok(())
}

/// Reports events that were not written, or not completely. The diagnostics of the input do not contain this.
fn report_losses(plan: &Plan, convert: &Convert, converted: &ConversionSummary) -> Status {
    let mut status = Status::Done;
    let to = convert.to.shape();
    if converted.without_record > 0 {
        diagnostics::warning(&format!(
            "{} not written, because the record is missing or cannot be read",
            diagnostics::count(converted.without_record, "event")
        ));
        status = Status::Lost;
    }
    for (member, count) in converted.not_kept() {
        diagnostics::warning(&format!(
            "{} with another {member} in the envelope than in the record: only the record's is written (--to lookup keeps both)",
            diagnostics::count(count, "event")
        ));
    }
    if converted.undated > 0 {
        let place = if convert.split.is_some() {
            "written to folders named undated"
        } else {
            "written last"
        };
        diagnostics::warning(&format!(
            "{} without a readable time: {place}",
            diagnostics::count(converted.undated, "event")
        ));
    }
    if converted.unplaced > 0 {
        diagnostics::warning(&format!(
            "{} without an account or a region: written to folders named unknown",
            diagnostics::count(converted.unplaced, "event")
        ));
    }
    if converted.unidentified > 0 {
        diagnostics::warning(&format!(
            "{} not written: neither an id nor both a time and a name; such a row would not be recognised as an event \
             when the CSV is read back",
            diagnostics::count(converted.unidentified, "event")
        ));
        status = Status::Lost;
    }
    if to == TargetShape::Csv && converted.events > 0 {
        diagnostics::note(
            &plan.diagnostics,
            "csv contains only the 16 columns of the console, not the whole record",
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
