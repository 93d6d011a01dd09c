//! Prose that never ends: the same seed, the same words.

use model::Dice;

/// The small words that hold English together; about half of any text.
const SMALL: [&str; 40] = [
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be", "by", "on", "not", "we",
    "at", "are", "this", "have", "from", "our", "but", "they", "which", "or", "had", "an", "what", "were", "when",
    "can", "more", "if", "who", "about", "would", "their",
];

const STARTS: [&str; 24] = [
    "pl", "st", "tr", "s", "m", "c", "b", "r", "p", "d", "f", "g", "h", "l", "n", "v", "w", "sh", "ch", "br", "cl",
    "gr", "sp", "t",
];
const MIDDLES: [&str; 12] = ["a", "e", "i", "o", "u", "ea", "ou", "ai", "ee", "oa", "y", "ie"];
const ENDS: [&str; 16] = ["n", "t", "r", "s", "l", "nd", "st", "ll", "ck", "rk", "m", "ng", "p", "d", "nt", "ch"];

/// How many words there are beside the small ones.
const WORDS: usize = 3_000;

/// Prose from a seed, in words whose frequencies fall as those of a language do.
pub struct Prose {
    dice: Dice,
    words: Vec<String>,
}

impl Prose {
    /// The prose of this seed.
    pub fn new(seed: u64) -> Self {
        // The words themselves are the same in all prose, as in one language.
        let maker = Dice::loaded(1);
        let pick = |from: &[&'static str]| from[maker.throw() as usize % from.len()];
        let syllable = || [pick(&STARTS), pick(&MIDDLES), pick(&ENDS)].concat();
        let words = (0..WORDS).map(|word| (0..=word % 3).map(|_| syllable()).collect()).collect();
        Self { dice: Dice::loaded(seed), words }
    }

    /// A number from 0 up to, not including, `below`.
    pub fn number(&self, below: usize) -> usize {
        self.dice.throw() as usize % below.max(1)
    }

    /// One word.
    pub fn word(&self) -> &str {
        if self.number(2) == 0 {
            return SMALL[self.number(SMALL.len())];
        }
        // Squaring a fraction makes the first words many times as likely as the last.
        let place = self.dice.fraction().powi(2) * self.words.len() as f64;
        &self.words[place as usize]
    }

    /// Some words, the first with a capital, without a full stop.
    pub fn words(&self, many: usize) -> String {
        let mut text = String::new();
        for _ in 0..many {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(self.word());
        }
        if let Some(first) = text.get(..1) {
            let first = first.to_ascii_uppercase();
            text.replace_range(..1, &first);
        }
        text
    }

    /// A sentence of 6 to 25 words.
    pub fn sentence(&self) -> String {
        let mut sentence = self.words(6 + self.number(20));
        sentence.push('.');
        sentence
    }

    /// Sentences of about so many bytes in all.
    pub fn sentences(&self, bytes: usize) -> String {
        let mut text = self.sentence();
        while text.len() < bytes {
            text.push(' ');
            text.push_str(&self.sentence());
        }
        text
    }

    /// A post of about so many bytes, marked up as editors of blogs do.
    pub fn markup(&self, bytes: usize, site: &str) -> String {
        let mut html = String::with_capacity(bytes + 1_000);
        while html.len() < bytes {
            match self.number(12) {
                0 => html.push_str(&format!("<h2>{}</h2>\n", self.words(5))),
                1 => {
                    let items: String = (0..4).map(|_| format!("<li>{}</li>\n", self.words(9))).collect();
                    html.push_str(&format!("<ul>\n{items}</ul>\n"));
                }
                2 => html.push_str(&format!("<blockquote><p>{}</p></blockquote>\n", self.sentence())),
                3 => html.push_str(&format!(
                    "<figure class=\"wp-block-image\"><img src=\"{site}/pictures/{}.jpg\" alt=\"{}\" width=\"640\" \
                     height=\"480\"><figcaption>{}</figcaption></figure>\n",
                    self.number(9_999),
                    self.words(6),
                    self.words(8)
                )),
                _ => html.push_str(&format!(
                    "<p>{} <a href=\"{site}/{}/{}\">{}</a> &amp; <strong>{}</strong>. {}</p>\n",
                    self.sentence(),
                    self.number(2_000),
                    self.word(),
                    self.words(3),
                    self.words(2),
                    self.sentences(200)
                )),
            }
        }
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_words_of_the_length_wanted() {
        let (one, same, other) = (Prose::new(7), Prose::new(7), Prose::new(8));
        let text = one.markup(5_000, "http://riverton.example");
        assert_eq!(text, same.markup(5_000, "http://riverton.example"));
        assert_ne!(text, other.markup(5_000, "http://riverton.example"));
        assert!((5_000..7_000).contains(&text.len()), "{}", text.len());
    }
}
