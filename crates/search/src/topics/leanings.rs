//! How far texts lean towards the same topics.

use std::collections::HashMap;

/// How many texts lean towards each topic, so that a topic of many says less.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leanings {
    texts: i64,
    of: HashMap<u16, i64>,
}

impl Leanings {
    /// Counts a text in, or out with -1.
    pub(crate) fn count(&mut self, leanings: &[(u16, f32)], times: i64) {
        self.texts += times;
        leanings.iter().for_each(|(topic, _)| *self.of.entry(*topic).or_default() += times);
    }

    /// How alike the topics of two texts are, from 0 to 1.
    pub(crate) fn alike(&self, one: &[(u16, f32)], other: &[(u16, f32)]) -> f32 {
        let weigh = |(topic, weight): &(u16, f32)| {
            let with = self.of.get(topic).copied().unwrap_or_default().max(1);
            weight * (1.0 + self.texts.max(1) as f32 / with as f32).ln()
        };
        let length = |leanings: &[(u16, f32)]| leanings.iter().map(|one| weigh(one).powi(2)).sum::<f32>().sqrt();
        let mut shared = 0.0;
        let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
        while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
            match first.0.cmp(&second.0) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    shared += weigh(first) * weigh(second);
                    left.next();
                    right.next();
                }
            }
        }
        if shared > 0.0 { (shared / (length(one) * length(other))).min(1.0) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_by_the_topics_that_few_lean_to() {
        let mut all = Leanings::default();
        let texts: [&[(u16, f32)]; 4] = [&[(1, 2.0), (9, 1.0)], &[(1, 1.0)], &[(1, 1.0), (2, 1.0)], &[]];
        texts.iter().for_each(|text| all.count(text, 1));
        let near = |one: f32, other: f32| (one - other).abs() < 1e-5;
        assert!(near(all.alike(texts[0], texts[0]), 1.0) && near(all.alike(texts[0], texts[3]), 0.0));
        assert!(all.alike(&[(2, 1.0)], texts[2]) > all.alike(&[(1, 1.0)], texts[2]));
        assert!(near(all.alike(&[(3, 1.0)], texts[2]), 0.0) && near(all.alike(&[], &[]), 0.0));
        // What was counted out counts no more, and a topic that nobody leans to harms nothing.
        texts.iter().for_each(|text| all.count(text, -1));
        assert!(near(all.alike(texts[0], texts[0]), 1.0));
    }
}
