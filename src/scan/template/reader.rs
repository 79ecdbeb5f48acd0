//! Reads a template token by token, by the grammar of JSON between the values of an object. Whatever is unusual gives
//! `None` and is left to the plain walker, which reports what is wrong.

use super::{LONGEST, MemberMark, Nesting, OpenBits, Then};

/// A template that is read for the first time.
pub(super) struct TemplateReader<'r, N> {
    pub bytes: &'r [u8],
    pub begin: usize,
    pub at: usize,
    pub open: OpenBits,
    pub is_spaced: bool,
    pub marks: &'r mut Vec<MemberMark<N>>,
}

impl<N> TemplateReader<'_, N> {
    /// Reads from the end of the previous value to the end of the template. Returns the continuation.
    pub fn template<L: Nesting>(
        &mut self,
        before: Then,
        name: &impl Fn(&[u8], u8) -> Option<N>,
    ) -> Option<Then> {
        let mut is_value = match before {
            Then::End => true,
            Then::String => {
                self.at += L::QUOTE;
                self.ends()?;
                false
            }
            Then::Number => {
                self.ends()?;
                false
            }
        };
        loop {
            if self.at - self.begin > LONGEST {
                return None;
            }
            if is_value {
                if L::quote_at(self.bytes, self.at) {
                    self.at += L::QUOTE;
                    return Some(Then::String);
                }
                is_value = match self.bytes.get(self.at)? {
                    b'{' => {
                        self.open = self.open.push(true)?;
                        self.skip_space::<L>(self.at + 1);
                        let is_empty = self.bytes.get(self.at) == Some(&b'}');
                        if !is_empty {
                            self.key::<L>(name)?;
                        }
                        !is_empty
                    }
                    b'[' => {
                        self.open = self.open.push(false)?;
                        self.skip_space::<L>(self.at + 1);
                        self.bytes.get(self.at) != Some(&b']')
                    }
                    b'-' | b'0'..=b'9' => return Some(Then::Number),
                    b't' => self.literal(b"true")?,
                    b'f' => self.literal(b"false")?,
                    b'n' => self.literal(b"null")?,
                    _ => return None,
                };
                continue;
            }
            self.skip_space::<L>(self.at);
            match self.bytes.get(self.at)? {
                b',' if self.open.in_object() => {
                    self.skip_space::<L>(self.at + 1);
                    self.key::<L>(name)?;
                    is_value = true;
                }
                b',' if self.open.in_array() => {
                    self.skip_space::<L>(self.at + 1);
                    is_value = true;
                }
                b'}' if self.open.in_object() => self.closes()?,
                b']' if self.open.in_array() => self.closes()?,
                _ => return None,
            }
            if self.open == OpenBits::NOTHING {
                return Some(Then::End);
            }
        }
    }

    /// Continues at the first byte at or after `at` that is not white space.
    fn skip_space<L: Nesting>(&mut self, at: usize) {
        self.at = L::skip_space(self.bytes, at);
        self.is_spaced |= self.at > at;
    }

    /// A key and its colon, up to the value.
    fn key<L: Nesting>(&mut self, name: &impl Fn(&[u8], u8) -> Option<N>) -> Option<()> {
        if !L::quote_at(self.bytes, self.at) {
            return None;
        }
        let key = self.at + L::QUOTE;
        let key_end = L::string_end(self.bytes, key).ok()?;
        self.skip_space::<L>(key_end + L::QUOTE);
        if self.bytes.get(self.at) != Some(&b':') {
            return None;
        }
        self.skip_space::<L>(self.at + 1);
        let first = *self.bytes.get(self.at)?;
        if self.open.depth() == 1 {
            let name = name(&self.bytes[key..key_end], first)?;
            let mark = MemberMark::Begins {
                name,
                key: self.offset(key)?,
                key_end: self.offset(key_end)?,
                value: self.offset(self.at)?,
            };
            self.marks.push(mark);
        }
        Some(())
    }

    fn literal(&mut self, word: &[u8]) -> Option<bool> {
        if !self.bytes[self.at..].starts_with(word) {
            return None;
        }
        self.at += word.len();
        self.ends()?;
        Some(false)
    }

    /// Reads a closing bracket, which ends a value.
    fn closes(&mut self) -> Option<()> {
        self.at += 1;
        self.open = self.open.pop();
        self.ends()
    }

    /// Marks the end of a value, if it is the value of a member of the walked object itself.
    fn ends(&mut self) -> Option<()> {
        if self.open.depth() == 1 {
            let end = self.offset(self.at)?;
            self.marks.push(MemberMark::Ends(end));
        }
        Some(())
    }

    fn offset(&self, at: usize) -> Option<u16> {
        u16::try_from(at - self.begin).ok()
    }
}
