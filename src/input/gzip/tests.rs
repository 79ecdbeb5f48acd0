use crate::input::testing::{gzip, text, unpacked};
use flate2::GzBuilder;
use std::io::Write;

/// Three members, one of them with every optional header field but the checksum, one empty.
fn members() -> (Vec<u8>, Vec<u8>) {
    let all = text(700);
    let mut packed = gzip(&all[..300]);
    packed.extend(gzip(b""));
    let mut encoder = GzBuilder::new()
        .filename("dump")
        .comment("a note")
        .extra(&b"xxxx"[..])
        .write(Vec::new(), flate2::Compression::best());
    encoder.write_all(&all[300..]).unwrap();
    packed.extend(encoder.finish().unwrap());
    (packed, all)
}

#[test]
fn all_members_are_read_with_buffers_of_any_size() {
    let (packed, all) = members();
    for (dose, size) in [(1, 1), (1, 9999), (9999, 1), (7, 13), (9999, 9999)] {
        assert_eq!(
            unpacked(&packed, dose, size),
            (all.clone(), String::new()),
            "{dose} {size}"
        );
    }
}

#[test]
fn text_longer_than_every_buffer_comes_out_whole() {
    let all = text(3_000_000);
    assert_eq!(
        unpacked(&gzip(&all), usize::MAX, 100_000),
        (all, String::new())
    );
}

#[test]
fn thousands_of_members_are_read() {
    let one = gzip(b"{}\n");
    let packed = one.repeat(3000);
    assert_eq!(
        unpacked(&packed, 1000, 1000),
        (b"{}\n".repeat(3000), String::new())
    );
}

#[test]
fn a_truncation_gives_all_it_can_and_says_where() {
    let (packed, all) = members();
    let whole: Vec<usize> = {
        let first = gzip(&all[..300]).len();
        vec![first, first + gzip(b"").len(), packed.len()]
    };
    let mut longest = 0;
    for cut in 2..packed.len() {
        let (bytes, error) = unpacked(&packed[..cut], 5, 64);
        assert!(all.starts_with(&bytes));
        assert!(bytes.len() >= longest, "a longer file gives no less");
        longest = bytes.len();
        if whole.contains(&cut) {
            assert_eq!(error, "");
        } else {
            assert_eq!(
                error,
                format!(
                    "Truncated {{ unpacked_at: {}, packed_at: {cut} }}",
                    bytes.len()
                )
            );
        }
        if cut >= packed.len() - 8 {
            assert_eq!(bytes, all, "only the trailer is missing");
        }
    }
}

#[test]
fn zeros_after_the_last_member_are_padding() {
    let (mut packed, all) = members();
    for _ in 0..3 {
        packed.extend([0; 400]);
        assert_eq!(unpacked(&packed, 7, 64), (all.clone(), String::new()));
    }
}

#[test]
fn a_member_after_padding_is_not_lost() {
    let mut packed = gzip(b"one ");
    packed.extend([0; 1000]);
    packed.extend(gzip(b"two"));
    assert_eq!(
        unpacked(&packed, 7, 64),
        (b"one two".to_vec(), String::new())
    );
}

#[test]
fn anything_else_after_the_last_member_is_named_with_its_place() {
    let (packed, all) = members();
    let end = packed.len();
    for (garbage, at) in [
        (&b"{}"[..], 0),
        (b"\0\0\0x", 3),
        (b"\x1f\x8c", 0),
        (b"\x1f\x1f\x8b", 0),
    ] {
        let mut spoiled = packed.clone();
        spoiled.extend(garbage);
        for dose in [1, 9999] {
            let expected = format!("TrailingGarbage {{ at: {} }}", end + at);
            assert_eq!(
                unpacked(&spoiled, dose, 64),
                (all.clone(), expected),
                "{garbage:?}"
            );
        }
    }
}

#[test]
fn half_a_magic_number_at_the_end_is_a_truncated_member() {
    let (mut packed, all) = members();
    packed.push(0x1f);
    let expected = format!(
        "Truncated {{ unpacked_at: {}, packed_at: {} }}",
        all.len(),
        packed.len()
    );
    assert_eq!(unpacked(&packed, 9, 9), (all, expected));
}

#[test]
fn a_wrong_checksum_is_reported_after_all_bytes_and_ends_the_stream() {
    let mut packed = gzip(b"first");
    let second = packed.len();
    packed.extend(gzip(b"second"));
    let crc = packed.len() - 8;
    packed[crc] ^= 1;
    packed.extend(gzip(b"third"));
    let (bytes, error) = unpacked(&packed, 9, 9);
    assert_eq!(bytes, b"firstsecond");
    assert_eq!(
        error,
        format!("Corrupt {{ unpacked_at: 11, packed_at: {second}, reason: \"a wrong checksum\" }}")
    );
}

#[test]
fn damage_in_a_header_is_reported() {
    let mut packed = gzip(b"text");
    packed[2] = 7;
    let (bytes, error) = unpacked(&packed, 9, 9);
    assert!(bytes.is_empty());
    assert!(
        error.contains("packed_at: 0, reason: \"a malformed header\""),
        "{error}"
    );
}
