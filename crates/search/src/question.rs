//! What somebody asks, read once; and why a text answers it.

use std::collections::BTreeMap;

use crate::acronyms::{Explained, may_be_short, meant, shortened};
use crate::matcher::Match;
use crate::meaning::Vector;
use crate::model::Meaning;
use crate::words::{Word, folded, is_small, side_by_side, telling, words};

/// The most of a question that is read, in bytes: a page. What comes after would say little that is new.
const MOST_READ: usize = 8_000;
/// The most words that a reason names.
const MOST_NAMED: usize = 5;
/// From so many words on a question is a problem in sentences, or a text.
const MANY_WORDS: usize = 6;
/// How often a word in a title is asked for.
const TITLE: f32 = 2.0;

/// From which closeness on a text means the same.
const SAME_MEANING: f32 = 0.4;

/// A problem in somebody's words, or a text whose like is sought.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Question {
    text: String,
    stems: BTreeMap<String, f32>,
    /// For some of these stems what says the same: runs of stems.
    others: BTreeMap<String, Vec<Vec<String>>>,
    /// The acronyms in it as they are typed, and what they stand for.
    acronyms: Vec<(String, String)>,
    /// The words as they are typed that are taken for typing errors.
    corrected: Vec<String>,
}

/// Why a text was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It shares words that tell something; they are given as they are written there, in their order.
    Words(Vec<String>),
    /// It says much the same in other words; this sentence of it comes closest.
    Meaning(String),
}

impl Question {
    /// Reads a question: a title, if it has one, and a text. Of a very long one the beginning is read.
    pub fn of(title: &str, text: &str) -> Self {
        let (title, text) = (beginning(title), beginning(text));
        let mut stems: BTreeMap<String, f32> = BTreeMap::new();
        for (part, weight) in [(title, TITLE), (text, 1.0)] {
            telling(part).for_each(|word| *stems.entry(word.stem).or_default() += weight);
        }
        Self { text: format!("{title}\n{text}"), stems, ..Self::default() }
    }

    /// The same question with other words for some, each given by its stem with that of the other.
    pub(crate) fn with_stems(&self, others: &[(&str, String)]) -> Self {
        let other = |stem: &str| others.iter().find(|(one, _)| *one == stem).map(|(_, other)| other.as_str());
        let mut text = String::new();
        let mut from = 0;
        let mut corrected = self.corrected.clone();
        for word in words(&self.text) {
            if let Some(other) = other(&word.stem).filter(|_| word.start >= from) {
                let typed = &self.text[word.start..word.end];
                if corrected.iter().all(|known| known != typed) {
                    corrected.push(typed.to_owned());
                }
                text.push_str(&self.text[from..word.start]);
                text.push_str(other);
                from = word.end;
            }
        }
        text.push_str(&self.text[from..]);
        let mut stems: BTreeMap<String, f32> = BTreeMap::new();
        for (stem, times) in &self.stems {
            *stems.entry(other(stem).unwrap_or(stem).to_owned()).or_default() += times;
        }
        Self { text, stems, corrected, ..self.clone() }
    }

    /// A word of it as it is typed, in small letters, if it may be a typing error: what is a word of English is none, even
    /// where no text has it.
    pub(crate) fn mistyped(&self, stem: &str, meaning: &Meaning) -> Option<String> {
        let all = words(&self.text);
        let mut typed =
            all.iter().filter(|word| word.stem == stem).map(|word| folded(&self.text[word.start..word.end]));
        let first = typed.next()?;
        (!meaning.knows(&first) && typed.all(|other| !meaning.knows(&other))).then_some(first)
    }

    /// The words in it as they are typed that no text has and that are taken for typing errors.
    pub fn corrected(&self) -> &[String] {
        &self.corrected
    }

    /// The same question with what its acronyms stand for, and with the acronyms for what it writes out, as the texts
    /// explain them; `users` says how many of the texts have a word.
    pub(crate) fn with_acronyms<E>(
        &self,
        explained: &[&Explained],
        users: impl Fn(&str) -> Result<usize, E>,
        meaning: &Meaning,
    ) -> Result<Self, E> {
        if !self.acronyms.is_empty() || !self.others.is_empty() {
            return Ok(self.clone());
        }
        let mut with = Self { text: String::new(), acronyms: Vec::new(), others: BTreeMap::new(), ..self.clone() };
        let mut from = 0;
        let add = |others: &mut BTreeMap<String, Vec<Vec<String>>>, stem: &str, run: Vec<String>| {
            let runs = others.entry(stem.to_owned()).or_default();
            if !runs.contains(&run) {
                runs.push(run);
            }
        };
        let mut stems = Vec::new();
        for word in side_by_side(&self.text).filter(|word| !is_small(&word.stem)) {
            let typed = &self.text[word.start..word.end];
            if may_be_short(typed, meaning) {
                for long in meant(&word.stem, explained, &users)? {
                    if with.acronyms.iter().all(|(_, known)| *known != long.written) {
                        with.text.push_str(&self.text[from..word.end]);
                        with.text.push(' ');
                        with.text.push_str(&long.written);
                        from = word.end.max(from);
                        with.acronyms.push((typed.to_owned(), long.written));
                    }
                    add(&mut with.others, &word.stem, long.stems);
                }
            }
            stems.push(word.stem);
        }
        with.text.push_str(&self.text[from..]);
        for (short, run) in shortened(&stems, explained, &users, meaning)? {
            run.iter().for_each(|stem| add(&mut with.others, stem, vec![short.clone()]));
        }
        Ok(with)
    }

    /// The acronyms in it as they are typed, each with what the texts say it stands for.
    pub fn acronyms(&self) -> &[(String, String)] {
        &self.acronyms
    }

    /// What says the same as one of its words: runs of words, of which a text has to have all.
    pub(crate) fn others(&self, stem: &str) -> &[Vec<String>] {
        self.others.get(stem).map_or(&[], Vec::as_slice)
    }

    /// How many different words it has that tell something.
    pub fn words(&self) -> usize {
        self.stems.len()
    }

    /// How many of its words a text has to have to answer it: both of two, at least half of more.
    pub(crate) fn needed(&self) -> usize {
        let asked = self.words();
        if asked <= 2 { asked } else { asked.div_ceil(2) }
    }

    /// From this closeness on a text means the same, whatever its words.
    pub(crate) fn means_the_same(closeness: f32) -> bool {
        closeness >= SAME_MEANING
    }

    /// Whether a text that was found answers it: it has both of two words, at least half of more, or means the same.
    pub fn is_answered_by(&self, found: &Match) -> bool {
        found.words >= self.needed() || Self::means_the_same(found.closeness)
    }

    /// Why a text with this title and this text answers the question.
    ///
    /// Words are named if it has at least a third of those that are asked for, up to two: the rarest of many, and of a
    /// problem in sentences none that stands in anybody's. Else it is the sentence that comes closest in meaning.
    pub fn reason(&self, meaning: &Meaning, title: &str, text: &str) -> Reason {
        let mut shared: BTreeMap<String, String> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for part in [title, text] {
            for (start, end, stem) in self.found_in(part) {
                let written = &part[start..end];
                shared.entry(stem.clone()).or_insert_with(|| {
                    order.push(stem);
                    written.to_owned()
                });
            }
        }
        if self.stems.len() >= MANY_WORDS {
            order.retain(|stem| !is_weak(stem));
        }
        if !order.is_empty() && order.len() >= self.stems.len().div_ceil(3).min(2) {
            let mut rarest: Vec<usize> = order.iter().map(|stem| meaning.rank(&folded(&shared[stem]))).collect();
            rarest.sort_unstable_by(|one, other| other.cmp(one));
            let least = rarest.get(MOST_NAMED - 1).copied().unwrap_or_default();
            order.retain(|stem| meaning.rank(&folded(&shared[stem])) >= least);
            order.truncate(MOST_NAMED);
            return Reason::Words(order.iter().filter_map(|stem| shared.remove(stem)).collect());
        }
        let vector = self.vector(meaning);
        let sentences = html::sentences(title).chain(html::sentences(text));
        let closest = sentences.map(|sentence| (meaning.of(sentence).closeness(&vector), sentence));
        let closest = closest.reduce(|best, next| if next.0 > best.0 { next } else { best });
        Reason::Meaning(closest.map_or_else(String::new, |(_, sentence)| sentence.to_owned()))
    }

    /// Its title, which may be empty, and the rest of it.
    pub(crate) fn parts(&self) -> (&str, &str) {
        self.text.split_once('\n').unwrap_or(("", &self.text))
    }

    /// What it means. What is mostly no English means nothing that could be compared, and only its words count.
    pub fn vector(&self, meaning: &Meaning) -> Vector {
        meaning.of(if meaning.grasps(&self.text) { &self.text } else { "" })
    }

    /// Where its words stand in a text, in bytes from and to, in their order, none within another.
    pub fn marks(&self, text: &str) -> Vec<(usize, usize)> {
        let mut marks: Vec<(usize, usize)> = Vec::new();
        for (start, end, _) in self.found_in(text) {
            if marks.last().is_none_or(|(_, last)| *last <= start) {
                marks.push((start, end));
            }
        }
        marks
    }

    /// Where a text has its words, or what says the same: from and to in bytes, and which word that is. The first comes
    /// first, and of those that begin together the longest.
    fn found_in(&self, text: &str) -> Vec<(usize, usize, String)> {
        let apart: Vec<Word> = side_by_side(text).filter(|word| !is_small(&word.stem)).collect();
        let mut found: Vec<(usize, usize, String)> = Vec::new();
        for (stem, run) in self.others.iter().flat_map(|(stem, runs)| runs.iter().map(move |run| (stem, run))) {
            // What several words stand for is one thing, and is named by itself.
            let stem = if let [short] = &run[..] { short } else { stem };
            let stretches = apart.windows(run.len()).filter(|words| words.iter().map(|word| &word.stem).eq(run));
            let stretches = stretches.filter_map(|words| Some((words.first()?.start, words.last()?.end)));
            found.extend(stretches.filter(|(start, end)| start < end).map(|(start, end)| (start, end, stem.clone())));
        }
        let own = telling(text).filter(|word| self.has(&word.stem));
        found.extend(own.map(|word| (word.start, word.end, word.stem)));
        found.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        found
    }

    fn has(&self, stem: &str) -> bool {
        !is_small(stem) && self.stems.contains_key(stem)
    }

    pub(crate) fn stems(&self) -> impl Iterator<Item = (&str, f32)> {
        self.stems.iter().map(|(stem, times)| (stem.as_str(), *times))
    }
}

/// Whether a stem is of a word that is shared by texts about anything.
fn is_weak(stem: &str) -> bool {
    WEAK.binary_search(&stem).is_ok() || stem.bytes().all(|letter| letter.is_ascii_digit())
}

/// The stems of such words, sorted.
const WEAK: &[&str] = &[
    "anoth",
    "anybodi",
    "anyth",
    "ask",
    "back",
    "becom",
    "call",
    "come",
    "day",
    "eight",
    "end",
    "everi",
    "everybodi",
    "everyon",
    "find",
    "first",
    "five",
    "four",
    "get",
    "give",
    "go",
    "good",
    "help",
    "hour",
    "keep",
    "know",
    "last",
    "late",
    "learn",
    "less",
    "let",
    "like",
    "long",
    "look",
    "lot",
    "made",
    "make",
    "mani",
    "mean",
    "minut",
    "month",
    "much",
    "need",
    "never",
    "new",
    "next",
    "nine",
    "nobodi",
    "noth",
    "now",
    "old",
    "one",
    "part",
    "peopl",
    "problem",
    "put",
    "say",
    "second",
    "see",
    "seven",
    "show",
    "six",
    "somebodi",
    "someon",
    "someth",
    "somewher",
    "still",
    "take",
    "talk",
    "team",
    "tell",
    "ten",
    "thing",
    "think",
    "third",
    "three",
    "time",
    "told",
    "tri",
    "two",
    "understand",
    "use",
    "want",
    "way",
    "week",
    "well",
    "went",
    "without",
    "work",
    "year",
    "yet",
];

/// The beginning of a text, as far as it is read.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_READ)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(asked: &str, text: &str, meant: Reason) {
        let reason = Question::of("", asked).reason(Meaning::built_in(), "A title", text);
        assert_eq!(reason, meant, "{asked}");
    }

    #[test]
    fn shared_words_are_named_as_they_are_written_there() {
        let words = |words: &[&str]| Reason::Words(words.iter().map(|word| (*word).to_owned()).collect());
        check("organising the home", "Homes that an organization owns.", words(&["Homes", "organization"]));
        check("the of and damp", "Damp and the like.", words(&["Damp"]));
    }

    #[test]
    fn of_a_problem_in_sentences_the_rarest_words_are_named_and_none_that_stands_in_anybodys() {
        let asked =
            "Six tenants wait four weeks until somebody looks at the mould, and condensation ruins their furniture.";
        let words = |words: &[&str]| Reason::Words(words.iter().map(|word| (*word).to_owned()).collect());
        check(asked, "In six weeks we looked at mould with tenants.", words(&["mould", "tenants"]));
        let text = "Six tenants waited somebody out: furniture, mould, condensation and ruin.";
        check(asked, text, words(&["tenants", "furniture", "mould", "condensation", "ruin"]));
        let closest = "Six weeks, four teams.".to_owned();
        check(asked, &closest, Reason::Meaning(closest.clone()));
        assert!(WEAK.is_sorted());
        for word in ["another", "every", "looked", "weeks", "people", "trying", "somebody", "nothing", "2026"] {
            assert!(telling(word).all(|word| is_weak(&word.stem)), "{word}");
        }
    }

    #[test]
    fn without_shared_words_the_closest_sentence_is_the_reason() {
        let text = "We met on Monday. Condensation made black spots on the walls of flats. Then there was cake.";
        let closest = "Condensation made black spots on the walls of flats.".to_owned();
        check("damp and mouldy housing", text, Reason::Meaning(closest));
    }

    #[test]
    fn another_word_stands_in_the_text_and_among_the_words() {
        let question = Question::of("", "wher is the rubish?").with_stems(&[("rubish", "rubbish".to_owned())]);
        assert_eq!(question.text.trim(), "wher is the rubbish?");
        assert_eq!(question.stems().map(|(stem, _)| stem).collect::<Vec<_>>(), ["rubbish", "wher"]);
    }

    #[test]
    fn what_is_no_english_has_no_meaning_to_compare() {
        let meaning = Meaning::built_in();
        let english = meaning.of("Bins are collected on Mondays in the whole borough.");
        for asked in ["привет", "Mae plant yn methu cael lle mewn ysgol", "xyzzy plugh", "codesign"] {
            let closeness = Question::of("", asked).vector(meaning).closeness(&english);
            assert!(closeness.abs() < 1e-6, "{asked}: {closeness}");
        }
        let asked = Question::of("", "wher is my rubbish collected");
        assert!(asked.vector(meaning).closeness(&english) > 0.2);
    }

    #[test]
    fn marks_are_apart_and_in_order() {
        let text = "Co-design of homes, codesigned at home";
        let marks = Question::of("", "co-design homes").marks(text);
        let marked: Vec<&str> = marks.iter().map(|(from, to)| &text[*from..*to]).collect();
        assert_eq!(marked, ["Co-design", "homes", "codesigned", "home"]);
    }

    #[test]
    fn a_very_long_question_is_read_in_part() {
        let question = Question::of("", &"ämter ".repeat(100_000));
        assert_eq!(question.words(), 1);
        assert!(question.text.len() < MOST_READ + 10);
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_reason_and_marks_within_it(asked in "\\PC{0,40}", text in "\\PC{0,80}") {
            let question = Question::of("", &asked);
            question.reason(Meaning::built_in(), "", &text);
            for (from, to) in question.marks(&text) {
                proptest::prop_assert!(text.get(from..to).is_some());
            }
        }
    }
}
