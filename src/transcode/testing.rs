//! Shared by the tests of all transcoders: passes a source through a recipe in steps of any size.

use super::{Origins, Recipe};

/// Longest row in these tests, in bytes.
pub(super) const LONGEST: usize = 16 << 20;

/// All text made from `source`, which is passed and read `step` bytes at a time, and the whole map.
pub(super) fn made(recipe: &Recipe, source: &[u8], step: usize) -> (Vec<u8>, Origins) {
    let mut rest = source.to_vec();
    let pull = move |buffer: &mut [u8]| {
        let count = step.min(buffer.len()).min(rest.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        rest.drain(..count);
        Ok(count)
    };
    let mut transcoder = recipe.open(Box::new(pull), LONGEST);
    let (mut made, mut origins) = (Vec::new(), Origins::default());
    loop {
        let block = transcoder.block(step, step);
        assert_eq!(block.base, made.len() as u64);
        assert!(block.end || block.bytes.len() == step);
        assert!(block.error.is_none());
        // Where chunks overlap, they have the same map.
        if !made.is_empty() {
            let place = block.base;
            assert_eq!(origins.source_of(place), block.origins.source_of(place));
        }
        made.extend_from_slice(&block.bytes);
        origins.extend(&block.origins);
        if block.end {
            return (made, origins);
        }
    }
}

/// Checks that text and map do not depend on the steps, and that the map begins and ends where the source does and never
/// decreases.
pub(super) fn check(recipe: &Recipe, source: &[u8]) {
    let (whole, origins) = made(recipe, source, usize::MAX >> 1);
    let end = whole.len() as u64;
    assert_eq!(origins.source_of(0), 0);
    assert_eq!(origins.source_of(end), source.len() as u64);
    let places: Vec<u64> = (0..=end).map(|at| origins.source_of(at)).collect();
    assert!(places.is_sorted());
    for step in [1, 2, 3, 7, 64] {
        let (bytes, origins) = made(recipe, source, step);
        assert!(bytes == whole, "steps of {step}");
        for (at, place) in places.iter().enumerate() {
            assert_eq!(
                origins.source_of(at as u64),
                *place,
                "steps of {step}: {at}"
            );
        }
    }
}
