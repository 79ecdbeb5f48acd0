//! Writes a verdict as workflow commands of GitHub Actions, which become annotations: one error for each violation and
//! one warning for each doubt, at the line of the rule.
//!
//! Source of the format and its escapes: "Workflow commands for GitHub Actions", and `command.ts` of `@actions/core`.

use std::io::{self, Write};

use super::verdict::{Verdict, VerdictStatus};
use crate::render::terminal::sanitize;
use crate::text::plural;

/// Writes the commands.
///
/// # Errors
/// Those of the writer.
pub fn write(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    for result in &verdict.results {
        let place = format!(
            "file={},line={},col={},title={}",
            property(&result.file),
            result.place.line,
            result.place.column,
            property(&result.name),
        );
        for warning in result.warnings() {
            writeln!(out, "::warning {place}::{}", message(&[warning]))?;
        }
        for violation in &result.violations {
            let mut lines = vec![violation.message.clone()];
            lines.extend(
                result
                    .reason
                    .iter()
                    .map(|reason| format!("reason: {reason}")),
            );
            lines.extend((!result.select.is_empty()).then(|| format!("select: {}", result.select)));
            for example in &violation.examples {
                let parts: Vec<&str> = example.parts().collect();
                lines.push(format!("{} in {}", parts.join(" "), example.place()));
            }
            let left = violation.left();
            if left > 0 && violation.bound != "min" && violation.bound != "baseline" {
                lines.push(format!("… and {}", plural(left, "more event")));
            }
            writeln!(out, "::error {place}::{}", message(&lines))?;
        }
        if result.more_violations > 0 {
            let more = plural(result.more_violations, "more call");
            let lines = [format!("… and {more} not in the baseline")];
            writeln!(out, "::error {place}::{}", message(&lines))?;
        }
    }
    let level = match verdict.status {
        VerdictStatus::Passed if verdict.complete => "notice",
        VerdictStatus::Passed => "warning",
        VerdictStatus::Failed | VerdictStatus::Empty => "error",
    };
    let summary = message(&[verdict.summary()]);
    writeln!(out, "::{level} title=trailsift check::{summary}")
}

/// Escapes the message of a command. Control characters are made visible first.
fn message(lines: &[String]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| sanitize(line).replace('%', "%25"))
        .collect();
    lines.join("%0A")
}

/// Escapes the value of a property of a command.
fn property(text: &str) -> String {
    let text = sanitize(text).replace('%', "%25");
    text.replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_in_values_are_escaped() {
        assert_eq!(property("a,b:c%\n"), r"a%2Cb%3Ac%25\n");
        let lines = ["50%::x\r\n".to_owned(), "b".to_owned()];
        assert_eq!(message(&lines), r"50%25::x\r\n%0Ab");
    }
}
