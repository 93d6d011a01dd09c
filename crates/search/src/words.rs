//! The words of a text as they are compared: folded, in one spelling, without their endings.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::english::stem;
use crate::spelling::one_spelling;

/// A longer run of letters and digits is no word that anybody searches for.
const LONGEST_WORD: usize = 60;

/// A word of a text, and where it stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    /// What it is compared by.
    pub(crate) stem: String,
    /// Its first byte in the text.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

/// The letters of a text, small, without marks and without what nobody sees.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else {
            let letters = std::iter::once(letter).nfd().filter(|letter| !is_mark(*letter));
            folded.extend(letters.flat_map(char::to_lowercase));
        }
    }
    folded
}

fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && (is_combining_mark(letter) || is_unseen(letter))
}

/// The soft hyphen and its kin, which stand inside words.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE0F}' | '\u{FEFF}')
}

/// The words of a text in their order. A word with hyphens gives its parts, and then the whole written as one: "e-mail" is
/// found by "email" as well as by "mail".
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each_written(text, |written, start, end| {
        words.extend(stem_of(written).map(|stem| Word { stem, start, end }));
    });
    words
}

/// Hands over each word of a text as it is written, with its first byte and the one after its last.
pub(crate) fn each_written(text: &str, mut take: impl FnMut(&str, usize, usize)) {
    for (start, run) in runs(text) {
        let mut parts = 0;
        let mut at = start;
        for part in run.split(is_hyphen) {
            if !part.is_empty() {
                parts += 1;
                take(part, at, at + part.len());
            }
            at += part.len() + run[at - start + part.len()..].chars().next().map_or(0, char::len_utf8);
        }
        if parts > 1 {
            let whole: String = run.chars().filter(|letter| !is_hyphen(*letter)).collect();
            take(&whole, start, start + run.len());
        }
    }
}

/// The stems of words that were seen before: most words of a text have been.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashMap<String, Option<String>>);

/// So many words are remembered, some 3 MB.
const MOST_SEEN: usize = 30_000;

impl Seen {
    /// Hands over the stem of each word of a text that tells something.
    pub(crate) fn each_telling(&mut self, text: &str, mut take: impl FnMut(&str)) {
        each_written(text, |written, _, _| {
            if let Some(stem) = self.0.get(written) {
                stem.iter().for_each(|stem| take(stem));
                return;
            }
            let stem = stem_of(written).filter(|stem| !is_small(stem));
            stem.iter().for_each(|stem| take(stem));
            if self.0.len() >= MOST_SEEN {
                self.0.clear();
            }
            self.0.insert(written.to_owned(), stem);
        });
    }
}

/// Whether a text says a phrase: its words side by side and in its order, in whatever form and spelling.
///
/// ```
/// assert!(search::says("Our digital organisation’s homes", "organizations home"));
/// assert!(!search::says("Homes of an organisation", "organisation homes"));
/// ```
pub fn says(text: &str, phrase: &str) -> bool {
    let apart = |text: &str| -> Vec<String> { side_by_side(text).map(|word| word.stem).collect() };
    let (text, phrase) = (apart(text), apart(phrase));
    phrase.is_empty() || text.windows(phrase.len()).any(|stretch| stretch == phrase)
}

/// The words of a text as they stand side by side: the parts of those with hyphens, and not the whole once more.
pub(crate) fn side_by_side(text: &str) -> impl Iterator<Item = Word> {
    words(text).into_iter().filter(|word| !text[word.start..word.end].contains(is_hyphen))
}

/// Runs of letters, digits, apostrophes and hyphens, each with its first byte.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let belongs =
        |letter: char| letter.is_alphanumeric() || is_hyphen(letter) || is_apostrophe(letter) || is_mark(letter);
    text.split(move |letter: char| !belongs(letter)).filter(|run| !run.is_empty()).map(|run| {
        let kept = run.trim_matches(|letter| is_hyphen(letter) || is_apostrophe(letter));
        (kept.as_ptr() as usize - text.as_ptr() as usize, kept)
    })
}

/// What a word is compared by; nothing for what is no word.
pub(crate) fn stem_of(written: &str) -> Option<String> {
    let folded: String =
        folded(one_of_them(written)).chars().map(|letter| if is_apostrophe(letter) { '\'' } else { letter }).collect();
    let folded = folded.trim_matches('\'');
    let folded = folded.strip_suffix("'s").unwrap_or(folded);
    (!folded.is_empty() && folded.len() <= LONGEST_WORD).then(|| stem(&one_spelling(folded)))
}

/// One of what acronyms stand for: "HMO" of "HMOs". To a stemmer that would be a word in itself.
fn one_of_them(written: &str) -> &str {
    let one = written.strip_suffix('s').filter(|one| one.chars().all(char::is_uppercase));
    one.filter(|one| one.chars().nth(1).is_some()).unwrap_or(written)
}

fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ')
}

/// The words of a text that tell something: all but the small ones.
pub(crate) fn telling(text: &str) -> impl Iterator<Item = Word> {
    words(text).into_iter().filter(|word| !is_small(&word.stem))
}

/// Whether a stem is of a word that stands in every text, and so tells nothing.
pub(crate) fn is_small(stem: &str) -> bool {
    SMALL.binary_search(&stem).is_ok()
}

/// The stems of the small words of English, sorted.
const SMALL: &[&str] = &[
    "a", "about", "abov", "after", "again", "all", "also", "am", "an", "and", "ani", "are", "as", "at", "be", "becaus",
    "been", "befor", "between", "both", "but", "by", "can", "could", "did", "do", "doe", "down", "dure", "each", "etc",
    "few", "for", "from", "had", "has", "have", "he", "her", "here", "him", "his", "how", "i", "if", "in", "into",
    "is", "it", "its", "just", "may", "me", "might", "more", "most", "must", "my", "no", "nor", "not", "of", "off",
    "on", "onc", "onli", "or", "other", "our", "out", "over", "own", "same", "shall", "she", "should", "so", "some",
    "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through", "to",
    "too", "under", "until", "up", "upon", "us", "veri", "was", "we", "were", "what", "when", "where", "whi", "which",
    "while", "who", "whom", "whose", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, meant: &str) {
        let stems: Vec<String> = words(text).into_iter().map(|word| word.stem).collect();
        assert_eq!(stems.join(" "), meant, "{text}");
    }

    #[test]
    fn words_as_they_are_compared() {
        check("Damp homes, damper home's", "damp home damper home");
        check("The council’s 2nd blog", "the council 2nd blog");
        check("e-mail and co‑design", "e mail email and co design codesign");
        check("-- ' -x- don't", "x don't");
        check("Café NAÏVE Tŷ", "cafe naiv ty");
        check("wheel\u{AD}chair", "wheelchair");
        check("organisation organization organisations’ organisation’s organising", "organ organ organ organ organ");
        check("HMOs, the CEOs’ PCs and SMS", "hmo the ceo pc and sms");
        check("今日は", "今日は");
        check("", "");
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "“Tŷ’s co-design”";
        let found: Vec<&str> = words(text).iter().map(|word| &text[word.start..word.end]).collect();
        assert_eq!(found, ["Tŷ’s", "co", "design", "co-design"]);
    }

    #[test]
    fn small_words_are_sorted_and_stems() {
        assert!(SMALL.is_sorted());
        for small in SMALL {
            assert!(is_small(small));
        }
        assert!(is_small(&stem("because")) && is_small(&stem("only")) && !is_small("damp"));
    }

    proptest::proptest! {
        #[test]
        fn words_that_were_seen_have_the_same_stems(text in "\\PC{0,80}|[a-e’ -]{0,80}") {
            let meant: Vec<String> = telling(&text).map(|word| word.stem).collect();
            let mut seen = Seen::default();
            for _ in 0..2 {
                let mut found = Vec::new();
                seen.each_telling(&text, |stem| found.push(stem.to_owned()));
                proptest::prop_assert_eq!(&found, &meant);
            }
        }

        #[test]
        fn letters_are_folded_one_by_one_as_together(text in "\\PC{0,80}|[a-cÄéñö\u{300}-\u{303}\u{AD}가]{0,20}") {
            let together = text.nfd().filter(|letter| !is_mark(*letter)).flat_map(char::to_lowercase).collect::<String>();
            proptest::prop_assert_eq!(folded(&text), together);
        }

        #[test]
        fn any_text_has_words_within_it(text in "\\PC{0,80}") {
            for word in words(&text) {
                proptest::prop_assert!(!word.stem.is_empty());
                proptest::prop_assert!(text.get(word.start..word.end).is_some_and(|written| !written.is_empty()));
            }
        }
    }
}
