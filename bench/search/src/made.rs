//! Made posts of real words: each is as usual as it is in English, some belong to what the post is about.

use std::fmt::Write;

use anyhow::{Result, ensure};

/// Where the words begin in the model's vocabulary, the most usual first.
const WORDS_FROM: usize = 1_996;
/// How many subjects there are, and how many words each has of its own.
const SUBJECTS: usize = 4_000;
const OF_A_SUBJECT: usize = 12;

/// Makes posts and questions, the same each time.
#[derive(Clone, Debug)]
pub struct Made {
    words: Vec<&'static str>,
    /// The sums of how usual the words are, up to each.
    usual: Vec<f64>,
    state: u64,
}

/// A made post.
#[derive(Clone, PartialEq, Debug)]
pub struct MadePost {
    /// Its title.
    pub title: String,
    /// Its text, some 280 words.
    pub text: String,
}

impl Made {
    /// Of the words of a vocabulary: a line each, the more usual the earlier.
    pub fn of(vocabulary: &'static str, seed: u64) -> Result<Self> {
        let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
        let words: Vec<&str> = vocabulary.lines().skip(WORDS_FROM).filter(is_word).collect();
        ensure!(words.len() > 10_000, "a vocabulary of {} words is too small", words.len());
        let mut sum = 0.0;
        let usual = (0..words.len()).map(|rank| {
            sum += 1.0 / (rank as f64 + 2.7);
            sum
        });
        Ok(Self { usual: usual.collect(), words, state: seed })
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed >> 11) as usize) % bound.max(1)
    }

    /// A word of English, and now and then a name or a number that hardly anybody else writes.
    fn word(&mut self, out: &mut String) {
        let chance = self.below(1_000);
        if chance < 10 {
            let (one, other) = (self.below(self.words.len()), self.below(self.words.len()));
            write!(out, "{}{}", self.words[one], self.words[other]).expect("a String takes all");
        } else if chance < 20 {
            write!(out, "{}", self.below(100_000)).expect("a String takes all");
        } else {
            let total = self.usual[self.usual.len() - 1];
            let at = self.below(1 << 30) as f64 / f64::from(1 << 30) * total;
            out.push_str(self.words[self.usual.partition_point(|sum| *sum < at).min(self.words.len() - 1)]);
        }
    }

    fn of_subject(&mut self, subject: usize, out: &mut String) {
        let one = self.below(OF_A_SUBJECT);
        // Neither the words that all use nor those that nobody does.
        let at = 150 + (subject * 7_919 + one * 104_729) % 9_000;
        out.push_str(self.words[at]);
    }

    /// So many words, of which so many in a hundred belong to a subject.
    pub fn text(&mut self, subject: usize, words: usize, of_subject: usize) -> String {
        let mut text = String::with_capacity(words * 7);
        for at in 0..words {
            if self.below(100) < of_subject {
                self.of_subject(subject, &mut text);
            } else {
                self.word(&mut text);
            }
            text.push_str(if at % 14 == 13 { ". " } else { " " });
        }
        text
    }

    /// A post about something.
    pub fn post(&mut self) -> MadePost {
        let subject = self.below(SUBJECTS);
        let words = 180 + self.below(200);
        MadePost { title: self.text(subject, 7, 40), text: self.text(subject, words, 12) }
    }

    /// What somebody types into a search box: one to four words.
    pub fn search(&mut self) -> String {
        let subject = self.below(SUBJECTS);
        let words = 1 + self.below(4);
        self.text(subject, words, 60)
    }

    /// A problem in a sentence or two.
    pub fn problem(&mut self) -> String {
        let subject = self.below(SUBJECTS);
        let words = 15 + self.below(20);
        self.text(subject, words, 25)
    }
}
