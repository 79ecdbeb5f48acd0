//! JSON as bytes: where a string ends, where a value ends, what the members of an object are.
//!
//! Every function takes a byte slice and a position. It validates what it skips, so a skipped value is one that a full
//! parser would accept. Nothing recurses: nesting is kept in a reusable [`Stack`] with a limit.
//!
//! # Nested JSON
//!
//! In lookup output the record of an event is a string, `"CloudTrailEvent": "{\\"eventVersion\\": …}"`, which is about four
//! fifths of the bytes. To unescape it would mean to copy all of it, although most questions need a few members. So the
//! same walker reads JSON at two levels of [`Nesting`]: [`Plain`], as it is in a file, and [`Nested`], inside another JSON
//! string, where every quote and backslash is escaped once more.
//!
//! # Fast paths
//!
//! Most objects are not walked token by token: the bytes between the values of an object repeat from event to event, so
//! they are compared with bytes read before ([`TemplateCache`]). Ends of strings are found, and bytes compared, with masks
//! of 32 or 64 bytes (`mask`), by AVX2 where the machine has it (`avx2`). The feature `reference` switches both off; tests
//! compare the results.

#[cfg(all(target_arch = "x86_64", not(feature = "reference")))]
mod avx2;
mod mask;
mod nesting;
mod number;
mod string;
mod template;
mod walk;

pub use nesting::{Nested, Nesting, Plain};
pub use number::number_end;
pub use template::{TemplateCache, Walked};
pub use walk::{Member, Stack, members, skip_valid, value_end};

/// The default limit on the nesting of arrays and objects.
pub const MAX_DEPTH: usize = 1024;

/// Why a value could not be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Index in the scanned slice of the byte where reading failed.
    pub at: usize,
    /// What is wrong there.
    pub why: FaultKind,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The bytes end inside the value: with more bytes it might be whole.
    End,
    /// The byte is not allowed there in JSON, whatever follows.
    Invalid,
    /// The value nests deeper than the limit.
    TooDeep,
    /// Nested text with escapes that could hide structure (`\u0022`, `\\\u006e`, …): it must be unescaped first.
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

/// True for the four white space bytes of JSON.
#[inline]
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The first position at or after `at` that is not white space, or the length of `bytes`.
#[inline]
pub fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_space(bytes[at]) {
        at += 1;
    }
    at
}
