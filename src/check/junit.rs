//! Writes a verdict as JUnit XML, which most CI systems show as tests: one test case per rule.
//!
//! It uses the elements that Jenkins, GitLab and the surefire schema have in common: `testsuites`, `testsuite`,
//! `testcase`, `failure`, `error`.

use std::io::{self, Write};

use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::Writer;

use super::verdict::{RuleResult, Verdict, VerdictStatus};
use crate::render::terminal::sanitize;
use crate::text::plural;

/// Writes the document.
///
/// # Errors
/// Those of the writer.
pub fn write(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let is_empty = verdict.status == VerdictStatus::Empty;
    let tests = (verdict.results.len() + usize::from(is_empty)).to_string();
    let (failures, errors) = (verdict.failed().to_string(), u8::from(is_empty).to_string());
    let totals = [
        ("name", "trailsift check"),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", errors.as_str()),
    ];
    xml.create_element("testsuites")
        .with_attributes(totals)
        .write_inner_content(|xml| {
            xml.create_element("testsuite")
                .with_attributes(totals)
                .with_attribute(("skipped", "0"))
                .write_inner_content(|xml| {
                    for result in &verdict.results {
                        case(xml, result)?;
                    }
                    if is_empty {
                        nothing(xml, &verdict.summary())?;
                    }
                    if !verdict.complete {
                        xml.create_element("system-err")
                            .write_text_content(text(&verdict.summary()))?;
                    }
                    Ok(())
                })?;
            Ok(())
        })?;
    xml.into_inner().write_all(b"\n")
}

type Xml<'w> = Writer<&'w mut dyn Write>;

fn case(xml: &mut Xml<'_>, result: &RuleResult) -> io::Result<()> {
    let (name, file) = (shown(&result.name), shown(&result.file));
    let line = result.place.line.to_string();
    let case = xml.create_element("testcase").with_attributes([
        ("name", name.as_str()),
        ("classname", "trailsift check"),
        ("file", file.as_str()),
        ("line", line.as_str()),
    ]);
    let warnings: Vec<String> = result.warnings().map(|warning| shown(&warning)).collect();
    let warnings = warnings.join("\n");
    if result.passed() && warnings.is_empty() {
        case.write_empty()?;
        return Ok(());
    }
    if result.passed() {
        case.write_inner_content(|xml| system_out(xml, &warnings))?;
        return Ok(());
    }
    // One failure per case, because some readers ignore further ones.
    let sentences: Vec<String> = result
        .violations
        .iter()
        .map(|it| shown(&it.message))
        .collect();
    let mut message = sentences.join("; ");
    if message.is_empty() {
        message = format!(
            "{} not in the baseline",
            plural(result.more_violations, "call")
        );
    }
    let bounds: Vec<&str> = result.violations.iter().map(|it| it.bound).collect();
    let kind = bounds.first().copied().unwrap_or("baseline");
    let body = body(result);
    case.write_inner_content(|xml| {
        xml.create_element("failure")
            .with_attributes([("message", message.as_str()), ("type", kind)])
            .write_text_content(BytesText::new(&body))?;
        system_out(xml, &warnings)
    })?;
    Ok(())
}

/// Writes text that is not a failure.
fn system_out(xml: &mut Xml<'_>, text: &str) -> io::Result<()> {
    if !text.is_empty() {
        xml.create_element("system-out")
            .write_text_content(BytesText::new(text))?;
    }
    Ok(())
}

/// The text of a failure.
fn body(result: &RuleResult) -> String {
    let mut lines = Vec::new();
    lines.extend(
        result
            .reason
            .iter()
            .map(|reason| format!("reason: {reason}")),
    );
    lines.extend((!result.select.is_empty()).then(|| format!("select: {}", result.select)));
    for violation in &result.violations {
        lines.push(violation.message.clone());
        for example in &violation.examples {
            let parts: Vec<&str> = example.parts().collect();
            lines.push(format!("- {} in {}", parts.join(" "), example.place()));
        }
        let left = violation.left();
        if left > 0 && !violation.examples.is_empty() && violation.bound != "baseline" {
            lines.push(format!("… and {}", plural(left, "more event")));
        }
    }
    if result.more_violations > 0 {
        let more = plural(result.more_violations, "more call");
        lines.push(format!("… and {more} not in the baseline"));
    }
    let lines: Vec<String> = lines.iter().map(|line| shown(line)).collect();
    lines.join("\n")
}

fn nothing(xml: &mut Xml<'_>, summary: &str) -> io::Result<()> {
    xml.create_element("testcase")
        .with_attributes([
            ("name", "events to check"),
            ("classname", "trailsift check"),
        ])
        .write_inner_content(|xml| {
            xml.create_element("error")
                .with_attributes([("message", summary), ("type", "empty")])
                .write_empty()?;
            Ok(())
        })?;
    Ok(())
}

/// Removes the characters that XML 1.0 cannot contain in any form, after control characters are made visible.
fn shown(text: &str) -> String {
    let is_of_xml = |c: &char| !matches!(c, '\u{fffe}' | '\u{ffff}');
    sanitize(text).chars().filter(is_of_xml).collect()
}

fn text(text: &str) -> BytesText<'_> {
    BytesText::new(text)
}
