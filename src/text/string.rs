//! A piece of text as it lies in a file, with the number of JSON escapings still on it. NOT for values that are no
//! text, and not for writing any format.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use memchr::memchr;

use super::escape::{lossy, unescape};

#[cfg(test)]
mod tests;

/// How often a piece of text was escaped as the content of a JSON string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escaping {
    /// Plain text.
    Raw,
    /// The content of a JSON string, without its quotes.
    Once,
    /// The content of a JSON string that lies inside another JSON string, as every field of a nested
    /// `CloudTrailEvent` does.
    Twice,
}

impl Escaping {
    /// How the content of a string lies in JSON text that lies so.
    pub const fn deeper(self) -> Escaping {
        match self {
            Escaping::Raw => Escaping::Once,
            Escaping::Once | Escaping::Twice => Escaping::Twice,
        }
    }
}

/// A borrowed piece of text, decoded only when looked at.
///
/// Every way of looking sees the same decoded text, which is always valid UTF-8:
/// - invalid UTF-8 becomes U+FFFD as in [`String::from_utf8_lossy`];
/// - half of a surrogate pair becomes U+FFFD;
/// - a backslash that begins no JSON escape (`\x`, `\u12`, one at the end) stays as it is written;
/// - [`Escaping::Twice`] is the decoding of the decoding, each on its own: halves of a pair that come from different
///   levels never meet.
///
/// ```
/// use trailsift::text::Text;
///
/// assert_eq!(Text::once(br"Z\u00fcrich").to_str(), "Zürich");
/// assert_eq!(Text::twice(br#"Z\\u00fcrich \\\\ \\\"a\\\""#).to_str(), r#"Zürich \ "a""#);
/// assert!(Text::twice(b"AKIAIOSFODNN7EXAMPLE").eq_str("AKIAIOSFODNN7EXAMPLE"));
/// ```
#[derive(Clone, Copy)]
pub struct Text<'a> {
    bytes: &'a [u8],
    form: Escaping,
}

impl<'a> Text<'a> {
    /// Text without escapes; a backslash is a backslash.
    pub const fn raw(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Escaping::Raw)
    }

    /// The content of a JSON string, without its quotes.
    pub const fn once(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Escaping::Once)
    }

    /// The content of a JSON string inside a JSON string, without either's quotes.
    pub const fn twice(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Escaping::Twice)
    }

    /// Text in a form known only at run time.
    pub const fn new(bytes: &'a [u8], form: Escaping) -> Self {
        Self { bytes, form }
    }

    /// The bytes as they lie there, still escaped.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How often the bytes are escaped.
    pub const fn form(&self) -> Escaping {
        self.form
    }

    /// Whether there is no text at all. No escape decodes to nothing, so this needs no decoding.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The text itself where it needs neither unescaping nor repair.
    pub fn plain(&self) -> Option<&'a str> {
        if self.is_verbatim() {
            simdutf8::basic::from_utf8(self.bytes).ok()
        } else {
            None
        }
    }

    /// The decoded text, borrowed where it is [plain](Self::plain).
    pub fn to_str(&self) -> Cow<'a, str> {
        if self.is_verbatim() {
            return lossy(self.bytes);
        }
        let mut out = String::with_capacity(self.bytes.len());
        self.for_each(|piece| out.push_str(piece));
        Cow::Owned(out)
    }

    /// Appends the decoded text, which is always valid UTF-8.
    pub fn decode_into(&self, out: &mut Vec<u8>) {
        self.for_each_bytes(|piece| out.extend_from_slice(piece));
    }

    /// Hands the decoded text over piece by piece, so that a writer can escape it its own way without a copy
    /// in between. Where the pieces are cut means nothing.
    pub fn for_each(&self, mut each: impl FnMut(&str)) {
        // Never breaks, so there is nothing to learn from the flow.
        let _ = self.try_for_each(&mut |piece: &str| {
            each(piece);
            ControlFlow::Continue(())
        });
    }

    /// Whether the decoded text is `other`.
    pub fn eq_str(&self, other: &str) -> bool {
        (self.is_verbatim() && self.bytes == other.as_bytes()) || self.eq_with(other, |a, b| a == b)
    }

    /// Whether the decoded text is `other`, ASCII letters of either case being the same.
    pub fn eq_ignore_ascii_case(&self, other: &str) -> bool {
        self.eq_with(other, <[u8]>::eq_ignore_ascii_case)
    }

    /// Whether the decoded text begins with `prefix`.
    pub fn starts_with(&self, prefix: &str) -> bool {
        let mut rest = prefix.as_bytes();
        let _ = self.try_for_each(&mut |piece: &str| {
            let shared = rest.len().min(piece.len());
            match rest.strip_prefix(piece.as_bytes().get(..shared).unwrap_or_default()) {
                Some(tail) => {
                    rest = tail;
                    if rest.is_empty() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                }
                None => ControlFlow::Break(()),
            }
        });
        rest.is_empty()
    }

    fn eq_with(&self, other: &str, same: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        let mut rest = other.as_bytes();
        let flow = self.try_for_each(
            &mut |piece: &str| match rest.split_at_checked(piece.len()) {
                Some((head, tail)) if same(head, piece.as_bytes()) => {
                    rest = tail;
                    ControlFlow::Continue(())
                }
                _ => ControlFlow::Break(()),
            },
        );
        flow.is_continue() && rest.is_empty()
    }

    /// As [`Text::for_each`], for those to whom bytes are enough.
    #[inline]
    pub fn for_each_bytes(&self, mut each: impl FnMut(&[u8])) {
        if self.is_ascii() {
            each(self.bytes);
        } else {
            self.for_each(|piece| each(piece.as_bytes()));
        }
    }

    /// True where all of it is ASCII without a backslash, as nearly all of CloudTrail's is: it means itself.
    #[inline]
    fn is_ascii(&self) -> bool {
        self.bytes.is_ascii() && memchr(b'\\', self.bytes).is_none()
    }

    fn is_verbatim(&self) -> bool {
        self.form == Escaping::Raw || memchr(b'\\', self.bytes).is_none()
    }

    fn try_for_each(&self, each: &mut impl FnMut(&str) -> ControlFlow<()>) -> ControlFlow<()> {
        match self.form {
            Escaping::Raw => each(&lossy(self.bytes)),
            Escaping::Once => unescape(&lossy(self.bytes), each),
            Escaping::Twice => {
                // Neither level changes what stands before the first backslash, so a comparison that fails
                // there needs no scratch.
                let cut = memchr(b'\\', self.bytes).unwrap_or(self.bytes.len());
                let (head, tail) = self.bytes.split_at(cut);
                each(&lossy(head))?;
                if tail.is_empty() {
                    return ControlFlow::Continue(());
                }
                let mut inner = String::with_capacity(tail.len());
                let _ = unescape(&lossy(tail), &mut |piece: &str| {
                    inner.push_str(piece);
                    ControlFlow::Continue(())
                });
                unescape(&inner, each)
            }
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({:?})", self.form, self.to_str())
    }
}
