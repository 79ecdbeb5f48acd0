//! Finds IPv4 and IPv6 addresses in text, by their form and by the characters around them.
//!
//! The prefix length of a CIDR block (`10.0.0.0/16`) is not replaced.

use core::net::{Ipv4Addr, Ipv6Addr};

/// An address in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub start: usize,
    pub end: usize,
    pub is_v6: bool,
    /// It may also be the version of a program (`Chrome/120.0.0.0`) or a part of an ARN, so it is replaced only if the
    /// same address is known from elsewhere.
    pub is_doubtful: bool,
}

/// Parses bytes as an IPv4 address.
pub(super) fn v4(text: &[u8]) -> Option<Ipv4Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Parses bytes as an IPv6 address.
pub(super) fn v6(text: &[u8]) -> Option<Ipv6Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// True for addresses that identify nobody: unspecified, loopback, link-local metadata endpoints, and netmasks.
fn is_nobodys_v4(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    address.is_unspecified()
        || address.is_loopback()
        || address == Ipv4Addr::new(169, 254, 169, 254)
        || octets[0] == 255
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
}

/// Finds all addresses of a text.
pub(super) fn find(text: &[u8], mut visit: impl FnMut(Address)) {
    let count = |byte: u8| memchr::memchr_iter(byte, text).take(3).count();
    if count(b'.') == 3 {
        find_v4(text, &mut visit);
    }
    if count(b':') >= 2 {
        find_v6(text, &mut visit);
    }
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
}

fn find_v4(text: &[u8], visit: &mut impl FnMut(Address)) {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let mut at = 0;
    while at < text.len() {
        let Some(start) = text[at..].iter().position(u8::is_ascii_digit) else {
            return;
        };
        let start = at + start;
        let length = text[start..]
            .iter()
            .take_while(|byte| is_part(byte))
            .count();
        at = start + length;
        // A full stop may end the sentence.
        let run = text[start..at].trim_ascii_end();
        let run = run.strip_suffix(b".").unwrap_or(run);
        let end = start + run.len();
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        if is_word(before) || before == Some(&b'.') || is_word(text.get(end)) {
            continue;
        }
        let Some(address) = v4(run) else {
            continue;
        };
        if is_nobodys_v4(address) {
            continue;
        }
        visit(Address {
            start,
            end,
            is_v6: false,
            is_doubtful: follows_product(text, start) && !is_of_a_network(address),
        });
    }
}

/// True if a word and a slash precede the address, as before the version of a program.
fn follows_product(text: &[u8], start: usize) -> bool {
    let word = text[..start].strip_suffix(b"/");
    word.is_some_and(|word| is_word(word.last()))
}

/// True for addresses of private networks (RFC 1918) and of carrier-grade NAT (RFC 6598): no version looks like these.
fn is_of_a_network(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    address.is_private() || octets[0] == 100 && octets[1] & 0xc0 == 64
}

/// Longest spelling of an IPv6 address, with a full stop after it.
const LONGEST: usize = 48;

fn find_v6(text: &[u8], visit: &mut impl FnMut(Address)) {
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let mut at = 0;
    let mut last = None;
    while at < text.len() {
        let Some(start) = text[at..].iter().position(is_part) else {
            return;
        };
        let start = at + start;
        let length = text[start..]
            .iter()
            .take_while(|byte| is_part(byte))
            .count();
        at = start + length;
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        // An ARN has empty parts, so `us-east-1::` contains a valid IPv6 address, `1::`.
        let is_range = before == Some(&b'-') && last == start.checked_sub(1);
        let is_adjacent = matches!(before, Some(b'-' | b'_')) && !is_range;
        if is_word(text.get(at)) {
            continue;
        }
        let mut run = &text[start..at];
        let mut start = start;
        if is_word(before) {
            // `IPv6:2001:db8::1`: the end of the word consists of hexadecimal digits. Text that begins with a colon is
            // part of a name.
            let Some(colon) = memchr::memchr(b':', run) else {
                continue;
            };
            run = &run[colon + 1..];
            start += colon + 1;
            if run.first().is_none_or(|byte| !byte.is_ascii_hexdigit()) {
                continue;
            }
        }
        if run.len() > LONGEST {
            continue;
        }
        while let [front @ .., b'.' | b':'] = run
            && v6(run).is_none()
        {
            run = front;
        }
        let Some(address) = v6(run) else {
            continue;
        };
        last = Some(start + run.len());
        if !is_public_v6(address) {
            visit(Address {
                start,
                end: start + run.len(),
                is_v6: true,
                is_doubtful: is_adjacent && memchr::memchr(b':', run).is_none_or(|colon| colon < 3),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        find(text.as_bytes(), |it| {
            found.push((text[it.start..it.end].to_owned(), it.is_doubtful));
        });
        found
    }

    #[test]
    fn addresses_differ_from_versions_times_and_names() {
        for (text, expected) in [
            ("203.0.113.5", vec![("203.0.113.5", false)]),
            (
                "from 10.1.2.3/24, 10.1.2.4.",
                vec![("10.1.2.3", false), ("10.1.2.4", false)],
            ),
            ("http://10.1.2.3:80/", vec![("10.1.2.3", false)]),
            (
                "10.1.2.3-10.1.2.9 x-10.1.2.3 x_10.1.2.3 10.1.2.3_x",
                vec![
                    ("10.1.2.3", false),
                    ("10.1.2.9", false),
                    ("10.1.2.3", false),
                    ("10.1.2.3", false),
                    ("10.1.2.3", false),
                ],
            ),
            (
                "IPv6:2600::a client:2600::b src:2600::c arn:aws:s3:::bad",
                vec![("2600::a", false), ("2600::b", false), ("2600::c", false)],
            ),
            (
                "us-east-1::a node-2600::a_x",
                vec![("1::a", true), ("2600::a", false)],
            ),
            (
                "2600::1-2600::9",
                vec![("2600::1", false), ("2600::9", false)],
            ),
            ("Chrome/120.0.0.0", vec![("120.0.0.0", true)]),
            (
                "db1/10.1.2.3 /203.0.113.5 x-203.0.113.6",
                vec![
                    ("10.1.2.3", false),
                    ("203.0.113.5", false),
                    ("203.0.113.6", false),
                ],
            ),
            ("v1.2.3.4 1.2.3.4.5 1.2.3.400 x1.2.3.4", vec![]),
            ("0.0.0.0/0 127.0.0.1 255.255.255.0 169.254.169.254", vec![]),
            ("2001:db8::1", vec![("2001:db8::1", false)]),
            (
                "[2600:1f18::a:b]:443 fe80::1.",
                vec![("2600:1f18::a:b", false), ("fe80::1", false)],
            ),
            ("12:34:56 AWS::EC2::Instance 0a:1b:2c:3d:4e:5f ::/0", vec![]),
            (
                "arn:aws:iam::123456789012:user/a arn:aws:x:us-east-1::/y",
                vec![("1::", true)],
            ),
        ] {
            let expected: Vec<(String, bool)> = expected
                .into_iter()
                .map(|(it, is)| (it.to_owned(), is))
                .collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
