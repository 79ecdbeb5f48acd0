//! Converts the text of a struct, map or list, as Lake and Athena print it, to JSON: `{type=IAMUser, arn=arn:aws:…}`.
//!
//! This form has no quotes, so the end of a value is not certain. In a struct, `, ` ends a value if a name and `=` follow;
//! in a list it always does. A closing bracket ends a value if a byte follows that may follow it. Nothing is added to the
//! text, and text that cannot be read stays a string.

use crate::scan::{Plain, Stack, value_end};
use crate::text::json;

/// Most levels of brackets.
const DEEPEST: usize = 64;

/// Longest name, in bytes.
const LONGEST_NAME: usize = 256;

/// An open bracket.
struct Frame {
    is_list: bool,
    is_first: bool,
    /// Range of the name whose value comes next.
    name: (usize, usize),
}

/// Appends `text` as JSON, with every name in the spelling that `spell` returns. Returns false and appends nothing if the
/// text does not have this form. `null` is left out of a struct, where it means a missing member, but stays in a list,
/// where it counts.
pub(super) fn append(
    text: &[u8],
    spell: impl Fn(&[u8]) -> Option<&'static str>,
    out: &mut Vec<u8>,
) -> bool {
    let text = text.trim_ascii();
    let before = out.len();
    let is_struct = matches!(text.first(), Some(b'{' | b'['));
    if is_struct && parse(text, spell, out) == Some(text.len()) {
        return true;
    }
    out.truncate(before);
    false
}

/// Appends a JSON string with its quotes. Invalid UTF-8 stays as it is, so that the scanner reports it.
pub(super) fn string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        json::write_string_content(out, chunk.valid());
        out.extend_from_slice(chunk.invalid());
    }
    out.push(b'"');
}

fn parse(
    text: &[u8],
    spell: impl Fn(&[u8]) -> Option<&'static str>,
    out: &mut Vec<u8>,
) -> Option<usize> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut stack = Stack::default();
    let mut at = 0;
    loop {
        // A value begins here. JSON is tried first, because its quotes show where it ends.
        let is_container = matches!(text.get(at), Some(b'{' | b'['));
        let whole = (is_container && !frames.is_empty())
            .then(|| value_end::<Plain>(text, at, &mut stack).ok())
            .flatten()
            .filter(|end| ends(text, *end, frames.last()));
        if let Some(end) = whole {
            begin(text, &mut frames, &spell, out);
            json::compact(text.get(at..end)?, out);
            at = end;
        } else if is_container {
            if frames.len() == DEEPEST {
                return None;
            }
            begin(text, &mut frames, &spell, out);
            let is_list = text.get(at) == Some(&b'[');
            out.push(*text.get(at)?);
            at += 1;
            let name = if is_list { (at, at) } else { name(text, at)? };
            frames.push(Frame {
                is_list,
                is_first: true,
                name,
            });
            if !is_list {
                at = name.1 + 1;
            }
            continue;
        } else {
            let end = scalar_end(text, at, frames.last()?)?;
            let value = text.get(at..end)?;
            let is_list = frames.last().is_some_and(|frame| frame.is_list);
            // A struct prints `null` for every member that a record does not have.
            if value != b"null" {
                begin(text, &mut frames, &spell, out);
                string(value, out);
            } else if is_list {
                begin(text, &mut frames, &spell, out);
                out.extend_from_slice(value);
            }
            at = end;
        }
        // A value ended here.
        loop {
            let Some(frame) = frames.last_mut() else {
                return Some(at);
            };
            if text.get(at..)?.starts_with(b", ") {
                at += 2;
                if !frame.is_list {
                    frame.name = name(text, at)?;
                    at = frame.name.1 + 1;
                }
                break;
            }
            if text.get(at) != Some(&closer(frame)) {
                return None;
            }
            out.push(closer(frame));
            frames.pop();
            at += 1;
        }
    }
}

/// Appends the text before a value: a comma, and the name of the member.
fn begin(
    text: &[u8],
    frames: &mut [Frame],
    spell: impl Fn(&[u8]) -> Option<&'static str>,
    out: &mut Vec<u8>,
) {
    let Some(frame) = frames.last_mut() else {
        return;
    };
    if !std::mem::replace(&mut frame.is_first, false) {
        out.push(b',');
    }
    if !frame.is_list {
        let name = text.get(frame.name.0..frame.name.1).unwrap_or_default();
        string(spell(name).map_or(name, str::as_bytes), out);
        out.push(b':');
    }
}

fn closer(frame: &Frame) -> u8 {
    if frame.is_list { b']' } else { b'}' }
}

/// Range of the name at `at`, if `=` follows.
fn name(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let rest = &rest[..rest.len().min(LONGEST_NAME)];
    let in_name = |byte: &u8| !byte.is_ascii_whitespace() && !b"={}[],\"".contains(byte);
    let length = rest.iter().position(|byte| !in_name(byte))?;
    (length > 0 && rest.get(length) == Some(&b'=')).then_some((at, at + length))
}

/// True if a value inside `frame` may end at `at`.
fn ends(text: &[u8], at: usize, frame: Option<&Frame>) -> bool {
    let Some(frame) = frame else {
        return at == text.len();
    };
    match text.get(at) {
        Some(b',') => {
            text.get(at + 1) == Some(&b' ') && (frame.is_list || name(text, at + 2).is_some())
        }
        Some(byte) if *byte == closer(frame) => {
            matches!(text.get(at + 1), None | Some(b',' | b'}' | b']'))
        }
        _ => false,
    }
}

fn scalar_end(text: &[u8], at: usize, frame: &Frame) -> Option<usize> {
    let mut depth = 0usize;
    let mut i = at;
    loop {
        match text.get(i)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 && ends(text, i, Some(frame)) => return Some(i),
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Option<String> {
        let mut out = b"|".to_vec();
        let spell = |name: &[u8]| (name == b"principalid").then_some("principalId");
        let is_struct = append(text.as_bytes(), spell, &mut out);
        let made = String::from_utf8(out).unwrap();
        assert!(is_struct || made == "|", "{made}");
        if is_struct {
            serde_json::from_str::<serde_json::Value>(&made[1..]).unwrap();
        }
        is_struct.then(|| made[1..].to_owned())
    }

    #[test]
    fn structs_maps_and_lists_become_json() {
        for (text, json) in [
            ("{a=1}", r#"{"a":"1"}"#),
            (
                "{type=IAMUser, principalid=AIDA, arn=arn:aws:iam::1:user/日本, sessioncontext=null}",
                r#"{"type":"IAMUser","principalId":"AIDA","arn":"arn:aws:iam::1:user/日本"}"#,
            ),
            // Brackets, commas and `=` inside a value.
            (
                "{u=a,b=c,d, v=x, y z=1, w=}",
                r#"{"u":"a,b=c,d","v":"x, y z=1","w":""}"#,
            ),
            ("{a=f(x) {y} [z], b=}x}", r#"{"a":"f(x) {y} [z]","b":"}x"}"#),
            ("{a=say \"hi\", b=c\\d}", r#"{"a":"say \"hi\"","b":"c\\d"}"#),
            (
                "{a={b={c=[x, null, y]}}, d=[]}",
                r#"{"a":{"b":{"c":["x",null,"y"]}},"d":[]}"#,
            ),
            ("[{a=1, b=null}, {a=2}]", r#"[{"a":"1"},{"a":"2"}]"#),
            ("{a=null, b=null}", "{}"),
            ("{a=null}", "{}"),
            ("{a=1, b}", r#"{"a":"1, b"}"#),
            // JSON inside a struct.
            (
                r#"{p={"v":[1, {"a=b":"}, x="}]}, q=[{"k": 2}], r={}}"#,
                r#"{"p":{"v":[1,{"a=b":"}, x="}]},"q":[{"k":2}],"r":{}}"#,
            ),
            (r#"[{"k": 2}, {k=v}]"#, r#"[{"k":2},{"k":"v"}]"#),
            ("  {a=1}\n", r#"{"a":"1"}"#),
        ] {
            assert_eq!(made(text).as_deref(), Some(json), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_struct_stays() {
        for text in [
            "",
            "{",
            "{a",
            "{a=",
            "{a=1",
            "{a=1}}",
            "{a=1}]",
            "{=1}",
            "{a b=1}",
            "a=1",
            "[a",
            "[a, b}",
            "{a={b=1}",
            "{a=[1}",
            "{\"a\"=1}",
            "x{a=1}",
            "{a=1} x",
        ] {
            assert_eq!(made(text), None, "{text}");
        }
        assert_eq!(made(&"{a=".repeat(70)), None);
        let deep = |levels| format!("{}x{}", "{a=".repeat(levels), "}".repeat(levels));
        assert!(made(&deep(DEEPEST)).is_some());
        assert_eq!(made(&deep(DEEPEST + 1)), None);
    }

    /// Any text gives valid JSON or no output, in linear time.
    #[test]
    fn any_text_takes_linear_time() {
        let mut chance = crate::text::chance::Chance::new(3);
        let parts = [
            "{",
            "}",
            "[",
            "]",
            ", ",
            ",",
            "=",
            "a",
            "b",
            "null",
            "\"",
            "\\",
            "{\"k\":1}",
            " ",
        ];
        let mut read = 0;
        for _ in 0..20_000 {
            let text = format!("{{a={}}}", chance.text(&parts, 12));
            read += usize::from(made(&text).is_some());
        }
        assert!(read > 1000, "{read}");
        for part in [
            "[", "{a=", "[1,", "[\"", ", a=", ", ", "}", "{}, ", "[\\\"x, ", "[{\"", "a={[",
        ] {
            let long = format!("{{a={}", part.repeat((1 << 20) / part.len()));
            assert!(made(&long).is_none());
            made(&format!("{long}}}"));
        }
    }
}
