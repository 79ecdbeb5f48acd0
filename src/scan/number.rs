//! The grammar of a JSON number, as bytes. Numbers are never converted here: what is printed later is
//! their spelling in the input.

use super::Fault;

/// The end of the number that begins at `at` (RFC 8259 §6).
///
/// # Errors
/// A [`Fault`] where the number breaks off or can't go on. A number that reaches the end of `bytes` is
/// taken as it is: only what follows could tell whether it goes on, and inside an object something must.
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
    fn numbers_are_taken_as_serde_json_takes_them() {
        let mut seed = 7u64;
        for _ in 0..50_000 {
            let mut text = String::new();
            for _ in 0..(1 + seed % 7) {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                text.push(b"-0123.eE+9"[(seed % 10) as usize] as char);
            }
            let ours = number_end(text.as_bytes(), 0) == Ok(text.len());
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            assert_eq!(ours, theirs, "{text}");
        }
    }
}
