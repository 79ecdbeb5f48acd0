use super::MAX_WINDOW;
use crate::input::testing::{skippable, text, unpacked, zstd};

/// 600 bytes of one repeated line, from the `zstd` tool at level 19, as a stream: no length, with a
/// checksum.
const LINES: [u8; 65] = [
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0xa5, 0x01, 0x00, 0xb4, 0x02, 0x7b, 0x22, 0x45, 0x76, 0x65,
    0x6e, 0x74, 0x49, 0x64, 0x22, 0x3a, 0x20, 0x22, 0x61, 0x62, 0x63, 0x2d, 0x64, 0x65, 0x66, 0x22,
    0x2c, 0x20, 0x22, 0x52, 0x65, 0x61, 0x64, 0x4f, 0x6e, 0x6c, 0x79, 0x22, 0x3a, 0x20, 0x22, 0x74,
    0x72, 0x75, 0x65, 0x22, 0x7d, 0x0a, 0x01, 0x00, 0x53, 0xe1, 0x2a, 0x55, 0x06, 0xf5, 0x98, 0xab,
    0x3b,
];

/// The numbers from 1 to 60, one per line, from the `zstd` tool with `--no-check`: Huffman-coded
/// literals.
const NUMBERS: [u8; 91] = [
    0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x95, 0x02, 0x00, 0xb2, 0x8a, 0x13, 0x0b, 0xb0, 0xa7, 0x0d,
    0xad, 0x11, 0x89, 0x6c, 0x1b, 0x8a, 0x01, 0x1d, 0x83, 0x79, 0xc8, 0x42, 0x0e, 0xf2, 0xc8, 0x22,
    0x57, 0xa6, 0x3c, 0x59, 0x32, 0x90, 0x47, 0x17, 0x3d, 0xf4, 0xe9, 0xd2, 0xdb, 0xd9, 0xd7, 0xd5,
    0x41, 0x1f, 0x5c, 0xf0, 0xc0, 0x87, 0x0b, 0x2f, 0x27, 0x1f, 0x17, 0x07, 0x7c, 0x6c, 0xb1, 0xc3,
    0x9e, 0x2d, 0xbb, 0x9b, 0x7b, 0x5b, 0x1b, 0xec, 0xa1, 0x85, 0x0e, 0x7a, 0xb4, 0xe8, 0x6a, 0xea,
    0x69, 0x69, 0xa0, 0xc7, 0xe2, 0xf0, 0x2c, 0x77, 0xbe, 0x15, 0x00,
];

fn lines() -> Vec<u8> {
    let mut text = b"{\"EventId\": \"abc-def\", \"ReadOnly\": \"true\"}\n".repeat(14);
    text.truncate(600);
    text
}

fn numbers() -> Vec<u8> {
    (1..=60)
        .flat_map(|number| format!("{number}\n").into_bytes())
        .collect()
}

/// A frame of raw blocks with a window of 1 KiB and no checksum.
fn raw_blocks(blocks: &[&[u8]]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00];
    for (index, block) in blocks.iter().enumerate() {
        let header = (block.len() as u32) << 3 | u32::from(index + 1 == blocks.len());
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(*block);
    }
    frame
}

/// Frames of both makers between skippable ones.
fn frames() -> (Vec<u8>, Vec<u8>) {
    let packed = [
        &skippable(0, b"index")[..],
        &LINES,
        &skippable(15, b""),
        &zstd(&text(500)),
        &zstd(b""),
        &NUMBERS,
    ]
    .concat();
    (packed, [lines(), text(500), numbers()].concat())
}

#[test]
fn all_frames_are_read_with_buffers_of_any_size() {
    let (packed, all) = frames();
    for (dose, size) in [(1, 1), (1, 9999), (9999, 1), (7, 13), (9999, 9999)] {
        assert_eq!(
            unpacked(&packed, dose, size),
            (all.clone(), String::new()),
            "{dose} {size}"
        );
    }
}

#[test]
fn text_longer_than_every_buffer_and_window_comes_out_whole() {
    let all = text(3_000_000);
    assert_eq!(
        unpacked(&zstd(&all), usize::MAX, 100_000),
        (all, String::new())
    );
}

#[test]
fn skippable_frames_alone_are_an_empty_text() {
    let packed = [skippable(3, &[7; 100_000]), skippable(4, b"")].concat();
    assert_eq!(unpacked(&packed, 5000, 9), (Vec::new(), String::new()));
}

#[test]
fn a_truncation_gives_all_whole_blocks_and_says_where() {
    let (packed, all) = frames();
    let ends: Vec<usize> = [13, 65, 8, zstd(&text(500)).len(), zstd(b"").len(), 91]
        .iter()
        .scan(0, |end, len| {
            *end += len;
            Some(*end)
        })
        .collect();
    let mut longest = 0;
    for cut in 4..=packed.len() {
        let (bytes, error) = unpacked(&packed[..cut], 5, 64);
        assert!(all.starts_with(&bytes));
        assert!(bytes.len() >= longest, "a longer file gives no less");
        longest = bytes.len();
        if ends.contains(&cut) {
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
    }
    assert_eq!(longest, all.len());
}

#[test]
fn blocks_within_the_window_are_delivered_before_a_truncation() {
    let frame = raw_blocks(&[b"first ", b"second ", b"third"]);
    assert_eq!(
        unpacked(&frame, 9, 9),
        (b"first second third".to_vec(), String::new())
    );
    let (bytes, _) = unpacked(&frame[..frame.len() - 1], 9, 9);
    assert_eq!(bytes, b"first second ");
}

#[test]
fn blocks_before_a_damaged_one_are_delivered() {
    let mut frame = raw_blocks(&[b"first ", b"second ", b"third"]);
    let third = frame.len() - 8;
    frame[third] |= 0b110;
    let packed = [&LINES[..], &frame, &LINES].concat();
    let (bytes, error) = unpacked(&packed, 9, 9);
    assert_eq!(bytes, [&lines()[..], b"first second "].concat());
    assert_eq!(
        error,
        "Corrupt { unpacked_at: 613, packed_at: 65, reason: \"a malformed block\" }"
    );
}

#[test]
fn a_wrong_checksum_is_reported_after_all_bytes() {
    let mut packed = [LINES, LINES].concat();
    packed[129] ^= 1;
    let (bytes, error) = unpacked(&packed, 9, 9);
    assert_eq!(bytes, [lines(), lines()].concat());
    assert_eq!(
        error,
        "Corrupt { unpacked_at: 1200, packed_at: 65, reason: \"a wrong checksum\" }"
    );
}

#[test]
fn a_wrong_declared_length_of_a_frame_is_reported() {
    // Content size 9 in one byte, single segment; a last raw block of 4 bytes.
    let packed = [
        0x28, 0xb5, 0x2f, 0xfd, 0x20, 9, 0x21, 0, 0, b'a', b'b', b'c', b'd',
    ];
    let (bytes, error) = unpacked(&packed, 9, 9);
    assert_eq!(bytes, b"abcd");
    assert!(
        error.starts_with("Corrupt { unpacked_at: 4, packed_at: 0"),
        "{error}"
    );
}

/// A frame with one raw block whose window descriptor is given.
fn with_window(descriptor: u8) -> Vec<u8> {
    vec![0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 0x09, 0, 0, b'x']
}

#[test]
fn a_window_of_128_mib_is_read_and_a_larger_one_refused() {
    assert_eq!(1 << 27, MAX_WINDOW);
    assert_eq!(
        unpacked(&with_window(17 << 3), 9, 9),
        (b"x".to_vec(), String::new())
    );
    for larger in [17 << 3 | 1, 18 << 3, 30 << 3, 0xff] {
        let packed = [&LINES[..], &with_window(larger)].concat();
        let (bytes, error) = unpacked(&packed, 9, 9);
        assert_eq!(bytes, lines());
        assert!(
            error.starts_with("Unsupported { unpacked_at: 600, packed_at: 65"),
            "{error}"
        );
        assert!(error.contains("--long=31"), "{error}");
    }
    // A single segment of 1 TiB: its length is its window.
    let packed = [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0];
    assert!(unpacked(&packed, 9, 9).1.starts_with("Unsupported"));
}

#[test]
fn a_frame_that_needs_a_dictionary_is_refused_by_name() {
    let packed = [0x28, 0xb5, 0x2f, 0xfd, 0x01, 0, 77, 0x09, 0, 0, b'x'];
    let (bytes, error) = unpacked(&packed, 9, 9);
    assert!(bytes.is_empty());
    assert!(error.contains("dictionary 77"), "{error}");
}

#[test]
fn zeros_after_the_last_frame_are_padding_and_anything_else_is_named() {
    let (packed, all) = frames();
    let end = packed.len();
    for (tail, expected) in [
        (&[0; 1000][..], String::new()),
        (b"{}", format!("TrailingGarbage {{ at: {end} }}")),
        (
            b"\0\0{\"Records\":[",
            format!("TrailingGarbage {{ at: {} }}", end + 2),
        ),
        (
            &[0x28, 0xb5, 0x2f],
            format!(
                "Truncated {{ unpacked_at: {}, packed_at: {} }}",
                all.len(),
                end + 3
            ),
        ),
        (
            &[0x5f, 0x2a],
            format!(
                "Truncated {{ unpacked_at: {}, packed_at: {} }}",
                all.len(),
                end + 2
            ),
        ),
    ] {
        let spoiled = [&packed[..], tail].concat();
        for dose in [1, 9999] {
            assert_eq!(
                unpacked(&spoiled, dose, 64),
                (all.clone(), expected.clone()),
                "{tail:?}"
            );
        }
    }
}

#[test]
fn no_damage_makes_it_panic_and_buffers_never_matter() {
    let long = zstd(&text(300_000));
    let (short, _) = frames();
    for seed in 0..1500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut spoiled = if seed % 30 == 0 {
            long.clone()
        } else {
            short[13..].to_vec()
        };
        for _ in 0..=random.usize(..3) {
            let at = 4 + random.usize(..spoiled.len() - 4);
            match random.usize(..4) {
                0 => spoiled[at] ^= 1 << random.usize(..8),
                1 => spoiled[at] = random.u64(..) as u8,
                2 => drop(spoiled.remove(at)),
                _ => spoiled.insert(at, random.u64(..) as u8),
            }
        }
        let (dose, size) = (1 + random.usize(..2000), 1 + random.usize(..5000));
        assert_eq!(
            unpacked(&spoiled, dose, size),
            unpacked(&spoiled, 200_000, 70_000),
            "seed {seed}"
        );
    }
}
