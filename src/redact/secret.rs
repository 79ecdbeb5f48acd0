//! Secrets that what stands before them tells, in URLs, headers and messages; JSON Web Tokens; PEM blocks.
//!
//! Not for: secrets that the name of a member tells (`member_kind`).

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::{memchr, memchr_iter, memmem};

use super::aws_owned;
use super::form::{is_free, kind_of};
use super::kind::ValueKind;

/// What precedes an authorization message; the value of a secret in a URL, a header or a command; or begins a token of
/// a code forge or a chat, or a key of SSH.
const BEFORE: [(&str, ValueKind); 17] = [
    ("uthorization failure message: ", ValueKind::Message),
    ("uthorization message: ", ValueKind::Message),
    ("ignature=", ValueKind::Secret),
    ("ecurity-Token=", ValueKind::Secret),
    ("Bearer ", ValueKind::Secret),
    ("ecret_access_key ", ValueKind::Secret),
    ("ghp_", ValueKind::Secret),
    ("gho_", ValueKind::Secret),
    ("ghu_", ValueKind::Secret),
    ("ghs_", ValueKind::Secret),
    ("ghr_", ValueKind::Secret),
    ("github_pat_", ValueKind::Secret),
    ("glpat-", ValueKind::Secret),
    ("xoxb-", ValueKind::Secret),
    ("xoxp-", ValueKind::Secret),
    ("sk_live_", ValueKind::Secret),
    ("AAAAB3NzaC1", ValueKind::Secret),
];

/// All of them are looked for at once.
static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = BEFORE.iter().map(|(before, _)| before);
    // A few short words always make one.
    AhoCorasick::new(words).unwrap_or_else(|_| unreachable!())
});

/// The shortest secret.
const LEAST: usize = 12;

fn is_blob(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'%')
}

/// Secrets and messages of a text.
pub(super) fn find(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    let blob = |start: usize| text[start..].iter().take_while(|it| is_blob(**it)).count();
    let mut read = 0;
    for found in SEARCH.find_iter(text) {
        let start = found.end();
        if start < read {
            continue;
        }
        let count = blob(start);
        read = start + count;
        if count >= LEAST {
            let (_, kind) = BEFORE[found.pattern().as_usize()];
            hit(start, read, kind, true);
        }
    }
    // A JSON Web JsonToken: two documents and a signature.
    let mut read = 0;
    for start in memmem::find_iter(text, b"eyJ") {
        if start < read || !is_free(text, start, start) {
            continue;
        }
        let count = blob(start);
        read = start + count;
        let dots = memchr_iter(b'.', &text[start..read]).count();
        if dots == 2 && count > 40 {
            hit(start, read, ValueKind::Secret, true);
        }
    }
    pem(text, hit);
}

/// What stands between the lines of PEM blocks.
fn pem(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    let mut at = 0;
    while let Some(begin) = memmem::find(&text[at..], b"-----BEGIN ") {
        let head = at + begin + 11;
        let Some(dashes) = memmem::find(&text[head..], b"-----") else {
            return;
        };
        let start = head + dashes + 5;
        let length = memmem::find(&text[start..], b"-----END").unwrap_or(text.len() - start);
        at = start + length;
        if length > 0 {
            hit(start, at, ValueKind::Pem, true);
        }
    }
}

/// `https://user:password@host`
pub(super) fn user_info(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    for at in memmem::find_iter(text, b"://") {
        let start = at + 3;
        let rest = &text[start..text.len().min(start + 512)];
        let end = rest.iter().position(|byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'@' | b'/' | b'"' | b'\\' | b'?' | b'#')
        });
        let Some(end) = end.filter(|end| rest[*end] == b'@') else {
            continue;
        };
        let Some(colon) = memchr(b':', &rest[..end]) else {
            continue;
        };
        let is_there = |part: &[u8]| !part.is_empty() && !aws_owned::stays(part);
        if is_there(&rest[..colon]) {
            let kind = kind_of(&rest[..colon]).unwrap_or(ValueKind::Name);
            hit(start, start + colon, kind, true);
        }
        if is_there(&rest[colon + 1..end]) {
            hit(start + colon + 1, start + end, ValueKind::Secret, true);
        }
    }
}
