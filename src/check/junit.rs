//! A verdict as JUnit's XML, which most pipelines show as tests: a case for each expectation.
//!
//! The form is what Jenkins, GitLab and the surefire schema have in common: `testsuites`, `testsuite`, `testcase`,
//! `failure`, `error`. Not for: what is told (`verdict`).

use std::io::{self, Write};

use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::Writer;

use super::verdict::{Checked, Standing, Verdict};
use crate::dump::plural;
use crate::render::terminal::sanitize;

/// Writes the document.
///
/// # Errors
/// Those of the writer.
pub fn write(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let is_empty = verdict.standing == Standing::Empty;
    let tests = (verdict.checked.len() + usize::from(is_empty)).to_string();
    let (failures, errors) = (verdict.broken().to_string(), u8::from(is_empty).to_string());
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
                    for checked in &verdict.checked {
                        case(xml, checked)?;
                    }
                    if is_empty {
                        nothing(xml, &verdict.summary())?;
                    }
                    if !verdict.is_whole {
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

fn case(xml: &mut Xml<'_>, checked: &Checked) -> io::Result<()> {
    let (name, file) = (shown(&checked.name), shown(&checked.file));
    let line = checked.place.line.to_string();
    let case = xml.create_element("testcase").with_attributes([
        ("name", name.as_str()),
        ("classname", "trailsift check"),
        ("file", file.as_str()),
        ("line", line.as_str()),
    ]);
    let doubts: Vec<String> = checked.doubts().map(|doubt| shown(&doubt)).collect();
    let doubts = doubts.join("\n");
    if checked.is_held() && doubts.is_empty() {
        case.write_empty()?;
        return Ok(());
    }
    if checked.is_held() {
        case.write_inner_content(|xml| told(xml, &doubts))?;
        return Ok(());
    }
    // One failure a case: that is all that some of its readers take.
    let sentences: Vec<String> = checked.breaches.iter().map(|it| shown(&it.what)).collect();
    let mut message = sentences.join("; ");
    if message.is_empty() {
        message = format!("{} not in the baseline", plural(checked.more, "call"));
    }
    let bounds: Vec<&str> = checked.breaches.iter().map(|it| it.bound).collect();
    let kind = bounds.first().copied().unwrap_or("baseline");
    let body = body(checked);
    case.write_inner_content(|xml| {
        xml.create_element("failure")
            .with_attributes([("message", message.as_str()), ("type", kind)])
            .write_text_content(BytesText::new(&body))?;
        told(xml, &doubts)
    })?;
    Ok(())
}

/// What is no failure.
fn told(xml: &mut Xml<'_>, text: &str) -> io::Result<()> {
    if !text.is_empty() {
        xml.create_element("system-out")
            .write_text_content(BytesText::new(text))?;
    }
    Ok(())
}

/// What a person reads of a failure.
fn body(checked: &Checked) -> String {
    let mut lines = Vec::new();
    lines.extend(checked.reason.iter().map(|reason| format!("why: {reason}")));
    lines.extend((!checked.select.is_empty()).then(|| format!("of: {}", checked.select)));
    for breach in &checked.breaches {
        lines.push(breach.what.clone());
        for example in &breach.examples {
            let parts: Vec<&str> = example.parts().collect();
            lines.push(format!("- {} in {}", parts.join(" "), example.place()));
        }
        let left = breach.left();
        if left > 0 && !breach.examples.is_empty() && breach.bound != "baseline" {
            lines.push(format!("… and {}", plural(left, "more event")));
        }
    }
    if checked.more > 0 {
        let more = plural(checked.more, "more call");
        lines.push(format!("… and {more} not in the baseline"));
    }
    let lines: Vec<String> = lines.iter().map(|line| shown(line)).collect();
    lines.join("\n")
}

fn nothing(xml: &mut Xml<'_>, summary: &str) -> io::Result<()> {
    xml.create_element("testcase")
        .with_attributes([
            ("name", "events to judge"),
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

/// Text that XML can hold: most control characters have no place in it, in whatever form.
fn shown(text: &str) -> String {
    let is_of_xml = |c: &char| !matches!(c, '\u{fffe}' | '\u{ffff}');
    sanitize(text).chars().filter(is_of_xml).collect()
}

fn text(text: &str) -> BytesText<'_> {
    BytesText::new(text)
}
