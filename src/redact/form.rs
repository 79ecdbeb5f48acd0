//! Finds values by their form, wherever they occur in a text.
//!
//! Values that only the member name identifies are found by `member_value`.

use memchr::{memchr, memchr_iter, memmem};

use super::kind::{RedactOptions, ValueKind};
use super::{address, arn, aws_owned, host, letter, secret, text_assignment};

/// A value in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub start: usize,
    pub end: usize,
    pub kind: ValueKind,
    /// The form alone identifies it. If false, it is replaced only if the same value is known from elsewhere.
    pub is_sure: bool,
}

/// Prefixes of unique ids: four for access keys, then those of principals ("IAM identifiers" in the IAM user guide).
const PREFIXES: [&[u8; 4]; 12] = [
    b"AKIA", b"ASIA", b"ABIA", b"ACCA", b"AIDA", b"AROA", b"AGPA", b"ANPA", b"AIPA", b"ANVA",
    b"ASCA", b"APKA",
];

/// Length of the shortest unique id, in bytes.
const LEAST_ID: usize = 16;

/// The kind of a whole value, if its form identifies it.
pub(super) fn kind_of(value: &[u8]) -> Option<ValueKind> {
    if aws_owned::is_account(value) {
        return (!aws_owned::is_aws_account(value)).then_some(ValueKind::Account);
    }
    if let Some(kind) = id_kind(value) {
        return Some(kind);
    }
    if value.contains(&b'@')
        && email(value, value.iter().position(|it| *it == b'@')?) == Some((0, value.len()))
    {
        return Some(ValueKind::Email);
    }
    if address::v4(value).is_some() {
        return Some(ValueKind::Ipv4);
    }
    address::v6(value).map(|_| ValueKind::Ipv6)
}

/// True if [`find`] reports this value in any text, so that it needs no search.
pub(super) fn finds_itself(value: &[u8]) -> bool {
    kind_of(value).is_some() || is_uuid(value)
}

/// True if a value is an id that is already masked: `AKIA****************`.
pub(super) fn is_masked(value: &[u8]) -> bool {
    PREFIXES.iter().any(|it| value.starts_with(*it))
        && !value[4..].iter().any(u8::is_ascii_alphanumeric)
}

fn id_kind(value: &[u8]) -> Option<ValueKind> {
    let place = PREFIXES.iter().position(|it| value.starts_with(*it))?;
    let is_id = value.len() >= LEAST_ID
        && value
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_id.then_some(if place < 4 {
        ValueKind::AccessKey
    } else {
        ValueKind::Principal
    })
}

/// True for a UUID: 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// What is known about a text before its form is examined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextContext {
    /// It is the content of a string, so digits in it are not a JSON number.
    pub is_string: bool,
    /// It is a version, and a version such as `1.2.3.4` looks like an address.
    pub is_version: bool,
}

/// Appends all values in `text` that their form identifies. Hits may overlap: the writer takes the longest.
pub(super) fn find(text: &[u8], place: TextContext, options: RedactOptions, hits: &mut Vec<Hit>) {
    if text.len() < 3 {
        return;
    }
    let seen = Seen::of(text);
    let mut hit = |start, end, kind, is_sure| {
        hits.push(Hit {
            start,
            end,
            kind,
            is_sure,
        });
    };
    if seen.digits >= 12 {
        accounts(text, place.is_string, &mut hit);
    }
    if seen.long_upper {
        ids(text, &mut hit);
    }
    if seen.dashes >= 4 {
        uuids(text, options, &mut hit);
    }
    if seen.dashes >= 4 {
        host::find_by_address(text, |range| {
            hit(range.start, range.end, ValueKind::Host, true)
        });
    }
    if seen.ats >= 1 && seen.colons >= 2 {
        secret::user_info(text, &mut hit);
    }
    if seen.dashes >= 1 && options.names {
        resource_ids(text, &mut hit);
    }
    for at in memchr_iter(b'@', text).take(seen.ats) {
        if let Some((start, end)) = email(text, at) {
            hit(start, end, ValueKind::Email, true);
        }
    }
    if seen.dots >= 3 || seen.colons >= 2 {
        address::find(text, |it| {
            let kind = if it.is_v6 {
                ValueKind::Ipv6
            } else {
                ValueKind::Ipv4
            };
            // An address that is only doubtful is replaced if it also occurs where it is certain.
            let is_doubtful = place.is_version || it.is_doubtful;
            hit(it.start, it.end, kind, !is_doubtful);
        });
    }
    if seen.dots >= 1 {
        host::find(text, |range| {
            let label = &text[range.clone()];
            // `123456789012.dkr.ecr.…`: the label is an account id, which `accounts` has found.
            let kind = kind_of(label).unwrap_or(ValueKind::Host);
            hit(range.start, range.end, kind, !aws_owned::is_account(label));
        });
    }
    if text.len() >= 24 {
        secret::find(text, &mut hit);
    }
    if seen.equals >= 1 || seen.colons >= 1 || seen.dashes >= 2 {
        text_assignment::find(text, &mut hit);
    }
    if seen.equals >= 1 && text.len() > CANONICAL {
        canonical(text, &mut hit);
    }
    if seen.colons >= 5 {
        arn::find(text, options, hits);
    }
}

/// Counts of the bytes that values need, so that most detectors can be skipped: most texts contain no value.
#[derive(Default)]
struct Seen {
    digits: usize,
    dashes: usize,
    dots: usize,
    colons: usize,
    equals: usize,
    ats: usize,
    long_upper: bool,
}

impl Seen {
    fn of(text: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let mut run = 0;
        for byte in text {
            run = match byte {
                b'0'..=b'9' => {
                    seen.digits += 1;
                    run + 1
                }
                b'A'..=b'Z' => run + 1,
                _ => 0,
            };
            seen.long_upper |= run >= LEAST_ID;
            match byte {
                b'-' => seen.dashes += 1,
                b'.' => seen.dots += 1,
                b':' => seen.colons += 1,
                b'=' => seen.equals += 1,
                b'@' => seen.ats += 1,
                _ => {}
            }
        }
        seen
    }
}

/// True if neither the byte before nor the byte after a range is an ASCII letter or digit.
pub(super) fn is_free(text: &[u8], start: usize, end: usize) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    !is_part(start.checked_sub(1).and_then(|at| text.get(at))) && !is_part(text.get(end))
}

/// Finds account ids: twelve digits, also between letters, because bucket names contain account ids
/// (`aws-cloudtrail-logs-123456789012-abcd`).
fn accounts(text: &[u8], is_string: bool, hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(u8::is_ascii_digit) {
        let start = at + start;
        let count = text[start..]
            .iter()
            .take_while(|it| it.is_ascii_digit())
            .count();
        at = start + count;
        if count != 12 || is_in_hash(text, start, at) {
            continue;
        }
        // AWS's own accounts, the last group of a UUID, and JSON numbers have twelve digits, too.
        let is_other = aws_owned::is_aws_account(&text[start..at])
            || start >= 24 && text.get(start - 24..at).is_some_and(is_uuid)
            || !is_string && is_number(text, start, at);
        hit(start, at, ValueKind::Account, !is_other);
    }
}

/// Fewest hexadecimal digits in a row that are treated as a hash: digits inside one are not an account id.
const LEAST_HASH: usize = 16;

/// Most hexadecimal digits that are followed to either side, so that long hexadecimal text is not read quadratically.
const MOST_HASH: usize = 128;

fn is_in_hash(text: &[u8], start: usize, end: usize) -> bool {
    let is_hex = |it: &&u8| it.is_ascii_hexdigit();
    let before = text[..start].iter().rev().take(MOST_HASH);
    let before = before.take_while(is_hex).count();
    let after = text[end..].iter().take(MOST_HASH);
    let after = after.take_while(is_hex).count();
    before + after + (end - start) >= LEAST_HASH
        && (before.max(after) == MOST_HASH || is_free(text, start - before, end + after))
}

/// Bytes before a number in which the word `account` may occur.
const NEAR: usize = 24;

/// True if digits outside of strings are part of a JSON number, and no name before them says that they are an account.
/// Byte counts and epoch times in milliseconds have twelve and more digits, too.
fn is_number(text: &[u8], start: usize, end: usize) -> bool {
    let near = text[start.saturating_sub(NEAR)..start].to_ascii_lowercase();
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\r' | b'\n' | b'-');
    // The digits may be the fraction of a number.
    let whole = match text[..start].strip_suffix(b".") {
        Some(front) => &front[..front.len() - digits_at_end(front)],
        None => &text[..start],
    };
    let before = whole.iter().rev().find(|it| !is_blank(it));
    let after = text[end..].iter().find(|it| !is_blank(it));
    memmem::find(&near, b"account").is_none()
        && before.is_none_or(|byte| b":,[\t".contains(byte))
        && after.is_none_or(|byte| b",]}.eE".contains(byte))
}

fn ids(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    let mut at = 0;
    while let Some(start) = memchr(b'A', &text[at..]) {
        let start = at + start;
        let run = text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        at = start + run.count().max(1);
        if is_free(text, start, at)
            && let Some(kind) = id_kind(&text[start..at])
        {
            hit(start, at, kind, true);
        }
    }
}

fn uuids(text: &[u8], options: RedactOptions, hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    let mut from = 0;
    for dash in memchr_iter(b'-', text) {
        let Some(start) = dash.checked_sub(8).filter(|start| *start >= from) else {
            continue;
        };
        let end = start + 36;
        if end <= text.len() && is_uuid(&text[start..end]) && is_free(text, start, end) {
            // A UUID alone may be any id; only the word before it shows that it is the id of a request.
            let before = text[start.saturating_sub(16)..start].to_ascii_lowercase();
            let is_request = memmem::find(&before, b"request").is_some();
            hit(start, end, ValueKind::Id, options.ids && is_request);
            from = end;
        }
    }
}

fn digits_at_end(text: &[u8]) -> usize {
    let digits = text.iter().rev().take_while(|it| it.is_ascii_digit());
    digits.count()
}

/// Length of a canonical user id, in hexadecimal digits.
const CANONICAL: usize = 64;

/// True if a whole value has the form of a canonical user id, which is also the form of a SHA-256 hash.
pub(super) fn is_canonical(value: &[u8]) -> bool {
    value.len() == CANONICAL && value.iter().all(u8::is_ascii_hexdigit)
}

/// Finds canonical user ids in grants, `id=79a59df9…`. Elsewhere the same form is a hash and stays.
fn canonical(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    for at in memmem::find_iter(text, b"id=") {
        let quote = usize::from(text.get(at + 3) == Some(&b'"'));
        let (start, end) = (at + 3 + quote, at + 3 + quote + CANONICAL);
        let matches_form = text.get(start..end).is_some_and(is_canonical);
        if matches_form && is_free(text, start, end) {
            hit(start, end, ValueKind::Principal, true);
        }
    }
}

/// Finds resource ids: `i-0123456789abcdef0`, `vpc-0a1b2c3d`.
fn resource_ids(text: &[u8], hit: &mut impl FnMut(usize, usize, ValueKind, bool)) {
    for dash in memchr_iter(b'-', text) {
        let letters = text[..dash].iter().rev();
        let letters = letters.take_while(|it| it.is_ascii_lowercase()).count();
        let is_hex = |it: &&u8| it.is_ascii_digit() || matches!(it, b'a'..=b'f');
        let hex: Vec<u8> = text[dash + 1..]
            .iter()
            .take_while(is_hex)
            .copied()
            .collect();
        let (start, end) = (dash - letters, dash + 1 + hex.len());
        // Dates have eight digits, too.
        let is_date = hex.iter().all(u8::is_ascii_digit) && letters > 3;
        let is_id = matches!(hex.len(), 8 | 17)
            && hex.iter().any(u8::is_ascii_digit)
            && (1..=16).contains(&letters)
            && !is_date;
        if is_id && is_free(text, start, end) && text.get(end) != Some(&b'-') {
            hit(start, end, ValueKind::Resource, true);
        }
    }
}

/// The range of the address around the `@` at `at`.
fn email(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut start = at;
    while let Some((from, c)) = letter::before(text, start)
        && (letter::is_letter(c) || matches!(c, '.' | '_' | '+' | '-' | '\''))
    {
        start = from;
    }
    while start < at && matches!(text[start], b'.' | b'-' | b'\'' | b'+') {
        start += 1;
    }
    let mut end = at + 1;
    while let Some((to, c)) = letter::after(text, end)
        && (letter::is_letter(c) || matches!(c, '.' | '-'))
    {
        end = to;
    }
    while end > at && matches!(text[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let domain = text.get(at + 1..end)?;
    let top = domain.rsplit(|byte| *byte == b'.').next()?;
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let matches_form = start < at
        && domain.contains(&b'.')
        && !domain.starts_with(b".")
        && top.len() >= 2
        && (top.iter().all(is_letter) || top.starts_with(b"xn--"));
    matches_form.then_some((start, end))
}

#[cfg(test)]
mod tests;
