//! Several questions in one pass over the input.

use std::io;
use std::ops::ControlFlow;

use super::{Answer, FileReport, Question};
use crate::event::{Context, Event};

/// Asks two questions of the same events.
impl<P: Question, Q: Question> Question for (P, Q) {
    type Batch = (P::Batch, Q::Batch);

    fn distinguishes_outcomes(&self) -> bool {
        self.0.distinguishes_outcomes() || self.1.distinguishes_outcomes()
    }

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        self.0.observe(event, context, &mut batch.0);
        self.1.observe(event, context, &mut batch.1);
    }

    fn dedup_discriminant(&self, batch: &Self::Batch, into: &mut Vec<u8>) {
        self.0.dedup_discriminant(&batch.0, into);
        self.1.dedup_discriminant(&batch.1, into);
    }
}

/// Reads until both answers are complete. An answer that is complete before the other still receives batches.
impl<B, C, X: Answer<B>, Y: Answer<C>> Answer<(B, C)> for (X, Y) {
    fn add(&mut self, batch: (B, C), kept: &[bool]) -> io::Result<ControlFlow<()>> {
        let (one, other) = (self.0.add(batch.0, kept)?, self.1.add(batch.1, kept)?);
        Ok(if one.is_break() { other } else { one })
    }

    fn close(&mut self, file: &FileReport) {
        self.0.close(file);
        self.1.close(file);
    }
}

/// An optional question; `None` asks nothing.
impl<Q: Question> Question for Option<Q> {
    type Batch = Q::Batch;

    fn distinguishes_outcomes(&self) -> bool {
        self.as_ref().is_some_and(Q::distinguishes_outcomes)
    }

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Q::Batch) {
        if let Some(question) = self {
            question.observe(event, context, batch);
        }
    }

    fn dedup_discriminant(&self, batch: &Q::Batch, into: &mut Vec<u8>) {
        if let Some(question) = self {
            question.dedup_discriminant(batch, into);
        }
    }
}
