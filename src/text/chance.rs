//! Seeded random inputs for tests.

/// Xorshift64: the same inputs on every run.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Up to `most - 1` consecutive fragments.
    pub fn text(&mut self, from: &[&str], most: usize) -> String {
        (0..self.below(most)).map(|_| self.pick(from)).collect()
    }

    pub fn bytes(&mut self, from: &[&[u8]], most: usize) -> Vec<u8> {
        (0..self.below(most))
            .flat_map(|_| self.pick(from).to_vec())
            .collect()
    }

    /// A JSON text with random spacing and at most `depth` levels.
    pub fn json(&mut self, depth: usize) -> String {
        let mut out = String::new();
        self.json_into(&mut out, depth);
        out
    }

    fn json_into(&mut self, out: &mut String, depth: usize) {
        const SPACE: &[&str] = &["", "", "", " ", "\n", "\t", "\r\n  "];
        const STRING: &[&str] = &[
            "a",
            "key",
            "\\\"",
            "\\\\",
            "\\/",
            "\\n",
            "\\u00fc",
            "\\ud83d\\ude00",
            "ü",
            "😀",
            "{",
            "]",
            ",",
            ":",
            " ",
            "\\u0000",
        ];
        const SCALAR: &[&str] = &[
            "null",
            "true",
            "false",
            "0",
            "-0.0",
            "1E400",
            "1.688560107857E9",
            "18446744073709551616123",
        ];
        let list = |chance: &mut Self, out: &mut String, keyed: bool| {
            for nth in 0..chance.below(4) {
                if nth > 0 {
                    out.push(',');
                }
                out.push_str(chance.pick(SPACE));
                if keyed {
                    let key = chance.text(STRING, 4);
                    out.push_str(&format!("\"{nth}{key}\"{}:", chance.pick(SPACE)));
                    out.push_str(chance.pick(SPACE));
                }
                chance.json_into(out, depth - 1);
                out.push_str(chance.pick(SPACE));
            }
            out.push_str(chance.pick(SPACE));
        };
        match self.below(if depth == 0 { 4 } else { 10 }) {
            0 | 1 => out.push_str(self.pick(SCALAR)),
            2 | 3 => {
                let body = self.text(STRING, 8);
                out.push_str(&format!("\"{body}\""));
            }
            4..=6 => {
                out.push('[');
                list(self, out, false);
                out.push(']');
            }
            _ => {
                out.push('{');
                list(self, out, true);
                out.push('}');
            }
        }
    }
}
