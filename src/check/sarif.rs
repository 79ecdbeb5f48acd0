//! Writes a verdict as SARIF 2.1.0: one SARIF rule per rule, one result per event that violates it.
//!
//! An event is a region of bytes of its file; of a compressed file, of the decompressed text. Source: "Static Analysis
//! Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::example::Example;
use super::verdict::{RuleResult, Verdict, VerdictStatus, Violation};
use crate::render::terminal::sanitize;
use crate::text::plural;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Line and column (in characters, from 1) of byte offsets, by file and offset: of the first byte of each event, and of
/// the byte after its last one.
pub type LinePositions = BTreeMap<(String, u64), (u64, u64)>;

/// The document.
pub fn write(verdict: &Verdict, lines: &LinePositions) -> Value {
    let rules: Vec<Value> = verdict.results.iter().map(rule).collect();
    let mut results = Vec::new();
    for (index, result) in verdict.results.iter().enumerate() {
        for violation in &result.violations {
            results.extend(of_violation(index, result, violation, lines));
        }
        if result.more_violations > 0 {
            let text = format!(
                "{} not in the baseline",
                plural(result.more_violations, "more call")
            );
            results.push(sarif_result(index, result, &text, "baseline", None, lines));
        }
    }
    let warnings = verdict.results.iter().flat_map(|result| {
        result.warnings().map(|warning| {
            json!({
                "level": "warning",
                "message": {"text": text(&format!("{}: {warning}", result.name))},
                "locations": [own(result)],
            })
        })
    });
    let mut notifications: Vec<Value> = warnings.collect();
    let level = match verdict.status {
        VerdictStatus::Passed if verdict.complete => "note",
        VerdictStatus::Passed => "warning",
        VerdictStatus::Failed | VerdictStatus::Empty => "error",
    };
    notifications.insert(
        0,
        json!({"level": level, "message": {"text": text(&verdict.summary())}}),
    );
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": verdict.status != VerdictStatus::Empty,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
            "properties": {"events": verdict.events, "complete": verdict.complete},
        }],
    })
}

/// Escapes the text of a message: control characters, links (`[…](…)`) and placeholders (`{0}`), as sections 3.11.5 and
/// 3.11.6 of the standard say.
fn text(text: &str) -> String {
    let mut text = sanitize(text).into_owned();
    if text.contains("](") {
        for sign in ['\\', '[', ']'] {
            text = text.replace(sign, &format!(r"\{sign}"));
        }
    }
    let is_placeholder = |part: &str| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < part.len() && rest.starts_with('}')
    };
    if text.split('{').skip(1).any(is_placeholder) {
        text = text.replace('{', "{{").replace('}', "}}");
    }
    text
}

/// The location of a rule in its file.
fn own(result: &RuleResult) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&result.file)},
            "region": {"startLine": result.place.line, "startColumn": result.place.column},
        },
    })
}

fn rule(result: &RuleResult) -> Value {
    let mut rule = json!({
        "id": sanitize(&result.name),
        "shortDescription": {"text": text(&result.name)},
        "defaultConfiguration": {"level": "error"},
    });
    if let Some(reason) = result.reason.as_ref().filter(|reason| !reason.is_empty()) {
        rule["fullDescription"] = json!({"text": text(reason)});
    }
    if !result.select.is_empty() {
        rule["properties"] = json!({"select": result.select});
    }
    rule
}

/// One result per example, or one result without an event if there are no examples.
fn of_violation(
    index: usize,
    result: &RuleResult,
    violation: &Violation,
    lines: &LinePositions,
) -> Vec<Value> {
    let shown = violation.examples.iter();
    let mut results: Vec<Value> = shown
        .map(|example| {
            let parts: Vec<&str> = example.parts().collect();
            let text = format!("{}: {}", violation.message, parts.join(" "));
            sarif_result(index, result, &text, violation.bound, Some(example), lines)
        })
        .collect();
    if results.is_empty() {
        results.push(sarif_result(
            index,
            result,
            &violation.message,
            violation.bound,
            None,
            lines,
        ));
    }
    results
}

fn sarif_result(
    index: usize,
    result: &RuleResult,
    text: &str,
    bound: &str,
    example: Option<&Example>,
    lines: &LinePositions,
) -> Value {
    let mut own = own(result);
    own["id"] = json!(0);
    own["message"] = json!({"text": "the rule"});
    let mut result = json!({
        "ruleId": sanitize(&result.name),
        "ruleIndex": index,
        "level": "error",
        "message": {"text": self::text(text)},
        "properties": {"bound": bound},
    });
    let Some(example) = example else {
        result["locations"] = json!([own]);
        return result;
    };
    let mut region = json!({
        "byteOffset": example.offset,
        "byteLength": example.end.saturating_sub(example.offset),
    });
    let place = |at: u64| lines.get(&(example.file.clone(), at));
    // The byte region and the line region must agree, so lines are written only if both ends are known.
    if let (Some(start), Some(end)) = (place(example.offset), place(example.end)) {
        region["startLine"] = json!(start.0);
        region["startColumn"] = json!(start.1);
        region["endLine"] = json!(end.0);
        region["endColumn"] = json!(end.1);
    }
    result["locations"] = json!([{
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&example.file)},
            "region": region,
        },
    }]);
    result["relatedLocations"] = json!([own]);
    if !example.id.is_empty() {
        result["partialFingerprints"] = json!({"eventId/v1": example.id});
    }
    result
}

/// Characters of a path that are not percent-encoded in a URI.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// The URI of a path: relative as typed, or `file://` for an absolute path.
fn uri(path: &str) -> String {
    let encoded = utf8_percent_encode(path, KEPT);
    if path.starts_with('/') {
        format!("file://{encoded}")
    } else {
        encoded.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_placeholders_in_messages_are_escaped() {
        for (plain, escaped) in [
            ("arn:aws:s3:::a [x] {y}", "arn:aws:s3:::a [x] {y}"),
            ("[click](http://x) ]", r"\[click\](http://x) \]"),
            ("{0} {name}", "{{0}} {{name}}"),
            ("a\u{202e}b\n", r"a\u{202e}b\n"),
        ] {
            assert_eq!(text(plain), escaped);
        }
    }

    #[test]
    fn a_path_becomes_a_uri() {
        for (path, expected) in [
            ("a/b.json", "a/b.json"),
            ("/tmp/a b", "file:///tmp/a%20b"),
            ("a:b%?#", "a%3Ab%25%3F%23"),
            ("ü", "%C3%BC"),
            ("-", "-"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
