//! Decoding against serde_json and against a slow twin, on hostile bytes too.

use super::*;
use crate::text::chance::Chance;

const FORMS: [Escaping; 3] = [Escaping::Raw, Escaping::Once, Escaping::Twice];

/// Fragments of JSON string content, valid and broken, of one level and of two.
const PARTS: &[&[u8]] = &[
    b"a",
    b"Z",
    b"AKIA",
    b" ",
    b"\"",
    b"\\",
    b"\\\\",
    b"\\\\\\",
    b"\\\"",
    b"\\\\\\\"",
    b"\\/",
    b"\\n",
    b"\\\\n",
    b"\\t",
    b"\\r",
    b"\\b",
    b"\\f",
    b"\\x",
    b"\\u",
    b"\\u1",
    b"\\u00fc",
    b"\\\\u00fc",
    b"\\u005c",
    b"\\u0022",
    b"\\u005cu0041",
    b"\\u005c\\u005c",
    b"u0041",
    b"d83d",
    b"\\ud83d",
    b"\\ude00",
    b"\\uD83D\\uDE00",
    b"\\\\ud83d\\\\ude00",
    b"\\\\ud83d\\ude00",
    b"\\ud83d\\\\ude00",
    b"\\u+123",
    b"\\u00FC",
    b"\0",
    b"\n",
    b"\x7f",
    b"\xc3",
    b"\xbc",
    b"\xc3\xbc",
    b"\xf0\x9f\x98\x80",
    b"\xf0\x9f",
    b"\xed\xa0\x80",
    b"\xff",
];

/// One level, on the whole of a `Vec<char>`.
fn naive_once(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let unit = |at: usize| -> Option<u16> {
        if chars.get(at) != Some(&'\\') || chars.get(at + 1) != Some(&'u') {
            return None;
        }
        let digits: String = chars.get(at + 2..at + 6)?.iter().collect();
        let is_hex = digits.chars().all(|c| c.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(&digits, 16).unwrap())
    };
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let mut units = Vec::new();
        while let Some(next) = unit(at) {
            units.push(next);
            at += 6;
        }
        if !units.is_empty() {
            out.push_str(&String::from_utf16_lossy(&units));
            continue;
        }
        let simple = match (chars[at], chars.get(at + 1)) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some('t')) => Some('\t'),
            ('\\', Some('r')) => Some('\r'),
            ('\\', Some('b')) => Some('\u{8}'),
            ('\\', Some('f')) => Some('\u{c}'),
            ('\\', Some(c @ ('"' | '\\' | '/'))) => Some(*c),
            _ => None,
        };
        out.push(simple.unwrap_or(chars[at]));
        at += if simple.is_some() { 2 } else { 1 };
    }
    out
}

fn naive(text: &Text<'_>) -> String {
    let raw = String::from_utf8_lossy(text.bytes());
    match text.form() {
        Escaping::Raw => raw.into_owned(),
        Escaping::Once => naive_once(&raw),
        Escaping::Twice => naive_once(&naive_once(&raw)),
    }
}

fn serde_once(content: &[u8]) -> Option<String> {
    serde_json::from_slice(&[b"\"", content, b"\""].concat()).ok()
}

#[test]
fn decoding_agrees_with_the_twin_and_with_serde_json() {
    let mut chance = Chance::new(42);
    let mut accepted = [0; 2];
    for _ in 0..40_000 {
        let bytes = chance.bytes(PARTS, 7);
        for form in FORMS {
            let text = Text::new(&bytes, form);
            assert_eq!(text.to_str(), naive(&text), "{bytes:?} {form:?}");
        }
        if let Some(once) = serde_once(&bytes) {
            accepted[0] += 1;
            assert_eq!(Text::once(&bytes).to_str(), once);
            if let Some(twice) = serde_once(once.as_bytes()) {
                accepted[1] += 1;
                assert_eq!(Text::twice(&bytes).to_str(), twice);
            }
        }
    }
    assert!(accepted[0] > 2_000 && accepted[1] > 2_000, "{accepted:?}");
}

#[test]
fn text_that_serde_json_escaped_is_decoded_on_both_levels() {
    let mut chance = Chance::new(8);
    for _ in 0..20_000 {
        let plain: String = (0..chance.below(12))
            .filter_map(|_| match chance.below(3) {
                0 => char::from_u32(chance.below(0x80) as u32),
                1 => char::from_u32(chance.below(0x11_0000) as u32),
                _ => Some(['"', '\\', '/', '\n', 'u'][chance.below(5)]),
            })
            .collect();
        let content = |text: &str| {
            let quoted = serde_json::to_string(text).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        };
        let once = content(&plain);
        let twice = content(&once);
        assert_eq!(Text::once(once.as_bytes()).to_str(), plain);
        assert_eq!(Text::twice(twice.as_bytes()).to_str(), plain);
        assert!(Text::twice(twice.as_bytes()).eq_str(&plain));

        let escaped_all = |text: &str| -> String {
            text.encode_utf16()
                .map(|unit| format!("\\u{unit:04X}"))
                .collect()
        };
        let once = escaped_all(&plain);
        let twice = escaped_all(&once);
        assert_eq!(Text::once(once.as_bytes()).to_str(), plain);
        assert_eq!(Text::twice(twice.as_bytes()).to_str(), plain);
    }
}

#[test]
fn every_way_of_looking_sees_the_same_text() {
    let mut chance = Chance::new(1);
    for _ in 0..20_000 {
        let bytes = chance.bytes(PARTS, 6);
        let other = String::from_utf8_lossy(&chance.bytes(PARTS, 3)).into_owned();
        for form in FORMS {
            let text = Text::new(&bytes, form);
            let seen = text.to_str().into_owned();
            let mut out = b"before ".to_vec();
            text.decode_into(&mut out);
            assert_eq!(out, format!("before {seen}").as_bytes());
            if let Some(plain) = text.plain() {
                assert_eq!(plain, seen);
                assert!(matches!(text.to_str(), Cow::Borrowed(_)));
            } else {
                assert!(
                    std::str::from_utf8(&bytes).is_err()
                        || (bytes.contains(&b'\\') && form != Escaping::Raw)
                );
            }
            assert_eq!(text.is_empty(), seen.is_empty());

            assert!(text.eq_str(&seen));
            assert!(!text.eq_str(&format!("{seen}x")));
            assert!(text.eq_ignore_ascii_case(&seen.to_ascii_lowercase()));
            assert_eq!(text.eq_str(&other), seen == other);
            assert_eq!(
                text.eq_ignore_ascii_case(&other),
                seen.eq_ignore_ascii_case(&other)
            );
            assert_eq!(
                text.starts_with(&other),
                seen.starts_with(&other),
                "{seen:?} {other:?}"
            );
            assert!(!text.starts_with(&format!("{seen}x")));
            for (at, _) in seen.char_indices() {
                assert!(text.starts_with(&seen[..at]));
                assert!(!text.eq_str(&seen[..at]));
            }
        }
    }
}

#[test]
fn bytes_of_any_kind_do_not_panic() {
    let mut chance = Chance::new(99);
    for _ in 0..50_000 {
        let bytes: Vec<u8> = (0..chance.below(24))
            .map(|_| match chance.below(3) {
                0 => b'\\',
                1 => b"u0dD8cC9fF\"n"[chance.below(12)],
                _ => chance.next() as u8,
            })
            .collect();
        for form in FORMS {
            let text = Text::new(&bytes, form);
            assert_eq!(text.to_str(), naive(&text), "{bytes:?} {form:?}");
        }
    }
}

#[test]
fn the_two_levels_are_decoded_each_on_its_own() {
    for (twice, plain) in [
        (&br#"\\\""#[..], "\""),
        (br"\\u00fc", "ü"),
        (br"\u00fc", "ü"),
        (br"\\\\", "\\"),
        (br"\u005c\u0022", "\""),
        (br"\u005cn", "\n"),
        (br"\u005cu0041", "A"),
        (br"\n", "\n"),
        (br"\\n", "\n"),
        (br"\\\\n", "\\n"),
        (br"\\ud83d\\ude00", "😀"),
        (br"\ud83d\ude00", "😀"),
        // One half from each level: two halves.
        (br"\\ud83d\ude00", "\u{fffd}\u{fffd}"),
        (br"\ud83d\\ude00", "\u{fffd}\u{fffd}"),
        (br"a\\", "a\\"),
        (br"a\", "a\\"),
    ] {
        assert_eq!(
            Text::twice(twice).to_str(),
            plain,
            "{:?}",
            twice.escape_ascii().to_string()
        );
    }
}

#[test]
fn a_backslash_in_plain_text_is_a_backslash() {
    assert_eq!(Text::raw(br"C:\new\u0041").plain(), Some(r"C:\new\u0041"));
}

#[test]
fn a_long_run_of_escapes_is_decoded_in_linear_time() {
    let bytes = br"\\\\".repeat(1 << 18);
    assert_eq!(Text::twice(&bytes).to_str().len(), 1 << 18);
    let bytes = b"\\ud83d".repeat(1 << 18);
    assert_eq!(Text::once(&bytes).to_str().chars().count(), 1 << 18);
}
