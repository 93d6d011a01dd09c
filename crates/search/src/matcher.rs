//! Which of many texts are about the same thing as a question, best first: shared words joined with meaning.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use crate::acronyms::{self, Explained};
use crate::correction::{MOST_CORRECTED, Meant, with_mended_ending};
use crate::joining::with_others;
use crate::meaning::Vector;
use crate::model::Meaning;
use crate::question::Question;
use crate::reading::{Document, Read};
use crate::scoring::{Totals, Weights, telling};
use crate::topics::{Leanings, Vocabulary};
use crate::words::Seen;

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
    /// Of the texts that are there.
    totals: Totals,
    leanings: Leanings,
    seen: Seen,
}

#[derive(Debug)]
struct Text {
    id: i64,
    length: f32,
    vector: Vector,
    leanings: Vec<(u16, f32)>,
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
            totals: Totals::new(),
            leanings: Leanings::default(),
            seen: Seen::default(),
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
        let Read { counts, length, vector } = Read::of(&document, self.weights.title, self.meaning, &mut self.seen);
        for (stem, count) in counts {
            self.postings.entry(stem).or_default().push((place, count));
        }
        self.totals.add(&vector, length);
        let leanings = match self.weights.topics > 0.0 {
            true => Vocabulary::built_in().leanings(document.title, document.text),
            false => vec![],
        };
        self.leanings.count(&leanings, 1);
        self.texts.push(Some(Text { id: document.id, length, vector, leanings }));
        self.places.insert(document.id, place);
    }

    /// Takes a text out.
    pub fn remove(&mut self, id: i64) {
        let Some(place) = self.places.remove(&id) else { return };
        let Some(text) = self.texts[place as usize].take() else { return };
        self.totals.take(&text.vector, text.length);
        self.leanings.count(&text.leanings, -1);
        if self.texts.len() > self.places.len() * 2 + DEAD_ALLOWED {
            self.close_up();
        }
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
        let question = &self.understood(question);
        let (words, has) = self.words(question);
        let closeness = self.closeness(&question.vector(self.meaning));
        let strengths = words.iter().zip(&closeness).map(|(words, close)| self.weights.mixed(*words, *close));
        let mut strengths: Vec<f32> = strengths.collect();
        self.add_topics(question, &mut strengths);
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

    /// A question as it is understood: with words of the texts for typing errors, and with what its acronyms stand for. What
    /// was understood already stays as it is.
    pub fn understood(&self, question: &Question) -> Question {
        let mut explained = Explained::default();
        for (word, list) in self.postings.iter().filter(|(word, _)| word.starts_with(acronyms::MARK)) {
            explained.take(word, list.len());
        }
        let users = |word: &str| Ok::<usize, Infallible>(self.postings.get(word).map_or(0, |list| list.len()));
        let Ok(with_acronyms) = question.with_acronyms(&[&explained, Explained::of_topics()], users, self.meaning);
        self.corrected(&with_acronyms).unwrap_or(with_acronyms)
    }

    /// The question with words of the texts for those that none of them has, where they are likely typing errors.
    fn corrected(&self, question: &Question) -> Option<Question> {
        let is_unknown = |stem: &str| !self.postings.contains_key(stem) && question.others(stem).is_empty();
        let unknown = question.stems().map(|(stem, _)| stem).filter(|stem| is_unknown(stem));
        let mistyped = unknown.filter_map(|stem| Some((stem, question.mistyped(stem, self.meaning)?)));
        let texts_with = |stem: &str| self.postings.get(stem).map(|list| list.len());
        let meant: Vec<(&str, String)> = mistyped
            .take(MOST_CORRECTED)
            .filter_map(|(stem, typed)| {
                let mended = with_mended_ending(&typed).filter_map(|other| Some((texts_with(&other)?, other))).max();
                Some((stem, mended.map(|(_, other)| other).or_else(|| self.meant(stem))?))
            })
            .collect();
        (!meant.is_empty()).then(|| question.with_stems(&meant))
    }

    /// The word of the texts that somebody may have meant who wrote one that none of them has.
    fn meant(&self, stem: &str) -> Option<String> {
        let mut meant = Meant::new(stem)?;
        let first = meant.first();
        for (other, list) in self.postings.iter().filter(|(other, _)| other.starts_with(first)) {
            meant.consider(other, list.len());
        }
        meant.best()
    }

    /// How far each text has the question's words (BM25), beside what a text could have at the most; and how many of them.
    fn words(&self, question: &Question) -> (Vec<f32>, Vec<u16>) {
        let mut scores = vec![0.0_f32; self.texts.len()];
        let mut has = vec![0_u16; self.texts.len()];
        let mean = self.totals.mean_length();
        let mut highest = 0.0;
        for (stem, times) in question.stems() {
            let list = self.list(stem, question.others(stem));
            let weight = telling(self.totals.texts, list.len()) * times;
            highest += self.weights.highest(weight);
            for (place, count) in list.iter() {
                let at = *place as usize;
                let Some(text) = &self.texts[at] else { continue };
                scores[at] += self.weights.word(weight, *count, self.weights.room(text.length, mean));
                has[at] += 1;
            }
        }
        if highest > 0.0 {
            scores.iter_mut().for_each(|score| *score /= highest);
        }
        (scores, has)
    }

    /// The texts that have a word, or one of these runs of words.
    fn list(&self, word: &str, others: &[Vec<String>]) -> Cow<'_, [(u32, f32)]> {
        let own = |word: &str| self.postings.get(word).map_or(&[][..], Vec::as_slice);
        if others.is_empty() {
            return Cow::Borrowed(own(word));
        }
        let joined = with_others(own(word).to_vec(), others, |word| Ok::<_, Infallible>(own(word).to_vec()));
        Cow::Owned(joined.unwrap_or_else(|never| match never {}))
    }

    /// Adds to the strength of each text what it has in topics with the question, up to 1 in all.
    fn add_topics(&self, question: &Question, strengths: &mut [f32]) {
        if self.weights.topics <= 0.0 {
            return;
        }
        let (title, text) = question.parts();
        let asked = Vocabulary::built_in().leanings(title, text);
        if asked.is_empty() {
            return;
        }
        for (strength, text) in strengths.iter_mut().zip(&self.texts) {
            let Some(text) = text else { continue };
            *strength = (*strength + self.weights.topics * self.leanings.alike(&asked, &text.leanings)).min(1.0);
        }
    }

    fn closeness(&self, vector: &Vector) -> Vec<f32> {
        let common = self.totals.common(&self.weights);
        let beside = common.beside(vector);
        self.texts.iter().map(|text| text.as_ref().map_or(0.0, |text| beside.closeness(text.vector.parts()))).collect()
    }
}

#[cfg(test)]
mod tests;
