//! An empty answer explains itself: what each condition left over, and what would have matched.

use super::diagnostics;
use super::setup::Plan;
use crate::engine::RunReport;
use crate::text::grouped;
use crate::time;

/// The lines that explain why nothing was selected; none when something was, or nothing was asked for.
pub(super) fn explain(plan: &Plan, report: &RunReport) -> Vec<String> {
    let found = report.byte_counts().events;
    let conditions = plan.selection.conditions();
    if report.totals.kept > 0 || found == 0 || conditions.is_empty() {
        return Vec::new();
    }
    let stats = report.stats();
    let mut lines = vec![format!(
        "nothing selected of {}:",
        diagnostics::count(found, "event")
    )];
    let covered = conditions
        .iter()
        .position(|condition| condition.expr.is_about_time());
    let mut left = found;
    for (index, condition) in conditions.iter().enumerate() {
        let refused = stats.refused.get(index).copied().unwrap_or_default();
        let before = left;
        left -= refused;
        let mut line = format!(
            "  {}: {} \u{2192} {}",
            condition.typed,
            grouped(before),
            grouped(left)
        );
        if before > 0
            && left == 0
            && let Some((value, count)) = stats.seen.nearest(&plan.selection, index)
        {
            line.push_str(&format!(
                "; nearest that occurs: {value} ({})",
                grouped(count)
            ));
        }
        if covered == Some(index) {
            match stats.seen.times() {
                Some((first, last)) => line.push_str(&format!(
                    "; the dump covers {}",
                    stretch(
                        &time::to_text(first, &plan.zone),
                        &time::to_text(last, &plan.zone)
                    )
                )),
                None => line.push_str("; no event has a time that can be read"),
            }
        }
        lines.push(line);
    }
    lines
}

/// From one time to another, the day only once where it is the same.
pub(super) fn stretch(first: &str, last: &str) -> String {
    let same_day = |(day, _): &(&str, &str)| first.split_once('T').is_some_and(|it| it.0 == *day);
    match last.split_once('T').filter(same_day) {
        _ if first == last => format!("{first} alone"),
        Some((_, clock)) => format!("{first} to {clock}"),
        None => format!("{first} to {last}"),
    }
}
