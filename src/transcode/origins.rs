//! Maps offsets in converted text to offsets in the source. The map is sparse: a few runs per line of input.
//!
//! Text may be converted by several stages (UTF-16 to UTF-8, then YAML to JSON). Each stage has its own runs, and an
//! offset is traced back through all of them.

/// A range of text in which every `step` bytes come from `takes` bytes of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OriginRun {
    /// Offset of the range in the text.
    pub at: u64,
    /// Offset in the source that it comes from.
    pub source: u64,
    /// Bytes of text that belong together: one character.
    pub step: u8,
    /// Number of source bytes that each character replaces; 0 for text that is not in the source, all of which maps to
    /// `source`.
    pub takes: u8,
}

impl OriginRun {
    fn source_of(&self, at: u64) -> u64 {
        self.source + (at - self.at) / u64::from(self.step) * u64::from(self.takes)
    }
}

/// The runs of one stage, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StageOrigins(Vec<OriginRun>);

impl StageOrigins {
    /// Appends a run, unless the last run already continues into it.
    pub fn push(&mut self, run: OriginRun) {
        match self.0.last_mut() {
            Some(last) if last.at == run.at => *last = run,
            Some(last)
                if (last.step, last.takes) == (run.step, run.takes)
                    && (run.at - last.at).is_multiple_of(u64::from(run.step))
                    && last.source_of(run.at) == run.source => {}
            _ => self.0.push(run),
        }
    }

    /// The origin of the byte at `at`. Bytes before the first run have the origin of that run.
    pub fn source_of(&self, at: u64) -> u64 {
        let next = self.0.partition_point(|run| run.at <= at);
        match self.0.get(next.saturating_sub(1)) {
            Some(run) if run.at <= at => run.source_of(at),
            Some(run) => run.source,
            None => at,
        }
    }

    /// The runs that are needed for the offsets `from..=to`.
    fn between(&self, from: u64, to: u64) -> StageOrigins {
        let first = self.0.partition_point(|run| run.at <= from);
        let after = self.0.partition_point(|run| run.at <= to);
        StageOrigins(self.0[first.saturating_sub(1)..after.max(first)].to_vec())
    }

    /// Removes runs that are only needed for offsets before `at`.
    pub fn forget(&mut self, at: u64) {
        let first = self.0.partition_point(|run| run.at <= at).saturating_sub(1);
        // Removes at least half of the runs at a time, so that many small steps cost no more than a few large ones.
        if 2 * first >= self.0.len() {
            self.0.drain(..first);
        }
    }

    fn extend(&mut self, more: &StageOrigins) {
        let last = self.0.last().map_or(0, |run| run.at);
        let is_new = |run: &&OriginRun| self.0.is_empty() || run.at > last;
        let from = more.0.iter().position(|run| is_new(&run));
        self.0
            .extend_from_slice(&more.0[from.unwrap_or(more.0.len())..]);
    }
}

/// Maps offsets of converted text to the bytes that it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// The first stage first.
    stages: Vec<StageOrigins>,
}

impl Origins {
    /// The runs that are needed for the offsets `from..=to` of the last stage's output.
    pub(super) fn between<'r>(
        stages: impl DoubleEndedIterator<Item = &'r StageOrigins>,
        mut from: u64,
        mut to: u64,
    ) -> Origins {
        let mut needed = Vec::new();
        for runs in stages.rev() {
            needed.push(runs.between(from, to));
            (from, to) = (runs.source_of(from), runs.source_of(to));
        }
        needed.reverse();
        Origins { stages: needed }
    }

    /// True for text that was not converted: every byte has its own offset.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// Offset in the source of the byte at `at`.
    pub fn source_of(&self, at: u64) -> u64 {
        let stages = self.stages.iter().rev();
        stages.fold(at, |at, runs| runs.source_of(at))
    }

    /// The last offset in `from..to` that comes from the source byte at `source` or from one before it; `None` if it is
    /// outside of that range.
    pub fn place_of(&self, source: u64, mut from: u64, mut to: u64) -> Option<u64> {
        let is_before = |place| self.source_of(place) <= source;
        if from == to || !is_before(from) || is_before(to) {
            return None;
        }
        while to - from > 1 {
            let middle = from + (to - from) / 2;
            if is_before(middle) {
                from = middle;
            } else {
                to = middle;
            }
        }
        Some(from)
    }

    /// Removes runs that are only needed for offsets before `at`.
    pub fn forget(&mut self, mut at: u64) {
        for runs in self.stages.iter_mut().rev() {
            runs.forget(at);
            at = runs.source_of(at);
        }
    }

    /// Appends the runs of the text that follows.
    pub fn extend(&mut self, more: &Origins) {
        if self.stages.is_empty() {
            self.stages = more.stages.clone();
            return;
        }
        for (runs, more) in self.stages.iter_mut().zip(&more.stages) {
            runs.extend(more);
        }
    }
}

/// Offset in the source of the byte at `at`. Without origins, the text is the source.
pub fn source_of(origins: Option<&Origins>, at: u64) -> u64 {
    origins.map_or(at, |origins| origins.source_of(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(at: u64, source: u64, step: u8, takes: u8) -> OriginRun {
        OriginRun {
            at,
            source,
            step,
            takes,
        }
    }

    #[test]
    fn offsets_are_traced_through_runs_of_every_kind() {
        let mut runs = StageOrigins::default();
        runs.push(run(0, 2, 1, 2));
        runs.push(run(3, 8, 3, 2));
        runs.push(run(9, 12, 1, 0));
        runs.push(run(12, 20, 1, 1));
        let expected = [2, 4, 6, 8, 8, 8, 10, 10, 10, 12, 12, 12, 20, 21];
        for (at, source) in expected.into_iter().enumerate() {
            assert_eq!(runs.source_of(at as u64), source, "{at}");
        }
    }

    #[test]
    fn a_run_that_continues_is_not_a_new_one() {
        let mut runs = StageOrigins::default();
        runs.push(run(0, 0, 1, 1));
        runs.push(run(5, 5, 1, 1));
        runs.push(run(8, 9, 1, 1));
        runs.push(run(8, 10, 1, 1));
        assert_eq!(runs, StageOrigins(vec![run(0, 0, 1, 1), run(8, 10, 1, 1)]));
    }

    #[test]
    fn parts_of_a_map_joined_again_are_equal() {
        let mut first = StageOrigins::default();
        let mut second = StageOrigins::default();
        for i in 0..50 {
            first.push(run(i * 3, i * 7, 1, 1));
            second.push(run(i * 5, i * 2 + i % 3, 1, 0));
        }
        let whole = Origins {
            stages: vec![first.clone(), second.clone()],
        };
        for size in [1, 4, 9, 100] {
            let mut joined = Origins::default();
            let mut at = 0;
            while at < 200 {
                let part = Origins::between([&first, &second].into_iter(), at, at + size);
                for place in at..=at + size {
                    assert_eq!(part.source_of(place), whole.source_of(place));
                }
                joined.extend(&part);
                for place in at.saturating_sub(3)..=at + size {
                    assert_eq!(joined.source_of(place), whole.source_of(place));
                }
                at += size;
                joined.forget(at.saturating_sub(3));
            }
        }
    }
}
