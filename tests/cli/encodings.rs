//! Bytes that are not UTF-8, and byte order marks inside a dump: every event is counted, with a warning.
//!
//! UTF-16 is tested by `reading::outside`.

use crate::support::program::Dir;
use crate::support::records::events;
use crate::support::shapes;

/// Two consecutive trails, the first with these bytes in a user agent.
fn text(bytes: &[u8], between: &[u8]) -> Vec<u8> {
    let mut first = events(970, 3);
    first[1].record.set("userAgent", "MARK".into());
    let first = shapes::trail(&first).into_bytes();
    let at = memchr::memmem::find(&first, b"MARK").expect("it");
    [
        &first[..at],
        bytes,
        &first[at + 4..],
        between,
        shapes::trail(&events(971, 2)).as_bytes(),
    ]
    .concat()
}

#[test]
fn code_pages_of_windows_are_reported_and_lose_no_event() {
    let dir = Dir::new();
    for (name, bytes) in [
        ("cp1252", &b"M\xfcller \x80 \x93x\x94"[..]),
        // The second bytes of these two characters are a backslash and a bracket.
        ("cp932", b"\x8e\xd0\x93\xe0 \x83~"),
        ("cut UTF-8", b"\xe3\x81"),
        ("overlong", b"\xc0\xaf"),
        ("surrogate", b"\xed\xa0\x80"),
    ] {
        dir.write(name, text(bytes, b"\n"));
        dir.run(["count", "--total", name])
            .got()
            .ends(0)
            .prints("5\n")
            .mentions("1 event with bytes that are not UTF-8 (a Windows code page?)");
    }
    // If the second byte is a backslash, it escapes the next byte, and only that event is lost.
    dir.write("dump", text(b"\x83\\", b"\n"));
    let got = dir.run(["count", "--total", "dump"]).got();
    got.ends(3).prints("4\n").mentions("an event is damaged");
}

#[test]
fn a_byte_order_mark_between_documents_or_in_a_value_is_not_damage() {
    let dir = Dir::new();
    for (bytes, between) in [
        (&b"x"[..], &b"\n\xef\xbb\xbf"[..]),
        (b"x", b"\xef\xbb\xbf\n"),
        (b"\xef\xbb\xbfx", b"\n"),
    ] {
        dir.write("dump", text(bytes, between));
        dir.run(["count", "--total", "dump"])
            .got()
            .ends(0)
            .prints("5\n");
    }
}

#[test]
fn zeros_damage_only_the_event_that_contains_them() {
    let dir = Dir::new();
    dir.write("dump", text(b"x", &[0; 600]));
    dir.run(["count", "--total", "dump"]).got().prints("5\n");
    dir.write("dump", text(b"a\0b", b"\n"));
    dir.run(["count", "--total", "dump"])
        .got()
        .ends(3)
        .prints("4\n")
        .mentions("an event is damaged");
}
