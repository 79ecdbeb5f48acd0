//! Conditions without effect: why nothing was selected, which exclusions excluded nothing, and which values occur
//! instead.

use super::diagnostics;
use super::setup::Plan;
use crate::engine::{RunReport, SelectionStats};
use crate::select::Condition;
use crate::text::grouped;
use crate::time;

/// The lines of the explanation. Empty if events were selected and every exclusion excluded some, and if there were no
/// conditions or no events.
pub(super) fn explain(plan: &Plan, report: &RunReport) -> Vec<String> {
    let found = report.byte_counts().events;
    if found == 0 || plan.selection.is_empty() {
        return Vec::new();
    }
    let stats = report.stats();
    let steps = steps(plan, &stats, found);
    if report.totals.kept == 0 {
        let mut lines = vec![format!(
            "nothing selected of {}:",
            diagnostics::count(found, "event")
        )];
        lines.extend(
            steps
                .iter()
                .map(|step| format!("  {}", zero(plan, &stats, step))),
        );
        return lines;
    }
    // The rest of the input may contain what is excluded.
    if report.totals.stopped.is_some() {
        return Vec::new();
    }
    let idle = steps.iter().filter(|step| step.is_idle());
    idle.map(|step| {
        format!(
            "`{}` excluded nothing{}",
            step.condition.typed,
            nearest(plan, &stats, step)
        )
    })
    .collect()
}

/// A condition with the numbers of events before and after it.
struct Step<'p> {
    index: usize,
    condition: &'p Condition,
    before: u64,
    after: u64,
    /// Whether it is the first condition on the time.
    is_first_on_time: bool,
}

impl Step<'_> {
    /// True for an exclusion that was tested and excluded nothing.
    fn is_idle(&self) -> bool {
        self.condition.expr.is_exclusion() && self.before > 0 && self.before == self.after
    }
}

fn steps<'p>(plan: &'p Plan, stats: &SelectionStats, found: u64) -> Vec<Step<'p>> {
    let conditions = plan.selection.conditions();
    let on_time = conditions
        .iter()
        .position(|condition| condition.expr.is_about_time());
    let mut before = found;
    let steps = conditions.iter().enumerate().map(|(index, condition)| {
        let refused = stats.refused.get(index).copied().unwrap_or_default();
        let step = Step {
            index,
            condition,
            before,
            after: before - refused,
            is_first_on_time: on_time == Some(index),
        };
        before = step.after;
        step
    });
    steps.collect()
}

/// A line of the explanation of an empty result.
fn zero(plan: &Plan, stats: &SelectionStats, step: &Step<'_>) -> String {
    let mut line = format!(
        "{}: {} \u{2192} {}",
        step.condition.typed,
        grouped(step.before),
        grouped(step.after)
    );
    if step.before > 0 && step.after == 0 || step.is_idle() {
        line.push_str(&nearest(plan, stats, step));
    }
    if step.is_first_on_time {
        match stats.seen.times() {
            Some((first, last)) => line.push_str(&format!(
                "; the dump covers {}",
                period(
                    &time::to_text(first, &plan.zone),
                    &time::to_text(last, &plan.zone)
                )
            )),
            None => line.push_str("; no event has a readable time"),
        }
    }
    line
}

/// The value that was probably meant, or the comparison.
fn nearest(plan: &Plan, stats: &SelectionStats, step: &Step<'_>) -> String {
    if let Some(field) = step.condition.expr.not_empty().filter(|_| step.is_idle()) {
        return format!(
            "; it is also true if `{field}` is missing; to select events that have it write `exists {field}`"
        );
    }
    match stats.seen.nearest(&plan.selection, step.index) {
        Some((value, count)) => {
            format!("; nearest value that occurs: {value} ({})", grouped(count))
        }
        None => String::new(),
    }
}

/// A period of time; the date is written once if both times have the same.
pub(super) fn period(first: &str, last: &str) -> String {
    let same_day = |(day, _): &(&str, &str)| first.split_once('T').is_some_and(|it| it.0 == *day);
    match last.split_once('T').filter(same_day) {
        _ if first == last => format!("{first} only"),
        Some((_, clock)) => format!("{first} to {clock}"),
        None => format!("{first} to {last}"),
    }
}
