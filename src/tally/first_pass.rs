//! Facts about the whole input that some conditions need: the newest time, from which `--last 24h` counts back, and the time
//! of the event that `--around` names.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;

use crate::engine::{Answer, Question};
use crate::event::{Context, Event};
use crate::time::Moment;

/// The most distinct times of events with one id that are kept.
pub const MOST_TIMES: usize = 1000;

/// The question of the first pass.
#[derive(Clone, Debug, Default)]
pub struct FirstPass {
    /// Find the newest time.
    pub newest: bool,
    /// Find the time of the event with this id.
    pub id: Option<String>,
}

/// The result of the first pass.
#[derive(Clone, Debug, Default)]
pub struct FirstPassResult {
    /// The newest time.
    pub newest: Option<Moment>,
    /// The number of events with the id.
    pub with_id: u64,
    /// The times of those events, at most [`MOST_TIMES`] + 1.
    pub times: BTreeSet<Moment>,
}

impl FirstPassResult {
    fn add_time(&mut self, moment: Moment) {
        if self.times.len() <= MOST_TIMES {
            self.times.insert(moment);
        }
    }
}

impl Question for FirstPass {
    type Batch = FirstPassResult;

    fn observe(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut FirstPassResult) {
        if self.newest {
            batch.newest = batch.newest.max(event.time());
        }
        if let Some(id) = &self.id
            && event.id().is_some_and(|own| own.eq_str(id))
        {
            batch.with_id += 1;
            if let Some(moment) = event.time() {
                batch.add_time(moment);
            }
        }
    }
}

impl Answer<FirstPassResult> for FirstPassResult {
    fn add(&mut self, batch: FirstPassResult, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.newest = self.newest.max(batch.newest);
        self.with_id += batch.with_id;
        batch
            .times
            .into_iter()
            .for_each(|moment| self.add_time(moment));
        Ok(ControlFlow::Continue(()))
    }
}
