//! Memory for chunks that workers read themselves, reused while it is still in the cache of a core. There are never more
//! buffers than chunks in progress.

use std::sync::{Mutex, PoisonError};

/// Buffers that are not in use.
#[derive(Debug, Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

/// The largest buffer that is kept, in bytes: the next input may need less.
const LARGEST: usize = 8 << 20;

impl Buffers {
    /// A buffer, the most recently used one if there is any. Its content has no meaning. It keeps its length, so that a
    /// caller who fills it to the same length need not clear it first.
    pub fn take(&self) -> Vec<u8> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop().unwrap_or_default()
    }

    /// Returns a buffer for reuse.
    pub fn give(&self, buffer: Vec<u8>) {
        if (1..=LARGEST).contains(&buffer.capacity()) {
            let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(buffer);
        }
    }
}
