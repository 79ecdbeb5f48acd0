//! `--explain`: print how a command line is understood, without reading the input.

use std::fmt::Write;

use super::output::Writer;
use super::sessions::SessionQuery;
use super::setup::Plan;
use super::status::Status;
use super::{Failure, diagnostics};
use crate::event::{Field, FieldOrigin};
use crate::input::InputKind;
use crate::select::{Condition, Expr, Selection, Test};
use crate::time::{self, Window, Zone};

/// The fields from which issued sessions are recognised.
const OF_ISSUANCE: [&str; 8] = [
    "AccessKeyId",
    "EventName",
    "EventSource",
    "EventTime",
    "outcome",
    "userIdentity",
    "requestParameters",
    "responseElements",
];

/// What a command itself reads.
#[derive(Default)]
pub(super) struct CommandReads<'a> {
    /// Fields, each with its purpose.
    pub fields: Vec<(&'a str, &'a Field)>,
    /// Names of fields, each with its purpose.
    pub names: Vec<(&'a str, &'a str)>,
    /// Something that is written as a whole: the event, the record.
    pub whole: Option<&'a str>,
}

/// Prints the explanation and returns the exit status.
pub(super) fn print(
    plan: &mut Plan,
    reads_of_command: &CommandReads<'_>,
) -> Result<Status, Failure> {
    let mut conditions = std::mem::take(&mut plan.conditions);
    for typed in unresolved(plan) {
        conditions.push(Condition {
            typed: format!("{typed} (known after the first pass)"),
            expr: Expr::Flag(Test::Time(Window::default())),
        });
    }
    conditions.extend(
        plan.unresolved
            .sessions
            .as_ref()
            .map(SessionQuery::condition),
    );
    let selection = Selection::new(conditions);
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_conditions(&mut out, &selection)
        .and_then(|()| write_time(&mut out, plan))
        .and_then(|()| write_fields(&mut out, plan, &selection, reads_of_command))
        .and_then(|()| write_input(&mut out, plan));
    let mut writer = Writer::new(None)?;
    writer.write_rows(out.as_bytes())?;
    writer.finish()?;
    Ok(diagnostics::found(plan))
}

/// The typed conditions that the first pass must resolve.
fn unresolved(plan: &Plan) -> Vec<&str> {
    let last = plan
        .unresolved
        .last
        .as_ref()
        .map(|(_, typed)| typed.as_str());
    let around = plan.unresolved.around.as_ref();
    last.into_iter()
        .chain(around.map(|around| around.typed.as_str()))
        .collect()
}

fn write_conditions(out: &mut String, selection: &Selection) -> std::fmt::Result {
    match selection.conditions() {
        [] => writeln!(out, "conditions\n  none: every event is selected")?,
        [_] => writeln!(out, "condition")?,
        _ => writeln!(out, "conditions, evaluated in this order; all must match")?,
    }
    for condition in selection.conditions() {
        writeln!(out, "  {}", condition.typed)?;
        // A flag says all in its own words. An expression is printed as it was understood: texts in quotes, fields not.
        if !condition.expr.is_flags() {
            writeln!(out, "    {}", head(&condition.expr))?;
            write_below(out, &condition.expr, "    ")?;
        }
    }
    Ok(())
}

/// A node on one line; for a node with children, its operator.
fn head(expr: &Expr) -> String {
    match expr {
        Expr::Not(inner) => format!("not {}", head(inner)),
        Expr::All(_) => "and".to_owned(),
        Expr::Any(_) => "or".to_owned(),
        leaf => format!("{leaf:#}"),
    }
}

fn write_below(out: &mut String, expr: &Expr, indent: &str) -> std::fmt::Result {
    let below = match expr {
        Expr::Not(inner) => return write_below(out, inner, indent),
        Expr::All(below) | Expr::Any(below) => below,
        Expr::Flag(_) | Expr::Compare(_) => return Ok(()),
    };
    for (nth, inner) in below.iter().enumerate() {
        let is_last = nth + 1 == below.len();
        let (branch, further) = if is_last {
            ("\u{2514}\u{2500} ", "   ")
        } else {
            ("\u{251c}\u{2500} ", "\u{2502}  ")
        };
        writeln!(out, "{indent}{branch}{}", head(inner))?;
        write_below(out, inner, &format!("{indent}{further}"))?;
    }
    Ok(())
}

fn write_time(out: &mut String, plan: &Plan) -> std::fmt::Result {
    let zone = &plan.zone;
    writeln!(out, "\ntime, in {zone}")?;
    let ends = [("from", plan.window.since), ("before", plan.window.until)];
    for (word, end) in ends {
        let Some(end) = end else { continue };
        let utc = time::to_text(end, &Zone::Utc);
        if *zone == Zone::Utc {
            writeln!(out, "  {word:<6}  {utc}")?;
        } else {
            writeln!(out, "  {word:<6}  {}  = {utc}", time::to_text(end, zone))?;
        }
    }
    let unresolved = unresolved(plan);
    for typed in &unresolved {
        writeln!(out, "  {typed}: known after the first pass")?;
    }
    if unresolved.is_empty() && plan.window == Window::default() {
        writeln!(
            out,
            "  no window of --since, --until, --on, --last or --around"
        )?;
    }
    Ok(())
}

/// A field with the purposes for which it is read.
struct Read {
    origin: FieldOrigin,
    name: String,
    purposes: Vec<String>,
}

#[derive(Default)]
struct FieldList(Vec<Read>);

impl FieldList {
    fn add(&mut self, field: &Field, purpose: &str) {
        for part in field.made_from() {
            self.add_name(part, field.name());
        }
        let known = self.0.iter_mut().find(|read| read.name == field.name());
        match known {
            Some(read) if read.purposes.iter().any(|it| it == purpose) => {}
            Some(read) => read.purposes.push(purpose.to_owned()),
            None => self.0.push(Read {
                origin: field.origin(),
                name: field.name().to_owned(),
                purposes: vec![purpose.to_owned()],
            }),
        }
    }

    fn add_name(&mut self, name: &str, purpose: &str) {
        // All names in the source code are fields.
        if let Ok(field) = Field::parse(name) {
            self.add(&field, purpose);
        }
    }
}

fn write_fields(
    out: &mut String,
    plan: &Plan,
    selection: &Selection,
    reads_of_command: &CommandReads<'_>,
) -> std::fmt::Result {
    let mut reads = FieldList::default();
    for condition in selection.conditions() {
        let flag = condition.typed.split(' ').next().unwrap_or_default();
        for name in condition.expr.fields() {
            reads.add_name(name, flag);
        }
    }
    if plan.unresolved.around.is_some() {
        reads.add_name("EventId", "--around");
    }
    if plan.unresolved.sessions.is_some() {
        for name in OF_ISSUANCE {
            reads.add_name(name, "--with-sessions");
        }
    }
    for (purpose, field) in &reads_of_command.fields {
        reads.add(field, purpose);
    }
    for (purpose, name) in &reads_of_command.names {
        reads.add_name(name, purpose);
    }
    if !plan.keep_duplicates {
        for name in ["EventId", "EventSource", "EventName"] {
            reads.add_name(name, "finding duplicates");
        }
    }
    writeln!(out, "\nfields that are read, and their purposes")?;
    let width = reads.0.iter().map(|read| read.name.chars().count()).max();
    let width = width.unwrap_or_default().min(40);
    for (origin, heading) in [
        (
            FieldOrigin::Envelope,
            "envelope (missing members are derived from the record)",
        ),
        (FieldOrigin::Record, "inside the record"),
        (FieldOrigin::Computed, "computed"),
    ] {
        let mut of_origin = reads
            .0
            .iter()
            .filter(|read| read.origin == origin)
            .peekable();
        if of_origin.peek().is_some() {
            writeln!(out, "  {heading}")?;
        }
        for read in of_origin {
            writeln!(
                out,
                "    {:<width$}  {}",
                read.name,
                read.purposes.join(", ")
            )?;
        }
    }
    if reads.0.is_empty() && reads_of_command.whole.is_none() {
        writeln!(out, "  none")?;
    }
    if let Some(whole) = reads_of_command.whole {
        writeln!(out, "  {whole}")?;
    }
    Ok(())
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [init @ .., before, last] if !init.is_empty() => {
            format!("{}, {before} and {last}", init.join(", "))
        }
        _ => words.join(" and "),
    }
}

fn write_input(out: &mut String, plan: &Plan) -> std::fmt::Result {
    writeln!(out, "\ninput")?;
    match plan.items.as_slice() {
        [] => writeln!(out, "  none that exists")?,
        [one] => writeln!(out, "  {}", one.shown)?,
        [first, .., last] => {
            let all = diagnostics::count(plan.items.len() as u64, "file");
            writeln!(out, "  {all}: {} \u{2026} {}", first.shown, last.shown)?;
        }
    }
    if plan.unresolved.is_empty() {
        return writeln!(out, "  read once");
    }
    let mut reasons = Vec::new();
    if let Some((_, typed)) = &plan.unresolved.last {
        reasons.push(format!("the newest event ({typed})"));
    }
    if let Some(around) = &plan.unresolved.around {
        let flag = around.typed.split(" --within").next().unwrap_or_default();
        reasons.push(format!("the time of the event ({flag})"));
    }
    if let Some(sessions) = &plan.unresolved.sessions {
        reasons.push(format!(
            "which sessions were issued by which ({})",
            sessions.typed()
        ));
    }
    writeln!(
        out,
        "  read twice: the first pass finds {}",
        listed(&reasons)
    )?;
    let inputs = &plan.discovery.inputs;
    if inputs.iter().any(|input| input.kind == InputKind::Stdin) {
        writeln!(
            out,
            "  standard input is saved for it: in memory up to 64 MiB, then in a temporary file"
        )?;
    }
    Ok(())
}
