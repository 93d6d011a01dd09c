//! How good a match is: one way of weighing for what is held in memory and for what is on the disk.

use crate::meaning::{DIMENSIONS, Parts, Vector, dots, inverse_length};

/// How much each sign of a match counts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Weights {
    /// How many times a word in a title counts.
    pub title: f32,
    /// How soon a repeated word counts no more (BM25's k1).
    pub repeated: f32,
    /// How far a long text's words count less (BM25's b), from 0 to 1.
    pub length: f32,
    /// The share of meaning in a match, from 0 to 1; the rest are words.
    pub meaning: f32,
    /// How far a meaning that all texts share is left out, from 0 to 1.
    pub common: f32,
    /// What the same topics add to a match, from 0 to 1.
    pub topics: f32,
}

impl Weights {
    /// The weights that were found the best.
    pub const USUAL: Self = Self { title: 2.0, repeated: 1.2, length: 0.75, meaning: 0.5, common: 1.0, topics: 0.0 };
    /// Those for projects, whose few words are the more about the same the more their topics are.
    pub const PROJECTS: Self = Self { topics: 0.15, ..Self::USUAL };

    /// The room that a text of this length leaves to a word before it counts for half of what it could.
    pub(crate) fn room(&self, length: f32, mean: f32) -> f32 {
        self.repeated * (1.0 - self.length + self.length * length / mean)
    }

    /// How much a word of this weight counts in a text that has it so often (BM25).
    pub(crate) fn word(&self, weight: f32, count: f32, room: f32) -> f32 {
        weight * count * (self.repeated + 1.0) / (count + room)
    }

    /// How much a word of this weight counts at the most.
    pub(crate) fn highest(&self, weight: f32) -> f32 {
        weight * (self.repeated + 1.0)
    }

    /// The strength of a match: its words, beside what they could count at the most, and its closeness.
    pub(crate) fn mixed(&self, words: f32, closeness: f32) -> f32 {
        words * (1.0 - self.meaning) + closeness.max(0.0) * self.meaning
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self::USUAL
    }
}

/// How much a word tells: the more, the fewer of all texts have it.
pub(crate) fn telling(all: usize, with: usize) -> f32 {
    let (all, with) = (all as f32, with as f32);
    (1.0 + ((all - with).max(0.0) + 0.5) / (with + 0.5)).ln()
}

/// What a few texts have in common is rather what they are about: with so many, half of it is left out.
const FEW: f64 = 20.0;

/// The sums over texts that are weighed against each other.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Totals {
    pub(crate) texts: usize,
    pub(crate) lengths: f64,
    pub(crate) directions: Vec<f64>,
}

impl Totals {
    pub(crate) fn new() -> Self {
        Self { texts: 0, lengths: 0.0, directions: vec![0.0; DIMENSIONS] }
    }

    /// Counts a text in.
    pub(crate) fn add(&mut self, vector: &Vector, length: f32) {
        self.texts += 1;
        self.sum(vector, length, 1.0);
    }

    /// Counts a text out that was counted in.
    pub(crate) fn take(&mut self, vector: &Vector, length: f32) {
        self.texts = self.texts.saturating_sub(1);
        self.sum(vector, length, -1.0);
    }

    fn sum(&mut self, vector: &Vector, length: f32, times: f64) {
        self.lengths += f64::from(length) * times;
        self.directions.iter_mut().zip(vector.unit()).for_each(|(sum, part)| *sum += f64::from(part) * times);
    }

    /// Counts the texts of another in.
    pub(crate) fn add_all(&mut self, other: &Self) {
        self.texts += other.texts;
        self.lengths += other.lengths;
        self.directions.iter_mut().zip(&other.directions).for_each(|(sum, part)| *sum += part);
    }

    /// How long a text is in the mean, at least 1.
    pub(crate) fn mean_length(&self) -> f32 {
        (self.lengths / self.texts.max(1) as f64).max(1.0) as f32
    }

    /// What the texts have in common, as far as it is left out.
    pub(crate) fn common(&self, weights: &Weights) -> Common {
        let share = f64::from(weights.common) / (self.texts as f64 + FEW);
        let parts: [f32; DIMENSIONS] = std::array::from_fn(|at| (self.directions[at] * share) as f32);
        let length = parts.iter().map(|part| part * part).sum::<f32>().sqrt();
        Common { direction: Vector::of(&parts), length }
    }
}

/// What all the texts have in common, to be left out of what tells them apart.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    direction: Vector,
    length: f32,
}

impl Common {
    /// A vector to compare others with, once what is common has been taken from both.
    pub(crate) fn beside(&self, vector: &Vector) -> Beside {
        let along = vector.closeness(&self.direction) * self.length;
        let square = self.length * self.length;
        Beside {
            asked: vector.reckoned(),
            common: self.direction.reckoned(),
            length: self.length,
            along,
            left: 1.0 - 2.0 * along + square,
        }
    }

    /// A vector's direction without what is common.
    pub(crate) fn without(&self, vector: &Vector) -> [f32; DIMENSIONS] {
        let (unit, common) = (vector.unit(), self.direction.unit());
        std::array::from_fn(|at| unit[at] - common[at] * self.length)
    }
}

/// A vector that others are compared with.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    /// Its parts, and one over its length.
    asked: ([i16; DIMENSIONS], f32),
    /// The same of what is common, and how long that is.
    common: ([i16; DIMENSIONS], f32),
    length: f32,
    /// How far it goes along what is common.
    along: f32,
    /// The square of what is left of it.
    left: f32,
}

impl Beside {
    /// How close a vector with these parts is, from -1 to 1.
    pub(crate) fn closeness(&self, parts: &Parts) -> f32 {
        let (asked, asked_inverse) = &self.asked;
        let (common, common_inverse) = &self.common;
        let [with_asked, with_common, square] = dots(parts, asked, common);
        let inverse = inverse_length(square);
        if *asked_inverse == 0.0 || inverse == 0.0 {
            return 0.0;
        }
        let along = with_common as f32 * inverse * common_inverse * self.length;
        let square = self.length * self.length;
        let lengths = self.left * (1.0 - 2.0 * along + square);
        // Where hardly more is left than rounding, nothing tells the two apart from all others.
        if lengths < 1e-4 {
            return 0.0;
        }
        let closeness = with_asked as f32 * inverse * asked_inverse;
        ((closeness - self.along - along + square) / lengths.sqrt()).clamp(-1.0, 1.0)
    }
}
