//! One question about the selected events and another about all events, in one pass over the input.
//!
//! `report` needs this: its tables are about the selected events, its coverage and sessions about all events.

use std::io;
use std::ops::ControlFlow;

use super::{Answer, FileReport, Item, Question, RunReport, Settings, ask_both};
use crate::event::{Context, Event};

/// Asks one question of the selected events and another of all events. The second question ignores the selection, and
/// its duplicates never count. Returns the report of each.
///
/// If a limit or the first answer ends reading, it ends for both.
///
/// # Errors
/// Those of the writers of the answers.
pub fn ask_with_all<Q, A, R, B>(
    items: &[Item],
    settings: &Settings<'_>,
    (question, answer): (&Q, &mut A),
    (other, other_answer): (&R, &mut B),
) -> io::Result<(RunReport, RunReport)>
where
    Q: Question,
    A: Answer<Q::Batch>,
    R: Question,
    B: Answer<R::Batch>,
{
    let question = Dual(question, other);
    let mut answers = Answers(answer, other_answer);
    let (report, all) = ask_both(items, settings, &question, &mut answers)?;
    Ok((report, all.unwrap_or_default()))
}

struct Dual<'q, Q, R>(&'q Q, &'q R);

impl<Q: Question, R: Question> Question for Dual<'_, Q, R> {
    type Batch = (Q::Batch, R::Batch);

    const OBSERVES_ALL: bool = true;

    fn distinguishes_outcomes(&self) -> bool {
        self.0.distinguishes_outcomes()
    }

    fn dedup_discriminant(&self, batch: &Self::Batch, into: &mut Vec<u8>) {
        self.0.dedup_discriminant(&batch.0, into);
    }

    fn observe_all(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        self.1.observe(event, context, &mut batch.1);
    }

    fn observe(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        self.0.observe(event, context, &mut batch.0);
    }
}

struct Answers<'a, A, B>(&'a mut A, &'a mut B);

impl<P, Q, A: Answer<P>, B: Answer<Q>> Answer<(P, Q)> for Answers<'_, A, B> {
    fn add(&mut self, batch: (P, Q), kept: &[bool]) -> io::Result<ControlFlow<()>> {
        self.add_with_all(batch, kept, kept)
    }

    fn add_with_all(
        &mut self,
        batch: (P, Q),
        kept: &[bool],
        all: &[bool],
    ) -> io::Result<ControlFlow<()>> {
        let flow = self.0.add(batch.0, kept)?;
        // Only the first answer can end reading.
        let _ = self.1.add(batch.1, all)?;
        Ok(flow)
    }

    fn close(&mut self, file: &FileReport) {
        self.close_with_all(file, file);
    }

    fn close_with_all(&mut self, file: &FileReport, all: &FileReport) {
        self.0.close(file);
        self.1.close(all);
    }
}
