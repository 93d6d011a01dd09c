//! A rough copy of a vector in 32 bytes: which of many vectors may be close is seen from it quickly.
//!
//! A vector is turned in a fixed way that spreads what it says evenly over all its parts; of each part the sign is kept.
//! The more signs two vectors share, the smaller the angle between them.

use std::sync::LazyLock;

use crate::meaning::DIMENSIONS;

const WORDS: usize = DIMENSIONS / 64;

/// The signs of a turned vector, a bit each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Signs(pub(crate) [u64; WORDS]);

/// How many bytes one takes.
pub(crate) const SIGNS_BYTES: usize = DIMENSIONS / 8;

impl Signs {
    /// Of a direction.
    pub(crate) fn of(parts: &[f32; DIMENSIONS]) -> Self {
        let turned = turn(parts);
        let mut signs = [0_u64; WORDS];
        for (at, part) in turned.iter().enumerate() {
            signs[at / 64] |= u64::from(*part > 0.0) << (at % 64);
        }
        Self(signs)
    }

    /// How many of the signs differ.
    #[inline]
    fn apart(&self, other: &Self) -> u16 {
        self.0.iter().zip(&other.0).map(|(one, other)| (one ^ other).count_ones() as u16).sum()
    }

    /// The same for many.
    pub(crate) fn apart_from(&self, others: &[Self], apart: &mut Vec<u16>) {
        apart.clear();
        apart.extend(others.iter().map(|other| self.apart(other)));
    }

    /// The closeness that vectors have in the mean of which so many signs differ.
    pub(crate) fn closeness(apart: u16) -> f32 {
        static CLOSENESS: LazyLock<[f32; DIMENSIONS + 1]> = LazyLock::new(|| {
            std::array::from_fn(|apart| (std::f32::consts::PI * apart as f32 / DIMENSIONS as f32).cos())
        });
        CLOSENESS[usize::from(apart).min(DIMENSIONS)]
    }

    pub(crate) fn to_bytes(self) -> [u8; SIGNS_BYTES] {
        let mut bytes = [0; SIGNS_BYTES];
        for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; SIGNS_BYTES]) -> Self {
        let words = bytes.as_chunks::<8>().0;
        Self(std::array::from_fn(|at| u64::from_le_bytes(words[at])))
    }
}

/// Turns a vector, each the same way: signs swapped after a fixed pattern, then each part spread over all, twice.
fn turn(parts: &[f32; DIMENSIONS]) -> [f32; DIMENSIONS] {
    let mut turned = *parts;
    for round in 0..2 {
        for (at, part) in turned.iter_mut().enumerate() {
            if swaps(round * DIMENSIONS + at) {
                *part = -*part;
            }
        }
        spread(&mut turned);
    }
    turned
}

/// A coin that falls the same way each time it is thrown for a number.
fn swaps(number: usize) -> bool {
    let mut mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 63) == 1
}

/// The sums and differences of all parts (Hadamard's), longer by a factor that does not matter here.
fn spread(parts: &mut [f32; DIMENSIONS]) {
    let mut half = 1;
    while half < DIMENSIONS {
        for pair in parts.chunks_exact_mut(half * 2) {
            let (one, other) = pair.split_at_mut(half);
            for (one, other) in one.iter_mut().zip(other) {
                (*one, *other) = (*one + *other, *one - *other);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Meaning;

    #[test]
    fn what_is_close_shares_signs() {
        let of = |text: &str| Signs::of(&Meaning::built_in().of(text).unit());
        let asked = of("black mould in council flats");
        let (near, far) = (of("damp and mould in social housing"), of("booking a tennis court"));
        assert!(asked.apart(&near) + 20 < asked.apart(&far), "{} {}", asked.apart(&near), asked.apart(&far));
        assert_eq!((asked.apart(&asked), Signs::closeness(0), Signs::closeness(256)), (0, 1.0, -1.0));
    }

    #[test]
    fn a_few_large_parts_are_spread_over_all_signs() {
        let one: [f32; DIMENSIONS] = std::array::from_fn(|at| if at == 7 { 1.0 } else { 0.0 });
        let other: [f32; DIMENSIONS] = std::array::from_fn(|at| if at == 9 { 1.0 } else { 0.0 });
        let apart = Signs::of(&one).apart(&Signs::of(&other));
        assert!((96..=160).contains(&apart), "{apart}");
    }

    #[test]
    fn signs_come_back_from_their_bytes() {
        let signs = Signs([1, u64::MAX, 0x0123_4567_89AB_CDEF, 0]);
        assert_eq!(Signs::from_bytes(&signs.to_bytes()), signs);
    }
}
