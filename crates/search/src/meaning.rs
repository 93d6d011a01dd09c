//! A vector that says what a text means, and how close two of them are.

/// How many parts a vector has.
pub const DIMENSIONS: usize = 256;

/// The parts of a vector, each a number from -128 to 127 in a byte, as they are kept.
pub(crate) type Parts = [u8; DIMENSIONS];

/// What a text means, as a direction in 256 dimensions, in 260 bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vector {
    parts: Parts,
    /// One over its length; 0 for the vector of what means nothing.
    inverse_length: f32,
}

impl Vector {
    /// The vector of a text that means nothing to us: close to no other.
    pub const NOTHING: Self = Self { parts: [0; DIMENSIONS], inverse_length: 0.0 };

    /// The direction of these parts, rounded so that the largest part takes the whole range of a byte.
    pub fn of(parts: &[f32; DIMENSIONS]) -> Self {
        let largest = parts.iter().fold(0.0_f32, |largest, part| largest.max(part.abs()));
        if largest <= f32::MIN_POSITIVE || !largest.is_finite() {
            return Self::NOTHING;
        }
        let scale = f32::from(i8::MAX) / largest;
        // A cast from a float saturates, and what is no number becomes 0.
        Self::of_parts(parts.map(|part| ((part * scale).round() as i8).cast_unsigned()))
    }

    /// The vector with these parts.
    pub(crate) fn of_parts(parts: Parts) -> Self {
        Self { inverse_length: inverse_length(dot(&parts, &parts)), parts }
    }

    /// Its parts, to be kept.
    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Its parts, to be reckoned with, and one over its length.
    pub(crate) fn reckoned(&self) -> ([i16; DIMENSIONS], f32) {
        let mut parts = [0; DIMENSIONS];
        parts.iter_mut().zip(&self.parts).for_each(|(part, byte)| *part = signed(*byte));
        (parts, self.inverse_length)
    }

    /// How close two meanings are: the cosine of the angle between them, from -1 to 1. Unrelated texts come near 0; the
    /// same text gives 1; what means nothing gives 0 with everything.
    ///
    /// ```
    /// use search::Meaning;
    /// let meaning = Meaning::built_in();
    /// let (damp, mould) = (meaning.of("damp homes"), meaning.of("mould in council housing"));
    /// assert!(damp.closeness(&mould) > damp.closeness(&meaning.of("a parking permit")));
    /// ```
    pub fn closeness(&self, other: &Self) -> f32 {
        dot(&self.parts, &other.parts) as f32 * self.inverse_length * other.inverse_length
    }

    /// The same direction with the length 1.
    pub(crate) fn unit(&self) -> [f32; DIMENSIONS] {
        self.parts.map(|part| f32::from(part.cast_signed()) * self.inverse_length)
    }

    /// Whether it says anything at all.
    pub fn says_something(&self) -> bool {
        self.inverse_length > 0.0
    }
}

/// One over the length of a vector with this square; 0 where it has none.
pub(crate) fn inverse_length(square: i32) -> f32 {
    if square > 0 { (square as f32).sqrt().recip() } else { 0.0 }
}

#[inline]
fn signed(byte: u8) -> i16 {
    i16::from(byte.cast_signed())
}

/// The sum of products. Written so that the compiler makes vector instructions of it: products of two small numbers,
/// added in pairs, over pieces of a fixed size.
fn dot(one: &Parts, other: &Parts) -> i32 {
    one.iter().zip(other).map(|(one, other)| i32::from(signed(*one)) * i32::from(signed(*other))).sum()
}

/// The sums of the products of some parts with two others, and with themselves.
pub(crate) fn dots(parts: &Parts, one: &[i16; DIMENSIONS], other: &[i16; DIMENSIONS]) -> [i32; 3] {
    let mut sums = [0; 3];
    for ((part, one), other) in parts.iter().zip(one).zip(other) {
        let part = i32::from(signed(*part));
        sums[0] += part * i32::from(*one);
        sums[1] += part * i32::from(*other);
        sums[2] += part * part;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointing(at: usize, also: usize) -> Vector {
        let mut parts = [0.0; DIMENSIONS];
        parts[at] += 1.0;
        parts[also] += 1.0;
        Vector::of(&parts)
    }

    #[test]
    fn closeness_is_the_cosine() {
        let near = |found: f32, meant: f32| assert!((found - meant).abs() < 0.01, "{found} is not {meant}");
        near(pointing(1, 1).closeness(&pointing(1, 1)), 1.0);
        near(pointing(1, 1).closeness(&pointing(2, 2)), 0.0);
        near(pointing(1, 1).closeness(&pointing(1, 2)), 0.5_f32.sqrt());
        near(pointing(1, 1).closeness(&Vector::of(&std::array::from_fn(|at| if at == 1 { -3.0 } else { 0.0 }))), -1.0);
        near(Vector::NOTHING.closeness(&pointing(1, 1)), 0.0);
    }

    #[test]
    fn what_is_no_number_means_nothing() {
        assert_eq!(Vector::of(&[f32::INFINITY; DIMENSIONS]), Vector::NOTHING);
        assert_eq!(Vector::of(&[0.0; DIMENSIONS]), Vector::NOTHING);
        assert!(!Vector::of(&[f32::NAN; DIMENSIONS]).says_something());
    }

    #[test]
    fn what_was_kept_is_the_same_again() {
        let vector = pointing(3, 200);
        assert_eq!(Vector::of_parts(*vector.parts()), vector);
    }
}
