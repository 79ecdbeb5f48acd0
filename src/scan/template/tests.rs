//! The fast walk against the plain one: whatever it accepts, the other accepts, with the same members.

use super::*;
use crate::scan::{Nested, Plain, Stack, members};

/// Recognises names by their length; declines one that callers stop at.
fn name(name: &[u8], _first: u8) -> Option<usize> {
    (name != b"Events").then_some(name.len())
}

fn fast<L: Nesting>(
    templates: &mut TemplateCache<usize>,
    bytes: &[u8],
    at: usize,
) -> Option<(usize, Vec<Member>)> {
    let mut found = Vec::new();
    let walked = templates.members::<L>(bytes, at, name, |length, member| {
        assert_eq!(length, member.key_end - member.key);
        found.push(member);
    })?;
    assert_eq!(walked.is_compact, is_compact::<L>(&bytes[at..walked.end]));
    Some((walked.end, found))
}

/// Whether no white space stands outside strings.
fn is_compact<L: Nesting>(object: &[u8]) -> bool {
    let mut at = 0;
    while at < object.len() {
        if L::skip_space(object, at) > at {
            return false;
        }
        at = match L::quote_at(object, at) {
            true => L::string_end(object, at + L::QUOTE).unwrap() + L::QUOTE,
            false => at + 1,
        };
    }
    true
}

fn plain<L: Nesting>(bytes: &[u8], at: usize) -> Option<(usize, Vec<Member>)> {
    let mut found = Vec::new();
    let end = members::<L>(bytes, at, &mut Stack::default(), |member| {
        if member.value_end != member.value {
            found.push(member);
        }
        true
    });
    Some((end.ok()??, found))
}

/// Holds both against each other at each brace; returns how many objects there were and how many were accepted.
fn compare<L: Nesting>(templates: &mut TemplateCache<usize>, bytes: &[u8]) -> (usize, usize) {
    let (mut whole, mut accepted) = (0, 0);
    for at in memchr::memchr_iter(b'{', bytes) {
        let expected = plain::<L>(bytes, at);
        whole += usize::from(expected.is_some());
        if let Some(found) = fast::<L>(templates, bytes, at) {
            assert_eq!(Some(found), expected, "at {at}");
            accepted += 1;
        }
    }
    (whole, accepted)
}

fn fixtures() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

#[test]
fn what_the_fast_walk_accepts_the_plain_one_accepts_with_the_same_members() {
    let mut templates = TemplateCache::default();
    let (mut whole, mut accepted) = (0, 0);
    for bytes in fixtures() {
        let (more, also) = compare::<Plain>(&mut templates, &bytes);
        whole += more;
        accepted += also;
    }
    assert!(whole > 1000 && (accepted * 100 > whole * 95) != cfg!(feature = "reference"));
}

#[test]
fn the_same_holds_inside_strings() {
    let mut templates = TemplateCache::default();
    let (mut whole, mut accepted) = (0, 0);
    for bytes in fixtures() {
        let mut from = 0;
        while let Some(at) = memchr::memmem::find(&bytes[from..], b"\"{\\\"") {
            let content = from + at + 1;
            let end = Plain::string_end(&bytes, content).unwrap();
            let (more, also) = compare::<Nested>(&mut templates, &bytes[content..end]);
            whole += more;
            accepted += also;
            from = end;
        }
    }
    assert!(whole > 500 && (accepted * 100 > whole * 95) != cfg!(feature = "reference"));
}

#[test]
fn damage_is_never_taken_for_what_was_learnt_before() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let mut templates = TemplateCache::default();
    let mut nested_seams = TemplateCache::default();
    for bytes in fixtures() {
        let Some(start) = memchr::memchr(b'{', &bytes) else {
            continue;
        };
        let bytes = &bytes[start..bytes.len().min(start + 6000)];
        for _ in 0..60 {
            let mut bytes = bytes.to_vec();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                match random(4) {
                    0 => bytes[at] = b"{}[]\",:\\ntf0-\n x"[random(16)],
                    1 => drop(bytes.drain(at..(at + 1 + random(40)).min(bytes.len()))),
                    2 => bytes.insert(at, b"{}[]\",:\\ntf0-\n x"[random(16)]),
                    _ => bytes.truncate(at + 1),
                }
            }
            compare::<Plain>(&mut templates, &bytes);
            compare::<Nested>(&mut nested_seams, &bytes);
        }
    }
}

#[test]
fn small_objects_of_every_kind_are_judged_alike_whatever_was_met_before() {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\":",
        "1",
        "-0.5e1",
        "null",
        "true",
        "fals",
        " ",
        "{}",
        "[]",
        "\\\"",
        "\\n",
        "{\"a\":",
        "\"Events\":",
    ];
    let mut seed = 7u64;
    let mut templates = TemplateCache::default();
    let mut nested = TemplateCache::default();
    for _ in 0..60_000 {
        let mut text = String::from("{");
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        for nth in 0..1 + (seed >> 60) {
            let pick = (seed >> (3 * nth + 5)) as usize % parts.len();
            text.push_str(parts[pick]);
        }
        compare::<Plain>(&mut templates, text.as_bytes());
        compare::<Nested>(&mut nested, text.replace('"', "\\\"").as_bytes());
    }
}

#[test]
fn more_seams_than_are_kept_cost_nothing_but_time() {
    let mut templates = TemplateCache::default();
    for nth in 0..3 * MOST {
        let text = format!("{{\"key {nth}\":\"x\",\"b\":[1,{{}}]}}");
        compare::<Plain>(&mut templates, text.as_bytes());
        assert!(!templates.is_full(2));
    }
}

/// Numbers of seams once began again from zero within one object, and members of others were taken for its own.
#[test]
fn an_object_of_more_names_than_there_are_numbers_is_left_to_the_plain_walk() {
    let mut templates = TemplateCache::default();
    fast::<Plain>(
        &mut templates,
        br#"{"eventVersion":"xxxxxxxxxxxxxxxxxx"}"#,
        0,
    );
    let mut text = String::from("{\"a\":\"x\"");
    for nth in 0..70_000 {
        text.push_str(&format!(",\"k{nth:06x}\":\"vvvvvvvvvvvvvvvvvvvvvvvv\""));
    }
    text.push('}');
    assert_eq!(fast::<Plain>(&mut templates, text.as_bytes(), 0), None);
    assert!(templates.templates.len() <= 2 * MOST);
    compare::<Plain>(&mut templates, br#"{"a":"x","b":1}"#);
}

#[test]
fn white_space_without_end_is_not_kept() {
    let mut templates = TemplateCache::default();
    for nth in 0..200 {
        let text = format!("{{\"a\":1{}}}", " ".repeat(60_000 + nth));
        compare::<Plain>(&mut templates, text.as_bytes());
    }
    assert!(templates.texts.len() < LONGEST);
}
