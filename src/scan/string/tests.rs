//! Compares every implementation of masks with a search byte by byte.

use super::*;
use crate::scan::{Nesting, Plain};

fn naive(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let mut i = at;
    loop {
        match bytes.get(i) {
            None => return Err(Fault::end(bytes.len())),
            Some(b'"') => return Ok(i),
            Some(b'\\') => match bytes.get(i + 1) {
                None => return Err(Fault::end(bytes.len())),
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => i += 2,
                Some(b'u') => {
                    hex4(bytes, i + 2)?;
                    i += 6;
                }
                Some(_) => return Err(Fault::invalid(i + 1)),
            },
            Some(0..0x20) => return Err(Fault::invalid(i)),
            Some(_) => i += 1,
        }
    }
}

fn check(bytes: &[u8], at: usize) {
    let expected = naive(bytes, at);
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(end_by(Portable, bytes, at), expected, "{}", shown());
    assert_eq!(Plain::string_end(bytes, at), expected, "{}", shown());
    #[cfg(all(target_arch = "x86_64", not(feature = "reference")))]
    if let Some(avx2) = crate::scan::avx2::Avx2::new() {
        assert_eq!(avx2.string_end(bytes, at), expected, "{}", shown());
    }
}

#[test]
fn every_short_string_of_odd_bytes_ends_alike_wherever_a_block_ends() {
    let needs_unescape = [b'"', b'\\', b'u', b'n', b'0', 0x1f, b'x', 0xff];
    for lead in [0, 1, 30, 31, 59, 60, 61, 62, 63, 64, 125, 127] {
        for code in 0..8usize.pow(5) {
            let mut bytes = vec![b' '; lead];
            bytes.extend((0..5).map(|nth| needs_unescape[code >> (3 * nth) & 7]));
            check(&bytes, 0);
        }
    }
}

#[test]
fn long_runs_of_escapes_end_alike() {
    let mut random = fastrand::Rng::with_seed(1);
    let parts: [&[u8]; 8] = [
        br#"\""#,
        br#"\\\""#,
        br"\\",
        br"\u00e9",
        b"abcdefghijk",
        br#"\\\\\\\""#,
        b"\xe6\x9c\xac",
        br"\n",
    ];
    for round in 0..20_000usize {
        let mut bytes = Vec::new();
        while bytes.len() < 40 + round % 300 {
            bytes.extend_from_slice(parts[random.usize(..8)]);
        }
        if let Some(odd) = b"\"\\\n".get(random.usize(..16)) {
            bytes[random.usize(..40)] = *odd;
        }
        bytes.extend_from_slice(br#"", "more": "#);
        check(&bytes, round % 7);
    }
}
