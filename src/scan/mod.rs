//! JSON as bytes: where a string ends, where a value ends, what the members of an object are.
//!
//! Everything here is a function of a byte slice and a position. It validates as it skips, so a
//! value that was skipped is a value that a full parser would accept, and it never recurses: nesting is
//! kept in a reusable [`Stack`] with a limit.
//!
//! The same walker reads JSON at two *levels* (trait [`Nesting`]): [`Plain`], as it lies in a file, and
//! [`Nested`], as it lies inside another JSON string with every quote and backslash escaped once more.
//! That second level is what makes a `CloudTrailEvent` readable without unescaping it.
//!
//! Most objects never come to that walker: what stands between values repeats itself, and is compared with
//! what was read before ([`TemplateCache`]). Strings end, and seams are compared, by masks of 32 or 64 bytes: with
//! AVX2 where the machine has it, with what every machine has elsewhere. With the feature `reference` there
//! is the plain walker with portable masks alone; answers are the same.
//!
//! Not for: what a key means (`dump`, `event`), unescaping what was found (`text`).

#[cfg(all(target_arch = "x86_64", not(feature = "reference")))]
mod avx2;
mod level;
mod mask;
mod number;
mod string;
mod template;
mod walk;

pub use level::{Nested, Nesting, Plain};
pub use number::number_end;
pub use template::{TemplateCache, Walked};
pub use walk::{Member, Stack, members, skip_valid, value_end};

/// How deep arrays and objects may nest before a value is refused, unless a [`Stack`] says otherwise.
pub const MAX_DEPTH: usize = 1024;

/// Why a value could not be skipped, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte (in the slice that was scanned) at which it went wrong.
    pub at: usize,
    /// What went wrong there.
    pub why: FaultKind,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The bytes ended inside the value: with more of them it might be whole.
    End,
    /// The byte can't stand there in JSON, whatever follows.
    Invalid,
    /// More levels than the limit.
    TooDeep,
    /// Nested text written in a way that only unescaping it can tell (`\u0022`, `\\\u006e`, …).
    NeedsUnescape,
}

impl Fault {
    const fn end(at: usize) -> Self {
        Fault {
            at,
            why: FaultKind::End,
        }
    }

    const fn invalid(at: usize) -> Self {
        Fault {
            at,
            why: FaultKind::Invalid,
        }
    }

    const fn needs_unescape(at: usize) -> Self {
        Fault {
            at,
            why: FaultKind::NeedsUnescape,
        }
    }
}

/// True for the four bytes that JSON calls whitespace.
#[inline]
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The first byte at or after `at` that is no whitespace, or the length of `bytes`.
#[inline]
pub fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_space(bytes[at]) {
        at += 1;
    }
    at
}
