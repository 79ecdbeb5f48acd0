//! `--last`, `--around` and `--with-sessions`: the first pass over the whole input, which resolves them to conditions.
//!
//! One pass resolves all three. Pipes are saved, so that the second pass can read them.

use std::path::PathBuf;
use std::sync::Arc;

use super::args::Time;
use super::progress::Progress;
use super::sessions::SessionQuery;
use super::setup::{Plan, usage};
use super::{Failure, diagnostics, empty_result};
use crate::dump::{ByteCounts, Content};
use crate::engine::{self, FileReport, Item, ItemSource, RunReport, SelectionStats, Settings};
use crate::input::{self, Fingerprint, Hashing, Opened, SPOOL_MEMORY, Spool, SpoolError};
use crate::select::{Condition, Expr, Test};
use crate::sessions::{SessionAggregate, SessionObserver};
use crate::tally::{FirstPass, FirstPassResult, MOST_TIMES};
use crate::text::grouped;
use crate::time::{self, Moment, Span, Window, Zone};

/// The default of `--within`.
const NEAR: &str = "5m";

/// The conditions that are unknown before the first pass.
#[derive(Clone, Debug, Default)]
pub(super) struct Unresolved {
    /// `--last`, parsed and as it was typed.
    pub last: Option<(Span, String)>,
    /// `--around` and `--within`.
    pub around: Option<Around>,
    /// `--with-sessions`, and the identity.
    pub sessions: Option<SessionQuery>,
}

/// An event, and the distance from it.
#[derive(Clone, Debug)]
pub(super) struct Around {
    id: String,
    span: Span,
    /// As it was typed.
    pub typed: String,
}

impl Unresolved {
    /// Parses the typed values.
    pub fn new(typed: &Time) -> Result<Unresolved, Failure> {
        let last = match typed.value("last") {
            Some(typed) => {
                let span = time::parse_last(typed).map_err(usage)?;
                Some((span, format!("--last {typed}")))
            }
            None => None,
        };
        let around = match typed.value("around").map(str::trim) {
            Some("") => {
                return Err(usage("--around: expected the id of an event"));
            }
            Some(id) => {
                let within = typed.value("within").unwrap_or(NEAR);
                let span = time::parse_duration(within)
                    .map_err(|error| usage(error.for_option("--within")))?;
                Some(Around {
                    id: id.to_owned(),
                    span,
                    typed: format!("--around {id} --within {}", within.trim()),
                })
            }
            None => None,
        };
        Ok(Unresolved {
            last,
            around,
            sessions: None,
        })
    }

    /// True if one pass is enough.
    pub fn is_empty(&self) -> bool {
        self.last.is_none() && self.around.is_none() && self.sessions.is_none()
    }
}

impl Plan {
    /// Resolves `--last`, `--around` and `--with-sessions` in a first pass. Does nothing without them.
    ///
    /// # Errors
    /// If the event of `--around` does not exist or has no time.
    pub fn resolve(&mut self) -> Result<(), Failure> {
        let unresolved = std::mem::take(&mut self.unresolved);
        if !unresolved.is_empty() || self.manifest.is_some() {
            self.keep_pipes();
        }
        if unresolved.is_empty() {
            return Ok(());
        }
        let named = unresolved.sessions.as_ref().map(SessionQuery::selection);
        let gathering = named
            .as_ref()
            .map(|named| SessionObserver { named: Some(named) });
        let times = FirstPass {
            newest: unresolved.last.is_some(),
            id: unresolved.around.as_ref().map(|around| around.id.clone()),
        };
        let progress = Progress::new(&self.items, false);
        let settings = Settings {
            keep_duplicates: true,
            limit: None,
            ..self.settings(&progress)
        };
        let mut answer = (FirstPassResult::default(), SessionAggregate::default());
        let report = engine::ask(&self.items, &settings, &(times, gathering), &mut answer)?;
        let (known, gathered) = answer;
        progress.finish();
        if let Some((span, typed)) = unresolved.last {
            let condition = back_from(known.newest, span, typed, &self.zone);
            self.conditions.push(condition);
        }
        if let Some(around) = unresolved.around {
            match near(&around, &known, &report, &self.zone) {
                Ok(condition) => self.conditions.push(condition),
                Err(why) => {
                    let mut report = report;
                    self.put_back_unkept(&mut report);
                    diagnostics::sources(self, &report);
                    return Err(Failure::Other(format!("--around {}: {why}", around.id)));
                }
            }
        }
        if let Some(sessions) = unresolved.sessions {
            let conditions = sessions.resolve(&gathered.finish(), &self.diagnostics);
            self.conditions.extend(conditions);
        }
        self.first_pass = Some(report);
        Ok(())
    }

    /// Saves all pipes, so that they can be read twice.
    pub fn keep_pipes(&mut self) {
        if std::mem::replace(&mut self.is_kept, true) {
            return;
        }
        for (index, mut item) in std::mem::take(&mut self.items).into_iter().enumerate() {
            match spool(&mut item, self.diagnostics.quiet) {
                Ok(print) => {
                    self.prints
                        .extend(print.map(|print| (self.items.len(), print)));
                    self.items.push(item);
                }
                Err(error) => self.unkept.push((index, unread(item, &error))),
            }
        }
    }
}

/// The condition of `--last`.
fn back_from(newest: Option<Moment>, span: Span, typed: String, zone: &Zone) -> Condition {
    // If no event has a time, there is nothing to count back from and nothing to select.
    let since = newest.map(|newest| newest.minus(span));
    Condition {
        typed: match since {
            Some(since) => format!("{typed} (since {})", time::to_text(since, zone)),
            None => typed,
        },
        expr: Expr::Flag(Test::Time(Window { since, until: None })),
    }
}

/// The condition of `--around`, or the reason that there is no condition.
fn near(
    around: &Around,
    known: &FirstPassResult,
    report: &RunReport,
    zone: &Zone,
) -> Result<Condition, String> {
    if known.with_id == 0 {
        let hint = if around.id.contains(['*', '?', ',']) {
            "; write one complete id, without wildcards"
        } else {
            ""
        };
        let events = diagnostics::count(report.byte_counts().events, "event");
        return Err(format!("no event with this id in {events}{hint}"));
    }
    if known.times.is_empty() {
        return Err("the event with this id has no readable time".to_owned());
    }
    if known.times.len() > MOST_TIMES {
        return Err(format!(
            "events at more than {} different times have this id",
            grouped(MOST_TIMES as u64)
        ));
    }
    let mut stretches: Vec<(Moment, Moment)> = Vec::new();
    for moment in &known.times {
        let (first, last) = (moment.minus(around.span), moment.plus(around.span));
        match stretches.last_mut() {
            Some((_, end)) if first <= *end => *end = last,
            _ => stretches.push((first, last)),
        }
    }
    let mut shown: Vec<String> = stretches
        .iter()
        .take(3)
        .map(|(first, last)| {
            empty_result::period(&time::to_text(*first, zone), &time::to_text(*last, zone))
        })
        .collect();
    if stretches.len() > shown.len() {
        shown.push(format!("{} more", stretches.len() - shown.len()));
    }
    let windows = stretches
        .into_iter()
        .map(|(first, last)| Expr::Flag(Test::Time(Window::through(first, last))));
    Ok(Condition {
        typed: format!("{} ({})", around.typed, shown.join(", ")),
        expr: Expr::Any(windows.collect()),
    })
}

/// The report about an item that could not be read.
fn unread(item: Item, error: &SpoolError) -> FileReport {
    FileReport {
        shown: item.shown,
        root: item.root,
        byte_counts: ByteCounts::default(),
        content: Content::Blank,
        findings: Vec::new(),
        error: Some(error.to_string()),
        met_limit: false,
        failed: true,
        stats: SelectionStats::default(),
        duplicates: 0,
        unsupported: None,
        unsupported_has_events: false,
    }
}

/// Saves a pipe, so that it can be read twice, and returns its fingerprint; `None` for anything but a pipe.
fn spool(item: &mut Item, quiet: bool) -> Result<Option<Fingerprint>, SpoolError> {
    let ItemSource::Input(input) = &item.source else {
        return Ok(None);
    };
    // An input that cannot be opened is reported in the second pass.
    let Ok(Opened::Stream(stream)) = input::open(input) else {
        return Ok(None);
    };
    if stream.stamp().is_some() {
        return Ok(None);
    }
    let directory = temporary_directory();
    let shown = item.shown.clone();
    let mut on_disk = |directory: &std::path::Path| {
        if quiet {
            return;
        }
        diagnostics::line(&format!(
            "trailsift: note: {shown}: more than 64 MiB must be read twice, saved in an unlinked \
             temporary file in {}",
            directory.display()
        ));
    };
    let mut packed = Hashing::new(stream.into_packed());
    let spool = Spool::fill(&mut packed, SPOOL_MEMORY, &directory, &mut on_disk)?;
    item.source = ItemSource::Spool(Arc::new(spool));
    Ok(Some(packed.finish()))
}

/// The directory of temporary files: `TMPDIR`, or `/tmp`.
pub(super) fn temporary_directory() -> PathBuf {
    std::env::temp_dir()
}
