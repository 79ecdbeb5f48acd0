//! Derives pseudonyms with HMAC-SHA-256 (RFC 2104, FIPS 180-4): the same value always gets the same pseudonym, and nobody
//! without the key can find out which value it was, not even by trying all account ids.
//!
//! A pseudonym has the form of its value, so that other programs still read the dump. A letter becomes a letter of the
//! same case and a digit a digit; all other characters and their escapes stay. Addresses, e-mail addresses and host names
//! outside of AWS are replaced by names that RFCs reserve for documentation, so that they reach nobody.

use core::net::{Ipv4Addr, Ipv6Addr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::kind::ValueKind;
use super::{address, aws_owned, form};

/// The key of all pseudonyms.
#[derive(Clone)]
pub struct PseudonymKey(Hmac<Sha256>);

impl PseudonymKey {
    /// Uses these bytes as the key. They should be random; 32 are enough.
    pub fn new(bytes: &[u8]) -> PseudonymKey {
        // HMAC accepts a key of any length.
        PseudonymKey(Hmac::new_from_slice(bytes).unwrap_or_else(|_| unreachable!()))
    }

    fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PseudonymKey")
    }
}

/// An endless sequence of bytes, derived from a key, a purpose, a value and an attempt.
struct Stream<'k> {
    key: &'k PseudonymKey,
    /// Code of all inputs, computed once because the value may be long.
    seed: [u8; 32],
    count: u32,
    block: [u8; 32],
    used: usize,
}

impl<'k> Stream<'k> {
    fn new(key: &'k PseudonymKey, purpose: &str, value: &[u8], attempt: u32) -> Stream<'k> {
        let length = (value.len() as u64).to_be_bytes();
        let attempt = attempt.to_be_bytes();
        // Lengths and a zero byte separate the parts, so that two different inputs never give the same bytes to hash.
        let seed = key.code(&[purpose.as_bytes(), &[0], &length, value, &attempt]);
        Stream {
            key,
            seed,
            count: 0,
            block: [0; 32],
            used: 32,
        }
    }

    fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            self.block = self.key.code(&[&self.seed, &self.count.to_be_bytes()]);
            self.count += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// A number less than `end`.
    fn below(&mut self, end: u32) -> u32 {
        let number = (0..4).fold(0, |number, _| number << 8 | u32::from(self.byte()));
        // The bias is less than one in a million.
        number % end
    }

    fn of(&mut self, letters: &[u8]) -> u8 {
        letters[self.below(letters.len() as u32) as usize]
    }
}

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
/// Characters of access keys and principal ids after their first four letters.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Prefixes that programs, not people, give to sessions and roles.
const PREFIXES: [&[u8]; 6] = [
    b"AWSReservedSSO_",
    b"AWSControlTower",
    b"AWSCLI-Session-",
    b"botocore-session-",
    b"aws-sdk-java-",
    b"aws-go-sdk-",
];

/// Length of the shortest pseudonym of a name, in bytes.
const LEAST: usize = 4;

/// The pseudonym of a value at an attempt, which counts from 0.
pub(super) fn make(key: &PseudonymKey, kind: ValueKind, value: &[u8], attempt: u32) -> Vec<u8> {
    match kind {
        ValueKind::Account => {
            let mut stream = Stream::new(key, "account", value, attempt);
            // Not a zero: the account id may be a JSON number.
            let first = stream.of(&DIGITS[1..]);
            let rest = (0..11).map(|_| stream.of(DIGITS));
            [first].into_iter().chain(rest).collect()
        }
        ValueKind::AccessKey | ValueKind::Principal if form::kind_of(value) == Some(kind) => {
            let mut stream = Stream::new(key, "id", value, attempt);
            // The prefix names only the type of the id, and programs depend on it.
            let mut id = value[..4].to_vec();
            id.extend((4..value.len()).map(|_| stream.of(BASE32)));
            id
        }
        ValueKind::Ipv4 => v4(key, value, attempt).to_string().into_bytes(),
        ValueKind::Ipv6 => v6(key, value, attempt).to_string().into_bytes(),
        ValueKind::Email => email(key, value, attempt),
        ValueKind::Host if value.contains(&b'.') => host(key, value, attempt),
        _ => text(key, value, attempt),
    }
}

/// The common form of two spellings of one value: an IPv6 address has several.
pub(super) fn canonical(kind: ValueKind, value: &[u8]) -> Vec<u8> {
    match address::v6(value) {
        Some(address) if kind == ValueKind::Ipv6 => address.octets().to_vec(),
        _ => value.to_vec(),
    }
}

/// An address of 198.18.0.0/15, reserved for benchmarks (RFC 2544); from the second attempt on of 240.0.0.0/4, reserved
/// for future use (RFC 1112), because the first block has only 131,072 addresses.
fn v4(key: &PseudonymKey, value: &[u8], attempt: u32) -> Ipv4Addr {
    let mut stream = Stream::new(key, "ipv4", value, attempt);
    let bits = match attempt {
        0 => 198 << 24 | 18 << 16 | stream.below(1 << 17),
        // Excludes the last /8 block, which contains the broadcast address.
        _ => 240 << 24 | stream.below(15 << 24),
    };
    Ipv4Addr::from(bits)
}

/// An address of 2001:db8::/32, reserved for documentation (RFC 3849).
fn v6(key: &PseudonymKey, value: &[u8], attempt: u32) -> Ipv6Addr {
    let mut stream = Stream::new(key, "ipv6", &canonical(ValueKind::Ipv6, value), attempt);
    let mut octets = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    octets[4..].fill_with(|| stream.byte());
    Ipv6Addr::from(octets)
}

/// An e-mail address below `.example`, reserved for documentation (RFC 2606). Addresses of one domain keep a common domain.
fn email(key: &PseudonymKey, value: &[u8], attempt: u32) -> Vec<u8> {
    let at = value.iter().position(|byte| *byte == b'@');
    let (local, domain) = value.split_at(at.unwrap_or(0));
    let mut made = text(key, local, attempt);
    let domain = domain
        .strip_prefix(b"@")
        .unwrap_or(domain)
        .to_ascii_lowercase();
    let mut stream = Stream::new(key, "domain", &domain, 0);
    made.push(b'@');
    made.extend((0..8).map(|_| stream.of(LOWER)));
    made.extend_from_slice(b".example");
    made
}

/// Replaces each label on its own, and the last one by `example`. Hosts of one domain keep a common domain.
fn host(key: &PseudonymKey, value: &[u8], attempt: u32) -> Vec<u8> {
    let labels: Vec<&[u8]> = value.split(|byte| *byte == b'.').collect();
    let mut made = Vec::new();
    for (index, label) in labels[..labels.len() - 1].iter().enumerate() {
        // Another attempt changes the first label only.
        let attempt = if index == 0 { attempt } else { 0 };
        made.extend(text(key, label, attempt));
        made.push(b'.');
    }
    made.extend_from_slice(b"example");
    made
}

/// Replaces letters by letters and digits by digits.
fn text(key: &PseudonymKey, value: &[u8], attempt: u32) -> Vec<u8> {
    let mut stream = Stream::new(key, "text", value, attempt);
    let kept = kept(value);
    let is_hex = Hex::of(value);
    // The value may be a JSON number, which must not begin with a zero.
    let is_number = value.iter().all(u8::is_ascii_digit);
    let mut made = value[..kept].to_vec();
    for (start, c) in chars(value).filter(|(start, _)| *start >= kept) {
        made.push(match c {
            Class::Lower => stream.of(if is_hex.at(start) { &LOWER[..6] } else { LOWER }),
            Class::Upper => stream.of(if is_hex.at(start) { &UPPER[..6] } else { UPPER }),
            Class::Digit if is_number && start == 0 => stream.of(&DIGITS[1..]),
            Class::Digit => stream.of(DIGITS),
            Class::Foreign => stream.of(LOWER),
            Class::Other(byte) => byte,
        });
    }
    // A short value has few pseudonyms of its length, so later attempts are longer.
    let more = LEAST.saturating_sub(made.len()) + attempt as usize / 4;
    let letters = if is_number { DIGITS } else { LOWER };
    made.extend((0..more).map(|_| stream.of(letters)));
    made
}

/// The class of a character, which is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    /// Not ASCII.
    Foreign,
    /// Any other ASCII character: it stays.
    Other(u8),
}

/// The characters of a value and their offsets. Each byte that is not UTF-8 counts as a character.
fn chars(value: &[u8]) -> impl Iterator<Item = (usize, Class)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let byte = *value.get(at)?;
        at += length(&value[at..]);
        let class = match byte {
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            0x80.. => Class::Foreign,
            byte => Class::Other(byte),
        };
        Some((start, class))
    })
}

/// Length of the character at the start, in bytes.
pub(super) fn length(bytes: &[u8]) -> usize {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 1,
    };
    match bytes.get(..length).map(std::str::from_utf8) {
        Some(Ok(_)) => length,
        _ => 1,
    }
}

/// Length of the prefix that says only which kind of id a value is. It is also in the pseudonym.
pub(super) fn kept(value: &[u8]) -> usize {
    if let Some(prefix) = PREFIXES.iter().find(|prefix| value.starts_with(prefix)) {
        return prefix.len();
    }
    // The prefix of a resource id: `i-0123456789abcdef0`.
    let letters = value
        .iter()
        .take_while(|it| it.is_ascii_lowercase())
        .count();
    let rest = &value[letters..];
    // A host name made from an address: `ip-10-0-0-1`.
    let is_address = |it: &u8| it.is_ascii_digit() || *it == b'-';
    if matches!(&value[..letters], b"ip" | b"ec") && rest.iter().all(is_address) {
        return letters + rest.iter().take_while(|it| **it == b'-').count();
    }
    let is_hex = |it: &u8| it.is_ascii_digit() || matches!(it, b'a'..=b'f');
    match rest.split_first() {
        Some((b'-', hex)) if matches!(hex.len(), 8 | 17) && hex.iter().all(is_hex) => letters + 1,
        _ => 0,
    }
}

/// The characters of a value that are hexadecimal and must stay so, because programs parse them.
struct Hex(Vec<bool>);

impl Hex {
    fn of(value: &[u8]) -> Hex {
        if form::is_uuid(value) {
            return Hex(vec![true; value.len()]);
        }
        let mut is_hex = vec![false; value.len()];
        let mut start = 0;
        for run in value.split(|byte| !byte.is_ascii_alphanumeric()) {
            let matches_form = run.len() >= 8
                && run.iter().all(u8::is_ascii_hexdigit)
                && run.iter().any(u8::is_ascii_digit);
            is_hex[start..start + run.len()].fill(matches_form);
            start += run.len() + 1;
        }
        Hex(is_hex)
    }

    fn at(&self, at: usize) -> bool {
        self.0.get(at).copied().unwrap_or(false)
    }
}

/// True if the pseudonyms of a kind have one character for each character of the value, in the same order.
pub(super) fn is_aligned(kind: ValueKind, value: &[u8]) -> bool {
    match kind {
        ValueKind::Account | ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Email => false,
        ValueKind::Host => !value.contains(&b'.'),
        _ => true,
    }
}

/// True if a text cannot be a pseudonym, because it has a meaning of its own.
pub(super) fn is_reserved(text: &[u8]) -> bool {
    aws_owned::is_kept(text) || aws_owned::is_aws_account(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: ValueKind, value: &str) -> String {
        let made = make(&PseudonymKey::new(b"a key"), kind, value.as_bytes(), 0);
        String::from_utf8(made).unwrap()
    }

    /// Test case 2 of RFC 4231.
    #[test]
    fn the_code_is_that_of_rfc_4231() {
        let code = PseudonymKey::new(b"Jefe").code(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(code[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(code[28..], [0x64, 0xec, 0x38, 0x43]);
    }

    #[test]
    fn a_pseudonym_has_the_form_of_its_value() {
        for (kind, value) in [
            (ValueKind::Account, "123456789012"),
            (ValueKind::AccessKey, "AKIAIOSFODNN7EXAMPLE"),
            (ValueKind::Principal, "AROAEXAMPLEEXAMPLE12"),
            (ValueKind::Name, "Alice.Smith-4711"),
            (ValueKind::Name, "i-0123456789abcdef0"),
            (ValueKind::Name, "AWSReservedSSO_Ops_0123456789abcdef"),
            (ValueKind::Id, "0a1b2c3d-0000-4000-8000-0123456789ab"),
            (ValueKind::Secret, "abc/DEF+123=="),
        ] {
            let pseudonym = made(kind, value);
            assert_ne!(pseudonym, value);
            assert_eq!(pseudonym.len(), value.len(), "{pseudonym}");
            assert_eq!(
                form::kind_of(pseudonym.as_bytes()),
                form::kind_of(value.as_bytes())
            );
            for (a, b) in value.bytes().zip(pseudonym.bytes()) {
                let is_same = a.is_ascii_digit() == b.is_ascii_digit()
                    || matches!(kind, ValueKind::AccessKey | ValueKind::Principal);
                assert!(is_same, "{value} {pseudonym}");
                assert!(a.is_ascii_alphanumeric() || a == b, "{value} {pseudonym}");
            }
        }
        assert!(made(ValueKind::Name, "i-0123456789abcdef0").starts_with("i-"));
        assert!(made(ValueKind::Host, "ip-10-0-0-1").starts_with("ip-"));
        assert!(form::is_uuid(
            made(ValueKind::Id, "0a1b2c3d-0000-4000-8000-0123456789ab").as_bytes()
        ));
        let address: Ipv4Addr = made(ValueKind::Ipv4, "203.0.113.5").parse().unwrap();
        assert_eq!((address.octets()[0], address.octets()[1] & 0xfe), (198, 18));
        let other = make(
            &PseudonymKey::new(b"a key"),
            ValueKind::Ipv4,
            b"203.0.113.5",
            1,
        );
        assert!(address::v4(&other).unwrap().octets()[0] >= 240);
        let address: Ipv6Addr = made(ValueKind::Ipv6, "2600:1f18::1").parse().unwrap();
        assert_eq!(address.segments()[..2], [0x2001, 0xdb8]);
        assert_eq!(made(ValueKind::Ipv6, "2600:1F18:0::1"), address.to_string());
        let email = made(ValueKind::Email, "alice@corp.com");
        assert!(
            email.ends_with(".example")
                && form::kind_of(email.as_bytes()) == Some(ValueKind::Email)
        );
        assert_eq!(email[6..], made(ValueKind::Email, "bobby@CORP.com")[6..]);
        assert!(made(ValueKind::Host, "db1.corp.local").ends_with(".example"));
        assert_eq!(made(ValueKind::Name, "\u{e4}\u{4e16}xyz").len(), 5);
        assert_eq!(made(ValueKind::Name, "ci").len(), 4);
    }

    #[test]
    fn another_key_gives_another_pseudonym() {
        let one = make(
            &PseudonymKey::new(b"one"),
            ValueKind::Name,
            b"alice-smith",
            0,
        );
        assert_ne!(
            one,
            make(
                &PseudonymKey::new(b"two"),
                ValueKind::Name,
                b"alice-smith",
                0
            )
        );
        assert_ne!(
            one,
            make(
                &PseudonymKey::new(b"one"),
                ValueKind::Name,
                b"alice-smith",
                1
            )
        );
    }
}
