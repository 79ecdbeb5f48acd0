//! The masks of `mask` with 32 bytes per instruction, for x86-64 machines with AVX2. The machine is checked at run time.
//!
//! This is the only unsafe code of the crate. A test of `string` compares it with the portable implementation.

use std::arch::x86_64::{
    __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_set1_epi8,
};

use super::mask::{BLOCK, Masks, SHORT, Simd};
use super::string::end_by;
use super::template::{TemplateCache, Walked};
use super::walk::Member;
use super::{Fault, Nesting};

/// Proof that the machine has AVX2. Only [`Avx2::new`] creates it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2(());

impl Avx2 {
    /// The proof; `None` on other machines.
    #[inline]
    pub fn new() -> Option<Avx2> {
        // Every machine with AVX2 has BMI1 as well, but they are separate flags.
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1");
        has.then_some(Avx2(()))
    }

    /// As [`end`](super::string::end).
    #[inline]
    pub fn string_end(self, bytes: &[u8], at: usize) -> Result<usize, Fault> {
        // SAFETY: `self` exists only if the machine has these features.
        unsafe { string_end(self, bytes, at) }
    }

    /// As [`TemplateCache::members`].
    #[inline]
    pub fn members<L: Nesting, N: Copy>(
        self,
        templates: &mut TemplateCache<N>,
        bytes: &[u8],
        at: usize,
        name: impl Fn(&[u8], u8) -> Option<N>,
        each: impl FnMut(N, Member),
    ) -> Option<Walked> {
        // SAFETY: `self` exists only if the machine has these features.
        unsafe { members::<L, N>(self, templates, bytes, at, name, each) }
    }
}

#[target_feature(enable = "avx2,bmi1")]
fn string_end(avx2: Avx2, bytes: &[u8], at: usize) -> Result<usize, Fault> {
    end_by(avx2, bytes, at)
}

#[target_feature(enable = "avx2,bmi1")]
fn members<L: Nesting, N: Copy>(
    avx2: Avx2,
    templates: &mut TemplateCache<N>,
    bytes: &[u8],
    at: usize,
    name: impl Fn(&[u8], u8) -> Option<N>,
    each: impl FnMut(N, Member),
) -> Option<Walked> {
    templates.members_by::<L>(avx2, bytes, at, name, each)
}

impl Simd for Avx2 {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        let (halves, _) = block.as_chunks::<HALF>();
        let mut masks = Masks::default();
        for (i, half) in halves.iter().enumerate() {
            // SAFETY: `self` exists only if the machine has AVX2.
            let [quote, backslash, control] = unsafe { half_masks(half) };
            masks.quote |= u64::from(quote) << (i * HALF);
            masks.backslash |= u64::from(backslash) << (i * HALF);
            masks.control |= u64::from(control) << (i * HALF);
        }
        masks
    }

    #[inline(always)]
    fn equal(self, one: &[u8; BLOCK], other: &[u8; BLOCK]) -> u64 {
        let ([one, one_more], [other, other_more]) = (halves(one), halves(other));
        // SAFETY: `self` exists only if the machine has AVX2.
        let (low, high) = unsafe { (half_equal(one, other), half_equal(one_more, other_more)) };
        u64::from(low) | u64::from(high) << HALF
    }

    #[inline(always)]
    fn special(self, head: &[u8; SHORT]) -> u32 {
        // SAFETY: `self` exists only if the machine has AVX2.
        unsafe { half_special(head) }
    }

    #[inline(always)]
    fn backslashes(self, head: &[u8; SHORT]) -> u32 {
        // SAFETY: `self` exists only if the machine has AVX2.
        unsafe { half_equal(head, &[b'\\'; HALF]) }
    }
}

const HALF: usize = BLOCK / 2;

fn halves(block: &[u8; BLOCK]) -> [&[u8; HALF]; 2] {
    let (halves, _) = block.as_chunks::<HALF>();
    [&halves[0], &halves[1]]
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(half: &[u8; HALF]) -> __m256i {
    // SAFETY: the array has 32 bytes, and the instruction needs no alignment.
    unsafe { _mm256_loadu_si256(half.as_ptr().cast::<__m256i>()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn half_equal(one: &[u8; HALF], other: &[u8; HALF]) -> u32 {
    _mm256_movemask_epi8(_mm256_cmpeq_epi8(load(one), load(other))).cast_unsigned()
}

/// Marks quotes, backslashes and control characters.
#[inline]
#[target_feature(enable = "avx2")]
fn kinds(half: &[u8; HALF]) -> [__m256i; 3] {
    let bytes = load(half);
    let quote = _mm256_set1_epi8(b'"'.cast_signed());
    let backslash = _mm256_set1_epi8(b'\\'.cast_signed());
    let below = _mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f));
    [
        _mm256_cmpeq_epi8(bytes, quote),
        _mm256_cmpeq_epi8(bytes, backslash),
        _mm256_cmpeq_epi8(bytes, below),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn half_special(half: &[u8; HALF]) -> u32 {
    let [quote, backslash, control] = kinds(half);
    let any = _mm256_or_si256(_mm256_or_si256(quote, backslash), control);
    _mm256_movemask_epi8(any).cast_unsigned()
}

#[inline]
#[target_feature(enable = "avx2")]
fn half_masks(half: &[u8; HALF]) -> [u32; 3] {
    let [quote, backslash, control] = kinds(half);
    [
        _mm256_movemask_epi8(quote).cast_unsigned(),
        _mm256_movemask_epi8(backslash).cast_unsigned(),
        _mm256_movemask_epi8(control).cast_unsigned(),
    ]
}
