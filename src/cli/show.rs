//! `trailsift show`: whole events.

use clap::Args;

use super::args::Common;
use super::explain::{self, CommandReads};
use super::locate::{self, LocateOptions};
use super::output::Rows;
use super::setup::{self, Plan};
use super::status::Status;
use super::{Failure, diagnostics};
use crate::event::Detail;
use crate::rows::{Columns, Encoding, Listing};
use crate::text::grouped;

/// Show whole events, with CloudTrailEvent decoded in place.
///
/// The output is JSON, one value per event, and can be piped into jq. Keys keep their
/// order and numbers their spelling. EventTime and eventTime are printed in the zone of
/// --tz and the format of --time-format if one of them is given.
///
/// What does a warning mean that says `dump.json: byte 5734`? Look at the place:
///
///   trailsift show --at dump.json:5734
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Show {
    /// Print only the record.
    #[arg(long)]
    record: bool,
    /// Print only one of the selected events, from 0.
    #[arg(long, value_name = "N")]
    index: Option<u64>,
    /// Print one event per line.
    #[arg(long)]
    compact: bool,
    /// Show the byte of a file that a warning names.
    ///
    /// Warnings print `FILE: byte OFFSET`. The output says what the byte belongs to and shows the lines around it, also if they
    /// are damaged, and the event that contains it, if that is complete. OFFSET counts from 0, in the unpacked text.
    #[arg(long, value_name = "FILE:OFFSET", allow_hyphen_values = true, conflicts_with_all = [
        "record", "index", "compact", "since", "until", "on", "last", "around", "explain", "keep_duplicates",
        "stats", "exit_status", "strict", "manifest",
    ])]
    at: Option<std::ffi::OsString>,
    /// Write to this file instead of standard output.
    ///
    /// The output is written to a temporary file and renamed when it is complete.
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<std::ffi::OsString>,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(show: Show) -> Result<Status, Failure> {
    if let Some(typed) = &show.at {
        let (zone, format) = setup::zone_and_format(&show.common.time, &show.common.diagnostics)?;
        let options = LocateOptions {
            zone: &zone,
            format: &format,
            clock: setup::chosen_clock(&show.common.time, &zone, &format),
            output: show.output.as_deref(),
            limits: &show.common.input.source.limits,
        };
        let now = setup::now(&show.common.time, &zone)?;
        locate::refuse_selection(&show.common.selection, &zone, now)?;
        return locate::run(typed, &show.common.input.source.dumps, &options);
    }
    let mut plan = Plan::new(&show.common)?;
    if plan.diagnostics.explain {
        let reads = CommandReads {
            whole: Some(if show.record {
                "the whole record, to be shown"
            } else {
                "the whole event, to be shown"
            }),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    let mut writer = plan.writer(show.output.as_deref())?.paged();
    plan.resolve()?;
    let style = writer.json_style();
    // The style escapes what a terminal would obey; colors must stay.
    let on_terminal = std::mem::take(&mut writer.on_terminal);
    let detail = Detail {
        record_only: show.record,
        indent: (!show.compact).then_some(2),
        style,
        clock: setup::chosen_clock(&show.common.time, &plan.zone, &plan.format),
    };
    let question = Columns::new(Vec::new(), Encoding::Whole(detail), None);
    plan.limit = show.index.map(|index| index.saturating_add(1));
    let mut listing = Listing::new(Rows::encoded(writer), None, None, show.index);
    let report = plan.ask(&question, &mut listing, on_terminal)?;
    let (rows, without_record) = (listing.rows(), listing.without_record());
    let shown = listing.finish()?;
    if diagnostics::is_answer(&report) {
        shown.finish()?;
    } else {
        shown.discard();
    }
    let status = diagnostics::report(&plan, &show.common.diagnostics, &report);
    if let Some(index) = show.index
        && rows > 0
        && index >= rows
    {
        diagnostics::warning(&format!(
            "no event at index {index}: {} selected, the last has index {}",
            grouped(rows),
            rows - 1
        ));
        let status = status.and(if show.common.diagnostics.exit_status {
            Status::No
        } else {
            Status::Done
        });
        return plan.keep_record(&report, status);
    }
    if without_record > 0 {
        diagnostics::warning(&format!(
            "{} not shown: the record cannot be read",
            diagnostics::count(without_record, "event")
        ));
    }
    plan.keep_record(&report, status)
}
