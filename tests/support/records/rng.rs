//! A small generator of numbers that are the same on every machine, and of the
//! ids CloudTrail would give. Not for secrets.

/// SplitMix64 (Steele, Lea and Flood, 2014): one word of state, any seed will do.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1))
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 where the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.word() >> 11) as usize % limit.max(1)
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of these items. Panics if there are none.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A random order of the numbers below `count`.
    pub fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for at in (1..count).rev() {
            order.swap(at, self.below(at + 1));
        }
        order
    }

    /// A UUID of version 4.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.word(), self.word());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            0x8000 | (b >> 48) & 0x3fff,
            b & 0xffff_ffff_ffff
        )
    }

    /// An id of AWS's form which says that it is made up: `AKIA4QH7ZK2PTEXAMPLE`.
    pub fn id(&mut self, prefix: &str) -> String {
        let mut id = prefix.to_owned();
        for _ in 0..9 {
            id.push(self.one_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        }
        id.push_str("EXAMPLE");
        id
    }

    /// Lower-case hexadecimal digits after a prefix: `i-0a1b…`.
    pub fn hex(&mut self, prefix: &str, digits: usize) -> String {
        let mut id = prefix.to_owned();
        for _ in 0..digits {
            id.push(self.one_of("0123456789abcdef"));
        }
        id
    }

    fn one_of(&mut self, letters: &str) -> char {
        let at = self.below(letters.len());
        letters.as_bytes()[at] as char
    }
}
