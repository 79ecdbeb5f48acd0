//! Memory for stretches that workers read themselves, used again while it is still in a core's cache. There are
//! never more buffers than stretches that are worked on at once.
//!
//! Not for: blocks of a stream, which come with memory of their own.

use std::sync::{Mutex, PoisonError};

/// Buffers that nobody uses right now.
#[derive(Debug, Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

/// More than this one buffer does not keep: an input of another kind may follow.
const LARGEST: usize = 8 << 20;

impl Buffers {
    /// A buffer, the one used last if there is any. What it holds is of no meaning, its length spares
    /// whoever fills it as far again the zeroing.
    pub fn take(&self) -> Vec<u8> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop().unwrap_or_default()
    }

    /// Gives a buffer back.
    pub fn give(&self, buffer: Vec<u8>) {
        if (1..=LARGEST).contains(&buffer.capacity()) {
            let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(buffer);
        }
    }
}
