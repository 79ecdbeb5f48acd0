//! Re-spacing against serde_json on random texts, and what no parser would take.

use super::*;
use crate::text::chance::Chance;
use serde_json::Value;

fn compacted(src: &[u8]) -> String {
    let mut out = Vec::new();
    compact(src, &mut out);
    String::from_utf8(out).unwrap()
}

fn indented(src: &[u8], width: usize, style: Option<&Style>) -> String {
    let mut out = Vec::new();
    indent(src, &mut out, width, style);
    String::from_utf8(out).unwrap()
}

/// The tokens of a valid text, so that order, spelling and duplicate keys can be compared.
fn tokens(src: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut chars = src.chars().peekable();
    while let Some(c) = chars.next() {
        let mut token = c.to_string();
        match c {
            ' ' | '\n' | '\r' | '\t' => continue,
            '{' | '}' | '[' | ']' | ',' | ':' => {}
            '"' => {
                while let Some(c) = chars.next() {
                    token.push(c);
                    match c {
                        '\\' => token.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            _ => {
                while let Some(c) = chars.next_if(|c| !"{}[],: \n\r\t".contains(*c)) {
                    token.push(c);
                }
            }
        }
        tokens.push(token);
    }
    tokens
}

#[test]
fn spacing_changes_no_token_and_no_value() {
    let mut chance = Chance::new(17);
    for _ in 0..6_000 {
        let src = chance.json(5);
        let value: Value = serde_json::from_str(&src).unwrap();
        let before = tokens(&src);
        let compact = compacted(src.as_bytes());
        assert_eq!(compact, before.concat(), "{src}");
        for width in [0, 1, 2, 7] {
            let indented = indented(src.as_bytes(), width, None);
            assert_eq!(tokens(&indented), before, "{src}");
            assert_eq!(serde_json::from_str::<Value>(&indented).unwrap(), value);
            assert_eq!(compacted(indented.as_bytes()), compact);
        }
        let twice = indented(indented(src.as_bytes(), 2, None).as_bytes(), 2, None);
        assert_eq!(twice, indented(src.as_bytes(), 2, None));
        let painted = indented(src.as_bytes(), 2, Some(&Style::jq()));
        assert_eq!(unpainted(&painted), indented(src.as_bytes(), 2, None));
    }
}

/// Without the escape sequences of colours.
fn unpainted(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.push_str(part.split_once('m').unwrap().1);
    }
    out
}

#[test]
fn is_laid_out_as_serde_json_and_jq_do() {
    let mut chance = Chance::new(23);
    for _ in 0..5_000 {
        // serde_json's map sorts its keys, so it lays out a text whose keys are sorted already.
        let value: Value = serde_json::from_str(&chance.json(5)).unwrap();
        let src = serde_json::to_string(&value).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(indented(src.as_bytes(), 2, None), pretty);
        assert_eq!(compacted(pretty.as_bytes()), src);
    }
    // The output of jq 1.6.
    assert_eq!(
        indented(br#"{"a":{},"b":[ ],"c":[[1,{"x":null}]]}"#, 2, None),
        r#"{
  "a": {},
  "b": [],
  "c": [
    [
      1,
      {
        "x": null
      }
    ]
  ]
}"#
    );
}

#[test]
fn invalid_text_is_replaced_as_in_jq_and_other_text_is_copied() {
    let src = b"[\"\\uD800\",\"\\udc00x\",\"\\ud83d\\ude00\",\"\\ud83d\\ud83d\\ude00\",\"\\\\ud800\",\"\\/\\u00FC\xc3\",\"\xff\"]";
    let repaired =
        r#"["\ufffd","\ufffdx","\ud83d\ude00","\ufffd\ud83d\ude00","\\ud800","\/\u00FC�","�"]"#;
    assert_eq!(compacted(src), repaired);
    assert_eq!(tokens(&indented(src, 2, None)), tokens(repaired));
    assert_eq!(
        tokens(&indented(src, 2, Some(&Style::plain()))),
        tokens(repaired)
    );
    assert!(serde_json::from_str::<Value>(repaired).is_ok());
}

#[test]
fn a_million_levels_cost_neither_stack_nor_square() {
    const LEVELS: usize = 1_000_000;
    let src = [b"[".repeat(LEVELS), b"]".repeat(LEVELS)].concat();
    assert_eq!(compacted(&src).as_bytes(), src);
    let deep = indented(&src, 2, None);
    assert!(deep.len() < src.len() + 200_000, "{}", deep.len());
    assert_eq!(compacted(deep.as_bytes()).as_bytes(), src);

    let src = [
        br#"{"a": "#.repeat(LEVELS),
        b"1".to_vec(),
        b"}".repeat(LEVELS),
    ]
    .concat();
    assert_eq!(compacted(&src).len(), src.len() - LEVELS);
    indented(&src, usize::MAX, Some(&Style::jq()));
}

#[test]
fn the_deepest_indented_level_closes_where_it_should() {
    let src = |levels: usize| [b"[".repeat(levels), b"1,2".to_vec(), b"]".repeat(levels)].concat();
    let last = indented(&src(MAX_INDENTED_LEVELS), 1, None);
    assert_eq!(last.lines().count(), 2 * MAX_INDENTED_LEVELS + 2);
    let deeper = indented(&src(MAX_INDENTED_LEVELS + 2), 1, None);
    assert_eq!(deeper.lines().count(), 2 * MAX_INDENTED_LEVELS + 1);
    assert!(deeper.contains(" [[1,2]]\n"));
}

#[test]
fn colours_surround_tokens_as_in_jq() {
    assert_eq!(
        indented(br#"{"k":"v","n":[null,true,1.0]}"#, 0, Some(&Style::jq())),
        "\u{1b}[1m{\u{1b}[0m\u{1b}[1m\u{1b}[34m\"k\"\u{1b}[0m\u{1b}[1m:\u{1b}[0m\u{1b}[32m\"v\"\u{1b}[0m\
         \u{1b}[1m,\u{1b}[0m\u{1b}[1m\u{1b}[34m\"n\"\u{1b}[0m\u{1b}[1m:\u{1b}[0m\u{1b}[1m[\u{1b}[0m\
         \u{1b}[90mnull\u{1b}[0m\u{1b}[1m,\u{1b}[0mtrue\u{1b}[1m,\u{1b}[0m1.0\u{1b}[1m]\u{1b}[0m\u{1b}[1m}\u{1b}[0m"
    );
}

#[test]
fn on_a_terminal_hazards_are_escaped_and_the_value_is_the_same() {
    let src = "{\"a\u{7f}\u{9b}31m\":\"\u{202e}\u{2066}\u{feff}\u{61c}\u{2028}ü😀\\u202e\"}";
    let safe = indented(src.as_bytes(), 0, Some(&Style::plain()));
    assert_eq!(
        safe,
        r#"{"a\u007f\u009b31m":"\u202e\u2066\ufeff\u061c\u2028ü😀\u202e"}"#
    );
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(value(&safe), value(src));
    assert_eq!(compacted(src.as_bytes()), src);
    // Raw controls are no JSON, and all the more to be shown.
    assert_eq!(
        indented(b"[\"\x1b[2J\x07\",\x1b]", 0, Some(&Style::plain())),
        r#"["\u001b[2J\u0007",\u001b]"#
    );
}

#[test]
fn invalid_json_stays_invalid_and_does_not_panic() {
    assert_eq!(compacted(b"[1 2]"), "[1 2]");
    assert_eq!(compacted(b"[tr ue]"), "[tr ue]");
    const PARTS: &[&[u8]] = &[
        b"{", b"}", b"[", b"]", b",", b":", b"\"", b"\\", b"\\u", b"\\ud800", b" ", b"\n", b"1",
        b"nul", b"\xff", b"\xc3", b"\xbc", b"\"a\"", b"\x1b",
    ];
    let mut chance = Chance::new(31);
    let valid = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    let mut became = 0;
    for _ in 0..60_000 {
        let src = chance.bytes(PARTS, 12);
        for out in [compacted(&src), indented(&src, 2, None)] {
            if valid(&out) {
                became += 1;
                // Repairs are meant to make lone surrogates valid; nothing else may become so.
                let before = String::from_utf8_lossy(&src).replace("\\ud800", "\\ufffd");
                assert!(valid(&before), "{before} {out}");
            }
        }
        indented(&src, 3, Some(&Style::jq()));
    }
    assert!(became > 500, "{became}");
}

#[test]
fn strings_are_written_as_serde_json_writes_them() {
    let all: Vec<String> = ('\0'..='\u{300}')
        .chain(['\u{2028}', '\u{fffd}', '😀'])
        .map(|c| format!("a{c}{c}\"b"))
        .collect();
    for text in all
        .iter()
        .map(String::as_str)
        .chain(["", "\\", "\"", "plain"])
    {
        let mut out = Vec::new();
        write_string(&mut out, text);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            serde_json::to_string(text).unwrap()
        );
    }
}

#[test]
fn squeezing_is_laying_out_on_one_line() {
    let mut chance = Chance::new(23);
    let parts = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        "  \t",
        "\"a b\"",
        "\"\\\" \"",
        "1",
        "1e9",
        "null",
        "\"",
        "\\",
        "é",
    ];
    for _ in 0..20_000 {
        let src = chance.text(&parts, 12);
        let mut laid_out = Vec::new();
        Layout {
            out: &mut laid_out,
            width: 0,
            style: None,
            has_surrogates: false,
        }
        .value(src.as_bytes());
        assert_eq!(compacted(src.as_bytes()).as_bytes(), laid_out, "{src:?}");
    }
}
