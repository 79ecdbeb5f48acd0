//! A question of the selected events and another of all events, in one reading.
//!
//! Not for: questions of the same events (`several`).

use std::io;
use std::ops::ControlFlow;

use super::{Answer, FileReport, Item, Question, Report, Settings, ask_and_pass};
use crate::event::{Context, Event};

/// Asks a question of all selected events, and another of all events: for that one nothing is selected, and
/// duplicates never count. What both came to.
///
/// Where a limit or the first answer ends the reading, it ends for both.
///
/// # Errors
/// Those of the writers of the answers.
pub fn ask_beside<Q, A, R, B>(
    items: &[Item],
    settings: &Settings<'_>,
    (question, answer): (&Q, &mut A),
    (other, other_answer): (&R, &mut B),
) -> io::Result<(Report, Report)>
where
    Q: Question,
    A: Answer<Q::Batch>,
    R: Question,
    B: Answer<R::Batch>,
{
    let question = Beside(question, other);
    let mut answers = Answers(answer, other_answer);
    let (report, all) = ask_and_pass(items, settings, &question, &mut answers)?;
    Ok((report, all.unwrap_or_default()))
}

struct Beside<'q, Q, R>(&'q Q, &'q R);

impl<Q: Question, R: Question> Question for Beside<'_, Q, R> {
    type Batch = (Q::Batch, R::Batch);

    const PASSES: bool = true;

    fn tells_outcomes(&self) -> bool {
        self.0.tells_outcomes()
    }

    fn came_to(&self, batch: &Self::Batch, into: &mut Vec<u8>) {
        self.0.came_to(&batch.0, into);
    }

    fn pass(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        self.1.take(event, context, &mut batch.1);
    }

    fn take(&self, event: &Event<'_>, context: &Context<'_>, batch: &mut Self::Batch) {
        self.0.take(event, context, &mut batch.0);
    }
}

struct Answers<'a, A, B>(&'a mut A, &'a mut B);

impl<P, Q, A: Answer<P>, B: Answer<Q>> Answer<(P, Q)> for Answers<'_, A, B> {
    fn add(&mut self, batch: (P, Q), kept: &[bool]) -> io::Result<ControlFlow<()>> {
        self.add_beside(batch, kept, kept)
    }

    fn add_beside(
        &mut self,
        batch: (P, Q),
        kept: &[bool],
        all: &[bool],
    ) -> io::Result<ControlFlow<()>> {
        let flow = self.0.add(batch.0, kept)?;
        // That this one has enough does not end the reading.
        let _ = self.1.add(batch.1, all)?;
        Ok(flow)
    }

    fn close(&mut self, file: &FileReport) {
        self.close_beside(file, file);
    }

    fn close_beside(&mut self, file: &FileReport, all: &FileReport) {
        self.0.close(file);
        self.1.close(all);
    }
}
