//! Text as it is in a file, with the number of its levels of JSON escapes.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use memchr::memchr;

use super::escape::{lossy, unescape};

#[cfg(test)]
mod tests;

/// The number of levels of JSON escapes in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escaping {
    /// Plain text.
    Raw,
    /// The content of a JSON string, without its quotes.
    Once,
    /// The content of a JSON string inside another JSON string, such as every string of a `CloudTrailEvent`.
    Twice,
}

impl Escaping {
    /// The escaping of the content of a string in JSON text with this escaping.
    pub const fn deeper(self) -> Escaping {
        match self {
            Escaping::Raw => Escaping::Once,
            Escaping::Once | Escaping::Twice => Escaping::Twice,
        }
    }
}

/// Borrowed text that is decoded only when it is used.
///
/// All functions use the same decoded text, which is always valid UTF-8:
/// - invalid UTF-8 becomes U+FFFD as in [`String::from_utf8_lossy`];
/// - half of a surrogate pair becomes U+FFFD;
/// - a backslash that does not begin a JSON escape (`\x`, `\u12`, one at the end) stays as it is;
/// - [`Escaping::Twice`] is decoded twice, each time completely, so halves of a surrogate pair from different levels are
///   not joined.
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

    /// The content of a JSON string inside a JSON string, without the quotes of both.
    pub const fn twice(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Escaping::Twice)
    }

    /// Text with an escaping that is known only at run time.
    pub const fn new(bytes: &'a [u8], form: Escaping) -> Self {
        Self { bytes, form }
    }

    /// The bytes without decoding.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The number of levels of escapes.
    pub const fn form(&self) -> Escaping {
        self.form
    }

    /// Whether the text is empty. Nothing is decoded, because no escape decodes to empty text.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The text if it needs neither decoding nor replacement characters.
    pub fn plain(&self) -> Option<&'a str> {
        if self.is_verbatim() {
            simdutf8::basic::from_utf8(self.bytes).ok()
        } else {
            None
        }
    }

    /// The decoded text, borrowed if it is [plain](Self::plain).
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

    /// Calls `each` with the decoded text fragment by fragment, so that a writer can escape it without a copy. The
    /// boundaries of the fragments have no meaning.
    pub fn for_each(&self, mut each: impl FnMut(&str)) {
        // The closure never breaks, so the result is always the same.
        let _ = self.try_for_each(&mut |piece: &str| {
            each(piece);
            ControlFlow::Continue(())
        });
    }

    /// Whether the decoded text is `other`.
    pub fn eq_str(&self, other: &str) -> bool {
        (self.is_verbatim() && self.bytes == other.as_bytes()) || self.eq_with(other, |a, b| a == b)
    }

    /// Whether the decoded text is `other`, without regard to the case of ASCII letters.
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

    /// [`Text::for_each`] with bytes, which is faster for ASCII.
    #[inline]
    pub fn for_each_bytes(&self, mut each: impl FnMut(&[u8])) {
        if self.is_ascii() {
            each(self.bytes);
        } else {
            self.for_each(|piece| each(piece.as_bytes()));
        }
    }

    /// Whether the text is ASCII without a backslash, as nearly all text of CloudTrail is. Then it is its own decoding.
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
                // Both levels leave the text before the first backslash unchanged, so a comparison that fails there
                // allocates nothing.
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
