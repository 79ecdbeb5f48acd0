//! Addresses and blocks of addresses, many at once.
//!
//! Names of services in place of an address are in a [`WordSet`].

use core::net::IpAddr;
use std::fmt;

use hashbrown::HashSet;
use ipnet::IpNet;

use super::WordSet;

/// Address blocks, single addresses among them. Looking an address up takes one step for each length of
/// prefix that occurs, however many blocks there are.
#[derive(Clone, Default)]
pub struct CidrBlocks {
    blocks: HashSet<IpNet>,
    v4: Vec<u8>,
    v6: Vec<u8>,
}

impl CidrBlocks {
    /// Parses a block or a single address.
    pub fn parse(typed: &str) -> Option<IpNet> {
        match typed.parse::<IpAddr>() {
            Ok(address) => Some(IpNet::from(address)),
            Err(_) => typed.parse().ok(),
        }
    }

    /// Adds a block.
    pub fn add(&mut self, block: IpNet) {
        let lengths = match block {
            IpNet::V4(_) => &mut self.v4,
            IpNet::V6(_) => &mut self.v6,
        };
        if !lengths.contains(&block.prefix_len()) {
            lengths.push(block.prefix_len());
        }
        self.blocks.insert(block.trunc());
    }

    /// True without any block.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether one of the blocks contains the address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let lengths = match address {
            IpAddr::V4(_) => &self.v4,
            IpAddr::V6(_) => &self.v6,
        };
        lengths.iter().any(|&length| {
            IpNet::new(address, length).is_ok_and(|block| self.blocks.contains(&block.trunc()))
        })
    }
}

impl fmt::Debug for CidrBlocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} blocks", self.blocks.len())
    }
}

impl FromIterator<IpNet> for CidrBlocks {
    fn from_iter<I: IntoIterator<Item = IpNet>>(blocks: I) -> CidrBlocks {
        let mut all = CidrBlocks::default();
        blocks.into_iter().for_each(|block| all.add(block));
        all
    }
}

/// Addresses, blocks of them, and patterns for the names of services.
#[derive(Clone, Debug)]
pub struct Addresses {
    blocks: CidrBlocks,
    names: WordSet,
}

impl Default for Addresses {
    fn default() -> Self {
        Addresses {
            blocks: CidrBlocks::default(),
            names: WordSet::any_case(Vec::<String>::new()),
        }
    }
}

impl Addresses {
    /// Adds a typed value: an address, a block, or another value of `sourceIPAddress`.
    ///
    /// # Errors
    /// For text that looks like a block (`…/…`) or like an address and is invalid, because it would match nothing.
    pub fn add(&mut self, typed: &str) -> Result<(), String> {
        if let Some(block) = CidrBlocks::parse(typed) {
            self.blocks.add(block);
            return Ok(());
        }
        if typed.contains('/') {
            return Err(format!(
                "`{typed}` is no block of addresses; they are written 203.0.113.0/24 or \
                 2001:db8::/32"
            ));
        }
        if looks_like_address(typed) {
            return Err(format!(
                "`{typed}` is no address; they are written 203.0.113.7 or 2001:db8::7, and part of \
                 one with a wildcard, 203.0.113.*, or as a block, 203.0.113.0/24"
            ));
        }
        self.names.add(typed);
        Ok(())
    }

    /// Whether a value of `sourceIPAddress` matches.
    pub fn matches(&self, text: &str) -> bool {
        let in_block = || {
            text.parse()
                .is_ok_and(|address| self.blocks.contains(address))
        };
        (!self.blocks.is_empty() && in_block()) || self.names.matches(text)
    }
}

/// Whether the text has only characters of addresses; hexadecimal digits alone may also be a name.
fn looks_like_address(typed: &str) -> bool {
    let of_v4 = |c: char| c.is_ascii_digit() || c == '.';
    let of_v6 = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
    typed.chars().all(of_v4) || (typed.contains(':') && typed.chars().all(of_v6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_blocks_contains_the_addresses_of_its_blocks() {
        let typed = [
            "203.0.113.7",
            "10.0.0.0/8",
            "192.0.2.130/25",
            "2001:db8::/32",
            "::1",
            "198.51.100.0/24",
        ];
        let blocks: Vec<IpNet> = typed
            .iter()
            .map(|t| CidrBlocks::parse(t).unwrap())
            .collect();
        let all: CidrBlocks = blocks.iter().copied().collect();
        let mut contained = 0;
        for address in [
            "203.0.113.7",
            "203.0.113.8",
            "10.255.0.1",
            "11.0.0.0",
            "192.0.2.129",
            "192.0.2.1",
            "2001:db8:1::5",
            "2001:db9::",
            "::1",
            "::2",
            "198.51.100.255",
            "0.0.0.0",
            "::",
            "::ffff:10.0.0.1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            let expected = blocks.iter().any(|block| block.contains(&address));
            assert_eq!(all.contains(address), expected, "{address}");
            contained += u32::from(expected);
        }
        assert_eq!(contained, 6);
        assert!(!CidrBlocks::default().contains("::".parse().unwrap()));
        let every: CidrBlocks = CidrBlocks::parse("0.0.0.0/0").into_iter().collect();
        assert!(every.contains("255.255.255.255".parse().unwrap()));
        assert!(!every.contains("::".parse().unwrap()));
    }

    #[test]
    fn what_is_no_block_is_none() {
        for typed in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "s3.amazonaws.com",
            "::/129",
            "1.2.3.4/x",
        ] {
            assert!(CidrBlocks::parse(typed).is_none(), "{typed}");
        }
    }
}
