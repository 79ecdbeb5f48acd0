//! `trailsift report`: summarises the selected events on one page.

use std::ffi::OsString;

use clap::{Args, ValueHint};

use super::args::Common;
use super::audit::{self, Audit};
use super::explain::{self, CommandReads};
use super::output::{self, Format, Writer};
use super::setup::Plan;
use super::status::Status;
use super::{Failure, argv, diagnostics};
use crate::engine;
use crate::inspect::{self, FindingSeverity};
use crate::report::{
    self, CommandBuilder, InputFile, InputFinding, Reliability, ReportAggregator, ReportDocument,
    ReportObserver, ReportTextOptions,
};
use crate::select::{Expr, Selection};
use crate::sessions;
use crate::time::{Moment, Zone};

/// The formats that the command writes.
const FORMATS: [Format; 4] = [Format::Table, Format::Html, Format::Md, Format::Json];

/// Summarise the selected events on one page, as text or HTML.
///
/// Identities, API calls, changes, denied and failed calls, sources, resources, timeline, notable events,
/// and the reliability of the inputs. With --key or --who the report is about one identity; otherwise it
/// begins with all identities. Every number has the command that lists its events; HTML also links to
/// some of them.
///
/// The HTML is one file that loads nothing else; it works in any browser, also from file://.
///
/// Markdown has at most 65,536 characters, so that a ticket accepts it: longer lists are cut.
///
/// A file is read twice, for its events and for its SHA-256. A pipe is read once and stored, up to
/// 64 MiB in memory, more in a temporary file.
///
/// Memory: each different key, session, call, address, agent, resource, denial and hour; and of the
/// events up to 5 for each of them, at most 4,000 for each kind, and some lists of up to 500. What
/// `inspect` takes comes on top.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// `table`, `html`, `md` or `json` [default: table].
    ///
    /// JSON is one document, {"schema":2,…}, with all contents of the other formats. `trailsift schema report`
    /// describes it.
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = Format::among(&FORMATS),
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,
    /// Print the command that lists the events of each number.
    ///
    /// In text and Markdown; HTML and JSON always have them.
    #[arg(long)]
    commands: bool,
    /// Write to this file instead of standard output.
    ///
    /// The output is written to a temporary file and renamed when it is complete.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<OsString>,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(args: ReportArgs) -> Result<Status, Failure> {
    let common = &args.common;
    let mut plan = Plan::new(common)?;
    if plan.diagnostics.explain {
        let reads = CommandReads {
            whole: Some("the whole event, to be counted"),
            ..CommandReads::default()
        };
        return explain::print(&mut plan, &reads);
    }
    let mut writer = plan.writer_next_to_inputs(args.output.as_deref())?.paged();
    // The bytes of a pipe pass once, and are looked at twice: read and hashed.
    plan.keep_pipes();
    let named = identity(&plan);
    let mut aggregate = ReportAggregator::new();
    let issuances = sessions::SessionObserver {
        named: named.as_ref(),
    };
    let mut of_all = (
        inspect::DumpAggregator::new(&plan.zone),
        sessions::SessionAggregate::default(),
    );
    let (answer, all) = plan.ask_with_all(
        (&ReportObserver::default(), &mut aggregate),
        (&(inspect::DumpObserver, issuances), &mut of_all),
    )?;
    let (inspection, issuances) = of_all;
    let audited = audit::conclude(&plan, None, all, inspection);
    if diagnostics::is_answer(&answer) {
        let commands =
            CommandBuilder::new(&argv::selection(common, plan.now), &argv::inputs(common));
        let conditions = plan.selection.conditions();
        let found = report::ReportInput {
            aggregate: &aggregate,
            links: &issuances.finish(),
            commands: &commands,
            zone: &plan.zone,
            format: &plan.format,
        };
        let conditions = conditions.iter().map(|it| it.typed.clone()).collect();
        let trust = trust(&plan, &answer, &audited);
        let report = report::report(&found, conditions, named.is_some(), trust);
        write(&args, &report, &mut writer)?;
        writer.finish()?;
    } else {
        writer.discard();
    }
    let status = diagnostics::report(&plan, &common.diagnostics, &answer).and(audited.status);
    audit::report_changed(&audited);
    plan.write_manifest(&answer, &audited, status)?;
    Ok(status)
}

/// The conditions that name the identity of the report, if there are any.
fn identity(plan: &Plan) -> Option<Selection> {
    if let Some(sessions) = &plan.unresolved.sessions {
        return Some(sessions.selection());
    }
    let by = |is_it: fn(&Expr) -> bool| {
        let named = plan.conditions.iter().filter(|it| is_it(&it.expr));
        let named: Vec<_> = named.cloned().collect();
        (!named.is_empty()).then(|| Selection::new(named))
    };
    by(Expr::is_identity).or_else(|| by(Expr::is_about_actor))
}

fn write(args: &ReportArgs, report: &ReportDocument, writer: &mut Writer) -> Result<(), Failure> {
    if args.format == Format::Json {
        return Ok(output::write_document(report, writer)?);
    }
    let page = report::page(report);
    match args.format {
        Format::Table => {
            let look = ReportTextOptions {
                width: output::page_width(writer),
                colour: writer.has_color(),
                commands: args.commands,
            };
            // Everything from events has been made harmless, and colours must stay.
            report::write_text(&page, look, writer)?;
        }
        Format::Md => {
            let mut out = Vec::new();
            report::write_md(&page, args.commands, &mut out)?;
            writer.write_rows(&out)?;
        }
        Format::Html => {
            let mut out = Vec::new();
            report::write_html(&page, &mut out)?;
            writer.write_rows(&out)?;
        }
        // clap accepts only `FORMATS`.
        _ => {}
    }
    Ok(())
}

/// How far the answer is to be trusted.
fn trust(plan: &Plan, answer: &engine::RunReport, audited: &Audit) -> Reliability {
    let document = &audited.document;
    let is_one = document.dumps.len() <= 1;
    let single = document.dumps.iter().flat_map(|dump| {
        dump.findings.iter().map(|finding| InputFinding {
            input: Some(dump.name.clone()),
            finding: finding.clone(),
        })
    });
    // That one of many is of one region says nothing about all of them.
    let (single, notes): (Vec<_>, Vec<_>) =
        single.partition(|found| is_one || found.finding.severity > FindingSeverity::Note);
    let together = document.all.findings.iter();
    let together = together
        .filter(|_| document.dumps.len() > 1)
        .map(|finding| InputFinding {
            input: None,
            finding: finding.clone(),
        });
    let stats = answer.stats();
    let account = answer.byte_counts();
    let inputs = audited.report.files.iter().zip(&audited.sources);
    Reliability {
        // The path of the program is not part of the command.
        argv: [env!("CARGO_PKG_NAME").to_owned()]
            .into_iter()
            .chain(
                std::env::args_os()
                    .skip(1)
                    .map(|word| word.to_string_lossy().into_owned()),
            )
            .collect(),
        version: env!("CARGO_PKG_VERSION"),
        time_zone_data: chrono_tz::IANA_TZDB_VERSION,
        now: crate::time::to_text(
            Moment {
                nanos: 0,
                ..plan.now
            },
            &Zone::Utc,
        ),
        found: account.events,
        duplicates: answer.duplicates(),
        filtered: stats.refused.iter().sum(),
        unreadable: stats.unreadable,
        damaged_bytes: account.damaged,
        inputs: inputs
            .filter(|(file, _)| !diagnostics::is_foreign(file))
            .map(|(file, source)| InputFile {
                name: file.shown.clone(),
                source: source.clone(),
                events: file.byte_counts.events,
            })
            .collect(),
        findings: single.into_iter().chain(together).collect(),
        omitted_notes: notes.len() as u64,
    }
}
