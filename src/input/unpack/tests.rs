use super::{UnpackLimits, Unpacked, unpack_small};
use crate::input::testing::{gzip, text, unpacked};

const PLENTY: usize = 1 << 20;

fn small(packed: &[u8]) -> (Vec<u8>, String) {
    let mut out = b"left over".to_vec();
    match unpack_small(packed, PLENTY, &UnpackLimits::default(), &mut out) {
        Ok(Unpacked::Whole) => (out, String::new()),
        Ok(Unpacked::TooBig) => panic!("too big"),
        Err(error) => (out, format!("{error:?}")),
    }
}

/// Compares without printing thousands of bytes.
#[track_caller]
fn assert_same(a: &(Vec<u8>, String), b: &(Vec<u8>, String), context: &str) {
    assert_eq!(a.1, b.1, "{context}");
    assert!(
        a.0 == b.0,
        "{context}: {} bytes and {}",
        a.0.len(),
        b.0.len()
    );
}

/// Members of several kinds: dynamic codes, one fixed code, stored, empty; and padding.
fn members() -> Vec<u8> {
    let mut packed = gzip(&text(400));
    packed.extend(gzip(b"{}"));
    packed.extend(gzip(b""));
    let noise: Vec<u8> = {
        let mut random = fastrand::Rng::with_seed(5);
        (0..60).map(|_| random.u64(..) as u8).collect()
    };
    packed.extend(gzip(&noise));
    packed.extend([0; 5]);
    packed.extend(gzip(&b"abc".repeat(100)));
    packed
}

#[test]
fn one_shot_and_stream_agree_on_every_truncation() {
    let packed = members();
    for cut in 2..=packed.len() {
        let one_shot = small(&packed[..cut]);
        assert_same(
            &one_shot,
            &unpacked(&packed[..cut], 1, 1),
            &format!("{cut}"),
        );
        assert_same(
            &one_shot,
            &unpacked(&packed[..cut], 999, 50),
            &format!("{cut}"),
        );
    }
}

#[test]
fn one_shot_and_stream_agree_on_every_flipped_bit() {
    let packed = members();
    for at in 2..packed.len() {
        for bit in 0..8 {
            let mut spoiled = packed.clone();
            spoiled[at] ^= 1 << bit;
            assert_same(
                &small(&spoiled),
                &unpacked(&spoiled, 3, 7),
                &format!("{at} {bit}"),
            );
        }
    }
}

#[test]
fn one_shot_and_stream_agree_on_seeded_corruptions_of_a_longer_file() {
    let mut packed = gzip(&text(40_000));
    packed.extend(gzip(&text(30_000)));
    for seed in 0..400 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut spoiled = packed.clone();
        for _ in 0..=random.usize(..3) {
            let at = 2 + random.usize(..spoiled.len() - 2);
            match random.usize(..4) {
                0 => spoiled[at] = random.u64(..) as u8,
                1 => drop(spoiled.remove(at)),
                2 => spoiled.insert(at, random.u64(..) as u8),
                _ => spoiled.truncate(at.max(2)),
            }
            if spoiled.len() < 4 {
                spoiled.extend([0; 4]);
            }
        }
        let one_shot = small(&spoiled);
        let (dose, size) = (1 + random.usize(..2000), 1 + random.usize(..5000));
        assert_same(
            &one_shot,
            &unpacked(&spoiled, dose, size),
            &format!("seed {seed}"),
        );
        assert_same(
            &one_shot,
            &unpacked(&spoiled, 70_000, 1 << 16),
            &format!("seed {seed}"),
        );
    }
}

#[test]
fn the_limit_is_exact_and_the_vector_is_empty_after_it() {
    let packed = gzip(&text(1000));
    for capacity in [0, 10, 1000, 100_000] {
        let mut out = Vec::with_capacity(capacity);
        assert_eq!(
            unpack_small(&packed, 999, &UnpackLimits::default(), &mut out).unwrap(),
            Unpacked::TooBig
        );
        assert!(out.is_empty());
        assert_eq!(
            unpack_small(&packed, 1000, &UnpackLimits::default(), &mut out).unwrap(),
            Unpacked::Whole
        );
        assert_eq!(out, text(1000));
    }
}

#[test]
fn a_wrong_declared_length_changes_only_the_error() {
    for lie in [0u32, 1, 999, 1001, u32::MAX] {
        let mut packed = gzip(&text(1000));
        let trailer = packed.len() - 4;
        packed[trailer..].copy_from_slice(&lie.to_le_bytes());
        let mut out = Vec::new();
        let error = unpack_small(&packed, PLENTY, &UnpackLimits::default(), &mut out).unwrap_err();
        assert_eq!(out, text(1000));
        assert!(error.to_string().contains("a wrong length"), "{error}");
        assert!(
            out.capacity() < 1 << 20,
            "{lie} is not believed: {}",
            out.capacity()
        );
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let packed = gzip(&vec![b' '; 20_000_000]);
    let mut out = Vec::new();
    assert_eq!(
        unpack_small(&packed, 100_000, &UnpackLimits::default(), &mut out).unwrap(),
        Unpacked::TooBig
    );
    assert!(out.capacity() < 1_000_000, "{}", out.capacity());
}

#[test]
fn many_members_grow_the_vector_beyond_the_hint() {
    let packed = gzip(&text(5000)).repeat(40);
    assert_eq!(small(&packed), (text(5000).repeat(40), String::new()));
}

#[test]
fn data_that_is_not_gzip_is_refused() {
    let mut out = Vec::new();
    assert!(
        unpack_small(
            b"{\"Records\":[]}",
            PLENTY,
            &UnpackLimits::default(),
            &mut out
        )
        .is_err()
    );
    assert_eq!(
        unpack_small(b"", PLENTY, &UnpackLimits::default(), &mut out).unwrap(),
        Unpacked::Whole
    );
}
