//! The masks of `mask`, 32 bytes an instruction: for x86-64 machines with AVX2, found out at run time.
//!
//! The only unsafe code of this crate. Not for: anything that the portable twin does not do as well; the two
//! are held against each other by a test of `string`.

use std::arch::x86_64::{
    __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
    _mm256_set1_epi8,
};

use super::Fault;
use super::mask::{BLOCK, Classify, Masks};
use super::string::end_by;

/// Proof that this machine has AVX2: made nowhere but in [`Avx2::new`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2(());

impl Avx2 {
    /// The proof, where it holds.
    #[inline]
    pub fn new() -> Option<Avx2> {
        // Both are in every machine with AVX2, but are flags of their own.
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1");
        has.then_some(Avx2(()))
    }

    /// As [`end`](super::string::end).
    #[inline]
    pub fn string_end(self, bytes: &[u8], at: usize) -> Result<usize, Fault> {
        // SAFETY: `self` is only made where the machine has these features.
        unsafe { string_end(self, bytes, at) }
    }
}

#[target_feature(enable = "avx2,bmi1")]
fn string_end(avx2: Avx2, bytes: &[u8], at: usize) -> Result<usize, Fault> {
    end_by(avx2, bytes, at)
}

impl Classify for Avx2 {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        let (halves, _) = block.as_chunks::<{ BLOCK / 2 }>();
        let mut masks = Masks::default();
        for (i, half) in halves.iter().enumerate() {
            // SAFETY: `self` is only made where the machine has AVX2, and the load is of 32 bytes that are
            // there, for which no alignment is asked.
            let [quote, backslash, control] = unsafe { half_masks(half) };
            masks.quote |= u64::from(quote) << (i * half.len());
            masks.backslash |= u64::from(backslash) << (i * half.len());
            masks.control |= u64::from(control) << (i * half.len());
        }
        masks
    }
}

/// Quotes, backslashes and control characters.
#[inline]
#[target_feature(enable = "avx2")]
fn half_masks(half: &[u8; BLOCK / 2]) -> [u32; 3] {
    // SAFETY: 32 bytes are there, and no alignment is asked.
    let bytes = unsafe { _mm256_loadu_si256(half.as_ptr().cast::<__m256i>()) };
    let equal = |other| _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, other)).cast_unsigned();
    let below = _mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f));
    [
        equal(_mm256_set1_epi8(b'"'.cast_signed())),
        equal(_mm256_set1_epi8(b'\\'.cast_signed())),
        equal(below),
    ]
}
