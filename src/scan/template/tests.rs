//! Compares the fast walk with the plain one: everything that it accepts must have the same members there.

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

/// True if there is no white space outside strings.
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

/// Compares both walks at each brace. Returns the number of objects and of accepted objects.
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
fn the_fast_walk_gives_the_members_of_the_plain_walk() {
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
fn the_same_is_true_inside_strings() {
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
fn damage_never_matches_a_known_template() {
    let mut generator = fastrand::Rng::with_seed(1);
    let mut random = |below: usize| generator.usize(..below);
    let mut templates = TemplateCache::default();
    let mut nested_templates = TemplateCache::default();
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
            compare::<Nested>(&mut nested_templates, &bytes);
        }
    }
}

#[test]
fn small_objects_give_the_same_result_after_any_other_object() {
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
    let mut random = fastrand::Rng::with_seed(7);
    let mut templates = TemplateCache::default();
    let mut nested = TemplateCache::default();
    for _ in 0..60_000 {
        let mut text = String::from("{");
        for _ in 0..random.usize(1..17) {
            text.push_str(parts[random.usize(..parts.len())]);
        }
        compare::<Plain>(&mut templates, text.as_bytes());
        compare::<Nested>(&mut nested, text.replace('"', "\\\"").as_bytes());
    }
}

#[test]
fn more_templates_than_the_limit_only_cost_time() {
    let mut templates = TemplateCache::default();
    for nth in 0..3 * MOST {
        let text = format!("{{\"key {nth}\":\"x\",\"b\":[1,{{}}]}}");
        compare::<Plain>(&mut templates, text.as_bytes());
        assert!(!templates.is_full(2));
    }
}

/// Once, template numbers started again at zero within one object, and its members were confused with those of others.
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
