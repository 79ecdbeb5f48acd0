//! The newest time of an input: what `--last 24h` counts back from.

use std::io;
use std::ops::ControlFlow;

use crate::engine::{Answer, Question};
use crate::event::{Context, Event};
use crate::time::Moment;

/// Asks every event for its time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Newest {
    /// The newest so far.
    pub moment: Option<Moment>,
}

impl Question for Newest {
    type Batch = Option<Moment>;

    fn take(&self, event: &Event<'_>, _: &Context<'_>, batch: &mut Option<Moment>) {
        *batch = (*batch).max(event.time());
    }
}

impl Answer<Option<Moment>> for Newest {
    fn add(&mut self, batch: Option<Moment>, _: &[bool]) -> io::Result<ControlFlow<()>> {
        self.moment = self.moment.max(batch);
        Ok(ControlFlow::Continue(()))
    }
}
