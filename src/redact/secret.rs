//! Finds secrets by the text before them in URLs, headers and messages; JSON Web Tokens; and PEM blocks.
//!
//! Secrets that a member name identifies are found by `member_kind`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::{memchr, memchr_iter, memmem};

use super::aws_owned;
use super::form::{is_free, kind_of};
use super::kind::ValueKind;

/// Text before an encoded authorization message, before a secret in a URL, a header or a command; and prefixes of tokens
/// of code hosting and chat services, and of SSH keys. The first letter is left out if its case varies.
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

/// One automaton for all of them.
static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = BEFORE.iter().map(|(before, _)| before);
    // Building fails only for far more patterns.
    AhoCorasick::new(words).unwrap_or_else(|_| unreachable!())
});

/// Length of the shortest secret, in bytes. Shorter text after `ignature=` or `Bearer ` is a word of a sentence.
const LEAST: usize = 12;

fn is_blob(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'%')
}

/// Finds secrets and encoded messages.
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
    // A JSON Web Token consists of two JSON documents and a signature in Base64, so it begins with `{"`, which is `eyJ`.
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

/// Finds the text between the first and the last line of each PEM block. The lines themselves stay, because they name
/// the type of the block.
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

/// Finds the user name and the password in `https://user:password@host`.
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
        let is_value = |part: &[u8]| !part.is_empty() && !aws_owned::is_kept(part);
        if is_value(&rest[..colon]) {
            let kind = kind_of(&rest[..colon]).unwrap_or(ValueKind::Name);
            hit(start, start + colon, kind, true);
        }
        if is_value(&rest[colon + 1..end]) {
            hit(start + colon + 1, start + end, ValueKind::Secret, true);
        }
    }
}
