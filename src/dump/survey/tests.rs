//! Compares a survey with a separate walk of each object.

use super::super::shape::{ObjectKind, object};
use super::*;

const KEYS: &[&str] = &[
    "a",
    "EventId",
    "EventName",
    "EventTime",
    "eventName",
    "eventSource",
    "eventVersion",
    "Events",
    "Records",
    "detail",
    "resources",
    "CloudTrailEvent",
    "\\u0065ventName",
];
const SCALARS: &[&str] = &[
    "1",
    "-2.5e3",
    "true",
    "null",
    "\"x\"",
    "\"aws:s3\"",
    "\"}{\\\"\"",
    "\"{\\\"eventVersion\\\":\\\"1\\\",\\\"eventName\\\":\\\"a\\\",\\\"eventSource\\\":\\\"b\\\"}\"",
];

fn value(rng: &mut fastrand::Rng, depth: usize, out: &mut String) {
    match rng.usize(..if depth == 0 { 2 } else { 6 }) {
        0 | 1 => *out += SCALARS[rng.usize(..SCALARS.len())],
        2 => {
            *out += "[";
            for i in 0..rng.usize(..4) {
                *out += if i > 0 { " , " } else { "" };
                value(rng, depth - 1, out);
            }
            *out += "]";
        }
        _ => members(rng, depth - 1, out),
    }
}

fn members(rng: &mut fastrand::Rng, depth: usize, out: &mut String) {
    *out += "{";
    for i in 0..rng.usize(..5) {
        *out += if i > 0 { "," } else { " " };
        *out += &format!("\"{}\": ", KEYS[rng.usize(..KEYS.len())]);
        value(rng, depth, out);
    }
    *out += "}";
}

/// The events in a value that is not an event, each found by a walk from its first byte.
fn naive(bytes: &[u8], at: usize, end: usize) -> Vec<InnerEvent> {
    let (mut found, mut stack) = (Members::default(), Stack::default());
    let mut events = Vec::new();
    let mut i = at + 1;
    while i < end {
        match bytes[i] {
            b'{' => match object(bytes, i, &mut found, &mut stack) {
                ObjectKind::Event { end, shape } => {
                    events.push(InnerEvent {
                        start: i,
                        end,
                        shape,
                    });
                    i = end;
                }
                _ => i += 1,
            },
            b'"' => {
                let quote = Plain::string_end(bytes, i + 1).unwrap();
                let is_key = bytes.get(skip_space(bytes, quote + 1)) == Some(&b':');
                let content = &bytes[i + 1..quote];
                if !is_key && shape::string(content, &mut found, &mut stack) != StringKind::Other {
                    events.push(InnerEvent {
                        start: i,
                        end: quote + 1,
                        shape: Shape::RecordString,
                    });
                }
                i = quote + 1;
            }
            _ => i += 1,
        }
    }
    events
}

/// The verdict of a walk of its own.
fn walked(bytes: &[u8], at: usize) -> Option<SurveyResult> {
    let (mut found, mut stack) = (Members::default(), Stack::default());
    match object(bytes, at, &mut found, &mut stack) {
        ObjectKind::Wrapper { .. } => Some(SurveyResult::Wrapper),
        ObjectKind::Broken { fault, kind } => Some(SurveyResult::Broken { fault, kind }),
        ObjectKind::Event { .. } | ObjectKind::Other { .. } => None,
    }
}

#[test]
fn a_survey_agrees_with_a_walk_of_every_object() {
    let mut rng = fastrand::Rng::with_seed(5);
    let (mut survey, mut verdicts, mut events) = (ObjectSurvey::default(), 0, 0);
    for round in 0..15_000 {
        let mut text = String::new();
        members(&mut rng, 4, &mut text);
        if round % 1500 == 0 {
            let depth = MAX_DEPTH - 3 + rng.usize(..6);
            text = "{\"a\":".repeat(depth) + &text + &"}".repeat(depth);
        }
        let mut bytes = text.into_bytes();
        if rng.usize(..2) == 0 {
            let at = rng.usize(..bytes.len());
            match rng.usize(..3) {
                0 => bytes.truncate(at + 1),
                1 => bytes[at] = b"\"}{],x"[rng.usize(..6)],
                _ => drop(bytes.remove(at)),
            }
        }
        if bytes.first() != Some(&b'{') {
            continue;
        }
        let (mut found, mut stack) = (Members::default(), Stack::default());
        let mut deep = Stack::with_limit(4 * MAX_DEPTH);
        let text = String::from_utf8_lossy(&bytes);
        match object(&bytes, 0, &mut found, &mut stack) {
            ObjectKind::Event { .. } => continue,
            ObjectKind::Other { end, .. } => {
                let strings = Some((&mut found, &mut stack));
                survey.run(&bytes, 0, SurveyEnd::Here(end), strings);
                assert_eq!(survey.events, naive(&bytes, 0, end), "{text}");
                events += survey.events.len();
                continue;
            }
            ObjectKind::Wrapper { key } => survey.run(&bytes, 0, SurveyEnd::Here(key), None),
            ObjectKind::Broken { .. } => {
                let stop = match crate::scan::value_end::<Plain>(&bytes, 0, &mut deep) {
                    Ok(end) => SurveyEnd::Here(end),
                    Err(fault) => SurveyEnd::Fault(fault),
                };
                survey.run(&bytes, 0, stop, None);
                if let SurveyEnd::Fault(_) = stop {
                    assert_eq!(survey.open, deep.open(), "{text}");
                }
                // All that is not whole is known.
                for at in 0..bytes.len() {
                    let known = survey.verdicts.iter().any(|v| v.0 == at);
                    if !known && survey.open.contains(&at) && bytes[at] == b'{' {
                        assert_eq!(walked(&bytes, at), None, "{at} {text}");
                    }
                }
            }
        }
        for &(at, verdict) in &survey.verdicts {
            if at > 0 || verdict != SurveyResult::Wrapper {
                assert_eq!(Some(verdict), walked(&bytes, at), "{at} {text}");
            }
            verdicts += 1;
        }
    }
    assert!(verdicts > 2_000 && events > 500, "{verdicts} {events}");
}
