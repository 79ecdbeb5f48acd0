//! A progress bar on standard error, for work that takes more than a second.
//!
//! It is drawn only if standard error is a terminal and no rows are printed to the same terminal.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::{Item, ItemSource};

/// How long work goes on before it is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how far the reading is.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    callback: Box<dyn Fn(u64) + Sync>,
}

impl Progress {
    /// A bar that appears after a second, or one that never does.
    pub fn new(items: &[Item], rows_on_terminal: bool) -> Self {
        if rows_on_terminal || !std::io::stderr().is_terminal() {
            return Progress {
                bar: None,
                callback: Box::new(|_| ()),
            };
        }
        let total = total(items);
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        // Nobody knows how long a pipe is.
        let template = match total {
            Some(_) => {
                "{bar:30} {binary_bytes} of {binary_total_bytes} read, {binary_bytes_per_sec}"
            }
            None => "{binary_bytes} read, {binary_bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let begin = Instant::now();
        let shown = Arc::new(std::sync::Once::new());
        let drawn = bar.clone();
        Progress {
            bar: Some(bar),
            callback: Box::new(move |read| {
                if begin.elapsed() < PATIENCE {
                    return;
                }
                shown.call_once(|| drawn.set_draw_target(ProgressDrawTarget::stderr()));
                if drawn.length().is_some_and(|length| length < read) {
                    drawn.set_length(read);
                }
                drawn.set_position(read);
            }),
        }
    }

    /// To be called with the bytes read so far.
    pub fn callback(&self) -> &(dyn Fn(u64) + Sync) {
        &*self.callback
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The bytes on disk; packed files turn out larger, and the bar's end then moves.
fn total(items: &[Item]) -> Option<u64> {
    items
        .iter()
        .map(|item| match &item.source {
            ItemSource::Input(input) => {
                let meta = std::fs::metadata(&input.path).ok()?;
                meta.is_file().then_some(meta.len())
            }
            ItemSource::Spool(spool) => Some(spool.len()),
        })
        .sum()
}
