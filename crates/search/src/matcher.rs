//! Which of many texts are about the same thing as a question, best first: shared words joined with meaning.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::meaning::{DIMENSIONS, Vector};
use crate::model::Meaning;
use crate::question::Question;
use crate::words::telling;

/// A text to be found again.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Its number, which matches name it by.
    pub id: i64,
    /// Its title, plain.
    pub title: &'a str,
    /// The rest of its text, plain.
    pub text: &'a str,
}

/// A text that was found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Match {
    /// The number of the document.
    pub id: i64,
    /// How good a match it is, from 0 to 1: comparable between questions. The same text comes near 1, the same problem in
    /// other words from 0.2 on.
    pub strength: f32,
    /// How many of the question's words it has.
    pub words: usize,
    /// How close it is in meaning, from -1 to 1: beside what all the texts have in common.
    pub closeness: f32,
}

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
}

impl Default for Weights {
    fn default() -> Self {
        Self { title: 2.0, repeated: 1.2, length: 0.75, meaning: 0.5, common: 1.0 }
    }
}

/// The most words of a question that are taken for typing errors.
const MOST_CORRECTED: usize = 8;
/// What a few texts have in common is rather what they are about: with so many, half of it is left out.
const FEW: f64 = 20.0;
/// So many texts that were taken out may stay in the lists besides as many as there are.
const DEAD_ALLOWED: usize = 1_000;

/// Finds among many texts, held in memory, those about the same thing as a question.
///
/// A text takes some 300 bytes and 10 for each different word. The text itself is not kept. Each question looks at the
/// meaning of every text.
#[derive(Debug)]
pub struct Matcher<'m> {
    meaning: &'m Meaning,
    weights: Weights,
    texts: Vec<Option<Text>>,
    places: HashMap<i64, u32>,
    /// For each stem, the texts that have it and how often, a word in a title counted as often as it weighs.
    postings: HashMap<String, Vec<(u32, f32)>>,
    /// The sums over all texts that are there.
    lengths: f64,
    directions: Vec<f64>,
}

#[derive(Debug)]
struct Text {
    id: i64,
    length: f32,
    vector: Vector,
}

/// What all the texts have in common, to be left out of what tells them apart.
struct Common {
    direction: Vector,
    length: f32,
}

impl<'m> Matcher<'m> {
    /// A matcher with no texts yet.
    pub fn new(meaning: &'m Meaning, weights: Weights) -> Self {
        Self {
            meaning,
            weights,
            texts: Vec::new(),
            places: HashMap::new(),
            postings: HashMap::new(),
            lengths: 0.0,
            directions: vec![0.0; DIMENSIONS],
        }
    }

    /// A matcher of these texts.
    ///
    /// ```
    /// use search::{Document, Matcher, Meaning, Question};
    /// let documents = [
    ///     Document { id: 1, title: "Healthy homes", text: "Sensors warn of damp before black mould grows." },
    ///     Document { id: 2, title: "Parking permits", text: "Residents apply and pay on their phones." },
    /// ];
    /// let matcher = Matcher::over(Meaning::built_in(), documents);
    /// let question = Question::of("", "mouldy council flats");
    /// assert_eq!(matcher.near(&question, 10)[0].id, 1);
    /// ```
    pub fn over<'a>(meaning: &'m Meaning, documents: impl IntoIterator<Item = Document<'a>>) -> Self {
        let mut matcher = Self::new(meaning, Weights::default());
        documents.into_iter().for_each(|document| matcher.put(document));
        matcher
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Takes a text in, instead of the one that had its number.
    pub fn put(&mut self, document: Document<'_>) {
        self.remove(document.id);
        let place = u32::try_from(self.texts.len()).expect("memory ends before four thousand million texts");
        let mut counts: BTreeMap<String, f32> = BTreeMap::new();
        let mut length = 0.0;
        for (part, weight) in [(document.title, self.weights.title), (document.text, 1.0)] {
            for word in telling(part) {
                *counts.entry(word.stem).or_default() += weight;
                length += weight;
            }
        }
        for (stem, count) in counts {
            self.postings.entry(stem).or_default().push((place, count));
        }
        let vector = self.meaning.of(&joined(document.title, document.text));
        self.count(&vector, length, 1.0);
        self.texts.push(Some(Text { id: document.id, length, vector }));
        self.places.insert(document.id, place);
    }

    /// Takes a text out.
    pub fn remove(&mut self, id: i64) {
        let Some(place) = self.places.remove(&id) else { return };
        let Some(text) = self.texts[place as usize].take() else { return };
        self.count(&text.vector, text.length, -1.0);
        if self.texts.len() > self.places.len() * 2 + DEAD_ALLOWED {
            self.close_up();
        }
    }

    fn count(&mut self, vector: &Vector, length: f32, times: f64) {
        self.lengths += f64::from(length) * times;
        self.directions.iter_mut().zip(vector.unit()).for_each(|(sum, part)| *sum += f64::from(part) * times);
    }

    /// Forgets the texts that were taken out.
    fn close_up(&mut self) {
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(self.texts.len());
        let mut next = 0;
        for text in &self.texts {
            moved.push(text.as_ref().map(|_| next));
            next += u32::from(text.is_some());
        }
        self.texts.retain(Option::is_some);
        self.postings.retain(|_, list| {
            list.retain_mut(|(place, _)| moved[*place as usize].inspect(|to| *place = *to).is_some());
            !list.is_empty()
        });
        self.places.values_mut().for_each(|place| {
            *place = moved[*place as usize].expect("what has a number is there");
        });
    }

    /// The texts about the same thing, best first, at most so many.
    pub fn near(&self, question: &Question, most: usize) -> Vec<Match> {
        self.near_among(question, most, |_| true)
    }

    /// The same among those texts that `keep` lets through by their number.
    pub fn near_among(&self, question: &Question, most: usize, keep: impl Fn(i64) -> bool) -> Vec<Match> {
        let corrected = self.corrected(question);
        let question = corrected.as_ref().unwrap_or(question);
        let (words, has) = self.words(question);
        let closeness = self.closeness(&question.vector(self.meaning));
        let strengths = self.mixed(&words, &closeness);
        let mut found: Vec<Match> = (0..self.texts.len())
            .filter_map(|at| {
                let id = self.texts[at].as_ref()?.id;
                let (strength, words, closeness) = (strengths[at], usize::from(has[at]), closeness[at]);
                (strength > 0.0 && keep(id)).then_some(Match { id, strength, words, closeness })
            })
            .collect();
        // Newer texts have higher numbers; between equals they come first.
        found.sort_by(|one, other| other.strength.total_cmp(&one.strength).then(other.id.cmp(&one.id)));
        found.truncate(most);
        found
    }

    /// The numbers of the texts that have all of these words, in whatever form.
    pub fn with_all_words(&self, words: &str) -> HashSet<i64> {
        let mut found: Option<HashSet<u32>> = None;
        for word in crate::words::words(words).into_iter().filter(|word| !crate::words::is_small(&word.stem)) {
            let list = self.postings.get(&word.stem).map_or(&[][..], Vec::as_slice);
            let these = list.iter().map(|(place, _)| *place);
            found = Some(match found {
                None => these.collect(),
                Some(before) => these.filter(|place| before.contains(place)).collect(),
            });
        }
        let ids = found.into_iter().flatten().filter_map(|place| self.texts[place as usize].as_ref());
        ids.map(|text| text.id).collect()
    }

    /// The question with words of the texts for those that none of them has, where they are likely typing errors.
    fn corrected(&self, question: &Question) -> Option<Question> {
        let unknown = question.stems().filter(|(stem, _)| !self.postings.contains_key(*stem)).take(MOST_CORRECTED);
        let meant: Vec<(&str, &str)> = unknown.filter_map(|(stem, _)| Some((stem, self.meant(stem)?))).collect();
        (!meant.is_empty()).then(|| question.with_stems(&meant))
    }

    /// The word of the texts that somebody may have meant who wrote one that none of them has.
    fn meant(&self, stem: &str) -> Option<&str> {
        let allowed = match stem.chars().count() {
            0..=3 => return None,
            4..=7 => 1,
            _ => 2,
        };
        if self.postings.contains_key(stem) {
            return None;
        }
        let first = stem.chars().next();
        let alike = self.postings.iter().filter(|(other, _)| other.chars().next() == first);
        let near = alike.filter_map(|(other, list)| Some((distance(stem, other, allowed)?, list.len(), other)));
        near.min_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)).then(one.2.cmp(other.2)))
            .map(|(_, _, other)| other.as_str())
    }

    /// How far each text has the question's words (BM25), beside what a text could have at the most; and how many of them.
    fn words(&self, question: &Question) -> (Vec<f32>, Vec<u16>) {
        let mut scores = vec![0.0_f32; self.texts.len()];
        let mut has = vec![0_u16; self.texts.len()];
        let Weights { repeated, length: by_length, .. } = self.weights;
        let mean = (self.lengths / self.places.len().max(1) as f64).max(1.0) as f32;
        let mut highest = 0.0;
        for (stem, times) in question.stems() {
            let list = self.postings.get(stem).map_or(&[][..], Vec::as_slice);
            let telling = self.telling(list.len());
            highest += telling * times * (repeated + 1.0);
            for (place, count) in list {
                let at = *place as usize;
                let Some(text) = &self.texts[at] else { continue };
                let room = repeated * (1.0 - by_length + by_length * text.length / mean);
                scores[at] += telling * times * count * (repeated + 1.0) / (count + room);
                has[at] += 1;
            }
        }
        if highest > 0.0 {
            scores.iter_mut().for_each(|score| *score /= highest);
        }
        (scores, has)
    }

    /// How much a word tells: the more, the fewer texts have it.
    fn telling(&self, with: usize) -> f32 {
        let (all, with) = (self.places.len() as f32, with as f32);
        (1.0 + ((all - with).max(0.0) + 0.5) / (with + 0.5)).ln()
    }

    fn common(&self) -> Common {
        let many = self.places.len() as f64;
        let share = f64::from(self.weights.common) / (many + FEW);
        let parts: [f32; DIMENSIONS] = std::array::from_fn(|at| (self.directions[at] * share) as f32);
        let length = parts.iter().map(|part| part * part).sum::<f32>().sqrt();
        Common { direction: Vector::of(&parts), length }
    }

    fn closeness(&self, vector: &Vector) -> Vec<f32> {
        let common = self.common();
        self.texts.iter().map(|text| text.as_ref().map_or(0.0, |text| common.apart(vector, &text.vector))).collect()
    }

    fn mixed(&self, words: &[f32], closeness: &[f32]) -> Vec<f32> {
        let share = self.weights.meaning;
        words.iter().zip(closeness).map(|(words, close)| words * (1.0 - share) + close.max(0.0) * share).collect()
    }
}

impl Common {
    /// The closeness of two vectors once what is common has been taken from both.
    fn apart(&self, one: &Vector, other: &Vector) -> f32 {
        if !one.says_something() || !other.says_something() {
            return 0.0;
        }
        let square = self.length * self.length;
        let with = |vector: &Vector| vector.closeness(&self.direction) * self.length;
        let (of_one, of_other) = (with(one), with(other));
        let lengths = (1.0 - 2.0 * of_one + square) * (1.0 - 2.0 * of_other + square);
        // Where hardly more is left than rounding, nothing tells the two apart from all others.
        if lengths < 1e-4 {
            return 0.0;
        }
        ((one.closeness(other) - of_one - of_other + square) / lengths.sqrt()).clamp(-1.0, 1.0)
    }
}

fn joined(title: &str, text: &str) -> String {
    format!("{title}\n{text}")
}

/// How many letters must be changed, added, left out or swapped with the next to make one word of the other, if no more than
/// `allowed`.
fn distance(one: &str, other: &str, allowed: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > allowed {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, against) in other.iter().enumerate() {
            let changed = last[j] + usize::from(letter != against);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *against {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests;
