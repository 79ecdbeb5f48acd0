//! The grammar of a JSON number. Numbers are not converted, because they are printed as the input spells them.

use super::Fault;

/// The end of the number that begins at `at` (RFC 8259 §6).
///
/// # Errors
/// A [`Fault`] where the number ends early or has a wrong byte. A number that reaches the end of `bytes` is accepted:
/// inside an object something must follow, and only the caller knows whether there are more bytes.
pub fn number_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let mut i = at;
    if bytes.get(i) == Some(&b'-') {
        i += 1;
    }
    match bytes.get(i) {
        Some(b'0') => i += 1,
        Some(b'1'..=b'9') => i = digits(bytes, i)?,
        Some(_) => return Err(Fault::invalid(i)),
        None => return Err(Fault::end(i)),
    }
    if bytes.get(i) == Some(&b'.') {
        i = digits(bytes, i + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(i) {
        i += 1;
        if let Some(b'+' | b'-') = bytes.get(i) {
            i += 1;
        }
        i = digits(bytes, i)?;
    }
    Ok(i)
}

/// Skips one or more digits.
fn digits(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let mut i = at;
    while let Some(b'0'..=b'9') = bytes.get(i) {
        i += 1;
    }
    match bytes.get(i) {
        _ if i > at => Ok(i),
        Some(_) => Err(Fault::invalid(i)),
        None => Err(Fault::end(i)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_accepted_exactly_if_serde_json_accepts_them() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..50_000 {
            let length = random.usize(1..8);
            let digit = |_| char::from(b"-0123.eE+9"[random.usize(..10)]);
            let text: String = (0..length).map(digit).collect();
            let ours = number_end(text.as_bytes(), 0) == Ok(text.len());
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            assert_eq!(ours, theirs, "{text}");
        }
    }
}
