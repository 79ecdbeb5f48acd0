//! The plain walker: skips values and walks the members of an object, at either level, without recursion.

use super::{Fault, FaultKind, MAX_DEPTH, Nesting, is_space, number_end};

/// The positions of the open containers, outermost first. Reused from value to value.
///
/// After a fault it still contains the containers that were open at the fault.
#[derive(Debug)]
pub struct Stack {
    open: Vec<usize>,
    limit: usize,
}

impl Default for Stack {
    fn default() -> Self {
        Self::with_limit(MAX_DEPTH)
    }
}

impl Stack {
    /// An empty stack with a limit on its depth.
    pub fn with_limit(limit: usize) -> Self {
        Stack {
            open: Vec::new(),
            limit,
        }
    }

    /// Sets the limit on the depth.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// The limit on the depth.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The containers that were open at the last fault.
    pub fn open(&self) -> &[usize] {
        &self.open
    }

    fn push(&mut self, at: usize) -> Result<(), Fault> {
        if self.open.len() >= self.limit {
            return Err(Fault {
                at,
                why: FaultKind::TooDeep,
            });
        }
        self.open.push(at);
        Ok(())
    }
}

/// One member of an object, as positions in the walked slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// First byte of the content of the key, after its opening quote.
    pub key: usize,
    /// End of the content of the key: the position of its closing quote.
    pub key_end: usize,
    /// First byte of the value.
    pub value: usize,
    /// End of the value (exclusive).
    pub value_end: usize,
}

/// The end of the value that begins at `at`, without white space before it.
///
/// # Errors
/// A [`Fault`] if no whole and valid JSON value begins there.
pub fn value_end<L: Nesting>(bytes: &[u8], at: usize, stack: &mut Stack) -> Result<usize, Fault> {
    stack.open.clear();
    value_below::<L>(bytes, at, stack)
}

/// As [`value_end`], without clearing the stack: the containers on it stay open.
fn value_below<L: Nesting>(bytes: &[u8], at: usize, stack: &mut Stack) -> Result<usize, Fault> {
    let lowest = stack.open.len();
    let mut i = at;
    'value: loop {
        match bytes.get(i) {
            Some(b'{') => {
                stack.push(i)?;
                i = L::skip_space(bytes, i + 1);
                if bytes.get(i) != Some(&b'}') {
                    i = member_key::<L>(bytes, i)?.1;
                    continue 'value;
                }
                stack.open.pop();
                i += 1;
            }
            Some(b'[') => {
                stack.push(i)?;
                i = L::skip_space(bytes, i + 1);
                if bytes.get(i) != Some(&b']') {
                    continue 'value;
                }
                stack.open.pop();
                i += 1;
            }
            Some(b'-' | b'0'..=b'9') => {
                i = number_end(bytes, i).map_err(|fault| token_fault(bytes, fault))?;
            }
            Some(b't') => i = literal(bytes, i, b"true")?,
            Some(b'f') => i = literal(bytes, i, b"false")?,
            Some(b'n') => i = literal(bytes, i, b"null")?,
            Some(_) if L::quote_at(bytes, i) => {
                i = L::string_end(bytes, i + L::QUOTE)? + L::QUOTE;
            }
            Some(_) => return Err(bad_byte(bytes, i)),
            None => return Err(Fault::end(i)),
        }
        // After a value: close containers until a comma requires another value.
        while stack.open.len() > lowest {
            i = L::skip_space(bytes, i);
            let in_object = stack.open.last().map(|&o| bytes[o] == b'{');
            match (bytes.get(i), in_object) {
                (Some(b','), Some(true)) => {
                    let key = L::skip_space(bytes, i + 1);
                    i = member_key::<L>(bytes, key)?.1;
                    continue 'value;
                }
                (Some(b','), _) => {
                    i = L::skip_space(bytes, i + 1);
                    continue 'value;
                }
                (Some(b'}'), Some(true)) | (Some(b']'), Some(false)) => {
                    stack.open.pop();
                    i += 1;
                }
                (Some(_), _) => return Err(bad_byte(bytes, i)),
                (None, _) => return Err(Fault::end(i)),
            }
        }
        return Ok(i);
    }
}

/// Reads a key and its colon. Returns the end of the content of the key and the first byte of the value.
fn member_key<L: Nesting>(bytes: &[u8], at: usize) -> Result<(usize, usize), Fault> {
    if !L::quote_at(bytes, at) {
        return Err(bad_byte(bytes, at));
    }
    let end = L::string_end(bytes, at + L::QUOTE)?;
    let colon = L::skip_space(bytes, end + L::QUOTE);
    match bytes.get(colon) {
        Some(b':') => Ok((end, L::skip_space(bytes, colon + 1))),
        Some(_) => Err(bad_byte(bytes, colon)),
        None => Err(Fault::end(colon)),
    }
}

/// The fault for an unexpected byte. A backslash between tokens of nested text may be a quote spelled `\u0022`.
fn bad_byte(bytes: &[u8], at: usize) -> Fault {
    match bytes.get(at) {
        None => Fault::end(at),
        Some(b'\\') if at + 1 == bytes.len() => Fault::end(at),
        Some(b'\\') => Fault::needs_unescape(at),
        Some(_) => Fault::invalid(at),
    }
}

/// The fault inside a token, whose next character may be spelled with a backslash as well.
fn token_fault(bytes: &[u8], fault: Fault) -> Fault {
    match fault.why {
        FaultKind::Invalid => bad_byte(bytes, fault.at),
        _ => fault,
    }
}

fn literal(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, Fault> {
    let have = &bytes[at..bytes.len().min(at + word.len())];
    match have.iter().zip(word).position(|(a, b)| a != b) {
        Some(i) => Err(bad_byte(bytes, at + i)),
        None if have.len() < word.len() => Err(Fault::end(bytes.len())),
        None => Ok(at + word.len()),
    }
}

/// Walks the members of the object that begins at `at`; returns where the object ends.
///
/// `step` is called twice per member: before the value is read, with `value_end == value`, and after it, with its end. So a
/// caller can stop before a value that is larger than memory. If `step` returns `false`, the walk ends with `Ok(None)`.
///
/// # Errors
/// A [`Fault`] if the object is not whole and valid. Members before the fault were reported.
pub fn members<L: Nesting>(
    bytes: &[u8],
    at: usize,
    stack: &mut Stack,
    mut step: impl FnMut(Member) -> bool,
) -> Result<Option<usize>, Fault> {
    stack.open.clear();
    stack.push(at)?;
    if bytes.get(at) != Some(&b'{') {
        return Err(bad_byte(bytes, at));
    }
    let mut i = L::skip_space(bytes, at + 1);
    if bytes.get(i) == Some(&b'}') {
        return Ok(Some(i + 1));
    }
    loop {
        let (key_end, value) = member_key::<L>(bytes, i)?;
        let mut member = Member {
            key: i + L::QUOTE,
            key_end,
            value,
            value_end: value,
        };
        if !step(member) {
            return Ok(None);
        }
        member.value_end = value_below::<L>(bytes, value, stack)?;
        if !step(member) {
            return Ok(None);
        }
        i = L::skip_space(bytes, member.value_end);
        match bytes.get(i) {
            Some(b',') => i = L::skip_space(bytes, i + 1),
            Some(b'}') => return Ok(Some(i + 1)),
            Some(_) => return Err(bad_byte(bytes, i)),
            None => return Err(Fault::end(i)),
        }
    }
}

/// The end of a value that is known to be valid, by counting brackets only.
///
/// For invalid bytes the result has no meaning, but the function still ends, at the end of `bytes` at the latest.
pub fn skip_valid<L: Nesting>(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0usize;
    let mut i = at;
    while let Some(&byte) = bytes.get(i) {
        if L::quote_at(bytes, i) {
            match L::string_end(bytes, i + L::QUOTE) {
                Ok(end) => i = end + L::QUOTE,
                Err(_) => return bytes.len(),
            }
            if depth == 0 {
                return i;
            }
            continue;
        }
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return i + usize::from(depth == 1),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return i,
            _ if depth == 0 && (is_space(byte) || byte == b'\\') => return i,
            _ => {}
        }
        i += 1;
    }
    bytes.len()
}
