//! `--manifest FILE`: the command, the input with its hashes, and possible gaps, as one JSON document that serves as
//! evidence.
//!
//! Not for: finding any of it out (`audit`, `diagnostics`).

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::audit::{self, Audit};
use super::byte_counts::{self, StatsDocument};
use super::diagnostics;
use super::output::Writer;
use super::same_file::is_same;
use super::setup::{Plan, usage};
use super::status::Status;
use crate::engine::RunReport;
use crate::input::{Discovery, InputKind};
use crate::inspect::{DumpFinding, FileDigest};
use crate::select::{Condition, Expr, Test};
use crate::text::json;
use crate::time::{self, Window, Zone};

/// The version of the document. It increases if a member is removed or changes its meaning.
const SCHEMA: u32 = 2;

/// The file that the manifest is written to.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    path: OsString,
}

/// What a command was asked, which bytes it read, and what may be missing from them: `--manifest FILE`.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct ManifestDocument<'m> {
    /// Version of this document: 2.
    #[cfg_attr(test, schemars(extend("const" = 2)))]
    schema: u32,
    /// `trailsift`.
    program: &'static str,
    /// Version of trailsift.
    version: &'static str,
    /// Version of the IANA time zone database.
    time_zone_data: &'static str,
    /// The command line.
    argv: Vec<String>,
    /// The exit status.
    exit_status: u8,
    /// The time that relative times are computed from (`--now`), in UTC.
    now: String,
    /// The requested time zone.
    time_zone: String,
    /// The time ranges of the selection: an event must be in one of them. Null if the selection has no condition on the
    /// time.
    time_ranges: Option<Vec<TimeInterval>>,
    /// The conditions of the selection, as typed.
    conditions: Vec<&'m str>,
    /// Every file that was opened.
    inputs: Vec<ManifestInput<'m>>,
    /// Byte accounting of the command.
    stats: StatsDocument<'m>,
    /// Findings of `trailsift inspect`.
    findings: Vec<ManifestFinding<'m>>,
}

/// A time range.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct TimeInterval {
    /// Start, inclusive. Null for no start.
    since: Option<String>,
    /// End, exclusive. Null for no end.
    until: Option<String>,
}

/// A file that was opened.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct ManifestInput<'m> {
    /// Its path, as typed.
    name: &'m str,
    /// Its size and checksum.
    #[serde(flatten)]
    source: &'m FileDigest,
    /// Number of bytes after decompression.
    unpacked_bytes: u64,
    /// Number of complete events.
    events: u64,
    /// False if it is a file in a given directory that is not a CloudTrail dump.
    is_dump: bool,
}

/// A finding about an input.
#[derive(Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct ManifestFinding<'m> {
    /// The input. Null if the finding is about all inputs together.
    input: Option<&'m str>,
    /// The finding.
    #[serde(flatten)]
    finding: &'m DumpFinding,
}

impl Manifest {
    /// A file that can be named so.
    pub fn new(path: &OsStr) -> Result<Manifest, Failure> {
        if path == "-" {
            return Err(usage(
                "--manifest: standard output is for results; name a file",
            ));
        }
        Ok(Manifest {
            path: path.to_owned(),
        })
    }

    /// Checks that it takes no input's place and can be written, which must not come out when all was read.
    pub fn check(&self, discovery: &Discovery) -> Result<(), Failure> {
        refuse_inputs("--manifest", &self.path, discovery)?;
        match std::fs::metadata(&self.path) {
            // To open a FIFO is to wait for its reader, who may want the results first.
            Ok(meta) if !meta.is_file() && !meta.is_dir() => Ok(()),
            _ => self.writer().map(Writer::discard),
        }
    }

    fn writer(&self) -> Result<Writer, Failure> {
        Writer::named("--manifest", &self.path)
    }
}

/// Refuses to write to an input: it would take the place of the evidence.
pub(super) fn refuse_inputs(
    option: &str,
    path: &OsStr,
    discovery: &Discovery,
) -> Result<(), Failure> {
    let path = Path::new(path);
    let is_it = discovery.inputs.iter().any(|input| match input.kind {
        InputKind::File => is_same(path, &input.path),
        InputKind::Stdin => is_stdin(path),
    });
    refuse_if(is_it, option, path, "an input")
}

/// Refuses to write over another file that is read.
pub(super) fn refuse_same(option: &str, path: &OsStr, read: &OsStr) -> Result<(), Failure> {
    let path = Path::new(path);
    refuse_if(is_same(path, Path::new(read)), option, path, "read, too")
}

fn refuse_if(is_it: bool, option: &str, path: &Path, what: &str) -> Result<(), Failure> {
    if !is_it {
        return Ok(());
    }
    let shown = path.display();
    Err(usage(format!("{option} {shown}: that is {what}")))
}

/// Whether standard input comes from the file of this name.
fn is_stdin(path: &Path) -> bool {
    let stdin = std::io::stdin().as_fd().try_clone_to_owned();
    let stdin = stdin.and_then(|stdin| File::from(stdin).metadata());
    match (stdin, path.metadata()) {
        (Ok(stdin), Ok(named)) => {
            named.is_file() && (stdin.dev(), stdin.ino()) == (named.dev(), named.ino())
        }
        _ => false,
    }
}

impl Plan {
    /// A writer for results, which must go elsewhere than the manifest.
    pub fn writer(&self, output: Option<&OsStr>) -> Result<Writer, Failure> {
        if let Some(output) = output {
            self.refuse_manifest_at(output)?;
        }
        Writer::new(output)
    }

    /// The same for what is no dump, and never takes the place of one: that is the evidence.
    pub fn writer_next_to_inputs(&self, output: Option<&OsStr>) -> Result<Writer, Failure> {
        if let Some(output) = output.filter(|output| *output != "-") {
            refuse_inputs("-o", output, &self.discovery)?;
        }
        self.writer(output)
    }

    /// Refuses a manifest that would be written to where the results go.
    pub fn refuse_manifest_at(&self, output: &OsStr) -> Result<(), Failure> {
        let Some(manifest) = &self.manifest else {
            return Ok(());
        };
        let mine = Path::new(&manifest.path);
        let is_it = is_same(mine, Path::new(output));
        refuse_if(is_it, "--manifest", mine, "where the results go")
    }

    /// Writes the manifest, if one is wanted, of an answer that ended with `status`.
    pub fn keep_record(&self, report: &RunReport, status: Status) -> Result<Status, Failure> {
        if self.manifest.is_none() {
            return Ok(status);
        }
        let audit = audit::look(self, Some(report))?;
        audit::report_changed(&audit);
        let status = status.and(audit.status);
        self.write_manifest(report, &audit, status)?;
        Ok(status)
    }

    /// Writes the manifest, if one is wanted, of what is known already.
    pub fn write_manifest(
        &self,
        report: &RunReport,
        audit: &Audit,
        status: Status,
    ) -> Result<(), Failure> {
        let Some(manifest) = &self.manifest else {
            return Ok(());
        };
        let document = &audit.document;
        let foreign: Vec<_> = audit::foreign(&audit.report).collect();
        let conditions = self.selection.conditions();
        let together = document
            .all
            .findings
            .iter()
            .filter(|_| document.dumps.len() > 1);
        let single = document.dumps.iter().flat_map(|dump| {
            dump.findings.iter().map(|finding| ManifestFinding {
                input: Some(&dump.name),
                finding,
            })
        });
        let whole = ManifestDocument {
            schema: SCHEMA,
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            time_zone_data: chrono_tz::IANA_TZDB_VERSION,
            argv: std::env::args_os()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            exit_status: status.code(),
            now: time::to_text(self.now, &Zone::Utc),
            time_zone: self.zone.to_string(),
            time_ranges: time_ranges(conditions, &self.zone),
            conditions: conditions.iter().map(|it| it.typed.as_str()).collect(),
            inputs: inputs(audit),
            stats: byte_counts::of(self, report, foreign.len() as u64),
            findings: single
                .chain(together.map(|finding| ManifestFinding {
                    input: None,
                    finding,
                }))
                .collect(),
        };
        // Numbers and strings always have a JSON form.
        let compact = serde_json::to_vec(&whole).unwrap_or_default();
        let mut out = Vec::with_capacity(2 * compact.len());
        json::indent(&compact, &mut out, 2, None);
        out.push(b'\n');
        let mut writer = manifest.writer()?;
        writer.write_all(&out)?;
        writer.finish()?;
        Ok(())
    }
}

/// Every file in input order, including files that are not dumps.
fn inputs(audit: &Audit) -> Vec<ManifestInput<'_>> {
    let files = audit.report.files.iter().zip(&audit.sources);
    files
        .map(|(file, source)| ManifestInput {
            name: &file.shown,
            source,
            unpacked_bytes: file.byte_counts.bytes,
            events: file.byte_counts.events,
            is_dump: !diagnostics::is_foreign(file),
        })
        .collect()
}

/// The windows of a condition on the time alone.
fn windows(expr: &Expr) -> Option<Vec<Window>> {
    match expr {
        Expr::Flag(Test::Time(window)) => Some(vec![*window]),
        Expr::Any(any) => {
            let windows = any.iter().map(windows);
            Some(windows.collect::<Option<Vec<_>>>()?.concat())
        }
        _ => None,
    }
}

/// What the conditions on the time leave over together.
fn time_ranges(conditions: &[Condition], zone: &Zone) -> Option<Vec<TimeInterval>> {
    let mut left: Option<Vec<Window>> = None;
    for more in conditions
        .iter()
        .filter_map(|condition| windows(&condition.expr))
    {
        let before = left.unwrap_or_else(|| vec![Window::default()]);
        let both = before.iter().flat_map(|a| {
            more.iter().map(|b| Window {
                since: a.since.max(b.since),
                until: match (a.until, b.until) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                },
            })
        });
        let is_some = |window: &Window| match (window.since, window.until) {
            (Some(since), Some(until)) => since < until,
            _ => true,
        };
        left = Some(both.filter(is_some).collect());
    }
    let between = |window: Window| TimeInterval {
        since: window.since.map(|since| time::to_text(since, zone)),
        until: window.until.map(|until| time::to_text(until, zone)),
    };
    Some(left?.into_iter().map(between).collect())
}
