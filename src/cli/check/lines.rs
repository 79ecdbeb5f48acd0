//! Finds lines and columns of events, for SARIF, in a pass over their files up to the last event.
//!
//! A file in UTF-16 gets no lines, because its line ends are not single bytes.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{LinePositions, Verdict};
use crate::cli::setup::Plan;
use crate::engine::{CHUNK_SIZE, Item, ItemSource};
use crate::input::{self, Opened};

/// The lines of all events that a verdict shows. A file that can no longer be read gets none.
pub(super) fn of(verdict: &Verdict, plan: &Plan) -> LinePositions {
    let mut wanted: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    let violations = verdict.results.iter().flat_map(|it| &it.violations);
    for example in violations.flat_map(|violation| &violation.examples) {
        let offsets = wanted.entry(&example.file).or_default();
        offsets.extend([example.offset, example.end]);
    }
    let mut lines = LinePositions::new();
    for (file, offsets) in wanted {
        let item = plan.items.iter().find(|item| item.shown == file);
        let mut count = Counting::new(offsets);
        if let Some(item) = item {
            read(item, plan, &mut |bytes| count.take(bytes));
        }
        let found = count.found.into_iter();
        lines.extend(found.map(|(offset, place)| ((file.to_owned(), offset), place)));
    }
    lines
}

/// Counts lines and columns at some offsets.
struct Counting {
    /// Offsets that were not reached yet, in descending order.
    wanted: Vec<u64>,
    found: Vec<(u64, (u64, u64))>,
    at: u64,
    line: u64,
    column: u64,
}

impl Counting {
    fn new(offsets: BTreeSet<u64>) -> Counting {
        Counting {
            wanted: offsets.into_iter().rev().collect(),
            found: Vec::new(),
            at: 0,
            line: 1,
            column: 1,
        }
    }

    /// Adds bytes. Returns false if no more are needed.
    fn take(&mut self, bytes: &[u8]) -> bool {
        let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        if self.at == 0 && is_wide {
            return false;
        }
        let mut rest = bytes;
        while let Some(offset) = self.wanted.last().copied() {
            let Some((before, after)) = rest.split_at_checked((offset - self.at) as usize) else {
                self.pass(rest);
                return true;
            };
            self.pass(before);
            self.found.push((offset, (self.line, self.column)));
            self.wanted.pop();
            rest = after;
        }
        false
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.at += bytes.len() as u64;
        let tail = match memchr::memrchr(b'\n', bytes) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
                self.column = 1;
                &bytes[last + 1..]
            }
            None => bytes,
        };
        let begins = |byte: &&u8| **byte & 0xc0 != 0x80;
        self.column += tail.iter().filter(begins).count() as u64;
    }
}

/// Reads an input until `each` returns false.
fn read(item: &Item, plan: &Plan, each: &mut dyn FnMut(&[u8]) -> bool) {
    let opened = match &item.source {
        ItemSource::Input(input) => input::open(input).ok(),
        ItemSource::Spool(spool) => Some(spool.open()),
    };
    let mut block = vec![0; CHUNK_SIZE];
    match opened {
        Some(Opened::Memory(bytes)) => {
            each(&bytes);
        }
        Some(Opened::Ranges(file)) => {
            let mut at = 0;
            while let Ok(read @ 1..) = file.read_at(at, &mut block) {
                at += read as u64;
                if !each(&block[..read]) {
                    return;
                }
            }
        }
        Some(Opened::Stream(mut stream)) => {
            stream.set_limits(plan.limits.of_packed());
            while let Ok(read @ 1..) = stream.read(&mut block) {
                if !each(&block[..read]) {
                    return;
                }
            }
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_do_not_depend_on_how_the_bytes_are_split() {
        let text = "a\nüb{\n\n{\"é\": {\n".as_bytes();
        let offsets = [0, 2, 5, 8, 15];
        let expected = [(1, 1), (2, 1), (2, 3), (4, 1), (4, 7)];
        for size in 1..text.len() + 2 {
            let mut counting = Counting::new(offsets.into_iter().collect());
            for part in text.chunks(size) {
                if !counting.take(part) {
                    break;
                }
            }
            let found: Vec<_> = counting.found.iter().map(|(_, place)| *place).collect();
            assert_eq!(found, expected, "{size}");
        }
    }
}
