//! Finds secrets after a name in text that is not JSON: `PASSWORD=…` of a shell, `--password …`, `password: …` of YAML,
//! `'password': '…'` of Python.
//!
//! Secrets in URLs and headers are found by `secret`.

use memchr::{memchr2_iter, memmem};

use super::kind::ValueKind;
use super::{aws_owned, member_kind};

/// Longest name, in bytes.
const LONGEST: usize = 64;

/// Shortest value, in bytes. A shorter text is more often a word than a secret.
const LEAST: usize = 4;

/// Finds secrets after their names.
pub(super) fn find(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    let mut found = |range: Option<(usize, usize)>, read: &mut usize| {
        if let Some((start, end)) = range {
            hit(start, end, ValueKind::Secret, true);
            *read = end;
        }
    };
    let mut read = 0;
    for sign in memchr2_iter(b'=', b':', text) {
        if sign >= read {
            found(after_sign(text, sign), &mut read);
        }
    }
    let mut read = 0;
    for dashes in memmem::find_iter(text, b"--") {
        if dashes >= read {
            found(after_flag(text, dashes + 2), &mut read);
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"')
}

/// Finds `name=value` and `name: value`.
fn after_sign(text: &[u8], sign: usize) -> Option<(usize, usize)> {
    let front = text[..sign].trim_ascii_end();
    let bare = match front.split_last() {
        Some((last, rest)) if is_quote(*last) => rest,
        _ => front,
    };
    let name = bare.iter().rev().take(LONGEST);
    let name = name.take_while(|byte| is_name(**byte)).count();
    let begin = bare.len() - name;
    if !member_kind::is_secret_name(&bare[begin..]) {
        return None;
    }
    let rest = &text[sign + 1..];
    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
    // In a sentence (`Invalid token: it has expired`) the text after the colon is not a secret.
    let is_said = text[sign] == b':' && bare.len() == front.len();
    if is_said && !begins_line(&bare[..begin]) {
        return None;
    }
    value(text, sign + 1 + blanks)
}

/// True if a text ends where a line, or an item of a list, begins.
fn begins_line(text: &[u8]) -> bool {
    let is_before = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'-');
    let last = text.iter().rev().find(|byte| !is_before(byte));
    last.is_none_or(|byte| *byte == b'\n')
}

/// Finds `--name value`.
fn after_flag(text: &[u8], begin: usize) -> Option<(usize, usize)> {
    let name = text[begin..].iter().take(LONGEST);
    let end = begin + name.take_while(|byte| is_name(**byte)).count();
    let is_flag = text.get(end) == Some(&b' ') && member_kind::is_secret_name(&text[begin..end]);
    is_flag.then(|| value(text, end + 1)).flatten()
}

/// The value that begins at `start`, up to the closing quote or to a byte that ends a word.
fn value(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let quote = text.get(start).filter(|byte| is_quote(**byte));
    let start = start + usize::from(quote.is_some());
    let rest = &text[start..];
    let length = rest.iter().position(|byte| match quote {
        Some(quote) => byte == quote || *byte == b'\n',
        None => byte.is_ascii_whitespace() || b"&;,|<>()[]{}\\\"'`".contains(byte),
    });
    let value = &rest[..length.unwrap_or(rest.len())];
    // A variable or a template (`$TOKEN`, `{{token}}`) is not the secret itself.
    let is_made = value.first().is_some_and(|byte| b"$!{<-%".contains(byte));
    let matches_form = value.len() >= LEAST
        && !is_made
        && !aws_owned::is_kept(value)
        && !value.starts_with(b"arn:");
    matches_form.then_some((start, start + value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), &mut |start, end, _, _| {
            found.push(&text[start..end])
        });
        found
    }

    #[test]
    fn secrets_are_recognised_by_the_name_before_them() {
        for (text, expected) in [
            ("export DB_PASSWORD=hunter22; run", vec!["hunter22"]),
            ("AWS_SECRET_ACCESS_KEY=wJal/K7+x==", vec!["wJal/K7+x=="]),
            ("https://x/y?a=b&api_key=abcd1234&c=d", vec!["abcd1234"]),
            (
                "run --password hunter22 --token 'a b c d'",
                vec!["hunter22", "a b c d"],
            ),
            (
                "A:\n  - Password: hunter22\n    Port: 5432",
                vec!["hunter22"],
            ),
            ("{'password': 'hunter 22', 'user': 'x'}", vec!["hunter 22"]),
            ("db.password = \"hunter22\"", vec!["hunter22"]),
            ("Invalid token: it has expired", vec![]),
            ("PASSWORD=$(get) TOKEN=${T} secret=! password=x", vec![]),
            ("Password: !Ref P\nMasterPassword: '{{resolve:x}}'", vec![]),
            (
                "docker login --username AWS --password-stdin x.example",
                vec![],
            ),
            ("clientToken=abcdefgh SecretId=prod/db key=value", vec![]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
