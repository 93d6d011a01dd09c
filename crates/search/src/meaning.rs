//! A vector that says what a text means, and how close two of them are.

/// How many parts a vector has.
pub const DIMENSIONS: usize = 256;

/// What a text means, as a direction in 256 dimensions, in 260 bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vector {
    parts: [i8; DIMENSIONS],
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
        Self::of_bytes(parts.map(|part| (part * scale).round() as i8))
    }

    /// The vector with these parts, as [`parts`](Self::parts) gave them.
    pub fn of_bytes(parts: [i8; DIMENSIONS]) -> Self {
        let square = dot(&parts, &parts) as f32;
        Self { parts, inverse_length: if square > 0.0 { square.sqrt().recip() } else { 0.0 } }
    }

    /// Its parts, to be kept.
    pub fn parts(&self) -> &[i8; DIMENSIONS] {
        &self.parts
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
        self.parts.map(|part| f32::from(part) * self.inverse_length)
    }

    /// Whether it says anything at all.
    pub fn says_something(&self) -> bool {
        self.inverse_length > 0.0
    }
}

/// The sum of products. Written so that the compiler makes vector instructions of it: products of two small numbers,
/// added in pairs, over pieces of a fixed size.
fn dot(one: &[i8; DIMENSIONS], other: &[i8; DIMENSIONS]) -> i32 {
    one.iter().zip(other).map(|(one, other)| i32::from(i16::from(*one)) * i32::from(i16::from(*other))).sum()
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
        assert_eq!(Vector::of_bytes(*vector.parts()), vector);
    }
}
